//! The head of a published page: YAML in one style, that no text can break.
//!
//! Every text stands between double quotes on one line, with what could end it escaped, and so
//! does every character that an editor would not see. Lists and nested keys are written in blocks.

use std::fmt::Write as _;

use jiff::civil::Date;

use crate::form::AnswerValue;
use crate::form::clean::clean;
use crate::form::slots::TypedSlot;

/// The keys of a page with their values, in their order, then the day. A key `moyens.lieu` is
/// `lieu` below `moyens`, with the others of that name.
pub(super) fn write(entries: &[(String, AnswerValue)], date: Date) -> String {
    let mut root = Map::default();
    for (key, value) in entries {
        root.insert(key, value);
    }
    let mut head = String::new();
    root.write(0, &mut head);
    if entries.iter().all(|(key, _)| key != "date") {
        head.push_str("date: ");
        head.push_str(&date.to_string());
        head.push('\n');
    }
    head
}

/// The key whose text is slots, one a line.
const SLOTS: &str = "creneaux";

/// Keys in the order of their first mention.
#[derive(Default)]
struct Map<'a>(Vec<(&'a str, Tree<'a>)>);

enum Tree<'a> {
    Leaf(&'a AnswerValue),
    Map(Map<'a>),
}

impl<'a> Map<'a> {
    fn insert(&mut self, key: &'a str, value: &'a AnswerValue) {
        let Some((above, below)) = key.split_once('.') else {
            self.0.push((key, Tree::Leaf(value)));
            return;
        };
        let at = self.0.iter().position(|(known, tree)| *known == above && matches!(tree, Tree::Map(_)));
        let at = at.unwrap_or_else(|| {
            self.0.push((above, Tree::Map(Map::default())));
            self.0.len() - 1
        });
        if let Tree::Map(map) = &mut self.0[at].1 {
            map.insert(below, value);
        }
    }

    fn write(&self, depth: usize, out: &mut String) {
        let indent = "  ".repeat(depth);
        for (key, tree) in &self.0 {
            out.push_str(&indent);
            push_key(key, out);
            match tree {
                Tree::Map(map) => {
                    out.push_str(":\n");
                    map.write(depth + 1, out);
                }
                Tree::Leaf(AnswerValue::Several(items)) => {
                    out.push_str(":\n");
                    for item in items {
                        out.push_str(&indent);
                        out.push_str("  - ");
                        out.push_str(&quoted(item));
                        out.push('\n');
                    }
                }
                Tree::Leaf(AnswerValue::Text(text)) if *key == SLOTS => {
                    out.push_str(":\n");
                    for slot in text.lines().filter_map(TypedSlot::parse) {
                        for (at, (key, value)) in slot.entries().into_iter().enumerate() {
                            out.push_str(&indent);
                            out.push_str(if at == 0 { "  - " } else { "    " });
                            push_key(key, out);
                            push_line(&value, out);
                        }
                    }
                }
                Tree::Leaf(AnswerValue::Text(text)) => push_line(&quoted(text), out),
                Tree::Leaf(AnswerValue::Ticked(ticked)) => push_line(if *ticked { "oui" } else { "non" }, out),
                Tree::Leaf(AnswerValue::Number(number)) => push_line(&number.to_string(), out),
            }
        }
    }
}

fn push_key(key: &str, out: &mut String) {
    if !key.is_empty() && key.bytes().all(|b| b.is_ascii_lowercase() || b == b'_') {
        out.push_str(key);
    } else {
        out.push_str(&quoted(key));
    }
}

fn push_line(value: &str, out: &mut String) {
    out.push_str(": ");
    out.push_str(value);
    out.push('\n');
}

/// A text between double quotes.
fn quoted(text: &str) -> String {
    format!("\"{}\"", within_quotes(text))
}

/// A text for a place between double quotes.
pub(super) fn within_quotes(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for c in clean(text).chars() {
        match c {
            '"' => escaped.push_str("\\\""),
            '\\' => escaped.push_str("\\\\"),
            '\n' => escaped.push_str("\\n"),
            c if is_unseen(c) => {
                let _ = match u32::from(c) {
                    code @ 0..=0xFFFF => write!(escaped, "\\u{code:04X}"),
                    code => write!(escaped, "\\U{code:08X}"),
                };
            }
            c => escaped.push(c),
        }
    }
    escaped
}

/// Whether YAML wants a character escaped, or an editor would not see that it is there.
fn is_unseen(c: char) -> bool {
    let is_noncharacter = u32::from(c) & 0xFFFE == 0xFFFE || matches!(c, '\u{FDD0}'..='\u{FDEF}');
    is_noncharacter
        || c.is_control()
        || matches!(c, '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}')
        || matches!(c, '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
}
