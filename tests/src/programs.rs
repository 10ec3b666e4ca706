//! Where the two programs under test are.
//!
//! `PORTAIL_PROGRAMS` names the folder that holds them (`tests/run` points it at the release
//! build). Without it they are built here, so that `cargo test -p journeys` never drives an old
//! program.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// The root of the checkout.
pub fn checkout() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("this crate is a folder of the workspace")
}

/// The program that serves the portal.
pub fn forms_service() -> Command {
    Command::new(folder().join("forms-service"))
}

/// The program that builds and checks the site.
pub fn generator() -> Command {
    Command::new(folder().join("generator"))
}

fn folder() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| std::env::var_os("PORTAIL_PROGRAMS").map_or_else(build, PathBuf::from))
}

/// Builds both programs and returns the folder that cargo says it put them in.
fn build() -> PathBuf {
    let built = Command::new(env!("CARGO"))
        .args(["build", "-p", "forms-service", "-p", "generator", "--message-format", "json-render-diagnostics"])
        .current_dir(checkout())
        .stderr(Stdio::inherit())
        .output()
        .expect("cargo, which started this test, starts again");
    assert!(built.status.success(), "the programs do not build");
    String::from_utf8_lossy(&built.stdout)
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter_map(|message| message["executable"].as_str().map(PathBuf::from))
        .find_map(|program| program.parent().map(Path::to_owned))
        .expect("cargo names the programs it built")
}
