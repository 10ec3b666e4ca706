//! « Post-it » on a space's wall.

use serde::Serialize;

use crate::fields::{Choice, Fields};

/// The paper's colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "they are colours")]
pub enum NoteColor {
    Jaune,
    Peche,
    Vert,
    Bleu,
}

impl Choice for NoteColor {
    const ALL: &'static [(&'static str, Self)] =
        &[("jaune", Self::Jaune), ("peche", Self::Peche), ("vert", Self::Vert), ("bleu", Self::Bleu)];
}

/// A short text, anonymous or signed.
#[derive(Clone, Debug)]
pub struct Note {
    /// `couleur`.
    pub color: NoteColor,
    /// `signature`.
    pub signature: Option<String>,
}

impl Note {
    /// Takes the keys of a post-it.
    pub fn take(fields: &Fields<'_>) -> Self {
        Self { color: fields.choice("couleur").unwrap_or(NoteColor::Jaune), signature: fields.text("signature") }
    }
}
