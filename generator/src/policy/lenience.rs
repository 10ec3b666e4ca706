//! What `--lenient` lets through, and why each is safe to publish.
//!
//! Safe means: whoever may read the page, the page's address, and what runs in a browser are as
//! the author meant; at worst a page looks poorer than it did elsewhere. What decides who sees a
//! page (`visibilite`), what cannot be read, and the portal's own files stay refused.

use crate::diagnostic::Diagnostic;

/// What becomes of a refusal in a lenient build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Softened {
    /// It stays what it is.
    Not,
    /// It is said, and the page is published.
    Warning,
    /// It is what pages of another site are like; saying it a thousand times helps nobody.
    Silence,
}

use Softened::{Silence, Warning};

/// Codes that are softened, with the reason why publishing is safe.
const SAFE: [(&str, Softened, &str); 60] = [
    ("cle-etrangere", Silence, "the key is kept in `extra`, where a theme may use it"),
    ("cle-ailleurs", Silence, "the key says in another generator's word what we read all the same"),
    ("cle-inconnue", Warning, "the key is kept in `extra`; it may be a slip, so it is said"),
    ("cle-manquante", Warning, "a title is found elsewhere; any other key is merely not shown"),
    ("cle-vide", Warning, "as a key that is missing"),
    ("type", Warning, "the value is not shown; the keys that decide who sees a page have `visibilite`"),
    ("date", Warning, "the date is not shown; the days on which a page shows have `visibilite`"),
    ("valeur-inconnue", Warning, "the value is not shown"),
    ("yaml-deux-points", Warning, "the line can mean one thing only, and is read so"),
    ("yaml-guillemets", Warning, "the line can mean one thing only, and is read so"),
    ("yaml-signe", Warning, "the line can mean one thing only, and is read so"),
    ("yaml-espace", Warning, "the line can mean one thing only, and is read so"),
    ("yaml-espace-insecable", Warning, "the line can mean one thing only, and is read so"),
    ("yaml-tabulation", Warning, "tabs and spaces mean the same to whoever wrote them"),
    ("yaml-diese", Warning, "the value is read whole"),
    ("document-inconnu", Warning, "the source is not named"),
    ("formulaire-inconnu", Warning, "the form is not offered"),
    ("alias", Warning, "the old address leads nowhere, as without the key"),
    ("slug", Warning, "the address is made from the same words"),
    ("page-introuvable", Warning, "the label stands alone, without a link"),
    ("ancre-introuvable", Warning, "the label stands alone, without a link"),
    ("image-introuvable", Warning, "the text alternative stands alone"),
    ("titre-mis-en-forme", Silence, "the title is shown without its markup"),
    ("adresse-en-double", Warning, "the second page has a numbered address of its own"),
    ("image-sans-texte", Warning, "the image is shown, and is passed over when the page is read aloud"),
    ("image-ailleurs", Warning, "a link to the image stands in its place"),
    ("lien-interdit", Warning, "the label stands alone, without a link"),
    ("lien-hors-contenu", Warning, "the label stands alone, without a link"),
    ("lien-sans-adresse", Warning, "the label stands alone, without a link"),
    ("lien-sans-texte", Warning, "nothing is shown of it"),
    ("lien-vers-page-cachee", Warning, "the label stands alone, without a link"),
    ("ancre", Warning, "the anchor comes from the words of the heading"),
    ("ancre-en-double", Warning, "the anchor comes from the words of the heading"),
    ("titre-accolades", Warning, "the braces are shown, or are no anchor"),
    ("titre-niveau-1", Warning, "the heading is shown at level 2"),
    ("note-inconnue", Warning, "the call is shown as it is written"),
    ("note-en-double", Warning, "the first of the notes is shown"),
    ("reference-inconnue", Warning, "the label is shown as it is written"),
    ("encart-inconnu", Warning, "the quotation is shown as one"),
    ("bloc-inconnu", Warning, "its title and its text are shown without a frame"),
    ("bloc-imbrique", Warning, "its text is shown within the block around it"),
    ("bloc-mal-ferme", Warning, "the block goes on to the end of what holds it"),
    ("bloc-non-ferme", Warning, "the block goes on to the end of what holds it"),
    ("bloc-sans-debut", Warning, "the line is left out"),
    ("bloc-vide", Warning, "nothing is shown but its title"),
    ("telecharger-sans-fichier", Warning, "the text is shown as it is"),
    ("video-sans-lien", Warning, "the text is shown as it is"),
    ("video-sans-transcription", Warning, "the link is shown"),
    ("deux-index", Warning, "the second page is left out, and its address leads nowhere"),
    ("tableau-cases", Warning, "the table is shown without the extra cells"),
    ("html", Warning, "the tag is left out, its text stays"),
    ("html-aspect", Warning, "the tag is left out, its text stays"),
    ("html-attribut", Warning, "the tag is left out, its text stays"),
    ("html-bloc", Warning, "the tag is left out, its text stays"),
    ("html-fermeture", Warning, "the tag is left out"),
    ("html-formulaire", Warning, "the tag is left out, its text stays: nothing is sent anywhere"),
    ("html-integration", Warning, "the tag is left out: nothing is loaded from elsewhere"),
    ("html-programme", Warning, "the tag is left out: no program reaches a page"),
    ("etape-sans-liste", Warning, "the step is shown without a list"),
    ("guide-sans-etape", Warning, "the text is shown whole"),
];

/// What becomes of a diagnostic in a lenient build.
pub(super) fn of(diagnostic: &Diagnostic) -> Softened {
    // The settings and the forms are this portal's own: nobody brings them in from elsewhere.
    let in_a_page = diagnostic.location.as_ref().is_some_and(|place| is_page(&place.file));
    SAFE.iter()
        .find(|(code, ..)| in_a_page && *code == diagnostic.code)
        .map_or(Softened::Not, |(_, softened, _)| *softened)
}

fn is_page(file: &str) -> bool {
    file.rsplit_once('.').is_some_and(|(_, ending)| ending.eq_ignore_ascii_case("md"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Policy;
    use crate::source::SourceFile;

    #[test]
    fn only_pages_are_read_leniently() {
        let fault = |file: &str, code| SourceFile::new(file, "").error(0..0, code, "");
        assert_eq!(of(&fault("a.md", "type")), Softened::Warning);
        assert_eq!(of(&fault("A.MD", "cle-etrangere")), Softened::Silence);
        assert_eq!(of(&fault("portail.yaml", "type")), Softened::Not);
        assert_eq!(of(&fault("a.md", "visibilite")), Softened::Not);
        assert!(Policy::Lenient.weigh(fault("a.md", "cle-etrangere")).is_none());
    }

    #[test]
    fn a_code_stands_once_in_the_table() {
        let mut codes: Vec<_> = SAFE.iter().map(|(code, ..)| *code).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), SAFE.len());
    }
}
