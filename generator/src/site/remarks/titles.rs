//! Pages of one folder that bear the same title: in a list, nobody can tell them apart.

use foldhash::{HashMap, HashMapExt as _};

use super::is_meant_to_show;
use crate::content::Kind;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::digest::digest;
use crate::parse::ParsedPage;
use crate::site::{PageId, Site, address};
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
        let mut before = std::mem::take(&mut self.said);
        let mut first: HashMap<(Option<PageId>, u64), PageId> = HashMap::with_capacity(site.pages.len());
        for (id, page) in site.pages.iter().enumerate().filter(|(_, page)| is_meant_to_show(page)) {
            // What happens again and again bears its date beside its title.
            let dated = matches!(page.parsed.kind, Kind::Note(_) | Kind::Post(_) | Kind::Event(_));
            if dated || page.parsed.meta.title.is_empty() {
                continue;
            }
            let other = *first.entry((page.parent, page.parsed.small_title)).or_insert(id);
            if other == id {
                continue;
            }
            let parent = page.parent.map(|parent| site.pages[parent].url.as_str());
            if address::of(&page.parsed, parent) != page.url {
                // Two pages at one address were told so: that is the same slip.
                continue;
            }
            let other = &site.pages[other].parsed.source;
            let pair = digest(&(page.parsed.key, page.parsed.revision, &other.shown));
            let said = before.remove(&pair).unwrap_or_else(|| same_title(&page.parsed, other));
            diagnostics.add(said.clone());
            self.said.insert(pair, said);
        }
    }
}

fn same_title(page: &ParsedPage, other: &SourceFile) -> Diagnostic {
    let message = format!("la page « {} », dans la même liste, a le même titre", other.shown);
    page.source
        .warning(page.title_range.clone(), "titre-en-double", message)
        .help("dites dans chaque titre ce qui la distingue de l’autre")
}
