//! Publishing into a workspace: real git, repositories in temporary folders, nothing of the machine's
//! own configuration.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on is to stop there")]

mod support;

mod building;
mod checking;
mod cloning;
mod folder;
mod following;
mod hostile;
mod pushing;
mod recovering;
mod snapshot;
