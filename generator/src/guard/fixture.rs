//! For the tests of the rules: what a guard finds, in the words that a sender would see.

use super::{Finding, Guard};

/// « kind: passage » for each finding of the built-in rules.
pub(super) fn found(text: &str) -> Vec<String> {
    found_by(&Guard::default(), text)
}

/// As [`found`], by a guard with patterns of its own.
pub(super) fn found_by(guard: &Guard, text: &str) -> Vec<String> {
    let say = |finding: Finding| format!("{}: {}", finding.kind.word(), &text[finding.range]);
    guard.scan(text).into_iter().map(say).collect()
}

/// That nothing is found in any of these.
pub(super) fn assert_clean(texts: &[&str]) {
    for text in texts {
        assert_eq!(found(text), Vec::<String>::new(), "in « {text} »");
    }
}

/// That each text gives exactly one finding, the one beside it.
pub(super) fn assert_found(texts: &[(&str, &str)]) {
    for (text, expected) in texts {
        assert_eq!(found(text), [*expected], "in « {text} »");
    }
}
