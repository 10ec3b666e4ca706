//! x

pub mod dates;
pub mod diagnostic;
pub mod fields;
pub mod markdown;
pub mod slug;
pub mod source;
pub mod typography;
pub mod yaml;
