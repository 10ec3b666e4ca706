//! « Projet de la fresque ».

use jiff::civil::Date;

use crate::fields::{Choice, Fields, Spanned};

/// Where a project stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "their labels say what they are")]
pub enum ProjectStatus {
    Idea,
    Running,
    Done,
    Stopped,
}

impl Choice for ProjectStatus {
    const ALL: &'static [(&'static str, Self)] =
        &[("idee", Self::Idea), ("en-cours", Self::Running), ("realise", Self::Done), ("arrete", Self::Stopped)];
}

impl ProjectStatus {
    /// What a reader sees.
    pub fn label(self) -> &'static str {
        match self {
            Self::Idea => "À l’état d’idée",
            Self::Running => "En cours",
            Self::Done => "Réalisé",
            Self::Stopped => "Arrêté",
        }
    }
}

/// A project on the wall. All but its title is optional: only what a document states is said.
#[derive(Clone, Debug)]
pub struct Project {
    /// `porteur`: the organisation that carries it.
    pub carrier: Option<String>,
    /// `themes`.
    pub themes: Vec<Spanned<String>>,
    /// `region`.
    pub region: Option<String>,
    /// `branche` of the public service.
    pub branch: Option<String>,
    /// `statut`.
    pub status: Option<ProjectStatus>,
    /// `annee`.
    pub year: Option<i16>,
    /// `debut`.
    pub start: Option<Date>,
    /// `fin`.
    pub end: Option<Date>,
    /// `buts`.
    pub goals: Vec<String>,
    /// `evenements`.
    pub events: Vec<ProjectEvent>,
    /// `resultats`.
    pub results: Option<String>,
    /// `contact`: a function, never an address.
    pub contact: Option<String>,
}

/// A dated moment of a project.
#[derive(Clone, Debug)]
pub struct ProjectEvent {
    /// `date`.
    pub date: Option<Date>,
    /// `titre`.
    pub title: String,
    /// `lieu`.
    pub place: Option<String>,
}

impl Project {
    /// Takes the keys of a project.
    pub fn take(fields: &Fields<'_>) -> Self {
        let project = Self {
            carrier: fields.text("porteur"),
            themes: fields.texts("themes"),
            region: fields.text("region"),
            branch: fields.text("branche"),
            status: fields.choice("statut"),
            year: fields.count("annee").and_then(|year| i16::try_from(year).ok()),
            start: fields.date("debut"),
            end: fields.date("fin"),
            goals: fields.texts("buts").into_iter().map(|text| text.value).collect(),
            events: fields.nodes("evenements").iter().filter_map(|node| ProjectEvent::take(fields, node)).collect(),
            results: fields.text("resultats"),
            contact: fields.text("contact"),
        };
        if project.start.zip(project.end).is_some_and(|(start, end)| end < start) {
            let range = fields.node("fin").map_or(fields.range(), |node| node.range.clone());
            fields.fault(&range, "dates-inversees", "la fin vient avant le début", "échangez « debut » et « fin »");
        }
        project
    }

    /// The year under which the project stands on the wall, if it has one.
    pub fn wall_year(&self) -> Option<i16> {
        self.year.or(self.start.map(Date::year))
    }
}

impl ProjectEvent {
    fn take(fields: &Fields<'_>, node: &crate::yaml::Node) -> Option<Self> {
        let fields = fields.item(node);
        let (date, title, place) = (fields.date("date"), fields.required_text("titre"), fields.text("lieu"));
        fields.finish();
        Some(Self { date, title: title?, place })
    }
}
