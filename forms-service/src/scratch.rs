//! A folder for the time of a measurement, or of a look.

use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use anyhow::Context;

/// A folder that is removed when this is dropped.
pub struct Scratch(PathBuf);

impl Scratch {
    /// A new folder within `parent`, on the same disk, whose name begins with `name`.
    ///
    /// # Errors
    /// Fails when it cannot be made.
    pub fn within(parent: &Path, name: &str) -> anyhow::Result<Self> {
        let path = parent.join(format!("{name}-{:016x}", rand::random::<u64>()));
        DirBuilder::new()
            .mode(0o700)
            .create(&path)
            .with_context(|| format!("création du dossier « {} »", path.display()))?;
        Ok(Self(path))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
