//! From a valid submission to one that is kept: who is to be mailed, then one transaction.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use generator::form::definition::{Role as FormRole, Scope};
use generator::form::{FormDefinition, ValidSubmission};
use jiff::Timestamp;
use lettre::Address;
use sha2::{Digest, Sha256};
use tracing::{info, warn};

use crate::key::FormKey;
use crate::role::{Place, Role};
use crate::store::Store;
use crate::store::submissions::{Accepted, NewSubmission, State};

/// A submission that is ready to be kept.
pub struct Intake<'a> {
    /// The form.
    pub definition: &'a FormDefinition,
    /// The answers.
    pub submission: &'a ValidSubmission,
    /// The sheet they were written on.
    pub key: &'a FormKey,
    /// Whether the field that people do not see was filled in: kept apart then, never dropped,
    /// because a password manager fills it in too.
    pub trapped: bool,
    /// Who receives what would reach nobody.
    pub fallback: &'a Address,
}

/// Keeps a submission and queues its mails. When this returns, both are on the disk.
///
/// # Errors
/// Fails when the database does; nothing is kept then.
pub async fn accept(store: &Store, intake: &Intake<'_>, now: Timestamp) -> anyhow::Result<Accepted> {
    let (state, recipients) = if intake.trapped {
        (State::Quarantine, Vec::new())
    } else {
        let to = recipients(store, intake.definition, intake.submission.space.as_deref(), intake.fallback).await?;
        (State::Received, to)
    };
    let new = NewSubmission {
        submission: intake.submission,
        definition_yaml: &intake.definition.source.text,
        state,
        key_id: &intake.key.id,
        content_digest: &content_digest(intake.submission),
        recipients: &recipients,
    };
    let accepted = store.accept(&new, now).await?;
    let Accepted { id, fresh, queued, .. } = &accepted;
    match (fresh, state) {
        (true, State::Received) => info!(submission.id = %id, "stored submission {id}, queued {queued} mails"),
        (true, State::Quarantine) => info!(submission.id = %id, "stored submission {id} in quarantine"),
        (false, _) => info!(submission.id = %id, "submission {id} was handed in again"),
    }
    Ok(accepted)
}

/// Who is mailed about a form sent for `space`: those who hold the form's role there, else the
/// portal's moderators, else the fallback. Never nobody.
///
/// # Errors
/// Fails when the database does.
pub async fn recipients(
    store: &Store,
    definition: &FormDefinition,
    space: Option<&str>,
    fallback: &Address,
) -> anyhow::Result<Vec<Address>> {
    let mut recipients: Vec<Address> = Vec::new();
    for role in &definition.recipients {
        for (place, role) in [destination(definition, *role, space), (Place::Portal, Role::Moderator)] {
            let holders = store.holders_of(&place, role).await?;
            if !holders.is_empty() {
                recipients.extend(holders.into_iter().filter(|one| !recipients.contains(one)).collect::<Vec<_>>());
                break;
            }
        }
    }
    if recipients.is_empty() {
        warn!(form.id = %definition.id, "nobody holds a role that form {} is for: mailing the fallback", definition.id);
        recipients.push(fallback.clone());
    }
    Ok(recipients)
}

fn destination(definition: &FormDefinition, role: FormRole, space: Option<&str>) -> (Place, Role) {
    let place = match (definition.scope, space) {
        (Scope::Space, Some(slug)) => Place::Space(slug.to_owned()),
        _ => Place::Portal,
    };
    match role {
        FormRole::Moderators => (place, Role::Moderator),
        FormRole::Cadre => (place, Role::Supervisor),
        FormRole::Communication => (place, Role::Communication),
        FormRole::Portal => (Place::Portal, Role::Moderator),
        FormRole::Register => (Place::Portal, Role::Register),
    }
}

/// What makes two posts the same: every answer, but not the wording of the questions, which may
/// be mended between two clicks.
fn content_digest(submission: &ValidSubmission) -> String {
    let answers: Vec<_> = submission.answers.iter().map(|answer| (&answer.name, &answer.value)).collect();
    let json = serde_json::to_vec(&(&submission.form_id, answers)).expect("texts, lists and numbers are always JSON");
    URL_SAFE_NO_PAD.encode(Sha256::digest(json))
}
