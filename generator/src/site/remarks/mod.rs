//! What is worth a word once every page is in its place: days, titles, pages without a text.
//!
//! Each step looks at every page once and compares through maps; the place of a key is looked for
//! only where there is something to say.

mod calendar;
mod empty;
mod titles;

pub use titles::Memory as TitleMemory;

use std::ops::Range;

use foldhash::HashSet;
use rayon::prelude::*;

use super::{Scope, Site, SitePage, Visibility};
use crate::diagnostic::Diagnostics;
use crate::front_matter;
use crate::source::{SourceFile, folder_of};
use crate::yaml::Value;

/// Warns of the days of pages, and of those without a text: of nothing that a title changes.
pub(super) fn check_places(site: &Site, scope: Scope, diagnostics: &Diagnostics) {
    let holds_a_page = folders_with_pages(site);
    let look = |(page, holds_a_page): (&SitePage, bool)| {
        let ((), faults) = Diagnostics::of(|faults| {
            calendar::check(page, scope.today, faults);
            empty::check(page, holds_a_page, faults);
        });
        faults
    };
    let pages = site.pages.par_iter().zip(holds_a_page).filter(|(page, _)| is_meant_to_show(page));
    let found: Vec<Diagnostics> = pages.map(look).filter(|faults| !faults.is_empty()).collect();
    for faults in found {
        diagnostics.merge(faults);
    }
}

/// Of each page, whether it is that of a folder which has others, shown or not, readable or not.
fn folders_with_pages(site: &Site) -> Vec<bool> {
    let unreadable: HashSet<&str> = site.unreadable.iter().map(|path| folder_of(path)).collect();
    let mut holds: Vec<bool> = site
        .pages
        .iter()
        .map(|page| page.parsed.is_index() && unreadable.contains(page.parsed.source.folder()))
        .collect();
    for parent in site.pages.iter().filter_map(|page| page.parent) {
        holds[parent] = true;
    }
    holds
}

/// Drafts are not finished, and what another build shows is told there.
fn is_meant_to_show(page: &SitePage) -> bool {
    !matches!(page.visibility, Visibility::Draft | Visibility::Internal)
}

/// Where the value of the first of these keys stands that a page has; its start when it has none.
fn place_of(source: &SourceFile, names: &[&str]) -> Range<usize> {
    let found = front_matter::split(source, &Diagnostics::new()).and_then(|split| match split.fields.value {
        Value::Map(entries) => entries.into_iter().find(|entry| names.contains(&entry.key.as_str())),
        _ => None,
    });
    found.map_or(0..0, |entry| entry.value.range)
}
