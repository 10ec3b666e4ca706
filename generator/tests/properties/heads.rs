//! Any bytes are a page that is read, or refused with a reason: never a panic, never a place that
//! is not in the file.

use std::fs;

use generator::build::{BuildOptions, look_over};
use generator::content::Diffusion;
use generator::diagnostic::Diagnostics;
use generator::parse::parse;
use generator::policy::Policy;
use generator::source::SourceFile;
use proptest::prelude::*;

use super::cases::cases;
use super::sound_page;

/// What heads are made of, right and wrong.
const PIECES: [&str; 58] = [
    "---\n",
    "---\r\n",
    "—\n",
    "----\n",
    "...\n",
    "\n",
    "\r\n",
    " ",
    "  ",
    "\t",
    "\u{a0}",
    "\u{202f}",
    ":",
    ": ",
    " : ",
    "：",
    "- ",
    "\"",
    "'",
    "l'accueil",
    "[",
    "]",
    "{",
    "}",
    ",",
    "#",
    " #3",
    "# ",
    "&a ",
    "*a",
    "!",
    "@",
    "%",
    "`",
    "|",
    ">",
    "? ",
    "titre",
    "title: ",
    "titre: ",
    "resume: ",
    "date: ",
    "31/12/2026",
    "2026-02-30",
    "tags: ",
    "etiquettes: ",
    "slug: ",
    "lastmod: ",
    "brouillon: oui",
    "expire_le: ",
    "2026-01-01",
    "<<<<<<< HEAD\n",
    "=======\n",
    "é",
    "e\u{301}",
    "😀",
    "[à compléter]",
    "\\",
];

fn head() -> impl Strategy<Value = String> {
    let pieces = prop::collection::vec(prop::sample::select(PIECES.to_vec()), 0..40);
    (pieces, any::<bool>(), "\\PC{0,20}").prop_map(|(pieces, open, rest)| {
        let start = if open { "---\n" } else { "" };
        format!("{start}{}{rest}", pieces.concat())
    })
}

proptest! {
    #![proptest_config(cases(4_000))]

    #[test]
    fn any_head_is_read_or_refused_at_a_place_of_its_file(text in head(), is_index in any::<bool>()) {
        sound_page::check(if is_index { "_index.md" } else { "a.md" }, &text);
    }
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn any_bytes_are_looked_over(bytes in prop::collection::vec(any::<u8>(), 0..200), as_settings in any::<bool>()) {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(if as_settings { "portail.yaml" } else { "a.md" }), &bytes).unwrap();
        let options = BuildOptions {
            content: folder.path().to_owned(),
            theme: folder.path().join("none"),
            output: folder.path().join("none"),
            diffusion: Diffusion::Interne,
            compress: false,
            drafts: false,
            policy: Policy::Lenient,
            now: "2026-11-22T12:00:00Z".parse().unwrap(),
        };
        for diagnostic in look_over(&options).unwrap().diagnostics {
            prop_assert!(!diagnostic.to_string().is_empty());
        }
    }
}

#[test]
fn what_is_far_too_large_is_refused_once_or_a_few_times() {
    let lines = |line: &str, count: usize| format!("---\ntitre: A\n{}---\nTexte\n", line.repeat(count));
    let brackets = format!("---\ntitre: A\nx: {}{}\n---\n", "[".repeat(20_000), "]".repeat(20_000));
    let aliases = lines("b: [*a,*a]\n", 3_000);
    let long_line = format!("---\ntitre: \"{}\n---\n", "mot : \" ".repeat(8_000));
    for (text, most) in [
        (lines("cle: valeur\n", 400_000), 1),
        (lines("cle: valeur\n", 4_000), 51),
        (brackets, 2),
        (aliases, 60),
        (lines("a b c\n", 9_000), 20),
        (lines("c: x : y\n", 6_000), 20),
        (long_line, 2),
        (format!("---\ntitre: {}\n---\n", "mot ".repeat(75_000)), 1),
        ("---\n".to_owned() + &"texte\n".repeat(800_000), 1),
    ] {
        let diagnostics = Diagnostics::new();
        parse(vec![SourceFile::new("a.md", text.clone())], "Portail", &diagnostics);
        let found = diagnostics.into_sorted();
        assert!((1..=most).contains(&found.len()), "{} of {}…", found.len(), &text[..40]);
        sound_page::check_places(&text, &found);
    }
}
