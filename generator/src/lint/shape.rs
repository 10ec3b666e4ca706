//! Blocks that were meant as other blocks: code by accident, a title that is only bold.

use std::ops::Range;

use super::left_in;
use crate::markdown::{Report, quoted};

/// Longer paragraphs in bold are no titles.
const LONGEST_TITLE: usize = 80;

/// Reports a block of code by indentation that reads like prose or like a list.
pub(crate) fn check_indented(body: &str, range: &Range<usize>, report: &Report) {
    let text = &body[range.clone()];
    let line = text.lines().next().unwrap_or_default().trim();
    if !is_prose(line) && !is_item(line) {
        return;
    }
    let at = range.start + text.find(line).unwrap_or_default();
    report.warning(
        at..at + line.len(),
        "code-par-retrait",
        "quatre espaces en début de ligne font de ce texte un bloc de code",
        "retirez ces espaces ; pour un élément de liste, alignez-le avec le texte du précédent ; \
         pour du vrai code, entourez-le de lignes « ``` »",
    );
}

fn is_prose(line: &str) -> bool {
    const OF_CODE: &[char] = &['{', '}', '<', '>', '=', '$', '|', '\\', '_', '/', '`', '#', '@', '+'];
    let words = line.split_whitespace().filter(|word| word.chars().all(|c| !c.is_ascii_digit()));
    let is_word = |word: &&str| word.chars().filter(|c| c.is_alphabetic()).count() > 1;
    let accented = line.chars().any(|c| c.is_alphabetic() && !c.is_ascii());
    let spaced = !line.ends_with(';') && !line.contains("()") && !line.contains(OF_CODE) && !line.contains("--");
    // « Bonjour à tous » is a sentence, be it a short one.
    let is_sentence = line.starts_with(char::is_uppercase)
        && line.split_whitespace().nth(2).is_some()
        && line.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '\u{a0}' | '’' | '\'' | ',' | '.' | '!' | '?'));
    is_sentence || (spaced && words.filter(is_word).count() >= if accented { 3 } else { 5 })
}

fn is_item(line: &str) -> bool {
    let text = match line.split_once(' ') {
        Some(("-" | "*" | "+", text)) => text,
        Some((number, text)) => match number.strip_suffix(['.', ')']) {
            Some(digits) if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) => text,
            _ => return false,
        },
        None => return false,
    };
    // « - name: value » is YAML.
    let yaml = text.split_once(": ").is_some_and(|(key, _)| !key.contains(' ')) || text.ends_with(':');
    !yaml && !text.contains(['{', '}', '=', '$', ';', '<']) && text.chars().filter(|c| c.is_alphabetic()).count() > 2
}

/// Reports a paragraph that is only bold and short: it looks like a title, and is none for whoever
/// goes from title to title by ear. The title before it has the level `level`.
pub(crate) fn check_bold_paragraph(body: &str, range: &Range<usize>, level: u8, report: &Report) {
    let text = body[range.clone()].trim();
    let Some(inside) = bold(text) else { return };
    let ends_sentence = inside.ends_with(['.', '!', '?', '…', ':', ';', ',', ')', '»']);
    let letters = inside.chars().filter(|c| c.is_alphabetic()).count();
    // What waits for its text is told as such.
    let waits = || left_in::find(inside).next().is_some();
    if ends_sentence
        || letters < 3
        || inside.chars().count() > LONGEST_TITLE
        || !has_text_below(&body[range.end..])
        || waits()
    {
        return;
    }
    report.warning(
        range.start..range.start + text.len(),
        "gras-comme-titre",
        "ce paragraphe en gras ressemble à un titre et n’en est pas un",
        format!("écrivez-le « {} {} »", "#".repeat(usize::from(level + 1).min(6)), quoted(inside)),
    );
}

/// What stands in bold, when it is all of the text.
fn bold(text: &str) -> Option<&str> {
    let sign = ["**", "__"].into_iter().find(|sign| text.starts_with(sign))?;
    let inside = text.strip_prefix(sign)?.strip_suffix(sign)?;
    let plain = !inside.is_empty() && !inside.contains(sign) && !inside.contains(['\n', '[', '`', '<', '*']);
    plain.then_some(inside)
}

/// Whether a text follows that the title would be of.
fn has_text_below(rest: &str) -> bool {
    let next = rest.trim_start();
    !next.is_empty() && !next.starts_with(['#', '*', '_', ':', '<']) && !next.starts_with("---")
}
