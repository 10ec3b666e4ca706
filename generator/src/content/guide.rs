//! « Guide pratique »: the level-2 headings of its body are its steps.

use crate::fields::Fields;

/// A step-by-step guide.
#[derive(Clone, Debug)]
pub struct Guide {
    /// `public`: who it is for.
    pub audience: Option<String>,
    /// `duree`: the time it takes.
    pub time_needed: Option<String>,
    /// `a_imprimer`: what to have on paper.
    pub to_print: Vec<String>,
}

impl Guide {
    /// Takes the keys of a guide.
    pub fn take(fields: &Fields<'_>) -> Self {
        Self {
            audience: fields.text("public"),
            time_needed: fields.text("duree"),
            to_print: fields.texts("a_imprimer").into_iter().map(|text| text.value).collect(),
        }
    }
}
