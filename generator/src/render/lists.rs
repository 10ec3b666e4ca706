//! Lists of pages, put where a template wants them once it is rendered.
//!
//! A list of thousands of pages weighs megabytes, and a text is copied at each of its steps through a
//! template. So a template is given a mark that stands for the list: it can ask whether there is one,
//! and say where it goes.

use std::cell::RefCell;

/// Begins and ends a mark. Nothing that HTML may hold; and a mark that somebody made up stands for a list
/// of that same page at most.
const EDGE: u8 = 0;

/// The lists of one file, each by its pieces, in the order in which they were asked for.
#[derive(Default)]
pub(super) struct Lists<'a>(RefCell<Vec<Vec<&'a str>>>);

impl<'a> Lists<'a> {
    /// Takes a list and gives its mark, which is empty when the list is.
    pub fn mark(&self, pieces: Vec<&'a str>) -> String {
        if pieces.is_empty() {
            return String::new();
        }
        let mut lists = self.0.borrow_mut();
        lists.push(pieces);
        let edge = char::from(EDGE);
        format!("{edge}{}{edge}", lists.len() - 1)
    }

    /// What a template made, with each list in the place of its mark.
    pub fn fill(&self, html: Vec<u8>) -> Vec<u8> {
        let lists = self.0.borrow();
        if lists.is_empty() {
            return html;
        }
        let drawn: usize = lists.iter().flatten().map(|piece| piece.len()).sum();
        let mut filled = Vec::with_capacity(html.len() + drawn);
        let mut rest = html.as_slice();
        while let Some(start) = rest.iter().position(|byte| *byte == EDGE) {
            let (before, from) = rest.split_at(start);
            filled.extend_from_slice(before);
            if let Some((pieces, after)) = named(from, &lists) {
                for piece in pieces {
                    filled.extend_from_slice(piece.as_bytes());
                }
                rest = after;
            } else {
                filled.push(EDGE);
                rest = &from[1..];
            }
        }
        filled.extend_from_slice(rest);
        filled
    }
}

/// The list whose mark `html` begins with, and what follows it.
fn named<'l, 'h, 'a>(html: &'h [u8], lists: &'l [Vec<&'a str>]) -> Option<(&'l [&'a str], &'h [u8])> {
    let inside = &html[1..];
    let end = inside.iter().position(|byte| *byte == EDGE)?;
    let at: usize = std::str::from_utf8(&inside[..end]).ok()?.parse().ok()?;
    Some((lists.get(at)?, &inside[end + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_list_stands_where_its_mark_stood() {
        let lists = Lists::default();
        let (first, none, second) = (lists.mark(vec!["é", "b"]), lists.mark(Vec::new()), lists.mark(vec!["c"]));
        assert_eq!(none, "", "a template asks whether there is a list");
        let html = format!("<ul>{second}</ul>{first}<p>{first}");
        assert_eq!(lists.fill(html.into()), "<ul>c</ul>éb<p>éb".as_bytes());
        assert_eq!(lists.fill("sans".into()), b"sans");
    }

    #[test]
    fn what_is_no_mark_stays_as_it_is() {
        let lists = Lists::default();
        lists.mark(vec!["a"]);
        for html in ["\0", "\x001\0", "\0x\0", "\0\0", "a\0b\x007", "\0-1\0", "\x0099999999999999999999\0"] {
            assert_eq!(lists.fill(html.into()), html.as_bytes());
        }
        assert_eq!(lists.fill("\0x\x000\0".into()), b"\0xa");
    }
}
