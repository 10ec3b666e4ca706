//! What was kept long enough: looked for by form and age, and forgotten whole.
//!
//! Forgetting a submission takes its mails and their copies in the mailbox of a demonstration
//! with it, and the person out of its row in the register. Form definitions stay: nobody's words are
//! in them, and the writing task relies on it.

use jiff::Timestamp;

use super::database::Database;
use super::register::empty;
use super::submissions::{State, read_reference};
use super::{Store, Transaction, query};
use crate::id::SubmissionId;
use crate::reference::Reference;

/// A form as it was when something was sent from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptDefinition {
    /// The form.
    pub form_id: String,
    /// Which version of it.
    pub digest: String,
    /// Its YAML.
    pub yaml: String,
}

/// A submission that may have been kept long enough.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aged {
    /// Its id.
    pub id: SubmissionId,
    /// Its reference.
    pub reference: Reference,
    /// Where it stands.
    pub state: State,
    /// When it was received.
    pub received_at: Timestamp,
    /// Whether a mail about it is still to be sent.
    pub is_waiting: bool,
}

/// How much was forgotten.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Forgotten {
    /// Submissions.
    pub submissions: u64,
    /// Mails about them.
    pub mails: u64,
    /// Their copies in the mailbox of a demonstration.
    pub copies: u64,
}

impl Forgotten {
    /// Adds what was forgotten with another.
    pub fn add(&mut self, other: Self) {
        self.submissions += other.submissions;
        self.mails += other.mails;
        self.copies += other.copies;
    }
}

impl Store {
    /// Every version of every form from which something is kept.
    ///
    /// # Errors
    /// Fails when the database does.
    pub async fn kept_definitions(&self) -> anyhow::Result<Vec<KeptDefinition>> {
        let rows = query(
            "SELECT form_id, digest, yaml FROM definitions WHERE EXISTS (SELECT 1 FROM submissions \
             WHERE submissions.form_id = definitions.form_id AND definition_digest = digest) \
             ORDER BY form_id, kept_at, digest",
        )
        .read(&self.database)
        .await?;
        let read = rows.iter().map(|row| {
            Ok(KeptDefinition { form_id: row.text("form_id")?, digest: row.text("digest")?, yaml: row.text("yaml")? })
        });
        read.collect()
    }

    /// What was sent from one version of a form before `until`, the oldest first.
    ///
    /// # Errors
    /// Fails when the database does.
    pub async fn received_before(&self, definition: &KeptDefinition, until: Timestamp) -> anyhow::Result<Vec<Aged>> {
        let rows = query(
            "SELECT id, reference, state, received_at, (SELECT count(*) FROM outbox \
             WHERE submission_id = submissions.id AND outbox.state IN ('waiting', 'held')) + (SELECT count(*) FROM publications \
             WHERE submission_id = submissions.id AND task IS NOT NULL) AS waiting FROM submissions \
             WHERE form_id = $1 AND definition_digest = $2 AND received_at <= $3 ORDER BY received_at, id",
        )
        .bind(&definition.form_id)
        .bind(&definition.digest)
        .bind(until)
        .read(&self.database)
        .await?;
        let read = rows.iter().map(|row| {
            Ok(Aged {
                id: row.parse("id")?,
                reference: read_reference(row)?,
                state: State::parse(&row.text("state")?)?,
                received_at: row.moment("received_at")?,
                is_waiting: row.truth("waiting")?,
            })
        });
        read.collect()
    }

    /// Forgets a submission that stands in `state` and about which no mail waits; leaves it alone
    /// otherwise, because something happened to it meanwhile.
    ///
    /// # Errors
    /// Fails when the database does; then nothing is forgotten.
    pub async fn forget_aged(&self, id: SubmissionId, state: State) -> anyhow::Result<Forgotten> {
        let mut tx = self.database.begin().await?;
        let as_it_was = query(
            "SELECT id FROM submissions WHERE id = $1 AND state = $2 AND NOT EXISTS \
             (SELECT 1 FROM outbox WHERE submission_id = $1 AND outbox.state IN ('waiting', 'held'))",
        )
        .bind(id.to_string())
        .bind(state.word())
        .rows(&mut tx)
        .await?;
        if as_it_was.is_empty() {
            return Ok(Forgotten::default());
        }
        let forgotten = forget(&mut tx, id).await?;
        tx.commit().await?;
        Ok(forgotten)
    }

    /// Gives the room of what was forgotten back to the disk, and leaves no trace of it in the
    /// log of `SQLite`. `PostgreSQL` sees to it by itself.
    ///
    /// # Errors
    /// Fails when the database does.
    pub async fn give_room_back(&self) -> anyhow::Result<()> {
        if let Database::Sqlite { writer, .. } = &self.database {
            // A little at a time: whoever posts meanwhile waits for one piece, not for all.
            let mut free = i64::MAX;
            loop {
                let left: i64 = sqlx::query_scalar("PRAGMA freelist_count").fetch_one(writer).await?;
                // A file from before this was settled keeps its room.
                if left == 0 || left >= free {
                    break;
                }
                free = left;
                sqlx::query("PRAGMA incremental_vacuum(500)").fetch_all(writer).await?;
            }
            // Whoever still reads the log leaves it for the next time.
            sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").fetch_all(writer).await?;
        }
        Ok(())
    }
}

/// Deletes a submission with everything that hangs on it. Its row in the register loses the person
/// and stays, so that those after it still follow.
pub(super) async fn forget(tx: &mut Transaction, id: SubmissionId) -> anyhow::Result<Forgotten> {
    let copies = query("DELETE FROM mailbox WHERE mail_id IN (SELECT id FROM outbox WHERE submission_id = $1)")
        .bind(id.to_string())
        .run(tx)
        .await?;
    query("DELETE FROM trace WHERE submission_id = $1").bind(id.to_string()).run(tx).await?;
    query("UPDATE sanctions SET submission_id = NULL WHERE submission_id = $1").bind(id.to_string()).run(tx).await?;
    query("UPDATE publications SET submission_id = NULL WHERE submission_id = $1").bind(id.to_string()).run(tx).await?;
    empty(tx, id).await?;
    let mails = query("DELETE FROM outbox WHERE submission_id = $1").bind(id.to_string()).run(tx).await?;
    let submissions = query("DELETE FROM submissions WHERE id = $1").bind(id.to_string()).run(tx).await?;
    Ok(Forgotten { submissions, mails, copies })
}
