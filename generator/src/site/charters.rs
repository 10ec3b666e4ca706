//! Charters: which one extends which, and the version of each.

use super::{PageId, Site, SitePage};
use crate::content::{Charter, Kind};
use crate::diagnostic::Diagnostics;
use foldhash::{HashMap, HashMapExt as _};

/// A charter in its line.
#[derive(Clone, Debug)]
pub struct CharterLine {
    /// The version in force: what a signature quotes.
    pub version: String,
    /// The charter that it extends.
    pub base: Option<PageId>,
}

/// The line of every charter; reports a base that is none, and a version that is not listed.
pub fn line_up(site: &Site, diagnostics: &Diagnostics) -> HashMap<PageId, CharterLine> {
    let charters = site.offers().filter_map(|(id, page)| match &page.parsed.kind {
        Kind::Charter(charter) => Some((id, page, charter)),
        _ => None,
    });
    let bases: HashMap<PageId, Option<PageId>> =
        charters.clone().map(|(id, page, charter)| (id, base_of(site, page, charter, diagnostics))).collect();
    let mut lines = HashMap::new();
    for (id, page, charter) in charters {
        let base = bases[&id].filter(|base| !loops(&bases, *base, id));
        if base != bases[&id] {
            let range = charter.extends.as_ref().map_or(0..0, |extends| extends.range.clone());
            diagnostics.add(
                page.parsed
                    .source
                    .error(range, "charte-en-boucle", "cette charte s’étend elle-même, de proche en proche")
                    .help("retirez « etend: » de la charte de base"),
            );
        }
        let version = version(site, &bases, id, 0);
        warn_of_unlisted(page, charter, &version, diagnostics);
        lines.insert(id, CharterLine { version, base });
    }
    lines
}

fn base_of(site: &Site, page: &SitePage, charter: &Charter, diagnostics: &Diagnostics) -> Option<PageId> {
    let extends = charter.extends.as_ref()?;
    let source = &page.parsed.source;
    let found = super::links::join(source.folder(), &extends.value)
        .and_then(|path| site.by_path.get(path.as_str()).copied())
        .filter(|id| matches!(site.pages[*id].parsed.kind, Kind::Charter(_)));
    if found.is_none() {
        diagnostics.add(
            source
                .error(
                    extends.range.clone(),
                    "charte-introuvable",
                    format!("« {} » n’est pas une charte", extends.value),
                )
                .help(
                    "écrivez le chemin de la charte de base depuis ce fichier, par exemple ../chartes/bienveillance.md",
                ),
        );
    }
    found
}

fn loops(bases: &HashMap<PageId, Option<PageId>>, from: PageId, to: PageId) -> bool {
    let mut line = std::iter::successors(Some(from), |id| bases.get(id).copied().flatten());
    line.by_ref().take(bases.len() + 1).any(|id| id == to) || line.next().is_some()
}

fn version(site: &Site, bases: &HashMap<PageId, Option<PageId>>, id: PageId, depth: usize) -> String {
    let base = bases[&id].filter(|_| depth < bases.len()).map(|base| version(site, bases, base, depth + 1));
    let parsed = &site.pages[id].parsed;
    Charter::version_of(&parsed.meta.title, parsed.body_source(), base.as_deref())
}

/// The list of versions is what is kept: a signature quotes one, git keeps its text.
fn warn_of_unlisted(page: &SitePage, charter: &Charter, version: &str, diagnostics: &Diagnostics) {
    if charter.versions.last().is_some_and(|last| last.version == version) {
        return;
    }
    diagnostics.add(
        page.parsed
            .source
            .warning(0..0, "version-de-charte", format!("la version en vigueur de cette charte, {version}, n’est pas notée"))
            .help(format!("ajoutez à la fin de « versions: » la ligne « - {{version: {version}, date: AAAA-MM-JJ}} » avec la date de ce jour")),
    );
}
