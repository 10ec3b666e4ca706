//! The service as a browser meets it: the real router on a fresh database, an in-memory mailbox
//! and a clock turned by hand. No sleep, no network.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on is to stop there")]

mod support;

mod commands;
mod forms;
mod headers;
mod mailbox;
mod never;
mod outbox;
mod roles;
mod smtp;
