//! Mails: worded from a stored submission, built as a server wants them, and taken away.

pub mod compose;
mod words;

pub mod message;

pub mod transport;
