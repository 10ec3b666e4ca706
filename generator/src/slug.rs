//! Addresses and anchors made from French words: no accent, no capital, hyphens between.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{decompose_canonical, is_combining_mark};

/// A text in the one form that addresses, search and links know (NFC): an accent typed on a Mac is
/// the same letter.
pub fn composed(text: &str) -> String {
    // What French is typed with is in that form already, and telling so costs far less than doing it.
    let is_composed = |c| matches!(c, '\0'..'\u{300}' | '\u{2010}'..='\u{2027}' | '\u{202f}'..='\u{205e}' | '€' | '→');
    if text.is_ascii() || text.chars().all(is_composed) { text.to_owned() } else { text.nfc().collect() }
}

/// Lower case without accents, `œ` and `æ` opened: the form in which names are compared.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    each_folded(text, |c| folded.push(c));
    folded
}

fn each_folded(text: &str, mut take: impl FnMut(char)) {
    for c in text.chars() {
        match french_letter(c) {
            Some(letter) => take(letter),
            None => decompose_canonical(c, |part| push_folded(part, &mut take)),
        }
    }
}

/// What becomes of the signs of French that are one letter or sign then, without asking Unicode's tables.
fn french_letter(c: char) -> Option<char> {
    Some(match c {
        c if c.is_ascii() => c.to_ascii_lowercase(),
        'à' | 'â' | 'À' | 'Â' => 'a',
        'ç' | 'Ç' => 'c',
        'é' | 'è' | 'ê' | 'ë' | 'É' | 'È' | 'Ê' | 'Ë' => 'e',
        'î' | 'ï' | 'Î' | 'Ï' => 'i',
        'ô' | 'Ô' => 'o',
        'ù' | 'û' | 'ü' | 'Ù' | 'Û' | 'Ü' => 'u',
        '’' => '\'',
        _ => return None,
    })
}

fn push_folded(c: char, take: &mut impl FnMut(char)) {
    if is_combining_mark(c) {
        return;
    }
    for c in c.to_lowercase() {
        match c {
            'œ' => "oe".chars().for_each(&mut *take),
            'æ' => "ae".chars().for_each(&mut *take),
            'ß' => "ss".chars().for_each(&mut *take),
            '’' => take('\''),
            c => take(c),
        }
    }
}

/// The address part or anchor of a text: « L’accueil des Œuvres » gives `l-accueil-des-oeuvres`.
/// Letters of other scripts stay; the result is empty when the text holds no letter or digit.
pub fn slugify(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    let mut is_apart = false;
    each_folded(text, |c| {
        if c.is_alphanumeric() || c == '_' {
            if is_apart && !slug.is_empty() {
                slug.push('-');
            }
            slug.push(c);
            is_apart = false;
        } else {
            is_apart = true;
        }
    });
    slug
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_for_composed_is() {
        for c in ('\0'..='\u{ffff}').chain(['🌻']) {
            let text = format!("a{c}e");
            assert_eq!(composed(&text), text.nfc().collect::<String>(), "{c:?}");
        }
        assert_eq!(composed("e\u{301}quipe"), "équipe");
    }

    #[test]
    fn the_letters_of_french_are_folded_as_unicode_folds_them() {
        for c in ('\0'..='\u{ffff}').filter(|c| french_letter(*c).is_some()) {
            let mut folded = String::new();
            decompose_canonical(c, |part| push_folded(part, &mut |c| folded.push(c)));
            assert_eq!(fold(&c.to_string()), folded, "{c:?}");
        }
    }

    #[test]
    fn accents_fall_and_apostrophes_become_hyphens() {
        assert_eq!(slugify("L’accueil des Œuvres !"), "l-accueil-des-oeuvres");
        assert_eq!(slugify("  Équipe « de nuit »"), "equipe-de-nuit");
        assert_eq!(slugify("e\u{301}quipe"), slugify("équipe"));
        assert_eq!(slugify("…"), "");
    }
}
