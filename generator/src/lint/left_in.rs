//! A text to complete that was left in: `[à compléter]`, `TODO`, « lorem ipsum ».

use std::ops::Range;
use std::sync::LazyLock;

use super::any_of::AnyOf;
use crate::slug::fold;

/// How such a passage begins. Literals only, so that a whole text is searched at once. Those that begin alike stand
/// together, and are then looked for together: in another order, it takes three times as long.
const SIGNS: [&str; 23] = [
    "[à ",
    "[À ",
    "[a ",
    "[A ",
    "[à\u{a0}",
    "[À\u{a0}",
    "[a\u{300} ",
    "[A\u{300} ",
    "[insérer ",
    "[Insérer ",
    "(à ",
    "(À ",
    "(à\u{a0}",
    "(À\u{a0}",
    "TODO",
    "FIXME",
    "XXX",
    "Lorem ipsum",
    "lorem ipsum",
    "Lorem Ipsum",
    "LOREM IPSUM",
    "À COMPLÉTER",
    "A COMPLETER",
];

static BEGINNINGS: LazyLock<Option<AnyOf>> = LazyLock::new(|| AnyOf::new(&SIGNS));

/// Of each, the last word: it is there wherever a line of YAML is cut.
static TRACES: LazyLock<Option<AnyOf>> =
    LazyLock::new(|| AnyOf::new(&SIGNS.map(|sign| sign.split_whitespace().next_back().unwrap_or(sign))));

/// Whether such a passage may be among the values of a head, as it is written.
pub fn may_be_in(head: &str) -> bool {
    TRACES.as_ref().is_none_or(|traces| traces.are_in(head))
}

/// What follows « à » in brackets that wait for words. « À venir » is said to readers.
const TO_DO: [&str; 17] = [
    "adapter",
    "ajouter",
    "completer",
    "confirmer",
    "definir",
    "determiner",
    "indiquer",
    "inserer",
    "personnaliser",
    "preciser",
    "rediger",
    "remplacer",
    "remplir",
    "renseigner",
    "traduire",
    "valider",
    "verifier",
];

/// What follows « à » in parentheses, where readers are told what to fill in as well.
const TO_DO_IN_PARENTHESES: [&str; 5] = ["completer", "definir", "determiner", "preciser", "rediger"];

/// What readers fill in.
const PAPERS: [&str; 14] = [
    "annexe",
    "attestation",
    "bulletin",
    "carnet",
    "document",
    "dossier",
    "fiche",
    "formulaire",
    "grille",
    "imprime",
    "modele",
    "questionnaire",
    "tableau",
    "trame",
];

/// Longer brackets are a sentence.
const LONGEST: usize = 160;

/// The passages of a text that wait for words, in its order.
pub fn find(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut end = 0;
    BEGINNINGS.iter().flat_map(move |signs| signs.find_iter(text)).filter_map(move |sign| {
        if sign.start < end {
            return None;
        }
        let read = match &text[sign.clone()] {
            "XXX" => sign.start..sign.start + same(&text[sign.start..]),
            bracket if bracket.starts_with('(') => parentheses(text, sign)?,
            bracket if bracket.starts_with('[') => brackets(text, sign)?,
            _ => sign,
        };
        // What was read once is not read again, whatever came of it.
        end = read.end;
        is_alone(text, &read).then_some(read)
    })
}

/// Whether it is not a part of a longer word.
fn is_alone(text: &str, range: &Range<usize>) -> bool {
    let joins = |c: char| c.is_alphanumeric() || c == '_';
    matches!(text.as_bytes()[range.start], b'[' | b'(')
        || !text[..range.start].ends_with(joins) && !text[range.end..].starts_with(joins)
}

/// How many bytes at the start of a text are its first one, an ASCII letter.
fn same(text: &str) -> usize {
    text.bytes().take_while(|byte| Some(byte) == text.as_bytes().first()).count()
}

/// The parentheses that `start` opens, when they hold « à compléter » and nothing else, and do not
/// speak to readers of a paper of theirs: « Fiche d’inscription (à compléter) ».
fn parentheses(text: &str, start: Range<usize>) -> Option<Range<usize>> {
    let inside = &text[start.end..text.floor_char_boundary(start.end.saturating_add(LONGEST))];
    let verb = &inside[..inside.find([')', '\n'])?];
    let end = start.end + verb.len() + 1;
    let before = &text[text.ceil_char_boundary(start.start.saturating_sub(LONGEST))..start.start];
    let before = before.rsplit(['.', '\n', '!', '?']).next().unwrap_or_default();
    let is_said = before.trim_end().ends_with(')') || PAPERS.iter().any(|paper| fold(before).contains(paper));
    let says_so = text[..end].ends_with(')') && TO_DO_IN_PARENTHESES.contains(&fold(verb.trim()).as_str());
    (says_so && !is_said).then_some(start.start..end)
}

/// The brackets that `start` opens, when they say that words are missing, and are no link.
fn brackets(text: &str, start: Range<usize>) -> Option<Range<usize>> {
    let inside = &text[start.end..text.floor_char_boundary(start.end.saturating_add(LONGEST))];
    let length = inside.find(['[', ']', '\n'])?;
    let after = inside[length..].strip_prefix(']')?;
    if text[start.clone()].ends_with("sérer ") {
        return (!after.starts_with(['(', '['])).then(|| start.start..start.end + length + 1);
    }
    let verb = fold(&inside[..inside.find(|c: char| c.is_whitespace() || c.is_ascii_punctuation()).unwrap_or(length)]);
    let says_so = TO_DO.contains(&verb.as_str()) && !after.starts_with(['(', '[']);
    says_so.then(|| start.start..start.end + length + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        find(text).map(|range| &text[range]).collect()
    }

    #[test]
    fn what_waits_for_words_is_found() {
        assert_eq!(found("Le cadre est [à compléter]."), ["[à compléter]"]);
        assert_eq!(found("[A COMPLETER : nom] et [À préciser]"), ["[A COMPLETER : nom]", "[À préciser]"]);
        assert_eq!(found("[a\u{300} de\u{301}finir]"), ["[a\u{300} de\u{301}finir]"]);
        assert_eq!(found("TODO : relire. Tél. XXXX, XXX"), ["TODO", "XXXX", "XXX"]);
        assert_eq!(found("Lorem ipsum dolor"), ["Lorem ipsum"]);
        assert_eq!(
            found("Le référent est (à compléter), (À\u{a0}préciser )."),
            ["(à compléter)", "(À\u{a0}préciser )"]
        );
        assert_eq!(found("[insérer le logo] et [Insérer une photo]"), ["[insérer le logo]", "[Insérer une photo]"]);
        assert_eq!(found("Date : À COMPLÉTER, lieu A COMPLETER"), ["À COMPLÉTER", "A COMPLETER"]);
    }

    #[test]
    fn what_is_said_to_readers_is_left_alone() {
        for text in [
            "Le formulaire à compléter est au secrétariat (à compléter avant midi).",
            "La fiche de liaison (à compléter), le [bilan](bilan.pdf) (à compléter)",
            "Deux chaises (à acheter), une salle (à définir avec le cadre), (à compléter",
            "[insérer une image](aide.md), (à), ()",
            "[à venir] et [a] et [A ou B]",
            "[à compléter](dossier.md) et [à remplir][dossier]",
            "[à compléter",
            "Louis XXXIV, MÉTODO, TODOS, FIXMES, todo",
            "",
        ] {
            assert_eq!(found(text), Vec::<&str>::new(), "{text}");
        }
    }

    #[test]
    fn many_of_them_take_a_time_that_grows_with_the_text() {
        assert_eq!(find(&"X".repeat(300_000)).count(), 1);
        assert_eq!(find(&"XXXa".repeat(75_000)).count(), 0);
        assert_eq!(find(&"[à compléter ".repeat(20_000)).count(), 0);
        assert_eq!(find(&"(à compléter ".repeat(20_000)).count(), 0);
        assert_eq!(find(&"TODO ".repeat(20_000)).count(), 20_000);
    }
}
