//! The service as a browser meets it: the real router on a fresh database, an in-memory mailbox
//! and a clock turned by hand. No sleep, and no network but sockets of this machine.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on is to stop there")]

mod support;

mod clocks;
mod commands;
mod confirming;
mod connections;
mod daily;
mod deciding;
mod following;
mod forms;
mod full;
mod guarding;
mod headers;
mod instances;
mod limits;
mod mailbox;
mod malformed;
mod moderating;
mod never;
mod operations;
mod outbox;
mod register;
mod reminding;
mod requests;
mod roles;
mod secrecy;
mod signing_up;
mod silence;
mod smtp;
mod standing;
mod transitions;
mod upgrading;
