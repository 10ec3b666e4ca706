//! Addresses and anchors made from French words: no accent, no capital, hyphens between.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Lower case without accents, `œ` and `æ` opened: the form in which names are compared.
pub fn fold(text: &str) -> String {
    text.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).fold(
        String::with_capacity(text.len()),
        |mut folded, c| {
            match c {
                'œ' => folded.push_str("oe"),
                'æ' => folded.push_str("ae"),
                'ß' => folded.push_str("ss"),
                '’' => folded.push('\''),
                c => folded.push(c),
            }
            folded
        },
    )
}

/// The address part or anchor of a text: « L’accueil des Œuvres » gives `l-accueil-des-oeuvres`.
/// Letters of other scripts stay; the result is empty when the text holds no letter or digit.
pub fn slugify(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for c in fold(text).chars() {
        if c.is_alphanumeric() || c == '_' {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.truncate(slug.trim_end_matches('-').len());
    slug
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_fall_and_apostrophes_become_hyphens() {
        assert_eq!(slugify("L’accueil des Œuvres !"), "l-accueil-des-oeuvres");
        assert_eq!(slugify("  Équipe « de nuit »"), "equipe-de-nuit");
        assert_eq!(slugify("e\u{301}quipe"), slugify("équipe"));
        assert_eq!(slugify("…"), "");
    }
}
