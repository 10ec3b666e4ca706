//! From a decision to a page that is online.

pub mod worker;

pub mod publisher;

pub mod builder;
pub mod change;
pub mod probe;
pub mod progress;
pub mod snapshot;
pub mod workspace;

mod clone;
mod distant;
mod git;
mod refusal;
