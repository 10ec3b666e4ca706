//! The commands that look at the database beside a running service, or take care of it while none
//! runs. Each gives the text that the terminal shows; all read the configuration that the service
//! reads, and so look at the same database.

mod backup;
mod check_config;
mod copy;
pub(crate) mod csv;
mod erase;
mod export;
pub(crate) mod export_register;
mod key;
mod list;
mod outbox;
mod purge;
mod quarantine;
mod roles;
mod show;
mod verify_register;

use anyhow::ensure;
use generator::dates::DateView;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::cli::{Command, Common};
use crate::clock::Clock;
use crate::config;
use crate::store::{Location, Store};

pub use backup::{backup, restore};
pub use check_config::check_config;
pub use copy::{copy, target};
pub use erase::erase;
pub use export::{export, export_register};
pub use export_register::choices;
pub use key::key;
pub use list::list;
pub use outbox::{outbox, retry};
pub use purge::purge;
pub use quarantine::quarantine;
pub use roles::roles;
pub use show::show;
pub use verify_register::verify_register;

/// What a command came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// For the standard output.
    pub text: String,
    /// 0 done; 1 what was written is at fault; 2 the machine is.
    pub code: u8,
}

impl From<String> for Outcome {
    fn from(text: String) -> Self {
        Self { text, code: 0 }
    }
}

/// Runs a command other than `serve`.
///
/// # Errors
/// Says in French why it could not.
pub async fn run(common: &Common, command: Command) -> anyhow::Result<Outcome> {
    let (data, config) = (&common.data, common.config.as_deref());
    let (zone, now) = (TimeZone::system(), Clock::System.now());
    // These do without an open database, or need to be alone with it.
    match command {
        Command::CheckConfig(args) => return check_config(common, &args, now).await,
        Command::Key { command } => return Ok(key(data, command, &zone, now)?.into()),
        Command::Restore(args) => return Ok(restore(&config::location(config, data)?, &args.file).await?.into()),
        Command::Copy(args) => return Ok(copy(data, &target(args.vers.as_deref(), data)?).await?.into()),
        _ => {}
    }
    let store = open(&config::location(config, data)?).await?;
    let mut code = 0;
    let text = match command {
        Command::List(args) => list(&store, &args, &zone).await?,
        Command::Show(args) => show(&store, &args.reference, &zone).await?,
        Command::Outbox => outbox(&store, &zone).await?,
        Command::Retry(args) => retry(&store, &args, now).await?,
        Command::Quarantine { command } => quarantine(&store, command, &config::fallback(config)?, &zone, now).await?,
        Command::Roles { command } => roles(&store, command, now).await?,
        Command::Purge(args) => purge(&store, &args, &zone, now).await?,
        Command::Export(args) if args.registre => export_register(&store, &args, &choices(&args, now)?, &zone).await?,
        Command::Export(args) => export(&store, &args, &zone).await?,
        Command::VerifyRegister(args) => {
            let outcome = verify_register(&store, &args, data).await?;
            code = outcome.code;
            outcome.text
        }
        Command::Erase(args) => erase(&store, &args, &zone, now).await?,
        Command::Backup(args) => backup(&store, data, &args.file).await?,
        Command::Serve(_)
        | Command::Bench(_)
        | Command::CheckConfig(_)
        | Command::Restore(_)
        | Command::Copy(_)
        | Command::Key { .. } => String::new(),
    };
    store.close().await;
    Ok(Outcome { text, code })
}

/// Opens the database of a portal that has one.
///
/// # Errors
/// Says in French that there is none: a command must not make one by looking.
pub async fn open(location: &Location) -> anyhow::Result<Store> {
    ensure!(
        location.exists() && location.data.is_dir(),
        "le dossier « {} » ne contient pas de base : indiquez-le avec --data, ou démarrez d’abord le portail",
        location.data.display()
    );
    Store::open(location).await
}

/// « dimanche 22 novembre 2026 à 12 h »
fn moment(at: Timestamp, zone: &TimeZone) -> String {
    let civil = at.to_zoned(zone.clone()).datetime();
    DateView::from(civil.date().at(civil.hour(), civil.minute(), 0, 0)).text
}

/// « 1 envoi », « 3 envois »
fn counted(count: u64, one: &str, several: &str) -> String {
    format!("{count} {}", if count > 1 { several } else { one })
}

/// What somebody wrote, for a terminal: whatever would command it is shown and not obeyed.
fn harmless(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\n' && c != '\t' { '\u{fffd}' } else { c }).collect()
}
