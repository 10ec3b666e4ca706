//! A whole build: from folders to files, every fault collected on the way.
//!
//! ```text
//! SourceFile → ParsedPage → Site → Prepared → rendered file → written file
//! ```
//!
//! The live site is touched only when all of it succeeded. A [`Workshop`] builds the same site
//! again and again: each stage keeps what it made of what did not change.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use foldhash::{HashMap, HashMapExt as _, HashSet};
use jiff::Timestamp;
use rayon::prelude::*;

use crate::content::Diffusion;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::digest::digest;
use crate::establishment::{ESTABLISHMENT_FILE, Establishment};
use crate::form::definition::FieldKind;
use crate::form::view::RenderedTexts;
use crate::form::{Choices, FormDefinition};
use crate::images::FileFacts;
use crate::inventory::{Changed, Inventory};
use crate::markdown::Resolution;
use crate::output::{OutputFile, Session, Summary, WriteOptions, Writer};
use crate::places::Places;
use crate::policy::Policy;
use crate::portal::{Portal, PortalForm};
use crate::render::{
    CardMemory, Cards, FORMS_PAGE, Fingerprints, Inputs, LastingFact, Notes, Planned, Renderer, SITEMAP_PAGE,
    TAGS_PAGE, plan, site_view,
};
use crate::settings::{SETTINGS_FILE, Settings};
use crate::site::choices::{self, Among};
use crate::site::{Follow, LinkMemory, Links, Memory as SiteMemory, Scope, Site, Targets, decode_url};
use crate::source::{Found, Shelf, SourceFile, Sources, Stamp};
use crate::theme::{Theme, ThemeMemory};
use crate::{git_dates, images, markdown, parse, source};

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
    /// The portal as built; `None` when the content or the theme is at fault, and of a
    /// [`Workshop`] that builds again and again.
    pub portal: Option<Portal>,
    is_refused: bool,
    /// How many HTML pages the site has.
    pub pages: usize,
    /// What was written; `None` when nothing was.
    pub written: Option<Summary>,
    /// The paths of all files of the site, from its root.
    pub paths: Vec<String>,
    /// How many files were rendered; the others were known to be as they should.
    pub rendered: usize,
    /// How long it took.
    pub elapsed: Duration,
    /// How long each stage took.
    pub stages: Vec<(&'static str, Duration)>,
}

impl BuildReport {
    /// Whether the site was refused.
    pub fn is_refused(&self) -> bool {
        self.is_refused
    }
}

/// Builds the site and writes it, or writes nothing at all.
///
/// # Errors
/// Fails when a folder cannot be read or written; faults of the content are in the report.
pub fn build(options: &BuildOptions) -> anyhow::Result<BuildReport> {
    Workshop::for_one_build(options.clone()).build(options.now)
}

/// Does all of a build but writing.
///
/// # Errors
/// As [`build`].
pub fn check(options: &BuildOptions) -> anyhow::Result<BuildReport> {
    ensure_theme(options)?;
    look_over(options)
}

/// Looks for faults and warnings in any content folder; where there is no theme, no page is laid
/// out.
///
/// # Errors
/// Fails when a folder cannot be read.
pub fn look_over(options: &BuildOptions) -> anyhow::Result<BuildReport> {
    Workshop::for_one_build(options.clone()).render_into(options.now, |_, render| render(&Nowhere))
}

/// Does all of a build and keeps the files, to be written or not.
///
/// # Errors
/// As [`build`].
pub fn compose(options: &BuildOptions) -> anyhow::Result<Composed> {
    ensure_theme(options)?;
    let files = Kept::default();
    let report = Workshop::for_one_build(options.clone()).render_into(options.now, |_, render| render(&files))?;
    let mut files = files.0.into_inner().unwrap_or_else(PoisonError::into_inner);
    files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    Ok(Composed { report, files })
}

fn ensure_theme(options: &BuildOptions) -> anyhow::Result<()> {
    anyhow::ensure!(options.theme.is_dir(), "le thème « {} » n’existe pas", options.theme.display());
    Ok(())
}

/// A build that is not written yet.
pub struct Composed {
    report: BuildReport,
    files: Vec<OutputFile>,
}

impl Composed {
    /// Faults and warnings, by file.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.report.diagnostics
    }

    /// The portal as it would be built; `None` when the content or the theme is at fault.
    pub fn portal(&self) -> Option<&Portal> {
        self.report.portal.as_ref()
    }

    /// Writes the site, or nothing when the content or the theme is at fault.
    ///
    /// # Errors
    /// Fails when the folder cannot be written.
    pub fn write(self, output: &std::path::Path, compress: bool) -> anyhow::Result<BuildReport> {
        let mut report = self.report;
        if report.portal.is_some() {
            let start = Instant::now();
            report.written = Some(crate::output::write(output, &self.files, &WriteOptions { compress })?);
            report.elapsed += start.elapsed();
        }
        Ok(report)
    }
}

/// Where rendered files go, one by one and from several threads.
trait Sink: Sync {
    /// Leaves a file as the last build made it. False when that is not known to be there.
    fn keep(&self, _path: &str) -> bool {
        false
    }

    /// Takes a file whole.
    fn put(&self, path: &str, bytes: Cow<'_, [u8]>) -> anyhow::Result<()>;
}

struct Nowhere;

impl Sink for Nowhere {
    fn put(&self, _: &str, _: Cow<'_, [u8]>) -> anyhow::Result<()> {
        Ok(())
    }
}

#[derive(Default)]
struct Kept(Mutex<Vec<OutputFile>>);

impl Sink for Kept {
    fn put(&self, path: &str, bytes: Cow<'_, [u8]>) -> anyhow::Result<()> {
        let file = OutputFile::new(path, bytes.into_owned());
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(file);
        Ok(())
    }
}

impl Sink for Session<'_, '_> {
    fn keep(&self, path: &str) -> bool {
        Session::keep(self, path)
    }

    fn put(&self, path: &str, bytes: Cow<'_, [u8]>) -> anyhow::Result<()> {
        Session::put(self, path, &bytes)
    }
}

/// Builds one site again and again. Whatever it remembers, it makes what [`build`] makes.
pub struct Workshop {
    options: BuildOptions,
    /// Whether another build may follow.
    remembers: bool,
    inventory: Inventory,
    shelf: Shelf,
    names: source::names::Memory,
    pages: parse::Memory,
    site: SiteMemory,
    links: LinkMemory,
    files: HashMap<Arc<str>, (Stamp, FileFacts)>,
    theme: ThemeMemory,
    dates: git_dates::Memory,
    rendered: Rendered,
    writer: Writer,
}

/// What a file asked of the site, with what stands for each answer.
type Answers = Arc<[(LastingFact, u64)]>;

/// What the files of the last build depended on.
#[derive(Default)]
struct Rendered {
    /// Stands for what is the same for all files.
    common: u64,
    files: HashMap<String, Answers>,
    /// Files that are copied, with what stands for their bytes.
    copied: HashMap<String, u64>,
    cards: CardMemory,
}

/// What a build adds to [`Rendered`] once its files are in place.
struct News {
    common: u64,
    /// Of the files that were rendered again.
    files: Vec<(String, Answers)>,
    copied: HashMap<String, u64>,
    cards: CardMemory,
    /// How many files were rendered.
    count: usize,
}

/// A site of which everything is known but the bytes of its files.
struct Prepared {
    site: Site,
    links: Vec<Arc<Links>>,
    settings: Settings,
    theme: Arc<Theme>,
    forms: BTreeMap<String, PortalForm>,
    choices: Choices,
    scope: Scope,
    dates: HashMap<Arc<str>, Timestamp>,
    /// Files of the content that pages show or link to.
    copied: Vec<Found>,
    common: u64,
}

impl Prepared {
    fn inputs<'a>(&'a self, cards: &'a Cards, fingerprints: Option<&'a Fingerprints<'a>>) -> Inputs<'a> {
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

    fn into_portal(self) -> Portal {
        let places = Places::of(&self.site);
        Portal { settings: self.settings, forms: self.forms, choices: self.choices, places, theme: self.theme }
    }
}

/// How long each stage of a build took.
struct Clock {
    started: Instant,
    last: Instant,
    stages: Vec<(&'static str, Duration)>,
}

impl Clock {
    fn start() -> Self {
        let now = Instant::now();
        Self { started: now, last: now, stages: Vec::new() }
    }

    fn done(&mut self, stage: &'static str) {
        let now = Instant::now();
        self.stages.push((stage, now - self.last));
        self.last = now;
    }
}

impl Workshop {
    /// Nothing is remembered yet. `options.now` is not used: each build is told.
    pub fn new(options: BuildOptions) -> Self {
        Self { remembers: true, ..Self::for_one_build(options) }
    }

    /// As [`new`](Self::new), for a single build: it keeps no notes for the next.
    pub fn for_one_build(options: BuildOptions) -> Self {
        let writer = Writer::new(&options.output, WriteOptions { compress: options.compress });
        Self {
            options,
            remembers: false,
            inventory: Inventory::default(),
            shelf: Shelf::default(),
            names: source::names::Memory::default(),
            pages: parse::Memory::default(),
            site: SiteMemory::default(),
            links: LinkMemory::default(),
            files: HashMap::new(),
            theme: ThemeMemory::default(),
            dates: git_dates::Memory::default(),
            rendered: Rendered::default(),
            writer,
        }
    }

    /// Takes the files of the content that were just found, so that the first build need not look.
    pub fn know(&mut self, found: Vec<Found>) {
        self.inventory.know(found);
    }

    /// Says what may have changed since the last build, which then looks at nothing else of the
    /// content. It is forgotten by the next build.
    pub fn look_at(&mut self, changed: &Changed) {
        self.inventory.expect(changed);
    }

    /// Builds the site and writes it, or writes nothing at all.
    ///
    /// # Errors
    /// Fails when a folder cannot be read or written; faults of the content are in the report.
    pub fn build(&mut self, now: Timestamp) -> anyhow::Result<BuildReport> {
        ensure_theme(&self.options)?;
        // Taken out, so that it can be borrowed apart from the rest.
        let nowhere = Writer::new("", WriteOptions::default());
        let mut writer = std::mem::replace(&mut self.writer, nowhere);
        let mut written = None;
        let report = self.render_into(now, |paths, render| {
            let session = writer.begin(paths)?;
            if render(&session)? {
                written = Some(session.publish(paths)?);
            }
            Ok(written.is_some())
        });
        self.writer = writer;
        let mut report = report?;
        report.written = written;
        Ok(report)
    }

    /// Prepares a site and lets `write` render it into a sink of its own; `write` gets the paths of
    /// all files, and a function that renders them and tells whether all went well.
    fn render_into(
        &mut self,
        now: Timestamp,
        write: impl FnOnce(&[String], &mut dyn FnMut(&dyn Sink) -> anyhow::Result<bool>) -> anyhow::Result<bool>,
    ) -> anyhow::Result<BuildReport> {
        let mut clock = Clock::start();
        let diagnostics = Diagnostics::weighed_by(self.options.policy);
        let prepared = self.prepare(now, &diagnostics, &mut clock)?;
        let mut pages = 0;
        let mut paths = Vec::new();
        let mut rendered = 0;
        let mut portal = None;
        let mut is_refused = true;
        if let Some(prepared) = prepared {
            clock.done("préparation");
            let files = plan(&prepared.inputs(&Cards::new(0, CardMemory::new()), None), &diagnostics);
            paths = paths_of(&prepared, &files);
            pages = paths.iter().filter(|path| is_html(path)).count();
            clock.done("liste des fichiers");
            let mut next = None;
            let done = write(&paths, &mut |sink| {
                next = self.rendered.render(&prepared, &files, sink, self.remembers, &diagnostics)?;
                Ok(next.is_some())
            })?;
            clock.done("rendu et écriture");
            if let Some(news) = next.filter(|_| done) {
                rendered = news.count;
                self.rendered.learn(news, &files);
                is_refused = false;
            }
            if self.remembers {
                self.site.give_back(prepared.site);
            } else if !is_refused {
                portal = Some(prepared.into_portal());
            }
        }
        Ok(BuildReport {
            diagnostics: diagnostics.into_sorted(),
            pages: if is_refused { 0 } else { pages },
            portal,
            is_refused,
            written: None,
            paths,
            rendered,
            elapsed: clock.started.elapsed(),
            stages: clock.stages,
        })
    }

    fn prepare(
        &mut self,
        now: Timestamp,
        diagnostics: &Diagnostics,
        clock: &mut Clock,
    ) -> anyhow::Result<Option<Prepared>> {
        // Told where to look, nothing else is looked at, history included: that comes with the next look.
        let is_told = self.inventory.is_told();
        let found = self.inventory.look(&self.options.content)?;
        let sources = self.shelf.load(&self.options.content, found, diagnostics)?;
        self.names.check(&self.options.content, &sources, diagnostics);
        let Sources { pages, data, others, unreadable } = sources;
        clock.done("lecture");
        let named = |name: &str| data.iter().find(|file| &*file.path == name).map(|file| &**file);
        let settings = Settings::parse(named(SETTINGS_FILE), diagnostics);
        let establishment = Establishment::parse(named(ESTABLISHMENT_FILE), diagnostics);
        let forms = parse_forms(&data, diagnostics);

        let today = now.to_zoned(settings.time_zone.clone()).date();
        let scope = Scope { diffusion: self.options.diffusion, drafts: self.options.drafts, today };
        let paths: Vec<Arc<str>> = pages.iter().map(|page| Arc::clone(&page.path)).collect();
        let (dates, parsed) = std::thread::scope(|threads| {
            let (dates, content) = (&mut self.dates, &self.options.content);
            // Git answers while the pages are parsed.
            let dates =
                threads.spawn(move || if is_told { dates.known(&paths) } else { dates.last_commits(content, &paths) });
            let parsed = self.pages.parse(unreadable, pages, &settings.name, diagnostics);
            // It only reads what git says; a panic there would take dates away and nothing else.
            (dates.join().unwrap_or_default(), parsed)
        });
        clock.done("en-têtes et Markdown");
        let site = self.site.arrange(parsed, scope, diagnostics);
        let with_pages = forms.values().any(|form| form.field_of(&FieldKind::Page).is_some());
        let choices = choices::of(&site, Among::Shown, with_pages);
        let form_ids: Vec<&str> = form_files(&data).map(form_id).collect();
        site.check_names(&settings, &form_ids, diagnostics);
        clock.done("plan du site");

        let facts = self.file_facts(&others);
        let targets = Targets {
            // A form that could not be read was reported: links to it are no second fault.
            forms: form_ids
                .iter()
                .map(|id| (*id, forms.get(*id).is_some_and(|form| form.is_answerable(&choices))))
                .collect(),
            establishment: &establishment,
            files: &facts,
            generated: generated_urls(&site),
        };
        let links = self.links.resolve(&site, &targets, diagnostics);
        choices::warn_of_doubles(&site, diagnostics);
        let every_choice = choices::of(&site, Among::Everything, with_pages).for_examples();
        let forms = portal_forms(&forms, &site, &targets, &every_choice, diagnostics);
        clock.done("liens");

        let view = site_view(&site, &settings, self.options.diffusion);
        if !self.options.theme.is_dir() {
            return Ok(None);
        }
        let Some(theme) = self.theme.load(&self.options.theme, &view, diagnostics)? else { return Ok(None) };
        clock.done("thème");
        if diagnostics.error_count() > 0 {
            return Ok(None);
        }
        let texts: Vec<_> = forms.iter().map(|(id, form)| (id, &form.texts)).collect();
        let data: Vec<_> = data.iter().map(|file| (&file.path, &file.text)).collect();
        let common = digest(&(theme.revision(), data, texts, scope));
        let copied = linked_files(others, &links);
        Ok(Some(Prepared { site, links, settings, theme, forms, choices, scope, dates, copied, common }))
    }

    /// What pages say of the other files of the content.
    fn file_facts(&mut self, others: &[Found]) -> BTreeMap<Arc<str>, FileFacts> {
        let before = &self.files;
        let facts: Vec<_> = others
            .par_iter()
            .map(|found| match before.get(&found.path) {
                Some((stamp, facts)) if *stamp == found.stamp => *facts,
                _ => images::file_facts(&found.on_disk, found.stamp.size_bytes()),
            })
            .collect();
        let all = || others.iter().zip(&facts);
        self.files = all().map(|(found, facts)| (Arc::clone(&found.path), (found.stamp, *facts))).collect();
        all().map(|(found, facts)| (Arc::clone(&found.path), *facts)).collect()
    }
}

impl Rendered {
    /// Renders what changed since the last build into `sink`, and gives what is to be learnt
    /// of it. `None` when a template is at fault, which is reported.
    fn render(
        &mut self,
        prepared: &Prepared,
        files: &[Planned],
        sink: &dyn Sink,
        remembers: bool,
        diagnostics: &Diagnostics,
    ) -> anyhow::Result<Option<News>> {
        let is_same = self.common == prepared.common;
        let pages = prepared.site.pages.len();
        let cards = Cards::new(pages, if is_same { std::mem::take(&mut self.cards) } else { CardMemory::new() });
        let fingerprints =
            remembers.then(|| Fingerprints::of(&prepared.site, &prepared.links, &prepared.dates, &prepared.choices));
        let inputs = prepared.inputs(&cards, fingerprints.as_ref());
        let count = AtomicUsize::new(0);
        let rendered: Vec<_> = files
            .par_iter()
            .map(|file| {
                let before = self.files.get(&file.path).filter(|_| is_same);
                if let (Some(fingerprints), Some(facts)) = (&fingerprints, before)
                    && facts.iter().all(|(fact, value)| fingerprints.holds(*fact, *value))
                    && sink.keep(&file.path)
                {
                    return Ok(None);
                }
                count.fetch_add(1, Ordering::Relaxed);
                let notes = remembers.then(Notes::default);
                let bytes = match Renderer::new(&inputs, notes.as_ref()).render(&file.subject) {
                    Ok(bytes) => bytes,
                    Err(fault) => return Ok(Some(Err(fault))),
                };
                sink.put(&file.path, bytes.into())?;
                Ok(notes.zip(fingerprints.as_ref()).map(|(notes, prints)| {
                    let facts = notes.into_facts().into_iter().map(|fact| prints.lasting(fact)).collect();
                    Ok((file.path.clone(), facts))
                }))
            })
            .collect::<anyhow::Result<Vec<Option<Result<_, Diagnostic>>>>>()?;
        let copied = self.copy(prepared, sink)?;
        let cards = fingerprints.as_ref().map(|fingerprints| cards.into_memory(fingerprints)).unwrap_or_default();
        let mut files = Vec::new();
        let mut is_whole = true;
        for rendered in rendered.into_iter().flatten() {
            match rendered {
                Ok(facts) => files.push(facts),
                Err(fault) => {
                    diagnostics.add(fault);
                    is_whole = false;
                }
            }
        }
        let common = prepared.common;
        Ok(is_whole.then_some(News { common, files, copied, cards, count: count.into_inner() }))
    }

    /// Takes in what a build brought whose site has the files `planned`.
    fn learn(&mut self, news: News, planned: &[Planned]) {
        self.common = news.common;
        self.copied = news.copied;
        self.cards = news.cards;
        self.files.extend(news.files);
        if self.files.len() > planned.len() {
            let planned: HashSet<&str> = planned.iter().map(|file| file.path.as_str()).collect();
            self.files.retain(|path, _| planned.contains(path.as_str()));
        }
    }

    /// The files of the theme and those that pages link to.
    fn copy(&self, prepared: &Prepared, sink: &dyn Sink) -> anyhow::Result<HashMap<String, u64>> {
        let mut copied = HashMap::new();
        let is_kept = |path: &str, now: u64| self.copied.get(path) == Some(&now) && sink.keep(path);
        for file in prepared.theme.assets().files() {
            let now = digest(&file.path);
            if !is_kept(&file.path, now) {
                sink.put(&file.path, Cow::Borrowed(&file.bytes))?;
            }
            copied.insert(file.path, now);
        }
        for found in &prepared.copied {
            let now = digest(&found.stamp);
            if !is_kept(&found.path, now) {
                sink.put(&found.path, std::fs::read(&found.on_disk)?.into())?;
            }
            copied.insert(found.path.to_string(), now);
        }
        Ok(copied)
    }
}

fn paths_of(prepared: &Prepared, files: &[Planned]) -> Vec<String> {
    let rendered = files.iter().map(|file| file.path.clone());
    let assets = prepared.theme.assets().files().into_iter().map(|file| file.path);
    rendered.chain(assets).chain(prepared.copied.iter().map(|found| found.path.to_string())).collect()
}

fn is_html(path: &str) -> bool {
    std::path::Path::new(path).extension().is_some_and(|ending| ending == "html")
}

fn form_files(data: &[Arc<SourceFile>]) -> impl Iterator<Item = &SourceFile> {
    data.iter().map(|file| &**file).filter(|file| file.folder() == FORMS_FOLDER)
}

/// The id of a form: its file's name without ending.
fn form_id(file: &SourceFile) -> &str {
    let name = file.path.rsplit('/').next().unwrap_or(&file.path);
    name.split_once('.').map_or(name, |(stem, _)| stem)
}

/// The forms by id.
fn parse_forms(data: &[Arc<SourceFile>], diagnostics: &Diagnostics) -> BTreeMap<String, FormDefinition> {
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

/// The files that a page which shows links to. Others are not copied: a file of an internal
/// page must not slip into the public site.
fn linked_files(others: Vec<Found>, links: &[Arc<Links>]) -> Vec<Found> {
    let mut others: HashMap<Arc<str>, Found> =
        others.into_iter().map(|found| (Arc::clone(&found.path), found)).collect();
    if others.is_empty() {
        return Vec::new();
    }
    let own = links.iter().flat_map(|links| &links.resolved).filter_map(|link| match link {
        Resolution::Href { url, external: false } | Resolution::File { url, .. } | Resolution::Image { url, .. } => {
            Some(decode_url(url))
        }
        _ => None,
    });
    let mut linked: Vec<Found> = own.filter_map(|url| others.remove(url.trim_start_matches('/'))).collect();
    linked.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    linked
}
