//! What is wrong with the content, said in French to the person who wrote it.
//!
//! Every stage of a build adds to one [`Diagnostics`]; the build stops at the end of a stage,
//! never at the first fault. A diagnostic is complete when it is made: it keeps its own
//! excerpt, so that it can be shown after the file is gone. Nothing here decides what is a
//! fault: the stages do.

mod shared;
mod text;

use std::cell::RefCell;
use std::sync::Arc;

use serde::Serialize;

use crate::policy::Policy;

pub(crate) use self::shared::told_once;

/// How much a diagnostic weighs: an error keeps the site from being written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Severity {
    /// The site is not written.
    #[serde(rename = "erreur")]
    Error,
    /// The site is written all the same.
    #[serde(rename = "avertissement")]
    Warning,
}

/// Where a fault stands, with the line as its author sees it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
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

/// One fault or warning. A clone shares its texts: what did not change is said again at each build.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Diagnostic {
    /// Its weight.
    pub severity: Severity,
    /// A stable short name, `cle-inconnue`.
    pub code: &'static str,
    /// What is wrong, in French, without a full stop.
    pub message: Arc<str>,
    /// The way out, in French.
    pub help: Option<Arc<str>>,
    /// Where; `None` when a whole file or folder is concerned and has no line to show.
    pub location: Option<Arc<Location>>,
}

impl Diagnostic {
    /// An error without a place, for what concerns a whole folder.
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, message, None)
    }

    /// One at a place, or without any.
    pub(crate) fn new(
        severity: Severity,
        code: &'static str,
        message: impl Into<String>,
        location: Option<Location>,
    ) -> Self {
        Self { severity, code, message: quoted_closely(message), help: None, location: location.map(Arc::new) }
    }

    /// The same diagnostic with a way out.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(quoted_closely(help));
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

/// What `--format json` prints of one diagnostic. `file` is empty and `line` and `column`
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
///
/// What a diagnostic weighs in this build is decided when it enters the collection of the whole
/// build, which alone has a [`Policy`] other than the usual one: what is known of one file never
/// depends on how it will be weighed.
#[derive(Debug, Default)]
pub struct Diagnostics {
    found: RefCell<Vec<Diagnostic>>,
    policy: Policy,
}

impl Diagnostics {
    /// An empty collection.
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty collection for a whole build.
    pub fn weighed_by(policy: Policy) -> Self {
        Self { policy, ..Self::default() }
    }

    /// What a stage gives that runs beside another, with what it reports.
    pub fn of<T>(stage: impl FnOnce(&Self) -> T) -> (T, Self) {
        let found = Self::new();
        (stage(&found), found)
    }

    /// Adds one diagnostic.
    pub fn add(&self, diagnostic: Diagnostic) {
        self.found.borrow_mut().extend(self.policy.weigh(diagnostic));
    }

    /// Adds all diagnostics of another collection.
    pub fn merge(&self, other: Diagnostics) {
        let others = other.found.into_inner();
        self.found.borrow_mut().extend(others.into_iter().filter_map(|diagnostic| self.policy.weigh(diagnostic)));
    }

    /// How many diagnostics there are.
    pub fn len(&self) -> usize {
        self.found.borrow().len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many errors there are; none means that the site may be written.
    pub fn error_count(&self) -> usize {
        self.found.borrow().iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count()
    }

    /// The diagnostics by file, then by place.
    pub fn into_sorted(self) -> Vec<Diagnostic> {
        let mut all = self.found.into_inner();
        all.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
        all.dedup();
        all
    }
}

/// French quotation marks keep to the words between them: no line ends between the two. Here, so that
/// who words a message need not think of it.
fn quoted_closely(text: impl Into<String>) -> Arc<str> {
    let text = text.into();
    if text.contains("« ") || text.contains(" »") {
        text.replace("« ", "«\u{a0}").replace(" »", "\u{a0}»").into()
    } else {
        text.into()
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
    fn the_spaces_of_quotation_marks_break_no_line() {
        let diagnostics = Diagnostics::new();
        diagnostics.add(Diagnostic::error("essai", "« a », « »").help("«\u{a0}b » et «c»"));
        let found = diagnostics.into_sorted().remove(0);
        assert_eq!(&*found.message, "«\u{a0}a\u{a0}», «\u{a0}»");
        assert_eq!(found.help.as_deref(), Some("«\u{a0}b\u{a0}» et «c»"));
    }

    #[test]
    fn only_a_near_name_is_suggested() {
        assert_eq!(nearest("tittre", ["titre", "resume"]), Some("titre"));
        assert_eq!(nearest("résumé", ["titre", "resume"]), Some("resume"));
        assert_eq!(nearest("bananes", ["titre", "resume"]), None);
    }
}
