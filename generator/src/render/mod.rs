//! From the graph to finished pages: pure, in parallel, nothing read and nothing written.
//!
//! What is the same for all pages (menus, footer, settings) is given to the theme once; a page
//! adds its own view. Bodies are rendered once and shared by the page and the lists that show
//! them.

mod cards;
mod collections;
mod facets;
mod graph;
mod kinds;
mod lists;
mod plan;
mod syndication;
pub mod view;

pub use cards::{CardMemory, Cards};
pub use graph::{Fact, Fingerprints, LastingFact, Notes};
pub use plan::{Planned, Subject, plan};

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use foldhash::HashMap;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;
use tera::Context;
use url::form_urlencoded;

use crate::content::{Diffusion, Holds, Kind};
use crate::dates::DateView;
use crate::diagnostic::Diagnostic;
use crate::form::Choices;
use crate::form::definition::FieldKind;
use crate::markdown::Rendered;
use crate::portal::PortalForm;
use crate::settings::Settings;
use crate::site::{HOME, Links, PageId, Scope, Site, SitePage, form_url};
use crate::theme::{Theme, template_fault};
use crate::typography::french_text as fr;
use graph::{Graph, Outline};
use lists::Lists;
use view::{Card, FormLink, LinkView, MenuEntry, PageView, SiteView, SpaceLink, TocEntry};

/// Addresses of pages that the generator adds.
pub const SITEMAP_PAGE: &str = "/plan-du-site/";
/// As [`SITEMAP_PAGE`].
pub const TAGS_PAGE: &str = "/etiquettes/";
/// As [`SITEMAP_PAGE`].
pub const FORMS_PAGE: &str = "/formulaires/";

/// Everything that rendering reads.
#[derive(Clone, Copy)]
pub struct Inputs<'a> {
    /// The pages.
    pub site: &'a Site,
    /// What became of the links of each page, in the order of [`Site::pages`].
    pub links: &'a [Arc<Links>],
    /// The portal's settings.
    pub settings: &'a Settings,
    /// The theme, which already knows [`site_view`].
    pub theme: &'a Theme,
    /// The forms by id.
    pub forms: &'a BTreeMap<String, PortalForm>,
    /// What forms may choose among.
    pub choices: &'a Choices,
    /// When each content file last changed, where git knows.
    pub changed: &'a HashMap<Arc<str>, Timestamp>,
    /// What this build shows.
    pub scope: Scope,
    /// The cards that were drawn so far.
    pub cards: &'a Cards,
    /// What stands for each fact, when what files depend on is to be noted.
    pub fingerprints: Option<&'a Fingerprints<'a>>,
}

/// Renders one file after the other.
pub struct Renderer<'a> {
    graph: Graph<'a>,
    settings: &'a Settings,
    theme: &'a Theme,
    forms: &'a BTreeMap<String, PortalForm>,
    changed: &'a HashMap<Arc<str>, Timestamp>,
    scope: Scope,
    /// A guide shows its body in parts, in more than one place.
    bodies: RefCell<HashMap<PageId, Rc<Rendered>>>,
    /// What the template only says the place of.
    lists: Lists<'a>,
    /// Why a card could not be drawn.
    fault: RefCell<Option<Diagnostic>>,
}

/// What the theme shows on every page.
pub fn site_view(site: &Site, settings: &Settings, diffusion: Diffusion) -> SiteView {
    let named = |paths: &[crate::fields::Spanned<String>]| -> Vec<&SitePage> {
        let pages = paths.iter().filter_map(|path| site.by_path.get(path.value.as_str()));
        pages.map(|id| &site.pages[*id]).filter(|page| page.is_shown()).collect()
    };
    let fallback: Vec<&SitePage> =
        site.children(0).iter().map(|id| &site.pages[*id]).filter(|page| page.parsed.is_index()).collect();
    let menu = if settings.menu.is_empty() { fallback } else { named(&settings.menu) };
    SiteView {
        name: fr(&settings.name),
        tagline: settings.tagline.as_deref().map(fr),
        url: settings.url.clone(),
        language: settings.language.clone(),
        menu: menu
            .into_iter()
            .map(|page| MenuEntry {
                title: page.shown_title().to_owned(),
                url: page.url.clone(),
                entrance: page.entrance,
            })
            .collect(),
        footer: named(&settings.footer).into_iter().map(link_to).collect(),
        feed_url: syndication::SITE_FEED,
        diffusion,
    }
}

/// The title that a reader sees; a post-it without one is named after its day.
fn title_of(page: &SitePage) -> String {
    match (page.parsed.meta.title.is_empty(), page.date()) {
        (false, _) => fr(&page.parsed.meta.title),
        (true, Some(day)) => format!("Post-it du {}", crate::dates::long_date(day)),
        (true, None) => "Post-it".to_owned(),
    }
}

/// The title that a reader sees where other pages name this one.
fn title_in_lists(page: &SitePage) -> Cow<'_, str> {
    if page.parsed.meta.title.is_empty() { title_of(page).into() } else { page.shown_title().into() }
}

fn link_to(page: &SitePage) -> LinkView {
    LinkView { title: page.shown_title().to_owned(), url: page.url.clone() }
}

impl<'a> Renderer<'a> {
    /// What is asked of the site is put down in `notes`, for whoever wants to know what a file
    /// depends on.
    pub fn new(inputs: &'a Inputs<'a>, notes: Option<&'a Notes>) -> Self {
        let Inputs { settings, theme, forms, changed, scope, .. } = *inputs;
        Self {
            graph: Graph::new(inputs, notes),
            settings,
            theme,
            forms,
            changed,
            scope,
            bodies: RefCell::default(),
            lists: Lists::default(),
            fault: RefCell::default(),
        }
    }

    /// Renders what a file shows, as UTF-8.
    ///
    /// # Errors
    /// The template's fault.
    pub fn render(&self, subject: &Subject) -> Result<Vec<u8>, Diagnostic> {
        let bytes = match subject {
            Subject::Page(id) => self.page_file(*id),
            Subject::NotFound => self.not_found(),
            Subject::SitemapPage => self.sitemap_page(),
            Subject::Wall(wall) => self.wall(wall),
            Subject::Tags => self.tags_page(),
            Subject::Tag(at) => self.tag_page(*at),
            Subject::Forms => self.forms_page(),
            Subject::Form(id) => self.form_page(id),
            Subject::Redirect(at) => self.redirect(*at),
            Subject::Feed(space) => Ok(self.feed(*space).into_bytes()),
            Subject::Sitemap => self.sitemap().map(String::into_bytes),
            Subject::Robots => Ok(self.robots().into_bytes()),
        };
        let bytes = self.fault.take().map_or(bytes, Err)?;
        Ok(self.lists.fill(bytes))
    }

    fn page_file(&self, id: PageId) -> Result<Vec<u8>, Diagnostic> {
        let page = self.graph.page(id);
        let view = self.page_view(id);
        let mut context = Context::new();
        let template = match &page.parsed.kind {
            Kind::Section(_) if page.parent.is_none() => {
                context.insert("home", &self.home());
                "home.html"
            }
            Kind::Section(section) => self.section_context(id, section.holds, &mut context),
            kind => {
                if let Some(own) = kinds::own_view(self, id) {
                    context = Context::from_serialize(&own).map_err(|fault| template_fault(&fault))?;
                }
                template_of(kind)
            }
        };
        self.theme.render_page(template, &view, context)
    }

    /// Renders a page that stands for no content file.
    pub(crate) fn generated(
        &self,
        template: &str,
        title: &str,
        url: &str,
        fill: impl FnOnce(&mut PageView, &mut Context),
    ) -> Result<Vec<u8>, Diagnostic> {
        let mut view = generated_page(&self.settings.url, title, url);
        view.breadcrumb = vec![link_to(self.graph.page(HOME))];
        let mut context = Context::new();
        fill(&mut view, &mut context);
        self.theme.render_page(template, &view, context)
    }

    /// The rendered body of a page.
    pub fn body(&self, id: PageId) -> Rc<Rendered> {
        Rc::clone(self.bodies.borrow_mut().entry(id).or_insert_with(|| Rc::new(self.graph.body(id))))
    }

    fn page_view(&self, id: PageId) -> PageView {
        let page = self.graph.page(id);
        let meta = &page.parsed.meta;
        let body = self.body(id);
        let ancestors = self.graph.ancestors(id);
        let breadcrumb: Vec<LinkView> = ancestors.iter().map(|id| link_to(self.graph.page(*id))).collect();
        let (previous, next) = self.graph.neighbours(id);
        let title = self.title(id);
        let split = matches!(page.parsed.kind, Kind::Guide(_) | Kind::Charter(_));
        PageView {
            kind: page.parsed.kind.name(),
            short_title: if meta.title.is_empty() { title.clone() } else { page.shown_title().to_owned() },
            summary: meta.summary.as_deref().map(fr),
            url: page.url.clone(),
            permalink: format!("{}{}", self.settings.url, page.url),
            entrance: page.entrance,
            menu_url: ancestors.get(1).copied().or(page.parent.map(|_| id)).map(|id| self.graph.page(id).url.clone()),
            toc: body
                .headings
                .iter()
                .filter(|heading| heading.level == 2)
                .map(|heading| TocEntry { id: heading.id.clone(), title: heading.title.clone() })
                .collect(),
            date: page.published().map(DateView::from),
            updated: meta.updated.map(DateView::from),
            reviewed: meta
                .reviewed_on
                .or(meta.updated)
                .map(DateView::from)
                .filter(|_| meta.review_before.is_some() || meta.reviewed_on.is_some()),
            review_due: meta.review_before.map(DateView::from),
            review_overdue: meta.review_before.is_some_and(|day| day <= self.scope.today),
            last_modified: self.last_modified(Outline::of(page)).map(DateView::from),
            tags: meta
                .tags
                .iter()
                .map(|tag| LinkView { title: fr(&tag.value), url: crate::site::tag_url(&tag.value) })
                .collect(),
            sources: meta
                .sources
                .iter()
                .filter_map(|id| self.settings.documents.get(&id.value))
                .map(|title| fr(title))
                .collect(),
            forms: meta.forms.iter().filter_map(|form| self.form_link(&form.value, page.space)).collect(),
            forms_about: self.forms_about(&FieldKind::Page, &page.url, None),
            to_review_by: meta.to_review_by.as_deref().map(fr),
            extra: meta.extra.clone(),
            previous: previous.map(|id| link_to(self.graph.page(id))),
            next: next.map(|id| link_to(self.graph.page(id))),
            space: page.space.map(|space| self.space_link(space)),
            diffusion: Some(page.diffusion),
            feed: page.space.map(|space| self.feed_of(space)),
            json_ld: json_ld(&self.settings.url, &breadcrumb, &title, &page.url),
            // The steps of a guide and the articles of a charter carry the body instead.
            content: if split { body.footnotes.clone() } else { body.html() },
            noindex: page.diffusion == Diffusion::Interne,
            title,
            breadcrumb,
        }
    }

    /// The title that a reader sees.
    fn title(&self, id: PageId) -> String {
        title_of(self.graph.page(id))
    }

    /// A page as lists show it.
    pub fn card(&self, id: PageId) -> Card {
        let page = self.graph.page(id);
        let meta = &page.parsed.meta;
        Card {
            kind: page.parsed.kind.name(),
            title: title_in_lists(page).into_owned(),
            url: page.url.clone(),
            summary: meta.summary.as_deref().map(fr),
            entrance: page.entrance,
            date: page.date().map(DateView::from),
            badges: kinds::badges(&page.parsed.kind),
            space: page.space.map(|space| self.space_link(space)),
            own: kinds::card_view(self, id),
        }
    }

    /// A page as the site's plan shows it.
    fn line(&self, id: PageId) -> LinkView {
        let page = self.graph.page(id);
        LinkView { title: title_in_lists(page).into_owned(), url: page.url.clone() }
    }

    /// The cards of a list that stands `here`, in a space or in none: what stands for them in a template.
    pub fn cards(&self, ids: impl IntoIterator<Item = PageId>, here: Option<PageId>) -> String {
        self.listed(ids.into_iter().map(|id| self.graph.card(id, here)))
    }

    /// As [`cards`](Self::cards), the lines of pages in the site's plan.
    fn lines(&self, ids: impl IntoIterator<Item = PageId>) -> String {
        self.listed(ids.into_iter().map(|id| self.graph.line(id)))
    }

    fn listed(&self, pieces: impl Iterator<Item = Result<&'a str, &'a Diagnostic>>) -> String {
        let pieces =
            pieces.filter_map(|piece| piece.inspect_err(|fault| _ = self.fault.replace(Some((*fault).clone()))).ok());
        self.lists.mark(pieces.collect())
    }

    fn space_link(&self, space: PageId) -> SpaceLink {
        let page = self.graph.page(space);
        SpaceLink { title: page.shown_title().to_owned(), url: page.url.clone(), slug: page.slug().to_owned() }
    }

    fn form_link(&self, id: &str, space: Option<PageId>) -> Option<FormLink> {
        let form = &self.forms.get(id)?.definition;
        Some(FormLink {
            id: id.to_owned(),
            title: fr(&form.title),
            summary: form.summary.as_deref().map(fr),
            url: form_url(id, space.map(|space| self.graph.page(space))),
        })
    }

    /// The forms that ask for a space, opened for this one.
    pub fn forms_of_spaces(&self, space: PageId) -> Vec<FormLink> {
        let of_spaces = |form: &&PortalForm| form.definition.belongs_to_spaces();
        self.forms
            .values()
            .filter(of_spaces)
            .filter_map(|form| self.form_link(&form.definition.id, Some(space)))
            .collect()
    }

    /// The forms with a question of that kind, opened with `answer`: from the page of the very
    /// thing that is asked for. `space` fills in the space, where that is asked as well.
    pub fn forms_about(&self, kind: &FieldKind, answer: &str, space: Option<PageId>) -> Vec<FormLink> {
        let about = self.forms.values().filter(|form| form.definition.open).filter_map(|form| {
            let definition = &form.definition;
            let mut query = form_urlencoded::Serializer::new(String::new());
            query.append_pair(&definition.field_of(kind)?.name, answer);
            if let (Some(field), Some(space)) = (definition.field_of(&FieldKind::Space), space) {
                query.append_pair(&field.name, self.graph.page(space).slug());
            }
            let title = definition.link.as_deref().unwrap_or(&definition.title);
            Some(FormLink {
                id: definition.id.clone(),
                title: fr(title),
                summary: definition.summary.as_deref().map(fr),
                url: format!("{}?{}", definition.url(), query.finish()),
            })
        });
        about.collect()
    }

    /// The sub-section of a space that holds a kind.
    pub fn section_holding(&self, space: PageId, holds: Holds) -> Option<PageId> {
        self.graph
            .children(space)
            .iter()
            .copied()
            .find(|id| matches!(&self.graph.page(*id).parsed.kind, Kind::Section(section) if section.holds == holds))
    }

    /// Of these events, those that are not over, the nearest first.
    pub fn upcoming(&self, mut events: Vec<PageId>) -> Vec<PageId> {
        events.retain(|id| !self.is_over(*id));
        events.sort_by_key(|id| self.graph.page(*id).date());
        events
    }

    fn is_over(&self, id: PageId) -> bool {
        match &self.graph.page(id).parsed.kind {
            Kind::Event(event) => event.last_day().is_some_and(|day| day < self.scope.today),
            _ => false,
        }
    }

    /// The day a page last changed: by git, else by its own word.
    fn last_modified(&self, page: Outline<'_>) -> Option<Date> {
        let by_git = self.changed.get(page.path());
        by_git.map(|at| self.day_of(*at)).or(page.updated()).or(page.published())
    }

    fn day_of(&self, at: Timestamp) -> Date {
        at.to_zoned(self.time_zone()).date()
    }

    fn time_zone(&self) -> TimeZone {
        self.settings.time_zone.clone()
    }

    fn feed_of(&self, space: PageId) -> LinkView {
        let page = self.graph.page(space);
        LinkView { title: page.shown_title().to_owned(), url: format!("{}atom.xml", page.url) }
    }
}

/// The view of a page that stands for no content file; also what the service's pages are.
pub fn generated_page(base: &str, title: &str, url: &str) -> PageView {
    PageView {
        kind: "generated",
        title: title.to_owned(),
        short_title: title.to_owned(),
        url: url.to_owned(),
        permalink: format!("{base}{url}"),
        diffusion: Some(Diffusion::Publique),
        ..PageView::default()
    }
}

fn template_of(kind: &Kind) -> &'static str {
    match kind {
        Kind::Page => "page.html",
        Kind::Section(_) => "section.html",
        Kind::Guide(_) => "guide.html",
        Kind::Charter(_) => "charter.html",
        Kind::Ingredient(_) => "ingredient.html",
        Kind::Project(_) => "project.html",
        Kind::Space(_) => "space.html",
        Kind::Activity(_) => "activity.html",
        Kind::Post(_) => "post.html",
        Kind::Note(_) => "note.html",
        Kind::Event(_) => "event.html",
        Kind::Resource(_) => "resource.html",
    }
}

/// The breadcrumb for search engines (schema.org's `BreadcrumbList`), safe inside a script element.
fn json_ld(base: &str, breadcrumb: &[LinkView], title: &str, url: &str) -> Option<String> {
    if breadcrumb.is_empty() {
        return None;
    }
    let line = breadcrumb.iter().map(|link| (link.title.as_str(), link.url.as_str())).chain([(title, url)]);
    let items = line.zip(1..).map(|((name, url), position)| ListItem {
        kind: "ListItem",
        item: format!("{base}{url}"),
        name,
        position,
    });
    let list = BreadcrumbList { context: "https://schema.org", kind: "BreadcrumbList", items: items.collect() };
    let text = serde_json::to_string(&list).ok()?;
    Some(if text.contains('<') { text.replace('<', "\\u003c") } else { text })
}

#[derive(Serialize)]
struct BreadcrumbList<'a> {
    #[serde(rename = "@context")]
    context: &'static str,
    #[serde(rename = "@type")]
    kind: &'static str,
    #[serde(rename = "itemListElement")]
    items: Vec<ListItem<'a>>,
}

#[derive(Serialize)]
struct ListItem<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    item: String,
    name: &'a str,
    position: usize,
}
