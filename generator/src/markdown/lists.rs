//! Lists: the boxes to tick that a slip of the hand would lose.

use std::ops::Range;

use super::report::Report;

/// Reports `- []` and `- [ ]texte`, which the parser takes for text.
pub(super) fn check_lost_box(body: &str, item: &Range<usize>, report: &Report) {
    let line = body[item.clone()].lines().next().unwrap_or_default();
    let text = line.trim_start().trim_start_matches(|c: char| c.is_ascii_digit());
    let Some(text) = text.get(1..).map(str::trim_start) else { return };
    let Some((inside, after)) = text.strip_prefix('[').and_then(|text| text.split_once(']')) else { return };
    let is_box = inside.trim().is_empty() || inside == "x" || inside == "X";
    let is_task = inside.len() == 1 && (after.is_empty() || after.starts_with(char::is_whitespace));
    let is_link = after.starts_with(['(', '[', ':']);
    if is_box && !is_task && !is_link {
        let start = item.start + line.len() - text.len();
        report.warning(
            start..start + inside.len() + 2,
            "case",
            "cette case à cocher n’en est pas une",
            "écrivez « - [ ] », avec une espace entre les crochets et une autre après",
        );
    }
}
