//! Numbers of records and stays: what the hospital's own software calls a patient.
//!
//! The usual announcements are built in; how a hospital writes its numbers is its own business,
//! so it may add patterns. A number without any announcement is nothing: there are order
//! numbers, telephones and budgets.

use regex::{Regex, RegexBuilder};

use super::finding::FindingKind;
use super::reading::Reading;
use super::rule::{Passage, Rule};

/// More patterns than any hospital needs.
const MAX_PATTERNS: usize = 20;
/// In characters.
const MAX_PATTERN_LENGTH: usize = 200;
/// What one compiled pattern may take, in bytes.
const MAX_COMPILED_BYTES: usize = 1 << 18;
/// More passages of one pattern than that in one text tell nothing more; it also bounds the time
/// of a pattern that always looks ahead to the end.
const MAX_PASSAGES: usize = 50;

/// Why a pattern of the configuration cannot be used, in French for the operator.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum PatternError {
    /// There are too many.
    #[error("il y a {count} motifs d’IPP : gardez-en {MAX_PATTERNS} au plus")]
    TooMany {
        /// How many there are.
        count: usize,
    },
    /// It is too long to be read by anybody.
    #[error("le motif d’IPP « {pattern} » est trop long : {MAX_PATTERN_LENGTH} caractères au plus")]
    TooLong {
        /// Its beginning.
        pattern: String,
    },
    /// It would be found everywhere.
    #[error("le motif d’IPP « {pattern} » reconnaît un texte vide : il faut au moins un chiffre ou une lettre")]
    Empty {
        /// As it was written.
        pattern: String,
    },
    /// It takes too much memory.
    #[error("le motif d’IPP « {pattern} » est trop gros une fois compilé : réduisez ses répétitions")]
    TooLarge {
        /// As it was written.
        pattern: String,
    },
    /// It is not a regular expression.
    #[error("le motif d’IPP « {pattern} » n’est pas une expression régulière valable")]
    Invalid {
        /// As it was written.
        pattern: String,
        /// What the parser says, in English.
        #[source]
        source: regex::Error,
    },
}

/// Compiles the patterns of a hospital. They read folded text, so their accents are folded too,
/// ignore case, and never match a part of a longer word or number.
pub(super) fn compile(patterns: &[impl AsRef<str>]) -> Result<Vec<Regex>, PatternError> {
    if patterns.len() > MAX_PATTERNS {
        return Err(PatternError::TooMany { count: patterns.len() });
    }
    patterns.iter().map(|pattern| compile_one(pattern.as_ref())).collect()
}

fn compile_one(pattern: &str) -> Result<Regex, PatternError> {
    if pattern.chars().count() > MAX_PATTERN_LENGTH {
        return Err(PatternError::TooLong { pattern: format!("{}…", pattern.chars().take(60).collect::<String>()) });
    }
    let named = || pattern.to_owned();
    let build = |expression: &str| {
        RegexBuilder::new(expression)
            .case_insensitive(true)
            .size_limit(MAX_COMPILED_BYTES)
            .dfa_size_limit(MAX_COMPILED_BYTES)
            .nest_limit(20)
            .build()
            .map_err(|fault| match fault {
                regex::Error::CompiledTooBig(_) => PatternError::TooLarge { pattern: named() },
                source => PatternError::Invalid { pattern: named(), source },
            })
    };
    // Alone first: a stray parenthesis must not be mended by the ones that are put around it.
    if build(pattern)?.is_match("") {
        return Err(PatternError::Empty { pattern: named() });
    }
    build(&format!(r"\b{{start-half}}(?:{})\b{{end-half}}", without_accents(pattern)))
}

/// Capitals and signs must stay: `\D` is not `\d`.
fn without_accents(pattern: &str) -> String {
    super::fold::Folded::new(pattern).text().to_owned()
}

/// Adds what the hospital's own patterns find.
pub(super) fn find_configured(patterns: &[Regex], reading: &Reading, found: &mut Vec<Passage>) {
    for pattern in patterns {
        let matches = pattern.find_iter(reading.text()).filter(|one| !one.is_empty()).take(MAX_PASSAGES);
        found.extend(matches.map(|one| Passage {
            kind: FindingKind::PatientNumber,
            range: one.range(),
            of_another: false,
        }));
    }
}

/// The built-in rules.
pub(super) fn rules() -> Vec<Rule> {
    let number = r"(?P<it>[A-Z]{0,2}[0-9](?:[ .-]?[0-9]){4,13})\b";
    let rule = |find: &str| Rule::new(FindingKind::PatientNumber, &format!("{find}{number}"));
    let sign = r"(?:n ?[°o]|numero|num|no|id|identifiant)\b?";
    let owner = r"(?:dossier|sejour|patiente?|passage|hospitalisation|admission|venue|episode)";
    vec![
        // IEP, NDA and NIP are what common programs call a stay or a patient.
        rule(r"\b(?:ipp|iep|nda|nip)\b[^0-9\n]{0,25}?"),
        rule(&format!(
            r"\b{sign} ?(?:de |du |d')?{owner}(?: (?:du |de la |de )?(?:patiente?|medical|soins))?(?: c'est| est)?[ :.=]{{0,3}}(?:{sign})?[ :.=]{{0,3}}"
        )),
        rule(&format!(
            r"\b(?:patiente?|sejour|venue|passage|admission|hospitalisation|episode|etiquette) (?:{sign})[ :.=]{{0,3}}"
        )),
        Rule::new(FindingKind::PatientNumber, r"\betiquettes? (?:(?:de |du )?patiente? )?:? ?(?P<it>[0-9]{7,12})\b"),
        rule(&format!(
            r"\bdossier (?:du |de la |de )?(?:patiente?|medical|soins|hospitalisation)[ :.=]{{0,3}}(?:{sign})?[ :.=]{{0,3}}"
        )),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::Guard;
    use super::super::fixture::{assert_clean, assert_found, found_by};
    use super::*;

    #[test]
    fn an_announced_record_number_is_found() {
        assert_found(&[
            ("IPP 12345678", "ipp: 12345678"),
            ("l’ipp du voisin : 8 004 512 367", "ipp: 8 004 512 367"),
            ("n° de dossier 8045127", "ipp: 8045127"),
            ("N\u{b0}\u{a0}dossier : 8045127", "ipp: 8045127"),
            ("dossier médical n° 77120345", "ipp: 77120345"),
            ("numéro de séjour 310457789", "ipp: 310457789"),
            ("patient n° 3004512", "ipp: 3004512"),
            ("étiquette 8004512390", "ipp: 8004512390"),
        ]);
    }

    #[test]
    fn other_numbers_are_none_of_ours() {
        assert_clean(&[
            "Bon de commande n° 450012378",
            "Dossier n° 12 du magazine",
            "dossier de subvention n° 2026-00118",
            "Les IPP et leurs effets : staff du 12 mars à 14 h",
            "poste 12345678",
        ]);
    }

    #[test]
    fn a_hospital_adds_its_own_patterns() {
        let guard = Guard::new(&[r"80\d{8}", "séjour-[a-f]{2}"]).unwrap();
        assert_eq!(found_by(&guard, "vu 8012345678 hier"), ["ipp: 8012345678"]);
        assert_eq!(found_by(&guard, "Séjour‑AF"), ["ipp: Séjour‑AF"]);
        assert_eq!(found_by(&guard, "180123456789, 80123456789, x8012345678"), Vec::<String>::new());
    }

    #[test]
    fn a_bad_pattern_is_named_in_french() {
        let told = |pattern: &str| Guard::new(&[r"\d{8}", pattern]).unwrap_err().to_string();
        assert_eq!(told("(80"), "le motif d’IPP « (80 » n’est pas une expression régulière valable");
        assert_eq!(told("a)|(b"), "le motif d’IPP « a)|(b » n’est pas une expression régulière valable");
        assert!(told(r"\d*").contains("« \\d* » reconnaît un texte vide"));
        assert!(told(r"(\d{100}){100}").contains("trop gros"));
        assert!(told(&"é".repeat(300)).contains("trop long"));
        // Cut between characters, wherever these lie among the bytes.
        assert!(told(&format!("a{}", "é".repeat(300))).contains("trop long"));
        assert_eq!(Guard::new(&["1"; 21]).unwrap_err(), PatternError::TooMany { count: 21 });
    }

    #[test]
    fn a_pattern_without_a_bound_stops_somewhere() {
        let guard = Guard::new(&["a"]).unwrap();
        assert_eq!(guard.scan(&"a ".repeat(1000)).len(), MAX_PASSAGES);
    }
}
