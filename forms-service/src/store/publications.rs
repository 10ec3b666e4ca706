//! What is published because it was approved: first a task, then a row that says what is on the
//! site, and that outlives the submission.
//!
//! A task stays until it was done or is known to be impossible; whoever does it holds the one
//! lease, so that of several instances one writes, commits and builds.

use jiff::{SignedDuration, Timestamp};
use lettre::Address;

use super::decisions::Turn;
use super::desk::{Decider, Desk};
use super::outbox::{Kind, NewMail, enqueue};
use super::submissions::{Stored, read_locked};
use super::trace::{Action, Entry};
use super::{Row, Store, Transaction, one, query, read_word, unreadable, word_of};
use crate::circuit::Event;
use crate::id::SubmissionId;
use crate::reference::Reference;
use crate::role::Role;

/// Where a publication stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It is not on the site yet.
    Waiting,
    /// It is on the site.
    Published,
    /// It was taken away.
    Withdrawn,
    /// It is on the site, and says that it is suspended.
    Suspended,
    /// The site could not be built with it.
    Bounced,
}

impl Status {
    const ALL: [(&'static str, Self); 5] = [
        ("waiting", Self::Waiting),
        ("published", Self::Published),
        ("withdrawn", Self::Withdrawn),
        ("suspended", Self::Suspended),
        ("bounced", Self::Bounced),
    ];

    /// The word that stands in the table.
    pub fn word(self) -> &'static str {
        word_of(&self, &Self::ALL)
    }

    /// What people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Waiting => "en attente",
            Self::Published => "en ligne",
            Self::Withdrawn => "retirée",
            Self::Suspended => "suspendue",
            Self::Bounced => "impossible",
        }
    }
}

/// What is to be done with a publication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// Bring it to the site.
    Publish,
    /// Take it away.
    Withdraw,
    /// Mark it as suspended.
    Suspend,
}

impl Task {
    const ALL: [(&'static str, Self); 3] =
        [("publish", Self::Publish), ("withdraw", Self::Withdraw), ("suspend", Self::Suspend)];

    fn word(self) -> &'static str {
        word_of(&self, &Self::ALL)
    }

    /// What people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Publish => "publier",
            Self::Withdraw => "retirer",
            Self::Suspend => "suspendre",
        }
    }
}

/// A page that is to be published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPublication {
    /// The random part of its name.
    pub id: String,
    /// The kind of content, in the portal's words.
    pub kind: String,
    /// The page's file, from the content folder.
    pub path: String,
    /// Every file with its text, the page's among them.
    pub files: Vec<(String, String)>,
    /// Who holds which role in the space that it opens.
    pub roles: Vec<(Role, Address)>,
    /// The slug of the space that it opens.
    pub opens: Option<String>,
}

/// A page that is on the site, was, or is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publication {
    /// The random part of its name.
    pub id: String,
    /// The submission, as long as it is kept.
    pub submission: Option<SubmissionId>,
    /// Its reference.
    pub reference: Reference,
    /// The form that it was sent with.
    pub form_id: String,
    /// Slug of its space.
    pub space: Option<String>,
    /// The kind of content, in the portal's words.
    pub kind: String,
    /// The page's file, from the content folder.
    pub path: String,
    /// Its address on the site, once it was built.
    pub url: Option<String>,
    /// What is to be written, as long as it is not.
    pub files: Vec<(String, String)>,
    /// Who holds which role in the space that it opens, as long as it is not open.
    pub roles: Vec<(Role, Address)>,
    /// Where it stands.
    pub status: Status,
    /// What is to be done with it.
    pub task: Option<Task>,
    /// Why it was withdrawn.
    pub reason: Option<String>,
    /// When it was approved.
    pub queued_at: Timestamp,
    /// When the last thing was done with it.
    pub done_at: Option<Timestamp>,
    /// What the last attempt failed on.
    pub last_error: Option<String>,
}

/// How publishing stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TaskCounts {
    /// Tasks that are to be done.
    pub waiting: u64,
    /// Of those, how many could not be done at the first attempt.
    pub hindered: u64,
    /// When the oldest was asked for.
    pub oldest: Option<Timestamp>,
}

/// How long the one who publishes holds the right to, unless it is renewed: longer than the
/// largest portal takes to build.
const LEASE: SignedDuration = SignedDuration::from_mins(3);

const PUBLISHER: &str = "publisher";

pub(super) async fn insert(
    tx: &mut Transaction,
    stored: &Stored,
    new: &NewPublication,
    now: Timestamp,
) -> anyhow::Result<()> {
    let roles: Vec<(&str, String)> =
        new.roles.iter().map(|(role, address)| (role.word(), address.to_string())).collect();
    query(
        "INSERT INTO publications (id, submission_id, reference, form_id, space, kind, path, files, roles, state, task, \
         queued_at, next_attempt_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'waiting', 'publish', $10, $11)",
    )
    .bind(&new.id)
    .bind(stored.id.to_string())
    .bind(stored.reference.as_str())
    .bind(&stored.submission.form_id)
    .bind(stored.submission.space.as_deref().or(new.opens.as_deref()))
    .bind(&new.kind)
    .bind(&new.path)
    .bind(serde_json::to_string(&new.files)?)
    .bind(serde_json::to_string(&roles)?)
    .bind(now)
    .bind(now)
    .run(tx)
    .await?;
    Ok(())
}

impl Store {
    /// Takes the right to publish, or keeps it. `false` when another instance has it.
    ///
    /// # Errors
    /// Fails when the database does.
    pub async fn lease_publisher(&self, now: Timestamp) -> anyhow::Result<bool> {
        let mut tx = self.database.begin().await?;
        query("INSERT INTO leases (name, holder, until) VALUES ($1, $2, 0) ON CONFLICT DO NOTHING")
            .bind(PUBLISHER)
            .bind(self.instance.name())
            .run(&mut tx)
            .await?;
        // An end that is further off than any of ours was written under another clock.
        let taken = query(
            "UPDATE leases SET holder = $1, until = $2 WHERE name = $3 \
             AND (holder = $1 OR until <= $4 OR until > $2)",
        )
        .bind(self.instance.name())
        .bind(now + LEASE)
        .bind(PUBLISHER)
        .bind(now)
        .run(&mut tx)
        .await?;
        tx.commit().await?;
        one(taken)
    }

    /// Gives the right to publish back.
    ///
    /// # Errors
    /// Fails when the database does.
    pub async fn free_publisher(&self) -> anyhow::Result<()> {
        query("UPDATE leases SET until = 0 WHERE name = $1 AND holder = $2")
            .bind(PUBLISHER)
            .bind(self.instance.name())
            .write(&self.database)
            .await?;
        Ok(())
    }

    /// The task that is due for longest: withdrawing first, because it is urgent.
    ///
    /// # Errors
    /// Fails when the database does.
    pub async fn next_publication(&self, now: Timestamp) -> anyhow::Result<Option<Publication>> {
        let row = query(
            "SELECT * FROM publications WHERE task IS NOT NULL AND (next_attempt_at <= $1 OR failures = 0) \
             ORDER BY CASE WHEN task = 'publish' THEN 1 ELSE 0 END, queued_at, id LIMIT 1",
        )
        .bind(now)
        .read_one(&self.database)
        .await?;
        row.as_ref().map(read_publication).transpose()
    }

    /// When the next task is due; `None` when there is none.
    ///
    /// # Errors
    /// Fails when the database does.
    pub async fn next_publication_due(&self) -> anyhow::Result<Option<Timestamp>> {
        let row = query("SELECT min(next_attempt_at) AS due FROM publications WHERE task IS NOT NULL")
            .read_one(&self.database)
            .await?;
        row.map_or(Ok(None), |row| row.optional_moment("due"))
    }

    /// Everything that is published, was, or is to be; the latest first.
    ///
    /// # Errors
    /// Fails when the database does.
    pub async fn publications(&self) -> anyhow::Result<Vec<Publication>> {
        let rows = query("SELECT * FROM publications ORDER BY queued_at DESC, id").read(&self.database).await?;
        rows.iter().map(read_publication).collect()
    }

    /// One publication.
    ///
    /// # Errors
    /// Fails when the database does.
    pub async fn publication(&self, id: &str) -> anyhow::Result<Option<Publication>> {
        let row = query("SELECT * FROM publications WHERE id = $1").bind(id).read_one(&self.database).await?;
        row.as_ref().map(read_publication).transpose()
    }

    /// The publication of a submission: the last one, when it was published more than once.
    ///
    /// # Errors
    /// Fails when the database does.
    pub async fn publication_of(&self, id: SubmissionId) -> anyhow::Result<Option<Publication>> {
        let row = query("SELECT * FROM publications WHERE submission_id = $1 ORDER BY queued_at DESC, id DESC LIMIT 1")
            .bind(id.to_string())
            .read_one(&self.database)
            .await?;
        row.as_ref().map(read_publication).transpose()
    }

    /// Whether a page was withdrawn from that address.
    ///
    /// # Errors
    /// Fails when the database does.
    pub async fn was_withdrawn(&self, url: &str) -> anyhow::Result<bool> {
        let row = query(
            "SELECT 1 AS one FROM publications WHERE url = $1 AND (state = 'withdrawn' OR task = 'withdraw') \
             AND NOT EXISTS (SELECT 1 FROM publications AS again WHERE again.url = $1 AND again.state = 'published' \
             AND again.task IS NULL) LIMIT 1",
        )
        .bind(url)
        .read_one(&self.database)
        .await?;
        Ok(row.is_some())
    }

    /// Notes that a page is on the site: its author, its space and those who may withdraw it are
    /// told. Doing so again changes nothing.
    ///
    /// # Errors
    /// Fails when the database does; nothing is changed then.
    pub async fn report_published(
        &self,
        publication: &Publication,
        url: &str,
        commit: Option<&str>,
        roles: &[crate::role::Holder],
        fallback: &Address,
        now: Timestamp,
    ) -> anyhow::Result<bool> {
        let mut tx = self.database.begin().await?;
        let done = query(
            "UPDATE publications SET state = 'published', task = NULL, url = $1, commit_id = $2, files = NULL, roles = NULL, \
             done_at = $3, last_error = NULL, failures = 0 WHERE id = $4 AND task = 'publish'",
        )
        .bind(url)
        .bind(commit)
        .bind(now)
        .bind(&publication.id)
        .run(&mut tx)
        .await?;
        if !one(done)? {
            // Its author asked to be erased while it went live: it goes again at once.
            query(
                "UPDATE publications SET task = 'withdraw', url = $1, next_attempt_at = $2 WHERE id = $3 \
                 AND state = 'withdrawn' AND task IS NULL",
            )
            .bind(url)
            .bind(now)
            .bind(&publication.id)
            .run(&mut tx)
            .await?;
            tx.commit().await?;
            return Ok(false);
        }
        super::roles::add(&mut tx, roles, super::roles::Source::Circuit, now).await?;
        if let Some(stored) = submission_of(&mut tx, publication).await? {
            let desk = Desk::read(&mut tx, fallback, now).await?;
            let turn = Turn { stored: &stored, desk: &desk, now };
            turn.change(&mut tx, Event::Publish, stored.step, None, None).await?;
            let trace = Entry::new(&stored, Action::Published, now).add(&mut tx).await?;
            turn.tell_author_of_page(&mut tx, &publication.id, 0, trace).await?;
            let place = publication.space.clone().map_or(stored.place(), crate::role::Place::Space);
            let about = turn.about();
            let about = super::outbox::About { version: stored.version + 1, ..about };
            let notice = |address: &Address, kind| NewMail {
                publication: Some(publication.id.clone()),
                ..about.mail(address, kind)
            };
            let mut mails: Vec<NewMail> = Vec::new();
            let mut told: Vec<Address> = desk.holders(&place, Role::Moderator);
            told.extend(desk.holders(&place, Role::Supervisor));
            if told.is_empty() {
                told = desk.holders(&crate::role::Place::Portal, Role::Moderator);
            }
            told.dedup();
            mails.extend(told.iter().map(|address| notice(address, Kind::Notice)));
            let lists = desk.holders(&place, Role::Announcements);
            mails.extend(lists.iter().map(|address| notice(address, Kind::Announcement)));
            enqueue(&mut tx, &mails).await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    /// Notes that the site cannot be built with a page: it goes back to whoever approved it last,
    /// who is told why.
    ///
    /// # Errors
    /// Fails when the database does; nothing is changed then.
    pub async fn report_bounced(
        &self,
        publication: &Publication,
        why: &str,
        fallback: &Address,
        now: Timestamp,
    ) -> anyhow::Result<bool> {
        let mut tx = self.database.begin().await?;
        let done = query(
            "UPDATE publications SET state = 'bounced', task = NULL, files = NULL, roles = NULL, done_at = $1, last_error = $2 \
             WHERE id = $3 AND task = 'publish'",
        )
        .bind(now)
        .bind(why)
        .bind(&publication.id)
        .run(&mut tx)
        .await?;
        if !one(done)? {
            return Ok(false);
        }
        if let Some(stored) = submission_of(&mut tx, publication).await? {
            let desk = Desk::read(&mut tx, fallback, now).await?;
            let turn = Turn { stored: &stored, desk: &desk, now };
            let step = stored.steps.len().saturating_sub(1);
            if turn.change(&mut tx, Event::Bounce, step, None, None).await? {
                let trace =
                    Entry { words: Some(why), ..Entry::new(&stored, Action::Bounced, now) }.add(&mut tx).await?;
                turn.mail_step(&mut tx, step, &stored.steps, trace, true).await?;
            }
        }
        tx.commit().await?;
        Ok(true)
    }

    /// Notes that a task could not be done yet, through no fault of the page.
    ///
    /// # Errors
    /// Fails when the database does.
    pub async fn report_delayed(&self, id: &str, why: &str, next: Timestamp) -> anyhow::Result<()> {
        query(
            "UPDATE publications SET failures = failures + 1, last_error = $1, next_attempt_at = $2 \
             WHERE id = $3 AND task IS NOT NULL",
        )
        .bind(why)
        .bind(next)
        .bind(id)
        .write(&self.database)
        .await?;
        Ok(())
    }

    /// Asks for a page to be taken away, or to be marked as suspended. `false` when it is not on
    /// the site, or somebody asked before.
    ///
    /// # Errors
    /// Fails when the database does; nothing is changed then.
    pub async fn ask_to_stop(
        &self,
        id: &str,
        task: Task,
        by: &Decider,
        reason: &str,
        fallback: &Address,
        now: Timestamp,
    ) -> anyhow::Result<bool> {
        let mut tx = self.database.begin().await?;
        let asked = query(
            "UPDATE publications SET task = $1, reason = $2, next_attempt_at = $3, failures = 0 WHERE id = $4 \
             AND task IS NULL AND (state = 'published' OR (state = 'suspended' AND $1 = 'withdraw'))",
        )
        .bind(task.word())
        .bind(reason)
        .bind(now)
        .bind(id)
        .run(&mut tx)
        .await?;
        if !one(asked)? {
            return Ok(false);
        }
        let row = query("SELECT * FROM publications WHERE id = $1").bind(id).rows(&mut tx).await?;
        let Some(publication) = row.first().map(read_publication).transpose()? else { return Ok(false) };
        tell_signed_up(&mut tx, &publication, now).await?;
        if let Some(stored) = submission_of(&mut tx, &publication).await? {
            let desk = Desk::read(&mut tx, fallback, now).await?;
            let turn = Turn { stored: &stored, desk: &desk, now };
            let action = if task == Task::Withdraw { Action::Withdrawn } else { Action::Suspended };
            let trace = Entry { by: Some(by), words: Some(reason), ..Entry::new(&stored, action, now) };
            let trace = trace.add(&mut tx).await?;
            if task == Task::Withdraw {
                turn.change(&mut tx, Event::Withdraw, stored.step, None, None).await?;
            }
            let place = publication.space.clone().map_or(stored.place(), crate::role::Place::Space);
            let mut told = desk.holders(&place, Role::Moderator);
            told.extend(desk.holders(&place, Role::Supervisor));
            told.extend(desk.holders(&crate::role::Place::Portal, Role::Moderator));
            let about = super::outbox::About { version: stored.version + 1, ..turn.about() };
            // A page may be suspended and then go, which leaves the version alone: both are told.
            let occasion = i64::from(task == Task::Withdraw);
            let mut mails: Vec<NewMail> = Vec::new();
            for address in told {
                if !mails.iter().any(|mail| mail.recipient == address) {
                    mails.push(NewMail {
                        trace: Some(trace),
                        publication: Some(publication.id.clone()),
                        occasion,
                        ..about.mail(&address, Kind::Stopped)
                    });
                }
            }
            enqueue(&mut tx, &mails).await?;
            turn.tell_author_of_page(&mut tx, &publication.id, occasion, trace).await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    /// Notes that a page was taken away, or marked as suspended.
    ///
    /// # Errors
    /// Fails when the database does.
    pub async fn report_stopped(
        &self,
        publication: &Publication,
        commit: Option<&str>,
        now: Timestamp,
    ) -> anyhow::Result<()> {
        let state = match publication.task {
            Some(Task::Suspend) => Status::Suspended,
            _ => Status::Withdrawn,
        };
        query(
            "UPDATE publications SET state = $1, task = NULL, commit_id = coalesce($2, commit_id), done_at = $3, \
             last_error = NULL, failures = 0 WHERE id = $4 AND task IS NOT NULL",
        )
        .bind(state.word())
        .bind(commit)
        .bind(now)
        .bind(&publication.id)
        .write(&self.database)
        .await?;
        Ok(())
    }

    /// How many tasks wait, how many of them failed at least once, and since when the oldest does.
    ///
    /// # Errors
    /// Fails when the database does.
    pub async fn count_tasks(&self) -> anyhow::Result<TaskCounts> {
        let row = query(
            "SELECT count(*) AS n, count(CASE WHEN failures > 0 THEN 1 END) AS hindered, min(CASE WHEN task = 'publish' THEN queued_at ELSE next_attempt_at END) AS oldest \
             FROM publications WHERE task IS NOT NULL",
        )
        .read_one(&self.database)
        .await?;
        let Some(row) = row else { return Ok(TaskCounts::default()) };
        Ok(TaskCounts {
            waiting: row.count("n")?,
            hindered: row.count("hindered")?,
            oldest: row.optional_moment("oldest")?,
        })
    }

    /// Asks for everything that was published of some submissions to be taken away, because whoever
    /// sent them asks to be erased. Gives the files, that git goes on to know.
    ///
    /// # Errors
    /// Fails when the database does; nothing is changed then.
    pub async fn withdraw_erased(&self, ids: &[SubmissionId], now: Timestamp) -> anyhow::Result<Vec<String>> {
        let mut tx = self.database.begin().await?;
        let mut paths = Vec::new();
        for id in ids {
            let rows = query("SELECT path FROM publications WHERE submission_id = $1")
                .bind(id.to_string())
                .rows(&mut tx)
                .await?;
            for row in &rows {
                paths.push(row.text("path")?);
            }
            // What is not written yet never is.
            query(
                "UPDATE publications SET task = NULL, state = 'withdrawn', files = NULL, roles = NULL, done_at = $1 \
                 WHERE submission_id = $2 AND task = 'publish'",
            )
            .bind(now)
            .bind(id.to_string())
            .run(&mut tx)
            .await?;
            query(
                "UPDATE publications SET task = 'withdraw', reason = 'effacement', next_attempt_at = $1, failures = 0 \
                 WHERE submission_id = $2 AND state IN ('published', 'suspended')",
            )
            .bind(now)
            .bind(id.to_string())
            .run(&mut tx)
            .await?;
        }
        tx.commit().await?;
        Ok(paths)
    }

    /// Notes which commit every instance is to show.
    ///
    /// # Errors
    /// Fails when the database does.
    pub async fn show_commit(&self, commit: &str, now: Timestamp) -> anyhow::Result<()> {
        query(
            "INSERT INTO site (id, commit_id, built_at) VALUES (1, $1, $2) \
             ON CONFLICT (id) DO UPDATE SET commit_id = excluded.commit_id, built_at = excluded.built_at",
        )
        .bind(commit)
        .bind(now)
        .write(&self.database)
        .await?;
        Ok(())
    }

    /// The commit that every instance is to show.
    ///
    /// # Errors
    /// Fails when the database does.
    pub async fn shown_commit(&self) -> anyhow::Result<Option<String>> {
        let row = query("SELECT commit_id FROM site WHERE id = 1").read_one(&self.database).await?;
        row.map(|row| row.text("commit_id")).transpose()
    }
}

/// Tells those who signed up for an activity that it does not take place.
async fn tell_signed_up(tx: &mut Transaction, publication: &Publication, now: Timestamp) -> anyhow::Result<()> {
    let Some(space) = publication.space.as_deref().filter(|_| publication.kind == "activite") else { return Ok(()) };
    let stem = publication.path.rsplit('/').next().and_then(|name| name.strip_suffix(".md")).unwrap_or_default();
    let rows = query(
        "SELECT id FROM submissions WHERE space = $1 AND sender IS NOT NULL AND answers LIKE $2 \
         AND state IN ('received', 'asked', 'settled') ORDER BY id",
    )
    .bind(space)
    .bind(format!("%\"{space}/{stem}@%"))
    .rows(tx)
    .await?;
    let mut mails = Vec::new();
    for row in &rows {
        let Some(stored) = super::submissions::read_in(tx, row.parse("id")?).await? else { continue };
        let Some(sender) = &stored.sender else { continue };
        let about = super::outbox::About {
            submission: stored.id,
            version: stored.version,
            unconfirmed: stored.address_state == super::submissions::AddressState::Unconfirmed,
            now,
        };
        mails.push(about.mail(&sender.address, Kind::Cancelled));
    }
    enqueue(tx, &mails).await
}

async fn submission_of(tx: &mut Transaction, publication: &Publication) -> anyhow::Result<Option<Stored>> {
    match publication.submission {
        Some(id) => read_locked(tx, id).await,
        None => Ok(None),
    }
}

fn read_publication(row: &Row) -> anyhow::Result<Publication> {
    let files = row.optional_text("files")?.map(|json| serde_json::from_str(&json)).transpose();
    Ok(Publication {
        id: row.text("id")?,
        submission: row.optional_text("submission_id")?.map(|_| row.parse("submission_id")).transpose()?,
        reference: super::submissions::read_reference(row)?,
        form_id: row.text("form_id")?,
        space: row.optional_text("space")?,
        kind: row.text("kind")?,
        path: row.text("path")?,
        url: row.optional_text("url")?,
        files: files.map_err(|_| unreadable("publications.files", "…"))?.unwrap_or_default(),
        roles: read_roles(row)?,
        status: read_word("publications.state", &row.text("state")?, &Status::ALL)?,
        task: row.optional_text("task")?.map(|word| read_word("publications.task", &word, &Task::ALL)).transpose()?,
        reason: row.optional_text("reason")?,
        queued_at: row.moment("queued_at")?,
        done_at: row.optional_moment("done_at")?,
        last_error: row.optional_text("last_error")?,
    })
}

fn read_roles(row: &Row) -> anyhow::Result<Vec<(Role, Address)>> {
    let fault = || unreadable("publications.roles", "…");
    let Some(json) = row.optional_text("roles")? else { return Ok(Vec::new()) };
    let pairs: Vec<(String, String)> = serde_json::from_str(&json).map_err(|_| fault())?;
    let read = pairs
        .into_iter()
        .map(|(role, address)| Ok((role.parse().map_err(|_| fault())?, address.parse().map_err(|_| fault())?)));
    read.collect()
}
