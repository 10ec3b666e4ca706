//! The fresque: a wall of projects in time order, whole and by facet.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Renderer;
use super::view::{Card, LinkView};
use crate::content::{Kind, Project};
use crate::site::PageId;
use crate::slug::slugify;
use crate::typography::french_text as fr;

/// First part of the address of a facet's pages, below the wall's.
pub const THEME: &str = "theme";
/// As [`THEME`].
pub const REGION: &str = "region";
/// As [`THEME`].
pub const BRANCH: &str = "branche";
/// As [`THEME`].
pub const STATUS: &str = "statut";

/// The facets with their names, in the order of the wall.
const FACETS: [(&str, &str); 4] = [(THEME, "Thème"), (REGION, "Région"), (BRANCH, "Branche"), (STATUS, "Avancement")];

/// The heading of undated projects where the section gives none.
const UNDATED: &str = "Sans date";

/// The wall as a template shows it.
#[derive(Clone, Debug, Serialize)]
pub struct FrescoView {
    pub filter: Option<FilterView>,
    pub all_url: String,
    pub facets: Vec<FacetView>,
    pub groups: Vec<GroupView>,
}

/// The one value that a facet page shows.
#[derive(Clone, Debug, Serialize)]
pub struct FilterView {
    pub facet: &'static str,
    pub title: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct FacetView {
    pub name: &'static str,
    pub slug: &'static str,
    pub values: Vec<FacetValue>,
}

#[derive(Clone, Debug, Serialize)]
pub struct FacetValue {
    pub title: String,
    pub url: String,
    pub count: usize,
    pub current: bool,
}

/// Projects of one year, or the undated ones.
#[derive(Clone, Debug, Serialize)]
pub struct GroupView {
    pub title: String,
    pub dated: bool,
    pub projects: Vec<Card>,
}

/// The address of a facet page below a wall.
pub fn url(wall: &str, facet: &str, value: &str) -> String {
    format!("{wall}{facet}/{}/", slugify(value))
}

/// A wall to be written: the whole one, or one value of a facet.
#[derive(Clone, Debug)]
pub struct Wall {
    /// The section of projects.
    pub section: PageId,
    /// Its address.
    pub url: String,
    /// Facet and value; `None` for the whole wall.
    pub filter: Option<(&'static str, String)>,
}

/// The facet pages of a section of projects.
pub fn walls(renderer: &Renderer<'_>, section: PageId) -> Vec<Wall> {
    let base = &renderer.graph.page(section).url;
    let mut found = Vec::new();
    for (facet, _) in FACETS {
        for value in values(renderer, section, facet).into_values().map(|(title, _)| title) {
            found.push(Wall { section, url: url(base, facet, &value), filter: Some((facet, value)) });
        }
    }
    found
}

/// What the wall shows.
pub fn view(renderer: &Renderer<'_>, wall: &Wall) -> FrescoView {
    let base = &renderer.graph.page(wall.section).url;
    let name_of = |facet: &str| FACETS.iter().find(|(slug, _)| *slug == facet).map_or("", |(_, name)| name);
    FrescoView {
        filter: wall.filter.as_ref().map(|(facet, value)| FilterView { facet: name_of(facet), title: fr(value) }),
        all_url: base.clone(),
        facets: FACETS
            .iter()
            .map(|(facet, name)| FacetView {
                name,
                slug: facet,
                values: values(renderer, wall.section, facet)
                    .into_values()
                    .map(|(title, count)| {
                        let url = url(base, facet, &title);
                        FacetValue { current: url == wall.url, title: fr(&title), url, count }
                    })
                    .collect(),
            })
            .filter(|facet| !facet.values.is_empty())
            .collect(),
        groups: groups(renderer, wall),
    }
}

/// The values of a facet by slug, with how many projects bear each.
fn values(renderer: &Renderer<'_>, section: PageId, facet: &str) -> BTreeMap<String, (String, usize)> {
    let mut found: BTreeMap<String, (String, usize)> = BTreeMap::new();
    for (_, project) in projects(renderer, section) {
        for value in values_of(project, facet) {
            found.entry(slugify(&value)).or_insert((value, 0)).1 += 1;
        }
    }
    found
}

fn values_of(project: &Project, facet: &str) -> Vec<String> {
    match facet {
        THEME => project.themes.iter().map(|theme| theme.value.clone()).collect(),
        REGION => project.region.iter().cloned().collect(),
        BRANCH => project.branch.iter().cloned().collect(),
        _ => project.status.iter().map(|status| status.label().to_owned()).collect(),
    }
}

fn projects<'r>(renderer: &'r Renderer<'_>, section: PageId) -> impl Iterator<Item = (PageId, &'r Project)> {
    renderer.graph.children(section).iter().filter_map(|id| match &renderer.graph.page(*id).parsed.kind {
        Kind::Project(project) => Some((*id, project)),
        _ => None,
    })
}

/// Years from the oldest, then the undated.
fn groups(renderer: &Renderer<'_>, wall: &Wall) -> Vec<GroupView> {
    let mut years: BTreeMap<i16, Vec<(Option<jiff::civil::Date>, PageId)>> = BTreeMap::new();
    let mut undated = Vec::new();
    for (id, project) in projects(renderer, wall.section) {
        let kept = wall
            .filter
            .as_ref()
            .is_none_or(|(facet, value)| values_of(project, facet).iter().any(|own| slugify(own) == slugify(value)));
        match project.wall_year() {
            _ if !kept => {}
            Some(year) => years.entry(year).or_default().push((project.start, id)),
            None => undated.push(id),
        }
    }
    let mut groups: Vec<GroupView> = years
        .into_iter()
        .map(|(year, mut projects)| {
            projects.sort_by_key(|(start, _)| (start.is_some(), *start));
            GroupView {
                title: year.to_string(),
                dated: true,
                projects: projects.into_iter().map(|(_, id)| renderer.card(id)).collect(),
            }
        })
        .collect();
    if !undated.is_empty() {
        let heading = match &renderer.graph.page(wall.section).parsed.kind {
            Kind::Section(section) => section.undated_heading.as_deref(),
            _ => None,
        };
        groups.push(GroupView {
            title: fr(heading.unwrap_or(UNDATED)),
            dated: false,
            projects: undated.into_iter().map(|id| renderer.card(id)).collect(),
        });
    }
    groups
}

/// The link back to the whole wall, for breadcrumbs of facet pages.
pub fn back_link(renderer: &Renderer<'_>, section: PageId) -> LinkView {
    let page = renderer.graph.page(section);
    LinkView { title: page.shown_title().to_owned(), url: page.url.clone() }
}
