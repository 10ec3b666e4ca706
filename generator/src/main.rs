//! `generator build | check | serve | schema | new`: see the library for the journey of a page.

use std::process::ExitCode;

use generator::cli::{self, Outcome};
use generator::memory;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    memory::in_small_pages();
    let cli = match cli::parse() {
        Ok(cli) => cli,
        Err(status) => return status,
    };
    match cli::run(cli) {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::ContentAtFault) => ExitCode::from(1),
        Err(fault) => {
            eprintln!("erreur : {fault:#}");
            ExitCode::from(2)
        }
    }
}
