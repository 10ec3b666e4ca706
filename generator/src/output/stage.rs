//! New files wait beside their place until all of them are written.
//!
//! Beside, and not in one folder apart: writing there proves that the folder can be written to
//! and lies on the same disk, so that little is left that could stop a rename. What goes to a
//! folder that is new waits in a folder of its own, which one rename puts in place with all it
//! holds.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use anyhow::Context;
use foldhash::{HashMap, HashSet};
use rayon::prelude::*;

use super::compress::Encoding;

const PREFIX: &str = ".anime-";
const SUFFIX: &str = ".tmp";

/// Whether a file or folder of this name was left by a write that was killed.
pub fn is_temporary(name: &str) -> bool {
    name.starts_with(PREFIX) && name.ends_with(SUFFIX)
}

/// A file to write.
pub struct Job<'a> {
    /// From the root, with `/`.
    pub path: &'a str,
    /// The plain bytes.
    pub bytes: &'a [u8],
    /// How they are compressed on disk, if they are.
    pub encoding: Option<Encoding>,
    /// The modification time that the file is given; its own when none.
    pub modified: Option<SystemTime>,
}

/// Files that wait. When it is dropped before all are in place, those that wait are removed: the
/// tree is as it was.
pub struct Staging {
    root: PathBuf,
    /// The folders that were there, by path from the root.
    folders: Arc<HashSet<String>>,
    number: AtomicUsize,
    waiting: Mutex<Waiting>,
}

#[derive(Default)]
struct Waiting {
    files: Vec<Moved>,
    /// New folders, by path from the root.
    folders: HashMap<String, Moved>,
    /// Folders in new folders that somebody makes, or has made.
    made: HashSet<PathBuf>,
    /// Folders that were there and may be written to.
    checked: HashSet<String>,
}

#[derive(Clone)]
struct Moved {
    temporary: PathBuf,
    target: PathBuf,
    turn: Turn,
}

/// Who goes first. A page may call for a picture or a stylesheet, a feed for a page: what is
/// called for is in place before what calls for it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Turn {
    Asset,
    /// A new folder with pages, and the pictures that they show.
    Folder,
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
    /// Nothing waits yet below `root`, which has these folders.
    pub fn new(root: &Path, folders: Arc<HashSet<String>>) -> Self {
        Self { root: root.to_owned(), folders, number: AtomicUsize::new(0), waiting: Mutex::default() }
    }

    /// Whether a file goes to a folder that is not there yet.
    pub fn is_new(&self, path: &str) -> bool {
        path.rsplit_once('/').is_some_and(|(folder, _)| !self.folders.contains(folder))
    }

    /// Writes a file beside its place.
    pub fn write(&self, job: &Job<'_>) -> anyhow::Result<()> {
        let target = self.root.join(job.path);
        let temporary = self.place(job.path, &target)?;
        write_one(job, &temporary).with_context(|| format!("écriture de « {} »", target.display()))
    }

    /// Makes the folders in which files of these paths are to wait, as far as they are new. It may go on
    /// while files are written: whoever comes first makes a folder. Two threads that make folders in the
    /// same one wait for each other, so it is best left to a single one.
    pub fn make_folders(&self, paths: &[String]) -> anyhow::Result<()> {
        paths.iter().filter(|path| self.is_new(path)).try_for_each(|path| self.place_in_new_folder(path).map(drop))
    }

    /// Where a file is to wait. What waits is noted before it is written, so that it is cleaned up
    /// on a failure.
    fn place(&self, path: &str, target: &Path) -> anyhow::Result<PathBuf> {
        if self.is_new(path) {
            if let Some(temporary) = self.place_in_new_folder(path)? {
                return Ok(temporary);
            }
            let above = target.parent().unwrap_or(&self.root);
            fs::create_dir_all(above).with_context(|| format!("création de « {} »", above.display()))?;
        }
        let mut waiting = self.waiting();
        self.check_folders(path, &mut waiting)?;
        let number = self.number.fetch_add(1, Ordering::Relaxed);
        let temporary = target.with_file_name(format!("{PREFIX}{number}{SUFFIX}"));
        waiting.files.push(Moved { temporary: temporary.clone(), target: target.to_owned(), turn: Turn::of(path) });
        Ok(temporary)
    }

    /// Where a file of a new folder is to wait, in a folder that is made if need be. `None` when somebody
    /// made the new folder since.
    fn place_in_new_folder(&self, path: &str) -> anyhow::Result<Option<PathBuf>> {
        let mut waiting = self.waiting();
        let Some((folder, rest)) = self.new_folder(self.first_new_folder(path), path, &mut waiting)? else {
            return Ok(None);
        };
        let temporary = folder.join(rest);
        // Most pages have a folder to themselves: asked for here, it is made once, and no file is
        // tried in a folder that is not there.
        let above = rest.rsplit_once('/').map(|_| temporary.parent().unwrap_or(&folder));
        if let Some(above) = above.filter(|above| waiting.made.insert(above.to_path_buf())) {
            drop(waiting);
            fs::create_dir_all(above).with_context(|| format!("création de « {} »", above.display()))?;
        }
        Ok(Some(temporary))
    }

    /// The outermost folder of `path` that is not there yet.
    fn first_new_folder<'a>(&self, path: &'a str) -> &'a str {
        let mut folders = path.match_indices('/').map(|(at, _)| &path[..at]);
        folders.find(|folder| !self.folders.contains(*folder)).unwrap_or(path)
    }

    /// The folder in which the new folder `new` waits, and the rest of the path in it. `None` when
    /// somebody made such a folder since.
    fn new_folder<'a>(
        &self,
        new: &str,
        path: &'a str,
        waiting: &mut Waiting,
    ) -> anyhow::Result<Option<(PathBuf, &'a str)>> {
        let rest = path[new.len()..].trim_start_matches('/');
        let turn = if Turn::of(path) == Turn::Asset { Turn::Asset } else { Turn::Folder };
        if let Some(moved) = waiting.folders.get_mut(new) {
            moved.turn = moved.turn.max(turn);
            return Ok(Some((moved.temporary.clone(), rest)));
        }
        let target = self.root.join(new);
        self.check_folders(new, waiting)?;
        match fs::symlink_metadata(&target) {
            Ok(metadata) => {
                ensure_folder(&target, &metadata)?;
                return Ok(None);
            }
            Err(e) if e.kind() == io::ErrorKind::NotFound => {}
            Err(e) => Err(e).with_context(|| format!("lecture de « {} »", target.display()))?,
        }
        let number = self.number.fetch_add(1, Ordering::Relaxed);
        let temporary = target.with_file_name(format!("{PREFIX}{number}{SUFFIX}"));
        let above = target.parent().unwrap_or(&self.root);
        waiting.folders.insert(new.to_owned(), Moved { temporary: temporary.clone(), target: target.clone(), turn });
        fs::create_dir(&temporary).with_context(|| format!("écriture dans « {} »", above.display()))?;
        Ok(Some((temporary, rest)))
    }

    /// The folders that were there and hold `path` are folders still: a link may lead out of the
    /// output folder.
    fn check_folders(&self, path: &str, waiting: &mut Waiting) -> anyhow::Result<()> {
        for (at, _) in path.match_indices('/') {
            let folder = &path[..at];
            if !waiting.checked.contains(folder) {
                let on_disk = self.root.join(folder);
                let metadata = fs::symlink_metadata(&on_disk)
                    .with_context(|| format!("lecture du dossier « {} »", on_disk.display()))?;
                ensure_folder(&on_disk, &metadata)?;
                waiting.checked.insert(folder.to_owned());
            }
        }
        Ok(())
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        // Whoever panicked meanwhile left a list that is whole.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        let waiting = self.waiting();
        waiting.files.is_empty() && waiting.folders.is_empty()
    }

    /// The folders that were there.
    pub fn folders(&self) -> Arc<HashSet<String>> {
        Arc::clone(&self.folders)
    }

    /// Puts every file in its place, turn by turn.
    pub fn publish(mut self) -> anyhow::Result<()> {
        let mut moved: Vec<Moved> = {
            let waiting = self.waiting();
            waiting.files.iter().chain(waiting.folders.values()).cloned().collect()
        };
        moved.sort_by(|a, b| (a.turn, &a.target).cmp(&(b.turn, &b.target)));
        for turn in moved.chunk_by(|a, b| a.turn == b.turn) {
            turn.par_iter().try_for_each(|moved| {
                fs::rename(&moved.temporary, &moved.target)
                    .with_context(|| format!("mise en place de « {} »", moved.target.display()))
            })?;
        }
        *self.waiting.get_mut().unwrap_or_else(PoisonError::into_inner) = Waiting::default();
        Ok(())
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        let waiting = std::mem::take(self.waiting.get_mut().unwrap_or_else(PoisonError::into_inner));
        // Best effort: what stays here is found and removed by the next write.
        for moved in waiting.files {
            let _ = fs::remove_file(&moved.temporary);
        }
        for moved in waiting.folders.into_values() {
            let _ = fs::remove_dir_all(&moved.temporary);
        }
    }
}

fn ensure_folder(path: &Path, metadata: &fs::Metadata) -> anyhow::Result<()> {
    anyhow::ensure!(
        metadata.is_dir(),
        "« {} » n’est pas un dossier, là où le site a un dossier de ce nom\u{a0}: effacez-le",
        path.display()
    );
    Ok(())
}

fn write_one(job: &Job<'_>, temporary: &Path) -> io::Result<()> {
    let mut file = match create(temporary) {
        // Another thread is about to make that folder.
        Err(e) if e.kind() == io::ErrorKind::NotFound => {
            fs::create_dir_all(temporary.parent().unwrap_or(temporary))?;
            create(temporary)?
        }
        created => created?,
    };
    match job.encoding {
        None => file.write_all(job.bytes)?,
        Some(encoding) => file.write_all(&encoding.encode(job.bytes)?)?,
    }
    job.modified.map_or(Ok(()), |modified| file.set_modified(modified))
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

    fn stage(root: &Path, folders: &[&str], files: &[(&str, &str)]) -> anyhow::Result<Staging> {
        let staging = Staging::new(root, Arc::new(folders.iter().map(|folder| (*folder).to_owned()).collect()));
        for (path, text) in files {
            staging.write(&Job { path, bytes: text.as_bytes(), encoding: None, modified: None })?;
        }
        Ok(staging)
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

        let files = [("page.html", "new"), ("new/page.html", "new"), ("taken/page.html", "new")];
        assert!(stage(root.path(), &[], &files).is_err());

        assert_eq!(names(root.path()), ["page.html", "taken"]);
        assert_eq!(fs::read(root.path().join("page.html")).unwrap(), b"old");
    }

    #[test]
    fn a_rename_that_fails_leaves_the_pages_that_call_for_it_as_they_were() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("page.html"), "old").unwrap();
        fs::create_dir(root.path().join("picture.png")).unwrap();

        let files = [("page.html", "new"), ("picture.png", "new"), ("new/page.html", "new")];
        assert!(stage(root.path(), &[], &files).unwrap().publish().is_err());

        assert_eq!(names(root.path()), ["page.html", "picture.png"]);
        assert_eq!(fs::read(root.path().join("page.html")).unwrap(), b"old");
    }

    #[test]
    fn a_new_folder_appears_with_all_it_holds() {
        let root = tempfile::tempdir().unwrap();
        let staging = stage(root.path(), &[], &[("a/b/index.html", "b"), ("a/index.html", "a")]).unwrap();
        assert_eq!(names(root.path()).len(), 1, "one folder waits");
        assert!(!root.path().join("a").exists());

        staging.publish().unwrap();

        assert_eq!(names(root.path()), ["a"]);
        assert_eq!(fs::read(root.path().join("a/b/index.html")).unwrap(), b"b");
    }

    #[test]
    fn folders_that_are_made_first_hold_the_files_that_come_and_go_with_them() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("theirs")).unwrap();
        let paths = ["index.html", "a/index.html", "a/b/index.html", "theirs/c/index.html"].map(str::to_owned);
        let made = || {
            let staging = Staging::new(root.path(), Arc::default());
            staging.make_folders(&paths).unwrap();
            staging
        };
        drop(made());
        assert_eq!(names(root.path()), ["theirs"]);

        let staging = made();
        for path in &paths {
            staging.write(&Job { path, bytes: path.as_bytes(), encoding: None, modified: None }).unwrap();
        }
        staging.publish().unwrap();

        assert_eq!(names(root.path()), ["a", "index.html", "theirs"]);
        assert!(paths.iter().all(|path| fs::read(root.path().join(path)).unwrap() == path.as_bytes()));
    }

    #[test]
    fn a_folder_that_somebody_made_since_is_written_into() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("a")).unwrap();
        fs::write(root.path().join("a/own.txt"), "theirs").unwrap();
        stage(root.path(), &[], &[("a/b/index.html", "b")]).unwrap().publish().unwrap();
        assert_eq!(names(&root.path().join("a")), ["b", "own.txt"]);
    }

    #[test]
    fn what_a_page_calls_for_is_in_place_before_the_page() {
        assert!(Turn::of("actifs/style.0123456789.css.br") < Turn::of("index.html"));
        assert!(Turn::of("medias/photo.jpg") < Turn::of("index.html.gz"));
        assert!(Turn::of("medias/photo.jpg") < Turn::Folder && Turn::Folder < Turn::of("index.html"));
        assert!(Turn::of("index.html") < Turn::of("sitemap.xml"));
        assert!(Turn::of("actifs/page.html") == Turn::Asset);
    }
}
