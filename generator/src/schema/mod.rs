//! `generator schema`: what may be written at the head of each kind, for editors and their tools.
//!
//! The keys and the form of their values come from the readers themselves ([`crate::shape`]); the
//! French words about them stand in [`words`]. From these two are made a JSON Schema, the
//! reference page of the editors' guide, the snippets of VS Code and the comments of
//! `generator new`. A test holds the words against the keys, and the committed files against both.

mod json;
mod reference;
mod snippets;
#[cfg(test)]
mod tests;
mod words;

use std::rc::Rc;

use crate::content::{Holds, Kind, Meta, Section};
use crate::diagnostic::Diagnostics;
use crate::establishment::Establishment;
use crate::fields::{Choice, Fields};
use crate::settings::Settings;
use crate::shape::{Recorder, Shape};
use crate::source::SourceFile;

pub use reference::reference;
pub use snippets::snippets;
pub use words::Word;

/// What a schema is about: a kind of page, or one of the portal's own files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A page of a folder that holds this kind.
    Page(Holds),
    /// A folder's own page.
    Section,
    /// `portail.yaml`.
    Settings,
    /// `etablissement.yaml`.
    Establishment,
    /// A form.
    Form,
}

impl Subject {
    /// Every subject, pages first.
    pub fn all() -> Vec<Self> {
        let pages = Holds::ALL.iter().map(|(_, holds)| Self::Page(*holds));
        pages.chain([Self::Section, Self::Settings, Self::Establishment, Self::Form]).collect()
    }

    /// The subject of that word.
    pub fn named(word: &str) -> Option<Self> {
        Self::all().into_iter().find(|subject| subject.word() == word)
    }

    /// The word it is asked by, and the name of its schema.
    pub fn word(self) -> &'static str {
        match self {
            Self::Page(holds) => Holds::ALL.iter().find(|(_, known)| *known == holds).map_or("page", |(word, _)| *word),
            Self::Section => "section",
            Self::Settings => "portail",
            Self::Establishment => "etablissement",
            Self::Form => "formulaire",
        }
    }

    /// What an editor calls it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Page(Holds::Page) => "Page",
            Self::Page(Holds::Guide) => "Guide pratique",
            Self::Page(Holds::Charter) => "Charte",
            Self::Page(Holds::Ingredient) => "Ingrédient inspirant",
            Self::Page(Holds::Project) => "Projet de la fresque",
            Self::Page(Holds::Space) => "Espace d’un service",
            Self::Page(Holds::Activity) => "Activité",
            Self::Page(Holds::Post) => "Publication",
            Self::Page(Holds::Note) => "Post-it",
            Self::Page(Holds::Event) => "Événement",
            Self::Page(Holds::Resource) => "Ressource",
            Self::Section => "Page d’accueil d’un dossier",
            Self::Settings => "Réglages du portail",
            Self::Establishment => "Votre établissement",
            Self::Form => "Formulaire",
        }
    }

    /// Which files it is about.
    pub fn files(self) -> &'static str {
        match self {
            Self::Page(Holds::Space) => "`_index.md` d’un dossier dont le parent contient des espaces",
            Self::Page(_) => "fichiers d’un dossier dont l’`_index.md` dit `contient:` suivi de ce genre",
            Self::Section => "`_index.md` d’un dossier",
            Self::Settings => "`content/portail.yaml`",
            Self::Establishment => "`content/etablissement.yaml`",
            Self::Form => "fichiers de `content/formulaires/`",
        }
    }

    /// Whether it is a Markdown page, which has the common keys.
    pub fn is_page(self) -> bool {
        matches!(self, Self::Page(_) | Self::Section)
    }

    /// The keys that it may have, asked of those who read them.
    pub fn shape(self) -> Shape {
        Shape::of(|recorder| self.describe(recorder))
    }

    /// The keys of its own kind, without those of every page.
    pub fn own_shape(self) -> Shape {
        let common = if self.is_page() { common_shape() } else { Shape::default() };
        let mut shape = self.shape();
        shape.keys.retain(|key| common.key(key.name).is_none());
        shape
    }

    /// What is said of each key of its own, nested ones as `moyens.lieu`.
    pub fn words(self) -> &'static [Word] {
        words::of(self)
    }

    /// What is said of a key, whether it is its own or every page's.
    pub fn word_on(self, path: &str) -> Option<&'static Word> {
        let common = if self.is_page() { words::COMMON } else { &[] };
        self.words().iter().chain(common).find(|word| word.key == path)
    }

    /// Its JSON Schema (draft-07, which VS Code reads).
    pub fn json_schema(self) -> serde_json::Value {
        json::schema(self)
    }

    fn describe(self, recorder: Rc<Recorder>) {
        let (source, diagnostics) = (SourceFile::new("schema.yaml", ""), Diagnostics::new());
        let fields = Fields::describing(&source, &diagnostics, recorder);
        match self {
            Self::Page(holds) => {
                Meta::take(&fields, holds != Holds::Note);
                Kind::take(holds, &fields);
            }
            Self::Section => {
                Meta::take(&fields, true);
                Section::take(&fields);
            }
            Self::Settings => drop(Settings::take(fields)),
            Self::Establishment => drop(Establishment::take(fields)),
            Self::Form => drop(crate::form::read::take(fields)),
        }
    }
}

/// The keys that every page may have.
pub fn common_shape() -> Shape {
    Subject::Page(Holds::Page).shape()
}
