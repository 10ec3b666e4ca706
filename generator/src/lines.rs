//! The lines of a text, each with its end.

/// As [`str::split_inclusive`] at line feeds, but many bytes are looked at at once: most lines of a
/// page are whole paragraphs.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = &str> {
    let last = (!text.is_empty() && !text.ends_with('\n')).then_some(text.len());
    let mut start = 0;
    memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1).chain(last).map(move |end| {
        let line = &text[start..end];
        start = end;
        line
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_those_of_the_standard_library() {
        for text in ["", "\n", "a", "a\n", "\na", "é\r\n\n\nb", "a\n\n"] {
            assert_eq!(lines(text).collect::<Vec<_>>(), text.split_inclusive('\n').collect::<Vec<_>>(), "{text:?}");
        }
    }
}
