//! x

pub mod assets;
pub mod dates;
pub mod diagnostic;
pub mod feeds;
pub mod fields;
pub mod git_dates;
pub mod images;
pub mod output;
pub mod serve;
pub mod sitemap;
pub mod slug;
pub mod source;
pub mod watch;
pub mod xml;
pub mod yaml;
