//! A site of which everything is known but the bytes of its files: what lies between the graph and
//! the first file that is rendered.

use std::collections::BTreeMap;
use std::sync::Arc;

use foldhash::HashMap;
use jiff::Timestamp;

use crate::form::Choices;
use crate::places::Places;
use crate::portal::{Portal, PortalForm};
use crate::render::{Cards, Fingerprints, Inputs, Planned};
use crate::settings::Settings;
use crate::site::{Links, Scope, Site};
use crate::source::Found;
use crate::theme::Theme;

/// A site of which everything is known but the bytes of its files.
pub(super) struct Prepared {
    pub site: Site,
    pub links: Vec<Arc<Links>>,
    pub settings: Settings,
    pub theme: Arc<Theme>,
    pub forms: BTreeMap<String, PortalForm>,
    pub choices: Choices,
    pub scope: Scope,
    pub dates: HashMap<Arc<str>, Timestamp>,
    /// Files of the content that pages show or link to.
    pub copied: Vec<Found>,
    pub common: u64,
}

impl Prepared {
    /// What rendering reads of it.
    pub fn inputs<'a>(&'a self, cards: &'a Cards, fingerprints: Option<&'a Fingerprints<'a>>) -> Inputs<'a> {
        Inputs {
            site: &self.site,
            links: &self.links,
            settings: &self.settings,
            theme: &self.theme,
            forms: &self.forms,
            choices: &self.choices,
            changed: &self.dates,
            scope: self.scope,
            cards,
            fingerprints,
        }
    }

    /// What the forms service keeps of it, and the site.
    pub fn into_portal(self) -> (Portal, Site) {
        let places = Places::of(&self.site);
        let Self { settings, forms, choices, theme, site, .. } = self;
        (Portal { settings, forms, choices, places, theme }, site)
    }

    /// Every file of the site: those that are rendered, those of the theme, those that are copied.
    pub fn paths(&self, files: &[Planned]) -> Vec<String> {
        let rendered = files.iter().map(|file| file.path.clone());
        let assets = self.theme.assets().files().into_iter().map(|file| file.path);
        rendered.chain(assets).chain(self.copied.iter().map(|found| found.path.to_string())).collect()
    }
}
