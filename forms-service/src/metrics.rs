//! Figures for a machine that watches, as Prometheus reads them.
//!
//! They are read from the database when they are asked for; only what nobody keeps is counted
//! here. Every label is a word of ours: nothing that anybody sent becomes one.

use std::sync::atomic::{AtomicU64, Ordering};

use axum::http::StatusCode;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::{ConstCounter, Counter};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::{ConstGauge, Gauge};
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};

use crate::app::App;
use crate::store::submissions::State;

type Labels = Vec<(&'static str, &'static str)>;

/// The classes of answers, in the order of [`Metrics::responses`].
const CLASSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];

/// What is counted since the start.
#[derive(Debug, Default)]
pub struct Metrics {
    responses: [AtomicU64; CLASSES.len()],
}

impl Metrics {
    /// Counts an answer.
    pub fn count_response(&self, status: StatusCode) {
        let class = usize::from(status.as_u16() / 100).saturating_sub(1);
        if let Some(counter) = self.responses.get(class) {
            counter.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// All figures of this moment. When the database does not answer, `portail_ready` is 0 and what
/// only the database knows is left out.
///
/// # Errors
/// Fails when a figure cannot be written, which memory alone decides.
pub async fn text(app: &App) -> anyhow::Result<String> {
    let mut registry = Registry::with_prefix("portail");
    registry.register("build", "Version of the service", Info::new(vec![("version", env!("CARGO_PKG_VERSION"))]));
    registry.register("ready", "Whether submissions are taken in", gauge(i64::from(app.store.ping().await.is_ok())));
    count(app, &mut registry);
    if let Err(error) = look(app, &mut registry).await {
        tracing::error!("the metrics do without the database: {error:#}");
    }
    let mut text = String::new();
    encode(&mut text, &registry)?;
    Ok(text)
}

/// What is counted since the start, and the disk.
fn count(app: &App, registry: &mut Registry) {
    let responses = Family::<Labels, Counter>::default();
    for (class, counter) in CLASSES.iter().zip(&app.metrics.responses) {
        responses.get_or_create(&vec![("class", *class)]).inc_by(counter.load(Ordering::Relaxed));
    }
    registry.register("http_responses", "HTTP answers since the start, by class", responses);
    let tally = app.store.tally();
    for (name, help, value) in [
        ("submissions_accepted", "Submissions stored since the start", tally.accepted()),
        ("submissions_repeated", "Submissions handed in again since the start", tally.repeated()),
        ("submissions_not_stored", "Submissions that could not be stored since the start", tally.refused()),
    ] {
        registry.register(name, help, ConstCounter::new(value));
    }
    if let Some(free) = app.store.free_bytes() {
        let free = gauge(i64::try_from(free).unwrap_or(i64::MAX));
        registry.register_with_unit("free", "Free room on the disk of the data folder", Unit::Bytes, free);
    }
}

/// What the database knows.
async fn look(app: &App, registry: &mut Registry) -> anyhow::Result<()> {
    let submissions = Family::<Labels, Gauge>::default();
    for (state, count) in app.store.count_submissions().await? {
        submissions.get_or_create(&vec![("state", State::word(state))]).set(i64::try_from(count)?);
    }
    let mails = Family::<Labels, Gauge>::default();
    for (state, kind, count) in app.store.count_mails_by_kind().await? {
        mails.get_or_create(&vec![("state", state.word()), ("kind", kind.word())]).set(i64::try_from(count)?);
    }
    let (tasks, report) = (app.store.count_tasks().await?, app.progress.report());
    let numbers = [
        ("publications_waiting", "Pages that are to be published or taken away", i64::try_from(tasks.waiting)?),
        (
            "publications_hindered",
            "Of those, the ones that could not be at the first attempt",
            i64::try_from(tasks.hindered)?,
        ),
        ("commits_unpushed", "Commits of ours that the repository does not have", i64::try_from(report.unpushed)?),
        ("content_builds", "Whether the present content builds", i64::from(report.content_fault.is_none())),
    ];
    for (name, help, value) in numbers {
        registry.register(name, help, gauge(value));
    }
    let counts = app.store.count_mails().await?;
    let age = counts.oldest_waiting.map_or(0, |since| app.clock.now().duration_since(since).as_secs().max(0));
    registry.register("submissions", "Submissions that are kept, by state", submissions);
    registry.register("mails", "Mails that are kept, by state and kind", mails);
    registry.register(
        "mails_refused",
        "Mails whose recipient is refused for good",
        gauge(i64::try_from(counts.refused)?),
    );
    registry.register_with_unit(
        "oldest_waiting_mail_age",
        "Age of the mail that waits for longest",
        Unit::Seconds,
        gauge(age),
    );
    Ok(())
}

fn gauge(value: i64) -> ConstGauge {
    ConstGauge::new(value)
}
