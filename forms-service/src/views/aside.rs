//! What stands beside the decision on one's own page: the quarantine, and sanctions.

use generator::dates::long_date;
use jiff::Timestamp;
use serde::Serialize;

use crate::site::Portal;
use crate::store::sanctions::{Sanction, SanctionKind};
use crate::store::submissions::Suspicion;

/// Which form something is to be mended in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Free it, or refuse it.
    Quarantine,
    /// Warn, or exclude.
    Sanction,
}

/// What was typed, and what is to be mended.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    /// In which form, at which field, what.
    pub fault: Option<(Form, &'static str, &'static str)>,
    /// What was chosen.
    pub choice: String,
    /// The reason.
    pub words: String,
    /// The last day.
    pub last: String,
    /// What was done.
    pub said: Option<&'static str>,
}

/// What `service/decide.html` receives as `aside`.
#[derive(Clone, Debug, Serialize)]
pub struct Aside {
    /// One's own page.
    pub back: String,
    /// What was done.
    pub said: Option<&'static str>,
    /// What is to be mended: field and words.
    pub fault: Option<FaultView>,
    /// When it is kept apart.
    pub quarantine: Option<QuarantineView>,
    /// When its sender can be warned or excluded.
    pub sanction: Option<SanctionForm>,
}

/// What is to be mended.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct FaultView {
    /// The field.
    pub field_id: &'static str,
    /// How.
    pub message: &'static str,
}

/// A submission that is kept apart.
#[derive(Clone, Debug, Serialize)]
pub struct QuarantineView {
    /// Where the form is sent.
    pub action: String,
    /// Why it is kept apart.
    pub why: Option<&'static str>,
    /// What was chosen.
    pub choice: String,
    /// The reason.
    pub words: String,
}

/// Whose sender can be warned or excluded.
#[derive(Clone, Debug, Serialize)]
pub struct SanctionForm {
    /// Where the form is sent.
    pub action: String,
    /// What was done before.
    pub earlier: Vec<SanctionView>,
    /// Whether something was typed.
    pub open: bool,
    /// What was chosen.
    pub choice: String,
    /// The reason.
    pub words: String,
    /// The last day.
    pub last: String,
}

/// A sanction of the same address.
#[derive(Clone, Debug, Serialize)]
pub struct SanctionView {
    /// Which.
    pub kind: &'static str,
    /// Its last day, in words.
    pub until: String,
    /// Whether it counts now.
    pub runs: bool,
    /// Whether it was ended early.
    pub lifted: bool,
    /// Whether it can be ended early.
    pub is_exclusion: bool,
    /// Why.
    pub reason: String,
    /// By whom.
    pub by: String,
}

impl Aside {
    /// What stands beside the decision on the page at `path`.
    #[expect(clippy::too_many_arguments, reason = "each is said once, and by its one caller")]
    pub fn new(
        portal: &Portal,
        back: &str,
        path: &str,
        is_apart: bool,
        suspicion: Option<Suspicion>,
        sanctions: Option<Vec<Sanction>>,
        now: Timestamp,
        typed: &Typed,
    ) -> Self {
        let of = |form| typed.fault.is_some_and(|(of, ..)| of == form);
        let typed_in = |form, text: &String| if of(form) { text.clone() } else { String::new() };
        Self {
            back: back.to_owned(),
            said: typed.said,
            fault: typed.fault.map(|(_, field_id, message)| FaultView { field_id, message }),
            quarantine: is_apart.then(|| QuarantineView {
                action: format!("{path}/quarantaine"),
                why: suspicion.map(Suspicion::label),
                choice: typed_in(Form::Quarantine, &typed.choice),
                words: typed_in(Form::Quarantine, &typed.words),
            }),
            sanction: sanctions.map(|earlier| SanctionForm {
                action: format!("{path}/sanction"),
                earlier: earlier.iter().map(|one| SanctionView::of(one, portal, now)).collect(),
                open: of(Form::Sanction),
                choice: typed_in(Form::Sanction, &typed.choice),
                words: typed_in(Form::Sanction, &typed.words),
                last: typed_in(Form::Sanction, &typed.last),
            }),
        }
    }
}

impl SanctionView {
    fn of(one: &Sanction, portal: &Portal, now: Timestamp) -> Self {
        Self {
            kind: one.kind.label(),
            until: last_day(one.ends_at, portal),
            runs: one.runs(now),
            lifted: one.lifted_at.is_some(),
            is_exclusion: one.kind == SanctionKind::Exclusion,
            reason: one.reason.clone(),
            by: one.made_by.to_string(),
        }
    }
}

/// The last day of what ends with it.
pub fn last_day(ends_at: Timestamp, portal: &Portal) -> String {
    let day = ends_at.to_zoned(portal.time_zone()).date();
    long_date(day.yesterday().unwrap_or(day))
}
