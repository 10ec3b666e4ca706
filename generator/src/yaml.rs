//! YAML as a tree of spanned nodes: every scalar as it was written, every place kept.
//!
//! Editors live off the line and the column, and a telephone number must keep its zero: so no
//! type is guessed here and nothing is thrown away. The kinds of content take their keys from
//! this tree through [`Fields`](crate::fields::Fields). Anchors, aliases and tags are refused:
//! nobody needs them here, and they hide bombs.

use std::ops::Range;

use granit_parser::{Event, Parser, ScalarStyle, ScanError, Span};

use crate::diagnostic::Diagnostics;
use crate::source::SourceFile;

/// Deeper than any page or form is; a deeper tree is refused.
const MAX_DEPTH: usize = 32;

/// A value and where it stands, in bytes of its file.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Bytes of the file.
    pub range: Range<usize>,
    /// What it holds.
    pub value: Value,
}

/// What a node holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Nothing was written (`titre:`), or `null` or `~` without quotes.
    Null,
    /// A scalar as its author wrote it, quotes and escapes undone.
    Scalar(String),
    /// A sequence.
    List(Vec<Node>),
    /// A mapping in the order of the file, without duplicates.
    Map(Vec<Entry>),
}

/// A key of a mapping with its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// Bytes of the key.
    pub key_range: Range<usize>,
    /// The value.
    pub value: Node,
}

/// Reads the bytes `range` of a file as one YAML document; an empty one is an empty mapping.
/// Reports what is wrong and gives `None` when no tree can be made of it.
pub fn parse(source: &SourceFile, range: Range<usize>, diagnostics: &Diagnostics) -> Option<Node> {
    let text = &source.text[range.clone()];
    let mut builder = Builder { source, base: range.start, diagnostics, parser: Parser::new_from_str(text) };
    match builder.document() {
        Ok(Some(node)) => Some(node),
        Ok(None) => Some(Node { range: range.start..range.start, value: Value::Map(Vec::new()) }),
        Err(Stop::Reported) => None,
        Err(Stop::Scan(fault)) => {
            let at = fault.marker().byte_offset().unwrap_or(0) + range.start;
            diagnostics.add(explain(source, range, at, &fault));
            None
        }
    }
}

/// A value as one writes it after a key, in a text of our own; `None` when it is not sound.
pub(crate) fn parse_example(text: &str) -> Option<Value> {
    let line = format!("exemple: {text}");
    let source = SourceFile::new("exemple.yaml", line.as_str());
    let diagnostics = Diagnostics::new();
    match parse(&source, 0..line.len(), &diagnostics)?.value {
        Value::Map(mut entries) if diagnostics.error_count() == 0 => entries.pop().map(|entry| entry.value.value),
        _ => None,
    }
}

enum Stop {
    Scan(ScanError),
    Reported,
}

impl From<ScanError> for Stop {
    fn from(fault: ScanError) -> Self {
        Self::Scan(fault)
    }
}

struct Builder<'a> {
    source: &'a SourceFile,
    base: usize,
    diagnostics: &'a Diagnostics,
    parser: Parser<'a, granit_parser::StrInput<'a>>,
}

impl<'a> Builder<'a> {
    fn next(&mut self) -> Result<(Event<'a>, Range<usize>), Stop> {
        loop {
            return match self.parser.next_event() {
                Some(Ok((Event::Comment(..), _))) => continue,
                Some(Ok((event, span))) => Ok((event, self.bytes(span))),
                Some(Err(fault)) => Err(Stop::Scan(fault)),
                None => Ok((Event::StreamEnd, self.base..self.base)),
            };
        }
    }

    fn bytes(&self, span: Span) -> Range<usize> {
        span.byte_range().map_or(self.base..self.base, |r| r.start + self.base..r.end + self.base)
    }

    fn document(&mut self) -> Result<Option<Node>, Stop> {
        let mut root = None;
        loop {
            let (event, range) = self.next()?;
            match event {
                Event::StreamStart | Event::DocumentEnd => {}
                Event::StreamEnd => return Ok(root),
                Event::DocumentStart(..) if root.is_none() => {
                    let (event, range) = self.next()?;
                    root = Some(self.node(event, range, 0)?);
                }
                _ => {
                    return Err(self.refuse(
                        range,
                        "yaml-deux-documents",
                        "il y a un second document YAML à cet endroit",
                        "gardez un seul bloc : retirez la ligne « --- » ou « ... » de trop",
                    ));
                }
            }
        }
    }

    fn node(&mut self, event: Event<'a>, range: Range<usize>, depth: usize) -> Result<Node, Stop> {
        if depth > MAX_DEPTH {
            return Err(self.refuse(
                range,
                "yaml-profondeur",
                "les valeurs sont emboîtées trop profondément",
                "aucune page n’a besoin de plus de quelques niveaux : simplifiez",
            ));
        }
        match event {
            Event::Scalar(text, style, 0, None) => {
                let null = style == ScalarStyle::Plain && matches!(&*text, "" | "~" | "null");
                let value = if null { Value::Null } else { Value::Scalar(text.into_owned()) };
                Ok(Node { range, value })
            }
            Event::SequenceStart(_, 0, None) => self.list(range, depth),
            Event::MappingStart(_, 0, None) => self.map(range, depth),
            _ => Err(self.refuse(
                range,
                "yaml-raccourci",
                "les raccourcis YAML « & », « * » et « ! » ne sont pas acceptés ici",
                "si le texte commence par ce signe, mettez-le entre guillemets : \"…\"",
            )),
        }
    }

    fn list(&mut self, start: Range<usize>, depth: usize) -> Result<Node, Stop> {
        let mut items = Vec::new();
        loop {
            let (event, range) = self.next()?;
            if matches!(event, Event::SequenceEnd) {
                return Ok(Node { range: start.start..range.end.max(start.end), value: Value::List(items) });
            }
            items.push(self.node(event, range, depth + 1)?);
        }
    }

    fn map(&mut self, start: Range<usize>, depth: usize) -> Result<Node, Stop> {
        let mut entries: Vec<Entry> = Vec::new();
        loop {
            let (event, key_range) = self.next()?;
            if matches!(event, Event::MappingEnd) {
                return Ok(Node { range: start.start..key_range.end.max(start.end), value: Value::Map(entries) });
            }
            let Event::Scalar(key, ..) = event else {
                return Err(self.refuse(
                    key_range,
                    "yaml-cle",
                    "une clé doit être un simple mot",
                    "écrivez « cle: valeur » ; un texte qui commence par « { » ou « [ » se met entre guillemets",
                ));
            };
            let (event, range) = self.next()?;
            let value = self.node(event, range, depth + 1)?;
            if let Some(first) = entries.iter().find(|entry| entry.key == key) {
                let line = self.source.locate(first.key_range.clone()).line;
                self.diagnostics.add(
                    self.source
                        .error(key_range, "cle-en-double", format!("la clé « {key} » est déjà à la ligne {line}"))
                        .help("gardez une seule des deux lignes"),
                );
                continue;
            }
            entries.push(Entry { key: key.into_owned(), key_range, value });
        }
    }

    fn refuse(&self, range: Range<usize>, code: &'static str, message: &str, help: &str) -> Stop {
        self.diagnostics.add(self.source.error(range, code, message).help(help));
        Stop::Reported
    }
}

/// Puts a parser's complaint into the words of somebody who does not know YAML.
fn explain(source: &SourceFile, range: Range<usize>, at: usize, fault: &ScanError) -> crate::diagnostic::Diagnostic {
    // A fault at the very end is shown on the last character, however many bytes that one has.
    let at = source.text.floor_char_boundary(at.clamp(range.start, range.end.max(range.start + 1) - 1));
    let line_start = source.text[..at].rfind('\n').map_or(range.start, |end| end + 1).max(range.start);
    let line = source.text[line_start..].lines().next().unwrap_or_default();
    if let Some((place, message, help)) = unclosed(source, range.start..line_start + line.len()) {
        return source.error(place, "yaml", message).help(help);
    }
    if ["<<<<<<<", "=======", ">>>>>>>"].iter().any(|mark| line.starts_with(mark)) {
        return source
            .error(line_start..line_start + line.len(), "conflit-git", "deux versions de ce passage attendent un choix")
            .help("gardez la bonne version et retirez les lignes <<<<<<<, ======= et >>>>>>>");
    }
    let (message, help) = if let Some(tab) = line.find('\t').filter(|tab| line[..*tab].trim().is_empty()) {
        let place = line_start + tab;
        return source
            .error(place..place + 1, "yaml-tabulation", "une tabulation commence cette ligne")
            .help("remplacez-la par deux espaces");
    } else if let Some((key, value)) = line.split_once(": ").filter(|(_, value)| value.contains(": ")) {
        (
            "un « : » suivi d’une espace dans la valeur fait croire à une seconde clé".to_owned(),
            format!("mettez la valeur entre guillemets : {}", quoted(key, value)),
        )
    } else if let Some((key, value)) =
        line.split_once(": ").filter(|(_, v)| v.trim_start().starts_with(['\'', '"', '[', '{', '@', '`', '%']))
    {
        (
            "cette valeur commence par un signe que YAML réserve, ou ses guillemets ne sont pas fermés".to_owned(),
            format!("mettez toute la valeur entre guillemets doubles : {}", quoted(key, value)),
        )
    } else if !line.contains(':') && !line.trim().is_empty() {
        (
            "il manque « : » entre la clé et sa valeur".to_owned(),
            "chaque ligne s’écrit « cle: valeur », avec une espace après les deux-points".to_owned(),
        )
    } else {
        (
            format!("ces lignes ne sont pas du YAML correct ({})", fault.info()),
            "vérifiez l’alignement, les guillemets et l’espace après les deux-points".to_owned(),
        )
    };
    source.error(at..source.text.ceil_char_boundary(at + 1), "yaml", message).help(help)
}

/// The first value of these lines that opens a quote or a bracket and never closes it: the
/// parser only complains further on, at a line that is right.
fn unclosed(source: &SourceFile, range: Range<usize>) -> Option<(Range<usize>, &'static str, &'static str)> {
    let mut start = range.start;
    for line in source.text[range.clone()].split_inclusive('\n') {
        let value_at = line.find(": ").map_or(line.len(), |at| at + 2);
        let value = line[value_at..].trim();
        let place = start + value_at..start + value_at + value.len();
        start += line.len();
        if value.starts_with('"') && value.replace("\\\"", "").matches('"').count() == 1 {
            return Some((
                place,
                "les guillemets ouverts ici ne sont pas refermés",
                "ajoutez « \" » à la fin de la valeur",
            ));
        }
        if value.starts_with('[') && !source.text[place.start..range.end].contains(']') {
            return Some((place, "le crochet ouvert ici n’est pas refermé", "ajoutez « ] » à la fin de la liste"));
        }
    }
    None
}

/// A key with its value as it should be written, cut short when it is long.
fn quoted(key: &str, value: &str) -> String {
    const SHOWN: usize = 80;
    let inner = value.trim().trim_matches(['\'', '"']).replace('"', "”");
    let dots = if inner.chars().count() > SHOWN { "…" } else { "" };
    let inner: String = inner.chars().take(SHOWN).collect();
    format!("{}: \"{inner}{dots}\"", key.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Option<Node>, Vec<String>) {
        let source = SourceFile::new("essai.md", text);
        let diagnostics = Diagnostics::new();
        let node = parse(&source, 0..text.len(), &diagnostics);
        (node, diagnostics.into_sorted().iter().map(|d| d.code.to_owned()).collect())
    }

    #[test]
    fn a_telephone_number_keeps_its_zero_and_its_place() {
        let (node, faults) = read("titre: Émile\ntel: 0612345678\n");
        assert!(faults.is_empty());
        let Some(Node { value: Value::Map(entries), .. }) = node else { panic!("no mapping") };
        assert_eq!(entries[1].value.value, Value::Scalar("0612345678".to_owned()));
        assert_eq!(entries[1].key_range, 14..17);
    }

    #[test]
    fn the_mistakes_of_french_hands_have_a_name() {
        assert_eq!(read("titre: Urgences : mode d'emploi\n").1, ["yaml"]);
        assert_eq!(read("titre: 'l'accueil'\n").1, ["yaml"]);
        assert_eq!(read("a: 1\na: 2\n").1, ["cle-en-double"]);
        assert_eq!(read("a: &x 1\nb: *x\n").1, ["yaml-raccourci"]);
    }

    #[test]
    fn what_was_opened_and_not_closed_is_shown_where_it_was_opened() {
        for text in ["titre: \"Les enjeux\nresume: Un mot\n", "sources: [une\nresume: Un mot\n"] {
            let source = SourceFile::new("essai.md", text);
            let diagnostics = Diagnostics::new();
            assert!(parse(&source, 0..text.len(), &diagnostics).is_none());
            let found = diagnostics.into_sorted();
            assert_eq!(found.len(), 1, "{text}");
            assert_eq!(found[0].location.as_ref().unwrap().line, 1, "{text}");
        }
    }

    #[test]
    fn a_fault_at_the_end_of_a_file_is_shown_on_its_last_character() {
        for text in ["%é", "%🌻"] {
            let source = SourceFile::new("essai.md", text);
            let diagnostics = Diagnostics::new();
            assert!(parse(&source, 0..text.len(), &diagnostics).is_none());
            let found = diagnostics.into_sorted();
            let place = found[0].location.as_ref().unwrap();
            assert_eq!((place.column, place.width), (text.chars().count(), 1), "{text}");
        }
    }

    #[test]
    fn a_git_conflict_has_its_name() {
        assert_eq!(read("titre: A\n<<<<<<< ici\nresume: B\n=======\n").1, ["conflit-git"]);
    }

    #[test]
    fn comments_may_stand_anywhere() {
        let (node, faults) = read("# avant\na: 1 # après\n# entre\nb:\n  # dedans\n  - x # encore\n# fin\n");
        assert!(faults.is_empty(), "{faults:?}");
        let Some(Node { value: Value::Map(entries), .. }) = node else { panic!("no mapping") };
        assert_eq!(entries.len(), 2);
    }

    #[test]
    fn a_bomb_of_brackets_is_refused() {
        let (node, faults) = read(&format!("a: {}", "[".repeat(5000)));
        assert!(node.is_none());
        assert!(!faults.is_empty());
    }
}
