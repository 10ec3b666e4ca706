//! What the theme's form pages receive: the form, the check page, the thank-you page, the page
//! that confirms an address, the one that moderators read a submission on and what they may mend.
//!
//! Only values: no HTML is made here but what the caller rendered beforehand
//! ([`RenderedTexts`]), and nothing is escaped, because the templates do.

mod amend;
mod check;
mod edit;
mod form;
mod read;
mod texts;

pub use amend::{AmendView, amend};
pub use check::{AnswerView, CheckView, ConfirmAddress, DoneView, Hidden, WarningView, check, done};
pub use edit::edit;
pub use form::{ErrorView, FieldView, FormView, GroupView, OptionView};
pub use read::{ConfirmAddressView, ReadView, confirm_address, read};
pub use texts::RenderedTexts;
