//! What is published because it was approved: first a task, then a row that says what is on the
//! site, and that outlives the submission. Here are the rows; [`publishing`](super::publishing) does
//! the tasks, [`stopping`](super::stopping) asks for a page to go.

use jiff::Timestamp;
use lettre::Address;

use super::submissions::{Stored, read_reference};
use super::{Row, Store, Transaction, query, read_word, unreadable, word_of};
use crate::id::SubmissionId;
use crate::reference::Reference;
use crate::role::{Place, Role};

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

    pub(super) fn word(self) -> &'static str {
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

/// As what somebody asked for a page to go. It is kept as long as the page's row, which is longer than
/// the trace: a function, never a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoppedBy {
    /// A moderator of its space or of the portal.
    Moderators,
    /// Its space's cadre.
    Supervisor,
    /// Whoever sent it, who asked to be erased.
    Author,
}

impl StoppedBy {
    const ALL: [(&'static str, Self); 3] =
        [("moderateurs", Self::Moderators), ("cadre", Self::Supervisor), ("auteur", Self::Author)];

    pub(super) fn word(self) -> &'static str {
        word_of(&self, &Self::ALL)
    }

    /// What people read, within a sentence.
    pub fn label(self) -> &'static str {
        match self {
            Self::Moderators => "la modération",
            Self::Supervisor => "le cadre de proximité",
            Self::Author => "la personne qui avait envoyé le texte",
        }
    }
}

impl From<Role> for StoppedBy {
    fn from(role: Role) -> Self {
        if role == Role::Supervisor { Self::Supervisor } else { Self::Moderators }
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
    /// As what somebody asked for that.
    pub stopped_by: Option<StoppedBy>,
    /// When it was approved.
    pub queued_at: Timestamp,
    /// When the last thing was done with it.
    pub done_at: Option<Timestamp>,
    /// What the last attempt failed on.
    pub last_error: Option<String>,
}

impl Publication {
    /// Where it is: those who watch over that place may take it away.
    pub fn place(&self) -> Place {
        self.space.clone().map_or(Place::Portal, Place::Space)
    }
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
}

pub(super) fn read_publication(row: &Row) -> anyhow::Result<Publication> {
    let files = row.optional_text("files")?.map(|json| serde_json::from_str(&json)).transpose();
    Ok(Publication {
        id: row.text("id")?,
        submission: row.optional_text("submission_id")?.map(|_| row.parse("submission_id")).transpose()?,
        reference: read_reference(row)?,
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
        stopped_by: row
            .optional_text("stopped_by")?
            .map(|word| read_word("publications.stopped_by", &word, &StoppedBy::ALL))
            .transpose()?,
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
