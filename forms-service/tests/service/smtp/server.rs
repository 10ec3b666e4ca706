//! A mail server on loopback that plays a part, and remembers what it was told.

use std::io;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufStream};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

/// What the server does when it hears a line that begins so. Two moments have no line of their
/// own: `""` is the beginning, and `"."` the end of a mail.
pub type Script = &'static [(&'static str, Act)];

#[derive(Clone, Copy, Debug)]
pub enum Act {
    /// Answers.
    Say(&'static str),
    /// Answers one byte a second.
    Drip(&'static str),
    /// Answers, then hangs up, whatever it may be told.
    SayAndHangUp(&'static str),
    /// Falls silent, and holds the line.
    Silence,
    /// Hangs up.
    HangUp,
    /// Asks for the mail, and hangs up after that many lines of it.
    HangUpInMail(usize),
    /// Answers, and begins TLS.
    StartTls(&'static str),
}

use Act::{Drip, HangUp, HangUpInMail, Say, SayAndHangUp, Silence, StartTls};

const WELL_BEHAVED: Script = &[
    ("", Say("220 bonjour")),
    ("STARTTLS", StartTls("220 allez")),
    ("AUTH", Say("235 ok")),
    ("MAIL", Say("250 ok")),
    ("RCPT", Say("250 ok")),
    ("DATA", Say("354 allez")),
    (".", Say("250 reçu")),
    ("QUIT", Say("221 au revoir")),
];

/// The server, until the value goes away.
pub struct Server {
    pub port: u16,
    stage: Arc<Stage>,
    listening: tokio::task::JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

/// A mail whose end the server has seen: it answers for it, whether or not it could say so.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Taken {
    pub recipient: String,
    pub lines: Vec<String>,
}

impl Taken {
    pub fn message_id(&self) -> &str {
        self.lines.iter().find_map(|line| line.strip_prefix("Message-ID: ")).unwrap()
    }
}

struct Stage {
    script: Mutex<Script>,
    tls: Mutex<Option<TlsAcceptor>>,
    /// TLS from the first byte.
    tls_first: bool,
    heard: Mutex<Heard>,
    /// How many conversations fell silent or began to drip, and how many bytes dripped.
    stalled: watch::Sender<usize>,
    dripped: watch::Sender<usize>,
}

/// Every line that was said, by whether anybody could read it.
#[derive(Clone, Debug, Default)]
pub struct Heard {
    pub in_clear: Vec<String>,
    pub protected: Vec<String>,
    pub taken: Vec<Taken>,
}

impl Server {
    /// Speaks in clear, and offers STARTTLS when it has a certificate.
    pub async fn start(script: Script, tls: Option<TlsAcceptor>) -> Self {
        Self::listen(script, tls, false).await
    }

    /// Speaks TLS from the first byte.
    pub async fn start_protected(script: Script, tls: TlsAcceptor) -> Self {
        Self::listen(script, Some(tls), true).await
    }

    async fn listen(script: Script, tls: Option<TlsAcceptor>, tls_first: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let stage = Arc::new(Stage {
            script: Mutex::new(script),
            tls: Mutex::new(tls),
            tls_first,
            heard: Mutex::default(),
            stalled: watch::Sender::new(0),
            dripped: watch::Sender::new(0),
        });
        let actor = stage.clone();
        let listening = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let stage = actor.clone();
                // A client that hangs up is its own business.
                tokio::spawn(async move { stage.play(stream).await.ok() });
            }
        });
        Self { port, stage, listening }
    }

    /// Changes what is played from the next conversation on.
    pub fn now_plays(&self, script: Script, tls: Option<TlsAcceptor>) {
        *self.stage.script.lock().unwrap() = script;
        *self.stage.tls.lock().unwrap() = tls;
    }

    pub fn heard(&self) -> Heard {
        self.stage.heard.lock().unwrap().clone()
    }

    /// Waits until that many conversations in all fell silent, or began to drip.
    pub async fn has_stalled(&self, conversations: usize) {
        self.stage.stalled.subscribe().wait_for(|stalled| *stalled >= conversations).await.unwrap();
    }

    /// Waits until that many bytes in all have dripped.
    pub async fn has_dripped(&self, bytes: usize) {
        self.stage.dripped.subscribe().wait_for(|dripped| *dripped >= bytes).await.unwrap();
    }
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// One conversation.
struct Conversation {
    line: BufStream<Box<dyn Stream>>,
    protected: bool,
    recipient: String,
}

impl Stage {
    async fn play(&self, stream: TcpStream) -> io::Result<()> {
        stream.set_nodelay(true)?;
        let mut talk =
            Conversation { line: BufStream::new(Box::new(stream)), protected: false, recipient: String::new() };
        if self.tls_first {
            talk = self.protect(talk).await?;
        }
        let script = *self.script.lock().unwrap();
        let mut line = String::new();
        loop {
            let act = self.act(script, &line, talk.protected);
            match act {
                Say(answer) => talk.say(answer).await?,
                Drip(answer) => self.drip(&mut talk, answer).await?,
                SayAndHangUp(answer) => return talk.say(answer).await,
                HangUp => return Ok(()),
                Silence => return self.fall_silent(&mut talk).await,
                HangUpInMail(lines) => {
                    talk.say("354 allez").await?;
                    for _ in 0..lines {
                        talk.hear().await?;
                    }
                    return Ok(());
                }
                StartTls(answer) => {
                    talk.say(answer).await?;
                    talk = self.protect(talk).await?;
                }
            }
            if line == "QUIT" {
                return Ok(());
            }
            if line == "DATA" && matches!(act, Say(answer) | Drip(answer) if answer.starts_with("354")) {
                self.take(&mut talk).await?;
                ".".clone_into(&mut line);
                continue;
            }
            line = talk.hear().await?;
            self.note(&line, talk.protected);
            if line.starts_with("RCPT") {
                talk.recipient = line.split(['<', '>']).nth(1).unwrap().to_owned();
            }
        }
    }

    fn act(&self, script: Script, line: &str, protected: bool) -> Act {
        let meant = |word: &str| if matches!(word, "" | ".") { line == word } else { line.starts_with(word) };
        let offers_tls = !protected && self.tls.lock().unwrap().is_some();
        match script.iter().chain(WELL_BEHAVED).find(|(word, _)| meant(word)) {
            Some((_, act)) => *act,
            None if line.starts_with("EHLO") && offers_tls => Say("250-serveur\r\n250 STARTTLS"),
            None if line.starts_with("EHLO") => Say("250-serveur\r\n250-8BITMIME\r\n250 AUTH PLAIN"),
            None => Say("502 pardon"),
        }
    }

    fn note(&self, line: &str, protected: bool) {
        let mut heard = self.heard.lock().unwrap();
        if protected { heard.protected.push(line.to_owned()) } else { heard.in_clear.push(line.to_owned()) }
    }

    /// Reads a mail to its end; from then on the server answers for it.
    async fn take(&self, talk: &mut Conversation) -> io::Result<()> {
        let mut lines = Vec::new();
        loop {
            let line = talk.hear().await?;
            self.note(&line, talk.protected);
            if line == "." {
                break;
            }
            lines.push(line.strip_prefix('.').map_or(line.clone(), ToOwned::to_owned));
        }
        self.heard.lock().unwrap().taken.push(Taken { recipient: talk.recipient.clone(), lines });
        Ok(())
    }

    async fn protect(&self, talk: Conversation) -> io::Result<Conversation> {
        let tls = self.tls.lock().unwrap().clone();
        let tls = tls.ok_or_else(|| io::Error::other("no certificate"))?;
        let line: Box<dyn Stream> = Box::new(tls.accept(talk.line.into_inner()).await?);
        Ok(Conversation { line: BufStream::new(line), protected: true, ..talk })
    }

    async fn fall_silent(&self, talk: &mut Conversation) -> io::Result<()> {
        self.stalled.send_modify(|stalled| *stalled += 1);
        // Until the client has enough of it.
        while talk.hear().await.is_ok() {}
        Ok(())
    }

    async fn drip(&self, talk: &mut Conversation, answer: &str) -> io::Result<()> {
        self.stalled.send_modify(|stalled| *stalled += 1);
        for byte in format!("{answer}\r\n").bytes() {
            talk.line.write_all(&[byte]).await?;
            talk.line.flush().await?;
            self.dripped.send_modify(|dripped| *dripped += 1);
            tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        }
        Ok(())
    }
}

impl Conversation {
    async fn say(&mut self, answer: &str) -> io::Result<()> {
        self.line.write_all(format!("{answer}\r\n").as_bytes()).await?;
        self.line.flush().await
    }

    async fn hear(&mut self) -> io::Result<String> {
        let mut line = Vec::new();
        if self.line.read_until(b'\n', &mut line).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_owned())
    }
}
