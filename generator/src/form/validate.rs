//! From a post to a submission that answers its form, or to what is to be mended.
//!
//! It decides nothing about who sent it: the trap, the key and the origin are the service's
//! business.

use std::collections::BTreeSet;

use super::answer::{Answer, ValidSubmission};
use super::definition::{Choices, FaultKind, Field, FieldKind, FormDefinition};
use super::post::RawPost;
use super::value;

/// One answer that does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The field's name.
    pub field: String,
    /// What is wrong.
    pub kind: FaultKind,
    /// What the visitor reads, beside the field and on top.
    pub message: String,
}

/// Why a post is not a submission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rejected {
    /// Answers to mend, in the order of the form.
    Faults(Vec<Fault>),
    /// Names that this form does not have, or a single answer given twice: no browser sent this
    /// from a page of ours.
    UnknownFields(Vec<String>),
    /// It was made from another version of the form and does not fit the present one: show the
    /// form again with what still has a field.
    Outdated,
}

/// Checks `post` against the form. A post of another version that fits the present one is as
/// good as any.
///
/// # Errors
/// See [`Rejected`].
pub fn validate(definition: &FormDefinition, post: &RawPost, choices: &Choices) -> Result<ValidSubmission, Rejected> {
    let outdated = is_outdated(definition, post);
    let strangers = strangers(definition, post, outdated);
    if !strangers.is_empty() {
        return Err(if outdated { Rejected::Outdated } else { Rejected::UnknownFields(strangers) });
    }
    answer(definition, post, choices).map_err(|faults| match outdated {
        true => Rejected::Outdated,
        false => Rejected::Faults(faults),
    })
}

/// Whether the post says that it was made from another version of the form.
pub(super) fn is_outdated(definition: &FormDefinition, post: &RawPost) -> bool {
    post.version().is_some_and(|version| version != definition.digest)
}

/// What the form cannot take in. In a post of another version an empty value is no stranger:
/// nothing that somebody wrote is lost with it.
fn strangers(definition: &FormDefinition, post: &RawPost, outdated: bool) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let mut strangers = BTreeSet::new();
    for (name, value) in post.answers() {
        let several = definition.field(name).map(|field| matches!(field.kind, FieldKind::Checkboxes(_)));
        let fits = match several {
            None => outdated && value.trim().is_empty(),
            Some(true) => true,
            Some(false) => seen.insert(name),
        };
        if !fits {
            strangers.insert(name.to_owned());
        }
    }
    strangers.into_iter().collect()
}

fn answer(definition: &FormDefinition, post: &RawPost, choices: &Choices) -> Result<ValidSubmission, Vec<Fault>> {
    let mut submission = ValidSubmission {
        form_id: definition.id.clone(),
        digest: definition.digest.clone(),
        answers: Vec::new(),
        space: None,
        reply_to: None,
    };
    let mut faults = Vec::new();
    for field in definition.fields() {
        if !is_asked(field, &submission) {
            continue;
        }
        let sent: Vec<&str> = post.all(&field.name).collect();
        match value::read(field, &sent, choices) {
            Ok(None) => {}
            Ok(Some((value, shown))) => {
                submission.answers.push(Answer { name: field.name.clone(), label: field.label.clone(), value, shown });
                route(field, &mut submission);
            }
            Err(kind) => {
                faults.push(Fault { field: field.name.clone(), kind, message: field.sentence(kind).to_owned() })
            }
        }
    }
    if faults.is_empty() { Ok(submission) } else { Err(faults) }
}

/// Whether the condition of a field holds, given the answers before it. What is not asked is
/// neither required nor kept: who ticked « anonymous » signs nothing, whatever the box says.
fn is_asked(field: &Field, so_far: &ValidSubmission) -> bool {
    field.condition.as_ref().is_none_or(|condition| {
        so_far.answer(&condition.field.value).is_some_and(|answer| answer.value.is(&condition.value.value))
    })
}

/// Notes what the last answer says about where the submission goes.
fn route(field: &Field, submission: &mut ValidSubmission) {
    let Some(Answer { value: super::AnswerValue::Text(text), .. }) = submission.answers.last() else { return };
    match field.kind {
        FieldKind::Space => submission.space = Some(text.clone()),
        FieldKind::Email { reply_to: true } => submission.reply_to = Some(text.clone()),
        _ => {}
    }
}
