//! A build that has nothing to do does nothing, and only then.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails where it stands")]

#[path = "support/files.rs"]
mod files;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use generator::build::{BuildOptions, Workshop};
use generator::content::Diffusion;
use generator::policy::Policy;
use generator::receipt::{Built, Unchanged, build};

use files::copy;

struct Desk {
    folder: tempfile::TempDir,
    options: BuildOptions,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = |below: &str| folder.path().join(below);
        fs::create_dir_all(path("content/savoir")).unwrap();
        fs::write(path("content/_index.md"), "---\ntitre: Accueil\n---\nVoir [ici](savoir/un.md).\n").unwrap();
        fs::write(path("content/savoir/un.md"), "---\ntitre: Un\nexpire_le: 2026-12-01\n---\nTexte.\n").unwrap();
        let theme = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/theme");
        copy(&theme, &path("theme"));
        let options = BuildOptions {
            content: path("content"),
            theme: path("theme"),
            output: path("public"),
            diffusion: Diffusion::Interne,
            compress: true,
            drafts: false,
            policy: Policy::Usual,
            now: "2026-11-22T12:00:00Z".parse().unwrap(),
        };
        Self { folder, options }
    }

    fn path(&self, below: &str) -> PathBuf {
        self.folder.path().join(below)
    }

    /// Builds a while after whatever was written last.
    fn build(&self) -> Built {
        self.build_at(SystemTime::now() + Duration::from_mins(1))
    }

    fn build_at(&self, now: SystemTime) -> Built {
        build(&mut Workshop::for_one_build(self.options.clone()), &self.options, now, |_| ()).unwrap()
    }

    fn unchanged(&self) -> Option<Unchanged> {
        match self.build() {
            Built::Unchanged(unchanged) => Some(unchanged),
            Built::Anew(report) => {
                assert!(!report.is_refused());
                None
            }
        }
    }

    /// A site that was built, and that is at rest.
    fn at_rest() -> Self {
        let desk = Self::new();
        assert!(desk.unchanged().is_none(), "there was nothing");
        assert!(desk.unchanged().is_some(), "nothing changed");
        desk
    }
}

#[test]
fn a_build_that_has_nothing_to_do_says_what_the_last_one_said() {
    let desk = Desk::new();
    let Built::Anew(report) = desk.build() else { panic!("there was nothing") };
    let unchanged = desk.unchanged().unwrap();
    assert_eq!(unchanged.diagnostics, report.diagnostics);
    assert!(!unchanged.diagnostics.is_empty(), "« ici » says nothing of where it leads");
    assert_eq!((unchanged.pages, unchanged.files), (report.pages, report.paths.len()));
}

#[test]
fn an_output_that_was_altered_by_hand_is_restored_whatever_its_date() {
    let desk = Desk::at_rest();
    let page = desk.path("public/savoir/un/index.html");
    let (text, modified) = (fs::read_to_string(&page).unwrap(), page.metadata().unwrap().modified().unwrap());
    fs::write(&page, text.replace("Texte", "TEXTE")).unwrap();
    File::options().write(true).open(&page).unwrap().set_modified(modified).unwrap();

    assert!(desk.unchanged().is_none());
    assert_eq!(fs::read_to_string(&page).unwrap(), text);

    for path in ["savoir/un/index.html", "savoir/un/index.html.br", "atom.xml"] {
        fs::remove_file(desk.path("public").join(path)).unwrap();
        assert!(desk.unchanged().is_none(), "{path}");
        assert!(desk.path("public").join(path).exists());
    }
    fs::write(desk.path("public/savoir/de-trop.html"), "").unwrap();
    assert!(desk.unchanged().is_none());
    assert!(!desk.path("public/savoir/de-trop.html").exists());
    assert!(desk.unchanged().is_some());
}

#[test]
fn a_site_that_was_refused_is_built_again_though_nothing_changed() {
    let desk = Desk::at_rest();
    fs::write(desk.path("theme/templates/page.html"), "{{ page.title / 2 }}").unwrap();
    for turn in 0..2 {
        let Built::Anew(report) = desk.build() else { panic!("refused, and taken for the live site: {turn}") };
        assert!(report.is_refused(), "a title is no number");
    }
}

#[test]
fn what_was_said_of_internal_pages_is_not_in_a_public_site() {
    let mut desk = Desk::new();
    let secret = "---\ntitre: Secret\ndiffusion: interne\n---\nVoir [ici](un.md) ceux de la nuit.\n";
    fs::write(desk.path("content/savoir/secret.md"), secret).unwrap();
    desk.options.diffusion = Diffusion::Publique;
    assert!(desk.unchanged().is_none());
    let said = desk.unchanged().unwrap().diagnostics;
    assert!(said.iter().any(|said| said.to_string().contains("de la nuit")), "the receipt repeats it: {said:?}");
    for entry in walkdir::WalkDir::new(desk.path("public")).into_iter().map(Result::unwrap) {
        let text = fs::read(entry.path()).unwrap_or_default();
        assert!(!String::from_utf8_lossy(&text).contains("de la nuit"), "{}", entry.path().display());
    }
}

#[test]
fn whatever_a_build_reads_counts() {
    let mut desk = Desk::at_rest();
    for path in ["content/savoir/un.md", "theme/templates/page.html"] {
        let text = fs::read_to_string(desk.path(path)).unwrap();
        fs::write(desk.path(path), format!("{text} ")).unwrap();
        assert!(desk.unchanged().is_none(), "{path}");
        assert!(desk.unchanged().is_some(), "{path}");
    }
    fs::write(desk.path("content/deux.md"), "---\ntitre: Deux\n---\nTexte.\n").unwrap();
    assert!(desk.unchanged().is_none(), "a new page");
    fs::remove_file(desk.path("content/deux.md")).unwrap();
    assert!(desk.unchanged().is_none(), "a page less");
    desk.options.compress = false;
    assert!(desk.unchanged().is_none(), "another wish");
    desk.options.now = "2026-12-02T12:00:00Z".parse().unwrap();
    assert!(matches!(desk.build(), Built::Anew(_)), "another day, on which a page has expired");
    assert!(!desk.path("public/savoir/un/index.html").exists());
}

#[test]
fn what_was_touched_a_moment_before_is_not_trusted() {
    let desk = Desk::new();
    let now = SystemTime::now();
    assert!(matches!(desk.build_at(now), Built::Anew(_)));
    assert!(matches!(desk.build_at(now), Built::Anew(_)), "it may have been touched twice in one tick of the clock");
}
