//! Faults of one body, placed in its file, and never so many that a broken file hides the others.

use std::cell::{Cell, RefCell};
use std::ops::Range;

use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::locate::Cursor;
use crate::source::SourceFile;

/// More faults of one kind in one body are counted, not shown.
const SHOWN: usize = 50;

/// A body with more faults is no text: the rest of it is not read.
const MOST: usize = 10_000;

/// Where the faults of one body go.
pub struct Report<'a> {
    source: &'a SourceFile,
    /// Byte of the file at which the body starts.
    base: usize,
    diagnostics: &'a Diagnostics,
    cursor: Cursor,
    kinds: RefCell<Vec<FaultKind>>,
    count: Cell<usize>,
}

/// The faults that share a code.
struct FaultKind {
    code: &'static str,
    severity: Severity,
    count: usize,
    /// The first one that is not shown.
    first_hidden: Range<usize>,
}

impl<'a> Report<'a> {
    /// For the body that starts at byte `base` of a file.
    pub fn new(source: &'a SourceFile, base: usize, diagnostics: &'a Diagnostics) -> Self {
        Self { source, base, diagnostics, cursor: Cursor::default(), kinds: RefCell::default(), count: Cell::new(0) }
    }

    /// An error at the bytes `range` of the body.
    pub fn error(&self, range: Range<usize>, code: &'static str, message: impl Into<String>, help: impl Into<String>) {
        if self.shows(Severity::Error, &range, code) {
            self.add(Severity::Error, range, code, message.into(), help.into());
        }
    }

    /// A warning at the bytes `range` of the body.
    pub fn warning(
        &self,
        range: Range<usize>,
        code: &'static str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        if self.shows(Severity::Warning, &range, code) {
            self.add(Severity::Warning, range, code, message.into(), help.into());
        }
    }

    /// Whether a fault of this kind would still be shown; if not, no help need be looked for.
    pub fn shows_more(&self, code: &str) -> bool {
        self.kinds.borrow().iter().filter(|kind| kind.code == code).all(|kind| kind.count < SHOWN)
    }

    /// Whether there were so many faults that the rest is not worth reading.
    pub fn is_full(&self) -> bool {
        self.count.get() > MOST
    }

    /// Reports a fault after which the rest is not read.
    pub fn give_up(&self, range: Range<usize>, code: &'static str, message: &str, help: &str) {
        if !self.is_full() {
            self.count.set(MOST + 1);
            self.add(Severity::Error, range, code, message.to_owned(), help.to_owned());
        }
    }

    /// Counts a fault, and says whether it is among the first of its kind.
    fn shows(&self, severity: Severity, range: &Range<usize>, code: &'static str) -> bool {
        if self.is_full() {
            return false;
        }
        self.count.set(self.count.get() + 1);
        if self.is_full() {
            self.add(
                Severity::Error,
                range.clone(),
                "trop-de-fautes",
                "il y a plus de 10 000 fautes : la suite du fichier n’est pas lue".to_owned(),
                "corrigez d’abord les premières, ou reprenez le fichier depuis une copie saine".to_owned(),
            );
            return false;
        }
        let mut kinds = self.kinds.borrow_mut();
        let Some(kind) = kinds.iter_mut().find(|kind| kind.code == code && kind.severity == severity) else {
            kinds.push(FaultKind { code, severity, count: 1, first_hidden: 0..0 });
            return true;
        };
        kind.count += 1;
        if kind.count == SHOWN + 1 {
            kind.first_hidden = range.clone();
        }
        kind.count <= SHOWN
    }

    fn add(&self, severity: Severity, range: Range<usize>, code: &'static str, message: String, help: String) {
        let location = self.cursor.locate(self.source, &self.in_file(range));
        self.diagnostics.add(Diagnostic::new(severity, code, message, Some(location)).help(help));
    }

    /// Says how many faults were not shown.
    pub fn finish(&self) {
        for kind in self.kinds.take().into_iter().filter(|kind| kind.count > SHOWN) {
            let message = match kind.count - SHOWN {
                1 => "et une autre fois dans ce fichier".to_owned(),
                hidden => format!("et {hidden} autres fois dans ce fichier"),
            };
            let help = "corrigez d’abord ce qui précède : le reste en vient souvent".to_owned();
            self.add(kind.severity, kind.first_hidden, kind.code, message, help);
        }
    }

    /// A range of the body as one of the file.
    pub fn in_file(&self, range: Range<usize>) -> Range<usize> {
        range.start + self.base..range.end + self.base
    }
}

/// A text of the author as a message quotes it: on one line, cut when it is long.
pub(crate) fn quoted(text: &str) -> String {
    const LONGEST: usize = 60;
    let line = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    let line = line.collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}
