//! What the guard says: a kind and a place, never a verdict.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::fields::Choice;

/// A passage that somebody should read again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What it looks like.
    pub kind: FindingKind,
    /// Its bytes in the text that was scanned, on character boundaries, never empty.
    pub range: Range<usize>,
}

/// What a passage looks like. When two of them overlap, the one named first here is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum FindingKind {
    /// `ins`: a health identity number, that is a NIR announced as one or beside its OID.
    #[serde(rename = "ins")]
    HealthIdentity,
    /// `nir`: a social security number.
    #[serde(rename = "nir")]
    SocialSecurity,
    /// `ipp`: the number of a patient's record or stay.
    #[serde(rename = "ipp")]
    PatientNumber,
    /// `naissance`: a date of birth.
    #[serde(rename = "naissance")]
    BirthDate,
    /// `chambre`: a room or bed that stands for the person in it.
    #[serde(rename = "chambre")]
    Room,
    /// `patient`: a patient named, or told apart by age.
    #[serde(rename = "patient")]
    Patient,
    /// `sante`: the health of a worker, the sender or somebody else.
    #[serde(rename = "sante")]
    Health,
}

impl FindingKind {
    /// The French word under which it is stored.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(_, kind)| *kind == self).map_or("", |(word, _)| *word)
    }

    /// For the sender, after « Ce passage ressemble à ».
    pub fn label(self) -> &'static str {
        match self {
            Self::HealthIdentity => "un matricule d’identité de santé (INS)",
            Self::SocialSecurity => "un numéro de sécurité sociale",
            Self::PatientNumber => "un numéro de dossier de patient",
            Self::BirthDate => "une date de naissance",
            Self::Room => "un numéro de chambre ou de lit",
            Self::Patient => "une information sur un patient",
            Self::Health => "une information sur la santé d’une personne",
        }
    }
}

impl Choice for FindingKind {
    const ALL: &'static [(&'static str, Self)] = &[
        ("ins", Self::HealthIdentity),
        ("nir", Self::SocialSecurity),
        ("ipp", Self::PatientNumber),
        ("naissance", Self::BirthDate),
        ("chambre", Self::Room),
        ("patient", Self::Patient),
        ("sante", Self::Health),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_stored_under_the_same_word_everywhere() {
        for (word, kind) in FindingKind::ALL {
            assert_eq!(kind.word(), *word);
            assert_eq!(serde_json::to_string(kind).unwrap(), format!("\"{word}\""));
            assert!(!kind.label().is_empty());
        }
    }
}
