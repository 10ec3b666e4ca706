//! How publishing goes, for whoever watches: what is shown, what is not sent yet, what hinders.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::workspace::Commit;

/// How publishing goes on this instance.
#[derive(Debug, Default)]
pub struct Progress(Mutex<Now>);

#[derive(Clone, Debug, Default)]
struct Now {
    shown: Option<Commit>,
    unpushed: usize,
    push_error: Option<String>,
    content_fault: Option<String>,
    cut_short: bool,
    unreachable: Option<String>,
}

/// What may be told of it; nothing that a visitor wrote but diagnostics of content files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The commit that is shown, when there is a repository.
    pub shown: Option<String>,
    /// How many commits of ours the repository does not have.
    pub unpushed: usize,
    /// Why not.
    pub push_error: Option<String>,
    /// Why the present content does not build.
    pub content_fault: Option<String>,
    /// Why the repository does not answer.
    pub unreachable: Option<String>,
}

impl Progress {
    /// Notes that the site was built, from that commit when there is a repository.
    pub fn built(&self, commit: Option<&Commit>) {
        let mut now = self.lock();
        now.shown = commit.cloned();
        now.content_fault = None;
    }

    /// Notes that the present content does not build, or does again.
    pub fn content_at_fault(&self, fault: Option<String>) {
        self.lock().content_fault = fault;
    }

    /// Notes that there is one more commit to send.
    pub fn committed(&self) {
        self.lock().unpushed += 1;
    }

    /// Notes how many commits are not sent, and why.
    pub fn unpushed(&self, count: usize, error: Option<String>) {
        let mut now = self.lock();
        now.unpushed = count;
        now.push_error = error;
    }

    /// Notes that the repository answers, or why it does not.
    pub fn reached(&self, unreachable: Option<String>) {
        self.lock().unreachable = unreachable;
    }

    /// Notes that a task was begun, or ended in good order.
    pub fn cut_short(&self, is_half: bool) {
        self.lock().cut_short = is_half;
    }

    /// Whether the last task ended before it could tidy up.
    pub fn was_cut_short(&self) -> bool {
        self.lock().cut_short
    }

    /// Whether the repository has all of our commits, as far as we know.
    pub fn is_pushed(&self) -> bool {
        let now = self.lock();
        now.unpushed == 0 && now.push_error.is_none()
    }

    /// The commit that is shown.
    pub fn shown(&self) -> Option<Commit> {
        self.lock().shown.clone()
    }

    /// All of it.
    pub fn report(&self) -> Report {
        let Now { shown, unpushed, push_error, content_fault, unreachable, .. } = self.lock().clone();
        Report { shown: shown.map(|commit| commit.to_string()), unpushed, push_error, content_fault, unreachable }
    }

    fn lock(&self) -> MutexGuard<'_, Now> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
