//! Lists: the items and the boxes to tick that a slip of the hand, or a copy from a word processor,
//! would lose.

use std::ops::Range;

use super::report::Report;
use crate::lines::lines;

/// Reports `- []` and `- [ ]texte`, which the parser takes for text.
pub(super) fn check_lost_box(body: &str, item: &Range<usize>, report: &Report) {
    let line = body[item.clone()].lines().next().unwrap_or_default();
    let text = line.trim_start().trim_start_matches(|c: char| c.is_ascii_digit());
    let Some(text) = text.get(1..).map(str::trim_start) else { return };
    let Some((inside, after)) = text.strip_prefix('[').and_then(|text| text.split_once(']')) else { return };
    let is_box = inside.trim().is_empty() || inside == "x" || inside == "X";
    let is_task = inside.len() == 1 && (after.is_empty() || after.starts_with(char::is_whitespace));
    let is_link = after.starts_with(['(', '[', ':']);
    if is_box && !is_task && !is_link {
        let start = item.start + line.len() - text.len();
        report.warning(
            start..start + inside.len() + 2,
            "case",
            "cette case à cocher n’en est pas une",
            "écrivez « - [ ] », avec une espace entre les crochets et une autre après",
        );
    }
}

/// Signs that word processors put before the items of a list.
const BULLETS: [char; 11] = ['•', '◦', '‣', '▪', '●', '■', '➢', '➤', '\u{f0b7}', '\u{f0a7}', '\u{f0d8}'];

/// Reports a paragraph whose lines were meant as a list: they would be shown one after the other.
pub(super) fn check_lost(body: &str, paragraph: &Range<usize>, report: &Report) {
    let text = &body[paragraph.clone()];
    let mut first: Option<(Range<usize>, Meant)> = None;
    let mut count = 0;
    let mut at = paragraph.start;
    // Of the box of an item, `check_lost_box` speaks.
    let line_start = memchr::memrchr(b'\n', &body.as_bytes()[..at]).map_or(0, |end| end + 1);
    let in_item = !body[line_start..at].trim_matches([' ', '\t', '>']).is_empty();
    for line in lines(text) {
        let words = line.trim_start_matches([' ', '\t', '>']);
        if let Some(meant) = meant(words).filter(|meant| !(meant.is_box && in_item)) {
            count += 1;
            let start = at + line.len() - words.len();
            first.get_or_insert((start..start + words.trim_end().len(), meant));
        }
        at += line.len();
    }
    let Some((line, meant)) = first.filter(|(_, meant)| meant.is_certain || count > 1) else { return };
    if meant.is_box {
        report.warning(
            line.start..line.start + body[line].find(']').map_or(1, |end| end + 1),
            "case",
            "cette case à cocher n’en est pas une",
            "écrivez « - [ ] », avec une espace après le tiret et une autre après les crochets",
        );
    } else {
        report.warning(
            line,
            "liste-perdue",
            "ces lignes ressemblent à une liste et seront affichées bout à bout",
            format!("commencez chaque élément par {}", meant.help),
        );
    }
}

/// What a line of a paragraph was meant as.
struct Meant {
    /// Whether one line alone says so.
    is_certain: bool,
    is_box: bool,
    help: &'static str,
}

fn meant(line: &str) -> Option<Meant> {
    const DASH: &str = "un tiret simple et une espace : « - texte »";
    const NUMBER: &str = "un numéro, un point et une espace : « 1. texte »";
    let found = |is_certain, is_box, help| Some(Meant { is_certain, is_box, help });
    let first = line.chars().next()?;
    let rest = &line[first.len_utf8()..];
    match first {
        '[' if rest.starts_with("] ") || rest.starts_with(" ] ") => found(true, true, DASH),
        '-' if rest.starts_with("[ ]") || rest.starts_with("[]") => found(true, true, DASH),
        '-' if rest.starts_with(char::is_alphabetic) => found(false, false, DASH),
        '–' | '—' if rest.starts_with([' ', '\u{a0}', '\u{202f}', '\t']) => found(false, false, DASH),
        _ if BULLETS.contains(&first) && !rest.trim().is_empty() => found(true, false, DASH),
        '0'..='9' => {
            let words = line.trim_start_matches(|c: char| c.is_ascii_digit());
            let words = words.strip_prefix(['.', ')', '°'])?;
            let words = words.strip_prefix([' ', '\u{a0}']).filter(|_| line.contains('°')).unwrap_or(words);
            words.starts_with(char::is_uppercase).then(|| found(false, false, NUMBER))?
        }
        _ => None,
    }
}
