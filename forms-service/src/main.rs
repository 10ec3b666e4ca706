//! `forms-service`: reads the command line, calls the library, prints the result, picks the exit
//! code: 0 done, 1 the content is at fault, 2 the command or the machine is.

use std::process::ExitCode;

use clap::Parser;
use forms_service::bench;
use forms_service::cli::{Cli, Command};
use forms_service::commands::{self, Outcome};
use forms_service::config;
use forms_service::logs;
use forms_service::serve::{self, Failure};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    generator::memory::in_small_pages();
    let cli = Cli::parse();
    // A measurement has thousands of submissions a second to tell of.
    let filter = if matches!(cli.command, Some(Command::Bench(_))) { "warn" } else { logs::FILTER };
    logs::init(config::log_format(cli.common.config.as_deref()), filter);
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error.into()),
    };
    match runtime.block_on(run(cli)) {
        Ok(Outcome { text, code }) => {
            print!("{text}");
            ExitCode::from(code)
        }
        Err(Failure::Content) => ExitCode::from(1),
        Err(Failure::Other(error)) => fail(&error),
    }
}

async fn run(cli: Cli) -> Result<Outcome, Failure> {
    match (cli.serve_options(), cli.command) {
        (None, Some(Command::Bench(args))) => Ok(bench::run(args, cli.common.data).await?.into()),
        (None, Some(command)) => Ok(commands::run(&cli.common, command).await?),
        (options, _) => {
            if let Some(options) = options {
                serve::serve(options).await?;
            }
            Ok(String::new().into())
        }
    }
}

fn fail(error: &anyhow::Error) -> ExitCode {
    eprintln!("erreur : {error:#}");
    ExitCode::from(2)
}
