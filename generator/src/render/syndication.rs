//! What machines read: Atom feeds, sitemap and robots.

use jiff::Timestamp;
use jiff::civil::Time;

use super::graph::Outline;
use super::plan::holds_projects;
use super::{FORMS_PAGE, Renderer, SITEMAP_PAGE, facets};
use crate::content::{Diffusion, Kind};
use crate::diagnostic::Diagnostic;
use crate::feeds::{Entry, Feed};
use crate::site::PageId;
use crate::sitemap::{self, SitemapEntry};
use crate::typography::french_text as fr;

/// The address of the site's feed.
pub const SITE_FEED: &str = "/atom.xml";

/// How many entries a feed keeps: a month or two of a busy portal.
const ENTRIES_PER_FEED: usize = 40;

impl Renderer<'_> {
    /// The newest pages of the site, or of one space.
    pub(super) fn feed(&self, space: Option<PageId>) -> String {
        let (title, home, path) = match space {
            None => (fr(&self.settings.name), "/", SITE_FEED.to_owned()),
            Some(id) => {
                let page = self.graph.page(id);
                (page.shown_title().to_owned(), page.url.as_str(), format!("{}atom.xml", page.url))
            }
        };
        let mut newest: Vec<(Timestamp, PageId)> = self
            .graph
            .shown()
            .filter(|(_, page)| !page.is_index() && space.is_none_or(|space| page.space() == Some(space)))
            .filter_map(|(id, page)| Some((self.moment(page)?, id)))
            .collect();
        newest.sort_by_key(|(at, id)| (std::cmp::Reverse(*at), *id));
        newest.truncate(ENTRIES_PER_FEED);
        let feed = Feed {
            title,
            author: fr(&self.settings.name),
            url: format!("{}{home}", self.settings.url),
            self_url: format!("{}{path}", self.settings.url),
            // An empty feed has no moment of its own; the epoch keeps two builds identical.
            updated: newest.first().map_or(Timestamp::UNIX_EPOCH, |(at, _)| *at),
            entries: newest.into_iter().map(|(at, id)| self.entry(at, id)).collect(),
        };
        feed.to_xml()
    }

    fn entry(&self, updated: Timestamp, page_id: PageId) -> Entry {
        let page = self.graph.page(page_id);
        let summary = page.parsed.meta.summary.as_deref().map(fr);
        let url = format!("{}{}", self.settings.url, page.url);
        Entry {
            // The first address a page had stays its identity when it moves.
            id: page
                .parsed
                .meta
                .aliases
                .first()
                .map_or_else(|| url.clone(), |alias| format!("{}{}", self.settings.url, alias.value)),
            title: self.title(page_id),
            url,
            published: page.published().and_then(|day| self.noon(day)),
            updated,
            // A post-it is its text; other pages are read where they stand.
            html: summary.is_none().then(|| self.body(page_id).html()),
            summary: summary.unwrap_or_default(),
        }
    }

    /// When a page last changed, for a feed: the day it bears first, because a reader wants
    /// what happened last, not what was corrected last.
    fn moment(&self, page: Outline<'_>) -> Option<Timestamp> {
        let own = match page.kind() {
            Kind::Event(_) => page.published(),
            _ => page.updated().or(page.published()),
        };
        own.and_then(|day| self.noon(day)).or_else(|| self.changed.get(page.path()).copied())
    }

    /// A day has no hour: noon is in that day in every zone a reader may be in.
    fn noon(&self, day: jiff::civil::Date) -> Option<Timestamp> {
        let zoned = day.to_datetime(Time::constant(12, 0, 0, 0)).to_zoned(self.settings.time_zone.clone());
        zoned.ok().map(|zoned| zoned.timestamp())
    }

    /// How many addresses [`sitemap`](Self::sitemap) tells.
    pub(super) fn address_count(&self) -> usize {
        let sections = self.graph.shown().filter(|(_, page)| holds_projects(page.kind()));
        let walls: usize = sections.map(|(id, _)| facets::walls(self, id).len()).sum();
        // « Plan du site » and the list of forms.
        self.graph.shown().count() + walls + self.graph.tags().len() + self.forms.len() + 2
    }

    /// Every address that a search engine may be told of.
    fn sitemap_entries(&self) -> Vec<SitemapEntry> {
        let pages = self.graph.shown().map(|(_, page)| (page.url().to_owned(), self.last_modified(page)));
        let walls = self
            .graph
            .shown()
            .filter(|(_, page)| holds_projects(page.kind()))
            .flat_map(|(id, _)| facets::walls(self, id))
            .map(|wall| (wall.url, None));
        let tags = self.graph.tags().iter().map(|tag| (tag.url.clone(), None));
        let forms = self.forms.values().map(|form| (form.definition.url(), None));
        let own = [SITEMAP_PAGE, FORMS_PAGE].into_iter().map(|url| (url.to_owned(), None));
        pages
            .chain(walls)
            .chain(tags)
            .chain(own)
            .chain(forms)
            .map(|(url, last_modified)| SitemapEntry { url: format!("{}{url}", self.settings.url), last_modified })
            .collect()
    }

    /// What search engines are told of; unless there is too much of it.
    pub(super) fn sitemap(&self) -> Result<String, Diagnostic> {
        sitemap::sitemap(self.sitemap_entries())
            .map_err(|fault| Diagnostic::error("plan-trop-grand", fault.to_string()))
    }

    /// The hospital's own build is for nobody's index.
    pub(super) fn robots(&self) -> String {
        let closed = self.scope.diffusion == Diffusion::Interne
            && self.graph.shown().any(|(_, page)| page.diffusion() == Diffusion::Interne);
        let sitemap = format!("{}/sitemap.xml", self.settings.url);
        sitemap::robots((!closed).then_some(sitemap.as_str()), &[])
    }
}
