//! Pages of one folder that bear the same title: in a list, nobody can tell them apart.

use foldhash::HashMap;

use super::is_meant_to_show;
use crate::content::Kind;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::digest::digest;
use crate::parse::ParsedPage;
use crate::site::{PageId, Site};
use crate::source::SourceFile;

/// What was said of titles the last time, by what stands for both pages: to find its line again would
/// take most of the time.
#[derive(Debug, Default)]
pub struct Memory {
    said: HashMap<u64, Diagnostic>,
}

impl Memory {
    /// Warns of the second page of a folder, and those after it, that bear a title.
    pub fn check(&mut self, site: &Site, diagnostics: &Diagnostics) {
        let named = site.pages.iter().enumerate().filter(|(_, page)| {
            // What happens again and again bears its date beside its title.
            let dated = matches!(page.parsed.kind, Kind::Note(_) | Kind::Post(_) | Kind::Event(_));
            is_meant_to_show(page) && !dated && !page.parsed.meta.title.is_empty()
        });
        let mut titles: Vec<(u64, Option<PageId>, PageId)> =
            named.map(|(id, page)| (page.parsed.small_title, page.parent, id)).collect();
        titles.sort_unstable();
        let mut before = std::mem::take(&mut self.said);
        self.said.reserve(before.len());
        for same in titles.chunk_by(|one, other| (one.0, one.1) == (other.0, other.1)) {
            let other = &site.pages[same[0].2].parsed.source;
            // Two pages at one address were told so: that is the same slip.
            let pages = same[1..].iter().map(|(_, _, id)| &site.pages[*id]).filter(|page| !page.is_displaced);
            for page in pages {
                let pair = digest(&(page.parsed.key, page.parsed.revision, &other.shown));
                let said = before.remove(&pair).unwrap_or_else(|| same_title(&page.parsed, other));
                diagnostics.add(said.clone());
                self.said.insert(pair, said);
            }
        }
    }
}

fn same_title(page: &ParsedPage, other: &SourceFile) -> Diagnostic {
    let message = format!("la page « {} », dans la même liste, a le même titre", other.shown);
    page.source
        .warning(page.title_range.clone(), "titre-en-double", message)
        .help("dites dans chaque titre ce qui la distingue de l’autre")
}
