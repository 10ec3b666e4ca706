//! What git leaves in a file that two people changed: neither text is the right one.

use std::ops::Range;

use pulldown_cmark::{Event, Parser, Tag};

use super::signs::{Kind, Sign};
use crate::markdown::Report;

/// Reports the conflicts of a body. One that has any is not read further: all else that could be
/// said of it comes from there.
pub(crate) fn report(body: &str, signs: &[Sign], report: &Report) -> bool {
    let mut code = None;
    let mut found = false;
    let mut until = 0;
    for sign in signs.iter().filter(|sign| sign.kind == Kind::Conflict).take_while(|_| !report.is_full()) {
        if sign.range.start < until {
            continue;
        }
        let Some(line) = marker(body, &sign.range) else { continue };
        let code = code.get_or_insert_with(|| code_of(body));
        let next = code.partition_point(|block| block.end <= line.start);
        if code.get(next).is_some_and(|block| block.start <= line.start) {
            continue;
        }
        found = true;
        until = end_of_conflict(body, &line);
        report.error(
            line,
            "conflit-git",
            "deux versions de ce passage se contredisent : git n’a pas su choisir",
            "gardez le bon texte et retirez les lignes « <<<<<<< », « ======= » et « >>>>>>> »",
        );
    }
    found
}

/// The line that a marker makes: seven signs at its start, then a name or nothing.
fn marker(body: &str, sign: &Range<usize>) -> Option<Range<usize>> {
    let bytes = body.as_bytes();
    let at_start = sign.start == 0 || bytes[sign.start - 1] == b'\n';
    if !at_start || !bytes.get(sign.end).is_none_or(|byte| matches!(byte, b' ' | b'\n' | b'\r')) {
        return None;
    }
    let rest = &body[sign.end..];
    let length = rest.find(['\n', '\r']).unwrap_or(rest.len());
    let named = rest.starts_with(' ') && length > 1;
    (named || length == 0).then(|| sign.start..sign.end + length)
}

/// The end of the conflict that starts at `line`, so that it is said once.
fn end_of_conflict(body: &str, line: &Range<usize>) -> usize {
    const END: &str = "\n>>>>>>>";
    if body[line.clone()].starts_with('>') {
        return line.end;
    }
    let rest = &body[line.end..];
    rest.find(END).map_or(body.len(), |end| line.end + end + END.len())
}

/// The blocks of code of a body, which may well show a conflict.
fn code_of(body: &str) -> Vec<Range<usize>> {
    let blocks = Parser::new(body).into_offset_iter();
    blocks.filter(|(event, _)| matches!(event, Event::Start(Tag::CodeBlock(_)))).map(|(_, range)| range).collect()
}
