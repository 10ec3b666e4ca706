//! Forgets what was kept long enough.
//!
//! How long is said by the form, as it was when it was filled in: what its notice promised then is
//! kept. A submission about which a mail still waits is left for the next time: a mail waits for
//! five days at most, and nobody may have read it yet. One that was set aside does not hold
//! anything up: it was in sight of the operator all that time, and the promise weighs more. A
//! definition that cannot be read any more says nothing: what was sent from it stays, and is named.

use std::time::Duration;

use generator::diagnostic::Diagnostics;
use generator::form::FormDefinition;
use generator::form::definition::{Kept, Retention};
use generator::source::SourceFile;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;
use tracing::{error, info, warn};

use crate::clock::Clock;
use crate::store::Store;
use crate::store::retention::{Aged, Forgotten, KeptDefinition};
use crate::store::submissions::State;

/// How often a running service purges.
const EVERY: Duration = Duration::from_hours(24);

/// The same, to reckon with moments.
const EVERY_DAY: SignedDuration = SignedDuration::from_hours(24);

/// What a purge did, or would do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Purged {
    /// How many submissions of each form and state.
    pub groups: Vec<(String, State, u64)>,
    /// Everything that is gone; nothing after a trial.
    pub forgotten: Forgotten,
    /// How many stay because a mail about them waits.
    pub waiting: u64,
    /// Forms whose definition of that time cannot be read, with how much stays because of it.
    pub unreadable: Vec<(String, u64)>,
}

/// Forgets what was kept long enough at `now`; a trial only says what that is.
///
/// # Errors
/// Fails when the database does; what was forgotten until then stays forgotten.
pub async fn purge(store: &Store, zone: &TimeZone, now: Timestamp, is_trial: bool) -> anyhow::Result<Purged> {
    let mut purged = Purged::default();
    for kept in store.kept_definitions().await? {
        let aged = store.received_before(&kept, now).await?;
        let Some(retention) = retention_of(&kept) else {
            purged.unreadable.push((kept.form_id.clone(), u64::try_from(aged.len())?));
            continue;
        };
        for one in aged.iter().filter(|one| is_over(&retention, one, zone, now)) {
            if one.is_waiting {
                purged.waiting += 1;
                continue;
            }
            let forgotten = if is_trial {
                Forgotten { submissions: 1, ..Forgotten::default() }
            } else {
                store.forget_aged(one.id, one.state).await?
            };
            purged.count(&kept.form_id, one.state, forgotten, is_trial);
        }
    }
    if !is_trial {
        store.forget_sanctions(now).await?;
        store.forget_access_mails(now).await?;
    }
    if purged.forgotten.submissions > 0 {
        store.give_room_back().await?;
    }
    Ok(purged)
}

impl Purged {
    fn count(&mut self, form_id: &str, state: State, forgotten: Forgotten, is_trial: bool) {
        if forgotten.submissions == 0 {
            return;
        }
        match self.groups.iter_mut().find(|(form, of, _)| form == form_id && *of == state) {
            Some((.., count)) => *count += 1,
            None => self.groups.push((form_id.to_owned(), state, 1)),
        }
        if !is_trial {
            self.forgotten.add(forgotten);
        }
    }

    /// How many submissions are gone, or would be.
    pub fn submissions(&self) -> u64 {
        self.groups.iter().map(|(.., count)| count).sum()
    }
}

fn retention_of(kept: &KeptDefinition) -> Option<Retention> {
    let source = SourceFile::new(&format!("formulaires/{}.yaml", kept.form_id), kept.yaml.clone());
    FormDefinition::parse(&source, &Diagnostics::new()).map(|definition| definition.retention)
}

/// Whether its time is over, counted on the calendar from when it was received, or will be before
/// the next daily purge: notices promise « at the latest ».
fn is_over(retention: &Retention, one: &Aged, zone: &TimeZone, now: Timestamp) -> bool {
    let kept = retention.of(kept_as(one.state));
    let until = one.received_at.to_zoned(zone.clone()).checked_add(kept.span());
    // A moment beyond the calendar's end has not come.
    until.is_ok_and(|until| until.timestamp().duration_since(now) <= EVERY_DAY)
}

/// By which of the form's durations. What waits for its address to be confirmed is on its way to
/// be received, or to lapse, within a week.
fn kept_as(state: State) -> Kept {
    match state {
        State::Quarantine => Kept::Quarantined,
        State::Lapsed => Kept::Lapsed,
        _ => Kept::Received,
    }
}

/// Purges at once and then each day, until `stop` says so.
pub async fn every_day(store: Store, zone: TimeZone, clock: Clock, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        match purge(&store, &zone, clock.now(), false).await {
            Ok(purged) => report(&purged),
            Err(error) => error!("the purge failed: {error:#}"),
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            _ = stop.changed() => {}
        }
    }
}

fn report(purged: &Purged) {
    let Forgotten { submissions, mails, .. } = purged.forgotten;
    if submissions > 0 {
        info!("purged {submissions} submissions that were kept long enough, and {mails} mails about them");
    }
    for (form, count) in &purged.unreadable {
        warn!(form.id = %form, "{count} submissions of form {form} stay: how long they are kept cannot be read any more");
    }
}
