//! The last stage: rendered files become the site on disk.
//!
//! It is called when the whole build succeeded, and it may still fail (disk full, a folder where
//! a file should be): then the live site must be what it was. So everything is written beside
//! its place first, then put in place by renames, then what is no longer produced is removed.
//! It never touches a file whose bytes did not change, never follows a symbolic link, and never
//! deletes anything in a folder that does not carry our marker.
//!
//! Nothing is synced to the medium: a site half lost in a power cut is compared and mended by
//! the next build, and a sync per file would cost more than the build.

mod compress;
mod folder;
mod paths;
mod stage;

use std::fs;
use std::io;
use std::path::Path;
use std::time::SystemTime;

use anyhow::Context;
use bytes::Bytes;
use rayon::prelude::*;

pub use compress::{companion_of, is_compressible};
pub use folder::MARKER;

use compress::Encoding;
use folder::Folder;
use paths::Paths;
use stage::{Job, Staging};

/// A file of the site, complete, not yet on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputFile {
    /// Where, from the root of the site, with `/` between parts: `savoir/index.html`.
    pub path: String,
    /// What. Sharing a [`Bytes`] between builds costs nothing.
    pub bytes: Bytes,
}

impl OutputFile {
    /// A file with this path and these bytes.
    pub fn new(path: impl Into<String>, bytes: impl Into<Bytes>) -> Self {
        Self { path: path.into(), bytes: bytes.into() }
    }
}

/// How to write.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WriteOptions {
    /// Whether each text file gets a `.br` and a `.gz` beside it, for servers that send them as
    /// they are. When not, those of an earlier build are removed: they would go stale.
    pub compress: bool,
}

/// What a write did. Compressed copies are not counted: they come and go with their file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Files that are new or whose bytes changed.
    pub written: usize,
    /// Files that were left as they were.
    pub unchanged: usize,
    /// Files that are no longer produced.
    pub removed: usize,
    /// The weight of the whole site.
    pub bytes: u64,
}

impl Summary {
    /// Whether a visitor could see a difference.
    pub fn changed_something(&self) -> bool {
        self.written + self.removed > 0
    }
}

/// Makes `root` hold these files and no other, apart from files at its root that begin with a
/// dot (`.git`, `.well-known`).
///
/// # Errors
/// When a path is unsafe or given twice (on a disk that ignores case, too), when `root` holds
/// something that we did not write, and when the disk refuses. Until the renames begin, nothing
/// visible has changed; if one of them fails, each file is still whole, the old one or the new
/// one, and the next build finishes the work.
pub fn write(root: &Path, files: &[OutputFile], options: &WriteOptions) -> anyhow::Result<Summary> {
    let paths = Paths::check(files)?;
    let folder = Folder::open(root)?;
    let root = folder.path();

    let (stale, on_disk) = rayon::join(
        || folder.find_stale(&paths, options.compress),
        || files.par_iter().map(|file| compare(root, file)).collect::<anyhow::Result<Vec<_>>>(),
    );
    let (stale, on_disk) = (stale?, on_disk?);

    let now = SystemTime::now();
    let mut jobs = Vec::new();
    for (file, on_disk) in files.iter().zip(&on_disk) {
        plan(root, file, *on_disk, now, options.compress, &mut jobs);
    }
    Staging::write(root, jobs)?.publish()?;
    let removed = stale.remove(root, &paths)?;

    let unchanged = on_disk.iter().filter(|on_disk| **on_disk != OnDisk::Different).count();
    Ok(Summary {
        written: files.len() - unchanged,
        unchanged,
        removed,
        bytes: files.iter().map(|file| file.bytes.len() as u64).sum(),
    })
}

/// What stands at the place of a file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum OnDisk {
    Same { modified: SystemTime },
    Different,
}

fn compare(root: &Path, file: &OutputFile) -> anyhow::Result<OnDisk> {
    let target = root.join(&file.path);
    let compared = || -> io::Result<OnDisk> {
        // The link itself, not what it points at: a link is replaced by a file.
        let metadata = fs::symlink_metadata(&target)?;
        if metadata.is_file() && metadata.len() == file.bytes.len() as u64 && fs::read(&target)? == file.bytes {
            return Ok(OnDisk::Same { modified: metadata.modified()? });
        }
        Ok(OnDisk::Different)
    };
    match compared() {
        Ok(on_disk) => Ok(on_disk),
        // A parent that is a file is reported, with a better sentence, by `find_stale`.
        Err(e) if matches!(e.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(OnDisk::Different),
        Err(e) => Err(e).with_context(|| format!("lecture de « {} »", target.display())),
    }
}

/// Adds what has to be written for one file.
///
/// A compressed copy bears exactly the modification time of its file. That is how an earlier one
/// is known to be right without compressing again: whatever interrupted a write between the
/// renames of the three, or edited one of them since, made their times differ.
fn plan<'a>(
    root: &Path,
    file: &'a OutputFile,
    on_disk: OnDisk,
    now: SystemTime,
    compress: bool,
    jobs: &mut Vec<Job<'a>>,
) {
    let modified = match on_disk {
        OnDisk::Same { modified } => modified,
        OnDisk::Different => now,
    };
    if compress && is_compressible(&file.path) {
        for encoding in Encoding::ALL {
            let path = format!("{}.{}", file.path, encoding.suffix());
            if on_disk == OnDisk::Different || !is_copy_of_that_time(&root.join(&path), modified) {
                jobs.push(Job { path, bytes: &file.bytes, encoding: Some(encoding), modified });
            }
        }
    }
    if on_disk == OnDisk::Different {
        jobs.push(Job { path: file.path.clone(), bytes: &file.bytes, encoding: None, modified });
    }
}

fn is_copy_of_that_time(copy: &Path, modified: SystemTime) -> bool {
    fs::symlink_metadata(copy).is_ok_and(|metadata| {
        metadata.is_file() && metadata.len() > 0 && metadata.modified().is_ok_and(|time| time == modified)
    })
}
