//! Addresses: where each page is found, and the old addresses that lead to it.

use super::{PageId, SitePage};
use crate::diagnostic::Diagnostics;
use crate::parse::ParsedPage;
use crate::slug::slugify;
use foldhash::{HashMap, HashMapExt as _};

/// First parts of addresses that the generator's own files and the forms service answer.
const RESERVED: [&str; 9] =
    ["formulaires", "suivi", "moderation", "sante", "_courrier", "actifs", "etiquettes", "plan-du-site", "404"];

/// The address of a page below `parent`.
pub fn of(page: &ParsedPage, parent: Option<&str>) -> String {
    let Some(parent) = parent else { return "/".to_owned() };
    let slug = page.meta.slug.as_ref().map_or_else(|| slugify(file_or_folder_name(page)), |slug| slug.value.clone());
    format!("{parent}{slug}/")
}

fn file_or_folder_name(page: &ParsedPage) -> &str {
    let path = &page.source.path;
    if page.is_index() {
        return page.source.folder().rsplit('/').next().unwrap_or_default();
    }
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// Pages by address; reports what cannot be an address, and two pages that share one.
pub fn index(pages: &[SitePage], diagnostics: &Diagnostics) -> HashMap<String, PageId> {
    let mut by_url = HashMap::with_capacity(pages.len());
    for (id, page) in pages.iter().enumerate() {
        let source = &page.parsed.source;
        if let Some(slug) = page.parsed.meta.slug.as_ref().filter(|slug| slug.value != slugify(&slug.value)) {
            diagnostics.add(
                source
                    .error(slug.range.clone(), "slug", format!("« {} » ne peut pas servir d’adresse", slug.value))
                    .help(format!("écrivez « slug: {} »", slugify(&slug.value))),
            );
        }
        let own_part = page.slug();
        if page.parent.is_some() && own_part.is_empty() {
            diagnostics.add(
                source
                    .error(0..0, "adresse-vide", "le nom de ce fichier ne donne aucune adresse")
                    .help("renommez-le avec au moins une lettre ou un chiffre"),
            );
        }
        let first_part = page.url.trim_start_matches('/').split('/').next().unwrap_or_default();
        if RESERVED.contains(&first_part) {
            diagnostics.add(
                source
                    .error(0..0, "adresse-reservee", format!("l’adresse « /{first_part}/ » est réservée au portail"))
                    .help("donnez un autre nom au fichier ou au dossier"),
            );
        }
        if let Some(other) = by_url.insert(page.url.clone(), id) {
            let other: &SitePage = &pages[other];
            diagnostics.add(
                source
                    .error(
                        0..0,
                        "adresse-en-double",
                        format!("cette page a la même adresse que « {} »", other.parsed.source.shown),
                    )
                    .help("renommez l’un des deux fichiers, ou donnez-lui un « slug: » différent"),
            );
        }
    }
    by_url
}

/// The old addresses of the pages that show; reports those that are not free.
pub fn aliases(
    pages: &[SitePage],
    by_url: &HashMap<String, PageId>,
    diagnostics: &Diagnostics,
) -> Vec<(String, PageId)> {
    let mut found: Vec<(String, PageId)> = Vec::new();
    for (id, page) in pages.iter().enumerate().filter(|(_, page)| page.is_shown()) {
        for alias in &page.parsed.meta.aliases {
            let fault = |message: String, help: &str| {
                diagnostics.add(page.parsed.source.error(alias.range.clone(), "alias", message).help(help));
            };
            let parts: Vec<&str> = alias.value.trim_matches('/').split('/').collect();
            if !alias.value.starts_with('/') || parts.iter().any(|part| *part != slugify(part) || part.is_empty()) {
                fault(
                    format!("« {} » n’est pas une ancienne adresse possible", alias.value),
                    "écrivez-la ainsi : /ancienne/adresse/",
                );
                continue;
            }
            let url = format!("/{}/", parts.join("/"));
            if by_url.contains_key(&url) || found.iter().any(|(other, _)| *other == url) {
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
    format!("{}index.html", url.trim_start_matches('/'))
}
