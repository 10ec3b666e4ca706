//! « Charte »: the level-2 headings of its body are its articles, all but the off-side zone.

use jiff::civil::Date;
use sha2::{Digest, Sha256};

use crate::fields::{Fields, Spanned};

/// A text that people sign.
#[derive(Clone, Debug)]
pub struct Charter {
    /// `etend`: content path, relative to this file, of the charter that this one extends.
    pub extends: Option<Spanned<String>>,
    /// `signataires`: who signs.
    pub signatories: Option<String>,
    /// `versions`: the versions that were ever in force, oldest first.
    pub versions: Vec<CharterVersion>,
}

/// One version that was in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CharterVersion {
    /// The digest that signatures quote.
    pub version: String,
    /// The day it came into force.
    pub date: Date,
}

impl Charter {
    /// The heading whose section is the off-side zone and not an article.
    pub const OFFSIDE_HEADING: &'static str = "Zone de hors-jeu";

    /// Takes the keys of a charter.
    pub fn take(fields: &Fields<'_>) -> Self {
        Self {
            extends: fields.spanned_text("etend"),
            signatories: fields.text("signataires"),
            versions: fields.nodes("versions").iter().filter_map(|node| CharterVersion::take(fields, node)).collect(),
        }
    }

    /// The version of a text: the first 8 hexadecimal digits of the SHA-256 of its title and
    /// body, white space folded so that a reformatted file is the same charter; a department's
    /// charter takes in the version of its base, so that a change of the base changes it too.
    pub fn version_of(title: &str, body: &str, base_version: Option<&str>) -> String {
        let mut hasher = Sha256::new();
        for part in [title, base_version.unwrap_or_default()] {
            hasher.update(part.as_bytes());
            hasher.update(b"\n");
        }
        for word in body.split_whitespace() {
            hasher.update(word.as_bytes());
            hasher.update(b" ");
        }
        let digest = hasher.finalize();
        let first = digest.iter().take(4).fold(0, |number, byte| number << 8 | u32::from(*byte));
        format!("{first:08x}")
    }
}

impl CharterVersion {
    fn take(fields: &Fields<'_>, node: &crate::yaml::Node) -> Option<Self> {
        let fields = fields.item(node);
        let version = fields.required_text("version");
        let date = fields.date("date");
        if date.is_none() {
            fields.missing("date");
        }
        fields.finish();
        Some(Self { version: version?, date: date? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_follows_the_words_and_the_base_only() {
        let version = Charter::version_of("Charte", "Un  texte\nsimple", None);
        assert_eq!(version, Charter::version_of("Charte", "Un texte simple\n", None));
        assert_ne!(version, Charter::version_of("Charte", "Un autre texte", None));
        assert_ne!(version, Charter::version_of("Charte", "Un texte simple", Some("abcd")));
        assert_eq!(version.len(), 8);
    }
}
