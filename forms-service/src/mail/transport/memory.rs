//! A mail server that a test holds in its hand.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use super::SendError;
use crate::mail::message::Mail;

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

    /// Has the next mail fail, after those for which that was asked before.
    pub fn fail_next(&self, code: u16) {
        self.fail_next_with("sending", code, false);
    }

    /// Has the recipient of the next mail refused for good, after the faults prepared before.
    pub fn refuse_next_recipient(&self) {
        self.fail_next_with("RCPT", 550, true);
    }

    fn fail_next_with(&self, step: &'static str, code: u16, refused_recipient: bool) {
        let fault = SendError { step, code: Some(code), refused_recipient, detail: format!("{step}: code {code}") };
        self.faults.lock().unwrap_or_else(PoisonError::into_inner).push_back(fault);
    }

    pub(super) fn send(&self, mail: &Mail) -> Result<(), SendError> {
        if let Some(fault) = self.faults.lock().unwrap_or_else(PoisonError::into_inner).pop_front() {
            return Err(fault);
        }
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).push(mail.clone());
        Ok(())
    }
}
