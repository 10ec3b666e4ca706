//! Group commit: submissions that arrive together share one transaction, and so one flush.
//!
//! A single task takes in whatever waits, writes it with a few statements, commits, and only then
//! answers everybody. While the disk flushes, the next group gathers by itself: nobody waits for a
//! timer, and one visitor alone waits for one flush.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, LazyLock};

use anyhow::Context;
use tokio::sync::{mpsc, oneshot};

use super::database::is_disk_full;
use super::desk::Desk;
use super::outbox::{self, Kind, NewMail};
use super::submissions::{AcceptError, Accepted, COLUMNS, NewSubmission, State, read_reference};
use super::{Database, Disk, DiskFull, RowsStatement, Transaction, by_rows, pieces, query};
use crate::crash;
use crate::id::SubmissionId;
use crate::reference::Reference;

/// How many submissions share a transaction at most: enough for a storm.
const GROUP: usize = 256;

/// How many may wait for their turn; beyond, whoever hands in waits to be let in.
const QUEUE: usize = 1024;

/// Hands submissions to the task that writes them.
#[derive(Clone)]
pub(super) struct Committer(mpsc::Sender<Job>);

struct Job {
    new: NewSubmission,
    answer: oneshot::Sender<Result<Accepted, AcceptError>>,
}

impl Committer {
    pub(super) fn start(database: Database, disk: Arc<Disk>) -> Self {
        let (sender, mut jobs) = mpsc::channel::<Job>(QUEUE);
        let mut writer = Writer { database, disk, kept: HashSet::new() };
        tokio::spawn(async move {
            let mut group = Vec::with_capacity(GROUP);
            while jobs.recv_many(&mut group, GROUP).await > 0 {
                writer.write(std::mem::take(&mut group)).await;
            }
        });
        Self(sender)
    }

    pub(super) async fn accept(&self, new: NewSubmission) -> Result<Accepted, AcceptError> {
        let (answer, answered) = oneshot::channel();
        let gone = || AcceptError::Failed("the writing task is gone".to_owned());
        self.0.send(Job { new, answer }).await.map_err(|_| gone())?;
        answered.await.map_err(|_| gone())?
    }
}

/// The task's own state.
struct Writer {
    database: Database,
    disk: Arc<Disk>,
    /// The definitions that are known to be stored; nothing ever deletes one.
    kept: HashSet<(String, String)>,
}

impl Writer {
    async fn write(&mut self, group: Vec<Job>) {
        let (submissions, answers): (Vec<_>, Vec<_>) = group.into_iter().map(|job| (job.new, job.answer)).unzip();
        let results = self.write_all(&submissions).await;
        crash::point("after-commit");
        for (answer, result) in answers.into_iter().zip(results) {
            // Whoever asked may have gone away; the submission is stored all the same.
            let _ = answer.send(result);
        }
    }

    async fn write_all(&mut self, submissions: &[NewSubmission]) -> Vec<Result<Accepted, AcceptError>> {
        if let Err(full) = self.disk.check() {
            return submissions.iter().map(|_| Err(full.into())).collect();
        }
        let error = match self.write_group(submissions).await {
            Ok(accepted) => return accepted.into_iter().map(Ok).collect(),
            Err(error) => error,
        };
        self.disk.note(&error);
        if submissions.len() == 1 {
            return vec![Err(refusal(&error))];
        }
        // One that cannot be stored must not take the others with it.
        let mut results = Vec::with_capacity(submissions.len());
        for one in submissions {
            let alone = self.write_group(std::slice::from_ref(one)).await;
            results.push(alone.map(|mut accepted| accepted.remove(0)).map_err(|error| refusal(&error)));
        }
        results
    }

    async fn write_group(&mut self, submissions: &[NewSubmission]) -> anyhow::Result<Vec<Accepted>> {
        let group = Group::of(submissions);
        let mut tx = self.database.begin().await?;
        let new_definitions = self.keep_definitions(&mut tx, &group.unique).await?;
        let stored = insert(&mut tx, &group.unique).await?;
        let mails = mails_of(&mut tx, &stored).await?;
        outbox::enqueue(&mut tx, &mails).await?;
        crash::point("before-commit");
        tx.commit().await?;
        self.disk.settle(&self.database).await;
        self.kept.extend(new_definitions);
        let mut queued: HashMap<SubmissionId, usize> = HashMap::new();
        for id in mails.iter().filter_map(|mail| mail.submission) {
            *queued.entry(id).or_default() += 1;
        }
        let accepted: Vec<Accepted> = stored.into_iter().map(|stored| stored.accepted(&queued)).collect();
        Ok(group.answers(&accepted))
    }

    async fn keep_definitions(
        &self,
        tx: &mut Transaction,
        submissions: &[&NewSubmission],
    ) -> anyhow::Result<Vec<(String, String)>> {
        let mut new: BTreeMap<(String, String), &NewSubmission> = BTreeMap::new();
        for one in submissions {
            let name = (one.submission.form_id.clone(), one.submission.digest.clone());
            if !self.kept.contains(&name) {
                new.insert(name, one);
            }
        }
        for ((form_id, digest), one) in &new {
            query(
                "INSERT INTO definitions (form_id, digest, yaml, kept_at) VALUES ($1, $2, $3, $4) \
                 ON CONFLICT DO NOTHING",
            )
            .bind(form_id)
            .bind(digest)
            .bind(&*one.definition_yaml)
            .bind(one.now)
            .run(tx)
            .await
            .context("keeping a form's definition")?;
        }
        Ok(new.into_keys().collect())
    }
}

fn refusal(error: &anyhow::Error) -> AcceptError {
    if is_disk_full(error) { DiskFull.into() } else { AcceptError::Failed(format!("{error:#}")) }
}

/// A group in which the same sheet with the same content stands once: everybody who handed it in
/// gets the one answer. In the order of the keys, so that two instances never wait for each other
/// crosswise.
struct Group<'a> {
    unique: Vec<&'a NewSubmission>,
    /// For each submission of the group, its place among the unique ones, and whether it is the
    /// one that stands there.
    places: Vec<(usize, bool)>,
}

impl<'a> Group<'a> {
    fn of(submissions: &'a [NewSubmission]) -> Self {
        let name = |one: &'a NewSubmission| (one.key_id.as_str(), one.content_digest.as_str());
        let mut by_name: BTreeMap<(&str, &str), &NewSubmission> = BTreeMap::new();
        for one in submissions {
            by_name.entry(name(one)).or_insert(one);
        }
        let order: HashMap<_, _> = by_name.keys().zip(0..).map(|(name, place)| (*name, place)).collect();
        let unique: Vec<_> = by_name.into_values().collect();
        let places =
            submissions.iter().map(|one| (order[&name(one)], std::ptr::eq(unique[order[&name(one)]], one))).collect();
        Self { unique, places }
    }

    fn answers(&self, accepted: &[Accepted]) -> Vec<Accepted> {
        let answer = |(place, first): &(usize, bool)| {
            let answer = accepted[*place].clone();
            if *first { answer } else { Accepted { fresh: false, queued: 0, ..answer } }
        };
        self.places.iter().map(answer).collect()
    }
}

/// A submission after it was inserted, or found to be there.
struct Inserted<'a> {
    new: &'a NewSubmission,
    id: SubmissionId,
    reference: Reference,
    fresh: bool,
}

impl Inserted<'_> {
    fn accepted(self, queued: &HashMap<SubmissionId, usize>) -> Accepted {
        let queued = queued.get(&self.id).copied().unwrap_or_default();
        Accepted { id: self.id, reference: self.reference, fresh: self.fresh, state: self.new.state(), queued }
    }
}

static INSERT: LazyLock<Vec<RowsStatement>> = LazyLock::new(|| {
    let columns = COLUMNS.join(", ");
    by_rows(COLUMNS.len(), |rows| {
        format!("INSERT INTO submissions ({columns}) VALUES {rows} ON CONFLICT (key_id, content_digest) DO NOTHING")
    })
});

async fn insert<'a>(tx: &mut Transaction, unique: &[&'a NewSubmission]) -> anyhow::Result<Vec<Inserted<'a>>> {
    let mut stored = Vec::with_capacity(unique.len());
    for (piece, mut statement) in pieces(unique, &INSERT) {
        let first = stored.len();
        for new in piece {
            let (id, reference) = (SubmissionId::new(new.now), Reference::random());
            statement = new.bind(id, &reference, statement)?;
            stored.push(Inserted { new, id, reference, fresh: true });
        }
        let inserted = statement.run(tx).await.context("storing submissions")?;
        if usize::try_from(inserted)? < piece.len() {
            for one in &mut stored[first..] {
                let (id, reference) = find_same(tx, one.new).await?;
                *one = Inserted { fresh: id == one.id, id, reference, new: one.new };
            }
        }
    }
    Ok(stored)
}

async fn find_same(tx: &mut Transaction, new: &NewSubmission) -> anyhow::Result<(SubmissionId, Reference)> {
    let rows = query("SELECT id, reference FROM submissions WHERE key_id = $1 AND content_digest = $2")
        .bind(&new.key_id)
        .bind(&new.content_digest)
        .rows(tx)
        .await?;
    let row = rows.first().context("a submission that was said to be there is not")?;
    Ok((row.parse("id")?, read_reference(row)?))
}

/// What is mailed about new submissions.
async fn mails_of(tx: &mut Transaction, stored: &[Inserted<'_>]) -> anyhow::Result<Vec<NewMail>> {
    let mut mails = Vec::new();
    let mut desk = None;
    for Inserted { new, id, fresh, .. } in stored {
        if !fresh {
            continue;
        }
        let about = outbox::About { submission: *id, version: 1, unconfirmed: false, now: new.now };
        match new.state() {
            State::Received => {
                let desk = match &desk {
                    Some(desk) => desk,
                    // Who holds which role is read once for the whole group.
                    None => desk.insert(Desk::read(tx, &new.fallback, new.now).await?),
                };
                mails.extend(outbox::on_receipt(about, desk, &new.steps, &new.destinations, new.sender.as_ref()));
            }
            State::Unconfirmed => {
                let sender = new.sender.as_ref();
                mails.extend(sender.map(|sender| about.mail(&sender.address, Kind::Confirmation)));
            }
            // Kept apart, and nobody is mailed; a new submission stands nowhere else.
            _ => {}
        }
    }
    Ok(mails)
}
