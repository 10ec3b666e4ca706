//! From what was approved to what is to be published of it: which files, under which name.

use generator::form::definition::PublishedKind;
use generator::form::publication::draft;
use generator::form::{FormDefinition, ValidSubmission};
use generator::publish::{BASE_CHARTER, Destination, page};
use jiff::Timestamp;
use rand::RngExt;

use crate::site::Portal;
use crate::steps;
use crate::store::publications::NewPublication;

/// Signs of a file's random name; without those that look alike.
const SIGNS: &[u8] = b"abcdefghjkmnpqrstvwxyz23456789";

/// How long it is: of a million pages no two are likely to share one.
const LENGTH: usize = 10;

/// What approving a submission publishes; `None` when its form publishes nothing. `taken` says
/// whether a path from the content folder was given away before.
pub fn plan(
    portal: &Portal,
    definition: &FormDefinition,
    submission: &ValidSubmission,
    taken: &dyn Fn(&str) -> bool,
    now: Timestamp,
) -> Option<NewPublication> {
    let draft = draft(definition, submission)?;
    let space = submission.space.as_deref().and_then(|slug| portal.space(slug));
    let id = random_id();
    let to = Destination {
        space_folder: space.as_ref().map(|space| space.folder),
        date: now.to_zoned(portal.time_zone()).date(),
        id: &id,
        taken,
        base_charter: portal.charter_version(BASE_CHARTER),
    };
    let page = page(&draft, &to);
    let roles = match draft.kind {
        PublishedKind::Space => submission
            .holders(definition)
            .into_iter()
            .filter_map(|(role, text)| Some((steps::role(role), text.parse().ok()?)))
            .collect(),
        _ => Vec::new(),
    };
    Some(NewPublication {
        id,
        kind: word(draft.kind).to_owned(),
        path: page.main,
        files: page.files.into_iter().map(|file| (file.path, file.text)).collect(),
        roles,
        opens: page.space,
    })
}

fn word(kind: PublishedKind) -> &'static str {
    use generator::fields::Choice;
    PublishedKind::ALL.iter().find(|(_, known)| *known == kind).map_or("", |(word, _)| word)
}

fn random_id() -> String {
    let mut random = rand::rng();
    (0..LENGTH).map(|_| char::from(SIGNS[random.random_range(0..SIGNS.len())])).collect()
}
