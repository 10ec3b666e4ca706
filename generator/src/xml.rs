//! Text as XML may hold it, for feeds and the sitemap.

/// `text` for an XML text or a quoted attribute: markup escaped, and without the characters that
/// XML 1.0 forbids even escaped (a pasted control character would make a whole feed unreadable).
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + text.len() / 8);
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            // A bare one would be read as a line feed.
            '\r' => escaped.push_str("&#13;"),
            '\t' | '\n' => escaped.push(c),
            // Those from U+007F on are allowed, but are invisible and trouble some readers.
            '\u{fffe}' | '\u{ffff}' => {}
            _ if c.is_control() => {}
            _ => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_escaped_and_control_characters_go() {
        assert_eq!(escape("a < b & \"c\" > d"), "a &lt; b &amp; &quot;c&quot; &gt; d");
        assert_eq!(escape("l’équipe\u{a0}:\n\tœuvre 🙂"), "l’équipe\u{a0}:\n\tœuvre 🙂");
        assert_eq!(escape("a\u{0}\u{8}\u{b}\u{1f}\u{7f}\u{9f}\u{ffff}b"), "ab");
    }
}
