//! Secrets: never printed, and read only from a file that nobody but its owner could have read.

use std::fmt;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use anyhow::{Context, ensure};

/// Read, write or run, for the group and for everybody.
const OTHERS: u32 = 0o077;

/// A text that is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Reads a secret's file; a line end after it is no part of it.
    ///
    /// # Errors
    /// Says in French that others may read the file, or that it cannot be read.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        ensure_private(path)?;
        let text = fs::read_to_string(path).with_context(|| format!("lecture de « {} »", path.display()))?;
        Ok(Self(text.trim_end_matches(['\r', '\n']).to_owned()))
    }

    /// The secret itself, for whoever sends it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

/// Refuses a file that others may read.
///
/// # Errors
/// Says in French that they may, or that it is not there.
pub fn ensure_private(path: &Path) -> anyhow::Result<()> {
    let found = fs::metadata(path).with_context(|| format!("lecture de « {} »", path.display()))?;
    ensure!(
        found.permissions().mode() & OTHERS == 0,
        "« {} » est lisible par d’autres que son propriétaire : faites « chmod 600 »",
        path.display()
    );
    Ok(())
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}
