//! The mail to those who decide, in words. Nothing is sent from here.
//!
//! The subject holds the space and the reference and nothing that a visitor wrote: it is shown
//! on locked screens and kept by every server on the way.

use jiff::civil::DateTime;
use serde::Serialize;

use crate::dates::DateView;

use super::answer::{Answer, ValidSubmission};
use super::definition::{FieldKind, FormDefinition};
use super::flag::{Flag, resemblance};

/// What the submission does not say about itself.
#[derive(Clone, Copy, Debug)]
pub struct Envelope<'a> {
    /// The reference that a person reads and quotes.
    pub reference: &'a str,
    /// When it was received, in the portal's time zone.
    pub received: DateTime,
    /// The portal's name.
    pub portal_name: &'a str,
    /// The portal's base address, without trailing slash.
    pub portal_url: &'a str,
    /// Suspicions about answers: those are held back, and read by the link only.
    pub flags: &'a [Flag],
    /// Where the whole submission is read.
    pub reading_url: Option<&'a str>,
    /// The sender's address was to be confirmed, and nobody did in time.
    pub unconfirmed_address: bool,
    /// Whoever should receive this has an address that no longer answers.
    pub substitute_for: bool,
    /// What happened just before, that made it come to the reader.
    pub why: Option<&'a str>,
}

impl Envelope<'_> {
    /// The portal, for a template.
    pub(super) fn portal(&self) -> PortalView {
        PortalView { name: self.portal_name.to_owned(), url: self.portal_url.to_owned() }
    }

    /// When it was received, in words.
    pub(super) fn received(&self) -> String {
        DateView::from(self.received).text
    }
}

/// What the theme's `service/mail/submission` templates receive as `mail`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MailView {
    /// The subject of the mail.
    pub subject: String,
    /// Heading of the text: the subject again.
    pub title: String,
    /// What opens the text.
    pub intro: String,
    /// Title of the space that was chosen.
    pub space: Option<String>,
    /// The reference.
    pub reference: String,
    /// When it was received, in words.
    pub received: String,
    /// Questions and answers, without the space.
    pub answers: Vec<MailAnswer>,
    /// The address to answer to.
    pub reply_to: Option<String>,
    /// The portal.
    pub portal: PortalView,
    /// What the reader is to do next.
    pub next: Vec<String>,
    /// Where the whole submission is read.
    pub reading_url: Option<String>,
    /// To be marked « adresse non confirmée ».
    pub unconfirmed_address: bool,
    /// The reader receives it in the place of somebody whose address no longer answers.
    pub substitute_for: bool,
    /// What happened just before, that made it come to the reader.
    pub why: Option<String>,
}

/// A question with its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MailAnswer {
    /// The question.
    pub label: String,
    /// The answer as a person reads it; it may have several lines. Empty when it is held back.
    pub value: String,
    /// Why it is held back: ends « elle ressemble à … ».
    pub held_back: Option<String>,
}

impl MailAnswer {
    /// The answer, or, when there is a suspicion, only what it looks like.
    fn of(answer: &Answer, flags: &[Flag]) -> Self {
        let held_back = resemblance(flags, &answer.name);
        let value = if held_back.is_some() { String::new() } else { answer.shown.clone() };
        Self { label: answer.label.clone(), value, held_back }
    }

    /// The answers of a submission whose space is said apart, but for one field.
    pub(super) fn all_but(but: Option<&str>, submission: &ValidSubmission, flags: &[Flag]) -> Vec<Self> {
        let said = submission.answers.iter().filter(|answer| but != Some(answer.name.as_str()));
        said.map(|answer| Self::of(answer, flags)).collect()
    }
}

/// The title of the space that a submission belongs to.
pub(super) fn space_title(definition: &FormDefinition, submission: &ValidSubmission) -> Option<String> {
    let chosen = definition.field_of(&FieldKind::Space).and_then(|field| submission.answer(&field.name));
    let chosen = chosen.map(|answer| answer.shown.clone());
    chosen.or_else(|| submission.space_title.clone()).or_else(|| submission.space.clone())
}

/// The portal that a mail comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PortalView {
    /// Its name.
    pub name: String,
    /// Its base address.
    pub url: String,
}

/// Words the mail about a submission. The definition may be newer than the submission: only
/// its sentences are used, the questions are those that were asked.
pub fn word(definition: &FormDefinition, submission: &ValidSubmission, envelope: Envelope<'_>) -> MailView {
    let space = space_title(definition, submission);
    let space_field = definition.field_of(&FieldKind::Space).map(|field| field.name.as_str());
    let fill = |text: &str| fill(text, space.as_deref().unwrap_or_default(), envelope.reference);
    let subject = one_line(&fill(&definition.mail.subject.value));
    MailView {
        title: subject.clone(),
        subject,
        intro: fill(&definition.mail.introduction.value),
        reference: envelope.reference.to_owned(),
        received: envelope.received(),
        answers: MailAnswer::all_but(space_field, submission, envelope.flags),
        reply_to: submission.reply_to.clone(),
        portal: envelope.portal(),
        reading_url: envelope.reading_url.map(str::to_owned),
        unconfirmed_address: envelope.unconfirmed_address,
        substitute_for: envelope.substitute_for,
        why: envelope.why.map(str::to_owned),
        next: definition.mail.next.clone(),
        space,
    }
}

/// Replaces in one pass: a reference that looked like a placeholder would stay as it is.
fn fill(text: &str, space: &str, reference: &str) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('{') {
        filled.push_str(&rest[..at]);
        rest = &rest[at..];
        let replaced = [("{espace}", space), ("{reference}", reference)]
            .into_iter()
            .find_map(|(name, value)| rest.strip_prefix(name).map(|after| (value, after)));
        let (value, after) = replaced.unwrap_or(rest.split_at(1));
        filled.push_str(value);
        rest = after;
    }
    filled.push_str(rest);
    filled
}

/// A subject has no line end and no control character, whatever a space is called.
fn one_line(text: &str) -> String {
    text.split(|c: char| c.is_control() || c.is_whitespace() && c != '\u{a0}' && c != '\u{202f}')
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::fixture;

    fn mail(pairs: &[(&str, &str)]) -> MailView {
        flagged_mail(pairs, &[])
    }

    fn flagged_mail(pairs: &[(&str, &str)], flags: &[Flag]) -> MailView {
        let envelope = Envelope {
            reference: "K3V9Q2M7XA",
            received: jiff::civil::date(2026, 11, 22).at(14, 30, 0, 0),
            portal_name: "Anime ton CHU",
            portal_url: "https://portail.exemple.fr",
            flags,
            reading_url: Some("https://portail.exemple.fr/moderation/lire/abc"),
            unconfirmed_address: false,
            substitute_for: false,
            why: None,
        };
        word(fixture::definition(), &fixture::submission(pairs), envelope)
    }

    #[test]
    fn nothing_that_a_visitor_wrote_enters_the_subject() {
        let mail = mail(&[("message", "{espace} secret"), ("espace", "geriatrie"), ("signature", "anonyme")]);
        assert_eq!(mail.subject, "Nouveau post-it pour Gériatrie");
        assert_eq!(mail.intro, "Quelqu’un a laissé un post-it (référence K3V9Q2M7XA).");
        assert_eq!(mail.received, "dimanche 22 novembre 2026 à 14\u{a0}h\u{a0}30");
        assert_eq!(mail.space.as_deref(), Some("Gériatrie"));
        assert_eq!(mail.reply_to, None);
    }

    #[test]
    fn an_answer_that_is_held_back_is_nowhere_in_the_mail() {
        let flags = [Flag { field: "message".to_owned(), looks_like: "un numéro de sécurité sociale".to_owned() }];
        let pairs = [("message", "2 55 08 14 168 025 38"), ("espace", "geriatrie"), ("signature", "anonyme")];

        let mail = flagged_mail(&pairs, &flags);

        assert!(!serde_json::to_string(&mail).unwrap().contains("14 168"));
        assert_eq!(mail.answers[0].held_back.as_deref(), Some("un numéro de sécurité sociale"));
        assert_eq!(mail.answers[1].value, "Anonyme");
    }

    #[test]
    fn the_answers_are_those_that_were_asked_without_the_space() {
        let mail = mail(&[
            ("message", "Merci"),
            ("espace", "geriatrie"),
            ("signature", "anonyme"),
            ("nom", "Camille"),
            ("courriel", "prenom.nom@exemple.fr"),
        ]);
        let answers: Vec<_> =
            mail.answers.iter().map(|answer| (answer.label.as_str(), answer.value.as_str())).collect();
        assert_eq!(
            answers,
            [
                ("Votre message", "Merci"),
                ("Signature", "Anonyme"),
                ("Votre adresse", "prenom.nom@exemple.fr"),
                ("J’ai lu la charte", "non"),
            ]
        );
        assert_eq!(mail.reply_to.as_deref(), Some("prenom.nom@exemple.fr"));
    }
}
