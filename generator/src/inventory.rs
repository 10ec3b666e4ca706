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
