//! How long what was sent is kept: one value for the purge and for the notice.
//!
//! Every duration counts from reception. The notice quotes it by its name in braces, so that
//! what people are told and what the purge does cannot drift apart.

use jiff::Span;

use crate::fields::Choice;

/// A duration as an editor writes it: `3 mois`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Duration {
    count: u16,
    unit: Unit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Days,
    Months,
    Years,
}

/// How long a submission is kept, by what became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// `recue`: it was received, whatever was decided since.
    pub received: Duration,
    /// `quarantaine`: it was set apart and nobody freed it.
    pub quarantined: Duration,
    /// `caduque`: its address was never confirmed.
    pub lapsed: Duration,
}

/// The words of `conservation:`, and of the braces in the notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// `recue`
    Received,
    /// `quarantaine`
    Quarantined,
    /// `caduque`
    Lapsed,
}

impl Choice for Kept {
    const ALL: &'static [(&'static str, Self)] =
        &[("recue", Self::Received), ("quarantaine", Self::Quarantined), ("caduque", Self::Lapsed)];
}

impl Retention {
    /// How long what is in that state is kept.
    pub fn of(&self, kept: Kept) -> Duration {
        match kept {
            Kept::Received => self.received,
            Kept::Quarantined => self.quarantined,
            Kept::Lapsed => self.lapsed,
        }
    }

    /// The text with each `{recue}`, `{quarantaine}` and `{caduque}` in words.
    pub(super) fn quote(&self, text: &str) -> String {
        Kept::ALL
            .iter()
            .fold(text.to_owned(), |text, (word, kept)| text.replace(&format!("{{{word}}}"), &self.of(*kept).words()))
    }
}

impl Duration {
    /// The least.
    pub(super) const A_DAY: Self = Self { count: 1, unit: Unit::Days };
    /// The most.
    pub(super) const A_CENTURY: Self = Self { count: 100, unit: Unit::Years };

    /// A span for a calendar: three months are not ninety days.
    pub fn span(self) -> Span {
        match self.unit {
            Unit::Days => Span::new().days(self.count),
            Unit::Months => Span::new().months(self.count),
            Unit::Years => Span::new().years(self.count),
        }
    }

    /// « trois mois », « un an », « 45 jours ».
    pub fn words(self) -> String {
        const NUMBERS: [&str; 12] =
            ["un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze"];
        let count = usize::from(self.count);
        let plural = if count > 1 { "s" } else { "" };
        let unit = match self.unit {
            Unit::Days => format!("jour{plural}"),
            Unit::Months => "mois".to_owned(),
            Unit::Years => format!("an{plural}"),
        };
        match NUMBERS.get(count.wrapping_sub(1)) {
            Some(number) => format!("{number} {unit}"),
            None => format!("{count}\u{a0}{unit}"),
        }
    }

    /// Reads `3 mois`, `30 jours`, `1 an`; nothing is kept for no time, or for a century.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (count, unit) = text.split_once(|c: char| c.is_whitespace())?;
        let unit = match unit.trim() {
            "jour" | "jours" => Unit::Days,
            "mois" => Unit::Months,
            "an" | "ans" => Unit::Years,
            _ => return None,
        };
        let found = Self { count: count.parse().ok()?, unit };
        (found.count > 0 && found.about_days() <= Self::A_CENTURY.about_days()).then_some(found)
    }

    /// Near enough to tell the longer of two.
    pub(super) fn about_days(self) -> u32 {
        let days = match self.unit {
            Unit::Days => 1,
            Unit::Months => 30,
            Unit::Years => 365,
        };
        u32::from(self.count) * days
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_reads_in_words_and_counts_on_a_calendar() {
        for (written, words) in
            [("3 mois", "trois mois"), ("1 an", "un an"), ("45 jours", "45\u{a0}jours"), ("2 ans", "deux ans")]
        {
            assert_eq!(Duration::parse(written).unwrap().words(), words);
        }
        let day = jiff::civil::date(2026, 11, 30);
        assert_eq!(day + Duration::parse("3 mois").unwrap().span(), jiff::civil::date(2027, 2, 28));
    }

    #[test]
    fn no_time_at_all_and_unknown_units_are_no_duration() {
        for text in ["0 mois", "mois", "3", "trois mois", "3 semaines", "-1 an", "200 ans", "1.5 an", ""] {
            assert_eq!(Duration::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_notice_quotes_each_duration() {
        let of = |text: &str| Duration::parse(text).unwrap();
        let retention = Retention { received: of("1 an"), quarantined: of("2 mois"), lapsed: of("10 jours") };
        assert_eq!(retention.quote("{recue}, {quarantaine}, {caduque}, {recu}"), "un an, deux mois, dix jours, {recu}");
    }
}
