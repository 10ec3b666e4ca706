//! A hospital's repository, its editors, and the service's workspace on it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use forms_service::config::{Config, Depot, parse};
use forms_service::publish::change::Change;
use forms_service::publish::workspace::Workspace;
use tempfile::TempDir;

/// A bare repository with one page, and a data folder.
pub struct Hospital {
    folder: TempDir,
}

impl Hospital {
    pub fn new() -> Self {
        let hospital = Self { folder: tempfile::tempdir().unwrap() };
        fs::create_dir(hospital.path("donnees")).unwrap();
        let editor = Repository::at(hospital.path("premier"));
        editor.write("content/_index.md", "---\ntitre: Accueil\n---\n");
        editor.write("content/contact.md", "---\ntitre: Contact\n---\nAncien texte\n");
        editor.commit("first");
        hospital.git(&["clone", "--quiet", "--bare", "premier", "forge.git"]);
        hospital
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn git(&self, arguments: &[&str]) -> String {
        git(self.folder.path(), arguments)
    }

    /// What an editor has on their own machine.
    pub fn editor(&self, name: &str) -> Repository {
        self.git(&["clone", "--quiet", "forge.git", name]);
        Repository(self.path(name))
    }

    pub fn depot(&self, keys: &str) -> Depot {
        self.try_depot(&format!("distant: forge.git, auteur: Portail <portail@exemple.fr>{keys}")).unwrap()
    }

    pub fn try_depot(&self, keys: &str) -> anyhow::Result<Depot> {
        let file = parse(&format!("depot: {{{keys}}}\n"))?;
        Ok(Config::check(file, self.folder.path())?.depot.unwrap())
    }

    pub fn workspace(&self) -> Workspace {
        Workspace::clone_of(&self.depot(""), &self.path("donnees")).unwrap()
    }

    /// Within the service's own clone.
    pub fn cloned(&self, name: &str) -> PathBuf {
        self.path("donnees/depot").join(name)
    }

    /// What the repository's branch holds under that name.
    pub fn published(&self, name: &str) -> Option<String> {
        let object = format!("main:content/{name}");
        let output = command(&self.path("forge.git"), &["cat-file", "blob", &object]);
        output.status.success().then(|| String::from_utf8(output.stdout).unwrap())
    }

    pub fn history(&self) -> Vec<String> {
        let text = git(&self.path("forge.git"), &["log", "--format=%an <%ae>, %cn: %s", "main"]);
        text.lines().map(str::to_owned).collect()
    }
}

/// A repository with a working folder.
pub struct Repository(pub PathBuf);

impl Repository {
    fn at(path: PathBuf) -> Self {
        fs::create_dir(&path).unwrap();
        git(&path, &["init", "--quiet", "--initial-branch=main"]);
        Self(path)
    }

    pub fn write(&self, name: &str, text: &str) {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub fn commit(&self, message: &str) {
        git(&self.0, &["add", "--all"]);
        git(&self.0, &["commit", "--quiet", "--message", message]);
    }

    pub fn push(&self) {
        git(&self.0, &["push", "--quiet", "origin", "HEAD:main"]);
    }

    /// Pulls, writes, commits and pushes.
    pub fn publish(&self, name: &str, text: &str) {
        git(&self.0, &["pull", "--quiet", "--rebase", "origin", "main"]);
        self.write(name, text);
        self.commit(name);
        self.push();
    }
}

/// git as an editor runs it.
pub fn git(folder: &Path, arguments: &[&str]) -> String {
    let Output { status, stdout, stderr } = command(folder, arguments);
    assert!(status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&stderr));
    String::from_utf8(stdout).unwrap()
}

fn command(folder: &Path, arguments: &[&str]) -> Output {
    Command::new("git")
        .current_dir(folder)
        .args(["-c", "user.name=Camille", "-c", "user.email=camille@exemple.fr", "-c", "commit.gpgSign=false"])
        .args(arguments)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env_remove("GIT_DIR")
        .output()
        .unwrap()
}

pub fn put(path: &str, text: &str) -> Change {
    Change::Put { path: path.to_owned(), text: text.to_owned() }
}

pub fn replace(path: &str, from: &str, text: &str) -> Change {
    Change::Replace { path: path.to_owned(), from: from.to_owned(), text: text.to_owned() }
}

pub fn remove(path: &str) -> Change {
    Change::Remove { path: path.to_owned() }
}

/// What a write would change of a file: its bytes, when and where they were written.
type Trace = Option<(Vec<u8>, i64, i64, u64)>;

/// Everything below a folder. The times of folders are not looked at: git makes one for what it is
/// offered, and removes it with what it refuses.
pub fn everything(folder: &Path) -> BTreeMap<PathBuf, Trace> {
    walkdir::WalkDir::new(folder)
        .into_iter()
        .map(|entry| {
            let entry = entry.unwrap();
            let found = entry.metadata().unwrap();
            let trace = found
                .is_file()
                .then(|| (fs::read(entry.path()).unwrap(), found.mtime(), found.mtime_nsec(), found.ino()));
            (entry.path().to_owned(), trace)
        })
        .collect()
}

/// A program that leaves a trace when it is run.
pub fn trap(path: &Path, trace: &Path) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, format!("#!/bin/sh\necho \"$0\" >> '{}'\ncat\nexit 0\n", trace.display())).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// What differs between two looks, by name.
pub fn changed(before: &BTreeMap<PathBuf, Trace>, after: &BTreeMap<PathBuf, Trace>) -> Vec<PathBuf> {
    let names: BTreeSet<&PathBuf> = before.keys().chain(after.keys()).collect();
    names.into_iter().filter(|name| before.get(*name) != after.get(*name)).cloned().collect()
}
