//! The portal as the service sees it: the one place that asks the generator for a site.
//!
//! A rebuild swaps the whole portal at once; a request that began with the old one ends with it,
//! and a build that fails changes nothing.

use std::sync::{Arc, PoisonError, RwLock};

use generator::form::{Choices, FormDefinition};
use generator::portal::{Portal as Built, PortalForm, ServicePage, SpaceInfo};
use jiff::tz::TimeZone;
use serde_json::Value;

/// Holds the portal of the last build that succeeded.
pub struct Site(RwLock<Arc<Portal>>);

impl Site {
    /// A site that shows `portal`.
    pub fn new(portal: Portal) -> Self {
        Self(RwLock::new(Arc::new(portal)))
    }

    /// The portal as it is now.
    pub fn portal(&self) -> Arc<Portal> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Shows another portal from now on.
    pub fn replace(&self, portal: Portal) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(portal);
    }
}

/// One build of the portal.
pub struct Portal {
    built: Built,
    url: String,
}

impl Portal {
    /// What the generator built, at its own address.
    pub fn new(built: Built) -> Self {
        let url = built.settings.url.clone();
        Self { built, url }
    }

    /// The same, as it is shown on this machine: links in mails lead to `url`.
    #[must_use]
    pub fn at(self, url: String) -> Self {
        Self { url, ..self }
    }

    /// The same, where a professional address is one of `domains`.
    #[must_use]
    pub fn with_domains(mut self, domains: Vec<String>) -> Self {
        self.built.choices.domains = domains;
        self
    }

    /// The portal's name.
    pub fn name(&self) -> &str {
        &self.built.settings.name
    }

    /// The base of every link, without trailing slash.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The zone in which a date is said.
    pub fn time_zone(&self) -> TimeZone {
        self.built.settings.time_zone.clone()
    }

    /// The form of that id.
    pub fn form(&self, id: &str) -> Option<&PortalForm> {
        self.built.forms.get(id)
    }

    /// Every form.
    pub fn forms(&self) -> impl Iterator<Item = &PortalForm> {
        self.built.forms.values()
    }

    /// What only the site knows, and a form offers.
    pub fn choices(&self) -> &Choices {
        &self.built.choices
    }

    /// A department space.
    pub fn space(&self, slug: &str) -> Option<SpaceInfo<'_>> {
        self.built.space(slug)
    }

    /// The address of the page of a content file that shows.
    pub fn page_url(&self, path: &str) -> Option<&str> {
        self.built.page_url(path)
    }

    /// The version in force of a charter, by its file.
    pub fn charter_version(&self, path: &str) -> Option<&str> {
        self.built.charter_version(path)
    }

    /// Whether the communication office reads what a form publishes.
    pub fn reviewed_by_communication(&self, definition: &FormDefinition, space: Option<&str>) -> bool {
        self.built.reviewed_by_communication(definition, space)
    }

    /// A page through the theme.
    ///
    /// # Errors
    /// Fails when the template does.
    pub fn render_page(
        &self,
        template: &str,
        title: &str,
        url: &str,
        values: &[(&'static str, Value)],
    ) -> anyhow::Result<String> {
        self.built.render(template, ServicePage { title, url }, values)
    }

    /// A mail through the theme; `mail` is its view.
    ///
    /// # Errors
    /// Fails when the template does.
    pub fn render_mail(&self, template: &str, mail: Value) -> anyhow::Result<String> {
        self.built.render_mail(template, &[("mail", mail)])
    }
}
