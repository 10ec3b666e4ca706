//! Tables: each in a region that scrolls, named after its header, with header cells that say so.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::ops::Range;

use pulldown_cmark::Alignment;

use super::escape::escape_attribute;
use super::report::{Report, quoted};

/// Longest name of a table, in characters of header cells.
const MAX_NAME: usize = 80;

/// The table being written; there is one at a time.
#[derive(Default)]
pub(super) struct Table {
    alignments: Vec<Alignment>,
    column: usize,
    pub in_head: bool,
    /// Whether a row came after the header.
    pub has_rows: bool,
    /// Texts of the header cells.
    header: Vec<String>,
}

impl Table {
    pub fn new(alignments: Vec<Alignment>) -> Self {
        Self { alignments, ..Self::default() }
    }

    pub fn columns(&self) -> usize {
        self.alignments.len()
    }

    pub fn start_row(&mut self) {
        self.column = 0;
    }

    /// The text of a header cell that was read.
    pub fn name_column(&mut self, text: String) {
        self.header.push(text);
    }

    pub fn has_header(&self) -> bool {
        self.header.iter().any(|cell| !cell.trim().is_empty())
    }

    /// The class of the next cell.
    pub fn next_class(&mut self) -> &'static str {
        let alignment = self.alignments.get(self.column).copied().unwrap_or(Alignment::None);
        self.column += 1;
        match alignment {
            Alignment::None | Alignment::Left => "",
            Alignment::Center => " class=\"au-centre\"",
            Alignment::Right => " class=\"a-droite\"",
        }
    }
}

/// Names tables, so that no two regions of a page have the same name.
#[derive(Default)]
pub(super) struct Names(HashMap<String, usize>);

impl Names {
    /// Writes the start of a table, up to its header.
    pub fn write_start(&mut self, table: &Table, out: &mut String) {
        let mut name = "Tableau".to_owned();
        let mut separator = "\u{a0}: ";
        for cell in table.header.iter().map(|cell| cell.trim()).filter(|cell| !cell.is_empty()) {
            if name.len() > MAX_NAME {
                name.push('…');
                break;
            }
            name.push_str(separator);
            name.extend(cell.chars().take(MAX_NAME));
            separator = ", ";
        }
        let count = self.0.entry(name.clone()).or_default();
        *count += 1;
        if *count > 1 {
            let _ = write!(name, " ({count})");
        }
        out.push_str("<section class=\"tableau\" aria-label=\"");
        escape_attribute(&name, out);
        out.push_str("\" tabindex=\"0\">\n<table>\n");
    }
}

/// Reports a row with more cells than the table has columns: nobody would see the last ones.
pub(super) fn check_row(body: &str, row: &Range<usize>, columns: usize, report: &Report) {
    let line = body[row.clone()].trim_end();
    let inside = line.strip_prefix('|').unwrap_or(line);
    let mut cells = 0;
    let mut start = 0;
    let mut extra = None;
    for (at, byte) in inside.bytes().enumerate() {
        if byte == b'|' && !ends_with_backslash(&inside[..at]) {
            cells += 1;
            if cells == columns {
                extra = Some(at + 1);
            }
            start = at + 1;
        }
    }
    let cells = cells + usize::from(!inside[start..].trim().is_empty());
    let Some(extra) = extra.filter(|extra| inside[*extra..].contains(|c: char| c != '|' && !c.is_whitespace())) else {
        return;
    };
    let at = row.start + line.len() - inside.len() + extra;
    report.warning(
        at..row.start + line.len(),
        "tableau-cases",
        format!("cette ligne a {cells} cases et le tableau {columns} colonnes : la fin ne sera pas affichée"),
        "ajoutez une colonne à la première ligne et à celle des tirets, ou écrivez « \\| » pour montrer une barre",
    );
}

fn ends_with_backslash(text: &str) -> bool {
    text.as_bytes().iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 1
}

/// Reports a paragraph that was meant as a table.
pub(super) fn check_lost(body: &str, paragraph: &Range<usize>, report: &Report) {
    let text = &body[paragraph.clone()];
    if !text.starts_with('|') {
        check_without_bars(text, paragraph.start, report);
        return;
    }
    if is_cut(body, paragraph, report) {
        return;
    }
    let line = first_line(text);
    if line.len() <= 2 || !line.ends_with('|') || !text.contains('\n') {
        return;
    }
    let columns = |line: &str| line.matches('|').count().saturating_sub(1);
    let rule = format!("|{}", " --- |".repeat(columns(line).min(20)));
    let second = text.lines().nth(1).unwrap_or_default();
    let start = paragraph.start + text.find('\n').map_or(0, |end| end + 1);
    let (place, message, help) = if is_rule(line) {
        let message = "ce tableau n’a pas de ligne de titres : il ne sera pas affiché comme un tableau";
        let help = format!("ajoutez au-dessus les titres des colonnes : |{}", " Titre |".repeat(columns(line).min(20)));
        (paragraph.start..paragraph.start + line.len(), message, help)
    } else if is_rule(second) {
        let message = if second.is_ascii() {
            "cette ligne n’a pas autant de cases que celle du dessus : le tableau ne sera pas affiché comme un tableau"
        } else {
            "ces tirets ne sont pas simples : le tableau ne sera pas affiché comme un tableau"
        };
        (start..start + second.trim_end().len(), message, format!("écrivez à la place : {rule}"))
    } else {
        let message = "ce tableau ne sera pas affiché comme un tableau";
        (paragraph.start..paragraph.start + line.len(), message, format!("ajoutez sous cette ligne : {rule}"))
    };
    report.warning(place, "tableau", message, help);
}

/// Reports a table in two pieces, where the blank line is that cuts it; whether a paragraph is one.
fn is_cut(body: &str, paragraph: &Range<usize>, report: &Report) -> bool {
    let text = &body[paragraph.clone()];
    let cut = |at: usize| {
        report.warning(
            at..at,
            "tableau",
            "une ligne vide coupe ce tableau : il ne sera pas affiché en entier comme un tableau",
            "retirez les lignes vides entre ses lignes",
        );
        true
    };
    // One row, or a rule, is no table of its own; what is cut from such a one was told there.
    let mut before = body[..paragraph.start].lines().rev();
    if let Some(blank) = before.next().filter(|line| line.trim().is_empty()) {
        let above: Vec<&str> = before.take_while(|line| line.starts_with('|')).collect();
        if above.len() > 1 && is_rule(above[above.len() - 2]) {
            return cut(paragraph.start - 1 - blank.len());
        }
        if above.len() == 1 || (!above.is_empty() && is_rule(first_line(text))) {
            return true;
        }
    }
    let mut after = body[paragraph.end..].lines();
    let is_apart = after.next().is_some_and(|line| line.trim().is_empty());
    let below = after.next().filter(|line| is_apart && line.starts_with('|'));
    below.is_some_and(|below| text.lines().nth(1).is_none() || is_rule(below)) && cut(paragraph.end)
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default().trim_end()
}

/// Reports lines whose cells are apart by a tab, as a spreadsheet copies them, or by a bar, and that
/// nothing makes a table of.
fn check_without_bars(text: &str, start: usize, report: &Report) {
    let Some(found) = memchr::memchr2(b'\t', b'|', text.as_bytes()) else { return };
    let between = if text.as_bytes()[found] == b'\t' { "\t" } else { " | " };
    let mut lines =
        text.trim_end().lines().map(|line| line.trim_start_matches([' ', '>']).trim_end_matches(['\r', ' ']));
    let first = lines.next().unwrap_or_default();
    let columns = first.matches(between).count() + 1;
    let mut rows = lines.filter(|line| !is_rule_without_bars(line)).peekable();
    // Lines that are broken on purpose are shown as they stand.
    if columns == 1
        || text.contains("\\\n")
        || rows.peek().is_none()
        || !rows.all(|row| row.matches(between).count() + 1 == columns)
    {
        return;
    }
    let cells: Vec<&str> = first.split(between).map(str::trim).collect();
    let sign = if between == "\t" { "une tabulation" } else { "une barre" };
    report.warning(
        start..start + first_line(text).len(),
        "tableau",
        format!("ces lignes, dont {sign} sépare les cases, ne seront pas affichées comme un tableau"),
        format!(
            "écrivez « {} », dessous « |{} », puis chaque ligne entre des barres",
            quoted(&format!("| {} |", cells.join(" | "))),
            " --- |".repeat(columns.min(20))
        ),
    );
}

/// Whether a line only draws the rule below the titles of a table.
fn is_rule_without_bars(line: &str) -> bool {
    line.contains('-') && line.bytes().all(|byte| matches!(byte, b'-' | b'|' | b'+' | b' ' | b':'))
}

/// Whether a line is that of the dashes below the titles of a table, well or badly written.
fn is_rule(line: &str) -> bool {
    let line = line.trim_start_matches(['>', ' ']);
    line.starts_with('|')
        && line.contains(['-', '–', '—', '_'])
        && line.chars().all(|c| matches!(c, '|' | '-' | '–' | '—' | '_' | ':' | ' ' | '\t' | '\r'))
}
