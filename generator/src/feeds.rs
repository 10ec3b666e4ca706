//! stub
#![allow(missing_docs)]
use jiff::Timestamp;
pub struct Feed{pub title:String,pub url:String,pub self_url:String,pub updated:Timestamp,pub entries:Vec<Entry>}
pub struct Entry{pub title:String,pub url:String,pub updated:Timestamp,pub summary:Option<String>,pub html:Option<String>}
impl Feed{pub fn to_xml(&self)->String{String::new()}}
