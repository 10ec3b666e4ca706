//! The output folder as it is found: whether it is ours, and what it holds too much of.
//!
//! `--output` may be mistyped, and then names somebody's documents. So a folder that holds
//! anything is written to only when it carries our marker, and only a folder that was empty is
//! given one.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use walkdir::{DirEntry, WalkDir};

use super::companion_of;
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
    _marker: File,
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
        Ok(Self { path, _marker: locked })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Finds what must go. Fails when something stands where the site needs a folder or a file
    /// and a rename could not replace it.
    pub fn find_stale(&self, paths: &Paths<'_>, compress: bool) -> anyhow::Result<Stale> {
        let mut stale = Stale::default();
        // Another file system mounted below is not ours either.
        let walk = WalkDir::new(&self.path).min_depth(1).follow_links(false).same_file_system(true);
        for entry in walk.into_iter().filter_entry(|entry| entry.depth() > 1 || !is_kept(entry)) {
            let entry = entry.with_context(|| format!("lecture du dossier « {} »", self.path.display()))?;
            let path = relative(&self.path, &entry);
            // A name that is not Unicode is nothing that we wrote in this build.
            let shown = path.to_string_lossy();
            let name = if cfg!(windows) { shown.replace('\\', "/").into() } else { shown };
            let is_folder = entry.file_type().is_dir();
            if is_folder {
                anyhow::ensure!(
                    !paths.is_file(&name),
                    "« {} » est un dossier, là où le site a un fichier de ce nom : effacez ce dossier",
                    entry.path().display()
                );
                if !paths.is_folder(&name) {
                    stale.folders.push(path);
                }
                continue;
            }
            anyhow::ensure!(
                !paths.is_folder(&name),
                "« {} » n’est pas un dossier, là où le site a un dossier de ce nom : effacez-le",
                entry.path().display()
            );
            let is_produced =
                paths.is_file(&name) || compress && companion_of(&name).is_some_and(|plain| paths.is_file(plain));
            if !is_produced {
                stale.files.push(path);
            }
        }
        Ok(stale)
    }
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
    /// Removes all of it, and tells how many were files of the site. Goes on after a failure,
    /// and reports the first: a page that was withdrawn must not stay because of another file.
    pub fn remove(self, root: &Path, paths: &Paths<'_>) -> anyhow::Result<usize> {
        let mut removed = 0;
        let mut failure = None;
        for path in self.files {
            let target = root.join(&path);
            let name = path.to_string_lossy();
            if paths.respelt(&name).is_some_and(|spelling| is_same_file(&target, &root.join(spelling))) {
                continue;
            }
            let file_name = path.file_name().unwrap_or_default().to_string_lossy();
            let counts = companion_of(&name).is_none() && !is_temporary(&file_name);
            match fs::remove_file(&target) {
                Ok(()) => removed += usize::from(counts),
                Err(e) if e.kind() == io::ErrorKind::NotFound => {}
                Err(e) => {
                    failure
                        .get_or_insert(anyhow::Error::new(e).context(format!("retrait de « {} »", target.display())));
                }
            }
        }
        for path in self.folders.iter().rev() {
            // An empty folder shows nothing to anybody: one that stays is no failure.
            let _ = fs::remove_dir(root.join(path));
        }
        failure.map_or(Ok(removed), Err)
    }
}

/// Whether two spellings name one file, as they do on a disk that ignores case.
fn is_same_file(a: &Path, b: &Path) -> bool {
    matches!((fs::canonicalize(a), fs::canonicalize(b)), (Ok(a), Ok(b)) if a == b)
}
