//! What is too much for a body. The parser's work on a line grows with the blocks that are open
//! there, and what it keeps grows with the signs of a line, so a file made to hurt could take hours
//! or all memory: it is refused before it is parsed.

use super::report::Report;

/// Lists in quotes in lists: no text needs more.
const MAX_BLOCKS: usize = 64;

/// Elements within elements, blocks and inline together: deeper ones lose their tags.
pub(super) const MAX_DEPTH: usize = 100;

/// Nobody finds anything in a page that has more.
pub(super) const MAX_HEADINGS: usize = 5_000;

/// No text has a longer line; what the parser keeps of one grows with its signs.
const MAX_LINE_BYTES: usize = 1_000_000;

/// Reports the first line that is too long, or could open too many blocks.
pub(super) fn is_unreadable(body: &str, report: &Report) -> bool {
    let mut start = 0;
    for line in body.split_inclusive('\n') {
        if line.len() > MAX_LINE_BYTES {
            report.error(
                start..start + line.floor_char_boundary(MAX_BLOCKS),
                "ligne-trop-longue",
                "cette ligne fait plus d’un million d’octets : ce n’est pas du texte",
                "coupez-la en paragraphes, ou reprenez le fichier depuis une copie saine",
            );
            return true;
        }
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
    }
    false
}

/// How many blocks a line could stand in: its markers, and two columns of indentation for each
/// list that it continues.
fn blocks_opened(line: &[u8]) -> usize {
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
