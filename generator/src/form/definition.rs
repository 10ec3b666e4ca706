//! What a form is, once its YAML was read and found right.
//!
//! [`FormDefinition::parse`] is the only way to one, so whoever holds a definition may rely on
//! it: names are unique, conditions look back at a field with options, every fault that a rule
//! can raise has its sentence. Texts that are Markdown stay raw and spanned: whoever knows the
//! pages and the establishment renders them, once ([`super::view::RenderedTexts`]).

use serde::Serialize;

use crate::fields::{Choice, Spanned};
use crate::source::SourceFile;

pub use super::field::{Condition, FaultKind, Field, FieldKind, Length, Opt};

/// A form, from `content/formulaires/<id>.yaml`.
#[derive(Clone, Debug)]
pub struct FormDefinition {
    /// The file's name without `.yaml`; the form stands at `/formulaires/<id>/`.
    pub id: String,
    /// The first 12 hexadecimal digits of the SHA-256 of the YAML with LF line ends: tells
    /// whether a post was made from this very form.
    pub digest: String,
    /// The YAML as written: it is kept with what was submitted, and locates the Markdown texts.
    pub source: SourceFile,
    /// Its title.
    pub title: String,
    /// One or two sentences for cards.
    pub summary: Option<String>,
    /// Markdown above the first field.
    pub introduction: Option<Spanned<String>>,
    /// Who receives what is sent.
    pub recipients: Role,
    /// Whose role is meant: the chosen space's, or the portal's.
    pub scope: Scope,
    /// Whether a page to check one's answers comes before sending.
    pub confirm: bool,
    /// What the button says.
    pub button: String,
    /// Whether the form may be sent at present.
    pub open: bool,
    /// The fields, in groups.
    pub groups: Vec<Group>,
    /// What the RGPD (article 13) wants people to be told where they are asked.
    pub notice: Notice<Spanned<String>>,
    /// What is said once it was received.
    pub confirmation: Confirmation,
    /// The mail to those who decide.
    pub mail: MailWording,
    /// Who decides, one after the other.
    pub circuit: Vec<Role>,
    /// What approving it publishes, if anything.
    pub publication: Option<Publication>,
    /// Posts with the faults they must have.
    pub examples: Vec<Example>,
}

impl FormDefinition {
    /// All fields in the order of the page.
    pub fn fields(&self) -> impl Iterator<Item = &Field> {
        self.groups.iter().flat_map(|group| &group.fields)
    }

    /// The field of that name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields().find(|field| field.name == name)
    }

    /// Whether it asks which space it is for.
    pub fn asks_for_a_space(&self) -> bool {
        self.fields().any(|field| matches!(field.kind, FieldKind::Space))
    }

    /// Where the form stands and where it is sent.
    pub fn url(&self) -> String {
        format!("/formulaires/{}/", self.id)
    }
}

/// Who acts on what was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// `moderateurs`
    Moderators,
    /// `cadre`
    Cadre,
    /// `communication`
    Communication,
    /// `portail`: the portal's own moderators.
    Portal,
}

impl Choice for Role {
    const ALL: &'static [(&'static str, Self)] = &[
        ("moderateurs", Self::Moderators),
        ("cadre", Self::Cadre),
        ("communication", Self::Communication),
        ("portail", Self::Portal),
    ];
}

/// Whose role is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Those who hold it in the space that was chosen in the form.
    Space,
    /// Those who hold it for the whole portal.
    Portal,
}

impl Choice for Scope {
    const ALL: &'static [(&'static str, Self)] = &[("espace", Self::Space), ("portail", Self::Portal)];
}

/// Fields that belong together; a `fieldset` when there is a title.
#[derive(Clone, Debug)]
pub struct Group {
    /// Its legend.
    pub title: Option<String>,
    /// What helps with all of its fields.
    pub hint: Option<String>,
    /// At least one.
    pub fields: Vec<Field>,
}

/// The notice of article 13 RGPD: raw Markdown in a definition, HTML in a view.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Notice<T> {
    /// Who answers for the data.
    pub controller: T,
    /// What they are used for.
    pub purpose: T,
    /// By which law.
    pub legal_basis: T,
    /// Who reads them.
    pub recipients: T,
    /// How long they are kept.
    pub retention: T,
    /// What people may ask for.
    pub rights: T,
    /// Whom to write to, the CNIL included.
    pub contact: T,
}

/// What is said once a submission was received.
#[derive(Clone, Debug)]
pub struct Confirmation {
    /// The page's title.
    pub title: String,
    /// Markdown.
    pub text: Spanned<String>,
    /// What happens next, one sentence each.
    pub next: Vec<String>,
}

/// The mail to those who decide. `{espace}` and `{reference}` are replaced in both texts;
/// nothing that a visitor wrote ever enters the subject.
#[derive(Clone, Debug)]
pub struct MailWording {
    /// The subject, and the heading of the text.
    pub subject: Spanned<String>,
    /// What opens the text.
    pub introduction: Spanned<String>,
    /// What the reader is to do next.
    pub next: Vec<String>,
}

/// What approving a submission publishes, and where.
#[derive(Clone, Debug)]
pub struct Publication {
    /// The kind of content.
    pub kind: PublishedKind,
    /// Folder, below the space's own when the scope is the space.
    pub folder: String,
    /// What of the answers goes where.
    pub fields: Vec<PublishedField>,
}

/// One answer that is published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedField {
    /// Front matter key (`moyens.lieu` for a key below another), or `None` for the body.
    pub key: Option<String>,
    /// Name of the form's field.
    pub field: Spanned<String>,
}

/// The kinds of content that a form can publish.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PublishedKind {
    /// `post-it`
    Note,
    /// `publication`
    Post,
    /// `activite`
    Activity,
    /// `evenement`
    Event,
    /// `ressource`
    Resource,
    /// `projet`
    Project,
    /// `espace`
    Space,
}

impl Choice for PublishedKind {
    const ALL: &'static [(&'static str, Self)] = &[
        ("post-it", Self::Note),
        ("publication", Self::Post),
        ("activite", Self::Activity),
        ("evenement", Self::Event),
        ("ressource", Self::Resource),
        ("projet", Self::Project),
        ("espace", Self::Space),
    ];
}

/// A post that the definition gives of itself, with the faults it must have.
#[derive(Clone, Debug)]
pub struct Example {
    /// What it shows, unique in the form.
    pub name: Spanned<String>,
    /// Field names and values, several for a field of several boxes.
    pub values: Vec<(Spanned<String>, Vec<String>)>,
    /// The faults it must have, and no other.
    pub faults: Vec<(Spanned<String>, FaultKind)>,
}

/// What only the site knows, and a form offers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choices {
    /// The department spaces, in the order in which they are offered.
    pub spaces: Vec<SpaceChoice>,
}

/// A department space that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpaceChoice {
    /// What is sent: the name of its folder.
    pub slug: String,
    /// What is read.
    pub title: String,
}
