//! stub
#![allow(missing_docs)]
use std::path::Path; use std::collections::BTreeMap; use crate::diagnostic::Diagnostics; use crate::output::OutputFile;
pub struct Assets { urls: BTreeMap<String,String>, files: Vec<OutputFile> }
impl Assets {
    pub fn load(folder:&Path, _d:&Diagnostics)->anyhow::Result<Self>{
        let mut urls=BTreeMap::new(); let mut files=vec![]; 
        for e in walkdir::WalkDir::new(folder.join("static")).sort_by_file_name(){let e=e?; if e.file_type().is_file(){
            let p=e.path().strip_prefix(folder.join("static"))?.to_string_lossy().to_string(); let u=format!("/actifs/{p}"); files.push(OutputFile::new(u[1..].to_string(), std::fs::read(e.path())?)); urls.insert(p,u);}}
        let mut css=String::new();
        for e in walkdir::WalkDir::new(folder.join("styles")).sort_by_file_name(){let e=e?; if e.file_type().is_file(){css.push_str(&std::fs::read_to_string(e.path())?);}}
        files.push(OutputFile::new("actifs/style.css", css)); urls.insert("style.css".into(), "/actifs/style.css".into());
        Ok(Self{urls,files})}
    pub fn url(&self,p:&str)->Option<&str>{self.urls.get(p).map(String::as_str)}
    pub fn files(&self)->Vec<OutputFile>{self.files.clone()}
}
