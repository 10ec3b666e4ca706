//! What holds of any pattern of patient numbers and any text that the guard reads.

use generator::guard::Guard;

/// A pattern on the first line (none when it is empty or refused), then a text. What is found
/// stands on characters, in order and apart.
pub fn check(data: &str) {
    let (pattern, text) = data.split_once('\n').unwrap_or(("", data));
    let guard = Guard::new(&[pattern]).unwrap_or_default();
    let mut end = 0;
    for finding in guard.scan(text) {
        assert!(finding.range.start >= end && !finding.range.is_empty(), "{finding:?}");
        assert!(text.get(finding.range.clone()).is_some(), "{finding:?}");
        end = finding.range.end;
    }
}
