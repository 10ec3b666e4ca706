//! « Activité »: the eight elements that the specification demands, and weekly slots.

use jiff::civil::Time;

use crate::dates::WEEKDAYS;
use crate::fields::{Choice, Fields};
use crate::form::slots::TypedSlot;
use crate::yaml::{Node, Value};

/// The six categories of vigilance: key, label.
pub const VIGILANCE: [(&str, &str); 6] = [
    ("temps_de_travail", "Temps de travail"),
    ("formation_competences", "Formation et compétences"),
    ("moyens_ressources", "Moyens et ressources"),
    ("regles_cadre", "Règles et cadre"),
    ("usage_numerique", "Risques de l’usage du numérique"),
    ("risques_sociaux", "Risques sociaux"),
];

/// Where an activity stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "their labels say what they are")]
pub enum ActivityStatus {
    Proposed,
    Active,
    Suspended,
    Ended,
}

impl Choice for ActivityStatus {
    const ALL: &'static [(&'static str, Self)] = &[
        ("proposee", Self::Proposed),
        ("active", Self::Active),
        ("suspendue", Self::Suspended),
        ("terminee", Self::Ended),
    ];
}

impl ActivityStatus {
    /// What a reader sees.
    pub fn label(self) -> &'static str {
        match self {
            Self::Proposed => "Proposée",
            Self::Active => "En place",
            Self::Suspended => "Suspendue",
            Self::Ended => "Terminée",
        }
    }
}

/// An activity of a department. Name and description are the page's title and body.
#[derive(Clone, Debug)]
pub struct Activity {
    /// `statut`; an activity that says nothing is in place.
    pub status: ActivityStatus,
    /// `duree`.
    pub duration: Option<String>,
    /// `programmation`: how it fits the department's work.
    pub scheduling: Option<String>,
    /// `creneaux`: weekly slots, by day then hour.
    pub slots: Vec<Slot>,
    /// `responsable`: a function, never a name.
    pub responsible: Option<String>,
    /// `coordination`: a function.
    pub coordinator: Option<String>,
    /// `personne_qualifiee`: a function, with what it is trained for.
    pub qualified: Option<String>,
    /// `moyens`.
    pub means: Means,
    /// `vigilance`: one text for each of [`VIGILANCE`], in its order.
    pub vigilance: [Option<String>; 6],
    /// `cadre`: rules and framework.
    pub rules: Option<String>,
    /// `retours`: how feedback is gathered, and what it said.
    pub feedback: Option<String>,
}

/// What an activity needs.
#[derive(Clone, Debug, Default)]
pub struct Means {
    /// `lieu`.
    pub place: Option<String>,
    /// `materiel`.
    pub equipment: Option<String>,
    /// `budget`.
    pub budget: Option<String>,
}

/// A weekly slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// From 0 on Monday.
    pub weekday: usize,
    /// `de`.
    pub start: Time,
    /// `a`.
    pub end: Option<Time>,
    /// `lieu`, when it is not the activity's.
    pub place: Option<String>,
    /// `places`: how many people.
    pub seats: Option<usize>,
}

impl Activity {
    /// Takes the keys of an activity.
    pub fn take(fields: &Fields<'_>) -> Self {
        let means = fields.map("moyens").map(|means| {
            let taken =
                Means { place: means.text("lieu"), equipment: means.text("materiel"), budget: means.text("budget") };
            means.finish();
            taken
        });
        let vigilance = fields.map("vigilance").map(|points| {
            let taken = VIGILANCE.map(|(key, _)| points.text(key));
            points.finish();
            taken
        });
        let nodes = fields.mappings("creneaux", Slot::as_keys);
        let mut slots: Vec<Slot> = nodes.iter().filter_map(|node| Slot::take(fields, node)).collect();
        slots.sort_by_key(|slot| (slot.weekday, slot.start));
        Self {
            status: fields.choice("statut").unwrap_or(ActivityStatus::Active),
            duration: fields.text("duree"),
            scheduling: fields.text("programmation"),
            slots,
            responsible: fields.text("responsable"),
            coordinator: fields.text("coordination"),
            qualified: fields.text("personne_qualifiee"),
            means: means.unwrap_or_default(),
            vigilance: vigilance.unwrap_or_default(),
            rules: fields.text("cadre"),
            feedback: fields.text("retours"),
        }
    }
}

/// A day of the week, from 0 on Monday.
#[derive(Clone, Copy)]
struct Weekday(usize);

impl Choice for Weekday {
    const ALL: &'static [(&'static str, Self)] = &[
        (WEEKDAYS[0], Self(0)),
        (WEEKDAYS[1], Self(1)),
        (WEEKDAYS[2], Self(2)),
        (WEEKDAYS[3], Self(3)),
        (WEEKDAYS[4], Self(4)),
        (WEEKDAYS[5], Self(5)),
        (WEEKDAYS[6], Self(6)),
    ];
}

impl Slot {
    fn take(fields: &Fields<'_>, node: &Node) -> Option<Self> {
        if let Value::Scalar(text) = &node.value {
            fields.fault(&node.range, "type", "un créneau s’écrit une clé par ligne", &Self::as_keys(text));
            return None;
        }
        let fields = fields.item(node);
        let weekday = fields.choice::<Weekday>("jour");
        let start = fields.time("de");
        if weekday.is_none() {
            fields.missing("jour");
        }
        if start.is_none() {
            fields.missing("de");
        }
        let (end, place, seats) = (fields.time("a"), fields.text("lieu"), fields.count("places"));
        if start.zip(end).is_some_and(|(start, end)| end <= start) {
            fields.fault(
                &node.range,
                "heures-inversees",
                "ce créneau finit avant d’avoir commencé",
                "vérifiez « de » et « a »",
            );
        }
        fields.finish();
        Some(Self { weekday: weekday?.0, start: start?, end, place, seats })
    }

    /// How to write a slot that was typed as words: « lundi 14h-15h ».
    fn as_keys(text: &str) -> String {
        let lines = TypedSlot::parse(text).map_or_else(
            || "« - jour: lundi », puis dessous « de: 14h30 » et « a: 15h30 »".to_owned(),
            |slot| {
                let keys: Vec<_> = slot.entries().iter().map(|(key, value)| format!("« {key}: {value} »")).collect();
                keys.join(", ").replacen("« ", "« - ", 1)
            },
        );
        format!("écrivez {lines}")
    }
}
