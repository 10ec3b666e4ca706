//! A service that does nothing but remember how it was asked.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// What stands in for the service behind a web server.
pub struct Upstream {
    address: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Upstream {
    /// Answers everything with 200 and nothing.
    pub fn start() -> Self {
        Self::answering("200 OK", "")
    }

    /// Answers everything with that status line and that page.
    pub fn answering(status: &str, page: &str) -> Self {
        let length = page.len();
        let said = format!(
            "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {length}\r\n\
             Connection: close\r\n\r\n{page}"
        );
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("a bound socket has an address").to_string();
        let asked = Arc::<Mutex<Vec<String>>>::default();
        let keeper = Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                answer(&stream, &keeper, &said);
            }
        });
        Self { address, asked }
    }

    /// `127.0.0.1:PORT`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The head of each request so far, in small letters.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("no conversation panics").clone()
    }
}

fn answer(mut stream: &TcpStream, asked: &Mutex<Vec<String>>, said: &str) {
    let lines = BufReader::new(stream).lines().map_while(Result::ok);
    let head: Vec<_> = lines.take_while(|line| !line.is_empty()).map(|line| line.to_lowercase()).collect();
    asked.lock().expect("no conversation panics").push(head.join("\n") + "\n");
    // A client that hangs up is its own business.
    let _ = stream.write_all(said.as_bytes());
}
