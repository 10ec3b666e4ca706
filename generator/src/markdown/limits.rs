//! What is too much for a body. The parser's work on a line grows with the blocks that are open
//! there, and what it keeps grows with the signs of a line, so a file made to hurt could take hours
//! or all memory: it is refused before it is parsed.

use super::report::Report;
use crate::lines::lines;

/// Lists in quotes in lists: no text needs more.
const MAX_BLOCKS: usize = 64;

/// Elements within elements, blocks and inline together: deeper ones lose their tags.
pub(super) const MAX_DEPTH: usize = 100;

/// Nobody finds anything in a page that has more.
pub(super) const MAX_HEADINGS: usize = 5_000;

/// Some 170,000 words, which nobody reads as one page. What the parser keeps of a sign weighs up to a
/// hundred times as much as the sign: five million bytes of links that lead nowhere took 500 MB.
const MAX_BODY_BYTES: usize = 1_000_000;

/// Reports a whole page of HTML, which each of its tags would tell again.
pub(super) fn is_html_page(body: &str, report: &Report) -> bool {
    const STARTS: [&str; 2] = ["<!doctype html", "<html"];
    let start = body.trim_start();
    let found = |sign: &&str| start.get(..sign.len()).is_some_and(|found| found.eq_ignore_ascii_case(sign));
    let Some(sign) = STARTS.iter().find(|sign| found(sign)) else { return false };
    // A doctype alone has its own words.
    if !start[sign.len()..].contains('<') {
        return false;
    }
    let at = body.len() - start.len();
    report.error(
        at..at + sign.len(),
        "html-page",
        "ce texte est une page HTML entière, et non du Markdown",
        "copiez son texte depuis un navigateur et collez-le ici, à la place des balises",
    );
    true
}

/// Reports the first line that could open too many blocks, or a body that is too long.
pub(super) fn is_unreadable(body: &str, report: &Report) -> bool {
    let mut start = 0;
    for line in lines(body) {
        if blocks_opened(line.as_bytes()) > MAX_BLOCKS {
            report.error(
                start..start + line.trim_end().len().min(MAX_BLOCKS),
                "profondeur",
                "les listes ou les citations sont emboîtées trop profondément ici",
                "trois niveaux suffisent presque toujours : simplifiez ce passage",
            );
            return true;
        }
        start += line.len();
        if start > MAX_BODY_BYTES {
            report.error(
                0..body.floor_char_boundary(MAX_BLOCKS).min(body.find('\n').unwrap_or(body.len())),
                "texte-trop-long",
                "ce texte fait plus d’un million d’octets : personne ne le lirait en une page",
                "coupez-le en plusieurs pages, ou reprenez le fichier depuis une copie saine",
            );
            return true;
        }
    }
    false
}

/// How many blocks a line could stand in: its markers, and two columns of indentation for each
/// list that it continues.
fn blocks_opened(line: &[u8]) -> usize {
    // Most lines are words.
    if !matches!(line.first(), Some(b' ' | b'\t' | b'>' | b'-' | b'*' | b'+' | b'0'..=b'9')) {
        return 0;
    }
    let (mut markers, mut columns, mut at) = (0, 0, 0);
    let mut opened = 0;
    loop {
        let digits = line[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let marker = match line.get(at + digits) {
            Some(b' ') if digits == 0 => {
                columns += 1;
                at += 1;
                continue;
            }
            Some(b'\t') if digits == 0 => {
                columns += 4;
                at += 1;
                continue;
            }
            Some(b'>') if digits == 0 => 1,
            Some(b'-' | b'*' | b'+') if digits == 0 && is_blank(line.get(at + 1)) => 1,
            Some(b'.' | b')') if digits > 0 && is_blank(line.get(at + digits + 1)) => digits + 1,
            _ => return opened,
        };
        markers += 1;
        at += marker;
        opened = markers + columns / 2;
    }
}

fn is_blank(byte: Option<&u8>) -> bool {
    byte.is_none_or(u8::is_ascii_whitespace)
}
