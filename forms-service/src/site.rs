//! The portal as the service sees it: the one place that speaks to the generator's site.
//!
//! A rebuild swaps the whole portal at once; a request that began with the old one ends with it.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use anyhow::Context;
use generator::form::view::RenderedTexts;
use generator::form::{Choices, FormDefinition};
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

/// A form with its texts rendered.
pub struct Form {
    /// What it is.
    pub definition: FormDefinition,
    /// Its Markdown texts as HTML.
    pub texts: RenderedTexts,
}

/// One build of the portal.
pub struct Portal {
    name: String,
    url: String,
    forms: BTreeMap<String, Form>,
    choices: Choices,
}

impl Portal {
    /// The portal's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The base of every link, without trailing slash.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The zone in which a date is said.
    pub fn time_zone(&self) -> TimeZone {
        TimeZone::get("Europe/Paris").unwrap_or(TimeZone::UTC)
    }

    /// The form of that id.
    pub fn form(&self, id: &str) -> Option<&Form> {
        self.forms.get(id)
    }

    /// What only the site knows, and a form offers.
    pub fn choices(&self) -> &Choices {
        &self.choices
    }

    /// A page through the theme.
    ///
    /// # Errors
    /// Fails when the template does.
    pub fn render_page(&self, template: &str, title: &str, url: &str, values: &[(&str, Value)]) -> anyhow::Result<String> {
        let values: BTreeMap<_, _> = values.iter().cloned().collect();
        let json = serde_json::to_string(&values).with_context(|| format!("rendering {template}"))?;
        Ok(format!("<!doctype html><title>{title} – {}</title><!--{template} {url}--><pre>{json}</pre>", self.name))
    }

    /// A mail through the theme; `mail` is its view.
    ///
    /// # Errors
    /// Fails when the template does.
    pub fn render_mail(&self, template: &str, mail: &Value) -> anyhow::Result<String> {
        Ok(format!("{template} {mail}"))
    }
}
