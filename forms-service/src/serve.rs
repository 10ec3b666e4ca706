//! Puts the service together, and runs it until it is told to stop.
//!
//! Everything that could be refused is refused before the first request: configuration, lock,
//! database, address, content. On the way out it finishes what it holds.

pub mod listener;

mod connection;
mod patience;

use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;
use axum::Router;
use generator::serve::{LiveReload, static_files};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::{Notify, watch as channel};
use tokio::task::JoinSet;
use tracing::{error, info, warn};

use crate::app::App;
use crate::client::TrustedProxies;
use crate::clock::Clock;
use crate::config::Config;
use crate::data::{self, Lock};
use crate::key::SigningKey;
use crate::limits::Limits;
use crate::mail::compose::Composer;
use crate::mail::transport::{Smtp, Transport};
use crate::metrics::Metrics;
use crate::outbox::Outbox;
use crate::publish::builder::{Builder, Summary, Written};
use crate::publish::change::Change;
use crate::publish::progress::Progress;
use crate::publish::publisher::{Publisher, changes_of};
use crate::publish::snapshot::Snapshot;
use crate::publish::worker::PublishWorker;
use crate::publish::workspace::{Refreshed, Workspace};
use crate::purge;
use crate::register;
use crate::roles;
use crate::router::router;
use crate::routes::metrics;
use crate::site::{Portal, Site};
use crate::store::Store;
use crate::worker::Worker;
use listener::{Bounds, GRACE, listen};

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
    let metrics_listener = match config.metrics {
        Some(address) => Some(TcpListener::bind(address).await.with_context(|| format!("écoute sur {address}"))?),
        None => None,
    };

    let clock = Clock::System;
    let builder = Builder {
        theme: options.theme.clone(),
        output: options.output.clone(),
        address: config.is_demonstration().then_some(address),
        domains: config.domains.clone(),
    };
    let workspace = Arc::new(open_workspace(&config, &options).await?);
    let progress = Arc::new(Progress::default());
    let snapshot = Snapshot::in_data(&options.data);
    let store = Store::open(&config.location(&options.data)).await?;
    store.free_leases().await?;
    let begun: Vec<Change> = store.publications().await?.iter().flat_map(changes_of).collect();
    let (portal, report) = first_build(&builder, &workspace, &begun, &snapshot, &progress, clock.now())?;
    roles::seed(&store, &config, &portal, clock.now()).await?;
    roles::warn_of_gaps(&store, &portal).await?;

    let key = Arc::new(SigningKey::take_up(&options.data, clock.now())?);
    register::enter_earlier(&store, &portal, &key).await?;

    let site = Arc::new(Site::new(*portal));
    let app = Arc::new(App {
        site: site.clone(),
        store: store.clone(),
        key: key.clone(),
        clock: clock.clone(),
        wake: Arc::new(Notify::new()),
        fallback: config.fallback.clone(),
        guard: config.guard.clone(),
        demonstration: config.is_demonstration().then_some(address.port()),
        proxies: config.proxies.clone(),
        limits: Limits::new(config.quota),
        metrics: Metrics::default(),
        publish: Arc::new(Notify::new()),
        progress,
        identity_header: config.identity_header.clone(),
    });
    let transport = match config.smtp {
        None => Transport::Mailbox(store.clone()),
        Some(smtp) => Transport::Smtp(Arc::new(Smtp::new(smtp)?)),
    };
    let worker = Worker {
        outbox: Outbox {
            store: store.clone(),
            composer: Composer::new(site.clone(), config.sender, key),
            transport,
            fallback: config.fallback,
        },
        clock: clock.clone(),
        wake: app.wake.clone(),
    };
    // Pages reload themselves for whoever writes content, never for visitors.
    let reload = app.demonstration.map(|_| LiveReload::new());
    let publisher = PublishWorker {
        publisher: Publisher {
            store: store.clone(),
            workspace: workspace.clone(),
            builder: builder.clone(),
            snapshot,
            site: site.clone(),
            turn: Arc::default(),
            reload: reload.clone(),
            wake: app.wake.clone(),
            progress: app.progress.clone(),
            fallback: app.fallback.clone(),
        },
        clock: clock.clone(),
        bell: app.publish.clone(),
    };
    // Before anybody is told that we are here, and may tell us to stop.
    let signals = Signals::catch()?;
    let metrics_address = metrics_listener.as_ref().and_then(|listener| listener.local_addr().ok());
    welcome(&app, address, metrics_address, &report).context("écriture sur la sortie standard")?;
    let files = static_files(&options.output, reload.clone());
    let _watch = reload.clone().map(|reload| builder.keep_up_to_date(workspace, site, clock, reload)).transpose()?;
    let parts = Parts {
        metrics: metrics_listener.map(|listener| (listener, metrics::router(app.clone()))),
        purge: config.purges.then(|| (store.clone(), app.site.portal().time_zone(), app.clock.clone())),
        routes: router(app, files),
        listener,
        trusted: config.proxies,
        worker,
        publisher,
        reload,
        signals,
    };
    parts.run().await?;
    store.close().await;
    Ok(())
}

/// The site as the service starts with it. What is `begun` and was cut short must not keep the portal
/// down: its files go, and it is begun again. Nor must a repository whose last commit does not build:
/// the last site that went live is shown until it is mended.
fn first_build(
    builder: &Builder,
    workspace: &Workspace,
    begun: &[Change],
    snapshot: &Snapshot,
    progress: &Progress,
    now: Timestamp,
) -> Result<(Box<Portal>, Summary), Failure> {
    let mut candidate = builder.check(workspace.content(), now)?;
    if candidate.portal().is_none() && !begun.is_empty() {
        if let Err(error) = workspace.undo(begun) {
            warn!("what a publication left was not taken back: {error:#}");
        }
        candidate = builder.check(workspace.content(), now)?;
    }
    let diagnostics = match builder.finish(candidate)? {
        Written::Live(portal, summary) => {
            progress.built(workspace.head()?.as_ref());
            if let Err(error) = snapshot.keep(workspace.content()) {
                error!("the sources of the live site were not kept: {error:#}");
            }
            return Ok((portal, summary));
        }
        Written::Refused(diagnostics) => diagnostics,
    };
    let Some(kept) = snapshot.content().filter(|_| workspace.has_git()) else { return Err(Failure::Content) };
    warn!("the content does not build: the last site that went live is shown");
    match builder.build(&kept, now)? {
        Written::Live(portal, summary) => {
            let faults: Vec<String> = diagnostics.iter().map(ToString::to_string).collect();
            progress.content_at_fault(Some(faults.join("\n")));
            Ok((portal, summary))
        }
        Written::Refused(_) => Err(Failure::Content),
    }
}

/// The content folder, or the clone of the configured repository, as current as the repository can be
/// reached.
async fn open_workspace(config: &Config, options: &Options) -> anyhow::Result<Workspace> {
    let Some(depot) = config.depot.clone() else { return Ok(Workspace::folder(options.content.clone())) };
    let data = options.data.clone();
    let open = move || {
        let workspace = Workspace::clone_of(&depot, &data)?;
        match workspace.refresh() {
            Ok(Refreshed { unreachable: Some(reason), .. }) => warn!("the repository was not reached: {reason}"),
            Ok(_) => {}
            // What was committed before is still there to be shown.
            Err(error) => error!("the repository was not followed: {error:#}"),
        }
        Ok(workspace)
    };
    tokio::task::spawn_blocking(open).await.context("ouverture du dépôt")?
}

fn welcome(app: &App, address: SocketAddr, metrics: Option<SocketAddr>, summary: &Summary) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{summary}")?;
    if app.demonstration.is_some() {
        writeln!(out, "Démonstration : aucun courrier ne quitte cette machine.")?;
        writeln!(out, "Portail            http://{address}/")?;
        writeln!(out, "Boîte aux lettres  http://{address}/_courrier/")?;
    } else {
        writeln!(out, "Le portail {} répond sur {address}.", app.site.portal().url())?;
    }
    if let Some(address) = metrics {
        writeln!(out, "Mesures            http://{address}/metrics")?;
    }
    out.flush()
}

/// Everything that works side by side.
struct Parts {
    listener: TcpListener,
    routes: Router,
    trusted: TrustedProxies,
    worker: Worker,
    publisher: PublishWorker,
    reload: Option<LiveReload>,
    signals: Signals,
    /// Where figures are read, if anywhere.
    metrics: Option<(TcpListener, Router)>,
    /// What is purged each day, if anything.
    purge: Option<(Store, TimeZone, Clock)>,
}

impl Parts {
    /// Answers and delivers until a signal comes, then finishes what is under way.
    async fn run(self) -> anyhow::Result<()> {
        let (stop, stopped) = channel::channel(false);
        let mut tasks = JoinSet::new();
        tasks.spawn(self.worker.run(stopped.clone()));
        tasks.spawn(self.publisher.run(stopped.clone()));
        tasks.spawn(listen(self.listener, self.routes, self.trusted, Bounds::default(), stopped.clone()));
        if let Some((listener, routes)) = self.metrics {
            tasks.spawn(listen(listener, routes, TrustedProxies::default(), Bounds::default(), stopped.clone()));
        }
        if let Some((store, zone, clock)) = self.purge {
            tasks.spawn(purge::every_day(store, zone, clock, stopped));
        }
        self.signals.told().await;
        info!("stopping");
        stop.send_replace(true);
        if let Some(reload) = self.reload {
            // Pages that listen for changes would hold their connections for ever.
            reload.close();
        }
        let finished = async { while tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(GRACE, finished).await.is_err() {
            error!("something was still under way after {} s; mails will leave after the next start", GRACE.as_secs());
        }
        Ok(())
    }
}

/// Ctrl-C, and the service manager.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// From now on a signal no longer ends the process by itself.
    fn catch() -> anyhow::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate()).context("listening for SIGTERM")?,
            interrupt: signal(SignalKind::interrupt()).context("listening for SIGINT")?,
        })
    }

    async fn told(mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
