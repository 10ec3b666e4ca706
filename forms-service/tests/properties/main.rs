//! What holds of anything that somebody may send, type or open.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails where it stands")]

#[path = "../../../generator/tests/properties/cases.rs"]
mod cases;
mod sound_mail;

mod clients;
mod links;
mod mails;
mod references;
