//! What a browser sent, decoded and not yet judged.
//!
//! The first step of a submission. A post that is no text at all is refused here; whether it
//! answers the form is [`mod@super::validate`]'s business.

/// More pairs than any form of ours has, and few enough to look through.
const MAX_FIELDS: usize = 200;

/// The signed key that makes a second click harmless.
pub const KEY: &str = "_cle";
/// The digest of the definition that the form was made from.
pub const VERSION: &str = "_version";
/// Sent by the check page: the answers were read again.
pub const CONFIRMED: &str = "_confirme";
/// Sent by the check page's other button: back to the form.
pub const EDIT: &str = "_modifier";
/// Sent by the check page when it showed a warning: the sender saw it.
pub const WARNED: &str = "_averti";
/// A field that people do not see and robots fill in.
pub const TRAP: &str = "_adresse_web";

const RESERVED: [&str; 6] = [KEY, VERSION, CONFIRMED, EDIT, WARNED, TRAP];

/// The pairs of a post, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RawPost(Vec<(String, String)>);

/// Why bytes are no post that a form of ours could have sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PostError {
    /// Not UTF-8, though every page of ours is.
    #[error("the post is not UTF-8")]
    NotUtf8,
    /// A NUL character, that no keyboard types.
    #[error("the post holds a NUL character")]
    Nul,
    /// More than 200 pairs.
    #[error("the post has more than {MAX_FIELDS} fields")]
    TooManyFields,
    /// One of our own names twice, with two values: which is meant?
    #[error("the post says {0} twice and differently")]
    Contradiction(&'static str),
}

impl RawPost {
    /// Decodes an `application/x-www-form-urlencoded` body, or the query of an address that
    /// fills a form in beforehand (`?espace=geriatrie`). No bytes give an empty post.
    pub fn from_urlencoded(body: &[u8]) -> Result<Self, PostError> {
        let pairs: Vec<&[u8]> = body.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()).collect();
        if pairs.len() > MAX_FIELDS {
            return Err(PostError::TooManyFields);
        }
        let mut post = Self(Vec::with_capacity(pairs.len()));
        for pair in pairs {
            let (name, value) = match pair.iter().position(|byte| *byte == b'=') {
                Some(at) => (&pair[..at], &pair[at + 1..]),
                None => (pair, &[][..]),
            };
            post.0.push((decode(name)?, decode(value)?));
        }
        match RESERVED.into_iter().find(|name| post.all(name).any(|value| Some(value) != post.get(name))) {
            Some(name) => Err(PostError::Contradiction(name)),
            None => Ok(post),
        }
    }

    /// A post that no browser sent: an example, or a form filled in beforehand.
    pub fn from_pairs<N: Into<String>, V: Into<String>>(pairs: impl IntoIterator<Item = (N, V)>) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }

    /// The first value of that name, as it was sent.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Every value of that name, as sent.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The answers: every pair but those of our own names.
    pub fn answers(&self) -> impl Iterator<Item = (&str, &str)> {
        let pairs = self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        pairs.filter(|(name, _)| !RESERVED.contains(name))
    }

    /// The signed key.
    pub fn key(&self) -> Option<&str> {
        self.get(KEY)
    }

    /// The digest of the definition that the form was made from.
    pub fn version(&self) -> Option<&str> {
        self.get(VERSION)
    }

    /// Whether the answers were read again on the check page.
    pub fn is_confirmed(&self) -> bool {
        self.get(CONFIRMED) == Some("oui")
    }

    /// Whether the check page's « Modifier » was pressed; it weighs more than
    /// [`is_confirmed`](Self::is_confirmed), that the same page also sends.
    pub fn wants_edit(&self) -> bool {
        self.get(EDIT) == Some("oui")
    }

    /// Whether the check page warned its sender of something in the answers.
    pub fn was_warned(&self) -> bool {
        self.get(WARNED) == Some("oui")
    }

    /// Whether the field that people do not see was filled in. What follows is the caller's
    /// decision: a password manager can do it too, so nothing is to be lost for it.
    pub fn is_trapped(&self) -> bool {
        self.get(TRAP).is_some_and(|value| !value.trim().is_empty())
    }
}

fn decode(encoded: &[u8]) -> Result<String, PostError> {
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut rest = encoded;
    while let [first, tail @ ..] = rest {
        rest = tail;
        match (*first, tail) {
            (b'+', _) => bytes.push(b' '),
            (b'%', [high, low, after @ ..]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                bytes.push(hex(*high) << 4 | hex(*low));
                rest = after;
            }
            (byte, _) => bytes.push(byte),
        }
    }
    if bytes.contains(&0) {
        return Err(PostError::Nul);
    }
    String::from_utf8(bytes).map_err(|_| PostError::NotUtf8)
}

/// The value of an ASCII hexadecimal digit.
fn hex(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        digit => (digit | 0x20) - b'a' + 10,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Result<RawPost, PostError> {
        RawPost::from_urlencoded(body.as_bytes())
    }

    #[test]
    fn a_post_is_decoded_as_browsers_encode_it() {
        let post = read("message=Merci+%C3%A0+l%E2%80%99%c3%a9quipe%0D%0A&choix=a&choix=b&vide=&sans").unwrap();
        assert_eq!(post.get("message"), Some("Merci à l’équipe\r\n"));
        assert_eq!(post.all("choix").collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(post.get("vide"), Some(""));
        assert_eq!(post.get("sans"), Some(""));
        assert_eq!(post.get("100%"), None);
        assert_eq!(read("taux=100%&reste=%4").unwrap().get("taux"), Some("100%"));
    }

    #[test]
    fn what_is_no_text_is_refused() {
        assert_eq!(read("message=%E9quipe"), Err(PostError::NotUtf8));
        assert_eq!(RawPost::from_urlencoded(b"message=\xE9quipe"), Err(PostError::NotUtf8));
        assert_eq!(read("message=a%00b"), Err(PostError::Nul));
        assert_eq!(read(&"a=1&".repeat(201)), Err(PostError::TooManyFields));
        assert!(read(&"a=1&".repeat(200)).is_ok());
    }

    #[test]
    fn two_different_keys_are_refused_and_twice_the_same_is_not() {
        assert_eq!(read("_cle=a&_cle=b"), Err(PostError::Contradiction(KEY)));
        assert_eq!(read("_cle=a&_cle=a").unwrap().key(), Some("a"));
    }

    #[test]
    fn the_trap_closes_on_a_filled_field_only() {
        assert!(!read("").unwrap().is_trapped());
        assert!(!read("_adresse_web=+").unwrap().is_trapped());
        assert!(read("_adresse_web=http://exemple.fr").unwrap().is_trapped());
    }

    #[test]
    fn our_own_names_are_no_answers() {
        let post = read("_cle=a&_version=b&message=c&_autre=d").unwrap();
        assert_eq!(post.answers().collect::<Vec<_>>(), [("message", "c"), ("_autre", "d")]);
    }
}
