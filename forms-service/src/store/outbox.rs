//! The rows of the outbox: queued, leased for one attempt, reported on. Nothing is deleted.

use anyhow::Context;
use generator::form::ValidSubmission;
use jiff::{SignedDuration, Timestamp};
use lettre::Address;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::submissions::read_reference;
use super::{Store, Transaction, unreadable};
use crate::id::{MailId, SubmissionId};
use crate::reference::Reference;

/// What a mail says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// To whoever decides: here is a submission.
    Submission,
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Self::Submission => "submission",
        }
    }

    fn parse(word: &str) -> anyhow::Result<Self> {
        match word {
            "submission" => Ok(Self::Submission),
            _ => Err(unreadable("outbox.kind", word)),
        }
    }
}

/// Where a mail stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailState {
    /// To be sent, now or later.
    Waiting,
    /// The server took it.
    Sent,
    /// Given up on; an operator decides.
    SetAside,
}

impl MailState {
    fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::SetAside => "set_aside",
        }
    }

    pub(super) fn parse(word: &str) -> anyhow::Result<Self> {
        [Self::Waiting, Self::Sent, Self::SetAside]
            .into_iter()
            .find(|state| state.word() == word)
            .ok_or_else(|| unreadable("outbox.state", word))
    }

    /// What an operator reads.
    pub fn label(self) -> &'static str {
        match self {
            Self::Waiting => "en attente",
            Self::Sent => "envoyé",
            Self::SetAside => "mis de côté",
        }
    }
}

/// The right to attempt one mail, until the lease ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The row.
    pub id: MailId,
    /// Which attempt this is, from 1; the fence of every report on it.
    pub attempt: u32,
}

/// What a mail is made of.
#[derive(Clone, Debug)]
pub struct Letter {
    /// The row.
    pub id: MailId,
    /// To whom.
    pub recipient: Address,
    /// What it says.
    pub kind: Kind,
    /// The reference of the submission it is about.
    pub reference: Reference,
    /// When the submission was received: the date of the mail, however late it leaves.
    pub received_at: Timestamp,
    /// The answers.
    pub submission: ValidSubmission,
    /// The YAML of the form as it was when it was filled in.
    pub definition_yaml: String,
}

/// How far the machine's clock may be trusted: a moment further off than any that this service
/// writes was written under another clock, and does not hold anything up.
#[derive(Clone, Copy, Debug)]
pub struct Horizon {
    /// The longest lease.
    pub lease: SignedDuration,
    /// The longest wait.
    pub wait: SignedDuration,
}

/// Queues one mail. It asks for the transaction that stores the submission, so that there is
/// never one without the other.
pub(super) async fn enqueue(
    tx: &mut Transaction,
    submission: SubmissionId,
    recipient: &Address,
    kind: Kind,
    now: Timestamp,
) -> anyhow::Result<MailId> {
    let id = MailId::new(now);
    sqlx::query(
        "INSERT INTO outbox (id, submission_id, recipient, kind, state, attempt, next_attempt_at) \
         VALUES (?, ?, ?, ?, 'waiting', 0, ?)",
    )
    .bind(id.to_string())
    .bind(submission.to_string())
    .bind(recipient.to_string())
    .bind(kind.word())
    .bind(now.as_millisecond())
    .execute(&mut **tx)
    .await
    .context("queuing a mail")?;
    Ok(id)
}

impl Store {
    /// Takes the mail that is due for longest, for one attempt that ends before `now + lease`.
    ///
    /// # Errors
    /// Fails when the database does.
    pub async fn lease_next_mail(&self, now: Timestamp, horizon: Horizon) -> anyhow::Result<Option<Lease>> {
        let taken = sqlx::query(
            "UPDATE outbox SET attempt = attempt + 1, lease_until = ?1 + ?2 WHERE id = ( \
                 SELECT id FROM outbox WHERE state = 'waiting' \
                 AND (next_attempt_at <= ?1 OR next_attempt_at > ?1 + ?3) \
                 AND (lease_until IS NULL OR lease_until <= ?1 OR lease_until > ?1 + ?2) \
                 ORDER BY next_attempt_at, id LIMIT 1) \
             RETURNING id, attempt",
        )
        .bind(now.as_millisecond())
        .bind(milliseconds(horizon.lease))
        .bind(milliseconds(horizon.wait))
        .fetch_optional(&self.writer)
        .await
        .context("leasing a mail")?;
        let lease = |row: SqliteRow| Ok(Lease { id: read_id(&row)?, attempt: read_attempt(&row)? });
        taken.map(lease).transpose()
    }

    /// What the mail `id` is made of.
    ///
    /// # Errors
    /// Fails when the database does, or when a row cannot be read.
    pub async fn letter(&self, id: MailId) -> anyhow::Result<Letter> {
        let row = sqlx::query(
            "SELECT outbox.id, recipient, kind, reference, received_at, answers, yaml FROM outbox \
             JOIN submissions ON submissions.id = outbox.submission_id \
             JOIN definitions ON definitions.form_id = submissions.form_id \
                 AND definitions.digest = submissions.definition_digest \
             WHERE outbox.id = ?",
        )
        .bind(id.to_string())
        .fetch_one(&self.readers)
        .await?;
        let recipient: &str = row.get("recipient");
        Ok(Letter {
            id,
            recipient: recipient.parse().map_err(|_| anyhow::anyhow!("column outbox.recipient holds no address"))?,
            kind: Kind::parse(row.get("kind"))?,
            reference: read_reference(&row)?,
            received_at: Timestamp::from_millisecond(row.get("received_at"))?,
            submission: serde_json::from_str(row.get("answers")).map_err(|_| unreadable("submissions.answers", "…"))?,
            definition_yaml: row.get("yaml"),
        })
    }

    /// When the next mail is due; `None` when none waits.
    ///
    /// # Errors
    /// Fails when the database does.
    pub async fn next_mail_due(&self) -> anyhow::Result<Option<Timestamp>> {
        let due: Option<i64> = sqlx::query_scalar(
            "SELECT min(max(next_attempt_at, coalesce(lease_until, 0))) FROM outbox WHERE state = 'waiting'",
        )
        .fetch_one(&self.readers)
        .await?;
        Ok(due.map(Timestamp::from_millisecond).transpose()?)
    }

    /// Reports that the server took the mail. `false` when the lease was lost in between.
    ///
    /// # Errors
    /// Fails when the database does.
    pub async fn report_sent(&self, id: MailId, attempt: u32, now: Timestamp) -> anyhow::Result<bool> {
        let done = sqlx::query(
            "UPDATE outbox SET state = 'sent', sent_at = ?, lease_until = NULL, last_error = NULL \
             WHERE id = ? AND attempt = ? AND state = 'waiting'",
        )
        .bind(now.as_millisecond())
        .bind(id.to_string())
        .bind(attempt)
        .execute(&self.writer)
        .await
        .context("reporting a mail as sent")?;
        Ok(done.rows_affected() == 1)
    }

    /// Reports a failure: tried again at `next`, or set aside. `false` when the lease was lost.
    ///
    /// # Errors
    /// Fails when the database does.
    pub async fn report_failure(
        &self,
        id: MailId,
        attempt: u32,
        error: &str,
        next: Option<Timestamp>,
    ) -> anyhow::Result<bool> {
        let state = if next.is_some() { MailState::Waiting } else { MailState::SetAside };
        let done = sqlx::query(
            "UPDATE outbox SET state = ?, next_attempt_at = coalesce(?, next_attempt_at), lease_until = NULL, \
             last_error = ? WHERE id = ? AND attempt = ? AND state = 'waiting'",
        )
        .bind(state.word())
        .bind(next.map(Timestamp::as_millisecond))
        .bind(error)
        .bind(id.to_string())
        .bind(attempt)
        .execute(&self.writer)
        .await
        .context("reporting a failed mail")?;
        Ok(done.rows_affected() == 1)
    }

    /// Frees the leases that a stopped service left. Only for whoever is alone on this database,
    /// at its start: an attempt that is under way would be made twice.
    ///
    /// # Errors
    /// Fails when the database does.
    pub async fn free_leases(&self) -> anyhow::Result<u64> {
        let freed = sqlx::query("UPDATE outbox SET lease_until = NULL WHERE lease_until IS NOT NULL")
            .execute(&self.writer)
            .await?;
        Ok(freed.rows_affected())
    }
}

pub(super) fn read_id(row: &SqliteRow) -> anyhow::Result<MailId> {
    let text: &str = row.get("id");
    text.parse().map_err(|_| unreadable("outbox.id", text))
}

pub(super) fn read_attempt(row: &SqliteRow) -> anyhow::Result<u32> {
    Ok(u32::try_from(row.get::<i64, _>("attempt"))?)
}

fn milliseconds(duration: SignedDuration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
