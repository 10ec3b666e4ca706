//! Named points at which a test kills the program, to see what survives.
//!
//! They exist in debug builds only: in what is released, [`point`] is nothing.

/// Dies here, as a machine does that loses its current, when the environment says so:
/// `FORMS_SERVICE_CRASH_AT=after-commit:3` dies the third time that this point is passed.
#[cfg(debug_assertions)]
pub fn point(name: &str) {
    use std::sync::LazyLock;
    use std::sync::atomic::{AtomicU64, Ordering};

    static WANTED: LazyLock<Option<(String, u64)>> = LazyLock::new(|| {
        let wanted = std::env::var("FORMS_SERVICE_CRASH_AT").ok()?;
        let (name, times) = wanted.split_once(':')?;
        Some((name.to_owned(), times.parse().ok()?))
    });
    static PASSED: AtomicU64 = AtomicU64::new(0);

    let Some((wanted, times)) = WANTED.as_ref() else { return };
    if wanted == name && PASSED.fetch_add(1, Ordering::SeqCst) + 1 == *times {
        let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
        // The signal may take a moment; nothing after this point may happen.
        loop {
            std::thread::park();
        }
    }
}

/// Nothing.
#[cfg(not(debug_assertions))]
#[inline]
pub fn point(_name: &str) {}
