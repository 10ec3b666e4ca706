//! What an operator does beside the service, and what a machine that watches it reads.

mod checking;
mod erasing;
mod exporting;
mod keys;
mod looking;
mod moving;
mod purging;
mod signing;
mod watching;

use clap::Parser;
use forms_service::cli::{Cli, Command};

/// The command line that these words make.
fn cli(words: &[&str]) -> Cli {
    Cli::try_parse_from(["forms-service"].iter().chain(words)).unwrap()
}

fn command(words: &[&str]) -> Command {
    cli(words).command.unwrap()
}
