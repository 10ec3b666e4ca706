//! The head that nearly every page has, read in one pass over its lines: a key to a line, and after it
//! words or a list of words.
//!
//! YAML is a large language: over ten such lines its parser takes two thirds of the time that the Markdown
//! parser takes over the page. What is read here is read as the parser reads it, byte for byte and place for place, which the tests
//! hold it to; whatever is not plainly of this shape, and so every mistake, is left to the parser.

use std::ops::Range;

use super::{Entry, Node, Value};
use crate::scan;

/// More keys are left to the parser: each is compared with those above it.
const MOST_KEYS: usize = 40;

/// A longer key is left to the parser, which has a limit of its own.
const LONGEST_KEY: usize = 64;

/// The mapping that `text` is, when it is of the usual shape. It stands at the byte `base` of its file.
pub(super) fn read(text: &str, base: usize) -> Option<Node> {
    let head = Head { text, base };
    let mut entries: Vec<Entry> = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let (key, value, below) = head.key(at)?;
        at = below;
        let value = if !value.is_empty() {
            head.value(value)?
        } else if head.is_over(at) {
            head.node(key.end..key.end, Value::Null)
        } else {
            let (items, below) = head.items(at)?;
            at = below;
            items
        };
        let key_range = key.start + base..key.end + base;
        let key = text[key].to_owned();
        if entries.len() == MOST_KEYS || entries.iter().any(|entry| entry.key == key) {
            return None;
        }
        entries.push(Entry { key, key_range, value });
    }
    (!entries.is_empty()).then(|| head.node(0..text.len(), Value::Map(entries)))
}

/// A text, of which every range here but those of nodes is one.
#[derive(Clone, Copy)]
struct Head<'t> {
    text: &'t str,
    base: usize,
}

/// Where a value stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    /// Alone on what is left of its line.
    Line,
    /// Among others, between brackets.
    Brackets,
}

impl Head<'_> {
    fn node(self, range: Range<usize>, value: Value) -> Node {
        Node { range: range.start + self.base..range.end + self.base, value }
    }

    /// The line that starts there, without the spaces at its end, and where the next one starts.
    fn line(self, start: usize) -> (Range<usize>, usize) {
        let rest = &self.text[start..];
        let end = memchr::memchr(b'\n', rest.as_bytes());
        let words = rest[..end.unwrap_or(rest.len())].trim_end_matches(' ').len();
        (start..start + words, end.map_or(self.text.len(), |end| start + end + 1))
    }

    /// What is left of a range without the spaces before it.
    fn trimmed(self, range: Range<usize>) -> Range<usize> {
        range.end - self.text[range.clone()].trim_start_matches(' ').len()..range.end
    }

    /// The key that starts a line, what comes after its colon, and where the next line starts.
    fn key(self, start: usize) -> Option<(Range<usize>, Range<usize>, usize)> {
        let (line, below) = self.line(start);
        let bytes = self.text[line.clone()].as_bytes();
        let colon = bytes.iter().position(|byte| !(byte.is_ascii_alphanumeric() || *byte == b'_'))?;
        if bytes[colon] != b':' || !bytes[0].is_ascii_alphabetic() || colon > LONGEST_KEY {
            return None;
        }
        let after = start + colon + 1..line.end;
        let value = self.trimmed(after.clone());
        // Without a space, the colon is part of a word.
        (after.is_empty() || after.start < value.start).then_some((start..start + colon, value, below))
    }

    /// Whether another key starts there, or nothing.
    fn is_over(self, at: usize) -> bool {
        at == self.text.len() || self.text[at..].starts_with(|c: char| c.is_ascii_alphabetic())
    }

    /// The list whose items stand one to a line from there on, and where the line after it starts.
    fn items(self, start: usize) -> Option<(Node, usize)> {
        let mut at = start;
        let mut items = Vec::new();
        let mut indent = 0;
        while !self.is_over(at) {
            let (line, below) = self.line(at);
            let item = self.trimmed(line);
            let words = self.trimmed(item.end - self.text[item.clone()].strip_prefix("- ")?.len()..item.end);
            if items.is_empty() {
                indent = item.start - at;
            } else if indent != item.start - at {
                return None;
            }
            items.push(self.scalar(words, Within::Line)?);
            at = below;
        }
        // Without an indent, the parser has a list begin with the words of its first item.
        let begin = if indent == 0 { items.first()?.range.start - self.base } else { start + indent };
        Some((self.node(begin..at, Value::List(items)), at))
    }

    fn value(self, range: Range<usize>) -> Option<Node> {
        if self.text[range.clone()].starts_with('[') { self.list(range) } else { self.scalar(range, Within::Line) }
    }

    /// A list on one line: `[a, "b", c]`.
    fn list(self, range: Range<usize>) -> Option<Node> {
        let inner = self.text[range.clone()].strip_prefix('[')?.strip_suffix(']')?;
        let mut items = Vec::new();
        let mut rest = self.trimmed(range.start + 1..range.start + 1 + inner.len());
        while !rest.is_empty() || !items.is_empty() {
            let text = &self.text[rest.clone()];
            let length = match text.as_bytes().first()? {
                quote @ (b'"' | b'\'') => memchr::memchr(*quote, &text.as_bytes()[1..])? + 2,
                _ => memchr::memchr(b',', text.as_bytes()).unwrap_or(text.len()),
            };
            let words = text[..length].trim_end_matches(' ').len();
            items.push(self.scalar(rest.start..rest.start + words, Within::Brackets)?);
            let after = self.trimmed(rest.start + length..rest.end);
            if after.is_empty() {
                break;
            }
            rest = self.trimmed(after.end - self.text[after.clone()].strip_prefix(',')?.len()..after.end);
        }
        Some(self.node(range, Value::List(items)))
    }

    /// Words as they stand, or between quotes and without any other quote or escape in them.
    fn scalar(self, range: Range<usize>, within: Within) -> Option<Node> {
        let written = &self.text[range.clone()];
        let bytes = written.as_bytes();
        if bytes.iter().any(|byte| may_be_odd(*byte)) && written.contains(is_odd) {
            return None;
        }
        let first = written.chars().next()?;
        let value = if matches!(first, '"' | '\'') {
            let inner = written[1..].strip_suffix(first)?;
            if inner.contains([first, '\\']) {
                return None;
            }
            Value::Scalar(inner.to_owned())
        } else {
            let has_sign = match within {
                Within::Line => {
                    scan::positions(bytes, b':').any(|at| matches!(bytes.get(at + 1), None | Some(b' ')))
                        || scan::positions(bytes, b'#').any(|at| bytes[..at].ends_with(b" "))
                }
                Within::Brackets => written.contains([':', '#', '[', ']', '{', '}']),
            };
            if has_sign || !first.is_alphanumeric() {
                return None;
            }
            if written == "null" { Value::Null } else { Value::Scalar(written.to_owned()) }
        };
        Some(self.node(range, value))
    }
}

/// Whether something [odd](is_odd) may begin with that byte.
fn may_be_odd(byte: u8) -> bool {
    byte < b' ' || matches!(byte, 0x7f | 0xc2 | 0xe2 | 0xef)
}

/// What YAML takes for the end of a line, or not at all.
fn is_odd(c: char) -> bool {
    matches!(c, '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::super::read_any;
    use super::*;
    use crate::source::SourceFile;

    /// What the parser makes of a text, when it finds nothing to say of it.
    fn parsed(text: &str, base: usize) -> Option<Node> {
        let source = SourceFile::new("essai.yaml", format!("{}{text}", "#".repeat(base)));
        let read = read_any(&source, base, text).ok()?;
        (read.comments.is_empty() && read.faults.into_sorted().is_empty()).then_some(read.node)
    }

    #[test]
    fn the_head_of_a_page_is_read_as_the_parser_reads_it() {
        for text in [
            "titre: L’été : non\n",
            "titre: L’été\nresume: \"Un mot : deux\"  \nx: 'é # à'\n",
            "a:\nb: 1\n",
            "a: \nb: 1",
            "a:\n  - x\n  - \"y z\"\nb: 1\n",
            "a:\n- x\n-   y  \n",
            "etiquettes: [x y, \"y, z\" , 'z']\n",
            "a: []\nb: [ ]\nc: null\nd: 0612345678\ne: 8h30\nf: 2026-01-02",
            "a:",
            "a: b   ",
            "tag: a:b\nurl: https://exemple.fr/#a\n",
        ] {
            let found = read(text, 3);
            assert_eq!(found.is_some(), !text.contains("été : non"), "{text:?}");
            assert!(found.is_none() || found == parsed(text, 3), "{text:?}");
        }
    }

    #[test]
    fn every_other_shape_is_left_to_the_parser() {
        for text in [
            "",
            "\n",
            "# a\n",
            "a: b\n\nc: d\n",
            "a: b # c\n",
            "a: |\n  b\n",
            "a: >\n  b\n",
            "a:\n  b: c\n",
            "a: {b: c}\n",
            "a: b\n  c\n",
            "a: &b c\n",
            "a: *b\n",
            "a: !b c\n",
            "a: \"b\\n\"\n",
            "a: 'l''a'\n",
            "a: \"b\" c\n",
            "a: [b\n",
            "a: [b, [c]]\n",
            "a: [b,]\n",
            "a: [b: c]\n",
            "a: b\r\n",
            "a:\tb\n",
            "a: b\nb: c\na: d\n",
            "a:\n  - b: c\n",
            "a:\n  - b\n - c\n",
            "a:\n  -\n",
            "a: -\n",
            "a: - b\n",
            "é: b\n",
            "a:b\n",
            "a : b\n",
            "\"a\": b\n",
            "a: b:\n",
            "a: ~\n",
            "a: 'l'accueil'\n",
            "a: [\n",
            "a: ]\n",
            "a: \"\n",
            "a: b\u{85}c\n",
            "a: b\u{7}c\n",
        ] {
            assert_eq!(read(text, 0), None, "{text:?}");
        }
    }

    const WORDS: &[&str] = &["a", "é", "L’été", "2026", "un mot", "b\u{a0}: ", "8h30", "-x", "a:b", "#b", "🙂"];
    const SIGNS: &[&str] = &[
        "-", ":", ": ", "#", " #", "\"", "'", "\\", "[", "]", "{", "}", ",", ", ", "  ", "\u{a0}", "\u{202f}", "\t",
        "null", "~", "&", "*", "!", "|", ">", "%", "@", "`", "? ", "- ", "\u{85}", "\u{2028}", "\u{feff}", "---", "\r",
    ];
    const FRAMES: &[&str] =
        &["1", "\"1\"", "'1'", "[1]", "[1, \"2\"]", "[ '1' ,2 ]", "\n  - 1\n  - 2", "\n- \"1\"", "", "1\n  2"];

    /// Words, now and then with a sign that means something to YAML.
    fn words() -> impl Strategy<Value = String> {
        let sign = prop_oneof![9 => select(WORDS), 1 => select(SIGNS)];
        prop::collection::vec(sign, 0..4).prop_map(|signs| signs.concat())
    }

    fn head() -> impl Strategy<Value = String> {
        let key =
            prop_oneof![9 => select(&["titre", "resume", "a_b", "x2"][..]), 1 => select(&["", " a", "é", "2a"][..])];
        let colon = prop_oneof![9 => Just(": "), 1 => select(&[":", ":  ", " : "][..])];
        let line = (key, colon, select(FRAMES), words(), words()).prop_map(|(key, colon, frame, one, two)| {
            format!("{key}{colon}{}", frame.replace('1', &one).replace('2', &two))
        });
        (prop::collection::vec(line, 0..4), select(&["", "\n", "\n\n", " \n"][..]))
            .prop_map(|(lines, end)| format!("{}{end}", lines.join("\n")))
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 10_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn whatever_is_read_here_is_what_the_parser_reads(text in head(), base in 0..3_usize) {
            if let Some(found) = read(&text, base) {
                prop_assert_eq!(Some(found), parsed(&text, base), "{:?}", text);
            }
        }
    }
}
