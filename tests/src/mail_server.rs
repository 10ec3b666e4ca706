//! The hospital's mail relay: a real SMTP conversation on a loopback port, and what it was given.
//!
//! It speaks as much of RFC 5321 as a client needs, accepts everything, and passes nothing on.

use std::io::{BufRead, BufReader, Result, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};

use crate::{Letter, PATIENCE};

/// A mail server that keeps what it accepts.
pub struct MailServer {
    port: u16,
    kept: Arc<Kept>,
}

/// One accepted message with its envelope.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// The envelope's sender.
    pub from: String,
    /// The envelope's recipients.
    pub to: Vec<String>,
    /// The message itself, as it travelled.
    pub data: Vec<u8>,
}

impl Delivery {
    /// The message as its reader sees it.
    pub fn letter(&self) -> Letter {
        Letter::parse(&self.data)
    }
}

#[derive(Default)]
struct Kept {
    deliveries: Mutex<Vec<Delivery>>,
    arrived: Condvar,
}

impl MailServer {
    /// Starts a server. Its thread ends with the test's process.
    pub fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let port = listener.local_addr().expect("a bound socket has an address").port();
        let kept = Arc::new(Kept::default());
        let keeper = Arc::clone(&kept);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let keeper = Arc::clone(&keeper);
                // A client that hangs up is its own business.
                std::thread::spawn(move || converse(stream, &keeper).ok());
            }
        });
        Self { port, kept }
    }

    /// The port it listens on, at 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Waits until `count` messages in all were accepted, and returns them in order of arrival.
    ///
    /// # Panics
    /// When they do not come.
    pub fn wait_for(&self, count: usize) -> Vec<Delivery> {
        let deliveries = self.kept.deliveries.lock().expect("no conversation panics");
        let (deliveries, _) = self
            .kept
            .arrived
            .wait_timeout_while(deliveries, PATIENCE, |deliveries| deliveries.len() < count)
            .expect("no conversation panics");
        assert!(deliveries.len() >= count, "{count} mails were awaited, these came: {deliveries:#?}");
        deliveries.clone()
    }

    /// Waits for a mail to `address` that says `words`, in its subject or its text, and reads it: the
    /// last one that came, when there are several.
    ///
    /// # Panics
    /// When none comes.
    pub fn letter_to(&self, address: &str, words: &str) -> Letter {
        self.nth_letter_to(address, words, 1)
    }

    /// The same, once `count` of them came.
    ///
    /// # Panics
    /// When they do not come.
    pub fn nth_letter_to(&self, address: &str, words: &str, count: usize) -> Letter {
        let fitting = |deliveries: &Vec<Delivery>| -> Vec<Letter> {
            let to = deliveries.iter().filter(|delivery| delivery.to == [address]);
            to.map(Delivery::letter).filter(|letter| letter.says(words)).collect()
        };
        let deliveries = self.kept.deliveries.lock().expect("no conversation panics");
        let (deliveries, _) = self
            .kept
            .arrived
            .wait_timeout_while(deliveries, PATIENCE, |deliveries| fitting(deliveries).len() < count)
            .expect("no conversation panics");
        let mut found = fitting(&deliveries);
        let came: Vec<_> = deliveries.iter().map(|one| (one.to.clone(), one.letter().subject)).collect();
        assert!(found.len() >= count, "no mail to {address} says « {words} »; these came: {came:#?}");
        found.pop().unwrap_or_else(|| panic!("no mail was asked for"))
    }

    /// What was mailed to `address` so far.
    pub fn letters_to(&self, address: &str) -> Vec<Letter> {
        self.deliveries().iter().filter(|delivery| delivery.to == [address]).map(Delivery::letter).collect()
    }

    /// What was accepted so far.
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.kept.deliveries.lock().expect("no conversation panics").clone()
    }
}

/// One conversation, from greeting to QUIT.
fn converse(stream: TcpStream, kept: &Kept) -> Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?);
    let mut client = stream;
    let (mut from, mut to) = (String::new(), Vec::new());
    client.write_all(b"220 relais.exemple.fr ESMTP\r\n")?;
    loop {
        let mut line = String::new();
        if lines.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let verb = line.split([' ', '\r', '\n']).next().unwrap_or_default().to_ascii_uppercase();
        let answer = match verb.as_str() {
            "EHLO" => "250-relais.exemple.fr\r\n250-8BITMIME\r\n250 SMTPUTF8",
            "HELO" | "NOOP" => "250 OK",
            "RSET" => {
                to.clear();
                "250 OK"
            }
            "MAIL" => {
                from = address(&line);
                to.clear();
                "250 OK"
            }
            "RCPT" => {
                to.push(address(&line));
                "250 OK"
            }
            "DATA" if to.is_empty() => "503 no recipient",
            "DATA" => {
                client.write_all(b"354 go ahead\r\n")?;
                let data = read_data(&mut lines)?;
                // Kept before it is answered: a client that has its answer finds it here.
                let delivery = Delivery { from: from.clone(), to: std::mem::take(&mut to), data };
                kept.deliveries.lock().expect("no conversation panics").push(delivery);
                kept.arrived.notify_all();
                "250 kept"
            }
            "QUIT" => {
                client.write_all(b"221 au revoir\r\n")?;
                return Ok(());
            }
            _ => "502 unknown command",
        };
        client.write_all(answer.as_bytes())?;
        client.write_all(b"\r\n")?;
    }
}

/// The message up to the lone dot, with the dots that transport doubled single again.
fn read_data(lines: &mut impl BufRead) -> Result<Vec<u8>> {
    let mut data = Vec::new();
    loop {
        let mut line = Vec::new();
        if lines.read_until(b'\n', &mut line)? == 0 || line == b".\r\n" {
            return Ok(data);
        }
        data.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
    }
}

/// What stands between `<` and `>`.
fn address(line: &str) -> String {
    line.split(['<', '>']).nth(1).unwrap_or_default().to_owned()
}
