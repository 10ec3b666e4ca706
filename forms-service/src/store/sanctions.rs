//! Misuse: a warning, or an exclusion for a time, each with its reason and its end.
//!
//! Only an address that its owner confirmed is warned or excluded: nobody is for what somebody
//! else wrote in their name. What an excluded address sends waits in quarantine; it is not lost.

use jiff::Timestamp;
use lettre::Address;

use super::decisions::Turn;
use super::desk::{Desk, is_same};
use super::outbox::{Kind, NewMail, enqueue};
use super::submissions::{AddressState, Stored, read_locked};
use super::trace::{Action, Entry};
use super::{Row, Store, Transaction, one, query, read_word, word_of};
use crate::id::{SubmissionId, TraceId};
use crate::role::Place;

/// Which.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SanctionKind {
    /// Nothing but words, kept in mind until its end.
    Warning,
    /// What is sent meanwhile waits in quarantine.
    Exclusion,
}

impl SanctionKind {
    const ALL: [(&'static str, Self); 2] = [("warn", Self::Warning), ("exclude", Self::Exclusion)];

    fn word(self) -> &'static str {
        word_of(&self, &Self::ALL)
    }

    /// What people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Warning => "avertissement",
            Self::Exclusion => "exclusion",
        }
    }

    fn action(self) -> Action {
        match self {
            Self::Warning => Action::Warned,
            Self::Exclusion => Action::Excluded,
        }
    }

    fn mail(self) -> Kind {
        match self {
            Self::Warning => Kind::Warning,
            Self::Exclusion => Kind::Exclusion,
        }
    }
}

/// A warning or an exclusion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sanction {
    /// Its id.
    pub id: TraceId,
    /// Whose, in lower case.
    pub address: Address,
    /// Which.
    pub kind: SanctionKind,
    /// What the person is told.
    pub reason: String,
    /// By whom.
    pub made_by: Address,
    /// When.
    pub made_at: Timestamp,
    /// Until when.
    pub ends_at: Timestamp,
    /// The submission that it is about, as long as it is kept.
    pub submission: Option<SubmissionId>,
    /// Where that was sent.
    pub place: Place,
    /// When it was ended before its time.
    pub lifted_at: Option<Timestamp>,
}

/// A sanction on its way.
#[derive(Clone, Debug)]
pub struct NewSanction<'a> {
    /// About which submission.
    pub submission: SubmissionId,
    /// Which.
    pub kind: SanctionKind,
    /// What the person is told.
    pub reason: &'a str,
    /// Until when.
    pub ends_at: Timestamp,
    /// Who decides so.
    pub person: &'a Address,
    /// Who receives what would reach nobody.
    pub fallback: &'a Address,
    /// When.
    pub now: Timestamp,
}

/// What a sanction came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sanctioned {
    /// It holds from now on.
    Done,
    /// The same runs already for that submission.
    Before,
    /// Not by this person, or not of this address: nobody confirmed it.
    NotAllowed,
}

impl Store {
    /// Warns or excludes the sender of a submission, who is mailed. Done twice, it is done once.
    ///
    /// # Errors
    /// Fails when the database does; nothing is changed then.
    pub async fn sanction(&self, new: NewSanction<'_>) -> anyhow::Result<Sanctioned> {
        let mut tx = self.database.begin().await?;
        let Some(stored) = read_locked(&mut tx, new.submission).await? else { return Ok(Sanctioned::NotAllowed) };
        let desk = Desk::read(&mut tx, new.fallback, new.now).await?;
        let (Some(author), Some(by)) = (punishable(&stored), desk.watches(&stored, new.person)) else {
            return Ok(Sanctioned::NotAllowed);
        };
        if is_same(author, new.person) {
            return Ok(Sanctioned::NotAllowed);
        }
        let earlier = query("SELECT * FROM sanctions WHERE submission_id = $1 AND kind = $2")
            .bind(new.submission.to_string())
            .bind(new.kind.word())
            .rows(&mut tx)
            .await?;
        let earlier: Vec<Sanction> = earlier.iter().map(read_sanction).collect::<anyhow::Result<_>>()?;
        if earlier.iter().any(|one| one.runs(new.now)) {
            return Ok(Sanctioned::Before);
        }
        let entry = Entry::new(&stored, new.kind.action(), new.now);
        let id = Entry { by: Some(&by), words: Some(new.reason), ..entry }.add(&mut tx).await?;
        query(
            "INSERT INTO sanctions (id, address, kind, reason, made_by, made_at, ends_at, submission_id, space) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(id.to_string())
        .bind(lower(author))
        .bind(new.kind.word())
        .bind(new.reason)
        .bind(by.address.to_string())
        .bind(new.now)
        .bind(new.ends_at)
        .bind(new.submission.to_string())
        .bind(stored.place().slug())
        .run(&mut tx)
        .await?;
        let turn = Turn { stored: &stored, desk: &desk, now: new.now };
        let mail = turn.about().mail(author, new.kind.mail());
        let occasion = i64::try_from(earlier.len())?;
        enqueue(&mut tx, &[NewMail { trace: Some(id), occasion, ..mail }]).await?;
        tx.commit().await?;
        Ok(Sanctioned::Done)
    }

    /// Ends an exclusion before its time. `false` when it is over, or not this person's to end.
    ///
    /// # Errors
    /// Fails when the database does; nothing is changed then.
    pub async fn lift(&self, id: &str, person: &Address, fallback: &Address, now: Timestamp) -> anyhow::Result<bool> {
        let mut tx = self.database.begin().await?;
        let rows = query("SELECT * FROM sanctions WHERE id = $1").bind(id).rows(&mut tx).await?;
        let Some(sanction) = rows.first().map(read_sanction).transpose()? else { return Ok(false) };
        let desk = Desk::read(&mut tx, fallback, now).await?;
        let Some(by) = sanction.who_may_lift(&desk, person) else { return Ok(false) };
        let lifted = query(
            "UPDATE sanctions SET lifted_at = $1, lifted_by = $2 \
             WHERE id = $3 AND kind = 'exclude' AND lifted_at IS NULL AND ends_at > $1",
        )
        .bind(now)
        .bind(by.address.to_string())
        .bind(id)
        .run(&mut tx)
        .await?;
        if !one(lifted)? {
            return Ok(false);
        }
        if let Some(id) = sanction.submission
            && let Some(stored) = read_locked(&mut tx, id).await?
        {
            Entry { by: Some(&by), ..Entry::new(&stored, Action::Readmitted, now) }.add(&mut tx).await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    /// The exclusions that run.
    ///
    /// # Errors
    /// Fails when the database does, or when a row cannot be read.
    pub async fn exclusions(&self, now: Timestamp) -> anyhow::Result<Vec<Sanction>> {
        let rows = query(
            "SELECT * FROM sanctions WHERE kind = 'exclude' AND ends_at > $1 AND lifted_at IS NULL ORDER BY made_at, id",
        )
        .bind(now)
        .read(&self.database)
        .await?;
        rows.iter().map(read_sanction).collect()
    }

    /// Everything that is kept of one address, the oldest first.
    ///
    /// # Errors
    /// Fails when the database does, or when a row cannot be read.
    pub async fn sanctions_of(&self, address: &Address) -> anyhow::Result<Vec<Sanction>> {
        let rows = query("SELECT * FROM sanctions WHERE address = $1 ORDER BY made_at, id")
            .bind(lower(address))
            .read(&self.database)
            .await?;
        rows.iter().map(read_sanction).collect()
    }

    /// The sanction of a row of the trace.
    ///
    /// # Errors
    /// Fails when the database does, or when the row cannot be read.
    pub async fn sanction_of(&self, id: TraceId) -> anyhow::Result<Option<Sanction>> {
        let row = query("SELECT * FROM sanctions WHERE id = $1").bind(id.to_string()).read_one(&self.database).await?;
        row.as_ref().map(read_sanction).transpose()
    }

    /// Whether an address is excluded at that moment.
    ///
    /// # Errors
    /// Fails when the database does.
    pub async fn is_excluded(&self, address: &Address, now: Timestamp) -> anyhow::Result<bool> {
        let row = query(EXCLUDED).bind(lower(address)).bind(now).read_one(&self.database).await?;
        Ok(row.is_some())
    }

    /// Forgets sanctions that are over and whose submission was forgotten. Gives how many.
    ///
    /// # Errors
    /// Fails when the database does.
    pub async fn forget_sanctions(&self, now: Timestamp) -> anyhow::Result<u64> {
        let forgotten =
            query("DELETE FROM sanctions WHERE submission_id IS NULL AND (ends_at <= $1 OR lifted_at IS NOT NULL)")
                .bind(now)
                .write(&self.database)
                .await?;
        Ok(forgotten)
    }
}

impl Sanction {
    /// Whether it counts at that moment.
    pub fn runs(&self, now: Timestamp) -> bool {
        self.lifted_at.is_none() && self.ends_at > now
    }

    /// As whom somebody may end it: whoever watches over that place. Never one's own.
    pub fn who_may_lift(&self, desk: &Desk, person: &Address) -> Option<super::desk::Decider> {
        desk.moderates(&self.place, person).filter(|_| !is_same(&self.address, person))
    }
}

const EXCLUDED: &str = "SELECT 1 AS one FROM sanctions WHERE address = $1 AND kind = 'exclude' \
    AND ends_at > $2 AND lifted_at IS NULL LIMIT 1";

/// The same as [`Store::is_excluded`], in a transaction.
pub(super) async fn is_excluded(tx: &mut Transaction, address: &Address, now: Timestamp) -> anyhow::Result<bool> {
    Ok(!query(EXCLUDED).bind(lower(address)).bind(now).rows(tx).await?.is_empty())
}

/// The sender, if the address is proved to be theirs.
pub fn punishable(stored: &Stored) -> Option<&Address> {
    stored.author().filter(|_| stored.address_state == AddressState::Confirmed)
}

fn lower(address: &Address) -> String {
    address.to_string().to_lowercase()
}

fn read_sanction(row: &Row) -> anyhow::Result<Sanction> {
    Ok(Sanction {
        id: row.parse("id")?,
        address: row.parse("address")?,
        kind: read_word("sanctions.kind", &row.text("kind")?, &SanctionKind::ALL)?,
        reason: row.text("reason")?,
        made_by: row.parse("made_by")?,
        made_at: row.moment("made_at")?,
        ends_at: row.moment("ends_at")?,
        submission: row.optional_text("submission_id")?.map(|_| row.parse("submission_id")).transpose()?,
        place: Place::from_slug(row.text("space")?),
        lifted_at: row.optional_moment("lifted_at")?,
    })
}
