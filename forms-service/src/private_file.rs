//! Files that hold a secret: read only when nobody but their owner could have read them.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use anyhow::{Context, ensure};

/// Read, write or run, for the group and for everybody.
const OTHERS: u32 = 0o077;

/// The text of a secret's file.
///
/// # Errors
/// Says in French that others may read it, or that it cannot be read.
pub fn read(path: &Path) -> anyhow::Result<String> {
    let context = || format!("lecture de « {} »", path.display());
    let mode = fs::metadata(path).with_context(context)?.permissions().mode();
    let open_to_others = mode & OTHERS;
    ensure!(
        open_to_others == 0,
        "« {} » est lisible par d’autres que son propriétaire : faites « chmod 600 »",
        path.display()
    );
    fs::read_to_string(path).with_context(context)
}
