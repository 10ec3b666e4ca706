//! Two pages that a link in a mail leads to. Both only show: mail scanners open every link.

use jiff::civil::DateTime;
use serde::Serialize;

use crate::dates::DateView;
use crate::form::answer::ValidSubmission;
use crate::form::definition::FormDefinition;
use crate::form::flag::{Flag, resemblance};
use crate::form::letters::{chosen, lapses};
use crate::form::mail::{MailAnswer, space_title};

use super::check::AnswerView;

/// What `service/confirm-address.html` receives as `confirm`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ConfirmAddressView {
    /// Which form was filled in.
    pub form_title: String,
    /// The reference.
    pub reference: String,
    /// When it was received, in words.
    pub received: String,
    /// What was chosen in lists of ours; nothing that the sender wrote.
    pub chosen: Vec<MailAnswer>,
    /// Where the button posts to.
    pub action: String,
    /// Whether the submission lapses without a confirmation.
    pub lapses: bool,
    /// Whether a charter is signed by it.
    pub signs: bool,
}

/// The page of the link that confirms an address: what is confirmed, and one button.
pub fn confirm_address(
    definition: &FormDefinition,
    submission: &ValidSubmission,
    reference: &str,
    received: DateTime,
    action: &str,
) -> ConfirmAddressView {
    ConfirmAddressView {
        form_title: definition.title.clone(),
        reference: reference.to_owned(),
        received: DateView::from(received).text,
        chosen: chosen(definition, submission),
        action: action.to_owned(),
        lapses: lapses(definition),
        signs: definition.signed_charter().is_some(),
    }
}

/// What `service/decide.html` receives as `decision.submission`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReadView {
    /// Which form was filled in.
    pub form_title: String,
    /// The reference.
    pub reference: String,
    /// When it was received, in words.
    pub received: String,
    /// What became of it so far, in words.
    pub state: String,
    /// Title of the space that it belongs to.
    pub space: Option<String>,
    /// All answers, each with what it looks like.
    pub answers: Vec<AnswerView>,
    /// Whether one of them looks like something that should not be there.
    pub flagged: bool,
    /// The address to answer to.
    pub reply_to: Option<String>,
    /// To be marked « adresse non confirmée ».
    pub unconfirmed_address: bool,
}

/// The page on which moderators read a submission, also what the mail held back. `state` says
/// in French what became of it so far.
pub fn read(
    definition: &FormDefinition,
    submission: &ValidSubmission,
    reference: &str,
    received: DateTime,
    state: &str,
    flags: &[Flag],
    unconfirmed_address: bool,
) -> ReadView {
    let answers = submission.answers.iter().map(|answer| AnswerView {
        name: answer.name.clone(),
        label: answer.label.clone(),
        value: answer.shown.clone(),
        field_id: format!("reponse-{}", answer.name),
        looks_like: resemblance(flags, &answer.name),
    });
    let answers: Vec<AnswerView> = answers.collect();
    ReadView {
        form_title: definition.title.clone(),
        reference: reference.to_owned(),
        received: DateView::from(received).text,
        state: state.to_owned(),
        space: space_title(definition, submission),
        flagged: answers.iter().any(|answer| answer.looks_like.is_some()),
        answers,
        reply_to: submission.reply_to.clone(),
        unconfirmed_address,
    }
}
