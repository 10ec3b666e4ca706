//! `check-config` on a repository: what it says, and that it changes nothing.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use forms_service::publish::probe::{Found, probe};

use crate::support::{Hospital, changed, everything, git};

fn look(hospital: &Hospital, keys: &str) -> Vec<String> {
    let depot = hospital.try_depot(keys).unwrap();
    let found = probe(&depot).unwrap();
    let word = |found| match found {
        Found::Fine(text) => format!("bien : {text}"),
        Found::Doubt(text) => format!("doute : {text}"),
        Found::Fault(text) => format!("faute : {text}"),
        Found::Machine(text) => format!("machine : {text}"),
    };
    found.into_iter().map(word).collect()
}

#[test]
fn a_repository_that_can_be_published_to_is_told_so_and_not_changed() {
    let hospital = Hospital::new();
    let before = everything(&hospital.path(""));
    let told = look(&hospital, "distant: forge.git").join("\n");
    assert!(told.starts_with("bien :") && told.contains("accepterait un commit sur « main »"), "{told}");
    let told = look(&hospital, "distant: forge.git, pousser: non").join("\n");
    assert!(told.contains("doute :") && told.contains("reste sur cette machine"), "{told}");
    assert_eq!(changed(&before, &everything(&hospital.path(""))).len(), 0);
}

#[test]
fn what_a_repository_lacks_is_told() {
    let hospital = Hospital::new();
    hospital.editor("camille");
    for (keys, said) in [
        ("distant: absent.git", "faute : le dépôt"),
        ("distant: forge.git, branche: autre", "la branche n’existe pas"),
        ("distant: forge.git, contenu: pages", "n’a pas de dossier « pages »"),
        ("distant: forge.git, contenu: content/contact.md", "n’a pas de dossier"),
        ("distant: camille", "dossier de travail où la branche « main » est ouverte"),
        ("distant: \"http://127.0.0.1:1/x.git\"", "machine : le dépôt « http://127.0.0.1:1/x.git », branche « main »"),
    ] {
        let told = look(&hospital, keys).join("\n");
        assert!(told.contains(said), "{keys}: {told}");
    }
}

#[test]
fn a_branch_that_nobody_has_open_is_written_to() {
    let hospital = Hospital::new();
    let editor = hospital.editor("camille");
    git(&editor.0, &["switch", "--quiet", "--create", "brouillons"]);
    fs::write(editor.0.join("content/contact.md"), "à moitié").unwrap();
    let told = look(&hospital, "distant: camille").join("\n");
    assert!(told.starts_with("bien :"), "{told}");
}

/// What ssh is told: never to ask, and the files that the operator named, whatever their names.
#[test]
fn ssh_is_told_the_operators_key_and_never_to_ask() {
    let hospital = Hospital::new();
    let heard = hospital.path("entendu");
    let ssh = hospital.path("programmes/ssh");
    fs::create_dir(hospital.path("programmes")).unwrap();
    let script = format!("#!/bin/sh\nfor word; do echo \"[$word]\" >> '{}'; done\nexit 255\n", heard.display());
    fs::write(&ssh, script).unwrap();
    fs::set_permissions(&ssh, fs::Permissions::from_mode(0o755)).unwrap();
    let key = "l'une $(touch piege) b";
    for name in [key, "hôtes"] {
        fs::write(hospital.path(name), "x").unwrap();
        fs::set_permissions(hospital.path(name), fs::Permissions::from_mode(0o600)).unwrap();
    }
    let config =
        format!("depot: {{distant: \"git@forge:x.git\", ssh_cle_fichier: \"{key}\", ssh_hotes_fichier: hôtes}}\n");
    fs::write(hospital.path("service.yaml"), config).unwrap();
    let path = format!("{}:{}", hospital.path("programmes").display(), std::env::var("PATH").unwrap());
    let output = Command::new(env!("CARGO_BIN_EXE_forms-service"))
        .current_dir(hospital.path(""))
        .args(["check-config", "--config", "service.yaml"])
        .env("PATH", path)
        .output()
        .unwrap();

    let heard = fs::read_to_string(heard).unwrap();
    let here = fs::canonicalize(hospital.path("")).unwrap();
    for word in [
        "[BatchMode=yes]".to_owned(),
        "[StrictHostKeyChecking=yes]".to_owned(),
        "[IdentitiesOnly=yes]".to_owned(),
        format!("[{}/{key}]", here.display()),
        format!("[UserKnownHostsFile=\"{}/hôtes\"]", here.display()),
        "[git@forge]".to_owned(),
    ] {
        assert!(heard.contains(&word), "{word}: {heard}");
    }
    assert!(!hospital.path("piege").exists());
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(told.contains("le dépôt « git@forge:x.git »"), "{told}");
}
