//! What a form is, once its YAML was read and found right.
//!
//! [`FormDefinition::parse`] is the only way to one, so whoever holds a definition may rely on
//! it: names are unique, conditions look back at a field with options, every fault that a rule
//! can raise has its sentence. Texts that are Markdown stay raw and spanned: whoever knows the
//! pages and the establishment renders them, once ([`super::view::RenderedTexts`]).

use serde::Serialize;

use crate::fields::{Choice, Spanned};
use crate::source::SourceFile;

pub use super::choices::{ActivityChoice, CharterChoice, Choices, PageChoice, SlotChoice, SpaceChoice};
pub use super::field::{Condition, EmailRules, FaultKind, Field, FieldKind, Length, Opt, Unconfirmed};
pub use super::retention::{Duration, Kept, Retention};

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
    /// Who receives what is sent, each role once; at least one.
    pub recipients: Vec<Role>,
    /// Whose role is meant: the chosen space's, or the portal's.
    pub scope: Scope,
    /// Whether a page to check one's answers comes before sending.
    pub confirm: bool,
    /// What the button says.
    pub button: String,
    /// `lien`: what a link to the form says on the page of the very thing that it is about
    /// (« Signer cette charte »); the title by default.
    pub link: Option<String>,
    /// Whether the form may be sent at present.
    pub open: bool,
    /// The fields, in groups.
    pub groups: Vec<Group>,
    /// What the RGPD (article 13) wants people to be told where they are asked.
    pub notice: Notice<Spanned<String>>,
    /// How long what is sent is kept.
    pub retention: Retention,
    /// What is said once it was received.
    pub confirmation: Confirmation,
    /// The mail to those who decide.
    pub mail: MailWording,
    /// Who decides, one after the other; each role once.
    pub circuit: Vec<Role>,
    /// `en_cas_de_doute`: to whom whoever decides may pass it; none of the circuit's roles.
    pub in_doubt: Option<Role>,
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

    /// Whether it asks which space it is for, and for nothing that has a page of its own: it is
    /// offered on every space's page.
    pub fn belongs_to_spaces(&self) -> bool {
        let about_a_page = |kind: &FieldKind| {
            matches!(kind, FieldKind::Charter | FieldKind::Slot | FieldKind::Activity | FieldKind::Page)
        };
        self.field_of(&FieldKind::Space).is_some() && self.fields().all(|field| !about_a_page(&field.kind))
    }

    /// The field of that kind, if there is one.
    pub fn field_of(&self, kind: &FieldKind) -> Option<&Field> {
        self.fields().find(|field| field.kind == *kind)
    }

    /// Whether the site can offer an answer to each of its questions.
    pub fn is_answerable(&self, choices: &Choices) -> bool {
        self.fields().all(|field| choices.can_answer(&field.kind))
    }

    /// The address to be confirmed, if the form has one, and what happens when it is not.
    pub fn address_check(&self) -> Option<AddressCheck<'_>> {
        self.fields().find_map(|field| match field.kind {
            FieldKind::Email(EmailRules { unconfirmed: Some(otherwise), .. }) => {
                Some(AddressCheck { field, otherwise })
            }
            _ => None,
        })
    }

    /// Whether approving it puts a note on a wall.
    pub fn publishes_notes(&self) -> bool {
        self.publication.as_ref().is_some_and(|publication| publication.kind == PublishedKind::Note)
    }

    /// The charter that is signed by sending the form, if it asks for one: the signer and the
    /// register get a proof.
    pub fn signed_charter(&self) -> Option<&Field> {
        self.field_of(&FieldKind::Charter)
    }

    /// Where the form stands and where it is sent.
    pub fn url(&self) -> String {
        format!("/formulaires/{}/", self.id)
    }
}

/// An address that is confirmed by a link mailed to it.
#[derive(Clone, Copy, Debug)]
pub struct AddressCheck<'a> {
    /// The question. When it was left open there is nothing to confirm.
    pub field: &'a Field,
    /// What happens when nobody opens the link in time.
    pub otherwise: Unconfirmed,
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
    /// `registre`: who keeps the register of signatures, for the whole portal.
    Register,
    /// `superieur`: the cadre's own superior.
    Superior,
}

impl Role {
    /// The French word, as forms and the directory write it.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(_, role)| *role == self).map_or("", |(word, _)| *word)
    }
}

impl Choice for Role {
    const ALL: &'static [(&'static str, Self)] = &[
        ("moderateurs", Self::Moderators),
        ("cadre", Self::Cadre),
        ("communication", Self::Communication),
        ("portail", Self::Portal),
        ("registre", Self::Register),
        ("superieur", Self::Superior),
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
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
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
