//! The figures, for a person and for a machine.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::json;

/// Submissions a second beyond which more is not asked for.
const PLENTY: f64 = 5_000.0;

/// How many submissions are to share a flush of the disk, where it is slow.
const PER_FLUSH: f64 = 10.0;

/// What was measured.
pub struct Report {
    pub folder: PathBuf,
    pub seconds: u32,
    /// Pages appended and flushed a second, before and after the rest.
    pub disk: (f64, f64),
    pub runs: Vec<Run>,
}

/// So many clients at a time.
pub struct Run {
    clients: usize,
    per_second: f64,
    middle: Duration,
    slowest_percent: Duration,
}

impl Run {
    /// What the durations of all the posts say.
    pub fn new(clients: usize, duration: Duration, mut posts: Vec<Duration>) -> Self {
        posts.sort_unstable();
        let at = |percent: usize| posts.get(posts.len() * percent / 100).copied().unwrap_or_default();
        let count = u32::try_from(posts.len()).unwrap_or(u32::MAX);
        Self { clients, per_second: f64::from(count) / duration.as_secs_f64(), middle: at(50), slowest_percent: at(99) }
    }
}

impl Report {
    fn disk(&self) -> f64 {
        f64::midpoint(self.disk.0, self.disk.1)
    }

    /// How many submissions a second the last run, that of most clients, is to reach.
    fn goal(&self) -> f64 {
        PLENTY.min(PER_FLUSH * self.disk())
    }

    /// The same figures as JSON.
    ///
    /// # Errors
    /// Never: they are numbers.
    pub fn json(&self) -> serde_json::Result<String> {
        let milliseconds = |duration: Duration| (duration.as_secs_f64() * 100_000.0).round() / 100.0;
        let runs = self.runs.iter().map(|run| {
            json!({
                "clients": run.clients,
                "per_second": run.per_second.round(),
                "p50_ms": milliseconds(run.middle),
                "p99_ms": milliseconds(run.slowest_percent),
                "ratio_to_disk": (100.0 * run.per_second / self.disk()).round() / 100.0,
            })
        });
        let runs = runs.collect::<Vec<_>>();
        let report = json!({
            "seconds": self.seconds,
            "disk_flushes_per_second": {"before": self.disk.0.round(), "after": self.disk.1.round()},
            "runs": runs,
            "goal_per_second": self.goal().round(),
        });
        Ok(serde_json::to_string_pretty(&report)? + "\n")
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (before, after) = self.disk;
        writeln!(
            f,
            "Disque de « {} » : {before:.0} pages ajoutées et vidées sur le disque par seconde avant,",
            self.folder.display()
        )?;
        writeln!(
            f,
            "{after:.0} après. Chaque envoi compté est sur le disque, avec son courrier ; {} s par ligne.\n",
            self.seconds
        )?;
        writeln!(f, "clients   envois/s   médiane   99 % en moins de   par page vidée")?;
        for Run { clients, per_second, middle, slowest_percent } in &self.runs {
            let ratio = per_second / self.disk();
            writeln!(
                f,
                "{clients:>7}   {per_second:>8.0}   {:>7}   {:>16}   {:>14}",
                milliseconds(*middle),
                milliseconds(*slowest_percent),
                french(ratio, 2),
            )?;
        }
        writeln!(f, "\nBut de la dernière ligne : {:.0} envois/s.", self.goal())
    }
}

fn milliseconds(duration: Duration) -> String {
    format!("{} ms", french(duration.as_secs_f64() * 1000.0, 1))
}

/// With a decimal comma.
fn french(number: f64, decimals: usize) -> String {
    format!("{number:.decimals$}").replace('.', ",")
}
