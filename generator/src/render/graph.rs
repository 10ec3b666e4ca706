//! The site as one file of it sees it: whatever is asked for is noted.
//!
//! A preview renders a file again only when something changed of what it asked for the last time.
//! So the notes must be complete, and they are, because nothing else in [`render`](super) holds
//! the site: who adds a question adds it here, with its note.

use std::cell::RefCell;
use std::sync::{Arc, OnceLock};

use foldhash::HashMap;
use jiff::Timestamp;
use jiff::civil::Date;
use rayon::prelude::*;

use crate::content::{Diffusion, Kind};
use crate::diagnostic::Diagnostic;
use crate::digest::digest;
use crate::form::Choices;
use crate::markdown::{Rendered, Resolution};
use crate::site::{CharterLine, Links, Marks, PageId, Site, SitePage, Tag};

use super::Inputs;
use super::cards::Look;

/// Something of the site that a file may depend on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fact {
    /// All of a page but its body: what others show of it.
    Face(PageId),
    /// Its body, links filled in.
    Body(PageId),
    /// Which pages stand below it, in which order.
    Children(PageId),
    /// Which pages stand before and after it.
    Neighbours(PageId),
    /// All pages but the words that name them, and their bodies.
    Outlines,
    /// All pages but their bodies.
    Faces,
    /// Which pages bear a tag.
    Tag(usize),
    /// What forms may choose among.
    Choices,
}

/// What a page is, without the words that name it: what lists of all pages look at.
#[derive(Clone, Copy)]
pub(super) struct Outline<'a>(&'a SitePage);

impl<'a> Outline<'a> {
    pub fn of(page: &'a SitePage) -> Self {
        Self(page)
    }

    pub fn kind(self) -> &'a Kind {
        &self.0.parsed.kind
    }

    pub fn is_index(self) -> bool {
        self.0.parsed.is_index()
    }

    pub fn path(self) -> &'a str {
        &self.0.parsed.source.path
    }

    pub fn url(self) -> &'a str {
        &self.0.url
    }

    pub fn space(self) -> Option<PageId> {
        self.0.space
    }

    pub fn diffusion(self) -> Diffusion {
        self.0.diffusion
    }

    /// As [`SitePage::published`].
    pub fn published(self) -> Option<Date> {
        self.0.published()
    }

    pub fn updated(self) -> Option<Date> {
        self.0.parsed.meta.updated
    }
}

/// What one file asked for.
#[derive(Debug, Default)]
pub struct Notes(RefCell<Vec<Fact>>);

impl Notes {
    /// Notes that these were asked for.
    pub(super) fn add(&self, facts: &[Fact]) {
        self.0.borrow_mut().extend_from_slice(facts);
    }

    /// Each once.
    pub fn into_facts(self) -> Vec<Fact> {
        let mut facts = self.0.into_inner();
        facts.sort_unstable();
        facts.dedup();
        facts
    }
}

/// The site, and where to note what is asked of it.
#[derive(Clone, Copy)]
pub(super) struct Graph<'a> {
    inputs: &'a Inputs<'a>,
    notes: Option<&'a Notes>,
}

impl<'a> Graph<'a> {
    pub fn new(inputs: &'a Inputs<'a>, notes: Option<&'a Notes>) -> Self {
        Self { inputs, notes }
    }

    fn site(&self, fact: Fact) -> &'a Site {
        if let Some(notes) = self.notes {
            notes.add(&[fact]);
        }
        self.inputs.site
    }

    pub fn page(&self, id: PageId) -> &'a SitePage {
        &self.site(Fact::Face(id)).pages[id]
    }

    pub fn body(&self, id: PageId) -> Rendered {
        let page = &self.site(Fact::Body(id)).pages[id];
        let links = &self.inputs.links[id].resolved;
        page.parsed.body.render(|at| links.get(at).unwrap_or(&Resolution::Broken))
    }

    pub fn children(&self, id: PageId) -> &'a [PageId] {
        self.site(Fact::Children(id)).children(id)
    }

    /// The pages from the home down to the parent of `id`; what each is, is to be asked for.
    pub fn ancestors(&self, id: PageId) -> Vec<PageId> {
        self.site(Fact::Face(id)).ancestors(id)
    }

    pub fn neighbours(&self, id: PageId) -> (Option<PageId>, Option<PageId>) {
        self.site(Fact::Neighbours(id)).neighbours(id)
    }

    pub fn charter(&self, id: PageId) -> &'a CharterLine {
        &self.site(Fact::Face(id)).charters[&id]
    }

    /// All pages, for what shows nearly all of them: one note is then worth thousands.
    pub fn whole(&self) -> &'a Site {
        self.site(Fact::Faces)
    }

    /// The pages that show, but for the words that name them: those are to be asked for.
    pub fn shown(&self) -> impl Iterator<Item = (PageId, Outline<'a>)> {
        self.site(Fact::Outlines).shown().map(|(id, page)| (id, Outline(page)))
    }

    /// The spaces that show, in reading order, which their titles make.
    pub fn spaces(&self) -> impl Iterator<Item = PageId> {
        let spaces = self.site(Fact::Outlines).spaces().filter_map(|page| page.space);
        spaces.inspect(|id| {
            self.page(*id);
        })
    }

    pub fn tags(&self) -> &'a [Tag] {
        &self.site(Fact::Outlines).tags
    }

    pub fn tag(&self, at: usize) -> &'a Tag {
        &self.site(Fact::Tag(at)).tags[at]
    }

    /// An old address and the page it leads to.
    pub fn alias(&self, at: usize) -> &'a (String, PageId) {
        &self.site(Fact::Outlines).aliases[at]
    }

    /// The card of a page, as it shows in a list that stands `here`, in a space or in none.
    pub fn card(&self, id: PageId, here: Option<PageId>) -> Result<&'a str, &'a Diagnostic> {
        let space = self.page(id).space.filter(|space| *space != id && Some(*space) != here);
        let look = if space.is_some() { Look::NamedCard } else { Look::Card };
        self.inputs.cards.draw(self.inputs, id, look, self.notes)
    }

    /// The line of a page in the site's plan, which shows nearly all of them and no more than their faces.
    pub fn line(&self, id: PageId) -> Result<&'a str, &'a Diagnostic> {
        self.site(Fact::Faces);
        self.inputs.cards.draw(self.inputs, id, Look::Line, None)
    }

    pub fn choices(&self) -> &'a Choices {
        self.site(Fact::Choices);
        self.inputs.choices
    }
}

/// What stands for each fact in one build: as long as it is the same, so is what was asked for.
#[derive(Debug)]
pub struct Fingerprints<'a> {
    site: &'a Site,
    /// The number of each page, side by side: most questions are answered by a look here.
    keys: Vec<u64>,
    faces: Vec<u64>,
    bodies: Vec<u64>,
    outlines: u64,
    all_faces: u64,
    choices: u64,
    /// Asked for when pages have other numbers than in the last build.
    by_key: OnceLock<HashMap<u64, PageId>>,
    by_tag: HashMap<u64, usize>,
}

/// A [`Fact`] that means the same in the next build, where pages may have other numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LastingFact {
    what: u8,
    /// Where the page was in the build that noted it: it mostly still is there.
    at: u32,
    key: u64,
}

impl<'a> Fingerprints<'a> {
    /// Looks at every page once.
    pub fn of(site: &'a Site, links: &[Arc<Links>], changed: &HashMap<Arc<str>, Timestamp>, choices: &Choices) -> Self {
        let keys: Vec<u64> = site.pages.iter().map(|page| page.marks.key).collect();
        let key = |id: PageId| keys[id];
        let (outlines, faces): (Vec<u64>, Vec<u64>) = site
            .pages
            .par_iter()
            .enumerate()
            .map(|(id, page)| {
                let Marks { key: own, revision, place, .. } = page.marks;
                let changed = if changed.is_empty() { None } else { changed.get(&*page.parsed.source.path) };
                let outline = digest(&(own, revision.outline, place, changed));
                let line = site.charters.get(&id).map(|line| (&line.version, line.base.map(key)));
                (outline, digest(&(outline, revision.head, line)))
            })
            .unzip();
        let bodies = site.pages.par_iter().zip(links).map(|(page, links)| {
            // Without links, the text alone: most post-its.
            digest(&(page.marks.revision.body, page.marks.revision.head, links.digest))
        });
        Self {
            site,
            bodies: bodies.collect(),
            outlines: digest(&outlines),
            all_faces: digest(&faces),
            faces,
            choices: digest(choices),
            by_key: OnceLock::new(),
            keys,
            by_tag: site.tags.iter().enumerate().map(|(at, tag)| (digest(&tag.url), at)).collect(),
        }
    }

    /// The numbers of the pages, the same in every build.
    pub fn keys_of_pages(&self) -> &[u64] {
        &self.keys
    }

    fn key(&self, id: PageId) -> u64 {
        self.keys[id]
    }

    fn keys(&self, ids: impl IntoIterator<Item = PageId>) -> Vec<u64> {
        ids.into_iter().map(|id| self.key(id)).collect()
    }

    /// A fact as the next build will know it, with what stands for it now.
    pub fn lasting(&self, fact: Fact) -> (LastingFact, u64) {
        let (what, key) = match fact {
            Fact::Face(id) => (0, self.key(id)),
            Fact::Body(id) => (1, self.key(id)),
            Fact::Children(id) => (2, self.key(id)),
            Fact::Neighbours(id) => (3, self.key(id)),
            Fact::Outlines => (4, 0),
            Fact::Tag(at) => (5, digest(&self.site.tags[at].url)),
            Fact::Choices => (6, 0),
            Fact::Faces => (7, 0),
        };
        let at = match fact {
            Fact::Face(id) | Fact::Body(id) | Fact::Children(id) | Fact::Neighbours(id) => {
                u32::try_from(id).unwrap_or(0)
            }
            Fact::Outlines | Fact::Faces | Fact::Tag(_) | Fact::Choices => 0,
        };
        (LastingFact { what, at, key }, self.value(fact))
    }

    fn by_key(&self) -> &HashMap<u64, PageId> {
        self.by_key.get_or_init(|| self.keys.iter().copied().zip(0..).collect())
    }

    fn value(&self, fact: Fact) -> u64 {
        match fact {
            Fact::Face(id) => self.faces[id],
            Fact::Body(id) => self.bodies[id],
            Fact::Children(id) => digest(&self.keys(self.site.children(id).iter().copied())),
            Fact::Neighbours(id) => {
                let (before, after) = self.site.neighbours(id);
                digest(&(before.map(|id| self.key(id)), after.map(|id| self.key(id))))
            }
            Fact::Outlines => self.outlines,
            Fact::Faces => self.all_faces,
            Fact::Tag(at) => {
                let tag = &self.site.tags[at];
                digest(&(&tag.title, self.keys(tag.pages.iter().copied())))
            }
            Fact::Choices => self.choices,
        }
    }

    /// Whether a fact of an earlier build is what it was.
    pub fn holds(&self, fact: LastingFact, value: u64) -> bool {
        self.same(fact, value).is_some()
    }

    /// A fact of an earlier build, if it is what it was.
    pub fn same(&self, fact: LastingFact, value: u64) -> Option<Fact> {
        let page = || match self.keys.get(fact.at as usize) {
            Some(key) if *key == fact.key => Some(fact.at as usize),
            _ => self.by_key().get(&fact.key).copied(),
        };
        let now = match fact.what {
            0 => page().map(Fact::Face),
            1 => page().map(Fact::Body),
            2 => page().map(Fact::Children),
            3 => page().map(Fact::Neighbours),
            4 => Some(Fact::Outlines),
            5 => self.by_tag.get(&fact.key).copied().map(Fact::Tag),
            6 => Some(Fact::Choices),
            _ => Some(Fact::Faces),
        };
        now.filter(|fact| self.value(*fact) == value)
    }
}
