//! What a crash leaves in the clone.

use std::fs;
use std::process::Command;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use forms_service::publish::workspace::Pushed;

use crate::support::{Hospital, put};

#[test]
fn whatever_a_crash_left_is_dropped_and_what_was_committed_stays() {
    let hospital = Hospital::new();
    let workspace = hospital.workspace();
    let changes = [put("a.md", "a\n")];
    workspace.apply(&changes).unwrap();
    let commit = workspace.commit(&changes, "a").unwrap();
    drop(workspace);

    let own = hospital.cloned(".git");
    for lock in ["index.lock", "HEAD.lock", "refs/heads/portail.lock", "portail-index", "portail-index.lock"] {
        fs::write(own.join(lock), "").unwrap();
    }
    fs::create_dir(own.join("rebase-merge")).unwrap();
    fs::write(own.join("rebase-merge/git-rebase-todo"), "pick 0\n").unwrap();
    fs::write(own.join("HEAD"), hospital.git(&["-C", "forge.git", "rev-parse", "main"])).unwrap();
    fs::write(own.join("index"), "à moitié").unwrap();
    fs::write(hospital.cloned("content/contact.md"), "à moitié").unwrap();
    fs::write(hospital.cloned("content/.portail-b.md.moitie"), "à moitié").unwrap();
    fs::create_dir_all(hospital.cloned("content/vide/autre")).unwrap();
    fs::write(hospital.cloned("content/vide/.gitignore"), "*\n").unwrap();

    let workspace = hospital.workspace();
    workspace.refresh().unwrap();

    assert_eq!(workspace.head().unwrap(), commit);
    assert_eq!(hospital.git(&["-C", "donnees/depot", "status", "--porcelain", "--ignored"]), "");
    assert!(!hospital.cloned("content/vide").exists());
    assert_eq!(workspace.push().unwrap(), Pushed::Done);
}

#[test]
fn a_first_copy_that_was_cut_short_is_made_again() {
    let hospital = Hospital::new();
    fs::create_dir_all(hospital.path("donnees/depot.partiel/.git/objects")).unwrap();
    fs::write(hospital.path("donnees/depot.partiel/.git/index.lock"), "").unwrap();
    let workspace = hospital.workspace();
    assert!(workspace.content().join("contact.md").exists());
    assert!(!hospital.path("donnees/depot.partiel").exists());
}

/// A service that is killed leaves its git behind, which goes on writing: the next waits for its end.
#[test]
fn the_git_of_a_killed_service_is_waited_for() {
    let hospital = Hospital::new();
    drop(hospital.workspace());
    let lock = fs::File::open(hospital.path("donnees/depot.verrou")).unwrap();
    lock.lock().unwrap();
    // As git does, it inherits the lock as its input; it ends when this test says so.
    let mut orphan = Command::new("sh")
        .args(["-c", "until [ -e ../fin ]; do :; done; : > content/orphelin.md"])
        .current_dir(hospital.path("donnees/depot"))
        .stdin(lock)
        .spawn()
        .unwrap();
    let opened = thread::scope(|scope| {
        let (done, is_done) = mpsc::channel();
        let hospital = &hospital;
        scope.spawn(move || done.send(hospital.workspace()).unwrap());
        let too_early = is_done.recv_timeout(Duration::from_millis(300)).is_ok();
        fs::write(hospital.path("donnees/fin"), "").unwrap();
        orphan.wait().unwrap();
        assert!(!too_early, "it was opened while a git worked in it");
        is_done.recv().unwrap()
    });
    assert!(!opened.content().join("orphelin.md").exists());
}

#[test]
fn commits_that_were_not_pushed_survive_a_restart() {
    let hospital = Hospital::new();
    for name in ["a.md", "b.md"] {
        let workspace = hospital.workspace();
        let changes = [put(name, name)];
        workspace.apply(&changes).unwrap();
        workspace.commit(&changes, name).unwrap().unwrap();
    }
    let workspace = hospital.workspace();
    assert_eq!(workspace.unpushed().unwrap(), 2);
    assert_eq!(workspace.push().unwrap(), Pushed::Done);
    assert_eq!(hospital.history().len(), 3);
}
