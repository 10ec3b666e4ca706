//! Any words in a mail.

use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use proptest::sample::select;

use super::cases::{CASES, cases};
use super::sound_mail::Words;

/// What headers, encodings and servers do something about.
const PIECES: [&str; 38] = [
    "\r\n",
    "\n",
    "\r",
    "\0",
    "\t",
    " ",
    "\u{85}",
    "\u{2028}",
    "\r\nBcc: autre@exemple.fr",
    "\r\n\r\n",
    "\r\n.\r\n",
    ".",
    ":",
    ";",
    ",",
    "<",
    ">",
    "\"",
    "\\",
    "(",
    ")",
    "@",
    "=",
    "=?utf-8?q?a?=",
    "?=",
    "=?",
    "=E9",
    "=\r\n",
    "%",
    "é",
    "’",
    "🌻",
    "\u{feff}",
    "\u{301}",
    "prenom.nom@exemple.fr",
    "--portail-019ab000-0000-7000-8000-000000000001",
    "--",
    "Merci à l’équipe",
];

fn text(pieces: std::ops::Range<usize>) -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        6 => select(PIECES.as_slice()).prop_map(str::to_owned),
        2 => any::<char>().prop_map(String::from),
        2 => "[a-zA-Z0-9 ]{0,12}",
        1 => (select(vec!["a", "é", " ", "a ", "=", "."]), 1..1100_usize).prop_map(|(text, times)| text.repeat(times)),
    ];
    prop::collection::vec(piece, pieces).prop_map(|pieces| pieces.concat())
}

fn address() -> impl Strategy<Value = String> {
    prop_oneof![
        2 => "[a-z.+'_-]{1,70}@[a-z0-9.-]{1,70}",
        1 => select(vec![
            "prenom.nom@exemple.fr", "é@exemple.fr", "a@exemplé.fr", "\"a b\"@exemple.fr", "\"a\\\"b\"@exemple.fr", "a@[127.0.0.1]",
            "a@exemple.fr, b@exemple.fr", "A <a@exemple.fr>", "a@xn--exempl-gva.fr", "\"\r\n\"@exemple.fr", "a@b", "@", "",
        ]).prop_map(str::to_owned),
        1 => text(0..6),
    ]
}

fn words() -> impl Strategy<Value = Words> {
    (prop::option::of(text(0..8)), text(0..12), prop::option::of(address()), text(0..20), text(0..20))
        .prop_map(|(name, subject, reply_to, text, html)| Words { name, subject, reply_to, text, html })
}

proptest! {
    #![proptest_config(cases(CASES))]

    #[test]
    fn any_words_make_one_sound_mail_that_says_them(words in words()) {
        words.check();
    }
}

/// Where the fuzz target begins: name, subject, address, text and HTML, in this order, between
/// lines of two hyphens.
#[test]
fn the_seeds_of_the_mail_builder_hold() {
    let folder: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/seeds/mail_builder");
    let seeds: Vec<_> =
        fs::read_dir(folder).unwrap().map(|file| fs::read_to_string(file.unwrap().path()).unwrap()).collect();
    assert!(!seeds.is_empty());
    for seed in seeds {
        Words::parse(&seed).unwrap().check();
    }
}
