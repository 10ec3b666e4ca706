//! The part of a decision's page on which what will be published can be mended.

use serde::Serialize;

use crate::form::answer::ValidSubmission;
use crate::form::correct::{as_post, mendable};
use crate::form::definition::{Choices, FormDefinition};
use crate::form::post::RawPost;
use crate::form::validate::{Fault, Rejected};

use super::edit::Page;
use super::form::{ErrorView, FieldView, GroupView};

/// The questions that can be mended, with their answers; the theme's `field` shows each. Names are
/// the form's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AmendView {
    /// What is to be mended again, each leading to its field.
    pub errors: Vec<ErrorView>,
    /// The questions, in the groups of the form; none when nothing of it is published.
    pub groups: Vec<GroupView>,
}

/// What can be mended of a submission: as it was sent, or as it was typed in `attempt`, with what
/// [`corrected`](crate::form::corrected) said of that.
pub fn amend(
    definition: &FormDefinition,
    choices: &Choices,
    submission: &ValidSubmission,
    attempt: Option<(&RawPost, &Rejected)>,
) -> AmendView {
    let sent = as_post(submission);
    let faults: &[Fault] = match attempt {
        Some((_, Rejected::Faults(faults))) => faults,
        _ => &[],
    };
    let page = Page { definition, choices, post: attempt.map_or(&sent, |(post, _)| post), faults };
    let mendable = mendable(definition, submission);
    let is_mendable = |name: &str| mendable.iter().any(|field| field.name == name);
    let groups = definition.groups.iter().filter_map(|group| {
        let fields = group.fields.iter().filter(|field| is_mendable(&field.name)).map(|field| {
            // A condition that holds whatever is mended here is not worth a word.
            let depends = field.condition.as_ref().is_some_and(|condition| is_mendable(&condition.field.value));
            let view = page.field(field);
            if depends { view } else { FieldView { condition: None, required: field.required, ..view } }
        });
        let fields: Vec<FieldView> = fields.collect();
        (!fields.is_empty()).then(|| GroupView { title: group.title.clone(), hint: group.hint.clone(), fields })
    });
    AmendView { errors: page.errors(), groups: groups.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::correct::corrected;
    use crate::form::fixture;

    const SIGNED: [(&str, &str); 4] =
        [("message", "Merci\nà tous"), ("espace", "geriatrie"), ("signature", "signe"), ("nom", "Camille")];

    fn fields(view: &AmendView) -> Vec<(&str, &str)> {
        let fields = view.groups.iter().flat_map(|group| &group.fields);
        fields.map(|field| (field.name.as_str(), field.value.as_str())).collect()
    }

    #[test]
    fn what_is_published_can_be_mended_and_nothing_else() {
        let submission = fixture::submission(&SIGNED);
        let view = amend(fixture::definition(), &fixture::choices(), &submission, None);
        assert_eq!(fields(&view), [("message", "Merci\nà tous"), ("nom", "Camille")]);
        assert_eq!(view.errors, []);
        let name = &view.groups[1].fields[0];
        assert_eq!((name.required, name.condition.as_deref()), (true, None));
        assert_eq!(amend(fixture::visit(), &fixture::choices(), &submission, None).groups, []);
    }

    #[test]
    fn what_was_typed_is_there_again_beside_its_fault() {
        let submission = fixture::submission(&SIGNED);
        let post = RawPost::from_pairs([("message", "ok"), ("nom", "Claude")]);
        let rejected = corrected(fixture::definition(), &fixture::choices(), &submission, &post).unwrap_err();
        let view = amend(fixture::definition(), &fixture::choices(), &submission, Some((&post, &rejected)));
        assert_eq!(fields(&view), [("message", "ok"), ("nom", "Claude")]);
        assert_eq!((view.errors.len(), view.errors[0].field_id.as_str()), (1, "champ-message"));
        assert_eq!(view.groups[0].fields[0].error.as_deref(), Some("Écrivez un peu plus."));
    }
}
