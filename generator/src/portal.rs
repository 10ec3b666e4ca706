//! What the forms service needs of a built site: its settings, its forms, its spaces, and a way
//! to render a page or a mail through the same theme.

use std::collections::BTreeMap;

use anyhow::anyhow;
use serde_json::Value;
use tera::Context;

use crate::form::view::RenderedTexts;
use crate::form::{Choices, FormDefinition};
use crate::render::generated_page;
use crate::settings::Settings;
use crate::theme::Theme;
use crate::typography::french_text as fr;

/// A page that the service renders: not a content file, never indexed.
#[derive(Clone, Copy, Debug)]
pub struct ServicePage<'a> {
    /// Its title, in French.
    pub title: &'a str,
    /// Its address from the root.
    pub url: &'a str,
}

/// A form with what the site adds to its definition.
#[derive(Clone, Debug)]
pub struct PortalForm {
    /// The definition.
    pub definition: FormDefinition,
    /// Its introduction and notice as HTML.
    pub texts: RenderedTexts,
}

/// A built portal, ready to answer for.
pub struct Portal {
    /// The portal's settings.
    pub settings: Settings,
    /// The forms by id.
    pub forms: BTreeMap<String, PortalForm>,
    /// What forms may choose among.
    pub choices: Choices,
    pub(crate) theme: Theme,
}

impl Portal {
    /// Renders a page of the service through the theme.
    ///
    /// # Errors
    /// The theme's fault; the page is then to be answered without it.
    pub fn render(
        &self,
        template: &str,
        page: ServicePage<'_>,
        values: &[(&'static str, Value)],
    ) -> anyhow::Result<String> {
        let mut view = generated_page(&self.settings.url, &fr(page.title), page.url);
        view.noindex = true;
        let mut context = Context::new();
        for (name, value) in values {
            context.insert(*name, value);
        }
        context.insert("page", &view);
        self.theme.render(template, &context).map_err(|fault| anyhow!("{fault}"))
    }

    /// Renders a mail: `mail/submission.txt`, `mail/submission.html`.
    ///
    /// # Errors
    /// The theme's fault.
    pub fn render_mail(&self, template: &str, values: &[(&'static str, Value)]) -> anyhow::Result<String> {
        let mut context = Context::new();
        for (name, value) in values {
            context.insert(*name, value);
        }
        self.theme.render(template, &context).map_err(|fault| anyhow!("{fault}"))
    }
}
