use proptest::prelude::*;

use super::*;

fn shown(text: &str) -> String {
    text.replace('\u{a0}', "~")
}

fn typeset(text: &str) -> String {
    shown(&french_text(&text.replace('~', "\u{a0}")))
}

/// One sentence in pieces, as Markdown cuts it.
fn in_pieces(pieces: &[&str]) -> Vec<String> {
    let mut typographer = Typographer::default();
    let mut written = Vec::new();
    for (at, piece) in pieces.iter().enumerate() {
        let after = if at + 1 == pieces.len() { After::End } else { After::More };
        let mut out = String::new();
        typographer.write::<true>(piece, after, &mut out);
        written.push(shown(&out));
    }
    written
}

#[test]
fn a_sentence_keeps_its_typography_across_emphasis() {
    assert_eq!(in_pieces(&["l'", "équipe", " !"]), ["l’", "équipe", "~!"]);
    assert_eq!(in_pieces(&["« ", "mot", " »"]), ["«~", "mot", "~»"]);
    assert_eq!(in_pieces(&["«", "mot", "»"]), ["«~", "mot", "~»"]);
    assert_eq!(in_pieces(&["Durée", " : 20 min"]), ["Durée", "~: 20~min"]);
    assert_eq!(in_pieces(&["Durée", ": 20 min"]), ["Durée", "~: 20~min"]);
    assert_eq!(in_pieces(&["mot", " - ", "suite"]), ["mot", " – ", "suite"]);
    assert_eq!(in_pieces(&["\"", "mot", "\""]), ["\"", "mot", "\""]);
    assert_eq!(in_pieces(&["", " ! a"]), ["", " ! a"]);
    assert_eq!(in_pieces(&["« un ", "mot", " “dit” »"]), ["«~un ", "mot", " “dit”~»"]);
    assert_eq!(in_pieces(&["“", "mot", "”"]), ["“", "mot", "”"]);
}

#[test]
fn a_new_paragraph_forgets_the_last_one() {
    let mut typographer = Typographer::default();
    let mut out = String::new();
    typographer.write::<true>("fin", After::End, &mut out);
    typographer.restart();
    typographer.write::<true>(" ! début", After::End, &mut out);
    assert_eq!(out, "fin ! début");
}

#[test]
fn signs_of_markup_are_escaped_in_html_and_only_there() {
    assert_eq!(in_pieces(&["a < b & c > d"]), ["a &lt; b &amp; c &gt; d"]);
    assert_eq!(in_pieces(&["https://exemple.fr/?a&b"]), ["https://exemple.fr/?a&amp;b"]);
    assert_eq!(in_pieces(&["&nbsp; <b>!"]), ["&amp;nbsp; &lt;b&gt;!"]);
    assert_eq!(typeset("a < b & c"), "a < b & c");
}

#[test]
fn a_hundred_thousand_signs_take_no_longer_each_than_one() {
    for sign in [
        "!",
        " !",
        "«",
        "»",
        "\"",
        "'",
        "a;",
        "a:",
        "5h",
        "1 000 ",
        "n°5",
        " - ",
        "...",
        "://",
        ")",
        "a'«\" ",
        "“",
        "“a",
        "“a” ",
        " :)",
        "( :)",
        "etc...",
        "1 000 00 ",
    ] {
        let long = sign.repeat(100_000);
        assert!(french_text(&long).len() >= long.len() / 3);
    }
}

/// The letters of a text, without what typography may change.
fn letters(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && !"'’\"“”«».…-–".contains(*c)).collect()
}

fn typed_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just(" ".to_owned()),
        Just("\u{a0}".to_owned()),
        Just("\u{202f}".to_owned()),
        Just("\n".to_owned()),
        "[!?;:'’\".…«»“”–—&%€°/()-]",
        "[0-9]{1,4}",
        prop_oneof![
            Just("h"),
            Just("min"),
            Just("n°"),
            Just("kg"),
            Just("://"),
            Just("l"),
            Just("qu"),
            Just("..."),
            Just("etc"),
            Just("“a”")
        ]
        .prop_map(str::to_owned),
        "[a-zéœ]{1,3}",
    ];
    proptest::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1024, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_second_pass_changes_nothing(text in typed_text()) {
        let once = french_text(&text);
        prop_assert_eq!(shown(&french_text(&once)), shown(&once));
    }

    #[test]
    fn no_letter_is_lost_or_added(text in prop_oneof![typed_text(), any::<String>()]) {
        let read = french_text(&text);
        prop_assert_eq!(letters(&read), letters(&text));
        let has_narrow_space = read.contains('\u{202f}');
        prop_assert!(!has_narrow_space);
    }

    #[test]
    fn a_narrow_space_is_read_as_a_wide_one(pieces in proptest::collection::vec(typed_text(), 1..4)) {
        let pieces: Vec<&str> = pieces.iter().map(String::as_str).collect();
        let widened: Vec<String> = pieces.iter().map(|piece| piece.replace('\u{202f}', "\u{a0}")).collect();
        let widened: Vec<&str> = widened.iter().map(String::as_str).collect();
        prop_assert_eq!(in_pieces(&pieces), in_pieces(&widened));
    }

    #[test]
    fn pieces_lose_no_letter_either(pieces in proptest::collection::vec(typed_text(), 1..5)) {
        let mut typographer = Typographer::default();
        let mut read = String::new();
        for piece in &pieces {
            typographer.write::<false>(piece, After::More, &mut read);
        }
        prop_assert_eq!(letters(&read), letters(&pieces.concat()));
    }
}
