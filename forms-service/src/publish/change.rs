//! Changes of content files on disk: put in place whole, taken back whole, safe to make twice.
//!
//! Nothing here knows git. A new text is written beside its place under a name that the generator
//! passes over, flushed, then renamed. Nothing leaves the content folder, nothing goes through a
//! symbolic link, and no text is written over one that its change does not name.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, bail, ensure};

use crate::store::backup::sync_folder;

/// How the names of our own hidden files begin.
const PREFIX: &str = ".portail-";
/// A text that is being written.
const HALF: &str = ".moitie";
/// A file that a change removed, for as long as it may be taken back.
const REMOVED: &str = ".retire";

/// One change; paths start from the content folder and have `/` between parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A new file.
    Put {
        /// Where.
        path: String,
        /// What.
        text: String,
    },
    /// Another text for a file that is there.
    Replace {
        /// Where.
        path: String,
        /// The text that it has: over any other, nothing is written.
        from: String,
        /// The text that it gets.
        text: String,
    },
    /// No file any more.
    Remove {
        /// Where it was.
        path: String,
    },
}

impl Change {
    /// The file that it is about.
    pub fn path(&self) -> &str {
        match self {
            Self::Put { path, .. } | Self::Replace { path, .. } | Self::Remove { path } => path,
        }
    }
}

/// Makes all these changes, or none. What was made already is left as it is.
///
/// # Errors
/// Says in French which file stands in the way; fails when the disk does.
pub fn apply(content: &Path, changes: &[Change]) -> anyhow::Result<()> {
    for change in changes {
        check(content, change)?;
    }
    let mut made = Vec::new();
    for change in changes {
        match make(content, change) {
            Ok(true) => made.push(change.clone()),
            Ok(false) => {}
            Err(error) => {
                // The fault that began it is the one to tell.
                let _ = undo(content, &made);
                return Err(error);
            }
        }
    }
    Ok(())
}

/// Takes these changes back, made or not. A file that somebody else changed since is left alone.
///
/// # Errors
/// Says in French which file was changed since; fails when the disk does.
pub fn undo(content: &Path, changes: &[Change]) -> anyhow::Result<()> {
    let mut foreign = Vec::new();
    for change in changes.iter().rev() {
        if !take_back(content, change)? {
            foreign.push(format!("« {} »", change.path()));
        }
    }
    ensure!(
        foreign.is_empty(),
        "{} n’a plus le texte que le service y avait mis : rien n’y a été changé",
        foreign.join(", ")
    );
    Ok(())
}

/// Says that these changes stay: what taking them back would have needed goes.
///
/// # Errors
/// Fails when the disk does.
pub fn settle(content: &Path, changes: &[Change]) -> anyhow::Result<()> {
    for change in changes.iter().filter(|change| matches!(change, Change::Remove { .. })) {
        remove(&beside(&locate(content, change.path())?, REMOVED))?;
    }
    Ok(())
}

/// Removes texts that a crash left half-written. Files kept for taking a change back stay: whoever
/// makes that change again may still take it back.
///
/// # Errors
/// Fails when the disk does.
pub fn sweep(content: &Path) -> anyhow::Result<()> {
    let is_hidden = |entry: &walkdir::DirEntry| entry.file_name().to_string_lossy().starts_with('.');
    let passed_over = |entry: &walkdir::DirEntry| entry.depth() > 0 && entry.file_type().is_dir() && is_hidden(entry);
    for entry in walkdir::WalkDir::new(content).into_iter().filter_entry(|entry| !passed_over(entry)) {
        let entry = entry.with_context(|| format!("lecture du dossier « {} »", content.display()))?;
        let name = entry.file_name().to_string_lossy();
        if entry.file_type().is_file() && name.starts_with(PREFIX) && name.ends_with(HALF) {
            remove(entry.path())?;
        }
    }
    Ok(())
}

/// The place of a content path.
///
/// # Errors
/// Says in French that it would leave the folder, hide from the generator, or go through a link.
pub fn locate(content: &Path, path: &str) -> anyhow::Result<PathBuf> {
    let is_safe = !path.contains('\\')
        && !path.chars().any(char::is_control)
        && path.split('/').all(|part| !part.is_empty() && !part.starts_with('.'))
        && Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
    ensure!(is_safe, "« {} » n’est pas un nom possible pour un fichier du contenu", path.escape_debug());
    let mut place = content.to_owned();
    let mut parts = path.split('/').peekable();
    while let Some(part) = parts.next() {
        place.push(part);
        match fs::symlink_metadata(&place) {
            Ok(found) if found.is_symlink() => {
                bail!("« {} » est un lien symbolique : le service n’écrit pas à travers", place.display())
            }
            Ok(found) if found.is_dir() == parts.peek().is_none() => {
                bail!(
                    "« {} » n’est pas ce qu’il faut : un fichier à la place d’un dossier, ou l’inverse",
                    place.display()
                )
            }
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error).with_context(|| format!("lecture de « {} »", place.display())),
        }
    }
    Ok(place)
}

/// Whether a change can be made; nothing is touched.
fn check(content: &Path, change: &Change) -> anyhow::Result<()> {
    let place = locate(content, change.path())?;
    let present = read(&place)?;
    match (change, present) {
        (Change::Put { text, .. }, Some(present)) if present != text.as_bytes() => {
            bail!("« {} » existe déjà avec un autre texte : rien n’y a été changé", change.path())
        }
        (Change::Replace { .. }, None) => bail!("« {} » n’existe pas", change.path()),
        (Change::Replace { from, text, .. }, Some(present)) => ensure!(
            present == text.as_bytes() || present == from.as_bytes(),
            "« {} » a été changé entre-temps : rien n’y a été changé",
            change.path()
        ),
        _ => {}
    }
    Ok(())
}

/// False when it was made already.
fn make(content: &Path, change: &Change) -> anyhow::Result<bool> {
    let place = locate(content, change.path())?;
    let present = read(&place)?;
    match change {
        Change::Put { text, .. } | Change::Replace { text, .. } => {
            let is_there = present.is_some_and(|present| present == text.as_bytes());
            if !is_there {
                write(content, &place, text)?;
            }
            Ok(!is_there)
        }
        Change::Remove { .. } if present.is_some() => rename(&place, &beside(&place, REMOVED)).map(|()| true),
        Change::Remove { .. } => Ok(false),
    }
}

/// False when the file has neither text of the change.
fn take_back(content: &Path, change: &Change) -> anyhow::Result<bool> {
    let place = locate(content, change.path())?;
    let present = read(&place)?;
    match (change, present) {
        (Change::Put { text, .. }, Some(present)) => {
            if present != text.as_bytes() {
                return Ok(false);
            }
            remove(&place)?;
            remove_empty_folders(content, &place);
        }
        (Change::Replace { from, text, .. }, Some(present)) => {
            if present == text.as_bytes() {
                write(content, &place, from)?;
            } else if present != from.as_bytes() {
                return Ok(false);
            }
        }
        (Change::Remove { .. }, None) => {
            let kept = beside(&place, REMOVED);
            if kept.exists() {
                rename(&kept, &place)?;
            }
        }
        (Change::Put { .. }, None) => remove_empty_folders(content, &place),
        (Change::Remove { .. }, Some(_)) | (Change::Replace { .. }, None) => {}
    }
    Ok(true)
}

/// Writes a text beside its place, then renames: whoever reads finds the old text or the new one.
fn write(content: &Path, place: &Path, text: &str) -> anyhow::Result<()> {
    make_folders(content, place)?;
    let half = beside(place, HALF);
    remove(&half)?;
    let write_half = || {
        let mut file = File::create_new(&half)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()
    };
    if let Err(error) = write_half() {
        let _ = fs::remove_file(&half);
        return Err(error).with_context(|| format!("écriture de « {} »", place.display()));
    }
    rename(&half, place)
}

fn make_folders(content: &Path, place: &Path) -> anyhow::Result<()> {
    let missing: Vec<&Path> = place
        .ancestors()
        .skip(1)
        .take_while(|folder| folder.starts_with(content) && *folder != content)
        .filter(|folder| !folder.is_dir())
        .collect();
    for folder in missing.into_iter().rev() {
        fs::create_dir(folder).with_context(|| format!("création du dossier « {} »", folder.display()))?;
        sync_folder(folder)?;
    }
    Ok(())
}

/// Removes the folders that hold nothing any more; the first that holds something ends it.
fn remove_empty_folders(content: &Path, place: &Path) {
    let folders = place.ancestors().skip(1).take_while(|folder| folder.starts_with(content) && *folder != content);
    for folder in folders {
        match fs::remove_dir(folder) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(_) => break,
        }
    }
}

fn beside(place: &Path, ending: &str) -> PathBuf {
    let name = place.file_name().unwrap_or_default().to_string_lossy();
    place.with_file_name(format!("{PREFIX}{name}{ending}"))
}

fn rename(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::rename(from, to).with_context(|| format!("mise en place de « {} »", to.display()))?;
    sync_folder(to)
}

fn remove(path: &Path) -> anyhow::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("suppression de « {} »", path.display()))
        }
        Err(_) => Ok(()),
        Ok(()) => sync_folder(path),
    }
}

fn read(path: &Path) -> anyhow::Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Err(error).with_context(|| format!("lecture de « {} »", path.display())),
    }
}
