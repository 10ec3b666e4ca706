//! The content folder as it is on disk: the first stage, and the only one that reads content.
//!
//! Nothing is understood here but names and bytes: what is not UTF-8 is refused, what an office
//! or a file manager left behind is passed over.

mod decode;
pub mod names;

use std::fs;
use std::io::{self, Read as _};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use anyhow::Context;
use rayon::prelude::*;
use walkdir::{DirEntry, WalkDir};

use crate::alongside::Alongside;
use crate::diagnostic::{Diagnostic, Diagnostics, Location, Severity};
use crate::locate::Cursor;

/// How many names are read before somebody looks at the files.
const AT_ONCE: usize = 256;

/// A text file of the content folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// Path from the content folder with `/` between parts, in NFC: `savoir/enjeux.md`.
    pub path: Arc<str>,
    /// The path as the user would type it: `content/savoir/enjeux.md`.
    pub shown: Arc<str>,
    /// The text, without a byte order mark: nothing of it before the file is [read](Self::read), only
    /// how it begins once the rest was [put away](Self::put_away).
    pub text: String,
    /// Where the folder part of the path ends.
    folder_end: usize,
    on_disk: Option<OnDisk>,
    is_put_away: bool,
}

/// Where a file is read, and the state in which it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
struct OnDisk {
    path: Arc<Path>,
    stamp: Stamp,
}

impl SourceFile {
    /// A file that is not on disk, for tests and for texts that come from elsewhere.
    pub fn new(path: &str, text: impl Into<String>) -> Self {
        Self::shown_as(path, path, text)
    }

    /// As [`new`](Self::new), under a path that the user would type.
    pub fn shown_as(path: &str, shown: &str, text: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            shown: shown.into(),
            text: text.into(),
            folder_end: folder_of(path).len(),
            on_disk: None,
            is_put_away: false,
        }
    }

    /// A file that was found and is not read yet.
    fn unread(content: &Path, found: &Found) -> Self {
        Self {
            path: Arc::clone(&found.path),
            shown: content.join(&*found.path).to_string_lossy().into(),
            text: String::new(),
            folder_end: folder_of(&found.path).len(),
            on_disk: Some(OnDisk { path: Arc::clone(&found.on_disk), stamp: found.stamp }),
            is_put_away: true,
        }
    }

    /// The file with its whole text; a diagnostic when it is no text.
    ///
    /// # Errors
    /// Fails when it cannot be read.
    pub fn read(self: &Arc<Self>) -> anyhow::Result<Result<Arc<Self>, Diagnostic>> {
        let Some(on_disk) = self.on_disk.as_ref().filter(|_| self.is_put_away) else { return Ok(Ok(Arc::clone(self))) };
        let bytes = read_whole(&on_disk.path, on_disk.stamp.size_bytes)
            .with_context(|| format!("lecture de « {} »", on_disk.path.display()))?;
        Ok(match decode::decode(&bytes) {
            Ok(text) => Ok(Arc::new(Self {
                path: Arc::clone(&self.path),
                shown: Arc::clone(&self.shown),
                text,
                folder_end: self.folder_end,
                on_disk: Some(on_disk.clone()),
                is_put_away: false,
            })),
            Err(fault) => Err(fault.at(Arc::clone(&self.shown))),
        })
    }

    /// Whether its whole text is here.
    pub fn is_read(&self) -> bool {
        !self.is_put_away
    }

    /// Whether no file holds it: the page of a folder that has none of its own.
    pub fn is_made_up(&self) -> bool {
        self.on_disk.is_none() && self.shown == self.path
    }

    /// The file with no more of its text than the first `kept` bytes: the rest is read from the disk
    /// again when a fault is found there. A file that came from elsewhere stays whole.
    pub fn put_away(self: &Arc<Self>, kept: usize) -> Arc<Self> {
        if self.on_disk.is_none() || self.is_put_away {
            return Arc::clone(self);
        }
        Arc::new(Self {
            path: Arc::clone(&self.path),
            shown: Arc::clone(&self.shown),
            text: self.text[..kept].to_owned(),
            folder_end: self.folder_end,
            on_disk: self.on_disk.clone(),
            is_put_away: true,
        })
    }

    /// The whole file, when the byte `at` of its text was put away. `None` too when it cannot be read
    /// any more: faults are then placed at the end of what was kept.
    pub(crate) fn brought_back(&self, at: usize) -> Option<Self> {
        let on_disk = self.on_disk.as_ref().filter(|_| self.is_put_away && at >= self.text.len())?;
        let text = decode::decode(&fs::read(&on_disk.path).ok()?).ok()?;
        Some(Self { text, is_put_away: false, ..self.clone() })
    }

    /// The folder part of the path, empty at the root.
    pub fn folder(&self) -> &str {
        &self.path[..self.folder_end]
    }

    /// Where the bytes `range` of the text stand.
    pub fn locate(&self, range: Range<usize>) -> Location {
        let is_within = self.is_put_away || range.end <= self.text.len();
        debug_assert!(range.start <= range.end && is_within, "{range:?} is not in {}", self.path);
        Cursor::default().locate(self, &range)
    }

    /// An error at the bytes `range` of the text.
    pub fn error(&self, range: Range<usize>, code: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Severity::Error, code, message, Some(self.locate(range)))
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

/// A text may need a hundred times its size in memory while it is read.
const LONG_TEXT_BYTES: u64 = 256 * 1024;

/// What tells one state of a file from another without reading it.
///
/// The change time is among it because no program can set it: a file that was put back to its
/// old size and date is still another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Stamp {
    size_bytes: u64,
    /// Since the epoch, in nanoseconds.
    modified: i128,
    /// As `modified`; 0 where the system keeps none.
    changed: i128,
    /// 0 where the system has none.
    inode: u64,
}

impl Stamp {
    /// The state of a file that is there.
    pub fn of(metadata: &fs::Metadata) -> Self {
        let since_epoch = |time: SystemTime| match time.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(after) => i128::try_from(after.as_nanos()).unwrap_or(i128::MAX),
            Err(before) => i128::try_from(before.duration().as_nanos()).map_or(i128::MIN, |nanos| -nanos),
        };
        let (changed, inode) = system_stamp(metadata);
        let modified = metadata.modified().map_or(0, since_epoch);
        Self { size_bytes: metadata.len(), modified, changed, inode }
    }

    /// How many bytes it has.
    pub fn size_bytes(&self) -> u64 {
        self.size_bytes
    }

    /// The later of both times, in nanoseconds since the epoch.
    pub fn last_touched(&self) -> i128 {
        self.modified.max(self.changed)
    }
}

#[cfg(unix)]
fn system_stamp(metadata: &fs::Metadata) -> (i128, u64) {
    use std::os::unix::fs::MetadataExt;
    (i128::from(metadata.ctime()) * 1_000_000_000 + i128::from(metadata.ctime_nsec()), metadata.ino())
}

#[cfg(not(unix))]
fn system_stamp(_: &fs::Metadata) -> (i128, u64) {
    (0, 0)
}

/// A file of the content folder that is not read yet.
#[derive(Clone, Debug)]
pub struct Found {
    /// Path from the content folder with `/` between parts, in NFC.
    pub path: Arc<str>,
    /// Where it is.
    pub on_disk: Arc<Path>,
    /// Its state.
    pub stamp: Stamp,
}

impl Found {
    /// Whether it is read as text, and so long that it may need a lot of memory.
    pub fn is_long_text(&self) -> bool {
        self.stamp.size_bytes > LONG_TEXT_BYTES && matches!(self.extension().as_deref(), Some("md" | "yaml" | "yml"))
    }

    fn extension(&self) -> Option<String> {
        self.path.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase())
    }
}

/// Every file below `folder`, which is the content folder or lies in it, sorted by path. Links are
/// passed over: one that leaves the folder would publish any file of the machine.
///
/// # Errors
/// Fails when a folder cannot be read.
pub fn list(content: &Path, folder: &Path) -> anyhow::Result<Vec<Found>> {
    let reading = || format!("lecture du dossier « {} »", folder.display());
    let mut entries = WalkDir::new(folder).into_iter().filter_entry(|e| e.depth() == 0 || !is_junk(e));
    // Names are read by one thread, a few hundred at a time, and the files looked at by the others.
    let some =
        std::iter::from_fn(|| Some(entries.by_ref().take(AT_ONCE).collect::<Vec<_>>()).filter(|e| !e.is_empty()));
    let look = |entry: walkdir::Result<DirEntry>| {
        let entry = entry.with_context(reading)?;
        if entry.file_type().is_file() { look(content, entry.into_path()) } else { Ok(None) }
    };
    let found: anyhow::Result<Vec<Option<Found>>> =
        some.par_bridge().flat_map_iter(|entries| entries.into_iter().map(look)).collect();
    let mut found: Vec<Found> = found?.into_iter().flatten().collect();
    found.par_sort_unstable_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

/// A file as it stands; `None` when it is gone, or is no plain file.
///
/// # Errors
/// Fails when the system does not tell.
pub fn look(content: &Path, on_disk: PathBuf) -> anyhow::Result<Option<Found>> {
    let metadata = match fs::symlink_metadata(&on_disk) {
        Ok(metadata) => metadata,
        // Gone since its folder was read.
        Err(e) if matches!(e.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => return Ok(None),
        Err(e) => return Err(e).with_context(|| format!("lecture de « {} »", on_disk.display())),
    };
    if !metadata.is_file() {
        return Ok(None);
    }
    let path = content_path(on_disk.strip_prefix(content)?);
    Ok(Some(Found { path, stamp: Stamp::of(&metadata), on_disk: on_disk.into() }))
}

/// Everything that the content folder holds, sorted by path.
#[derive(Debug, Default)]
pub struct Sources {
    /// Markdown files, not read yet.
    pub pages: Vec<Arc<SourceFile>>,
    /// YAML files: settings, establishment, forms.
    pub data: Vec<Arc<SourceFile>>,
    /// All other files (images, documents).
    pub others: Vec<Found>,
}

/// The files of a content folder as they were last found, by their paths. A file whose [`Stamp`] did not
/// change is the same one; those of YAML were read.
#[derive(Debug, Default)]
pub struct Shelf(Alongside<Arc<str>, (Stamp, Shelved)>);

#[derive(Debug)]
enum Shelved {
    Page(Arc<SourceFile>),
    Data(Arc<SourceFile>),
    Other,
    NotText(Diagnostic),
}

impl Shelf {
    /// Sorts the files `found`, and reads those of YAML that changed.
    ///
    /// # Errors
    /// Fails when a file cannot be read; one that is not text is a diagnostic.
    pub fn load(&mut self, content: &Path, found: &[Found], diagnostics: &Diagnostics) -> anyhow::Result<Sources> {
        let known = self.0.of(found.iter().map(|found| &found.path));
        known.par_iter_mut().zip(found).try_for_each(|(known, found)| {
            if known.as_ref().is_none_or(|(stamp, _)| *stamp != found.stamp) {
                *known = Some((found.stamp, shelve(content, found)?));
            }
            anyhow::Ok(())
        })?;
        let mut sources = Sources::default();
        for (found, (_, shelved)) in found.iter().zip(known.iter().flatten()) {
            match shelved {
                Shelved::Page(file) => sources.pages.push(Arc::clone(file)),
                Shelved::Data(file) => sources.data.push(Arc::clone(file)),
                Shelved::Other => sources.others.push(found.clone()),
                Shelved::NotText(diagnostic) => diagnostics.add(diagnostic.clone()),
            }
        }
        Ok(sources)
    }
}

fn shelve(content: &Path, found: &Found) -> anyhow::Result<Shelved> {
    let unread = || Arc::new(SourceFile::unread(content, found));
    Ok(match found.extension().as_deref() {
        Some("md") => Shelved::Page(unread()),
        Some("yaml" | "yml") => unread().read()?.map_or_else(Shelved::NotText, Shelved::Data),
        _ => Shelved::Other,
    })
}

/// As [`fs::read`], in a single call when the file still has the size that it was found with.
fn read_whole(path: &Path, size_bytes: u64) -> io::Result<Vec<u8>> {
    let mut file = fs::File::open(path)?;
    let expected = usize::try_from(size_bytes).map_err(io::Error::other)?;
    // One byte more: a file that ends before it has no other to give.
    let mut bytes = vec![0; expected.saturating_add(1)];
    let read = match file.read(&mut bytes) {
        Err(e) if e.kind() == io::ErrorKind::Interrupted => 0,
        read => read?,
    };
    bytes.truncate(read);
    if read != expected {
        file.read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

/// A content path: parts joined by `/`, in NFC so that an accent typed on a Mac is the same.
fn content_path(path: &Path) -> Arc<str> {
    let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
    crate::slug::composed(&parts.join("/")).into()
}

/// What office suites, file managers and editors leave in a folder.
pub(crate) fn is_junk(entry: &walkdir::DirEntry) -> bool {
    is_junk_name(&entry.file_name().to_string_lossy())
}

/// As [`is_junk`], by the name alone.
#[expect(
    clippy::case_sensitive_file_extension_comparisons,
    reason = "what programs leave behind they name themselves, in lower case"
)]
pub(crate) fn is_junk_name(name: &str) -> bool {
    name.starts_with('.')
        || name.starts_with("~$")
        || name.ends_with('~')
        || name.ends_with(".swp")
        || name.ends_with(".tmp")
        || name.ends_with(".bak")
        || name.ends_with(".orig")
        || name.starts_with("~WRL")
        || (name.starts_with('#') && name.ends_with('#'))
        || matches!(name, "Thumbs.db" | "desktop.ini" | "Desktop.ini" | "__MACOSX" | "Icon\r")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "---\ntitre: Été\n---\nUn texte.\n\nUn lien [cassé](nulle-part.md) là.\n";

    fn read_and_put_away(folder: &Path, kept: usize) -> (Arc<SourceFile>, Arc<SourceFile>) {
        fs::write(folder.join("a.md"), TEXT).unwrap();
        let found = list(folder, folder).unwrap();
        let mut sources = Shelf::default().load(folder, &found, &Diagnostics::new()).unwrap();
        let whole = sources.pages.remove(0).read().unwrap().unwrap();
        let cut = whole.put_away(kept);
        (whole, cut)
    }

    #[test]
    fn a_fault_in_what_was_put_away_is_placed_as_in_the_whole() {
        let folder = tempfile::tempdir().unwrap();
        for kept in [0, TEXT.find("Un texte").unwrap()] {
            let (whole, cut) = read_and_put_away(folder.path(), kept);
            assert_eq!(cut.text, TEXT[..kept]);
            for what in ["titre", "---\nUn", "Un texte", "[cassé](nulle-part.md)", "là.\n"] {
                let at = TEXT.find(what).unwrap();
                let range = at..at + what.len();
                assert_eq!(cut.locate(range.clone()), whole.locate(range), "{what} {kept}");
            }
            assert_eq!(cut.locate(0..0), whole.locate(0..0));
        }
    }

    #[test]
    fn a_file_that_went_or_shrank_meanwhile_still_has_a_place_for_its_faults() {
        let folder = tempfile::tempdir().unwrap();
        let (_, cut) = read_and_put_away(folder.path(), 4);
        let at = TEXT.find("[cassé]").unwrap();
        fs::write(folder.path().join("a.md"), "é").unwrap();
        assert_eq!(cut.locate(at..at + 3).line, 1);
        fs::remove_file(folder.path().join("a.md")).unwrap();
        assert_eq!(cut.locate(at..at + 3).line, 2);
    }

    #[test]
    fn a_file_that_grew_or_shrank_since_it_was_found_is_read_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.md");
        fs::write(&path, TEXT).unwrap();
        let size = TEXT.len() as u64;
        for found in [0, 1, size - 1, size, size + 1, size + 2, 3 * size] {
            assert_eq!(read_whole(&path, found).unwrap(), TEXT.as_bytes(), "{found}");
        }
    }

    #[test]
    fn only_what_is_read_as_text_is_a_long_text() {
        let folder = tempfile::tempdir().unwrap();
        for (name, bytes) in [
            ("court.md", LONG_TEXT_BYTES),
            ("long.MD", LONG_TEXT_BYTES + 1),
            ("long.yaml", 1 << 20),
            ("photo.jpg", 1 << 20),
        ] {
            fs::write(folder.path().join(name), vec![b'a'; usize::try_from(bytes).unwrap()]).unwrap();
        }
        let found = list(folder.path(), folder.path()).unwrap();
        let long = found.iter().filter(|found| found.is_long_text()).map(|found| &*found.path);
        assert_eq!(long.collect::<Vec<_>>(), ["long.MD", "long.yaml"]);
    }

    #[test]
    fn a_text_that_came_from_elsewhere_is_never_put_away() {
        let file = Arc::new(SourceFile::new("a.md", TEXT));
        assert_eq!(file.put_away(0).text, TEXT);
    }
}
