//! How a terminal shows a diagnostic: `erreur : …`, `--> file:line:column`, the line with its place
//! underlined, the way out.
//!
//! Columns count characters, as editors do; the underline goes by what a terminal draws. No sign of
//! a text commands the terminal, or turns its lines round.

use std::borrow::Cow;
use std::fmt;

use unicode_normalization::char::is_combining_mark;

use super::{Diagnostic, Location, Severity};

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let label = match self.severity {
            Severity::Error => "erreur",
            Severity::Warning => "avertissement",
        };
        writeln!(f, "{label} : {} [{}]", harmless(&self.message), self.code)?;
        if let Some(place) = &self.location {
            writeln!(f, "  --> {}:{}:{}", harmless(&place.file), place.line, place.column)?;
            if !place.excerpt.trim().is_empty() {
                write_excerpt(f, place)?;
            }
        }
        if let Some(help) = &self.help {
            writeln!(f, "  aide : {}", harmless(help))?;
        }
        Ok(())
    }
}

fn write_excerpt(f: &mut fmt::Formatter<'_>, place: &Location) -> fmt::Result {
    let excerpt = place.excerpt.replace('\t', " ");
    let shown = harmless(&excerpt);
    let column = place.column - place.skipped;
    let number = place.line.to_string();
    let gutter = " ".repeat(number.len());
    let before: usize = shown.chars().take(column - 1).map(drawn_width).sum();
    let under: usize = shown.chars().skip(column - 1).take(place.width).map(drawn_width).sum();
    writeln!(f, "{gutter} |")?;
    writeln!(f, "{number} | {shown}")?;
    writeln!(f, "{gutter} | {}{}", " ".repeat(before), "^".repeat(under.max(1)))
}

/// The text without what a terminal would obey, or not show: each such sign is a dot.
fn harmless(text: &str) -> Cow<'_, str> {
    let unseen = |c: char| (c.is_control() && c != '\n') || moves_what_is_around(c);
    if text.contains(unseen) { text.replace(unseen, "·").into() } else { text.into() }
}

/// Whether a sign is not seen, or changes the direction of what follows.
fn moves_what_is_around(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{61c}'
            | '\u{200b}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}'
            | '\u{feff}'
    )
}

/// How many columns of a terminal a character takes.
fn drawn_width(c: char) -> usize {
    if c.is_ascii() {
        return 1;
    }
    if is_combining_mark(c) || matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}') {
        return 0;
    }
    let wide = matches!(c,
        '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}' | '\u{ff01}'..='\u{ff60}' | '\u{ffe0}'..='\u{ffe6}' | '\u{1f300}'..='\u{1f64f}'
        | '\u{1f680}'..='\u{1f6ff}' | '\u{1f900}'..='\u{1f9ff}' | '\u{20000}'..='\u{3fffd}');
    if wide { 2 } else { 1 }
}

#[cfg(test)]
mod tests {
    use crate::source::SourceFile;

    /// The last two lines of the excerpt of the fault `FAUTE`.
    fn excerpt(line: &str) -> (usize, String, String) {
        let source = SourceFile::new("a.md", line);
        let at = line.find("FAUTE").unwrap();
        let fault = source.error(at..at + 5, "essai", "essai");
        let text = fault.to_string();
        let mut lines = text.lines().skip(3).map(str::to_owned);
        (fault.location.unwrap().column, lines.next().unwrap(), lines.next().unwrap())
    }

    #[test]
    fn the_underline_stands_below_its_place_whatever_comes_before() {
        for (before, column, spaces) in
            [("é", 2, 1), ("e\u{301}", 3, 1), ("😀", 2, 2), ("\t", 2, 1), ("漢字", 3, 4), ("«\u{a0}", 3, 2)]
        {
            let (found, shown, under) = excerpt(&format!("{before}FAUTE"));
            assert_eq!((found, under), (column, format!("  | {}^^^^^", " ".repeat(spaces))), "{shown}");
        }
    }

    #[test]
    fn no_text_commands_a_terminal() {
        let (_, shown, under) = excerpt("\u{1b}[31m\u{202e}FAUTE");
        assert_eq!((shown.as_str(), under.as_str()), ("1 | ·[31m·FAUTE", "  |       ^^^^^"));
    }
}
