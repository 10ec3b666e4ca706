//! Builds the site from a content folder: looked at first, written after.
//!
//! What lies between is a [`Candidate`]: whoever publishes sees what is wrong with it, and what
//! portal it would make, before anything of the live site is touched.

use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use generator::build::{BuildOptions, Composed, compose};
use generator::content::Diffusion;
use generator::diagnostic::Diagnostic;
use generator::policy::Policy;
use generator::portal::Portal as Built;
use generator::receipt::state_of;
use generator::serve::{LiveReload, error_page};
use generator::watch::{self, watch};
use jiff::Timestamp;

use super::workspace::Workspace;
use crate::clock::Clock;
use crate::site::{Portal, Site};

/// Builds the site, at the start and whenever its content changes.
#[derive(Clone, Debug)]
pub struct Builder {
    /// The theme's folder.
    pub theme: PathBuf,
    /// Where the site is written.
    pub output: PathBuf,
    /// In a demonstration, where the portal answers: links in mails lead there.
    pub address: Option<SocketAddr>,
    /// The domains of professional addresses.
    pub domains: Vec<String>,
}

/// A build that is not written yet.
pub struct Candidate(Composed);

impl Candidate {
    /// What is wrong with the content, and what is doubtful.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        self.0.diagnostics()
    }

    /// The portal as it would be; `None` when the content or the theme is at fault.
    pub fn portal(&self) -> Option<&Built> {
        self.0.portal()
    }
}

/// What came of writing a candidate.
pub enum Written {
    /// The site is live.
    Live(Box<Portal>, Summary),
    /// The content is at fault, and the live site as it was.
    Refused(Vec<Diagnostic>),
}

impl Builder {
    /// Does all of a build but writing.
    ///
    /// # Errors
    /// Fails when a folder cannot be read; faults of the content are in the candidate.
    pub fn check(&self, content: &Path, now: Timestamp) -> anyhow::Result<Candidate> {
        Ok(Candidate(compose(&self.options(content, now))?))
    }

    /// Writes a candidate that has a portal.
    ///
    /// # Errors
    /// Fails when the output folder cannot be written.
    pub fn write(&self, candidate: Candidate) -> anyhow::Result<Written> {
        let report = candidate.0.write(&self.output, self.compresses())?;
        let changed = report.written.is_some_and(|written| written.changed_something());
        let Some(portal) = report.portal else { return Ok(Written::Refused(report.diagnostics)) };
        let portal = Portal::new(portal).with_domains(self.domains.clone());
        let portal = match self.address {
            Some(address) => portal.at(format!("http://{address}")),
            None => portal,
        };
        Ok(Written::Live(Box::new(portal), Summary { pages: report.pages, elapsed: report.elapsed, changed }))
    }

    /// Looks, shows on stderr what is wrong with the content, and writes.
    ///
    /// # Errors
    /// As [`check`](Self::check) and [`write`](Self::write).
    pub fn build(&self, content: &Path, now: Timestamp) -> anyhow::Result<Written> {
        self.finish(self.check(content, now)?)
    }

    /// Shows on stderr what is wrong with a candidate, and writes it.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    pub fn finish(&self, candidate: Candidate) -> anyhow::Result<Written> {
        for diagnostic in candidate.diagnostics() {
            eprintln!("{diagnostic}");
        }
        self.write(candidate)
    }

    /// In a demonstration, builds again whenever the theme changes, or the content of a plain folder;
    /// a clone is its service's own, which builds when it moves it. A build that is refused changes
    /// nothing but the open pages, which say why.
    ///
    /// # Errors
    /// When a folder does not exist, or the system allows no more watches.
    pub fn keep_up_to_date(
        self,
        workspace: Arc<Workspace>,
        site: Arc<Site>,
        clock: Clock,
        reload: LiveReload,
    ) -> anyhow::Result<watch::Guard> {
        let content = (!workspace.has_git()).then(|| workspace.content().to_owned());
        let watched = content.into_iter().chain([self.theme.clone()]).collect();
        let mut built = None;
        watch(watched, move |_| {
            // A change is told twice, and the second time there is mostly nothing to build.
            let state = state_of(workspace.content(), &self.theme).ok();
            if state.is_some() && state == built {
                return;
            }
            let _building = reload.building();
            built = match self.build(workspace.content(), clock.now()) {
                Ok(Written::Live(portal, summary)) => {
                    site.replace(*portal);
                    // What was published is built and shown before its files are noticed here.
                    if summary.changed || reload.is_failing() {
                        reload.changed();
                        println!("{summary}");
                    }
                    state
                }
                Ok(Written::Refused(diagnostics)) => {
                    reload.failed(error_page(&diagnostics));
                    state
                }
                Err(error) => {
                    eprintln!("erreur : {error:#}");
                    reload.failed_by_machine(&error);
                    None
                }
            };
        })
    }

    fn options(&self, content: &Path, now: Timestamp) -> BuildOptions {
        BuildOptions {
            content: content.to_owned(),
            theme: self.theme.clone(),
            output: self.output.clone(),
            diffusion: Diffusion::Interne,
            compress: self.compresses(),
            drafts: false,
            policy: Policy::Usual,
            now,
        }
    }

    /// A demonstration is looked at from this machine only.
    fn compresses(&self) -> bool {
        self.address.is_none()
    }
}

/// What is said of a build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Summary {
    /// How many pages the site has.
    pub pages: usize,
    /// How long it took.
    pub elapsed: Duration,
    /// Whether a visitor could see a difference.
    pub changed: bool,
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = format!("{:.2}", self.elapsed.as_secs_f64()).replace('.', ",");
        write!(f, "{} pages construites en {seconds} s.", self.pages)
    }
}
