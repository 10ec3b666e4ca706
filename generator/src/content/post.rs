//! « Publication » on a department's noticeboard.

use crate::fields::{Choice, Fields};

/// What kind of word it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "their labels say what they are")]
pub enum Nature {
    Article,
    Information,
    Idea,
    Tip,
}

impl Choice for Nature {
    const ALL: &'static [(&'static str, Self)] = &[
        ("article", Self::Article),
        ("information", Self::Information),
        ("idee", Self::Idea),
        ("bon-plan", Self::Tip),
    ];
}

impl Nature {
    /// What a reader sees.
    pub fn label(self) -> &'static str {
        match self {
            Self::Article => "Article",
            Self::Information => "Information",
            Self::Idea => "Idée",
            Self::Tip => "Bon plan",
        }
    }
}

/// A publication.
#[derive(Clone, Debug)]
pub struct Post {
    /// `nature`.
    pub nature: Nature,
    /// `auteur`: a function or a group.
    pub author: Option<String>,
}

impl Post {
    /// Takes the keys of a publication.
    pub fn take(fields: &Fields<'_>) -> Self {
        Self { nature: fields.choice("nature").unwrap_or(Nature::Information), author: fields.text("auteur") }
    }
}
