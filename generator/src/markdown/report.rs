//! Faults of one body, placed in its file, and never so many that a broken file stops the build.

use std::cell::Cell;
use std::ops::Range;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::SourceFile;

/// More faults of one body are counted, not shown: each costs a reading of the file to its place.
const SHOWN: usize = 100;

/// Where the faults of one body go.
pub(super) struct Report<'a> {
    source: &'a SourceFile,
    /// Byte of the file at which the body starts.
    base: usize,
    diagnostics: &'a Diagnostics,
    count: Cell<usize>,
}

impl<'a> Report<'a> {
    pub fn new(source: &'a SourceFile, base: usize, diagnostics: &'a Diagnostics) -> Self {
        Self { source, base, diagnostics, count: Cell::new(0) }
    }

    /// An error at the bytes `range` of the body.
    pub fn error(&self, range: Range<usize>, code: &'static str, message: impl Into<String>, help: impl Into<String>) {
        self.add(range, code, message, help, |fault| fault);
    }

    /// A warning at the bytes `range` of the body.
    pub fn warning(
        &self,
        range: Range<usize>,
        code: &'static str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.add(range, code, message, help, Diagnostic::warning);
    }

    fn add(
        &self,
        range: Range<usize>,
        code: &'static str,
        message: impl Into<String>,
        help: impl Into<String>,
        weigh: impl Fn(Diagnostic) -> Diagnostic,
    ) {
        self.count.set(self.count.get() + 1);
        if self.count.get() <= SHOWN {
            let fault = self.source.error(self.in_file(range), code, message).help(help);
            self.diagnostics.add(weigh(fault));
        }
    }

    /// Says how many faults were not shown.
    pub fn finish(&self, end_of_body: usize) {
        let hidden = self.count.get().saturating_sub(SHOWN);
        if hidden > 0 {
            let end = self.base + end_of_body;
            self.diagnostics.add(
                self.source
                    .error(
                        end..end,
                        "trop-de-fautes",
                        format!("{hidden} autres fautes dans ce fichier ne sont pas montrées"),
                    )
                    .help("corrigez d’abord les premières : les suivantes en viennent souvent"),
            );
        }
    }

    /// A range of the body as one of the file.
    pub fn in_file(&self, range: Range<usize>) -> Range<usize> {
        range.start + self.base..range.end + self.base
    }
}

/// A text of the author as a message quotes it: on one line, cut when it is long.
pub(super) fn quoted(text: &str) -> String {
    const LONGEST: usize = 60;
    let line = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    let line = line.collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}
