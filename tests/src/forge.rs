//! The hospital's forge: a bare repository with the portal's content, and editors who push to it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use walkdir::WalkDir;

use crate::Site;

/// The folder of the bare repository, within the site's folder.
pub const FORGE: &str = "depot.git";

/// A repository on this machine, and its branch `main`.
pub struct Forge {
    folder: PathBuf,
}

/// What an editor has on their own machine: a clone with a working folder.
pub struct Editor {
    folder: PathBuf,
}

impl Forge {
    /// Puts the content of `site` into a bare repository beside it, and takes it out of the folder:
    /// nobody publishes from there any more.
    pub fn take_over(site: &Site) -> Self {
        let first = site.path("premier-depot");
        fs::create_dir(&first).expect("our own folder");
        fs::rename(site.path("content"), first.join("content")).expect("our own folder");
        git(&first, &["init", "--quiet", "--initial-branch=main"]);
        git(&first, &["add", "--all"]);
        git(&first, &["commit", "--quiet", "--message", "Le portail"]);
        git(&site.path(""), &["clone", "--quiet", "--bare", "premier-depot", FORGE]);
        fs::remove_dir_all(&first).expect("our own folder");
        Self { folder: site.path(FORGE) }
    }

    /// The keys of the configuration that name it.
    pub fn configuration(&self) -> String {
        format!("depot: {{distant: {FORGE}, auteur: Portail <portail@exemple.fr>}}\n")
    }

    /// An editor who cloned it just now.
    pub fn editor(&self, name: &str) -> Editor {
        let folder = self.folder.with_file_name(name);
        let beside = self.folder.parent().expect("it stands in the site's folder");
        git(beside, &["clone", "--quiet", FORGE, name]);
        Editor { folder }
    }

    /// Each commit of the branch, the latest first: author, committer, subject and body.
    pub fn history(&self) -> Vec<String> {
        let log = git(&self.folder, &["log", "--format=%an <%ae> / %cn <%ce> / %B%x00", "main"]);
        log.split('\0').map(|commit| commit.trim().to_owned()).filter(|commit| !commit.is_empty()).collect()
    }

    /// The name of the latest commit of the branch.
    pub fn head(&self) -> String {
        git(&self.folder, &["rev-parse", "main"]).trim().to_owned()
    }

    /// What the latest commit of the branch changed: `A\tcontent/…`.
    pub fn last_changes(&self) -> Vec<String> {
        let shown = git(&self.folder, &["show", "--name-status", "--format=", "main"]);
        shown.lines().map(str::to_owned).collect()
    }

    /// All that the latest commit of the branch says, as text: git never forgets it.
    pub fn last_commit(&self) -> String {
        git(&self.folder, &["show", "--format=raw", "main"])
    }
}

impl Editor {
    /// A path in the working folder.
    pub fn path(&self, path: &str) -> PathBuf {
        self.folder.join(path)
    }

    /// The text of a file.
    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Writes a file, and leaves it at that.
    pub fn write(&self, path: &str, text: &str) {
        fs::write(self.path(path), text).unwrap_or_else(|error| panic!("{path}: {error}"));
    }

    /// Renames a file or a folder.
    pub fn rename(&self, from: &str, to: &str) {
        git(&self.folder, &["mv", from, to]);
    }

    /// Renames the folder of a space, and every mention of it in the content, as a careful editor does.
    pub fn rename_space(&self, from: &str, to: &str) {
        self.rename(&format!("content/faire/{from}"), &format!("content/faire/{to}"));
        for entry in WalkDir::new(self.path("content")) {
            let entry = entry.expect("our own folder");
            let Ok(text) = fs::read_to_string(entry.path()) else { continue };
            if text.contains(from) {
                fs::write(entry.path(), text.replace(from, to)).expect("our own folder");
            }
        }
    }

    /// Commits everything and pushes it.
    pub fn push(&self, message: &str) {
        git(&self.folder, &["add", "--all"]);
        git(&self.folder, &["commit", "--quiet", "--message", message]);
        git(&self.folder, &["push", "--quiet", "origin", "HEAD:main"]);
    }

    /// Takes in what others pushed.
    pub fn pull(&self) {
        git(&self.folder, &["pull", "--quiet", "--rebase", "origin", "main"]);
    }

    /// What `git status` says of the folder.
    pub fn status(&self) -> String {
        git(&self.folder, &["status", "--porcelain=v2", "--branch"])
    }
}

/// git as an editor runs it, whoever runs the journeys.
pub fn git(folder: &Path, arguments: &[&str]) -> String {
    let Output { status, stdout, stderr } = Command::new("git")
        .current_dir(folder)
        .args(["-c", "user.name=Camille", "-c", "user.email=camille@exemple.fr", "-c", "commit.gpgSign=false"])
        .args(arguments)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env_remove("GIT_DIR")
        .output()
        .expect("tests/run installs git");
    assert!(status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&stderr));
    String::from_utf8_lossy(&stdout).into_owned()
}
