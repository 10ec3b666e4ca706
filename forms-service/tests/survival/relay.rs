//! The hospital's mail relay: it accepts everything, and remembers what it was given, when, and by
//! which life of the program.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Result, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::Instant;

use crate::portal::PATIENCE;

/// A mail server that keeps what it accepts.
pub struct Relay {
    pub port: u16,
    kept: Arc<Kept>,
}

/// One accepted mail.
#[derive(Clone, Debug)]
pub struct Copy {
    /// Which life of the program handed it over, from 0.
    pub life: usize,
    pub at: Instant,
    /// How many mails were accepted before, copies included.
    pub place: usize,
    /// As it travelled.
    pub data: Vec<u8>,
}

/// What a relay was given.
#[derive(Clone, Debug, Default)]
pub struct Book {
    life: usize,
    accepted: usize,
    /// By Message-ID, in the order of arrival.
    pub copies: BTreeMap<String, Vec<Copy>>,
    /// How many conversations broke between DATA and the end of the mail.
    pub cut_short: usize,
}

#[derive(Default)]
struct Kept {
    book: Mutex<Book>,
    arrived: Condvar,
}

impl Relay {
    /// Starts a relay. Its threads end with the test's process.
    pub fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let kept = Arc::new(Kept::default());
        let keeper = Arc::clone(&kept);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let keeper = Arc::clone(&keeper);
                std::thread::spawn(move || answer(stream, &keeper));
            }
        });
        Self { port, kept }
    }

    /// From now on, mails come from the next life of the program.
    pub fn begin_life(&self, life: usize) {
        self.lock().life = life;
    }

    /// Waits until so many different mails were accepted.
    ///
    /// # Panics
    /// When they do not come.
    pub fn wait_for(&self, count: usize) {
        let (book, _) =
            self.kept.arrived.wait_timeout_while(self.lock(), PATIENCE, |book| book.copies.len() < count).unwrap();
        assert!(book.copies.len() >= count, "{count} mails were awaited, {} came", book.copies.len());
    }

    /// What was accepted so far.
    pub fn book(&self) -> Book {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Book> {
        self.kept.book.lock().unwrap()
    }
}

/// One conversation, and what is noted when it breaks.
fn answer(stream: TcpStream, kept: &Kept) {
    let mut within_a_mail = false;
    let _ = converse(stream, kept, &mut within_a_mail);
    kept.book.lock().unwrap().cut_short += usize::from(within_a_mail);
}

fn converse(stream: TcpStream, kept: &Kept, within_a_mail: &mut bool) -> Result<()> {
    // A process that is killed closes its lines after it is gone: what came over this one is of
    // the life in which it was opened.
    let life = kept.book.lock().unwrap().life;
    let mut lines = BufReader::new(stream.try_clone()?);
    let mut client = stream;
    client.write_all(b"220 relais.exemple.fr ESMTP\r\n")?;
    loop {
        let mut said = String::new();
        if lines.read_line(&mut said)? == 0 {
            return Ok(());
        }
        let verb = said.split([' ', '\r', '\n']).next().unwrap_or_default().to_ascii_uppercase();
        match verb.as_str() {
            "EHLO" => client.write_all(b"250-relais.exemple.fr\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n")?,
            "DATA" => {
                *within_a_mail = true;
                client.write_all(b"354 go ahead\r\n")?;
                let Some(data) = read_data(&mut lines)? else { return Ok(()) };
                *within_a_mail = false;
                // Kept before it is answered: a client that has its answer finds it here.
                let mut book = kept.book.lock().unwrap();
                let copy = Copy { life, at: Instant::now(), place: book.accepted, data };
                book.accepted += 1;
                book.copies.entry(message_id(&copy.data)).or_default().push(copy);
                kept.arrived.notify_all();
                drop(book);
                client.write_all(b"250 kept\r\n")?;
            }
            "QUIT" => {
                client.write_all(b"221 au revoir\r\n")?;
                return Ok(());
            }
            _ => client.write_all(b"250 OK\r\n")?,
        }
    }
}

/// The mail up to the lone dot; `None` when the line breaks before.
fn read_data(lines: &mut impl BufRead) -> Result<Option<Vec<u8>>> {
    let mut data = Vec::new();
    loop {
        let mut line = Vec::new();
        if lines.read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        if line == b".\r\n" {
            return Ok(Some(data));
        }
        data.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
    }
}

fn message_id(data: &[u8]) -> String {
    let text = String::from_utf8_lossy(data);
    let line = text.lines().find_map(|line| line.strip_prefix("Message-ID: "));
    line.expect("a mail without Message-ID").trim().to_owned()
}
