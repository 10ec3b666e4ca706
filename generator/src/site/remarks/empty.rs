//! Pages that have a title and nothing to read.

use crate::content::{Holds, Kind};
use crate::diagnostic::Diagnostics;
use crate::site::{SitePage, Visibility};

/// Warns of a page without a text, where its kind lives by its text. `holds_a_page` says whether it
/// is that of a folder which has others.
pub(super) fn check(page: &SitePage, holds_a_page: bool, diagnostics: &Diagnostics) {
    let parsed = &page.parsed;
    let is_over = page.visibility == Visibility::Expired;
    // Of a file that has no head either, that was told.
    let is_nothing = parsed.body_range.start == 0 && !matches!(parsed.kind, Kind::Note(_));
    if is_over || is_nothing || !parsed.meta.forms.is_empty() || !parsed.is_blank {
        return;
    }
    let lives_by_its_text = match &parsed.kind {
        Kind::Page | Kind::Post(_) | Kind::Note(_) | Kind::Charter(_) => true,
        // A section shows what it holds; one of plain pages that holds none shows nothing at all.
        Kind::Section(section) => {
            section.holds == Holds::Page && !section.holds_unknown && page.parent.is_some() && !holds_a_page
        }
        _ => false,
    };
    if lives_by_its_text {
        diagnostics.add(
            parsed
                .source
                .warning(0..0, "page-vide", "cette page n’a pas de texte")
                .help("écrivez-le sous l’en-tête, ou marquez la page « brouillon: oui » en attendant"),
        );
    }
}
