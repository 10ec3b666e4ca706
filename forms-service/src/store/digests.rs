//! One mail a day for who prefers it: what would have been mailed at once is held, and worded by
//! the next morning's mail.
//!
//! Held rows are rows of the outbox as any other, with links of their own. What a daily mail says is
//! settled when it is queued: a row is bound to it once, and the same rows give the same bytes.

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};
use lettre::Address;

use super::outbox::{About, Failure, Held, Kind, NewMail, enqueue, substitute};
use super::submissions::read_in;
use super::{Store, Transaction, query};
use crate::id::MailId;
use crate::link::LinkClaims;

/// What was queued further ahead than this was queued under another clock.
const CLOCK_SLACK: SignedDuration = SignedDuration::from_hours(24);

/// Those who prefer one mail a day, in whatever case their addresses are written.
#[derive(Debug, Default)]
pub(super) struct Patient(HashSet<String>);

impl Patient {
    pub(super) async fn read(tx: &mut Transaction) -> anyhow::Result<Self> {
        let rows = query("SELECT address FROM preferences WHERE digest = 1").rows(tx).await?;
        rows.iter().map(|row| Ok(row.text("address")?.to_lowercase())).collect::<anyhow::Result<_>>().map(Self)
    }

    pub(super) fn has(&self, person: &Address) -> bool {
        self.0.contains(&person.to_string().to_lowercase())
    }
}

/// How many held rows were let go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LetGo {
    /// Sent at once, because their recipient prefers that now.
    pub freed: u64,
    /// Of no use any more, because somebody decided.
    pub moot: u64,
}

impl Store {
    /// Lets go of what need not be held any longer: what was decided about, and what is for
    /// somebody who wants to be mailed at once now.
    ///
    /// # Errors
    /// Fails when the database does; then nothing is changed.
    pub async fn let_go_of_held(&self, now: Timestamp) -> anyhow::Result<LetGo> {
        let held = query("SELECT 1 AS one FROM outbox WHERE state = 'held' AND digest_id IS NULL LIMIT 1");
        if held.read_one(&self.database).await?.is_none() {
            return Ok(LetGo::default());
        }
        let mut tx = self.database.begin().await?;
        let moot = query(
            "UPDATE outbox SET state = 'moot' WHERE state = 'held' AND digest_id IS NULL AND NOT EXISTS \
             (SELECT 1 FROM submissions WHERE submissions.id = outbox.submission_id \
              AND submissions.version = outbox.version AND submissions.state IN ('received', 'asked'))",
        )
        .run(&mut tx)
        .await?;
        let patient = Patient::read(&mut tx).await?;
        let mut freed = 0;
        for row in query("SELECT DISTINCT recipient FROM outbox WHERE state = 'held' AND digest_id IS NULL")
            .rows(&mut tx)
            .await?
        {
            if !patient.has(&row.parse("recipient")?) {
                freed += query(
                    "UPDATE outbox SET state = 'waiting', next_attempt_at = $1 \
                     WHERE recipient = $2 AND state = 'held' AND digest_id IS NULL",
                )
                .bind(now)
                .bind(row.text("recipient")?)
                .run(&mut tx)
                .await?;
            }
        }
        tx.commit().await?;
        Ok(LetGo { freed, moot })
    }

    /// Queues the daily mail of one person for whom something was held before `morning`, and binds
    /// everything held for them to it. `None` when nobody is left who has not had theirs since.
    ///
    /// # Errors
    /// Fails when the database does; nothing is changed then.
    pub async fn queue_next_digest(&self, morning: Timestamp, now: Timestamp) -> anyhow::Result<Option<MailId>> {
        // What is nudged in the morning goes with the morning's mail.
        let next = query(
            "SELECT recipient FROM outbox WHERE state = 'held' AND digest_id IS NULL \
             AND (queued_at < $1 OR queued_at > $2 OR kind = 'nudge') AND NOT EXISTS \
             (SELECT 1 FROM outbox AS before WHERE before.kind = 'digest' AND before.recipient = outbox.recipient \
              AND before.queued_at >= $1 AND before.queued_at <= $2) \
             ORDER BY outbox.id LIMIT 1",
        )
        .bind(morning)
        .bind(now + CLOCK_SLACK)
        .read_one(&self.database)
        .await?;
        let Some(row) = next else { return Ok(None) };
        let recipient: Address = row.parse("recipient")?;
        let mut tx = self.database.begin().await?;
        let id = MailId::new(now);
        let bound =
            query("UPDATE outbox SET digest_id = $1 WHERE recipient = $2 AND state = 'held' AND digest_id IS NULL")
                .bind(id.to_string())
                .bind(recipient.to_string())
                .run(&mut tx)
                .await?;
        if bound == 0 {
            // Another instance was quicker.
            return Ok(None);
        }
        let mail = NewMail {
            id,
            submission: None,
            recipient,
            kind: Kind::Digest,
            version: 1,
            unconfirmed: false,
            stands_for: None,
            occasion: 0,
            trace: None,
            publication: None,
            urgent: true,
            now,
        };
        enqueue(&mut tx, &[mail]).await?;
        tx.commit().await?;
        Ok(Some(id))
    }

    /// What a daily mail words: the last row about each submission, the oldest first.
    pub(super) async fn held_for(&self, digest: MailId) -> anyhow::Result<Vec<Held>> {
        let rows = query(
            "SELECT id, kind, version, recipient, queued_at, submission_id FROM outbox WHERE digest_id = $1 ORDER BY id",
        )
        .bind(digest.to_string())
        .read(&self.database)
        .await?;
        let mut all: Vec<Held> = Vec::new();
        for row in &rows {
            let Some(about) = self.submission(row.parse("submission_id")?).await? else { continue };
            let claims = LinkClaims {
                mail: row.parse("id")?,
                submission: Some(about.id),
                version: row.integer("version")?,
                recipient: row.parse("recipient")?,
                queued_at: row.moment("queued_at")?,
            };
            all.retain(|held| held.about.id != about.id);
            all.push(Held { claims, kind: Kind::parse(&row.text("kind")?)?, about });
        }
        Ok(all)
    }
}

/// Mails the portal's moderators about everything that a daily mail would have said, because the
/// server refuses its recipient for good.
pub(super) async fn substitute_held(tx: &mut Transaction, digest: MailId, failure: &Failure<'_>) -> anyhow::Result<()> {
    let rows = query(
        "SELECT id, submission_id, recipient, version, unconfirmed FROM outbox WHERE digest_id = $1 ORDER BY submission_id, id",
    )
    .bind(digest.to_string())
    .rows(tx)
    .await?;
    for row in &rows {
        let about = About {
            submission: row.parse("submission_id")?,
            version: row.integer("version")?,
            unconfirmed: row.truth("unconfirmed")?,
            now: failure.now,
        };
        // What was decided meanwhile needs nobody in their place.
        let stored = read_in(tx, about.submission).await?;
        if stored.is_some_and(|stored| stored.state.is_open() && stored.version == about.version) {
            substitute(tx, row.parse("id")?, about, &row.parse("recipient")?, failure.fallback).await?;
        }
    }
    Ok(())
}
