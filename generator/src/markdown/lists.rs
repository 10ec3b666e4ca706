//! Lists: the items and the boxes to tick that a slip of the hand, or a copy from a word processor,
//! would lose.

use std::ops::Range;

use super::report::Report;
use crate::lines::lines;

/// Reports `- []` and `- [ ]texte`, which the parser takes for text.
pub(super) fn check_lost_box(body: &str, item: &Range<usize>, report: &Report) {
    let line = lines(&body[item.clone()]).next().unwrap_or_default().trim_end_matches(['\n', '\r']);
    let text = line.trim_start().trim_start_matches(|c: char| c.is_ascii_digit());
    let Some(text) = text.get(1..).map(str::trim_start) else { return };
    if let Some(sign) = text.chars().next().filter(|first| BOXES.contains(first)) {
        let start = item.start + line.len() - text.len();
        report.warning(
            start..start + sign.len_utf8(),
            "case",
            "cette case à cocher n’en est pas une",
            "écrivez « [ ] » à la place de ce signe, avec une espace après",
        );
        return;
    }
    let Some((inside, after)) = text.strip_prefix('[').and_then(|text| text.split_once(']')) else { return };
    let is_box = matches!(inside.trim(), "" | "x" | "X" | "v" | "V" | "✓" | "✔");
    let is_task =
        matches!(inside, " " | "\t" | "x" | "X") && (after.is_empty() || after.starts_with(char::is_whitespace));
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
const BULLETS: [char; 12] = ['•', '◦', '‣', '▪', '●', '■', '➢', '➤', '⁃', '\u{f0b7}', '\u{f0a7}', '\u{f0d8}'];

/// Signs that hands put before them, which may stand in a text as well.
const MARKS: [char; 14] = ['·', '→', '⇒', '➔', '►', '▶', '✓', '✔', '✅', '❌', '👉', '➡', '▸', '‐'];

/// Boxes that are a sign of their own.
const BOXES: [char; 5] = ['☐', '☑', '☒', '□', '❑'];

/// Reports a paragraph whose lines were meant as a list: they would be shown one after the other. Says
/// whether it is one.
pub(super) fn check_lost(body: &str, paragraph: &Range<usize>, report: &Report) -> bool {
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
    // Whose lines were told to stay apart is shown as it was typed.
    let has_breaks = text.contains("  \n") || text.contains("\\\n");
    let is_lost = |meant: &Meant| !has_breaks && (meant.is_certain || count > 1);
    let Some((line, meant)) = first.filter(|(_, meant)| is_lost(meant)) else { return false };
    if meant.is_box {
        report.warning(
            line.start..line.start + box_length(&body[line]),
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
    true
}

/// How many bytes of a line are the box that it starts with.
fn box_length(line: &str) -> usize {
    match line.chars().next() {
        Some(first) if BOXES.contains(&first) => first.len_utf8(),
        _ => line.find(']').map_or(1, |end| end + 1),
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
    let is_apart = |rest: &str| rest.starts_with([' ', '\u{a0}', '\u{202f}', '\t']);
    match first {
        '[' if rest.starts_with("] ") || rest.starts_with(" ] ") => found(true, true, DASH),
        '-' if rest.starts_with("[ ]") || rest.starts_with("[]") => found(true, true, DASH),
        '-' if rest.starts_with(char::is_alphabetic) => found(false, false, DASH),
        '–' | '—' if is_apart(rest) || rest.starts_with(char::is_alphabetic) => found(false, false, DASH),
        '*' | '+' if rest.starts_with(char::is_alphabetic) && !rest.contains(first) => found(false, false, DASH),
        '=' | '-' if rest.starts_with("> ") => found(false, false, DASH),
        // The bullets of Word's second and third levels.
        'o' | '§' | 'Ø' | 'ü' if rest.starts_with('\t') => found(false, false, DASH),
        _ if BOXES.contains(&first) && !rest.trim().is_empty() => found(false, true, DASH),
        _ if BULLETS.contains(&first) && !rest.trim().is_empty() => found(true, false, DASH),
        _ if MARKS.contains(&first) && is_apart(rest.trim_start_matches('\u{fe0f}')) => found(false, false, DASH),
        '0'..='9' | '(' => {
            let digits = line.strip_prefix('(').unwrap_or(line);
            let words = digits.trim_start_matches(|c: char| c.is_ascii_digit());
            let sign = words.chars().next().filter(|_| words.len() < digits.len())?;
            let words = match (first, sign) {
                (_, '°' | '/') | ('(', ')') => words[sign.len_utf8()..].trim_start_matches([' ', '\u{a0}']),
                (_, '-' | '–') => words[sign.len_utf8()..].strip_prefix(' ')?,
                ('0'..='9', '.' | ')') => &words[1..],
                _ => return None,
            };
            words.starts_with(char::is_uppercase).then(|| found(false, false, NUMBER))?
        }
        'a'..='z' | 'A'..='Z' if rest.starts_with(") ") => found(false, false, NUMBER),
        // « V. Hugo » is no number.
        'I' => {
            let words = line.trim_start_matches(['I', 'V', 'X']);
            words.starts_with([')', '.', '-']).then(|| found(false, false, NUMBER)).filter(|_| is_apart(&words[1..]))?
        }
        _ => None,
    }
}
