//! stub
#![allow(missing_docs)]
pub struct Location{pub url:String,pub last_modified:Option<jiff::civil::Date>}
pub fn xml(_l:&[Location])->String{String::new()}
pub fn robots(_s:&str,_c:bool)->String{String::new()}
