//! A mail as its reader sees it: names, subject and both versions decoded.

use mail_parser::{Address, MessageParser, MimeHeaders};

/// A message that was parsed.
#[derive(Clone, Debug)]
pub struct Letter {
    /// Name and address of the sender.
    pub from: (String, String),
    /// The addresses it says it is for.
    pub to: Vec<String>,
    /// Where an answer goes, when it says so.
    pub reply_to: Option<String>,
    /// The subject, decoded.
    pub subject: String,
    /// `Message-ID`, without its angle brackets.
    pub message_id: String,
    /// The plain text version.
    pub text: String,
    /// The HTML version.
    pub html: String,
    /// The message as it travelled.
    pub source: String,
}

impl Letter {
    /// Parses a message.
    ///
    /// # Panics
    /// When a moderator's mail program could not show it: no sender, subject, text or HTML.
    pub fn parse(source: &[u8]) -> Self {
        let shown = String::from_utf8_lossy(source).into_owned();
        let mail = MessageParser::default().parse(source).unwrap_or_else(|| panic!("not a message:\n{shown}"));
        let part = |kind: &str| {
            mail.parts
                .iter()
                .filter(|part| part.content_type().is_some_and(|given| given.subtype() == Some(kind)))
                .find_map(|part| part.text_contents())
                .unwrap_or_else(|| panic!("no text/{kind} part:\n{shown}"))
                .to_owned()
        };
        Self {
            from: mail.from().and_then(Address::first).map_or_else(
                || panic!("no sender:\n{shown}"),
                |from| (from.name().unwrap_or_default().to_owned(), from.address().unwrap_or_default().to_owned()),
            ),
            to: mail.to().map(addresses).unwrap_or_default(),
            reply_to: mail.reply_to().map(addresses).and_then(|addresses| addresses.into_iter().next()),
            subject: mail.subject().unwrap_or_else(|| panic!("no subject:\n{shown}")).to_owned(),
            message_id: mail.message_id().unwrap_or_else(|| panic!("no Message-ID:\n{shown}")).to_owned(),
            text: part("plain"),
            html: part("html"),
            source: shown,
        }
    }

    /// Whether the subject or the text says these words.
    pub fn says(&self, words: &str) -> bool {
        self.subject.contains(words) || self.text.contains(words)
    }

    /// The path within the portal of its link into `folder`, `/moderation/decider/`.
    pub fn link(&self, folder: &str) -> String {
        let found = self.text.split_whitespace().find_map(|word| Some(&word[word.find(folder)?..]));
        found.unwrap_or_else(|| panic!("no link into {folder}:\n{}", self.text)).to_owned()
    }
}

fn addresses(list: &Address<'_>) -> Vec<String> {
    list.iter().filter_map(|address| address.address().map(ToOwned::to_owned)).collect()
}
