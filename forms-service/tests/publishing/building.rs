//! From a workspace to the site that visitors see.

use std::fs;
use std::path::Path;

use forms_service::publish::builder::{Builder, Written};
use forms_service::publish::snapshot::Snapshot;
use forms_service::publish::workspace::Workspace;

use crate::support::{Hospital, changed, everything, git, put};

fn here(path: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// A repository that holds the content of the tests.
fn portal() -> (Hospital, Workspace, Builder) {
    let hospital = Hospital::new();
    let editor = hospital.editor("camille");
    fs::remove_dir_all(editor.0.join("content")).unwrap();
    for entry in walkdir::WalkDir::new(here("tests/content")) {
        let entry = entry.unwrap();
        let place = editor.0.join("content").join(entry.path().strip_prefix(here("tests/content")).unwrap());
        if entry.file_type().is_dir() {
            fs::create_dir_all(place).unwrap();
        } else {
            fs::copy(entry.path(), place).unwrap();
        }
    }
    editor.commit("content");
    editor.push();
    let builder =
        Builder { theme: here("../themes/anime"), output: hospital.path("public"), address: None, domains: Vec::new() };
    let workspace = hospital.workspace();
    (hospital, workspace, builder)
}

const PAGE: &str = "nouvelle-page.md";

fn now() -> jiff::Timestamp {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

#[test]
fn a_candidate_is_looked_at_and_only_then_written() {
    let (hospital, workspace, builder) = portal();
    let Written::Live(portal, _) = builder.build(workspace.content(), now()).unwrap() else { panic!("refused") };
    assert!(portal.form("post-it").is_some());
    let live = everything(&hospital.path("public"));

    let changes = [put(PAGE, "---\ntitre: Nouvelle page\nresume: x\n---\n[rien](absent.md)\n")];
    workspace.apply(&changes).unwrap();
    let candidate = builder.check(workspace.content(), now()).unwrap();
    assert!(candidate.portal().is_none());
    let shown = candidate.diagnostics()[0].to_string();
    assert!(shown.contains(PAGE), "{shown}");
    let Written::Refused(diagnostics) = builder.write(candidate).unwrap() else { panic!("written") };
    assert_eq!(diagnostics.len(), 1);
    workspace.undo(&changes).unwrap();

    let changes = [put(PAGE, "---\ntitre: Nouvelle page\nresume: x\n---\nBonjour\n")];
    workspace.apply(&changes).unwrap();
    let candidate = builder.check(workspace.content(), now()).unwrap();
    assert!(candidate.portal().is_some());
    assert_eq!(changed(&live, &everything(&hospital.path("public"))).len(), 0, "looking writes nothing");
    assert!(matches!(builder.write(candidate).unwrap(), Written::Live(..)));
    assert!(hospital.path("public/nouvelle-page/index.html").exists());
}

/// What an editor broke does not keep a page from being withdrawn.
#[test]
fn a_page_is_withdrawn_while_the_present_content_does_not_build() {
    let (hospital, workspace, builder) = portal();
    let snapshot = Snapshot::in_data(&hospital.path("donnees"));
    let changes = [put(PAGE, "---\ntitre: Nouvelle page\nresume: x\n---\nBonjour\n")];
    workspace.apply(&changes).unwrap();
    workspace.commit(&changes, "p").unwrap().unwrap();
    workspace.push().unwrap();
    assert!(matches!(builder.build(workspace.content(), now()).unwrap(), Written::Live(..)));
    snapshot.keep(workspace.content()).unwrap();
    let editor = crate::support::Repository(hospital.path("camille"));
    git(&editor.0, &["pull", "--quiet", "origin", "main"]);
    editor.publish("content/contact.md", "---\ntitr: Contact\n---\n");
    workspace.refresh().unwrap();
    assert!(builder.check(workspace.content(), now()).unwrap().portal().is_none());
    assert!(hospital.path("public/nouvelle-page/index.html").exists());

    let without = snapshot.without(&[PAGE]).unwrap().unwrap();
    assert!(matches!(builder.build(&without, now()).unwrap(), Written::Live(..)));
    snapshot.adopt(&without).unwrap();

    assert!(!hospital.path("public/nouvelle-page").exists());
}
