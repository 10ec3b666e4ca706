//! What the journeys stand on: the real programs, real sockets, real files.
//!
//! A journey reads like what a person does: a [`Site`] is a copy of the portal's content that it
//! may edit; a [`Portal`] is the program serving that copy; a [`Visitor`] opens and posts; a
//! [`MailServer`] is the hospital's relay, and a [`Letter`] what a moderator finds in it. Every
//! wait is for something that happens, and gives up with what was seen instead.
//!
//! Everything here panics when it cannot go on: its only callers are tests.

#![expect(clippy::missing_panics_doc, reason = "a journey that cannot go on fails by panicking, everywhere here")]

mod wait;

pub mod programs;

pub mod site;

pub mod portal;

pub mod preview;

pub mod visitor;

pub mod html;

pub mod sheet;

pub mod mail_server;

pub mod letter;

pub mod second_reader;

pub mod authority;

pub mod daemon;

pub mod postfix;

pub mod guide;

pub mod nginx;

pub mod upstream;

pub mod forge;

pub mod database;

pub mod caller;

pub use forge::Forge;
pub use letter::Letter;
pub use mail_server::MailServer;
pub use portal::Portal;
pub use preview::Preview;
pub use site::Site;
pub use visitor::{Answer, Visitor};
pub use wait::{PATIENCE, until, until_within};
