//! What the forms may offer of this site.

use super::{PageId, Site, SitePage};
use crate::content::{Activity, ActivityStatus, Charter, Kind, Slot};
use crate::dates::{WEEKDAYS, french_time};
use crate::diagnostic::Diagnostics;
use crate::form::definition::{ActivityChoice, CharterChoice, Choices, PageChoice, SlotChoice, SpaceChoice};
use crate::slug::fold;
use crate::typography::french_text as fr;
use foldhash::{HashMap, HashMapExt as _};

/// What a form may choose among.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Among {
    /// What this build shows.
    Shown,
    /// Everything, also what this build leaves out and activities that are not in place: the examples
    /// of forms may name it.
    Everything,
}

/// Gathers what the forms offer; pages only when a form asks for one, because a large site has
/// thousands.
pub fn of(site: &Site, among: Among, with_pages: bool) -> Choices {
    let wanted = |page: &SitePage| among == Among::Everything || page.is_shown();
    let mut choices = Choices {
        spaces: site.every_space().filter(|page| wanted(page)).map(space).collect(),
        pages: if with_pages {
            site.pages.iter().filter(|page| wanted(page)).map(|page| page_choice(site, page)).collect()
        } else {
            Vec::new()
        },
        ..Choices::default()
    };
    choices.pages.sort_unstable_by(|one, other| one.path.cmp(&other.path));
    let is_named = |page: &SitePage| matches!(page.parsed.kind, Kind::Charter(_) | Kind::Activity(_));
    let mut named: Vec<(PageId, &SitePage)> =
        site.offers().filter(|(_, page)| wanted(page) && is_named(page)).collect();
    // Things of one space stand together, in the order of the spaces; what belongs to none comes
    // first.
    named.sort_by_cached_key(|(_, page)| {
        let rank = space_of(site, page).map(|slug| choices.spaces.iter().position(|space| space.slug == slug));
        (rank, page.parsed.meta.order.unwrap_or(i64::MAX), fold(page.menu_title()))
    });
    for (id, page) in named {
        match &page.parsed.kind {
            Kind::Charter(charter) => choices.charters.push(charter_choice(site, id, page, charter)),
            Kind::Activity(activity) => add_activity(site, page, activity, among, &mut choices),
            _ => {}
        }
    }
    choices
}

/// What is sent for a page that is chosen by its name: the last part of its address, below the slug
/// of the `space` that it belongs to, if it does.
pub fn key_of(space: Option<&SitePage>, page: &SitePage) -> String {
    match space.map(SitePage::slug) {
        Some(space) => format!("{space}/{}", page.slug()),
        None => page.slug().to_owned(),
    }
}

/// Warns of two charters, or two activities of a space, that would be sent under one name: the
/// forms offer the first only.
pub fn warn_of_doubles(site: &Site, diagnostics: &Diagnostics) {
    let mut seen: HashMap<(&str, String), &SitePage> = HashMap::new();
    for (_, page) in site.offers() {
        if !matches!(page.parsed.kind, Kind::Charter(_) | Kind::Activity(_)) {
            continue;
        }
        let Some(other) = seen.insert((page.parsed.kind.name(), key_of(space_page(site, page), page)), page) else {
            continue;
        };
        let message = format!("les formulaires ne distinguent pas cette page de « {} »", other.parsed.source.shown);
        let help = "renommez l’un des deux fichiers, ou donnez-lui un « slug: » différent";
        diagnostics.add(page.parsed.source.warning(0..0, "nom-en-double", message).help(help));
    }
}

/// What is sent for a slot: as long as its day and hour stay, so does this.
pub fn slot_key(activity: &str, slot: &Slot) -> String {
    format!("{activity}@{}-{}", WEEKDAYS[slot.weekday], slot.start.strftime("%Hh%M"))
}

/// Whether an activity's slots can be signed up for.
pub fn is_open(activity: &Activity) -> bool {
    activity.status == ActivityStatus::Active
}

fn space_page<'a>(site: &'a Site, page: &SitePage) -> Option<&'a SitePage> {
    page.space.map(|space| &site.pages[space])
}

fn space_of<'a>(site: &'a Site, page: &SitePage) -> Option<&'a str> {
    space_page(site, page).map(SitePage::slug)
}

fn space(page: &SitePage) -> SpaceChoice {
    SpaceChoice { slug: page.slug().to_owned(), title: page.shown_title().to_owned() }
}

fn page_choice(site: &Site, page: &SitePage) -> PageChoice {
    PageChoice {
        path: page.url.clone(),
        title: page.shown_title().to_owned(),
        space: space_of(site, page).map(str::to_owned),
    }
}

fn charter_choice(site: &Site, id: PageId, page: &SitePage, charter: &Charter) -> CharterChoice {
    let version = site.charters.get(&id).map(|line| line.version.clone()).unwrap_or_default();
    let listed = charter.versions.iter().find(|listed| listed.version == version);
    CharterChoice {
        slug: key_of(space_page(site, page), page),
        since: listed.map(|listed| listed.date),
        title: match page.space {
            Some(space) => fr(&format!("{} ({})", page.parsed.meta.title, site.pages[space].menu_title())),
            None => fr(&page.parsed.meta.title),
        },
        version,
    }
}

/// An activity outside of every space has nobody to tell: it is not offered. One that was
/// suspended takes nobody in, and the examples that name its slots stay true: an emergency stop
/// must not break the site.
fn add_activity(site: &Site, page: &SitePage, activity: &Activity, among: Among, choices: &mut Choices) {
    let Some(space) = space_of(site, page) else { return };
    let (key, title) = (key_of(space_page(site, page), page), fr(&page.parsed.meta.title));
    if is_open(activity) || among == Among::Everything {
        choices.slots.extend(activity.slots.iter().map(|slot| SlotChoice {
            key: slot_key(&key, slot),
            title: format!("{title}\u{a0}: {} à {}", WEEKDAYS[slot.weekday], french_time(slot.start)),
            space: space.to_owned(),
        }));
    }
    choices.activities.push(ActivityChoice { key, title, space: space.to_owned() });
}
