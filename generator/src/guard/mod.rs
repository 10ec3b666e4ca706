//! The guard
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

mod finding;
mod fold;
mod reading;
mod rule;
mod words;

mod birth;
mod health;
mod number;
mod patient;
mod record;
mod room;

pub use finding::{Finding, FindingKind};
pub use record::PatternError;

use reading::Reading;
use rule::{Passage, Rule};

/// What reads a text.
#[derive(Clone, Debug, Default)]
pub struct Guard {
    /// The hospital's own patterns of patient numbers.
    patterns: Vec<Regex>,
}

/// The rules that every guard shares.
struct BuiltIn {
    rules: Vec<Rule>,
    beside_names: Rule,
}

static BUILT_IN: LazyLock<BuiltIn> = LazyLock::new(|| BuiltIn {
    rules: [record::rules(), birth::rules(), room::rules(), patient::rules(), health::rules()]
        .into_iter()
        .flatten()
        .collect(),
    beside_names: birth::beside_names(),
});

impl Guard {
    /// A guard that also knows how this hospital writes its patient numbers: regular expressions
    /// such as `80\d{8}`, read without accents or case, that match whole numbers only.
    pub fn new(patterns: &[impl AsRef<str>]) -> Result<Self, PatternError> {
        Ok(Self { patterns: record::compile(patterns)? })
    }

    /// What should be read again in a text, in the order of the text, without overlap.
    pub fn scan(&self, text: &str) -> Vec<Finding> {
        let reading = Reading::new(text);
        let mut found = Vec::new();
        number::find(&reading, &mut found);
        record::find_configured(&self.patterns, &reading, &mut found);
        BUILT_IN.rules.iter().for_each(|rule| rule.find(&reading, &mut found));
        birth::find_beside_names(&BUILT_IN.beside_names, &reading, &mut found);
        patient::find_named(&reading, &mut found);
        leave_out_explained(&reading, &mut found);
        settle(found.into_iter().map(|passage| (passage.kind, reading.original(&passage.range))))
    }
}

/// What is said of a third person in a sentence that names a patient is the patient's state:
/// the name is what must go.
fn leave_out_explained(reading: &Reading, found: &mut Vec<Passage>) {
    let sentence = |passage: &Passage| reading.sentence(passage.range.start);
    let mut named: Vec<usize> =
        found.iter().filter(|passage| passage.kind == FindingKind::Patient).map(sentence).collect();
    named.sort_unstable();
    found.retain(|passage| !passage.of_another || named.binary_search(&sentence(passage)).is_err());
}

/// Keeps the weightiest of passages that overlap, and puts them in the order of the text.
fn settle(passages: impl Iterator<Item = (FindingKind, Range<usize>)>) -> Vec<Finding> {
    let mut passages: Vec<_> = passages.collect();
    passages.sort_by_key(|(kind, range)| (*kind, range.start, std::cmp::Reverse(range.end)));
    let mut kept: BTreeMap<usize, Finding> = BTreeMap::new();
    for (kind, range) in passages {
        let before = kept.range(..range.end).next_back();
        if before.is_none_or(|(_, finding)| finding.range.end <= range.start) {
            kept.insert(range.start, Finding { kind, range });
        }
    }
    kept.into_values().collect()
}
