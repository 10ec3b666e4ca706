//! What holds of any text at all.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::Guard;
use crate::cases::{CASES, cases};

/// Pieces of which rules are made, put together in ways that nobody thought of.
fn broken_sentence() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        prop::sample::select(vec![
            "M. ",
            "Mme ",
            "Dupont",
            "J.",
            " chambre ",
            "lit",
            "ch.",
            " la ",
            "12",
            "2 55 08 14 168 025 38",
            "1.2.250.1.213.1.4.8",
            "né le ",
            "03/07/1939",
            "IPP",
            " n°",
            "je suis ",
            "j’ai ",
            "mes ",
            "lombaires",
            "en arrêt",
            " cancer",
            "patient ",
            ", ",
            ". ",
            "\n",
            "\u{a0}",
            "\u{200b}",
            "e\u{301}",
            "ﬁ",
            "½",
            "ß",
            "İ",
            "\u{fdfa}",
            "œ",
            "²",
            "😀",
            "2A",
            "!",
            "(",
        ])
        .prop_map(str::to_owned),
        any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

static GUARD: LazyLock<Guard> = LazyLock::new(|| Guard::new(&[r"\d{3}", "é."]).unwrap());

/// What an operator may take for a pattern of patient numbers, and now and then is one.
fn pattern() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => prop::sample::select(vec![
            "80", r"\d", "{8}", "{2,}", "*", "+", "?", "|", "(", ")", "(?:", "[a-f]", "[", "]", "^", "$", r"\b", r"\D", r"\", ".", "é",
            "a", "（", "｜", "²", "\u{301}", "\u{200b}", " ", "-",
        ]).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
        1 => (prop::sample::select(vec!["a", "é", "🌻", "("]), 0..250_usize).prop_map(|(text, times)| text.repeat(times)),
    ];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

fn check(guard: &Guard, text: &str) -> Result<(), TestCaseError> {
    let findings = guard.scan(text);
    let mut end = 0;
    for finding in &findings {
        prop_assert!(finding.range.start >= end, "in order and apart: {findings:?}");
        prop_assert!(!finding.range.is_empty());
        prop_assert!(text.get(finding.range.clone()).is_some(), "on characters: {findings:?}");
        end = finding.range.end;
    }
    Ok(())
}

proptest! {
    #![proptest_config(cases(CASES))]

    #[test]
    fn any_text_is_read_and_every_place_stands_on_characters(text in any::<String>()) {
        check(&GUARD, &text)?;
    }

    #[test]
    fn broken_sentences_are_read_and_every_place_stands_on_characters(text in broken_sentence()) {
        check(&GUARD, &text)?;
    }
    #[test]
    fn any_pattern_is_refused_or_reads_any_text(pattern in pattern(), text in broken_sentence()) {
        if let Ok(guard) = Guard::new(&[pattern]) {
            check(&guard, &text)?;
        }
    }
}
