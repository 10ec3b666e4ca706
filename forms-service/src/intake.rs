//! From a valid submission to one that is kept: who is to decide, whether it looks like a
//! robot's, then the store.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use generator::form::{Flag, FormDefinition, ValidSubmission};
use jiff::{SignedDuration, Timestamp};
use lettre::Address;
use sha2::{Digest, Sha256};
use tracing::info;

use crate::key::FormKey;
use crate::site::Portal;
use crate::steps;
use crate::store::Store;
use crate::store::submissions::{AcceptError, Accepted, NewSubmission, Sender, State, Suspicion};
use crate::store::transitions::CONFIRM_WITHIN;

/// Nobody opens a form, fills it in and sends it in less time than this.
pub const FASTEST: SignedDuration = SignedDuration::from_secs(2);

/// A submission that is ready to be kept.
pub struct Intake<'a> {
    /// The portal, which knows what can be read outside of the hospital.
    pub portal: &'a Portal,
    /// The form.
    pub definition: &'a FormDefinition,
    /// The answers.
    pub submission: ValidSubmission,
    /// The sheet they were written on.
    pub key: &'a FormKey,
    /// Whether the field that people do not see was filled in: kept apart then, never dropped,
    /// because a password manager fills it in too.
    pub trapped: bool,
    /// Who sent it, if they said so.
    pub sender: Option<Sender>,
    /// What in it looks like health data.
    pub flags: Vec<Flag>,
    /// Who receives what would reach nobody.
    pub fallback: &'a Address,
}

/// Keeps a submission and queues its mails. When this returns, both are on the disk.
///
/// # Errors
/// See [`AcceptError`]; nothing is kept then.
pub async fn accept(store: &Store, intake: Intake<'_>, now: Timestamp) -> Result<Accepted, AcceptError> {
    let suspicion = match suspicion(&intake, now) {
        None if is_excluded(store, &intake, now).await? => Some(Suspicion::Excluded),
        other => other,
    };
    let new = NewSubmission {
        content_digest: content_digest(&intake.submission),
        destinations: steps::destinations(intake.definition, &intake.submission),
        steps: steps::steps(intake.portal, intake.definition, &intake.submission),
        definition_yaml: intake.definition.source.text.as_str().into(),
        suspicion,
        submission: intake.submission,
        key_id: intake.key.id.clone(),
        fallback: intake.fallback.clone(),
        sender: intake.sender,
        flags: intake.flags,
        now,
        due_at: Some(now + CONFIRM_WITHIN),
    };
    let accepted = store.accept(new).await?;
    let Accepted { id, fresh, state, queued, .. } = &accepted;
    match (fresh, state) {
        (true, State::Quarantine) => info!(submission.id = %id, "stored submission {id} in quarantine"),
        (true, _) => info!(submission.id = %id, "stored submission {id}, queued {queued} mails"),
        (false, _) => info!(submission.id = %id, "submission {id} was handed in again"),
    }
    Ok(accepted)
}

/// Whether the sender is excluded. An address that is to be confirmed is looked at once it is: until
/// then somebody else may have typed it.
async fn is_excluded(store: &Store, intake: &Intake<'_>, now: Timestamp) -> Result<bool, AcceptError> {
    match &intake.sender {
        Some(Sender { address, check: None, .. }) => {
            store.is_excluded(address, now).await.map_err(|error| AcceptError::Failed(format!("{error:#}")))
        }
        _ => Ok(false),
    }
}

/// A clock that was set back says nothing about how fast somebody typed.
fn suspicion(intake: &Intake<'_>, now: Timestamp) -> Option<Suspicion> {
    let age = now.duration_since(intake.key.issued_at);
    if intake.trapped {
        Some(Suspicion::Trap)
    } else if !age.is_negative() && age < FASTEST {
        Some(Suspicion::TooFast)
    } else {
        None
    }
}

/// What makes two posts the same: every answer, but not the wording of the questions, which may
/// be mended between two clicks.
fn content_digest(submission: &ValidSubmission) -> String {
    let answers: Vec<_> = submission.answers.iter().map(|answer| (&answer.name, &answer.value)).collect();
    let json = serde_json::to_vec(&(&submission.form_id, answers)).expect("texts, lists and numbers are always JSON");
    URL_SAFE_NO_PAD.encode(Sha256::digest(json))
}
