//! What a form is, once its YAML was read and found right.
//!
//! [`FormDefinition::parse`] is the only way to one, so whoever holds a definition may rely on
//! it: names are unique, conditions look back at a field with options, every fault that a rule
//! can raise has its sentence. Texts that are Markdown stay raw and spanned: whoever knows the
//! pages and the establishment renders them, once ([`super::view::RenderedTexts`]).

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Serialize;

use crate::fields::{Choice, Spanned};
use crate::source::SourceFile;

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

/// A question.
#[derive(Clone, Debug)]
pub struct Field {
    /// Machine name, `[a-z0-9-]+`, unique in the form.
    pub name: String,
    /// What is asked for, with its rules.
    pub kind: FieldKind,
    /// The question.
    pub label: String,
    /// What helps to answer.
    pub hint: Option<String>,
    /// Whether it must be answered, as far as its condition holds.
    pub required: bool,
    /// When it is asked at all.
    pub condition: Option<Condition>,
    /// Token of the HTML `autocomplete` attribute.
    pub autocomplete: Option<&'static str>,
    pub(super) sentences: BTreeMap<FaultKind, String>,
    pub(super) name_range: Range<usize>,
}

impl Field {
    /// What a visitor reads at this fault.
    #[expect(clippy::missing_panics_doc, reason = "parse is the only way to a field, and gives it every sentence")]
    pub fn sentence(&self, kind: FaultKind) -> &str {
        self.sentences.get(&kind).expect("parse refuses a field without a sentence for each fault its rules raise")
    }

    /// The id of its control, or of its first option: the target of the error summary.
    pub fn id(&self) -> String {
        format!("champ-{}", self.name)
    }
}

/// Asked only when an earlier field has that value (`si: {signature: signe}`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// The earlier field.
    pub field: Spanned<String>,
    /// A value of one of its options; `oui` or `non` for a single box.
    pub value: Spanned<String>,
}

/// What a field asks for, with the rules of that kind. Lengths are in characters, a line end
/// counting one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// `texte`: one line.
    Text(Length),
    /// `texte-long`: several lines.
    LongText {
        /// Its limits.
        length: Length,
        /// Height of the box, in lines.
        rows: usize,
    },
    /// `courriel`.
    Email {
        /// Whether those who decide answer to this address.
        reply_to: bool,
    },
    /// `telephone`: internal numbers of four digits are welcome.
    Phone,
    /// `date`.
    Date,
    /// `heure`.
    Time,
    /// `nombre`: a whole number.
    Number {
        /// The least.
        minimum: Option<i64>,
        /// The most.
        maximum: Option<i64>,
    },
    /// `choix`: one of a few, all in sight.
    Radios(Vec<Opt>),
    /// `liste`: one of many.
    Select(Vec<Opt>),
    /// `choix-multiple`: any of a few.
    Checkboxes(Vec<Opt>),
    /// `couleur`: one of the colours of a post-it.
    Color(Vec<Opt>),
    /// `case`: one box; it must be ticked when the field is required.
    Checkbox,
    /// `espace`: one of the department spaces of the site.
    Space,
}

impl FieldKind {
    /// The options that the form itself lists.
    pub fn options(&self) -> &[Opt] {
        match self {
            Self::Radios(options) | Self::Select(options) | Self::Checkboxes(options) | Self::Color(options) => options,
            _ => &[],
        }
    }

    /// Every fault that the rules can raise: each needs its sentence.
    pub fn faults(&self, required: bool) -> Vec<FaultKind> {
        let mut faults = Vec::new();
        if required {
            faults.push(FaultKind::Empty);
        }
        match self {
            Self::Text(length) | Self::LongText { length, .. } => {
                faults.push(FaultKind::TooLong);
                if length.minimum.is_some() {
                    faults.push(FaultKind::TooShort);
                }
            }
            Self::Email { .. } | Self::Phone | Self::Date | Self::Time => faults.push(FaultKind::Format),
            Self::Number { minimum, maximum } => {
                faults.push(FaultKind::Format);
                faults.extend(minimum.map(|_| FaultKind::TooSmall));
                faults.extend(maximum.map(|_| FaultKind::TooLarge));
            }
            Self::Radios(_) | Self::Select(_) | Self::Checkboxes(_) | Self::Color(_) | Self::Space => {
                faults.push(FaultKind::Unknown);
            }
            Self::Checkbox => {}
        }
        faults
    }
}

/// How long a text may be, in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Length {
    /// At least; does not make the field required.
    pub minimum: Option<usize>,
    /// At most. Every text has a limit: nobody moderates a novel.
    pub maximum: usize,
}

/// One answer of a closed question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opt {
    /// What is sent and published.
    pub value: String,
    /// What is read.
    pub label: String,
    /// What helps to choose it.
    pub hint: Option<String>,
}

/// What can be wrong with an answer. The French word is the key under `erreurs:`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FaultKind {
    /// `vide`: required, and missing.
    Empty,
    /// `trop_long`
    TooLong,
    /// `trop_court`
    TooShort,
    /// `trop_petit`: a number below the least.
    TooSmall,
    /// `trop_grand`: a number above the most.
    TooLarge,
    /// `format`: not an address, a date, a number…
    Format,
    /// `inconnu`: none of the options.
    Unknown,
}

impl FaultKind {
    /// The French word.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(_, kind)| *kind == self).map_or("", |(word, _)| *word)
    }
}

impl Choice for FaultKind {
    const ALL: &'static [(&'static str, Self)] = &[
        ("vide", Self::Empty),
        ("trop_long", Self::TooLong),
        ("trop_court", Self::TooShort),
        ("trop_petit", Self::TooSmall),
        ("trop_grand", Self::TooLarge),
        ("format", Self::Format),
        ("inconnu", Self::Unknown),
    ];
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
