//! What an operator reads: one line per event, on stderr, with identifiers and causes and never a
//! word that somebody wrote.

use std::io::IsTerminal;
use std::panic::PanicHookInfo;

use tracing_subscriber::EnvFilter;

/// What is said when the environment variable `RUST_LOG` asks for nothing else. Other crates may
/// only warn: their finer levels quote requests.
pub const FILTER: &str = "warn,forms_service=info";

/// Starts logging, of panics too.
pub fn init() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(FILTER));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .init();
    std::panic::set_hook(Box::new(panicked));
}

/// A panic says where, and not what: its message may quote a text that somebody wrote.
pub fn panicked(panic: &PanicHookInfo<'_>) {
    let place = panic.location().map(ToString::to_string).unwrap_or_default();
    tracing::error!("panicked at {place}");
}
