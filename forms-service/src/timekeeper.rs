//! What happens by itself when its time has come: submissions that nobody confirms, reminders to
//! those who decide, and the daily mail of those who prefer one.
//!
//! [`keep_time`] does one thing and returns; the [`worker`](crate::worker) calls it until nothing is
//! left to do. Every step is one conditional update, so that several instances act once.

use jiff::Timestamp;

use crate::id::{MailId, SubmissionId};
use crate::outbox::Outbox;
use crate::store::digests::LetGo;
use crate::store::nudges::Nudged;
use crate::store::transitions::Acted;
use crate::workdays;

/// What one call of [`keep_time`] did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// Nobody confirmed a submission in time.
    Unconfirmed(SubmissionId, Acted),
    /// Nobody decided about a submission in time.
    Undecided(SubmissionId, Nudged),
    /// Held mails were let go.
    LetGo(LetGo),
    /// Somebody's daily mail was queued.
    Digest(MailId),
}

/// Does the next thing whose time has come; `None` when there is none.
///
/// # Errors
/// Fails when the database does; then that thing is left as it was.
pub async fn keep_time(outbox: &Outbox, now: Timestamp) -> anyhow::Result<Option<Kept>> {
    let (store, fallback) = (&outbox.store, &outbox.fallback);
    if let Some((id, acted)) = store.act_on_next_due(fallback, now).await? {
        return Ok(Some(Kept::Unconfirmed(id, acted)));
    }
    // Mails come and go in the portal's own zone, and the portal may be another since.
    let zone = outbox.composer.time_zone();
    if let Some((id, nudged)) = store.nudge_next_due(fallback, &zone, now).await? {
        return Ok(Some(Kept::Undecided(id, nudged)));
    }
    let let_go = store.let_go_of_held(now).await?;
    if let_go != LetGo::default() {
        return Ok(Some(Kept::LetGo(let_go)));
    }
    match workdays::this_morning(now, &zone) {
        Some(morning) => Ok(store.queue_next_digest(morning, now).await?.map(Kept::Digest)),
        None => Ok(None),
    }
}
