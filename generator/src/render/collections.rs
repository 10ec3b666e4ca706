//! Pages that gather others: home, sections, walls, agenda, tags, plan du site, forms, 404.

use std::borrow::Cow;

use serde::Serialize;
use tera::Context;

use super::facets;
use super::kinds::note_on_wall;
use super::view::{Card, FormLink, LinkView};
use super::{FORMS_PAGE, Renderer, SITEMAP_PAGE, TAGS_PAGE, link_to, title_in_lists};
use crate::content::{Entrance, Holds, Kind};
use crate::diagnostic::Diagnostic;
use crate::form::RawPost;
use crate::form::view::edit;
use crate::site::{HOME, PageId, Site};
use crate::typography::french_text as fr;

type Page = Result<Vec<u8>, Diagnostic>;

/// How many of each the home shows.
const ON_HOME: usize = 3;

/// How many links each entrance shows on the home.
const LINKS_PER_ENTRANCE: usize = 4;

#[derive(Serialize)]
struct HomeView {
    entrances: Vec<EntranceView>,
    projects: String,
    spaces: String,
    activities: String,
}

#[derive(Serialize)]
struct EntranceView {
    slug: Entrance,
    title: String,
    url: String,
    summary: Option<String>,
    links: Vec<LinkView>,
}

#[derive(Serialize)]
struct SectionView {
    contains: Holds,
    pages: String,
    sections: String,
}

#[derive(Serialize)]
struct TreeNode<'a> {
    title: Cow<'a, str>,
    url: &'a str,
    /// The lines of its pages.
    pages: String,
    sections: Vec<TreeNode<'a>>,
}

#[derive(Serialize)]
struct TagView {
    title: String,
    url: String,
    count: usize,
}

impl Renderer<'_> {
    /// What the home shows.
    pub(super) fn home(&self) -> impl Serialize {
        let entrances = self.graph.children(HOME).iter().filter_map(|id| {
            let page = self.graph.page(*id);
            let Kind::Section(section) = &page.parsed.kind else { return None };
            Some(EntranceView {
                slug: section.entrance?,
                title: page.shown_title().to_owned(),
                url: page.url.clone(),
                summary: page.parsed.meta.summary.as_deref().map(fr),
                links: self
                    .graph
                    .children(*id)
                    .iter()
                    .take(LINKS_PER_ENTRANCE)
                    .map(|id| link_to(self.graph.page(*id)))
                    .collect(),
            })
        });
        let mut entrances: Vec<EntranceView> = entrances.collect();
        entrances.sort_by_key(|entrance| entrance.slug as usize);
        let mut projects: Vec<(i16, PageId)> = self.of_kind(|kind| match kind {
            Kind::Project(project) => project.wall_year(),
            _ => None,
        });
        projects.sort_by_key(|(year, id)| (std::cmp::Reverse(*year), *id));
        let activities = self.of_kind(|kind| match kind {
            Kind::Activity(activity) => (activity.status == crate::content::ActivityStatus::Active).then_some(()),
            _ => None,
        });
        HomeView {
            entrances,
            projects: self.cards(projects.into_iter().take(ON_HOME).map(|(_, id)| id), None),
            spaces: self.cards(self.graph.spaces(), None),
            activities: self.cards(activities.into_iter().take(ON_HOME).map(|((), id)| id), None),
        }
    }

    pub(super) fn of_kind<T>(&self, pick: impl Fn(&Kind) -> Option<T>) -> Vec<(T, PageId)> {
        self.graph.shown().filter_map(|(id, page)| Some((pick(page.kind())?, id))).collect()
    }

    /// Fills in what a section's template needs and gives the template's name.
    pub(super) fn section_context(&self, id: PageId, holds: Holds, context: &mut Context) -> &'static str {
        let children = self.graph.children(id);
        let (sections, pages): (Vec<PageId>, Vec<PageId>) =
            children.iter().partition(|child| self.graph.page(**child).parsed.is_index());
        match holds {
            Holds::Project => {
                let wall = facets::Wall { section: id, url: self.graph.page(id).url.clone(), filter: None };
                context.insert("fresco", &facets::view(self, &wall));
                "fresco.html"
            }
            Holds::Note => {
                let notes: Vec<_> = pages.iter().filter_map(|id| note_on_wall(self, *id)).collect();
                context.insert("notes", &notes);
                "notes.html"
            }
            Holds::Event => {
                let upcoming = self.upcoming(pages.clone());
                let past: Vec<Card> =
                    pages.iter().filter(|id| !upcoming.contains(id)).map(|id| self.card(*id)).collect();
                context.insert("upcoming", &upcoming.iter().map(|id| self.card(*id)).collect::<Vec<_>>());
                context.insert("past", &past);
                "agenda.html"
            }
            _ => {
                let here = self.graph.page(id).space;
                let (sections, pages) = (self.cards(sections, here), self.cards(pages, here));
                context.insert("section", &SectionView { contains: holds, sections, pages });
                "section.html"
            }
        }
    }

    pub(super) fn not_found(&self) -> Page {
        self.generated("404.html", "Page introuvable", "/404/", |page, _| page.noindex = true)
    }

    pub(super) fn sitemap_page(&self) -> Page {
        self.generated("plan.html", "Plan du site", SITEMAP_PAGE, |_, context| {
            let site = self.graph.whole();
            // The parts of the portal first, then the practical pages around them.
            let (parts, around): (Vec<PageId>, Vec<PageId>) =
                site.children(HOME).iter().partition(|id| site.pages[**id].parsed.is_index());
            let forms: Vec<FormLink> = self.forms.keys().filter_map(|id| self.form_link(id, None)).collect();
            let mut tree: Vec<TreeNode<'_>> = parts.into_iter().map(|id| self.tree(site, id)).collect();
            if !forms.is_empty() {
                let leaf = |form| {
                    let FormLink { title, url, .. }: &FormLink = form;
                    TreeNode { title: title.into(), url, pages: String::new(), sections: Vec::new() }
                };
                let sections = forms.iter().map(leaf).collect();
                tree.push(TreeNode { title: "Formulaires".into(), url: FORMS_PAGE, pages: String::new(), sections });
            }
            tree.extend(around.into_iter().map(|id| self.tree(site, id)));
            context.insert("tree", &tree);
        })
    }

    fn tree<'a>(&self, site: &'a Site, id: PageId) -> TreeNode<'a> {
        let page = &site.pages[id];
        let (sections, pages): (Vec<PageId>, Vec<PageId>) =
            site.children(id).iter().partition(|child| site.pages[**child].parsed.is_index());
        TreeNode {
            title: title_in_lists(page),
            url: &page.url,
            pages: self.lines(pages),
            sections: sections.into_iter().map(|section| self.tree(site, section)).collect(),
        }
    }

    pub(super) fn wall(&self, wall: &facets::Wall) -> Page {
        let view = facets::view(self, wall);
        let section = self.graph.page(wall.section);
        let shown = view
            .filter
            .as_ref()
            .map_or(String::new(), |filter| format!("{} – {}", section.shown_title().to_owned(), filter.title));
        self.generated("fresco.html", &shown, &wall.url, |page, context| {
            page.entrance = section.entrance;
            let ancestors = self.graph.ancestors(wall.section);
            page.breadcrumb = ancestors.into_iter().map(|id| link_to(self.graph.page(id))).collect();
            page.breadcrumb.push(facets::back_link(self, wall.section));
            page.menu_url = page.breadcrumb.get(1).map(|link| link.url.clone());
            page.diffusion = Some(section.diffusion);
            context.insert("fresco", &view);
        })
    }

    pub(super) fn tags_page(&self) -> Page {
        let tags = self.graph.tags().iter();
        let tags: Vec<TagView> =
            tags.map(|tag| TagView { title: fr(&tag.title), url: tag.url.clone(), count: tag.pages.len() }).collect();
        self.generated("tags.html", "Étiquettes", TAGS_PAGE, |_, context| context.insert("tags", &tags))
    }

    pub(super) fn tag_page(&self, at: usize) -> Page {
        let tag = self.graph.tag(at);
        self.generated("tag.html", &format!("Étiquette\u{a0}: {}", fr(&tag.title)), &tag.url, |page, context| {
            page.breadcrumb.push(LinkView { title: "Étiquettes".to_owned(), url: TAGS_PAGE.to_owned() });
            context.insert("tag", &LinkView { title: fr(&tag.title), url: tag.url.clone() });
            context.insert("pages", &self.cards(tag.pages.iter().copied(), None));
        })
    }

    pub(super) fn forms_page(&self) -> Page {
        let forms: Vec<FormLink> = self.forms.keys().filter_map(|id| self.form_link(id, None)).collect();
        self.generated("forms.html", "Formulaires", FORMS_PAGE, |_, context| context.insert("forms", &forms))
    }

    /// A form as a file, without a key: the service serves it with one; from any other web server it
    /// leads to its check page.
    pub(super) fn form_page(&self, id: &str) -> Page {
        let form = &self.forms[id];
        let definition = &form.definition;
        self.generated("form.html", &fr(&definition.title), &definition.url(), |page, context| {
            page.breadcrumb.push(LinkView { title: "Formulaires".to_owned(), url: FORMS_PAGE.to_owned() });
            page.summary = definition.summary.as_deref().map(fr);
            let blank = edit(definition, &form.texts, self.graph.choices(), &RawPost::default(), &[], None);
            context.insert("form", &blank);
        })
    }

    pub(super) fn redirect(&self, at: usize) -> Page {
        let (url, id) = self.graph.alias(at);
        let target = link_to(self.graph.page(*id));
        self.generated("redirect.html", &target.title, url, |page, context| {
            page.noindex = true;
            context.insert("redirect", &target);
        })
    }
}
