//! Somebody who asks a web server for one thing at a time, over TLS or in clear, from an address
//! of their choice: every address that begins with 127 is this machine.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddrV4, TcpStream};
use std::sync::Arc;

use rustix::net::{AddressFamily, SocketType, bind, connect, socket};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::authority::Authority;
use crate::{Answer, PATIENCE};

/// A caller, and whom it trusts.
pub struct Caller {
    from: Ipv4Addr,
    tls: Arc<ClientConfig>,
}

/// An answer, its body as it travelled.
#[derive(Debug)]
pub struct Raw {
    /// The answer; its body is shown as text, whatever it is.
    pub answer: Answer,
    /// The bytes of the body.
    pub body: Vec<u8>,
}

impl Caller {
    /// Somebody at `from`, who trusts what `authority` certifies.
    pub fn at(from: [u8; 4], authority: &Authority) -> Self {
        let mut trusted = RootCertStore::empty();
        let certificate = CertificateDer::from_pem_slice(authority.pem().as_bytes()).expect("a certificate in PEM");
        trusted.add(certificate).expect("a certificate of an authority");
        let tls = ClientConfig::builder().with_root_certificates(trusted).with_no_client_auth();
        Self { from: from.into(), tls: Arc::new(tls) }
    }

    /// Asks `host` at `port` over TLS. `more` are whole header lines.
    pub fn ask(&self, port: u16, host: &str, request: &str, more: &[&str]) -> Raw {
        self.send(port, host, request, more, "")
    }

    /// The same, with a body.
    pub fn send(&self, port: u16, host: &str, request: &str, more: &[&str], body: &str) -> Raw {
        let name = ServerName::try_from(host.to_owned()).expect("the name of a server");
        let connection = ClientConnection::new(self.tls.clone(), name).expect("a configuration that holds together");
        exchange(StreamOwned::new(connection, self.call(port)), &message(host, request, more, body))
    }

    /// Asks in clear.
    pub fn ask_in_clear(&self, port: u16, host: &str, request: &str) -> Raw {
        exchange(self.call(port), &message(host, request, &[], ""))
    }

    fn call(&self, port: u16) -> TcpStream {
        let socket = socket(AddressFamily::INET, SocketType::STREAM, None).expect("a socket");
        bind(&socket, &SocketAddrV4::new(self.from, 0)).expect("a loopback address");
        connect(&socket, &SocketAddrV4::new(Ipv4Addr::LOCALHOST, port)).expect("a server that listens");
        let stream = TcpStream::from(socket);
        stream.set_read_timeout(Some(PATIENCE)).expect("a time that is not nought");
        stream
    }
}

fn message(host: &str, request: &str, more: &[&str], body: &str) -> String {
    let mut headers = vec![format!("{request} HTTP/1.1"), format!("Host: {host}"), "Connection: close".to_owned()];
    headers.extend(more.iter().map(|line| (*line).to_owned()));
    if !body.is_empty() {
        headers.push(format!("Content-Length: {}", body.len()));
    }
    format!("{}\r\n\r\n{body}", headers.join("\r\n"))
}

fn exchange(mut stream: impl Read + Write, message: &str) -> Raw {
    stream.write_all(message.as_bytes()).expect("a server that reads");
    let mut bytes = Vec::new();
    // A server that has said all may hang up without the farewell of TLS.
    let _ = stream.read_to_end(&mut bytes);
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
    let end = end.unwrap_or_else(|| panic!("no answer, but {}", String::from_utf8_lossy(&bytes)));
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let (status, lines) = head.split_once("\r\n").unwrap_or((&head, ""));
    let status = status.split(' ').nth(1).and_then(|code| code.parse().ok()).expect("a status line");
    let headers: Vec<_> = lines
        .lines()
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let chunked = headers.iter().any(|(name, value)| name == "transfer-encoding" && value == "chunked");
    let body = if chunked { dechunk(&bytes[end + 4..]) } else { bytes[end + 4..].to_vec() };
    Raw { answer: Answer { status, headers, body: String::from_utf8_lossy(&body).into_owned() }, body }
}

/// The body that travelled in chunks.
fn dechunk(mut bytes: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    loop {
        let end = bytes.windows(2).position(|two| two == b"\r\n").expect("the size of a chunk");
        let size = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let size = usize::from_str_radix(size.trim(), 16).expect("the size of a chunk");
        if size == 0 {
            return body;
        }
        body.extend_from_slice(&bytes[end + 2..end + 2 + size]);
        bytes = &bytes[end + 2 + size + 2..];
    }
}
