//! Lines that start with colons: `:::`, where the blocks of an editor start and end.
//!
//! The parser does not know these, and would take them for words of the paragraph around. Before it
//! reads a body, their three colons become the empty instruction `<?>`: it ends any paragraph, list
//! or table, stands on its line alone, and no byte changes its place. Where it then turns out to be
//! code or text, what was written is put back. In the same way a colon that is stuck to its word is
//! kept from starting a definition: only `: ` does.

use std::borrow::Cow;
use std::ops::Range;

use super::report::Report;

use crate::lines::lines;

/// What an editor writes at the start of the line.
const SIGN: &str = ":::";

/// What the parser reads in its place: as many bytes.
const MARK: &str = "<?>";

/// What it reads in the place of a colon that is stuck to its word.
const STUCK: char = '\u{1}';

/// The body as the parser is to read it.
pub(super) fn marked(body: &str) -> Cow<'_, str> {
    let bytes = body.as_bytes();
    let is_mark = |at: usize| at == 0 || bytes[at - 1] == b'\n' || body[at..].starts_with(SIGN);
    if !memchr::memchr_iter(b':', bytes).any(is_mark) {
        return Cow::Borrowed(body);
    }
    let mut marked = String::with_capacity(body.len());
    for line in lines(body) {
        let text = line.trim_start_matches([' ', '\t', '>']);
        let (indent, rest) = line.split_at(line.len() - text.len());
        marked.push_str(indent);
        if let Some(rest) = rest.strip_prefix(SIGN) {
            marked.push_str(MARK);
            marked.push_str(rest);
        } else if let Some(word) = rest.strip_prefix(':').filter(|word| is_stuck(word)) {
            marked.push(STUCK);
            marked.push_str(word);
        } else {
            marked.push_str(rest);
        }
    }
    Cow::Owned(marked)
}

/// Whether what follows a colon makes of it neither a definition nor the line that draws a table.
fn is_stuck(rest: &str) -> bool {
    !rest.starts_with([' ', '\t', '\r', '\n'])
        && rest.contains(|c| !matches!(c, '-' | ':' | '|' | ' ' | '\t' | '\r' | '\n'))
}

/// Reports a block of code that nothing closes before the end of the body: all that follows is in it.
pub(super) fn check_closed(body: &str, block: &Range<usize>, report: &Report) {
    if !body[block.end..].trim().is_empty() {
        return;
    }
    let mut lines = body[block.clone()].trim_end().lines();
    let opening = lines.next().unwrap_or_default();
    let sign = if opening.starts_with('~') { '~' } else { '`' };
    let is_closing = |line: &str| {
        let line = line.trim_matches([' ', '>', '\t']);
        line.len() >= 3 && line.chars().all(|c| c == sign)
    };
    if lines.next_back().is_some_and(|last| !is_closing(last)) {
        report.warning(
            block.start..block.start + opening.len(),
            "code-non-ferme",
            "ce bloc de code n’est jamais refermé : toute la suite de la page est montrée comme du code",
            format!("ajoutez une ligne « {} » seule, là où il finit", sign.to_string().repeat(3)),
        );
    }
}

/// A piece of text of the parser, with what was `written` at its place.
pub(super) fn restored<'a>(text: &'a str, written: &'a str) -> Cow<'a, str> {
    if text.len() == written.len() {
        // The parser gives most text as it stands, sometimes cut within our mark.
        Cow::Borrowed(written)
    } else if written.contains(':') && text.contains([STUCK, '<']) {
        Cow::Owned(text.replace(MARK, SIGN).replace(STUCK, ":"))
    } else {
        Cow::Borrowed(text)
    }
}

/// What stands after the colons when a line of HTML is a fence: a name and a title, or nothing
/// where a block ends.
pub(super) fn read<'a>(html: &str, written: &'a str) -> Option<&'a str> {
    let written = written.trim();
    let is_fence = html.trim_start().starts_with(MARK) && written.starts_with(SIGN);
    is_fence.then(|| written.trim_matches(|c: char| c == ':' || c.is_whitespace()))
}
