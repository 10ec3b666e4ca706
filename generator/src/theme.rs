//! A theme: its templates and its assets, loaded once for a whole build.
//!
//! Bodies of pages are never templates: `{{` in what an editor wrote is text.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use tera::{Context, Kwargs, State, Tera, TeraResult};
use walkdir::WalkDir;

use crate::assets::Assets;
use crate::diagnostic::{Diagnostic, Diagnostics};

/// Templates and assets, ready to render.
pub struct Theme {
    tera: Tera,
    assets: Arc<Assets>,
}

impl Theme {
    /// Loads a theme's folder. What is wrong in a template or a stylesheet is a diagnostic.
    ///
    /// # Errors
    /// Fails when the folder or a file cannot be read.
    pub fn load(folder: &Path, diagnostics: &Diagnostics) -> anyhow::Result<Option<Self>> {
        anyhow::ensure!(folder.is_dir(), "le thème « {} » n’existe pas", folder.display());
        let assets = Arc::new(Assets::load(folder, diagnostics)?);
        let mut tera = Tera::default();
        tera.autoescape_on(vec![".html", ".xml", ".svg"]);
        let known = Arc::clone(&assets);
        tera.register_function("asset", move |arguments: Kwargs, _: &State<'_>| -> TeraResult<String> {
            let path: &str = arguments.must_get("path")?;
            let url = known.url(path).map(str::to_owned);
            url.ok_or_else(|| tera::Error::message(format!("le thème n’a pas de fichier « {path} »")))
        });
        if let Err(fault) = tera.add_raw_templates(templates(folder)?) {
            diagnostics.add(template_fault(&fault));
            return Ok(None);
        }
        Ok(Some(Self { tera, assets }))
    }

    /// Values that every template sees.
    pub fn set_global(&mut self, name: &'static str, value: &impl serde::Serialize) {
        self.tera.global_context().insert(name, value);
    }

    /// The stylesheet, fonts, scripts and images.
    pub fn assets(&self) -> &Assets {
        &self.assets
    }

    /// Renders a template.
    ///
    /// # Errors
    /// The template's fault, with its file and line.
    pub fn render(&self, template: &str, context: &Context) -> Result<String, Diagnostic> {
        self.tera.render(template, context).map_err(|fault| template_fault(&fault))
    }
}

fn templates(folder: &Path) -> anyhow::Result<Vec<(String, String)>> {
    let root = folder.join("templates");
    let mut found = Vec::new();
    for entry in WalkDir::new(&root).sort_by_file_name() {
        let entry = entry.with_context(|| format!("lecture de « {} »", root.display()))?;
        let name = entry.path().strip_prefix(&root)?.to_string_lossy().replace('\\', "/");
        let is_template = [".html", ".svg", ".txt", ".xml"].iter().any(|ending| name.ends_with(ending));
        if entry.file_type().is_file() && is_template {
            let text = std::fs::read_to_string(entry.path())
                .with_context(|| format!("lecture de « {} »", entry.path().display()))?;
            found.push((name, text));
        }
    }
    Ok(found)
}

/// Tera's report already names the template's file, line and column.
fn template_fault(fault: &tera::Error) -> Diagnostic {
    let mut message = format!("le thème ne peut pas être appliqué\n{fault}");
    let mut cause = std::error::Error::source(fault);
    while let Some(inner) = cause {
        message.push('\n');
        message.push_str(&inner.to_string());
        cause = inner.source();
    }
    Diagnostic::error("theme", message).help("corrigez le gabarit nommé ci-dessus")
}
