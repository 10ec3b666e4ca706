//! What takes mails away: the embedded mailbox of a demonstration, or a mail server.
//!
//! A conversation with a server is opened for each mail and never reused, so that a silence or a
//! broken line in one is nothing to the next. It is protected or it does not take place, and it
//! ends within half a minute.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context;
use jiff::Timestamp;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::extension::ClientId;

use super::message::Mail;
use crate::config::{Encryption, SmtpConfig};
use crate::store::Store;

/// How long a whole conversation may take, from the name of the server to its last answer.
pub const SEND_TIMEOUT: Duration = Duration::from_secs(30);

/// How long the farewell to a server may take; the mail is delivered by then.
const QUIT_TIMEOUT: Duration = Duration::from_secs(2);

/// Where mails go.
#[derive(Clone)]
pub enum Transport {
    /// The mailbox in the database.
    Mailbox(Store),
    /// A mail server.
    Smtp(Arc<Smtp>),
    /// The memory of a test.
    Memory(Memory),
}

impl Transport {
    /// Hands one mail over; when this returns, whoever received it answers for it.
    ///
    /// # Errors
    /// Says at which step it failed.
    pub async fn send(&self, mail: &Mail, now: Timestamp) -> Result<(), SendError> {
        match self {
            Self::Mailbox(store) => {
                store.put_into_mailbox(mail, now).await.map_err(|error| SendError::unworded(&error))
            }
            // lettre bounds the connection only; a server that falls silent later would hold us
            // for ever.
            Self::Smtp(smtp) => match tokio::time::timeout(SEND_TIMEOUT, smtp.send(mail)).await {
                Ok(sent) => sent,
                Err(_) => Err(SendError::timeout()),
            },
            Self::Memory(memory) => memory.send(mail),
        }
    }
}

/// Why a mail did not leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SendError {
    /// At which step; for logs, as the code.
    pub step: &'static str,
    /// The code that the server gave.
    pub code: Option<u16>,
    /// Everything, for the operator's eyes: a server likes to repeat the address in it.
    pub detail: String,
}

impl SendError {
    /// The mail could not be made.
    pub fn unworded(error: &anyhow::Error) -> Self {
        Self { step: "making the mail", code: None, detail: format!("{error:#}") }
    }

    /// Whether the server refused the recipient for good.
    pub fn refused_recipient(&self) -> bool {
        self.step == "RCPT" && self.code.is_some_and(|code| code >= 500)
    }

    fn timeout() -> Self {
        Self { step: "timeout", code: None, detail: format!("no end after {} s", SEND_TIMEOUT.as_secs()) }
    }

    fn smtp(step: &'static str, error: &lettre::transport::smtp::Error) -> Self {
        Self { step, code: error.status().map(Into::into), detail: format!("{step}: {error}") }
    }
}

/// Without the detail, which may hold an address.
impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.code {
            Some(code) => write!(f, "{}, code {code}", self.step),
            None => f.write_str(self.step),
        }
    }
}

/// A mail server, and how to talk to it.
pub struct Smtp {
    config: SmtpConfig,
    tls: TlsParameters,
    hello: ClientId,
}

impl Smtp {
    /// Prepares conversations with the configured server.
    ///
    /// # Errors
    /// Fails when the authority's certificate is none.
    pub fn new(config: SmtpConfig) -> anyhow::Result<Self> {
        let mut tls = TlsParameters::builder(config.host.clone());
        if let Some(pem) = &config.authority {
            let certificate = Certificate::from_pem(pem);
            tls = tls.add_root_certificate(certificate.context("« autorite_fichier » n’est pas un certificat PEM")?);
        }
        let tls = tls.build().context("préparation de TLS pour le serveur de courrier")?;
        Ok(Self { config, tls, hello: ClientId::default() })
    }

    async fn send(&self, mail: &Mail) -> Result<(), SendError> {
        let step = |step| move |error| SendError::smtp(step, &error);
        let envelope = mail.envelope().map_err(|error| SendError::unworded(&error))?;
        let wrapper = (self.config.encryption == Encryption::Tls).then(|| self.tls.clone());
        let address = (self.config.host.as_str(), self.config.port);
        let mut connection = AsyncSmtpConnection::connect_tokio1(address, None, &self.hello, wrapper, None)
            .await
            .map_err(step("connecting"))?;
        if self.config.encryption == Encryption::Starttls {
            connection.starttls(self.tls.clone(), &self.hello).await.map_err(step("STARTTLS"))?;
        }
        if self.config.encryption != Encryption::Aucun && !connection.is_encrypted() {
            return Err(SendError { step: "STARTTLS", code: None, detail: "the line is in clear".to_owned() });
        }
        if let Some((user, password)) = &self.config.credentials {
            let credentials = Credentials::new(user.clone(), password.reveal().to_owned());
            let mechanisms = [Mechanism::Plain, Mechanism::Login];
            connection.auth(&mechanisms, &credentials).await.map_err(step("authentication"))?;
        }
        connection.send(&envelope, &mail.raw).await.map_err(step("sending"))?;
        // The server has answered for the mail: a farewell that hangs must not make it a failure.
        tokio::spawn(async move { tokio::time::timeout(QUIT_TIMEOUT, connection.quit()).await });
        Ok(())
    }
}

/// Mails that a test reads, and faults that it prepares.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    sent: Arc<Mutex<Vec<Mail>>>,
    faults: Arc<Mutex<VecDeque<SendError>>>,
}

impl Memory {
    /// The mails that were taken, in their order.
    pub fn sent(&self) -> Vec<Mail> {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Has the next mail refused, after those for which that was asked before.
    pub fn fail_next(&self, code: u16) {
        let fault = SendError { step: "sending", code: Some(code), detail: format!("sending: code {code}") };
        self.faults.lock().unwrap_or_else(PoisonError::into_inner).push_back(fault);
    }

    fn send(&self, mail: &Mail) -> Result<(), SendError> {
        if let Some(fault) = self.faults.lock().unwrap_or_else(PoisonError::into_inner).pop_front() {
            return Err(fault);
        }
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).push(mail.clone());
        Ok(())
    }
}
