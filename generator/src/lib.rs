//! x

pub mod dates;
pub mod diagnostic;
pub mod fields;
pub mod form;
pub mod slug;
pub mod source;
pub mod yaml;
