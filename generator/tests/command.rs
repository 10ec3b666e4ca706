//! `generator` as it is typed: what it prints where, and how it ends.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails where it stands")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn generator(folder: &Path, words: &[&str]) -> Output {
    let theme = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/theme");
    let mut command = Command::new(env!("CARGO_BIN_EXE_generator"));
    command.current_dir(folder).args(words);
    if words.first() == Some(&"build") {
        command.arg("--theme").arg(theme);
    }
    command.output().unwrap()
}

fn site(page: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("content")).unwrap();
    fs::write(folder.path().join("content/_index.md"), page).unwrap();
    folder
}

fn status(output: &Output) -> Option<i32> {
    output.status.code()
}

#[test]
fn the_exit_status_says_whether_the_content_or_the_command_is_at_fault() {
    let sound = site("---\ntitre: Accueil\n---\nBonjour\n");
    let odd = site("---\ntitre: Salle #3\n---\nBonjour\n");
    let wrong = site("---\ntitre: Urgences : la nuit\n---\nBonjour\n");
    for (folder, words, expected) in [
        (&sound, &["check"] as &[&str], 0),
        (&sound, &["build"], 0),
        (&odd, &["check"], 0),
        (&odd, &["check", "--strict"], 1),
        (&odd, &["build", "--strict"], 1),
        (&wrong, &["check"], 1),
        (&wrong, &["build"], 1),
        (&wrong, &["check", "--lenient"], 0),
        (&wrong, &["build", "--lenient"], 0),
        (&sound, &["check", "--strict", "--lenient"], 2),
        (&sound, &["chek"], 2),
        (&sound, &["check", "--content", "nulle-part"], 2),
        (&sound, &["build", "--date", "31/12/2026"], 2),
        (&sound, &["--help"], 0),
    ] {
        let output = generator(folder.path(), words);
        assert_eq!(status(&output), Some(expected), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn json_stands_alone_on_stdout_with_the_same_keys_for_build_and_check() {
    let folder = site("---\ntitre: Urgences : la nuit\n---\nBonjour\n");
    for word in ["check", "build"] {
        let output = generator(folder.path(), &[word, "--format", "json"]);
        assert_eq!(status(&output), Some(1));
        let found: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let expected = serde_json::json!([{
            "file": "content/_index.md",
            "line": 2,
            "column": 17,
            "severity": "erreur",
            "code": "yaml-deux-points",
            "message": "un «\u{a0}:\u{a0}» suivi d’une espace dans la valeur fait croire à une seconde clé",
            "help": "mettez la valeur entre guillemets : titre: \"Urgences : la nuit\"",
        }]);
        assert_eq!(found, expected, "{word}");
    }
    assert!(!folder.path().join("public").exists());
}

#[cfg(unix)]
#[test]
fn git_is_started_only_where_there_is_a_history_and_once_for_each_question() {
    use std::os::unix::fs::PermissionsExt;

    let folder = site("---\ntitre: Accueil\n---\nBonjour\n");
    let asked = folder.path().join("asked");
    let programs = tempfile::tempdir().unwrap();
    let git = programs.path().join("git");
    fs::write(&git, format!("#!/bin/sh\necho \"$@\" >> '{}'\necho 0123456789\n", asked.display())).unwrap();
    fs::set_permissions(&git, fs::Permissions::from_mode(0o755)).unwrap();
    let questions = || {
        let theme = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/theme");
        let mut command = Command::new(env!("CARGO_BIN_EXE_generator"));
        command.current_dir(folder.path()).args(["build", "--theme"]).arg(theme).env("PATH", programs.path());
        assert_eq!(status(&command.output().unwrap()), Some(0));
        let asked = fs::read_to_string(&asked).unwrap_or_default();
        let question = |line: &str| line.split(' ').find(|word| ["rev-parse", "log"].contains(word)).map(str::to_owned);
        asked.lines().filter_map(question).collect::<Vec<_>>()
    };
    assert_eq!(questions(), [""; 0]);
    fs::create_dir(folder.path().join(".git")).unwrap();
    assert_eq!(questions(), ["rev-parse", "log"]);
}

#[test]
fn what_a_shared_file_gets_wrong_is_told_once_and_not_on_each_page() {
    let folder = site("---\ntitre: Accueil\n---\nBonjour\n");
    let content = folder.path().join("content");
    for number in 0..5 {
        let body = "À [nous](etablissement:nom), [votre contact](etablissement:dpo)";
        let page = format!("---\ntitre: Page {number}\nsources: [guide]\n---\n{body}\n");
        fs::write(content.join(format!("page-{number}.md")), page).unwrap();
    }
    let settings = |documents: &str| format!("format: 1\nnom: Portail\n{documents}: {{guide: Le guide}}\n");
    let (named, value) = ("nom: Hôpital\ndpo: La déléguée\n", "nom: Hôpital\n");
    for (portal, establishment, expected) in [
        (settings("documents"), named, "[]"),
        (settings("document"), named, "[\"cle-inconnue\"]"),
        ("nom: Portail\nformat: 1\n".to_owned(), named, "[\"document-inconnu\"]"),
        (settings("documents"), value, "[\"valeur-absente\"]"),
        (settings("documents"), "", "[\"valeur-absente\"]"),
        (settings("documents"), "nome: Hôpital\n", "[\"cle-inconnue\"]"),
        (settings("documents"), "nom: Hôpital\ndpoo: La déléguée\n", "[\"cle-inconnue\"]"),
    ] {
        fs::write(content.join("portail.yaml"), &portal).unwrap();
        fs::write(content.join("etablissement.yaml"), establishment).unwrap();
        let output = generator(folder.path(), &["check", "--format", "json"]);
        let found: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let errors: Vec<&serde_json::Value> = found
            .as_array()
            .unwrap()
            .iter()
            .filter(|fault| fault["severity"] == "erreur")
            .map(|fault| &fault["code"])
            .collect();
        assert_eq!(format!("{}", serde_json::json!(errors)), expected, "{portal}{establishment}");
    }
}

#[test]
fn settings_that_are_not_read_for_their_name_are_told() {
    let folder = site("---\ntitre: Accueil\n---\nBonjour\n");
    fs::write(folder.path().join("content/portail.yml"), "nom: Portail\nformat: 1\n").unwrap();
    let output = generator(folder.path(), &["check"]);
    let said = String::from_utf8(output.stderr).unwrap() + &String::from_utf8(output.stdout).unwrap();
    assert!(
        said.contains("content/portail.yml:1:1") && said.contains("renommez-le «\u{a0}portail.yaml\u{a0}»"),
        "{said}"
    );
}
