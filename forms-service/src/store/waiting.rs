//! What waits for people: what is open, what is kept apart, and who asks for the way there.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use lettre::Address;

use super::desk::is_same;
use super::outbox::{Kind, NewMail, enqueue};
use super::submissions::{Stored, read_steps, read_stored};
use super::{Store, query};
use crate::id::{MailId, SubmissionId};
use crate::link::LINK_LIFETIME;

/// A link is mailed to one address at most so often.
pub const ACCESS_EVERY: SignedDuration = SignedDuration::from_mins(10);

impl Store {
    /// What somebody is to decide about, the oldest first.
    ///
    /// # Errors
    /// Fails when the database does, or when a row cannot be read.
    pub async fn open_submissions(&self) -> anyhow::Result<Vec<Stored>> {
        let rows = query(
            "SELECT submissions.*, yaml FROM submissions JOIN definitions ON definitions.form_id = submissions.form_id \
             AND definitions.digest = submissions.definition_digest \
             WHERE state IN ('received', 'asked') ORDER BY received_at, submissions.id",
        )
        .read(&self.database)
        .await?;
        rows.iter().map(read_stored).collect()
    }

    /// What is kept apart, the oldest first.
    ///
    /// # Errors
    /// Fails when the database does, or when a row cannot be read.
    pub async fn quarantined(&self) -> anyhow::Result<Vec<Stored>> {
        let rows = query(
            "SELECT submissions.*, yaml FROM submissions JOIN definitions ON definitions.form_id = submissions.form_id \
             AND definitions.digest = submissions.definition_digest \
             WHERE state = 'quarantine' ORDER BY received_at, submissions.id",
        )
        .read(&self.database)
        .await?;
        rows.iter().map(read_stored).collect()
    }

    /// Since when each open submission stands at its step, where that is later than its receipt.
    ///
    /// # Errors
    /// Fails when the database does, or when a row cannot be read.
    pub async fn steps_begun(&self) -> anyhow::Result<HashMap<SubmissionId, Timestamp>> {
        let rows = query(
            "SELECT submission_id, max(done_at) AS begun FROM trace JOIN submissions ON submissions.id = submission_id \
             WHERE state IN ('received', 'asked') \
             AND action IN ('approved', 'answered', 'doubted', 'bounced', 'released') GROUP BY submission_id",
        )
        .read(&self.database)
        .await?;
        rows.iter().map(|row| Ok((row.parse("submission_id")?, row.moment("begun")?))).collect()
    }

    /// Whether somebody was named as the one who decides about something open: for a space that
    /// does not exist yet, nobody holds a role.
    ///
    /// # Errors
    /// Fails when the database does, or when a row cannot be read.
    pub async fn named_for_a_step(&self, person: &Address) -> anyhow::Result<Option<Address>> {
        let rows =
            query("SELECT steps FROM submissions WHERE state IN ('received', 'asked')").read(&self.database).await?;
        for row in &rows {
            let named = read_steps(&row.text("steps")?)?.into_iter().filter_map(|step| step.named);
            if let Some(found) = named.into_iter().find(|address| is_same(address, person)) {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// Forgets mails with the way to that page that left long ago. Gives how many.
    ///
    /// # Errors
    /// Fails when the database does; then none is forgotten.
    pub async fn forget_access_mails(&self, now: Timestamp) -> anyhow::Result<u64> {
        let mut tx = self.database.begin().await?;
        query(
            "DELETE FROM mailbox WHERE mail_id IN (SELECT id FROM outbox WHERE kind = 'access' AND state <> 'waiting' \
             AND queued_at <= $1)",
        )
        .bind(now - LINK_LIFETIME)
        .run(&mut tx)
        .await?;
        let forgotten = query("DELETE FROM outbox WHERE kind = 'access' AND state <> 'waiting' AND queued_at <= $1")
            .bind(now - LINK_LIFETIME)
            .run(&mut tx)
            .await?;
        tx.commit().await?;
        Ok(forgotten)
    }

    /// Notes that an address asked for the page of what waits for it, and queues the mail when it
    /// is somebody's who has one. The same is written in both cases, so that the time it takes says
    /// nothing. `false` when the same address asked a moment ago: nothing is queued then.
    ///
    /// # Errors
    /// Fails when the database does; nothing is changed then.
    pub async fn queue_access(
        &self,
        digest: &str,
        recipient: Option<&Address>,
        now: Timestamp,
    ) -> anyhow::Result<bool> {
        let mut tx = self.database.begin().await?;
        // What lies ahead was written under another clock.
        query("DELETE FROM access_requests WHERE asked_at <= $1 OR asked_at > $2")
            .bind(now - ACCESS_EVERY)
            .bind(now)
            .run(&mut tx)
            .await?;
        let noted = query("INSERT INTO access_requests (digest, asked_at) VALUES ($1, $2) ON CONFLICT DO NOTHING")
            .bind(digest)
            .bind(now)
            .run(&mut tx)
            .await?;
        let is_first = super::one(noted)?;
        if let Some(recipient) = recipient.filter(|_| is_first) {
            let mail = NewMail {
                id: MailId::new(now),
                submission: None,
                recipient: recipient.clone(),
                kind: Kind::Access,
                version: 1,
                unconfirmed: false,
                stands_for: None,
                occasion: 0,
                trace: None,
                publication: None,
                urgent: true,
                now,
            };
            enqueue(&mut tx, &[mail]).await?;
        }
        tx.commit().await?;
        Ok(is_first)
    }
}
