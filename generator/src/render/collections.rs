//! Pages that gather others: home, sections, walls, agenda, tags, plan du site, forms, 404.

use serde::Serialize;
use tera::Context;

use super::facets;
use super::kinds::note_on_wall;
use super::view::{Card, FormLink, LinkView};
use super::{FORMS_PAGE, Renderer, SITEMAP_PAGE, TAGS_PAGE, link_to};
use crate::content::{Entrance, Holds, Kind};
use crate::diagnostic::Diagnostic;
use crate::form::RawPost;
use crate::form::view::edit;
use crate::output::OutputFile;
use crate::site::{PageId, output_path};
use crate::typography::french_text as fr;

type Page = Result<OutputFile, Diagnostic>;

/// How many of each the home shows.
const ON_HOME: usize = 3;

/// How many links each entrance shows on the home.
const LINKS_PER_ENTRANCE: usize = 4;

#[derive(Serialize)]
struct HomeView {
    entrances: Vec<EntranceView>,
    projects: Vec<Card>,
    spaces: Vec<Card>,
    activities: Vec<Card>,
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
    pages: Vec<Card>,
    sections: Vec<Card>,
}

#[derive(Serialize)]
struct TreeNode {
    title: String,
    url: String,
    children: Vec<TreeNode>,
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
        let entrances = self.site.home().children.iter().filter_map(|id| {
            let page = &self.site.pages[*id];
            let Kind::Section(section) = &page.parsed.kind else { return None };
            Some(EntranceView {
                slug: section.entrance?,
                title: fr(page.menu_title()),
                url: page.url.clone(),
                summary: page.parsed.meta.summary.as_deref().map(fr),
                links: page.children.iter().take(LINKS_PER_ENTRANCE).map(|id| link_to(&self.site.pages[*id])).collect(),
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
            projects: projects.into_iter().take(ON_HOME).map(|(_, id)| self.card(id)).collect(),
            spaces: self.site.spaces().filter_map(|page| page.space).map(|id| self.card(id)).collect(),
            activities: activities.into_iter().take(ON_HOME).map(|((), id)| self.card(id)).collect(),
        }
    }

    fn of_kind<T>(&self, pick: impl Fn(&Kind) -> Option<T>) -> Vec<(T, PageId)> {
        self.site.shown().filter_map(|(id, page)| Some((pick(&page.parsed.kind)?, id))).collect()
    }

    /// Fills in what a section's template needs and gives the template's name.
    pub(super) fn section_context(&self, id: PageId, holds: Holds, context: &mut Context) -> &'static str {
        let children = &self.site.pages[id].children;
        let (sections, pages): (Vec<PageId>, Vec<PageId>) =
            children.iter().partition(|child| self.site.pages[**child].parsed.is_index());
        let section = SectionView {
            contains: holds,
            sections: sections.iter().map(|id| self.card(*id)).collect(),
            pages: pages.iter().map(|id| self.card(*id)).collect(),
        };
        context.insert("section", &section);
        match holds {
            Holds::Project => {
                let wall = facets::Wall { section: id, url: self.site.pages[id].url.clone(), filter: None };
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
            _ => "section.html",
        }
    }

    /// The pages that stand for no content file.
    pub(super) fn collections(&self) -> Vec<Page> {
        let mut pages = vec![self.not_found(), self.sitemap_page()];
        pages.extend(self.facet_pages());
        pages.extend(self.tag_pages());
        pages.extend(self.form_pages());
        pages.extend(self.redirects());
        pages
    }

    fn not_found(&self) -> Page {
        let page = self.generated("404.html", "Page introuvable", "/404/", |page, _| page.noindex = true)?;
        Ok(OutputFile { path: "404.html".to_owned(), ..page })
    }

    fn sitemap_page(&self) -> Page {
        self.generated("plan.html", "Plan du site", SITEMAP_PAGE, |_, context| {
            // The parts of the portal first, then the practical pages around them.
            let (parts, around): (Vec<PageId>, Vec<PageId>) =
                self.site.home().children.iter().partition(|id| self.site.pages[**id].parsed.is_index());
            let mut tree: Vec<TreeNode> = parts.into_iter().map(|id| self.tree(id)).collect();
            if !self.forms.is_empty() {
                let children = self
                    .forms
                    .keys()
                    .filter_map(|id| self.form_link(id, None))
                    .map(|form| TreeNode { title: form.title, url: form.url, children: Vec::new() })
                    .collect();
                tree.push(TreeNode { title: "Formulaires".to_owned(), url: FORMS_PAGE.to_owned(), children });
            }
            tree.extend(around.into_iter().map(|id| self.tree(id)));
            context.insert("tree", &tree);
        })
    }

    fn tree(&self, id: PageId) -> TreeNode {
        let page = &self.site.pages[id];
        let link = self.card(id);
        TreeNode {
            title: link.title,
            url: link.url,
            children: page.children.iter().map(|child| self.tree(*child)).collect(),
        }
    }

    fn facet_pages(&self) -> Vec<Page> {
        let sections = self.of_kind(|kind| match kind {
            Kind::Section(section) => (section.holds == Holds::Project).then_some(()),
            _ => None,
        });
        let walls = sections.into_iter().flat_map(|((), id)| facets::walls(self, id));
        walls
            .map(|wall| {
                let view = facets::view(self, &wall);
                let section = &self.site.pages[wall.section];
                let shown = view
                    .filter
                    .as_ref()
                    .map_or(String::new(), |filter| format!("{} – {}", fr(section.menu_title()), filter.title));
                self.generated("fresco.html", &shown, &wall.url, |page, context| {
                    page.entrance = section.entrance;
                    page.breadcrumb =
                        self.site.ancestors(wall.section).into_iter().map(|id| link_to(&self.site.pages[id])).collect();
                    page.breadcrumb.push(facets::back_link(self, wall.section));
                    page.menu_url = page.breadcrumb.get(1).map(|link| link.url.clone());
                    page.diffusion = Some(section.diffusion);
                    context.insert("fresco", &view);
                })
            })
            .collect()
    }

    fn tag_pages(&self) -> Vec<Page> {
        if self.site.tags.is_empty() {
            return Vec::new();
        }
        let tags: Vec<TagView> = self
            .site
            .tags
            .iter()
            .map(|tag| TagView { title: fr(&tag.title), url: tag.url.clone(), count: tag.pages.len() })
            .collect();
        let list = self.generated("tags.html", "Étiquettes", TAGS_PAGE, |_, context| context.insert("tags", &tags));
        let each = self.site.tags.iter().map(|tag| {
            self.generated("tag.html", &format!("Étiquette\u{a0}: {}", fr(&tag.title)), &tag.url, |page, context| {
                page.breadcrumb.push(LinkView { title: "Étiquettes".to_owned(), url: TAGS_PAGE.to_owned() });
                context.insert("tag", &LinkView { title: fr(&tag.title), url: tag.url.clone() });
                context.insert("pages", &tag.pages.iter().map(|id| self.card(*id)).collect::<Vec<_>>());
            })
        });
        std::iter::once(list).chain(each).collect()
    }

    /// The forms as files, without a key: the service serves them with one; from any other web
    /// server they lead to its check page.
    fn form_pages(&self) -> Vec<Page> {
        if self.forms.is_empty() {
            return Vec::new();
        }
        let forms: Vec<FormLink> = self.forms.keys().filter_map(|id| self.form_link(id, None)).collect();
        let list =
            self.generated("forms.html", "Formulaires", FORMS_PAGE, |_, context| context.insert("forms", &forms));
        let each = self.forms.values().map(|form| {
            let definition = &form.definition;
            let url = format!("{FORMS_PAGE}{}/", definition.id);
            self.generated("form.html", &fr(&definition.title), &url, |page, context| {
                page.breadcrumb.push(LinkView { title: "Formulaires".to_owned(), url: FORMS_PAGE.to_owned() });
                page.summary = definition.summary.as_deref().map(fr);
                let blank = edit(definition, &form.texts, self.choices, &RawPost::default(), &[], None);
                context.insert("form", &blank);
            })
        });
        std::iter::once(list).chain(each).collect()
    }

    fn redirects(&self) -> Vec<Page> {
        let page_of = |(url, id): &(String, PageId)| {
            let target = link_to(&self.site.pages[*id]);
            let html = self.generated("redirect.html", &target.title, url, |page, context| {
                page.noindex = true;
                context.insert("redirect", &target);
            })?;
            Ok(OutputFile { path: output_path(url), ..html })
        };
        self.site.aliases.iter().map(page_of).collect()
    }
}
