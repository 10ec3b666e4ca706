//! The Markdown texts of a form as HTML, rendered once per build.

use crate::fields::Spanned;
use crate::form::definition::{FormDefinition, Notice};

/// HTML of the texts that a definition holds as Markdown.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RenderedTexts {
    /// What stands above the first field; empty when there is nothing.
    pub introduction: String,
    /// The notice of article 13 RGPD.
    pub notice: Notice<String>,
    /// What is said once a submission was received.
    pub confirmation: String,
}

impl RenderedTexts {
    /// Renders every text of a form. `render` gets each with its place in
    /// [`FormDefinition::source`], for its links and its faults.
    pub fn render(definition: &FormDefinition, mut render: impl FnMut(&Spanned<String>) -> String) -> Self {
        let notice = &definition.notice;
        let retention = Spanned {
            value: definition.retention.quote(&notice.retention.value),
            range: notice.retention.range.clone(),
        };
        Self {
            introduction: definition.introduction.as_ref().map(&mut render).unwrap_or_default(),
            notice: Notice {
                controller: render(&notice.controller),
                purpose: render(&notice.purpose),
                legal_basis: render(&notice.legal_basis),
                recipients: render(&notice.recipients),
                retention: render(&retention),
                rights: render(&notice.rights),
                contact: render(&notice.contact),
            },
            confirmation: render(&definition.confirmation.text),
        }
    }
}
