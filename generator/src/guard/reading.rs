//! A text ready for the rules: folded, and cut into sentences.
//!
//! What stands near a passage is looked for in its own sentence and at most [`REACH`] bytes away,
//! so that the time taken grows with the text and not with its square.

use std::ops::Range;

use super::fold::Folded;

/// How far, in bytes, a word still says something about another.
const REACH: usize = 110;

/// Abbreviations after which a full stop ends nothing.
const ABBREVIATIONS: [&str; 12] = ["m", "mr", "mme", "mlle", "dr", "pr", "st", "ste", "ch", "chb", "n", "no"];

/// A folded text with its sentences.
pub(super) struct Reading {
    folded: Folded,
    /// Where sentences begin, in rising order, without 0.
    breaks: Vec<usize>,
}

impl Reading {
    pub(super) fn new(original: &str) -> Self {
        let folded = Folded::new(original);
        let text = folded.text();
        let breaks = text
            .bytes()
            .enumerate()
            .filter(|(at, byte)| match byte {
                b'\n' | b'!' | b'?' => true,
                b'.' => ends_sentence(text, *at),
                _ => false,
            })
            .map(|(at, _)| at + 1)
            .collect();
        Self { folded, breaks }
    }

    /// The folded text.
    pub(super) fn text(&self) -> &str {
        self.folded.text()
    }

    /// Where a range stands in the original.
    pub(super) fn original(&self, range: &Range<usize>) -> Range<usize> {
        self.folded.original(range)
    }

    /// The number of the sentence in which `at` stands.
    pub(super) fn sentence(&self, at: usize) -> usize {
        self.breaks.partition_point(|start| *start <= at)
    }

    /// What stands before `range` in its sentence.
    pub(super) fn before(&self, range: &Range<usize>) -> &str {
        &self.text()[self.near_range(range).start..range.start]
    }

    /// What stands after `range` in its sentence.
    pub(super) fn after(&self, range: &Range<usize>) -> &str {
        &self.text()[range.end..self.near_range(range).end]
    }

    /// `range` with what stands around it in its sentence.
    pub(super) fn near(&self, range: &Range<usize>) -> &str {
        &self.text()[self.near_range(range)]
    }

    fn near_range(&self, range: &Range<usize>) -> Range<usize> {
        let text = self.text();
        let (first, last) = (self.sentence(range.start), self.sentence(range.end.saturating_sub(1)));
        let start = if first == 0 { 0 } else { self.breaks[first - 1] };
        let end = self.breaks.get(last).copied().unwrap_or(text.len());
        let start = start.max(text.floor_char_boundary(range.start.saturating_sub(REACH)));
        let end = end.min(text.ceil_char_boundary(range.end.saturating_add(REACH)));
        start.min(range.start)..end.max(range.end)
    }
}

/// Whether the full stop at `at` ends a sentence and not « M. », « J. » or « 12.03 ».
fn ends_sentence(text: &str, at: usize) -> bool {
    let Some(after) = text[at + 1..].strip_prefix(' ') else { return at + 1 == text.len() };
    if after.starts_with(|c: char| c.is_ascii_lowercase()) {
        return false;
    }
    let bytes = text.as_bytes();
    // An abbreviation is short: looking further back would cost time and tell nothing.
    let letters = bytes[..at].iter().rev().take(5).take_while(|byte| byte.is_ascii_alphabetic()).count();
    let word = &text[at - letters..at];
    letters != 1 && !ABBREVIATIONS.iter().any(|known| word.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_ends_at_its_full_stop_and_not_after_a_title() {
        let reading = Reading::new("Merci à M. Petit et J. D. de nuit. La 12 dort ! Oui");
        let of = |word: &str| reading.sentence(reading.text().find(word).unwrap());
        assert_eq!(of("Merci"), of("nuit"));
        assert_eq!(of("nuit") + 1, of("La"));
        assert_eq!(of("La") + 1, of("Oui"));
    }

    #[test]
    fn what_is_near_stays_in_the_sentence_and_within_reach() {
        let far = "é".repeat(400);
        let reading = Reading::new(&format!("Un. {far} mot {far}. Deux"));
        let at = reading.text().find("mot").unwrap();
        let near = reading.near(&(at..at + 3));
        assert!(near.contains("mot") && !near.contains("Un") && !near.contains("Deux"));
        assert!(near.len() <= 3 + 2 * REACH);
    }
}
