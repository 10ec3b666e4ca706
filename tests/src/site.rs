//! A copy of the portal's content and theme that a journey may edit, and run the generator on.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::Value;
use tempfile::TempDir;
use walkdir::WalkDir;

use crate::programs;

/// A folder that looks like the checkout: `content/` and `themes/`, and room for the rest. It
/// goes away with the value.
pub struct Site {
    folder: TempDir,
}

impl Site {
    /// The portal as it is committed.
    pub fn of_the_checkout() -> Self {
        let folder = tempfile::Builder::new().prefix("portail-").tempdir().expect("a temporary folder");
        for part in ["content", "themes"] {
            copy(&programs::checkout().join(part), &folder.path().join(part));
        }
        Self { folder }
    }

    /// A path inside the copy.
    pub fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// The text of a file, `content/aide.md`.
    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Writes a file as an editor's program would: whole.
    pub fn write(&self, path: &str, text: &str) {
        fs::write(self.path(path), text).unwrap_or_else(|error| panic!("{path}: {error}"));
    }

    /// Adds a paragraph at the end of a page.
    pub fn append(&self, path: &str, paragraph: &str) {
        self.write(path, &format!("{}\n{paragraph}\n", self.read(path)));
    }

    /// Runs `generator` in this folder.
    pub fn generator(&self, arguments: &[&str]) -> Output {
        programs::generator().args(arguments).current_dir(self.folder.path()).output().expect("generator starts")
    }

    /// Builds into `output`, and fails loudly when the content is at fault.
    pub fn build(&self, output: &str, more: &[&str]) -> Files {
        let arguments = [&["build", "--output", output], more].concat();
        let built = self.generator(&arguments);
        assert_eq!(built.status.code(), Some(0), "{}", String::from_utf8_lossy(&built.stderr));
        self.files(output)
    }

    /// Every file under `folder`, by its path there.
    pub fn files(&self, folder: &str) -> Files {
        files(&self.path(folder))
    }
}

/// The bytes of each file of a folder, by path, `aide/index.html`.
pub type Files = BTreeMap<String, Vec<u8>>;

/// What `check --format json` printed.
pub fn diagnostics(output: &Output) -> Vec<Value> {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        panic!("not the JSON array that was asked for: {error}\n{}", String::from_utf8_lossy(&output.stdout))
    })
}

fn files(folder: &Path) -> Files {
    WalkDir::new(folder)
        .into_iter()
        .map(|entry| entry.expect("the folder can be read"))
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let path = entry.path().strip_prefix(folder).expect("walked from there");
            (path.to_string_lossy().into_owned(), fs::read(entry.path()).expect("the file can be read"))
        })
        .collect()
}

fn copy(from: &Path, to: &Path) {
    for entry in WalkDir::new(from) {
        let entry = entry.unwrap_or_else(|error| panic!("{}: {error}", from.display()));
        let target = to.join(entry.path().strip_prefix(from).expect("walked from there"));
        if entry.file_type().is_dir() {
            fs::create_dir_all(&target).expect("the temporary folder can be written");
        } else {
            fs::copy(entry.path(), &target).expect("the temporary folder can be written");
        }
    }
}
