//! « Espace de service »: a folder whose parent `contient: espace`.

use crate::fields::Fields;

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
}

impl Space {
    /// Takes the keys of a space.
    pub fn take(fields: &Fields<'_>) -> Self {
        Self {
            department: fields.text("service"),
            establishment: fields.text("etablissement"),
            phrase_of_the_day: fields.text("phrase_du_jour"),
            theme_of_the_month: fields.text("theme_du_mois"),
        }
    }
}
