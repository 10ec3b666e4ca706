//! A text as the rules read it, and the way back from there to what was typed.
//!
//! Accents fall, every apostrophe, space and hyphen becomes the plain one, runs of spaces become
//! one, what has no width goes. Capitals stay: they tell names. The rules are then written once,
//! in ASCII, whatever keyboard the sender has.

use std::ops::Range;

use unicode_normalization::char::{decompose_compatible, is_combining_mark};

/// A folded text; for each of its bytes, the bytes of the original that it comes from.
pub(super) struct Folded {
    text: String,
    starts: Vec<usize>,
    ends: Vec<usize>,
}

impl Folded {
    pub(super) fn new(original: &str) -> Self {
        let length = original.len();
        let mut folded = Self {
            text: String::with_capacity(length),
            starts: Vec::with_capacity(length),
            ends: Vec::with_capacity(length),
        };
        for (start, c) in original.char_indices() {
            let place = start..start + c.len_utf8();
            if c.is_ascii_graphic() {
                folded.push(c, &place);
            } else {
                folded.push_folded(c, &place);
            }
        }
        folded
    }

    /// The folded text.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Where a range of the folded text, which must not be empty, stands in the original.
    pub(super) fn original(&self, range: &Range<usize>) -> Range<usize> {
        self.starts[range.start]..self.ends[range.end - 1]
    }

    fn push_folded(&mut self, c: char, place: &Range<usize>) {
        match c {
            '\n' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}' => self.push('\n', place),
            '’' | '‘' | '‛' | 'ʼ' | '′' | '´' => self.push('\'', place),
            '\u{2010}'..='\u{2015}' | '−' | '\u{2043}' => self.push('-', place),
            'œ' => self.push_all("oe", place),
            'Œ' => self.push_all("OE", place),
            'æ' => self.push_all("ae", place),
            'Æ' => self.push_all("AE", place),
            c if has_no_width(c) => self.absorb(place),
            c if c.is_whitespace() => self.push_space(place),
            c if c.is_control() => self.push_space(place),
            c => decompose_compatible(c, |part| match part {
                part if is_combining_mark(part) => self.absorb(place),
                part if part.is_whitespace() => self.push_space(place),
                // The slash inside « ½ ».
                '\u{2044}' => self.push('/', place),
                part => self.push(part, place),
            }),
        }
    }

    fn push(&mut self, c: char, place: &Range<usize>) {
        self.text.push(c);
        self.starts.resize(self.text.len(), place.start);
        self.ends.resize(self.text.len(), place.end);
    }

    fn push_all(&mut self, text: &str, place: &Range<usize>) {
        text.chars().for_each(|c| self.push(c, place));
    }

    fn push_space(&mut self, place: &Range<usize>) {
        if self.text.ends_with(' ') {
            self.absorb(place);
        } else {
            self.push(' ', place);
        }
    }

    /// What leaves no character of its own belongs to the one before it.
    fn absorb(&mut self, place: &Range<usize>) {
        let last = self.text.chars().next_back().map_or(0, char::len_utf8);
        let length = self.ends.len();
        for end in &mut self.ends[length - last..] {
            *end = (*end).max(place.end);
        }
    }
}

fn has_no_width(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_spaces_and_apostrophes_become_plain_and_capitals_stay() {
        let folded = Folded::new("L’Élève\u{a0}: « cœur »,\u{202f}\t nº 2\u{200b}2 — ﬁn");
        assert_eq!(folded.text(), "L'Eleve : « coeur », no 22 - fin");
    }

    #[test]
    fn a_place_leads_back_to_the_characters_that_were_typed() {
        let original = "e\u{301}t\u{200b}é 12\u{a0}\u{a0}mars";
        let folded = Folded::new(original);
        assert_eq!(folded.text(), "ete 12 mars");
        assert_eq!(&original[folded.original(&(0..3))], "e\u{301}t\u{200b}é");
        assert_eq!(&original[folded.original(&(0..1))], "e\u{301}");
        assert_eq!(&original[folded.original(&(4..11))], "12\u{a0}\u{a0}mars");
    }
}
