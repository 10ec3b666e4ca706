//! New files wait beside their place until all of them are written.
//!
//! Beside, and not in one folder apart: writing there proves that the folder can be written to
//! and lies on the same disk, so that little is left that could stop a rename.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::Context;
use rayon::prelude::*;

use super::compress::Encoding;

const PREFIX: &str = ".anime-";
const SUFFIX: &str = ".tmp";

/// Whether a file of this name was left by a write that was killed.
pub fn is_temporary(name: &str) -> bool {
    name.starts_with(PREFIX) && name.ends_with(SUFFIX)
}

/// A file to write.
pub struct Job<'a> {
    /// From the root, with `/`.
    pub path: String,
    /// The plain bytes.
    pub bytes: &'a [u8],
    /// How they are compressed on disk, if they are.
    pub encoding: Option<Encoding>,
    /// The modification time that the file is given.
    pub modified: SystemTime,
}

/// Files that wait. When it is dropped before all are in place, those that wait and the folders
/// made for them are removed: the tree is as it was.
pub struct Staging {
    waiting: Vec<Waiting>,
    made_folders: Vec<PathBuf>,
}

struct Waiting {
    temporary: PathBuf,
    target: PathBuf,
    turn: Turn,
}

/// Who goes first. A page may call for a picture or a stylesheet, a feed for a page: what is
/// called for is in place before what calls for it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Turn {
    Asset,
    Page,
    List,
}

impl Turn {
    fn of(path: &str) -> Self {
        let path = super::companion_of(path).unwrap_or(path);
        match path.rsplit_once('.') {
            _ if path.starts_with("actifs/") => Self::Asset,
            Some((_, "html")) => Self::Page,
            Some((_, "xml")) => Self::List,
            _ => Self::Asset,
        }
    }
}

impl Staging {
    /// Writes all files beside their places.
    pub fn write(root: &Path, mut jobs: Vec<Job<'_>>) -> anyhow::Result<Self> {
        jobs.sort_by(|a, b| (Turn::of(&a.path), &a.path).cmp(&(Turn::of(&b.path), &b.path)));
        let mut staging = Self { waiting: Vec::with_capacity(jobs.len()), made_folders: Vec::new() };
        staging.make_folders(root, &jobs)?;
        // All are noted before the first is written, so that each is cleaned up on a failure.
        staging.waiting.extend(jobs.iter().enumerate().map(|(number, job)| {
            let target = root.join(&job.path);
            let temporary = target.with_file_name(format!("{PREFIX}{number}{SUFFIX}"));
            Waiting { temporary, target, turn: Turn::of(&job.path) }
        }));
        jobs.par_iter().zip(&staging.waiting).try_for_each(|(job, waiting)| {
            write_one(job, &waiting.temporary).with_context(|| format!("écriture de « {} »", waiting.target.display()))
        })?;
        Ok(staging)
    }

    fn make_folders(&mut self, root: &Path, jobs: &[Job<'_>]) -> anyhow::Result<()> {
        let mut folders: Vec<&str> =
            jobs.iter().flat_map(|job| job.path.match_indices('/').map(|(at, _)| &job.path[..at])).collect();
        // Sorted, a parent comes before its children.
        folders.sort_unstable();
        folders.dedup();
        for folder in folders {
            let folder = root.join(folder);
            match fs::create_dir(&folder) {
                Ok(()) => self.made_folders.push(folder),
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists => anyhow::ensure!(
                    // A link may lead out of the output folder.
                    fs::symlink_metadata(&folder).is_ok_and(|metadata| metadata.is_dir()),
                    "« {} » n’est pas un dossier, là où le site a un dossier de ce nom\u{a0}: effacez-le",
                    folder.display()
                ),
                Err(e) => Err(e).with_context(|| format!("création du dossier « {} »", folder.display()))?,
            }
        }
        Ok(())
    }

    /// Puts every file in its place, turn by turn.
    pub fn publish(mut self) -> anyhow::Result<()> {
        for turn in self.waiting.chunk_by(|a, b| a.turn == b.turn) {
            turn.par_iter().try_for_each(|waiting| {
                fs::rename(&waiting.temporary, &waiting.target)
                    .with_context(|| format!("mise en place de « {} »", waiting.target.display()))
            })?;
        }
        self.waiting.clear();
        self.made_folders.clear();
        Ok(())
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        // Best effort: what stays here is found and removed by the next write.
        for waiting in &self.waiting {
            let _ = fs::remove_file(&waiting.temporary);
        }
        for folder in self.made_folders.iter().rev() {
            let _ = fs::remove_dir(folder);
        }
    }
}

fn write_one(job: &Job<'_>, temporary: &Path) -> io::Result<()> {
    let mut file = create(temporary)?;
    match job.encoding {
        None => file.write_all(job.bytes)?,
        Some(encoding) => file.write_all(&encoding.encode(job.bytes)?)?,
    }
    file.set_modified(job.modified)
}

/// Makes a file that was not there: writing through what a crash left, or through a link that
/// somebody put there, would write elsewhere.
fn create(path: &Path) -> io::Result<File> {
    match File::create_new(path) {
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {
            fs::remove_file(path)?;
            File::create_new(path)
        }
        made => made,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job<'a>(path: &str, bytes: &'a [u8]) -> Job<'a> {
        Job { path: path.to_owned(), bytes, encoding: None, modified: SystemTime::UNIX_EPOCH }
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_failure_while_files_wait_leaves_no_trace() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("page.html"), "old").unwrap();
        fs::write(root.path().join("taken"), "a file").unwrap();

        let jobs = vec![job("page.html", b"new"), job("new/page.html", b"new"), job("taken/page.html", b"new")];
        assert!(Staging::write(root.path(), jobs).is_err());

        assert_eq!(names(root.path()), ["page.html", "taken"]);
        assert_eq!(fs::read(root.path().join("page.html")).unwrap(), b"old");
    }

    #[test]
    fn a_rename_that_fails_leaves_the_pages_that_call_for_it_as_they_were() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("page.html"), "old").unwrap();
        fs::create_dir(root.path().join("picture.png")).unwrap();

        let jobs = vec![job("page.html", b"new"), job("picture.png", b"new"), job("new/page.html", b"new")];
        assert!(Staging::write(root.path(), jobs).unwrap().publish().is_err());

        assert_eq!(names(root.path()), ["page.html", "picture.png"]);
        assert_eq!(fs::read(root.path().join("page.html")).unwrap(), b"old");
    }

    #[test]
    fn what_a_page_calls_for_is_in_place_before_the_page() {
        assert!(Turn::of("actifs/style.0123456789.css.br") < Turn::of("index.html"));
        assert!(Turn::of("medias/photo.jpg") < Turn::of("index.html.gz"));
        assert!(Turn::of("index.html") < Turn::of("sitemap.xml"));
        assert!(Turn::of("actifs/page.html") == Turn::Asset);
    }
}
