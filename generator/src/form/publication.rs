//! From an approved submission to what is to be published of it.
//!
//! It says which answer goes where; [`publish`](crate::publish) makes files of it.

use super::answer::{AnswerValue, ValidSubmission};
use super::definition::{FormDefinition, PublishedKind, Scope};

/// A piece of content that is not yet a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The kind of content.
    pub kind: PublishedKind,
    /// Folder, below the space's own when there is a space.
    pub folder: String,
    /// Slug of the space that it belongs to.
    pub space: Option<String>,
    /// Front matter keys (`moyens.lieu` for a key below another) with their values, in the
    /// order of the definition; a key that the form writes `buts[]` holds a list, one item for
    /// each line that was typed. An unanswered question has no key.
    pub front_matter: Vec<(String, AnswerValue)>,
    /// What people wrote for the body: plain text, to be escaped where Markdown would read a
    /// sign in it.
    pub body: String,
}

/// What approving `submission` publishes; `None` when this form publishes nothing.
pub fn draft(definition: &FormDefinition, submission: &ValidSubmission) -> Option<Draft> {
    let publication = definition.publication.as_ref()?;
    let mut draft = Draft {
        kind: publication.kind,
        folder: publication.folder.clone(),
        space: submission.space.clone().filter(|_| definition.scope == Scope::Space),
        front_matter: Vec::new(),
        body: String::new(),
    };
    for published in &publication.fields {
        let Some(answer) = submission.answer(&published.field.value) else { continue };
        match &published.key {
            Some(key) => draft.front_matter.push(match key.strip_suffix("[]") {
                Some(key) => (key.to_owned(), AnswerValue::Several(lines(&answer.shown))),
                None => (key.clone(), answer.value.clone()),
            }),
            None => draft.body.clone_from(&answer.shown),
        }
    }
    Some(draft)
}

/// One item a line, without the dash or the bullet that some put before it.
fn lines(text: &str) -> Vec<String> {
    let items = text.lines().map(|line| line.trim_start_matches(['-', '•', '*', ' ', '\u{a0}']).trim());
    items.filter(|item| !item.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::fixture;

    #[test]
    fn an_approved_note_goes_to_its_folder_without_what_was_left_open() {
        let definition = fixture::definition();
        let submission =
            fixture::submission(&[("message", "Merci !"), ("espace", "geriatrie"), ("signature", "anonyme")]);

        let draft = draft(definition, &submission).unwrap();

        assert_eq!(draft.kind, PublishedKind::Note);
        assert_eq!((draft.folder.as_str(), draft.space.as_deref()), ("post-its", Some("geriatrie")));
        assert_eq!(draft.body, "Merci !");
        assert_eq!(draft.front_matter, []);
    }

    #[test]
    fn a_list_is_typed_one_item_a_line() {
        assert_eq!(lines("- Se parler\n\n • Souffler \nRire"), ["Se parler", "Souffler", "Rire"]);
    }
}
