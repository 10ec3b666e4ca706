//! What a test measured, said where the test runner does not swallow it.

use std::io::Write;
use std::time::Duration;

/// Writes one line on stderr, past the capture of the test runner.
pub fn say(line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

/// The middle and the longest of some durations, in milliseconds.
pub fn middle_and_longest(mut durations: Vec<Duration>) -> (u128, u128) {
    durations.sort();
    let middle = durations.get(durations.len() / 2).map_or(0, Duration::as_millis);
    (middle, durations.last().map_or(0, Duration::as_millis))
}
