//! The sources of what is live, and the site without one page.

use std::fs;
use std::path::Path;

use forms_service::publish::snapshot::Snapshot;
use tempfile::TempDir;

fn site() -> (TempDir, Snapshot) {
    let folder = tempfile::tempdir().unwrap();
    let content = folder.path().join("content");
    fs::create_dir_all(content.join("faire")).unwrap();
    fs::write(content.join("a.md"), "a").unwrap();
    fs::write(content.join("faire/b.md"), "b").unwrap();
    fs::write(content.join(".caché"), "x").unwrap();
    let snapshot = Snapshot::in_data(folder.path());
    (folder, snapshot)
}

fn files(folder: &Path) -> Vec<(String, String)> {
    let mut found: Vec<_> = walkdir::WalkDir::new(folder)
        .into_iter()
        .map(Result::unwrap)
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let path = entry.path().strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
            (path, fs::read_to_string(entry.path()).unwrap())
        })
        .collect();
    found.sort();
    found
}

fn of(all: &[(&str, &str)]) -> Vec<(String, String)> {
    all.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
}

#[test]
fn what_is_live_is_kept_through_every_change() {
    let (folder, snapshot) = site();
    let content = folder.path().join("content");
    assert_eq!(snapshot.content(), None);
    snapshot.keep(&content).unwrap();
    assert_eq!(files(&snapshot.content().unwrap()), of(&[("a.md", "a"), ("faire/b.md", "b")]));
    // Both copies hold it now.
    snapshot.keep(&content).unwrap();

    // As long as before, and within the same moment.
    let file = fs::File::options().write(true).open(content.join("a.md")).unwrap();
    let moment = file.metadata().unwrap().modified().unwrap();
    fs::write(content.join("a.md"), "A").unwrap();
    file.set_modified(moment).unwrap();
    fs::remove_dir_all(content.join("faire")).unwrap();
    fs::write(content.join("faire"), "un fichier").unwrap();
    snapshot.keep(&content).unwrap();
    assert_eq!(files(&snapshot.content().unwrap()), of(&[("a.md", "A"), ("faire", "un fichier")]));
    fs::remove_file(content.join("faire")).unwrap();
    fs::create_dir(content.join("faire")).unwrap();
    fs::write(content.join("faire/c.md"), "c").unwrap();
    fs::write(content.join("a.md"), "Z").unwrap();
    snapshot.keep(&content).unwrap();
    snapshot.keep(&content).unwrap();
    assert_eq!(files(&snapshot.content().unwrap()), of(&[("a.md", "Z"), ("faire/c.md", "c")]));
}

#[test]
fn a_file_that_did_not_change_is_not_copied_again() {
    let (folder, snapshot) = site();
    let content = folder.path().join("content");
    let long_ago = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
    fs::File::options().write(true).open(content.join("a.md")).unwrap().set_modified(long_ago).unwrap();
    snapshot.keep(&content).unwrap();
    let first = snapshot.content().unwrap();
    snapshot.keep(&content).unwrap();
    // Whoever finds it as it was left sees this, too.
    fs::write(first.join("a.md"), "!").unwrap();
    fs::File::options().write(true).open(first.join("a.md")).unwrap().set_modified(long_ago).unwrap();
    snapshot.keep(&content).unwrap();
    assert_eq!(snapshot.content(), Some(first.clone()));
    assert_eq!(fs::read_to_string(first.join("a.md")).unwrap(), "!");
}

#[test]
fn a_page_is_withdrawn_from_what_is_kept_and_stays_away() {
    let (folder, snapshot) = site();
    assert_eq!(snapshot.without(&["a.md"]).unwrap(), None);
    snapshot.keep(&folder.path().join("content")).unwrap();
    let without = snapshot.without(&["a.md", "absent.md"]).unwrap().unwrap();
    assert_eq!(files(&without), of(&[("faire/b.md", "b")]));
    assert_eq!(files(&snapshot.content().unwrap()).len(), 2, "it is not the one kept yet");
    snapshot.adopt(&without).unwrap();
    assert_eq!(files(&snapshot.content().unwrap()), of(&[("faire/b.md", "b")]));
    assert_eq!(files(&snapshot.without(&["faire/b.md"]).unwrap().unwrap()), of(&[]));
    assert!(snapshot.without(&["../content/a.md"]).is_err());
    assert!(snapshot.adopt(folder.path()).is_err());
}

/// A copy that was cut short is not the one that the marker names.
#[test]
fn what_is_kept_is_whole_whenever_the_machine_stops() {
    let (folder, snapshot) = site();
    let content = folder.path().join("content");
    snapshot.keep(&content).unwrap();
    let kept = snapshot.content().unwrap();
    fs::write(content.join("a.md"), "autre").unwrap();
    // Prepared, and then nothing more.
    let half = snapshot.without(&[]).unwrap().unwrap();
    fs::write(half.join("faire/b.md"), "à moi").unwrap();
    let snapshot = Snapshot::in_data(folder.path());
    assert_eq!(snapshot.content(), Some(kept));
    assert_eq!(files(&snapshot.content().unwrap()), of(&[("a.md", "a"), ("faire/b.md", "b")]));
    snapshot.keep(&content).unwrap();
    assert_eq!(files(&snapshot.content().unwrap()), of(&[("a.md", "autre"), ("faire/b.md", "b")]));
}
