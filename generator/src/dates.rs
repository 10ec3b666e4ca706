//! Dates and times as French people write them, and as this site shows them.

use jiff::civil::{Date, DateTime, Time, Weekday};
use serde::Serialize;

/// A moment for a template: `iso` for `<time datetime>`, `text` for a reader.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DateView {
    /// ISO 8601.
    pub iso: String,
    /// « 22 novembre 2026 », with « à 14 h 30 » when there is a time.
    pub text: String,
}

const MONTHS: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];

/// The days of the week, Monday first.
pub const WEEKDAYS: [&str; 7] = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"];

impl From<Date> for DateView {
    fn from(date: Date) -> Self {
        Self { iso: date.to_string(), text: long_date(date) }
    }
}

impl From<DateTime> for DateView {
    fn from(moment: DateTime) -> Self {
        let day = WEEKDAYS[weekday_index(moment.weekday())];
        if moment.time() == Time::midnight() {
            return Self { iso: moment.date().to_string(), text: format!("{day} {}", long_date(moment.date())) };
        }
        Self {
            iso: moment.strftime("%Y-%m-%dT%H:%M").to_string(),
            text: format!("{day} {} à {}", long_date(moment.date()), french_time(moment.time())),
        }
    }
}

/// « 1er janvier 2026 ».
pub fn long_date(date: Date) -> String {
    let day = if date.day() == 1 { "1er".to_owned() } else { date.day().to_string() };
    let month = MONTHS[usize::from(date.month().unsigned_abs()) - 1];
    format!("{day} {month} {}", date.year())
}

/// « 14 h 30 », with no-break spaces.
pub fn french_time(time: Time) -> String {
    match time.minute() {
        0 => format!("{}\u{a0}h", time.hour()),
        minute => format!("{}\u{a0}h\u{a0}{minute:02}", time.hour()),
    }
}

/// From 0 on Monday.
pub fn weekday_index(day: Weekday) -> usize {
    usize::from(day.to_monday_zero_offset().unsigned_abs())
}

/// Reads `2026-11-22`. The error is the way out: the ISO form where the date can be understood.
pub fn parse_date(text: &str) -> Result<Date, String> {
    if is_iso_shaped(text) {
        return text.parse().map_err(|_| "cette date n’existe pas dans le calendrier".to_owned());
    }
    Err(understood(text).map_or_else(
        || "écrivez la date sous la forme AAAA-MM-JJ, par exemple 2026-11-22".to_owned(),
        |date| format!("écrivez la date sous la forme {date}"),
    ))
}

/// Reads a date as a visitor may write it: `2026-12-31`, `31/12/2026`, `31 décembre 2026`.
pub fn read_date(text: &str) -> Option<Date> {
    parse_date(text.trim()).ok().or_else(|| understood(text.trim()))
}

/// Reads `2026-11-22T14:30`, `2026-11-22 14h30` or a date alone.
pub fn parse_date_time(text: &str) -> Result<DateTime, String> {
    let (date, time) = match text.split_once(['T', ' ']) {
        Some((date, time)) if is_iso_shaped(date) => (date, Some(time)),
        _ => (text, None),
    };
    let date = parse_date(date)?;
    let time = time.map_or(Ok(Time::midnight()), parse_time)?;
    Ok(date.to_datetime(time))
}

/// Reads `14h30`, `14 h 30`, `14h` or `14:30`.
pub fn parse_time(text: &str) -> Result<Time, String> {
    let written: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let (hour, minute) = written.split_once(['h', 'H', ':']).unwrap_or((&written, "x"));
    let minute = if minute.is_empty() { "0" } else { minute.split(':').next().unwrap_or("x") };
    hour.parse()
        .ok()
        .zip(minute.parse().ok())
        .and_then(|(hour, minute)| Time::new(hour, minute, 0, 0).ok())
        .ok_or_else(|| "écrivez l’heure sous la forme 14h30".to_owned())
}

/// Whether the text has the form of an ISO date, be it a day that exists or not.
fn is_iso_shaped(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 10
        && bytes.iter().enumerate().all(|(at, b)| if at == 4 || at == 7 { *b == b'-' } else { b.is_ascii_digit() })
}

/// A date written the French way: `31/12/2026`, `31 décembre 2026`.
pub(crate) fn understood(text: &str) -> Option<Date> {
    let parts: Vec<&str> = text.split(['/', '.', ' ', '-']).filter(|part| !part.is_empty()).collect();
    let [day, month, year] = parts.as_slice() else { return None };
    let (day, year) = if day.len() == 4 { (*year, *day) } else { (*day, *year) };
    let month = month.parse().ok().or_else(|| {
        let folded = crate::slug::fold(month);
        MONTHS.iter().position(|name| crate::slug::fold(name) == folded).and_then(|at| i8::try_from(at + 1).ok())
    })?;
    Date::new(year.parse().ok()?, month, day.trim_end_matches("er").parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_french_date_is_refused_with_its_iso_form() {
        assert!(parse_date("31/12/2026").unwrap_err().contains("2026-12-31"));
        assert!(parse_date("1er août 2026").unwrap_err().contains("2026-08-01"));
        assert!(parse_date("2026-02-30").unwrap_err().contains("n’existe pas"));
        assert_eq!(parse_date("2026-11-22").unwrap().to_string(), "2026-11-22");
    }

    #[test]
    fn times_are_read_as_they_are_written_on_a_ward() {
        for text in ["14h30", "14 h 30", "14:30", "14:30:00"] {
            assert_eq!(french_time(parse_time(text).unwrap()), "14\u{a0}h\u{a0}30");
        }
        assert_eq!(french_time(parse_time("8h").unwrap()), "8\u{a0}h");
        assert!(parse_time("25h").is_err());
        assert!(parse_time("midi").is_err());
    }

    #[test]
    fn a_moment_reads_in_french() {
        let moment = parse_date_time("2026-12-03T14:00").unwrap();
        assert_eq!(DateView::from(moment).text, "jeudi 3 décembre 2026 à 14\u{a0}h");
    }
}
