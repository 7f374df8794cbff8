//! A mail server for scenarios: it speaks SMTP (RFC 5321) and does with each mail what the scenario says: takes it, refuses
//! it for good or for now, is slow, drops the line before or after it has taken it.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use mail_parser::{Message, MessageParser};
use server::config::{Security, ServeConfig, Smtp};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

/// What becomes of one mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Taken,
    /// 550 to the recipient: there is no such address.
    RefusedForGood,
    /// 451 to the recipient: later, perhaps.
    RefusedForNow,
    /// Taken after so long.
    Slow(Duration),
    /// The line ends in the middle of the mail.
    DroppedBefore,
    /// The mail is taken, and the line ends before it is said.
    DroppedAfter,
}

/// A mail that was taken.
#[derive(Clone, Debug)]
pub struct Taken {
    pub from: String,
    pub to: String,
    pub source: String,
}

impl Taken {
    #[track_caller]
    pub fn parsed(&self) -> Message<'_> {
        MessageParser::default().parse(&self.source).expect("a message")
    }

    pub fn subject(&self) -> String {
        self.parsed().subject().unwrap_or_default().to_owned()
    }

    pub fn message_id(&self) -> String {
        self.parsed().message_id().unwrap_or_default().to_owned()
    }

    pub fn html(&self) -> String {
        self.parsed().body_html(0).unwrap_or_default().into_owned()
    }

    pub fn plain(&self) -> String {
        self.parsed().body_text(0).unwrap_or_default().into_owned()
    }

    /// The token of the link in it.
    #[track_caller]
    pub fn token(&self) -> String {
        let plain = self.plain();
        let (_, after) = plain.split_once('#').expect("a link with a token");
        after.chars().take_while(char::is_ascii_hexdigit).collect()
    }
}

#[derive(Default)]
struct Desk {
    fates: Mutex<VecDeque<Fate>>,
    taken: Mutex<Vec<Taken>>,
    tried: Mutex<usize>,
    news: Notify,
}

/// The server; it ends with the test.
pub struct MailServer {
    address: SocketAddr,
    desk: Arc<Desk>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Who may send: the scenarios' name and password, in one word.
pub const NAME: &str = "lanyard";
pub const MAIL_PASSWORD: &str = "let-me-send";

impl MailServer {
    /// One that takes every mail after these fates.
    pub async fn start(fates: &[Fate]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("the port that was given");
        let desk = Arc::new(Desk {
            fates: Mutex::new(fates.iter().copied().collect()),
            ..Desk::default()
        });
        let shared = Arc::clone(&desk);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let desk = Arc::clone(&shared);
                tokio::spawn(async move {
                    // A client that goes away ends its own line only.
                    let _ = serve(stream, &desk).await;
                });
            }
        });
        Self { address, desk, task }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Has a server send its mail here, and try again soon.
    pub fn set(&self, config: &mut ServeConfig) {
        config.mail.smtp = Some(Smtp {
            host: self.address.ip().to_string(),
            port: self.address.port(),
            security: Security::None,
            credentials: Some((NAME.to_owned(), server::config::Secret::new(MAIL_PASSWORD.to_owned()))),
            ca_file: None,
            connections: 2,
            timeout: Duration::from_secs(3),
        });
        config.mail.first_retry = Duration::from_millis(100);
        config.mail.attempts = 4;
    }

    /// All mails that were taken so far.
    pub fn taken(&self) -> Vec<Taken> {
        self.desk.taken.lock().expect("nobody failed with it").clone()
    }

    /// How many mails were begun, whatever became of them.
    pub fn tried(&self) -> usize {
        *self.desk.tried.lock().expect("nobody failed with it")
    }

    /// Waits until so many mails to somebody were taken, and gives the last of them.
    pub async fn mail_to(&self, to: &str, count: usize) -> Taken {
        self.until(|desk| {
            let taken = desk.taken.lock().expect("nobody failed with it");
            let theirs: Vec<&Taken> = taken.iter().filter(|mail| mail.to == to).collect();
            (theirs.len() >= count)
                .then(|| theirs.last().map(|mail| (*mail).clone()))
                .flatten()
        })
        .await
    }

    /// Waits until so many mails were begun.
    pub async fn until_tried(&self, count: usize) {
        self.until(|desk| (*desk.tried.lock().expect("nobody failed with it") >= count).then_some(()))
            .await;
    }

    async fn until<T>(&self, mut found: impl FnMut(&Desk) -> Option<T>) -> T {
        let waited = async {
            loop {
                let news = self.desk.news.notified();
                if let Some(found) = found(&self.desk) {
                    return found;
                }
                news.await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), waited)
            .await
            .expect("the mail comes within half a minute")
    }
}

async fn serve(stream: TcpStream, desk: &Desk) -> std::io::Result<()> {
    let (reading, mut writing) = stream.into_split();
    let mut lines = BufReader::new(reading).lines();
    writing.write_all(b"220 mail.test ESMTP\r\n").await?;
    let (mut from, mut to, mut fate) = (String::new(), String::new(), Fate::Taken);
    while let Some(line) = lines.next_line().await? {
        let command = line.to_ascii_uppercase();
        let answer = if command.starts_with("EHLO") {
            "250-mail.test\r\n250-AUTH PLAIN LOGIN\r\n250 8BITMIME\r\n"
        } else if let Some(given) = line.strip_prefix("AUTH PLAIN ") {
            if given == credentials() {
                "235 2.7.0 welcome\r\n"
            } else {
                "535 5.7.8 who are you\r\n"
            }
        } else if command.starts_with("MAIL FROM:") {
            from = between(&line);
            fate = desk
                .fates
                .lock()
                .expect("nobody failed with it")
                .pop_front()
                .unwrap_or(Fate::Taken);
            *desk.tried.lock().expect("nobody failed with it") += 1;
            desk.news.notify_waiters();
            "250 2.1.0 ok\r\n"
        } else if command.starts_with("RCPT TO:") {
            to = between(&line);
            match fate {
                Fate::RefusedForGood => "550 5.1.1 no such mailbox here\r\n",
                Fate::RefusedForNow => "451 4.3.0 come back later\r\n",
                _ => "250 2.1.5 ok\r\n",
            }
        } else if command == "DATA" {
            if fate == Fate::DroppedBefore {
                return Ok(());
            }
            writing.write_all(b"354 go on\r\n").await?;
            let mut source = String::new();
            while let Some(line) = lines.next_line().await? {
                if line == "." {
                    break;
                }
                source.push_str(line.strip_prefix('.').unwrap_or(&line));
                source.push_str("\r\n");
            }
            if let Fate::Slow(time) = fate {
                tokio::time::sleep(time).await;
            }
            desk.taken.lock().expect("nobody failed with it").push(Taken {
                from: from.clone(),
                to: to.clone(),
                source,
            });
            desk.news.notify_waiters();
            if fate == Fate::DroppedAfter {
                return Ok(());
            }
            "250 2.0.0 taken\r\n"
        } else if command == "QUIT" {
            writing.write_all(b"221 2.0.0 bye\r\n").await?;
            return Ok(());
        } else {
            "250 ok\r\n"
        };
        writing.write_all(answer.as_bytes()).await?;
    }
    Ok(())
}

/// `\0lanyard\0let-me-send` in base64 (RFC 4616).
fn credentials() -> &'static str {
    "AGxhbnlhcmQAbGV0LW1lLXNlbmQ="
}

fn between(line: &str) -> String {
    let after = line.split_once('<').map_or("", |(_, after)| after);
    after.split('>').next().unwrap_or_default().to_owned()
}
