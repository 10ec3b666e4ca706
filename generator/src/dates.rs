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
    // Other tools write the moment of a page, with its zone: its day is all that is asked.
    if text.len() > 10 && text.is_char_boundary(10) && is_iso_shaped(&text[..10]) && is_time_of_day(&text[10..]) {
        return parse_date(&text[..10]);
    }
    if is_iso_shaped(text) {
        return text.parse().map_err(|_| no_such_day(text));
    }
    let written = |date: Date| format!("écrivez la date sous la forme {date}");
    let Some((year, month, day)) = parts(text) else {
        if let Some((date, _)) = day_and_time(text) {
            return Err(format!("écrivez la date sans l’heure, sous la forme {date}"));
        }
        return Err("écrivez la date sous la forme AAAA-MM-JJ, par exemple 2026-11-22".to_owned());
    };
    // The month comes first in other countries.
    let found = Date::new(year, month, day).or_else(|_| Date::new(year, day, month));
    Err(found.map_or_else(|_| no_such_day(&format!("{year:04}-{month:02}-{day:02}")), written))
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
    let date = parse_date(date).map_err(|help| match (day_and_time(text), parse_time(text)) {
        (Some((date, time)), _) => {
            format!("écrivez la date et l’heure sous la forme {date}T{}", time.strftime("%H:%M"))
        }
        (None, Ok(_)) => "écrivez aussi le jour, par exemple 2026-11-22T14:30".to_owned(),
        (None, Err(_)) => help,
    })?;
    let time = time.map_or(Ok(Time::midnight()), parse_time)?;
    Ok(date.to_datetime(time))
}

/// The day and the time of « 12/05/2026 à 14h ».
fn day_and_time(text: &str) -> Option<(Date, Time)> {
    text.match_indices([' ', '\u{a0}']).find_map(|(at, _)| {
        let time = text[at..].trim_start();
        let time = time.strip_prefix("à").unwrap_or(time);
        let date = text[..at].trim_end_matches([',', ' ', '\u{a0}']);
        Some((date.parse().ok().or_else(|| understood(date))?, parse_time(time).ok()?))
    })
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

/// Whether `T09:30:00+02:00`, in one of its shapes, follows an ISO date.
fn is_time_of_day(text: &str) -> bool {
    let shaped = text.chars().skip(1).all(|c| c.is_ascii_digit() || matches!(c, ':' | '.' | '+' | '-' | 'Z' | ' '));
    let exists = |text: &str| {
        let (hour, rest) = text.trim_start().split_once(':')?;
        Time::new(hour.parse().ok()?, rest.get(..2)?.parse().ok()?, 0, 0).ok()
    };
    text.starts_with(['T', ' ']) && shaped && exists(&text[1..]).is_some()
}

/// Why an ISO date is no day of the calendar.
fn no_such_day(text: &str) -> String {
    let number = |at: std::ops::Range<usize>| text[at].parse::<i16>().unwrap_or_default();
    let (year, month) = (number(0..4), number(5..7));
    let first = i8::try_from(month).ok().and_then(|month| Date::new(year, month, 1).ok());
    match first {
        Some(first) => {
            let name = MONTHS[usize::from(first.month().unsigned_abs()) - 1];
            format!("{name} {year} a {} jours : vérifiez le jour", first.days_in_month())
        }
        None => "les mois vont de 01 à 12 : la date s’écrit année-mois-jour, par exemple 2026-11-22".to_owned(),
    }
}

/// Whether the text has the form of an ISO date, be it a day that exists or not.
fn is_iso_shaped(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 10
        && bytes.iter().enumerate().all(|(at, b)| if at == 4 || at == 7 { *b == b'-' } else { b.is_ascii_digit() })
}

/// A date written the French way: `31/12/2026`, `31 décembre 2026`.
pub(crate) fn understood(text: &str) -> Option<Date> {
    let (year, month, day) = parts(text)?;
    Date::new(year, month, day).ok()
}

/// The year, the month and the day of a date, be it a day that exists or not.
fn parts(text: &str) -> Option<(i16, i8, i8)> {
    const BETWEEN: [char; 11] = ['/', '.', ' ', '-', '\u{a0}', '\u{202f}', '–', '—', '‐', '‑', '−'];
    let text = without_weekday(text.trim_matches(['"', '\'', '“', '”', '«', '»', '‘', '’', ' ', '\u{a0}', '\u{202f}']));
    let parts: Vec<&str> = text.split(BETWEEN).filter(|part| !part.is_empty()).collect();
    let parts = match parts.as_slice() {
        [compact] if compact.len() == 8 && compact.bytes().all(|byte| byte.is_ascii_digit()) => {
            vec![&compact[..4], &compact[4..6], &compact[6..]]
        }
        _ => parts,
    };
    let [day, month, year] = parts.as_slice() else { return None };
    let (day, year) = if day.len() == 4 { (*year, *day) } else { (*day, *year) };
    let month = month.parse().ok().or_else(|| {
        // « nov. » is one month, « jui » may be two.
        let folded = crate::slug::fold(month.trim_end_matches('.'));
        let names = MONTHS.map(crate::slug::fold);
        let mut known = names.iter().enumerate().filter(|(_, name)| name.starts_with(&folded) && folded.len() >= 3);
        let (at, _) = known.next().filter(|_| known.next().is_none())?;
        i8::try_from(at + 1).ok()
    })?;
    let century = if year.len() == 2 { 2000 } else { 0 };
    let year = year.parse::<i16>().ok()?.checked_add(century)?;
    let day = day.trim_end_matches("er").parse().ok()?;
    (year > 0 && month > 0 && day > 0).then_some((year, month, day))
}

/// « 3 mars 2026 » of « le mardi 3 mars 2026 ».
fn without_weekday(text: &str) -> &str {
    let after = |text: &'_ str, word: &str| -> Option<usize> {
        let start = text.get(..word.len())?;
        (start.eq_ignore_ascii_case(word) && text[word.len()..].starts_with(' ')).then(|| word.len() + 1)
    };
    let text = after(text, "le").map_or(text, |at| &text[at..]);
    WEEKDAYS.iter().find_map(|day| after(text, day)).map_or(text, |at| &text[at..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_french_date_is_refused_with_its_iso_form() {
        assert!(parse_date("31/12/2026").unwrap_err().contains("2026-12-31"));
        assert!(parse_date("1er août 2026").unwrap_err().contains("2026-08-01"));
        for text in [
            "le mardi 3 mars 2026",
            "3 Mars 2026",
            "3 mar. 2026",
            "2026-3-3",
            "3/3/26",
            "3.03.2026",
            "2026/03/03",
            "3\u{a0}mars 2026",
        ] {
            assert_eq!(parse_date(text).unwrap_err(), "écrivez la date sous la forme 2026-03-03", "{text}");
        }
        assert_eq!(parse_date("2026-02-30").unwrap_err(), "février 2026 a 28 jours : vérifiez le jour");
        assert_eq!(parse_date("29 février 2026").unwrap_err(), "février 2026 a 28 jours : vérifiez le jour");
        assert_eq!(parse_date("31/02/2026").unwrap_err(), "février 2026 a 28 jours : vérifiez le jour");
        for text in ["12/31/2026", "20261231", "2026–12–31", "“2026-12-31”", "31‑12‑2026", "« 31/12/2026 »"]
        {
            assert_eq!(parse_date(text).unwrap_err(), "écrivez la date sous la forme 2026-12-31", "{text}");
        }
        assert!(parse_date("2026-12-31T25:00").is_err() && parse_date("2026-12-31 14:70").is_err());
        assert!(parse_date("2026-31-12").unwrap_err().contains("de 01 à 12"));
        assert_eq!(parse_date("2026-11-22T09:30:00+02:00").unwrap().to_string(), "2026-11-22");
        for text in ["", "demain", "2026", "2026-11-22 ou 23", "é".repeat(6).as_str()] {
            assert!(parse_date(text).unwrap_err().contains("AAAA-MM-JJ"), "{text}");
        }
        assert_eq!(parse_date("2026-11-22").unwrap().to_string(), "2026-11-22");
    }

    #[test]
    fn a_day_with_an_hour_is_told_how_to_be_written() {
        for text in ["12/05/2026 à 14h", "12 mai 2026 14:00", "2026-05-12, 14h", "12.05.2026\u{a0}à 14h"] {
            let help = "écrivez la date sans l’heure, sous la forme 2026-05-12";
            assert_eq!(parse_date(text).unwrap_err(), help, "{text}");
        }
        for text in ["12/05/2026 à 14h", "12 mai 2026 à 14 h", "mardi 12 mai 2026 14:00"] {
            let help = "écrivez la date et l’heure sous la forme 2026-05-12T14:00";
            assert_eq!(parse_date_time(text).unwrap_err(), help, "{text}");
        }
        assert_eq!(parse_date_time("14h").unwrap_err(), "écrivez aussi le jour, par exemple 2026-11-22T14:30");
        assert!(parse_date_time("31/12/2026").unwrap_err().ends_with("2026-12-31"));
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
