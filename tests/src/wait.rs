//! Waiting for something that happens elsewhere: in another process, on the disk.

use std::time::{Duration, Instant};

/// How long anything may take before a journey gives up. A loaded machine is slow, and nothing
/// passes or fails by being quick.
pub const PATIENCE: Duration = Duration::from_mins(1);

/// How often [`until`] looks.
const GLANCE: Duration = Duration::from_millis(25);

/// Looks until `look` finds something, and returns it.
///
/// # Panics
/// After [`PATIENCE`], with what was awaited.
pub fn until<T>(awaited: &str, look: impl FnMut() -> Option<T>) -> T {
    until_within(PATIENCE, awaited, look)
}

/// The same for what takes its time by design.
///
/// # Panics
/// After `patience`, with what was awaited.
pub fn until_within<T>(patience: Duration, awaited: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(start.elapsed() < patience, "waited {} s in vain until {awaited}", patience.as_secs());
        std::thread::park_timeout(GLANCE);
    }
}
