//! One mail as a server receives it: headers, text and HTML.
//!
//! Everything that a person wrote is made harmless before it enters a header; the rest of their
//! words stays in the body. The same draft always gives the same bytes.

use anyhow::Context;
use jiff::Timestamp;
use lettre::Address;
use lettre::address::Envelope;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart, SinglePart};

use crate::id::MailId;

/// Longest subject, in characters: beyond, no list of mails shows it.
const SUBJECT_LENGTH: usize = 200;

/// What a mail is made of.
pub struct Draft<'a> {
    /// The outbox row; the `Message-ID` derives from it.
    pub id: MailId,
    /// Who it comes from; also the envelope's sender, which receives what bounces.
    pub from: &'a Mailbox,
    /// Its one recipient: a mail to several would fail for all when one is refused.
    pub to: &'a Address,
    /// What the form holds for an address to answer to; left out when it is none.
    pub reply_to: Option<&'a str>,
    /// When it was written.
    pub date: Timestamp,
    /// One line.
    pub subject: &'a str,
    /// The text part.
    pub text: String,
    /// The HTML part.
    pub html: String,
}

/// A mail that is ready to leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// The outbox row.
    pub id: MailId,
    /// Who receives what bounces.
    pub sender: Address,
    /// Its one recipient.
    pub recipient: Address,
    /// The subject.
    pub subject: String,
    /// The text part.
    pub text: String,
    /// The HTML part.
    pub html: String,
    /// The whole mail.
    pub raw: Vec<u8>,
}

impl Mail {
    /// Sender and recipient as the conversation with a server says them.
    ///
    /// # Errors
    /// Never, with one recipient; lettre refuses none only.
    pub fn envelope(&self) -> anyhow::Result<Envelope> {
        Ok(Envelope::new(Some(self.sender.clone()), vec![self.recipient.clone()])?)
    }
}

impl Draft<'_> {
    /// Builds the mail.
    ///
    /// # Errors
    /// Fails when lettre refuses a part of it, which no draft of ours brings about.
    pub fn build(self) -> anyhow::Result<Mail> {
        let subject = one_line(self.subject);
        let message_id = format!("<{}@{}>", self.id, self.from.email.domain());
        let mut builder = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, self.to.clone()))
            .date(self.date.into())
            .message_id(Some(message_id))
            .subject(subject.clone())
            // Keeps holiday notices from answering a machine.
            .raw_header(HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".into()));
        if let Some(address) = self.reply_to.and_then(|text| text.parse::<Address>().ok()) {
            builder = builder.reply_to(Mailbox::new(None, address));
        }
        // lettre would draw a boundary at random, and a retry would not be the same mail.
        let parts = MultiPart::alternative()
            .boundary(format!("portail-{}", self.id))
            .singlepart(SinglePart::plain(self.text.clone()))
            .singlepart(SinglePart::html(self.html.clone()));
        let message = builder.multipart(parts).with_context(|| format!("building mail {}", self.id))?;
        Ok(Mail {
            id: self.id,
            sender: self.from.email.clone(),
            recipient: self.to.clone(),
            subject,
            text: self.text,
            html: self.html,
            raw: message.formatted(),
        })
    }
}

/// A text for a header: without line end, NUL or any other control character, and not endless.
pub(super) fn one_line(text: &str) -> String {
    let clean: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    clean
        .split(' ')
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
        .chars()
        .take(SUBJECT_LENGTH)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn build(subject: &str, reply_to: Option<&str>) -> Mail {
        Draft {
            id: "019ab000-0000-7000-8000-000000000001".parse().unwrap(),
            from: &"Anime ton CHU <portail@exemple.fr>".parse().unwrap(),
            to: &"moderation@exemple.fr".parse().unwrap(),
            reply_to,
            date: "2026-11-22T13:30:00Z".parse().unwrap(),
            subject,
            text: "Merci à l’équipe 🌻".to_owned(),
            html: "<p>Merci à l’équipe 🌻</p>".to_owned(),
        }
        .build()
        .unwrap()
    }

    fn headers(mail: &Mail) -> String {
        let raw = String::from_utf8(mail.raw.clone()).unwrap();
        raw.split_once("\r\n\r\n").unwrap().0.to_owned()
    }

    #[test]
    fn the_same_draft_gives_the_same_bytes() {
        assert_eq!(build("Nouveau post-it", None), build("Nouveau post-it", None));
        let headers = headers(&build("Nouveau post-it", None));
        assert!(headers.contains("Message-ID: <019ab000-0000-7000-8000-000000000001@exemple.fr>"), "{headers}");
        assert!(headers.contains("Date: Sun, 22 Nov 2026 13:30:00 +0000"), "{headers}");
    }

    #[test]
    fn no_word_of_a_visitor_makes_a_header() {
        let mail = build("Post-it\r\nBcc: autre@exemple.fr\0\u{85}fin", Some("a@exemple.fr\r\nBcc: autre@exemple.fr"));
        assert_eq!(mail.subject, "Post-it Bcc: autre@exemple.fr fin");
        let headers = headers(&mail);
        assert!(!headers.lines().any(|line| line.starts_with("Bcc")), "{headers}");
        assert!(!headers.contains("Reply-To"), "{headers}");
        assert!(!mail.raw.contains(&0));
    }

    #[test]
    fn an_answer_goes_to_the_address_that_was_left() {
        assert!(headers(&build("x", Some("prenom.nom@exemple.fr"))).contains("Reply-To: prenom.nom@exemple.fr"));
        assert!(!headers(&build("x", Some("rappelez-moi"))).contains("Reply-To"));
        assert!(!headers(&build("x", None)).contains("Reply-To"));
    }

    #[test]
    fn everything_that_leaves_is_ascii() {
        let mail = build(&"é🌻 ".repeat(200), None);
        assert!(mail.raw.is_ascii());
        assert!(mail.raw.split(|byte| *byte == b'\n').all(|line| line.len() <= 998));
    }
}
