//! Tables: each in a region that scrolls, named after its header, with header cells that say so.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::ops::Range;

use pulldown_cmark::Alignment;

use super::escape::escape_attribute;
use super::report::Report;

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
        return;
    }
    let line = text.lines().next().unwrap_or_default().trim_end();
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

/// Whether a line is that of the dashes below the titles of a table, well or badly written.
fn is_rule(line: &str) -> bool {
    let line = line.trim_start_matches(['>', ' ']);
    line.starts_with('|')
        && line.contains(['-', '–', '—', '_'])
        && line.chars().all(|c| matches!(c, '|' | '-' | '–' | '—' | '_' | ':' | ' ' | '\t' | '\r'))
}
