//! Clients that post as fast as they are answered, each over one connection that it keeps.
//!
//! They share one thread, apart from the service's own, and do as little as they can: what is
//! measured is the service.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use generator::form::post::{CONFIRMED, KEY, WARNED};
use jiff::{SignedDuration, Timestamp};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::key::SigningKey;

/// How long clients post before anything counts.
const WARM_UP: Duration = Duration::from_millis(500);

/// How long ago the sheets were served: nobody is taken for a robot.
const AGE: SignedDuration = SignedDuration::from_secs(60);

/// What is sent: the same answers each time, on a new sheet each time.
pub struct Sheet {
    form: String,
    answers: String,
    key: Arc<SigningKey>,
}

impl Sheet {
    /// The answers as a browser sends them from the check page, where a form has one.
    pub fn new(form: &str, answers: Vec<(String, String)>, key: Arc<SigningKey>) -> Self {
        let mut encoded = url::form_urlencoded::Serializer::new(String::new());
        encoded.append_pair(CONFIRMED, "oui").append_pair(WARNED, "oui").extend_pairs(answers);
        Self { form: form.to_owned(), answers: encoded.finish(), key }
    }

    fn request(&self, address: SocketAddr) -> String {
        let Self { form, answers, key } = self;
        let key = key.issue_form_key(form, Timestamp::now() - AGE);
        let length = KEY.len() + 1 + key.len() + 1 + answers.len();
        format!(
            "POST /formulaires/{form}/ HTTP/1.1\r\nHost: {address}\r\nSec-Fetch-Site: same-origin\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n{KEY}={key}&{answers}"
        )
    }
}

/// What all clients together came to.
#[derive(Debug, Default)]
pub struct Posts {
    /// All that were accepted.
    pub accepted: u64,
    /// How long each took of those that count.
    pub counted: Vec<Duration>,
}

/// Has so many clients post for so long, after a warm-up.
///
/// # Errors
/// Fails when a post is not accepted.
pub async fn post(address: SocketAddr, sheet: Arc<Sheet>, clients: usize, duration: Duration) -> anyhow::Result<Posts> {
    let (done, finished) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || done.send(post_here(address, &sheet, clients, duration)));
    finished.await.context("the clients are gone")?
}

fn post_here(address: SocketAddr, sheet: &Arc<Sheet>, clients: usize, duration: Duration) -> anyhow::Result<Posts> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let from = Instant::now() + WARM_UP;
        let clients = (0..clients).map(|_| keep_posting(address, sheet, from, from + duration));
        let mut all = Posts::default();
        for posts in futures_util::future::try_join_all(clients).await? {
            all.accepted += posts.accepted;
            all.counted.extend(posts.counted);
        }
        Ok(all)
    })
}

async fn keep_posting(address: SocketAddr, sheet: &Sheet, from: Instant, until: Instant) -> anyhow::Result<Posts> {
    let mut stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let mut posts = Posts::default();
    let mut answer = Vec::with_capacity(4096);
    loop {
        let request = sheet.request(address);
        let sent = Instant::now();
        if sent >= until {
            return Ok(posts);
        }
        stream.write_all(request.as_bytes()).await?;
        read_answer(&mut stream, &mut answer).await?;
        let answered = Instant::now();
        posts.accepted += 1;
        if answered >= from && answered < until {
            posts.counted.push(answered - sent);
        }
    }
}

/// Reads the one answer that is accepted: a redirection without a body.
async fn read_answer(stream: &mut TcpStream, answer: &mut Vec<u8>) -> anyhow::Result<()> {
    answer.clear();
    while !answer.ends_with(b"\r\n\r\n") {
        if stream.read_buf(answer).await? == 0 {
            bail!("la connexion s’est interrompue");
        }
        if !answer.starts_with(b"HTTP/1.1 303") && answer.len() > 12 {
            bail!("un envoi n’a pas été accepté : {}", String::from_utf8_lossy(&answer[..answer.len().min(40)]));
        }
    }
    Ok(())
}
