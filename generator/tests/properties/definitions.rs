//! Any text as a form's definition, and the portal's own forms with slips of the hand.

use std::fs;
use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::cases::{CASES, cases};
use super::portal::{PORTAL, root};
use super::sound_definition::check;

/// The forms of the portal, as written.
static FORMS: LazyLock<Vec<String>> = LazyLock::new(|| forms_in("content/formulaires"));

/// Those of a site that only tests build.
static SMALL_FORMS: LazyLock<Vec<String>> =
    LazyLock::new(|| forms_in("generator/tests/sites/portail/content/formulaires"));

fn forms_in(folder: &str) -> Vec<String> {
    let files = fs::read_dir(root().join(folder)).unwrap().map(|file| file.unwrap().path());
    let mut files: Vec<_> = files.filter(|path| path.extension().is_some_and(|end| end == "yaml")).collect();
    files.sort();
    files.iter().map(|path| fs::read_to_string(path).unwrap()).collect()
}

/// What YAML, or our reading of it, does something about.
const PIECES: [&str; 46] = [
    ": ",
    ":",
    "- ",
    "\n",
    "\r\n",
    "\t",
    " ",
    "  ",
    "\n  ",
    "\n    - ",
    "\"",
    "'",
    "[",
    "]",
    "{",
    "}",
    ", ",
    "&a ",
    "*a",
    "!t ",
    "|",
    ">",
    "%",
    "@",
    "`",
    "# ",
    "\n---\n",
    "\n...\n",
    "? ",
    "~",
    "null",
    "oui",
    "é",
    "🌻",
    "\u{feff}",
    "\u{85}",
    "\u{2028}",
    "\u{0}",
    "\\",
    "<<<<<<<",
    "\n=======\n",
    "{espace}",
    "{recue}",
    "titre: ",
    "groupes:\n  - champs:\n      - nom: a\n",
    "exemples:\n",
];

fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => select(PIECES.as_slice()).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
        1 => "[a-z0-9 ]{0,8}",
    ]
}

/// One slip.
#[derive(Clone, Debug)]
enum Slip {
    /// Something is typed into the text.
    Insert(Index, String),
    /// A few characters are lost.
    Cut(Index, usize),
    /// A line is lost.
    LoseLine(Index),
    /// A line stands twice.
    RepeatLine(Index, Index),
    /// A line moves to the right or, below 0, to the left.
    Shift(Index, i8),
}

fn slip() -> impl Strategy<Value = Slip> {
    prop_oneof![
        4 => (any::<Index>(), piece()).prop_map(|(at, piece)| Slip::Insert(at, piece)),
        2 => (any::<Index>(), 1..12_usize).prop_map(|(at, length)| Slip::Cut(at, length)),
        2 => any::<Index>().prop_map(Slip::LoseLine),
        1 => (any::<Index>(), any::<Index>()).prop_map(|(from, to)| Slip::RepeatLine(from, to)),
        1 => (any::<Index>(), -4..5_i8).prop_map(|(line, by)| Slip::Shift(line, by)),
    ]
}

impl Slip {
    fn make(&self, text: &str) -> String {
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        let join = |lines: Vec<&str>| lines.concat();
        match self {
            _ if lines.is_empty() => text.to_owned(),
            Self::Insert(at, piece) => {
                let at = text.floor_char_boundary(at.index(text.len() + 1));
                format!("{}{piece}{}", &text[..at], &text[at..])
            }
            Self::Cut(at, length) => {
                let at = text.floor_char_boundary(at.index(text.len() + 1));
                text[..at].chars().chain(text[at..].chars().skip(*length)).collect()
            }
            Self::LoseLine(line) => {
                let gone = line.index(lines.len());
                join(
                    lines.into_iter().enumerate().filter(|(number, _)| *number != gone).map(|(_, line)| line).collect(),
                )
            }
            Self::RepeatLine(from, to) => {
                let (line, to) = (*from.get(&lines), to.index(lines.len()));
                let mut lines = lines;
                lines.insert(to, line);
                join(lines)
            }
            Self::Shift(line, by) => {
                let line = line.index(lines.len());
                let margin = " ".repeat(usize::try_from(*by).unwrap_or(0));
                let spaces = usize::try_from(-by).unwrap_or(0);
                let shifted = lines[line].strip_prefix(" ".repeat(spaces).as_str()).unwrap_or(lines[line]);
                let shifted = format!("{margin}{shifted}");
                let mut lines = lines;
                lines[line] = &shifted;
                join(lines)
            }
        }
    }
}

/// One of these forms after a few slips.
fn with_slips(forms: &'static [String]) -> impl Strategy<Value = String> {
    (any::<Index>(), prop::collection::vec(slip(), 1..6))
        .prop_map(|(form, slips)| slips.iter().fold(form.get(forms).clone(), |text, slip| slip.make(&text)))
}

proptest! {
    #![proptest_config(cases(CASES))]

    #[test]
    fn any_text_is_a_form_or_has_its_faults_told(text in any::<String>()) {
        check(&text);
    }

    #[test]
    fn pieces_of_yaml_are_a_form_or_have_their_faults_told(pieces in prop::collection::vec(piece(), 0..40)) {
        check(&pieces.concat());
    }

    #[test]
    fn a_form_with_slips_of_the_hand_is_read_or_has_its_faults_told(text in with_slips(&SMALL_FORMS)) {
        check(&text);
    }
}

proptest! {
    // Ten times as long as the small forms, and as long to read.
    #![proptest_config(cases(CASES / 10))]

    #[test]
    fn a_form_of_the_portal_with_slips_of_the_hand_is_read_or_has_its_faults_told(text in with_slips(&FORMS)) {
        check(&text);
    }
}

#[test]
fn the_forms_of_the_portal_are_read_before_any_slip() {
    assert_eq!(FORMS.len(), PORTAL.forms.len());
    assert!(!SMALL_FORMS.is_empty());
    for form in FORMS.iter().chain(SMALL_FORMS.iter()) {
        assert!(check(form).is_some());
    }
}
