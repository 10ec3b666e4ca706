//! What is wrong with the content, said in French to the person who wrote it.
//!
//! Every stage of a build adds to one [`Diagnostics`]; the build stops at the end of a stage,
//! never at the first fault. A diagnostic is complete when it is made: it keeps its own
//! excerpt, so that it can be shown after the file is gone. Nothing here decides what is a
//! fault: the stages do.

use std::cell::RefCell;
use std::fmt;
use std::sync::Arc;

use serde::Serialize;

/// How much a diagnostic weighs: an error keeps the site from being written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Severity {
    /// The site is not written.
    #[serde(rename = "erreur")]
    Error,
    /// The site is written all the same.
    #[serde(rename = "avertissement")]
    Warning,
}

/// Where a fault stands, with the line as its author sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// The path as the user would type it, `content/aide.md`.
    pub file: Arc<str>,
    /// Line in the file, from 1, front matter included.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// How many characters are at fault on that line, at least 1.
    pub width: usize,
    /// The text of the line; of a very long one, what stands around the fault.
    pub excerpt: String,
    /// How many characters of the line stand before the excerpt.
    pub skipped: usize,
}

/// One fault or warning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Its weight.
    pub severity: Severity,
    /// A stable short name, `cle-inconnue`.
    pub code: &'static str,
    /// What is wrong, in French, without a full stop.
    pub message: String,
    /// The way out, in French.
    pub help: Option<String>,
    /// Where; `None` when a whole file or folder is concerned and has no line to show.
    pub location: Option<Box<Location>>,
}

impl Diagnostic {
    /// An error without a place, for what concerns a whole folder.
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self { severity: Severity::Error, code, message: message.into(), help: None, location: None }
    }

    /// The same diagnostic with a way out.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same diagnostic, as a warning.
    #[must_use]
    pub fn warning(mut self) -> Self {
        self.severity = Severity::Warning;
        self
    }

    fn sort_key(&self) -> (&str, usize, usize, &str) {
        match &self.location {
            Some(place) => (&place.file, place.line, place.column, self.code),
            None => ("", 0, 0, self.code),
        }
    }
}

/// The text form that a terminal shows: `erreur : …`, `--> file:line:column`, excerpt, way out.
impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let label = match self.severity {
            Severity::Error => "erreur",
            Severity::Warning => "avertissement",
        };
        writeln!(f, "{label} : {} [{}]", self.message, self.code)?;
        if let Some(place) = &self.location {
            writeln!(f, "  --> {}:{}:{}", place.file, place.line, place.column)?;
            if !place.excerpt.trim().is_empty() {
                let shown: String = place.excerpt.chars().map(visible).collect();
                let column = place.column - place.skipped;
                let number = place.line.to_string();
                let gutter = " ".repeat(number.len());
                let width = place.width.min(shown.chars().count() + 1 - column.min(shown.chars().count())).max(1);
                writeln!(f, "{gutter} |")?;
                writeln!(f, "{number} | {shown}")?;
                writeln!(
                    f,
                    "{gutter} | {}{}",
                    " ".repeat(shown.chars().take(column - 1).map(cells).sum()),
                    "^".repeat(width)
                )?;
            }
        }
        if let Some(help) = &self.help {
            writeln!(f, "  aide : {help}")?;
        }
        Ok(())
    }
}

/// A sign of an excerpt as a terminal may show it: none that would move what stands around it.
fn visible(c: char) -> char {
    match c {
        '\t' => ' ',
        '\u{ad}'
        | '\u{200b}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}'
        | '\u{feff}' => '·',
        c if c.is_control() => '·',
        c => c,
    }
}

/// How many cells of a terminal a sign takes: none for what is drawn over the one before, two for
/// most emoji and for the scripts of East Asia.
fn cells(c: char) -> usize {
    match c {
        '\u{300}'..='\u{36f}' | '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' => 0,
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff00}'..='\u{ff60}'
        | '\u{1f300}'..='\u{1f64f}'
        | '\u{1f680}'..='\u{1f6ff}'
        | '\u{1f900}'..='\u{1faff}' => 2,
        _ => 1,
    }
}

/// What `check --format json` prints of one diagnostic. `file` is empty and `line` and `column`
/// are 0 when no file is concerned.
#[derive(Serialize)]
struct JsonDiagnostic<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    severity: Severity,
    code: &'a str,
    message: &'a str,
    help: Option<&'a str>,
}

impl Serialize for Diagnostic {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let place = self.location.as_ref();
        JsonDiagnostic {
            file: place.map_or("", |place| &place.file),
            line: place.map_or(0, |place| place.line),
            column: place.map_or(0, |place| place.column),
            severity: self.severity,
            code: self.code,
            message: &self.message,
            help: self.help.as_deref(),
        }
        .serialize(serializer)
    }
}

/// The collection that travels through the stages of a build.
///
/// It can be added to through a shared reference, because several readers of one file report
/// into it at the same time. It is `Send` but not `Sync`: stages that run in parallel fill one
/// each and [`merge`](Self::merge) them.
#[derive(Debug, Default)]
pub struct Diagnostics(RefCell<Vec<Diagnostic>>);

impl Diagnostics {
    /// An empty collection.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one diagnostic.
    pub fn add(&self, diagnostic: Diagnostic) {
        self.0.borrow_mut().push(diagnostic);
    }

    /// Adds all diagnostics of another collection.
    pub fn merge(&self, other: Diagnostics) {
        self.0.borrow_mut().append(&mut other.0.into_inner());
    }

    /// How many diagnostics there are.
    pub fn len(&self) -> usize {
        self.0.borrow().len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many errors there are; none means that the site may be written.
    pub fn error_count(&self) -> usize {
        self.0.borrow().iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count()
    }

    /// The diagnostics by file, then by place.
    pub fn into_sorted(self) -> Vec<Diagnostic> {
        let mut all = self.0.into_inner();
        all.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
        all.dedup();
        all
    }
}

/// The known name nearest to `written`, when it is near enough to be a slip of the hand.
pub fn nearest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let written = crate::slug::fold(written);
    let letters = letters_of(&written);
    let distance_to = |name: &str| {
        let folded = crate::slug::fold(name);
        let allowed = (name.chars().count() / 3).max(1);
        // Most of many names are ruled out by their length or their letters, which costs far less
        // than counting the slips.
        let is_far = folded.len().abs_diff(written.len()) > 4 * allowed
            || (letters_of(&folded) ^ letters).count_ones() as usize > 2 * allowed;
        let distance = (!is_far).then(|| strsim::damerau_levenshtein(&written, &folded))?;
        (distance <= allowed).then_some(distance)
    };
    known
        .into_iter()
        .filter_map(|name| distance_to(name).map(|distance| (distance, name)))
        // Of two that are as near, always the same one.
        .min_by_key(|(distance, name)| (*distance, *name))
        .map(|(_, name)| name)
}

/// Which letters a folded name holds: a slip changes two of them at most when all are of ASCII.
fn letters_of(folded: &str) -> u64 {
    folded.chars().fold(0, |letters, c| letters | 1 << (u32::from(c) % 64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fault_is_underlined_where_a_terminal_shows_it() {
        let source = crate::source::SourceFile::new("a.md", "e\u{301} 🙂 \u{1b}[31m\u{202e}x FAUTE\n");
        let at = source.text.find("FAUTE").unwrap();
        let shown = source.error(at..at + 5, "essai", "un essai").to_string();
        let lines: Vec<&str> = shown.lines().collect();
        assert_eq!(lines[1], "  --> a.md:1:14");
        assert_eq!(lines[3], "1 | e\u{301} 🙂 ·[31m·x FAUTE");
        assert_eq!(lines[4], "  |              ^^^^^");
    }

    #[test]
    fn only_a_near_name_is_suggested() {
        assert_eq!(nearest("tittre", ["titre", "resume"]), Some("titre"));
        assert_eq!(nearest("résumé", ["titre", "resume"]), Some("resume"));
        assert_eq!(nearest("bananes", ["titre", "resume"]), None);
    }
}
