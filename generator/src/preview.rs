//! `generator serve`: builds, serves on this machine, and builds again at each change.
//!
//! A build that fails shows its diagnostics over the old site, which stays as it was on disk.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context;
use jiff::Timestamp;

use crate::build::{BuildOptions, Workshop};
use crate::cli;
use crate::diagnostic::Diagnostic;
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
    let mut shown =
        Shown { reload: reload.clone(), is_begun: false, is_refused: false, diagnostics: Vec::new(), timings };
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
    cli::print_diagnostics(&report.diagnostics);
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
    /// Whether the time of each stage is told.
    timings: bool,
}
