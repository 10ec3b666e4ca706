//! From a post to a submission that answers its form, or to what is to be mended.
//!
//! It decides nothing about who sent it: the trap, the key and the origin are the service's
//! business.

use std::collections::BTreeSet;

use super::answer::{Answer, ValidSubmission};
use super::definition::{Choices, EmailRules, FaultKind, Field, FieldKind, FormDefinition};
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
    /// It was made from another version of the form: show the present one with what still has a
    /// field. Even answers that fit may have been given to another question, or under another
    /// notice.
    Outdated,
}

/// Checks `post` against the form.
///
/// # Errors
/// See [`Rejected`].
pub fn validate(definition: &FormDefinition, post: &RawPost, choices: &Choices) -> Result<ValidSubmission, Rejected> {
    if is_outdated(definition, post) {
        return Err(Rejected::Outdated);
    }
    let strangers = strangers(definition, post);
    if !strangers.is_empty() {
        return Err(Rejected::UnknownFields(strangers));
    }
    answer(definition, post, choices).map_err(Rejected::Faults)
}

/// Whether the post says that it was made from another version of the form.
pub(super) fn is_outdated(definition: &FormDefinition, post: &RawPost) -> bool {
    post.version().is_some_and(|version| version != definition.digest)
}

/// What the form cannot take in.
fn strangers(definition: &FormDefinition, post: &RawPost) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let mut strangers = BTreeSet::new();
    for (name, _) in post.answers() {
        let several = definition.field(name).map(|field| matches!(field.kind, FieldKind::Checkboxes(_)));
        let fits = match several {
            None => false,
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
        space_title: None,
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
                submission.answers.push(Answer {
                    name: field.name.clone(),
                    label: field.heading.clone(),
                    value,
                    shown,
                });
                route(definition, field, choices, &mut submission);
            }
            Err(kind) => {
                let message = field.sentence(kind).to_owned();
                faults.push(Fault { field: field.name.clone(), kind, message });
            }
        }
    }
    if faults.is_empty() { Ok(submission) } else { Err(faults) }
}

/// Whether the condition of a field holds, given the answers before it. What is not asked is
/// neither required nor kept: who ticked « anonymous » signs nothing, whatever the box says.
pub(super) fn is_asked(field: &Field, so_far: &ValidSubmission) -> bool {
    field.condition.as_ref().is_none_or(|condition| {
        so_far.answer(&condition.field.value).is_some_and(|answer| answer.value.is(&condition.value.value))
    })
}

/// Notes what the last answer says about where the submission goes. A space that was chosen
/// weighs more than the one that a slot, an activity or a page belongs to.
fn route(definition: &FormDefinition, field: &Field, choices: &Choices, submission: &mut ValidSubmission) {
    let Some(Answer { value: super::AnswerValue::Text(text), .. }) = submission.answers.last() else { return };
    if matches!(field.kind, FieldKind::Email(EmailRules { reply_to: true, .. })) {
        submission.reply_to = Some(text.clone());
    }
    let decides = field.kind == FieldKind::Space || definition.field_of(&FieldKind::Space).is_none();
    if decides && submission.space.is_none() {
        submission.space = choices.space_of(&field.kind, text).map(str::to_owned);
        submission.space_title =
            submission.space.as_deref().and_then(|slug| choices.space_title(slug)).map(str::to_owned);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::AnswerValue;
    use crate::form::fixture;

    const SIGNED: [(&str, &str); 4] =
        [("message", "Merci à tous"), ("espace", "geriatrie"), ("signature", "signe"), ("nom", "L’équipe de nuit")];

    fn send(pairs: &[(&str, &str)]) -> Result<ValidSubmission, Rejected> {
        validate(fixture::definition(), &RawPost::from_pairs(pairs.iter().copied()), &fixture::choices())
    }

    fn with<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
        let kept = SIGNED.into_iter().filter(|(name, _)| more.iter().all(|(other, _)| other != name));
        kept.chain(more.iter().copied()).collect()
    }

    fn faults(pairs: &[(&str, &str)]) -> Vec<(String, FaultKind)> {
        match send(pairs) {
            Err(Rejected::Faults(faults)) => faults.into_iter().map(|fault| (fault.field, fault.kind)).collect(),
            other => panic!("no faults, but {other:?}"),
        }
    }

    #[test]
    fn a_good_post_becomes_a_submission_that_knows_where_to_go() {
        let submission = send(&with(&[("courriel", "prenom.nom@exemple.fr"), ("charte", "oui")])).unwrap();
        assert_eq!(submission.form_id, "post-it");
        assert_eq!(submission.space.as_deref(), Some("geriatrie"));
        assert_eq!(submission.reply_to.as_deref(), Some("prenom.nom@exemple.fr"));
        assert_eq!(submission.answer("espace").unwrap().shown, "Gériatrie");
        assert_eq!(submission.answer("charte").unwrap().value, AnswerValue::Ticked(true));
        assert_eq!(submission.answer("themes"), None);
    }

    #[test]
    fn every_fault_is_told_at_once_in_the_order_of_the_form() {
        let found = faults(&[("signature", "signe"), ("courriel", "prenom.nom"), ("espace", "cardiologie")]);
        assert_eq!(
            found,
            [
                ("message".to_owned(), FaultKind::Empty),
                ("espace".to_owned(), FaultKind::Unknown),
                ("nom".to_owned(), FaultKind::Empty),
                ("courriel".to_owned(), FaultKind::Format),
            ]
        );
    }

    #[test]
    fn a_fault_speaks_the_sentence_of_the_definition() {
        let Err(Rejected::Faults(faults)) = send(&with(&[("message", " \n\u{200b} ")])) else { panic!("no fault") };
        assert_eq!(faults[0].message, "Écrivez votre message.");
    }

    #[test]
    fn lengths_are_counted_in_characters_and_a_line_end_is_one() {
        assert!(send(&with(&[("message", &"é\r\n".repeat(140))])).is_ok());
        assert_eq!(faults(&with(&[("message", &"é".repeat(281))])), [("message".to_owned(), FaultKind::TooLong)]);
        assert_eq!(faults(&with(&[("message", "ok")])), [("message".to_owned(), FaultKind::TooShort)]);
    }

    #[test]
    fn what_is_not_asked_is_neither_required_nor_kept() {
        let submission = send(&with(&[("signature", "anonyme"), ("nom", "Camille")])).unwrap();
        assert_eq!(submission.answer("nom"), None);
        let too_long = "x".repeat(61);
        assert!(send(&with(&[("signature", "anonyme"), ("nom", &too_long)])).is_ok());
    }

    #[test]
    fn boxes_come_in_the_order_of_the_form_and_once() {
        let submission = send(&with(&[("themes", "idee"), ("themes", "merci"), ("themes", "idee")])).unwrap();
        let answer = submission.answer("themes").unwrap();
        assert_eq!(answer.value, AnswerValue::Several(vec!["merci".to_owned(), "idee".to_owned()]));
        assert_eq!(answer.shown, "Merci, Idée");
        assert_eq!(faults(&with(&[("themes", "autre")])), [("themes".to_owned(), FaultKind::Unknown)]);
    }

    #[test]
    fn a_field_that_the_form_does_not_have_is_refused() {
        let unknown = |name: &str| Err(Rejected::UnknownFields(vec![name.to_owned()]));
        assert_eq!(send(&with(&[("prenom", "Camille")])), unknown("prenom"));
        assert_eq!(send(&with(&[("_autre", "x")])), unknown("_autre"));
        assert_eq!(send(&with(&[("message", "a b c"), ("message", "d e f")])), unknown("message"));
    }

    #[test]
    fn a_post_of_another_version_is_outdated_even_when_it_fits() {
        assert_eq!(send(&with(&[("_version", "000000000000")])), Err(Rejected::Outdated));
        assert_eq!(send(&with(&[("_version", "000000000000"), ("prenom", "Camille")])), Err(Rejected::Outdated));
        assert_eq!(send(&with(&[("_version", "000000000000"), ("message", "")])), Err(Rejected::Outdated));
        let digest = fixture::definition().digest.as_str();
        assert!(matches!(send(&with(&[("_version", digest), ("message", "")])), Err(Rejected::Faults(_))));
    }
}
