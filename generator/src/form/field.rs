//! A question of a form: its kind, its rules, and what can be wrong with an answer.
//!
//! Only what a definition says of it: how it is read from YAML is [`super::read`]'s business,
//! how an answer is read, [`super::value`]'s.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::fields::{Choice, Spanned};

use super::definition::Role;

/// A question.
#[derive(Clone, Debug)]
pub struct Field {
    /// Machine name, `[a-z0-9-]+`, unique in the form.
    pub name: String,
    /// What is asked for, with its rules.
    pub kind: FieldKind,
    /// The question.
    pub label: String,
    /// `intitule`: what the answer is, for those who read it in a mail; the question by default.
    pub heading: String,
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
    /// `creneaux`: weekly slots, one a line.
    Slots {
        /// Height of the box, in lines.
        rows: usize,
    },
    /// `courriel`.
    Email(EmailRules),
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
    /// `charte`: one of the site's charters, in the version that was read.
    Charter,
    /// `creneau`: one weekly slot of an activity that is in place.
    Slot,
    /// `activite`: one of the activities that show.
    Activity,
    /// `page`: a page of the portal.
    Page,
}

impl FieldKind {
    /// The options that the form itself lists.
    pub fn options(&self) -> &[Opt] {
        match self {
            Self::Radios(options) | Self::Select(options) | Self::Checkboxes(options) | Self::Color(options) => options,
            _ => &[],
        }
    }

    /// Whether the site knows the answers, and the form lists them.
    pub fn is_listed_by_the_site(&self) -> bool {
        matches!(self, Self::Space | Self::Charter | Self::Slot | Self::Activity)
    }

    /// Whether an answer always says which space it belongs to.
    pub fn says_the_space(&self) -> bool {
        matches!(self, Self::Space | Self::Slot | Self::Activity)
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
            Self::Email(rules) => {
                faults.push(FaultKind::Format);
                faults.extend(rules.professional.then_some(FaultKind::Domain));
            }
            Self::Phone | Self::Date | Self::Time | Self::Slots { .. } => faults.push(FaultKind::Format),
            Self::Number { minimum, maximum } => {
                faults.push(FaultKind::Format);
                faults.extend(minimum.map(|_| FaultKind::TooSmall));
                faults.extend(maximum.map(|_| FaultKind::TooLarge));
            }
            Self::Radios(_) | Self::Select(_) | Self::Checkboxes(_) | Self::Color(_) => {
                faults.push(FaultKind::Unknown);
            }
            Self::Space | Self::Slot | Self::Activity | Self::Page => faults.push(FaultKind::Unknown),
            Self::Charter => faults.extend([FaultKind::Unknown, FaultKind::Superseded]),
            Self::Checkbox => {}
        }
        faults
    }
}

/// What is asked of an address, and what it is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EmailRules {
    /// `adresse_de_reponse`: those who decide answer to it, and it gets a receipt.
    pub reply_to: bool,
    /// `professionnelle`: it must be in one of the hospital's domains.
    pub professional: bool,
    /// `si_non_confirmee`: it is confirmed by a link that is mailed to it.
    pub unconfirmed: Option<Unconfirmed>,
    /// `tient`: the role that this address holds in what is being asked for, a space that does not
    /// exist yet. One of the space's own: moderators, cadre, superior.
    pub holds: Option<Role>,
}

/// What becomes of a submission whose address nobody confirms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unconfirmed {
    /// `transmettre`: after 48 hours it goes on all the same, with a mark.
    Forward,
    /// `abandonner`: it lapses after one reminder.
    Lapse,
}

impl Choice for Unconfirmed {
    const ALL: &'static [(&'static str, Self)] = &[("transmettre", Self::Forward), ("abandonner", Self::Lapse)];
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
    /// `perimee`: the charter has changed since it was read.
    Superseded,
    /// `domaine`: not a professional address.
    Domain,
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
        ("perimee", Self::Superseded),
        ("domaine", Self::Domain),
    ];
}
