//! Which files the content folder holds, and in what state, from one build to the next.
//!
//! What the system tells of changes is a hint: it says where to look first, and a look at the whole
//! folder follows soon after. Nothing here reads a file.

use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::slug::composed;
use crate::source::{self, Found, is_junk_name};

/// How many places may be looked at one by one; beyond that, the whole folder is.
pub const MANY: usize = 64;

/// What may have changed since the last look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Changed {
    /// These files, or folders with all they hold, by their real places.
    Places(Vec<PathBuf>),
    /// Anything.
    Anything,
}

/// The files of the content folder as they were last seen.
#[derive(Debug, Default)]
pub struct Inventory {
    files: Vec<Found>,
    expected: Option<Vec<PathBuf>>,
}

impl Inventory {
    /// Says where the next look may content itself with looking.
    pub fn expect(&mut self, changed: &Changed) {
        self.expected = match changed {
            Changed::Places(places) if places.len() <= MANY && !self.files.is_empty() => Some(places.clone()),
            _ => None,
        };
    }

    /// Takes a look that was just taken for the next one.
    pub fn know(&mut self, files: Vec<Found>) {
        self.files = files;
        self.expected = Some(Vec::new());
    }

    /// Whether the next look contents itself with some places.
    pub fn is_told(&self) -> bool {
        self.expected.as_ref().is_some_and(|places| !places.is_empty())
    }

    /// The files as they are now, sorted by path.
    ///
    /// # Errors
    /// Fails when a folder cannot be read.
    pub fn look(&mut self, content: &Path) -> anyhow::Result<&[Found]> {
        anyhow::ensure!(content.is_dir(), "le dossier de contenu « {} » n’existe pas", content.display());
        match self.expected.take() {
            None => self.files = source::list(content, content)?,
            Some(places) => {
                let real = content.canonicalize()?;
                for place in places {
                    if let Ok(below) = place.strip_prefix(&real) {
                        self.look_again(content, below)?;
                    }
                }
            }
        }
        Ok(&self.files)
    }

    fn look_again(&mut self, content: &Path, below: &Path) -> anyhow::Result<()> {
        if below.iter().any(|part| is_junk_name(&part.to_string_lossy())) {
            return Ok(());
        }
        let place = content.join(below);
        let name = composed(&below.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/"));
        let is_folder = std::fs::symlink_metadata(&place).is_ok_and(|metadata| metadata.is_dir());
        let found = if is_folder {
            source::list(content, &place)?
        } else {
            source::look(content, place)?.into_iter().collect()
        };
        if name.is_empty() {
            self.files = found;
            return Ok(());
        }
        // Sorted by path: a file has one place, all that a folder holds another.
        let inside = format!("{name}/");
        let held = self.place_of(&inside, |path| path.starts_with(&inside));
        self.files.drain(held);
        let itself = self.place_of(&name, |path| path == &*name);
        self.files.drain(itself);
        let at = found.first().map_or(0, |first| self.place_of(&first.path, |_| false).start);
        self.files.splice(at..at, found);
        Ok(())
    }

    /// Where the paths stand that are `wanted`, all of them in a row from `first` on.
    fn place_of(&self, first: &str, wanted: impl Fn(&str) -> bool) -> Range<usize> {
        let start = self.files.partition_point(|found| &*found.path < first);
        start..start + self.files[start..].partition_point(|found| wanted(&found.path))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_look_at_some_places_finds_what_a_look_at_the_whole_folder_does() {
        let folder = tempfile::tempdir().unwrap();
        let content = folder.path().canonicalize().unwrap();
        let put = |path: &str| {
            let path = content.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "texte").unwrap();
        };
        // A hyphen comes before the slash, a letter after it.
        for path in ["a/b.md", "a/b/c.md", "a-b.md", "ab.md", "a/b-c.md", "z.md"] {
            put(path);
        }
        let mut inventory = Inventory::default();
        inventory.look(&content).unwrap();
        let mut looked = |places: &[&str]| {
            inventory.expect(&Changed::Places(places.iter().map(|place| content.join(place)).collect()));
            assert!(inventory.is_told());
            let paths = |files: &[Found]| files.iter().map(|found| found.path.to_string()).collect::<Vec<_>>();
            let found = paths(inventory.look(&content).unwrap());
            assert_eq!(found, paths(&source::list(&content, &content).unwrap()), "{places:?}");
        };
        put("a/a.md");
        looked(&["a/a.md"]);
        fs::remove_file(content.join("a-b.md")).unwrap();
        put("été.md");
        looked(&["a-b.md", "été.md"]);
        fs::remove_dir_all(content.join("a/b")).unwrap();
        put("a/b-b/d.md");
        looked(&["a/b", "a/b-b"]);
        fs::remove_file(content.join("z.md")).unwrap();
        put("z.md/e.md");
        looked(&["z.md"]);
        fs::remove_dir_all(content.join("z.md")).unwrap();
        put("z.md");
        looked(&["z.md", "a"]);
        put("0.md");
        looked(&[""]);
        fs::remove_dir_all(content.join("a")).unwrap();
        looked(&["a", "nowhere"]);
    }
}
