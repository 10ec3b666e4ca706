//! A line to a server that is still in clear, read one line of text at a time.
//!
//! lettre reads ahead, and keeps what it read when TLS begins: whoever sits between could send,
//! behind the « go ahead » to STARTTLS, the answers to all that we are about to say, and the mail
//! would count as delivered. Here nothing is read past the end of a line, so what was slipped in
//! reaches the TLS handshake, which it breaks.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use lettre::transport::smtp::client::AsyncTokioStream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

/// How long one address of a server may take to answer: a name has several, and the first one
/// that leads nowhere must not use up the time of the others.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(8);

/// As much as one read of the socket gives.
const READ_SIZE: usize = 4096;

/// A connection that gives out one line at a time.
#[derive(Debug)]
pub struct Line {
    stream: TcpStream,
    /// What the socket gave and nobody asked for yet.
    held: Vec<u8>,
}

impl Line {
    /// Connects to the first address of `host` that answers.
    pub async fn connect(host: &str, port: u16) -> io::Result<Self> {
        let mut failure = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
        for address in lookup_host((host, port)).await? {
            match timeout(CONNECT_TIMEOUT, TcpStream::connect(address)).await {
                Ok(Ok(stream)) => return Ok(Self { stream, held: Vec::new() }),
                Ok(Err(error)) => failure = error,
                Err(_) => failure = io::Error::new(io::ErrorKind::TimedOut, "the address does not answer"),
            }
        }
        Err(failure)
    }

    fn poll_fill(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut space = [0; READ_SIZE];
        let mut read = ReadBuf::new(&mut space);
        ready!(Pin::new(&mut self.stream).poll_read(cx, &mut read))?;
        self.held.extend_from_slice(read.filled());
        Poll::Ready(Ok(()))
    }
}

impl AsyncRead for Line {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if self.held.is_empty() {
            ready!(self.poll_fill(cx))?;
        }
        let line = self.held.iter().position(|byte| *byte == b'\n').map_or(self.held.len(), |end| end + 1);
        let given = line.min(buf.remaining());
        buf.put_slice(&self.held[..given]);
        self.held.drain(..given);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Line {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

impl AsyncTokioStream for Line {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.stream.peer_addr()
    }
}
