//! A whole build: from folders to files, every fault collected on the way.
//!
//! ```text
//! SourceFile → ParsedPage → Site → OutputFile → written file
//! ```
//!
//! The live site is touched only when all of it succeeded.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use rayon::prelude::*;

use crate::content::Diffusion;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::establishment::{ESTABLISHMENT_FILE, Establishment};
use crate::form::definition::FieldKind;
use crate::form::view::RenderedTexts;
use crate::form::{Choices, FormDefinition};
use crate::markdown::Resolution;
use crate::output::{self, OutputFile, Summary, WriteOptions};
use crate::places::Places;
use crate::policy::Policy;
use crate::portal::{Portal, PortalForm};
use crate::render::{FORMS_PAGE, Renderer, SITEMAP_PAGE, TAGS_PAGE, site_view};
use crate::settings::{SETTINGS_FILE, Settings};
use crate::site::choices::{self, Among};
use crate::site::{Follow, Scope, Site, Targets, decode_url};
use crate::source::{self, SourceFile, Sources};
use crate::theme::Theme;
use crate::{git_dates, images, markdown, parse};

/// Where the service tells what became of a submission.
const FOLLOW_PAGE: &str = "/suivi/";

/// Where whoever decides finds what waits for them.
const DESK_PAGE: &str = "/moderation/";

/// The folder of the content in which each YAML file is a form.
const FORMS_FOLDER: &str = "formulaires";

/// What to build, from where, for whom and when.
#[derive(Clone, Debug)]
pub struct BuildOptions {
    /// The content folder.
    pub content: PathBuf,
    /// The theme's folder.
    pub theme: PathBuf,
    /// Where the site is written.
    pub output: PathBuf,
    /// `Publique` leaves internal pages out.
    pub diffusion: Diffusion,
    /// Whether `.br` and `.gz` are written beside text files.
    pub compress: bool,
    /// Whether drafts are built.
    pub drafts: bool,
    /// What faults and warnings weigh.
    pub policy: Policy,
    /// The present moment.
    pub now: Timestamp,
}

/// What came of a build.
pub struct BuildReport {
    /// Faults and warnings, by file.
    pub diagnostics: Vec<Diagnostic>,
    /// The portal as built; `None` when the content or the theme is at fault.
    pub portal: Option<Portal>,
    /// How many HTML pages the site has.
    pub pages: usize,
    /// What was written; `None` when nothing was.
    pub written: Option<Summary>,
    /// How long it took.
    pub elapsed: Duration,
}

impl BuildReport {
    /// Whether the site was refused.
    pub fn is_refused(&self) -> bool {
        self.portal.is_none()
    }
}

/// Builds the site and writes it, or writes nothing at all.
///
/// # Errors
/// Fails when a folder cannot be read or written; faults of the content are in the report.
pub fn build(options: &BuildOptions) -> anyhow::Result<BuildReport> {
    check(options)?.write(&options.output, options.compress)
}

/// A build that is not written yet.
pub struct Checked {
    /// Faults and warnings, by file.
    pub diagnostics: Vec<Diagnostic>,
    /// How many HTML pages the site has.
    pub pages: usize,
    composed: Option<(Vec<OutputFile>, Portal)>,
    /// How long it took so far.
    elapsed: Duration,
}

impl Checked {
    /// The portal as it would be built; `None` when the content or the theme is at fault.
    pub fn portal(&self) -> Option<&Portal> {
        self.composed.as_ref().map(|(_, portal)| portal)
    }

    /// Writes the site, or nothing when the content or the theme is at fault.
    ///
    /// # Errors
    /// Fails when the folder cannot be written.
    pub fn write(self, output: &Path, compress: bool) -> anyhow::Result<BuildReport> {
        let start = Instant::now();
        let (portal, written) = match self.composed {
            Some((files, portal)) => (Some(portal), Some(output::write(output, &files, &WriteOptions { compress })?)),
            None => (None, None),
        };
        let elapsed = self.elapsed + start.elapsed();
        Ok(BuildReport { diagnostics: self.diagnostics, pages: self.pages, portal, written, elapsed })
    }
}

/// Does all of a build but writing.
///
/// # Errors
/// As [`build`].
pub fn check(options: &BuildOptions) -> anyhow::Result<Checked> {
    anyhow::ensure!(options.theme.is_dir(), "le thème « {} » n’existe pas", options.theme.display());
    look_over(options)
}

/// Looks for faults and warnings in any content folder; where there is no theme, no page is laid
/// out, and there is nothing to write.
///
/// # Errors
/// Fails when a folder cannot be read.
pub fn look_over(options: &BuildOptions) -> anyhow::Result<Checked> {
    let start = Instant::now();
    let diagnostics = Diagnostics::weighed_by(options.policy);
    let composed = compose(options, &diagnostics)?;
    let composed = composed.filter(|_| diagnostics.error_count() == 0);
    let is_page =
        |file: &&OutputFile| std::path::Path::new(&file.path).extension().is_some_and(|ending| ending == "html");
    let pages = composed.as_ref().map_or(0, |(files, _)| files.iter().filter(is_page).count());
    Ok(Checked { diagnostics: diagnostics.into_sorted(), pages, composed, elapsed: start.elapsed() })
}

fn compose(options: &BuildOptions, diagnostics: &Diagnostics) -> anyhow::Result<Option<(Vec<OutputFile>, Portal)>> {
    let sources = source::load(&options.content, diagnostics)?;
    source::names::check(&options.content, &sources, diagnostics);
    let Sources { pages, data, others, unreadable } = sources;
    let theme = if options.theme.is_dir() { Theme::load(&options.theme, diagnostics)? } else { None };
    let named = |name: &str| data.iter().find(|file| &*file.path == name);
    let settings = Settings::parse(named(SETTINGS_FILE), diagnostics);
    let establishment = Establishment::parse(named(ESTABLISHMENT_FILE), diagnostics);
    let forms = parse_forms(&data, diagnostics);

    let today = options.now.to_zoned(settings.time_zone.clone()).date();
    let scope = Scope { diffusion: options.diffusion, drafts: options.drafts, today };
    let site = Site::new(parse::parse_beside(unreadable, pages, &settings.name, diagnostics), scope, diagnostics);
    let with_pages = forms.values().any(|form| form.field_of(&FieldKind::Page).is_some());
    let choices = choices::of(&site, Among::Shown, with_pages);
    let form_ids: Vec<&str> = form_files(&data).map(form_id).collect();
    site.check_names(&settings, &form_ids, diagnostics);
    crate::site::remarks::check(&site, scope, diagnostics);

    let sizes = image_sizes(&others);
    let targets = Targets {
        // A form that could not be read was reported: links to it are no second fault.
        forms: form_ids
            .iter()
            .map(|id| (*id, forms.get(*id).is_some_and(|form| form.is_answerable(&choices))))
            .collect(),
        establishment: &establishment,
        files: &sizes,
        generated: generated_urls(&site),
    };
    let links = site.resolve_links(&targets, diagnostics);
    choices::warn_of_doubles(&site, diagnostics);
    let every_choice = choices::of(&site, Among::Everything, with_pages).for_examples();
    let forms = portal_forms(&forms, &site, &targets, &every_choice, diagnostics);

    let Some(mut theme) = theme else { return Ok(None) };
    theme.set_global("site", &site_view(&site, &settings, options.diffusion));
    if diagnostics.error_count() > 0 {
        return Ok(None);
    }
    let wanted = site.shown().map(|(_, page)| &*page.parsed.source.path);
    let changed = git_dates::last_commits(&options.content, wanted);
    let renderer = Renderer::new(&site, &settings, &theme, &forms, &choices, &changed, scope, &links);
    let mut files = renderer.render(diagnostics);
    files.extend(theme.assets().files());
    files.extend(linked_files(&others, &links)?);
    let places = Places::of(&site);
    Ok(Some((files, Portal { settings, forms, choices, places, theme })))
}

fn form_files(data: &[SourceFile]) -> impl Iterator<Item = &SourceFile> {
    data.iter().filter(|file| file.folder() == FORMS_FOLDER)
}

/// The id of a form: its file's name without ending.
fn form_id(file: &SourceFile) -> &str {
    let name = file.path.rsplit('/').next().unwrap_or(&file.path);
    name.split_once('.').map_or(name, |(stem, _)| stem)
}

/// The forms by id.
fn parse_forms(data: &[SourceFile], diagnostics: &Diagnostics) -> BTreeMap<String, FormDefinition> {
    form_files(data)
        .filter_map(|file| FormDefinition::parse(file, diagnostics).map(|form| (form.id.clone(), form)))
        .collect()
}

/// The forms that are offered, with their texts; every form is checked. One that asks for a space
/// is not offered where there is none: the public build, whose spaces are left out, has no such
/// form.
fn portal_forms(
    forms: &BTreeMap<String, FormDefinition>,
    site: &Site,
    targets: &Targets<'_>,
    every_choice: &Choices,
    diagnostics: &Diagnostics,
) -> BTreeMap<String, PortalForm> {
    let mut offered = BTreeMap::new();
    for (id, definition) in forms {
        crate::form::examples::check(definition, every_choice, diagnostics);
        let texts = form_texts(definition, site, targets, diagnostics);
        if targets.forms.get(id.as_str()).is_some_and(|offered| *offered) {
            offered.insert(id.clone(), PortalForm { definition: definition.clone(), texts });
        }
    }
    offered
}

/// The introduction and notice of a form as HTML, their links resolved.
fn form_texts(
    definition: &FormDefinition,
    site: &Site,
    targets: &Targets<'_>,
    diagnostics: &Diagnostics,
) -> RenderedTexts {
    let source = &definition.source;
    RenderedTexts::render(definition, |text| {
        // The text of a YAML value has its own lines: faults in it are placed by the value.
        let excerpt = SourceFile { text: text.value.clone(), ..source.clone() };
        let inner = Diagnostics::new();
        let document = markdown::parse(&excerpt, 0..excerpt.text.len(), &inner);
        let follow = Follow { site, targets, source: &excerpt, page: None };
        let report = markdown::Report::new(&excerpt, 0, &inner);
        let links: Vec<Resolution> =
            document.links.iter().map(|link| follow.resolve_or_report(link, &report)).collect();
        report.finish();
        for mut fault in inner.into_sorted() {
            fault.location = Some(Box::new(source.locate(text.range.clone())));
            diagnostics.add(fault);
        }
        document.render(|at| &links[at]).html()
    })
}

fn generated_urls(site: &Site) -> Vec<String> {
    let tags = site.tags.iter().map(|tag| tag.url.clone());
    [SITEMAP_PAGE, TAGS_PAGE, FORMS_PAGE, FOLLOW_PAGE, DESK_PAGE].into_iter().map(str::to_owned).chain(tags).collect()
}

/// The other files of the content, with their size in pixels when they are images.
fn image_sizes(others: &[(Arc<str>, PathBuf)]) -> BTreeMap<Arc<str>, Option<(u32, u32)>> {
    others.par_iter().map(|(path, on_disk)| (Arc::clone(path), images::file_dimensions(on_disk))).collect()
}

/// The files that a page which shows links to. Others are not copied: a file of an internal
/// page must not slip into the public site.
fn linked_files(others: &[(Arc<str>, PathBuf)], links: &[Vec<Resolution>]) -> anyhow::Result<Vec<OutputFile>> {
    let on_disk: HashMap<&str, &Path> = others.iter().map(|(path, on_disk)| (&**path, on_disk.as_path())).collect();
    let mut wanted: Vec<String> = links
        .iter()
        .flatten()
        .filter_map(|link| match link {
            Resolution::Href { url, external: false } | Resolution::Image { url, .. } => Some(decode_url(url)),
            _ => None,
        })
        .collect();
    wanted.sort_unstable();
    wanted.dedup();
    wanted
        .into_iter()
        .filter_map(|url| on_disk.get_key_value(url.trim_start_matches('/')))
        .map(|(path, on_disk)| Ok(OutputFile::new((*path).to_owned(), std::fs::read(on_disk)?)))
        .collect()
}
