//! What a visitor typed as the body of a page: text, whatever signs are in it.
//!
//! Signs that Markdown would read get a backslash, and only where it would: an editor can still
//! read and mend the file. So does the colon of a first line that would look like one more key of
//! the head. Paragraphs and line ends stay; spaces around a line are nobody's.

use crate::form::clean::clean;
use crate::yaml::USUAL_KEYS;

/// The Markdown that shows `text` as it was typed; empty, or with a line end.
pub fn markdown_of(text: &str) -> String {
    let text = clean(text);
    let mut body = String::with_capacity(text.len() + text.len() / 8);
    let mut paragraph_open = false;
    for line in text.lines().map(str::trim) {
        if line.is_empty() {
            paragraph_open = false;
            continue;
        }
        let sign = start_of_a_block(line).or_else(|| key_of_a_head(line).filter(|_| body.is_empty()));
        // A backslash at the end of a line breaks it there; an empty line starts a paragraph.
        body.push_str(match (body.is_empty(), paragraph_open) {
            (true, _) => "",
            (false, true) => "\\\n",
            (false, false) => "\n\n",
        });
        push_line(line, sign, &mut body);
        paragraph_open = true;
    }
    if !body.is_empty() {
        body.push('\n');
    }
    body
}

/// Writes a line, with a backslash before its byte `sign` as well.
fn push_line(line: &str, sign: Option<usize>, body: &mut String) {
    let mut chars = line.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let escaped = match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '~' | '|' => true,
            // The start of a character reference, and never of « R & D ».
            '&' => chars.peek().is_some_and(|(_, next)| *next == '#' || next.is_ascii_alphanumeric()),
            _ => sign == Some(at),
        };
        if escaped {
            body.push('\\');
        }
        body.push(c);
    }
}

/// The sign at the start of a line that would make a title, a list, a quote, a rule, a table, a definition or a
/// block of it, if there is one.
fn start_of_a_block(line: &str) -> Option<usize> {
    if line.starts_with(['#', '>', '+', '-', '=', ':']) {
        return Some(0);
    }
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    (digits > 0 && line[digits..].starts_with(['.', ')'])).then_some(digits)
}

/// The colon of a first line that would read as one more key of the head.
fn key_of_a_head(line: &str) -> Option<usize> {
    line.find(':').filter(|at| USUAL_KEYS.contains(&&line[..*at]))
}
