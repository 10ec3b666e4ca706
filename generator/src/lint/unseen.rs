//! Characters that nobody sees, and texts that were read in the wrong encoding.

use std::ops::Range;

use crate::markdown::{Report, quoted};

/// A text may hold a few soft hyphens; more were pasted with it.
const SOFT_HYPHENS: usize = 3;

/// What was seen so far of one body.
#[derive(Default)]
pub(super) struct Unseen {
    soft_hyphens: usize,
    first_soft_hyphen: Range<usize>,
    /// Up to where a garbled passage was reported.
    garbled_until: usize,
}

impl Unseen {
    /// Reports an invisible character that has no business where it stands.
    pub fn check(&mut self, body: &str, range: &Range<usize>, report: &Report) {
        let Some(c) = body[range.clone()].chars().next() else { return };
        if c == '\u{ad}' {
            self.soft_hyphens += 1;
            if self.soft_hyphens == 1 {
                self.first_soft_hyphen = range.clone();
            }
            return;
        }
        let (code, what) = match c {
            // They join emoji and the letters of other scripts.
            '\u{200c}' | '\u{200d}' if !is_between_latin(body, range) => return,
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                ("caractere-bidirectionnel", "change le sens de lecture de ce qui suit")
            }
            '\u{2028}' | '\u{2029}' => ("caractere-invisible", "est une fin de ligne d’un autre logiciel"),
            _ => ("caractere-invisible", "ne se voit pas et gêne la recherche"),
        };
        report.warning(
            range.clone(),
            code,
            format!("un caractère invisible (U+{:04X}) {what}", u32::from(c)),
            "effacez-le avec ses voisins et tapez-les à nouveau ; il vient souvent d’un copier-coller",
        );
    }

    /// Reports a passage that looks read in the wrong encoding.
    pub fn check_garbled(&mut self, body: &str, range: &Range<usize>, report: &Report) {
        if range.start < self.garbled_until {
            return;
        }
        let Some(length) = garbled_length(body, range) else { return };
        let end = range.start + length;
        // The word around tells more than the sign.
        let word = word_around(body, range.start..end);
        self.garbled_until = word.end;
        let shown = quoted(&body[word.clone()]);
        let help = match mended(&body[word.clone()]) {
            Some(meant) => format!("écrivez « {} », et enregistrez le fichier en UTF-8", quoted(&meant)),
            None => "tapez à nouveau ce passage, et enregistrez le fichier en UTF-8".to_owned(),
        };
        report.warning(word, "accents-abimes", format!("les accents de « {shown} » sont abîmés"), help);
    }

    /// Reports what only its number makes suspicious.
    pub fn finish(self, report: &Report) {
        if self.soft_hyphens > SOFT_HYPHENS {
            report.warning(
                self.first_soft_hyphen,
                "caractere-invisible",
                format!("ce texte contient {} traits d’union invisibles (U+00AD)", self.soft_hyphens),
                "retirez-les (rechercher et remplacer) : ils coupent les mots pour la recherche",
            );
        }
    }
}

fn is_between_latin(body: &str, range: &Range<usize>) -> bool {
    let latin = |c: Option<char>| c.is_some_and(|c| c.is_alphabetic() && c < '\u{250}');
    latin(body[..range.start].chars().next_back()) && latin(body[range.end..].chars().next())
}

/// How many bytes of a passage look garbled, from its first sign on.
fn garbled_length(body: &str, sign: &Range<usize>) -> Option<usize> {
    let next = body[sign.end..].chars().next();
    let after = next.map_or(0, char::len_utf8);
    let before = body[..sign.start].chars().next_back();
    match &body[sign.clone()] {
        "Ã" => next.filter(|c| is_high_1252(*c)).map(|_| sign.len() + after),
        // « Â » alone is a letter: a no-break space after it is one of French unless a word goes before.
        "Â" if next == Some('\u{a0}') => before.filter(|c| c.is_alphanumeric()).map(|_| sign.len() + after),
        "Â" => next.filter(|c| ('\u{a1}'..='\u{bf}').contains(c)).map(|_| sign.len() + after),
        _ => Some(sign.len()),
    }
}

/// The characters that the bytes 80 to BF are in Windows-1252.
fn is_high_1252(c: char) -> bool {
    HIGH_1252.contains(c) || ('\u{80}'..='\u{bf}').contains(&c)
}

const HIGH_1252: &str = "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ";

fn word_around(body: &str, range: Range<usize>) -> Range<usize> {
    const REACH: usize = 40;
    let ends = |c: char| c.is_whitespace() && c != '\u{a0}';
    let floor = body.floor_char_boundary(range.start.saturating_sub(REACH));
    let ceiling = body.ceil_char_boundary((range.end + REACH).min(body.len()));
    let start = body[floor..range.start].rfind(ends).map_or(floor, |at| floor + at);
    let start = body[start..range.start].find(|c| !ends(c)).map_or(range.start, |at| start + at);
    let end = body[range.end..ceiling].find(ends).map_or(ceiling, |at| range.end + at);
    start..end
}

/// What the author meant, when the text is UTF-8 that was read as Windows-1252.
fn mended(garbled: &str) -> Option<String> {
    let bytes: Option<Vec<u8>> = garbled.chars().map(byte_1252).collect();
    String::from_utf8(bytes?).ok().filter(|text| text != garbled)
}

fn byte_1252(c: char) -> Option<u8> {
    const CODES: [u8; 27] = [
        0x80, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x8b, 0x8c, 0x8e, 0x91, 0x92, 0x93, 0x94, 0x95,
        0x96, 0x97, 0x98, 0x99, 0x9a, 0x9b, 0x9c, 0x9e, 0x9f,
    ];
    HIGH_1252.chars().position(|known| known == c).map_or_else(|| u8::try_from(u32::from(c)).ok(), |at| Some(CODES[at]))
}
