//! Social security and health identity numbers: 13 characters and a key.
//!
//! A NIR is a sex, a year, a month, a department (2A and 2B in Corsica), a commune and an order,
//! then the key: 97 − (number mod 97), where 2A counts as 19 and 2B as 18. The INS is the same
//! number used in care.
//!
//! - Fifteen characters count when the key is right; or, wrong, when they are announced (« n° de
//!   sécu »): a slip of the finger names a person all the same.
//! - Thirteen count when sex, month and department can be.

use std::sync::LazyLock;

use regex::Regex;

use super::finding::FindingKind;
use super::reading::Reading;
use super::rule::{Passage, expression};

const NUMBER: usize = 13;
const WITH_KEY: usize = 15;
/// What the identifiers of health identities begin with: digits enough to be taken for a number.
const OID: &str = "1.2.250.1.213.1.4";
/// More separators than that between two digits, and they are two numbers.
const MAX_SEPARATORS: usize = 3;

static ANNOUNCED: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"\b(?:secu\b|securite sociale|nir\b|n ?[°o] ?(?:de )?ss\b|carte vitale|numero (?:de )?ss\b)[^0-9]{0,40}$",
    )
});
static HEALTH_IDENTITY_BEFORE: LazyLock<Regex> = LazyLock::new(|| {
    expression(r"(?:\bins\b|identite nationale de sante|1\.2\.250\.1\.213\.1\.4\.[0-9]{1,2})[^0-9]{0,40}$")
});
static HEALTH_IDENTITY_AFTER: LazyLock<Regex> =
    LazyLock::new(|| expression(r"^[^0-9]{0,40}(?:1\.2\.250\.1\.213\.1\.4\.[0-9]{1,2}|\(?ins\b)"));

/// Adds the numbers of the text.
pub(super) fn find(reading: &Reading, found: &mut Vec<Passage>) {
    let bytes = reading.text().as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let group = bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let begins = (at == 0 || !bytes[at - 1].is_ascii_alphanumeric()) && !bytes[at..].starts_with(OID.as_bytes());
        let number = if begins { read(bytes, at).and_then(|run| judge(reading, &run)) } else { None };
        at = number.as_ref().map_or(at + group, |passage| passage.range.end);
        found.extend(number);
    }
}

/// A run of digits that may be a number: its characters, and where 13 and 15 of them end.
struct Run {
    start: usize,
    characters: Vec<u8>,
    end_of_number: Option<usize>,
    end_of_key: Option<usize>,
}

/// Reads at most 15 characters, separated or not; `None` when neither 13 nor 15 end a group.
fn read(bytes: &[u8], start: usize) -> Option<Run> {
    let mut run = Run { start, characters: Vec::with_capacity(WITH_KEY), end_of_number: None, end_of_key: None };
    let mut at = start;
    loop {
        while run.characters.len() < WITH_KEY && at < bytes.len() && belongs(&run.characters, bytes[at]) {
            run.characters.push(bytes[at].to_ascii_uppercase());
            at += 1;
        }
        if bytes.get(at).is_some_and(u8::is_ascii_alphanumeric) {
            break;
        }
        match run.characters.len() {
            NUMBER => run.end_of_number = Some(at),
            // What a slash follows is the day of a date, not a key.
            WITH_KEY if bytes.get(at) != Some(&b'/') => run.end_of_key = Some(at),
            _ => {}
        }
        let separators = bytes[at..].iter().take_while(|byte| b" .-_".contains(byte)).count();
        let goes_on = bytes.get(at + separators).is_some_and(|byte| belongs(&run.characters, *byte));
        if run.characters.len() == WITH_KEY || !(1..=MAX_SEPARATORS).contains(&separators) || !goes_on {
            break;
        }
        at += separators;
    }
    (run.end_of_number.is_some() || run.end_of_key.is_some()).then_some(run)
}

fn belongs(before: &[u8], byte: u8) -> bool {
    byte.is_ascii_digit() || (before.len() == 6 && before[5] == b'2' && matches!(byte, b'A' | b'B' | b'a' | b'b'))
}

fn judge(reading: &Reading, run: &Run) -> Option<Passage> {
    let parts = Parts::of(&run.characters[..NUMBER])?;
    let end = run.end_of_key.or(run.end_of_number)?;
    let range = run.start..end;
    let before = reading.before(&range);
    let is_ins = HEALTH_IDENTITY_BEFORE.is_match(before) || HEALTH_IDENTITY_AFTER.is_match(reading.after(&range));
    let announced = is_ins || ANNOUNCED.is_match(before);
    let counts = match run.end_of_key {
        Some(_) => parts.can_be() && (announced || parts.key() == digits(&run.characters[NUMBER..WITH_KEY])),
        None => parts.can_be() && (announced || parts.is_usual()),
    };
    let kind = if is_ins { FindingKind::HealthIdentity } else { FindingKind::SocialSecurity };
    counts.then_some(Passage { kind, range, of_another: false })
}

/// The parts of a number.
struct Parts {
    sex: u64,
    month: u64,
    department: u64,
    commune: u64,
    order: u64,
    whole: u64,
}

impl Parts {
    fn of(characters: &[u8]) -> Option<Self> {
        let mut plain = characters.to_vec();
        match plain.get(6)? {
            b'A' => plain[5..7].copy_from_slice(b"19"),
            b'B' => plain[5..7].copy_from_slice(b"18"),
            _ => {}
        }
        Some(Self {
            sex: digits(&plain[..1]),
            month: digits(&plain[3..5]),
            department: digits(&plain[5..7]),
            commune: digits(&plain[7..10]),
            order: digits(&plain[10..13]),
            whole: digits(&plain),
        })
    }

    fn key(&self) -> u64 {
        97 - self.whole % 97
    }

    /// Numbers that are given: 3 and 4 to people being registered, 7 and 8 for a time; months
    /// above 12 to those whose papers are incomplete.
    fn can_be(&self) -> bool {
        matches!(self.sex, 1..=4 | 7 | 8)
            && matches!(self.month, 1..=12 | 20 | 30..=42 | 50..=99)
            && self.department > 0
            && self.commune > 0
            && self.order > 0
    }

    /// What most people have. Without a key the rest would take in bar codes and moments.
    fn is_usual(&self) -> bool {
        matches!(self.sex, 1 | 2) && matches!(self.month, 1..=12 | 20)
    }
}

fn digits(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |value, byte| value * 10 + u64::from(byte.saturating_sub(b'0')))
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{assert_clean, assert_found};

    #[test]
    fn a_number_with_its_key_is_found_however_it_is_spaced() {
        assert_found(&[
            ("le 2 55 08 14 168 025 38, merci", "nir: 2 55 08 14 168 025 38"),
            ("255081416802538", "nir: 255081416802538"),
            ("2.55.08.14.168.025.38.", "nir: 2.55.08.14.168.025.38"),
            ("2-55-08-14-168-025 - 38", "nir: 2-55-08-14-168-025 - 38"),
            (
                "2\u{a0}55\u{202f}08\u{2009}14\u{a0}168\u{a0}025\u{a0}38",
                "nir: 2\u{a0}55\u{202f}08\u{2009}14\u{a0}168\u{a0}025\u{a0}38",
            ),
            ("２５５０８１４１６８０２５３８", "nir: ２５５０８１４１６８０２５３８"),
        ]);
    }

    #[test]
    fn corsica_counts_as_19_and_18() {
        assert_found(&[
            ("1 78 03 2A 004 051 51", "nir: 1 78 03 2A 004 051 51"),
            ("1 62 07 2b 033 114 90", "nir: 1 62 07 2b 033 114 90"),
        ]);
        assert_clean(&["1 78 03 2B 004 051 51", "1 78 03 2C 004 051 51", "1 78 2A 03 004 051 51"]);
    }

    #[test]
    fn a_wrong_key_is_no_number_unless_it_is_announced() {
        assert_clean(&["2 55 08 14 168 025 39", "255081416802539 colis reçus"]);
        assert_found(&[("n° de sécu : 2 55 08 14 168 025 39", "nir: 2 55 08 14 168 025 39")]);
    }

    #[test]
    fn thirteen_characters_count_when_their_parts_can_be() {
        assert_found(&[
            ("2550814168025", "nir: 2550814168025"),
            ("2 55 08 14 168 025 12/03/2026", "nir: 2 55 08 14 168 025"),
            ("2 55 08 14 168 025 est à elle", "nir: 2 55 08 14 168 025"),
        ]);
        assert_clean(&[
            "2551314168025",       // no thirteenth month
            "2550800168025",       // no department 00
            "5550814168025",       // no sex 5
            "3017620422003",       // a bar code
            "1733756400000",       // a moment in milliseconds
            "25508141680253",      // fourteen digits
            "réf. A2550814168025", // the tail of something else
            "06 12 34 56 78 06 12 34 56 79",
        ]);
    }

    #[test]
    fn a_health_identity_is_a_number_that_says_so() {
        assert_found(&[
            ("INS : 2 55 08 14 168 025 38", "ins: 2 55 08 14 168 025 38"),
            ("2 55 08 14 168 025 38 (OID 1.2.250.1.213.1.4.8)", "ins: 2 55 08 14 168 025 38"),
            ("1.2.250.1.213.1.4.10 255081416802538", "ins: 255081416802538"),
        ]);
        assert_clean(&["L’OID des INS de test est 1.2.250.1.213.1.4.10."]);
    }
}
