//! Literals looked for in a text all at once.

use std::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickKind, Input, MatchKind, Span, packed};

/// Finds any of some literals; of two that begin at the same place, the one that was named first.
pub(super) enum AnyOf {
    /// Many bytes at a time.
    ByVectors(packed::Searcher),
    /// Where the processor has no such vectors.
    ByBytes(AhoCorasick),
}

impl AnyOf {
    /// Made in some ten microseconds, and three kilobytes: a regular expression of the same takes ten times as long,
    /// and much more memory that nobody has touched yet, which a small site feels.
    pub(super) fn new(literals: &[&str]) -> Option<Self> {
        packed::Searcher::new(literals).map(Self::ByVectors).or_else(|| Self::by_bytes(literals))
    }

    fn by_bytes(literals: &[&str]) -> Option<Self> {
        let kind = Some(AhoCorasickKind::ContiguousNFA);
        let built = AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).kind(kind).build(literals);
        built.ok().map(Self::ByBytes)
    }

    /// The bytes of each, in the order of the text; none begins within another.
    pub(super) fn find_iter<'a>(&'a self, text: &'a str) -> impl Iterator<Item = Range<usize>> + 'a {
        let mut at = 0;
        std::iter::from_fn(move || {
            let rest = Span::from(at..text.len());
            let found = match self {
                Self::ByVectors(literals) => literals.find_in(text, rest)?,
                Self::ByBytes(literals) => literals.find(Input::new(text).span(rest))?,
            };
            at = found.end();
            Some(found.range())
        })
    }

    /// Whether there is any.
    pub(super) fn are_in(&self, text: &str) -> bool {
        self.find_iter(text).next().is_some()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SOME: [&str; 7] = ["**", "](", "aab", "aa", "aa*", "\u{200b}", "\u{202a}"];

    proptest! {
        #[test]
        fn what_is_found_does_not_depend_on_the_processor(text in "(aa|b|\\*|\\]|\\(|\u{200b}|\u{202a}|’|é| ){0,60}") {
            let found: Vec<_> = AnyOf::new(&SOME).unwrap().find_iter(&text).collect();
            let by_bytes: Vec<_> = AnyOf::by_bytes(&SOME).unwrap().find_iter(&text).collect();
            let plainly: Vec<_> = regex::Regex::new(&SOME.map(regex::escape).join("|")).unwrap()
                .find_iter(&text).map(|found| found.range()).collect();
            prop_assert_eq!(&found, &by_bytes);
            prop_assert_eq!(&found, &plainly);
        }
    }
}
