//! The content folder as it is on disk: the first stage, and the only one that reads content.
//!
//! Nothing is understood here but names and bytes: what is not UTF-8 is refused, what an office
//! or a file manager left behind is passed over.

mod decode;
pub mod names;

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use rayon::prelude::*;
use unicode_normalization::UnicodeNormalization;
use walkdir::WalkDir;

use crate::diagnostic::{Diagnostic, Diagnostics, Location, Severity};
use crate::locate::Cursor;

/// A text file of the content folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// Path from the content folder with `/` between parts, in NFC: `savoir/enjeux.md`.
    pub path: Arc<str>,
    /// The path as the user would type it: `content/savoir/enjeux.md`.
    pub shown: Arc<str>,
    /// The whole text, without a byte order mark.
    pub text: String,
}

impl SourceFile {
    /// A file that is not on disk, for tests and for texts that come from elsewhere.
    pub fn new(path: &str, text: impl Into<String>) -> Self {
        Self { path: path.into(), shown: path.into(), text: text.into() }
    }

    /// The folder part of the path, empty at the root.
    pub fn folder(&self) -> &str {
        folder_of(&self.path)
    }

    /// Where the bytes `range` of the text stand.
    pub fn locate(&self, range: Range<usize>) -> Location {
        debug_assert!(range.start <= range.end && range.end <= self.text.len(), "{range:?} is not in {}", self.path);
        Cursor::default().locate(self, &range)
    }

    /// An error at the bytes `range` of the text.
    pub fn error(&self, range: Range<usize>, code: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            severity: Severity::Error,
            code,
            message: message.into(),
            help: None,
            location: Some(Box::new(self.locate(range))),
        }
    }

    /// A warning at the bytes `range` of the text.
    pub fn warning(&self, range: Range<usize>, code: &'static str, message: impl Into<String>) -> Diagnostic {
        self.error(range, code, message).warning()
    }
}

/// The folder part of a content path, empty at the root.
pub fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Everything that the content folder holds, sorted by path.
#[derive(Debug, Default)]
pub struct Sources {
    /// Markdown files.
    pub pages: Vec<SourceFile>,
    /// YAML files: settings, establishment, forms.
    pub data: Vec<SourceFile>,
    /// All other files (images, documents), by content path.
    pub others: Vec<(Arc<str>, PathBuf)>,
    /// Content paths of the text files that are none, which were reported.
    pub unreadable: Vec<Arc<str>>,
}

/// Reads the whole content folder.
///
/// # Errors
/// Fails when the folder or a file cannot be read; a file that is not text is a diagnostic.
pub fn load(content: &Path, diagnostics: &Diagnostics) -> anyhow::Result<Sources> {
    anyhow::ensure!(content.is_dir(), "le dossier de contenu « {} » n’existe pas", content.display());
    let mut found = Vec::new();
    // Links are passed over: one that leaves the folder would publish any file of the machine.
    for entry in WalkDir::new(content).into_iter().filter_entry(|e| e.depth() == 0 || !is_junk(e)) {
        let entry = entry.with_context(|| format!("lecture du dossier « {} »", content.display()))?;
        if entry.file_type().is_file() {
            let path = content_path(entry.path().strip_prefix(content)?);
            found.push((path, entry.into_path()));
        }
    }
    found.sort();
    let read = found.into_par_iter().map(|(path, on_disk)| read_one(content, path, on_disk)).collect::<Vec<_>>();

    let mut sources = Sources::default();
    for one in read {
        match one? {
            Loaded::Page(file) => sources.pages.push(file),
            Loaded::Data(file) => sources.data.push(file),
            Loaded::Other(path, on_disk) => sources.others.push((path, on_disk)),
            Loaded::NotText(path, diagnostic) => {
                diagnostics.add(diagnostic);
                sources.unreadable.push(path);
            }
        }
    }
    Ok(sources)
}

enum Loaded {
    Page(SourceFile),
    Data(SourceFile),
    Other(Arc<str>, PathBuf),
    NotText(Arc<str>, Diagnostic),
}

fn read_one(content: &Path, path: Arc<str>, on_disk: PathBuf) -> anyhow::Result<Loaded> {
    let extension = path.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).unwrap_or_default();
    let is_page = extension == "md";
    if !is_page && extension != "yaml" && extension != "yml" {
        return Ok(Loaded::Other(path, on_disk));
    }
    let bytes = std::fs::read(&on_disk).with_context(|| format!("lecture de « {} »", on_disk.display()))?;
    let shown: Arc<str> = content.join(&*path).to_string_lossy().into();
    let text = match decode::decode(bytes) {
        Ok(text) => text,
        Err(fault) => return Ok(Loaded::NotText(path, fault.at(shown))),
    };
    let file = SourceFile { path, shown, text };
    Ok(if is_page { Loaded::Page(file) } else { Loaded::Data(file) })
}

/// A content path: parts joined by `/`, in NFC so that an accent typed on a Mac is the same.
fn content_path(path: &Path) -> Arc<str> {
    let parts: Vec<String> = path.iter().map(|part| part.to_string_lossy().nfc().collect()).collect();
    parts.join("/").into()
}

/// What office suites, file managers and editors leave in a folder.
pub(crate) fn is_junk(entry: &walkdir::DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    name.starts_with('.')
        || name.starts_with("~$")
        || name.ends_with('~')
        || name.ends_with(".swp")
        || name.ends_with(".tmp")
        || name.ends_with(".bak")
        || name.ends_with(".orig")
        || name.starts_with("~WRL")
        || (name.starts_with('#') && name.ends_with('#'))
        || matches!(name.as_ref(), "Thumbs.db" | "desktop.ini" | "Desktop.ini" | "__MACOSX" | "Icon\r")
}
