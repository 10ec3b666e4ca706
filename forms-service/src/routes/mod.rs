//! What the service answers by itself; all else is files.

pub mod follow;
pub mod form;

pub mod confirm;

pub mod mailbox;
pub mod metrics;
mod preview;

pub mod health;
