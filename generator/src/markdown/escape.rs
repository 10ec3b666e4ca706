//! What keeps an author's signs from being taken for markup.

/// Adds `text` with `<`, `>` and `&` escaped: for the text of an element.
pub fn escape_text(text: &str, out: &mut String) {
    escape(text, out, |byte| match byte {
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        b'&' => Some("&amp;"),
        _ => None,
    });
}

/// Adds `text` with quotes escaped too: for an attribute between double quotes.
pub fn escape_attribute(text: &str, out: &mut String) {
    escape(text, out, |byte| match byte {
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        b'&' => Some("&amp;"),
        b'"' => Some("&quot;"),
        b'\n' | b'\r' | b'\t' => Some(" "),
        _ => None,
    });
}

/// Adds an address for an attribute: as [`escape_attribute`], and what may not stand in an
/// address is percent-encoded. An encoded address stays as it is.
pub(super) fn escape_address(address: &str, out: &mut String) {
    escape(address, out, |byte| match byte {
        b'&' => Some("&amp;"),
        b' ' => Some("%20"),
        b'"' => Some("%22"),
        b'<' => Some("%3C"),
        b'>' => Some("%3E"),
        b'\\' => Some("%5C"),
        b'`' => Some("%60"),
        0..=0x1f | 0x7f => Some(""),
        _ => None,
    });
}

fn escape(text: &str, out: &mut String, entity: impl Fn(u8) -> Option<&'static str>) {
    let mut done = 0;
    for (at, byte) in text.bytes().enumerate() {
        if let Some(entity) = entity(byte) {
            out.push_str(&text[done..at]);
            out.push_str(entity);
            done = at + 1;
        }
    }
    out.push_str(&text[done..]);
}
