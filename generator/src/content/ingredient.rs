//! « Fiche ingrédient inspirant ».

use crate::fields::{Choice, Fields};

/// The five categories of « Les ingrédients inspirants » (CIU Santé), in its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "their labels say what they are")]
pub enum Category {
    User,
    Teams,
    Organisation,
    Territory,
    Institution,
}

impl Choice for Category {
    const ALL: &'static [(&'static str, Self)] = &[
        ("usager", Self::User),
        ("collectifs", Self::Teams),
        ("organisation", Self::Organisation),
        ("territoire", Self::Territory),
        ("institution", Self::Institution),
    ];
}

impl Category {
    /// The name of the category in the source document.
    pub fn label(self) -> &'static str {
        match self {
            Self::User => "L’usager et son écosystème relationnel",
            Self::Teams => "Les collectifs de travail",
            Self::Organisation => "L’organisation apprenante et agile",
            Self::Territory => "L’intervention dans le territoire",
            Self::Institution => "L’environnement institutionnel",
        }
    }

    /// Its place in the source document, from 1.
    pub fn number(self) -> usize {
        self as usize + 1
    }
}

/// One inspiring ingredient.
#[derive(Clone, Debug)]
pub struct Ingredient {
    /// `categorie`; `None` only on a page that is at fault.
    pub category: Option<Category>,
    /// `solutions`: what was tried.
    pub solutions: Vec<String>,
    /// `fiches_actions`: the action sheets that show it.
    pub action_sheets: Vec<String>,
}

impl Ingredient {
    /// Takes the keys of an ingredient.
    pub fn take(fields: &Fields<'_>) -> Self {
        let category = fields.choice("categorie");
        if category.is_none() {
            fields.missing("categorie");
        }
        let values = |names| fields.texts(names).into_iter().map(|text| text.value).collect();
        Self { category, solutions: values("solutions"), action_sheets: values("fiches_actions") }
    }
}
