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
    if let Some((cut, _)) = pattern.char_indices().nth(MAX_PATTERN_LENGTH) {
        return Err(PatternError::TooLong { pattern: format!("{}…", &pattern[..cut.min(60)]) });
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
            r"\b{sign} ?(?:de |du |d')?{owner}(?: (?:du |de la |de )?(?:patiente?|medical|soins))?[ :.=]{{0,3}}(?:{sign})?[ :.=]{{0,3}}"
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
