//! What the repository does not take.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::thread;

use forms_service::publish::workspace::{Pushed, Workspace};

use crate::support::{Hospital, changed, everything, put};

#[test]
fn a_push_that_comes_second_is_made_again_on_top() {
    let hospital = Hospital::new();
    let editor = hospital.editor("camille");
    let workspace = hospital.workspace();
    let changes = [put("a.md", "a\n")];
    workspace.apply(&changes).unwrap();
    let first = workspace.commit(&changes, "a").unwrap();
    editor.publish("content/entre-temps.md", "e\n");

    assert_eq!(workspace.push().unwrap(), Pushed::Done);

    assert_ne!(workspace.head().unwrap(), first, "it stands on another commit now");
    assert!(workspace.content().join("entre-temps.md").exists());
    assert_eq!(hospital.history().len(), 3);
    assert_eq!(workspace.unpushed().unwrap(), 0);
}

#[test]
fn without_pushing_commits_stay_here() {
    let hospital = Hospital::new();
    let workspace = Workspace::clone_of(&hospital.depot(", pousser: non"), &hospital.path("donnees")).unwrap();
    let changes = [put("a.md", "a\n")];
    workspace.apply(&changes).unwrap();
    workspace.commit(&changes, "a").unwrap().unwrap();
    assert_eq!(workspace.push().unwrap(), Pushed::NothingToDo);
    assert_eq!(workspace.unpushed().unwrap(), 1);
    assert_eq!(hospital.history().len(), 1);
    hospital.editor("camille").publish("content/b.md", "b\n");
    workspace.refresh().unwrap();
    assert!(workspace.content().join("a.md").exists() && workspace.content().join("b.md").exists());
}

/// The repository is the folder that an editor works in: half-done, staged and new files, all at once.
#[test]
fn an_editors_uncommitted_work_is_never_touched() {
    for push_to_checkout in ["refuse", "updateInstead", "ignore"] {
        let hospital = Hospital::new();
        let editor = hospital.editor("camille");
        editor.write("content/en-cours.md", "indexé\n");
        hospital.git(&["-C", "camille", "add", "content/en-cours.md"]);
        editor.write("content/en-cours.md", "indexé, puis changé\n");
        editor.write("content/contact.md", "à moitié\n");
        editor.write("content/nouveau.md", "pas encore suivi\n");
        hospital.git(&["-C", "camille", "config", "receive.denyCurrentBranch", push_to_checkout]);
        let depot = hospital.try_depot("distant: camille, auteur: Portail <portail@exemple.fr>").unwrap();
        let before = everything(&editor.0);

        let workspace = Workspace::clone_of(&depot, &hospital.path("donnees")).unwrap();
        workspace.refresh().unwrap();
        assert!(!workspace.content().join("nouveau.md").exists(), "what is half done is not published");
        let changes = [put("nouveau.md", "le nôtre\n")];
        workspace.apply(&changes).unwrap();
        workspace.commit(&changes, "n").unwrap().unwrap();
        let Pushed::Refused(refusal) = workspace.push().unwrap() else { panic!("pushed into an editor's folder") };

        assert!(refusal.reason.contains("dossier de travail"), "{refusal:?}");
        assert_eq!(changed(&before, &everything(&editor.0)), Vec::<PathBuf>::new());
        assert_eq!(workspace.unpushed().unwrap(), 1);
        workspace.refresh().unwrap();
        assert_eq!(fs::read_to_string(workspace.content().join("nouveau.md")).unwrap(), "le nôtre\n");
    }
}

#[test]
fn a_repository_that_is_busy_is_told_and_tried_again() {
    let hospital = Hospital::new();
    let workspace = hospital.workspace();
    let changes = [put("a.md", "a\n")];
    workspace.apply(&changes).unwrap();
    let commit = workspace.commit(&changes, "a").unwrap();
    fs::write(hospital.path("forge.git/refs/heads/main.lock"), "").unwrap();
    let Pushed::Refused(refusal) = workspace.push().unwrap() else { panic!("pushed") };
    assert!(refusal.passing && refusal.reason.starts_with("le dépôt a reçu autre chose"), "{refusal:?}");
    assert_eq!(workspace.head().unwrap(), commit);
    fs::remove_file(hospital.path("forge.git/refs/heads/main.lock")).unwrap();
    assert_eq!(workspace.push().unwrap(), Pushed::Done);
}

/// A forge that wants a token: it comes in the header, in clear towards this machine only, and is
/// neither in the address nor in a message.
#[test]
fn a_token_is_sent_and_never_printed() {
    let hospital = Hospital::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    fs::write(hospital.path("jeton"), "tournesol\n").unwrap();
    fs::set_permissions(hospital.path("jeton"), fs::Permissions::from_mode(0o600)).unwrap();
    let forge = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut lines = BufReader::new(stream.try_clone().unwrap()).lines().map_while(Result::ok);
        let head: Vec<String> = lines.by_ref().take_while(|line| !line.is_empty()).collect();
        stream.write_all(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").unwrap();
        head
    });
    let keys = format!("distant: \"http://127.0.0.1:{port}/portail.git\", jeton_fichier: jeton");
    let depot = hospital.try_depot(&keys).unwrap();
    assert!(!format!("{depot:?}").contains("tournesol"));

    let told = format!("{:#}", Workspace::clone_of(&depot, &hospital.path("donnees")).err().unwrap());

    let head = forge.join().unwrap().join("\n");
    assert!(head.contains("Authorization: Basic cG9ydGFpbDp0b3VybmVzb2w="), "{head}");
    assert!(told.contains("ne nous donne pas ce droit") && !told.contains("tournesol"), "{told}");
}
