//! Forms: one YAML definition gives the HTML form, its validation, the mail to those who
//! decide, and what is published; so they cannot drift apart.
//!
//! Nothing here reads a disk, a socket or a clock. The journey of a form:
//!
//! 1. [`definition`] says what a form is; [`FormDefinition::parse`] reads one from its YAML and
//!    reports every fault of it in French.
//! 2. [`view`] gives the values that the theme's form pages receive.
//! 3. [`post`] is what a browser sent, [`clean`] its normal form.
//! 4. [`mod@validate`] turns it into an [`answer::ValidSubmission`], or says what to mend.
//! 5. [`mail`] words what those who decide receive, [`letters`] what the sender receives,
//!    [`publication`] what approving it publishes.
//! 6. [`correct`] is what those who decide may mend of it before that.
//!
//! [`examples`] travels this road with the posts that each definition gives of itself.

pub mod choices;
pub mod definition;
mod field;
mod retention;
pub(crate) mod slots;

mod coherence;
pub(crate) mod read;

pub mod view;

pub mod clean;
pub mod post;

pub mod answer;
pub mod correct;
pub mod flag;
pub mod validate;
mod value;

pub mod letters;
pub mod mail;
pub mod publication;
mod published;

pub mod examples;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod properties;

pub use answer::{Answer, AnswerValue, ValidSubmission};
pub use choices::{Choices, SpaceChoice};
pub use correct::corrected;
pub use definition::{FaultKind, FormDefinition};
pub use flag::Flag;
pub use post::{PostError, RawPost};
pub use validate::{Fault, Rejected, validate};
pub use value::is_email;
