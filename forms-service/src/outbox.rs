//! The outbox: every mail leaves, however long the server is away, or is set aside in sight.
//!
//! [`Outbox::deliver_next`] makes one attempt and returns; the [`worker`](crate::worker) loops. An
//! attempt leases a row and bears its number, so that whoever comes back from a long silence
//! reports on nothing that is no longer its own. Nothing here deletes a row, and no transaction is open while a server
//! answers.

use anyhow::Context;
use jiff::{SignedDuration, Timestamp};
use lettre::Address;
use rand::RngExt;
use tracing::{error, info, warn};

use crate::crash;
use crate::id::MailId;
use crate::mail::compose::Composer;
use crate::mail::transport::{SendError, Transport};
use crate::store::Store;
use crate::store::outbox::{Failure, Horizon, Lease};

/// How long an attempt holds its row: three times what it may take
/// ([`SEND_TIMEOUT`](crate::mail::transport::SEND_TIMEOUT)).
const LEASE: SignedDuration = SignedDuration::from_secs(90);

/// The wait after the first failure; each further one doubles it.
const FIRST_WAIT: SignedDuration = SignedDuration::from_mins(1);

/// The longest wait, without its jitter.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(6);

/// For how long a mail is tried again, in waits: five days cover a long weekend and its repair.
/// Waits are added up instead of asking the clock, which may jump.
const PATIENCE: SignedDuration = SignedDuration::from_hours(5 * 24);

/// The longest jitter: waits are stretched by up to a tenth, so that a thousand mails that failed
/// together do not all come back in the same second.
const LONGEST_JITTER: SignedDuration = SignedDuration::from_mins(36);

/// Beyond what this service writes itself, a moment was written under another clock.
pub const HORIZON: Horizon =
    Horizon { lease: LEASE, wait: SignedDuration::from_secs(LONGEST_WAIT.as_secs() + LONGEST_JITTER.as_secs()) };

/// What one call of [`deliver_next`] did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// No mail was due.
    Idle,
    /// The server took it.
    Sent(MailId),
    /// It failed, and is tried again at that moment.
    Delayed(MailId, Timestamp),
    /// It failed for the last time.
    SetAside(MailId),
    /// It took so long that another attempt had begun: that one reports.
    Overtaken(MailId),
}

/// What an attempt needs besides the database.
#[derive(Clone)]
pub struct Outbox {
    /// Where the rows are.
    pub store: Store,
    /// Words the mails.
    pub composer: Composer,
    /// Takes them away.
    pub transport: Transport,
    /// Who receives in the place of an address that is refused for good, when the portal has no
    /// other moderator.
    pub fallback: Address,
}

impl Outbox {
    /// Makes one attempt at the mail that is due for longest, if any.
    ///
    /// # Errors
    /// Fails when the database does; a mail that cannot be worded or sent is a [`Delivery`].
    pub async fn deliver_next(&self, now: Timestamp) -> anyhow::Result<Delivery> {
        match self.store.lease_next_mail(now, HORIZON).await? {
            None => Ok(Delivery::Idle),
            Some(lease) => self.deliver(lease, now).await,
        }
    }

    async fn deliver(&self, lease: Lease, now: Timestamp) -> anyhow::Result<Delivery> {
        let outcome = self.attempt(lease.id, now).await;
        self.report(lease, &outcome, now).await
    }

    pub(crate) async fn attempt(&self, id: MailId, now: Timestamp) -> Result<(), SendError> {
        let mail = async {
            self.composer.compose(&self.store.letter(id).await?).with_context(|| format!("wording mail {id}"))
        };
        let mail = mail.await.map_err(|error| SendError::unworded(&error))?;
        self.transport.send(&mail, now).await?;
        crash::point("after-250");
        Ok(())
    }

    pub(crate) async fn report(
        &self,
        lease: Lease,
        outcome: &Result<(), SendError>,
        now: Timestamp,
    ) -> anyhow::Result<Delivery> {
        let Lease { id, attempt, failures } = lease;
        let Err(failure) = outcome else {
            let ours = self.store.report_sent(lease, now).await?;
            info!(mail.id = %id, attempt, "mail {id} was sent");
            return Ok(if ours { Delivery::Sent(id) } else { Delivery::Overtaken(id) });
        };
        let next = next_attempt(failures + 1).map(|wait| now + with_jitter(wait));
        let report =
            Failure { error: &failure.detail, next, refused: failure.refused_recipient, fallback: &self.fallback, now };
        if !self.store.report_failure(lease, &report).await? {
            return Ok(Delivery::Overtaken(id));
        }
        if let Some(next) = next {
            warn!(mail.id = %id, attempt, "mail {id} did not leave ({failure}); tried again at {next}");
            Ok(Delivery::Delayed(id, next))
        } else {
            error!(mail.id = %id, attempt, "mail {id} is set aside ({failure})");
            Ok(Delivery::SetAside(id))
        }
    }
}

/// How long to wait after so many failures; `None` after the last one.
fn next_attempt(failures: u32) -> Option<SignedDuration> {
    let waited: SignedDuration = (1..failures).map(wait_after).sum();
    (waited < PATIENCE).then(|| wait_after(failures))
}

fn wait_after(failures: u32) -> SignedDuration {
    let doublings = failures.saturating_sub(1).min(16);
    (FIRST_WAIT * (1 << doublings)).min(LONGEST_WAIT)
}

fn with_jitter(wait: SignedDuration) -> SignedDuration {
    let tenth = i64::try_from(wait.as_millis() / 10).unwrap_or(0);
    wait + SignedDuration::from_millis(rand::rng().random_range(0..=tenth))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_six_hours_and_add_up_to_five_days() {
        let waits: Vec<i64> = (1..=11).map(|attempt| wait_after(attempt).as_mins()).collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360]);

        let all: Vec<SignedDuration> = (1..).map_while(next_attempt).collect();
        let total: SignedDuration = all.iter().sum();
        assert!(total >= PATIENCE && total < PATIENCE + LONGEST_WAIT, "{total:?}");
        assert_eq!(next_attempt(1000), None);
    }
}
