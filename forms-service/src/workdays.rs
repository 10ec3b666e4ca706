//! Working days, as a hospital's offices count them: Monday to Friday without the eleven public
//! holidays of France.
//!
//! It is given dates, a zone and a moment, and asks nobody for the time.

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

/// The hour of the day at which what waited for a working day is sent.
const MORNING: i8 = 8;

/// The public holidays that fall on the same day each year: month and day.
const FIXED: [(i8, i8); 8] = [(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)];

/// Those that follow Easter, in days after it: Easter Monday, Ascension, Whit Monday.
const AFTER_EASTER: [i64; 3] = [1, 39, 50];

/// Whether offices work that day.
pub fn is_working_day(date: Date) -> bool {
    !matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday) && !is_holiday(date)
}

/// Whether it is a public holiday.
pub fn is_holiday(date: Date) -> bool {
    let easter = easter(date.year());
    FIXED.contains(&(date.month(), date.day()))
        || AFTER_EASTER.iter().any(|days| easter.saturating_add(days.days()) == date)
}

/// The `days`th working day after `date`, which is not counted itself.
pub fn after(date: Date, days: u32) -> Date {
    let mut day = date;
    let mut left = days;
    while left > 0 && day < Date::MAX {
        day = day.saturating_add(1.day());
        left -= u32::from(is_working_day(day));
    }
    day
}

/// The morning of the `days`th working day after a moment.
pub fn morning_after(from: Timestamp, days: u32, zone: &TimeZone) -> Timestamp {
    morning(after(from.to_zoned(zone.clone()).date(), days), zone)
}

/// The morning of today, once it has come; `None` before it, and on a day on which nobody works.
pub fn this_morning(now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
    let today = now.to_zoned(zone.clone()).date();
    let morning = morning(today, zone);
    (is_working_day(today) && morning <= now).then_some(morning)
}

fn morning(date: Date, zone: &TimeZone) -> Timestamp {
    let civil = date.at(MORNING, 0, 0, 0);
    zone.to_ambiguous_timestamp(civil).compatible().unwrap_or(Timestamp::MAX)
}

/// Easter Sunday of the Gregorian calendar, by the rule of Meeus, Jones and Butcher.
fn easter(year: i16) -> Date {
    let year = i32::from(year);
    let (golden, century, rest) = (year % 19, year / 100, year % 100);
    let correction = (century - (century + 8) / 25 + 1) / 3;
    let epact = (19 * golden + century - century / 4 - correction + 15) % 30;
    let sunday = (32 + 2 * (century % 4) + 2 * (rest / 4) - epact - rest % 4) % 7;
    let late = (golden + 11 * epact + 22 * sunday) / 451;
    let days = epact + sunday - 7 * late + 114;
    let part = |number: i32| i8::try_from(number).unwrap_or(1);
    Date::new(i16::try_from(year).unwrap_or(1), part(days / 31), part(days % 31 + 1)).unwrap_or(Date::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn paris() -> TimeZone {
        TimeZone::get("Europe/Paris").unwrap()
    }

    /// Easter by another road: the table of paschal full moons that holds from 1900 to 2199, and
    /// the Sunday after.
    fn easter_by_the_moon(year: i16) -> Date {
        const MOONS: [(i8, i8); 19] = [
            (4, 14),
            (4, 3),
            (3, 23),
            (4, 11),
            (3, 31),
            (4, 18),
            (4, 8),
            (3, 28),
            (4, 16),
            (4, 5),
            (3, 25),
            (4, 13),
            (4, 2),
            (3, 22),
            (4, 10),
            (3, 30),
            (4, 17),
            (4, 7),
            (3, 27),
        ];
        let (month, day) = MOONS[usize::try_from(year % 19).unwrap()];
        let mut sunday = Date::new(year, month, day).unwrap().tomorrow().unwrap();
        while sunday.weekday() != Weekday::Sunday {
            sunday = sunday.tomorrow().unwrap();
        }
        sunday
    }

    #[test]
    fn easter_is_the_sunday_after_the_paschal_moon() {
        for year in 1900..2200 {
            assert_eq!(easter(year), easter_by_the_moon(year));
        }
    }

    #[test]
    fn the_eleven_holidays_of_each_year_are_the_known_ones() {
        // Easter Monday, Ascension and Whit Monday, as calendars print them.
        for (year, moving) in [
            (2026, ["04-06", "05-14", "05-25"]),
            (2027, ["03-29", "05-06", "05-17"]),
            (2028, ["04-17", "05-25", "06-05"]),
            (2029, ["04-02", "05-10", "05-21"]),
            (2030, ["04-22", "05-30", "06-10"]),
        ] {
            let fixed = ["01-01", "05-01", "05-08", "07-14", "08-15", "11-01", "11-11", "12-25"];
            let mut known: Vec<Date> = fixed.iter().chain(&moving).map(|text| day(&format!("{year}-{text}"))).collect();
            known.sort();
            let first = Date::new(year, 1, 1).unwrap();
            let found: Vec<Date> =
                first.series(1.day()).take_while(|date| date.year() == year).filter(|date| is_holiday(*date)).collect();
            assert_eq!(found, known, "{year}");
            // Said another way: these three always fall on a Monday, a Thursday and a Monday.
            let weekdays = moving.map(|text| day(&format!("{year}-{text}")).weekday());
            assert_eq!(weekdays, [Weekday::Monday, Weekday::Thursday, Weekday::Monday], "{year}");
        }
    }

    #[test]
    fn working_days_pass_over_weekends_and_holidays() {
        for (from, days, to) in [
            ("2026-11-23", 0, "2026-11-23"),
            ("2026-11-23", 1, "2026-11-24"),
            ("2026-11-23", 3, "2026-11-26"),
            ("2026-11-23", 7, "2026-12-02"),
            // From a Friday, a Saturday and a Sunday: the same Wednesday.
            ("2026-11-20", 3, "2026-11-25"),
            ("2026-11-21", 3, "2026-11-25"),
            ("2026-11-22", 3, "2026-11-25"),
            // The 11th of November is a Wednesday in 2026.
            ("2026-11-10", 1, "2026-11-12"),
            // Christmas and the New Year.
            ("2026-12-23", 3, "2026-12-29"),
            ("2026-12-30", 2, "2027-01-04"),
            // The 1st and the 8th of May 2026 are Fridays, the 14th is Ascension.
            ("2026-04-30", 7, "2026-05-13"),
            ("2026-05-13", 1, "2026-05-15"),
        ] {
            assert_eq!(after(day(from), days), day(to), "{from} + {days}");
        }
    }

    #[test]
    fn a_morning_is_eight_o_clock_of_the_portals_zone_in_summer_and_in_winter() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        // A quarter to midnight in London is the next day in Paris already.
        assert_eq!(morning_after(at("2026-11-22T23:45:00Z"), 3, &paris()), at("2026-11-26T07:00:00Z"));
        assert_eq!(morning_after(at("2026-11-22T22:45:00Z"), 3, &paris()), at("2026-11-25T07:00:00Z"));
        // Over the night in which the clocks go back.
        assert_eq!(morning_after(at("2026-10-23T12:00:00Z"), 1, &paris()), at("2026-10-26T07:00:00Z"));
        assert_eq!(morning_after(at("2026-10-22T12:00:00Z"), 1, &paris()), at("2026-10-23T06:00:00Z"));
    }

    #[test]
    fn there_is_a_morning_on_working_days_once_it_has_come() {
        let this = |text: &str| this_morning(text.parse().unwrap(), &paris());
        assert_eq!(this("2026-11-23T06:59:59Z"), None);
        assert_eq!(this("2026-11-23T07:00:00Z"), Some("2026-11-23T07:00:00Z".parse().unwrap()));
        assert_eq!(this("2026-11-23T22:59:00Z"), Some("2026-11-23T07:00:00Z".parse().unwrap()));
        for nobody_works in ["2026-11-22T12:00:00Z", "2026-11-11T12:00:00Z", "2026-11-21T12:00:00Z"] {
            assert_eq!(this(nobody_works), None, "{nobody_works}");
        }
    }
}
