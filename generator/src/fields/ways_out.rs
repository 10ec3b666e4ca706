//! What to write instead of a value of the wrong type.

use std::ops::Range;

use crate::lint::left_in;
use crate::slug::fold;
use crate::source::SourceFile;
use crate::yaml::{Node, Value, quoted};

/// The keys that decide who sees a page, and when: a fault in one is never let through.
const DECIDE_WHO_SEES: [&str; 4] = ["brouillon", "diffusion", "publie_le", "expire_le"];

/// The code of a fault in the value of `name`.
pub(super) fn code(name: &str, usual: &'static str) -> &'static str {
    if DECIDE_WHO_SEES.contains(&name) { "visibilite" } else { usual }
}

/// How to write as a text what YAML takes for a list or a mapping.
pub(super) fn text(source: &SourceFile, node: &Node, name: &str) -> String {
    let written = source.text.get(node.range.clone()).unwrap_or_default().trim();
    if left_in::find(written).next().is_some() {
        return "écrivez le texte définitif à la place de ce qui reste à compléter".to_owned();
    }
    match &node.value {
        _ if written.is_empty() || written.contains('\n') || written.starts_with("- ") => {
            format!("écrivez le texte sur la même ligne : « {name}: … »")
        }
        // An item of a list is shown as it stands there.
        Value::Map(_) if !written.starts_with('{') => format!("mettez-le entre guillemets : {}", quoted("", written)),
        _ => format!("mettez le texte entre guillemets : {}", quoted(name, written)),
    }
}

/// The items of a list whose dashes are glued to them, which YAML takes for one text; none when it is no such list.
pub(super) fn glued_items<'a>(source: &'a SourceFile, range: &Range<usize>) -> Vec<&'a str> {
    let before = source.text.get(..range.start).unwrap_or_default();
    let stands_alone = before.trim_end_matches(' ').ends_with('\n');
    let written = source.text.get(range.clone()).unwrap_or_default();
    let items = written.lines().map(str::trim).filter(|line| !line.is_empty());
    let items: Option<Vec<&str>> =
        items.map(|line| line.strip_prefix('-').filter(|item| item.starts_with(char::is_alphanumeric))).collect();
    items.filter(|_| stands_alone).unwrap_or_default()
}

/// How to write as a list what is a text.
pub(super) fn list(node: &Node, name: &str) -> String {
    match &node.value {
        Value::Scalar(text) if !text.contains(['\n', '[', ']', '{', '}', ':']) => {
            let between = if text.contains(',') { ',' } else { ';' };
            let items: Vec<&str> = text.split(between).map(str::trim).filter(|item| !item.is_empty()).collect();
            format!("écrivez-le entre crochets : {name}: [{}]", items.join(", "))
        }
        Value::Scalar(text) if !text.contains('\n') => {
            format!("écrivez-le entre crochets : {}", quoted(name, text).replacen('"', "[\"", 1) + "]")
        }
        Value::Map(entries) if !entries.is_empty() => {
            format!("commencez chaque élément par un tiret : « - {}: … »", entries[0].key)
        }
        _ => format!("écrivez une ligne « - … » par élément sous « {name}: »"),
    }
}

/// What hands write for keys of ours, each with those that it may stand for.
const OTHER_WORDS: [(&str, &[&str]); 14] = [
    ("debut", &["de"]),
    ("fin", &["a"]),
    ("heure", &["de"]),
    ("horaire", &["de"]),
    ("quand", &["debut"]),
    ("endroit", &["lieu"]),
    ("salle", &["lieu"]),
    ("participants", &["places"]),
    ("categorie", &["etiquettes"]),
    ("categories", &["etiquettes"]),
    ("category", &["etiquettes"]),
    ("keywords", &["etiquettes"]),
    ("mots-cles", &["etiquettes"]),
    ("mots_cles", &["etiquettes"]),
];

/// The key among `known` that another word stands for.
pub(super) fn other_word(key: &str, known: &[&'static str]) -> Option<&'static str> {
    let folded = fold(key);
    let (_, ours) = OTHER_WORDS.iter().find(|(word, _)| *word == folded)?;
    ours.iter().copied().find(|name| known.contains(name))
}

/// How to write a mapping where something else stands.
pub(super) fn mapping(node: &Node) -> String {
    match &node.value {
        Value::Scalar(text) => match text.split_once([':', '：']) {
            Some((key, value))
                if !value.starts_with([' ', '/']) && key.chars().all(|c| c.is_alphanumeric() || c == '_') =>
            {
                format!("il manque une espace après les deux-points : « {key}: {value} »")
            }
            _ => "écrivez une clé par ligne, suivie de deux-points et d’une espace".to_owned(),
        },
        Value::List(items) if items.iter().all(|item| matches!(item.value, Value::Map(_))) => {
            "retirez le tiret « - » devant chaque clé".to_owned()
        }
        _ => "écrivez une clé par ligne, suivie de deux-points et d’une espace".to_owned(),
    }
}

/// How to write a whole number.
pub(super) fn number(written: &str) -> String {
    const WORDS: [&str; 21] = [
        "zero", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze",
        "treize", "quatorze", "quinze", "seize", "dix-sept", "dix-huit", "dix-neuf", "vingt",
    ];
    let word = fold(written.trim());
    match WORDS.iter().position(|known| *known == word) {
        Some(number) => format!("écrivez-le en chiffres : {number}"),
        None => "écrivez-le en chiffres, par exemple 10".to_owned(),
    }
}
