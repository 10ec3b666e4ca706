//! What the theme's form pages receive: the form, the check page and the thank-you page.
//!
//! Only values: no HTML is made here but what the caller rendered beforehand
//! ([`RenderedTexts`]), and nothing is escaped, because the templates do.

mod check;
mod edit;
mod form;
mod texts;

pub use check::{AnswerView, CheckView, DoneView, Hidden, check, done};
pub use edit::edit;
pub use form::{ErrorView, FieldView, FormView, GroupView, OptionView};
pub use texts::RenderedTexts;
