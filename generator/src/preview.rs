//! `generator serve`: builds, serves on this machine, and builds again at each change.
//!
//! A build that fails shows its diagnostics over the old site, which stays as it was on disk.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context;
use foldhash::HashSet;
use jiff::Timestamp;

use crate::build::{BuildOptions, Workshop};
use crate::cli;
use crate::diagnostic::{Diagnostic, Severity};
use crate::inventory::Changed;
use crate::serve::{self, LiveReload};
use crate::watch;

/// How long what is under way may take once the preview is told to stop.
const GRACE: Duration = Duration::from_secs(2);

/// Serves until it is interrupted. Each build is of the present moment, unless `options.now` is to
/// be kept (`fixed`). Changes are looked for at each `polling`, where the system does not tell of them.
///
/// # Errors
/// Fails when the address is taken, or when a folder cannot be read, watched or written.
pub fn serve(
    options: &BuildOptions,
    fixed: bool,
    listen: SocketAddr,
    polling: Option<Duration>,
    timings: bool,
) -> anyhow::Result<()> {
    let reload = LiveReload::new();
    let mut workshop = Workshop::new(options.clone());
    let mut shown = Shown {
        reload: reload.clone(),
        is_begun: false,
        is_refused: false,
        diagnostics: Vec::new(),
        said: Said::default(),
        timings,
    };
    rebuild(&mut workshop, options, &mut shown)?;
    let _watching = watch_site(workshop, options.clone(), fixed, shown, polling)?;
    let runtime = tokio::runtime::Runtime::new().context("démarrage du serveur")?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(listen)
            .await
            .with_context(|| format!("l’adresse {listen} est déjà prise, ou n’est pas à cette machine"))?;
        println!("Portail : http://{}/", listener.local_addr()?);
        let site = serve::static_files(&options.output, Some(reload.clone()));
        let stop = async {
            let _ = tokio::signal::ctrl_c().await;
        };
        serve::run(listener, site, Some(reload), stop).await.context("service du site")
    })?;
    runtime.shutdown_timeout(GRACE);
    Ok(())
}

/// Builds again whenever the content or the theme changes.
fn watch_site(
    mut workshop: Workshop,
    options: BuildOptions,
    fixed: bool,
    mut shown: Shown,
    polling: Option<Duration>,
) -> anyhow::Result<watch::Guard> {
    let folders = vec![options.content.clone(), options.theme.clone()];
    let on_change = move |changed: &Changed| {
        let now = if fixed { options.now } else { Timestamp::now() };
        let options = BuildOptions { now, ..options.clone() };
        workshop.look_at(changed);
        if let Err(fault) = rebuild(&mut workshop, &options, &mut shown) {
            // What comes through next is news, even if it is the site that was there before.
            shown.is_begun = false;
            shown.reload.failed_by_machine(&fault);
            eprintln!("erreur : {fault:#}");
        }
    };
    match polling {
        None => watch::watch(folders, on_change),
        Some(every) => watch::poll(every, on_change),
    }
}

fn rebuild(workshop: &mut Workshop, options: &BuildOptions, shown: &mut Shown) -> anyhow::Result<()> {
    let building = shown.reload.building();
    let report = workshop.build(options.now)?;
    if shown.timings {
        cli::print_timings(&report.stages);
    }
    let is_same = report.diagnostics == shown.diagnostics
        && report.is_refused() == shown.is_refused
        && !report.written.is_some_and(|written| written.changed_something());
    // A second look that finds nothing is nobody's news.
    if is_same && shown.is_begun {
        return Ok(());
    }
    // Open pages first: a terminal takes its time over hundreds of warnings.
    if report.is_refused() {
        shown.reload.failed(serve::error_page(&report.diagnostics));
    } else {
        shown.reload.changed();
    }
    drop(building);
    let news = shown.said.news(&report.diagnostics, report.is_refused());
    cli::print_diagnostics(news.iter().copied());
    let known = report.diagnostics.len() - news.len();
    if known > 0 {
        eprintln!("Avertissements déjà dits, toujours valables : {known}.");
    }
    eprintln!("{}", cli::summary(&report, &options.output));
    shown.is_begun = true;
    shown.is_refused = report.is_refused();
    shown.diagnostics = report.diagnostics;
    Ok(())
}

/// What whoever looks at the preview sees.
struct Shown {
    reload: LiveReload,
    is_begun: bool,
    is_refused: bool,
    diagnostics: Vec<Diagnostic>,
    said: Said,
    /// Whether the time of each stage is told.
    timings: bool,
}

/// The warnings that the terminal was told and that still stand: repeated at each save, they would hide the one
/// that the save brought.
#[derive(Default)]
struct Said(HashSet<Diagnostic>);

impl Said {
    /// What there is to tell of a build: every fault, and the warnings that are new or moved.
    fn news<'d>(&mut self, diagnostics: &'d [Diagnostic], is_refused: bool) -> Vec<&'d Diagnostic> {
        let is_warning = |diagnostic: &&Diagnostic| diagnostic.severity == Severity::Warning;
        let news = diagnostics.iter().filter(|d| !is_warning(d) || !self.0.contains(*d)).collect();
        // A build that is refused stops before it comes to all of them.
        if !is_refused {
            self.0.clear();
        }
        self.0.extend(diagnostics.iter().filter(is_warning).cloned());
        news
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_warning_that_stands_is_told_once_and_a_fault_until_it_is_mended() {
        let warning = |message: &str| Diagnostic::error("a", message).warning();
        let fault = || Diagnostic::error("b", "faute");
        let mut said = Said::default();
        let mut told = |diagnostics: &[Diagnostic], is_refused| {
            let news = said.news(diagnostics, is_refused).into_iter().map(|news| news.message.to_string());
            news.collect::<Vec<_>>().join(" ")
        };
        assert_eq!(told(&[warning("un"), warning("deux")], false), "un deux");
        assert_eq!(told(&[warning("un"), warning("deux"), warning("trois")], false), "trois");
        assert_eq!(told(&[fault(), warning("un"), warning("quatre")], true), "faute quatre");
        assert_eq!(told(&[fault(), warning("un"), warning("quatre")], true), "faute");
        assert_eq!(told(&[warning("un"), warning("trois"), warning("quatre")], false), "", "all of them were told");
        assert_eq!(told(&[warning("un"), warning("deux")], false), "deux", "it was mended, and is there again");
    }
}
