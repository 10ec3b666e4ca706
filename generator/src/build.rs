//! A whole build: from folders to files, every fault collected on the way.
//!
//! ```text
//! SourceFile → ParsedPage → Site → Prepared → rendered file → written file
//! ```
//!
//! The live site is touched only when all of it succeeded. A [`Workshop`] builds the same site
//! again and again: each stage keeps what it made of what did not change.

mod forms;
mod prepared;
mod rendered;
mod sink;
mod workshop;

use std::path::PathBuf;
use std::sync::PoisonError;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use jiff::tz::TimeZone;

pub use workshop::Workshop;

use crate::content::Diffusion;
use crate::diagnostic::Diagnostic;
use crate::output::{OutputFile, Summary, WriteOptions};
use crate::policy::Policy;
use crate::portal::Portal;
use sink::{Kept, Nowhere};

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
    /// The portal as built; `None` when the content or the theme is at fault, and of a [`Workshop`] that
    /// somebody else made: who makes one asks for the site only.
    pub portal: Option<Portal>,
    /// By which it was known what day it is; `None` when there was nothing to render.
    pub time_zone: Option<TimeZone>,
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
    Workshop::for_one_portal(options.clone()).build(options.now)
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
    Workshop::for_one_portal(options.clone()).render_into(options.now, |_, render| render(&Nowhere))
}

/// Does all of a build and keeps the files, to be written or not.
///
/// # Errors
/// As [`build`].
pub fn compose(options: &BuildOptions) -> anyhow::Result<Composed> {
    ensure_theme(options)?;
    let files = Kept::default();
    let report = Workshop::for_one_portal(options.clone()).render_into(options.now, |_, render| render(&files))?;
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
