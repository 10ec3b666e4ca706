//! When each content file last changed, from the history of the repository it is in.
//!
//! Readers trust a page that says how old it is, and editors do not keep such dates by hand. It
//! is an extra: without git, without history or past the time allowed, dates are missing and the
//! build goes on. Renames are not followed, nothing is fetched, and no shell is involved.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use foldhash::{HashMap, HashMapExt as _, HashSet};
use jiff::Timestamp;
use unicode_normalization::UnicodeNormalization;

/// How far back history is read; what is older has no date.
const MAX_COMMITS: &str = "--max-count=20000";

/// How long a build may wait for git.
const TIME_ALLOWED: Duration = Duration::from_secs(10);

/// A file name is shorter. What is longer is not read into memory.
const MAX_RECORD_BYTES: u64 = 64 * 1024;

/// What git said of each file, as long as the history is the same.
#[derive(Debug, Default)]
pub struct Memory {
    head: Option<String>,
    /// Whether the head was just found.
    is_told: bool,
    dates: HashMap<Arc<str>, Option<Timestamp>>,
}

impl Memory {
    /// Takes the commit that was just found, so that git need not be asked for it.
    pub fn know(&mut self, head: Option<String>) {
        self.turn_to(head);
        self.is_told = true;
    }

    /// As [`last_commits`], of the files `paths`.
    pub fn last_commits(&mut self, content: &Path, paths: &[Arc<str>]) -> HashMap<Arc<str>, Timestamp> {
        if !std::mem::take(&mut self.is_told) {
            self.turn_to(head(content));
        }
        if self.head.is_some() {
            let unknown: Vec<&Arc<str>> = paths.iter().filter(|path| !self.dates.contains_key(*path)).collect();
            let found = last_commits(content, unknown.iter().map(|path| &***path));
            let dated = unknown.into_iter().map(|path| (Arc::clone(path), found.get(&**path).copied()));
            self.dates.extend(dated.collect::<Vec<_>>());
        }
        self.known(paths)
    }

    fn turn_to(&mut self, head: Option<String>) {
        if head.is_none() || head != self.head {
            self.dates.clear();
        }
        self.head = head;
    }

    /// What was said last of the files `paths`, without asking git again.
    pub fn known(&self, paths: &[Arc<str>]) -> HashMap<Arc<str>, Timestamp> {
        if self.dates.is_empty() {
            return HashMap::new();
        }
        let known = paths.iter().filter_map(|path| Some((Arc::clone(path), (*self.dates.get(path)?)?)));
        known.collect()
    }
}

/// The commit that is checked out; `None` without git or without any commit.
pub fn head(content: &Path) -> Option<String> {
    // To start git takes as long as some twenty pages.
    if !may_have_history(content) {
        return None;
    }
    let output = git(content).args(["rev-parse", "--verify", "--quiet", "HEAD"]).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Whether a folder, or one above it, holds what git keeps its repository in.
fn may_have_history(content: &Path) -> bool {
    content.canonicalize().is_ok_and(|content| content.ancestors().any(|folder| folder.join(".git").exists()))
}

/// The time of the last commit that changed each of the files `wanted`, which are content paths
/// (`savoir/enjeux.md`). A file that is not there has no known date.
pub fn last_commits<'a>(content: &Path, wanted: impl IntoIterator<Item = &'a str>) -> HashMap<String, Timestamp> {
    let wanted: HashSet<&str> = wanted.into_iter().collect();
    if wanted.is_empty() {
        return HashMap::new();
    }
    let Ok(mut git) = git_log(content).spawn() else { return HashMap::new() };
    let Some(output) = git.stdout.take() else { return HashMap::new() };

    let (done, is_done) = mpsc::channel();
    let watchdog = thread::spawn(move || stop_in_time(git, &is_done));
    let dates = read(output, wanted);
    drop(done);
    // It only waits for git to end, and a panic there would take nothing from the dates.
    let _ = watchdog.join();
    dates
}

/// Newest first; for each commit `\x01time\x02decorations`, then the files, all ended by NUL.
fn git_log(content: &Path) -> Command {
    let mut git = git(content);
    git.args(["log", "--format=%x01%ct%x02%D", "-z", "--name-only", "--no-renames", "--relative", MAX_COMMITS]);
    git.args(["--", "."]);
    git.stdout(Stdio::piped());
    git
}

/// Git in the content folder: it asks nothing, fetches nothing and takes no lock.
fn git(content: &Path) -> Command {
    let mut git = Command::new("git");
    git.arg("-C").arg(content);
    git.args(["--no-pager", "-c", "core.quotePath=false", "-c", "log.showSignature=false"]);
    // A build that a git hook starts would otherwise read the history of that hook's repository.
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_PREFIX"] {
        git.env_remove(name);
    }
    git.env("GIT_OPTIONAL_LOCKS", "0").env("GIT_NO_LAZY_FETCH", "1").env("GIT_TERMINAL_PROMPT", "0");
    git.stdin(Stdio::null()).stderr(Stdio::null());
    git
}

/// Waits until the reader is done or the time is up, then ends git.
fn stop_in_time(mut git: Child, is_done: &mpsc::Receiver<()>) {
    let _ = is_done.recv_timeout(TIME_ALLOWED);
    let _ = git.kill();
    let _ = git.wait();
}

fn read(output: ChildStdout, mut wanted: HashSet<&str>) -> HashMap<String, Timestamp> {
    let mut dates = HashMap::new();
    let mut reader = BufReader::new(output);
    let mut record = Vec::new();
    let mut commit = None;
    while !wanted.is_empty() {
        record.clear();
        match reader.by_ref().take(MAX_RECORD_BYTES).read_until(0, &mut record) {
            Ok(length) if length > 0 && record.pop() == Some(0) => {}
            _ => break,
        }
        if let Some(header) = record.strip_prefix(b"\x01") {
            commit = parse_header(header);
            continue;
        }
        let Some(time) = commit else { continue };
        // A line feed stands between a commit and its first file.
        let name = String::from_utf8_lossy(record.strip_prefix(b"\n").unwrap_or(&record));
        let path: String = name.nfc().collect();
        if wanted.remove(path.as_str()) {
            dates.insert(path, time);
        }
    }
    dates
}

/// The time of a commit. None for the oldest commit of a shallow clone: it appears to make all
/// the files there are, and would date them all from the last push.
fn parse_header(header: &[u8]) -> Option<Timestamp> {
    let (seconds, decorations) = str::from_utf8(header).ok()?.split_once('\x02')?;
    if decorations.split(", ").any(|decoration| decoration == "grafted") {
        return None;
    }
    Timestamp::from_second(seconds.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// A repository whose commits are dated one after the other from `1000000001`.
    struct Repository {
        folder: tempfile::TempDir,
        commits: i64,
    }

    impl Repository {
        fn new() -> Self {
            let repository = Self { folder: tempfile::tempdir().unwrap(), commits: 0 };
            repository.git(&["init", "--quiet"]);
            repository
        }

        fn git(&self, arguments: &[&str]) {
            let date = format!("{} +0000", 1_000_000_000 + self.commits);
            let status = Command::new("git")
                .current_dir(self.folder.path())
                .args(["-c", "user.name=a", "-c", "user.email=a@exemple.fr", "-c", "commit.gpgSign=false"])
                .args(arguments)
                .env("GIT_COMMITTER_DATE", &date)
                .env("GIT_AUTHOR_DATE", "999999999 +0000")
                .env_remove("GIT_DIR")
                .status();
            assert!(status.unwrap().success(), "{arguments:?}");
        }

        fn commit(&mut self, files: &[(&str, &str)]) {
            for (path, text) in files {
                let path = self.folder.path().join(path);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, text).unwrap();
            }
            self.commits += 1;
            self.git(&["add", "--all"]);
            self.git(&["commit", "--quiet", "--message", "x"]);
        }

        fn dates(&self, content: &str, wanted: &[&str]) -> Vec<(String, i64)> {
            let dates = last_commits(&self.folder.path().join(content), wanted.iter().copied());
            let mut dates: Vec<_> =
                dates.into_iter().map(|(path, time)| (path, time.as_second() - 1_000_000_000)).collect();
            dates.sort();
            dates
        }
    }

    fn dated(dates: &[(&str, i64)]) -> Vec<(String, i64)> {
        dates.iter().map(|(path, time)| ((*path).to_owned(), *time)).collect()
    }

    #[test]
    fn each_file_has_the_date_of_the_last_commit_that_changed_it() {
        let mut repository = Repository::new();
        repository.commit(&[("site/content/a.md", "1"), ("site/content/été/l’idée \"b\".md", "1"), ("README.md", "1")]);
        repository.commit(&[("site/content/a.md", "2")]);
        repository.commit(&[("README.md", "2")]);

        let wanted = ["a.md", "été/l’idée \"b\".md", "nouveau.md", "README.md"];
        assert_eq!(
            repository.dates("site/content", &wanted),
            dated(&[("a.md", 2), ("été/l’idée \"b\".md", 1)]),
            "in a sub-folder of the repository"
        );
        assert_eq!(repository.dates("", &["README.md"]), dated(&[("README.md", 3)]), "and at its root");
    }

    #[test]
    fn a_commit_that_was_just_found_is_asked_for_again_the_next_time() {
        let mut repository = Repository::new();
        repository.commit(&[("a.md", "1")]);
        let (content, paths) = (repository.folder.path().to_owned(), [Arc::from("a.md")]);
        let mut memory = Memory::default();
        memory.know(head(&content));
        assert_eq!(memory.last_commits(&content, &paths)["a.md"].as_second(), 1_000_000_001);
        repository.commit(&[("a.md", "2")]);
        assert_eq!(memory.last_commits(&content, &paths)["a.md"].as_second(), 1_000_000_002);
    }

    #[test]
    fn a_renamed_file_dates_from_its_renaming() {
        let mut repository = Repository::new();
        repository.commit(&[("a.md", "un texte assez long pour être reconnu\n")]);
        repository.git(&["mv", "a.md", "b.md"]);
        repository.commit(&[]);
        assert_eq!(repository.dates("", &["a.md", "b.md"]), dated(&[("a.md", 2), ("b.md", 2)]));
    }

    #[test]
    fn the_end_of_a_shallow_clone_dates_nothing() {
        let mut origin = Repository::new();
        origin.commit(&[("a.md", "1"), ("b.md", "1")]);
        origin.commit(&[("a.md", "2")]);
        origin.commit(&[("c.md", "1")]);
        let clones = Repository::new();
        let address = format!("file://{}", origin.folder.path().display());
        clones.git(&["clone", "--quiet", "--depth", "2", &address, "clone"]);

        assert_eq!(clones.dates("clone", &["a.md", "b.md", "c.md"]), dated(&[("c.md", 3)]));
    }

    #[test]
    fn without_history_there_are_no_dates_and_no_failure() {
        let nowhere = tempfile::tempdir().unwrap();
        assert!(last_commits(nowhere.path(), ["a.md"]).is_empty());
        assert!(last_commits(&nowhere.path().join("absent"), ["a.md"]).is_empty());
        assert!(last_commits(Repository::new().folder.path(), ["a.md"]).is_empty());
    }
}
