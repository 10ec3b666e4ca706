//! Without git: files are written into the content folder, beside what an editor does there.

use std::fs;

use forms_service::publish::workspace::{Pushed, Refreshed, Workspace};
use tempfile::TempDir;

use crate::support::{put, remove, replace};

fn content() -> (TempDir, Workspace) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("contact.md"), "ancien\n").unwrap();
    fs::write(folder.path().join("en-cours.md"), "à moitié\n").unwrap();
    let workspace = Workspace::folder(folder.path().to_owned());
    (folder, workspace)
}

fn names(folder: &TempDir) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn changes_are_made_and_kept_without_git() {
    let (folder, workspace) = content();
    let changes = [put("a/b.md", "b\n"), replace("contact.md", "ancien\n", "nouveau\n"), remove("en-cours.md")];
    for _ in 0..2 {
        workspace.apply(&changes).unwrap();
        assert_eq!(workspace.commit(&changes, "x").unwrap(), None);
    }
    assert_eq!(names(&folder), ["a", "contact.md"]);
    assert_eq!(fs::read_to_string(folder.path().join("contact.md")).unwrap(), "nouveau\n");
    assert_eq!(workspace.push().unwrap(), Pushed::NothingToDo);
    assert_eq!((workspace.head().unwrap(), workspace.unpushed().unwrap()), (None, 0));
}

#[test]
fn changes_are_taken_back_even_after_a_crash_in_the_midst() {
    let (folder, workspace) = content();
    let changes = [put("a/b.md", "b\n"), replace("contact.md", "ancien\n", "nouveau\n"), remove("en-cours.md")];
    for made in [0, 1, 2, 3] {
        workspace.apply(&changes[..made]).unwrap();
        // The next service: what it finds of a removal is kept until the change is made again or taken back.
        let workspace = Workspace::folder(folder.path().to_owned());
        assert_eq!(workspace.refresh().unwrap(), Refreshed { head: None, moved: false, unreachable: None });
        workspace.apply(&changes).unwrap();
        workspace.undo(&changes).unwrap();
        assert_eq!(names(&folder), ["contact.md", "en-cours.md"]);
        assert_eq!(fs::read_to_string(folder.path().join("contact.md")).unwrap(), "ancien\n");
        assert_eq!(fs::read_to_string(folder.path().join("en-cours.md")).unwrap(), "à moitié\n");
    }
}

#[test]
fn what_an_editor_changed_since_is_left_alone() {
    let (folder, workspace) = content();
    let changes = [put("a.md", "a\n"), replace("contact.md", "ancien\n", "nouveau\n")];
    workspace.apply(&changes).unwrap();
    fs::write(folder.path().join("a.md"), "corrigé\n").unwrap();
    let told = workspace.undo(&changes).unwrap_err().to_string();
    assert!(told.contains("« a.md »"), "{told}");
    assert_eq!(fs::read_to_string(folder.path().join("a.md")).unwrap(), "corrigé\n");
    assert_eq!(fs::read_to_string(folder.path().join("contact.md")).unwrap(), "ancien\n", "the others go back");
    assert!(workspace.apply(&changes).is_err());
}

#[test]
fn leftovers_of_ours_go_and_of_others_stay() {
    let (folder, workspace) = content();
    fs::write(folder.path().join(".portail-x.md.moitie"), "à moitié").unwrap();
    fs::write(folder.path().join(".x.md.swp"), "celui d’un éditeur").unwrap();
    workspace.refresh().unwrap();
    assert_eq!(names(&folder), [".x.md.swp", "contact.md", "en-cours.md"]);
}

#[test]
fn a_change_that_fails_half_way_leaves_the_others_unmade() {
    let (folder, workspace) = content();
    // A folder stands where the text is written beside its place.
    fs::create_dir_all(folder.path().join(".portail-z.md.moitie/x")).unwrap();
    let changes = [put("a/b.md", "b\n"), remove("en-cours.md"), put("z.md", "z\n")];
    assert!(workspace.apply(&changes).is_err());
    assert_eq!(names(&folder), [".portail-z.md.moitie", "contact.md", "en-cours.md"]);
}
