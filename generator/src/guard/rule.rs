//! One rule: an expression to find, and the company that makes or unmakes it.
//!
//! Expressions read folded text, so they are ASCII, and ignore case unless they say `(?-i:…)`.
//! None repeats without a bound: a search then looks a bounded way ahead, and all of them
//! together take a time that grows with the text alone.

use std::ops::Range;

use regex::{Regex, RegexBuilder};

use super::finding::FindingKind;
use super::reading::Reading;

/// A passage of the folded text.
#[derive(Clone, Debug)]
pub(super) struct Passage {
    pub(super) kind: FindingKind,
    pub(super) range: Range<usize>,
    /// Whether it is said of a third person: a patient named in the same sentence explains it.
    pub(super) of_another: bool,
}

/// An expression with its conditions. The group `it`, where there is one, is what is shown.
pub(super) struct Rule {
    kind: FindingKind,
    find: Regex,
    of_another: bool,
    unless_shown: Option<Regex>,
    unless_preceded: Option<Regex>,
    unless_followed: Option<Regex>,
    unless_near: Option<Regex>,
    if_near: Option<Regex>,
}

impl Rule {
    pub(super) fn new(kind: FindingKind, find: &str) -> Self {
        Self {
            kind,
            find: expression(find),
            of_another: false,
            unless_shown: None,
            unless_preceded: None,
            unless_followed: None,
            unless_near: None,
            if_near: None,
        }
    }

    /// What is found is said of a third person.
    pub(super) fn of_another(self) -> Self {
        Self { of_another: true, ..self }
    }

    /// Nothing when what would be shown is this.
    pub(super) fn unless_shown(self, words: &str) -> Self {
        Self { unless_shown: Some(expression(&format!("^(?:{words})$"))), ..self }
    }

    /// Nothing when this ends right before the match.
    pub(super) fn unless_preceded(self, by: &str) -> Self {
        Self { unless_preceded: Some(expression(&format!("(?:{by})$"))), ..self }
    }

    /// Nothing when this begins right after the match.
    pub(super) fn unless_followed(self, by: &str) -> Self {
        Self { unless_followed: Some(expression(&format!("^(?:{by})"))), ..self }
    }

    /// Nothing when the sentence holds this.
    pub(super) fn unless_near(self, words: &str) -> Self {
        Self { unless_near: Some(expression(words)), ..self }
    }

    /// Nothing unless the sentence holds this.
    pub(super) fn if_near(self, words: &str) -> Self {
        Self { if_near: Some(expression(words)), ..self }
    }

    /// Adds what this rule finds.
    pub(super) fn find(&self, reading: &Reading, found: &mut Vec<Passage>) {
        // Most rules find nothing, and groups cost several times a plain search.
        if !self.find.is_match(reading.text()) {
            return;
        }
        for captures in self.find.captures_iter(reading.text()) {
            let Some(whole) = captures.get(0) else { continue };
            let shown = captures.name("it").unwrap_or(whole);
            let is_excused = self.unless_shown.as_ref().is_some_and(|excuse| excuse.is_match(shown.as_str()));
            if !is_excused && self.holds(reading, &whole.range()) {
                found.push(Passage { kind: self.kind, range: shown.range(), of_another: self.of_another });
            }
        }
    }

    fn holds(&self, reading: &Reading, range: &Range<usize>) -> bool {
        let says = |words: &Option<Regex>, text: &str| words.as_ref().map(|words| words.is_match(text));
        says(&self.unless_preceded, reading.before(range)) != Some(true)
            && says(&self.unless_followed, reading.after(range)) != Some(true)
            && says(&self.unless_near, reading.near(range)) != Some(true)
            && says(&self.if_near, reading.near(range)) != Some(false)
    }
}

/// Compiles a built-in expression. Words are those of ASCII: the Unicode ones would make every
/// search slow, and tell nothing more of a folded text.
pub(super) fn expression(pattern: &str) -> Regex {
    RegexBuilder::new(&pattern.replace(r"\b", r"(?-u:\b)").replace(r"\w", "[a-z0-9_]"))
        .case_insensitive(true)
        .build()
        .expect("the built-in expressions are fixed, and every test of the guard compiles all of them")
}
