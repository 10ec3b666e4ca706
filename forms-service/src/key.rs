//! The secrets of this installation, and the signed key that every served form carries.
//!
//! They lie in the data folder ([`file`]), not in the database: a copy of the database signs nothing.
//! The first key signs; those before it go on verifying what they signed, and what is signed says
//! with which.
//! A form's key says which sheet of paper a post was written on: the same key with the same
//! content is the same submission, however often the button was pressed. It proves nothing about
//! who posts, and is never written to a log.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use jiff::{SignedDuration, Timestamp};
use sha2::Sha256;

mod file;

pub use file::Retired;

/// The file of the data folder that holds the secrets.
pub const FILE: &str = "cle";

/// How long a served form stays good to send without a check page: a form left open on a ward's
/// computer over a long weekend still goes through.
pub const FORM_KEY_LIFETIME: SignedDuration = SignedDuration::from_hours(7 * 24);

/// How far the clock may have been set back since the form was served.
const CLOCK_SLACK: SignedDuration = SignedDuration::from_mins(5);

/// Which key. The first of an installation has no number, and nothing that it signs says one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeyId(u16);

impl KeyId {
    /// Reads a number back; the empty text is the first key's.
    pub fn parse(text: &str) -> Option<Self> {
        let id = if text.is_empty() { Self::default() } else { Self(text.parse().ok()?) };
        // One key has one name.
        (id.to_string() == text).then_some(id)
    }

    /// Its two bytes in a link; nothing for the first key, whose links have always done without.
    pub(crate) fn bytes(self) -> Option<[u8; 2]> {
        (self != Self::default()).then(|| self.0.to_be_bytes())
    }

    /// Reads [`bytes`](Self::bytes) back.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [] => Some(Self::default()),
            [high, low] => Some(Self(u16::from_be_bytes([*high, *low]))).filter(|id| *id != Self::default()),
            _ => None,
        }
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            0 => Ok(()),
            number => write!(f, "{number}"),
        }
    }
}

/// One secret. It has no `Debug`, so that it is never printed.
struct Key {
    id: KeyId,
    secret: [u8; 32],
    /// When the service began to sign with another; `None` while it signs with this one.
    stopped_at: Option<Timestamp>,
    /// Whether it serves the register alone, and verifies nothing else.
    is_for_register: bool,
}

/// The secrets from which everything signed derives, the one that signs first.
pub struct SigningKey {
    keys: Vec<Key>,
}

impl SigningKey {
    /// A secret for tests.
    pub fn from_bytes(secret: [u8; 32]) -> Self {
        Self { keys: vec![Key { id: KeyId::default(), secret, stopped_at: None, is_for_register: false }] }
    }

    /// A key for one served form, signed for that form alone.
    pub fn issue_form_key(&self, form_id: &str, now: Timestamp) -> String {
        let mut body = [0; 24];
        body[..16].copy_from_slice(&rand::random::<[u8; 16]>());
        body[16..].copy_from_slice(&now.as_millisecond().to_be_bytes());
        let key = self.first();
        let signature = key.mac("form", &[form_id.as_bytes(), &body]).finalize().into_bytes();
        let text = format!("{}.{}", URL_SAFE_NO_PAD.encode(body), URL_SAFE_NO_PAD.encode(signature));
        if key.id == KeyId::default() { text } else { format!("{text}.{}", key.id) }
    }

    /// Reads a key back: `None` when we did not sign it for this form, or when it is too old.
    pub fn read_form_key(&self, form_id: &str, text: &str, now: Timestamp) -> Option<FormKey> {
        let (body, rest) = text.split_once('.')?;
        let (signature, id) = match rest.split_once('.') {
            None => (rest, KeyId::default()),
            Some((signature, id)) => (signature, KeyId::parse(id).filter(|id| *id != KeyId::default())?),
        };
        let key = self.for_links(id)?;
        let body: [u8; 24] = URL_SAFE_NO_PAD.decode(body).ok()?.try_into().ok()?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        key.mac("form", &[form_id.as_bytes(), &body]).verify_slice(&signature).ok()?;
        let (id, issued_at) = body.split_at(16);
        let issued_at = Timestamp::from_millisecond(i64::from_be_bytes(issued_at.try_into().ok()?)).ok()?;
        let age = now.duration_since(issued_at);
        (age >= -CLOCK_SLACK && age <= FORM_KEY_LIFETIME).then(|| FormKey { id: URL_SAFE_NO_PAD.encode(id), issued_at })
    }

    /// The key that signs.
    pub fn signs(&self) -> KeyId {
        self.first().id
    }

    /// The key that signed at a moment, so that a mail from before says the same link when it is
    /// sent again; the one that signs now when that key verifies nothing any more.
    pub fn signed_at(&self, at: Timestamp) -> KeyId {
        let still = |key: &&Key| !key.is_for_register && key.stopped_at.is_none_or(|stopped| at <= stopped);
        self.keys.iter().rev().find(still).map_or(self.signs(), |key| key.id)
    }

    /// Signs `parts` for one purpose with one of the keys; `None` when it is not there, or serves
    /// the register alone.
    pub fn sign(&self, id: KeyId, purpose: &str, parts: &[&[u8]]) -> Option<[u8; 32]> {
        Some(self.for_links(id)?.mac(purpose, parts).finalize().into_bytes().into())
    }

    /// Seals a row of the register with the key that it names; `None` when that one is not there.
    pub fn seal(&self, id: &str, purpose: &str, parts: &[&[u8]]) -> Option<[u8; 32]> {
        let key = self.keys.iter().find(|key| key.id.to_string() == id)?;
        Some(key.mac(purpose, parts).finalize().into_bytes().into())
    }

    /// Whether the key that a row of the register names is there.
    pub fn knows(&self, id: &str) -> bool {
        self.keys.iter().any(|key| key.id.to_string() == id)
    }

    /// Every key, the one that signs first: its number, when it stopped signing, and whether it
    /// serves the register alone.
    pub fn list(&self) -> impl Iterator<Item = (KeyId, Option<Timestamp>, bool)> {
        self.keys.iter().map(|key| (key.id, key.stopped_at, key.is_for_register))
    }

    fn first(&self) -> &Key {
        self.keys.first().expect("a file without a key is refused when it is read")
    }

    fn for_links(&self, id: KeyId) -> Option<&Key> {
        self.keys.iter().find(|key| key.id == id && !key.is_for_register)
    }
}

impl Key {
    /// Every purpose signs apart: a signature made for one thing is worth nothing for another.
    fn mac(&self, purpose: &str, parts: &[&[u8]]) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.secret).expect("HMAC takes a key of any length");
        for part in std::iter::once(&purpose.as_bytes()).chain(parts) {
            // The length goes first, so that no two lists of parts sign the same bytes.
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac
    }
}

/// A form's key that we signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormKey {
    /// The random part, which the database keeps.
    pub id: String,
    /// When the form was served.
    pub issued_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noon() -> Timestamp {
        "2026-11-22T12:00:00Z".parse().unwrap()
    }

    #[test]
    fn a_form_key_is_good_for_its_form_and_for_a_week() {
        let secret = SigningKey::from_bytes([7; 32]);
        let key = secret.issue_form_key("post-it", noon());

        let read = secret.read_form_key("post-it", &key, noon()).unwrap();
        assert_eq!(read.issued_at, noon());
        assert_eq!(secret.read_form_key("post-it", &key, noon()), Some(read));
        assert!(secret.read_form_key("post-it", &key, noon() + FORM_KEY_LIFETIME).is_some());
        assert_eq!(secret.read_form_key("contact", &key, noon()), None);
        assert_eq!(
            secret.read_form_key("post-it", &key, noon() + FORM_KEY_LIFETIME + SignedDuration::from_secs(1)),
            None
        );
        assert_eq!(SigningKey::from_bytes([8; 32]).read_form_key("post-it", &key, noon()), None);
    }

    #[test]
    fn a_key_that_was_tampered_with_is_not_ours() {
        let secret = SigningKey::from_bytes([7; 32]);
        let key = secret.issue_form_key("post-it", noon());
        let other = secret.issue_form_key("post-it", noon());
        let (body, _) = key.split_once('.').unwrap();
        let (_, signature) = other.split_once('.').unwrap();
        for text in ["", ".", "abc", "é.é", &format!("{body}."), &format!("{body}.{signature}")] {
            assert_eq!(secret.read_form_key("post-it", text, noon()), None, "{text}");
        }
    }

    #[test]
    fn a_key_has_one_name() {
        for name in ["", "1", "65535"] {
            assert_eq!(KeyId::parse(name).unwrap().to_string(), name);
        }
        for name in ["0", "01", "+1", " 1", "65536", "a"] {
            assert_eq!(KeyId::parse(name), None, "{name}");
        }
        assert_eq!(KeyId::from_bytes(&[0, 0]), None);
    }

    #[test]
    fn what_a_form_says_of_its_key_is_checked_too() {
        let secret = SigningKey::from_bytes([7; 32]);
        let key = secret.issue_form_key("post-it", noon());
        for other in [format!("{key}."), format!("{key}.0"), format!("{key}.1"), format!("{key}.1.1")] {
            assert_eq!(secret.read_form_key("post-it", &other, noon()), None, "{other}");
        }
    }
}
