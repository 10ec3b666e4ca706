//! What happened to submissions since the start, for the metrics.

use std::sync::atomic::{AtomicU64, Ordering};

use super::submissions::{AcceptError, Accepted};

/// Counts since the start.
#[derive(Debug, Default)]
pub struct Tally {
    accepted: AtomicU64,
    repeated: AtomicU64,
    refused: AtomicU64,
}

impl Tally {
    /// Counts what became of one.
    pub(super) fn count(&self, outcome: &Result<Accepted, AcceptError>) {
        let counter = match outcome {
            Ok(accepted) if accepted.fresh => &self.accepted,
            Ok(_) => &self.repeated,
            Err(_) => &self.refused,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    /// Stored.
    pub fn accepted(&self) -> u64 {
        self.accepted.load(Ordering::Relaxed)
    }

    /// Handed in again: they were there.
    pub fn repeated(&self) -> u64 {
        self.repeated.load(Ordering::Relaxed)
    }

    /// Not stored, for want of room or of a database.
    pub fn refused(&self) -> u64 {
        self.refused.load(Ordering::Relaxed)
    }
}
