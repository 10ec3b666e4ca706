//! The forms service: takes what hospital staff submit, loses none, and mails those who decide.
//!
//! The journey of a submission, in the order of the modules below:
//!
//! 1. [`router`] says who answers what; [`routes`] show a form with a signed key ([`key`]), take
//!    it in, check where it comes from ([`origin`]) and that it is not one too many ([`client`],
//!    [`limits`]), and have it mended or read again.
//! 2. [`intake`] finds who is to be mailed ([`role`]) and keeps the submission: one transaction of
//!    [`store`] holds it and its mails, before the thank-you page.
//! 3. [`outbox`] words each mail ([`mail::compose`]), builds it ([`mail::message`]) and hands it
//!    over ([`mail::transport`]); the [`worker`] has it do so again and again until the server has
//!    it. A mail may bear a [`link`] that leads back to [`routes`].
//!
//! Between 1 and 2, the [`guard`] says what looks like health data: the sender reads it again.
//! A charter that is signed enters the [`register`], each row bound to the one before.
//! [`purge`] forgets what was kept long enough, [`metrics`] count for a machine that watches.
//!
//! [`site`] is the portal that the generator built; [`serve`] puts everything together, [`bench`]
//! measures it, and [`commands`] look at the database beside it. Nothing but [`store`] writes SQL,
//! nothing but [`clock`] asks for the time, and no log holds an address, a key or what somebody wrote.

pub mod config;
pub mod directory;
pub mod secret;

pub mod clock;
pub mod id;
pub mod reference;

pub mod client;
pub mod guard;
pub mod identity;
pub mod key;
pub mod limits;
pub mod link;
pub mod origin;
mod slot_day;

pub mod site;

pub mod app;
pub mod error;
mod page;
pub mod router;
pub mod routes;
pub mod views;

pub mod circuit;
pub mod role;
pub mod steps;
pub mod workdays;

pub mod plan;

pub mod intake;

pub mod crash;
pub mod store;

pub mod register;

pub mod outbox;
pub mod timekeeper;
pub mod worker;

pub mod mail;

pub mod publish;

pub mod data;
pub mod metrics;
pub mod purge;
pub mod roles;
mod scratch;
pub mod serve;

pub mod bench;
pub mod cli;
pub mod commands;
pub mod logs;
