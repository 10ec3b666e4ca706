//! The disk under the database: how much room it has, and what a full one leaves behind.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use super::database::{Database, is_disk_full};

/// The disk of the data folder.
pub(super) struct Disk {
    folder: PathBuf,
    floor: u64,
    /// Whether the database was told that there is no room, and nothing was stored since.
    was_full: AtomicBool,
}

/// The disk has no room left for what was to be stored: nothing of it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no space is left to store anything")]
pub struct DiskFull;

impl Disk {
    pub(super) fn new(folder: &Path, floor: u64) -> Self {
        Self { folder: folder.to_owned(), floor, was_full: AtomicBool::new(false) }
    }

    /// Free bytes, if it says.
    pub(super) fn free_bytes(&self) -> Option<u64> {
        free_bytes(&self.folder)
    }

    /// Whether there is more room than the floor. A disk that does not say is not held against
    /// anybody: the database will say.
    pub(super) fn check(&self) -> Result<(), DiskFull> {
        if self.floor == 0 {
            return Ok(());
        }
        match free_bytes(&self.folder) {
            Some(free) if free < self.floor => Err(DiskFull),
            _ => Ok(()),
        }
    }

    /// Notes a failure: whether there was no room.
    pub(super) fn note(&self, error: &anyhow::Error) {
        if is_disk_full(error) {
            self.was_full.store(true, Ordering::Relaxed);
        }
    }

    /// `SQLite`'s log would take the new room before it is large enough to begin anew by itself.
    pub(super) async fn settle(&self, database: &Database) {
        if self.was_full.swap(false, Ordering::Relaxed) {
            database.shorten_log().await;
        }
    }
}

/// Free bytes on the disk of a folder, as far as its owner may use them.
pub fn free_bytes(folder: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(folder).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}
