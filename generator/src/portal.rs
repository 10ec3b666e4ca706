//! What the forms service needs of a built site: its settings, its forms, its spaces, and a way
//! to render a page or a mail through the same theme.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::anyhow;
use serde_json::Value;
use tera::Context;

use crate::content::Diffusion;
use crate::form::definition::{PublishedKind, Scope};
use crate::form::view::RenderedTexts;
use crate::form::{Choices, FormDefinition};
use crate::places::Places;
pub use crate::places::{FolderInfo, SpaceInfo};
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
    pub(crate) places: Places,
    pub(crate) theme: Arc<Theme>,
}

impl Portal {
    /// The space of that slug, as far as it shows.
    pub fn space(&self, slug: &str) -> Option<SpaceInfo<'_>> {
        self.places.space(slug)
    }

    /// What the folder of that path from the content folder is; `None` when there is none.
    pub fn folder(&self, path: &str) -> Option<FolderInfo> {
        self.places.folder(path)
    }

    /// The address of the page of a content file that shows.
    pub fn page_url(&self, source_path: &str) -> Option<&str> {
        self.places.page_url(source_path)
    }

    /// The version in force of the charter of that content file.
    pub fn charter_version(&self, source_path: &str) -> Option<&str> {
        self.places.charter_version(source_path)
    }

    /// Whether what approving this form publishes would be seen outside the hospital, and the
    /// communication office is to read it first. `space` is the one that was chosen in the form.
    pub fn reviewed_by_communication(&self, definition: &FormDefinition, space: Option<&str>) -> bool {
        let Some(publication) = &definition.publication else { return false };
        // A space that opens is the hospital's own: whoever opens it to all does so by hand.
        if publication.kind == PublishedKind::Space {
            return false;
        }
        let space = space.filter(|_| definition.scope == Scope::Space).and_then(|slug| self.space(slug));
        let wanted = space.and_then(|space| space.communication_review).unwrap_or(self.settings.communication_review);
        let folder = match space {
            Some(space) => format!("{}/{}", space.folder, publication.folder),
            None => publication.folder.clone(),
        };
        wanted && self.places.diffusion_of(&folder) == Diffusion::Publique
    }

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
        let html = self.theme.render_page(template, &view, context).map_err(|fault| anyhow!("{fault}"))?;
        Ok(String::from_utf8(html)?)
    }

    /// Renders a mail: `service/mail/submission.txt`, `service/mail/submission.html`.
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
