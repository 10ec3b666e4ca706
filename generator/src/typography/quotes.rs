//! Straight double quotes become « guillemets » when every one of a piece clearly opens or closes;
//! “English” ones do when they clearly quote, and stay within « guillemets », where they are French.

use super::{After, NBSP, Pass, breaks_paragraph};

/// The straight quotes of one piece of text.
pub(super) struct Pairs {
    /// Whether each pair is clear; otherwise they all stay.
    clear: bool,
    /// Whether the next one met opens.
    opens: bool,
}

impl<const HTML: bool> Pass<'_, HTML> {
    /// Deals with the straight quote at `at`.
    pub(super) fn straight_quote(&mut self, at: usize) -> usize {
        let last = self.last;
        let (text, after) = (self.text, self.after);
        // Nothing of this piece is a quote before the first, so the scan may start here.
        let start = self.done;
        let pairs = self.quotes.get_or_insert_with(|| Pairs { clear: pair_up(text, start, last, after), opens: true });
        if !pairs.clear {
            return at + 1;
        }
        let opens = pairs.opens;
        pairs.opens = !opens;
        if opens {
            self.open_guillemets = self.open_guillemets.saturating_add(1);
            self.replace(at..at + 1, "«\u{a0}", '\u{a0}');
        } else {
            self.open_guillemets = self.open_guillemets.saturating_sub(1);
            if !self.before(at).is_whitespace() {
                self.replace(at..at, NBSP, '\u{a0}');
            }
            self.replace(at..at + 1, "»", '»');
        }
        at + 1
    }

    /// Deals with the “ at `at`.
    pub(super) fn english_opening(&mut self, at: usize) -> usize {
        let inside = at + QUOTE;
        let end = self.text[inside..].find(['“', '”', '«', '»', '"']).map(|length| inside + length);
        let quotes = self.open_guillemets == 0
            && may_open(self.before(at), self.char_at(inside).as_ref())
            && end.is_some_and(|end| self.is_english_end(inside, end));
        if quotes {
            self.english_end = end;
            self.replace(at..inside, "«\u{a0}", '\u{a0}');
        }
        inside
    }

    /// Whether a ” stands at `end`, and closes what starts at `inside`.
    fn is_english_end(&self, inside: usize, end: usize) -> bool {
        let before = self.text[inside..end].chars().next_back().unwrap_or('\0');
        self.text[end..].starts_with('”')
            && may_close(before, self.char_at(end + QUOTE).as_ref(), self.after)
            && !breaks_paragraph(&self.text[inside..end])
    }

    /// Deals with the ” at `at`.
    pub(super) fn english_closing(&mut self, at: usize) -> usize {
        if self.english_end == Some(at) {
            self.replace(at..at + QUOTE, "\u{a0}»", '»');
        }
        at + QUOTE
    }
}

/// The bytes of “ and of ”.
const QUOTE: usize = "“".len();

/// Whether the quotes from `start` on open and close in turn, beyond doubt.
fn pair_up(text: &str, start: usize, last: char, after: After) -> bool {
    let mut before = last;
    let mut open = false;
    let mut chars = text[start..].chars().peekable();
    while let Some(c) = chars.next() {
        if c == '\n' && chars.peek() == Some(&'\n') && open {
            return false;
        }
        if c == '"' {
            let clear = if open { may_close(before, chars.peek(), after) } else { may_open(before, chars.peek()) };
            if !clear {
                return false;
            }
            open = !open;
        }
        before = c;
    }
    !open
}

fn may_open(before: char, next: Option<&char>) -> bool {
    let free = before == '\0' || before.is_whitespace() || matches!(before, '(' | '[' | '{' | '\'' | '’' | '–' | '—');
    free && next.is_some_and(|next| next.is_alphanumeric() || matches!(next, '(' | '[' | '.' | '…'))
}

fn may_close(before: char, next: Option<&char>, after: After) -> bool {
    let ends = !before.is_whitespace() && !matches!(before, '"' | '(' | '[' | '{' | '«' | '\0');
    ends && match next {
        None => after == After::End,
        Some(next) => {
            next.is_whitespace() || matches!(next, '»' | ')' | ']' | '}' | '!' | '?' | ';' | ':' | '.' | ',' | '…')
        }
    }
}
