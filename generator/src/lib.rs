//! x

pub mod assets;
pub mod dates;
pub mod diagnostic;
pub mod fields;
pub mod output;
pub mod slug;
pub mod source;
pub mod yaml;
