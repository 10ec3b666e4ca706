//! The sources of the last site that went live, kept in the data folder.
//!
//! What is to be withdrawn at once must go even while the present content does not build: the site
//! is then built again from here, without it. There are two copies, and a marker names the one that
//! is whole; the other is where the next is prepared. So there is always a whole one, whenever the
//! machine stops.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use anyhow::{Context, ensure};
use walkdir::{DirEntry, WalkDir};

use super::change::locate;
use crate::store::backup::sync_folder;

/// Where the copies are, in the data folder.
const FOLDER: &str = "en-ligne";
/// Says which copy is whole.
const MARKER: &str = "entiere";
/// The two copies.
const COPIES: [&str; 2] = ["a", "b"];

/// A file that changed this recently may change again without its time saying so.
const TOO_RECENT: Duration = Duration::from_secs(2);

/// The sources of the last site that went live.
#[derive(Clone, Debug)]
pub struct Snapshot {
    folder: PathBuf,
}

impl Snapshot {
    /// Those kept in this data folder, if any were.
    pub fn in_data(data: &Path) -> Self {
        Self { folder: data.join(FOLDER) }
    }

    /// The content folder of the last site that went live; `None` before the first.
    pub fn content(&self) -> Option<PathBuf> {
        let named = fs::read_to_string(self.folder.join(MARKER)).ok()?;
        let copy = COPIES.into_iter().find(|copy| *copy == named.trim_end())?;
        Some(self.folder.join(copy)).filter(|path| path.is_dir())
    }

    /// Keeps a content folder from which the site was just built. Only what changed is copied.
    ///
    /// # Errors
    /// Fails when the disk does; what was kept before stays.
    pub fn keep(&self, content: &Path) -> anyhow::Result<()> {
        self.adopt(&self.prepare(content)?)
    }

    /// A copy of what is kept without these files (content paths), to build from; files may be
    /// changed in it too. It counts for nothing until it is [adopted](Self::adopt). `None` before
    /// anything was kept.
    ///
    /// # Errors
    /// Fails when the disk does, or a path leaves the content folder.
    pub fn without(&self, paths: &[&str]) -> anyhow::Result<Option<PathBuf>> {
        let Some(kept) = self.content() else { return Ok(None) };
        let copy = self.prepare(&kept)?;
        for path in paths {
            ignore_absent(fs::remove_file(locate(&copy, path)?)).with_context(|| format!("retrait de « {path} »"))?;
        }
        Ok(Some(copy))
    }

    /// Keeps what [`without`](Self::without) gave, once the site was built from it: what was
    /// withdrawn then does not come back by the next withdrawal.
    ///
    /// # Errors
    /// Fails when the disk does, or `copy` is no copy of ours.
    pub fn adopt(&self, copy: &Path) -> anyhow::Result<()> {
        let name =
            COPIES.into_iter().find(|name| self.folder.join(name) == copy).context("this is not a copy of ours")?;
        let half = self.folder.join(format!("{MARKER}.moitie"));
        let write = || {
            let mut file = File::create(&half)?;
            writeln!(file, "{name}")?;
            file.sync_all()?;
            fs::rename(&half, self.folder.join(MARKER))
        };
        write().with_context(|| format!("écriture dans « {} »", self.folder.display()))?;
        sync_folder(&half)
    }

    /// Makes the copy that is not the whole one hold what `content` holds.
    fn prepare(&self, content: &Path) -> anyhow::Result<PathBuf> {
        let kept = self.content();
        let free = COPIES.into_iter().map(|copy| self.folder.join(copy)).find(|copy| Some(copy) != kept.as_ref());
        let copy = free.context("no copy is free")?;
        fs::create_dir_all(&copy)
            .and_then(|()| bring_in_line(content, &copy, SystemTime::now()))
            .with_context(|| format!("copie de « {} » dans « {} »", content.display(), copy.display()))?;
        Ok(copy)
    }
}

/// Makes `copy` hold the files of `content` that a build reads, and no other.
fn bring_in_line(content: &Path, copy: &Path, now: SystemTime) -> io::Result<()> {
    let mut seen = HashSet::new();
    for entry in WalkDir::new(content).min_depth(1).into_iter().filter_entry(is_read) {
        let entry = entry?;
        let Ok(path) = entry.path().strip_prefix(content) else { continue };
        let place = copy.join(path);
        if entry.file_type().is_dir() {
            make_folder(&place)?;
        } else if entry.file_type().is_file() {
            copy_one(&entry, &place, now)?;
        } else {
            continue;
        }
        seen.insert(path.to_owned());
    }
    // Contents before their folder.
    for entry in WalkDir::new(copy).min_depth(1).contents_first(true) {
        let entry = entry?;
        let is_kept = entry.path().strip_prefix(copy).is_ok_and(|path| seen.contains(path));
        if !is_kept {
            remove(entry.path())?;
        }
    }
    // Once for all: a flush for each of ten thousand files would take minutes.
    rustix::fs::syncfs(File::open(copy)?)?;
    Ok(())
}

/// The generator passes over what begins with a dot, and over links.
fn is_read(entry: &DirEntry) -> bool {
    !entry.file_name().as_encoded_bytes().starts_with(OsStr::new(".").as_encoded_bytes())
}

fn make_folder(place: &Path) -> io::Result<()> {
    if fs::symlink_metadata(place).is_ok_and(|found| !found.is_dir()) {
        fs::remove_file(place)?;
    }
    fs::create_dir_all(place)
}

fn copy_one(entry: &DirEntry, place: &Path, now: SystemTime) -> io::Result<()> {
    // Looked at before it is read: a change during the copy is then seen the next time.
    let found = entry.metadata()?;
    let modified = found.modified()?;
    if let Ok(there) = fs::symlink_metadata(place) {
        if there.is_file() && there.len() == found.len() && there.modified()? == modified {
            return Ok(());
        }
        remove(place)?;
    }
    let mut target = File::create_new(place)?;
    io::copy(&mut File::open(entry.path())?, &mut target)?;
    let is_settled = now.duration_since(modified).is_ok_and(|age| age > TOO_RECENT);
    // A time that no file has: it is copied again the next time.
    target.set_modified(if is_settled { modified } else { SystemTime::UNIX_EPOCH })
}

fn remove(path: &Path) -> io::Result<()> {
    let found = fs::symlink_metadata(path)?;
    if found.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }
}

fn ignore_absent(done: io::Result<()>) -> anyhow::Result<()> {
    match done {
        Err(error) => {
            ensure!(error.kind() == ErrorKind::NotFound, error);
            Ok(())
        }
        Ok(()) => Ok(()),
    }
}
