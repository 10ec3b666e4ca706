//! What others push meanwhile.

use std::fs;

use forms_service::publish::workspace::Pushed;

use crate::support::{Hospital, git, put, replace};

#[test]
fn what_others_push_comes_in_and_ours_goes_on_top() {
    let hospital = Hospital::new();
    let editor = hospital.editor("camille");
    let workspace = hospital.workspace();
    assert!(!workspace.refresh().unwrap().moved);
    editor.publish("content/nouvelle.md", "n\n");
    assert!(workspace.refresh().unwrap().moved);
    assert!(workspace.content().join("nouvelle.md").exists());

    let changes = [put("a.md", "a\n")];
    workspace.apply(&changes).unwrap();
    workspace.commit(&changes, "a").unwrap().unwrap();
    editor.publish("content/encore.md", "e\n");
    let refreshed = workspace.refresh().unwrap();

    assert!(refreshed.moved && refreshed.unreachable.is_none());
    assert_eq!(refreshed.head, workspace.head().unwrap());
    assert!(workspace.content().join("a.md").exists() && workspace.content().join("encore.md").exists());
    assert_eq!(workspace.unpushed().unwrap(), 1);
    assert_eq!(workspace.commit(&changes, "a").unwrap(), None, "on top of another's commit too");
    assert_eq!(workspace.push().unwrap(), Pushed::Done);
    assert_eq!(hospital.history().len(), 4);
    assert_eq!(hospital.history()[0], "Portail <portail@exemple.fr>, Portail: a");
}

#[test]
fn a_conflict_is_told_and_leaves_everything_as_before() {
    let hospital = Hospital::new();
    let editor = hospital.editor("camille");
    let workspace = hospital.workspace();
    let old = fs::read_to_string(workspace.content().join("contact.md")).unwrap();
    let changes = [replace("contact.md", &old, "le nôtre\n")];
    workspace.apply(&changes).unwrap();
    let commit = workspace.commit(&changes, "c").unwrap().unwrap();
    editor.publish("content/contact.md", "le leur\n");

    for _ in 0..2 {
        let told = format!("{:#}", workspace.refresh().unwrap_err());
        assert!(told.contains("conflit dans « content/contact.md »"), "{told}");
        assert_eq!(workspace.head().unwrap(), Some(commit.clone()));
        assert_eq!(fs::read_to_string(workspace.content().join("contact.md")).unwrap(), "le nôtre\n");
        assert_eq!(hospital.git(&["-C", "donnees/depot", "status", "--porcelain"]), "");
        assert_eq!(workspace.unpushed().unwrap(), 1);
    }
    let Pushed::Refused(refusal) = workspace.push().unwrap() else { panic!("pushed over a conflict") };
    assert!(refusal.reason.contains("conflit") && !refusal.passing, "{refusal:?}");

    // It can be published into all the same, and goes on by itself once somebody made room.
    let more = [put("b.md", "b\n")];
    workspace.apply(&more).unwrap();
    workspace.commit(&more, "b").unwrap().unwrap();
    editor.publish("content/contact.md", &old);
    workspace.refresh().unwrap();
    assert_eq!(workspace.push().unwrap(), Pushed::Done);
    assert_eq!(hospital.published("contact.md").as_deref(), Some("le nôtre\n"));
    assert_eq!(hospital.published("b.md").as_deref(), Some("b\n"));
}

#[test]
fn the_same_change_made_by_an_editor_is_not_made_twice() {
    let hospital = Hospital::new();
    let editor = hospital.editor("camille");
    let workspace = hospital.workspace();
    let changes = [put("a.md", "a\n")];
    workspace.apply(&changes).unwrap();
    workspace.commit(&changes, "a").unwrap().unwrap();
    editor.publish("content/a.md", "a\n");
    workspace.refresh().unwrap();
    assert_eq!(workspace.unpushed().unwrap(), 0);
    assert_eq!(workspace.push().unwrap(), Pushed::NothingToDo);
    assert_eq!(hospital.history().len(), 2);
}

/// What editors took out of the history does not come back with us.
#[test]
fn a_history_that_was_rewritten_gets_our_commits_and_nothing_else() {
    let hospital = Hospital::new();
    let editor = hospital.editor("camille");
    editor.publish("content/secret.md", "un nom\n");
    let workspace = hospital.workspace();
    let changes = [put("a.md", "a\n")];
    workspace.apply(&changes).unwrap();
    workspace.commit(&changes, "a").unwrap().unwrap();
    git(&editor.0, &["reset", "--quiet", "--hard", "HEAD~1"]);
    editor.write("content/autre.md", "x\n");
    editor.commit("without the secret");
    git(&editor.0, &["push", "--quiet", "--force", "origin", "HEAD:main"]);

    workspace.refresh().unwrap();
    assert_eq!(workspace.unpushed().unwrap(), 1);
    assert_eq!(workspace.push().unwrap(), Pushed::Done);

    assert_eq!(hospital.published("secret.md"), None);
    assert!(!workspace.content().join("secret.md").exists());
    assert_eq!(hospital.history().len(), 3);
    assert_eq!(hospital.published("autre.md").as_deref(), Some("x\n"));
}

#[test]
fn a_repository_that_does_not_answer_is_told_of_and_holds_nothing_up() {
    let hospital = Hospital::new();
    let workspace = hospital.workspace();
    fs::rename(hospital.path("forge.git"), hospital.path("partie.git")).unwrap();
    let changes = [put("a.md", "a\n")];
    let refreshed = workspace.refresh().unwrap();
    assert!(refreshed.unreachable.unwrap().contains("il n’y a pas de dépôt"));
    workspace.apply(&changes).unwrap();
    workspace.commit(&changes, "a").unwrap().unwrap();
    assert!(matches!(workspace.push().unwrap(), Pushed::Refused(_)));
    assert_eq!(workspace.unpushed().unwrap(), 1);
    drop(workspace);

    let workspace = hospital.workspace();
    fs::rename(hospital.path("partie.git"), hospital.path("forge.git")).unwrap();
    assert_eq!(workspace.push().unwrap(), Pushed::Done);
    assert_eq!(hospital.published("a.md").as_deref(), Some("a\n"));
}
