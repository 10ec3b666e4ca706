//! What an operator sees of the database: lists and counts, and not a word that somebody wrote.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::outbox::{Kind, MailState};
use super::submissions::{State, Suspicion, read_flags, read_reference};
use super::{Row, Store, query};
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
    /// Whether something in it looks like health data.
    pub flagged: bool,
    /// Why it is in quarantine, or was.
    pub suspicion: Option<Suspicion>,
}

/// One row, for an operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailRow {
    /// The row.
    pub id: MailId,
    /// The reference of the submission it is about; `None` when it is about none, or about several.
    pub reference: Option<Reference>,
    /// To whom.
    pub recipient: String,
    /// What it says.
    pub kind: Kind,
    /// Where it stands.
    pub state: MailState,
    /// How many attempts were begun.
    pub attempt: u32,
    /// When it is tried next, while it waits.
    pub next_attempt_at: Timestamp,
    /// What the last attempt failed on.
    pub last_error: Option<String>,
    /// When the server first refused the recipient for good.
    pub refused_at: Option<Timestamp>,
    /// When the server took it.
    pub sent_at: Option<Timestamp>,
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
    /// Held for a daily mail.
    pub held: u64,
    /// Not sent, and their recipient refused for good by the server.
    pub refused: u64,
    /// When the longest waiting mail was queued.
    pub oldest_waiting: Option<Timestamp>,
}

impl Store {
    /// The submissions, the latest first.
    ///
    /// # Errors
    /// Fails when the database does.
    pub async fn submissions(&self) -> anyhow::Result<Vec<Summary>> {
        let rows = query(
            "SELECT id, reference, form_id, space, state, received_at, flags, suspicion FROM submissions \
             ORDER BY received_at DESC, id DESC",
        )
        .read(&self.database)
        .await?;
        rows.iter().map(summary).collect()
    }

    /// How many submissions stand in each state.
    ///
    /// # Errors
    /// Fails when the database does.
    pub async fn count_submissions(&self) -> anyhow::Result<BTreeMap<State, u64>> {
        let mut counts: BTreeMap<_, _> = State::ALL.iter().map(|(_, state)| (*state, 0)).collect();
        let rows = query("SELECT state, count(*) AS n FROM submissions GROUP BY state").read(&self.database).await?;
        for row in rows {
            counts.insert(State::parse(&row.text("state")?)?, row.count("n")?);
        }
        Ok(counts)
    }

    /// The mails that did not leave yet: waiting, held or set aside, the oldest first.
    ///
    /// # Errors
    /// Fails when the database does.
    pub async fn pending_mails(&self) -> anyhow::Result<Vec<MailRow>> {
        let rows = query(
            "SELECT outbox.id AS id, reference, recipient, kind, outbox.state AS state, attempt, next_attempt_at, \
             last_error, refused_at, sent_at FROM outbox \
             LEFT JOIN submissions ON submissions.id = outbox.submission_id \
             WHERE outbox.state NOT IN ('sent', 'moot') ORDER BY outbox.id",
        )
        .read(&self.database)
        .await?;
        rows.iter().map(mail_row).collect()
    }

    /// Every mail about one submission, the oldest first.
    ///
    /// # Errors
    /// Fails when the database does.
    pub async fn mails_about(&self, id: SubmissionId) -> anyhow::Result<Vec<MailRow>> {
        let rows = query(
            "SELECT outbox.id AS id, reference, recipient, kind, outbox.state AS state, attempt, next_attempt_at, \
             last_error, refused_at, sent_at FROM outbox JOIN submissions ON submissions.id = outbox.submission_id \
             WHERE submission_id = $1 ORDER BY outbox.id",
        )
        .bind(id.to_string())
        .read(&self.database)
        .await?;
        rows.iter().map(mail_row).collect()
    }

    /// How many mails of each kind stand where.
    ///
    /// # Errors
    /// Fails when the database does.
    pub async fn count_mails_by_kind(&self) -> anyhow::Result<Vec<(MailState, Kind, u64)>> {
        let rows = query("SELECT state, kind, count(*) AS n FROM outbox GROUP BY state, kind ORDER BY state, kind")
            .read(&self.database)
            .await?;
        let read = rows
            .iter()
            .map(|row| Ok((MailState::parse(&row.text("state")?)?, Kind::parse(&row.text("kind")?)?, row.count("n")?)));
        read.collect()
    }

    /// How many mails stand where.
    ///
    /// # Errors
    /// Fails when the database does.
    pub async fn count_mails(&self) -> anyhow::Result<MailCounts> {
        let mut counts = MailCounts::default();
        let rows = query(
            "SELECT state, count(*) AS n, count(refused_at) AS refused, min(queued_at) AS oldest \
             FROM outbox GROUP BY state",
        )
        .read(&self.database)
        .await?;
        for row in rows {
            let (count, refused) = (row.count("n")?, row.count("refused")?);
            match MailState::parse(&row.text("state")?)? {
                MailState::Waiting => {
                    counts.waiting = count;
                    counts.refused += refused;
                    counts.oldest_waiting = Some(row.moment("oldest")?);
                }
                MailState::Sent => counts.sent = count,
                MailState::SetAside => {
                    counts.set_aside = count;
                    counts.refused += refused;
                }
                MailState::Held => counts.held = count,
                MailState::Moot => {}
            }
        }
        Ok(counts)
    }
}

fn summary(row: &Row) -> anyhow::Result<Summary> {
    Ok(Summary {
        id: row.parse("id")?,
        reference: read_reference(row)?,
        form_id: row.text("form_id")?,
        space: row.optional_text("space")?,
        state: State::parse(&row.text("state")?)?,
        received_at: row.moment("received_at")?,
        flagged: !read_flags(row)?.is_empty(),
        suspicion: row.optional_text("suspicion")?.map(|word| Suspicion::parse(&word)).transpose()?,
    })
}

fn mail_row(row: &Row) -> anyhow::Result<MailRow> {
    Ok(MailRow {
        id: row.parse("id")?,
        reference: row.optional_text("reference")?.map(|_| read_reference(row)).transpose()?,
        recipient: row.text("recipient")?,
        kind: Kind::parse(&row.text("kind")?)?,
        state: MailState::parse(&row.text("state")?)?,
        attempt: u32::try_from(row.integer("attempt")?)?,
        next_attempt_at: row.moment("next_attempt_at")?,
        last_error: row.optional_text("last_error")?,
        refused_at: row.optional_moment("refused_at")?,
        sent_at: row.optional_moment("sent_at")?,
    })
}
