//! One mail as a server receives it: headers, text and HTML.
//!
//! Everything that a person wrote is made harmless before it enters a header; the rest of their
//! words stays in the body. The same draft always gives the same bytes.

use anyhow::Context;
use generator::form::is_email;
use jiff::Timestamp;
use lettre::Address;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart, SinglePart};

use crate::id::{MailId, SubmissionId};

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
    /// The submission that it is about: all mails about one are one thread.
    pub thread: Option<SubmissionId>,
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

impl Draft<'_> {
    /// Builds the mail.
    ///
    /// # Errors
    /// Fails when lettre refuses a part of it, which no draft of ours brings about.
    pub fn build(self) -> anyhow::Result<Mail> {
        let subject = one_line(self.subject);
        let (text, html) = (lines(&self.text), lines(&self.html));
        let message_id = format!("<{}@{}>", self.id, self.from.email.domain());
        // lettre panics on a line end or a NUL in a name.
        let from = Mailbox::new(self.from.name.as_deref().map(one_line), self.from.email.clone());
        let mut builder = Message::builder()
            .from(from)
            .to(Mailbox::new(None, self.to.clone()))
            .date(self.date.into())
            .message_id(Some(message_id))
            .subject(subject.clone())
            // Keeps holiday notices from answering a machine.
            .raw_header(HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".into()));
        if let Some(thread) = self.thread {
            // The thread's first message does not exist: mail readers gather what refers to the same.
            let first = format!("<{thread}@{}>", self.from.email.domain());
            builder = builder.references(first.clone()).in_reply_to(first);
        }
        // lettre takes more than mail readers agree on: letters outside ASCII, quotes, « :: » for a
        // domain. What looks like an encoded word (RFC 2047) is an address to some and a text to others.
        let is_plain = |text: &&str| is_email(text) && !text.contains("=?");
        let reply_to = self.reply_to.filter(is_plain);
        if let Some(address) = reply_to.and_then(|text| text.parse::<Address>().ok()) {
            builder = builder.reply_to(Mailbox::new(None, address));
        }
        let parts = MultiPart::alternative()
            .boundary(boundary(self.id, [&text, &html]))
            .singlepart(SinglePart::plain(text.clone()))
            .singlepart(SinglePart::html(html.clone()));
        let message = builder.multipart(parts).with_context(|| format!("building mail {}", self.id))?;
        Ok(Mail {
            id: self.id,
            sender: self.from.email.clone(),
            recipient: self.to.clone(),
            subject,
            text,
            html,
            raw: message.formatted(),
        })
    }
}

/// What stands between the parts, and in neither. lettre would draw one at random, and a retry would
/// not be the same mail.
fn boundary(id: MailId, parts: [&str; 2]) -> String {
    let mut boundary = format!("portail-{id}");
    let mut number = 1;
    while parts.iter().any(|part| part.contains(&boundary)) {
        number += 1;
        boundary = format!("portail-{id}-{number}.");
    }
    boundary
}

/// A text for a header: without line end, NUL or any other control character, and not endless.
pub(super) fn one_line(text: &str) -> String {
    let clean: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    // What looks like an encoded word would leave as it is, and be read as what it encodes.
    let clean = clean.replace("=?", "= ?");
    let words = clean.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    let end = words.char_indices().nth(SUBJECT_LENGTH).map_or(words.len(), |(end, _)| end);
    words[..end].trim_end_matches(' ').to_owned()
}

/// A text for a body: one kind of line end, and no other control character. lettre lets a lone CR
/// through; a server that takes it for a line end would see the mail end where a visitor wrote
/// CR, dot, CR, and read the rest as commands.
fn lines(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    text.chars().map(|c| if c.is_control() && c != '\n' && c != '\t' { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn build(subject: &str, reply_to: Option<&str>) -> Mail {
        build_from(&"Anime ton CHU <portail@exemple.fr>".parse().unwrap(), subject, reply_to, "Merci à l’équipe 🌻")
    }

    fn build_from(from: &Mailbox, subject: &str, reply_to: Option<&str>, text: &str) -> Mail {
        Draft {
            id: "019ab000-0000-7000-8000-000000000001".parse().unwrap(),
            from,
            to: &"moderation@exemple.fr".parse().unwrap(),
            reply_to,
            date: "2026-11-22T13:30:00Z".parse().unwrap(),
            thread: Some("019ab000-0000-7000-8000-000000000002".parse().unwrap()),
            subject,
            text: text.to_owned(),
            html: format!("<p>{text}</p>"),
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
        assert!(headers.contains("References: <019ab000-0000-7000-8000-000000000002@exemple.fr>"), "{headers}");
        assert!(headers.contains("Date: Sun, 22 Nov 2026 13:30:00 +0000"), "{headers}");
    }

    #[test]
    fn no_word_of_a_visitor_makes_a_header() {
        let mail = build("Post-it\r\nBcc: autre@exemple.fr\0\u{85}fin", Some("a@exemple.fr\r\nBcc: autre@exemple.fr"));
        assert_eq!(mail.subject, "Post-it Bcc: autre@exemple.fr fin");
        let headers = headers(&mail);
        assert!(!headers.lines().any(|line| line.starts_with("Bcc")), "{headers}");
        assert!(!headers.lines().any(|line| line.starts_with("Reply-To")), "{headers}");
        assert!(!mail.raw.contains(&0));
    }

    #[test]
    fn a_subject_is_read_as_it_was_written_even_when_it_looks_encoded() {
        let mail = build("Essai =?utf-8?q?Bcc=3A?=", None);
        assert_eq!(mail.subject, "Essai = ?utf-8?q?Bcc=3A?=");
        assert!(headers(&mail).contains("Subject: Essai = ?utf-8?q?Bcc=3A?="));
        let cut = build(&"a ".repeat(200), None).subject;
        assert_eq!((cut.len(), cut.ends_with('a')), (199, true));
    }

    #[test]
    fn an_answer_goes_to_the_address_that_was_left() {
        let answer_to = |left| {
            let headers = headers(&build("x", left));
            headers.lines().find_map(|line| line.strip_prefix("Reply-To: ").map(str::to_owned))
        };
        assert_eq!(answer_to(Some("prenom.nom@exemple.fr")).as_deref(), Some("prenom.nom@exemple.fr"));
        for left in [
            Some("rappelez-moi"),
            Some("=?utf-8?q?a?=nom@exemple.fr"),
            Some("prenom.nom@exemple.fr=?a"),
            Some("=@::"),
            Some("prénom.nom@exemple.fr"),
            Some("\"a, b\"@exemple.fr"),
            None,
        ] {
            assert_eq!(answer_to(left), None, "{left:?}");
        }
    }

    #[test]
    fn everything_that_leaves_is_ascii() {
        let mail = build(&"é🌻 ".repeat(200), None);
        assert!(mail.raw.is_ascii());
        assert!(mail.raw.split(|byte| *byte == b'\n').all(|line| line.len() <= 998));
    }

    #[test]
    fn no_text_ends_its_part_of_the_mail() {
        let text = "Merci\n--portail-019ab000-0000-7000-8000-000000000001\n\nÀ demain";
        let mail = build_from(&"portail@exemple.fr".parse().unwrap(), "x", None, text);
        let raw = String::from_utf8(mail.raw).unwrap();
        let boundary = "portail-019ab000-0000-7000-8000-000000000001-2.";
        assert!(headers(&build("x", None)).contains("boundary=\"portail-019ab000-0000-7000-8000-000000000001\""));
        assert_eq!(raw.matches(&format!("\r\n--{boundary}")).count(), 3, "{raw}");
    }

    #[test]
    fn no_line_end_or_nul_in_the_name_of_the_sender_makes_a_header_or_a_panic() {
        for bad in ["\r", "\n", "\r\n", "\0"] {
            let name = format!("Anime{bad}Bcc: autre@exemple.fr{bad} ton CHU");
            let from = Mailbox::new(Some(name), "portail@exemple.fr".parse().unwrap());
            let mail = build_from(&from, "x", None, "Merci");
            let headers = headers(&mail);
            assert!(headers.contains(" <portail@exemple.fr>\r\nTo: "), "{headers}");
            assert!(!headers.lines().any(|line| line.starts_with("Bcc")), "{headers}");
        }
    }

    #[test]
    fn no_line_of_a_mail_ends_otherwise_than_with_cr_lf() {
        for end in ["\n", "\r", "\r\n", "\n\r", "\0\n"] {
            let text = format!("Merci{end}.{end}MAIL FROM:<autre@exemple.fr>{end}");
            for text in [text.clone(), format!("{text} é🌻")] {
                let mail = build_from(&"portail@exemple.fr".parse().unwrap(), "x", None, &text);
                let lines = String::from_utf8(mail.raw).unwrap().replace("\r\n", "");
                assert!(!lines.contains(['\r', '\n', '\0']), "{lines:?}");
            }
        }
    }
}
