//! Where a byte of a file stands, as its author counts: lines and columns, from 1, in characters.
//!
//! Faults come nearly in the order of the text: a [`Cursor`] counts on from the one before, so
//! that a large file with many faults is read once and not once for each.

use std::cell::Cell;
use std::ops::Range;

use crate::diagnostic::Location;
use crate::source::SourceFile;

/// How many characters of a line are kept, so that a file of one line is not kept a hundred times.
const KEPT: usize = 120;

/// The last place that was asked for in one file.
#[derive(Clone, Debug, Default)]
pub struct Cursor(Cell<Place>);

#[derive(Clone, Copy, Debug, Default)]
struct Place {
    at: usize,
    /// Line feeds before `at`.
    lines: usize,
    line_start: usize,
    /// Characters between the start of the line and `at`.
    characters: usize,
}

impl Cursor {
    /// Where the bytes `range` of a file stand. A cursor serves one file.
    pub fn locate(&self, source: &SourceFile, range: &Range<usize>) -> Location {
        if let Some(whole) = source.brought_back(range.end) {
            return Self::default().locate(&whole, range);
        }
        let text = source.text.as_str();
        let start = before_line_end(text, text.floor_char_boundary(range.start));
        let end = text.floor_char_boundary(range.end).max(start);
        let place = self.0.get().moved(text, start);
        self.0.set(place);
        let line_end = text[start..end].find('\n').map_or(end, |at| start + at);
        let (skipped, excerpt) = excerpt(text, &place);
        Location {
            file: source.shown.clone(),
            line: place.lines + 1,
            column: place.characters + 1,
            width: text[start..line_end].trim_end_matches('\r').chars().count().max(1),
            excerpt: excerpt.to_owned(),
            skipped,
        }
    }
}

/// `at`, unless nothing but carriage returns is left of its line: these are not shown, and the end of
/// what is shown is meant.
fn before_line_end(text: &str, at: usize) -> usize {
    let after = text[at..].trim_start_matches('\r');
    if after.is_empty() || after.starts_with('\n') { text[..at].trim_end_matches('\r').len() } else { at }
}

impl Place {
    fn moved(self, text: &str, at: usize) -> Self {
        let between = &text[self.at.min(at)..self.at.max(at)];
        let lines = between.bytes().filter(|byte| *byte == b'\n').count();
        let goes_on = at >= self.at;
        if lines == 0 {
            let moved = between.chars().count();
            let characters = if goes_on { self.characters + moved } else { self.characters - moved };
            return Self { at, characters, ..self };
        }
        let line_start = text[..at].rfind('\n').map_or(0, |feed| feed + 1);
        let lines = if goes_on { self.lines + lines } else { self.lines - lines };
        Self { at, lines, line_start, characters: text[line_start..at].chars().count() }
    }
}

/// The line around a place, and how many of its characters stand before what is given.
fn excerpt<'a>(text: &'a str, place: &Place) -> (usize, &'a str) {
    let line = first(&text[place.line_start..], KEPT + 1);
    let skipped = (place.characters + 1).saturating_sub(KEPT / 2);
    if skipped == 0 || line.chars().count() <= KEPT {
        return (0, first(line, KEPT));
    }
    let back = place.characters - skipped;
    let start = text[..place.at].char_indices().rev().take(back).last().map_or(place.at, |(at, _)| at);
    (skipped, first(&text[start..], KEPT))
}

/// The first characters of a text, up to the end of its line, whose carriage returns are no part of
/// what is shown.
fn first(text: &str, count: usize) -> &str {
    let end = text.char_indices().take(count + 1).enumerate().find(|(nth, (_, c))| *nth == count || *c == '\n');
    let end = end.map_or(text.len(), |(_, (at, _))| at);
    &text[..before_line_end(text, end)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(cursor: &Cursor, source: &SourceFile, range: Range<usize>) -> (usize, usize, usize, String) {
        let found = cursor.locate(source, &range);
        (found.line, found.column, found.width, found.excerpt)
    }

    #[test]
    fn a_cursor_that_goes_back_and_forth_says_what_a_fresh_one_says() {
        let source = SourceFile::new("a.md", "é un\r\n\nl’été 🙂 fin\nà\n");
        let cursor = Cursor::default();
        let places: Vec<usize> = (0..=source.text.len()).filter(|at| source.text.is_char_boundary(*at)).collect();
        for (from, to) in places.iter().flat_map(|from| places.iter().map(move |to| (*from, *to))) {
            cursor.locate(&source, &(from..from));
            let range = to..source.text.len();
            assert_eq!(cursor.locate(&source, &range), Cursor::default().locate(&source, &range), "{from} {to}");
        }
        let at = source.text.find("été").unwrap();
        assert_eq!(place(&cursor, &source, at..at + 5), (3, 3, 3, "l’été 🙂 fin".to_owned()));
        assert_eq!(place(&cursor, &source, 0..7), (1, 1, 4, "é un".to_owned()));
    }

    #[test]
    fn what_lies_among_the_carriage_returns_of_a_line_end_is_placed_before_them() {
        let source = SourceFile::new("a.md", "a\n é\r\r\r\nb\r\n\r\r");
        for (at, expected) in
            [(5, (2, 3)), (6, (2, 3)), (8, (2, 3)), (10, (3, 2)), (11, (3, 2)), (12, (4, 1)), (14, (4, 1))]
        {
            let (line, column, _, excerpt) = place(&Cursor::default(), &source, at..at);
            assert_eq!((line, column), expected, "{at}");
            assert!(!excerpt.contains('\r'));
        }
    }

    #[test]
    fn carriage_returns_within_a_line_hide_nothing_of_what_comes_after() {
        let source = SourceFile::new("a.md", format!("titre{}suite\r\n", "\r".repeat(200)));
        let at = source.text.find("suite").unwrap();
        let found = source.locate(at..at + 5);
        let shown: String = found.excerpt.chars().skip(found.column - 1 - found.skipped).collect();
        assert_eq!((found.line, found.column, shown.as_str()), (1, at + 1, "suite"));
    }

    #[test]
    fn a_long_line_is_kept_around_its_fault_only() {
        let line = format!("a\n{}FAUTE{}\nb", "é".repeat(500), "è".repeat(500));
        let source = SourceFile::new("a.md", line);
        let at = source.text.find("FAUTE").unwrap();
        let found = source.locate(at..at + 5);
        assert_eq!((found.line, found.column, found.width), (2, 501, 5));
        assert_eq!(found.excerpt.chars().count(), KEPT);
        let shown: String = found.excerpt.chars().skip(found.column - 1 - found.skipped).take(5).collect();
        assert_eq!(shown, "FAUTE");
        let start = source.locate(2..4);
        assert_eq!((start.skipped, start.excerpt.chars().count()), (0, KEPT));
    }
}
