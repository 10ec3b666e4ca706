//! What was done about submissions, by whom and why: rows are added, and never changed.

use generator::form::ValidSubmission;
use jiff::Timestamp;
use lettre::Address;

use super::desk::Decider;
use super::submissions::Stored;
use super::{Row, Store, Transaction, query, read_word, unreadable, word_of};
use crate::id::{SubmissionId, TraceId};
use crate::role::Role;

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Approved at a step.
    Approved,
    /// Refused, with a reason.
    Refused,
    /// The author was asked for more.
    Asked,
    /// The author answered.
    Answered,
    /// Passed to the cadre, in doubt.
    Doubted,
    /// Something was said without deciding: points of vigilance.
    Remarked,
    /// It reached the site.
    Published,
    /// The site could not be built with it.
    Bounced,
    /// It was taken away from the site.
    Withdrawn,
    /// It is shown as suspended.
    Suspended,
    /// It was freed from quarantine.
    Released,
    /// Nobody answered: the portal's moderators were asked.
    Escalated,
    /// Its sender was warned.
    Warned,
    /// Its sender was excluded for a time.
    Excluded,
    /// Its sender was let in again before the end.
    Readmitted,
}

impl Action {
    const ALL: [(&'static str, Self); 15] = [
        ("approved", Self::Approved),
        ("refused", Self::Refused),
        ("asked", Self::Asked),
        ("answered", Self::Answered),
        ("doubted", Self::Doubted),
        ("remarked", Self::Remarked),
        ("published", Self::Published),
        ("bounced", Self::Bounced),
        ("withdrawn", Self::Withdrawn),
        ("suspended", Self::Suspended),
        ("released", Self::Released),
        ("escalated", Self::Escalated),
        ("warned", Self::Warned),
        ("excluded", Self::Excluded),
        ("readmitted", Self::Readmitted),
    ];

    /// Whether it is what somebody made of a submission that waited for them.
    pub fn is_decision(self) -> bool {
        matches!(self, Self::Approved | Self::Refused | Self::Doubted)
    }

    /// What people read: « approuvé ».
    pub fn label(self) -> &'static str {
        match self {
            Self::Approved => "approuvé",
            Self::Refused => "refusé",
            Self::Asked => "complément demandé",
            Self::Answered => "complété par la personne",
            Self::Doubted => "passé au cadre",
            Self::Remarked => "remarque ajoutée",
            Self::Published => "publié",
            Self::Bounced => "publication impossible",
            Self::Withdrawn => "retiré",
            Self::Suspended => "suspendu",
            Self::Released => "sorti de quarantaine",
            Self::Escalated => "modération du portail sollicitée",
            Self::Warned => "avertissement envoyé",
            Self::Excluded => "exclusion prononcée",
            Self::Readmitted => "exclusion levée",
        }
    }
}

/// One thing that was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceRow {
    /// Its id.
    pub id: TraceId,
    /// When.
    pub done_at: Timestamp,
    /// At which version of the submission.
    pub version: i64,
    /// At which step.
    pub step: i64,
    /// What.
    pub action: Action,
    /// By whom; `None` for the service itself.
    pub actor: Option<Address>,
    /// In which role.
    pub role: Option<Role>,
    /// In whose place.
    pub on_behalf_of: Option<Address>,
    /// Whether a cadre closed the moderators' step as well.
    pub shortcut: bool,
    /// What was said.
    pub words: Option<String>,
    /// What the answers were before they were corrected.
    pub previous_answers: Option<ValidSubmission>,
}

/// A row to be added.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry<'a> {
    pub(super) stored: &'a Stored,
    pub(super) action: Action,
    pub(super) by: Option<&'a Decider>,
    pub(super) words: Option<&'a str>,
    pub(super) previous_answers: Option<&'a ValidSubmission>,
    pub(super) now: Timestamp,
}

impl<'a> Entry<'a> {
    pub(super) fn new(stored: &'a Stored, action: Action, now: Timestamp) -> Self {
        Self { stored, action, by: None, words: None, previous_answers: None, now }
    }

    /// Whether the same person said the same of the same version.
    pub(super) async fn is_there(self, tx: &mut Transaction) -> anyhow::Result<bool> {
        let rows = query(
            "SELECT id FROM trace WHERE submission_id = $1 AND version = $2 AND action = $3 AND actor = $4 AND words = $5",
        )
        .bind(self.stored.id.to_string())
        .bind(self.stored.version)
        .bind(word_of(&self.action, &Action::ALL))
        .bind(self.by.map(|by| by.address.to_string()))
        .bind(self.words)
        .rows(tx)
        .await?;
        Ok(!rows.is_empty())
    }

    pub(super) async fn add(self, tx: &mut Transaction) -> anyhow::Result<TraceId> {
        let id = TraceId::new(self.now);
        query(
            "INSERT INTO trace (id, submission_id, done_at, version, step, action, actor, role, on_behalf_of, \
             shortcut, words, previous_answers) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        )
        .bind(id.to_string())
        .bind(self.stored.id.to_string())
        .bind(self.now)
        .bind(self.stored.version)
        .bind(i64::try_from(self.stored.step)?)
        .bind(word_of(&self.action, &Action::ALL))
        .bind(self.by.map(|by| by.address.to_string()))
        .bind(self.by.map(|by| by.role.word()))
        .bind(self.by.and_then(|by| by.on_behalf_of.as_ref()).map(ToString::to_string))
        .bind(self.by.is_some_and(|by| by.shortcut))
        .bind(self.words)
        .bind(self.previous_answers.map(serde_json::to_string).transpose()?)
        .run(tx)
        .await?;
        Ok(id)
    }
}

impl Store {
    /// Everything that was done about a submission, the oldest first.
    ///
    /// # Errors
    /// Fails when the database does, or when a row cannot be read.
    pub async fn trace(&self, id: SubmissionId) -> anyhow::Result<Vec<TraceRow>> {
        let rows = query("SELECT * FROM trace WHERE submission_id = $1 ORDER BY done_at, version, id")
            .bind(id.to_string())
            .read(&self.database)
            .await?;
        rows.iter().map(read_trace).collect()
    }

    /// One row of the trace.
    ///
    /// # Errors
    /// Fails when the database does, or when the row cannot be read.
    pub async fn trace_row(&self, id: TraceId) -> anyhow::Result<Option<TraceRow>> {
        let row = query("SELECT * FROM trace WHERE id = $1").bind(id.to_string()).read_one(&self.database).await?;
        row.as_ref().map(read_trace).transpose()
    }
}

fn read_trace(row: &Row) -> anyhow::Result<TraceRow> {
    let address = |column| row.optional_text(column)?.map(|_| row.parse(column)).transpose();
    let previous = row.optional_text("previous_answers")?.map(|json| serde_json::from_str(&json)).transpose();
    Ok(TraceRow {
        id: row.parse("id")?,
        done_at: row.moment("done_at")?,
        version: row.integer("version")?,
        step: row.integer("step")?,
        action: read_word("trace.action", &row.text("action")?, &Action::ALL)?,
        actor: address("actor")?,
        role: row.optional_text("role")?.map(|_| row.parse("role")).transpose()?,
        on_behalf_of: address("on_behalf_of")?,
        shortcut: row.truth("shortcut")?,
        words: row.optional_text("words")?,
        previous_answers: previous.map_err(|_| unreadable("trace.previous_answers", "…"))?,
    })
}
