//! Takes typed values out of a mapping, key by key, and collects every fault.
//!
//! Each kind of content asks for the keys it knows; [`Fields::finish`] then reports the keys
//! that nobody asked for, with the nearest known one. Keys are French; the usual English name
//! of other generators may stand beside it (`"titre|title"`).

mod ways_out;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;

use jiff::civil::{Date, DateTime, Time};

use crate::content::elsewhere;
use crate::dates;
use crate::diagnostic::{Diagnostic, Diagnostics, nearest};
use crate::shape::{Form, Recorder};
use crate::slug::composed;
use crate::source::SourceFile;
use crate::yaml::{self, Entry, Node, Value};

/// A value with its place in the file, for the stages that check it against other files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Bytes of the file.
    pub range: Range<usize>,
}

/// A closed list of words: the French key an editor writes, and the value it stands for.
pub trait Choice: Copy + 'static {
    /// Every key with its value.
    const ALL: &'static [(&'static str, Self)];
}

/// What is read as « oui »; the first is how to write it.
pub(crate) const YES: [&str; 4] = ["oui", "true", "vrai", "yes"];

/// What is read as « non »; the first is how to write it.
pub(crate) const NO: [&str; 4] = ["non", "false", "faux", "no"];

/// The one item of a list that is only described.
static DESCRIBED_ITEM: [Node; 1] = [Node { range: 0..0, value: Value::Null }];

/// The keys of one mapping that are still to be taken.
pub struct Fields<'a> {
    source: &'a SourceFile,
    diagnostics: &'a Diagnostics,
    entries: &'a [Entry],
    taken: Vec<Cell<bool>>,
    known: RefCell<Vec<&'static str>>,
    /// Where the mapping starts: where a missing key is reported.
    range: Range<usize>,
    /// Whether something else stands where a mapping should: then no key is missing.
    not_a_mapping: bool,
    /// Notes what is asked for, when these fields describe instead of reading.
    recorder: Option<Rc<Recorder>>,
}

/// What `take` makes of the keys of a whole file, and whether an error was reported of it: what the file lists may
/// then not be all that was meant.
pub fn of_file<T: Default>(
    source: &SourceFile,
    diagnostics: &Diagnostics,
    take: impl FnOnce(Fields<'_>) -> T,
) -> (T, bool) {
    let (taken, found) = Diagnostics::of(|found| {
        let node = yaml::parse(source, 0..source.text.len(), found);
        node.map(|node| take(Fields::new(source, &node, found))).unwrap_or_default()
    });
    let is_at_fault = found.error_count() > 0;
    diagnostics.merge(found);
    (taken, is_at_fault)
}

impl<'a> Fields<'a> {
    /// The fields of `node`, which must be a mapping; otherwise a fault, and no field.
    pub fn new(source: &'a SourceFile, node: &'a Node, diagnostics: &'a Diagnostics) -> Self {
        let mut not_a_mapping = false;
        let entries: &[Entry] = match &node.value {
            Value::Map(entries) => entries,
            Value::Null => &[],
            _ => {
                not_a_mapping = true;
                diagnostics.add(
                    source
                        .error(node.range.clone(), "type", "il faut ici des lignes « cle: valeur »")
                        .help(ways_out::mapping(node)),
                );
                &[]
            }
        };
        let start = node.range.start;
        Self {
            source,
            diagnostics,
            entries,
            taken: entries.iter().map(|_| Cell::new(false)).collect(),
            known: RefCell::default(),
            range: start..start,
            not_a_mapping,
            recorder: None,
        }
    }

    /// Fields without a file behind them: what is asked of them goes to `recorder`.
    pub(crate) fn describing(source: &'a SourceFile, diagnostics: &'a Diagnostics, recorder: Rc<Recorder>) -> Self {
        Self { recorder: Some(recorder), ..Self::new(source, &DESCRIBED_ITEM[0], diagnostics) }
    }

    /// The fields of an item of the list that was asked for last.
    #[must_use]
    pub fn item(&self, node: &'a Node) -> Self {
        let recorder = self.recorder.as_ref().and_then(|recorder| recorder.item());
        Self { recorder, ..Self::new(self.source, node, self.diagnostics) }
    }

    /// Says what the value of a key looks like, where the code that reads it does so by itself.
    pub(crate) fn describe(&self, names: &'static str, form: impl FnOnce() -> Form) {
        if let Some(recorder) = &self.recorder {
            recorder.note(names, form());
        }
    }

    /// Says that a key must be there, where its absence has a message of its own.
    pub(crate) fn describe_required(&self, names: &'static str) {
        if let Some(recorder) = &self.recorder {
            recorder.require(names);
        }
    }

    /// When these fields describe: calls `take` for each word that `type:` may have.
    pub(crate) fn describe_each<T: Choice>(&self, take: impl Fn(T)) {
        if let Some(recorder) = &self.recorder {
            for (word, value) in T::ALL {
                recorder.with(word, || take(*value));
            }
        }
    }

    /// The file these fields come from.
    pub fn source(&self) -> &'a SourceFile {
        self.source
    }

    /// Where faults go.
    pub fn diagnostics(&self) -> &'a Diagnostics {
        self.diagnostics
    }

    /// Where the mapping starts.
    pub fn range(&self) -> Range<usize> {
        self.range.clone()
    }

    /// Takes the value written under `names` (`"titre|title"`), if there is one and not `null`.
    pub fn node(&self, names: &'static str) -> Option<&'a Node> {
        self.entry(names).map(|entry| &entry.value)
    }

    /// As [`node`](Self::node), with the key and its place.
    pub fn entry(&self, names: &'static str) -> Option<&'a Entry> {
        self.describe(names, || Form::Any);
        let mut found = None;
        for name in names.split('|') {
            self.known.borrow_mut().push(name);
            let Some(at) = self.entries.iter().position(|entry| entry.key == name) else { continue };
            self.taken[at].set(true);
            match found {
                None => found = Some(&self.entries[at]),
                Some(first) => {
                    let first: &Entry = first;
                    self.fault(
                        &self.entries[at].key_range,
                        "cle-en-double",
                        &format!("« {name} » redit la clé « {} »", first.key),
                        "gardez une seule des deux lignes",
                    );
                }
            }
        }
        found.filter(|entry| entry.value.value != Value::Null)
    }

    /// Whether a key that looks like `name` was written: then its absence is a slip, reported
    /// as an unknown key, and not a missing one.
    fn misspelt(&self, name: &'static str) -> bool {
        let meant = |key: &str| nearest(key, [name]).or_else(|| ways_out::other_word(key, &[name])).is_some();
        self.unknown().any(|entry| meant(&entry.key))
    }

    /// A text; an empty one counts as absent.
    pub fn text(&self, names: &'static str) -> Option<String> {
        self.spanned_text(names).map(|text| text.value)
    }

    /// A text with its place.
    pub fn spanned_text(&self, names: &'static str) -> Option<Spanned<String>> {
        self.describe(names, || Form::Text);
        let node = self.node(names)?;
        let text = self.scalar(node, first(names))?;
        let text = text.trim();
        (!text.is_empty()).then(|| Spanned { value: composed(text), range: node.range.clone() })
    }

    /// A text that must be there.
    pub fn required_text(&self, names: &'static str) -> Option<String> {
        let found = self.text(names);
        if found.is_none() {
            self.missing(names);
        }
        found
    }

    /// Reports that a key is absent or empty, unless it was misspelt or already at fault.
    pub fn missing(&self, names: &'static str) {
        self.describe_required(names);
        let name = first(names);
        let written = self.entries.iter().find(|entry| names.split('|').any(|n| n == entry.key));
        let help = if self.range == (0..0) && self.entries.is_empty() {
            format!("commencez le fichier par trois lignes : « --- », « {name}: … », « --- »")
        } else {
            format!("ajoutez une ligne « {name}: … »")
        };
        match written {
            Some(entry) if is_blank(&entry.value) => {
                self.fault(
                    &entry.key_range,
                    "cle-vide",
                    &format!("la clé « {name} » est vide"),
                    "écrivez sa valeur après les deux-points",
                );
            }
            Some(_) => {}
            None if self.misspelt(name) || self.not_a_mapping => {}
            None => self.fault(&self.range, "cle-manquante", &format!("il manque la clé « {name} »"), &help),
        }
    }

    /// `oui` or `non`; `fallback` when nothing is written.
    pub fn boolean(&self, names: &'static str, fallback: bool) -> bool {
        self.describe(names, || Form::YesNo);
        let Some(node) = self.node(names) else { return fallback };
        let Some(text) = self.scalar(node, first(names)) else { return fallback };
        match text.to_lowercase().as_str() {
            word if YES.contains(&word) => true,
            word if NO.contains(&word) => false,
            _ => {
                self.fault(
                    &node.range,
                    ways_out::code(first(names), "type"),
                    &format!("« {} » attend « oui » ou « non »", first(names)),
                    "écrivez oui ou non, sans guillemets",
                );
                fallback
            }
        }
    }

    /// A whole number.
    pub fn integer(&self, names: &'static str) -> Option<i64> {
        self.describe(names, || Form::Integer);
        let node = self.node(names)?;
        let text = self.scalar(node, first(names))?;
        let number = text.replace([' ', '\u{a0}', '\u{202f}'], "").parse().ok();
        if number.is_none() {
            self.fault(
                &node.range,
                "type",
                &format!("« {} » attend un nombre entier", first(names)),
                &ways_out::number(text),
            );
        }
        number
    }

    /// A whole number from 0 that fits in memory sizes.
    pub fn count(&self, names: &'static str) -> Option<usize> {
        self.describe(names, || Form::Count);
        let node = self.node(names)?;
        let number = self.integer(names)?;
        let count = usize::try_from(number).ok();
        if count.is_none() {
            self.fault(
                &node.range,
                "type",
                &format!("« {} » ne peut pas être négatif", first(names)),
                "écrivez un nombre à partir de 0",
            );
        }
        count
    }

    /// An ISO date, `2026-11-22`.
    pub fn date(&self, names: &'static str) -> Option<Date> {
        self.describe(names, || Form::Date);
        self.parsed(names, dates::parse_date)
    }

    /// An ISO date with or without a time, `2026-11-22T14:30`; midnight when there is none.
    pub fn date_time(&self, names: &'static str) -> Option<DateTime> {
        self.describe(names, || Form::DateTime);
        self.parsed(names, dates::parse_date_time)
    }

    /// A time of day, `14h30`.
    pub fn time(&self, names: &'static str) -> Option<Time> {
        self.describe(names, || Form::Time);
        self.parsed(names, dates::parse_time)
    }

    fn parsed<T>(&self, names: &'static str, parse: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        let node = self.node(names)?;
        let text = self.scalar(node, first(names))?;
        match parse(text.trim()) {
            Ok(value) => Some(value),
            Err(help) => {
                self.fault(
                    &node.range,
                    ways_out::code(first(names), "date"),
                    &format!("« {text} » n’est pas une valeur possible pour « {} »", first(names)),
                    &help,
                );
                None
            }
        }
    }

    /// One word of a closed list.
    pub fn choice<T: Choice>(&self, names: &'static str) -> Option<T> {
        self.describe(names, || Form::Choice(words::<T>()));
        let node = self.node(names)?;
        let text = self.scalar(node, first(names))?;
        let found = T::ALL.iter().find(|(word, _)| *word == text.trim()).map(|(_, value)| *value);
        if found.is_none() {
            let words = words::<T>();
            let help = match nearest(text, words.iter().copied()) {
                Some(near) => format!("vouliez-vous dire « {near} » ?"),
                None => format!("les valeurs possibles sont : {}", words.join(", ")),
            };
            self.fault(
                &node.range,
                ways_out::code(first(names), "valeur-inconnue"),
                &format!("« {text} » n’est pas une valeur de « {} »", first(names)),
                &help,
            );
        }
        found
    }

    /// A list of texts; empty when nothing is written. Of a text that should have been a list, the
    /// words between commas.
    pub fn texts(&self, names: &'static str) -> Vec<Spanned<String>> {
        self.describe(names, || Form::Texts);
        let text_of = |text: &str, range: &Range<usize>| {
            let text = text.trim();
            (!text.is_empty()).then(|| Spanned { value: composed(text), range: range.clone() })
        };
        let items = self.nodes(names);
        if let Some(Node { value: Value::Scalar(text), range }) = self.written(names) {
            let items = ways_out::glued_items(self.source, range);
            let items = if items.is_empty() { text.split(',').collect() } else { items };
            return items.into_iter().filter_map(|text| text_of(text, range)).collect();
        }
        items.iter().filter_map(|item| text_of(self.scalar(item, first(names))?, &item.range)).collect()
    }

    /// The items of a list; none when nothing is written.
    pub fn nodes(&self, names: &'static str) -> &'a [Node] {
        self.nodes_or(names, None)
    }

    /// The items of a list of mappings; `way_out` says how to write the text that stands in its place.
    pub fn mappings(&self, names: &'static str, way_out: fn(&str) -> String) -> &'a [Node] {
        self.nodes_or(names, Some(way_out))
    }

    fn nodes_or(&self, names: &'static str, way_out: Option<fn(&str) -> String>) -> &'a [Node] {
        if let Some(recorder) = &self.recorder {
            return if recorder.list(names) { &DESCRIBED_ITEM } else { &[] };
        }
        match self.node(names) {
            None => &[],
            Some(Node { value: Value::List(items), .. }) => items,
            Some(Node { value: Value::Scalar(text), .. }) if text.trim().is_empty() => &[],
            Some(node) => {
                let name = first(names);
                if let Some(item) = ways_out::glued_items(self.source, &node.range).first() {
                    let dash = node.range.start..node.range.start + 1;
                    let help = format!("écrivez « - {item} »");
                    self.fault(&dash, "yaml-espace", "il manque une espace après le tiret", &help);
                    return &[];
                }
                let help = match (way_out, &node.value) {
                    (Some(way_out), Value::Scalar(text)) => way_out(text),
                    _ => ways_out::list(node, name),
                };
                self.fault(&node.range, "type", &format!("« {name} » attend une liste"), &help);
                &[]
            }
        }
    }

    /// The value written under the first of `names`, without taking it.
    fn written(&self, names: &'static str) -> Option<&'a Node> {
        names.split('|').find_map(|name| self.entries.iter().find(|entry| entry.key == name)).map(|entry| &entry.value)
    }

    /// The fields of a mapping written under a key.
    pub fn map(&self, names: &'static str) -> Option<Fields<'a>> {
        if let Some(recorder) = &self.recorder {
            return recorder.map(names).map(|inner| Self::describing(self.source, self.diagnostics, inner));
        }
        self.node(names).map(|node| Fields::new(self.source, node, self.diagnostics))
    }

    /// All keys that are left, taken as a free mapping (`options:`, `documents:`).
    pub fn rest(&self) -> impl Iterator<Item = &'a Entry> {
        if let Some(recorder) = &self.recorder {
            recorder.set_free();
        }
        self.entries.iter().zip(&self.taken).filter(|(_, taken)| !taken.replace(true)).map(|(entry, _)| entry)
    }

    /// The text of a node, or a fault when it is a list or a mapping.
    pub fn scalar(&self, node: &'a Node, name: &str) -> Option<&'a str> {
        match &node.value {
            Value::Scalar(text) => Some(text),
            Value::Null => None,
            Value::List(_) | Value::Map(_) => {
                self.fault(
                    &node.range,
                    ways_out::code(name, "type"),
                    &format!("« {name} » attend un simple texte"),
                    &ways_out::text(self.source, node, name),
                );
                None
            }
        }
    }

    /// Reports every key that nobody took.
    pub fn finish(self) {
        self.report_unknown("cle-inconnue");
    }

    /// Reports every key that nobody took, and gives what they hold.
    pub fn finish_with_extra(self) -> BTreeMap<String, serde_json::Value> {
        self.report_unknown("cle-etrangere");
        elsewhere::extra(self.unknown())
    }

    fn unknown(&self) -> impl Iterator<Item = &'a Entry> {
        self.entries.iter().zip(&self.taken).filter(|(_, taken)| !taken.get()).map(|(entry, _)| entry)
    }

    /// `foreign` is the code of a key that looks like none of ours.
    fn report_unknown(&self, foreign: &'static str) {
        /// More are no slips of the hand; each costs a reading of the file to its place.
        const SHOWN: usize = 50;
        let known = self.known.borrow();
        for entry in self.unknown().take(SHOWN) {
            let (code, help) = match nearest(&entry.key, known.iter().copied()) {
                Some(near) => ("cle-inconnue", format!("vouliez-vous dire « {} » ?", french_name(near))),
                None => (foreign, instead_of(&entry.key, &known, foreign)),
            };
            self.fault(&entry.key_range, code, &format!("la clé « {} » n’existe pas ici", entry.key), &help);
        }
    }

    /// Reports a fault at a place of this file.
    pub fn fault(&self, range: &Range<usize>, code: &'static str, message: &str, help: &str) {
        self.diagnostics.add(self.source.error(range.clone(), code, message).help(help));
    }

    /// Adds a ready diagnostic.
    pub fn add(&self, diagnostic: Diagnostic) {
        self.diagnostics.add(diagnostic);
    }
}

/// What to write instead of a key that looks like none of ours.
fn instead_of(key: &str, known: &[&'static str], foreign: &str) -> String {
    let of_a_page = || (foreign == "cle-etrangere").then(|| elsewhere::way_out(key)).flatten();
    match ways_out::other_word(key, known) {
        Some(ours) => format!("écrivez « {ours} »"),
        None => {
            of_a_page().map_or_else(|| format!("les clés possibles ici sont : {}", french_names(known)), str::to_owned)
        }
    }
}

/// The words of a closed list.
pub(crate) fn words<T: Choice>() -> Vec<&'static str> {
    T::ALL.iter().map(|(word, _)| *word).collect()
}

fn first(names: &'static str) -> &'static str {
    names.split('|').next().unwrap_or(names)
}

fn is_blank(node: &Node) -> bool {
    match &node.value {
        Value::Null => true,
        Value::Scalar(text) => text.trim().is_empty(),
        _ => false,
    }
}

/// The English doubles of our keys, which pages of other generators have.
const DOUBLES: [(&str, &str); 8] = [
    ("title", "titre"),
    ("description", "resume"),
    ("updated", "mis_a_jour"),
    ("tags", "etiquettes"),
    ("draft", "brouillon"),
    ("aliases", "alias"),
    ("weight", "ordre"),
    ("expires", "expire_le"),
];

/// The French key of a double, or the key itself.
fn french_name(name: &str) -> &str {
    DOUBLES.iter().find(|(double, _)| *double == name).map_or(name, |(_, french)| *french)
}

/// The known keys without their English doubles, for a message.
fn french_names(known: &[&'static str]) -> String {
    let is_double = |name: &str| DOUBLES.iter().any(|(double, _)| *double == name);
    let mut names: Vec<_> = known.iter().copied().filter(|name| !is_double(name)).collect();
    names.sort_unstable();
    names.dedup();
    names.join(", ")
}
