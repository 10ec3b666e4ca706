//! stub
#![allow(missing_docs)]
pub fn dimensions(p:&std::path::Path)->Option<(u32,u32)>{ imagesize::size(p).ok().map(|s|(s.width as u32,s.height as u32)) }
