//! The real portal, as the hospital's own build shows it; built once.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use generator::build::{BuildOptions, build};
use generator::content::Diffusion;
use generator::policy::Policy;
use generator::portal::Portal;

/// Its forms, its theme, and what its forms offer for their examples.
pub static PORTAL: LazyLock<Portal> = LazyLock::new(|| {
    let output = tempfile::tempdir().expect("a folder for the pages, that nobody looks at");
    let options = BuildOptions {
        content: root().join("content"),
        theme: root().join("themes/anime"),
        output: output.path().join("public"),
        diffusion: Diffusion::Interne,
        compress: false,
        drafts: false,
        policy: Policy::Usual,
        now: "2026-11-22T12:00:00Z".parse().expect("a moment"),
    };
    let mut portal = build(&options).expect("a readable folder").portal.expect("content without a fault");
    portal.choices = portal.choices.for_examples();
    portal
});

/// The folder of the whole project.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
