//! Straight double quotes become « guillemets » when every one of a piece clearly opens or closes.

use super::{After, NBSP, Pass};

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
            self.replace(at..at + 1, "«\u{a0}", '\u{a0}');
        } else {
            if !self.before(at).is_whitespace() {
                self.replace(at..at, NBSP, '\u{a0}');
            }
            self.replace(at..at + 1, "»", '»');
        }
        at + 1
    }
}

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
