//! `bench`: how many submissions a second this machine keeps for good, beside what its disk can do.
//!
//! It builds the portal's forms, starts a service of its own in a folder that is removed in the
//! end, with the accept loop, the routes and the store that everybody meets, and posts to it over
//! loopback. Limits are wide open and no mail leaves; nothing else is left out. What it never does
//! is touch the portal's own data.

mod client;

mod disk;

mod report;

use std::net::{Ipv4Addr, SocketAddr};
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, ensure};
use generator::build::{BuildOptions, BuildReport, build};
use generator::content::Diffusion;
use generator::form::validate;
use generator::guard::Guard;
use generator::policy::Policy;
use generator::serve::static_files;
use lettre::Address;
use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};

use crate::app::App;
use crate::client::TrustedProxies;
use crate::clock::Clock;
use crate::key::SigningKey;
use crate::limits::{Limits, Quota};
use crate::metrics::Metrics;
use crate::role::{Holder, Place, Role};
use crate::router::router;
use crate::scratch::Scratch;
use crate::serve::Failure;
use crate::serve::listener::{Bounds, listen};
use crate::site::{Portal, Site};
use crate::store::roles::Source;
use crate::store::{Location, Store};
use client::Sheet;
use report::{Report, Run};

/// How many clients post at a time, one line each.
const CLIENTS: [usize; 3] = [1, 32, 128];

/// Who would get the mails.
const MODERATOR: &str = "moderation@exemple.fr";

/// What to measure, and where.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Options\u{a0}")]
pub struct Args {
    /// Durée de chaque mesure, en secondes (par défaut : 5)
    #[arg(long, value_name = "SECONDES", default_value = "5", hide_default_value = true)]
    secondes: NonZeroU32,
    /// Formulaire envoyé : le premier exemple juste qu’il donne (par défaut : post-it)
    #[arg(long, value_name = "NOM", default_value = "post-it", hide_default_value = true)]
    formulaire: String,
    /// Dossier du disque à mesurer (par défaut : celui de --data, sinon le dossier courant)
    #[arg(long, value_name = "DOSSIER")]
    dossier: Option<PathBuf>,
    /// Dossier du contenu (par défaut : content)
    #[arg(long, value_name = "DOSSIER", default_value = "content", hide_default_value = true)]
    content: PathBuf,
    /// Dossier du thème (par défaut : themes/anime)
    #[arg(long, value_name = "DOSSIER", default_value = "themes/anime", hide_default_value = true)]
    theme: PathBuf,
    /// Pour une machine : les mesures en JSON
    #[arg(long, value_name = "json", value_parser = ["json"], hide_possible_values = true)]
    format: Option<String>,
}

/// Measures, and gives the figures.
///
/// # Errors
/// Fails when the content does not build, when the form gives no example that could be sent, or
/// when a post is not accepted.
pub async fn run(args: Args, data: PathBuf) -> Result<String, Failure> {
    let wanted = args.dossier.unwrap_or(if data.is_dir() { data } else { PathBuf::from(".") });
    let scratch = Scratch::within(&wanted, "mesure")?;
    let clock = Clock::System;
    let BuildReport { diagnostics, portal, .. } = build(&BuildOptions {
        content: args.content,
        theme: args.theme,
        output: scratch.path().join("public"),
        diffusion: Diffusion::Interne,
        compress: false,
        drafts: false,
        policy: Policy::Usual,
        now: clock.now(),
    })?;
    let Some(portal) = portal.map(Portal::new) else {
        for diagnostic in diagnostics {
            eprintln!("{diagnostic}");
        }
        return Err(Failure::Content);
    };
    let answers = answers(&portal, &args.formulaire)?;
    let key = Arc::new(SigningKey::load_or_create(scratch.path())?);
    let sheet = Arc::new(Sheet::new(&args.formulaire, answers, key.clone()));

    let service = Service::start(&scratch, portal, key, clock).await?;
    let duration = Duration::from_secs(args.secondes.get().into());
    let before = disk::flushes_a_second(scratch.path())?;
    let mut runs = Vec::new();
    for clients in CLIENTS {
        let posts = client::post(service.address, sheet.clone(), clients, duration).await?;
        runs.push(Run::new(clients, duration, posts.counted));
        service.expect(posts.accepted).await?;
    }
    let after = disk::flushes_a_second(scratch.path())?;
    service.stop().await;
    let report = Report { folder: wanted, seconds: args.secondes.get(), disk: (before, after), runs };
    Ok(if args.format.is_some() { report.json().context("écriture des mesures")? } else { report.to_string() })
}

/// The answers of the form's first example that is accepted as it stands.
fn answers(portal: &Portal, form: &str) -> anyhow::Result<Vec<(String, String)>> {
    let definition = &portal.form(form).with_context(|| format!("il n’y a pas de formulaire « {form} »"))?.definition;
    let choices = portal.choices();
    let post = definition
        .examples
        .iter()
        .map(|example| example.post(choices))
        .find(|post| validate(definition, post, choices).is_ok())
        .with_context(|| format!("le formulaire « {form} » ne donne pas d’exemple qui puisse être envoyé"))?;
    Ok(post.answers().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
}

/// The service that is measured.
struct Service {
    address: SocketAddr,
    store: Store,
    stop: watch::Sender<bool>,
    serving: tokio::task::JoinHandle<()>,
    accepted: std::sync::atomic::AtomicU64,
}

impl Service {
    async fn start(scratch: &Scratch, portal: Portal, key: Arc<SigningKey>, clock: Clock) -> anyhow::Result<Self> {
        let store = Store::open(&Location::sqlite(scratch.path())).await?;
        let moderator: Address = MODERATOR.parse()?;
        let holder = Holder { place: Place::Portal, role: Role::Moderator, address: moderator.clone() };
        store.add_holders(&[holder], Source::Demonstration, clock.now()).await?;
        let app = App {
            site: Arc::new(Site::new(portal)),
            store: store.clone(),
            key,
            clock,
            wake: Arc::new(Notify::new()),
            fallback: moderator,
            guard: Guard::default(),
            demonstration: None,
            proxies: TrustedProxies::default(),
            limits: Limits::new(Quota { per_client: NonZeroU32::MAX, overall: NonZeroU32::MAX }),
            metrics: Metrics::default(),
            publish: Arc::default(),
            progress: Arc::default(),
            identity_header: None,
        };
        let routes = router(Arc::new(app), static_files(scratch.path().join("public"), None));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.context("écoute sur cette machine")?;
        let address = listener.local_addr().context("lecture de l’adresse écoutée")?;
        let (stop, stopped) = watch::channel(false);
        let serving = tokio::spawn(listen(listener, routes, TrustedProxies::default(), Bounds::default(), stopped));
        Ok(Self { address, store, stop, serving, accepted: 0.into() })
    }

    /// What was acknowledged is in the database, and nothing else is.
    async fn expect(&self, accepted: u64) -> anyhow::Result<()> {
        use std::sync::atomic::Ordering::Relaxed;

        let expected = self.accepted.fetch_add(accepted, Relaxed) + accepted;
        let stored: u64 = self.store.count_submissions().await?.values().sum();
        ensure!(stored == expected, "{expected} envois acceptés, mais {stored} dans la base");
        Ok(())
    }

    async fn stop(self) {
        self.stop.send_replace(true);
        let _ = self.serving.await;
        self.store.close().await;
    }
}
