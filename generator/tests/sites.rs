//! Each folder of `tests/sites` is a site as an editor would write it (`content/`), with what
//! must come of it: `expected/` (pages, as the plain theme of `tests/theme` shows them) or
//! `diagnostics.txt`. `UPDATE_EXPECTED=1 cargo test -p generator --test sites` writes what came;
//! its diff is then reviewed like code.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails where it stands")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use generator::build::{BuildOptions, build};
use generator::content::Diffusion;

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(path)
}

fn options(content: &Path, output: &Path, diffusion: Diffusion) -> BuildOptions {
    BuildOptions {
        content: content.to_owned(),
        theme: here("theme"),
        output: output.to_owned(),
        diffusion,
        compress: false,
        drafts: false,
        now: "2026-11-22T12:00:00Z".parse().unwrap(),
    }
}

/// The text files below a folder, by path.
fn tree(root: &Path) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    for entry in walkdir::WalkDir::new(root).into_iter().filter_map(Result::ok) {
        let name = entry.path().strip_prefix(root).unwrap().to_string_lossy().into_owned();
        if entry.file_type().is_file() && !name.starts_with('.') {
            files.insert(name, String::from_utf8_lossy(&fs::read(entry.path()).unwrap()).into_owned());
        }
    }
    files
}

fn copy(from: &Path, to: &Path) {
    for entry in walkdir::WalkDir::new(from).into_iter().filter_map(Result::ok) {
        let target = to.join(entry.path().strip_prefix(from).unwrap());
        if entry.file_type().is_dir() {
            fs::create_dir_all(target).unwrap();
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// The diagnostics as text, without the machine's path to the fixture.
fn diagnostics_text(diagnostics: &[generator::diagnostic::Diagnostic], site: &Path) -> String {
    let shown = diagnostics.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    shown.replace(&format!("{}/", site.display()), "")
}

fn check_site(name: &str, diffusion: Diffusion) {
    let site = here("sites").join(name);
    // Away from this repository, whose history would give the pages their dates.
    let folder = tempfile::tempdir().unwrap();
    copy(&site.join("content"), &folder.path().join("content"));
    let output = folder.path().join("public");
    let report = build(&options(&folder.path().join("content"), &output, diffusion)).unwrap();
    let found = diagnostics_text(&report.diagnostics, folder.path());
    let pages = if report.is_refused() { BTreeMap::new() } else { tree(&output) };

    let (listed, expected) = (site.join("diagnostics.txt"), site.join("expected"));
    if std::env::var_os("UPDATE_EXPECTED").is_some() {
        fs::write(&listed, &found).unwrap();
        let _ = fs::remove_dir_all(&expected);
        for (path, text) in &pages {
            let file = expected.join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
    }
    assert_eq!(found, fs::read_to_string(&listed).unwrap(), "diagnostics of « {name} »");
    let wanted = tree(&expected);
    assert_eq!(pages.keys().collect::<Vec<_>>(), wanted.keys().collect::<Vec<_>>(), "files of « {name} »");
    for (path, text) in wanted {
        assert_eq!(pages[&path], text, "« {path} » of « {name} »");
    }
}

#[test]
fn a_small_portal_gives_the_expected_pages() {
    check_site("portail", Diffusion::Interne);
}

#[test]
fn a_public_build_has_no_trace_of_an_internal_space() {
    check_site("diffusion-publique", Diffusion::Publique);
    let pages = tree(&here("sites/diffusion-publique/expected"));
    assert!(!pages.is_empty());
    for (path, text) in pages {
        assert!(!path.contains("pediatrie"), "{path}");
        for word in ["Pédiatrie", "pediatrie", "Merci à la nuit", "secret.pdf", "la-notre", "Rire ensemble"] {
            assert!(!text.contains(word), "« {word} » in {path}");
        }
    }
}

#[test]
fn a_folder_without_settings_builds_with_defaults() {
    check_site("sans-reglages", Diffusion::Interne);
}

#[test]
fn the_blocks_of_an_editor_give_the_expected_pages() {
    check_site("blocs", Diffusion::Interne);
}

#[test]
fn what_is_wrong_with_a_block_is_said_where_it_is() {
    check_site("blocs-fautes", Diffusion::Interne);
}

#[test]
fn every_fault_of_a_build_is_reported_at_once() {
    check_site("fautes", Diffusion::Interne);
}

#[test]
fn every_fault_of_a_text_is_shown_where_it_stands() {
    check_site("textes", Diffusion::Interne);
}

#[test]
fn a_failed_build_leaves_the_live_site_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let (content, output) = (folder.path().join("content"), folder.path().join("public"));
    fs::create_dir_all(&content).unwrap();
    fs::write(content.join("_index.md"), "---\ntitre: Accueil\n---\nBonjour\n").unwrap();
    build(&options(&content, &output, Diffusion::Interne)).unwrap();
    let before = tree(&output);
    assert!(before["index.html"].contains("Bonjour"));

    fs::write(content.join("_index.md"), "---\ntitre: Accueil\n---\nBonsoir [perdu](nulle-part.md)\n").unwrap();
    let report = build(&options(&content, &output, Diffusion::Interne)).unwrap();

    assert!(report.is_refused());
    assert_eq!(tree(&output), before);
}

#[test]
fn two_builds_of_the_same_input_are_identical() {
    let folder = tempfile::tempdir().unwrap();
    let outputs = ["a", "b"].map(|name| folder.path().join(name));
    for output in &outputs {
        let options =
            BuildOptions { compress: true, ..options(&here("sites/portail/content"), output, Diffusion::Interne) };
        build(&options).unwrap();
    }
    let bytes = |root: &Path| -> BTreeMap<PathBuf, Vec<u8>> {
        walkdir::WalkDir::new(root)
            .into_iter()
            .filter_map(Result::ok)
            .filter(|entry| entry.file_type().is_file())
            .map(|entry| (entry.path().strip_prefix(root).unwrap().to_owned(), fs::read(entry.path()).unwrap()))
            .collect()
    };
    let first = bytes(&outputs[0]);
    assert!(first.keys().any(|path| path.to_string_lossy().ends_with(".html.br")));
    assert_eq!(first, bytes(&outputs[1]));
}

#[test]
fn a_home_page_that_cannot_be_read_is_reported_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("_index.md"), "---\ntitre: Accueil\n").unwrap();
    fs::write(folder.path().join("aide.md"), "---\ntitre: Aide\n---\n[Accueil](_index.md)\n").unwrap();
    let report = build(&options(folder.path(), &folder.path().join("public"), Diffusion::Interne)).unwrap();
    let codes: Vec<_> = report.diagnostics.iter().map(|diagnostic| diagnostic.code).collect();
    assert_eq!(codes, ["entete-ouvert"]);
}

#[test]
fn an_empty_folder_builds_a_home() {
    let folder = tempfile::tempdir().unwrap();
    let content = folder.path().join("content");
    fs::create_dir(&content).unwrap();
    let output = folder.path().join("public");
    let report = build(&options(&content, &output, Diffusion::Interne)).unwrap();
    assert_eq!(report.diagnostics, []);
    assert!(tree(&output).contains_key("index.html"));
}

#[cfg(unix)]
#[test]
fn a_link_that_leaves_the_content_publishes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let content = folder.path().join("content");
    fs::create_dir(&content).unwrap();
    fs::write(folder.path().join("secret.txt"), "mot de passe").unwrap();
    std::os::unix::fs::symlink(folder.path().join("secret.txt"), content.join("secret.txt")).unwrap();
    fs::write(content.join("_index.md"), "---\ntitre: Accueil\n---\n[Le règlement](secret.txt)\n").unwrap();
    let report = build(&options(&content, &folder.path().join("public"), Diffusion::Interne)).unwrap();
    let codes: Vec<_> = report.diagnostics.iter().map(|diagnostic| diagnostic.code).collect();
    assert_eq!(codes, ["page-introuvable"]);
}

#[test]
fn one_slip_in_a_shared_file_is_said_once() {
    let folder = tempfile::tempdir().unwrap();
    let content = folder.path().join("content");
    fs::create_dir_all(content.join("guides")).unwrap();
    fs::write(content.join("_index.md"), "---\ntitre: A\n---\n[nom](etablissement:nom)\n").unwrap();
    fs::write(content.join("etablissement.yaml"), "nom: Centre : X\n").unwrap();
    fs::write(content.join("portail.yaml"), "nom: A\nmenu: [guide/_index.md]\n").unwrap();
    fs::write(content.join("guides/_index.md"), "---\ntitre: Guides\ncontient: guides\n---\n").unwrap();
    fs::write(content.join("guides/un.md"), "---\ntitre: Un\npublic: Tous\n---\n").unwrap();
    let report = build(&options(&content, &folder.path().join("public"), Diffusion::Interne)).unwrap();
    let found: Vec<_> = report
        .diagnostics
        .iter()
        .map(|diagnostic| (diagnostic.code, diagnostic.location.as_ref().map(|place| place.line)))
        .collect();
    assert_eq!(found, [("yaml", Some(1)), ("valeur-inconnue", Some(3)), ("menu", Some(2))]);
}
