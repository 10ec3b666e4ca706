//! Killed between the decision, the file, the commit and the rebuild: whoever starts next brings it
//! to the same end. One file, one commit, one page, and each mail once.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};

use mail_parser::{Address, MessageParser};

use crate::portal::{PATIENCE, Portal};
use crate::relay::{Book, Relay};
use crate::visitor::{get, send, until_nothing_waits};

/// The named points of the program, in the order of a publication's journey.
const IN_A_FOLDER: [&str; 5] = ["before-decision", "after-decision", "after-file", "after-commit-git", "after-build"];
const WITH_GIT: [&str; 8] = [
    "before-decision",
    "after-decision",
    "after-file",
    "before-ref",
    "after-ref",
    "after-commit-git",
    "after-build",
    "after-push",
];

const MESSAGE: &str = "Merci pour la relève de ce matin";
const AUTHOR: &str = "prenom.nom@exemple.fr";
const MODERATOR: &str = "moderation@exemple.fr";
const WALL: &str = "faire/geriatrie/post-its";

#[test]
fn killed_between_decision_file_and_rebuild_the_end_is_the_same() {
    for point in IN_A_FOLDER {
        let portal = dies_and_goes_on(point, false);
        assert_eq!(files(&portal).len(), 1, "one file after {point}");
    }
}

#[test]
fn killed_between_decision_commit_push_and_rebuild_the_end_is_the_same() {
    for point in WITH_GIT {
        let portal = dies_and_goes_on(point, true);
        assert_eq!(files(&portal).len(), 1, "one file in the clone after {point}");
        let log = portal.git(&["--git-dir", "depot.git", "log", "--name-status", "--format=%s", "main"]);
        let commits = log.lines().filter(|line| line.starts_with("publication : ")).count();
        assert_eq!(commits, 1, "one commit after {point}:\n{log}");
        let added: Vec<_> = log.lines().filter(|line| line.starts_with(&format!("A\tcontent/{WALL}/2"))).collect();
        assert_eq!(added.len(), 1, "one file in the repository after {point}:\n{log}");
    }
}

/// The page that the site cannot be built with is on the disk when the portal dies: the next one starts
/// all the same, takes it back and says why.
#[test]
fn killed_with_a_page_on_the_disk_that_breaks_the_build_the_portal_starts_and_sends_it_back() {
    let (relay, portal, link) = waits_for_a_decision(false);
    let mut dying = portal.start(Some("after-file:1"));
    let wall = portal.content().join(WALL).join("_index.md");
    let as_it_was = fs::read_to_string(&wall).unwrap();
    fs::write(&wall, as_it_was.replace("post-it", "evenement")).unwrap();
    let _ = send(dying.address, &link, &[("_decision", "approuver")]);
    assert_eq!(dying.ended().signal(), Some(9));
    assert_eq!(files(&portal).len(), 1, "it dies with the file in its place");
    let told = relay.book().copies.len();

    let running = portal.start(None);
    relay.wait_for(told + 1);
    until_nothing_waits(running.address);
    running.stop();

    assert_eq!(files(&portal), Vec::<PathBuf>::new());
    let book = relay.book();
    let texts: Vec<String> = book.copies.values().flatten().map(|copy| text(&copy.data)).collect();
    let says_why = |text: &&String| text.contains("ne peut pas être construit avec cette page");
    assert_eq!(texts.iter().filter(says_why).count(), 1, "{texts:#?}");
}

/// What is to go goes, whoever was killed over it: one commit, no page, and each is told once.
#[test]
fn killed_while_a_page_is_taken_away_it_goes_all_the_same() {
    for (point, has_git) in [("after-build", false), ("before-ref", true), ("after-ref", true), ("after-build", true)] {
        let (relay, portal, link) = waits_for_a_decision(has_git);
        let running = portal.start(None);
        let told = relay.book().copies.len();
        assert!(send(running.address, &link, &[("_decision", "approuver")]).unwrap().starts_with("HTTP/1.1 303"));
        relay.wait_for(told + 2);
        until_nothing_waits(running.address);
        let pushed = |words: &str| !has_git || portal.git(&["--git-dir", "depot.git", "log", "main"]).contains(words);
        until(point, || pushed("publication : "));
        running.stop();
        let stop = link_to(MODERATOR, "/moderation/retirer/", &relay.book());
        let page = pages(&portal.output().join(WALL)).remove(0);
        let told = relay.book().copies.len();

        let mut dying = portal.start(Some(&format!("{point}:1")));
        let _ = send(dying.address, &stop, &[("_decision", "retirer"), ("_mots", "Une erreur.")]);
        assert_eq!(dying.ended().signal(), Some(9), "it dies at {point} and of nothing else");

        let running = portal.start(None);
        relay.wait_for(told + 2);
        until(point, || !page.exists() && pushed("retrait : "));
        until_nothing_waits(running.address);
        let path = format!("/{WALL}/{}/", page.file_name().unwrap().to_str().unwrap());
        until(point, || get(running.address, &path).starts_with("HTTP/1.1 410"));
        running.stop();

        let wall = fs::read_to_string(portal.output().join(WALL).join("index.html")).unwrap();
        assert!(!wall.contains(MESSAGE), "the wall is without it after {point}");
        for file in files(&portal) {
            let text = fs::read_to_string(file).unwrap();
            assert!(!text.contains(MESSAGE) && text.contains("expire_le:"), "{point}: {text}");
        }
        assert_eq!(relay.book().copies.len(), told + 2, "the author and the moderators, once, after {point}");
        if has_git {
            let log = portal.git(&["--git-dir", "depot.git", "log", "--format=%s", "main"]);
            assert_eq!(log.lines().filter(|line| line.starts_with("retrait : ")).count(), 1, "{point}:\n{log}");
        }
    }
}

/// A post-it that was sent, and the link to decide about it.
fn waits_for_a_decision(has_git: bool) -> (Relay, Portal, String) {
    let relay = Relay::start();
    let portal = Portal::that_publishes(relay.port, has_git);
    let running = portal.start(None);
    let key = portal.sheets().next();
    let fields = [("_cle", key.as_str()), ("espace", "geriatrie"), ("message", MESSAGE), ("courriel", AUTHOR)];
    let answer = send(running.address, "/formulaires/post-it/", &fields).unwrap();
    assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
    relay.wait_for(1);
    until_nothing_waits(running.address);
    running.stop();
    let link = decision_link(&relay.book());
    (relay, portal, link)
}

/// A post-it is approved by a portal that dies at `point`; the next one does the rest.
fn dies_and_goes_on(point: &str, has_git: bool) -> Portal {
    let (relay, portal, link) = waits_for_a_decision(has_git);
    let mut expected_mails = mails(&relay.book());

    let mut dying = portal.start(Some(&format!("{point}:1")));
    // It may die before it answers.
    let _ = send(dying.address, &link, &[("_decision", "approuver")]);
    assert_eq!(dying.ended().signal(), Some(9), "it dies at {point} and of nothing else");

    let running = portal.start(None);
    // Whoever got no answer clicks again; what was decided is not decided twice.
    let again = send(running.address, &link, &[("_decision", "approuver")]).unwrap();
    let expected = if point == "before-decision" { "HTTP/1.1 303" } else { "HTTP/1.1 409" };
    assert!(again.starts_with(expected), "after {point}: {again}");
    // The author is told, and who may take the page away.
    for told in [AUTHOR, MODERATOR] {
        *expected_mails.entry(told.to_owned()).or_default() += 1;
    }
    relay.wait_for(expected_mails.values().sum());
    until_nothing_waits(running.address);
    until(point, || !has_git || portal.git(&["--git-dir", "depot.git", "log", "main"]).contains("publication : "));
    running.stop();

    let pages = pages(&portal.output().join(WALL));
    assert_eq!(pages.len(), 1, "one page after {point}: {pages:?}");
    let wall = fs::read_to_string(portal.output().join(WALL).join("index.html")).unwrap();
    assert_eq!(wall.matches(MESSAGE).count(), 1, "once on the wall after {point}");
    let book = relay.book();
    assert_eq!(mails(&book), expected_mails, "each mail after {point}");
    // Once the page is live its mails are on their way: what was in flight goes out again.
    let is_once = book.copies.values().all(|copies| copies.len() == 1);
    assert!(is_once || point == "after-push", "each mail once after {point}");
    portal
}

/// How many different mails each recipient got.
fn mails(book: &Book) -> BTreeMap<String, usize> {
    let mut mails = BTreeMap::new();
    for copy in book.copies.values().filter_map(|copies| copies.first()) {
        *mails.entry(recipient(&copy.data)).or_default() += 1;
    }
    mails
}

fn decision_link(book: &Book) -> String {
    link_to(MODERATOR, "/moderation/decider/", book)
}

fn link_to(who: &str, folder: &str, book: &Book) -> String {
    let theirs = book.copies.values().flatten().filter(|copy| recipient(&copy.data) == who);
    let mut links = theirs.filter_map(|copy| {
        let text = text(&copy.data);
        Some(text[text.find(folder)?..].split_whitespace().next()?.to_owned())
    });
    links.next().unwrap_or_else(|| panic!("no link to {folder}, but {:?}", mails(book)))
}

fn text(mail: &[u8]) -> String {
    MessageParser::default().parse(mail).unwrap().body_text(0).unwrap().into_owned()
}

fn recipient(mail: &[u8]) -> String {
    let mail = MessageParser::default().parse(mail).unwrap();
    mail.to().and_then(Address::first).and_then(|to| to.address()).unwrap().to_owned()
}

/// What the folder of post-its holds besides its own page.
fn files(portal: &Portal) -> Vec<PathBuf> {
    let entries = fs::read_dir(portal.content().join(WALL)).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| !path.ends_with("_index.md")).collect()
}

/// The pages below a folder of the site.
fn pages(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.join("index.html").exists()).collect()
}

fn until(point: &str, mut is_so: impl FnMut() -> bool) {
    let begun = std::time::Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "what is waited for does not come after {point}");
        std::thread::park_timeout(std::time::Duration::from_millis(20));
    }
}
