//! stub
#![allow(missing_docs)]
pub fn last_changes(_p:&std::path::Path)->std::collections::HashMap<String,jiff::Timestamp>{Default::default()}
