//! From what was approved to the files of the content: the last stage of a submission.
//!
//! [`form::publication`](crate::form::publication) says which answer goes where; this writes the
//! pages, under names that say nothing of what is in them. It touches no disk: whoever writes the
//! files, commits them and builds is the service's business.
//!
//! What a visitor typed stays text. In the head of a page it stands between double quotes, in the
//! body each sign that Markdown would read is escaped: a page shows the characters that were
//! typed, with French spacing, and nothing else. Control characters and bidirectional overrides
//! never come this far, and are dropped here too.

mod head;
mod plain;
mod space;
mod suspend;

use jiff::civil::Date;

use crate::form::definition::PublishedKind;
use crate::form::publication::Draft;

pub use plain::markdown_of;
pub use space::BASE_CHARTER;
pub use suspend::suspended;

/// Where and as what a page is published: all that the draft does not know.
pub struct Destination<'a> {
    /// The folder of the space that it belongs to, from the content folder: `faire/geriatrie`.
    pub space_folder: Option<&'a str>,
    /// The day that it bears. Not the moment: on a small ward the minute names the author.
    pub date: Date,
    /// Its own random id, `[a-z0-9]`: never the reference, which the author knows.
    pub id: &'a str,
    /// Whether something stands already at a path from the content folder, or at the address that
    /// it would have. Asked of a new space's folder only; the id keeps other names apart.
    pub taken: &'a dyn Fn(&str) -> bool,
    /// The version in force of [`BASE_CHARTER`], which the charter of a new space extends; without
    /// one its charter stands alone.
    pub base_charter: Option<&'a str>,
}

/// A file to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewFile {
    /// Path from the content folder, `/` between parts.
    pub path: String,
    /// The whole text.
    pub text: String,
}

/// What publishing a draft writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPage {
    /// The path of the page itself, one of `files`.
    pub main: String,
    /// Every file, the page itself first.
    pub files: Vec<NewFile>,
    /// The slug of the space that this opens, if it is one.
    pub space: Option<String>,
}

/// The files of an approved draft.
pub fn page(draft: &Draft, to: &Destination<'_>) -> NewPage {
    if draft.kind == PublishedKind::Space {
        return space::open(draft, to);
    }
    let folder = match to.space_folder {
        Some(space) => format!("{space}/{}", draft.folder),
        None => draft.folder.clone(),
    };
    let path = format!("{folder}/{}-{}.md", to.date, to.id);
    let text = format!("---\n{}---\n{}", head::write(&draft.front_matter, to.date), markdown_of(&draft.body));
    NewPage { main: path.clone(), files: vec![NewFile { path, text }], space: None }
}

#[cfg(test)]
mod tests;
