//! The editors' guide as its readers follow it: each file that it shows is put where it says, over
//! the portal's own content, and checked; each command of `generator` that it names is understood.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails where it stands")]

#[path = "support/files.rs"]
mod files;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::CommandFactory;
use generator::cli::Cli;

use files::copy;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn guide() -> String {
    fs::read_to_string(root().join("docs/guide-editeur.md")).unwrap()
}

/// Path and text of each « Fichier `content/…` : » with the block below it.
fn files(guide: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for part in guide.split("\nFichier `").skip(1) {
        let (path, rest) = part.split_once('`').unwrap();
        let block = rest.split_once("```").unwrap().1;
        let text = block.split_once('\n').unwrap().1.split_once("\n```").unwrap().0;
        found.push((path.to_owned(), format!("{text}\n")));
    }
    found
}

/// What `generator check` says of a content: severity, code and the whole of it.
fn found(content: &Path) -> Vec<(String, String, String)> {
    let said = Command::new(env!("CARGO_BIN_EXE_generator"))
        .args(["check", "--format", "json", "--date", "2026-11-22", "--content"])
        .arg(content)
        .arg("--theme")
        .arg(root().join("themes/anime"))
        .output()
        .unwrap();
    let found: Vec<serde_json::Value> = serde_json::from_slice(&said.stdout).unwrap();
    let text = |one: &serde_json::Value, key: &str| one[key].as_str().unwrap().to_owned();
    found.iter().map(|one| (text(one, "severity"), text(one, "code"), one.to_string())).collect()
}
#[test]
fn every_file_that_the_guide_shows_is_a_page_without_an_error() {
    let scratch = tempfile::tempdir().unwrap();
    let content = scratch.path().join("content");
    copy(&root().join("content"), &content);
    let before = found(&content);
    let files = files(&guide());
    assert!(files.len() >= 12, "only {} files were found in the guide", files.len());
    for (path, text) in &files {
        let file = scratch.path().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
    // What the page on layout shows stands beside it on an editor's machine.
    for (name, bytes) in [("affiche.png", PNG), ("affiche.pdf", b"%PDF-1.4\n".as_slice()), ("frise.svg", SVG)] {
        fs::write(content.join("savoir").join(name), bytes).unwrap();
    }
    let after = found(&content);
    let errors: Vec<_> = after.iter().filter(|(severity, ..)| severity == "erreur").collect();
    assert!(errors.is_empty(), "{errors:#?}");
    // A charter's version is noted once its text is agreed on, which the guide says.
    let versions = after.iter().filter(|(_, code, _)| code == "version-de-charte").count();
    let new: Vec<_> = after.iter().filter(|one| !before.contains(one)).collect();
    assert!(new.len() <= versions, "the guide's files bring warnings of their own: {new:#?}");
}

/// A picture of one point.
const PNG: &[u8] = &[
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 1, 0, 0, 0, 1, 8,
    6, 0, 0, 0, 0x1f, 0x15, 0xc4, 0x89, 0, 0, 0, 0x0a, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9c, 0x63, 0, 1, 0, 0, 5, 0, 1,
    0x0d, 0x0a, 0x2d, 0xb4, 0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82,
];
const SVG: &[u8] = br#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"></svg>"#;

#[test]
fn every_command_of_the_guide_is_one() {
    let guide = guide();
    let mut seen = 0;
    for text in guide.split(['`', '\n']).filter(|text| text.starts_with("generator ")) {
        let words = text.split(" --title").next().unwrap().replace("GENRE", "page").replace("CHEMIN", "savoir/x");
        let words = words.replace('…', "json").replace("LISTE", "liste.txt");
        let words: Vec<_> = words.split_whitespace().collect();
        assert!(Cli::command().try_get_matches_from(&words).is_ok(), "« {text} » is no command");
        seen += 1;
    }
    assert!(seen > 8, "only {seen} commands were found");
}

#[test]
fn every_link_of_the_guide_leads_somewhere() {
    let pages = ["guide-editeur.md", "reference-des-cles.md", "guide-moderateur.md"];
    let text = |name: &str| fs::read_to_string(root().join("docs").join(name)).unwrap();
    for page in &pages[..2] {
        for link in text(page).split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let (file, anchor) = link.split_once('#').map_or((link, None), |(file, anchor)| (file, Some(anchor)));
            let target = if file.is_empty() { *page } else { file };
            // Links of the examples are the content's; they are checked with it.
            if link.contains("://")
                || link.contains(':')
                || !(file.is_empty() || root().join("docs").join(file).exists())
            {
                assert!(!target.starts_with("ci/") && !pages.contains(&target), "{page}: {link}");
                continue;
            }
            let Some(anchor) = anchor.filter(|_| pages.contains(&target)) else { continue };
            let known = text(target).lines().any(|line| line.starts_with('#') && anchor_of(line) == anchor);
            assert!(known, "{page}: no heading gives « {link} »");
        }
    }
}

/// The anchor that forges give a heading.
fn anchor_of(line: &str) -> String {
    let letters = line.trim_start_matches('#').trim().to_lowercase();
    let kept = letters.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}
