//! How much of something one client, and all of them together, may ask for.
//!
//! Each limit is a leaky bucket (GCRA: one moment per client, the one at which it would be empty
//! again), filled by both counts at once or by neither. It follows the service's clock, which may
//! jump: a bucket that would be fuller than full counts as empty, so a clock that is set back by a
//! year locks nobody out. What is kept is bounded: only what was let through leaves a trace, it goes once
//! the bucket is empty, and beyond [`MAX_CLIENTS`] newcomers are held to the common bound alone.
//! Refusals are counted; nothing says whose they were.
//!
//! An address that is typed into forms has a limit of its own, whoever types it: each submission mails
//! it, and it may be somebody else's.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, RandomState};
use std::num::NonZeroU32;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use lettre::Address;
use tracing::warn;

use crate::client::Client;

/// How many minutes' worth may come at once: after a meeting, everybody writes at the same time.
pub const BURST_MINUTES: u32 = 5;

/// How many times the quota of one client all of them together have, unless it is configured.
pub const OVERALL: NonZeroU32 = NonZeroU32::new(5).expect("not zero");

/// Most clients remembered at a time for one limit.
const MAX_CLIENTS: usize = 10_000;

/// How often what is over is forgotten, and how often refusals are spoken of.
const HOUSEKEEPING: Nanos = 60 * SECOND;

const SECOND: Nanos = 1_000_000_000;

/// Nanoseconds, since 1970 or between two moments.
type Nanos = i128;

/// How much of what is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// In the long run, by one client, each minute.
    pub per_client: NonZeroU32,
    /// In the long run, by all of them, each minute.
    pub overall: NonZeroU32,
}

/// What is limited, each thing apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limited {
    /// Posts of forms.
    Posts,
    /// Posts of pages that a link in a mail opens.
    Links,
}

/// Too much was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wait {
    /// From then on one more is let through, if nobody else comes first: whole seconds, never 0.
    pub seconds: u64,
}

/// Every limit of the service.
#[derive(Debug)]
pub struct Limits {
    posts: Limit<Client>,
    links: Limit<Client>,
    /// By a number that stands for an address, in this run of the service only.
    addresses: Limit<u64>,
    hasher: RandomState,
}

/// Three hundred people behind the hospital's one address, each of whom mends a fault, reads their
/// answers again and sends them within the five minutes after a meeting: 900 posts of one client.
impl Default for Quota {
    fn default() -> Self {
        const PER_CLIENT: NonZeroU32 = NonZeroU32::new(120).expect("not zero");
        Self { per_client: PER_CLIENT, overall: PER_CLIENT.saturating_mul(OVERALL) }
    }
}

impl Limits {
    /// Nothing was asked for yet. Links are opened about as often as forms are posted.
    pub fn new(quota: Quota) -> Self {
        Self {
            posts: Limit::new(quota),
            links: Limit::new(quota),
            addresses: Limit::of(Rate::OF_AN_ADDRESS, Rate::UNBOUNDED),
            hasher: RandomState::new(),
        }
    }

    /// Lets one more through, or says how long to wait; what has to wait costs nothing.
    ///
    /// # Errors
    /// The client, or all of them together, asked for too much.
    pub fn admit(&self, what: Limited, client: Client, now: Timestamp) -> Result<(), Wait> {
        self.limit(what).admit(client, now.as_nanosecond())
    }

    /// Lets one more submission through that mails an address, or says how long to wait.
    ///
    /// # Errors
    /// Too many were sent with that address.
    pub fn admit_address(&self, address: &Address, now: Timestamp) -> Result<(), Wait> {
        let number = self.hasher.hash_one(address.to_string().to_lowercase());
        self.addresses.admit(number, now.as_nanosecond())
    }

    /// How many were told to wait since the start.
    pub fn refused(&self, what: Limited) -> u64 {
        self.limit(what).state().refused
    }

    fn limit(&self, what: Limited) -> &Limit<Client> {
        match what {
            Limited::Posts => &self.posts,
            Limited::Links => &self.links,
        }
    }
}

#[derive(Debug)]
struct Limit<K> {
    per_client: Rate,
    overall: Rate,
    state: Mutex<State<K>>,
}

/// When each bucket is empty again. A client without a bucket has an empty one.
#[derive(Debug)]
struct State<K> {
    clients: HashMap<K, Nanos>,
    everybody: Nanos,
    swept_at: Nanos,
    refused: u64,
    told: u64,
    told_at: Nanos,
}

impl<K: Eq + Hash> Limit<K> {
    fn new(quota: Quota) -> Self {
        Self::of(Rate::new(quota.per_client), Rate::new(quota.overall))
    }

    fn of(per_client: Rate, overall: Rate) -> Self {
        let state = State { clients: HashMap::new(), everybody: 0, swept_at: 0, refused: 0, told: 0, told_at: 0 };
        Self { per_client, overall, state: Mutex::new(state) }
    }

    fn admit(&self, client: K, now: Nanos) -> Result<(), Wait> {
        let mut state = self.state();
        state.sweep(now);
        let known = state.clients.get_mut(&client).map(|until| self.per_client.settle(until, now));
        let common = self.overall.settle(&mut state.everybody, now);
        match (self.per_client.fill(known.unwrap_or(now), now), self.overall.fill(common, now)) {
            (Ok(filled), Ok(everybody)) => {
                state.everybody = everybody;
                if known.is_some() || state.clients.len() < MAX_CLIENTS {
                    state.clients.insert(client, filled);
                }
                Ok(())
            }
            (Err(wait), Ok(_)) | (Ok(_), Err(wait)) => Err(state.refuse(wait, now)),
            (Err(own), Err(common)) => Err(state.refuse(own.max(common), now)),
        }
    }

    fn state(&self) -> MutexGuard<'_, State<K>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K> State<K> {
    /// Forgets the clients whose buckets are empty, now and then, and at once after a jump of the clock.
    fn sweep(&mut self, now: Nanos) {
        if (now - self.swept_at).abs() >= HOUSEKEEPING {
            self.clients.retain(|_, until| *until > now);
            self.swept_at = now;
        }
    }

    /// One line a minute at most, whatever comes in.
    fn refuse(&mut self, wait: Wait, now: Nanos) -> Wait {
        self.refused += 1;
        if (now - self.told_at).abs() >= HOUSEKEEPING {
            let number = self.refused - self.told;
            warn!("over the limit: {number} more were asked to wait");
            (self.told, self.told_at) = (self.refused, now);
        }
        wait
    }
}

/// One bucket: how long each drop takes to leave, and how long a full one takes.
#[derive(Clone, Copy, Debug)]
struct Rate {
    drop: Nanos,
    full: Nanos,
}

impl Rate {
    /// Twenty at once, for whoever signs a team up, then ten an hour.
    const OF_AN_ADDRESS: Self = Self { drop: 360 * SECOND, full: 20 * 360 * SECOND };

    /// Nothing fills it.
    const UNBOUNDED: Self = Self { drop: 0, full: 0 };

    fn new(per_minute: NonZeroU32) -> Self {
        let full = Nanos::from(BURST_MINUTES) * 60 * SECOND;
        Self { drop: 60 * SECOND / Nanos::from(per_minute.get()), full }
    }

    /// A bucket that would be fuller than full was filled before the clock was set back: it says
    /// nothing any more, and counts as empty.
    fn settle(self, until: &mut Nanos, now: Nanos) -> Nanos {
        if *until > now + self.full {
            *until = now;
        }
        *until
    }

    /// When a bucket that is empty at `until` is empty after one more drop.
    fn fill(self, until: Nanos, now: Nanos) -> Result<Nanos, Wait> {
        let filled = until.max(now) + self.drop;
        let excess = filled - (now + self.full);
        if excess <= 0 { Ok(filled) } else { Err(Wait::of(excess)) }
    }
}

impl Wait {
    /// The same, as a visitor reads it.
    pub fn in_words(self) -> String {
        let (number, unit) = match self.seconds {
            0..=119 => (self.seconds, "seconde"),
            seconds => (seconds.div_ceil(60), "minute"),
        };
        format!("{number}\u{a0}{unit}{}", if number > 1 { "s" } else { "" })
    }

    fn of(excess: Nanos) -> Self {
        let seconds = excess.div_euclid(SECOND) + Nanos::from(excess.rem_euclid(SECOND) > 0);
        Self { seconds: u64::try_from(seconds).unwrap_or(1).max(1) }
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use jiff::SignedDuration;

    use super::*;

    fn quota(per_client: u32, overall: u32) -> Quota {
        Quota { per_client: per_client.try_into().unwrap(), overall: overall.try_into().unwrap() }
    }

    fn client(number: u32) -> Client {
        Client::at(IpAddr::V4(Ipv4Addr::from_bits(0x0a00_0000 + number)))
    }

    fn noon() -> Timestamp {
        "2026-11-22T12:00:00Z".parse().unwrap()
    }

    fn after(seconds: i64) -> Timestamp {
        noon() + SignedDuration::from_secs(seconds)
    }

    /// How many are let through in a row.
    fn admitted(limits: &Limits, client: Client, now: Timestamp) -> usize {
        (0..100_000).take_while(|_| limits.admit(Limited::Posts, client, now).is_ok()).count()
    }

    #[test]
    fn five_minutes_worth_comes_at_once_and_then_the_rate_holds() {
        let limits = Limits::new(quota(12, 1_000));
        assert_eq!(admitted(&limits, client(1), noon()), 60);
        assert_eq!(limits.admit(Limited::Posts, client(1), noon()), Err(Wait { seconds: 5 }));
        assert_eq!(limits.admit(Limited::Posts, client(1), after(4)), Err(Wait { seconds: 1 }));
        assert_eq!(limits.admit(Limited::Posts, client(1), after(5)), Ok(()));
        assert_eq!(admitted(&limits, client(1), after(65)), 12);
        assert_eq!(admitted(&limits, client(1), after(3_665)), 60);
        assert_eq!(admitted(&limits, client(2), after(3_665)), 60, "another client has its own");
    }

    #[test]
    fn the_wait_that_is_said_is_enough_and_is_never_nothing() {
        for per_minute in [1, 7, 59, 60, 61, 120, 10_000] {
            let limits = Limits::new(quota(per_minute, per_minute * 5));
            admitted(&limits, client(1), noon());
            let Wait { seconds } = limits.admit(Limited::Posts, client(1), noon()).unwrap_err();
            assert!(seconds > 0, "{per_minute}");
            let then = after(i64::try_from(seconds).unwrap());
            assert_eq!(limits.admit(Limited::Posts, client(1), then), Ok(()), "{per_minute}");
        }
    }

    #[test]
    fn a_wait_is_said_in_french() {
        for (seconds, words) in
            [(1, "1\u{a0}seconde"), (60, "60\u{a0}secondes"), (119, "119\u{a0}secondes"), (121, "3\u{a0}minutes")]
        {
            assert_eq!(Wait { seconds }.in_words(), words);
        }
    }

    #[test]
    fn all_together_have_a_bound_and_who_waits_for_it_is_charged_nothing() {
        let limits = Limits::new(quota(2, 4));
        let first: usize = (0..4).map(|number| admitted(&limits, client(number), noon())).sum();
        assert_eq!(first, 20);
        for _ in 0..1_000 {
            assert_eq!(limits.admit(Limited::Posts, client(9), noon()), Err(Wait { seconds: 15 }));
        }
        assert_eq!(limits.admit(Limited::Posts, client(0), noon()), Err(Wait { seconds: 30 }), "the longer of both");
        assert_eq!(limits.refused(Limited::Posts), 4 + 1_000 + 1);
        assert_eq!(admitted(&limits, client(9), after(3_600)), 10);
    }

    #[test]
    fn each_thing_has_its_own_limit() {
        let limits = Limits::new(quota(1, 5));
        admitted(&limits, client(1), noon());
        assert_eq!(limits.admit(Limited::Links, client(1), noon()), Ok(()));
        assert_eq!(limits.refused(Limited::Links), 0);
    }

    #[test]
    fn a_hospital_behind_one_address_is_let_through_after_a_meeting() {
        let limits = Limits::new(Quota::default());
        let at_once = (0..600).all(|_| limits.admit(Limited::Posts, client(1), noon()).is_ok());
        assert!(at_once, "300 people read their answers again and send them in the same second");
        let limits = Limits::new(Quota::default());
        for post in 0..900 {
            assert_eq!(limits.admit(Limited::Posts, client(1), after(post / 3)), Ok(()), "post {post}");
        }
    }

    #[test]
    fn a_clock_that_jumps_locks_nobody_out() {
        let year = 365 * 24 * 3_600;
        for jump in [-year, -3_600, 3_600, year] {
            let limits = Limits::new(quota(60, 600));
            admitted(&limits, client(1), noon());
            assert_eq!(admitted(&limits, client(1), after(jump)), 300, "{jump}");
        }
    }

    #[test]
    fn what_is_remembered_of_clients_is_bounded_and_goes_with_time() {
        let limits = Limits::new(quota(10_000, 10_000_000));
        for number in 0..20_000 {
            assert_eq!(limits.admit(Limited::Posts, client(number), noon()), Ok(()));
        }
        assert_eq!(limits.posts.state().clients.len(), MAX_CLIENTS);
        assert_eq!(limits.admit(Limited::Posts, client(30_000), after(61)), Ok(()));
        assert_eq!(limits.posts.state().clients.len(), 1);
    }

    #[test]
    fn who_is_refused_leaves_no_trace() {
        let limits = Limits::new(quota(1, 1));
        admitted(&limits, client(1), noon());
        for number in 0..1_000 {
            assert!(limits.admit(Limited::Posts, client(number), noon()).is_err());
        }
        assert_eq!(limits.posts.state().clients.len(), 1);
    }
}
