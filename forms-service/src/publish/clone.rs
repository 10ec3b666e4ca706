//! The service's own clone: made once, mended after a crash, brought up to date, committed into.
//!
//! Its commits stand on the branch `portail`, on top of what the repository's branch held when it
//! was last seen; `refs/portail/base` remembers where that was, so that even a repository whose
//! history was rewritten gets our commits back and nothing else. Its configuration and attributes
//! are written anew at each opening: nothing that somebody put there is ever obeyed.

use std::collections::HashSet;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use tracing::warn;
use walkdir::WalkDir;

use super::change::{self, Change, locate};
use super::distant;
use super::git::{Answer, FIRST, Git, LOCALLY, REMOTELY, said};
use super::refusal::Refusal;
use super::workspace::{CheckedOut, Commit, Pushed, Refreshed};
use crate::config::Depot;
use crate::crash;

/// The clone, in the data folder.
const FOLDER: &str = "depot";
/// The same while it is being made.
const UNFINISHED: &str = "depot.partiel";
/// Locked as long as anything works in it.
const LOCK: &str = "depot.verrou";

/// Where our commits are.
const OURS: &str = "refs/heads/portail";
/// What the repository's branch was when it was last seen.
const THEIRS: &str = "refs/remotes/distant/branche";
/// The commit of theirs on which ours stand.
const BASE: &str = "refs/portail/base";

const CONFIG: &str =
    "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = false\n\tlogallrefupdates = true\n";

/// Files are on disk as they are in the commit, to the byte, whatever `.gitattributes` says.
const ATTRIBUTES: &str = "* -text -eol -ident -filter -working-tree-encoding !merge !diff\n";

/// An index apart, for making a commit.
const INDEX: &str = "portail-index";

/// The service's own clone.
pub struct OwnClone {
    git: Git,
    depot: Depot,
}

impl OwnClone {
    /// Opens it, or makes it at the first start.
    pub fn open(depot: &Depot, data: &Path) -> anyhow::Result<Self> {
        let path = data.join(FOLDER);
        let lock = data.join(LOCK);
        if !path.join(".git").is_dir() {
            let unfinished = data.join(UNFINISHED);
            let clone = Self { git: Git::new(&unfinished, depot)?.alone(&lock)?, depot: depot.clone() };
            ignore_absent(fs::remove_dir_all(&unfinished))?;
            fs::create_dir(&unfinished).with_context(|| format!("création de « {} »", unfinished.display()))?;
            clone.fill().with_context(|| format!("première copie du dépôt « {} »", depot.remote))?;
            fs::rename(&unfinished, &path).with_context(|| format!("mise en place de « {} »", path.display()))?;
            crate::store::backup::sync_folder(&path)?;
        }
        let clone = Self { git: Git::new(&path, depot)?.alone(&lock)?, depot: depot.clone() };
        clone.write_own_settings()?;
        clone.recover().with_context(|| {
            format!("« {} » est abîmé : déplacez-le, et le prochain démarrage en refait un", path.display())
        })?;
        clone.check_content()?;
        // A clone that grows for years is packed now and then; it works without.
        if let Err(error) =
            clone.git.run(&["-c", "gc.auto=6700", "-c", "gc.autoDetach=false", "gc", "--auto", "--quiet"])
        {
            warn!("packing the clone of the repository: {error:#}");
        }
        Ok(clone)
    }

    /// The content folder in it.
    pub fn content(&self) -> PathBuf {
        self.git.folder().join(&self.depot.content)
    }

    /// See [`Workspace::ask`](super::workspace::Workspace::ask).
    pub fn ask(&self) -> anyhow::Result<Option<String>> {
        Ok(self.fetch(REMOTELY)?.err().map(|refusal| refusal.reason))
    }

    /// See [`Workspace::take_in`](super::workspace::Workspace::take_in).
    pub fn take_in(&self) -> anyhow::Result<Refreshed> {
        let before = self.head().ok();
        self.recover()?;
        self.follow()?;
        self.check_content()?;
        let head = self.head()?;
        Ok(Refreshed { moved: before.as_ref() != Some(&head), head: Some(head), unreachable: None })
    }

    /// See [`Workspace::undo`](super::workspace::Workspace::undo).
    pub fn undo(&self, changes: &[Change]) -> anyhow::Result<()> {
        let content = self.content();
        let paths = self.paths(changes)?;
        let mut list = vec!["ls-tree", "-z", "--name-only", "--full-tree", "HEAD", "--"];
        list.extend(paths.iter().map(String::as_str));
        let tracked: HashSet<String> = self.git.run(&list)?.names().collect();
        let (known, new): (Vec<String>, Vec<String>) = paths.into_iter().partition(|path| tracked.contains(path));
        // What is new goes by its text: nobody else writes here.
        let is_new = |change: &&Change| new.contains(&self.in_repository(change.path()));
        let put: Vec<Change> =
            changes.iter().filter(is_new).filter(|change| matches!(change, Change::Put { .. })).cloned().collect();
        change::undo(&content, &put)?;
        if !known.is_empty() {
            let mut arguments = vec!["checkout", "--quiet", "--force", "HEAD", "--"];
            arguments.extend(known.iter().map(String::as_str));
            self.git.run(&arguments)?;
        }
        change::settle(&content, changes)
    }

    /// See [`Workspace::commit`](super::workspace::Workspace::commit).
    pub fn commit(&self, changes: &[Change], message: &str) -> anyhow::Result<Option<Commit>> {
        let paths = self.paths(changes)?;
        let head = self.head()?;
        let apart = [("GIT_INDEX_FILE", format!(".git/{INDEX}"))];
        let apart: Vec<(&str, &str)> = apart.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.git.run_with(&["read-tree", "HEAD"], &apart)?;
        let mut update = vec!["update-index", "--add", "--remove", "--"];
        update.extend(paths.iter().map(String::as_str));
        self.git.run_with(&update, &apart)?;
        let tree = self.git.run_with(&["write-tree"], &apart)?.line()?.to_owned();
        let commit = if tree == self.git.run(&["rev-parse", "HEAD^{tree}"])?.line()? {
            None
        } else {
            let made = self.git.run(&["commit-tree", "--no-gpg-sign", "-p", head.as_str(), "-m", message, &tree])?;
            let commit: Commit = made.line()?.parse()?;
            crash::point("before-ref");
            self.git.run(&["update-ref", "-m", "commit", OURS, commit.as_str(), head.as_str()])?;
            crash::point("after-ref");
            Some(commit)
        };
        self.git.run(&update)?;
        Ok(commit)
    }

    /// Where the files are.
    pub fn head(&self) -> anyhow::Result<Commit> {
        self.resolve("HEAD")?.context("the clone has no commit")
    }

    /// See [`Workspace::push`](super::workspace::Workspace::push). `alone` is held for as long as the
    /// clone is read or changed, and never while the repository is waited for.
    pub fn push<G>(&self, alone: impl Fn() -> G) -> anyhow::Result<Pushed> {
        let Some(ours) = self.to_send(&alone)? else { return Ok(Pushed::NothingToDo) };
        let Some(first) = self.try_push(&ours, &alone)? else { return Ok(Pushed::Done) };
        if let Err(refusal) = self.fetch(REMOTELY)? {
            return Ok(Pushed::Refused(refusal));
        }
        {
            let _alone = alone();
            if self.is_on_top()? && self.unpushed()? > 0 {
                return Ok(Pushed::Refused(first));
            }
            if let Err(conflict) = self.follow() {
                return Ok(Pushed::Refused(Refusal { reason: format!("{conflict:#}"), passing: false }));
            }
        }
        // The first try may have come through, and only its answer been lost.
        let Some(ours) = self.to_send(&alone)? else { return Ok(Pushed::Done) };
        Ok(self.try_push(&ours, &alone)?.map_or(Pushed::Done, Pushed::Refused))
    }

    /// See [`Workspace::unpushed`](super::workspace::Workspace::unpushed).
    pub fn unpushed(&self) -> anyhow::Result<usize> {
        let not = [format!("^{THEIRS}"), format!("^{BASE}")];
        Ok(self.git.run(&["rev-list", "--count", OURS, &not[0], &not[1]])?.line()?.parse()?)
    }

    /// See [`Workspace::checkout`](super::workspace::Workspace::checkout).
    pub fn checkout(&self, commit: &Commit) -> anyhow::Result<CheckedOut> {
        self.recover()?;
        if !self.holds(commit)? {
            return Ok(CheckedOut::Unknown);
        }
        self.git.run(&["checkout", "--quiet", "--force", "--detach", commit.as_str()])?;
        self.check_content()?;
        Ok(CheckedOut::Done)
    }

    /// Brings the whole history and puts the files on disk.
    fn fill(&self) -> anyhow::Result<()> {
        self.git.run(&["init", "--quiet", "--template=", "--initial-branch=portail"])?;
        self.write_own_settings()?;
        if let Err(refusal) = self.fetch(FIRST)? {
            bail!(refusal.reason);
        }
        self.git.run(&["update-ref", OURS, THEIRS])?;
        self.git.run(&["update-ref", BASE, THEIRS])?;
        self.recover()?;
        self.check_content()
    }

    fn write_own_settings(&self) -> anyhow::Result<()> {
        let own = self.git.folder().join(".git");
        for (name, text) in [("config", CONFIG), ("info/attributes", ATTRIBUTES), ("info/exclude", "")] {
            let path = own.join(name);
            let context = || format!("écriture de « {} »", path.display());
            fs::create_dir_all(path.parent().unwrap_or(&own)).with_context(context)?;
            let half = path.with_extension("nouveau");
            fs::write(&half, text).and_then(|()| fs::rename(&half, &path)).with_context(context)?;
        }
        Ok(())
    }

    /// Goes back to our last commit, whatever was under way. Nobody but us works in this folder.
    fn recover(&self) -> anyhow::Result<()> {
        let own = self.git.folder().join(".git");
        for folder in ["rebase-merge", "rebase-apply", "sequencer"] {
            ignore_absent(fs::remove_dir_all(own.join(folder)))?;
        }
        for name in ["index", "HEAD", "config", "packed-refs", "shallow", INDEX] {
            ignore_absent(fs::remove_file(own.join(format!("{name}.lock"))))?;
        }
        ignore_absent(fs::remove_file(own.join(INDEX)))?;
        // What the repository holds may be asked at this very moment: `fetch` sees to its own lock.
        let ours = |entry: &walkdir::DirEntry| entry.path() != own.join("refs/remotes");
        for entry in WalkDir::new(own.join("refs")).into_iter().filter_entry(ours).filter_map(Result::ok) {
            if entry.file_type().is_file() && entry.path().extension().is_some_and(|ending| ending == "lock") {
                ignore_absent(fs::remove_file(entry.path()))?;
            }
        }
        self.git.run(&["symbolic-ref", "HEAD", OURS])?;
        let reset = ["reset", "--hard", "--quiet"];
        if !self.git.ask(LOCALLY, &reset)?.is_success() {
            // A machine that lost its current may leave half an index; it is made again from the commit.
            ignore_absent(fs::remove_file(own.join("index")))?;
            self.git.run(&reset)?;
        }
        self.git.run(&["clean", "--quiet", "-ffdx"])?;
        Ok(())
    }

    /// Learns what the repository's branch is. One such conversation at a time.
    fn fetch(&self, limit: Duration) -> anyhow::Result<Result<(), Refusal>> {
        // A git that was ended for being late leaves it behind.
        ignore_absent(fs::remove_file(self.git.folder().join(".git").join(format!("{THEIRS}.lock"))))?;
        distant::fetch(&self.git, &self.depot, THEIRS, limit, true)
    }

    /// Whether our branch holds all that the repository's held when it was last seen.
    fn is_on_top(&self) -> anyhow::Result<bool> {
        Ok(self.git.ask(LOCALLY, &["merge-base", "--is-ancestor", THEIRS, OURS])?.is_success())
    }

    /// Puts our commits on top of what the repository holds.
    fn follow(&self) -> anyhow::Result<()> {
        let theirs = self.resolve(THEIRS)?.context("the repository was never seen")?;
        if self.is_on_top()? {
            return self.stand_on(&theirs);
        }
        let base = match self.resolve(BASE)? {
            Some(base) => base,
            None => theirs.clone(),
        };
        crash::point("before-rebase");
        let rebased = self.git.ask(
            LOCALLY,
            &[
                "rebase",
                "--quiet",
                "--merge",
                "--no-autostash",
                "--no-verify",
                "--no-fork-point",
                "--no-gpg-sign",
                "--no-stat",
                "--empty=drop",
                "--onto",
                theirs.as_str(),
                base.as_str(),
            ],
        )?;
        crash::point("after-rebase");
        if rebased.is_success() {
            return self.stand_on(&theirs);
        }
        let conflicts = self.conflicts(&rebased);
        self.recover()?;
        bail!(conflicts?)
    }

    fn conflicts(&self, rebased: &Answer) -> anyhow::Result<String> {
        let files = self.git.run(&["diff", "--no-ext-diff", "--name-only", "-z", "--diff-filter=U"])?;
        let files: Vec<String> = files.names().map(|name| format!("« {} »", name.escape_debug())).collect();
        Ok(if files.is_empty() {
            format!("les commits du portail ne se placent pas au-dessus du dépôt (git : {})", said(&rebased.stderr))
        } else {
            format!(
                "conflit dans {} : le portail et quelqu’un d’autre ont changé les mêmes lignes. Rendez au dépôt le \
                 texte d’avant, ou retirez-y ce fichier : la prochaine tentative passera",
                files.join(", ")
            )
        })
    }

    fn stand_on(&self, theirs: &Commit) -> anyhow::Result<()> {
        self.git.run(&["update-ref", BASE, theirs.as_str()])?;
        Ok(())
    }

    /// Our last commit, if the repository is to have it and does not.
    fn to_send<G>(&self, alone: impl Fn() -> G) -> anyhow::Result<Option<Commit>> {
        let _alone = alone();
        if !self.depot.pushes || self.unpushed()? == 0 {
            return Ok(None);
        }
        self.resolve(OURS)?.context("the clone has no commit").map(Some)
    }

    /// None when the repository took our commits up to that one; others may stand on it by then.
    fn try_push<G>(&self, ours: &Commit, alone: impl Fn() -> G) -> anyhow::Result<Option<Refusal>> {
        if let Err(refusal) = distant::push(&self.git, &self.depot, ours.as_str(), true)? {
            return Ok(Some(refusal));
        }
        crash::point("after-push");
        let _alone = alone();
        self.git.run(&["update-ref", THEIRS, ours.as_str()])?;
        self.stand_on(ours)?;
        Ok(None)
    }

    fn resolve(&self, name: &str) -> anyhow::Result<Option<Commit>> {
        let found = self.git.ask(LOCALLY, &["rev-parse", "--verify", "--quiet", &format!("{name}^{{commit}}")])?;
        if found.is_success() { found.line()?.parse().map(Some) } else { Ok(None) }
    }

    fn holds(&self, commit: &Commit) -> anyhow::Result<bool> {
        Ok(self.git.ask(LOCALLY, &["cat-file", "-e", &format!("{commit}^{{commit}}")])?.is_success())
    }

    /// Whether there is something to build from.
    fn check_content(&self) -> anyhow::Result<()> {
        let mut place = self.git.folder().to_owned();
        for part in &self.depot.content {
            place.push(part);
            let is_folder = fs::symlink_metadata(&place).is_ok_and(|found| found.is_dir());
            ensure!(
                is_folder,
                "le dépôt « {} » n’a pas de dossier « {} » : corrigez « depot: contenu: »",
                self.depot.remote,
                self.depot.content.display()
            );
        }
        Ok(())
    }

    /// The files of these changes, from the root of the repository.
    fn paths(&self, changes: &[Change]) -> anyhow::Result<Vec<String>> {
        let content = self.content();
        changes
            .iter()
            .map(|change| locate(&content, change.path()).map(|_| self.in_repository(change.path())))
            .collect()
    }

    fn in_repository(&self, path: &str) -> String {
        self.depot.content.join(path).to_string_lossy().into_owned()
    }
}

fn ignore_absent(done: std::io::Result<()>) -> anyhow::Result<()> {
    match done {
        Err(error) if !matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            Err(error).context("mending the clone of the repository")
        }
        _ => Ok(()),
    }
}
