//! The kinds of content, as types: what an editor may write at the head of each.
//!
//! What a folder holds is said by its own page (`contient:`), never guessed from a path. Each
//! kind takes its keys from [`Fields`] and collects its faults; a page at fault still gives a
//! value where it can, so that the stages after it can report theirs.

mod activity;
mod charter;
pub mod elsewhere;
mod event;
mod guide;
mod ingredient;
mod meta;
mod note;
mod post;
mod project;
mod resource;
mod section;
mod space;

pub use activity::{Activity, ActivityStatus, Means, Slot, VIGILANCE};
pub use charter::{Charter, CharterVersion};
pub use event::{Event, Recurrence, Rhythm};
pub use guide::Guide;
pub use ingredient::{Category, Ingredient};
pub use meta::{Diffusion, Meta};
pub use note::{Note, NoteColor};
pub use post::{Nature, Post};
pub use project::{Project, ProjectEvent, ProjectStatus};
pub use resource::{Resource, ResourceNature};
pub use section::{Entrance, Section};
pub use space::{Moderation, Space};

use serde::Serialize;

use crate::fields::{Choice, Fields};

/// What the other pages of a folder are: the value of `contient:`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the portal's words, each documented on its own type")]
pub enum Holds {
    Page,
    Guide,
    Charter,
    Ingredient,
    Project,
    Space,
    Activity,
    Post,
    Note,
    Event,
    Resource,
}

impl Choice for Holds {
    const ALL: &'static [(&'static str, Self)] = &[
        ("page", Self::Page),
        ("guide", Self::Guide),
        ("charte", Self::Charter),
        ("ingredient", Self::Ingredient),
        ("projet", Self::Project),
        ("espace", Self::Space),
        ("activite", Self::Activity),
        ("publication", Self::Post),
        ("post-it", Self::Note),
        ("evenement", Self::Event),
        ("ressource", Self::Resource),
    ];
}

/// What a page is, with the keys of its kind.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "each variant is the type of the same name")]
pub enum Kind {
    Page,
    Section(Section),
    Guide(Guide),
    Charter(Charter),
    Ingredient(Ingredient),
    Project(Project),
    Space(Space),
    Activity(Activity),
    Post(Post),
    Note(Note),
    Event(Event),
    Resource(Resource),
}

impl Kind {
    /// Takes the keys of a page that stands in a folder which holds `holds`.
    pub fn take(holds: Holds, fields: &Fields<'_>) -> Self {
        match holds {
            Holds::Page => Self::Page,
            Holds::Guide => Self::Guide(Guide::take(fields)),
            Holds::Charter => Self::Charter(Charter::take(fields)),
            Holds::Ingredient => Self::Ingredient(Ingredient::take(fields)),
            Holds::Project => Self::Project(Project::take(fields)),
            Holds::Space => Self::Space(Space::take(fields)),
            Holds::Activity => Self::Activity(Activity::take(fields)),
            Holds::Post => Self::Post(Post::take(fields)),
            Holds::Note => Self::Note(Note::take(fields)),
            Holds::Event => Self::Event(Event::take(fields)),
            Holds::Resource => Self::Resource(Resource::take(fields)),
        }
    }

    /// The English word that templates know the kind by.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Section(_) => "section",
            Self::Guide(_) => "guide",
            Self::Charter(_) => "charter",
            Self::Ingredient(_) => "ingredient",
            Self::Project(_) => "project",
            Self::Space(_) => "space",
            Self::Activity(_) => "activity",
            Self::Post(_) => "post",
            Self::Note(_) => "note",
            Self::Event(_) => "event",
            Self::Resource(_) => "resource",
        }
    }
}
