//! A mail server for scenarios: it speaks SMTP (RFC 5321) and does with each mail what the scenario says: takes it, refuses
//! it for good or for now, is slow, drops the line before or after it has taken it.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use mail_parser::{Message, MessageParser};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use server::config::{Security, ServeConfig, Smtp};
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// What clients find.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    Plain,
    /// STARTTLS, and nothing else before it.
    StartTls,
    /// TLS from the start.
    Tls,
}

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
    /// Whether it came through TLS.
    pub secured: bool,
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
    /// How often somebody has said who they are.
    told_who: Mutex<usize>,
    news: Notify,
}

/// The server; it ends with the test.
pub struct MailServer {
    address: SocketAddr,
    desk: Arc<Desk>,
    line: Line,
    certified: Option<Certified>,
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
        Self::start_on(Line::Plain, fates).await
    }

    /// The same on such a line.
    pub async fn start_on(line: Line, fates: &[Fate]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("the port that was given");
        let desk = Arc::new(Desk {
            fates: Mutex::new(fates.iter().copied().collect()),
            ..Desk::default()
        });
        let certified = (line != Line::Plain).then(Certified::make);
        let acceptor = certified.as_ref().map(|certified| certified.acceptor.clone());
        let shared = Arc::clone(&desk);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (desk, acceptor) = (Arc::clone(&shared), acceptor.clone());
                tokio::spawn(async move {
                    // A client that goes away ends its own line only.
                    let _ = serve(stream, &desk, &line, acceptor).await;
                });
            }
        });
        Self {
            address,
            desk,
            line,
            certified,
            task,
        }
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
            security: match self.line {
                Line::Plain => Security::None,
                Line::StartTls => Security::StartTls,
                Line::Tls => Security::Tls,
            },
            credentials: Some((NAME.to_owned(), server::config::Secret::new(MAIL_PASSWORD.to_owned()))),
            ca_file: self
                .certified
                .as_ref()
                .map(|certified| certified.authority.path().to_owned()),
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

    /// How often somebody has said who they are, whether it was believed or not.
    pub fn told_who(&self) -> usize {
        *self.desk.told_who.lock().expect("nobody failed with it")
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

/// How a client finds the line: as it is, to be secured by STARTTLS (RFC 3207), or in TLS from the start (RFC 8314).
async fn serve(stream: TcpStream, desk: &Desk, line: &Line, tls: Option<TlsAcceptor>) -> std::io::Result<()> {
    match (line, tls) {
        (Line::Tls, Some(tls)) => talk(tls.accept(stream).await?, desk, Secured::Yes).await,
        (Line::StartTls, Some(tls)) => {
            let mut stream = BufReader::new(stream);
            stream.write_all(GREETING).await?;
            let mut line = String::new();
            while stream.read_line(&mut line).await? > 0 {
                let command = line.trim_end().to_ascii_uppercase();
                let answer: &[u8] = if command.starts_with("EHLO") {
                    b"250-mail.test\r\n250 STARTTLS\r\n"
                } else if command == "STARTTLS" {
                    stream.write_all(b"220 2.0.0 go on\r\n").await?;
                    return talk(tls.accept(stream.into_inner()).await?, desk, Secured::JustNow).await;
                } else {
                    b"530 5.7.0 must issue a STARTTLS command first\r\n"
                };
                stream.write_all(answer).await?;
                line.clear();
            }
            Ok(())
        }
        _ => talk(stream, desk, Secured::No).await,
    }
}

const GREETING: &[u8] = b"220 mail.test ESMTP\r\n";

/// Whether nobody else can read the line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Secured {
    No,
    Yes,
    /// The greeting was before.
    JustNow,
}

async fn talk<S: AsyncRead + AsyncWrite>(stream: S, desk: &Desk, secured: Secured) -> std::io::Result<()> {
    let (reading, mut writing) = tokio::io::split(stream);
    let mut lines = BufReader::new(reading).lines();
    if secured != Secured::JustNow {
        writing.write_all(GREETING).await?;
    }
    let (mut from, mut to, mut fate) = (String::new(), String::new(), Fate::Taken);
    let mut knows_who = false;
    while let Some(line) = lines.next_line().await? {
        let command = line.to_ascii_uppercase();
        let answer = if command.starts_with("EHLO") {
            "250-mail.test\r\n250-AUTH PLAIN LOGIN\r\n250 8BITMIME\r\n"
        } else if let Some(given) = line.strip_prefix("AUTH PLAIN ") {
            *desk.told_who.lock().expect("nobody failed with it") += 1;
            knows_who = given == credentials();
            if knows_who {
                "235 2.7.0 welcome\r\n"
            } else {
                "535 5.7.8 who are you\r\n"
            }
        } else if command.starts_with("MAIL FROM:") && !knows_who {
            "530 5.7.0 authentication required\r\n"
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
                secured: secured != Secured::No,
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

/// A certificate for this machine, signed by an authority that only this server's clients are told of.
struct Certified {
    /// The authority's certificate (PEM), in a file that goes with it.
    authority: tempfile::NamedTempFile,
    acceptor: TlsAcceptor,
}

impl Certified {
    fn make() -> Self {
        let authority_key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = params.self_signed(&authority_key).expect("an authority");
        let issuer = Issuer::new(params, authority_key);
        let key = KeyPair::generate().expect("a key");
        let own = CertificateParams::new(vec!["127.0.0.1".to_owned()])
            .and_then(|params| params.signed_by(&key, &issuer))
            .expect("a certificate");
        let private = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions of TLS")
            .with_no_client_auth()
            .with_single_cert(vec![own.der().clone()], private)
            .expect("a server's certificate");
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), authority.pem()).expect("the file is written");
        Self {
            authority: file,
            acceptor: TlsAcceptor::from(Arc::new(config)),
        }
    }
}

/// `\0lanyard\0let-me-send` in base64 (RFC 4616).
fn credentials() -> &'static str {
    "AGxhbnlhcmQAbGV0LW1lLXNlbmQ="
}

fn between(line: &str) -> String {
    let after = line.split_once('<').map_or("", |(_, after)| after);
    after.split('>').next().unwrap_or_default().to_owned()
}
