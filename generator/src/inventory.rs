//! Which files the content folder holds, and in what state, from one build to the next.
//!
//! What the system tells of changes is a hint: it says where to look first, and a look at the whole
//! folder follows soon after. Nothing here reads a file.

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
                self.files.sort_by(|a, b| a.path.cmp(&b.path));
            }
        }
        Ok(&self.files)
    }

    fn look_again(&mut self, content: &Path, below: &Path) -> anyhow::Result<()> {
        if below.iter().any(|part| is_junk_name(&part.to_string_lossy())) {
            return Ok(());
        }
        let place = content.join(below);
        // By the names, of which there may be thousands; a path of the system is cut up at each look.
        let name = composed(&below.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/"));
        let is_below =
            |path: &str| path.strip_prefix(&*name).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        self.files.retain(|found| !(name.is_empty() || is_below(&found.path)));
        let is_folder = std::fs::symlink_metadata(&place).is_ok_and(|metadata| metadata.is_dir());
        if is_folder {
            self.files.extend(source::list(content, &place)?);
        } else {
            self.files.extend(source::look(content, place)?);
        }
        Ok(())
    }
}
