//! The outbox: every mail leaves, however long the server is away, or is set aside in sight.
//!
//! [`deliver_next`] makes one attempt and returns; the worker only loops. An attempt leases a row
//! and bears its number, so that whoever comes back from a long silence reports on nothing that is
//! no longer its own. Nothing here deletes a row, and no transaction is open while a server
//! answers.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::{Notify, watch};
use tracing::{error, info, warn};

use crate::clock::Clock;
use crate::id::MailId;
use crate::mail::compose::Composer;
use crate::mail::transport::{SendError, Transport};
use crate::store::Store;
use crate::store::outbox::{Horizon, Lease};

/// How long an attempt holds its row: three times what it may take
/// ([`SEND_TIMEOUT`](crate::mail::transport::SEND_TIMEOUT)).
const LEASE: SignedDuration = SignedDuration::from_secs(90);

/// The wait after the first failure; each further one doubles it.
const FIRST_WAIT: SignedDuration = SignedDuration::from_mins(1);

/// The longest wait.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(6);

/// For how long a mail is tried again, in waits: five days cover a long weekend and its repair.
/// Waits are added up instead of asking the clock, which may jump.
const PATIENCE: SignedDuration = SignedDuration::from_hours(5 * 24);

/// How long the worker sleeps at most: what the clock does meanwhile is seen at the latest then.
const LONGEST_SLEEP: Duration = Duration::from_secs(30);

/// Beyond what this service writes itself, a moment was written under another clock.
pub const HORIZON: Horizon = Horizon { lease: LEASE, wait: LONGEST_WAIT };

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

/// Makes one attempt at the mail that is due for longest, if any.
///
/// # Errors
/// Fails when the database does; a mail that cannot be worded or sent is a [`Delivery`].
pub async fn deliver_next(
    store: &Store,
    composer: &Composer,
    transport: &Transport,
    now: Timestamp,
) -> anyhow::Result<Delivery> {
    let Some(lease) = store.lease_next_mail(now, HORIZON).await? else { return Ok(Delivery::Idle) };
    let Lease { id, attempt } = lease;
    let failure = match attempt_one(store, composer, transport, id, now).await {
        Ok(()) => {
            let ours = store.report_sent(id, attempt, now).await?;
            info!(mail.id = %id, attempt, "mail {id} was sent");
            return Ok(if ours { Delivery::Sent(id) } else { Delivery::Overtaken(id) });
        }
        Err(failure) => failure,
    };
    let next = next_attempt(attempt).map(|wait| now + wait);
    if !store.report_failure(id, attempt, &failure.detail, next).await? {
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

async fn attempt_one(
    store: &Store,
    composer: &Composer,
    transport: &Transport,
    id: MailId,
    now: Timestamp,
) -> Result<(), SendError> {
    let mail = async { composer.compose(&store.letter(id).await?).with_context(|| format!("wording mail {id}")) };
    let mail = mail.await.map_err(|error| SendError::unworded(&error))?;
    transport.send(&mail, now).await
}

/// How long to wait after a failed attempt; `None` after the last one.
fn next_attempt(attempt: u32) -> Option<SignedDuration> {
    let waited: SignedDuration = (1..attempt).map(wait_after).sum();
    (waited < PATIENCE).then(|| wait_after(attempt))
}

fn wait_after(attempt: u32) -> SignedDuration {
    let doublings = attempt.saturating_sub(1).min(16);
    (FIRST_WAIT * (1 << doublings)).min(LONGEST_WAIT)
}

/// What the worker works with.
pub struct Worker {
    /// Where the rows are.
    pub store: Store,
    /// Words the mails.
    pub composer: Composer,
    /// Takes them away.
    pub transport: Transport,
    /// Tells the time.
    pub clock: Clock,
    /// Rung when a mail was queued.
    pub wake: Arc<Notify>,
}

impl Worker {
    /// Delivers until `stop` says so; then finishes what it holds and returns.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            let now = self.clock.now();
            let pause = match deliver_next(&self.store, &self.composer, &self.transport, now).await {
                Ok(Delivery::Idle) => self.until_next(now).await,
                Ok(_) => continue,
                Err(error) => {
                    error!("the outbox cannot be read or written: {error:#}");
                    Duration::from_secs(5)
                }
            };
            tokio::select! {
                () = self.wake.notified() => {}
                () = tokio::time::sleep(pause) => {}
                _ = stop.changed() => {}
            }
        }
    }

    async fn until_next(&self, now: Timestamp) -> Duration {
        let due = self.store.next_mail_due().await.ok().flatten();
        let wait = due.map_or(LONGEST_SLEEP, |due| due.duration_since(now).try_into().unwrap_or_default());
        // Never nought: a row that is due and yet not given out must not make this loop spin.
        wait.clamp(Duration::from_millis(100), LONGEST_SLEEP)
    }
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
