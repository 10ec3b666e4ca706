//! What holds of any mail that is built, and of what a reader of mails makes of it.

use forms_service::mail::message::{Draft, Mail};
use generator::form::is_email;
use lettre::message::Mailbox;
use mail_parser::MessageParser;

/// What somebody may have written into a mail.
#[derive(Clone, Debug)]
pub struct Words {
    /// The sender's name.
    pub name: Option<String>,
    /// The subject.
    pub subject: String,
    /// What is taken for an address to answer to.
    pub reply_to: Option<String>,
    /// The text part.
    pub text: String,
    /// The HTML part.
    pub html: String,
}

impl Words {
    /// Reads words as the fuzz target has them: name, subject, address, text and HTML between
    /// lines of two hyphens. An empty name or address is none.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(5, "\n--\n").map(str::to_owned);
        let mut next = || parts.next();
        let (name, subject, reply_to) = (next()?, next()?, next()?);
        let some = |text: String| (!text.is_empty()).then_some(text);
        Some(Self { name: some(name), subject, reply_to: some(reply_to), text: next()?, html: next()? })
    }

    /// Builds the mail. It has our headers and no other, no line that a server would cut or read
    /// otherwise, and says what was written to a reader that is not the one who built it.
    pub fn check(&self) -> Mail {
        let mail = self.build();
        assert_eq!(self.build(), mail, "the same draft gives the same bytes");
        lines_are_sound(&mail.raw);
        let head = std::str::from_utf8(&mail.raw).expect("ASCII").split_once("\r\n\r\n").expect("a body").0;
        let names: Vec<&str> = head.split("\r\n").filter(|line| !line.starts_with([' ', '\t'])).map(name).collect();
        let answered = names.contains(&"Reply-To");
        assert_eq!(names.into_iter().filter(|name| *name != "Reply-To").collect::<Vec<_>>(), HEADERS, "{head}");
        self.is_read_as_written(&mail, answered);
        mail
    }

    fn build(&self) -> Mail {
        Draft {
            thread: None,
            id: "019ab000-0000-7000-8000-000000000001".parse().expect("an id"),
            from: &Mailbox::new(self.name.clone(), "portail@exemple.fr".parse().expect("an address")),
            to: &"moderation@exemple.fr".parse().expect("an address"),
            reply_to: self.reply_to.as_deref(),
            date: "2026-11-22T13:30:00Z".parse().expect("a moment"),
            subject: &self.subject,
            text: self.text.clone(),
            html: self.html.clone(),
        }
        .build()
        .expect("any draft can be built")
    }

    fn is_read_as_written(&self, mail: &Mail, answered: bool) {
        let read = MessageParser::default().parse(&mail.raw).expect("a mail");
        cut_at_most(&mail.subject, &self.subject);
        assert_eq!(read.subject().unwrap_or_default(), mail.subject);
        assert_eq!(letters(&mail.text), letters(&self.text));
        assert_eq!(letters(&mail.html), letters(&self.html));
        assert_eq!((read.text_body_count(), read.html_body_count(), read.attachment_count()), (1, 1, 0));
        assert_eq!(unix(&read.body_text(0).unwrap_or_default()), mail.text);
        assert_eq!(unix(&read.body_html(0).unwrap_or_default()), mail.html);

        let addresses = |header: Option<&mail_parser::Address<'_>>| -> Vec<String> {
            let all = header.into_iter().flat_map(mail_parser::Address::iter);
            all.map(|one| one.address().unwrap_or_default().to_owned()).collect()
        };
        let name = read.from().and_then(|from| from.first()).and_then(|one| one.name()).unwrap_or_default();
        cut_at_most(name, self.name.as_deref().unwrap_or_default());
        assert_eq!(addresses(read.from()), ["portail@exemple.fr"]);
        assert_eq!(addresses(read.to()), ["moderation@exemple.fr"]);
        assert_eq!(addresses(read.cc()).len() + addresses(read.bcc()).len(), 0);
        let wanted = self.reply_to.as_ref().filter(|_| answered);
        assert_eq!(addresses(read.reply_to()), wanted.cloned().into_iter().collect::<Vec<_>>());
        let plain = |address: &String| is_email(address) && !address.contains("=?");
        assert!(answered || !self.reply_to.as_ref().is_some_and(plain), "an address to answer to was left out");
    }
}

/// The headers of every mail of ours.
const HEADERS: [&str; 8] =
    ["From", "To", "Date", "Message-ID", "Subject", "Auto-Submitted", "MIME-Version", "Content-Type"];

fn name(line: &str) -> &str {
    line.split(':').next().unwrap_or_default()
}

/// ASCII, CR LF and nothing else at the end of a line, and no line that a server may refuse.
fn lines_are_sound(raw: &[u8]) {
    assert!(raw.is_ascii() && !raw.contains(&0));
    for line in std::str::from_utf8(raw).expect("ASCII").split("\r\n") {
        assert!(line.len() <= 998, "{} bytes in a line", line.len());
        assert!(!line.contains(['\r', '\n']), "{line:?}");
    }
}

/// A header may be cut when nobody would read it to its end.
fn cut_at_most(read: &str, written: &str) {
    let (read, written) = (letters(read), letters(written));
    assert!(written.starts_with(&read), "« {read} » for « {written} »");
    assert!(read == written || read.chars().count() > 50, "« {read} » for « {written} »");
}

/// What is left when white space and what nobody sees are put aside.
fn letters(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() && *c != ' ').collect()
}

fn unix(text: &str) -> String {
    text.replace("\r\n", "\n")
}
