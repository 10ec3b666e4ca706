//! Tasks of publishing: who does the next one, and what came of it.
//!
//! A task stays until it was done or is known to be impossible; whoever does it holds the one
//! lease, so that of several instances one writes, commits and builds.

use jiff::{SignedDuration, Timestamp};
use lettre::Address;

use super::decisions::Turn;
use super::desk::Desk;
use super::outbox::{About, Kind, NewMail, enqueue};
use super::publications::{Publication, read_publication};
use super::roles::{Source, add};
use super::submissions::{Stored, read_locked};
use super::trace::{Action, Entry};
use super::{Store, Transaction, one, query};
use crate::circuit::Event;
use crate::role::{Holder, Role};

/// How long the one who publishes holds the right to, unless it is renewed: so soon does another
/// take over from an instance that died.
const LEASE: SignedDuration = SignedDuration::from_mins(3);

const PUBLISHER: &str = "publisher";

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
        // An end that is much further off than any of ours was written before a clock jumped; one
        // that is a little further, by a neighbour whose clock is a little ahead.
        let taken = query(
            "UPDATE leases SET holder = $1, until = $2 WHERE name = $3 \
             AND (holder = $1 OR until <= $4 OR until > $5)",
        )
        .bind(self.instance.name())
        .bind(now + LEASE)
        .bind(PUBLISHER)
        .bind(now)
        .bind(now + LEASE * 2)
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
        roles: &[Holder],
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
        add(&mut tx, roles, Source::Circuit, now).await?;
        if let Some(stored) = submission_of(&mut tx, publication).await? {
            let desk = Desk::read(&mut tx, fallback, now).await?;
            let turn = Turn { stored: &stored, desk: &desk, now };
            turn.change(&mut tx, Event::Publish, stored.step, None, None).await?;
            let trace = Entry::new(&stored, Action::Published, now).add(&mut tx).await?;
            turn.tell_author_of_page(&mut tx, &publication.id, 0, trace).await?;
            let place = publication.place();
            let about = About { version: stored.version + 1, ..turn.about() };
            let notice = |address: &Address, kind| NewMail {
                publication: Some(publication.id.clone()),
                ..about.mail(address, kind)
            };
            let told = desk.watching_over(&place);
            let lists = desk.holders(&place, Role::Announcements);
            let mut mails: Vec<NewMail> = told.iter().map(|address| notice(address, Kind::Notice)).collect();
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

pub(super) async fn submission_of(tx: &mut Transaction, publication: &Publication) -> anyhow::Result<Option<Stored>> {
    match publication.submission {
        Some(id) => read_locked(tx, id).await,
        None => Ok(None),
    }
}
