//! Addresses: where each page is found, and the old addresses that lead to it.

use foldhash::{HashMap, HashMapExt as _, HashSet, HashSetExt as _};

use super::{PageId, SitePage};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::parse::ParsedPage;
use crate::slug::slugify;
use crate::source::names::reserved_by_windows;

/// First parts of addresses that the generator's own files and the forms service answer.
const RESERVED: [&str; 9] =
    ["formulaires", "suivi", "moderation", "sante", "_courrier", "actifs", "etiquettes", "plan-du-site", "404"];

/// The address of a page below `parent`.
pub fn of(page: &ParsedPage, parent: Option<&str>) -> String {
    let Some(parent) = parent else { return "/".to_owned() };
    format!("{parent}{}/", page.slug)
}

/// Pages by address; reports what cannot be an address, and two pages that share one: the second
/// is then given a free one, which a lenient build shows it at.
pub fn index(pages: &mut [SitePage], diagnostics: &Diagnostics) -> HashMap<String, PageId> {
    let mut by_url: HashMap<String, PageId> = HashMap::with_capacity(pages.len());
    for id in 0..pages.len() {
        check(&pages[id], diagnostics);
        if let Some(other) = by_url.get(&pages[id].url) {
            diagnostics.add(shared(&pages[id], &pages[*other], pages));
            pages[id].url = free(&pages[id].url, &by_url);
            pages[id].is_displaced = true;
        }
        by_url.insert(pages[id].url.clone(), id);
    }
    by_url
}

fn check(page: &SitePage, diagnostics: &Diagnostics) {
    let source = &page.parsed.source;
    if let Some((slug, help)) = page.parsed.meta.slug.as_ref().and_then(|slug| Some((slug, way_out(&slug.value)?))) {
        let shown: String = slug.value.chars().take(LONGEST_SLUG).collect();
        let message = format!("« {shown} » ne peut pas servir d’adresse");
        diagnostics.add(source.error(slug.range.clone(), "slug", message).help(help));
    }
    // Of a slug that gives none, enough was said.
    if page.url.ends_with("//") && page.parsed.meta.slug.is_none() {
        diagnostics.add(
            source
                .error(0..0, "adresse-vide", "le nom de ce fichier ne donne aucune adresse")
                .help("renommez-le avec au moins une lettre ou un chiffre"),
        );
    }
    let first_part = page.url.trim_start_matches('/').split('/').next().unwrap_or_default();
    // What stands in a folder without a page of its own is told, and has a place to show.
    if RESERVED.contains(&first_part) && !source.is_made_up() {
        diagnostics.add(
            source
                .error(0..0, "adresse-reservee", format!("l’adresse « /{first_part}/ » est réservée au portail"))
                .help("donnez un autre nom au fichier ou au dossier"),
        );
    }
}

/// What is said of a page whose address is that of another.
fn shared(page: &SitePage, other: &SitePage, pages: &[SitePage]) -> Diagnostic {
    let source = &page.parsed.source;
    let within = |one: &&SitePage| !one.parsed.source.is_made_up() && is_within(one, source.folder());
    if source.is_made_up()
        && let Some(beside) = pages.iter().find(within)
    {
        let (one, two) = (source.folder(), other.parsed.source.folder());
        let message = if other.parsed.is_index() {
            format!("les dossiers « {two} » et « {one} » ont la même adresse")
        } else {
            format!("le dossier « {one} » a la même adresse que « {} »", other.parsed.source.shown)
        };
        return beside.parsed.source.error(0..0, "adresse-en-double", message).help("renommez l’un des deux");
    }
    let place = page.parsed.meta.slug.as_ref().map_or(0..0, |slug| slug.range.clone());
    let other = &other.parsed;
    // A folder without a page of its own has one that no file holds.
    if other.is_index() && other.source.is_made_up() && !source.is_made_up() {
        let folder = other.source.folder();
        return source
            .error(place, "adresse-en-double", format!("le dossier « {folder} » a déjà cette adresse"))
            .help("mettez cette page dans le dossier, sous le nom « _index.md »");
    }
    source
        .error(place, "adresse-en-double", format!("cette page a la même adresse que « {} »", other.source.shown))
        .help("renommez l’un des deux fichiers, ou donnez-lui un « slug: » différent")
}

fn is_within(page: &SitePage, folder: &str) -> bool {
    page.parsed.source.path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

fn free(url: &str, taken: &HashMap<String, PageId>) -> String {
    let stem = url.trim_end_matches('/');
    let numbered = (2..).map(|number| format!("{stem}-{number}/"));
    numbered.into_iter().find(|url| !taken.contains_key(url)).unwrap_or_else(|| url.to_owned())
}

/// Longer ones are no part of an address, and no name of a folder on some disks.
const LONGEST_SLUG: usize = 100;

/// What to write instead of a slug that cannot serve; `None` when it can.
fn way_out(slug: &str) -> Option<String> {
    let sound = slugify(slug);
    if slug == sound && slug.chars().count() <= LONGEST_SLUG && !reserved_by_windows(slug) {
        return None;
    }
    Some(match sound.as_str() {
        "" => "écrivez des lettres sans accent, des chiffres et des traits d’union".to_owned(),
        long if long.chars().count() > LONGEST_SLUG => {
            format!("gardez-en quelques mots, {LONGEST_SLUG} signes au plus")
        }
        device if reserved_by_windows(device) => {
            format!("écrivez par exemple « slug: page-{device} » : Windows réserve ce nom")
        }
        sound => format!("écrivez « slug: {sound} »"),
    })
}

/// The old addresses of the pages that show; reports those that are not free.
pub fn aliases(
    pages: &[SitePage],
    by_url: &HashMap<String, PageId>,
    diagnostics: &Diagnostics,
) -> Vec<(String, PageId)> {
    let mut found: Vec<(String, PageId)> = Vec::new();
    let mut taken: HashSet<String> = HashSet::new();
    for (id, page) in pages.iter().enumerate().filter(|(_, page)| page.is_shown()) {
        for alias in &page.parsed.meta.aliases {
            let fault = |message: String, help: &str| {
                diagnostics.add(page.parsed.source.error(alias.range.clone(), "alias", message).help(help));
            };
            let parts: Vec<&str> = alias.value.trim_matches('/').split('/').collect();
            if !alias.value.starts_with('/')
                || parts.iter().any(|part| *part != slugify(part) || part.is_empty() || part.len() > LONGEST_SLUG)
            {
                let sound: Vec<String> = parts.iter().map(|part| slugify(part)).collect();
                let is_sound = sound.iter().all(|part| !part.is_empty() && part.len() <= LONGEST_SLUG);
                let address = if is_sound { sound.join("/") } else { "ancienne/adresse".to_owned() };
                fault(
                    format!("« {} » n’est pas une ancienne adresse possible", alias.value),
                    &format!("écrivez-la ainsi : /{address}/"),
                );
                continue;
            }
            let url = format!("/{}/", parts.join("/"));
            // Where other tools kept the page may be where it is here.
            if by_url.get(&url) == Some(&id) {
                continue;
            }
            if by_url.contains_key(&url) || !taken.insert(url.clone()) {
                fault(format!("« {url} » est déjà l’adresse d’une page"), "retirez cet alias");
                continue;
            }
            found.push((url, id));
        }
    }
    found
}

/// The path of the file that answers an address: `/a/b/` is `a/b/index.html`.
pub fn output_path(url: &str) -> String {
    [url.trim_start_matches('/'), "index.html"].concat()
}
