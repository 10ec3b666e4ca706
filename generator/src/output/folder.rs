//! The output folder as it is found: whether it is ours, and what it holds too much of.
//!
//! `--output` may be mistyped, and then names somebody's documents. So a folder that holds
//! anything is written to only when it carries our marker, and only a folder that was empty is
//! given one.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::Context;
use foldhash::HashSet;
use rayon::prelude::*;
use walkdir::{DirEntry, WalkDir};

use super::compress::{Encoding, companion_of, is_compressible};
use super::paths::Paths;
use super::stage::is_temporary;

/// The file that says that a folder is ours to write and to empty.
pub const MARKER: &str = ".anime";

const MARKER_TEXT: &str = "\
Ce dossier est écrit par le générateur du portail (generator build).
Tout ce qui s’y trouve est remplacé ou effacé à chaque construction, sauf, à ce niveau,
les fichiers et les dossiers dont le nom commence par un point.
";

/// An output folder that is ours, for us alone until it is dropped.
pub struct Folder {
    path: PathBuf,
    /// Locked: two builds at once would remove each other's files.
    marker: File,
}

impl Folder {
    /// Makes the folder if need be, checks that it is ours, and waits for whoever writes to it.
    pub fn open(root: &Path) -> anyhow::Result<Self> {
        fs::create_dir_all(root).with_context(|| format!("création du dossier « {} »", root.display()))?;
        let path = fs::canonicalize(root).with_context(|| format!("lecture du dossier « {} »", root.display()))?;
        let marker = path.join(MARKER);
        if !is_our_marker(&marker) {
            let is_empty = fs::symlink_metadata(&marker).is_err() && holds_only_hidden_files(&path)?;
            anyhow::ensure!(
                is_empty,
                "le dossier « {} » n’est pas vide et n’a pas été écrit par le générateur : rien n’y a été changé ; \
                 indiquez un dossier vide, ou effacez celui-ci vous-même",
                root.display()
            );
            File::create_new(&marker)
                .and_then(|mut file| file.write_all(MARKER_TEXT.as_bytes()))
                .with_context(|| format!("écriture de « {} »", marker.display()))?;
        }
        // Open for writing too: on a network disk, nothing else can be locked.
        let locked = File::options()
            .read(true)
            .write(true)
            .open(&marker)
            .with_context(|| format!("lecture de « {} »", marker.display()))?;
        match locked.lock() {
            // Some network disks have no locks; a single build is then up to the operator.
            Err(e) if e.kind() != io::ErrorKind::Unsupported => {
                Err(e).with_context(|| format!("verrou de « {} »", marker.display()))?;
            }
            _ => {}
        }
        Ok(Self { path, marker: locked })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// When a build last changed something here.
    pub fn stamp(&self) -> io::Result<SystemTime> {
        self.marker.metadata()?.modified()
    }

    /// Says that a build changes something here.
    pub fn set_stamp(&mut self, now: SystemTime) -> anyhow::Result<()> {
        self.marker.set_modified(now).with_context(|| format!("écriture dans « {} »", self.path.display()))
    }

    /// Looks at all that is there. Fails when a file or a link stands where the site has a folder.
    pub fn look(&self, paths: &Paths<'_>, compress: bool) -> anyhow::Result<OnArrival> {
        let mut found = OnArrival::default();
        // Another file system mounted below is not ours either.
        let walk = WalkDir::new(&self.path).min_depth(1).follow_links(false).same_file_system(true);
        for entry in walk.into_iter().filter_entry(|entry| entry.depth() > 1 || !is_kept(entry)) {
            let entry = entry.with_context(|| format!("lecture du dossier « {} »", self.path.display()))?;
            let path = relative(&self.path, &entry);
            // A name that is not Unicode is nothing that we wrote in this build.
            let shown = path.to_string_lossy();
            let name = if cfg!(windows) { shown.replace('\\', "/").into() } else { shown };
            let is_folder = entry.file_type().is_dir();
            if is_folder {
                if paths.is_folder(&name) {
                    found.folders.insert(name.into_owned());
                } else {
                    found.stale.folders.push(path);
                }
                continue;
            }
            anyhow::ensure!(
                !paths.is_folder(&name),
                "« {} » n’est pas un dossier, là où le site a un dossier de ce nom\u{a0}: effacez-le",
                entry.path().display()
            );
            let is_produced =
                paths.is_file(&name) || compress && companion_of(&name).is_some_and(|plain| paths.is_file(plain));
            if !is_produced {
                found.stale.files.push(path);
            }
        }
        Ok(found)
    }
}

/// What a folder holds before anything is written to it.
#[derive(Debug, Default)]
pub struct OnArrival {
    /// What must go.
    pub stale: Stale,
    /// The folders that the site has as well.
    pub folders: HashSet<String>,
}

/// What is at the root and begins with a dot belongs to others, apart from what a crash of ours
/// left behind.
fn is_kept(entry: &DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    name.starts_with('.') && !is_temporary(&name)
}

fn relative(root: &Path, entry: &DirEntry) -> PathBuf {
    entry.path().strip_prefix(root).expect("walkdir gives paths below the folder it was given").to_path_buf()
}

fn is_our_marker(marker: &Path) -> bool {
    let first_line = MARKER_TEXT.lines().next().unwrap_or_default();
    let mut start = vec![0; first_line.len()];
    fs::symlink_metadata(marker).is_ok_and(|metadata| metadata.is_file())
        && File::open(marker).and_then(|mut file| file.read_exact(&mut start)).is_ok()
        && start == first_line.as_bytes()
}

fn holds_only_hidden_files(folder: &Path) -> anyhow::Result<bool> {
    let reading = || format!("lecture du dossier « {} »", folder.display());
    for entry in fs::read_dir(folder).with_context(reading)? {
        if !entry.with_context(reading)?.file_name().to_string_lossy().starts_with('.') {
            return Ok(false);
        }
    }
    Ok(true)
}

/// What the folder holds and the site does not, by path from the root.
#[derive(Debug, Default)]
pub struct Stale {
    files: Vec<PathBuf>,
    /// Parents before their children.
    folders: Vec<PathBuf>,
}

impl Stale {
    /// What a site that was written held, and no longer does.
    pub fn among<'a>(before: impl Iterator<Item = &'a String>, paths: &Paths<'_>, compress: bool) -> Self {
        let mut files = Vec::new();
        let mut folders = BTreeSet::new();
        for path in before.filter(|path| !paths.is_file(path)) {
            files.push(PathBuf::from(path));
            if compress && is_compressible(path) {
                files.extend(Encoding::ALL.map(|encoding| PathBuf::from(format!("{path}.{}", encoding.suffix()))));
            }
            let above = path.match_indices('/').map(|(at, _)| &path[..at]);
            folders.extend(above.filter(|folder| !paths.is_folder(folder)).map(PathBuf::from));
        }
        // Sorted, parents come before their children.
        Self { files, folders: folders.into_iter().collect() }
    }

    pub fn is_empty(&self) -> bool {
        self.files.is_empty() && self.folders.is_empty()
    }

    /// Removes all of it, and tells how many were files of the site. Goes on after a failure,
    /// and reports one: a page that was withdrawn must not stay because of another file.
    pub fn remove(self, root: &Path, paths: &Paths<'_>) -> anyhow::Result<usize> {
        let results: Vec<_> = self.files.par_iter().map(|path| remove_one(root, path, paths)).collect();
        for path in self.folders.iter().rev() {
            // An empty folder shows nothing to anybody: one that stays is no failure.
            let _ = fs::remove_dir(root.join(path));
        }
        results.into_iter().sum()
    }
}

/// Removes a file, and gives how many files of the site that makes: a copy is none.
fn remove_one(root: &Path, path: &Path, paths: &Paths<'_>) -> anyhow::Result<usize> {
    let target = root.join(path);
    let name = path.to_string_lossy();
    if paths.respelt(&name).is_some_and(|spelling| is_same_file(&target, &root.join(spelling))) {
        return Ok(0);
    }
    let is_ours = !path.iter().any(|part| is_temporary(&part.to_string_lossy()));
    let counts = companion_of(&name).is_none() && is_ours;
    match fs::remove_file(&target) {
        Ok(()) => Ok(usize::from(counts)),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(0),
        Err(e) => Err(e).with_context(|| format!("retrait de « {} »", target.display())),
    }
}

/// Whether two spellings name one file, as they do on a disk that ignores case.
fn is_same_file(a: &Path, b: &Path) -> bool {
    matches!((fs::canonicalize(a), fs::canonicalize(b)), (Ok(a), Ok(b)) if a == b)
}
