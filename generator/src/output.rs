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

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::Context;
use bytes::Bytes;
use rayon::prelude::*;

pub use compress::{companion_of, is_compressible};
pub use folder::MARKER;

use compress::Encoding;
use folder::{Folder, Stale};
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
    Writer::new(root, *options).write(files)
}

/// Writes one site again and again, and remembers what it wrote.
///
/// The first write compares with the disk, as [`write`] does. The next ones compare with memory,
/// as long as the folder's marker shows that no other build wrote there in between: with 10,000
/// pages, reading them all would take most of the time between a save and the browser.
#[derive(Debug)]
pub struct Writer {
    root: PathBuf,
    options: WriteOptions,
    memory: Option<Memory>,
}

#[derive(Debug)]
struct Memory {
    /// What the marker said when the write ended.
    stamp: SystemTime,
    files: HashMap<String, Bytes>,
}

impl Writer {
    /// A writer that does not know yet what `root` holds.
    pub fn new(root: impl Into<PathBuf>, options: WriteOptions) -> Self {
        Self { root: root.into(), options, memory: None }
    }

    /// As [`write`].
    ///
    /// # Errors
    /// As [`write`]; what was remembered is then forgotten.
    pub fn write(&mut self, files: &[OutputFile]) -> anyhow::Result<Summary> {
        let memory = self.memory.take();
        let compress = self.options.compress;
        let paths = Paths::check(files)?;
        let mut folder = Folder::open(&self.root)?;
        let known = memory.filter(|memory| folder.stamp().is_ok_and(|stamp| stamp == memory.stamp));

        let (stale, on_disk) = if let Some(memory) = &known {
            memory.look(&folder, files, &paths, compress)?
        } else {
            let (stale, on_disk) = rayon::join(
                || folder.find_stale(&paths, compress),
                || files.par_iter().map(|file| compare(folder.path(), file)).collect::<anyhow::Result<Vec<_>>>(),
            );
            (stale?, on_disk?)
        };

        let now = SystemTime::now();
        let mut jobs = Vec::new();
        for (file, on_disk) in files.iter().zip(&on_disk) {
            plan(folder.path(), file, *on_disk, now, compress, &mut jobs);
        }
        let mut removed = 0;
        if !jobs.is_empty() || !stale.is_empty() {
            let staging = Staging::write(folder.path(), jobs)?;
            // Before the first rename: another writer must not trust its memory after a crash.
            folder.set_stamp(now)?;
            staging.publish()?;
            removed = stale.remove(folder.path(), &paths)?;
        }

        let files_now = files.iter().map(|file| (file.path.clone(), file.bytes.clone())).collect();
        self.memory = Some(Memory { stamp: folder.stamp()?, files: files_now });
        let written = on_disk.iter().filter(|on_disk| **on_disk == OnDisk::Different).count();
        Ok(Summary {
            written,
            unchanged: files.len() - written,
            removed,
            bytes: files.iter().map(|file| file.bytes.len() as u64).sum(),
        })
    }
}

impl Memory {
    /// What must go, and what stands at the place of each file.
    fn look(
        &self,
        folder: &Folder,
        files: &[OutputFile],
        paths: &Paths<'_>,
        compress: bool,
    ) -> anyhow::Result<(Stale, Vec<OnDisk>)> {
        let is_known = |file: &OutputFile| self.files.get(&file.path).is_some_and(|bytes| *bytes == file.bytes);
        let on_disk = files
            .par_iter()
            .map(|file| if is_known(file) { Ok(OnDisk::Known) } else { compare(folder.path(), file) })
            .collect::<anyhow::Result<Vec<_>>>()?;
        Ok((Stale::among(self.files.keys(), paths, compress), on_disk))
    }
}

/// What stands at the place of a file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum OnDisk {
    /// The same bytes, with the right copies beside.
    Known,
    /// The same bytes.
    Same { modified: SystemTime },
    /// Other bytes, or nothing.
    Different,
}

fn compare(root: &Path, file: &OutputFile) -> anyhow::Result<OnDisk> {
    let target = root.join(&file.path);
    // The link itself, not what it points at: a link is replaced by a file.
    let metadata = match fs::symlink_metadata(&target) {
        Ok(metadata) => metadata,
        // A parent that is a file is reported, with a better sentence, where folders are made.
        Err(e) if matches!(e.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Ok(OnDisk::Different);
        }
        Err(e) => return Err(e).with_context(|| format!("lecture de « {} »", target.display())),
    };
    anyhow::ensure!(
        !metadata.is_dir(),
        "« {} » est un dossier, là où le site a un fichier de ce nom : effacez ce dossier",
        target.display()
    );
    let is_same = metadata.is_file()
        && metadata.len() == file.bytes.len() as u64
        && fs::read(&target).with_context(|| format!("lecture de « {} »", target.display()))? == file.bytes;
    Ok(if is_same { OnDisk::Same { modified: metadata.modified()? } } else { OnDisk::Different })
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
        OnDisk::Known => return,
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
