//! Builds a site, once or again and again, stage by stage.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use foldhash::HashMap;
use jiff::Timestamp;
use rayon::prelude::*;

use crate::diagnostic::{Diagnostics, told_once};
use crate::digest::digest;
use crate::establishment::{ESTABLISHMENT_FILE, Establishment};
use crate::form::definition::FieldKind;
use crate::images::FileFacts;
use crate::inventory::{Changed, Inventory};
use crate::markdown::Resolution;
use crate::output::{WriteOptions, Writer};
use crate::render::{Cards, FORMS_PAGE, SITEMAP_PAGE, TAGS_PAGE, plan, site_view};
use crate::settings::{SETTINGS_FILE, Settings};
use crate::site::choices::{self, Among};
use crate::site::{LinkMemory, Links, Memory as SiteMemory, Scope, Site, Targets, TitleMemory, decode_url};
use crate::source::names::Files;
use crate::source::{Found, Shelf, Sources, Stamp};
use crate::theme::{Stamped, ThemeMemory};
use crate::{git_dates, images, parse, source};

use super::forms::{form_files, form_id, parse_forms, portal_forms};
use super::prepared::Prepared;
use super::rendered::Rendered;
use super::sink::Sink;
use super::{BuildOptions, BuildReport, ensure_theme};

/// Where the service tells what became of a submission.
const FOLLOW_PAGE: &str = "/suivi/";

/// Where whoever decides finds what waits for them.
const DESK_PAGE: &str = "/moderation/";

/// Builds one site again and again. Whatever it remembers, it makes what [`build`](super::build) makes.
pub struct Workshop {
    options: BuildOptions,
    /// Whether another build may follow.
    remembers: bool,
    /// Whether a report tells the portal that was built.
    gives_portal: bool,
    inventory: Inventory,
    shelf: Shelf,
    names: source::names::Memory,
    pages: parse::Memory,
    site: SiteMemory,
    links: LinkMemory,
    titles: TitleMemory,
    files: HashMap<Arc<str>, (Stamp, FileFacts)>,
    theme: ThemeMemory,
    dates: git_dates::Memory,
    rendered: Rendered,
    writer: Writer,
}

impl Workshop {
    /// Nothing is remembered yet. `options.now` is not used: each build is told.
    pub fn new(options: BuildOptions) -> Self {
        let writer = Writer::new(&options.output, write_options(&options));
        Self {
            remembers: true,
            pages: parse::Memory::default(),
            theme: ThemeMemory::default(),
            writer,
            ..Self::for_one_build(options)
        }
    }

    /// As [`for_one_build`](Self::for_one_build), for whoever goes on with the portal.
    pub(super) fn for_one_portal(options: BuildOptions) -> Self {
        Self { gives_portal: true, theme: ThemeMemory::default(), ..Self::for_one_build(options) }
    }

    /// As [`new`](Self::new), for a single build: it keeps no notes for the next, and of the theme it only reads
    /// what the site needs.
    pub fn for_one_build(options: BuildOptions) -> Self {
        let writer = Writer::for_one_write(&options.output, write_options(&options));
        Self {
            options,
            remembers: false,
            gives_portal: false,
            inventory: Inventory::default(),
            shelf: Shelf::default(),
            names: source::names::Memory::default(),
            pages: parse::Memory::for_one_build(),
            site: SiteMemory::default(),
            links: LinkMemory::default(),
            titles: TitleMemory::default(),
            files: HashMap::default(),
            theme: ThemeMemory::of_site(),
            dates: git_dates::Memory::default(),
            rendered: Rendered::default(),
            writer,
        }
    }

    /// Takes the files of the content and of the theme that were just found, and the commit that is
    /// checked out, so that the first build need not look.
    pub fn know(&mut self, content: Vec<Found>, theme: Vec<Stamped>, head: Option<String>) {
        self.inventory.know(content);
        self.theme.know(theme);
        self.dates.know(head);
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
        let nowhere = Writer::for_one_write("", WriteOptions::default());
        let mut writer = std::mem::replace(&mut self.writer, nowhere);
        let mut written = None;
        let report = self.render_into(now, |paths, render| {
            let session = writer.begin(paths)?;
            let mut made = Ok(());
            let is_whole = rayon::in_place_scope(|scope| {
                scope.spawn(|_| made = session.make_folders());
                render(&session)
            })?;
            made?;
            if is_whole {
                written = Some(session.publish()?);
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
    pub(super) fn render_into(
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
        let mut time_zone = None;
        let mut is_refused = true;
        if let Some(prepared) = prepared {
            clock.done("préparation");
            let files = plan(&prepared.inputs(&Cards::default(), None), &diagnostics);
            paths = prepared.paths(&files);
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
                self.rendered.learn(news);
                is_refused = false;
            }
            time_zone = Some(prepared.settings.time_zone.clone());
            // Given back after a single build too: whoever is about to end need not take it apart.
            let site = if self.gives_portal && !is_refused {
                let (kept, site) = prepared.into_portal();
                portal = Some(kept);
                site
            } else {
                prepared.site
            };
            self.site.give_back(site);
        }
        Ok(BuildReport {
            diagnostics: told_once(diagnostics.into_sorted()),
            pages: if is_refused { 0 } else { pages },
            portal,
            time_zone,
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
        let has_theme = self.options.theme.is_dir();
        // Told where to look, nothing else is looked at, history included: that comes with the next look.
        let is_told = self.inventory.is_told();
        let found = self.inventory.look(&self.options.content)?;
        let sources = self.shelf.load(&self.options.content, found, diagnostics)?;
        let Sources { pages, data, others } = sources;
        clock.done("lecture");
        let named = |name: &str| data.iter().find(|file| &*file.path == name).map(|file| &**file);
        let settings = Settings::parse(named(SETTINGS_FILE), diagnostics);
        let establishment = Establishment::parse(named(ESTABLISHMENT_FILE), diagnostics);
        let forms = parse_forms(&data, diagnostics);

        let today = now.to_zoned(settings.time_zone.clone()).date();
        let scope = Scope { diffusion: self.options.diffusion, drafts: self.options.drafts, today };
        let paths: Vec<Arc<str>> = pages.iter().map(|page| Arc::clone(&page.path)).collect();
        let (dates, (theme, (parsed, of_pages))) = std::thread::scope(|threads| {
            let (dates, content, paths) = (&mut self.dates, &self.options.content, &paths);
            // Git answers while the pages are parsed.
            let dates =
                threads.spawn(move || if is_told { dates.known(paths) } else { dates.last_commits(content, paths) });
            // What one thread does while the others parse, all of them once it is done.
            let read_theme = || if has_theme { self.theme.read(&self.options.theme) } else { Ok(()) };
            let parse = || Diagnostics::of(|faults| self.pages.parse(pages, &settings.name, faults));
            let parsed = rayon::join(read_theme, parse);
            // It only reads what git says; a panic there would take dates away and nothing else.
            (dates.join().unwrap_or_default(), parsed)
        });
        diagnostics.merge(of_pages);
        theme?;
        let parsed = parsed?;
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
        let files = Files { pages: &paths, data: &data, others: &others };
        let (all_names, titles, content) = (&mut self.names, &mut self.titles, &self.options.content);
        let ((links, of_links), (every_choice, of_names)) = rayon::join(
            || Diagnostics::of(|faults| self.links.resolve(&site, &targets, faults)),
            // What one thread does while the others follow the links.
            || {
                Diagnostics::of(|faults| {
                    all_names.check(content, files, faults);
                    titles.check(&site, faults);
                    choices::warn_of_doubles(&site, faults);
                    choices::of(&site, Among::Everything, with_pages).for_examples()
                })
            },
        );
        diagnostics.merge(of_links);
        diagnostics.merge(of_names);
        let forms = portal_forms(&forms, &site, &targets, &every_choice, diagnostics);
        clock.done("liens");

        let view = site_view(&site, &settings, self.options.diffusion);
        if !has_theme {
            return Ok(None);
        }
        let Some(theme) = self.theme.show(&view, diagnostics) else { return Ok(None) };
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

fn write_options(options: &BuildOptions) -> WriteOptions {
    WriteOptions { compress: options.compress }
}

fn is_html(path: &str) -> bool {
    std::path::Path::new(path).extension().is_some_and(|ending| ending == "html")
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
