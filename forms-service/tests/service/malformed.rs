//! Five thousand malformed requests, made by a generator with a fixed seed, against the running
//! service: no failure of ours, no panic, nothing stored, and it answers as before.
//!
//! Those that carry a key of ours are damaged in a way that no submission survives; the others are
//! damaged anyhow, and without a key nothing is stored.

use std::panic;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::http::StatusCode;
use forms_service::limits::Quota;
use forms_service::serve::listener::Bounds;
use rand::rngs::StdRng;
use rand::{Rng, RngExt, SeedableRng};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::support::{encode, patiently, post_bytes, spawn_limited};

const REQUESTS: usize = 5_000;
const AT_A_TIME: usize = 64;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_thousand_malformed_requests_break_nothing_and_store_nothing() {
    let everything = 10_000_000.try_into().unwrap();
    let service = spawn_limited(Quota { per_client: everything, overall: everything }).await;
    let served = service.serve(Bounds::default()).await;
    let panics = count_panics();
    let mut generator = Generator { random: StdRng::seed_from_u64(20_261_122), key: service.key("post-it").await };
    let mut under_way = JoinSet::new();
    let mut answers = Answers::default();
    for _ in 0..REQUESTS {
        if under_way.len() == AT_A_TIME {
            answers.note(patiently(under_way.join_next()).await.unwrap().unwrap());
        }
        under_way.spawn(exchange(served.address, generator.next()));
    }
    while let Some(answer) = patiently(under_way.join_next()).await {
        answers.note(answer.unwrap());
    }

    assert_eq!(panics.load(Ordering::SeqCst), 0);
    assert_eq!(service.stored().await, 0);
    assert_eq!(served.exchange(b"GET /sante HTTP/1.1\r\nconnection: close\r\n\r\n").await.status, StatusCode::OK);
    let key = service.key("post-it").await;
    let post = post_bytes("/formulaires/post-it/", &[("_cle", &key), ("espace", "geriatrie"), ("message", "Merci")]);
    served.exchange(&post).await.reference();
    // The generator is worth something only if it goes further than the first line of the parser.
    println!("{answers:?}");
    for (what, number) in [("refused", answers.refused), ("answered", answers.answered), ("hung up on", answers.silent)]
    {
        assert!(number >= 50, "{what}: {number}");
    }
    assert!(answers.pages >= 1_000, "with a page of ours: {}", answers.pages);
}

#[derive(Debug, Default)]
struct Answers {
    refused: usize,
    answered: usize,
    silent: usize,
    pages: usize,
}

impl Answers {
    fn note(&mut self, (request, answer): (Vec<u8>, Vec<u8>)) {
        let text = String::from_utf8_lossy(&answer);
        assert!(!text.contains("HTTP/1.1 5") && !text.contains("HTTP/1.0 5"), "{}", String::from_utf8_lossy(&request));
        match text.get(9..10) {
            Some("4") => self.refused += 1,
            Some(_) => self.answered += 1,
            None => self.silent += 1,
        }
        self.pages += usize::from(text.contains("<html lang=\"fr\">"));
    }
}

/// Sends a request, and hangs up if the service waits for the rest of it.
async fn exchange(address: std::net::SocketAddr, request: Vec<u8>) -> (Vec<u8>, Vec<u8>) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let mut answer = Vec::new();
    // The service may have had enough before everything is sent, which is an answer too.
    let _ = stream.write_all(&request).await;
    if tokio::time::timeout(Duration::from_millis(200), stream.read_to_end(&mut answer)).await.is_err() {
        let _ = stream.shutdown().await;
        let _ = patiently(stream.read_to_end(&mut answer)).await;
    }
    (request, answer)
}

/// Counts panics that are not a test's own.
fn count_panics() -> Arc<AtomicUsize> {
    let panics = Arc::new(AtomicUsize::new(0));
    let (counted, before) = (panics.clone(), panic::take_hook());
    panic::set_hook(Box::new(move |panic| {
        if panic.location().is_none_or(|location| !location.file().contains("tests/")) {
            counted.fetch_add(1, Ordering::SeqCst);
        }
        before(panic);
    }));
    panics
}

struct Generator {
    random: StdRng,
    /// A key of ours.
    key: String,
}

impl Generator {
    fn next(&mut self) -> Vec<u8> {
        match self.random.random_range(0..10) {
            0 => self.noise(),
            1 | 2 => self.mutated(),
            3 => self.odd_line(),
            4 => self.odd_lines(),
            5 | 6 => self.damaged_body(),
            7 => self.broken_framing(),
            8 => self.odd_target(),
            _ => self.random_body(),
        }
    }

    fn pick<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.random.random_range(0..words.len())]
    }

    fn bytes(&mut self, most: usize) -> Vec<u8> {
        let mut bytes = vec![0; self.random.random_range(0..=most)];
        self.random.fill_bytes(&mut bytes);
        bytes
    }

    /// A whole post that nothing is wrong with but its key.
    fn sound() -> Vec<u8> {
        post_bytes("/formulaires/post-it/", &[("_cle", "AAAA.BBBB"), ("espace", "geriatrie"), ("message", "Merci")])
    }

    fn noise(&mut self) -> Vec<u8> {
        let mut bytes = self.bytes(2_000);
        bytes.extend_from_slice(b"\r\n\r\n");
        bytes
    }

    /// A sound request with a few bytes changed, lost, doubled or cut off.
    fn mutated(&mut self) -> Vec<u8> {
        let mut bytes = Self::sound();
        for _ in 0..self.random.random_range(1..6) {
            let at = self.random.random_range(0..bytes.len().max(1));
            match self.random.random_range(0..6) {
                0 | 1 if at < bytes.len() => bytes[at] = self.random.random(),
                2 if at < bytes.len() => {
                    bytes.remove(at);
                }
                3 => bytes.insert(at, self.random.random()),
                4 => {
                    let copy = bytes[at..].to_vec();
                    bytes.splice(at..at, copy);
                }
                5 => bytes.truncate(at),
                _ => {}
            }
        }
        bytes
    }

    fn odd_line(&mut self) -> Vec<u8> {
        let method = self.pick(&[
            "GET",
            "POST",
            "get",
            "",
            "G\0T",
            "GET\t",
            "CONNECT",
            "TRACE",
            "OPTIONS",
            "PRI",
            "É",
            "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLMNOPQRSTUVWXYZ",
        ]);
        let target = self.pick(&[
            "/",
            "*",
            "",
            "/formulaires/post-it/",
            "http://",
            "http://[::1",
            "//",
            "/\u{e9}",
            "?",
            "#",
            "exemple.fr:443",
            "/a b",
            "/%",
        ]);
        let version = self.pick(&[
            "HTTP/1.1",
            "HTTP/1.0",
            "HTTP/2.0",
            "HTTP/0.9",
            "HTTP/9.9",
            "HTTP/1.1 x",
            "http/1.1",
            "",
            "HTTPS/1.1",
            "HTTP/1.١",
        ]);
        let end = self.pick(&["\r\n", "\n", "\r", "\r\n\r\n"]);
        format!("{method} {target} {version}{end}host: 127.0.0.1{end}connection: close{end}{end}").into_bytes()
    }

    /// Head lines that are none, too long, too many, or that contradict each other.
    fn odd_lines(&mut self) -> Vec<u8> {
        let mut bytes = b"POST /formulaires/post-it/ HTTP/1.1\r\nconnection: close\r\n".to_vec();
        for _ in 0..self.random.random_range(1..8) {
            let name = self.pick(&[
                "host",
                "cookie",
                "origin",
                "referer",
                "sec-fetch-site",
                "content-type",
                "content-length",
                "expect",
                "x-forwarded-for",
                "forwarded",
                "range",
                "if-none-match",
                "transfer-encoding",
                "upgrade",
                "te",
                "",
                " folded",
                "na me",
                "n\0me",
                "é",
                "connection",
            ]);
            let value = match self.random.random_range(0..8) {
                0 => self.bytes(60),
                1 => vec![b'a'; self.random.random_range(1..40_000)],
                2 => b"\xff\xfe".to_vec(),
                3 => b"1, 1, 1".to_vec(),
                4 => b"chunked, identity".to_vec(),
                5 => b"18446744073709551616".to_vec(),
                6 => b"application/x-www-form-urlencoded; charset=utf-7".to_vec(),
                _ => b"same-origin".to_vec(),
            };
            let times = if self.random.random_bool(0.1) { 200 } else { 1 };
            for _ in 0..times {
                bytes.extend_from_slice(name.as_bytes());
                bytes.extend_from_slice(self.pick(&[": ", ":", " : ", "", "\r\n\t"]).as_bytes());
                bytes.extend_from_slice(&value);
                bytes.extend_from_slice(b"\r\n");
            }
        }
        bytes.extend_from_slice(b"\r\nmessage=Merci");
        bytes
    }

    /// A post with a key of ours that must not be stored for what it says.
    fn damaged_body(&mut self) -> Vec<u8> {
        let key = self.key.clone();
        let good = encode(&[("_cle", &key), ("espace", "geriatrie"), ("message", "Merci")]).into_bytes();
        let repeated = |text: &str, times: usize| text.repeat(times).into_bytes();
        let mut kind = "application/x-www-form-urlencoded";
        let mut site = "same-origin";
        let damage = match self.random.random_range(0..14) {
            0 => b"&courriel=%ff".to_vec(),
            1 => b"&courriel=\xc3\x28".to_vec(),
            2 => b"&courriel=%00".to_vec(),
            3 => b"&message=Autre".to_vec(),
            4 => [b"&_cle=".to_vec(), key.into_bytes()].concat(),
            5 => repeated("&a=b", self.random.random_range(201..5_000)),
            6 => [b"&".to_vec(), vec![b'n'; self.random.random_range(1_000..60_000)], b"=x".to_vec()].concat(),
            7 => [b"&inconnu=".to_vec(), self.bytes(500).iter().map(|byte| byte | 1).collect()].concat(),
            8 => [b"&courriel=".to_vec(), vec![b'a'; self.random.random_range(65_000..200_000)]].concat(),
            9 => {
                kind = self.pick(&[
                    "application/json",
                    "text/plain",
                    "multipart/form-data; boundary=x",
                    "",
                    "\u{e9}",
                    "application",
                ]);
                Vec::new()
            }
            10 => {
                site = self.pick(&["cross-site", "same-site", "SAME-ORIGIN", "none, same-origin", "\u{e9}"]);
                Vec::new()
            }
            11 => b"&_version=deadbeef".to_vec(),
            12 => b"&courriel=pas+une+adresse%0d%0aBcc:+a@exemple.fr".to_vec(),
            _ => b"&espace%5B%5D=geriatrie&message%5Ba%5D=x".to_vec(),
        };
        let body = [good, damage].concat();
        let head = format!(
            "POST /formulaires/post-it/ HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\nsec-fetch-site: {site}\r\n\
             content-type: {kind}\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        [head.into_bytes(), body].concat()
    }

    /// A post with a key of ours whose end never comes, or comes in no readable way.
    fn broken_framing(&mut self) -> Vec<u8> {
        let body = encode(&[("_cle", &self.key), ("espace", "geriatrie"), ("message", "Merci")]);
        let length = body.len();
        let more = length + self.random.random_range(1..100_000);
        let (lines, body) = match self.random.random_range(0..7) {
            0 => (format!("content-length: {more}"), body),
            1 => (format!("content-length: {length}\r\ncontent-length: {more}"), body),
            2 => (format!("content-length: 0x{length:x}"), body),
            3 => ("transfer-encoding: chunked".to_owned(), format!("{length:x}\r\n{body}")),
            4 => ("transfer-encoding: chunked".to_owned(), format!("{more:x}\r\n{body}\r\n0\r\n\r\n")),
            5 => ("transfer-encoding: chunked".to_owned(), format!("{:x}\r\n{body}\r\n0\r\n\r\n", length - 1)),
            _ => {
                let size = self.pick(&["-1", "zz", "", "1g", "ffffffffffffffffff", "5 5", ";"]);
                ("transfer-encoding: chunked".to_owned(), format!("{size}\r\n{body}\r\n0\r\n\r\n"))
            }
        };
        format!(
            "POST /formulaires/post-it/ HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\nsec-fetch-site: same-origin\r\n\
             content-type: application/x-www-form-urlencoded\r\n{lines}\r\n\r\n{body}"
        )
        .into_bytes()
    }

    fn odd_target(&mut self) -> Vec<u8> {
        let mut target = self
            .pick(&["/", "/formulaires/", "/formulaires/post-it/", "/suivi/", "/moderation/", "/_courrier/", "/sante"])
            .to_owned();
        for _ in 0..self.random.random_range(1..12) {
            target += self.pick(&[
                "%00", "%ff", "%2e%2e/", "../", "//", "%2f", "%", "?", "&", "=", "\\", "{id}", ":", ";", "%c3%28", "é",
                "~", "\"", "|", "a",
            ]);
        }
        if self.random.random_bool(0.1) {
            target += &"a/".repeat(self.random.random_range(1..40_000));
        }
        let method = self.pick(&["GET", "HEAD", "POST", "PUT", "OPTIONS", "TRACE"]);
        format!("{method} {target} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n").into_bytes()
    }

    /// A well-made post of whatever bytes.
    fn random_body(&mut self) -> Vec<u8> {
        let mut body = Vec::new();
        for _ in 0..self.random.random_range(0..40) {
            body.extend_from_slice(
                self.pick(&["message", "espace", "_cle", "_confirme", "_modifier", "&", "=", "+", "%", "%4", "%zz"])
                    .as_bytes(),
            );
            body.extend_from_slice(self.pick(&["=", "=geriatrie", "=oui", "", "&&", "=%C3%A9"]).as_bytes());
            body.extend_from_slice(&self.bytes(30));
            body.push(b'&');
        }
        let head = format!(
            "POST /formulaires/{}/ HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\nsec-fetch-site: same-origin\r\n\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n",
            self.pick(&["post-it", "contact", "ferme", "inconnu"]),
            body.len()
        );
        [head.into_bytes(), body].concat()
    }
}
