//! What an operator reads: one line per event, on stderr, with identifiers and causes and never a
//! word that somebody wrote.

use std::io::IsTerminal;
use std::panic::PanicHookInfo;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::util::SubscriberInitExt;

use crate::config::LogFormat;

/// What is said when the environment variable `RUST_LOG` asks for nothing else. Other crates may
/// only warn: their finer levels quote requests.
pub const FILTER: &str = "warn,forms_service=info";

/// Starts logging, of panics too: what `filter` lets through, unless `RUST_LOG` asks for
/// something else.
pub fn init(format: LogFormat, filter: &str) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(filter));
    subscriber(format, filter, std::io::stderr().is_terminal(), std::io::stderr).init();
    std::panic::set_hook(Box::new(panicked));
}

/// What writes the lines: for people, or one JSON object each.
pub fn subscriber<W>(
    format: LogFormat,
    filter: EnvFilter,
    colours: bool,
    writer: W,
) -> Box<dyn tracing::Subscriber + Send + Sync>
where
    W: for<'writer> MakeWriter<'writer> + Send + Sync + 'static,
{
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(writer);
    match format {
        LogFormat::Texte => Box::new(lines.with_ansi(colours).finish()),
        LogFormat::Json => Box::new(lines.json().flatten_event(true).with_current_span(false).finish()),
    }
}

/// A panic says where, and not what: its message may quote a text that somebody wrote.
pub fn panicked(panic: &PanicHookInfo<'_>) {
    let place = panic.location().map(ToString::to_string).unwrap_or_default();
    tracing::error!("panicked at {place}");
}
