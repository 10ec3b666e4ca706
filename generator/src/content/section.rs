//! A folder's own page.

use serde::Serialize;

use super::Holds;
use crate::fields::{Choice, Fields};

/// The three ways into the portal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Entrance {
    /// To know.
    Savoir,
    /// To know how.
    SavoirFaire,
    /// To do.
    Faire,
}

impl Choice for Entrance {
    const ALL: &'static [(&'static str, Self)] =
        &[("savoir", Self::Savoir), ("savoir-faire", Self::SavoirFaire), ("faire", Self::Faire)];
}

/// `_index.md` (or `index.md`, `README.md`): says what its folder holds.
#[derive(Clone, Debug)]
pub struct Section {
    /// `contient`: what the other pages of the folder are; pages when it is not said.
    pub holds: Holds,
    /// Whether `contient` names no kind: what the pages should hold is then not known.
    pub holds_unknown: bool,
    /// `entree`: the part of the portal that starts here.
    pub entrance: Option<Entrance>,
    /// `sans_date`: the heading under which undated projects stand on the fresque.
    pub undated_heading: Option<String>,
}

impl Section {
    /// Takes the keys of a section.
    pub fn take(fields: &Fields<'_>) -> Self {
        let holds: Option<Holds> = fields.choice("contient");
        Self {
            holds: holds.unwrap_or(Holds::Page),
            holds_unknown: holds.is_none() && fields.node("contient").is_some(),
            entrance: fields.choice("entree"),
            undated_heading: fields.text("sans_date"),
        }
    }
}
