//! Submissions as rows: what one is made of on its way in, and how it is read back.

use generator::form::{Flag, ValidSubmission};
use jiff::Timestamp;
use lettre::Address;

pub use crate::circuit::State;

use super::database::Dialect;
use super::desk::Step;
use super::{DiskFull, Query, Row, Store, Transaction, query, read_word, unreadable, word_of};
use crate::id::SubmissionId;
use crate::reference::Reference;
use crate::role::{Place, Role};

/// Why a submission is in quarantine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Suspicion {
    /// The field that people do not see was filled in.
    Trap,
    /// It was sent sooner than anybody types.
    TooFast,
    /// Its sender is excluded for a time.
    Excluded,
}

impl Suspicion {
    const ALL: [(&'static str, Self); 3] =
        [("trap", Self::Trap), ("too_fast", Self::TooFast), ("excluded", Self::Excluded)];

    pub(super) fn word(self) -> &'static str {
        word_of(&self, &Self::ALL)
    }

    pub(super) fn parse(word: &str) -> anyhow::Result<Self> {
        read_word("submissions.suspicion", word, &Self::ALL)
    }

    /// What an operator reads.
    pub fn label(self) -> &'static str {
        match self {
            Self::Trap => "champ piège rempli",
            Self::TooFast => "envoyé trop vite",
            Self::Excluded => "personne exclue pour un temps",
        }
    }
}

/// What is known of the sender's address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressState {
    /// Nothing was to be confirmed.
    Nothing,
    /// Its owner did not open the link, or not yet.
    Unconfirmed,
    /// Its owner did.
    Confirmed,
}

impl AddressState {
    const ALL: [(&'static str, Self); 3] =
        [("none", Self::Nothing), ("unconfirmed", Self::Unconfirmed), ("confirmed", Self::Confirmed)];

    pub(super) fn word(self) -> &'static str {
        word_of(&self, &Self::ALL)
    }

    pub(super) fn parse(word: &str) -> anyhow::Result<Self> {
        read_word("submissions.address_state", word, &Self::ALL)
    }
}

/// What the sender gets once a submission is received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acknowledgement {
    /// « We have it »: without a word of theirs, when nobody proved the address.
    Receipt,
    /// What was signed, to keep.
    Proof,
}

impl Acknowledgement {
    const ALL: [(&'static str, Self); 2] = [("receipt", Self::Receipt), ("proof", Self::Proof)];

    pub(super) fn word(self) -> &'static str {
        word_of(&self, &Self::ALL)
    }

    pub(super) fn parse(word: &str) -> anyhow::Result<Self> {
        read_word("submissions.acknowledgement", word, &Self::ALL)
    }
}

/// What happens to a submission whose address nobody confirms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IfUnconfirmed {
    /// It goes to those who decide all the same, and says so.
    Forward,
    /// It lapses, after one reminder.
    Lapse,
}

impl IfUnconfirmed {
    const ALL: [(&'static str, Self); 2] = [("forward", Self::Forward), ("lapse", Self::Lapse)];

    pub(super) fn word(self) -> &'static str {
        word_of(&self, &Self::ALL)
    }

    pub(super) fn parse(word: &str) -> anyhow::Result<Self> {
        read_word("submissions.if_unconfirmed", word, &Self::ALL)
    }
}

/// Whose role it is to decide: looked up when a mail is queued, because people change.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Destination {
    /// Where.
    pub place: Place,
    /// What.
    pub role: Role,
}

/// A sender who left an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender {
    /// Where to write.
    pub address: Address,
    /// What they get once it is received.
    pub acknowledgement: Acknowledgement,
    /// When the address is to be confirmed: what happens if it is not.
    pub check: Option<IfUnconfirmed>,
}

/// A submission on its way to the database.
#[derive(Clone, Debug)]
pub struct NewSubmission {
    /// The answers.
    pub submission: ValidSubmission,
    /// The YAML of the definition that the answers fit.
    pub definition_yaml: std::sync::Arc<str>,
    /// Why it is kept apart, if it is.
    pub suspicion: Option<Suspicion>,
    /// The random part of the form's signed key.
    pub key_id: String,
    /// SHA-256 of the answers.
    pub content_digest: String,
    /// Who is told that it arrived.
    pub destinations: Vec<Destination>,
    /// Who decides, one after the other.
    pub steps: Vec<Step>,
    /// Who receives when nobody holds those roles, nor the portal's moderators'.
    pub fallback: Address,
    /// Who sent it, if they said so.
    pub sender: Option<Sender>,
    /// What in it looks like health data.
    pub flags: Vec<Flag>,
    /// When it came.
    pub now: Timestamp,
    /// When the service acts by itself if its address is not confirmed.
    pub due_at: Option<Timestamp>,
}

impl NewSubmission {
    /// Where it stands once it is stored.
    pub fn state(&self) -> State {
        match (&self.suspicion, &self.sender) {
            (Some(_), _) => State::Quarantine,
            (None, Some(Sender { check: Some(_), .. })) => State::Unconfirmed,
            _ => State::Received,
        }
    }

    /// The columns of its row, in the order of [`COLUMNS`].
    pub(super) fn bind(&self, id: SubmissionId, reference: &Reference, row: Query) -> anyhow::Result<Query> {
        let checked = self.sender.as_ref().and_then(|sender| sender.check);
        let address_state = if checked.is_some() { AddressState::Unconfirmed } else { AddressState::Nothing };
        let due_at = self.due_at.filter(|_| self.state() == State::Unconfirmed);
        Ok(row
            .bind(id.to_string())
            .bind(reference.as_str())
            .bind(&self.submission.form_id)
            .bind(&self.submission.digest)
            .bind(self.submission.space.as_deref())
            .bind(serde_json::to_string(&self.submission)?)
            .bind(self.state().word())
            .bind(self.now)
            .bind(&self.key_id)
            .bind(&self.content_digest)
            .bind(address_state.word())
            .bind(self.sender.as_ref().map(|sender| sender.address.to_string()))
            .bind(self.sender.as_ref().map(|sender| sender.acknowledgement.word()))
            .bind(checked.map(IfUnconfirmed::word))
            .bind(due_at)
            .bind(write_destinations(&self.destinations)?)
            .bind(write_flags(&self.flags)?)
            .bind(self.suspicion.map(Suspicion::word))
            .bind(write_steps(&self.steps)?)
            .bind((self.state() == State::Received && !self.steps.is_empty()).then_some(self.now)))
    }
}

/// The columns that [`NewSubmission::bind`] fills.
pub(super) const COLUMNS: [&str; 20] = [
    "id",
    "reference",
    "form_id",
    "definition_digest",
    "space",
    "answers",
    "state",
    "received_at",
    "key_id",
    "content_digest",
    "address_state",
    "sender",
    "acknowledgement",
    "if_unconfirmed",
    "due_at",
    "destinations",
    "flags",
    "suspicion",
    "steps",
    "waits_since",
];

/// What became of a submission that was handed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// Its id.
    pub id: SubmissionId,
    /// Its reference.
    pub reference: Reference,
    /// Whether this call stored it; `false` when the same sheet had been handed in before.
    pub fresh: bool,
    /// Where it stood when it was stored.
    pub state: State,
    /// How many mails were queued by this call.
    pub queued: usize,
}

/// Why a submission was not stored. Nothing of it was.
#[derive(Debug, thiserror::Error)]
pub enum AcceptError {
    /// There is no room.
    #[error(transparent)]
    Full(#[from] DiskFull),
    /// The database failed.
    #[error("storing a submission: {0}")]
    Failed(String),
}

/// A stored submission with everything that is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Its id.
    pub id: SubmissionId,
    /// Its reference.
    pub reference: Reference,
    /// The answers.
    pub submission: ValidSubmission,
    /// Where it stands.
    pub state: State,
    /// When it was received.
    pub received_at: Timestamp,
    /// What is known of the sender's address.
    pub address_state: AddressState,
    /// When its owner confirmed it.
    pub confirmed_at: Option<Timestamp>,
    /// Who sent it, if they said so.
    pub sender: Option<Sender>,
    /// When the service acts by itself.
    pub due_at: Option<Timestamp>,
    /// Whether the one reminder was queued.
    pub reminded: bool,
    /// Who is told that it arrived.
    pub destinations: Vec<Destination>,
    /// Who decides, one after the other.
    pub steps: Vec<Step>,
    /// At which step it stands.
    pub step: usize,
    /// 3 once the portal's moderators may decide as well, because nobody answered.
    pub nudges: i64,
    /// Since when nobody did anything about it; `None` when nobody is to be reminded.
    pub waits_since: Option<Timestamp>,
    /// How often those who decide were reminded since then began.
    pub reminders: i64,
    /// What in it looks like health data.
    pub flags: Vec<Flag>,
    /// Why it is in quarantine, or was.
    pub suspicion: Option<Suspicion>,
    /// Grows with each change of state.
    pub version: i64,
    /// The YAML of the form as it was when it was filled in.
    pub definition_yaml: String,
}

impl Store {
    /// Stores a submission and its mails in one transaction, that others may share. When this
    /// returns, they are on the disk. The same key with the same content gives what was stored
    /// the first time.
    ///
    /// # Errors
    /// See [`AcceptError`].
    pub async fn accept(&self, new: NewSubmission) -> Result<Accepted, AcceptError> {
        let outcome = self.committer.accept(new).await;
        self.tally.count(&outcome);
        outcome
    }

    /// One submission.
    ///
    /// # Errors
    /// Fails when the database does, or when its row cannot be read.
    pub async fn submission(&self, id: SubmissionId) -> anyhow::Result<Option<Stored>> {
        let found = query(SELECT_BY_ID).bind(id.to_string()).read_one(&self.database).await?;
        found.as_ref().map(read_stored).transpose()
    }

    /// The submission of a reference.
    ///
    /// # Errors
    /// Fails when the database does, or when its row cannot be read.
    pub async fn submission_of(&self, reference: &Reference) -> anyhow::Result<Option<Stored>> {
        let found = query(SELECT_BY_REFERENCE).bind(reference.as_str()).read_one(&self.database).await?;
        found.as_ref().map(read_stored).transpose()
    }
}

/// The same row, read with the right to change it.
pub(super) async fn read_in(tx: &mut Transaction, id: SubmissionId) -> anyhow::Result<Option<Stored>> {
    let found = query(SELECT_BY_ID).bind(id.to_string()).rows(tx).await?;
    found.first().map(read_stored).transpose()
}

/// The same row, which nobody else changes before this transaction ends.
pub(super) async fn read_locked(tx: &mut Transaction, id: SubmissionId) -> anyhow::Result<Option<Stored>> {
    if tx.dialect() == Dialect::Postgres {
        query("SELECT id FROM submissions WHERE id = $1 FOR UPDATE").bind(id.to_string()).rows(tx).await?;
    }
    read_in(tx, id).await
}

const SELECT_BY_ID: &str = "SELECT submissions.*, yaml FROM submissions \
    JOIN definitions ON definitions.form_id = submissions.form_id \
        AND definitions.digest = submissions.definition_digest \
    WHERE submissions.id = $1";

const SELECT_BY_REFERENCE: &str = "SELECT submissions.*, yaml FROM submissions \
    JOIN definitions ON definitions.form_id = submissions.form_id \
        AND definitions.digest = submissions.definition_digest \
    WHERE submissions.reference = $1";

pub(super) fn read_stored(row: &Row) -> anyhow::Result<Stored> {
    let check = row.optional_text("if_unconfirmed")?.map(|word| IfUnconfirmed::parse(&word)).transpose()?;
    let acknowledgement =
        row.optional_text("acknowledgement")?.map(|word| Acknowledgement::parse(&word)).transpose()?;
    let address = row.optional_text("sender")?.map(|_| row.parse("sender")).transpose()?;
    let sender = address.zip(acknowledgement);
    Ok(Stored {
        id: row.parse("id")?,
        reference: read_reference(row)?,
        // The value is left out: it is what somebody wrote.
        submission: serde_json::from_str(&row.text("answers")?).map_err(|_| unreadable("submissions.answers", "…"))?,
        state: State::parse(&row.text("state")?)?,
        received_at: row.moment("received_at")?,
        address_state: AddressState::parse(&row.text("address_state")?)?,
        confirmed_at: row.optional_moment("confirmed_at")?,
        sender: sender.map(|(address, acknowledgement)| Sender { address, acknowledgement, check }),
        due_at: row.optional_moment("due_at")?,
        reminded: row.truth("reminded")?,
        destinations: read_destinations(&row.text("destinations")?)?,
        steps: read_steps(&row.text("steps")?)?,
        step: usize::try_from(row.integer("step")?)?,
        nudges: row.integer("nudges")?,
        waits_since: row.optional_moment("waits_since")?,
        reminders: row.integer("reminders")?,
        flags: read_flags(row)?,
        suspicion: row.optional_text("suspicion")?.map(|word| Suspicion::parse(&word)).transpose()?,
        version: row.integer("version")?,
        definition_yaml: row.text("yaml")?,
    })
}

pub(super) fn write_flags(flags: &[Flag]) -> anyhow::Result<Option<String>> {
    if flags.is_empty() { Ok(None) } else { Ok(Some(serde_json::to_string(flags)?)) }
}

pub(super) fn read_flags(row: &Row) -> anyhow::Result<Vec<Flag>> {
    let flags = row.optional_text("flags")?.map(|json| serde_json::from_str(&json)).transpose();
    Ok(flags.map_err(|_| unreadable("submissions.flags", "…"))?.unwrap_or_default())
}

pub(super) fn read_reference(row: &Row) -> anyhow::Result<Reference> {
    let text = row.text("reference")?;
    Reference::parse(&text).ok_or_else(|| unreadable("submissions.reference", &text))
}

fn write_destinations(destinations: &[Destination]) -> anyhow::Result<String> {
    let pairs: Vec<(&str, &str)> = destinations.iter().map(|one| (one.place.slug(), one.role.word())).collect();
    Ok(serde_json::to_string(&pairs)?)
}

fn read_destinations(json: &str) -> anyhow::Result<Vec<Destination>> {
    let pairs: Vec<(String, String)> =
        serde_json::from_str(json).map_err(|_| unreadable("submissions.destinations", json))?;
    let read = pairs.into_iter().map(|(place, role)| {
        let role = role.parse().map_err(|_| unreadable("submissions.destinations", &role))?;
        Ok(Destination { place: Place::from_slug(&place), role })
    });
    read.collect()
}

/// `["geriatrie", "moderateurs"]`, with the address of whoever was named.
type StepRow = (String, String, Option<String>);

pub(super) fn write_steps(steps: &[Step]) -> anyhow::Result<String> {
    let rows: Vec<StepRow> = steps
        .iter()
        .map(|step| {
            let named = step.named.as_ref().map(ToString::to_string);
            (step.place.slug().to_owned(), step.role.word().to_owned(), named)
        })
        .collect();
    Ok(serde_json::to_string(&rows)?)
}

pub(super) fn read_steps(json: &str) -> anyhow::Result<Vec<Step>> {
    let fault = || unreadable("submissions.steps", "…");
    // Before there were steps, there were pairs.
    let rows: Vec<Vec<Option<String>>> = serde_json::from_str(json).map_err(|_| fault())?;
    let read = rows.into_iter().map(|row| {
        let mut row = row.into_iter();
        let place = row.next().flatten().ok_or_else(fault)?;
        let role = row.next().flatten().ok_or_else(fault)?.parse().map_err(|_| fault())?;
        let named = row.next().flatten().map(|text| text.parse().map_err(|_| fault())).transpose()?;
        Ok(Step { place: Place::from_slug(place), role, named })
    });
    read.collect()
}
