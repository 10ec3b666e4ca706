//! The last stage: rendered files become the site on disk.
//!
//! A build may fail in the middle (a template at fault, a full disk, a folder where a file should
//! be): then the live site must be what it was. So a [`Session`] takes one file after the other, as
//! they are rendered, and writes them beside their places; it puts them in place by renames when
//! the whole build succeeded, then removes what is no longer produced. It never touches a file
//! whose bytes did not change, never follows a symbolic link, and never deletes anything in a
//! folder that does not carry our marker. No more than the files of the moment are in memory.
//!
//! Nothing is synced to the medium: a site half lost in a power cut is compared and mended by
//! the next build, and a sync per file would cost more than the build.

mod compress;
mod folder;
mod paths;
mod stage;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::SystemTime;

use anyhow::Context;
use bytes::Bytes;
use foldhash::HashSet;
use rayon::prelude::*;

pub use compress::{companion_of, copies_of, is_compressible};
pub use folder::MARKER;

use compress::Encoding;
use folder::{Folder, OnArrival, Stale};
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
/// As [`Writer::begin`], [`Session::put`] and [`Session::publish`].
pub fn write(root: &Path, files: &[OutputFile], options: &WriteOptions) -> anyhow::Result<Summary> {
    Writer::for_one_write(root, *options).write(files)
}

/// Writes one site again and again, and remembers which files it wrote.
///
/// The first write looks at the whole folder. The next ones do not, as long as the folder's marker
/// shows that no other build wrote there in between, and a file may then be kept without being
/// rendered: with 10,000 pages, looking at them all would take most of the time between a save and
/// the browser.
#[derive(Debug)]
pub struct Writer {
    root: PathBuf,
    options: WriteOptions,
    /// Whether another write may follow.
    remembers: bool,
    memory: Option<Memory>,
}

#[derive(Clone, Debug)]
struct Memory {
    /// What the marker said when the write ended.
    stamp: SystemTime,
    files: Arc<HashSet<String>>,
    folders: Arc<HashSet<String>>,
}

impl Writer {
    /// A writer that does not know yet what `root` holds.
    pub fn new(root: impl Into<PathBuf>, options: WriteOptions) -> Self {
        Self { remembers: true, ..Self::for_one_write(root, options) }
    }

    /// As [`new`](Self::new), for a single write: it keeps no notes for the next.
    pub fn for_one_write(root: impl Into<PathBuf>, options: WriteOptions) -> Self {
        Self { root: root.into(), options, remembers: false, memory: None }
    }

    /// Begins to write the site that has the files `paths`. The folder is then ours alone until the
    /// session ends.
    ///
    /// # Errors
    /// When a path is unsafe or given twice (on a disk that ignores case, too), when `root` holds
    /// something that we did not write, and when the disk refuses. Nothing has changed then.
    pub fn begin<'p>(&mut self, paths: &'p [String]) -> anyhow::Result<Session<'_, 'p>> {
        let memory = self.memory.take();
        // Checked before anything is touched; those of the last write were checked then.
        let planned = match memory.as_ref().filter(|memory| memory.is_of(paths)) {
            Some(_) => None,
            None => Some(Paths::check(paths)?),
        };
        let folder = Folder::open(&self.root)?;
        let known = memory.filter(|memory| folder.stamp().is_ok_and(|stamp| stamp == memory.stamp));
        let (planned, stale, folders) = match (&known, planned) {
            (Some(memory), None) => (None, Stale::default(), Arc::clone(&memory.folders)),
            (Some(memory), Some(planned)) => {
                let stale = Stale::among(memory.files.iter(), &planned, self.options.compress);
                (Some(planned), stale, Arc::clone(&memory.folders))
            }
            (None, planned) => {
                let planned = planned.map_or_else(|| Paths::check(paths), Ok)?;
                let OnArrival { stale, folders } = folder.look(&planned, self.options.compress)?;
                (Some(planned), stale, Arc::new(folders))
            }
        };
        Ok(Session {
            staging: Staging::new(folder.path(), folders),
            writer: self,
            paths,
            folder,
            planned,
            stale,
            known: known.map(|memory| memory.files),
            now: SystemTime::now(),
            kept: AtomicUsize::new(0),
            put: AtomicUsize::new(0),
            written: AtomicUsize::new(0),
        })
    }

    /// As [`write`].
    ///
    /// # Errors
    /// As [`write`]; what was remembered is then forgotten.
    pub fn write(&mut self, files: &[OutputFile]) -> anyhow::Result<Summary> {
        let paths: Vec<String> = files.iter().map(|file| file.path.clone()).collect();
        let session = self.begin(&paths)?;
        files.par_iter().try_for_each(|file| session.put(&file.path, &file.bytes))?;
        session.publish()
    }
}

impl Memory {
    fn is_of(&self, paths: &[String]) -> bool {
        self.files.len() == paths.len() && paths.par_iter().all(|path| self.files.contains(path))
    }
}

/// A site that is being written. Nothing of it is visible before [`publish`](Self::publish); when
/// it is dropped instead, the folder is as it was.
pub struct Session<'w, 'p> {
    writer: &'w mut Writer,
    paths: &'p [String],
    // Dropped before the folder, whose lock it needs.
    staging: Staging,
    folder: Folder,
    /// All paths; `None` when they are those of the last write.
    planned: Option<Paths<'p>>,
    stale: Stale,
    /// The files of the last write, as long as they are trusted to be there.
    known: Option<Arc<HashSet<String>>>,
    now: SystemTime,
    kept: AtomicUsize,
    put: AtomicUsize,
    written: AtomicUsize,
}

impl Session<'_, '_> {
    /// Keeps a file, of those that the session began with, as the last write left it. False when nothing is
    /// known of it: it is then to be [`put`](Self::put).
    pub fn keep(&self, path: &str) -> bool {
        let is_known = self.known.as_ref().is_some_and(|files| self.planned.is_none() || files.contains(path));
        if is_known {
            self.kept.fetch_add(1, Ordering::Relaxed);
        }
        is_known
    }

    /// Makes folders for the files to come. It need not be called; files may be put meanwhile.
    ///
    /// # Errors
    /// As [`put`](Self::put).
    pub fn make_folders(&self) -> anyhow::Result<()> {
        // A site that has the files of the last write has its folders too.
        if self.planned.is_none() { Ok(()) } else { self.staging.make_folders(self.paths) }
    }

    /// Takes a file whole; it is written, beside its place, only when it changed. May be called from
    /// several threads, once for each path that the session began with.
    ///
    /// # Errors
    /// When the disk refuses, or something that is no file stands at its place.
    pub fn put(&self, path: &str, bytes: &[u8]) -> anyhow::Result<()> {
        self.put.fetch_add(1, Ordering::Relaxed);
        let root = self.folder.path();
        let on_disk = if self.staging.is_new(path) { OnDisk::Different } else { compare(root, path, bytes)? };
        let modified = match on_disk {
            OnDisk::Same { modified } => modified,
            OnDisk::Different => self.now,
        };
        let compress = self.writer.options.compress && is_compressible(path);
        if compress {
            for encoding in Encoding::ALL {
                let copy = format!("{path}.{}", encoding.suffix());
                if on_disk == OnDisk::Different || !is_copy_of_that_time(&root.join(&copy), modified) {
                    self.staging.write(&Job {
                        path: &copy,
                        bytes,
                        encoding: Some(encoding),
                        modified: Some(modified),
                    })?;
                }
            }
        }
        if on_disk == OnDisk::Different {
            self.written.fetch_add(1, Ordering::Relaxed);
            self.staging.write(&Job { path, bytes, encoding: None, modified: compress.then_some(modified) })?;
        }
        Ok(())
    }

    /// Puts everything in place, and removes what is no longer produced.
    ///
    /// # Errors
    /// When the disk refuses. Each file is still whole, the old one or the new one, and the next
    /// build finishes the work.
    pub fn publish(self) -> anyhow::Result<Summary> {
        let Self { writer, paths, staging, mut folder, planned, stale, known, kept, put, written, .. } = self;
        let mut removed = 0;
        let mut folders = staging.folders();
        if !staging.is_empty() || !stale.is_empty() {
            // Before the first rename: another writer must not trust its memory after a crash.
            folder.set_stamp(SystemTime::now())?;
            staging.publish()?;
            if let Some(planned) = &planned {
                removed = stale.remove(folder.path(), planned)?;
            }
        }
        if writer.remembers {
            let files = match (planned, known) {
                (None, Some(files)) => files,
                (planned, _) => {
                    folders = Arc::new(planned.map(|planned| planned.folders()).unwrap_or_default());
                    Arc::new(paths.iter().cloned().collect())
                }
            };
            writer.memory = Some(Memory { stamp: folder.stamp()?, files, folders });
        }
        let written = written.into_inner();
        Ok(Summary { written, unchanged: kept.into_inner() + put.into_inner() - written, removed })
    }
}

/// What stands at the place of a file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum OnDisk {
    /// The same bytes.
    Same { modified: SystemTime },
    /// Other bytes, or nothing.
    Different,
}

fn compare(root: &Path, path: &str, bytes: &[u8]) -> anyhow::Result<OnDisk> {
    let target = root.join(path);
    // The link itself, not what it points at: a link is replaced by a file.
    let metadata = match fs::symlink_metadata(&target) {
        Ok(metadata) => metadata,
        // A parent that is a file is reported, with a better sentence, where folders are made.
        Err(e) if matches!(e.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Ok(OnDisk::Different);
        }
        Err(e) => return Err(e).with_context(|| format!("lecture de « {} »", target.display())),
    };
    anyhow::ensure!(
        !metadata.is_dir(),
        "« {} » est un dossier, là où le site a un fichier de ce nom : effacez ce dossier",
        target.display()
    );
    let is_same = metadata.is_file()
        && metadata.len() == bytes.len() as u64
        && fs::read(&target).with_context(|| format!("lecture de « {} »", target.display()))? == bytes;
    Ok(if is_same { OnDisk::Same { modified: metadata.modified()? } } else { OnDisk::Different })
}

/// A compressed copy bears exactly the modification time of its file. That is how an earlier one
/// is known to be right without compressing again: whatever interrupted a write between the
/// renames of the three, or edited one of them since, made their times differ.
fn is_copy_of_that_time(copy: &Path, modified: SystemTime) -> bool {
    fs::symlink_metadata(copy).is_ok_and(|metadata| {
        metadata.is_file() && metadata.len() > 0 && metadata.modified().is_ok_and(|time| time == modified)
    })
}
