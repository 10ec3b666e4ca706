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
        let context = || format!("lecture de « {} »", path.display());
        let open_to_others = fs::metadata(path).with_context(context)?.permissions().mode() & OTHERS;
        ensure!(
            open_to_others == 0,
            "« {} » est lisible par d’autres que son propriétaire : faites « chmod 600 »",
            path.display()
        );
        let text = fs::read_to_string(path).with_context(context)?;
        Ok(Self(text.trim_end_matches(['\r', '\n']).to_owned()))
    }

    /// The secret itself, for whoever sends it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}
