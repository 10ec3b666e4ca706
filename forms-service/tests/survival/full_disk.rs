//! On a disk that is really full: a tmpfs of 4 MB, mounted where only this test sees it.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::figures::say;
use crate::ledger::{Acknowledged, check_submissions, read_rows};
use crate::portal::{PATIENCE, Portal, Sheets};
use crate::relay::Relay;
use crate::visitor::{Outcome, post, until_nothing_waits};

/// Set for the run of this test that finds the disk mounted: where.
const DISK: &str = "PORTAIL_FULL_DISK";

/// Who may mount a disk: root in a space of its own, or anybody who is root in one.
const WAYS: [&[&str]; 2] = [&["--mount"], &["--user", "--map-root-user", "--mount"]];

const MOUNT: &str = "mount -t tmpfs -o size=4m,mode=700 essai \"$0\"";

/// A file whose deletion makes room.
const BALLAST: usize = 1024 * 1024;

#[test]
fn a_full_disk_refuses_what_it_cannot_keep_and_loses_nothing() {
    if let Some(disk) = std::env::var_os(DISK) {
        return fill_and_free(Path::new(&disk));
    }
    let folder = tempfile::tempdir().unwrap();
    let unshare = |way: &[&str], script: &str| {
        let mut command = Command::new("unshare");
        command.args(way).args(["sh", "-c", script]).arg(folder.path());
        command
    };
    let allowed = |way: &&&[&str]| unshare(way, MOUNT).output().is_ok_and(|output| output.status.success());
    let Some(way) = WAYS.iter().find(allowed) else {
        say(
            "SKIPPED: a_full_disk_refuses_what_it_cannot_keep: this machine lets nobody mount a tmpfs (unshare --mount)",
        );
        return;
    };
    let again = format!("{MOUNT} && exec \"$1\" --exact \"$2\" --nocapture");
    let status = unshare(way, &again)
        .arg(std::env::current_exe().unwrap())
        .arg("full_disk::a_full_disk_refuses_what_it_cannot_keep_and_loses_nothing")
        .env(DISK, folder.path())
        .status()
        .unwrap();
    assert!(status.success(), "on a disk of 4 MB");
}

fn fill_and_free(disk: &Path) {
    let relay = Relay::start();
    let portal = Portal::new(relay.port, Some(&disk.join("donnees")));
    let ballast = disk.join("lest");
    std::fs::write(&ballast, vec![1; BALLAST]).unwrap();
    let running = portal.start(None);
    let mut visitor = Visitor { address: running.address, sheets: portal.sheets(), acknowledged: Vec::new(), sent: 0 };

    let page = visitor.post_until_full();
    assert!(page.contains("<!DOCTYPE html>") || page.contains("<!doctype html>"), "{page}");
    assert!(page.contains("Retry-After: ") || page.contains("retry-after: "), "{page}");
    assert!(page.contains("Merci à tous"), "what was typed comes back: {page}");
    let before = visitor.acknowledged.len();
    // However little is left is used up, and the answer stays the same.
    let refused = (0..40).filter(|_| visitor.post_once().is_some()).count();
    assert!(refused > 0);

    std::fs::remove_file(&ballast).unwrap();
    let freed = Instant::now();
    while visitor.post_once().is_some() {
        assert!(freed.elapsed() < PATIENCE, "space is back, and nothing is accepted");
        std::thread::park_timeout(Duration::from_millis(50));
    }
    let recovered = freed.elapsed();
    for _ in 0..20 {
        assert_eq!(visitor.post_once(), None, "it goes on");
    }
    until_nothing_waits(running.address);
    running.stop();

    let rows = read_rows(&portal.database());
    check_submissions(&visitor.acknowledged, &rows);
    let book = relay.book();
    let mailed: BTreeSet<_> = book.copies.keys().collect();
    let queued: BTreeSet<_> = rows.mails.iter().map(|mail| &mail.message_id).collect();
    assert_eq!(mailed, queued, "each mail left");
    assert!(book.copies.values().all(|copies| copies.len() <= 2), "at most one extra copy");
    let extra = book.copies.values().filter(|copies| copies.len() == 2).count();
    say(&format!(
        "a disk of 4 MB: full after {before} submissions, {} acknowledged in all, 0 lost, {extra} mails twice; \
         accepted again {} ms after there was room",
        visitor.acknowledged.len(),
        recovered.as_millis(),
    ));
}

/// Sends one post-it after the other.
struct Visitor {
    address: SocketAddr,
    sheets: Sheets,
    acknowledged: Vec<Acknowledged>,
    sent: usize,
}

impl Visitor {
    /// `None` when it was accepted, else the page.
    fn post_once(&mut self) -> Option<String> {
        self.sent += 1;
        let message = format!("Merci à tous ({}). {}", self.sent, "Bravo ! ".repeat(20));
        match post(self.address, &self.sheets.next(), &message) {
            Outcome::Accepted(reference) => {
                let message = message.trim_end().to_owned();
                self.acknowledged.push(Acknowledged { message, reference, unanswered: 0 });
                None
            }
            Outcome::Full(page) => Some(page),
            Outcome::Unanswered => panic!("an answer is owed"),
        }
    }

    fn post_until_full(&mut self) -> String {
        for _ in 0..5_000 {
            if let Some(page) = self.post_once() {
                return page;
            }
        }
        panic!("4 MB hold more than 5,000 submissions");
    }
}
