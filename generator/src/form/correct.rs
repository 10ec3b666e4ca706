//! A typing error, a name too many: what those who decide may mend of a submission before it is
//! published.
//!
//! Only what is published can be mended. Who sent it, where it goes and what was agreed to stay as
//! they were sent; the original stays with the service.

use super::answer::{Answer, AnswerValue, ValidSubmission};
use super::definition::{Choices, Field, FieldKind, FormDefinition};
use super::post::RawPost;
use super::validate::{Fault, Rejected, is_asked};
use super::value;

/// The questions whose answers can be mended, in the order of the form: those that are published,
/// without what an answer that stays leaves unasked (who does not sign has no signature to mend).
pub fn mendable<'a>(definition: &'a FormDefinition, submission: &ValidSubmission) -> Vec<&'a Field> {
    let published = definition.publication.iter().flat_map(|publication| &publication.fields);
    let published: Vec<&str> = published.map(|one| one.field.value.as_str()).collect();
    let can_be_asked = |field: &Field| match &field.condition {
        Some(condition) if published.contains(&condition.field.value.as_str()) => true,
        _ => is_asked(field, submission),
    };
    definition.fields().filter(|field| published.contains(&field.name.as_str()) && can_be_asked(field)).collect()
}

/// `submission` with what was mended in `post`, by the rules of the form. The post holds every
/// question of [`mendable`], an empty one being no answer; whatever else is in it is not looked at.
///
/// # Errors
/// The faults of what was mended; or the questions that were answered twice, where one answer is
/// wanted. It is never outdated: the definition is the one that the submission was sent with.
pub fn corrected(
    definition: &FormDefinition,
    choices: &Choices,
    submission: &ValidSubmission,
    post: &RawPost,
) -> Result<ValidSubmission, Rejected> {
    let mendable = mendable(definition, submission);
    let twice = mendable
        .iter()
        .filter(|field| !matches!(field.kind, FieldKind::Checkboxes(_)) && post.all(&field.name).nth(1).is_some());
    let twice: Vec<String> = twice.map(|field| field.name.clone()).collect();
    if !twice.is_empty() {
        return Err(Rejected::UnknownFields(twice));
    }
    let mut mended = ValidSubmission { answers: Vec::new(), ..submission.clone() };
    let mut faults = Vec::new();
    for field in definition.fields() {
        if !mendable.iter().any(|one| one.name == field.name) {
            mended.answers.extend(submission.answer(&field.name).filter(|_| is_asked(field, &mended)).cloned());
            continue;
        }
        if !is_asked(field, &mended) {
            continue;
        }
        let sent: Vec<&str> = post.all(&field.name).collect();
        match value::read(field, &sent, choices) {
            Ok(read) => mended.answers.extend(read.map(|(value, shown)| Answer {
                name: field.name.clone(),
                label: field.heading.clone(),
                value,
                shown,
            })),
            Err(kind) => {
                faults.push(Fault { field: field.name.clone(), kind, message: field.sentence(kind).to_owned() });
            }
        }
    }
    if faults.is_empty() { Ok(mended) } else { Err(Rejected::Faults(faults)) }
}

/// A post that gives these answers again.
pub(super) fn as_post(submission: &ValidSubmission) -> RawPost {
    let pairs = submission.answers.iter().flat_map(|answer| {
        let values = match &answer.value {
            AnswerValue::Text(text) => vec![text.clone()],
            AnswerValue::Several(values) => values.clone(),
            AnswerValue::Ticked(ticked) => ticked.then(|| "oui".to_owned()).into_iter().collect(),
            AnswerValue::Number(number) => vec![number.to_string()],
        };
        values.into_iter().map(|value| (answer.name.clone(), value))
    });
    RawPost::from_pairs(pairs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::FaultKind;
    use crate::form::fixture;

    const SIGNED: [(&str, &str); 5] = [
        ("message", "Merci a l’équipe"),
        ("espace", "geriatrie"),
        ("signature", "signe"),
        ("nom", "Camille"),
        ("courriel", "prenom.nom@exemple.fr"),
    ];

    fn mend(sent: &[(&str, &str)], post: &[(&str, &str)]) -> Result<ValidSubmission, Rejected> {
        let submission = fixture::submission(sent);
        let post = RawPost::from_pairs(post.iter().copied());
        corrected(fixture::definition(), &fixture::choices(), &submission, &post)
    }

    #[test]
    fn what_is_published_is_mended_and_the_rest_stays_as_it_was_sent() {
        let sent = fixture::submission(&SIGNED);
        // A page of decision has questions of its own, and nobody moves a note to another space.
        let post = [
            ("message", " Merci à l’équipe\r\n"),
            ("nom", "Un collègue"),
            ("espace", "hematologie-soins-intensifs"),
            ("decision", "x"),
        ];
        let mended = mend(&SIGNED, &post).unwrap();
        assert_eq!(mended.answer("message").unwrap().shown, "Merci à l’équipe");
        assert_eq!(mended.answer("nom").unwrap().value, AnswerValue::Text("Un collègue".to_owned()));
        let kept = |submission: &ValidSubmission| {
            let mut kept = submission.clone();
            kept.answers.retain(|answer| !["message", "nom"].contains(&answer.name.as_str()));
            kept
        };
        assert_eq!(kept(&mended), kept(&sent));
        assert_eq!(mended.reply_to.as_deref(), Some("prenom.nom@exemple.fr"));
    }

    #[test]
    fn what_is_left_as_it_was_is_the_same_submission() {
        let sent = fixture::submission(&SIGNED);
        assert_eq!(corrected(fixture::definition(), &fixture::choices(), &sent, &as_post(&sent)), Ok(sent));
    }

    #[test]
    fn what_is_mended_obeys_the_form_even_where_the_site_has_changed_since() {
        let Err(Rejected::Faults(faults)) = mend(&SIGNED, &[("message", " "), ("nom", "Camille")]) else {
            panic!("no fault")
        };
        assert_eq!((faults.len(), faults[0].kind, faults[0].field.as_str()), (1, FaultKind::Empty, "message"));
        let twice = mend(&SIGNED, &[("message", "a b c"), ("message", "d e f"), ("nom", "x")]);
        assert_eq!(twice, Err(Rejected::UnknownFields(vec!["message".to_owned()])));
        // The space is gone; the answer that named it is not asked again.
        let sent = fixture::submission(&SIGNED);
        let post = as_post(&sent);
        assert_eq!(corrected(fixture::definition(), &Choices::default(), &sent, &post), Ok(sent));
    }

    #[test]
    fn who_did_not_sign_is_given_no_signature() {
        let anonymous = [("message", "Merci !"), ("espace", "geriatrie"), ("signature", "anonyme")];
        let names = mendable(fixture::definition(), &fixture::submission(&anonymous));
        assert_eq!(names.iter().map(|field| field.name.as_str()).collect::<Vec<_>>(), ["message"]);
        let mended = mend(&anonymous, &[("message", "Merci."), ("nom", "Camille")]).unwrap();
        assert_eq!(mended.answer("nom"), None);
    }
}
