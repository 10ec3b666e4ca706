//! `generator serve`: builds, serves on this machine, and builds again at each change.
//!
//! A build that fails shows its diagnostics over the old site, which stays as it was on disk.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context;
use jiff::Timestamp;

use crate::build::{self, BuildOptions, BuildReport};
use crate::cli;
use crate::serve::{self, LiveReload};
use crate::watch;

/// How long what is under way may take once the preview is told to stop.
const GRACE: Duration = Duration::from_secs(2);

/// Serves until it is interrupted. Each build is of the present moment, unless `options.now` is to
/// be kept (`fixed`).
///
/// # Errors
/// Fails when the address is taken, or when a folder cannot be read, watched or written.
pub fn serve(options: &BuildOptions, fixed: bool, listen: SocketAddr) -> anyhow::Result<()> {
    let reload = LiveReload::new();
    rebuild(options, &reload)?;
    let _watching = watch_site(options.clone(), fixed, reload.clone())?;
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
fn watch_site(options: BuildOptions, fixed: bool, reload: LiveReload) -> anyhow::Result<watch::Guard> {
    let folders = vec![options.content.clone(), options.theme.clone()];
    watch::watch(folders, move || {
        let now = if fixed { options.now } else { Timestamp::now() };
        let options = BuildOptions { now, ..options.clone() };
        if let Err(fault) = rebuild(&options, &reload) {
            eprintln!("erreur : {fault:#}");
        }
    })
}

fn rebuild(options: &BuildOptions, reload: &LiveReload) -> anyhow::Result<BuildReport> {
    let report = build::build(options)?;
    cli::print_diagnostics(&report.diagnostics);
    eprintln!("{}", cli::summary(&report, &options.output));
    if report.is_refused() {
        reload.failed(serve::error_page(&report.diagnostics));
    } else {
        reload.changed();
    }
    Ok(report)
}
