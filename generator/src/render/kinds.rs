//! The object that each kind of page gives its template.

use super::view::{
    ActivityView, BaseCharterView, CategoryView, CharterView, DayView, EventView, FormLink, GuideView, IngredientView,
    KindView, Labelled, LinkView, MeansView, NoteOnWall, NoteView, PartView, PlannedSlot, PostView, ProjectEventView,
    ProjectView, ResourceView, SlotView, SpaceView, StatusView, VersionView, VigilanceView,
};
use super::{Renderer, facets};
use crate::content::{
    Activity, ActivityStatus, Charter, Event, Guide, Ingredient, Kind, Note, Post, Project, Resource, Rhythm, Slot,
    Space, VIGILANCE,
};
use crate::dates::{DateView, WEEKDAYS, french_time, long_date};
use crate::fields::Choice;
use crate::form::definition::FieldKind;
use crate::markdown::Rendered;
use crate::site::{PageId, choices};
use crate::slug::fold;
use crate::typography::french_text as fr;

/// The object of a page's kind, for its own template. Plain pages and sections have none.
pub fn own_view(renderer: &Renderer<'_>, id: PageId) -> Option<KindView> {
    Some(match &renderer.graph.page(id).parsed.kind {
        Kind::Page | Kind::Section(_) => return None,
        Kind::Guide(guide) => KindView::Guide(guide_view(guide, &renderer.body(id))),
        Kind::Charter(charter) => KindView::Charter(charter_view(renderer, id, charter)),
        Kind::Space(space) => KindView::Space(Box::new(space_view(renderer, id, space))),
        _ => return card_view(renderer, id),
    })
}

/// The object of a page's kind where others show it: only what a card may need.
pub fn card_view(renderer: &Renderer<'_>, id: PageId) -> Option<KindView> {
    Some(match &renderer.graph.page(id).parsed.kind {
        Kind::Ingredient(ingredient) => KindView::Ingredient(ingredient_view(ingredient)),
        Kind::Project(project) => KindView::Project(project_view(renderer, id, project)),
        Kind::Activity(activity) => KindView::Activity(Box::new(activity_view(renderer, id, activity))),
        Kind::Post(post) => KindView::Post(post_view(post)),
        Kind::Note(note) => KindView::Note(note_view(note)),
        Kind::Event(event) => KindView::Event(event_view(event)),
        Kind::Resource(resource) => KindView::Resource(resource_view(resource)),
        Kind::Page | Kind::Section(_) | Kind::Guide(_) | Kind::Charter(_) | Kind::Space(_) => return None,
    })
}

/// Two or three words on a card.
pub fn badges(kind: &Kind) -> Vec<String> {
    let shown = |words: Vec<Option<&str>>| words.into_iter().flatten().map(fr).collect();
    match kind {
        Kind::Guide(guide) => shown(vec![guide.time_needed.as_deref()]),
        Kind::Ingredient(ingredient) => shown(vec![ingredient.category.map(crate::content::Category::label)]),
        Kind::Activity(activity) => {
            let status = (activity.status != ActivityStatus::Active).then(|| activity.status.label());
            shown(vec![status, activity.duration.as_deref()])
        }
        Kind::Post(post) => shown(vec![Some(post.nature.label())]),
        Kind::Resource(resource) => shown(vec![Some(resource.nature.label())]),
        Kind::Project(project) => shown(vec![project.status.map(crate::content::ProjectStatus::label)]),
        _ => Vec::new(),
    }
}

fn opt(text: Option<&String>) -> Option<String> {
    text.map(|text| fr(text))
}

fn all(texts: &[String]) -> Vec<String> {
    texts.iter().map(|text| fr(text)).collect()
}

/// The word that an editor writes for a value of a closed list.
fn word<T: Choice + PartialEq>(value: T) -> &'static str {
    T::ALL.iter().find(|(_, known)| *known == value).map_or("", |(word, _)| word)
}

/// Numbers the level-2 parts of a body, from 1.
fn parts<'b>(sections: impl Iterator<Item = &'b crate::markdown::RenderedSection>) -> Vec<PartView> {
    sections
        .enumerate()
        .map(|(at, section)| PartView {
            number: at + 1,
            id: section.id.clone(),
            title: section.title.clone(),
            body: section.body.clone(),
        })
        .collect()
}

fn guide_view(guide: &Guide, body: &Rendered) -> GuideView {
    GuideView {
        audience: opt(guide.audience.as_ref()),
        time_needed: opt(guide.time_needed.as_ref()),
        to_print: all(&guide.to_print),
        intro: body.lead.clone(),
        steps: parts(body.sections.iter()),
    }
}

fn charter_view(renderer: &Renderer<'_>, id: PageId, charter: &Charter) -> CharterView {
    let body = &*renderer.body(id);
    let line = renderer.graph.charter(id);
    let (articles, offside) = articles(body);
    let (current, previous): (Vec<_>, Vec<_>) =
        charter.versions.iter().partition(|listed| listed.version == line.version);
    CharterView {
        version: line.version.clone(),
        version_date: current.first().map(|listed| listed.date.into()),
        previous_versions: previous
            .into_iter()
            .rev()
            .map(|listed| VersionView { version: listed.version.clone(), date: listed.date.into() })
            .collect(),
        signatories: opt(charter.signatories.as_ref()),
        forms: signing(renderer, id, &line.version),
        preamble: body.lead.clone(),
        articles,
        offside,
        base: line.base.filter(|base| renderer.graph.page(*base).is_shown()).map(|base| {
            let page = renderer.graph.page(base);
            let (articles, offside) = self::articles(&renderer.body(base));
            BaseCharterView {
                title: fr(&page.parsed.meta.title),
                url: page.url.clone(),
                version: renderer.graph.charter(base).version.clone(),
                articles,
                offside,
            }
        }),
    }
}

/// The forms that sign this charter in the version that stands on the page.
fn signing(renderer: &Renderer<'_>, id: PageId, version: &str) -> Vec<FormLink> {
    let page = renderer.graph.page(id);
    let key = format!("{}@{version}", choices::key_of(page.space.map(|space| renderer.graph.page(space)), page));
    // Of two charters of one name the forms know the first only.
    if !renderer.graph.choices().charters.iter().any(|charter| charter.key() == key) {
        return Vec::new();
    }
    renderer.forms_about(&FieldKind::Charter, &key, page.space)
}

/// The articles of a charter, and its off-side zone apart.
fn articles(body: &Rendered) -> (Vec<PartView>, Option<PartView>) {
    let is_offside = |section: &crate::markdown::RenderedSection| {
        fold(&crate::markdown::plain_text(&section.title)).trim() == fold(Charter::OFFSIDE_HEADING)
    };
    let offside = parts(body.sections.iter().filter(|section| is_offside(section))).into_iter().next();
    (parts(body.sections.iter().filter(|section| !is_offside(section))), offside)
}

fn ingredient_view(ingredient: &Ingredient) -> IngredientView {
    IngredientView {
        category: ingredient.category.map(|category| CategoryView {
            slug: word(category),
            label: category.label(),
            number: category.number(),
        }),
        solutions: all(&ingredient.solutions),
        action_sheets: all(&ingredient.action_sheets),
    }
}

fn project_view(renderer: &Renderer<'_>, id: PageId, project: &Project) -> ProjectView {
    let wall = renderer.graph.page(id).parent.map_or("/", |parent| renderer.graph.page(parent).url.as_str());
    let facet = |facet: &str, value: &str| LinkView { title: fr(value), url: facets::url(wall, facet, value) };
    ProjectView {
        carrier: opt(project.carrier.as_ref()),
        themes: project.themes.iter().map(|theme| facet(facets::THEME, &theme.value)).collect(),
        region: project.region.as_ref().map(|region| facet(facets::REGION, region)),
        branch: project.branch.as_ref().map(|branch| facet(facets::BRANCH, branch)),
        status: project.status.map(|status| StatusView {
            slug: word(status),
            label: status.label(),
            url: facets::url(wall, facets::STATUS, status.label()),
        }),
        period: period(project),
        goals: all(&project.goals),
        events: project
            .events
            .iter()
            .map(|event| ProjectEventView {
                date: event.date.map(DateView::from),
                title: fr(&event.title),
                place: opt(event.place.as_ref()),
            })
            .collect(),
        results: opt(project.results.as_ref()),
        contact: opt(project.contact.as_ref()),
    }
}

fn period(project: &Project) -> Option<String> {
    match (project.start, project.end, project.year) {
        (Some(start), Some(end), _) if start == end => Some(long_date(start)),
        (Some(start), Some(end), _) => Some(format!("du {} au {}", long_date(start), long_date(end))),
        (Some(start), None, _) => Some(format!("depuis le {}", long_date(start))),
        (None, Some(end), _) => Some(format!("jusqu’au {}", long_date(end))),
        (None, None, year) => year.map(|year| year.to_string()),
    }
}

fn activity_view(renderer: &Renderer<'_>, id: PageId, activity: &Activity) -> ActivityView {
    let page = renderer.graph.page(id);
    let key = choices::key_of(page.space.map(|space| renderer.graph.page(space)), page);
    let sign_up = |slot: &Slot| {
        if choices::is_open(activity) {
            renderer.forms_about(&FieldKind::Slot, &choices::slot_key(&key, slot), None)
        } else {
            Vec::new()
        }
    };
    ActivityView {
        forms: renderer.forms_about(&FieldKind::Activity, &key, None),
        status: Labelled { slug: word(activity.status), label: activity.status.label() },
        duration: opt(activity.duration.as_ref()),
        scheduling: opt(activity.scheduling.as_ref()),
        slots: activity
            .slots
            .iter()
            .map(|slot| SlotView {
                day: WEEKDAYS[slot.weekday],
                start: french_time(slot.start),
                end: slot.end.map(french_time),
                place: opt(slot.place.as_ref().or(activity.means.place.as_ref())),
                seats: slot.seats,
                forms: sign_up(slot),
            })
            .collect(),
        responsible: opt(activity.responsible.as_ref()),
        coordinator: opt(activity.coordinator.as_ref()),
        qualified: opt(activity.qualified.as_ref()),
        means: MeansView {
            place: opt(activity.means.place.as_ref()),
            equipment: opt(activity.means.equipment.as_ref()),
            budget: opt(activity.means.budget.as_ref()),
        },
        vigilance: VIGILANCE
            .iter()
            .zip(&activity.vigilance)
            .filter_map(|((slug, label), text)| Some(VigilanceView { slug, label, text: fr(text.as_ref()?) }))
            .collect(),
        rules: opt(activity.rules.as_ref()),
        feedback: opt(activity.feedback.as_ref()),
    }
}

fn post_view(post: &Post) -> PostView {
    PostView {
        nature: Labelled { slug: word(post.nature), label: post.nature.label() },
        author: opt(post.author.as_ref()),
    }
}

fn note_view(note: &Note) -> NoteView {
    NoteView { color: note.color, signature: opt(note.signature.as_ref()) }
}

fn event_view(event: &Event) -> EventView {
    EventView {
        start: event.start.map(DateView::from),
        end: event.end.map(|end| match event.start {
            Some(start) if start.date() == end.date() => {
                DateView { text: french_time(end.time()), ..DateView::from(end) }
            }
            _ => DateView::from(end),
        }),
        place: opt(event.place.as_ref()),
        recurrence: event.recurrence.map(|recurrence| {
            let every = match recurrence.every {
                Rhythm::Weekly => "chaque semaine",
                Rhythm::Monthly => "chaque mois",
            };
            recurrence.until.map_or_else(|| every.to_owned(), |until| format!("{every}, jusqu’au {}", long_date(until)))
        }),
    }
}

fn resource_view(resource: &Resource) -> ResourceView {
    ResourceView {
        nature: Labelled { slug: word(resource.nature), label: resource.nature.label() },
        holder: opt(resource.holder.as_ref()),
        theme: opt(resource.theme.as_ref()),
        link: resource.link.clone(),
    }
}

fn space_view(renderer: &Renderer<'_>, id: PageId, space: &Space) -> SpaceView {
    let graph = renderer.graph;
    let inside: Vec<PageId> = graph
        .children(id)
        .iter()
        .flat_map(|child| std::iter::once(*child).chain(graph.children(*child).iter().copied()))
        .collect();
    let of_kind =
        |wanted: fn(&Kind) -> bool| inside.iter().copied().filter(move |id| wanted(&graph.page(*id).parsed.kind));
    let cards = |wanted| renderer.cards(of_kind(wanted), Some(id));
    let notes: Vec<NoteOnWall> =
        of_kind(|kind| matches!(kind, Kind::Note(_))).filter_map(|id| note_on_wall(renderer, id)).collect();
    let activities: Vec<PageId> = of_kind(|kind| matches!(kind, Kind::Activity(_))).collect();
    let posts = cards(|kind| matches!(kind, Kind::Post(_)));
    let events = renderer.upcoming(of_kind(|kind| matches!(kind, Kind::Event(_))).collect());
    SpaceView {
        slug: graph.page(id).slug().to_owned(),
        department: fr(space.department.as_deref().unwrap_or(&graph.page(id).parsed.meta.title)),
        establishment: opt(space.establishment.as_ref()),
        phrase_of_the_day: opt(space.phrase_of_the_day.as_ref()),
        theme_of_the_month: opt(space.theme_of_the_month.as_ref()),
        is_new: activities.is_empty() && posts.is_empty() && notes.is_empty() && events.is_empty(),
        planning: planning(renderer, &activities),
        activities: renderer.cards(activities, Some(id)),
        posts,
        notes,
        notes_url: renderer.section_holding(id, crate::content::Holds::Note).map(|id| graph.page(id).url.clone()),
        events: events.into_iter().map(|id| renderer.card(id)).collect(),
        charters: cards(|kind| matches!(kind, Kind::Charter(_))),
        forms: renderer.forms_of_spaces(id),
        feed_url: format!("{}atom.xml", graph.page(id).url),
    }
}

/// A post-it with its text, for the wall.
pub fn note_on_wall(renderer: &Renderer<'_>, id: PageId) -> Option<NoteOnWall> {
    let page = renderer.graph.page(id);
    let Kind::Note(note) = &page.parsed.kind else { return None };
    Some(NoteOnWall {
        content: renderer.body(id).html(),
        color: note.color,
        signature: opt(note.signature.as_ref()),
        date: page.date().map(DateView::from),
        url: page.url.clone(),
    })
}

/// The seven days with the slots of these activities; ended ones have left the planning.
fn planning(renderer: &Renderer<'_>, activities: &[PageId]) -> Vec<DayView> {
    let mut slots = Vec::new();
    for id in activities {
        let page = renderer.graph.page(*id);
        let Kind::Activity(activity) = &page.parsed.kind else { continue };
        if matches!(activity.status, ActivityStatus::Ended | ActivityStatus::Proposed) {
            continue;
        }
        slots.extend(activity.slots.iter().map(|slot| (slot, activity, page)));
    }
    slots.sort_by_key(|(slot, ..)| slot.start);
    WEEKDAYS
        .iter()
        .enumerate()
        .map(|(weekday, day)| DayView {
            day,
            slots: slots
                .iter()
                .filter(|(slot, ..)| slot.weekday == weekday)
                .map(|(slot, activity, page)| PlannedSlot {
                    start: french_time(slot.start),
                    end: slot.end.map(french_time),
                    place: opt(slot.place.as_ref().or(activity.means.place.as_ref())),
                    seats: slot.seats,
                    activity: LinkView { title: page.shown_title().to_owned(), url: page.url.clone() },
                    suspended: activity.status == ActivityStatus::Suspended,
                })
                .collect(),
        })
        .collect()
}
