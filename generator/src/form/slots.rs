//! Weekly slots as people type them, one a line: « mardi 14h-14h20, 4 places ».

use jiff::civil::Time;

use crate::dates::{WEEKDAYS, french_time, parse_time};
use crate::slug::fold;

/// How many slots an activity may be given at once.
const MOST: usize = 30;

/// One slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TypedSlot {
    /// From 0 on Monday.
    weekday: usize,
    start: Time,
    end: Option<Time>,
    seats: Option<u32>,
}

impl TypedSlot {
    /// Reads one line; `None` when it is not understood, or ends before it begins.
    pub(crate) fn parse(line: &str) -> Option<Self> {
        let line = line.trim_start_matches(['-', '•', '*', ' ', '\u{a0}']).trim().to_lowercase();
        let (when, seats) = match line.split_once(',') {
            Some((when, rest)) => (when, Some(rest)),
            None => (line.as_str(), None),
        };
        let when = when.trim();
        let when = when.strip_prefix("le ").or_else(|| when.strip_prefix("tous les ")).unwrap_or(when);
        let (day, hours) = when.split_once(char::is_whitespace)?;
        let day = fold(day);
        let weekday = WEEKDAYS.iter().position(|name| day == *name || day.strip_suffix('s') == Some(name))?;
        let hours = hours.trim().trim_start_matches("de ").trim_start_matches("à ").replace(['–', '—'], "-");
        let (start, end) = match hours.split_once('-').or_else(|| hours.split_once(" à ")) {
            Some((start, end)) => (start, Some(end)),
            None => (hours.as_str(), None),
        };
        let start = parse_time(start).ok()?;
        let end = match end {
            Some(end) => Some(parse_time(end).ok().filter(|end| *end > start)?),
            None => None,
        };
        let seats = match seats {
            Some(text) => {
                let digits = text.trim().trim_end_matches("places").trim_end_matches("place").trim();
                Some(digits.parse().ok().filter(|seats| (1..=1000).contains(seats))?)
            }
            None => None,
        };
        Some(Self { weekday, start, end, seats })
    }

    /// The line in its normal form, which [`parse`](Self::parse) reads back.
    fn line(&self) -> String {
        let day = WEEKDAYS[self.weekday];
        let end = self.end.map_or(String::new(), |end| format!("-{}", end.strftime("%Hh%M")));
        let seats =
            self.seats.map_or(String::new(), |seats| format!(", {seats} place{}", if seats > 1 { "s" } else { "" }));
        format!("{day} {}{end}{seats}", self.start.strftime("%Hh%M"))
    }

    /// As people read it.
    fn shown(&self) -> String {
        let day = WEEKDAYS[self.weekday];
        let hours = match self.end {
            Some(end) => format!("de {} à {}", french_time(self.start), french_time(end)),
            None => format!("à {}", french_time(self.start)),
        };
        let seats =
            self.seats.map_or(String::new(), |seats| format!(", {seats} place{}", if seats > 1 { "s" } else { "" }));
        format!("{day} {hours}{seats}")
    }

    /// Its keys under `creneaux:`, with their values as YAML has them.
    pub(crate) fn entries(&self) -> Vec<(&'static str, String)> {
        let time = |time: Time| format!("\"{}\"", time.strftime("%H:%M"));
        let mut entries = vec![("jour", WEEKDAYS[self.weekday].to_owned()), ("de", time(self.start))];
        entries.extend(self.end.map(|end| ("a", time(end))));
        entries.extend(self.seats.map(|seats| ("places", seats.to_string())));
        entries
    }
}

/// Reads all lines: their normal form, and what people read. `None` when one is not understood.
pub(super) fn read(text: &str) -> Option<(String, String)> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let slots: Vec<TypedSlot> = lines.map(TypedSlot::parse).collect::<Option<_>>()?;
    if slots.len() > MOST {
        return None;
    }
    let join = |texts: Vec<String>| texts.join("\n");
    Some((join(slots.iter().map(TypedSlot::line).collect()), join(slots.iter().map(TypedSlot::shown).collect())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_understood_as_people_write_them() {
        for (typed, line, shown) in [
            (
                "mardi 14h-14h20, 4 places",
                "mardi 14h00-14h20, 4 places",
                "mardi de 14\u{a0}h à 14\u{a0}h\u{a0}20, 4 places",
            ),
            ("- Le Jeudi à 15h", "jeudi 15h00", "jeudi à 15\u{a0}h"),
            (
                "tous les vendredis de 7h15 à 7h30, 1 place",
                "vendredi 07h15-07h30, 1 place",
                "vendredi de 7\u{a0}h\u{a0}15 à 7\u{a0}h\u{a0}30, 1 place",
            ),
            ("lundi 9:05 – 9:20", "lundi 09h05-09h20", "lundi de 9\u{a0}h\u{a0}05 à 9\u{a0}h\u{a0}20"),
        ] {
            assert_eq!(read(typed), Some((line.to_owned(), shown.to_owned())), "{typed}");
            assert_eq!(read(line), Some((line.to_owned(), shown.to_owned())), "{line}");
        }
        assert_eq!(read("mardi 14h\n\njeudi 15h").unwrap().0, "mardi 14h00\njeudi 15h00");
    }

    #[test]
    fn what_is_no_slot_is_said_to_be_none() {
        for text in
            ["mardi", "14h", "mardi 25h", "mardi 14h-13h", "mardi 14h, beaucoup", "mardi 14h, 0 place", "demain 14h"]
        {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(read(&"mardi 14h\n".repeat(31)), None);
    }
}
