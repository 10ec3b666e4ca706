//! The emergency stop of an activity: its page stays and says so, its slots are cancelled.

use crate::diagnostic::Diagnostics;
use crate::front_matter::{self, Split};
use crate::source::SourceFile;
use crate::yaml::{Node, Value};

const KEY: &str = "statut";
const STATUS: &str = "suspendue";

/// The file of an activity with `statut: suspendue`, everything else byte for byte as it was.
/// `None` when its head cannot be read, or changed in this one place only.
pub fn suspended(text: &str) -> Option<String> {
    // A byte order mark is no part of the text, and stays where it is.
    let (mark, text) = match text.strip_prefix('\u{FEFF}') {
        Some(rest) => ("\u{FEFF}", rest),
        None => ("", text),
    };
    let before = entries(text)?;
    let changed = match before.iter().find(|(key, _)| key == KEY) {
        Some((_, node)) if node.value != Value::Null => {
            [&text[..node.range.start], STATUS, &text[node.range.end..]].concat()
        }
        Some((_, node)) => {
            let colon = text[..node.range.start].rfind(KEY)? + KEY.len();
            let after = text[colon..].find(':')? + colon + 1;
            let value = text[after..node.range.end.max(after)].trim_start_matches([' ', '\t']);
            let end = if value.starts_with(['~', 'n']) { node.range.end } else { after };
            [&text[..after], " ", STATUS, &text[end..]].concat()
        }
        None => {
            let first_end = text.find('\n')? + 1;
            let line_end = if text[..first_end].ends_with("\r\n") { "\r\n" } else { "\n" };
            [&text[..first_end], KEY, ": ", STATUS, line_end, &text[first_end..]].concat()
        }
    };
    let is_as_meant = entries(&changed).is_some_and(|after| is_suspended(&before, &after));
    is_as_meant.then(|| [mark, &changed].concat())
}

/// Whether `after` is `before` but for the status.
fn is_suspended(before: &[(String, Node)], after: &[(String, Node)]) -> bool {
    let status = after.iter().find(|(key, _)| key == KEY).map(|(_, node)| &node.value);
    let rest = |entries: &[(String, Node)]| {
        entries.iter().filter(|(key, _)| key != KEY).map(|(key, node)| (key.clone(), shape(node))).collect::<Vec<_>>()
    };
    status == Some(&Value::Scalar(STATUS.to_owned())) && rest(before) == rest(after)
}

/// The keys of a page's head; `None` when it has none that can be read.
fn entries(text: &str) -> Option<Vec<(String, Node)>> {
    let source = SourceFile::new("activite.md", text);
    let diagnostics = Diagnostics::new();
    let Split { fields, body } = front_matter::split(&source, &diagnostics)?;
    if diagnostics.error_count() > 0 || body.start == 0 {
        return None;
    }
    match fields.value {
        Value::Map(entries) => Some(entries.into_iter().map(|entry| (entry.key, entry.value)).collect()),
        _ => None,
    }
}

/// A value without its place.
fn shape(node: &Node) -> Node {
    let value = match &node.value {
        Value::List(items) => Value::List(items.iter().map(shape).collect()),
        Value::Map(entries) => Value::Map(
            entries
                .iter()
                .map(|entry| crate::yaml::Entry { key: entry.key.clone(), key_range: 0..0, value: shape(&entry.value) })
                .collect(),
        ),
        value => value.clone(),
    };
    Node { range: 0..0, value }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_status_changes_and_not_a_byte_more() {
        for (before, after) in [
            (
                "---\ntitre: A\nstatut: active # oui\n---\nÀ 14h\n",
                "---\ntitre: A\nstatut: suspendue # oui\n---\nÀ 14h\n",
            ),
            ("---\nstatut: \"active\"\ntitre: A\n---\n", "---\nstatut: suspendue\ntitre: A\n---\n"),
            ("---\ntitre: A\n---\nstatut: active\n", "---\nstatut: suspendue\ntitre: A\n---\nstatut: active\n"),
            ("---\r\ntitre: A\r\n---\r\n", "---\r\nstatut: suspendue\r\ntitre: A\r\n---\r\n"),
            ("---\ntitre: A\nstatut:\n---\n", "---\ntitre: A\nstatut: suspendue\n---\n"),
            ("---\nstatut: ~\ntitre: A\n---\n", "---\nstatut: suspendue\ntitre: A\n---\n"),
            ("\u{FEFF}---\ntitre: A\n---\n", "\u{FEFF}---\nstatut: suspendue\ntitre: A\n---\n"),
            ("---\nstatut: suspendue\n---\n", "---\nstatut: suspendue\n---\n"),
        ] {
            assert_eq!(suspended(before).as_deref(), Some(after), "{before}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_not_changed() {
        for text in ["", "Un texte.\n", "---\ntitre: A\n", "---\ntitre: 'l'accueil'\n---\n", "---\n{titre: A}\n---\n"] {
            assert_eq!(suspended(text), None, "{text}");
        }
    }
}
