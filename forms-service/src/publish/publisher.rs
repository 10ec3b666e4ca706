//! Publishes what was approved and takes away what is to go: one task at a time, under one lease,
//! so that of several instances one writes, commits and builds.
//!
//! A task may be cut short anywhere and begun again: files that are there are left as they are, a
//! commit that holds them is not made twice, and a task is over only when the database says so.
//! Nothing of the live site changes before a whole build succeeded.
//!
//! The repository is [asked](Publisher::catch_up) and [sent to](Publisher::follow_up) beside that: however
//! long it takes to answer, what is approved goes live and what is to go goes.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use generator::diagnostic::{Diagnostic, Severity};
use generator::portal::Portal as Built;
use generator::publish::suspended;
use generator::serve::LiveReload;
use jiff::{SignedDuration, Timestamp};
use lettre::Address;
use tokio::sync::{Mutex, Notify};
use tokio::time::Instant;
use tracing::{error, info, warn};
use walkdir::WalkDir;

use super::builder::{Builder, Written};
use super::change::Change;
use super::progress::Progress;
use super::snapshot::Snapshot;
use super::workspace::{CheckedOut, Commit, Pushed, Workspace};
use crate::crash;
use crate::role::{Holder, Place};
use crate::site::{Portal, Site};
use crate::store::Store;
use crate::store::publications::{Publication, Task};

/// How long a task waits that could not be done through no fault of its own.
const WAIT: SignedDuration = SignedDuration::from_secs(30);

/// How often the lease is renewed while a task is done: twice within the time that it holds.
const RENEW_EVERY: Duration = Duration::from_mins(1);

/// How many diagnostics are told of: whoever reads them on a phone needs the first few.
const TOLD: usize = 5;

/// What one call did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Did {
    /// Nothing is to be done, or another instance does it.
    Nothing,
    /// A page is on the site.
    Published(String),
    /// A page was taken away, or marked.
    Stopped(String),
    /// The site cannot be built with that page: it went back to whoever approved it.
    Bounced(String),
    /// It could not be done yet.
    Delayed(String),
}

/// Everything that publishing needs.
#[derive(Clone)]
pub struct Publisher {
    /// Where the tasks are.
    pub store: Store,
    /// Where pages are written.
    pub workspace: Arc<Workspace>,
    /// Builds the site.
    pub builder: Builder,
    /// The sources of the last site that went live.
    pub snapshot: Snapshot,
    /// The portal that is shown.
    pub site: Arc<Site>,
    /// Held by whoever writes, builds and shows: the lease keeps other instances away, this our own
    /// two hands.
    pub turn: Arc<Mutex<()>>,
    /// Told when the site changed, in a demonstration.
    pub reload: Option<LiveReload>,
    /// Rung when a mail was queued.
    pub wake: Arc<Notify>,
    /// What whoever watches is told.
    pub progress: Arc<Progress>,
    /// Who receives what would reach nobody.
    pub fallback: Address,
}

/// What became of a task on the disk.
enum Outcome {
    /// It is live.
    Live { portal: Box<Portal>, commit: Option<Commit>, url: Option<String> },
    /// The page is at fault.
    AtFault(String),
    /// Something else is.
    Hindered(String),
}

impl Publisher {
    /// Does the task that is due for longest, if any. What follows a site that went live is left to
    /// [`follow_up`](Self::follow_up).
    ///
    /// # Errors
    /// Fails when the database does; the task is then begun again.
    pub async fn publish_next(&self, now: Timestamp) -> anyhow::Result<Did> {
        let asked = Instant::now();
        let _turn = self.turn.lock().await;
        // Our other hand may have had the turn for long: what was now is not any more.
        let now = now + asked.elapsed();
        if self.store.next_publication(now).await?.is_none() || !self.store.lease_publisher(now).await? {
            return Ok(Did::Nothing);
        }
        // Read again under the lease: another instance may just have done it.
        let did = match self.store.next_publication(now).await? {
            Some(publication) => self.under_lease(now, Box::pin(self.carry_out(publication, now))).await,
            None => Ok(Did::Nothing),
        };
        self.store.free_publisher().await?;
        did
    }

    /// Does something that only one instance may do, and keeps the lease for as long as it takes: a
    /// large site on a slow disk must not be begun a second time beside it.
    async fn under_lease<T>(&self, since: Timestamp, work: impl Future<Output = T>) -> T {
        let began = Instant::now();
        let renew = async {
            loop {
                tokio::time::sleep(RENEW_EVERY).await;
                // Counted from the moment that the lease was taken, so that no jump of the clock ends it.
                match self.store.lease_publisher(since + began.elapsed()).await {
                    Ok(true) => {}
                    Ok(false) => warn!("another instance publishes beside this one: the lease was lost"),
                    Err(error) => error!("the lease to publish was not renewed: {error:#}"),
                }
            }
        };
        tokio::select! {
            done = work => done,
            () = renew => unreachable!("it is renewed until the work is done"),
        }
    }

    async fn carry_out(&self, publication: Publication, now: Timestamp) -> anyhow::Result<Did> {
        let id = publication.id.clone();
        let (this, task) = (self.clone(), publication.clone());
        let outcome = blocking(move || this.on_disk(&task, now)).await.unwrap_or_else(|error| {
            error!("publication {} failed: {error:#}", publication.id);
            Outcome::Hindered(format!("{error:#}"))
        });
        Ok(match outcome {
            Outcome::Live { portal, commit, url } => {
                let roles = roles_of(&publication);
                self.show(*portal);
                let commit_id = commit.as_ref().map(Commit::as_str);
                crash::point("after-build");
                if publication.task == Some(Task::Publish) {
                    let url = url.context("a page that went live has an address")?;
                    self.store.report_published(&publication, &url, commit_id, &roles, &self.fallback, now).await?;
                } else {
                    self.store.report_stopped(&publication, commit_id, now).await?;
                }
                self.wake.notify_one();
                info!(publication = %id, "publication {id}: done");
                self.keep_sources().await;
                if publication.task == Some(Task::Publish) { Did::Published(id) } else { Did::Stopped(id) }
            }
            Outcome::AtFault(why) => {
                warn!(publication = %id, "the site cannot be built with publication {id}: it went back");
                self.store.report_bounced(&publication, &why, &self.fallback, now).await?;
                self.wake.notify_one();
                Did::Bounced(id)
            }
            Outcome::Hindered(why) => {
                warn!(publication = %id, "publication {id} waits");
                self.store.report_delayed(&id, &why, now + WAIT).await?;
                Did::Delayed(id)
            }
        })
    }

    /// Writes, looks whether the site can be built, commits, and makes it live. The repository is
    /// not asked: a click does not wait for a forge, which is followed in between and sent to after.
    fn on_disk(&self, publication: &Publication, now: Timestamp) -> anyhow::Result<Outcome> {
        let _task = self.workspace.begin();
        if self.progress.was_cut_short()
            && let Err(error) = self.workspace.take_in()
        {
            // What was begun is begun again: nothing of it stands in its own way.
            warn!("the repository was not followed: {error:#}");
        }
        self.progress.cut_short(true);
        let outcome = match publication.task {
            Some(Task::Withdraw | Task::Suspend) => self.stop(publication, now)?,
            Some(Task::Publish) | None => self.publish(publication, now)?,
        };
        self.progress.cut_short(false);
        Ok(outcome)
    }

    fn publish(&self, publication: &Publication, now: Timestamp) -> anyhow::Result<Outcome> {
        let changes = changes_of(publication);
        if let Err(error) = self.workspace.apply(&changes) {
            return Ok(Outcome::AtFault(format!("{error:#}")));
        }
        crash::point("after-file");
        let candidate = self.builder.check(self.workspace.content(), now)?;
        if candidate.portal().is_none() {
            let with = told(candidate.diagnostics());
            self.workspace.undo(&changes)?;
            let without = self.builder.check(self.workspace.content(), now)?;
            return Ok(if without.portal().is_some() {
                Outcome::AtFault(with)
            } else {
                let fault = told(without.diagnostics());
                self.progress.content_at_fault(Some(fault.clone()));
                Outcome::Hindered(format!("Le contenu ne se construit pas, avec ou sans cette page :\n{fault}"))
            });
        }
        // Outside of its space a page would be nobody's, and read by everybody.
        let has_place = |portal: &Built| publication.space.as_deref().is_none_or(|slug| portal.space(slug).is_some());
        let placed = candidate.portal().filter(|portal| has_place(portal));
        let url = placed.and_then(|portal| portal.page_url(&publication.path)).map(str::to_owned);
        if url.is_none() {
            self.workspace.undo(&changes)?;
            let why = "La page n’aurait pas sa place sur le site : regardez son espace, son dossier et ses dates.";
            return Ok(Outcome::AtFault(why.to_owned()));
        }
        let commit = self.commit(publication, &changes)?;
        crash::point("after-commit-git");
        match self.builder.write(candidate)? {
            Written::Live(portal, _) => {
                self.progress.built(commit.as_ref());
                Ok(Outcome::Live { portal, commit, url })
            }
            Written::Refused(diagnostics) => Ok(Outcome::Hindered(told(&diagnostics))),
        }
    }

    /// Takes a page away, or marks it, whatever state the content is in.
    fn stop(&self, publication: &Publication, now: Timestamp) -> anyhow::Result<Outcome> {
        let today = now.to_zoned(self.site.portal().time_zone()).date();
        let path = self.present_path(publication);
        let from = std::fs::read_to_string(self.workspace.content().join(&path)).ok();
        let tombstone = format!("---\ntitre: \"Page retirée\"\ndate: {today}\nexpire_le: {today}\n---\n");
        let text = match (&from, publication.task) {
            (Some(text), Some(Task::Suspend)) => suspended(text),
            // Other pages may lead to it: a page that has expired breaks no link.
            (Some(_), _) => Some(tombstone),
            (None, _) => None,
        };
        let changes: Vec<Change> = match (from, text) {
            (Some(from), Some(text)) if from != text => {
                vec![Change::Replace { path: path.clone(), from, text }]
            }
            (Some(_), Some(_)) | (None, _) => Vec::new(),
            (Some(_), None) => vec![Change::Remove { path: path.clone() }],
        };
        self.workspace.apply(&changes)?;
        let mut candidate = self.builder.check(self.workspace.content(), now)?;
        let mut made = changes;
        if candidate.portal().is_none() && publication.task == Some(Task::Withdraw) && !made.is_empty() {
            // A kind of page that cannot be left empty goes as a whole, if that is what is at fault.
            let tombstone = made.clone();
            self.workspace.undo(&tombstone)?;
            made = vec![Change::Remove { path: path.clone() }];
            self.workspace.apply(&made)?;
            let without = self.builder.check(self.workspace.content(), now)?;
            if without.portal().is_some() {
                candidate = without;
            } else {
                self.workspace.undo(&made)?;
                made = tombstone;
                self.workspace.apply(&made)?;
            }
        }
        let commit = self.commit(publication, &made)?;
        if candidate.portal().is_some() {
            if let Written::Live(portal, _) = self.builder.write(candidate)? {
                self.progress.built(commit.as_ref());
                return Ok(Outcome::Live { portal, commit, url: None });
            }
            return Ok(Outcome::Hindered("la construction du site a échoué".to_owned()));
        }
        self.progress.content_at_fault(Some(told(candidate.diagnostics())));
        let portal = self.stop_without_content(&[&path, &publication.path], &made, now)?;
        Ok(Outcome::Live { portal, commit, url: None })
    }

    /// Where the page's file is now: an editor may have moved it to another folder. Its random name
    /// says which it is.
    fn present_path(&self, publication: &Publication) -> String {
        let content = self.workspace.content();
        if content.join(&publication.path).is_file() {
            return publication.path.clone();
        }
        let ending = format!("-{}.md", publication.id);
        let named = |entry: &walkdir::DirEntry| entry.file_name().to_str().is_some_and(|name| name.ends_with(&ending));
        let found = WalkDir::new(content).into_iter().filter_map(Result::ok).find(named);
        let path = found.and_then(|entry| Some(entry.path().strip_prefix(content).ok()?.to_str()?.to_owned()));
        path.unwrap_or_else(|| {
            warn!(publication = %publication.id, "the file of publication {} is not there any more", publication.id);
            publication.path.clone()
        })
    }

    /// The live site once more, from its own sources and without that page.
    fn stop_without_content(&self, paths: &[&str], made: &[Change], now: Timestamp) -> anyhow::Result<Box<Portal>> {
        let copy: Option<PathBuf> = self.snapshot.without(paths)?;
        let copy = copy.context("il n’y a pas de copie du dernier site en ligne")?;
        for change in made {
            if let Change::Replace { path, text, .. } = change {
                let place = copy.join(path);
                if let Some(folder) = place.parent() {
                    std::fs::create_dir_all(folder)?;
                }
                std::fs::write(place, text)?;
            }
        }
        match self.builder.build(&copy, now)? {
            Written::Live(portal, _) => {
                self.snapshot.adopt(&copy)?;
                Ok(portal)
            }
            Written::Refused(diagnostics) => anyhow::bail!("{}", told(&diagnostics)),
        }
    }

    fn commit(&self, publication: &Publication, changes: &[Change]) -> anyhow::Result<Option<Commit>> {
        let done = match publication.task {
            Some(Task::Withdraw) => "retrait",
            Some(Task::Suspend) => "suspension",
            _ => "publication",
        };
        // Nothing but the reference and the decision: git never forgets.
        let message = format!("{done} : {} ({})\n", publication.reference, publication.kind);
        let made = self.workspace.commit(changes, &message)?;
        if made.is_some() {
            self.progress.committed();
        }
        Ok(made.or(self.workspace.head()?))
    }

    fn show(&self, portal: Portal) {
        self.site.replace(portal);
        if let Some(reload) = &self.reload {
            reload.changed();
        }
    }

    /// Keeps the sources of the site that just went live.
    async fn keep_sources(&self) {
        let this = self.clone();
        let kept = blocking(move || {
            let _task = this.workspace.begin();
            this.snapshot.keep(this.workspace.content())
        });
        if let Err(error) = kept.await {
            error!("the sources of the live site were not kept: {error:#}");
        }
    }

    /// What follows a site that went live, and holds nobody up: our commits are sent, and what others
    /// pushed meanwhile is shown with them.
    pub async fn follow_up(&self, now: Timestamp) {
        if !self.workspace.has_git() {
            return;
        }
        self.push(now).await;
        let turn = self.turn.lock().await;
        let built = self.show_head(None, false, now).await;
        drop(turn);
        match built {
            Ok(true) => self.push(now).await,
            Ok(false) => {}
            Err(error) => error!("what came with our commits was not built: {error:#}"),
        }
    }

    /// Sends our commits, if there are any.
    pub async fn push(&self, now: Timestamp) {
        if !self.workspace.has_git() {
            return;
        }
        let this = self.clone();
        let pushed = blocking(move || Ok((this.workspace.push()?, this.workspace.unpushed()?))).await;
        match pushed {
            Ok((Pushed::Refused(refusal), left)) => {
                warn!("the repository did not take our commits: {}", refusal.reason);
                self.progress.unpushed(left, Some(refusal.reason));
            }
            Ok((Pushed::Done | Pushed::NothingToDo, left)) => self.progress.unpushed(left, None),
            Err(error) => {
                error!("our commits were not sent: {error:#}");
                self.progress.unpushed(0, Some(format!("{error:#}")));
            }
        }
        // Others are told of a commit that they can fetch.
        let shown = self.progress.shown();
        if let Some(commit) = shown.filter(|_| self.progress.is_pushed())
            && let Err(error) = self.store.show_commit(commit.as_str(), now).await
        {
            error!("the commit that is shown was not noted: {error:#}");
        }
    }

    /// Whether another instance shows a commit that this one does not.
    ///
    /// # Errors
    /// Fails when the database does.
    pub async fn is_behind(&self) -> anyhow::Result<bool> {
        if !self.workspace.has_git() {
            return Ok(false);
        }
        let wanted = self.store.shown_commit().await?;
        let shown = self.progress.shown().map(|commit| commit.to_string());
        Ok(wanted.is_some() && wanted != shown && self.progress.is_pushed())
    }

    /// Takes in what others pushed, or published, and shows it. What does not build is told of, and
    /// the live site stays.
    ///
    /// # Errors
    /// Fails when the database does.
    pub async fn catch_up(&self, now: Timestamp) -> anyhow::Result<()> {
        if !self.workspace.has_git() {
            return Ok(());
        }
        // Nobody waits for this, however long it takes.
        let began = Instant::now();
        let this = self.clone();
        let asked = blocking(move || this.workspace.ask()).await;
        if let Ok(unreachable) = &asked {
            if let Some(reason) = unreachable {
                warn!("the repository was not reached: {reason}");
            }
            self.progress.reached(unreachable.clone());
        }
        let turn = self.turn.lock().await;
        let now = now + began.elapsed();
        let wanted = self.store.shown_commit().await?.and_then(|text| text.parse::<Commit>().ok());
        let is_mine = self.store.lease_publisher(now).await?;
        let show = self.show_head(wanted, is_mine, now);
        let built = match asked {
            Ok(_) if is_mine => self.under_lease(now, show).await,
            Ok(_) => show.await,
            Err(error) => Err(error),
        };
        if is_mine {
            self.store.free_publisher().await?;
        }
        drop(turn);
        match built {
            Ok(true) => self.follow_up(now).await,
            Ok(false) => {
                if is_mine && !self.progress.is_pushed() {
                    self.push(now).await;
                }
            }
            Err(error) => {
                warn!("the repository was not followed: {error:#}");
                self.progress.content_at_fault(Some(format!("{error:#}")));
            }
        }
        Ok(())
    }

    /// Builds the commit where the workspace stands, once it has [followed](Self::build_head), and
    /// shows it. Whoever calls it has the turn.
    async fn show_head(&self, wanted: Option<Commit>, is_mine: bool, now: Timestamp) -> anyhow::Result<bool> {
        let this = self.clone();
        let Some(portal) = blocking(move || this.build_head(wanted.as_ref(), is_mine, now)).await? else {
            return Ok(false);
        };
        self.show(*portal);
        self.keep_sources().await;
        Ok(true)
    }

    fn build_head(
        &self,
        wanted: Option<&Commit>,
        is_mine: bool,
        now: Timestamp,
    ) -> anyhow::Result<Option<Box<Portal>>> {
        let _task = self.workspace.begin();
        if is_mine {
            self.workspace.take_in()?;
        } else if let Some(wanted) = wanted.filter(|wanted| Some(*wanted) != self.progress.shown().as_ref())
            // A page that is live here stays, until the others can have it too.
            && self.progress.is_pushed()
        {
            // Whoever publishes made a commit: it is gone to, once it can be.
            if self.workspace.checkout(wanted)? != CheckedOut::Done {
                return Ok(None);
            }
        }
        let head = self.workspace.head()?;
        if head == self.progress.shown() {
            // What is shown was built: whatever hindered it before is over.
            self.progress.content_at_fault(None);
            return Ok(None);
        }
        let candidate = self.builder.check(self.workspace.content(), now)?;
        if candidate.portal().is_none() {
            let fault = told(candidate.diagnostics());
            self.progress.content_at_fault(Some(fault));
            return Ok(None);
        }
        match self.builder.write(candidate)? {
            Written::Live(portal, summary) => {
                info!("the site was built from a new commit: {} pages", summary.pages);
                self.progress.built(head.as_ref());
                Ok(Some(portal))
            }
            Written::Refused(_) => Ok(None),
        }
    }
}

/// What is to be written of a publication, as long as it is not on the site.
pub fn changes_of(publication: &Publication) -> Vec<Change> {
    let put = |(path, text): &(String, String)| Change::Put { path: path.clone(), text: text.clone() };
    publication.files.iter().map(put).collect()
}

/// Who holds which role in the space that a page opens.
fn roles_of(publication: &Publication) -> Vec<Holder> {
    let Some(space) = &publication.space else { return Vec::new() };
    let holder = |(role, address): &(crate::role::Role, Address)| Holder {
        place: Place::Space(space.clone()),
        role: *role,
        address: address.clone(),
    };
    publication.roles.iter().map(holder).collect()
}

/// The first faults, as whoever mends them reads them.
fn told(diagnostics: &[Diagnostic]) -> String {
    let faults = diagnostics.iter().filter(|one| one.severity == Severity::Error);
    let texts: Vec<String> = faults.take(TOLD).map(ToString::to_string).collect();
    texts.join("\n")
}

/// Does what waits for disks and for git where waiting is allowed.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> anyhow::Result<T> + Send + 'static) -> anyhow::Result<T> {
    tokio::task::spawn_blocking(work).await.context("a task on the disk broke off")?
}
