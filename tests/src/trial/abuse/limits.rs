//! Requests that are too large or too strange.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use reqwest::Method;

use super::Target;
use super::bystander::{Statuses, beside};
use crate::process::Outcome;

/// Headers, addresses, bodies: each beyond its limit, nested without end, or no HTTP at all.
pub(super) async fn of_size(target: &mut Target) -> Outcome<()> {
    let what = "requests that are too large or strange";
    let before = target.server.memory();
    let ana = target.ana.clone();
    let mut let_in = Vec::new();
    let attack = async {
        let mut statuses = Statuses::new();
        let post = |body: Vec<u8>| {
            ana.request(Method::POST, "/api/v1/edits")
                .header("content-type", "application/json")
                .body(body)
        };
        let nested = |depth: usize| [vec![b'['; depth], vec![b']'; depth]].concat();
        let requests = [
            (
                "a header of 64 KB",
                ana.request(Method::GET, "/api/v1/me")
                    .header("x-long", "a".repeat(65_536)),
                &[431][..],
            ),
            (
                "an address of 60 KB",
                ana.request(Method::GET, &format!("/api/v1/users?search={}", "a".repeat(60_000))),
                &[414, 431],
            ),
            (
                "a search of 20 KB",
                ana.request(Method::GET, &format!("/api/v1/users?search={}", "a".repeat(20_000))),
                &[414],
            ),
            ("a body of 2 MB", post(vec![b' '; 2 << 20]), &[413]),
            ("a body of JSON 100,000 deep", post(nested(100_000)), &[400, 413, 422]),
            ("a body of broken UTF-8", post(vec![0xff; 1_000]), &[400, 422]),
            (
                "a number beyond all numbers",
                post(format!("{{\"seen_revision\":1{}}}", "0".repeat(5_000)).into_bytes()),
                &[400, 422],
            ),
            (
                "a name with NUL",
                post(br#"{"edit":{"deactivate":{"user":"\u0000"}},"idempotency_key":"x"}"#.to_vec()),
                &[400, 422],
            ),
        ];
        for (called, request, expected) in requests {
            // A server may hang up on a body that it does not want before it was sent.
            let status = match request.send().await {
                Ok(answer) => answer.status().as_u16(),
                Err(_) if expected.contains(&413) => 413,
                Err(error) => return Err(error.into()),
            };
            *statuses.entry(status).or_default() += 1;
            if !expected.contains(&status) {
                let_in.push(format!("{called}: {status}"));
            }
        }
        let address: SocketAddr = ana.base().trim_start_matches("http://").parse()?;
        let raw = [
            (
                "two lengths",
                "POST /api/v1/edits HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello!",
            ),
            (
                "a length and chunks",
                "POST /api/v1/edits HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET /api/v1/me HTTP/1.1\r\nhost: x\r\n\r\n",
            ),
            (
                "a broken chunk",
                "POST /api/v1/edits HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nhello\r\n",
            ),
            (
                "a header without a name",
                "GET /api/v1/me HTTP/1.1\r\nhost: x\r\n: y\r\n\r\n",
            ),
            ("no HTTP", "\u{16}\u{3}\u{1}hello hello hello\r\n\r\n"),
        ];
        for (called, text) in raw {
            let status = tokio::task::spawn_blocking(move || spoken(address, text.as_bytes())).await??;
            *statuses.entry(status).or_default() += 1;
            if !matches!(status, 400..=499) {
                let_in.push(format!("{called}: {status}"));
            }
        }
        Ok(((), statuses))
    };
    beside(target, what, attack).await?;
    target.must(let_in.is_empty(), format!("{what}: {}", let_in.join(", ")));
    let grown = before
        .zip(target.server.memory())
        .is_some_and(|(before, after)| after.own > before.own + (64 << 20));
    target.must(!grown, format!("{what}: the server has grown by more than 64 MB"));
    Ok(())
}

/// Writes bytes to the server as they are; the status of the first answer, 400 when it hangs up without one.
fn spoken(address: SocketAddr, bytes: &[u8]) -> std::io::Result<u16> {
    let mut line = TcpStream::connect(address)?;
    line.set_read_timeout(Some(Duration::from_secs(20)))?;
    line.write_all(bytes)?;
    let mut answer = [0; 64];
    let length = match line.read(&mut answer) {
        Ok(length) => length,
        Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => 0,
        Err(error) => return Err(error),
    };
    let text = String::from_utf8_lossy(answer.get(..length).unwrap_or_default()).into_owned();
    let status = text.split_whitespace().nth(1).and_then(|status| status.parse().ok());
    Ok(status.unwrap_or(400))
}
