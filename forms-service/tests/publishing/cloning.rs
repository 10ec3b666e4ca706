//! The clone at its first start, and what is told when it cannot be made.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use forms_service::publish::workspace::{CheckedOut, Pushed, Workspace};

use crate::support::{Hospital, put, remove, replace};

const PAGE: &str = "faire/geriatrie/post-its/2026-11-22-k3v9.md";

#[test]
fn what_is_approved_is_one_file_one_commit_and_one_push() {
    let hospital = Hospital::new();
    let workspace = hospital.workspace();
    let before = workspace.head().unwrap().unwrap();
    let changes = [put(PAGE, "---\ncouleur: jaune\n---\nMerci à l’équipe de nuit\n")];

    workspace.apply(&changes).unwrap();
    let commit = workspace.commit(&changes, "Post-it ABCDE12345 : approuvé").unwrap().unwrap();
    assert_eq!(workspace.unpushed().unwrap(), 1);
    assert_eq!(workspace.push().unwrap(), Pushed::Done);

    assert_eq!(workspace.head().unwrap(), Some(commit.clone()));
    assert_ne!(commit, before);
    assert_eq!(workspace.unpushed().unwrap(), 0);
    assert_eq!(workspace.push().unwrap(), Pushed::NothingToDo);
    assert!(hospital.published(PAGE).unwrap().contains("équipe de nuit"));
    assert_eq!(hospital.history()[0], "Portail <portail@exemple.fr>, Portail: Post-it ABCDE12345 : approuvé");
    assert_eq!(hospital.history().len(), 2);
}

#[test]
fn made_again_it_is_still_one_file_and_one_commit() {
    let hospital = Hospital::new();
    let changes = [put(PAGE, "texte\n"), replace("contact.md", "---\ntitre: Contact\n---\nAncien texte\n", "x\n")];
    let others = [remove("contact.md")];
    for _ in 0..3 {
        let workspace = hospital.workspace();
        workspace.refresh().unwrap();
        workspace.apply(&changes).unwrap();
        workspace.apply(&changes).unwrap();
        workspace.commit(&changes, "un").unwrap();
        assert_eq!(workspace.commit(&changes, "un").unwrap(), None);
        workspace.push().unwrap();
    }
    let workspace = hospital.workspace();
    for _ in 0..3 {
        workspace.apply(&others).unwrap();
        workspace.commit(&others, "deux").unwrap();
        workspace.push().unwrap();
    }
    assert_eq!(hospital.history().len(), 3);
    assert_eq!(hospital.published("contact.md"), None);
}

#[test]
fn a_commit_holds_the_files_of_its_changes_and_no_other() {
    let hospital = Hospital::new();
    let workspace = hospital.workspace();
    workspace.apply(&[put("a.md", "a\n"), put("b.md", "b\n")]).unwrap();
    fs::write(hospital.cloned("content/contact.md"), "à moitié").unwrap();

    workspace.commit(&[put("a.md", "a\n")], "a").unwrap().unwrap();
    workspace.push().unwrap();

    assert_eq!(hospital.published("a.md").as_deref(), Some("a\n"));
    assert_eq!(hospital.published("b.md"), None);
    assert!(hospital.published("contact.md").unwrap().contains("Ancien texte"));
}

#[test]
fn what_is_taken_back_leaves_no_trace() {
    let hospital = Hospital::new();
    let workspace = hospital.workspace();
    let old = fs::read_to_string(hospital.cloned("content/contact.md")).unwrap();
    let changes = [put(PAGE, "p\n"), replace("contact.md", &old, "autre\n"), remove("_index.md")];
    workspace.apply(&changes).unwrap();
    workspace.undo(&changes).unwrap();
    workspace.undo(&changes).unwrap();

    assert_eq!(fs::read_to_string(hospital.cloned("content/contact.md")).unwrap(), old);
    assert!(!hospital.cloned("content/faire").exists());
    let left: Vec<_> =
        fs::read_dir(hospital.cloned("content")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "{left:?}");
    assert_eq!(hospital.git(&["-C", "donnees/depot", "status", "--porcelain"]), "");
    assert_eq!(workspace.commit(&changes[..1], "x").unwrap(), None, "there is nothing to commit");
}

#[test]
fn what_was_committed_is_not_taken_back() {
    let hospital = Hospital::new();
    let workspace = hospital.workspace();
    let changes = [put(PAGE, "p\n")];
    workspace.apply(&changes).unwrap();
    workspace.commit(&changes, "p").unwrap().unwrap();
    workspace.undo(&changes).unwrap();
    assert!(hospital.cloned("content").join(PAGE).exists());
}

#[test]
fn names_with_odd_characters_are_names() {
    let hospital = Hospital::new();
    let workspace = hospital.workspace();
    let names = [":(top)été.md", "*.md", "-x.md", "l’idée \"b\".md", "a b/c'd.md", "[ab].md", "$(id).md", "!x.md"];
    let changes: Vec<_> = names.iter().map(|name| put(name, name)).collect();
    workspace.apply(&changes).unwrap();
    workspace.undo(&changes).unwrap();
    assert_eq!(hospital.git(&["-C", "donnees/depot", "status", "--porcelain"]), "");
    for change in changes.chunks(1) {
        workspace.apply(change).unwrap();
        workspace.commit(change, "-m étrange").unwrap().unwrap();
    }
    workspace.undo(&changes).unwrap();
    assert_eq!(workspace.push().unwrap(), Pushed::Done);
    for name in names {
        assert_eq!(hospital.published(name).as_deref(), Some(name));
    }
    workspace.refresh().unwrap();
    assert_eq!(hospital.git(&["-C", "donnees/depot", "status", "--porcelain"]), "");
}

#[test]
fn nothing_leaves_the_content_folder_or_goes_through_a_link() {
    let hospital = Hospital::new();
    let editor = hospital.editor("camille");
    std::os::unix::fs::symlink("/tmp", editor.0.join("content/ailleurs")).unwrap();
    std::os::unix::fs::symlink("../../../hors.md", editor.0.join("content/lien.md")).unwrap();
    editor.commit("links");
    editor.push();
    let workspace = hospital.workspace();
    for path in ["../x.md", "a/../../x.md", "/etc/x", ".git/config", "a/.x.md", "", "a//b", "a\\b", "a\nb"] {
        let refused = workspace.apply(&[put("bon.md", "x"), put(path, "x")]).unwrap_err().to_string();
        assert!(refused.contains("n’est pas un nom possible"), "{path}: {refused}");
        assert!(workspace.commit(&[put(path, "x")], "x").is_err(), "{path}");
        assert!(workspace.undo(&[put(path, "x")]).is_err(), "{path}");
    }
    for path in ["ailleurs/x.md", "lien.md"] {
        let refused = workspace.apply(&[put("bon.md", "x"), put(path, "x")]).unwrap_err().to_string();
        assert!(refused.contains("lien symbolique"), "{path}: {refused}");
    }
    assert!(!hospital.cloned("content/bon.md").exists(), "all or nothing");
    assert!(!hospital.path("hors.md").exists());
}

#[test]
fn a_text_that_is_there_is_never_written_over() {
    let hospital = Hospital::new();
    let workspace = hospital.workspace();
    for changes in [[put("contact.md", "x")], [replace("contact.md", "autre", "x")], [replace("absent.md", "a", "x")]] {
        let refused = workspace.apply(&changes).unwrap_err().to_string();
        assert!(refused.contains("rien n’y a été changé") || refused.contains("n’existe pas"), "{refused}");
    }
    assert_eq!(hospital.git(&["-C", "donnees/depot", "status", "--porcelain"]), "");
}

#[test]
fn a_repository_that_cannot_be_used_is_told_in_french_and_leaves_nothing_half_made() {
    let hospital = Hospital::new();
    for (keys, said) in [
        ("distant: absent.git", "il n’y a pas de dépôt à cette adresse"),
        ("distant: forge.git, branche: autre", "la branche n’existe pas"),
        ("distant: forge.git, contenu: pages", "n’a pas de dossier « pages »"),
        ("distant: \"http://127.0.0.1:1/x.git\"", "injoignable"),
    ] {
        let depot = hospital.try_depot(keys).unwrap();
        let refused = format!("{:#}", Workspace::clone_of(&depot, &hospital.path("donnees")).err().unwrap());
        assert!(refused.contains(said), "{keys}: {refused}");
        assert!(!hospital.path("donnees/depot").exists());
    }
    assert!(hospital.workspace().content().join("contact.md").exists(), "and the next start makes it");
}

#[test]
fn the_whole_repository_may_be_the_content() {
    let hospital = Hospital::new();
    let workspace = Workspace::clone_of(&hospital.depot(", contenu: ."), &hospital.path("donnees")).unwrap();
    let changes = [put("content/x.md", "x"), put(":(top)y.md", "a"), put("y.md", "b")];
    workspace.apply(&changes).unwrap();
    workspace.commit(&changes, "x").unwrap().unwrap();
    workspace.push().unwrap();
    assert_eq!(hospital.published("x.md").as_deref(), Some("x"));

    let both = [replace(":(top)y.md", "a", "autre"), replace("y.md", "b", "autre")];
    workspace.apply(&both).unwrap();
    workspace.undo(&both[..1]).unwrap();
    assert_eq!(fs::read_to_string(workspace.content().join(":(top)y.md")).unwrap(), "a");
    assert_eq!(fs::read_to_string(workspace.content().join("y.md")).unwrap(), "autre", "a name is no pattern");
}

/// Without the program, an operator reads what to do; nobody else's words.
#[test]
fn without_git_it_is_said_in_french() {
    let hospital = Hospital::new();
    fs::write(hospital.path("service.yaml"), "depot: {distant: forge.git}\n").unwrap();
    let empty = hospital.path("vide");
    fs::create_dir(&empty).unwrap();
    let start = |words: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_forms-service"))
            .current_dir(hospital.path(""))
            .args(words)
            .args(["--config", "service.yaml", "--data", "donnees"])
            .env("PATH", &empty)
            .output()
            .unwrap()
    };
    let output = start(&["--listen", "127.0.0.1:0"]);
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(told.contains("« git » est introuvable"), "{told}");
    fs::set_permissions(hospital.path("donnees"), fs::Permissions::from_mode(0o700)).unwrap();
    let output = start(&["check-config"]);
    let told = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(told.contains("« git » est introuvable"), "{told}");
}

#[test]
fn another_instance_goes_to_a_commit_that_was_pushed() {
    let hospital = Hospital::new();
    let first = hospital.workspace();
    fs::create_dir(hospital.path("autres")).unwrap();
    let second = Workspace::clone_of(&hospital.depot(""), &hospital.path("autres")).unwrap();
    // Its own commit, from when it was the one that publishes.
    let own = [put("sienne.md", "s")];
    second.apply(&own).unwrap();
    second.commit(&own, "s").unwrap().unwrap();

    let changes = [put(PAGE, "p\n")];
    first.apply(&changes).unwrap();
    let commit = first.commit(&changes, "p").unwrap().unwrap();
    assert_eq!(second.checkout(&commit).unwrap(), CheckedOut::Unknown);
    first.push().unwrap();
    assert_eq!(second.ask().unwrap(), None);
    assert_eq!(second.checkout(&commit).unwrap(), CheckedOut::Done);

    assert_eq!(second.head().unwrap(), Some(commit));
    assert!(second.content().join(PAGE).exists() && !second.content().join("sienne.md").exists());
    second.refresh().unwrap();
    assert!(second.content().join(PAGE).exists() && second.content().join("sienne.md").exists());
    assert_eq!(second.push().unwrap(), Pushed::Done);
    assert_eq!(hospital.history().len(), 3);
}
