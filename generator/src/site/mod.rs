//! The site as a graph: every page with its address, its place and its neighbours.
//!
//! Built from all parsed pages at once; what a page inherits from its folder (diffusion,
//! entrance, space) is decided here, and so is what shows today and what does not. Pages that
//! do not show stay in the graph, so that a link to one is explained rather than called broken.

mod address;
mod charters;
pub mod choices;
mod links;
mod nearby;
mod remarks;
mod tags;

pub use address::output_path;
pub use charters::CharterLine;
pub use links::{Follow, Links, Memory as LinkMemory, Targets, decode_url, form_url};
pub use remarks::TitleMemory;
pub use tags::{Tag, url_of as tag_url};

use std::sync::Arc;

use foldhash::{HashMap, HashMapExt as _, HashSet};
use jiff::civil::Date;
use rayon::prelude::*;

use crate::content::{Diffusion, Entrance, Kind};
use crate::diagnostic::{Diagnostic, Diagnostics, nearest};
use crate::digest::digest;
use crate::fields::Spanned;
use crate::parse::{ParsedPage, ParsedPages, Revision};
use crate::settings::Settings;
use crate::source::folder_of;

/// A page's place in [`Site::pages`].
pub type PageId = usize;

/// The home page, which every site has.
pub const HOME: PageId = 0;

/// Why a page does or does not show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Visibility {
    /// It is written.
    Shown,
    /// `brouillon: oui`.
    Draft,
    /// Its `publie_le` is still to come.
    NotYet,
    /// Its `expire_le` is past.
    Expired,
    /// It is internal and this build is public.
    Internal,
}

/// A page in its place.
#[derive(Debug)]
pub struct SitePage {
    /// What was read of it.
    pub parsed: Arc<ParsedPage>,
    /// Its address from the root, with both slashes: `/savoir/enjeux/`.
    pub url: String,
    /// Whether another page has the address that its name gives, which was reported.
    pub is_displaced: bool,
    /// The page of its folder, or of the folder above for a folder's page; `None` for the home.
    pub parent: Option<PageId>,
    /// Whether it shows.
    pub visibility: Visibility,
    /// Own or inherited.
    pub diffusion: Diffusion,
    /// Own or inherited.
    pub entrance: Option<Entrance>,
    /// The space it belongs to; a space belongs to itself.
    pub space: Option<PageId>,
    /// What stands for it.
    pub marks: Marks,
}

/// What stands for a page in one build and the next, side by side with the others': each build looks at
/// those of all pages, and at little else of them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Marks {
    /// As [`ParsedPage::key`].
    pub key: u64,
    /// As [`ParsedPage::revision`].
    pub revision: Revision,
    /// Stands for its place: its address, and all that it has from others.
    pub place: u64,
    /// Stands for what a link may lead to in it.
    pub anchors: u64,
}

impl Marks {
    /// What is read of a page, wherever it stands.
    fn read(self, parsed: &ParsedPage) -> Self {
        let anchors = digest(&(parsed.anchors_digest, parsed.body.is_unread));
        Self { key: parsed.key, revision: parsed.revision, anchors, ..self }
    }
}

impl SitePage {
    /// The title for menus, cards and breadcrumbs.
    pub fn menu_title(&self) -> &str {
        self.parsed.meta.menu_title()
    }

    /// [`menu_title`](Self::menu_title) as readers see it.
    pub fn shown_title(&self) -> &str {
        &self.parsed.shown_title
    }

    /// The last part of the address; of a space, its id in forms and roles.
    pub fn slug(&self) -> &str {
        self.url.trim_matches('/').rsplit('/').next().unwrap_or_default()
    }

    /// Whether it is written in this build.
    pub fn is_shown(&self) -> bool {
        self.visibility == Visibility::Shown
    }

    /// The day it bears: its `date`, its start for an event, else the date its file's name
    /// begins with.
    pub fn date(&self) -> Option<Date> {
        let own = match &self.parsed.kind {
            Kind::Event(event) => event.start.map(jiff::civil::DateTime::date),
            _ => None,
        };
        own.or(self.parsed.meta.date).or_else(|| {
            let name = self.parsed.source.path.rsplit('/').next()?;
            name.get(..10)?.parse().ok()
        })
    }

    /// The day it was published, as far as it says: an event is news when it is written, not when it takes
    /// place.
    pub fn published(&self) -> Option<Date> {
        if matches!(self.parsed.kind, Kind::Event(_)) { self.parsed.meta.date } else { self.date() }
    }
}

/// What a build wants to show.
#[derive(Clone, Copy, Debug, Hash)]
pub struct Scope {
    /// `Interne` shows everything.
    pub diffusion: Diffusion,
    /// Whether drafts show too.
    pub drafts: bool,
    /// Today in the portal's time zone.
    pub today: Date,
}

/// Every page, and how to find it.
#[derive(Debug)]
pub struct Site {
    /// All pages; a [`PageId`] is an index in here. The home is the first.
    pub pages: Vec<SitePage>,
    /// The pages below each page that show, in reading order: first its folder's pages, then folders.
    children: Vec<Vec<PageId>>,
    /// The place of each page among the children of its parent.
    positions: Vec<usize>,
    /// By content path.
    pub by_path: HashMap<Arc<str>, PageId>,
    /// By address.
    pub by_url: HashMap<String, PageId>,
    /// Tags of the pages that show, by name.
    pub tags: Vec<Tag>,
    /// Old addresses and the page each leads to.
    pub aliases: Vec<(String, PageId)>,
    /// Content paths of pages that could not be read; they were reported.
    pub unreadable: HashSet<Arc<str>>,
    /// What each charter's version is, and which charter it extends.
    pub charters: HashMap<PageId, CharterLine>,
    /// The spaces, charters and activities, in the order of the pages: few, and often asked for.
    offers: Vec<PageId>,
}

impl Site {
    /// Puts the pages in their places and reports what does not fit together.
    fn new(parsed: ParsedPages, scope: Scope, diagnostics: &Diagnostics) -> Self {
        let ParsedPages { pages, unreadable } = parsed;
        let (mut pages, mut children) = place(pages, scope);
        let by_url = address::index(&mut pages, diagnostics);
        mark(&mut pages);
        let aliases = address::aliases(&pages, &by_url, diagnostics);
        let ((by_path, tags), positions) = rayon::join(
            || {
                let paths = pages.iter().map(|page| Arc::clone(&page.parsed.source.path));
                (paths.zip(0..).collect(), tags::collect(&pages))
            },
            || sort_children(&pages, &mut children),
        );
        let is_offer =
            |page: &SitePage| matches!(page.parsed.kind, Kind::Space(_) | Kind::Charter(_) | Kind::Activity(_));
        let offers = (0..pages.len()).filter(|id| is_offer(&pages[*id])).collect();
        let charters = HashMap::new();
        Self { pages, children, positions, by_path, by_url, tags, aliases, unreadable, charters, offers }
    }

    /// Takes the pages as they were read now, where none says anything else of its place. A title moves
    /// a page among those of its folder.
    /// `ids` are those of the pages, in their order.
    fn renew(&mut self, ids: &[PageId], parsed: Vec<Arc<ParsedPage>>) {
        let mut moved = HashSet::default();
        for (id, parsed) in ids.iter().zip(parsed) {
            let page = &mut self.pages[*id];
            if !Arc::ptr_eq(&page.parsed, &parsed) {
                if page.parsed.sort_key != parsed.sort_key {
                    moved.extend(page.parent);
                }
                page.marks = page.marks.read(&parsed);
                page.parsed = parsed;
            }
        }
        for parent in moved {
            sort_siblings(&self.pages, &mut self.children[parent], &mut self.positions);
        }
    }

    /// The home page.
    pub fn home(&self) -> &SitePage {
        &self.pages[0]
    }

    /// The pages that are written, with their ids.
    pub fn shown(&self) -> impl Iterator<Item = (PageId, &SitePage)> {
        self.pages.iter().enumerate().filter(|(_, page)| page.is_shown())
    }

    /// What forms offer: the spaces, charters and activities, also those that this build leaves out.
    fn offers(&self) -> impl Iterator<Item = (PageId, &SitePage)> + Clone {
        self.offers.iter().map(|id| (*id, &self.pages[*id]))
    }

    /// The spaces that show, in reading order.
    pub fn spaces(&self) -> impl Iterator<Item = &SitePage> {
        self.every_space().filter(|page| page.is_shown())
    }

    /// All spaces in reading order, also those that this build leaves out.
    pub fn every_space(&self) -> impl Iterator<Item = &SitePage> {
        let mut spaces: Vec<&SitePage> =
            self.offers().map(|(_, page)| page).filter(|page| matches!(page.parsed.kind, Kind::Space(_))).collect();
        spaces.sort_by_cached_key(|page| (page.parsed.meta.order.unwrap_or(i64::MAX), page.parsed.sort_key.clone()));
        spaces.into_iter()
    }

    /// The pages from the home down to the parent of `id`.
    pub fn ancestors(&self, id: PageId) -> Vec<PageId> {
        let mut line: Vec<PageId> = std::iter::successors(self.pages[id].parent, |id| self.pages[*id].parent).collect();
        line.reverse();
        line
    }

    /// The pages below `id` that show, in reading order: first its folder's pages, then folders.
    pub fn children(&self, id: PageId) -> &[PageId] {
        &self.children[id]
    }

    /// The pages of the same folder before and after `id`, in reading order; none when it does not
    /// show.
    pub fn neighbours(&self, id: PageId) -> (Option<PageId>, Option<PageId>) {
        let page = &self.pages[id];
        let Some(parent) = page.parent.filter(|_| page.is_shown()) else { return (None, None) };
        let (siblings, at) = (&self.children[parent], self.positions[id]);
        let same_level = |other: &PageId| self.pages[*other].parsed.is_index() == page.parsed.is_index();
        let beside = |at: Option<usize>| at.and_then(|at| siblings.get(at)).copied().filter(same_level);
        (beside(at.checked_sub(1)), beside(Some(at + 1)))
    }

    fn check_menus(&self, settings: &Settings, diagnostics: &Diagnostics) {
        /// More are no slips of the hand; each is compared with every page.
        const SHOWN: usize = 20;
        let Some(source) = &settings.source else { return };
        let missing = |path: &&Spanned<String>| {
            !self.by_path.contains_key(path.value.as_str()) && !self.unreadable.contains(path.value.as_str())
        };
        for path in settings.menu.iter().chain(&settings.footer).filter(missing).take(SHOWN) {
            let help = match nearest(&path.value, self.by_path.keys().map(|path| &**path)) {
                Some(near) => format!("vouliez-vous dire « {near} » ?"),
                None => "écrivez son chemin depuis le dossier de contenu, par exemple savoir/_index.md".to_owned(),
            };
            let message = format!("la page « {} » n’existe pas", path.value);
            diagnostics.add(source.error(path.range.clone(), "menu", message).help(help));
        }
    }

    /// Reports names in front matter and settings that name nothing: documents, forms, menus.
    pub fn check_names(&self, settings: &Settings, forms: &[&str], diagnostics: &Diagnostics) {
        self.check_menus(settings, diagnostics);
        for page in &self.pages {
            let source = &page.parsed.source;
            let meta = &page.parsed.meta;
            // What the settings list may be cut short by their own fault, which was told.
            let is_unknown =
                |name: &&Spanned<String>| !settings.is_at_fault && !settings.documents.contains_key(&name.value);
            for document in meta.sources.iter().filter(is_unknown) {
                let known = settings.documents.keys().map(String::as_str);
                diagnostics.add(links::unknown_name(source, document, known, "document-inconnu", "le document"));
            }
            for form in meta.forms.iter().filter(|name| !forms.contains(&name.value.as_str())) {
                let known = forms.iter().copied();
                diagnostics.add(links::unknown_name(source, form, known, "formulaire-inconnu", "le formulaire"));
            }
        }
    }
}

/// The site as it was last put together: while no page says anything else of its place, it stays
/// there, and what was said of the places is said again.
#[derive(Debug, Default)]
pub struct Memory {
    shape: u64,
    site: Option<Site>,
    /// Of the pages in the order in which they were parsed, once it was asked for.
    ids: Vec<PageId>,
    said: Vec<Diagnostic>,
}

impl Memory {
    /// Puts the pages in their places, and reports what does not fit together, or is worth a word; that of
    /// titles is to be [asked for](TitleMemory::check).
    pub fn arrange(&mut self, parsed: ParsedPages, scope: Scope, diagnostics: &Diagnostics) -> Site {
        let shape = shape_of(&parsed, scope);
        let before = self.site.take().filter(|site| shape == self.shape && !self.is_moot(site, &parsed));
        let mut site = if let Some(mut site) = before {
            if self.ids.is_empty() {
                self.ids = parsed.pages.iter().map(|page| site.by_path[&page.source.path]).collect();
            }
            site.renew(&self.ids, parsed.pages);
            site
        } else {
            self.ids.clear();
            let said = Diagnostics::new();
            let site = Site::new(parsed, scope, &said);
            remarks::check_places(&site, scope, &said);
            self.said = said.into_sorted();
            site
        };
        self.shape = shape;
        for said in &self.said {
            diagnostics.add(said.clone());
        }
        // A charter's version is that of its words.
        site.charters = charters::line_up(&site, diagnostics);
        site
    }

    /// Whether something was said of a page whose head is another now: the line that it shows may be, too.
    fn is_moot(&self, before: &Site, parsed: &ParsedPages) -> bool {
        let told: HashSet<&str> =
            self.said.iter().filter_map(|said| said.location.as_ref()).map(|place| &*place.file).collect();
        if told.is_empty() {
            return false;
        }
        let told = parsed.pages.iter().filter(|page| told.contains(&*page.source.shown));
        told.filter_map(|page| Some((page, &before.pages[*before.by_path.get(&page.source.path)?].parsed)))
            // Without front matter, it is a line of the text.
            .any(|(now, then)| {
                now.revision.head != then.revision.head
                    || now.body_range.start == 0 && now.revision.body != then.revision.body
            })
    }

    /// Takes a site back that was [arranged](Self::arrange), for the next time.
    pub fn give_back(&mut self, site: Site) {
        self.site = Some(site);
    }
}

/// Stands for all that the places of the pages, and what is said of them, depend on.
fn shape_of(parsed: &ParsedPages, scope: Scope) -> u64 {
    let pages = parsed.pages.par_iter().map(|page| digest(&(page.key, page.revision.outline, page.is_blank)));
    let pages: Vec<u64> = pages.collect();
    let mut unreadable: Vec<_> = parsed.unreadable.iter().collect();
    unreadable.sort_unstable();
    digest(&(scope, pages, unreadable))
}

/// Gives each page its parent, its address and what it inherits. Parents come before children.
fn place(mut parsed: Vec<Arc<ParsedPage>>, scope: Scope) -> (Vec<SitePage>, Vec<Vec<PageId>>) {
    parsed.par_sort_by_cached_key(|page| {
        // Those of one depth stay in the order of their paths, in which they come.
        (page.source.path.matches('/').count() + usize::from(!page.is_index()), !page.is_index())
    });
    let mut folders: HashMap<Arc<str>, PageId> = HashMap::new();
    let mut pages: Vec<SitePage> = Vec::with_capacity(parsed.len());
    let mut children: Vec<Vec<PageId>> = vec![Vec::new(); parsed.len()];
    for parsed in parsed {
        let id = pages.len();
        let folder = parsed.source.folder();
        let parent = if parsed.is_index() {
            let above = if folder.is_empty() { None } else { folders.get(folder_of(folder)).copied() };
            folders.insert(folder.into(), id);
            above
        } else {
            folders.get(folder).copied()
        };
        let page = inherit(parsed, parent, &pages, id, scope);
        if let Some(parent) = parent.filter(|_| page.is_shown()) {
            children[parent].push(id);
        }
        pages.push(page);
    }
    (pages, children)
}

fn inherit(parsed: Arc<ParsedPage>, parent: Option<PageId>, pages: &[SitePage], id: PageId, scope: Scope) -> SitePage {
    let above = parent.map(|parent| &pages[parent]);
    let is_space = matches!(parsed.kind, Kind::Space(_));
    let by_kind = if is_space { Some(Diffusion::Interne) } else { None };
    let diffusion =
        parsed.meta.diffusion.or(by_kind).or(above.map(|page| page.diffusion)).unwrap_or(Diffusion::Publique);
    // A page below something internal is never more public than what holds it.
    let diffusion = above.filter(|page| page.space.is_some()).map_or(diffusion, |page| diffusion.min(page.diffusion));
    let entrance = match &parsed.kind {
        Kind::Section(section) => section.entrance,
        _ => None,
    };
    let own = visibility(&parsed, diffusion, scope);
    let visibility = match above.map(|page| page.visibility) {
        Some(hidden) if hidden != Visibility::Shown && own == Visibility::Shown => hidden,
        _ => own,
    };
    SitePage {
        url: address::of(&parsed, above.map(|page| page.url.as_str())),
        is_displaced: false,
        parent,
        visibility,
        diffusion,
        entrance: entrance.or(above.and_then(|page| page.entrance)),
        space: if is_space { Some(id) } else { above.and_then(|page| page.space) },
        marks: Marks::default(),
        parsed,
    }
}

/// Gives each page its marks, once its place is sure.
fn mark(pages: &mut [SitePage]) {
    let keys: Vec<u64> = pages.iter().map(|page| page.parsed.key).collect();
    let key = |id: PageId| keys[id];
    pages.par_iter_mut().for_each(|page| {
        let place = (&page.url, page.visibility, page.diffusion, page.entrance);
        let place = digest(&(place, page.parent.map(key), page.space.map(key)));
        page.marks = Marks { place, ..page.marks }.read(&page.parsed);
    });
}

fn visibility(parsed: &ParsedPage, diffusion: Diffusion, scope: Scope) -> Visibility {
    let meta = &parsed.meta;
    if scope.diffusion == Diffusion::Publique && diffusion == Diffusion::Interne {
        Visibility::Internal
    } else if meta.draft && !scope.drafts {
        Visibility::Draft
    } else if meta.publish_on.is_some_and(|day| day > scope.today) {
        Visibility::NotYet
    } else if meta.expire_on.is_some_and(|day| day <= scope.today) {
        Visibility::Expired
    } else {
        Visibility::Shown
    }
}

/// Puts the pages below each in reading order. Gives the place of each page.
fn sort_children(pages: &[SitePage], children: &mut [Vec<PageId>]) -> Vec<usize> {
    let mut positions = vec![0; pages.len()];
    for siblings in children {
        sort_siblings(pages, siblings, &mut positions);
    }
    positions
}

/// Reading order: the folder's pages before its sub-folders; `ordre`, then newest first for
/// what is dated by nature, then the alphabet. Keeps the place of each page.
fn sort_siblings(pages: &[SitePage], siblings: &mut [PageId], positions: &mut [usize]) {
    siblings.sort_by_cached_key(|child| {
        let parsed = &pages[*child].parsed;
        let dated = matches!(parsed.kind, Kind::Post(_) | Kind::Note(_) | Kind::Event(_));
        let newest_first = if dated { pages[*child].date().map(std::cmp::Reverse) } else { None };
        let order = parsed.meta.order.unwrap_or(i64::MAX);
        // Borrowed: there may be thousands, and they are sorted at each build.
        (parsed.is_index(), order, newest_first.is_none(), newest_first, parsed.sort_key.as_str(), &parsed.source.path)
    });
    for (at, child) in siblings.iter().enumerate() {
        positions[*child] = at;
    }
}
