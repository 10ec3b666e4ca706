//! Publishes as soon as something is approved, and beside it follows the repository. It decides
//! nothing: it calls the [`publisher`](super::publisher), and sleeps until there may be something to do.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::{Notify, watch};
use tracing::error;

use super::publisher::{Did, Publisher};
use crate::clock::Clock;

/// How often it looks by itself: another instance may have been asked.
const TICK: Duration = Duration::from_secs(2);

/// How often the repository is asked for what others pushed.
const FOLLOW_EVERY: SignedDuration = SignedDuration::from_secs(30);

/// What publishes.
pub struct PublishWorker {
    /// What it publishes with.
    pub publisher: Publisher,
    /// Tells the time.
    pub clock: Clock,
    /// Rung when something was approved, or is to go.
    pub bell: Arc<Notify>,
}

impl PublishWorker {
    /// Works until `stop` says so; then finishes what it holds and returns. The repository is followed
    /// and sent to beside the tasks: a click never waits for it.
    pub async fn run(self, stop: watch::Receiver<bool>) {
        let live = Notify::new();
        tokio::join!(self.publish(&live, stop.clone()), self.follow(&live, stop));
    }

    /// Does tasks, and rings `live` whenever a page went live or away.
    async fn publish(&self, live: &Notify, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            match self.publisher.publish_next(self.clock.now()).await {
                Ok(Did::Published(_) | Did::Stopped(_)) => {
                    live.notify_one();
                    continue;
                }
                Ok(Did::Bounced(_)) => continue,
                Ok(Did::Nothing | Did::Delayed(_)) => {}
                Err(error) => error!("publishing failed: {error:#}"),
            }
            tokio::select! {
                () = self.bell.notified() => {}
                () = tokio::time::sleep(TICK) => {}
                _ = stop.changed() => {}
            }
        }
    }

    /// Talks with the repository: now and then, and whenever `live` rings.
    async fn follow(&self, live: &Notify, mut stop: watch::Receiver<bool>) {
        let mut followed: Option<Timestamp> = None;
        while !*stop.borrow() {
            let now = self.clock.now();
            // Another instance published: what it made is fetched at once.
            let is_behind = self.publisher.is_behind().await.unwrap_or_else(|error| {
                error!("the commit that is shown cannot be read: {error:#}");
                false
            });
            let is_due = is_behind || followed.is_none_or(|at| now < at || now.duration_since(at) >= FOLLOW_EVERY);
            if is_due {
                followed = Some(now);
                if let Err(error) = self.publisher.catch_up(now).await {
                    error!("the repository was not followed: {error:#}");
                }
            }
            tokio::select! {
                () = live.notified() => self.publisher.follow_up(self.clock.now()).await,
                () = tokio::time::sleep(TICK) => {}
                _ = stop.changed() => {}
            }
        }
    }
}
