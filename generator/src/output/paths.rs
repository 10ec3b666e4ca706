//! The names of the files of a site: safe, and one file each on every disk.
//!
//! A path comes from the names that editors give, so it is checked here whatever the earlier
//! stages did: nothing may be written outside the output folder.

use std::borrow::Cow;
use std::collections::hash_map::Entry;
use std::path::{Component, Path};

use foldhash::{HashMap, HashMapExt as _, HashSet};
use rayon::prelude::*;
use unicode_normalization::{UnicodeNormalization, is_nfc};

use super::companion_of;

/// The longest name of a file, in bytes. Disks take 255, and a compressed copy adds three; a
/// longer name would be refused in the middle of the renames.
const MAX_NAME: usize = 250;

/// All paths that a build produces.
#[derive(Debug, Default)]
pub struct Paths<'a> {
    /// By each path as a disk that ignores case sees it.
    names: HashMap<Cow<'a, str>, Name<'a>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Name<'a> {
    /// The path as it is spelt here.
    path: &'a str,
    is_folder: bool,
}

impl<'a> Paths<'a> {
    /// Checks every path, and all of them against each other.
    pub fn check(files: &'a [String]) -> anyhow::Result<Self> {
        files.par_iter().try_for_each(|path| check_one(path))?;
        let mut paths = Self { names: HashMap::with_capacity(2 * files.len()) };
        for path in files {
            paths.add(path)?;
        }
        for path in files {
            if let Some(plain) = companion_of(path).filter(|plain| paths.is_file(plain)) {
                anyhow::bail!("« {path} » prendrait la place de la copie compressée de « {plain} »");
            }
        }
        Ok(paths)
    }

    fn add(&mut self, path: &'a str) -> anyhow::Result<()> {
        let folders = path.match_indices('/').map(|(at, _)| &path[..at]);
        for folder in folders.rev() {
            // Those above it are known as well.
            if !self.claim(Name { path: folder, is_folder: true })? {
                break;
            }
        }
        let is_new = self.claim(Name { path, is_folder: false })?;
        anyhow::ensure!(is_new, "deux fichiers du site auraient le même nom : « {path} »");
        Ok(())
    }

    /// Takes a name, unless it is taken; a file and a folder, or two spellings, cannot share one.
    fn claim(&mut self, name: Name<'a>) -> anyhow::Result<bool> {
        match self.names.entry(fold(name.path)) {
            Entry::Vacant(free) => {
                free.insert(name);
                Ok(true)
            }
            Entry::Occupied(taken) if *taken.get() == name => Ok(false),
            Entry::Occupied(taken) => anyhow::bail!(
                "« {} » et « {} » seraient un seul fichier sur Windows ou macOS : changez le nom de l’un des deux",
                taken.get().path,
                name.path
            ),
        }
    }

    /// Every folder that holds a file, near or far.
    pub fn folders(&self) -> HashSet<String> {
        self.names.values().filter(|name| name.is_folder).map(|name| name.path.to_owned()).collect()
    }

    pub fn is_file(&self, path: &str) -> bool {
        self.like(path).is_some_and(|name| name.path == path && !name.is_folder)
    }

    pub fn is_folder(&self, path: &str) -> bool {
        self.like(path).is_some_and(|name| name.path == path && name.is_folder)
    }

    /// The file or folder whose name differs from `path` by case or accent encoding only.
    pub fn respelt(&self, path: &str) -> Option<&'a str> {
        self.like(path).map(|name| name.path).filter(|spelling| *spelling != path)
    }

    fn like(&self, path: &str) -> Option<Name<'a>> {
        self.names.get(&*fold(path)).copied()
    }
}

fn check_one(path: &str) -> anyhow::Result<()> {
    let is_safe = !path.contains(['\\', '\0'])
        && !path.chars().any(char::is_control)
        && path.split('/').all(|part| !part.is_empty() && !part.starts_with('.') && part.len() <= MAX_NAME)
        // Says no to what is special on the system at hand only, such as `C:` on Windows.
        && Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
    anyhow::ensure!(is_safe, "« {} » n’est pas un nom possible pour un fichier du site", path.escape_debug());
    Ok(())
}

fn fold(path: &str) -> Cow<'_, str> {
    if path.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase()) {
        return Cow::Borrowed(path);
    }
    let lower = path.to_lowercase();
    Cow::Owned(if is_nfc(&lower) { lower } else { lower.nfc().collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(paths: &[&str]) -> Option<String> {
        let files: Vec<String> = paths.iter().map(|path| (*path).to_owned()).collect();
        Paths::check(&files).err().map(|e| e.to_string())
    }

    #[test]
    fn a_path_that_leaves_the_folder_or_hides_is_refused() {
        for path in
            ["", "/etc/passwd", "../a", "a/../b", "a/./b", "a//b", "a/", "a\\b", ".anime", "a/.x", "a\0b", "a\nb"]
        {
            assert!(refusal(&[path]).is_some(), "{path:?}");
        }
        assert!(refusal(&[&"é".repeat(126)]).is_some());
        assert_eq!(refusal(&["index.html", "savoir/été.html", "médias/affiche 12.pdf", "a..b/c"]), None);
    }

    #[test]
    fn two_files_that_some_disk_would_merge_are_refused() {
        assert!(refusal(&["a.html", "a.html"]).is_some());
        assert!(refusal(&["Photo.JPG", "photo.jpg"]).is_some());
        assert!(refusal(&["Été.html", "e\u{301}te\u{301}.html"]).is_some());
        assert!(refusal(&["Savoir/a.html", "savoir/b.html"]).is_some());
        assert!(refusal(&["faq", "faq/index.html"]).is_some());
        assert!(refusal(&["faq/index.html", "FAQ"]).is_some());
    }

    #[test]
    fn a_compressed_copy_cannot_be_produced_beside_its_file() {
        assert!(refusal(&["a.html", "a.html.gz"]).is_some());
        assert_eq!(refusal(&["b.html.gz", "archive.tar.gz", "archive.tar"]), None);
    }
}
