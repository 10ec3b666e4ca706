//! How a row of the register is bound to the one before.
//!
//! `content_digest` binds the person and the charter, under a salt that goes when the person does.
//! `digest` binds that, the place in the register and the row before, under the key outside of the
//! database: whoever changes the database without it cannot make the chain hold. Erasing a person
//! changes neither.

use sha2::{Digest, Sha256};

use super::Signature;
use crate::key::SigningKey;

/// The purpose that rows are sealed for: no other signature of ours can pass for one.
const PURPOSE: &str = "register";

/// How many hexadecimal digits of a digest a mail says.
const FINGERPRINT: usize = 16;

/// The columns that a digest speaks of, as the table holds them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its number, from 1.
    pub seq: i64,
    /// The submission.
    pub submission_id: String,
    /// Slug of the charter.
    pub charter: String,
    /// Which version of it.
    pub version: String,
    /// Its title at that time.
    pub title: String,
    /// When it was signed, in UTC milliseconds.
    pub signed_at: i64,
    /// Who signed, until they are erased.
    pub person: Person,
    /// Digest of the person and the charter.
    pub content_digest: String,
    /// Digest of the row before; empty in the first.
    pub previous: String,
    /// Digest of this row.
    pub digest: String,
    /// Which key seals it.
    pub key_id: String,
}

/// The columns of a row that are emptied together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    /// Reference of the submission.
    pub reference: Option<String>,
    /// Name.
    pub name: Option<String>,
    /// Address.
    pub address: Option<String>,
    /// Slug of the space; also empty when none was chosen.
    pub space: Option<String>,
    /// Random, in hexadecimal.
    pub salt: Option<String>,
}

impl Person {
    /// Whether everything was emptied.
    pub fn is_erased(&self) -> bool {
        *self == Self::default()
    }
}

impl Row {
    /// The row that follows one with that number and digest, if there is one.
    pub fn sealed(after: Option<(i64, String)>, signature: &Signature, signed_at: i64, key: &SigningKey) -> Self {
        let (last, previous) = after.unwrap_or_default();
        let mut row = Self {
            seq: last + 1,
            submission_id: signature.submission.to_string(),
            charter: signature.charter.clone(),
            version: signature.version.clone(),
            title: signature.title.clone(),
            signed_at,
            person: Person {
                reference: Some(signature.reference.clone()),
                name: Some(signature.name.clone()),
                address: Some(signature.address.clone()),
                space: signature.space.clone(),
                salt: Some(hexadecimal(&rand::random::<[u8; 32]>())),
            },
            content_digest: String::new(),
            previous,
            digest: String::new(),
            key_id: key.signs().to_string(),
        };
        row.content_digest = row.content_digest_now();
        row.digest = row.digest_now(key);
        row
    }

    /// The digest of the person and the charter as they stand here.
    pub(super) fn content_digest_now(&self) -> String {
        let Person { reference, name, address, space, salt } = &self.person;
        let mut digest = Sha256::new();
        for field in [salt, reference, name, address, space] {
            // Nothing and an empty text are told apart, and the length goes first: no two rows
            // digest the same bytes.
            digest.update([u8::from(field.is_some())]);
            add(&mut digest, field.as_deref().unwrap_or_default());
        }
        for field in [&self.charter, &self.version, &self.title] {
            add(&mut digest, field);
        }
        hexadecimal(&digest.finalize())
    }

    fn digest_now(&self, key: &SigningKey) -> String {
        self.digest_as(self.seq, key).expect("a row that is sealed names the key that signs, which is there")
    }

    /// The digest that this row has at the place `seq`; `None` when the key that it names is not there.
    pub(super) fn digest_as(&self, seq: i64, key: &SigningKey) -> Option<String> {
        let parts: [&[u8]; 9] = [
            self.previous.as_bytes(),
            &seq.to_be_bytes(),
            self.content_digest.as_bytes(),
            self.charter.as_bytes(),
            self.version.as_bytes(),
            self.title.as_bytes(),
            &self.signed_at.to_be_bytes(),
            self.submission_id.as_bytes(),
            self.key_id.as_bytes(),
        ];
        key.seal(&self.key_id, PURPOSE, &parts).map(|seal| hexadecimal(&seal))
    }
}

/// The beginning of a digest as a mail says it and a person copies it: `3f2a 91c0 77de 04b8`.
pub fn fingerprint(digest: &str) -> String {
    let start: Vec<char> = digest.chars().take(FINGERPRINT).collect();
    start.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

/// What a person copied from a mail: at least what the mail says of a digest, blanks and hyphens
/// forgiven.
pub fn read_fingerprint(text: &str) -> Option<String> {
    let is_passed_over = |c: &char| c.is_whitespace() || *c == '-';
    let digits: String = text.chars().filter(|c| !is_passed_over(c)).map(|c| c.to_ascii_lowercase()).collect();
    let is_one = (FINGERPRINT..=64).contains(&digits.len()) && digits.chars().all(|c| c.is_ascii_hexdigit());
    is_one.then_some(digits)
}

fn add(digest: &mut Sha256, text: &str) {
    digest.update((text.len() as u64).to_be_bytes());
    digest.update(text.as_bytes());
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_read_back_as_people_copy_it() {
        let digest = "3f2a91c077de04b8".to_owned() + &"0".repeat(48);
        assert_eq!(fingerprint(&digest), "3f2a 91c0 77de 04b8");
        for text in ["3f2a 91c0 77de 04b8", "3F2A-91C0-77DE-04B8", " 3f2a91c077de04b8\n", "3f2a\u{a0}91c0 77de 04b8"] {
            assert_eq!(read_fingerprint(text).as_deref(), Some(&digest[..16]), "{text}");
        }
        assert_eq!(read_fingerprint(&digest), Some(digest));
        for text in ["", "3f2a", "3f2a 91c0 77de 04bg", &"0".repeat(65)] {
            assert_eq!(read_fingerprint(text), None, "{text}");
        }
    }
}
