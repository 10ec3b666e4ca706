//! The bytes that may give a fault away, found in one pass over a body.

use std::ops::Range;
use std::sync::LazyLock;

use super::any_of::AnyOf;

/// Something that is worth a look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sign {
    /// What it may be.
    pub kind: Kind,
    /// Bytes of the body.
    pub range: Range<usize>,
}

/// What a sign may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Markdown that did not work.
    Markup,
    /// A character that nobody sees.
    Unseen,
    /// A text read in the wrong encoding.
    Garbled,
    /// Where git could not merge.
    Conflict,
}

/// Literals only: they are then looked for all at once, many bytes at a time. The longer ones apart:
/// each place where the first bytes of one stand costs a second look, and the apostrophe of French
/// begins as the characters that nobody sees, but for its third byte.
static SHORT: LazyLock<Option<AnyOf>> = LazyLock::new(|| AnyOf::new(&["**", "](", ")[", "##", "Ã", "Â", "\u{ad}"]));

/// As [`SHORT`].
static LONG: LazyLock<Option<AnyOf>> = LazyLock::new(|| {
    AnyOf::new(&[
        "<<<<<<<", ">>>>>>>", "<!--", "#\u{a0}", "-\u{a0}", "*\u{a0}", "http://", "https://", "â€", "Å“", "\u{fffd}",
        "\u{200b}", "\u{200c}", "\u{200d}", "\u{2028}", "\u{2029}", "\u{202a}", "\u{202b}", "\u{202c}", "\u{202d}",
        "\u{202e}", "\u{2066}", "\u{2067}", "\u{2068}", "\u{2069}", "\u{feff}",
    ])
});

/// The signs of a body, in its order.
pub(crate) fn of(body: &str) -> Vec<Sign> {
    let mut signs = Vec::new();
    for found in [&*SHORT, &*LONG].into_iter().flatten().flat_map(|known| known.find_iter(body)) {
        let kind = match &body[found.clone()] {
            "<<<<<<<" | ">>>>>>>" => Kind::Conflict,
            "Ã" | "Â" | "â€" | "Å“" | "\u{fffd}" => Kind::Garbled,
            text if text.is_ascii() || text.ends_with('\u{a0}') => Kind::Markup,
            _ => Kind::Unseen,
        };
        signs.push(Sign { kind, range: found });
    }
    signs.sort_unstable_by_key(|sign| sign.range.start);
    // The end of `##` may begin another: a sign is told once.
    signs.dedup_by(|next, sign| next.range.start < sign.range.end);
    add_controls(body, &mut signs);
    signs
}

/// Adds the control characters. There are none in most texts, and telling so costs little.
fn add_controls(body: &str, signs: &mut Vec<Sign>) {
    let bytes = body.as_bytes();
    let after_first = bytes.get(1..).unwrap_or_default();
    let any = bytes.iter().fold(false, |any, byte| any | is_control(*byte))
        || bytes.iter().zip(after_first).fold(false, |any, (first, second)| any | is_high(*first, *second));
    if !any {
        return;
    }
    let controls = body.char_indices().filter(|(_, c)| c.is_control() && !matches!(c, '\n' | '\r' | '\t'));
    signs.extend(controls.map(|(at, c)| Sign { kind: Kind::Unseen, range: at..at + c.len_utf8() }));
    signs.sort_by_key(|sign| sign.range.start);
}

fn is_control(byte: u8) -> bool {
    byte == 0x7f || (byte < b' ' && !matches!(byte, b'\n' | b'\r' | b'\t'))
}

/// The control characters from U+0080 to U+009F, of two bytes.
fn is_high(first: u8, second: u8) -> bool {
    first == 0xc2 && second < 0xa0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sign_is_found_where_it_stands() {
        let body = "Été **x** \u{200b}\u{7} Ã©\n<<<<<<< a\n-\u{a0}b";
        let found: Vec<_> = of(body).into_iter().map(|sign| (sign.kind, &body[sign.range])).collect();
        assert_eq!(
            found,
            [
                (Kind::Markup, "**"),
                (Kind::Markup, "**"),
                (Kind::Unseen, "\u{200b}"),
                (Kind::Unseen, "\u{7}"),
                (Kind::Garbled, "Ã"),
                (Kind::Conflict, "<<<<<<<"),
                (Kind::Markup, "-\u{a0}"),
            ]
        );
    }

    #[test]
    fn signs_that_share_a_byte_are_one() {
        for body in ["##\u{a0}a", "**\u{a0}a", "](a)[b"] {
            let found = of(body);
            assert!(found.windows(2).all(|two| two[0].range.end <= two[1].range.start), "{body}: {found:?}");
        }
        assert_eq!(of("##\u{a0}a").len(), 1);
    }
}
