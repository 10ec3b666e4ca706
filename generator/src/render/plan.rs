//! Which files a site has: known before the first of them is rendered.

use crate::content::{Holds, Kind};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::site::{PageId, output_path};
use crate::sitemap::MAX_ADDRESSES;

use super::facets::{self, Wall};
use super::syndication::SITE_FEED;
use super::{FORMS_PAGE, Inputs, Renderer, SITEMAP_PAGE, TAGS_PAGE};

/// What a file shows.
#[derive(Clone, Debug)]
pub enum Subject {
    /// A page of the content.
    Page(PageId),
    /// The page for what is not there.
    NotFound,
    /// « Plan du site ».
    SitemapPage,
    /// A wall of projects by one facet.
    Wall(Wall),
    /// All tags.
    Tags,
    /// The pages of one tag, by its place in [`Site::tags`](crate::site::Site::tags).
    Tag(usize),
    /// All forms.
    Forms,
    /// A form, by its id.
    Form(String),
    /// An old address, by its place in [`Site::aliases`](crate::site::Site::aliases).
    Redirect(usize),
    /// The feed of the site, or of a space.
    Feed(Option<PageId>),
    /// `sitemap.xml`.
    Sitemap,
    /// `robots.txt`.
    Robots,
}

/// A file that is to be rendered.
#[derive(Clone, Debug)]
pub struct Planned {
    /// Where it goes, from the root of the site, with `/` between parts.
    pub path: String,
    /// What it shows.
    pub subject: Subject,
}

/// Every file of a site that is made from pages and templates. What lists pages comes first: it takes
/// longest, and would keep one thread busy after the others are done.
pub fn plan(inputs: &Inputs<'_>, diagnostics: &Diagnostics) -> Vec<Planned> {
    let site = inputs.site;
    let renderer = Renderer::new(inputs, None);
    let mut files = Vec::with_capacity(site.pages.len() + 64);
    let mut at = |url: &str, subject| files.push(Planned { path: output_path(url), subject });
    let (indexes, leaves): (Vec<_>, Vec<_>) = site.shown().partition(|(_, page)| page.parsed.is_index());
    for (id, page) in indexes {
        at(&page.url, Subject::Page(id));
    }
    at(SITEMAP_PAGE, Subject::SitemapPage);
    let mut sections = site.shown().filter(|(_, page)| holds_projects(&page.parsed.kind));
    for wall in sections.by_ref().flat_map(|(id, _)| facets::walls(&renderer, id)) {
        let url = wall.url.clone();
        at(&url, Subject::Wall(wall));
    }
    if !site.tags.is_empty() {
        at(TAGS_PAGE, Subject::Tags);
    }
    for (index, tag) in site.tags.iter().enumerate() {
        at(&tag.url, Subject::Tag(index));
    }
    if !inputs.forms.is_empty() {
        at(FORMS_PAGE, Subject::Forms);
    }
    for (id, form) in inputs.forms {
        at(&form.definition.url(), Subject::Form(id.clone()));
    }
    for (index, (url, _)) in site.aliases.iter().enumerate() {
        at(url, Subject::Redirect(index));
    }
    let spaces = site.spaces().filter_map(|page| page.space);
    let mut file = |path: &str, subject| files.push(Planned { path: path.to_owned(), subject });
    file("404.html", Subject::NotFound);
    file(SITE_FEED.trim_start_matches('/'), Subject::Feed(None));
    for id in spaces {
        file(&format!("{}atom.xml", site.pages[id].url.trim_start_matches('/')), Subject::Feed(Some(id)));
    }
    file("robots.txt", Subject::Robots);
    let addresses = renderer.address_count();
    if addresses <= MAX_ADDRESSES {
        file("sitemap.xml", Subject::Sitemap);
    } else {
        diagnostics.add(
            Diagnostic::error(
                "plan-trop-grand",
                format!("le plan du site pour les moteurs de recherche ne peut dépasser {MAX_ADDRESSES} pages : il y en a {addresses}"),
            )
            .warning()
            .help("le site est construit sans sitemap.xml"),
        );
    }
    files.extend(
        leaves.into_iter().map(|(id, page)| Planned { path: output_path(&page.url), subject: Subject::Page(id) }),
    );
    files
}

/// Whether this is a wall of projects.
pub(super) fn holds_projects(kind: &Kind) -> bool {
    matches!(kind, Kind::Section(section) if section.holds == Holds::Project)
}
