//! French typography for text that readers see: no-break spaces, guillemets, apostrophes.
//!
//! Editors type what their keyboard has; this adds what a French typesetter would. It works on
//! one piece of text at a time and remembers the character before it, because Markdown cuts a
//! sentence in pieces (`l'*équipe* !`). What the author already did right stays, and a second
//! pass changes nothing. It never touches a URL, and callers never give it code or attributes.
//! The only no-break space it writes is U+00A0: the font has no U+202F.

mod numbers;
mod quotes;

use crate::scan;

/// The no-break space.
const NBSP: &str = "\u{a0}";

/// The narrow one.
const NARROW: char = '\u{202f}';

/// Adds the French typography of a whole text to `out`.
pub fn french(text: &str, out: &mut String) {
    Typographer::default().write::<false>(text, After::End, out);
}

/// The French typography of a whole text, for titles and front matter.
pub fn french_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 32);
    french(text, &mut out);
    out
}

/// What follows a piece of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum After {
    /// The sentence ends: end of a paragraph, a cell, a title.
    End,
    /// The sentence goes on in another piece: emphasis, a link, code.
    More,
}

/// The memory between the pieces of one paragraph.
#[derive(Clone, Debug, Default)]
pub struct Typographer {
    /// The last character written; `'\0'` at the start of a paragraph.
    last: char,
    /// How many « are open.
    open_guillemets: u32,
}

impl Typographer {
    /// Forgets the paragraph: the next piece starts a new one.
    pub fn restart(&mut self) {
        *self = Self::default();
    }

    /// Says that something that is no text was written: code, an image.
    pub fn skip_object(&mut self) {
        self.last = OBJECT;
    }

    /// Adds one piece of text to `out`, with `<`, `>` and `&` escaped when `HTML` is set.
    pub fn write<const HTML: bool>(&mut self, text: &str, after: After, out: &mut String) {
        let mut pass = Pass::<HTML> {
            text,
            bytes: text.as_bytes(),
            has_narrow: false,
            done: 0,
            last: self.last,
            after,
            quotes: None,
            open_guillemets: self.open_guillemets,
            english_end: None,
            url_end: 0,
            out,
        };
        pass.run();
        self.open_guillemets = pass.open_guillemets;
        self.last = pass.last;
    }
}

/// Stands in the memory for what is not text.
const OBJECT: char = '\u{fffc}';

/// The bytes at which something may have to be done, and a few others.
#[inline]
fn may_be_special(eight: u64) -> u64 {
    // The first bytes of « » ° and of dashes, quotes: 0xc2 and 0xe2.
    scan::ascii_between(eight, b'!', b'?') | scan::equal(eight | scan::all(0x20), 0xe2)
}

/// One piece of text on its way to `out`. All before `done` is written; what lies between
/// `done` and the place looked at is copied as it is, in one go, when a change is due.
struct Pass<'a, const HTML: bool> {
    text: &'a str,
    bytes: &'a [u8],
    /// Whether U+202F was met, which is written as U+00A0: the font has no other.
    has_narrow: bool,
    done: usize,
    /// The character before `done`, as written.
    last: char,
    after: After,
    /// Whether the straight quotes of this piece pair up, once known, and how many were met.
    quotes: Option<quotes::Pairs>,
    /// How many « are open.
    open_guillemets: u32,
    /// Where the ” stands that closes a “ which became «.
    english_end: Option<usize>,
    /// Up to where a URL stands.
    url_end: usize,
    out: &'a mut String,
}

impl<const HTML: bool> Pass<'_, HTML> {
    fn run(&mut self) {
        let mut at = 0;
        while let Some(skipped) = scan::first(&self.bytes[at..], may_be_special) {
            at += skipped;
            at = self.at_special(at);
        }
        self.copy_to(self.bytes.len());
    }

    /// Deals with the special byte at `at`; gives the place to go on from.
    fn at_special(&mut self, at: usize) -> usize {
        let byte = self.bytes[at];
        if HTML && matches!(byte, b'<' | b'>' | b'&') {
            let entity = match byte {
                b'<' => "&lt;",
                b'>' => "&gt;",
                _ => "&amp;",
            };
            self.replace(at..at + 1, entity, char::from(byte));
            return at + 1;
        }
        if at < self.url_end {
            return at + 1;
        }
        match byte {
            b'!' | b'?' | b';' | b':' => self.high_punctuation(at),
            b'\'' => self.apostrophe(at),
            b'"' => self.straight_quote(at),
            b'.' => self.dots(at),
            b'-' => self.hyphen(at),
            b'0'..=b'9' => self.number(at),
            0xc2 => match self.bytes.get(at + 1) {
                Some(0xab) => self.opening_guillemet(at),
                Some(0xbb) => self.closing_guillemet(at),
                Some(0xb0 | 0xba) => self.numero(at),
                _ => at + 2,
            },
            0xe2 => match &self.bytes[at + 1..at + 3] {
                [0x80, 0xaf] => {
                    self.has_narrow = true;
                    at + 3
                }
                [0x80, 0x93 | 0x94] => self.dash(at),
                [0x80, 0x9c] => self.english_opening(at),
                [0x80, 0x9d] => self.english_closing(at),
                _ => at + 3,
            },
            _ => at + 1,
        }
    }

    /// `! ? ; :` take a no-break space before them where they end something.
    fn high_punctuation(&mut self, at: usize) -> usize {
        let sign = self.bytes[at];
        if sign == b':' && self.bytes[at + 1..].starts_with(b"//") && self.before(at).is_alphanumeric() {
            self.url_end = at + url_length(&self.text[at..]);
            return at + 1;
        }
        let spaces = self.spaces_before(at);
        let before = self.before(spaces);
        if before == '\0' || before.is_whitespace() || !self.closes(at + 1, sign) || self.smiles(spaces, at) {
            return at + 1;
        }
        if spaces < at {
            if !(sign == b':' && before == ':') {
                self.replace(spaces..at, NBSP, '\u{a0}');
            }
        } else if self.may_attach(at, before, sign) {
            self.replace(at..at, NBSP, '\u{a0}');
        }
        at + 1
    }

    /// Whether what stands at `at`, just after `sign`, lets it be the end of something.
    fn closes(&self, at: usize, sign: u8) -> bool {
        match self.char_at(at) {
            None => true,
            Some(':') => sign != b':',
            Some(next) => {
                next.is_whitespace()
                    || matches!(
                        next,
                        '»' | '«' | '”' | '"' | ')' | ']' | '}' | '’' | '\'' | '!' | '?' | ';' | '.' | ',' | '…'
                    )
            }
        }
    }

    /// Whether the sign is the eyes of `:)` or `;)`, which stands apart and ends no parenthesis.
    fn smiles(&self, spaces: usize, at: usize) -> bool {
        const LONGEST: usize = 200;
        matches!(self.bytes[at], b':' | b';') && self.bytes.get(at + 1) == Some(&b')') && spaces < at && {
            let before = self.bytes[..at].iter().rev().take(LONGEST);
            before.copied().find(|byte| matches!(byte, b'(' | b')')) != Some(b'(')
        }
    }

    /// Whether a no-break space may be put between `before` and the sign stuck to it.
    fn may_attach(&self, at: usize, before: char, sign: u8) -> bool {
        let attaches = before.is_alphanumeric()
            || matches!(before, '»' | ')' | ']' | '}' | '”' | '"' | '’' | '\'' | '.' | '…' | '%' | '€' | '°' | OBJECT);
        attaches
            && match sign {
                b':' => self.colon_may_attach(at),
                // The end of `&nbsp;` in a text that shows it.
                b';' => self.sign_before_word(at) != Some(b'&'),
                _ => true,
            }
    }

    /// « Durée: 20 min », but not `12:`, `:a:`, or a piece that goes on at once.
    fn colon_may_attach(&self, at: usize) -> bool {
        let goes_on = match self.char_at(at + 1) {
            None => self.after == After::More,
            Some(next) => matches!(next, '.' | '…' | ',' | '\'' | '’'),
        };
        !goes_on && self.sign_before_word(at) != Some(b':')
    }

    /// The byte before the word that ends at `at`, unless the word is long or starts with a digit.
    fn sign_before_word(&self, at: usize) -> Option<u8> {
        let is_word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'#');
        let length = self.bytes[..at].iter().rev().take(32).position(|byte| !is_word(*byte))?;
        let starts_with_digit = self.bytes[at - length].is_ascii_digit();
        (!starts_with_digit).then(|| self.bytes[at - length - 1])
    }

    /// A straight apostrophe between letters, or after an elision.
    fn apostrophe(&mut self, at: usize) -> usize {
        let joins = match self.char_at(at + 1) {
            Some(next) if next.is_alphabetic() => self.before(at).is_alphabetic(),
            Some(next) => (next.is_ascii_digit() || matches!(next, '«' | '"' | '“')) && self.ends_with_elision(at),
            None => self.after == After::More && self.ends_with_elision(at),
        };
        if joins {
            self.replace(at..at + 1, "’", '’');
        }
        at + 1
    }

    /// Whether the word before `at` is one that elides: l, d, qu, jusqu…
    fn ends_with_elision(&self, at: usize) -> bool {
        const ELISIONS: [&[u8]; 17] = [
            b"l", b"d", b"j", b"m", b"t", b"s", b"n", b"c", b"qu", b"lorsqu", b"puisqu", b"jusqu", b"quoiqu",
            b"quelqu", b"presqu", b"entr", b"aujourd",
        ];
        let letters = self.bytes[..at].iter().rev().take(8).take_while(|byte| byte.is_ascii_alphabetic()).count();
        let start = at - letters;
        let before = if start > self.done { self.before(start) } else { self.last };
        !before.is_alphabetic() && ELISIONS.iter().any(|word| word.eq_ignore_ascii_case(&self.bytes[start..at]))
    }

    /// Three dots become an ellipsis, and one dot after « etc », which already says it; paths and longer rows stay.
    fn dots(&mut self, at: usize) -> usize {
        let count = self.bytes[at..].iter().take_while(|byte| **byte == b'.').count();
        let in_path = |c: char| matches!(c, '/' | '\\');
        if count == 3 && !in_path(self.before(at)) && !self.char_at(at + 3).is_some_and(in_path) {
            if self.is_et_cetera(at) {
                self.replace(at + 1..at + 3, "", '.');
            } else {
                self.replace(at..at + 3, "…", '…');
            }
        }
        at + count
    }

    /// Whether the word that ends at `at` is « etc ».
    fn is_et_cetera(&self, at: usize) -> bool {
        let Some(rest) = self.text[self.done..at].strip_suffix("etc") else { return false };
        !rest.chars().next_back().unwrap_or(self.last).is_alphanumeric()
    }

    /// A dash at the start of a paragraph is somebody speaking: it stays with the first word.
    fn dash(&mut self, at: usize) -> usize {
        let after = at + 3;
        let end = self.spaces_after(after);
        let speaks = self.before(at) == '\0' && end > after && end < self.bytes.len();
        if speaks && !self.text[after..end].contains('\n') {
            self.replace(after..end, NBSP, '\u{a0}');
            return end;
        }
        after
    }

    /// A hyphen between spaces and words is a dash.
    fn hyphen(&mut self, at: usize) -> usize {
        let spaces = self.spaces_before(at);
        let left = self.before(spaces);
        let stands_alone = (spaces < at || left.is_whitespace())
            && self.char_at(at + 1).is_some_and(|next| matches!(next, ' ' | '\u{a0}' | NARROW));
        if !stands_alone || self.text[spaces..at].contains('\n') {
            return at + 1;
        }
        let is_word = |c: char| c.is_alphanumeric() || c == OBJECT;
        let ends =
            is_word(left) || matches!(left, '»' | ')' | '”' | '"' | '’' | '.' | '!' | '?' | '…' | '%' | '€' | '°');
        let right = self.char_at(self.spaces_after(at + 1));
        let starts = match right {
            Some(right) => is_word(right) || matches!(right, '«' | '(' | '“' | '"'),
            None => self.after == After::More,
        };
        let subtraction = left.is_ascii_digit() && right.is_some_and(|right| right.is_ascii_digit());
        if ends && starts && !subtraction {
            self.replace(at..at + 1, "–", '–');
        }
        at + 1
    }

    /// After « comes one no-break space.
    fn opening_guillemet(&mut self, at: usize) -> usize {
        self.open_guillemets = self.open_guillemets.saturating_add(1);
        let inside = at + 2;
        let end = self.spaces_after(inside);
        let goes_on = end < self.bytes.len() && !breaks_paragraph(&self.text[inside..end]);
        if goes_on || self.after == After::More {
            self.replace(inside..end, NBSP, '\u{a0}');
            return end;
        }
        inside
    }

    /// Before » comes one no-break space.
    fn closing_guillemet(&mut self, at: usize) -> usize {
        self.open_guillemets = self.open_guillemets.saturating_sub(1);
        let spaces = self.spaces_before(at);
        let before = self.before(spaces);
        if before != '\0' && !before.is_whitespace() {
            self.replace(spaces..at, NBSP, '\u{a0}');
        }
        at + 2
    }

    /// `n°5` and `n° 5` take a no-break space.
    fn numero(&mut self, at: usize) -> usize {
        let after = at + 2;
        let starts = at > 0
            && matches!(self.bytes[at - 1], b'n' | b'N')
            && !self.text[..at - 1].chars().next_back().unwrap_or(' ').is_alphanumeric();
        let end = self.spaces_after(after);
        if starts && self.bytes.get(end).is_some_and(u8::is_ascii_digit) && !self.text[after..end].contains('\n') {
            self.replace(after..end, NBSP, '\u{a0}');
            return end;
        }
        after
    }

    /// Writes what lies before `range`, then `by` in its place; `last` is what readers see of it.
    fn replace(&mut self, range: std::ops::Range<usize>, by: &str, last: char) {
        self.copy_to(range.start);
        self.out.push_str(by);
        self.done = range.end;
        self.last = last;
    }

    fn copy_to(&mut self, at: usize) {
        let piece = &self.text[self.done..at];
        if let Some(last) = piece.chars().next_back() {
            let mut rest = piece;
            while let Some(narrow) = self.has_narrow.then(|| narrow_in(rest)).flatten() {
                self.out.push_str(&rest[..narrow]);
                self.out.push_str(NBSP);
                rest = &rest[narrow + NARROW.len_utf8()..];
            }
            self.out.push_str(rest);
            self.last = last;
            self.done = at;
        }
    }

    /// The character before `at`, as readers see it.
    fn before(&self, at: usize) -> char {
        self.text[self.done..at].chars().next_back().unwrap_or(self.last)
    }

    fn char_at(&self, at: usize) -> Option<char> {
        self.text[at..].chars().next()
    }

    /// Where the spaces that end at `at` start: one line break at most counts as a space, and
    /// what is written already is not gone back on.
    fn spaces_before(&self, at: usize) -> usize {
        let piece = &self.text[self.done..at];
        let spaces = piece.len() - piece.trim_end_matches(is_space).len();
        let start = at - spaces;
        if breaks_paragraph(&self.text[start..at]) { at } else { start }
    }

    /// Where the spaces that start at `at` end.
    fn spaces_after(&self, at: usize) -> usize {
        let rest = &self.text[at..];
        at + rest.len() - rest.trim_start_matches(is_space).len()
    }
}

/// Where the first [`NARROW`] of a text stands. Its last byte is rarer than its first, which is that of ’.
fn narrow_in(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    scan::positions(bytes, 0xaf).find(|last| bytes[..*last].ends_with(&[0xe2, 0x80])).map(|last| last - 2)
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\u{a0}' | NARROW | '\u{2009}')
}

/// Whether spaces hold an empty line.
fn breaks_paragraph(spaces: &str) -> bool {
    spaces.bytes().filter(|byte| *byte == b'\n').nth(1).is_some()
}

/// How far a URL goes that starts in `text`.
fn url_length(text: &str) -> usize {
    text.find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '«' | '»' | '"')).unwrap_or(text.len())
}

#[cfg(test)]
mod tests;
