//! « Ressource » of the shared library.

use crate::fields::{Choice, Fields};
use crate::shape::Form;

/// What it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "their labels say what they are")]
pub enum ResourceNature {
    Book,
    Document,
    Link,
    Tool,
}

impl Choice for ResourceNature {
    const ALL: &'static [(&'static str, Self)] =
        &[("livre", Self::Book), ("document", Self::Document), ("lien", Self::Link), ("outil", Self::Tool)];
}

impl ResourceNature {
    /// What a reader sees.
    pub fn label(self) -> &'static str {
        match self {
            Self::Book => "Livre",
            Self::Document => "Document",
            Self::Link => "Lien",
            Self::Tool => "Outil",
        }
    }
}

/// A book, document, link or tool that somebody holds for the others.
#[derive(Clone, Debug)]
pub struct Resource {
    /// `nature`.
    pub nature: ResourceNature,
    /// `detenteur`: who holds it.
    pub holder: Option<String>,
    /// `theme`.
    pub theme: Option<String>,
    /// `lien`: an http(s) address.
    pub link: Option<String>,
}

impl Resource {
    /// Takes the keys of a resource.
    pub fn take(fields: &Fields<'_>) -> Self {
        fields.describe("lien", || Form::Address);
        let link = fields.spanned_text("lien").and_then(|link| {
            let sound = url::Url::parse(&link.value).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
            if !sound {
                fields.fault(
                    &link.range,
                    "lien",
                    "ce lien n’est pas une adresse web",
                    "écrivez-la en entier, https:// compris",
                );
            }
            sound.then_some(link.value)
        });
        Self {
            nature: fields.choice("nature").unwrap_or(ResourceNature::Document),
            holder: fields.text("detenteur"),
            theme: fields.text("theme"),
            link,
        }
    }
}
