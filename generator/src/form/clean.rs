//! The normal form of what people type: the same text has the same characters.
//!
//! Nothing visible is lost. What goes: the line ends of Windows, characters that no keyboard
//! types on purpose, and the overrides that make a text read otherwise than it is written.

use unicode_normalization::UnicodeNormalization;

/// LF line ends, NFC, no control character, no bidirectional override, nothing blank around.
/// Cleaning twice changes nothing more.
pub fn clean(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let kept: String = text.chars().filter_map(keep).nfc().collect();
    kept.trim_matches(is_blank).to_owned()
}

/// As [`clean`], on one line.
pub fn clean_line(text: &str) -> String {
    clean(&text.replace("\r\n", " ").replace(['\r', '\n', '\u{2028}', '\u{2029}'], " "))
}

fn keep(c: char) -> Option<char> {
    match c {
        '\n' | '\r' | '\u{2028}' | '\u{2029}' => Some('\n'),
        // A tab between two words must not glue them together.
        '\t' => Some(' '),
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => None,
        c if c.is_control() => None,
        c => Some(c),
    }
}

/// White, or without any width: a message of such characters only is an empty one.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{AD}' | '\u{180E}' | '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn windows_line_ends_and_decomposed_accents_become_ours() {
        assert_eq!(clean("  une\r\ne\u{301}quipe\rla\tnuit \u{a0}\n"), "une\néquipe\nla nuit");
        assert_eq!(clean_line("une\r\néquipe"), "une équipe");
    }

    #[test]
    fn a_text_cannot_read_otherwise_than_it_is_written() {
        assert_eq!(clean("oui\u{202E}non\u{2069}\u{0}\u{7}"), "ouinon");
        assert_eq!(clean("\u{200B}\u{FEFF} \u{2060}"), "");
    }

    proptest! {
        #![proptest_config(crate::cases::cases(crate::cases::CASES))]

        #[test]
        fn cleaning_twice_changes_nothing_more(text in any::<String>()) {
            let once = clean(&text);
            prop_assert_eq!(&clean(&once), &once);
            let line = clean_line(&text);
            prop_assert_eq!(&clean_line(&line), &line);
            prop_assert!(!line.contains('\n'));
        }
    }
}
