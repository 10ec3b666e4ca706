//! What takes mails away: the embedded mailbox of a demonstration, or a mail server.
//!
//! A conversation with a server ends within half a minute, whatever the server does. Who failed,
//! and at which step, is said to the outbox; only the outbox decides when to try again.

mod line;

mod smtp;

mod memory;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::message::Mail;
use crate::store::Store;

pub use memory::Memory;
pub use smtp::Smtp;

/// How long a whole conversation may take, from the name of the server to its last answer.
pub const SEND_TIMEOUT: Duration = Duration::from_secs(30);

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

/// Why a mail did not leave. Every one of them is worth another try, but for a refused recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SendError {
    /// At which step; for logs, as the code.
    pub step: &'static str,
    /// The code that the server gave.
    pub code: Option<u16>,
    /// Whether the server said, for good, that it knows no such recipient. Never because it
    /// would not have us, nor because of what the mail holds: that says nothing of the recipient.
    pub refused_recipient: bool,
    /// Everything, for the operator's eyes: a server likes to repeat the address in it.
    pub detail: String,
}

impl SendError {
    /// The mail could not be made.
    pub fn unworded(error: &anyhow::Error) -> Self {
        Self::at("making the mail", format!("{error:#}"))
    }

    fn timeout() -> Self {
        Self::at("timeout", format!("no end after {} s", SEND_TIMEOUT.as_secs()))
    }

    fn at(step: &'static str, detail: String) -> Self {
        Self { step, code: None, refused_recipient: false, detail }
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
