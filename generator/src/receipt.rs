//! What the last build was made of and what it wrote, kept beside the folder of its site.
//!
//! A build that would make what is there already is known without making it: the same program, the
//! same wishes, the same day, and not a file of the content, of the theme, of the history or of the
//! site that was touched since. Whatever differs, or cannot be told, leads to a whole build. A file
//! is known by its [`Stamp`], whose change time no program can set: one that was altered and put back
//! to its date is seen.

use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use foldhash::HashSet;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::build::{BuildOptions, BuildReport, Workshop};
use crate::diagnostic::{Diagnostic, Location, Severity};
use crate::digest::digest;
use crate::git_dates;
use crate::memory;
use crate::source::{self, Found, Stamp};
use crate::theme::{self, Stamped};

/// What the name of a receipt ends with: `.public.anime-recu` stands beside `public`.
const ENDING: &str = "anime-recu";

/// A file that was touched so short before it was read may have been touched again within the same
/// tick of the disk's clock (two seconds at worst, on FAT), and would look the same.
const TICK: Duration = Duration::from_secs(2);

/// What is written down of a build.
#[derive(Deserialize, Serialize)]
struct Receipt {
    /// Stands for the program and for what was asked of it.
    wishes: u64,
    /// IANA name of the zone in which a day begins, and the day.
    zone: String,
    day: String,
    /// Stands for all that was read.
    inputs: u64,
    /// Stands for all that was written.
    outputs: u64,
    /// The files of the site, compressed copies included, and their folders.
    places: Vec<String>,
    files: usize,
    pages: usize,
    said: Vec<Stored>,
}

/// What a build came to.
pub enum Built {
    /// The site was what it should be.
    Unchanged(Unchanged),
    /// It was built, or refused.
    Anew(Box<BuildReport>),
}

/// Builds with a workshop that has built nothing yet, unless there is nothing to build. `now` is the
/// time by the clock of the disk; the day of the site is `options.now`. A build is told by `tell`
/// while its receipt is written.
///
/// # Errors
/// As [`Workshop::build`].
pub fn build(
    workshop: &mut Workshop,
    options: &BuildOptions,
    now: SystemTime,
    tell: impl FnOnce(&BuildReport) + Send,
) -> anyhow::Result<Built> {
    let inputs = Inputs::look(&options.content, &options.theme).ok();
    let before = Before { wishes: wishes(options), inputs: inputs.as_ref().and_then(|inputs| inputs.at(now)) };
    if let Some(unchanged) = before.unchanged(options) {
        return Ok(Built::Unchanged(unchanged));
    }
    if let Some(Inputs { content, theme, head }) = inputs {
        if !content.iter().any(Found::is_long_text) {
            memory::in_huge_pages();
        }
        workshop.know(content, theme, head);
    }
    let report = Box::new(workshop.build(options.now)?);
    rayon::join(|| tell(&report), || before.keep(options, &report));
    Ok(Built::Anew(report))
}

/// What is known of a build before it is made.
struct Before {
    wishes: u64,
    /// With whether they were at rest; `None` when they cannot be told.
    inputs: Option<(u64, bool)>,
}

/// What a build would say that has nothing to do.
pub struct Unchanged {
    /// The faults and warnings of the build that made the site.
    pub diagnostics: Vec<Diagnostic>,
    /// How many HTML pages the site has.
    pub pages: usize,
    /// How many files it has.
    pub files: usize,
}

impl Before {
    /// Whether the site is what a build would make of it.
    fn unchanged(&self, options: &BuildOptions) -> Option<Unchanged> {
        let text = fs::read(path_of(&options.output)?).ok()?;
        let receipt: Receipt = serde_json::from_slice(&text).ok()?;
        let is_same = receipt.wishes == self.wishes
            && self.inputs.is_some_and(|(inputs, _)| inputs == receipt.inputs)
            && receipt.day == day(options.now, &TimeZone::get(&receipt.zone).ok()?)
            && receipt.outputs == outputs(&options.output, &receipt.places)?;
        is_same.then(|| Unchanged {
            diagnostics: receipt.said.into_iter().map(Diagnostic::from).collect(),
            pages: receipt.pages,
            files: receipt.files,
        })
    }

    /// Writes down what a build made, so that the next may have nothing to do. It is an extra: where it
    /// cannot be written, the next build is a whole one.
    fn keep(self, options: &BuildOptions, report: &BuildReport) {
        let Some(path) = path_of(&options.output) else { return };
        if self.write(&path, options, report).is_none() {
            let _ = fs::remove_file(&path);
        }
    }

    fn write(self, path: &Path, options: &BuildOptions, report: &BuildReport) -> Option<()> {
        let zone = report.time_zone.as_ref().filter(|_| !report.is_refused())?;
        // What changed since was perhaps read, perhaps not: it will look different, and be built.
        let (inputs, _) = self.inputs.filter(|(_, at_rest)| *at_rest)?;
        let places = places(&options.output, &report.paths, options.compress);
        let (outputs, said) =
            rayon::join(|| outputs(&options.output, &places), || report.diagnostics.iter().map(Stored::from).collect());
        let receipt = Receipt {
            wishes: self.wishes,
            day: day(options.now, zone),
            zone: zone.iana_name()?.to_owned(),
            inputs,
            outputs: outputs?,
            places,
            files: report.paths.len(),
            pages: report.pages,
            said,
        };
        // Beside and renamed: a receipt is whole or is not.
        let beside = path.with_extension("anime-tmp");
        let mut file = BufWriter::new(File::create(&beside).ok()?);
        serde_json::to_writer(&mut file, &receipt).ok()?;
        file.flush().ok()?;
        fs::rename(&beside, path).ok()
    }
}

/// Beside the site and never in it: it repeats what was said of the content, that of pages which
/// the site leaves out included.
fn path_of(output: &Path) -> Option<PathBuf> {
    let output = output.canonicalize().ok()?;
    let name = output.file_name()?.to_string_lossy().into_owned();
    Some(output.with_file_name(format!(".{name}.{ENDING}")))
}

fn wishes(options: &BuildOptions) -> u64 {
    let program = std::env::current_exe().and_then(fs::metadata).map(|metadata| Stamp::of(&metadata)).ok();
    let wishes = format!("{:?}", BuildOptions { now: Timestamp::UNIX_EPOCH, ..options.clone() });
    digest(&(env!("CARGO_PKG_VERSION"), program, wishes))
}

fn day(now: Timestamp, zone: &TimeZone) -> String {
    now.to_zoned(zone.clone()).date().to_string()
}

/// All that a build reads, as it is before any of it is read.
struct Inputs {
    content: Vec<Found>,
    theme: Vec<Stamped>,
    /// The commit that is checked out.
    head: Option<String>,
}

impl Inputs {
    fn look(content: &Path, theme: &Path) -> anyhow::Result<Self> {
        std::thread::scope(|threads| {
            // Who waits for git does so on a thread of their own: the others list the folders.
            let head = threads.spawn(|| git_dates::head(content));
            let (found, stamps) = rayon::join(|| source::list(content, content), || theme::stamps(theme));
            let head = head.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            Ok(Self { content: found?, theme: stamps?, head })
        })
    }

    /// Stands for all of it.
    fn digest(&self) -> u64 {
        let files: Vec<_> = self.content.iter().map(|found| (&found.path, found.stamp)).collect();
        digest(&(files, &self.theme, &self.head))
    }

    /// What stands for all of it, and whether none of it was touched shortly before.
    fn at(&self, now: SystemTime) -> Option<(u64, bool)> {
        let last = (now - TICK).duration_since(SystemTime::UNIX_EPOCH).ok()?.as_nanos();
        let mut stamps = self.content.iter().map(|found| found.stamp).chain(self.theme.iter().map(|(_, stamp)| *stamp));
        let at_rest = stamps.all(|stamp| u128::try_from(stamp.last_touched()).is_ok_and(|at| at < last));
        Some((self.digest(), at_rest))
    }
}

/// Stands for all that a build of this content with this theme reads, as it is now.
///
/// # Errors
/// Fails when a folder cannot be read.
pub fn state_of(content: &Path, theme: &Path) -> anyhow::Result<u64> {
    Ok(Inputs::look(content, theme)?.digest())
}

/// The files of the site with their compressed copies and folders: a folder is touched when something
/// in it comes or goes. Each follows the folder it is in, which the system has just found then.
fn places(output: &Path, paths: &[String], compress: bool) -> Vec<String> {
    let mut known = HashSet::default();
    let mut places = Vec::with_capacity(2 * paths.len());
    for path in paths {
        let folders = path.match_indices('/').map(|(at, _)| &path[..at]);
        places.extend(folders.filter(|folder| known.insert(*folder)).map(str::to_owned));
        places.push(path.clone());
        if compress {
            places.extend(crate::output::copies_of(path).filter(|copy| output.join(copy).exists()));
        }
    }
    places
}

/// Stands for the state of these places; `None` when one is missing.
fn outputs(output: &Path, places: &[String]) -> Option<u64> {
    let stamps: Option<Vec<Stamp>> = places
        .par_iter()
        .map(|place| fs::symlink_metadata(output.join(place)).ok().map(|metadata| Stamp::of(&metadata)))
        .collect();
    Some(digest(&stamps?))
}

/// A diagnostic as it is written down.
#[derive(Deserialize, Serialize)]
struct Stored {
    is_error: bool,
    code: String,
    message: String,
    help: Option<String>,
    location: Option<StoredLocation>,
}

#[derive(Deserialize, Serialize)]
struct StoredLocation {
    file: String,
    line: usize,
    column: usize,
    width: usize,
    excerpt: String,
    skipped: usize,
}

impl From<&Diagnostic> for Stored {
    fn from(diagnostic: &Diagnostic) -> Self {
        Self {
            is_error: diagnostic.severity == Severity::Error,
            code: diagnostic.code.to_owned(),
            message: diagnostic.message.to_string(),
            help: diagnostic.help.as_deref().map(str::to_owned),
            location: diagnostic.location.as_deref().map(|place| StoredLocation {
                file: place.file.to_string(),
                line: place.line,
                column: place.column,
                width: place.width,
                excerpt: place.excerpt.clone(),
                skipped: place.skipped,
            }),
        }
    }
}

impl From<Stored> for Diagnostic {
    fn from(stored: Stored) -> Self {
        Self {
            severity: if stored.is_error { Severity::Error } else { Severity::Warning },
            // Codes live as long as the program. A receipt is read once, and has few.
            code: stored.code.leak(),
            message: stored.message.into(),
            help: stored.help.map(Arc::from),
            location: stored.location.map(|place| {
                Arc::new(Location {
                    file: place.file.into(),
                    line: place.line,
                    column: place.column,
                    width: place.width,
                    excerpt: place.excerpt,
                    skipped: place.skipped,
                })
            }),
        }
    }
}
