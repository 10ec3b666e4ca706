//! Who decides about a submission, one after the other: its form's circuit, and the communication
//! office where what is published can be read outside of the hospital.

use generator::content::Moderation;
use generator::form::definition::{Role as FormRole, Scope};
use generator::form::{FormDefinition, ValidSubmission};
use lettre::Address;

use crate::role::{Place, Role};
use crate::site::Portal;
use crate::store::desk::{Step, is_same};
use crate::store::submissions::Destination;

/// The steps of a submission. A signature has none: it is the signer's alone.
pub fn steps(portal: &Portal, definition: &FormDefinition, submission: &ValidSubmission) -> Vec<Step> {
    if definition.signed_charter().is_some() {
        return Vec::new();
    }
    let place = place(definition, submission);
    let named = submission.holders(definition);
    // A form that says nothing of it is decided by whoever receives it first.
    let circuit = if definition.circuit.is_empty() { &definition.recipients[..1] } else { &definition.circuit };
    let mut steps: Vec<Step> = Vec::new();
    for role in circuit {
        let named = named.iter().find(|(of, _)| of == role).and_then(|(_, text)| text.parse().ok());
        // Who is named twice agrees once: where two people are to agree, the portal's moderators stand
        // in for the second.
        let is_new = |named: &Address| !steps.iter().flat_map(|step| &step.named).any(|known| is_same(known, named));
        let named = named.filter(is_new);
        steps.push(Step { named, ..at(&place, *role) });
    }
    steps.extend(public_reading(portal, definition, submission, &steps));
    steps
}

/// The communication office's step, where what is published can be read outside of the hospital and
/// none of `steps` is theirs: asked again at an approval, since a space may have opened meanwhile.
pub fn public_reading(
    portal: &Portal,
    definition: &FormDefinition,
    submission: &ValidSubmission,
    steps: &[Step],
) -> Option<Step> {
    let reviewed = portal.reviewed_by_communication(definition, submission.space.as_deref());
    let is_theirs = steps.iter().any(|step| step.role == Role::Communication);
    (reviewed && !is_theirs).then(|| Step::of(Place::Portal, Role::Communication))
}

/// Whether what is sent appears before anybody read it: a note of a space that watches its wall
/// afterwards, from an address that is confirmed, when nothing in it looks like health data.
pub fn is_published_first(portal: &Portal, definition: &FormDefinition, submission: &ValidSubmission) -> bool {
    let space = submission.space.as_deref().and_then(|slug| portal.space(slug));
    let watches_afterwards = space.is_some_and(|space| space.moderation == Moderation::After);
    // Whatever leaves the hospital is read by its communication office first.
    definition.publishes_notes() && watches_afterwards && steps(portal, definition, submission).len() == 1
}

/// Whoever is told that a submission arrived.
pub fn destinations(definition: &FormDefinition, submission: &ValidSubmission) -> Vec<Destination> {
    let place = place(definition, submission);
    let told = definition.recipients.iter().map(|role| {
        let step = at(&place, *role);
        Destination { place: step.place, role: step.role }
    });
    told.collect()
}

/// Whose roles a form is meant for.
fn place(definition: &FormDefinition, submission: &ValidSubmission) -> Place {
    match (definition.scope, &submission.space) {
        (Scope::Space, Some(slug)) => Place::Space(slug.clone()),
        _ => Place::Portal,
    }
}

fn at(place: &Place, role: FormRole) -> Step {
    match role {
        FormRole::Moderators => Step::of(place.clone(), Role::Moderator),
        FormRole::Cadre => Step::of(place.clone(), Role::Supervisor),
        FormRole::Superior => Step::of(place.clone(), Role::Superior),
        // One office reads for the whole hospital.
        FormRole::Communication => Step::of(Place::Portal, Role::Communication),
        FormRole::Portal => Step::of(Place::Portal, Role::Moderator),
        FormRole::Register => Step::of(Place::Portal, Role::Register),
    }
}

/// The role that a form's word means here.
pub fn role(role: FormRole) -> Role {
    at(&Place::Portal, role).role
}
