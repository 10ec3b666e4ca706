//! The mails to the sender: the receipt, the link that confirms an address, its reminder, and
//! the proof of a signature.
//!
//! Until an address is confirmed anybody may have typed it: what goes there before holds no text
//! that the sender wrote, so that nobody can make the portal mail a text of theirs to a stranger.
//! What was chosen in a list of ours (a charter, a slot, a space) is no such text.

use jiff::civil::DateTime;
use serde::Serialize;

use crate::dates::DateView;

use super::answer::ValidSubmission;
use super::definition::{FieldKind, FormDefinition, Unconfirmed};
use super::mail::{Envelope, MailAnswer, PortalView};

/// What `service/mail/receipt` receives as `mail`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReceiptView {
    /// The subject of the mail.
    pub subject: String,
    /// Heading of the text.
    pub title: String,
    /// Which form was filled in.
    pub form_title: String,
    /// The reference.
    pub reference: String,
    /// When it was received, in words.
    pub received: String,
    /// What happens next.
    pub next: Vec<String>,
    /// The portal.
    pub portal: PortalView,
}

/// Words the receipt, to [`ValidSubmission::receipt_address`].
pub fn receipt(definition: &FormDefinition, envelope: Envelope<'_>) -> ReceiptView {
    ReceiptView {
        subject: format!("Votre envoi est arrivé, référence {}", envelope.reference),
        title: "Votre envoi est arrivé".to_owned(),
        form_title: definition.title.clone(),
        reference: envelope.reference.to_owned(),
        received: envelope.received(),
        next: definition.confirmation.next.clone(),
        portal: envelope.portal(),
    }
}

/// The link that confirms an address.
#[derive(Clone, Copy, Debug)]
pub struct ConfirmationLink<'a> {
    /// Its address.
    pub url: &'a str,
    /// Until when it works, in the portal's time zone.
    pub until: DateTime,
    /// Whether this is the second and last mail about it.
    pub reminder: bool,
}

/// What `service/mail/confirmation` receives as `mail`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ConfirmationView {
    /// The subject of the mail.
    pub subject: String,
    /// Heading of the text.
    pub title: String,
    /// Which form was filled in.
    pub form_title: String,
    /// The reference.
    pub reference: String,
    /// When it was received, in words.
    pub received: String,
    /// What was chosen in lists of ours; nothing that the sender wrote.
    pub chosen: Vec<MailAnswer>,
    /// Whether this is the second and last mail about it.
    pub reminder: bool,
    /// The one link.
    pub link: String,
    /// Until when it works, in words.
    pub until: String,
    /// Whether the submission lapses without it; otherwise it then goes on, with a mark.
    pub lapses: bool,
    /// Whether a charter is signed by it.
    pub signs: bool,
    /// How long after its reception what has lapsed is erased, in words.
    pub kept: String,
    /// The portal.
    pub portal: PortalView,
}

/// Words the mail that asks to confirm an address.
pub fn confirmation(
    definition: &FormDefinition,
    submission: &ValidSubmission,
    envelope: Envelope<'_>,
    link: ConfirmationLink<'_>,
) -> ConfirmationView {
    let title = if link.reminder { "Rappel\u{a0}: confirmez votre adresse" } else { "Confirmez votre adresse" };
    ConfirmationView {
        subject: format!("{title}, référence {}", envelope.reference),
        title: title.to_owned(),
        form_title: definition.title.clone(),
        reference: envelope.reference.to_owned(),
        received: envelope.received(),
        chosen: chosen(definition, submission),
        reminder: link.reminder,
        link: link.url.to_owned(),
        until: DateView::from(link.until).text,
        lapses: lapses(definition),
        signs: definition.signed_charter().is_some(),
        kept: definition.retention.lapsed.words(),
        portal: envelope.portal(),
    }
}

/// Who reads a proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ProofReader {
    /// Whoever signed, at the address that was confirmed.
    Signer,
    /// Who keeps the register.
    Register,
}

/// What `service/mail/proof` receives as `mail`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ProofView {
    /// The subject of the mail.
    pub subject: String,
    /// Heading of the text.
    pub title: String,
    /// Title and version of the charter that was signed.
    pub charter: String,
    /// Its place in the register, once it has one.
    pub entry: Option<EntryView>,
    /// The reference.
    pub reference: String,
    /// When it was signed, in words.
    pub signed: String,
    /// When the address was confirmed, in words.
    pub confirmed: String,
    /// The other answers: who signed, and in which space.
    pub answers: Vec<MailAnswer>,
    /// Who reads it.
    pub reader: ProofReader,
    /// How long after its reception the proof is erased, in words.
    pub kept: String,
    /// The portal.
    pub portal: PortalView,
}

/// A place in the register, out of reach of whoever would change the register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EntryView {
    /// The number.
    pub number: String,
    /// The beginning of the row's digest, in groups.
    pub fingerprint: String,
}

/// What a proof says besides what was sent.
#[derive(Clone, Copy, Debug)]
pub struct ProofFacts<'a> {
    /// When the address was confirmed, in the portal's time zone.
    pub confirmed: DateTime,
    /// Number and digest in the register.
    pub entry: Option<(i64, &'a str)>,
}

/// Words the proof of a signature whose address was confirmed; `None` when the form signs nothing.
pub fn proof(
    definition: &FormDefinition,
    submission: &ValidSubmission,
    envelope: Envelope<'_>,
    facts: ProofFacts<'_>,
    reader: ProofReader,
) -> Option<ProofView> {
    let charter = submission.answer(&definition.signed_charter()?.name)?;
    let title = match reader {
        ProofReader::Signer => "Votre signature est enregistrée",
        ProofReader::Register => "Une signature est inscrite au registre",
    };
    Some(ProofView {
        subject: format!("{title}, référence {}", envelope.reference),
        title: title.to_owned(),
        charter: charter.shown.clone(),
        entry: facts
            .entry
            .map(|(number, fingerprint)| EntryView { number: number.to_string(), fingerprint: fingerprint.to_owned() }),
        reference: envelope.reference.to_owned(),
        signed: envelope.received(),
        confirmed: DateView::from(facts.confirmed).text,
        answers: MailAnswer::all_but(Some(&charter.name), submission, envelope.flags),
        reader,
        kept: definition.retention.received.words(),
        portal: envelope.portal(),
    })
}

/// Whether a submission lapses when its address is not confirmed.
pub(super) fn lapses(definition: &FormDefinition) -> bool {
    definition.address_check().is_some_and(|check| check.otherwise == Unconfirmed::Lapse)
}

/// What was chosen in a list that the site knows: what may be said to an address that nobody
/// confirmed yet.
pub(super) fn chosen(definition: &FormDefinition, submission: &ValidSubmission) -> Vec<MailAnswer> {
    let is_ours = |name: &str| {
        definition.field(name).is_some_and(|field| field.kind.is_listed_by_the_site() || field.kind == FieldKind::Page)
    };
    let ours = submission.answers.iter().filter(|answer| is_ours(&answer.name));
    ours.map(|answer| MailAnswer { label: answer.label.clone(), value: answer.shown.clone(), held_back: None })
        .collect()
}
