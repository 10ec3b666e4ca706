//! YAML as a tree of spanned nodes: every scalar as it was written, every place kept.
//!
//! Editors live off the line and the column, and a telephone number must keep its zero: so no
//! type is guessed here and nothing is thrown away. The kinds of content take their keys from
//! this tree through [`Fields`](crate::fields::Fields). Anchors, aliases and tags are refused:
//! nobody needs them here, and they hide bombs.

mod cut;
mod mend;
mod mistakes;
mod usual;

use std::collections::HashMap;
use std::ops::Range;

pub(crate) use self::mend::conflict;
pub(crate) use self::mistakes::{USUAL_KEYS, quoted};

use granit_parser::{Event, Parser, Placement, ScalarStyle, ScanError, Span};

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

impl Value {
    /// Whether two values are the same, wherever they stand.
    pub fn says_the_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::List(own), Self::List(others)) => {
                own.len() == others.len()
                    && own.iter().zip(others).all(|(one, two)| one.value.says_the_same(&two.value))
            }
            (Self::Map(own), Self::Map(others)) => {
                own.len() == others.len()
                    && own
                        .iter()
                        .zip(others)
                        .all(|(one, two)| one.key == two.key && one.value.value.says_the_same(&two.value.value))
            }
            _ => self == other,
        }
    }
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

/// Longer ones are no front matter, settings or form; a fault in one costs a reading of it all.
const LONGEST: usize = 1 << 20;

/// Reads the bytes `range` of a file as one YAML document; an empty one is an empty mapping.
/// Reports what is wrong, and gives `None` when it cannot be told what was meant.
pub fn parse(source: &SourceFile, range: Range<usize>, diagnostics: &Diagnostics) -> Option<Node> {
    let text = &source.text[range.clone()];
    if text.len() > LONGEST {
        let first_line = range.start..range.start + text.lines().next().unwrap_or_default().len();
        diagnostics.add(
            source
                .error(first_line, "yaml-trop-long", "ce bloc est trop long pour être lu")
                .help("gardez ici les seules clés ; un long texte a sa place dans le corps d’une page"),
        );
        return None;
    }
    match read(source, range.start, text) {
        Ok(read) if matches!(read.node.value, Value::Scalar(_)) => {
            let found = mend::parse(source, range, Fault::not_a_mapping(0), diagnostics);
            // What cannot be mended stays a text, which whoever wants a mapping refuses.
            match found {
                Ok(node) => node,
                Err(()) => Some(read.node),
            }
        }
        Ok(read) => Some(read.report(source, diagnostics)),
        Err(fault) => mend::parse(source, range, fault.clone(), diagnostics).unwrap_or_else(|()| {
            diagnostics.add(fault.explain(source));
            None
        }),
    }
}

/// A tree, and what was found wrong while it was read.
struct Read {
    node: Node,
    faults: Diagnostics,
    /// Comments that may have cut a value, as bytes of the file.
    comments: Vec<Range<usize>>,
}

impl Read {
    /// The tree; what is wrong with it goes to `diagnostics`.
    fn report(mut self, source: &SourceFile, diagnostics: &Diagnostics) -> Node {
        diagnostics.merge(self.faults);
        cut::report(source, &self.comments, &mut self.node, diagnostics);
        self.node
    }
}

/// Why no tree can be made of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Fault {
    /// Bytes of the file.
    range: Range<usize>,
    code: &'static str,
    message: &'static str,
    help: &'static str,
}

impl Fault {
    fn not_a_mapping(at: usize) -> Self {
        Self { range: at..at, code: "type", message: "", help: "" }
    }

    fn explain(&self, source: &SourceFile) -> crate::diagnostic::Diagnostic {
        source.error(self.range.clone(), self.code, self.message).help(self.help)
    }
}

/// Reads `text`, which stands at the byte `base` of a file or is of the same length as what does.
fn read(source: &SourceFile, base: usize, text: &str) -> Result<Read, Fault> {
    match usual::read(text, base) {
        Some(node) => Ok(Read { node, faults: Diagnostics::new(), comments: Vec::new() }),
        None => read_any(source, base, text),
    }
}

/// As [`read`], whatever the text is like.
fn read_any(source: &SourceFile, base: usize, text: &str) -> Result<Read, Fault> {
    let mut builder = Builder {
        source,
        base,
        faults: Diagnostics::new(),
        comments: Vec::new(),
        duplicates: 0,
        parser: Parser::new_from_str(text),
    };
    match builder.document() {
        Ok(node) => {
            let node = node.unwrap_or(Node { range: base..base, value: Value::Map(Vec::new()) });
            Ok(Read { node, faults: builder.faults, comments: builder.comments })
        }
        Err(Stop::Refused(fault)) => Err(fault),
        Err(Stop::Scan(fault)) => {
            // A fault at the very end is shown on the last character, however many bytes that one has.
            let at = fault.marker().byte_offset().unwrap_or(0).min(text.len().max(1) - 1);
            let at = source.text.floor_char_boundary(at + base);
            Err(Fault {
                range: at..source.text.ceil_char_boundary(at + 1),
                code: "yaml",
                message: "cette ligne ne peut pas être lue comme « cle: valeur »",
                help: "vérifiez l’alignement, les guillemets et l’espace après les deux-points",
            })
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
    Refused(Fault),
}

impl From<ScanError> for Stop {
    fn from(fault: ScanError) -> Self {
        Self::Scan(fault)
    }
}

struct Builder<'a> {
    source: &'a SourceFile,
    base: usize,
    faults: Diagnostics,
    comments: Vec<Range<usize>>,
    /// How many keys were written twice so far.
    duplicates: usize,
    parser: Parser<'a, granit_parser::StrInput<'a>>,
}

impl<'a> Builder<'a> {
    fn next(&mut self) -> Result<(Event<'a>, Range<usize>), Stop> {
        loop {
            return match self.parser.next_event() {
                Some(Ok((Event::Comment(text, Placement::Right), span))) => {
                    if text.starts_with(|c: char| !c.is_whitespace() && c != '#') {
                        self.comments.push(self.bytes(span));
                    }
                    continue;
                }
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
                    return Err(Self::refuse(
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
            return Err(Self::refuse(
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
            _ => Err(Self::refuse(
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
        let mut lines: HashMap<String, usize> = HashMap::new();
        loop {
            let (event, key_range) = self.next()?;
            if matches!(event, Event::MappingEnd) {
                return Ok(Node { range: start.start..key_range.end.max(start.end), value: Value::Map(entries) });
            }
            let Event::Scalar(key, ..) = event else {
                return Err(Self::refuse(
                    key_range,
                    "yaml-cle",
                    "une clé doit être un simple mot",
                    "écrivez « cle: valeur » ; un texte qui commence par « { » ou « [ » se met entre guillemets",
                ));
            };
            let key = self.without_no_break_space(key.into_owned(), &key_range);
            let (event, range) = self.next()?;
            let value = self.node(event, range, depth + 1)?;
            if let Some(first) = lines.get(&key) {
                self.duplicate(&key, key_range, *first);
                continue;
            }
            lines.insert(key.clone(), key_range.start);
            entries.push(Entry { key, key_range, value });
        }
    }

    fn duplicate(&mut self, key: &str, key_range: Range<usize>, first: usize) {
        self.duplicates += 1;
        if self.duplicates > MAX_DUPLICATES {
            return;
        }
        let line = self.source.locate(first..first).line;
        self.faults.add(
            self.source
                .error(key_range, "cle-en-double", format!("la clé « {key} » est déjà à la ligne {line}"))
                .help("gardez une seule des deux lignes"),
        );
    }

    /// The key as it was meant: a no-break space before the colon makes another key of it, which
    /// nobody can see.
    fn without_no_break_space(&self, key: String, range: &Range<usize>) -> String {
        let meant = key.trim_matches(NO_BREAK);
        if meant.len() == key.len() || meant.is_empty() {
            return key;
        }
        let after = self.source.text.get(range.clone()).and_then(|written| written.find(meant));
        let at = after.map_or(range.end, |at| range.start + at + meant.len()).min(range.end);
        let at = if at == range.end { range.start } else { at };
        self.faults.add(
            self.source
                .error(at..at, "yaml-espace-insecable", format!("une espace insécable est collée à la clé « {meant} »"))
                .help(format!("effacez-la : « {meant}: … », les deux-points juste après le mot")),
        );
        meant.to_owned()
    }

    fn refuse(range: Range<usize>, code: &'static str, message: &'static str, help: &'static str) -> Stop {
        Stop::Refused(Fault { range, code, message, help })
    }
}

/// The spaces that do not break a line, which YAML takes for letters.
const NO_BREAK: [char; 2] = ['\u{a0}', '\u{202f}'];

/// More keys written twice are counted for nothing: each costs a reading of the file to its place.
const MAX_DUPLICATES: usize = 50;

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(text: &str) -> (Option<Node>, Vec<String>) {
        let source = SourceFile::new("essai.md", text);
        let diagnostics = Diagnostics::new();
        let node = parse(&source, 0..text.len(), &diagnostics);
        (node, diagnostics.into_sorted().iter().map(|d| d.code.to_owned()).collect())
    }

    #[test]
    fn a_telephone_number_keeps_its_zero_and_its_place() {
        let (node, faults) = tree("titre: Émile\ntel: 0612345678\n");
        assert!(faults.is_empty());
        let Some(Node { value: Value::Map(entries), .. }) = node else { panic!("no mapping") };
        assert_eq!(entries[1].value.value, Value::Scalar("0612345678".to_owned()));
        assert_eq!(entries[1].key_range, 14..17);
    }

    #[test]
    fn the_mistakes_of_french_hands_have_a_name() {
        assert_eq!(tree("titre: Urgences : mode d'emploi\n").1, ["yaml-deux-points"]);
        assert_eq!(tree("titre: 'l'accueil'\n").1, ["yaml-guillemets"]);
        assert_eq!(tree("a: 1\na: 2\n").1, ["cle-en-double"]);
        assert_eq!(tree("a: &x 1\nb: *x\n").1, ["yaml-signe", "yaml-signe"]);
    }

    #[test]
    fn what_was_opened_and_not_closed_is_shown_where_it_was_opened() {
        for text in ["titre: \"Les enjeux\nresume: Un mot\n", "sources: [une\nresume: Un mot\n"] {
            let source = SourceFile::new("essai.md", text);
            let diagnostics = Diagnostics::new();
            assert!(parse(&source, 0..text.len(), &diagnostics).is_some());
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
            parse(&source, 0..text.len(), &diagnostics);
            let found = diagnostics.into_sorted();
            let place = found[0].location.as_ref().unwrap();
            assert_eq!((place.column, place.width), (1, 2), "{text}");
        }
    }

    #[test]
    fn a_git_conflict_has_its_name() {
        assert_eq!(tree("titre: A\n<<<<<<< ici\nresume: B\n=======\n").1, ["conflit-git"]);
    }

    #[test]
    fn comments_may_stand_anywhere() {
        let (node, faults) = tree("# avant\na: 1 # après\n# entre\nb:\n  # dedans\n  - x # encore\n# fin\n");
        assert!(faults.is_empty(), "{faults:?}");
        let Some(Node { value: Value::Map(entries), .. }) = node else { panic!("no mapping") };
        assert_eq!(entries.len(), 2);
    }

    #[test]
    fn a_second_mistake_of_a_line_that_was_moved_is_shown_where_it_stands() {
        for text in ["titre: A\n   resume: cré: eau\n", "a:\n  - b: 1\n     c: cré: eau\n"] {
            let source = SourceFile::new("essai.md", text);
            let diagnostics = Diagnostics::new();
            assert!(parse(&source, 0..text.len(), &diagnostics).is_some());
            let faults = diagnostics.into_sorted();
            let places: Vec<_> = faults.iter().map(|fault| fault.location.as_ref().unwrap()).collect();
            assert_eq!(
                places.iter().map(|place| place.column).collect::<Vec<_>>(),
                if text.starts_with('t') { [4, 15] } else { [6, 12] }
            );
            assert!(faults[1].code == "yaml-deux-points" && faults[0].code == "yaml-alignement", "{faults:?}");
        }
    }

    #[test]
    fn a_fault_in_a_line_that_was_moved_is_not_looked_for_within_a_letter() {
        for text in ["- a: 1\n   b: cré\0neau\n", "g:\n  - nom: x\n    type: y\n     nom_b: Cré\0neau\n    c: z\n"] {
            let (node, faults) = tree(text);
            assert!(node.is_none() && !faults.is_empty(), "{faults:?}");
        }
    }

    #[test]
    fn an_indent_of_signs_of_several_bytes_is_not_cut_within_one() {
        let (node, faults) = tree("   titre: A\n- \u{2028}resume: B\n");
        assert!(node.is_none());
        assert_eq!(faults, ["yaml-alignement", "yaml"]);
    }

    #[test]
    fn tags_with_their_signs_are_told_once_and_are_a_list() {
        for (text, words) in [("etiquettes: #a #été 2026\n", &["a", "été 2026"][..]), ("titre: A\ntags: #a,\n", &["a"])]
        {
            let (node, faults) = tree(text);
            assert_eq!(faults, ["yaml-diese"]);
            let Some(Node { value: Value::Map(mut entries), .. }) = node else { panic!("no mapping") };
            let Some(Value::List(items)) = entries.pop().map(|entry| entry.value.value) else { panic!("no list") };
            let items: Vec<_> = items.into_iter().map(|item| item.value).collect();
            let words: Vec<_> = words.iter().map(|word| Value::Scalar((*word).to_owned())).collect();
            assert_eq!(items, words);
        }
        assert_eq!(tree("titre: #a #b\n").1, ["yaml-diese"]);
    }

    #[test]
    fn a_bomb_of_brackets_is_refused() {
        let (node, faults) = tree(&format!("a: {}", "[".repeat(5000)));
        assert_eq!(faults, ["yaml"]);
        assert!(node.is_some());
        let (node, faults) = tree(&format!("a: {}{}", "[".repeat(300), "]".repeat(300)));
        assert_eq!(faults, ["yaml"]);
        assert!(node.is_none());
        let (node, faults) = tree(&format!("a: {}{}", "[".repeat(100), "]".repeat(100)));
        assert_eq!(faults, ["yaml-profondeur"]);
        assert!(node.is_none());
    }
}
