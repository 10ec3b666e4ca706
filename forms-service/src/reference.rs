//! The reference that a person reads on the confirmation page, in the mail, and over the phone.
//!
//! Ten random characters of Crockford's alphabet: no I, L, O or U, so that it survives being
//! dictated. It names a submission and opens nothing by itself.

use std::fmt;

use rand::RngExt;

/// Crockford's base 32 alphabet.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// How many characters a reference has: 50 bits, so that a guess finds nothing.
const LENGTH: usize = 10;

/// A reference in its one written form: capitals, no hyphen.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Reference(String);

impl Reference {
    /// A new reference, drawn at random.
    pub fn random() -> Self {
        let mut rng = rand::rng();
        Self((0..LENGTH).map(|_| char::from(ALPHABET[rng.random_range(0..ALPHABET.len())])).collect())
    }

    /// Reads what a person typed: small letters, spaces and hyphens are forgiven, and the letters
    /// that the alphabet leaves out are read as the digits they look like.
    pub fn parse(text: &str) -> Option<Self> {
        let mut read = String::with_capacity(LENGTH);
        for c in text.chars().filter(|c| !matches!(c, ' ' | '-')) {
            let c = match c.to_ascii_uppercase() {
                'I' | 'L' => '1',
                'O' => '0',
                c => c,
            };
            if !c.is_ascii() || !ALPHABET.contains(&(c as u8)) || read.len() == LENGTH {
                return None;
            }
            read.push(c);
        }
        (read.len() == LENGTH).then_some(Self(read))
    }

    /// The ten characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_that_was_drawn_is_read_back() {
        for _ in 0..200 {
            let drawn = Reference::random();
            assert_eq!(Reference::parse(drawn.as_str()), Some(drawn));
        }
    }

    #[test]
    fn a_dictated_reference_is_understood() {
        assert_eq!(Reference::parse("k7m2-q9xb o1"), Reference::parse("K7M2Q9XB01"));
        assert_eq!(Reference::parse("k7m2q9xboi").unwrap().as_str(), "K7M2Q9XB01");
    }

    #[test]
    fn what_is_not_a_reference_is_refused() {
        for text in ["", "K7M2Q9XB0", "K7M2Q9XB011", "K7M2Q9XB0é", "<script>01", "K7M2Q9XBU1"] {
            assert_eq!(Reference::parse(text), None, "{text}");
        }
    }
}
