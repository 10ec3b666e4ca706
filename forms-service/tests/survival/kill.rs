//! Killed again and again at the points where a loss, or a double, could hide; fifty posts a
//! second go on all the while, and whoever got no answer sends the same sheet again.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::os::unix::process::ExitStatusExt;
use std::sync::{Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};

use crate::figures::{middle_and_longest, say};
use crate::ledger::{Acknowledged, Mail, Rows, check_submissions, read_rows};
use crate::portal::{PATIENCE, Portal, Sheets};
use crate::relay::{Book, Copy, Relay};
use crate::visitor::{Outcome, post, until_nothing_waits};

/// The named points of the program, in the order of a submission's journey.
const POINTS: [&str; 5] = ["before-commit", "after-commit", "before-answer", "mid-smtp", "after-250"];

/// Clients, each with a post every 80 ms: fifty a second.
const CLIENTS: usize = 4;
const PACE: Duration = Duration::from_millis(80);

/// How many conversations the program holds with the relay: what may be in flight when it dies.
const CONVERSATIONS: usize = 4;

/// How long the program holds a mail that it died with, were nothing freed at its start.
const LEASE: Duration = Duration::from_secs(90);

#[test]
fn killed_at_any_point_nothing_is_lost_and_nothing_doubled() {
    let rounds = std::env::var("PORTAIL_KILL_ROUNDS").map_or(50, |rounds| rounds.parse().unwrap());
    let seed = std::env::var("PORTAIL_KILL_SEED").map_or(2026, |seed| seed.parse().unwrap());
    let relay = Relay::start();
    let portal = Portal::new(relay.port, None);
    // The first start makes the database and the secret.
    portal.start(None).stop();
    let (stage, sheets) = (Stage::default(), portal.sheets());

    let (acknowledged, lives) = thread::scope(|scope| {
        // Whatever fails here, the clients go home, and the scope can end.
        let _curtain = Curtain(&stage);
        let clients: Vec<_> = (0..CLIENTS)
            .map(|client| {
                let (stage, sheets) = (&stage, &sheets);
                scope.spawn(move || keep_posting(client, stage, sheets))
            })
            .collect();
        let lives = live_and_die(&portal, &relay, &stage, order(rounds, seed));
        relay.begin_life(lives.len());
        let last = portal.start(None);
        stage.open(last.address);
        stage.close_the_doors();
        let acknowledged: Vec<_> = clients.into_iter().flat_map(|client| client.join().unwrap()).collect();
        relay.wait_for(acknowledged.len());
        until_nothing_waits(last.address);
        last.stop();
        (acknowledged, lives)
    });

    let book = relay.book();
    let rows = read_rows(&portal.database());
    check_submissions(&acknowledged, &rows);
    let extra = check_mails(&book, &rows, &lives);
    let resumed = lives.iter().enumerate().filter_map(|(life, lived)| {
        let first = book.copies.values().flatten().filter(|copy| copy.life == life).map(|copy| copy.at).min()?;
        Some(first - lived.ready)
    });
    let (resumed, longest) = middle_and_longest(resumed.collect());
    let (start, _) = middle_and_longest(lives.iter().map(|life| life.took).collect());
    let sent: usize = book.copies.values().map(Vec::len).sum();
    let again: usize = acknowledged.iter().map(|one| one.unanswered).sum();
    say(&format!(
        "killed {rounds} times (seed {seed}): {} submissions acknowledged after {again} unanswered posts, 0 lost, \
         0 doubled; {sent} mails, {extra} of them a second copy; deliveries resumed {resumed} ms after the start \
         (median; longest {longest} ms), which took {start} ms",
        acknowledged.len(),
    ));
    assert!(longest < LEASE.as_millis(), "deliveries waited for the leases of the dead: {longest} ms");
}

/// Each point as often as the others, in an order of their own; and after how many passages.
fn order(rounds: usize, seed: u64) -> Vec<(&'static str, u32)> {
    let mut rng = StdRng::seed_from_u64(seed);
    let mut points: Vec<_> = POINTS.iter().copied().cycle().take(rounds).collect();
    points.shuffle(&mut rng);
    points.into_iter().map(|point| (point, rng.random_range(3..=24))).collect()
}

/// One life of the program.
struct Life {
    point: &'static str,
    ready: Instant,
    took: Duration,
}

fn live_and_die(portal: &Portal, relay: &Relay, stage: &Stage, order: Vec<(&'static str, u32)>) -> Vec<Life> {
    let mut lives = Vec::new();
    for (point, times) in order {
        relay.begin_life(lives.len());
        let mut running = portal.start(Some(&format!("{point}:{times}")));
        stage.open(running.address);
        assert_eq!(running.ended().signal(), Some(9), "it dies at {point} and of nothing else");
        lives.push(Life { point, ready: running.ready, took: running.took });
    }
    lives
}

/// Where the program answers at present, as its clients know it.
#[derive(Default)]
struct Stage {
    scene: Mutex<Scene>,
    changed: Condvar,
}

#[derive(Clone, Copy, Default)]
struct Scene {
    act: usize,
    address: Option<SocketAddr>,
    closing: bool,
    fallen: bool,
}

impl Stage {
    fn open(&self, address: SocketAddr) {
        let mut scene = self.scene.lock().unwrap();
        scene.act += 1;
        scene.address = Some(address);
        self.changed.notify_all();
    }

    /// Nobody begins a new post; what was begun is brought to its end.
    fn close_the_doors(&self) {
        self.scene.lock().unwrap().closing = true;
    }

    fn is_closing(&self) -> bool {
        self.scene.lock().unwrap().closing
    }

    /// The act after `seen`, or the same if it goes on: a line may break without anybody dying.
    fn after(&self, seen: usize) -> Scene {
        let wanted = |scene: &mut Scene| !scene.fallen && (scene.address.is_none() || scene.act <= seen);
        let (scene, _) =
            self.changed.wait_timeout_while(self.scene.lock().unwrap(), Duration::from_millis(100), wanted).unwrap();
        *scene
    }
}

/// Falls at the end of the play, however it ends.
struct Curtain<'a>(&'a Stage);

impl Drop for Curtain<'_> {
    fn drop(&mut self) {
        if let Ok(mut scene) = self.0.scene.lock() {
            scene.closing = true;
            scene.fallen = true;
        }
        self.0.changed.notify_all();
    }
}

fn keep_posting(client: usize, stage: &Stage, sheets: &Sheets) -> Vec<Acknowledged> {
    let mut acknowledged = Vec::new();
    let mut next = Instant::now();
    while !stage.is_closing() {
        let message = format!("Merci à tous, de la part de {client} ({})", acknowledged.len());
        // Every tenth is sent by a double click.
        let clicks = if acknowledged.len() % 10 == 9 { 2 } else { 1 };
        let Some(one) = insist(message, &sheets.next(), clicks, stage) else { break };
        acknowledged.push(one);
        next = (next + PACE).max(Instant::now());
        // The pace is the load; nothing depends on it.
        thread::sleep(next - Instant::now());
    }
    acknowledged
}

/// Sends a sheet until it is answered for; `None` when the curtain fell first.
fn insist(message: String, key: &str, clicks: usize, stage: &Stage) -> Option<Acknowledged> {
    let (mut unanswered, mut seen) = (0, 0);
    let begun = Instant::now();
    loop {
        let scene = stage.after(seen);
        if scene.fallen {
            return None;
        }
        assert!(begun.elapsed() < PATIENCE, "nobody answers");
        let Some(address) = scene.address else { continue };
        let outcomes: Vec<_> = thread::scope(|scope| {
            let clicked: Vec<_> = (0..clicks).map(|_| scope.spawn(|| post(address, key, &message))).collect();
            clicked.into_iter().map(|click| click.join().unwrap()).collect()
        });
        let mut references = BTreeSet::new();
        for outcome in outcomes {
            match outcome {
                Outcome::Accepted(reference) => {
                    references.insert(reference);
                }
                Outcome::Unanswered => unanswered += 1,
                Outcome::Full(page) => panic!("the disk is not full: {page}"),
            }
        }
        assert!(references.len() <= 1, "one sheet has one reference: {references:?}");
        if let Some(reference) = references.pop_first() {
            return Some(Acknowledged { message, reference, unanswered });
        }
        seen = scene.act;
    }
}

/// Each mail was delivered; twice only what was in flight when the program died, and then the very
/// same. Gives how many second copies there are.
fn check_mails(book: &Book, rows: &Rows, lives: &[Life]) -> usize {
    assert_eq!(rows.mails.len(), rows.submissions.len(), "one moderator, one mail each");
    for Mail { message_id, state, failures } in &rows.mails {
        assert!(book.copies.contains_key(message_id), "{message_id} was never delivered");
        // Dying is no failure of a mail.
        assert_eq!((state.as_str(), *failures), ("sent", 0), "{message_id}");
    }
    assert_eq!(book.copies.len(), rows.mails.len(), "nothing else was mailed");

    let mut in_flight: BTreeMap<usize, usize> = BTreeMap::new();
    for (message_id, copies) in &book.copies {
        for pair in copies.windows(2) {
            let [first, second] = pair else { unreachable!("windows of two") };
            assert!(first.life < second.life, "{message_id} was delivered twice in one life");
            assert_eq!(first.data, second.data, "{message_id} is the same mail each time");
            assert!(goes_first(book, first, second), "{message_id} had to wait for its lease to end");
            *in_flight.entry(first.life).or_default() += 1;
        }
    }
    for (life, copies) in &in_flight {
        assert!(*copies <= CONVERSATIONS, "{copies} mails were delivered again after life {life}");
    }
    // Were it otherwise, the points would not be where their names say.
    let died_at = |name| lives.iter().enumerate().filter(move |(_, life)| life.point == name);
    assert!(died_at("after-250").all(|(life, _)| in_flight.contains_key(&life)), "{in_flight:?}");
    assert!(book.cut_short >= died_at("mid-smtp").count());
    in_flight.values().sum()
}

/// Whether what was in flight went out again before what came later, save for what the other
/// conversations had begun.
fn goes_first(book: &Book, first: &Copy, second: &Copy) -> bool {
    let between =
        book.copies.values().flatten().filter(|copy| copy.life > first.life && copy.place < second.place).count();
    between < 4 * CONVERSATIONS
}
