//! What templates receive: plain values in English names, French texts ready to show.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::content::{Diffusion, Entrance, NoteColor};
use crate::dates::DateView;

/// Somewhere to go.
#[derive(Clone, Debug, Hash, Serialize)]
#[expect(missing_docs, reason = "a title and its address")]
pub struct LinkView {
    pub title: String,
    pub url: String,
}

/// An entry of the main menu.
#[derive(Clone, Debug, Hash, Serialize)]
#[expect(missing_docs, reason = "a title, its address and its colour")]
pub struct MenuEntry {
    pub title: String,
    pub url: String,
    pub entrance: Option<Entrance>,
}

/// The same for every page of a build.
#[derive(Clone, Debug, Hash, Serialize)]
#[expect(missing_docs, reason = "the words of the settings")]
pub struct SiteView {
    pub name: String,
    pub tagline: Option<String>,
    pub url: String,
    pub language: String,
    pub menu: Vec<MenuEntry>,
    pub footer: Vec<LinkView>,
    pub feed_url: &'static str,
    pub diffusion: Diffusion,
}

/// A closed-list value: its stable word and what a reader sees.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "a word and its label")]
pub struct Labelled {
    pub slug: &'static str,
    pub label: &'static str,
}

/// A level-2 heading, for « Sur cette page ».
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "a heading; title is HTML")]
pub struct TocEntry {
    pub id: String,
    pub title: String,
}

/// A page's space.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "a space in short")]
pub struct SpaceLink {
    pub title: String,
    pub url: String,
    pub slug: String,
}

/// A form that a page offers.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "a form in short")]
pub struct FormLink {
    pub id: String,
    pub title: String,
    pub summary: Option<String>,
    pub url: String,
}

/// What every page gives its template.
#[derive(Clone, Debug, Default, Serialize)]
#[expect(missing_docs, reason = "named after the keys of `Meta`; `content` is HTML")]
pub struct PageView {
    pub kind: &'static str,
    pub title: String,
    pub short_title: String,
    pub summary: Option<String>,
    pub url: String,
    pub permalink: String,
    pub entrance: Option<Entrance>,
    pub menu_url: Option<String>,
    pub breadcrumb: Vec<LinkView>,
    pub toc: Vec<TocEntry>,
    pub date: Option<DateView>,
    pub updated: Option<DateView>,
    pub reviewed: Option<DateView>,
    pub review_due: Option<DateView>,
    pub review_overdue: bool,
    pub last_modified: Option<DateView>,
    pub tags: Vec<LinkView>,
    pub sources: Vec<String>,
    pub forms: Vec<FormLink>,
    pub forms_about: Vec<FormLink>,
    pub to_review_by: Option<String>,
    pub previous: Option<LinkView>,
    pub next: Option<LinkView>,
    pub space: Option<SpaceLink>,
    pub diffusion: Option<Diffusion>,
    pub feed: Option<LinkView>,
    pub json_ld: Option<String>,
    pub content: String,
    pub extra: BTreeMap<String, serde_json::Value>,
    pub noindex: bool,
}

/// A page as others show it.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "a page in short; the last fields are those of its kind")]
pub struct Card {
    pub kind: &'static str,
    pub title: String,
    pub url: String,
    pub summary: Option<String>,
    pub entrance: Option<Entrance>,
    pub date: Option<DateView>,
    pub badges: Vec<String>,
    pub space: Option<SpaceLink>,
    #[serde(flatten)]
    pub own: Option<KindView>,
}

/// The object of a page's kind, under the kind's name.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "each variant is the view of the same name")]
pub enum KindView {
    Guide(GuideView),
    Charter(CharterView),
    Ingredient(IngredientView),
    Project(ProjectView),
    Space(Box<SpaceView>),
    Activity(Box<ActivityView>),
    Post(PostView),
    Note(NoteView),
    Event(EventView),
    Resource(ResourceView),
}

/// A step of a guide or an article of a charter; `title` and `body` are HTML.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "a numbered part of a body")]
pub struct PartView {
    pub number: usize,
    pub id: String,
    pub title: String,
    pub body: String,
}

#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "named after the keys of `Guide`; HTML in intro and steps")]
pub struct GuideView {
    pub audience: Option<String>,
    pub time_needed: Option<String>,
    pub to_print: Vec<String>,
    pub intro: String,
    pub steps: Vec<PartView>,
}

#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "named after the keys of `Charter`; HTML in texts")]
pub struct CharterView {
    pub version: String,
    pub version_date: Option<DateView>,
    pub previous_versions: Vec<VersionView>,
    pub signatories: Option<String>,
    pub preamble: String,
    pub articles: Vec<PartView>,
    pub offside: Option<PartView>,
    pub base: Option<BaseCharterView>,
    pub forms: Vec<FormLink>,
}

#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "a version and its day")]
pub struct VersionView {
    pub version: String,
    pub date: DateView,
}

/// The charter that another extends, with its articles.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "a charter in short")]
pub struct BaseCharterView {
    pub title: String,
    pub url: String,
    pub version: String,
    pub articles: Vec<PartView>,
    pub offside: Option<PartView>,
}

#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "named after the keys of `Ingredient`")]
pub struct IngredientView {
    pub category: Option<CategoryView>,
    pub solutions: Vec<String>,
    pub action_sheets: Vec<String>,
}

#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "a category of the source document")]
pub struct CategoryView {
    pub slug: &'static str,
    pub label: &'static str,
    pub number: usize,
}

#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "named after the keys of `Project`")]
pub struct ProjectView {
    pub carrier: Option<String>,
    pub themes: Vec<LinkView>,
    pub region: Option<LinkView>,
    pub branch: Option<LinkView>,
    pub status: Option<StatusView>,
    pub period: Option<String>,
    pub goals: Vec<String>,
    pub events: Vec<ProjectEventView>,
    pub results: Option<String>,
    pub contact: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "a status and its facet page")]
pub struct StatusView {
    pub slug: &'static str,
    pub label: &'static str,
    pub url: String,
}

#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "named after the keys of `ProjectEvent`")]
pub struct ProjectEventView {
    pub date: Option<DateView>,
    pub title: String,
    pub place: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "a space and what it holds")]
pub struct SpaceView {
    pub slug: String,
    pub department: String,
    pub establishment: Option<String>,
    pub phrase_of_the_day: Option<String>,
    pub theme_of_the_month: Option<String>,
    pub planning: Vec<DayView>,
    pub activities: String,
    pub posts: String,
    pub notes: Vec<NoteOnWall>,
    pub notes_url: Option<String>,
    pub events: Vec<Card>,
    pub charters: String,
    pub forms: Vec<FormLink>,
    pub feed_url: String,
    pub is_new: bool,
}

/// A day of the weekly planning.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "a day and its slots")]
pub struct DayView {
    pub day: &'static str,
    pub slots: Vec<PlannedSlot>,
}

#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "a slot of an activity in the week")]
pub struct PlannedSlot {
    pub start: String,
    pub end: Option<String>,
    pub place: Option<String>,
    pub seats: Option<usize>,
    pub activity: LinkView,
    pub suspended: bool,
}

#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the eight elements and the slots")]
pub struct ActivityView {
    pub status: Labelled,
    pub duration: Option<String>,
    pub scheduling: Option<String>,
    pub slots: Vec<SlotView>,
    pub responsible: Option<String>,
    pub coordinator: Option<String>,
    pub qualified: Option<String>,
    pub means: MeansView,
    pub vigilance: Vec<VigilanceView>,
    pub rules: Option<String>,
    pub feedback: Option<String>,
    pub forms: Vec<FormLink>,
}

#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "named after the keys of `Slot`")]
pub struct SlotView {
    pub day: &'static str,
    pub start: String,
    pub end: Option<String>,
    pub place: Option<String>,
    pub seats: Option<usize>,
    pub forms: Vec<FormLink>,
}

#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "named after the keys of `Means`")]
pub struct MeansView {
    pub place: Option<String>,
    pub equipment: Option<String>,
    pub budget: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "a category of vigilance and its point")]
pub struct VigilanceView {
    pub slug: &'static str,
    pub label: &'static str,
    pub text: String,
}

#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "named after the keys of `Post`")]
pub struct PostView {
    pub nature: Labelled,
    pub author: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "named after the keys of `Note`")]
pub struct NoteView {
    pub color: NoteColor,
    pub signature: Option<String>,
}

/// A post-it on a wall; `content` is HTML.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "a post-it in full")]
pub struct NoteOnWall {
    pub content: String,
    pub color: NoteColor,
    pub signature: Option<String>,
    pub date: Option<DateView>,
    pub url: String,
}

#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "named after the keys of `Event`")]
pub struct EventView {
    pub start: Option<DateView>,
    pub end: Option<DateView>,
    pub place: Option<String>,
    pub recurrence: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "named after the keys of `Resource`")]
pub struct ResourceView {
    pub nature: Labelled,
    pub holder: Option<String>,
    pub theme: Option<String>,
    pub link: Option<String>,
}
