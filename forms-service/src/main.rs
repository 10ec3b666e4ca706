//! `forms-service`: reads the command line, calls the library, prints the result, picks the exit
//! code: 0 done, 1 the content is at fault, 2 the command or the machine is.

use std::process::ExitCode;

use clap::Parser;
use forms_service::cli::{Cli, Command};
use forms_service::clock::Clock;
use forms_service::commands;
use forms_service::logs;
use forms_service::serve::{self, Failure};
use forms_service::store::Location;
use jiff::tz::TimeZone;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    logs::init();
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error.into()),
    };
    match runtime.block_on(run(cli)) {
        Ok(text) => {
            print!("{text}");
            ExitCode::SUCCESS
        }
        Err(Failure::Content) => ExitCode::from(1),
        Err(Failure::Other(error)) => fail(&error),
    }
}

async fn run(cli: Cli) -> Result<String, Failure> {
    if let Some(options) = cli.serve_options() {
        serve::serve(options).await?;
        return Ok(String::new());
    }
    let store = commands::open(&Location::sqlite(&cli.common.data)).await?;
    let zone = TimeZone::system();
    Ok(match cli.command {
        None | Some(Command::Serve(_)) => String::new(),
        Some(Command::Outbox) => commands::outbox(&store, &zone).await?,
        Some(Command::List) => commands::list(&store, &zone).await?,
        Some(Command::Roles { command }) => commands::roles(&store, command, Clock::System.now()).await?,
    })
}

fn fail(error: &anyhow::Error) -> ExitCode {
    eprintln!("erreur : {error:#}");
    ExitCode::from(2)
}
