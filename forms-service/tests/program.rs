//! The program as an operator starts it: exit codes, what it prints, and how it stops.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on is to stop there")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use tempfile::TempDir;

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

const PROGRAM: &str = env!("CARGO_BIN_EXE_forms-service");

/// The program in a folder of its own, with the content of the tests laid there.
fn program(folder: &TempDir) -> Command {
    started_by(Command::new(PROGRAM), folder)
}

fn started_by(mut command: Command, folder: &TempDir) -> Command {
    std::os::unix::fs::symlink(here("tests/content"), folder.path().join("content")).unwrap();
    command
        .current_dir(folder.path())
        .args(["--theme".as_ref(), here("../themes/anime").as_os_str()])
        .env_remove("FORMS_SERVICE_SMTP_MOT_DE_PASSE")
        .env_remove("FORMS_SERVICE_POSTGRES")
        .env_remove("RUST_LOG");
    command
}

fn refused(words: &[&str], config: &str) -> (i32, String) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("service.yaml"), config).unwrap();
    let Output { status, stderr, .. } = program(&folder).args(words).output().unwrap();
    (status.code().unwrap(), String::from_utf8(stderr).unwrap())
}

#[test]
fn what_cannot_be_served_is_refused_in_french() {
    for (words, config, code, said) in [
        (&["--listen", "0.0.0.0:0"][..], "", 2, "il ne répond qu’à cette machine"),
        (&["--config", "service.yaml"], "mode: production\n", 2, "sans serveur de courrier"),
        (&["--config", "service.yaml"], "mod: production\n", 2, "mod"),
        (&["--config", "absent.yaml"], "", 2, "absent.yaml"),
        (&["--listen", "127.0.0.1:0", "--content", "absent"], "", 2, "absent"),
        (&["list"], "", 2, "ne contient pas de base"),
    ] {
        let (found, stderr) = refused(words, config);
        assert_eq!(found, code, "{words:?}: {stderr}");
        assert!(stderr.contains(said), "{words:?}: {stderr}");
    }
}

#[test]
fn content_at_fault_is_shown_and_keeps_the_portal_from_starting() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("contenu")).unwrap();
    std::fs::write(folder.path().join("contenu/_index.md"), "---\ntitr: Accueil\n---\n").unwrap();

    let output = program(&folder).args(["--listen", "127.0.0.1:0", "--content", "contenu"]).output().unwrap();

    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr).unwrap().contains("contenu/_index.md:2:1"));
}

/// A running service, ended whatever becomes of the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_newcomer_gets_the_addresses_and_a_portal_that_stops_when_told() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = program(&folder).args(["--listen", "127.0.0.1:0"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut running = Running(child);
    let mut next = || lines.next().unwrap().unwrap();
    assert!(next().contains("pages construites en"));
    assert!(next().contains("aucun courrier ne quitte cette machine"));
    let address = next().split_once("http://").unwrap().1.trim_end_matches('/').to_owned();
    assert_eq!(next(), format!("Boîte aux lettres  http://{address}/_courrier/"));

    let get = |path: &str| get(&address, path);
    assert!(get("/sante").contains("\"ready\":true"));
    assert!(get("/_courrier/").starts_with("HTTP/1.1 200"));
    assert!(get("/formulaires/post-it/").contains("name=\"_cle\""));

    // A page that listens for changes does not hold the service up.
    let mut listening = TcpStream::connect(&address).unwrap();
    write!(listening, "GET /_rechargement HTTP/1.1\r\nHost: {address}\r\n\r\n").unwrap();
    listening.read_exact(&mut [0; 12]).unwrap();
    let told = Command::new("kill").args(["-TERM", &running.0.id().to_string()]).status().unwrap();
    assert!(told.success());
    assert_eq!(running.0.wait().unwrap().code(), Some(0));
}

#[test]
fn figures_are_read_at_an_address_of_their_own_while_commands_look_on() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("service.yaml"), "metriques_ecoute: 127.0.0.1:0\njournaux: json\n").unwrap();
    let words = ["--config", "service.yaml", "--listen", "127.0.0.1:0"];
    let mut child = program(&folder).args(words).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let log = child.stderr.take().unwrap();
    let mut running = Running(child);
    let mut addresses = lines.filter_map(|line| Some(line.split_once("http://")?.1.to_owned()));
    let (portal, _, metrics) = (addresses.next().unwrap(), addresses.next(), addresses.next().unwrap());
    let (portal, metrics) = (portal.trim_end_matches('/'), metrics.trim_end_matches("/metrics"));
    assert_ne!(portal, metrics);
    assert!(get(metrics, "/metrics").contains("portail_ready 1"));
    assert!(get(metrics, "/sante").starts_with("HTTP/1.1 404"));
    assert!(get(portal, "/metrics").starts_with("HTTP/1.1 404"));

    let beside = |words: &[&str]| {
        let mut command = Command::new(PROGRAM);
        command.current_dir(folder.path()).args(["--config", "service.yaml"]).args(words);
        let output = command.env_remove("FORMS_SERVICE_POSTGRES").output().unwrap();
        let text = [output.stdout, output.stderr].concat();
        (output.status.code().unwrap(), String::from_utf8(text).unwrap())
    };
    assert_eq!(beside(&["list"]), (0, "Aucun envoi.\n".to_owned()));
    assert_eq!(beside(&["quarantine", "list"]), (0, "Rien en quarantaine.\n".to_owned()));
    assert_eq!(beside(&["verify-register"]), (0, "Le registre est vide.\n".to_owned()));
    let (code, said) = beside(&["verify-register", "--preuve", "1", "3f2a", "91c0", "77de", "04b8"]);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("Ligne 1 : elle manque"), "{said}");
    let theme = here("../themes/anime");
    let register =
        ["export", "registre.csv", "--registre", "--espace", "geriatrie", "--theme", theme.to_str().unwrap()];
    let (code, said) = beside(&register);
    assert_eq!(code, 0, "{said}");
    assert!(said.starts_with("0 signature dans « registre.csv »"), "{said}");
    assert_eq!(beside(&["backup", "sauvegarde"]).0, 0);
    assert_eq!(beside(&["backup", "sauvegarde"]).0, 2);
    assert!(beside(&["restore", "sauvegarde"]).1.contains("un autre service utilise déjà"));
    assert_eq!(beside(&["--data", "ailleurs", "restore", "sauvegarde"]).0, 0);
    let (code, said) = beside(&["check-config", "--theme", theme.to_str().unwrap()]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("le portail est une démonstration"), "{said}");

    assert!(Command::new("kill").args(["-TERM", &running.0.id().to_string()]).status().unwrap().success());
    assert_eq!(running.0.wait().unwrap().code(), Some(0));
    for line in BufReader::new(log).lines().map(Result::unwrap) {
        assert!(line.starts_with('{') && line.ends_with('}'), "{line}");
    }
}

fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn a_service_that_runs_out_of_descriptors_answers_again_once_it_has_some() {
    let folder = tempfile::tempdir().unwrap();
    let mut shell = Command::new("sh");
    shell.args(["-c", "ulimit -n 64 && exec \"$0\" \"$@\"", PROGRAM]);
    let mut child = started_by(shell, &folder)
        .args(["--listen", "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut log = BufReader::new(child.stderr.take().unwrap()).lines();
    let _running = Running(child);
    // Read on: a program whose output nobody takes stops.
    let address = lines.by_ref().map(Result::unwrap).find(|line| line.contains("Portail ")).unwrap();
    let address = address.split_once("http://").unwrap().1.trim_end_matches('/').to_owned();

    let greedy: Vec<_> = (0..80).map(|_| TcpStream::connect(&address).unwrap()).collect();
    assert!(log.any(|line| line.unwrap().contains("no connection can be accepted for the moment")));
    drop(greedy);

    assert!(get(&address, "/sante").contains("\"ready\":true"));
}
