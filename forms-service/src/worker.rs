//! The worker: delivers what the [`outbox`](crate::outbox) holds, and acts on submissions whose time
//! has come. It decides nothing: it looks, calls, and sleeps until there may be something to do.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::{Notify, watch};
use tracing::{error, info};

use crate::clock::Clock;
use crate::outbox::{HORIZON, Outbox};
use crate::store::outbox::Lease;
use crate::timekeeper::{Kept, keep_time};

/// How long the worker sleeps at most: what the clock does meanwhile is seen at the latest then.
const LONGEST_SLEEP: Duration = Duration::from_secs(30);

/// How many conversations with the mail server are held at once: one that hangs must not hold up
/// the others.
const CONVERSATIONS: usize = 4;

/// What works.
pub struct Worker {
    /// What it delivers with.
    pub outbox: Outbox,
    /// Tells the time.
    pub clock: Clock,
    /// Rung when a mail was queued.
    pub wake: Arc<Notify>,
}

impl Worker {
    /// Works until `stop` says so; then finishes what it holds and returns.
    pub async fn run(self, stop: watch::Receiver<bool>) {
        let conversations = (0..CONVERSATIONS).map(|_| self.deliver(stop.clone()));
        futures_util::future::join(futures_util::future::join_all(conversations), self.keep_time(stop.clone())).await;
    }

    async fn deliver(&self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            let now = self.clock.now();
            let leased = self.outbox.store.lease_next_mail(now, HORIZON).await;
            let pause = match leased {
                Ok(Some(lease)) => {
                    // Where one mail is, there may be more: the next conversation looks.
                    self.wake.notify_one();
                    self.outbox.store.settle().await;
                    self.carry_out(lease, now, stop.clone()).await;
                    continue;
                }
                Ok(None) => self.until_next(now).await,
                Err(error) => self.trouble(&error),
            };
            tokio::select! {
                () = self.wake.notified() => {}
                () = tokio::time::sleep(pause) => {}
                _ = stop.changed() => {}
            }
        }
    }

    /// One attempt, and the report on it. That a mail left is said until the database hears it,
    /// or it would leave again when its lease ends.
    async fn carry_out(&self, lease: Lease, now: Timestamp, mut stop: watch::Receiver<bool>) {
        let outcome = self.outbox.attempt(lease.id, now).await;
        while let Err(error) = self.outbox.report(lease, &outcome, now).await {
            tokio::select! {
                () = tokio::time::sleep(self.trouble(&error)) => {}
                _ = stop.wait_for(|stopped| *stopped) => return,
            }
            if outcome.is_err() {
                // It did not leave: when its lease ends it is tried again, and that is all that
                // the report would have said.
                return;
            }
        }
    }

    async fn until_next(&self, now: Timestamp) -> Duration {
        let due = self.outbox.store.next_mail_due().await.ok().flatten();
        let wait = due.map_or(LONGEST_SLEEP, |due| due.duration_since(now).try_into().unwrap_or_default());
        // Never nought: a row that is due and yet not given out must not make this loop spin.
        wait.clamp(Duration::from_millis(100), LONGEST_SLEEP)
    }

    /// Does what is due, and looks again after a while.
    async fn keep_time(&self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            match keep_time(&self.outbox, self.clock.now()).await {
                Ok(Some(kept)) => {
                    say(kept);
                    self.wake.notify_one();
                    continue;
                }
                Ok(None) => {}
                Err(error) => {
                    self.trouble(&error);
                }
            }
            tokio::select! {
                () = tokio::time::sleep(LONGEST_SLEEP) => {}
                _ = stop.changed() => {}
            }
        }
    }

    /// Says that the database failed, and how long to leave it alone.
    fn trouble(&self, error: &anyhow::Error) -> Duration {
        error!("the outbox cannot be read or written: {error:#}");
        self.outbox.store.note(error);
        Duration::from_secs(2)
    }
}

fn say(kept: Kept) {
    match kept {
        Kept::Unconfirmed(id, acted) => {
            info!(submission.id = %id, "nobody confirmed submission {id} in time: {acted:?}");
        }
        Kept::Undecided(id, nudged) => {
            info!(submission.id = %id, "nobody decided about submission {id} in time: {nudged:?}");
        }
        Kept::LetGo(held) => info!("{} held mails leave at once, {} are moot", held.freed, held.moot),
        Kept::Digest(id) => info!(mail.id = %id, "queued daily mail {id}"),
    }
}
