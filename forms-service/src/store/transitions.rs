//! From one state of a submission to the next, each with its mails in one transaction.
//!
//! Every change is one conditional update: of two that come at once, one changes the row and the
//! other learns that it came too late.

use jiff::{SignedDuration, Timestamp};
use lettre::Address;

use super::decisions::Turn;
use super::desk::{Decider, Desk};
use super::outbox::{About, Kind, enqueue, on_receipt};
use super::publications::{NewPublication, insert};
use super::register::enter;
use super::sanctions::is_excluded;
use super::submissions::{AddressState, IfUnconfirmed, State, Stored, Suspicion, read_in, read_locked};
use super::trace::{Action, Entry};
use super::{Store, Transaction, composed, query};
use crate::circuit::Event;
use crate::id::SubmissionId;
use crate::register::Inscription;

/// How long a sender has to confirm an address before the service acts by itself.
pub const CONFIRM_WITHIN: SignedDuration = SignedDuration::from_hours(48);

/// How long they have after the one reminder.
pub const LAPSE_AFTER: SignedDuration = SignedDuration::from_hours(5 * 24);

/// What is acted on so long after its time waited for a service that did not run, and whose links
/// led nowhere, or its days were taken away by a clock that was put forward.
const MISSED_BY: SignedDuration = SignedDuration::from_hours(24);

/// What opening the link to confirm came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confirmed {
    /// The address is confirmed from now on.
    Now,
    /// It was already.
    Before,
    /// The submission has lapsed, or is not there any more.
    TooLate,
}

/// What comes with a confirmed address.
#[derive(Default)]
pub struct UponConfirmation<'a> {
    /// What it signs.
    pub signs: Option<Inscription<'a>>,
    /// What appears at once, without anybody's decision.
    pub publishes: Option<NewPublication>,
}

/// What the service did by itself with a submission whose time had come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acted {
    /// It went to those who decide, its address unconfirmed.
    Forwarded,
    /// It went into quarantine: whoever has that address is excluded.
    SetApart,
    /// Its sender was reminded.
    Reminded,
    /// It lapsed.
    Lapsed,
    /// Its time was written under another clock, or nobody could open its link: it was set anew.
    Postponed,
}

impl Store {
    /// Confirms the address of a submission, which is thereby received. What it signs enters the
    /// register in the same transaction.
    ///
    /// # Errors
    /// Fails when the database does; nothing is changed then.
    pub async fn confirm_address(
        &self,
        id: SubmissionId,
        fallback: &Address,
        upon: UponConfirmation<'_>,
        now: Timestamp,
    ) -> anyhow::Result<Confirmed> {
        let UponConfirmation { signs, publishes } = upon;
        let mut tx = self.database.begin().await?;
        let Some(stored) = read_locked(&mut tx, id).await? else { return Ok(Confirmed::TooLate) };
        // Whoever is excluded may still accept the rules.
        let is_apart = signs.is_none() && waits_apart(&mut tx, &stored, now).await?;
        let event = if is_apart { Event::SetApart } else { Event::Confirm };
        let changed = composed(format!(
            "UPDATE submissions SET state = $1, suspicion = coalesce($2, suspicion), address_state = 'confirmed', \
             confirmed_at = $3, due_at = NULL, version = version + 1, \
             waits_since = CASE WHEN $1 = 'received' AND steps <> '[]' THEN $3 END WHERE id = $4 AND {}",
            event.condition()
        ))
        .bind(event.leaves().word())
        .bind(is_apart.then(|| Suspicion::Excluded.word()))
        .bind(now)
        .bind(id.to_string())
        .run(&mut tx)
        .await?;
        let Some(stored) = read_in(&mut tx, id).await? else { return Ok(Confirmed::TooLate) };
        if changed == 1 && is_apart {
            tx.commit().await?;
            return Ok(Confirmed::Now);
        }
        if changed == 1 {
            match publishes {
                Some(publication) => appear(&mut tx, &stored, &publication, fallback, now).await?,
                None => queue_receipt(&mut tx, &stored, fallback, now).await?,
            }
            if let Some(inscription) = signs {
                enter(&mut tx, inscription, now).await?;
            }
            tx.commit().await?;
            return Ok(Confirmed::Now);
        }
        match (stored.state, stored.address_state) {
            (State::Quarantine, AddressState::Confirmed) => Ok(Confirmed::Before),
            (State::Lapsed | State::Quarantine, _) | (_, AddressState::Nothing) => Ok(Confirmed::TooLate),
            (_, AddressState::Confirmed) => Ok(Confirmed::Before),
            // It was forwarded meanwhile: those who decide have it, and now the address is good too.
            (_, AddressState::Unconfirmed) => {
                let changed = query(
                    "UPDATE submissions SET address_state = 'confirmed', confirmed_at = $1 \
                     WHERE id = $2 AND address_state = 'unconfirmed'",
                )
                .bind(now)
                .bind(id.to_string())
                .run(&mut tx)
                .await?;
                if changed == 0 {
                    return Ok(Confirmed::Before);
                }
                if let Some(inscription) = signs {
                    enter(&mut tx, inscription, now).await?;
                }
                tx.commit().await?;
                Ok(Confirmed::Now)
            }
        }
    }

    /// Frees a submission from quarantine: it goes on as if it had never been there. `false`
    /// when it is not in quarantine. The trace says who did so; an operator is nobody in it.
    ///
    /// # Errors
    /// Fails when the database does; nothing is changed then.
    pub async fn release(
        &self,
        id: SubmissionId,
        by: Option<&Decider>,
        fallback: &Address,
        now: Timestamp,
    ) -> anyhow::Result<bool> {
        let mut tx = self.database.begin().await?;
        let changed = composed(format!(
            "UPDATE submissions SET version = version + 1, \
             state = CASE WHEN address_state = 'unconfirmed' THEN 'unconfirmed' ELSE 'received' END, \
             due_at = CASE WHEN address_state = 'unconfirmed' THEN $1 END, \
             waits_since = CASE WHEN address_state <> 'unconfirmed' AND steps <> '[]' THEN $3 END \
             WHERE id = $2 AND {}",
            Event::Release.condition()
        ))
        .bind(now + CONFIRM_WITHIN)
        .bind(id.to_string())
        .bind(now)
        .run(&mut tx)
        .await?;
        if changed == 0 {
            return Ok(false);
        }
        if let Some(stored) = read_in(&mut tx, id).await? {
            Entry { by, ..Entry::new(&stored, Action::Released, now) }.add(&mut tx).await?;
            match stored.state {
                State::Unconfirmed => ask_to_confirm(&mut tx, &stored, Kind::Confirmation, now).await?,
                _ => queue_receipt(&mut tx, &stored, fallback, now).await?,
            }
        }
        tx.commit().await?;
        Ok(true)
    }

    /// Acts on the one submission that is due for longest: forwards it, reminds its sender, or
    /// lets it lapse. `None` when nothing is due.
    ///
    /// # Errors
    /// Fails when the database does; nothing is changed then.
    pub async fn act_on_next_due(
        &self,
        fallback: &Address,
        now: Timestamp,
    ) -> anyhow::Result<Option<(SubmissionId, Acted)>> {
        let mut tx = self.database.begin().await?;
        let due = query(
            "SELECT id, due_at FROM submissions WHERE due_at IS NOT NULL AND state = 'unconfirmed' \
             AND (due_at <= $1 OR due_at > $2) ORDER BY due_at LIMIT 1",
        )
        .bind(now)
        .bind(now + LAPSE_AFTER)
        .rows(&mut tx)
        .await?;
        let Some(row) = due.first() else { return Ok(None) };
        let (id, due_at): (SubmissionId, Timestamp) = (row.parse("id")?, row.moment("due_at")?);
        let Some(stored) = read_in(&mut tx, id).await? else { return Ok(None) };
        let is_apart = waits_apart(&mut tx, &stored, now).await?;
        let acted = match stored.sender.as_ref().and_then(|sender| sender.check) {
            // Further off than any wait of ours: the clock was set back since.
            _ if due_at > now => Acted::Postponed,
            // Lapsing alone cannot be made good again.
            Some(IfUnconfirmed::Lapse) if stored.reminded && now > due_at + MISSED_BY => Acted::Postponed,
            Some(IfUnconfirmed::Lapse) if stored.reminded => Acted::Lapsed,
            Some(IfUnconfirmed::Lapse) => Acted::Reminded,
            // Not to confirm is no way round an exclusion.
            _ if is_apart => Acted::SetApart,
            _ => Acted::Forwarded,
        };
        let (event, reminded, next) = match acted {
            Acted::Forwarded => (Some(Event::Forward), stored.reminded, None),
            Acted::SetApart => (Some(Event::SetApart), stored.reminded, None),
            Acted::Reminded => (None, true, Some(now + LAPSE_AFTER)),
            Acted::Lapsed => (Some(Event::Lapse), true, None),
            Acted::Postponed if stored.reminded => (None, true, Some(now + LAPSE_AFTER)),
            Acted::Postponed => (None, false, Some(now + CONFIRM_WITHIN)),
        };
        let state = event.map_or(stored.state, Event::leaves);
        // What only gets more time stands where it could lapse.
        let condition = event.unwrap_or(Event::Lapse).condition();
        let changed = composed(format!(
            "UPDATE submissions SET state = $1, reminded = $2, due_at = $3, version = version + $4, \
             waits_since = CASE WHEN $1 = 'received' AND steps <> '[]' THEN $8 END, \
             suspicion = coalesce($9, suspicion) WHERE id = $5 AND version = $6 AND due_at = $7 AND {condition}",
        ))
        .bind(state.word())
        .bind(reminded)
        .bind(next)
        .bind(i64::from(state != State::Unconfirmed))
        .bind(id.to_string())
        .bind(stored.version)
        .bind(due_at)
        .bind(now)
        .bind((acted == Acted::SetApart).then(|| Suspicion::Excluded.word()))
        .run(&mut tx)
        .await?;
        if changed == 0 {
            // Another instance was quicker, and did what was to be done.
            return Ok(None);
        }
        let Some(stored) = read_in(&mut tx, id).await? else { return Ok(None) };
        match acted {
            Acted::Forwarded => queue_receipt(&mut tx, &stored, fallback, now).await?,
            Acted::Reminded => ask_to_confirm(&mut tx, &stored, Kind::Reminder, now).await?,
            Acted::SetApart | Acted::Lapsed | Acted::Postponed => {}
        }
        tx.commit().await?;
        Ok(Some((id, acted)))
    }
}

/// Whether its sender is excluded. What nobody decides about, a signature, is not held up.
async fn waits_apart(tx: &mut Transaction, stored: &Stored, now: Timestamp) -> anyhow::Result<bool> {
    match stored.author() {
        Some(author) if !stored.steps.is_empty() => is_excluded(tx, author, now).await,
        _ => Ok(false),
    }
}

/// Approves a submission without anybody's decision: those who may take it away are told once it is
/// on the site.
async fn appear(
    tx: &mut Transaction,
    stored: &Stored,
    publication: &NewPublication,
    fallback: &Address,
    now: Timestamp,
) -> anyhow::Result<()> {
    let desk = Desk::read(tx, fallback, now).await?;
    let turn = Turn { stored, desk: &desk, now };
    turn.change(tx, Event::Approve, stored.steps.len(), None, None).await?;
    Entry::new(stored, Action::Approved, now).add(tx).await?;
    insert(tx, stored, publication, now).await
}

/// Queues what is mailed when a submission is received.
async fn queue_receipt(
    tx: &mut Transaction,
    stored: &Stored,
    fallback: &Address,
    now: Timestamp,
) -> anyhow::Result<()> {
    let desk = Desk::read(tx, fallback, now).await?;
    let (about, sender) = (about(stored, now), stored.sender.as_ref());
    enqueue(tx, &on_receipt(about, &desk, &stored.steps, &stored.destinations, sender)).await
}

async fn ask_to_confirm(tx: &mut Transaction, stored: &Stored, kind: Kind, now: Timestamp) -> anyhow::Result<()> {
    let mail = stored.sender.as_ref().map(|sender| about(stored, now).mail(&sender.address, kind));
    enqueue(tx, mail.as_slice()).await
}

fn about(stored: &Stored, now: Timestamp) -> About {
    About {
        submission: stored.id,
        version: stored.version,
        unconfirmed: stored.address_state == AddressState::Unconfirmed,
        now,
    }
}
