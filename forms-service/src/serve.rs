//! Puts the service together, and runs it until it is told to stop.
//!
//! Everything that could be refused is refused before the first request: configuration, lock,
//! database, address, content. On the way out it finishes what it holds.

use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use generator::build::{BuildOptions, BuildReport, build};
use generator::content::Diffusion;
use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};
use tracing::{error, info};

use crate::app::App;
use crate::clock::Clock;
use crate::config::Config;
use crate::data::{self, Lock};
use crate::key::SigningKey;
use crate::mail::compose::Composer;
use crate::mail::transport::{Smtp, Transport};
use crate::outbox::Worker;
use crate::roles;
use crate::router::router;
use crate::site::{Portal, Site};
use crate::store::Store;

/// How long what is under way may take once the service is told to stop.
const GRACE: Duration = Duration::from_secs(10);

/// What to serve, from where.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where to answer.
    pub listen: SocketAddr,
    /// The content folder.
    pub content: PathBuf,
    /// The theme's folder.
    pub theme: PathBuf,
    /// Where the site is written.
    pub output: PathBuf,
    /// Where the database and the secret are.
    pub data: PathBuf,
    /// The configuration file.
    pub config: Option<PathBuf>,
}

/// Why the service does not run.
#[derive(Debug)]
pub enum Failure {
    /// The content is at fault; its diagnostics were shown.
    Content,
    /// The command or the machine is.
    Other(anyhow::Error),
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::Other(error)
    }
}

/// Serves the portal until SIGINT or SIGTERM.
///
/// # Errors
/// Says why the service cannot start, or cannot go on.
pub async fn serve(options: Options) -> Result<(), Failure> {
    let config = Config::load(options.config.as_deref())?;
    config.allow_listening(options.listen)?;
    data::create(&options.data)?;
    let _lock = Lock::take(&options.data)?;
    let listener = TcpListener::bind(options.listen).await.with_context(|| format!("écoute sur {}", options.listen))?;
    let address = listener.local_addr().context("lecture de l’adresse écoutée")?;

    let clock = Clock::System;
    let builder = Builder { options: options.clone(), address: config.is_demonstration().then_some(address) };
    let (portal, report) = builder.build(&clock)?;
    let store = Store::open(&options.data).await?;
    store.free_leases().await?;
    roles::seed(&store, &config, &portal, clock.now()).await?;
    roles::warn_of_gaps(&store, &portal).await?;

    let site = Arc::new(Site::new(portal));
    let app = Arc::new(App {
        site: site.clone(),
        store: store.clone(),
        key: SigningKey::load_or_create(&options.data)?,
        clock: clock.clone(),
        wake: Arc::new(Notify::new()),
        fallback: config.fallback.clone(),
        demonstration: config.is_demonstration().then_some(address.port()),
    });
    let transport = match config.smtp {
        None => Transport::Mailbox(store.clone()),
        Some(smtp) => Transport::Smtp(Arc::new(Smtp::new(smtp)?)),
    };
    let worker = Worker {
        store: store.clone(),
        composer: Composer::new(site, config.sender),
        transport,
        clock,
        wake: app.wake.clone(),
    };
    welcome(&app, address, &report).context("écriture sur la sortie standard")?;
    run(app, worker, listener, Router::new()).await?;
    store.close().await;
    Ok(())
}

/// Builds the site, at the start and whenever its content changes.
struct Builder {
    options: Options,
    /// In a demonstration, where the portal answers: links in mails lead there.
    address: Option<SocketAddr>,
}

impl Builder {
    /// Builds, and shows on stderr what is wrong with the content.
    fn build(&self, clock: &Clock) -> Result<(Portal, Summary), Failure> {
        let report = build(&BuildOptions {
            content: self.options.content.clone(),
            theme: self.options.theme.clone(),
            output: self.options.output.clone(),
            diffusion: Diffusion::Interne,
            compress: self.address.is_none(),
            drafts: false,
            now: clock.now(),
        })?;
        let BuildReport { diagnostics, portal, pages, elapsed, .. } = report;
        for diagnostic in &diagnostics {
            eprintln!("{diagnostic}");
        }
        let portal = Portal::new(portal.ok_or(Failure::Content)?);
        let portal = match self.address {
            Some(address) => portal.at(format!("http://{address}")),
            None => portal,
        };
        Ok((portal, Summary { pages, elapsed }))
    }
}

/// What is said of a build.
struct Summary {
    pages: usize,
    elapsed: Duration,
}

fn welcome(app: &App, address: SocketAddr, summary: &Summary) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    let seconds = format!("{:.2}", summary.elapsed.as_secs_f64()).replace('.', ",");
    writeln!(out, "{} pages construites en {seconds} s.", summary.pages)?;
    if app.demonstration.is_some() {
        writeln!(out, "Démonstration : aucun courrier ne quitte cette machine.")?;
        writeln!(out, "Portail            http://{address}/")?;
        writeln!(out, "Boîte aux lettres  http://{address}/_courrier/")?;
    } else {
        writeln!(out, "Le portail {} répond sur {address}.", app.site.portal().url())?;
    }
    out.flush()
}

async fn run(app: Arc<App>, worker: Worker, listener: TcpListener, files: Router) -> anyhow::Result<()> {
    let (stop, stopped) = watch::channel(false);
    let worker = tokio::spawn(worker.run(stopped.clone()));
    let service = router(app, files).into_make_service_with_connect_info::<SocketAddr>();
    let mut told = stopped.clone();
    let server = axum::serve(listener, service).with_graceful_shutdown(async move {
        let _ = told.changed().await;
    });
    let server = tokio::spawn(server.into_future());
    signal().await?;
    info!("stopping");
    stop.send_replace(true);
    let finished = async {
        let _ = server.await;
        let _ = worker.await;
    };
    if tokio::time::timeout(GRACE, finished).await.is_err() {
        error!("something was still under way after {} s; mails will leave after the next start", GRACE.as_secs());
    }
    Ok(())
}

/// Waits for Ctrl-C or for the service manager.
async fn signal() -> anyhow::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate()).context("listening for SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("listening for SIGINT")?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}
