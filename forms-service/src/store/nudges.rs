//! Reminders to those who decide, and the portal's moderators when nobody answers.
//!
//! Each is one conditional update with its mails in one transaction: several instances act once. A
//! reminder counts its working days from the one before, whatever the clock did meanwhile: none is
//! skipped, and none is sent twice.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use lettre::Address;

use super::decisions::Turn;
use super::desk::{Decider, Desk, ESCALATED_AFTER, is_same};
use super::outbox::{Kind, NewMail, enqueue, next_occasion};
use super::submissions::{State, Stored, read_locked};
use super::trace::{Action, Entry};
use super::{Store, Transaction, one, query};
use crate::id::{SubmissionId, TraceId};
use crate::workdays;

/// After how many working days those who decide are reminded.
pub const FIRST_AFTER: u32 = 3;

/// How many working days after the first they are reminded again, and the portal's moderators asked.
pub const SECOND_AFTER: u32 = 4;

/// How many working days an author has to answer before those who decide are reminded.
pub const ANSWER_WITHIN: u32 = 7;

/// What waits since a moment further ahead than this was written under another clock.
const CLOCK_SLACK: SignedDuration = SignedDuration::from_hours(24);

/// What the service did by itself with a submission that waits for somebody to decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nudged {
    /// Those who decide were reminded.
    Reminded,
    /// They were reminded for the last time, and the portal's moderators may decide as well.
    Escalated,
    /// It waits since a moment that has not come yet: its days are counted from now.
    CountedAnew,
}

impl Store {
    /// Reminds those who are to decide about the one submission that is due for longest. `None`
    /// when none is.
    ///
    /// # Errors
    /// Fails when the database does; nothing is changed then.
    pub async fn nudge_next_due(
        &self,
        fallback: &Address,
        zone: &TimeZone,
        now: Timestamp,
    ) -> anyhow::Result<Option<(SubmissionId, Nudged)>> {
        let Some((id, since)) = self.next_to_nudge(zone, now).await? else { return Ok(None) };
        let mut tx = self.database.begin().await?;
        let stored = read_locked(&mut tx, id).await?;
        // Another instance may have been quicker, or somebody decided.
        let stored = stored.filter(|stored| stored.waits_since == Some(since));
        let Some(stored) = stored.filter(|stored| stored.state.is_open()) else { return Ok(None) };
        let nudged = match stored.reminders {
            _ if since > now => Nudged::CountedAnew,
            0 => Nudged::Reminded,
            _ => Nudged::Escalated,
        };
        if !change(&mut tx, &stored, nudged, now).await? {
            return Ok(None);
        }
        let desk = Desk::read(&mut tx, fallback, now).await?;
        let turn = Turn { stored: &stored, desk: &desk, now };
        match nudged {
            Nudged::CountedAnew => {}
            Nudged::Reminded => turn.remind(&mut tx, &turn.asked(stored.is_escalated()), None).await?,
            Nudged::Escalated => turn.escalate(&mut tx).await?,
        }
        tx.commit().await?;
        Ok(Some((id, nudged)))
    }

    /// What waits for longest of each kind, if its days are over.
    async fn next_to_nudge(
        &self,
        zone: &TimeZone,
        now: Timestamp,
    ) -> anyhow::Result<Option<(SubmissionId, Timestamp)>> {
        let ahead = query("SELECT id, waits_since FROM submissions WHERE waits_since > $1 LIMIT 1")
            .bind(now + CLOCK_SLACK)
            .read_one(&self.database)
            .await?;
        if let Some(row) = ahead {
            return Ok(Some((row.parse("id")?, row.moment("waits_since")?)));
        }
        for (state, reminders, days) in [
            (State::Received, 0, FIRST_AFTER),
            (State::Received, 1, SECOND_AFTER),
            (State::Asked, 0, ANSWER_WITHIN),
            (State::Asked, 1, SECOND_AFTER),
        ] {
            let longest = query(
                "SELECT id, waits_since FROM submissions WHERE waits_since IS NOT NULL AND state = $1 \
                 AND reminders = $2 ORDER BY waits_since LIMIT 1",
            )
            .bind(state.word())
            .bind(i64::from(reminders))
            .read_one(&self.database)
            .await?;
            let Some(row) = longest else { continue };
            let since = row.moment("waits_since")?;
            // Who waited for less is due no sooner: only the day counts, and not its hour.
            if workdays::morning_after(since, days, zone) <= now {
                return Ok(Some((row.parse("id")?, since)));
            }
        }
        Ok(None)
    }
}

/// The one update that makes it so. `false` when something happened meanwhile.
async fn change(tx: &mut Transaction, stored: &Stored, nudged: Nudged, now: Timestamp) -> anyhow::Result<bool> {
    let (reminders, escalation, since) = match nudged {
        Nudged::CountedAnew => (stored.reminders, stored.nudges, Some(now)),
        Nudged::Reminded => (stored.reminders + 1, stored.nudges, Some(now)),
        Nudged::Escalated => (stored.reminders + 1, ESCALATED_AFTER, None),
    };
    let changed = query(
        "UPDATE submissions SET reminders = $1, nudges = $2, waits_since = $3 WHERE id = $4 AND version = $5 \
         AND state = $6 AND reminders = $7 AND waits_since = $8",
    )
    .bind(reminders)
    .bind(escalation)
    .bind(since)
    .bind(stored.id.to_string())
    .bind(stored.version)
    .bind(stored.state.word())
    .bind(stored.reminders)
    .bind(stored.waits_since)
    .run(tx)
    .await?;
    one(changed)
}

impl Turn<'_> {
    fn asked(&self, escalated: bool) -> Vec<Decider> {
        self.desk.asked(&self.stored.current_step(), self.stored.author(), escalated)
    }

    /// Mails everybody that it still waits for them.
    async fn remind(&self, tx: &mut Transaction, asked: &[Decider], trace: Option<TraceId>) -> anyhow::Result<()> {
        let mails = self.mails(tx, asked, Kind::Nudge, trace).await?;
        enqueue(tx, &mails).await
    }

    /// Reminds those who were asked, and asks the portal's moderators.
    async fn escalate(&self, tx: &mut Transaction) -> anyhow::Result<()> {
        let asked = self.asked(self.stored.is_escalated());
        let is_known = |one: &Decider| asked.iter().any(|known| is_same(&known.address, &one.address));
        let more: Vec<Decider> = self.asked(true).into_iter().filter(|one| !is_known(one)).collect();
        if more.is_empty() {
            return self.remind(tx, &asked, None).await;
        }
        let trace = Entry::new(self.stored, Action::Escalated, self.now).add(tx).await?;
        self.remind(tx, &asked, Some(trace)).await?;
        let mails = self.mails(tx, &more, Kind::Submission, Some(trace)).await?;
        enqueue(tx, &mails).await
    }

    async fn mails(
        &self,
        tx: &mut Transaction,
        to: &[Decider],
        kind: Kind,
        trace: Option<TraceId>,
    ) -> anyhow::Result<Vec<NewMail>> {
        let mut mails = Vec::with_capacity(to.len());
        for one in to {
            let occasion = next_occasion(tx, self.stored.id, &one.address, kind).await?;
            mails.push(NewMail { occasion, trace, ..self.about().mail(&one.address, kind) });
        }
        Ok(mails)
    }
}
