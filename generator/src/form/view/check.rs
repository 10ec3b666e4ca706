//! The page to check one's answers on, and the page that says that they were received.

use serde::Serialize;

use crate::form::answer::ValidSubmission;
use crate::form::clean::clean;
use crate::form::definition::{Choices, FormDefinition, Unconfirmed};
use crate::form::flag::{Flag, resemblance};
use crate::form::post::{KEY, RawPost, TRAP, VERSION, WARNED};

use super::edit::edit;
use super::form::FormView;
use super::texts::RenderedTexts;

/// What `service/form-check.html` receives: each field of this under its own name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CheckView {
    /// The form, as on its own page.
    pub form: FormView,
    /// The answers that will be sent.
    pub answers: Vec<AnswerView>,
    /// What the sender is to read again before sending.
    pub warnings: Vec<WarningView>,
    /// What the page sends again: the whole post but `_confirme` and `_modifier`, that its two
    /// buttons add. `_version` is now the present one, which the answers fit.
    pub hidden: Vec<Hidden>,
}

/// An answer to read again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AnswerView {
    /// The field's name.
    pub name: String,
    /// The question.
    pub label: String,
    /// The answer as a person reads it; it may have several lines.
    pub value: String,
    /// Where to change it.
    pub field_id: String,
    /// What it looks like and should not be: ends « ressemble à … ».
    pub looks_like: Option<String>,
}

/// A line of the warning above the answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WarningView {
    /// The field's name; the answer stands under the id `reponse-<name>`.
    pub name: String,
    /// The question.
    pub label: String,
    /// Ends « ressemble à … ».
    pub looks_like: String,
}

/// A hidden value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Hidden {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// The check page. It sends the post itself again, not the answers: validating it a second
/// time gives the same submission, and « Modifier » gives back all that was typed. With warnings
/// it also sends that they were shown ([`RawPost::was_warned`]).
pub fn check(
    definition: &FormDefinition,
    texts: &RenderedTexts,
    choices: &Choices,
    submission: &ValidSubmission,
    post: &RawPost,
    key: Option<&str>,
    warnings: &[Flag],
) -> CheckView {
    let answers = submission.answers.iter().map(|answer| AnswerView {
        name: answer.name.clone(),
        label: answer.label.clone(),
        value: answer.shown.clone(),
        field_id: format!("champ-{}", answer.name),
        looks_like: resemblance(warnings, &answer.name),
    });
    let answers: Vec<AnswerView> = answers.collect();
    let warned = answers.iter().filter_map(|answer| {
        let looks_like = answer.looks_like.clone()?;
        Some(WarningView { name: answer.name.clone(), label: answer.label.clone(), looks_like })
    });
    let warned: Vec<WarningView> = warned.collect();
    let typed = post.answers().map(|(name, value)| (name, clean(value)));
    let ours = [
        (KEY, key.map(str::to_owned)),
        (VERSION, Some(definition.digest.clone())),
        (WARNED, (!warned.is_empty()).then(|| "oui".to_owned())),
        // Whoever decides what a filled trap means must still see it after this page.
        (TRAP, post.get(TRAP).filter(|_| post.is_trapped()).map(str::to_owned)),
    ];
    let ours = ours.into_iter().filter_map(|(name, value)| Some((name, value?)));
    CheckView {
        form: edit(definition, texts, choices, post, &[], key),
        answers,
        warnings: warned,
        hidden: typed.chain(ours).map(|(name, value)| Hidden { name: name.to_owned(), value }).collect(),
    }
}

/// What `service/form-done.html` receives as `done`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DoneView {
    /// The reference to keep.
    pub reference: String,
    /// The page's title.
    pub title: String,
    /// HTML.
    pub text: String,
    /// What happens next.
    pub next: Vec<String>,
    /// Whether the address is to be confirmed first, and what happens when it is not.
    pub confirm_address: Option<ConfirmAddress>,
}

/// What is said of an address that is confirmed by a link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ConfirmAddress {
    /// Whether everybody had to give one.
    pub always: bool,
    /// Whether an unconfirmed one lets the submission lapse; otherwise it goes on after 48 hours.
    pub lapses: bool,
}

/// The thank-you page, once the submission is stored.
pub fn done(definition: &FormDefinition, texts: &RenderedTexts, reference: &str) -> DoneView {
    DoneView {
        reference: reference.to_owned(),
        title: definition.confirmation.title.clone(),
        text: texts.confirmation.clone(),
        next: definition.confirmation.next.clone(),
        // A note's address is confirmed only in a space that shows notes before they are read.
        confirm_address: definition.address_check().filter(|_| !definition.publishes_notes()).map(|check| {
            ConfirmAddress {
                always: check.field.required && check.field.condition.is_none(),
                lapses: check.otherwise == Unconfirmed::Lapse,
            }
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::fixture;
    use crate::form::validate::validate;

    #[test]
    fn the_check_page_sends_again_what_was_typed_with_the_present_version() {
        let (definition, choices) = (fixture::definition(), fixture::choices());
        let texts = RenderedTexts::render(definition, |text| text.value.clone());
        let post = RawPost::from_pairs([
            ("message", "Merci"),
            ("espace", "geriatrie"),
            ("signature", "anonyme"),
            ("nom", "Camille"),
            ("_version", definition.digest.as_str()),
            ("_modifier", "oui"),
            ("_adresse_web", "http://exemple.fr"),
        ]);
        let submission = validate(definition, &post, &choices).unwrap();

        let page = check(definition, &texts, &choices, &submission, &post, Some("clé"), &[]);

        let shown: Vec<&str> = page.answers.iter().map(|answer| answer.value.as_str()).collect();
        assert_eq!(shown, ["Merci", "Gériatrie", "Anonyme", "non"]);
        let hidden: Vec<(&str, &str)> = page.hidden.iter().map(|h| (h.name.as_str(), h.value.as_str())).collect();
        assert_eq!(
            hidden,
            [
                ("message", "Merci"),
                ("espace", "geriatrie"),
                ("signature", "anonyme"),
                ("nom", "Camille"),
                ("_cle", "clé"),
                ("_version", definition.digest.as_str()),
                ("_adresse_web", "http://exemple.fr"),
            ]
        );
    }
}
