//! A submission that answers its form: what the service stores, mails and publishes.
//!
//! It holds no view and no moment; it can be read back from the store years later, without the
//! definition it was made with.

use serde::{Deserialize, Serialize};

use super::definition::{EmailRules, FieldKind, FormDefinition, Role};

/// Answers that fit the definition `form_id` as it was when its digest was `digest`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValidSubmission {
    /// The form's id.
    pub form_id: String,
    /// The digest of the definition that the answers fit.
    pub digest: String,
    /// The answers in the order of the form; a question left open, or not asked, has none.
    pub answers: Vec<Answer>,
    /// Slug of the space that was chosen, or that the chosen slot, activity or page belongs to.
    pub space: Option<String>,
    /// That space's title.
    #[serde(default)]
    pub space_title: Option<String>,
    /// The address to answer to, when one was left.
    pub reply_to: Option<String>,
}

impl ValidSubmission {
    /// The answer to the field of that name.
    pub fn answer(&self, name: &str) -> Option<&Answer> {
        self.answers.iter().find(|answer| answer.name == name)
    }

    /// The address that gets a receipt: the one to answer to.
    pub fn receipt_address(&self) -> Option<&str> {
        self.reply_to.as_deref()
    }

    /// The addresses that hold a role in the space that is asked for, in the order of the form.
    pub fn holders(&self, definition: &FormDefinition) -> Vec<(Role, &str)> {
        let held = definition.fields().filter_map(|field| match field.kind {
            FieldKind::Email(EmailRules { holds: Some(role), .. }) => Some((role, self.answer(&field.name)?)),
            _ => None,
        });
        let held = held.filter_map(|(role, answer)| match &answer.value {
            AnswerValue::Text(address) => Some((role, address.as_str())),
            _ => None,
        });
        held.collect()
    }

    /// The address to be confirmed, when the form wants that and one was given.
    pub fn address_to_confirm(&self, definition: &FormDefinition) -> Option<&str> {
        match &self.answer(&definition.address_check()?.field.name)?.value {
            AnswerValue::Text(address) => Some(address),
            _ => None,
        }
    }
}

/// One answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The field's name.
    pub name: String,
    /// What the answer is, in the words of the definition at that time.
    pub label: String,
    /// The answer in its normal form.
    pub value: AnswerValue,
    /// The answer as a person reads it: labels of options, dates in words.
    pub shown: String,
}

/// The normal form of an answer. In JSON: a text, a list, `true` or a number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum AnswerValue {
    /// A text, an address, the value of an option, a date (`2026-11-22`), a time (`14:30`).
    Text(String),
    /// The values of the boxes that were ticked, at least one.
    Several(Vec<String>),
    /// A single box.
    Ticked(bool),
    /// A number.
    Number(i64),
}

impl AnswerValue {
    /// Whether this is the value that a condition wants.
    pub(super) fn is(&self, wanted: &str) -> bool {
        match self {
            Self::Text(text) => text == wanted,
            Self::Several(values) => values.iter().any(|value| value == wanted),
            Self::Ticked(ticked) => wanted == if *ticked { "oui" } else { "non" },
            Self::Number(_) => false,
        }
    }
}
