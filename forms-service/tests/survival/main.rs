//! What survives: the program itself, killed in mid-work or out of disk, under a steady stream of
//! posts, with a mail server beside it that remembers everything it was given.
//!
//! The figures go to stderr, past the capture of the test runner. `PORTAIL_KILL_ROUNDS` sets for
//! how many rounds the program is killed, `PORTAIL_KILL_SEED` in which order;
//! `PORTAIL_LOG` is what the program logs, as `RUST_LOG` would say it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on is to stop there")]

mod portal;

mod relay;
mod visitor;

mod figures;
mod ledger;

mod full_disk;
mod kill;
mod publishing;
