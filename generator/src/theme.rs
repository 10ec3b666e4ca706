//! A theme: its templates and its assets, loaded once for a whole build.
//!
//! Bodies of pages are never templates: `{{` in what an editor wrote is text.

mod frame;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use foldhash::HashMap;
use tera::{Context, Kwargs, State, Tera, TeraResult, Value};
use walkdir::{DirEntry, WalkDir};

use crate::assets::Assets;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::digest::digest;
use crate::render::view::{PageView, SiteView};
use crate::source::Stamp;
use frame::Frame;

/// Where the drawings are that [`icons`] gives: no templates.
const ICONS: &str = "icons/";

/// Where the templates are that only the forms service uses: its pages and its mails.
const SERVICE: &str = "service";

/// What most pages fit in.
const USUAL_BYTES: usize = 32 * 1024;

/// Templates and assets, ready to render.
#[derive(Clone)]
pub struct Theme {
    tera: Tera,
    assets: Assets,
    frame: Arc<Frame>,
    /// Stands for the templates and the assets.
    files: u64,
    revision: u64,
}

impl Theme {
    fn read(folder: &Path, extent: Extent, diagnostics: &Diagnostics) -> anyhow::Result<Option<Self>> {
        let ((assets, of_assets), templates) =
            rayon::join(|| Diagnostics::of(|faults| Assets::load(folder, faults)), || templates(folder, extent));
        diagnostics.merge(of_assets);
        let (assets, templates) = (assets?, templates?);
        let mut tera = Tera::default();
        tera.autoescape_on(vec![".html", ".xml", ".svg"]);
        let known = assets.clone();
        tera.register_function("asset", move |arguments: Kwargs, _: &State<'_>| -> TeraResult<String> {
            let path: &str = arguments.must_get("path")?;
            let url = known.url(path).map(str::to_owned);
            url.ok_or_else(|| tera::Error::message(format!("le thème n’a pas de fichier « {path} »")))
        });
        let icons = icons(&templates);
        tera.register_function("icon", move |arguments: Kwargs, _: &State<'_>| -> TeraResult<Value> {
            let name: &str = arguments.must_get("name")?;
            let drawing = icons.get(name).or_else(|| icons.get("page")).cloned();
            drawing.ok_or_else(|| tera::Error::message(format!("le thème n’a pas d’icône « {name} »")))
        });
        let files = digest(&(&templates, assets.paths().map(|path| assets.url(path)).collect::<Vec<_>>()));
        let others = templates.into_iter().filter(|(name, _)| !name.starts_with(ICONS));
        if let Err(fault) = tera.add_raw_templates(others) {
            diagnostics.add(template_fault(&fault));
            return Ok(None);
        }
        Ok(Some(Self { tera, assets, frame: Arc::default(), files, revision: files }))
    }

    fn show(&mut self, site: &SiteView) {
        self.tera.global_context().insert("site", site);
        self.frame = Arc::new(Frame::of(site));
        self.revision = digest(&(self.files, site));
    }

    /// Stands for all that the theme makes of a page.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// The stylesheet, fonts, scripts and images.
    pub fn assets(&self) -> &Assets {
        &self.assets
    }

    /// Renders the template of a page into UTF-8 that nobody needs to look at again. `context` holds what
    /// the template needs besides the page and the site.
    ///
    /// # Errors
    /// The template's fault, with its file and line.
    pub fn render_page(&self, template: &str, page: &PageView, mut context: Context) -> Result<Vec<u8>, Diagnostic> {
        let mut bytes = Vec::with_capacity(USUAL_BYTES);
        context.insert("page", page);
        self.frame
            .put_around(page, &self.tera, &mut context)
            .and_then(|()| self.tera.render_to(template, &context, &mut bytes))
            .map_err(|fault| template_fault(&fault))?;
        Ok(bytes)
    }

    /// Renders a template that is no page: a card, a mail.
    ///
    /// # Errors
    /// The template's fault, with its file and line.
    pub fn render(&self, template: &str, context: &Context) -> Result<String, Diagnostic> {
        self.tera.render(template, context).map_err(|fault| template_fault(&fault))
    }
}

/// How much of a theme is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Extent {
    /// All of it: whoever checks, previews or answers forms tells what is wrong anywhere.
    #[default]
    Whole,
    /// What the pages of the site need. More than half of the templates are the forms service's own.
    Site,
}

/// The theme as it was last read.
#[derive(Default)]
pub struct ThemeMemory {
    extent: Extent,
    last: Option<Remembered>,
    /// Its files as they were just found.
    found: Option<Vec<Stamped>>,
}

struct Remembered {
    /// Stands for the state of its files.
    files: u64,
    faults: Vec<Diagnostic>,
    theme: Option<Arc<Theme>>,
    /// Stands for the site that its templates see.
    shown: Option<u64>,
}

impl ThemeMemory {
    /// For whoever makes the site and nothing else: what only the forms service uses is not read.
    pub fn of_site() -> Self {
        Self { extent: Extent::Site, ..Self::default() }
    }

    /// Takes the files of the theme that were just found, so that the first reading need not look.
    pub fn know(&mut self, found: Vec<Stamped>) {
        self.found = Some(found);
    }

    /// Reads the theme's folder, unless nothing changed there. It asks nothing of the site.
    ///
    /// # Errors
    /// Fails when the folder or a file cannot be read.
    pub fn read(&mut self, folder: &Path) -> anyhow::Result<()> {
        let files = digest(&self.found.take().map_or_else(|| stamps(folder), Ok)?);
        if self.last.as_ref().is_none_or(|last| last.files != files) {
            let faults = Diagnostics::new();
            let theme = Theme::read(folder, self.extent, &faults)?.map(Arc::new);
            self.last = Some(Remembered { files, faults: faults.into_sorted(), theme, shown: None });
        }
        Ok(())
    }

    /// The theme that was read, whose templates see `site` under that name. What is wrong in a
    /// template or a stylesheet is a diagnostic; where templates cannot be used there is no theme.
    pub fn show(&mut self, site: &SiteView, diagnostics: &Diagnostics) -> Option<Arc<Theme>> {
        let read = self.last.as_mut()?;
        for fault in &read.faults {
            diagnostics.add(fault.clone());
        }
        let theme = read.theme.as_mut()?;
        let now = digest(site);
        if read.shown.replace(now) != Some(now) {
            Arc::make_mut(theme).show(site);
        }
        Some(Arc::clone(theme))
    }
}

/// A file of a theme, with its state.
pub type Stamped = (PathBuf, Stamp);

/// The files of a theme, with the state of each.
///
/// # Errors
/// Fails when the folder cannot be read.
pub fn stamps(folder: &Path) -> anyhow::Result<Vec<Stamped>> {
    anyhow::ensure!(folder.is_dir(), "le thème « {} » n’existe pas", folder.display());
    let mut stamps = Vec::new();
    for entry in WalkDir::new(folder).sort_by_file_name() {
        let entry = entry.with_context(|| format!("lecture de « {} »", folder.display()))?;
        if entry.file_type().is_file() {
            let stamp = Stamp::of(&entry.metadata()?);
            stamps.push((entry.into_path(), stamp));
        }
    }
    Ok(stamps)
}

fn templates(folder: &Path, extent: Extent) -> anyhow::Result<Vec<(String, String)>> {
    let root = folder.join("templates");
    let mut found = Vec::new();
    let is_read = |entry: &DirEntry| extent == Extent::Whole || entry.depth() != 1 || entry.file_name() != SERVICE;
    for entry in WalkDir::new(&root).sort_by_file_name().into_iter().filter_entry(is_read) {
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

/// The drawings of `icons/`, by name: `{{ icon(name="lock") }}`. A page shows several, and a value is put in
/// with far less ado than a template.
fn icons(templates: &[(String, String)]) -> HashMap<String, Value> {
    let icons = templates.iter().filter_map(|(name, drawing)| {
        let name = name.strip_prefix(ICONS)?.strip_suffix(".svg")?;
        Some((name.to_owned(), Value::safe_string(drawing.trim_end())))
    });
    icons.collect()
}

/// Tera's report already names the template's file, line and column.
pub(crate) fn template_fault(fault: &tera::Error) -> Diagnostic {
    let mut message = format!("le thème ne peut pas être appliqué\n{fault}");
    let mut cause = std::error::Error::source(fault);
    while let Some(inner) = cause {
        message.push('\n');
        message.push_str(&inner.to_string());
        cause = inner.source();
    }
    Diagnostic::error("theme", message).help("corrigez le gabarit nommé ci-dessus")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn files_that_were_just_found_are_looked_at_again_the_next_time() {
        let folder = tempfile::tempdir().unwrap();
        let template = folder.path().join("templates/a.txt");
        fs::create_dir(template.parent().unwrap()).unwrap();
        let mut memory = ThemeMemory::default();
        memory.know(stamps(folder.path()).unwrap());
        for text in ["un", "deux", "trois"] {
            fs::write(&template, text).unwrap();
            memory.read(folder.path()).unwrap();
            let theme = memory.last.as_ref().unwrap().theme.as_ref().unwrap();
            assert_eq!(theme.render("a.txt", &Context::new()).unwrap(), text);
        }
    }

    #[test]
    fn an_icon_is_a_file_of_the_theme_and_is_not_escaped() {
        let folder = tempfile::tempdir().unwrap();
        let templates = folder.path().join("templates");
        fs::create_dir_all(templates.join("icons")).unwrap();
        let shown = |template: &str| {
            fs::write(templates.join("a.html"), template).unwrap();
            let faults = Diagnostics::new();
            let theme = Theme::read(folder.path(), Extent::Whole, &faults).unwrap().unwrap();
            theme.render("a.html", &Context::new()).map_err(|fault| fault.message)
        };
        let fault = shown(r#"{{ icon(name="lock") }}"#).unwrap_err();
        assert!(fault.contains("«\u{a0}lock\u{a0}»"), "{fault}");
        for (name, drawing) in [("lock", "<svg>l</svg>\n"), ("page", "<svg>p</svg>\n")] {
            fs::write(templates.join(format!("icons/{name}.svg")), drawing).unwrap();
        }
        assert_eq!(shown(r#"{{ icon(name="lock") }}, {{ icon(name="none") }}"#).unwrap(), "<svg>l</svg>, <svg>p</svg>");
    }
}
