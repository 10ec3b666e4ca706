//! Reads how long what is sent is kept.

use crate::fields::Fields;
use crate::form::definition::{Duration, Retention};
use crate::shape::Form;

use super::required_map;

pub(super) fn read(fields: &Fields<'_>) -> Retention {
    let map = required_map(fields, "conservation");
    // What could not be read was reported; what stands for it is never the cause of a second fault.
    let of = |word, otherwise| map.as_ref().and_then(|map| duration(map, word)).unwrap_or(otherwise);
    let retention = Retention {
        received: of("recue", Duration::A_CENTURY),
        quarantined: of("quarantaine", Duration::A_DAY),
        lapsed: of("caduque", Duration::A_DAY),
    };
    if let Some(map) = map {
        map.finish();
    }
    retention
}

fn duration(map: &Fields<'_>, word: &'static str) -> Option<Duration> {
    map.describe(word, || Form::Duration);
    let Some(written) = map.spanned_text(word) else {
        map.missing(word);
        return None;
    };
    let found = Duration::parse(&written.value);
    if found.is_none() {
        let message = format!("« {} » n’est pas une durée", written.value);
        map.fault(&written.range, "duree", &message, "écrivez-la en jours, mois ou ans, par exemple « 3 mois »");
    }
    found
}
