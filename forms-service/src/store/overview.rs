//! What an operator sees of the database: lists and counts, and not a word that somebody wrote.

use jiff::Timestamp;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::Store;
use super::outbox::{self, MailState};
use super::submissions::{self, State};
use crate::id::{MailId, SubmissionId};
use crate::reference::Reference;

/// A stored submission, without anything that a person wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Its id.
    pub id: SubmissionId,
    /// Its reference.
    pub reference: Reference,
    /// The form.
    pub form_id: String,
    /// The space that was chosen.
    pub space: Option<String>,
    /// Where it stands.
    pub state: State,
    /// When it was received.
    pub received_at: Timestamp,
}

/// One row, for an operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailRow {
    /// The row.
    pub id: MailId,
    /// The reference of the submission it is about.
    pub reference: Reference,
    /// To whom.
    pub recipient: String,
    /// Where it stands.
    pub state: MailState,
    /// How many attempts were begun.
    pub attempt: u32,
    /// When it is tried next, while it waits.
    pub next_attempt_at: Timestamp,
    /// What the last attempt failed on.
    pub last_error: Option<String>,
}

/// How many mails stand where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MailCounts {
    /// Waiting.
    pub waiting: u64,
    /// Sent.
    pub sent: u64,
    /// Set aside.
    pub set_aside: u64,
    /// When the submission of the longest waiting mail was received.
    pub oldest_waiting: Option<Timestamp>,
}

impl Store {
    /// The submissions, the latest first.
    ///
    /// # Errors
    /// Fails when the database does.
    pub async fn submissions(&self) -> anyhow::Result<Vec<Summary>> {
        let rows = sqlx::query(
            "SELECT id, reference, form_id, space, state, received_at FROM submissions \
             ORDER BY received_at DESC, id DESC",
        )
        .fetch_all(&self.readers)
        .await?;
        rows.iter().map(summary).collect()
    }

    /// How many submissions were received, and how many are in quarantine.
    ///
    /// # Errors
    /// Fails when the database does.
    pub async fn count_submissions(&self) -> anyhow::Result<(u64, u64)> {
        let mut counts = (0, 0);
        let rows =
            sqlx::query("SELECT state, count(*) FROM submissions GROUP BY state").fetch_all(&self.readers).await?;
        for row in rows {
            let count = u64::try_from(row.get::<i64, _>(1))?;
            match State::parse(row.get(0))? {
                State::Received => counts.0 = count,
                State::Quarantine => counts.1 = count,
            }
        }
        Ok(counts)
    }

    /// The mails that did not leave yet: waiting or set aside, the oldest first.
    ///
    /// # Errors
    /// Fails when the database does.
    pub async fn pending_mails(&self) -> anyhow::Result<Vec<MailRow>> {
        let rows = sqlx::query(
            "SELECT outbox.id, reference, recipient, outbox.state, attempt, next_attempt_at, last_error \
             FROM outbox JOIN submissions ON submissions.id = outbox.submission_id \
             WHERE outbox.state <> 'sent' ORDER BY outbox.id",
        )
        .fetch_all(&self.readers)
        .await?;
        rows.iter().map(mail_row).collect()
    }

    /// How many mails stand where.
    ///
    /// # Errors
    /// Fails when the database does.
    pub async fn count_mails(&self) -> anyhow::Result<MailCounts> {
        let mut counts = MailCounts::default();
        let rows = sqlx::query(
            "SELECT outbox.state, count(*), min(received_at) FROM outbox \
             JOIN submissions ON submissions.id = outbox.submission_id GROUP BY outbox.state",
        )
        .fetch_all(&self.readers)
        .await?;
        for row in rows {
            let count = u64::try_from(row.get::<i64, _>(1))?;
            match MailState::parse(row.get(0))? {
                MailState::Waiting => {
                    counts.waiting = count;
                    counts.oldest_waiting = Some(Timestamp::from_millisecond(row.get(2))?);
                }
                MailState::Sent => counts.sent = count,
                MailState::SetAside => counts.set_aside = count,
            }
        }
        Ok(counts)
    }
}

fn summary(row: &SqliteRow) -> anyhow::Result<Summary> {
    Ok(Summary {
        id: submissions::read_id(row)?,
        reference: submissions::read_reference(row)?,
        form_id: row.get("form_id"),
        space: row.get("space"),
        state: State::parse(row.get("state"))?,
        received_at: Timestamp::from_millisecond(row.get("received_at"))?,
    })
}

fn mail_row(row: &SqliteRow) -> anyhow::Result<MailRow> {
    Ok(MailRow {
        id: outbox::read_id(row)?,
        reference: submissions::read_reference(row)?,
        recipient: row.get("recipient"),
        state: MailState::parse(row.get("state"))?,
        attempt: outbox::read_attempt(row)?,
        next_attempt_at: Timestamp::from_millisecond(row.get("next_attempt_at"))?,
        last_error: row.get("last_error"),
    })
}
