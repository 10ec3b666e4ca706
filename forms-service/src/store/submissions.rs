//! Submissions: stored with their mails in one transaction, and never twice.

use anyhow::Context;
use generator::form::ValidSubmission;
use jiff::Timestamp;
use lettre::Address;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::{Store, Transaction, outbox, unreadable};
use crate::id::SubmissionId;
use crate::reference::Reference;

/// Where a submission stands on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It waits for whoever decides.
    Received,
    /// It looks like a robot's: kept, and nobody is mailed.
    Quarantine,
}

impl State {
    fn word(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Quarantine => "quarantine",
        }
    }

    pub(super) fn parse(word: &str) -> anyhow::Result<Self> {
        [Self::Received, Self::Quarantine]
            .into_iter()
            .find(|state| state.word() == word)
            .ok_or_else(|| unreadable("submissions.state", word))
    }

    /// What an operator reads.
    pub fn label(self) -> &'static str {
        match self {
            Self::Received => "reçu",
            Self::Quarantine => "quarantaine",
        }
    }
}

/// A submission on its way to the database.
#[derive(Clone, Debug)]
pub struct NewSubmission<'a> {
    /// The answers.
    pub submission: &'a ValidSubmission,
    /// The YAML of the definition that the answers fit.
    pub definition_yaml: &'a str,
    /// Received, or kept apart.
    pub state: State,
    /// The random part of the form's signed key.
    pub key_id: &'a str,
    /// SHA-256 of the answers.
    pub content_digest: &'a str,
    /// Who is mailed; each is one outbox row.
    pub recipients: &'a [Address],
}

/// What became of a submission that was handed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// Its id.
    pub id: SubmissionId,
    /// Its reference.
    pub reference: Reference,
    /// Whether this call stored it; `false` when the same sheet had been handed in before.
    pub fresh: bool,
    /// How many mails were queued by this call.
    pub queued: usize,
}

impl Store {
    /// Stores a submission and its mails in one transaction. When this returns, they are on the
    /// disk. The same key with the same content gives what was stored the first time.
    ///
    /// # Errors
    /// Fails when the database does; nothing is stored then.
    pub async fn accept(&self, new: &NewSubmission<'_>, now: Timestamp) -> anyhow::Result<Accepted> {
        let mut tx = self.begin().await?;
        if let Some((id, reference)) = find_same(&mut tx, new).await? {
            return Ok(Accepted { id, reference, fresh: false, queued: 0 });
        }
        keep_definition(&mut tx, new, now).await?;
        let (id, reference) = (SubmissionId::new(now), free_reference(&mut tx).await?);
        sqlx::query(
            "INSERT INTO submissions (id, reference, form_id, definition_digest, space, answers, state, \
             received_at, key_id, content_digest) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(id.to_string())
        .bind(reference.as_str())
        .bind(&new.submission.form_id)
        .bind(&new.submission.digest)
        .bind(&new.submission.space)
        .bind(serde_json::to_string(new.submission)?)
        .bind(new.state.word())
        .bind(now.as_millisecond())
        .bind(new.key_id)
        .bind(new.content_digest)
        .execute(&mut *tx)
        .await
        .context("storing a submission")?;
        for recipient in new.recipients {
            outbox::enqueue(&mut tx, id, recipient, outbox::Kind::Submission, now).await?;
        }
        tx.commit().await.context("committing a submission")?;
        Ok(Accepted { id, reference, fresh: true, queued: new.recipients.len() })
    }
}

async fn find_same(tx: &mut Transaction, new: &NewSubmission<'_>) -> anyhow::Result<Option<(SubmissionId, Reference)>> {
    let row = sqlx::query("SELECT id, reference FROM submissions WHERE key_id = ? AND content_digest = ?")
        .bind(new.key_id)
        .bind(new.content_digest)
        .fetch_optional(&mut **tx)
        .await?;
    row.map(|row| Ok((read_id(&row)?, read_reference(&row)?))).transpose()
}

async fn keep_definition(tx: &mut Transaction, new: &NewSubmission<'_>, now: Timestamp) -> anyhow::Result<()> {
    sqlx::query("INSERT INTO definitions (form_id, digest, yaml, kept_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING")
        .bind(&new.submission.form_id)
        .bind(&new.submission.digest)
        .bind(new.definition_yaml)
        .bind(now.as_millisecond())
        .execute(&mut **tx)
        .await
        .context("keeping a form's definition")?;
    Ok(())
}

/// A reference that no submission bears. Two in a row that are taken would be news.
async fn free_reference(tx: &mut Transaction) -> anyhow::Result<Reference> {
    loop {
        let reference = Reference::random();
        let taken = sqlx::query("SELECT 1 FROM submissions WHERE reference = ?")
            .bind(reference.as_str())
            .fetch_optional(&mut **tx)
            .await?;
        if taken.is_none() {
            return Ok(reference);
        }
    }
}

pub(super) fn read_id(row: &SqliteRow) -> anyhow::Result<SubmissionId> {
    let text: &str = row.get("id");
    text.parse().map_err(|_| unreadable("submissions.id", text))
}

pub(super) fn read_reference(row: &SqliteRow) -> anyhow::Result<Reference> {
    let text: &str = row.get("reference");
    Reference::parse(text).ok_or_else(|| unreadable("submissions.reference", text))
}
