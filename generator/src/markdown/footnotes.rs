//! Notes: numbered in the order of their first call, gathered at the end.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::ops::Range;

use super::fragment::{Fragment, Hole};
use super::report::{Report, quoted};

/// The notes of one body.
#[derive(Default)]
pub(super) struct Notes {
    by_label: HashMap<String, Note>,
    /// How many are called.
    called: usize,
}

#[derive(Default)]
struct Note {
    /// From 1; 0 while nothing calls it.
    number: usize,
    calls: usize,
    definition: Option<(Fragment, Range<usize>)>,
}

impl Notes {
    /// A call of the note `label`.
    pub fn call(&mut self, label: &str) -> Hole {
        let note = self.by_label.entry(label.to_lowercase()).or_default();
        if note.number == 0 {
            self.called += 1;
            note.number = self.called;
        }
        note.calls += 1;
        Hole::NoteCall { number: note.number, nth: note.calls }
    }

    /// The text of the note `label`.
    pub fn define(&mut self, label: &str, text: Fragment, range: Range<usize>, report: &Report) {
        let note = self.by_label.entry(label.to_lowercase()).or_default();
        if note.definition.is_some() {
            report.error(
                range,
                "note-en-double",
                format!("la note « {} » est déjà définie", quoted(label)),
                "donnez-lui un autre nom, ici et là où elle est appelée",
            );
            return;
        }
        note.definition = Some((text, range));
    }

    /// All notes that are called, as one section; reports the others.
    pub fn finish(self, report: &Report) -> Fragment {
        let mut called = Vec::with_capacity(self.called);
        let mut unused = Vec::new();
        for (label, note) in self.by_label {
            match note.definition {
                Some((text, _)) if note.number > 0 => called.push((note.number, note.calls, text)),
                Some((_, range)) => unused.push((range, label)),
                None => {}
            }
        }
        unused.sort_by_key(|(range, _)| range.start);
        for (range, label) in unused {
            let label = quoted(&label);
            report.warning(
                range,
                "note-inutile",
                format!("rien n’appelle la note « {label} » : elle ne sera pas affichée"),
                format!("écrivez [^{label}] là où elle doit être appelée, ou retirez-la"),
            );
        }
        called.sort_by_key(|(number, ..)| *number);
        section(&called)
    }
}

fn section(notes: &[(usize, usize, Fragment)]) -> Fragment {
    let mut section = Fragment::default();
    if notes.is_empty() {
        return section;
    }
    section.html.push_str("<section class=\"notes\" aria-label=\"Notes\">\n<ol>\n");
    for (number, calls, text) in notes {
        let _ = write!(section.html, "<li id=\"note--{number}\">");
        let start = section.mark();
        section.append(text);
        // The way back stands at the end of the last paragraph.
        let in_paragraph = section.html.ends_with("</p>\n");
        if in_paragraph {
            let end = section.html.len() - "</p>\n".len();
            section.html.truncate(end);
            section.html.push(' ');
        } else {
            if !section.is_unchanged_since(start) {
                section.html.push('\n');
            }
            section.html.push_str("<p>");
        }
        write_ways_back(*number, *calls, &mut section.html);
        section.html.push_str("</p>\n</li>\n");
    }
    section.html.push_str("</ol>\n</section>\n");
    section
}

/// Ids hold two hyphens, which no anchor of a heading ever does.
fn call_id(number: usize, nth: usize) -> String {
    if nth == 1 { format!("appel--{number}") } else { format!("appel--{number}-{nth}") }
}

/// Writes the call of a note.
pub(super) fn write_call(number: usize, nth: usize, out: &mut String) {
    let id = call_id(number, nth);
    let _ = write!(
        out,
        "<sup class=\"appel\"><a href=\"#note--{number}\" id=\"{id}\" aria-label=\"Note\u{a0}{number}\">{number}</a></sup>"
    );
}

fn write_ways_back(number: usize, calls: usize, out: &mut String) {
    for nth in 1..=calls {
        let id = call_id(number, nth);
        if calls == 1 {
            let _ = write!(
                out,
                "<a class=\"notes__retour\" href=\"#{id}\" aria-label=\"Retour à l’appel de la note\u{a0}{number}\">Retour</a>"
            );
        } else {
            let separator = if nth == 1 { "" } else { " " };
            let _ = write!(
                out,
                "{separator}<a class=\"notes__retour\" href=\"#{id}\" \
                 aria-label=\"Retour\u{a0}{nth} à l’appel de la note\u{a0}{number}\">Retour\u{a0}{nth}</a>"
            );
        }
    }
}

/// Reports the calls of notes that nothing defines: the parser left them as text. `range` is
/// where that text stands in the body.
pub(super) fn report_undefined(body: &str, range: Range<usize>, report: &Report) {
    let text = &body[range.clone()];
    for (at, _) in text.match_indices("[^") {
        let label = &text[at + 2..];
        let end = label.bytes().take(MAX_LABEL).position(|byte| matches!(byte, b']' | b'[' | b' ' | b'\n' | b'`'));
        // The parser's text starts after the backslash.
        let before = &body[..range.start + at];
        let escaped = before.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1;
        let Some(end) = end.filter(|end| *end > 0 && label.as_bytes()[*end] == b']' && !escaped) else { continue };
        let label = quoted(&label[..end]);
        let start = range.start + at;
        let place = start..start + end + 3;
        if is_apart_from_its_colon(body, &place) {
            report.error(
                place,
                "note-inconnue",
                format!("une espace sépare « [^{label}] » de ses deux-points : la note n’est pas définie"),
                format!("écrivez « [^{label}]: … », les deux-points juste après le crochet"),
            );
            continue;
        }
        // What is wrong is then told where the note is.
        let definition = format!("\n[^{label}]");
        let mut definitions = body.match_indices(&definition).map(|(at, found)| at + 1..at + found.len());
        if report.shows_more("note-inconnue") && definitions.any(|place| is_apart_from_its_colon(body, &place)) {
            continue;
        }
        report.error(
            place,
            "note-inconnue",
            format!("la note « {label} » n’est définie nulle part"),
            format!("ajoutez en bas du texte une ligne « [^{label}]: … », précédée d’une ligne vide"),
        );
    }
}

/// Whether a note at the start of a line is followed by a space, then a colon, as French would have it.
fn is_apart_from_its_colon(body: &str, note: &Range<usize>) -> bool {
    let rest = body[note.end..].trim_start_matches([' ', '\u{a0}', '\u{202f}']);
    let starts_line = note.start == 0 || body[..note.start].ends_with('\n');
    starts_line && rest.starts_with(':') && !body[note.end..].starts_with(':')
}

/// Longer ones, or those with a space, are no labels.
const MAX_LABEL: usize = 200;
