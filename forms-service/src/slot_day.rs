//! The day on which somebody who signs up for a slot wants to come: not over yet, and the slot's own
//! day of the week.
//!
//! Slot and day are each a good answer by themselves, so this is asked once the post answers its
//! form. A form with several slots or several days says nothing of which belong together: they pass.

use generator::dates::{WEEKDAYS, long_date, weekday_index};
use generator::form::definition::FieldKind;
use generator::form::{AnswerValue, Fault, FaultKind, FormDefinition, ValidSubmission};
use jiff::civil::Date;

/// What is wrong with the day that goes with a slot.
pub fn fault(definition: &FormDefinition, submission: &ValidSubmission, today: Date) -> Option<Fault> {
    let (_, slot) = the_one(definition, submission, &FieldKind::Slot)?;
    let (field, day) = the_one(definition, submission, &FieldKind::Date)?;
    let weekday = weekday_of(slot)?;
    let day: Date = day.parse().ok()?;
    let typed = weekday_index(day.weekday());
    let next = next(weekday, day.max(today))?.strftime("%d/%m/%Y");
    let (named, on) = (WEEKDAYS[typed], WEEKDAYS[weekday]);
    let message = if day < today {
        format!("Ce jour est passé\u{a0}: indiquez un {on} à venir, par exemple {next}.")
    } else if typed != weekday {
        let day = long_date(day);
        format!("Le {day} est un {named}, et ce créneau est le {on}\u{a0}: indiquez un {on}, par exemple {next}.")
    } else {
        return None;
    };
    Some(Fault { field: field.to_owned(), kind: FaultKind::Format, message })
}

/// The answer to the only question of a kind; `None` when there are several, or it was left open.
fn the_one<'a>(
    definition: &'a FormDefinition,
    submission: &'a ValidSubmission,
    kind: &FieldKind,
) -> Option<(&'a str, &'a str)> {
    let mut fields = definition.fields().filter(|field| field.kind == *kind);
    let (field, None) = (fields.next()?, fields.next()) else { return None };
    match &submission.answer(&field.name)?.value {
        AnswerValue::Text(text) => Some((&field.name, text)),
        _ => None,
    }
}

/// The day of `geriatrie/cafe-du-jeudi@jeudi-15h00`.
fn weekday_of(slot: &str) -> Option<usize> {
    let (day, _) = slot.rsplit_once('@')?.1.split_once('-')?;
    WEEKDAYS.iter().position(|name| *name == day)
}

/// The first such day from that one on.
fn next(weekday: usize, from: Date) -> Option<Date> {
    std::iter::successors(Some(from), |day| day.tomorrow().ok())
        .take(WEEKDAYS.len())
        .find(|day| weekday_index(day.weekday()) == weekday)
}
