//! « Espace de service »: a folder whose parent `contient: espace`.

use crate::fields::{Choice, Fields};
use crate::settings::COMMUNICATION_REVIEW;

/// When the post-its of a space are read over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Moderation {
    /// `avant`: nothing shows before it is approved.
    #[default]
    Before,
    /// `apres`: what nobody has a doubt about shows at once, and is withdrawn with one click.
    After,
}

impl Choice for Moderation {
    const ALL: &'static [(&'static str, Self)] = &[("avant", Self::Before), ("apres", Self::After)];
}

/// A department's space. Who holds which role in it is kept by the service, never here.
#[derive(Clone, Debug)]
pub struct Space {
    /// `service`: the department's name; the page's title when absent.
    pub department: Option<String>,
    /// `etablissement`.
    pub establishment: Option<String>,
    /// `phrase_du_jour`.
    pub phrase_of_the_day: Option<String>,
    /// `theme_du_mois`.
    pub theme_of_the_month: Option<String>,
    /// `moderation`.
    pub moderation: Moderation,
    /// `relecture_communication`, where the space says otherwise than the portal.
    pub communication_review: Option<bool>,
}

impl Space {
    /// Takes the keys of a space.
    pub fn take(fields: &Fields<'_>) -> Self {
        let reviewed = fields.boolean(COMMUNICATION_REVIEW, true);
        Self {
            department: fields.text("service"),
            establishment: fields.text("etablissement"),
            phrase_of_the_day: fields.text("phrase_du_jour"),
            theme_of_the_month: fields.text("theme_du_mois"),
            moderation: fields.choice("moderation").unwrap_or_default(),
            communication_review: fields.node(COMMUNICATION_REVIEW).map(|_| reviewed),
        }
    }
}
