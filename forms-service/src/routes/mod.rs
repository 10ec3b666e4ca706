//! What the service answers by itself; all else is files.

pub mod form;

pub mod links;

pub mod answer;
pub mod decide;
pub mod follow;
pub mod status;
pub mod stop;

pub mod desk;

pub mod confirm;

pub mod mailbox;
pub mod metrics;
mod preview;

pub mod health;
