//! Where pages are published: the content folder itself, or the service's own clone of a repository.
//!
//! A clone is the service's alone, in its data folder: what editors do elsewhere, half done or not,
//! neither enters it nor is touched. Everything here waits for disks and for git, so it is called
//! where waiting is allowed. Two calls never change it at once; only while the repository is waited
//! for, which may take long, is it free for others.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::ensure;

use super::change::{self, Change};
use super::clone::OwnClone;
pub use super::refusal::Refusal;
use crate::config::Depot;

/// Where pages are published.
pub struct Workspace {
    kind: Kind,
    content: PathBuf,
    /// One at a time: git would find its own locks, and a change half of another.
    turn: Mutex<()>,
    /// Held over calls that belong together.
    task: Mutex<()>,
    /// One conversation with the repository at a time.
    conversation: Mutex<()>,
}

enum Kind {
    Folder,
    Clone(Box<OwnClone>),
}

/// The name of a commit.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Commit(String);

impl Commit {
    /// Its forty hexadecimal digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Commit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Commit {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        let is_name = text.len() == 40 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        ensure!(is_name, "this is not the name of a commit");
        Ok(Self(text.to_owned()))
    }
}

/// What came of a look at the repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refreshed {
    /// Where the clone stands now; `None` without git.
    pub head: Option<Commit>,
    /// Whether it stood elsewhere before.
    pub moved: bool,
    /// Why the repository did not answer, in French. The clone is then as current as it was.
    pub unreachable: Option<String>,
}

/// What came of sending our commits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pushed {
    /// The repository has them all.
    Done,
    /// There is none to send, or the configuration says not to.
    NothingToDo,
    /// The repository did not take them; they stay here, for a later try.
    Refused(Refusal),
}

/// What came of going to a commit that another instance made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckedOut {
    /// The clone stands there.
    Done,
    /// The repository did not have it (yet), or did not answer; the clone is where it was.
    Unknown,
    /// There is no git.
    NoGit,
}

impl Workspace {
    /// The content folder itself: files are written into it, without git.
    pub fn folder(content: PathBuf) -> Self {
        Self::new(Kind::Folder, content)
    }

    /// The service's own clone, in the data folder: made at the first start, opened afterwards.
    ///
    /// # Errors
    /// Says in French that there is no git, that the repository does not answer (at the first
    /// start only), or that it lacks the branch or the content folder.
    pub fn clone_of(depot: &Depot, data: &Path) -> anyhow::Result<Self> {
        let clone = OwnClone::open(depot, data)?;
        let content = clone.content();
        Ok(Self::new(Kind::Clone(Box::new(clone)), content))
    }

    fn new(kind: Kind, content: PathBuf) -> Self {
        Self { kind, content, turn: Mutex::new(()), task: Mutex::new(()), conversation: Mutex::new(()) }
    }

    /// The content folder to build from.
    pub fn content(&self) -> &Path {
        &self.content
    }

    /// Whether a clone stands behind it.
    pub fn has_git(&self) -> bool {
        matches!(self.kind, Kind::Clone(_))
    }

    /// Nobody else begins a task until this goes away: for whoever makes several calls that belong
    /// together. Not for a call that waits for the repository.
    pub fn begin(&self) -> MutexGuard<'_, ()> {
        lock(&self.task)
    }

    /// [Asks](Self::ask) and [takes in](Self::take_in): what others pushed, our own unpushed commits
    /// on top of it. A repository that does not answer within ten seconds is told of, and is no error.
    ///
    /// # Errors
    /// As [`take_in`](Self::take_in).
    pub fn refresh(&self) -> anyhow::Result<Refreshed> {
        let unreachable = self.ask()?;
        Ok(Refreshed { unreachable, ..self.take_in()? })
    }

    /// Learns what the repository holds, or why it does not answer within ten seconds, in French.
    /// Nothing is changed by it but what is known, and whoever publishes goes on meanwhile.
    ///
    /// # Errors
    /// Fails when the disk does, or there is no git.
    pub fn ask(&self) -> anyhow::Result<Option<String>> {
        let _conversation = lock(&self.conversation);
        match &self.kind {
            Kind::Folder => Ok(None),
            Kind::Clone(clone) => clone.ask(),
        }
    }

    /// Drops what a crash left and takes in what is known of the repository. Changes that are not
    /// committed are dropped: call it between two publications.
    ///
    /// # Errors
    /// Says in French that a commit of ours and one of somebody else change the same lines; the
    /// clone is then where it was, and can still be published into. Fails when the disk does.
    pub fn take_in(&self) -> anyhow::Result<Refreshed> {
        let _turn = self.turn();
        match &self.kind {
            Kind::Folder => {
                change::sweep(&self.content)?;
                Ok(Refreshed { head: None, moved: false, unreachable: None })
            }
            Kind::Clone(clone) => clone.take_in(),
        }
    }

    /// Makes all these changes in the content folder, or none; made already, they are left as they
    /// are.
    ///
    /// # Errors
    /// Says in French which file stands in the way; fails when the disk does.
    pub fn apply(&self, changes: &[Change]) -> anyhow::Result<()> {
        let _turn = self.turn();
        change::apply(&self.content, changes)
    }

    /// Takes back changes that were not committed, made or not.
    ///
    /// # Errors
    /// Without git, says in French which file somebody else changed since, and leaves that one
    /// alone. Fails when the disk does.
    pub fn undo(&self, changes: &[Change]) -> anyhow::Result<()> {
        let _turn = self.turn();
        match &self.kind {
            Kind::Folder => change::undo(&self.content, changes),
            Kind::Clone(clone) => clone.undo(changes),
        }
    }

    /// Commits the files of these changes and no other, as they are on disk. `None` without git, or
    /// when the last commit holds them so already: made twice, there is one commit. From then on
    /// they cannot be taken back.
    ///
    /// # Errors
    /// Fails when the disk or git does; nothing is committed then.
    pub fn commit(&self, changes: &[Change], message: &str) -> anyhow::Result<Option<Commit>> {
        let _turn = self.turn();
        let commit = match &self.kind {
            Kind::Folder => None,
            Kind::Clone(clone) => clone.commit(changes, message)?,
        };
        change::settle(&self.content, changes)?;
        Ok(commit)
    }

    /// The commit that the content folder shows; `None` without git.
    ///
    /// # Errors
    /// Fails when git does.
    pub fn head(&self) -> anyhow::Result<Option<Commit>> {
        let _turn = self.turn();
        match &self.kind {
            Kind::Folder => Ok(None),
            Kind::Clone(clone) => clone.head().map(Some),
        }
    }

    /// Sends our commits; when they are refused, once more on top of what came meanwhile, after
    /// which [`head`](Self::head) may be another. Whoever publishes goes on while the repository is
    /// waited for.
    ///
    /// # Errors
    /// Fails when the disk or the local git does; what the repository answers is no error.
    pub fn push(&self) -> anyhow::Result<Pushed> {
        let _conversation = lock(&self.conversation);
        match &self.kind {
            Kind::Folder => Ok(Pushed::NothingToDo),
            Kind::Clone(clone) => clone.push(|| (self.begin(), self.turn())),
        }
    }

    /// How many commits of ours the repository does not have, as far as is known here.
    ///
    /// # Errors
    /// Fails when git does.
    pub fn unpushed(&self) -> anyhow::Result<usize> {
        let _turn = self.turn();
        match &self.kind {
            Kind::Folder => Ok(0),
            Kind::Clone(clone) => clone.unpushed(),
        }
    }

    /// Goes to a commit that another instance made and pushed, once the repository was
    /// [asked](Self::ask) since. Our own unpushed commits are kept
    /// aside: the next [`refresh`](Self::refresh) goes back to them.
    ///
    /// # Errors
    /// Fails when the disk or the local git does.
    pub fn checkout(&self, commit: &Commit) -> anyhow::Result<CheckedOut> {
        let _turn = self.turn();
        match &self.kind {
            Kind::Folder => Ok(CheckedOut::NoGit),
            Kind::Clone(clone) => clone.checkout(commit),
        }
    }

    fn turn(&self) -> MutexGuard<'_, ()> {
        lock(&self.turn)
    }
}

/// Whoever panicked in its turn left at worst what a crash leaves.
fn lock(mutex: &Mutex<()>) -> MutexGuard<'_, ()> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
