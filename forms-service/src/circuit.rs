//! Where a submission may go from where it stands: one table, and nothing beside it.
//!
//! Every change of state in the database asks this table which states an event may find
//! ([`Event::befalls`]); what it does not list does not happen.

use crate::store::{read_word, word_of};

/// Where a submission stands on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// It waits for whoever decides at its step.
    Received,
    /// It looks like a robot's, or its sender is excluded: kept, and nobody is mailed.
    Quarantine,
    /// It waits for its sender to open the link that proves the address.
    Unconfirmed,
    /// Nobody opened that link: it counts for nothing.
    Lapsed,
    /// Its author was asked for more. Whoever decides may still decide without waiting.
    Asked,
    /// Everybody who had to approve it did: it waits to be published.
    Approved,
    /// It is on the site.
    Published,
    /// It was approved, and nothing is published of it: it was dealt with.
    Settled,
    /// It was refused, with a reason.
    Refused,
    /// It was on the site, and was taken away with a reason.
    Withdrawn,
}

impl State {
    /// Every state, with the word that stands in tables.
    pub const ALL: [(&'static str, Self); 10] = [
        ("received", Self::Received),
        ("quarantine", Self::Quarantine),
        ("unconfirmed", Self::Unconfirmed),
        ("lapsed", Self::Lapsed),
        ("asked", Self::Asked),
        ("approved", Self::Approved),
        ("published", Self::Published),
        ("settled", Self::Settled),
        ("refused", Self::Refused),
        ("withdrawn", Self::Withdrawn),
    ];

    /// The word that stands in tables and metrics.
    pub fn word(self) -> &'static str {
        word_of(&self, &Self::ALL)
    }

    pub(crate) fn parse(word: &str) -> anyhow::Result<Self> {
        read_word("submissions.state", word, &Self::ALL)
    }

    /// What an operator or a moderator reads.
    pub fn label(self) -> &'static str {
        match self {
            Self::Received => "reçu",
            Self::Quarantine => "quarantaine",
            Self::Unconfirmed => "adresse à confirmer",
            Self::Lapsed => "caduc",
            Self::Asked => "complément demandé",
            Self::Approved => "approuvé",
            Self::Published => "publié",
            Self::Settled => "traité",
            Self::Refused => "refusé",
            Self::Withdrawn => "retiré",
        }
    }

    /// Whether somebody is to decide about it.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Received | Self::Asked)
    }
}

/// What may happen to a submission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// Its sender proved the address.
    Confirm,
    /// Its sender did not, and it goes to those who decide all the same.
    Forward,
    /// Its sender did not, and it counts for nothing.
    Lapse,
    /// Its sender proved the address, and is excluded for a time.
    SetApart,
    /// A person found it to be no robot's; there is nothing to confirm.
    Release,
    /// The same, and its sender is asked to confirm the address.
    ReleaseToConfirm,
    /// It was approved at its step, and another step comes after it.
    Pass,
    /// It was approved at its last step, and is to be published.
    Approve,
    /// It was approved at its last step, and publishes nothing.
    Settle,
    /// It was refused.
    Refuse,
    /// Its author is asked for more.
    Ask,
    /// Its author answered.
    Answer,
    /// Whoever decides is in doubt, and passes it to the cadre.
    Doubt,
    /// It reached the site.
    Publish,
    /// The site cannot be built with it: it goes back to whoever approved it last.
    Bounce,
    /// It is taken away from the site.
    Withdraw,
}

/// Everything that may happen, and nothing else: an event, where it may find a submission, and
/// where it leaves it.
const TABLE: &[(Event, &[State], State)] = {
    use Event as On;
    use State as To;
    const OPEN: &[State] = &[State::Received, State::Asked];
    &[
        (On::Confirm, &[To::Unconfirmed], To::Received),
        (On::Forward, &[To::Unconfirmed], To::Received),
        (On::Lapse, &[To::Unconfirmed], To::Lapsed),
        (On::SetApart, &[To::Unconfirmed], To::Quarantine),
        (On::Release, &[To::Quarantine], To::Received),
        (On::ReleaseToConfirm, &[To::Quarantine], To::Unconfirmed),
        (On::Pass, OPEN, To::Received),
        (On::Approve, OPEN, To::Approved),
        (On::Settle, OPEN, To::Settled),
        (On::Refuse, &[To::Received, To::Asked, To::Quarantine], To::Refused),
        (On::Ask, &[To::Received], To::Asked),
        (On::Answer, &[To::Asked], To::Received),
        (On::Doubt, OPEN, To::Received),
        (On::Publish, &[To::Approved], To::Published),
        (On::Bounce, &[To::Approved], To::Received),
        (On::Withdraw, &[To::Published], To::Withdrawn),
    ]
};

impl Event {
    /// The states in which it may find a submission.
    pub fn befalls(self) -> &'static [State] {
        self.row().1
    }

    /// Where it leaves it.
    pub fn leaves(self) -> State {
        self.row().2
    }

    /// Where it takes a submission that stands in `state`; `None` when it cannot happen there.
    pub fn takes(self, state: State) -> Option<State> {
        self.befalls().contains(&state).then(|| self.leaves())
    }

    fn row(self) -> &'static (Event, &'static [State], State) {
        TABLE.iter().find(|(event, ..)| *event == self).expect("every event has its row: a test goes through them")
    }

    /// `state IN ('received', 'asked')`: the condition of the one update that brings it about.
    pub(crate) fn condition(self) -> String {
        let words: Vec<String> = self.befalls().iter().map(|state| format!("'{}'", state.word())).collect();
        format!("state IN ({})", words.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every event, so that a new one is tried too: the compiler asks for it in `listed`.
    const EVENTS: [Event; 16] = [
        Event::Confirm,
        Event::Forward,
        Event::Lapse,
        Event::SetApart,
        Event::Release,
        Event::ReleaseToConfirm,
        Event::Pass,
        Event::Approve,
        Event::Settle,
        Event::Refuse,
        Event::Ask,
        Event::Answer,
        Event::Doubt,
        Event::Publish,
        Event::Bounce,
        Event::Withdraw,
    ];

    /// What may happen, said a second time and another way round: by state.
    fn legal(state: State) -> Vec<Event> {
        use Event::*;
        match state {
            State::Received => vec![Pass, Approve, Settle, Refuse, Ask, Doubt],
            State::Asked => vec![Pass, Approve, Settle, Refuse, Answer, Doubt],
            State::Quarantine => vec![Release, ReleaseToConfirm, Refuse],
            State::Unconfirmed => vec![Confirm, Forward, Lapse, SetApart],
            State::Approved => vec![Publish, Bounce],
            State::Published => vec![Withdraw],
            State::Lapsed | State::Settled | State::Refused | State::Withdrawn => vec![],
        }
    }

    #[test]
    fn every_illegal_transition_is_refused_and_every_legal_one_known() {
        assert_eq!(TABLE.len(), EVENTS.len());
        for (_, state) in State::ALL {
            for event in EVENTS {
                assert_eq!(event.takes(state).is_some(), legal(state).contains(&event), "{event:?} in {state:?}");
            }
        }
    }

    #[test]
    fn the_condition_of_an_update_lists_where_it_may_find_a_submission() {
        assert_eq!(Event::Approve.condition(), "state IN ('received', 'asked')");
    }
}
