//! Somebody who sends post-its, and who sends one again until it is answered for.

use std::io::{Read, Result, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use crate::portal::PATIENCE;

/// What became of a post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// « Votre post-it est arrivé », with its reference.
    Accepted(String),
    /// There is no room: 503 and a page; what that page says.
    Full(String),
    /// No answer came.
    Unanswered,
}

/// Sends a post-it on the sheet `key`.
///
/// # Panics
/// When the answer is neither of those above.
pub fn post(address: SocketAddr, key: &str, message: &str) -> Outcome {
    let Ok(answer) = exchange(address, key, message) else { return Outcome::Unanswered };
    let status = answer.split(' ').nth(1).unwrap_or_default();
    match status {
        "303" => {
            let (_, reference) = answer.split_once("reference=").unwrap();
            Outcome::Accepted(reference.chars().take_while(char::is_ascii_alphanumeric).collect())
        }
        "503" => Outcome::Full(answer),
        // The line broke before the answer did.
        "" => Outcome::Unanswered,
        _ => panic!("{answer}"),
    }
}

fn exchange(address: SocketAddr, key: &str, message: &str) -> Result<String> {
    let pairs = [("_cle", key), ("espace", "accueil"), ("message", message)];
    send(address, "/formulaires/post-it/", &pairs)
}

/// Posts these fields; gives the whole answer.
pub fn send(address: SocketAddr, path: &str, pairs: &[(&str, &str)]) -> Result<String> {
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    write!(
        stream,
        "POST {path} HTTP/1.1\r\nHost: {address}\r\nSec-Fetch-Site: same-origin\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

/// Waits until every mail has left.
///
/// # Panics
/// When they do not.
pub fn until_nothing_waits(address: SocketAddr) {
    let begun = Instant::now();
    while health(address)["mails"]["waiting"] != 0 {
        assert!(begun.elapsed() < PATIENCE, "mails still wait: {}", health(address));
        std::thread::park_timeout(Duration::from_millis(20));
    }
}

fn health(address: SocketAddr) -> serde_json::Value {
    let answer = get(address, "/sante");
    let (_, report) = answer.split_once("\r\n\r\n").unwrap();
    serde_json::from_str(report).unwrap()
}

/// Opens a page; gives the whole answer.
pub fn get(address: SocketAddr, path: &str) -> String {
    let mut answer = String::new();
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
    stream.read_to_string(&mut answer).unwrap();
    answer
}
