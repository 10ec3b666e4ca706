//! « Événement » of the agenda.

use jiff::civil::{Date, DateTime};

use crate::fields::{Choice, Fields};

/// How often it comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rhythm {
    /// `semaine`.
    Weekly,
    /// `mois`.
    Monthly,
}

impl Choice for Rhythm {
    const ALL: &'static [(&'static str, Self)] = &[("semaine", Self::Weekly), ("mois", Self::Monthly)];
}

/// A recurrence and its last day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recurrence {
    /// `chaque`.
    pub every: Rhythm,
    /// `jusqu_au`, included.
    pub until: Option<Date>,
}

/// A dated moment, in the portal's time zone.
#[derive(Clone, Debug)]
pub struct Event {
    /// `debut`; `None` only on a page that is at fault.
    pub start: Option<DateTime>,
    /// `fin`.
    pub end: Option<DateTime>,
    /// `lieu`.
    pub place: Option<String>,
    /// `recurrence`.
    pub recurrence: Option<Recurrence>,
}

impl Event {
    /// Takes the keys of an event.
    pub fn take(fields: &Fields<'_>) -> Self {
        let start = fields.date_time("debut");
        if start.is_none() {
            fields.missing("debut");
        }
        let end = fields.date_time("fin");
        if start.zip(end).is_some_and(|(start, end)| end < start) {
            let range = fields.node("fin").map_or(fields.range(), |node| node.range.clone());
            fields.fault(&range, "dates-inversees", "la fin vient avant le début", "vérifiez « debut » et « fin »");
        }
        let recurrence = fields.map("recurrence").and_then(|fields| {
            let every = fields.choice("chaque");
            if every.is_none() {
                fields.missing("chaque");
            }
            let until = fields.date("jusqu_au");
            fields.finish();
            Some(Recurrence { every: every?, until })
        });
        Self { start, end, place: fields.text("lieu"), recurrence }
    }

    /// The last day on which it takes place; `None` for a recurrence without an end.
    pub fn last_day(&self) -> Option<Date> {
        match self.recurrence {
            Some(recurrence) => recurrence.until,
            None => self.end.or(self.start).map(DateTime::date),
        }
    }
}
