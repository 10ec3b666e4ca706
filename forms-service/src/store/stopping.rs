//! What is published is to go: taken away, or marked as suspended, with a reason and a trace. Those
//! who may decide are told, and those who signed up for an activity.

use jiff::Timestamp;
use lettre::Address;

use super::decisions::Turn;
use super::desk::{Decider, Desk};
use super::outbox::{About, Kind, NewMail, enqueue};
use super::publications::{Publication, Status, StoppedBy, Task, read_publication};
use super::publishing::submission_of;
use super::submissions::{AddressState, Destination, read_in};
use super::trace::{Action, Entry};
use super::{Store, Transaction, one, query};
use crate::circuit::Event;
use crate::id::{MailId, SubmissionId};
use crate::role::{Place, Role};

impl Store {
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
            "UPDATE publications SET task = $1, reason = $2, stopped_by = $3, next_attempt_at = $4, failures = 0 \
             WHERE id = $5 AND task IS NULL AND (state = 'published' OR (state = 'suspended' AND $1 = 'withdraw'))",
        )
        .bind(task.word())
        .bind(reason)
        .bind(StoppedBy::from(by.role).word())
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
        let desk = Desk::read(&mut tx, fallback, now).await?;
        let portal = Destination { place: Place::Portal, role: Role::Moderator };
        let mut told = desk.watching_over(&publication.place());
        told.extend(
            desk.told(&[portal], None).into_iter().filter(|address| !told.contains(address)).collect::<Vec<_>>(),
        );
        // A page may be suspended and then go, which leaves the version alone: both are told.
        let occasion = i64::from(task == Task::Withdraw);
        if let Some(stored) = submission_of(&mut tx, &publication).await? {
            let turn = Turn { stored: &stored, desk: &desk, now };
            let action = if task == Task::Withdraw { Action::Withdrawn } else { Action::Suspended };
            let trace = Entry { by: Some(by), words: Some(reason), ..Entry::new(&stored, action, now) };
            let trace = trace.add(&mut tx).await?;
            if task == Task::Withdraw {
                turn.change(&mut tx, Event::Withdraw, stored.step, None, None).await?;
            }
            let about = About { version: stored.version + 1, ..turn.about() };
            let stopped = |address: &Address| NewMail {
                trace: Some(trace),
                publication: Some(publication.id.clone()),
                occasion,
                ..about.mail(address, Kind::Stopped)
            };
            let mails: Vec<NewMail> = told.iter().map(stopped).collect();
            enqueue(&mut tx, &mails).await?;
            turn.tell_author_of_page(&mut tx, &publication.id, occasion, trace).await?;
        } else {
            // What was sent was forgotten when its time was over: the page outlived it.
            let stopped = |address: &Address| NewMail {
                id: MailId::new(now),
                submission: None,
                recipient: address.clone(),
                kind: Kind::Stopped,
                version: 1,
                unconfirmed: false,
                stands_for: None,
                occasion,
                trace: None,
                publication: Some(publication.id.clone()),
                urgent: true,
                now,
            };
            let mails: Vec<NewMail> = told.iter().map(stopped).collect();
            enqueue(&mut tx, &mails).await?;
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
                "UPDATE publications SET task = 'withdraw', reason = 'effacement', stopped_by = $1, next_attempt_at = $2, \
                 failures = 0 WHERE submission_id = $3 AND state IN ('published', 'suspended')",
            )
            .bind(StoppedBy::Author.word())
            .bind(now)
            .bind(id.to_string())
            .run(&mut tx)
            .await?;
        }
        tx.commit().await?;
        Ok(paths)
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
        let Some(stored) = read_in(tx, row.parse("id")?).await? else { continue };
        let Some(sender) = &stored.sender else { continue };
        let about = About {
            submission: stored.id,
            version: stored.version,
            unconfirmed: stored.address_state == AddressState::Unconfirmed,
            now,
        };
        mails.push(about.mail(&sender.address, Kind::Cancelled));
    }
    enqueue(tx, &mails).await
}
