//! `generator build | check | serve | schema | new`: see the library for the journey of a page.

use std::process::ExitCode;

use clap::Parser;
use generator::cli::{self, Cli, Outcome};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match cli::run(Cli::parse()) {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::ContentAtFault) => ExitCode::from(1),
        Err(fault) => {
            eprintln!("erreur : {fault:#}");
            ExitCode::from(2)
        }
    }
}
