//! What was meant by a text that is no YAML: one mistake after the other is recognised, said, and
//! written over by something of the same length, until the rest can be read.
//!
//! So an editor hears of every mistake at once, also of those further down the page, and each is
//! shown where it stands. A mistake counts only when the parser gets further without it: nothing
//! is said of a line that happens to look odd.

use std::ops::Range;

use super::mistakes::{self, Mistake};
use super::{Fault, Node, Read, Value, read};
use crate::diagnostic::Diagnostics;
use crate::source::SourceFile;

/// How often a text is read again at most; each reading costs its length.
const READINGS: usize = 120;

/// How many bytes are read again at most, for texts that are long.
const BYTES: usize = 4 << 20;

/// How many lines above the parser's complaint are looked at.
const LINES_ABOVE: usize = 12;

/// More mistakes of one text are not told.
const SHOWN: usize = 20;

/// The tree that was meant. `Ok(None)` when mistakes were said and no tree came of it, `Err` when
/// nothing was recognised, and nothing said.
pub(super) fn parse(
    source: &SourceFile,
    range: Range<usize>,
    fault: Fault,
    diagnostics: &Diagnostics,
) -> Result<Option<Node>, ()> {
    if conflicts(source, range.clone(), diagnostics) {
        return Ok(None);
    }
    let text = source.text[range.clone()].to_owned();
    let readings = READINGS.min(BYTES / text.len().max(1));
    let mut mending =
        Mending { source, base: range.start, text, fault, readings, meant: Vec::new(), moved: Vec::new() };
    for said in 0..SHOWN {
        match mending.one() {
            Some((mistake, read)) => {
                diagnostics.add(source.error(mistake.place, mistake.code, mistake.message).help(mistake.help));
                if let Some(read) = read {
                    let mut node = read.report(source, diagnostics);
                    mending.restore(&mut node);
                    return Ok(Some(node));
                }
            }
            None if said == 0 => return Err(()),
            None => {
                diagnostics.add(mending.fault.explain(source));
                return Ok(None);
            }
        }
    }
    Ok(None)
}

/// Reports the marks of a merge that git could not finish; whether there are any.
fn conflicts(source: &SourceFile, range: Range<usize>, diagnostics: &Diagnostics) -> bool {
    const MARK: &str = "<<<<<<<";
    let text = &source.text[range.clone()];
    let marks = text.match_indices(MARK).map(|(at, _)| at).filter(|at| *at == 0 || text[..*at].ends_with('\n'));
    let mut found = false;
    for at in marks.take(SHOWN) {
        found = true;
        let end = at + text[at..].lines().next().unwrap_or_default().len();
        diagnostics.add(conflict(source, range.start + at..range.start + end));
    }
    found
}

/// What is said of a line with which git marks two versions.
pub(crate) fn conflict(source: &SourceFile, line: Range<usize>) -> crate::diagnostic::Diagnostic {
    source
        .error(line, "conflit-git", "deux versions de ce passage se contredisent : git n’a pas su choisir")
        .help("gardez le bon texte et retirez les lignes « <<<<<<< », « ======= » et « >>>>>>> »")
}

/// What a line was meant to say.
struct Meant {
    /// Bytes of the file: the whole line.
    line: Range<usize>,
    /// Bytes of the file: the value as it was written.
    range: Range<usize>,
    value: Value,
}

/// A line that was moved to the left, or to the right when `by` is below zero.
struct Moved {
    /// Bytes of the file: the whole line.
    line: Range<usize>,
    by: isize,
    key: String,
}

impl Moved {
    /// Where a passage that was read on the moved line stands in the file.
    fn in_its_place(&self, read: &Range<usize>) -> Range<usize> {
        let [start, end] = [read.start, read.end].map(|at| at.saturating_add_signed(self.by));
        start..if end <= self.line.end { end } else { read.end.max(start) }
    }
}

struct Mending<'a> {
    source: &'a SourceFile,
    base: usize,
    /// As long as what stands in the file, byte by byte.
    text: String,
    fault: Fault,
    readings: usize,
    meant: Vec<Meant>,
    moved: Vec<Moved>,
}

impl Mending<'_> {
    fn in_file(&self, place: &Range<usize>) -> Range<usize> {
        place.start + self.base..place.end + self.base
    }

    /// As [`in_file`](Self::in_file), of a passage of a line that may have been moved.
    fn in_its_place(&self, place: &Range<usize>) -> Range<usize> {
        let place = self.in_file(place);
        self.moved_at(place.start).map_or_else(|| place.clone(), |moved| moved.in_its_place(&place))
    }

    /// Recognises the next mistake, and reads the text without it; its place is one of the file.
    fn one(&mut self) -> Option<(Mistake, Option<Read>)> {
        // The letters of a line that was moved are not where the file has them.
        let at = self.text.floor_char_boundary(self.fault.range.start.saturating_sub(self.base));
        let mut lines = mistakes::lines_up_from(&self.text, at);
        // A value that goes on below a tab is complained of where it begins.
        let has_tab = |line: &Range<usize>| self.text[line.clone()].starts_with('\t');
        let below = mistakes::line_below(&self.text, at).filter(has_tab);
        if let Some(below) = below.filter(|_| !lines.first().is_some_and(has_tab)) {
            lines.insert(0, below);
        }
        for (above, line) in lines.into_iter().enumerate() {
            for mut mistake in mistakes::of(&self.text, line.clone()) {
                if above > LINES_ABOVE && !mistake.open_ended {
                    continue;
                }
                self.readings = self.readings.checked_sub(1)?;
                let mended = mistake.written_over(&self.text);
                let past_it = |next: &Fault| {
                    let next = next.range.start.saturating_sub(self.base);
                    next > at || (mistake.open_ended && next >= line.end)
                };
                let read = match read(self.source, self.base, &mended) {
                    Ok(read) if matches!(read.node.value, Value::Scalar(_)) => continue,
                    Ok(read) => Some(read),
                    Err(next) if past_it(&next) => {
                        self.fault = next;
                        None
                    }
                    Err(_) => continue,
                };
                self.text = mended;
                if let Some((range, value)) = &mistake.meant {
                    let (line, range) = (self.in_file(&line), self.in_its_place(range));
                    self.meant.push(Meant { line, range, value: value.clone() });
                }
                mistake.place = self.in_its_place(&mistake.place);
                if let Some((key, by)) = &mistake.moved {
                    self.moved.push(Moved { line: self.in_file(&line), by: *by, key: key.clone() });
                }
                return Some((mistake, read));
            }
        }
        None
    }

    /// Puts what was meant where something else was written over it.
    fn restore(&self, node: &mut Node) {
        if let Some(moved) = self.moved_at(node.range.start) {
            node.range = moved.in_its_place(&node.range);
        }
        match &mut node.value {
            Value::Map(entries) => {
                let keys: Vec<String> = entries.iter().map(|entry| entry.key.clone()).collect();
                for entry in entries {
                    if let Some(moved) = self.moved_at(entry.key_range.start) {
                        entry.key_range = moved.in_its_place(&entry.key_range);
                        if !keys.contains(&moved.key) {
                            entry.key.clone_from(&moved.key);
                        }
                    }
                    match self.meant_at(entry.key_range.start) {
                        Some(meant) => entry.value = meant,
                        None => self.restore(&mut entry.value),
                    }
                }
            }
            Value::List(items) => {
                for item in items {
                    match self.meant_at(item.range.start) {
                        Some(meant) if !matches!(item.value, Value::Map(_)) => *item = meant,
                        _ => self.restore(item),
                    }
                }
            }
            Value::Null | Value::Scalar(_) => {}
        }
    }

    fn moved_at(&self, at: usize) -> Option<&Moved> {
        self.moved.iter().find(|moved| moved.line.contains(&at))
    }

    fn meant_at(&self, at: usize) -> Option<Node> {
        let meant = self.meant.iter().find(|meant| meant.line.contains(&at))?;
        let mut value = meant.value.clone();
        if let Value::List(items) = &mut value {
            for item in items {
                item.range = meant.range.clone();
            }
        }
        Some(Node { range: meant.range.clone(), value })
    }
}
