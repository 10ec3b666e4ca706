//! From bytes to text: what is not UTF-8 is refused, with the name of what it looks like.

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Location, Severity};

/// Why bytes are not a text that we read.
pub(super) struct NotText {
    message: String,
    help: String,
    before: String,
    /// The line at fault as its author meant it, when that can be told.
    excerpt: String,
}

const AS_UTF8: &str = "enregistrez le fichier en « UTF-8 » depuis votre éditeur";

impl NotText {
    fn new(message: impl Into<String>, help: &str) -> Self {
        Self { message: message.into(), help: help.to_owned(), before: String::new(), excerpt: String::new() }
    }

    /// The diagnostic for the file that is shown as `file`.
    pub fn at(self, file: Arc<str>) -> Diagnostic {
        let line = self.before.matches('\n').count() + 1;
        let column = self.before.rsplit('\n').next().map_or(0, |last| last.chars().count()) + 1;
        let location = Location { file, line, column, width: 1, excerpt: self.excerpt, skipped: 0 };
        Diagnostic::new(Severity::Error, "encodage", self.message, Some(location)).help(self.help)
    }
}

/// The text of a file, without a byte order mark.
pub(super) fn decode(bytes: &[u8]) -> Result<String, NotText> {
    if bytes.starts_with(&[0xFF, 0xFE, 0, 0]) || bytes.starts_with(&[0, 0, 0xFE, 0xFF]) {
        return Err(NotText::new("le fichier est en UTF-32", AS_UTF8));
    }
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) || alternates_with_nul(bytes) {
        return Err(NotText::new("le fichier est en UTF-16", AS_UTF8));
    }
    if let Some(what) = other_format(bytes) {
        let help = "copiez son texte dans un fichier Markdown neuf : changer le nom du fichier ne suffit pas";
        return Err(NotText::new(format!("ce fichier n’est pas du texte : c’est {what}"), help));
    }
    if let Some(what) = other_markup(bytes) {
        let help = "ouvrez-le dans un navigateur et copiez son texte dans un fichier Markdown neuf";
        return Err(NotText::new(format!("ce fichier n’est pas du Markdown : c’est {what}"), help));
    }
    if let Some(end) = old_mac_line_end(bytes) {
        let line = String::from_utf8_lossy(&bytes[..end]).into_owned();
        return Err(NotText {
            before: line.clone(),
            excerpt: line,
            ..NotText::new(
                "les lignes de ce fichier finissent comme sur d’anciens Mac (CR) : il serait lu comme une seule ligne",
                "dans votre éditeur, choisissez les fins de ligne « LF » (ou « Unix »), puis enregistrez le fichier",
            )
        });
    }
    match simdutf8::compat::from_utf8(bytes) {
        Ok(text) => match memchr::memchr(0, bytes) {
            Some(at) => Err(NotText {
                before: text[..at].to_owned(),
                ..NotText::new(
                    "le fichier contient un caractère nul",
                    "le fichier est abîmé ou n’est pas du texte : reprenez-le depuis une copie saine",
                )
            }),
            None => Ok(text.strip_prefix('\u{FEFF}').unwrap_or(text).to_owned()),
        },
        Err(fault) => {
            let valid = fault.valid_up_to();
            let page = CodePage::of(bytes);
            let before = String::from_utf8_lossy(&bytes[..valid]);
            // What was right so far is French in UTF-8 already: two encodings meet in this file.
            let mixed = !before.is_ascii() && before.chars().all(is_french);
            let valid = if mixed { valid } else { bytes.iter().position(|byte| !byte.is_ascii()).unwrap_or(valid) };
            let before = String::from_utf8_lossy(&bytes[..valid]).into_owned();
            let start = bytes[..valid].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
            let end = bytes[valid..].iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |at| valid + at);
            let message = if mixed {
                format!(
                    "ce caractère n’est pas en UTF-8, le reste du fichier l’est (il vient sans doute d’un texte en {})",
                    page.name()
                )
            } else {
                format!("le fichier n’est pas en UTF-8 (sans doute {})", page.name())
            };
            let help =
                if mixed { "retapez ce caractère, puis enregistrez le fichier en « UTF-8 »" } else { AS_UTF8 };
            let tail: String = bytes[valid..end].iter().map(|byte| page.letter(*byte)).collect();
            let excerpt = format!("{}{}", String::from_utf8_lossy(&bytes[start..valid]), tail.trim_end());
            Err(NotText { before, excerpt, ..NotText::new(message, help) })
        }
    }
}

/// Whether a sign may stand in a French text.
fn is_french(c: char) -> bool {
    matches!(u32::from(c), 0..0x250 | 0x300..0x370 | 0x2000..0x2200 | 0xfeff | 0x1f000..)
}

/// Whether every second byte of the start is nul: UTF-16 without its mark.
fn alternates_with_nul(bytes: &[u8]) -> bool {
    const LOOKED_AT: usize = 64;
    let start = &bytes[..bytes.len().min(LOOKED_AT) & !1];
    let all = |from: usize| start.iter().skip(from).step_by(2).all(|byte| *byte == 0);
    start.len() >= 4 && (all(0) != all(1))
}

/// What a file holds whose name alone says that it is text.
fn other_format(bytes: &[u8]) -> Option<&'static str> {
    const STARTS: [(&[u8], &str); 6] = [
        (b"PK\x03\x04", "un document Word, LibreOffice ou une archive"),
        (b"%PDF-", "un PDF"),
        (b"{\\rtf", "un document RTF"),
        (b"\xD0\xCF\x11\xE0", "un ancien document Word ou Excel"),
        (b"\x89PNG", "une image"),
        (b"\xFF\xD8\xFF", "une image"),
    ];
    STARTS.iter().find(|(start, _)| bytes.starts_with(start)).map(|(_, what)| *what)
}

/// What a file holds that is written in another markup.
fn other_markup(bytes: &[u8]) -> Option<&'static str> {
    const STARTS: [(&[u8], &str); 6] = [
        (b"<!doctype html", "une page HTML"),
        (b"<html", "une page HTML"),
        (b"<head>", "une page HTML"),
        (b"<body", "une page HTML"),
        (b"<?xml", "un fichier XML"),
        (b"mime-version:", "une page HTML enregistrée avec ses images"),
    ];
    let start = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii_start();
    let starts_with = |sign: &[u8]| start.get(..sign.len()).is_some_and(|found| found.eq_ignore_ascii_case(sign));
    STARTS.iter().find(|(sign, _)| starts_with(sign)).map(|(_, what)| *what)
}

/// The first end of a line, where each is a carriage return alone.
fn old_mac_line_end(bytes: &[u8]) -> Option<usize> {
    if memchr::memchr(b'\n', bytes).is_some() { None } else { memchr::memchr(b'\r', bytes) }
}

/// The encodings that French texts had before UTF-8.
#[derive(Clone, Copy, PartialEq, Eq)]
enum CodePage {
    Windows,
    MacRoman,
    Dos,
}

impl CodePage {
    /// The one in which most of the letters that are not ASCII are the usual ones of French.
    fn of(bytes: &[u8]) -> Self {
        let count = |letters: &[u8]| bytes.iter().filter(|byte| letters.contains(byte)).count();
        let windows = count(b"\xE9\xE8\xE0\xE7\xEA\xF9\xF4\xEE\xC9");
        let mac = count(b"\x8E\x8F\x88\x8D\x90\x9D\x99\x94\xD5");
        let dos = count(b"\x82\x8A\x85\x87\x88\x97\x93\x8C");
        if mac > windows && mac >= dos {
            Self::MacRoman
        } else if dos > windows {
            Self::Dos
        } else {
            Self::Windows
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Windows => "Windows-1252, l’encodage d’anciens éditeurs",
            Self::MacRoman => "Mac Roman, l’encodage d’anciens Mac",
            Self::Dos => "CP850, l’encodage de DOS",
        }
    }

    /// The letter of a byte.
    fn letter(self, byte: u8) -> char {
        const WINDOWS: &str = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ";
        const MAC: &str = "ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûü†°¢£§•¶ß®©™´¨≠ÆØ∞±≤≥¥µ∂∑∏π∫ªºΩæø¿¡¬√ƒ≈∆«»…\u{a0}ÀÃÕŒœ–—“”‘’÷◊ÿŸ⁄€‹›ﬁﬂ‡·‚„‰ÂÊÁËÈÍÎÏÌÓÔ\u{f8ff}ÒÚÛÙıˆ˜¯˘˙˚¸˝˛ˇ";
        const DOS: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»";
        if byte < 0x80 {
            return char::from(byte);
        }
        let at = usize::from(byte - 0x80);
        match self {
            Self::Windows => WINDOWS.chars().nth(at).unwrap_or(char::from(byte)),
            Self::MacRoman => MAC.chars().nth(at).unwrap_or('\u{fffd}'),
            Self::Dos => DOS.chars().nth(at).unwrap_or('\u{fffd}'),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(bytes: &[u8]) -> String {
        match decode(bytes) {
            Ok(text) => format!("« {text} »"),
            Err(fault) => fault.at("a.md".into()).to_string().replace('\u{a0}', " "),
        }
    }

    #[test]
    fn what_is_not_utf_8_is_named_and_shown_as_it_was_meant() {
        let french = "L\u{92}équipe où l\u{92}on s\u{92}écoute".chars().map(|c| u8::try_from(u32::from(c)).unwrap());
        let windows: Vec<u8> = french.collect();
        assert_eq!(
            said(&windows),
            "erreur : le fichier n’est pas en UTF-8 (sans doute Windows-1252, l’encodage d’anciens éditeurs) [encodage]\n  --> a.md:1:2\n  |\n1 | L’équipe où l’on s’écoute\n  |  ^\n  aide : enregistrez le fichier en « UTF-8 » depuis votre éditeur\n"
        );
        assert!(said(b"titre: \x8Equipe, pr\x8Fs de l\xD5accueil").contains("Mac Roman"));
        assert!(said(b"titre: \x8Equipe, pr\x8Fs de l\xD5accueil").contains("1 | titre: équipe, près de l’accueil"));
        assert!(said(b"titre: \x82quipe, pr\x8As").contains("CP850"));
        let mixed = said("Été\ntitre: \u{e9}".as_bytes());
        assert_eq!(mixed, "« Été\ntitre: é »");
        let mixed = said(b"\xC3\x89t\xC3\xA9\nabc \xE9t\xE9");
        assert!(mixed.contains("retapez ce caractère") && mixed.contains("a.md:2:5"), "{mixed}");
    }

    #[test]
    fn what_is_no_markdown_is_named() {
        for page in ["<!DOCTYPE html>\n<html lang=\"fr\">", "\u{feff}\n<html>", "<HEAD><title>A</title>", "<body>a"] {
            let found = said(page.as_bytes());
            assert!(found.contains("c’est une page HTML"), "{found}");
            assert!(found.contains("copiez son texte dans un fichier Markdown neuf"), "{found}");
        }
        assert!(said(b"<?xml version=\"1.0\"?>").contains("un fichier XML"));
        assert!(said(b"MIME-Version: 1.0\r\n").contains("une page HTML"));
        assert_eq!(said(b"<p>a</p> <html>"), "« <p>a</p> <html> »");
    }

    #[test]
    fn the_line_ends_of_old_macs_are_told_where_the_first_is() {
        let found = said("---\rtitre: Été\r---\rUn texte.\r".as_bytes());
        assert!(found.contains("anciens Mac (CR)") && found.contains("a.md:1:4"), "{found}");
        assert!(found.contains("1 | ---\n") && found.contains("« LF »"), "{found}");
        assert_eq!(said(b"a\r\nb\rc\n"), "« a\r\nb\rc\n »");
        assert_eq!(said(b"a"), "« a »");
    }

    #[test]
    fn what_is_no_text_is_named() {
        for bytes in [b"\xFF\xFEt\0i\0".as_slice(), b"\xFE\xFF\0t\0i", b"t\0i\0t\0r\0e\0", b"\0t\0i\0t\0r\0e"] {
            assert!(said(bytes).contains("UTF-16"));
        }
        assert!(said(b"PK\x03\x04....").contains("un document Word"));
        assert!(said(b"titre\n ab\0c").contains("a.md:2:4"));
        assert!(said(b"\0\0\0\0").contains("nul"));
        assert_eq!(said(b"\xEF\xBB\xBFBonjour"), "« Bonjour »");
    }
}
