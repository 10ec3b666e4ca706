//! The rows of the outbox: queued, leased for one attempt, reported on. Nothing is deleted.

use std::sync::LazyLock;

use anyhow::Context;
use jiff::{SignedDuration, Timestamp};
use lettre::Address;

use super::database::Dialect;
use super::desk::{Desk, ESCALATED_AFTER, Step, is_same};
use super::digests::{Patient, substitute_held};
use super::publications::Publication;
use super::register::{ENTRY, Entry, read_entry};
use super::sanctions::Sanction;
use super::submissions::{Acknowledgement, Destination, Sender, Stored};
use super::trace::TraceRow;
use super::{RowsStatement, Store, Transaction, by_rows, composed, pieces, query, read_word, word_of};
use crate::circuit::State;
use crate::id::{MailId, SubmissionId, TraceId};
use crate::link::LinkClaims;
use crate::role::{Place, Role};

/// A link is mailed anew at most so often.
const RENEWED_EVERY: SignedDuration = SignedDuration::from_mins(10);

/// What a mail says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// To whoever decides: here is a submission.
    Submission,
    /// To the sender: confirm your address.
    Confirmation,
    /// To the sender: confirm your address, said a second and last time.
    Reminder,
    /// To the sender: it has arrived.
    Receipt,
    /// To the sender, whose address is confirmed: what was signed.
    Proof,
    /// To the author: those who decide ask for more.
    Question,
    /// To the author: what became of it.
    Outcome,
    /// To those who may take it away: it is on the site.
    Notice,
    /// To a space's list: it is on the site.
    Announcement,
    /// To those who decide: it was taken away, or suspended.
    Stopped,
    /// To somebody who signed up: it does not take place.
    Cancelled,
    /// To somebody who asked for the page of what waits for them. It is about no submission.
    Access,
    /// To a sender whose address is confirmed: a warning.
    Warning,
    /// To a sender whose address is confirmed: what they send waits apart for a time.
    Exclusion,
    /// To whoever decides: it still waits.
    Nudge,
    /// To whoever decides and prefers one mail a day: everything that was held for them.
    Digest,
}

impl Kind {
    const ALL: [(&'static str, Self); 16] = [
        ("submission", Self::Submission),
        ("confirmation", Self::Confirmation),
        ("reminder", Self::Reminder),
        ("receipt", Self::Receipt),
        ("proof", Self::Proof),
        ("question", Self::Question),
        ("outcome", Self::Outcome),
        ("notice", Self::Notice),
        ("announcement", Self::Announcement),
        ("stopped", Self::Stopped),
        ("cancelled", Self::Cancelled),
        ("access", Self::Access),
        ("warning", Self::Warning),
        ("exclusion", Self::Exclusion),
        ("nudge", Self::Nudge),
        ("digest", Self::Digest),
    ];

    /// The word that stands in the table.
    pub fn word(self) -> &'static str {
        word_of(&self, &Self::ALL)
    }

    pub(super) fn parse(word: &str) -> anyhow::Result<Self> {
        read_word("outbox.kind", word, &Self::ALL)
    }

    /// What an operator reads.
    pub fn label(self) -> &'static str {
        match self {
            Self::Submission => "envoi à traiter",
            Self::Confirmation => "confirmation d’adresse",
            Self::Reminder => "rappel",
            Self::Receipt => "accusé de réception",
            Self::Proof => "preuve",
            Self::Question => "question",
            Self::Outcome => "suite donnée",
            Self::Notice => "mise en ligne",
            Self::Announcement => "annonce",
            Self::Stopped => "retrait",
            Self::Cancelled => "annulation",
            Self::Access => "accès à la modération",
            Self::Warning => "avertissement",
            Self::Exclusion => "exclusion",
            Self::Nudge => "relance",
            Self::Digest => "résumé du jour",
        }
    }

    /// Whether it may wait for the next morning, if its recipient prefers that.
    fn may_wait(self) -> bool {
        matches!(self, Self::Submission | Self::Nudge)
    }
}

/// Where a mail stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailState {
    /// To be sent, now or later.
    Waiting,
    /// The server took it.
    Sent,
    /// Given up on; an operator decides.
    SetAside,
    /// Kept for its recipient's daily mail, which words it.
    Held,
    /// Kept for a daily mail, and decided about before: nobody needs it any more.
    Moot,
}

impl MailState {
    const ALL: [(&'static str, Self); 5] = [
        ("waiting", Self::Waiting),
        ("sent", Self::Sent),
        ("set_aside", Self::SetAside),
        ("held", Self::Held),
        ("moot", Self::Moot),
    ];

    /// The word that stands in tables and metrics.
    pub fn word(self) -> &'static str {
        word_of(&self, &Self::ALL)
    }

    pub(super) fn parse(word: &str) -> anyhow::Result<Self> {
        read_word("outbox.state", word, &Self::ALL)
    }

    /// What an operator reads.
    pub fn label(self) -> &'static str {
        match self {
            Self::Waiting => "en attente",
            Self::Sent => "envoyé",
            Self::SetAside => "mis de côté",
            Self::Held => "gardé pour le résumé du jour",
            Self::Moot => "sans objet",
        }
    }
}

/// What the mails of one submission have in common.
#[derive(Clone, Copy, Debug)]
pub(super) struct About {
    pub(super) submission: SubmissionId,
    /// The submission's version: a link in the mail is about that one only.
    pub(super) version: i64,
    /// Whether nobody confirmed the sender's address.
    pub(super) unconfirmed: bool,
    pub(super) now: Timestamp,
}

impl About {
    pub(super) fn mail(self, recipient: &Address, kind: Kind) -> NewMail {
        NewMail {
            id: MailId::new(self.now),
            submission: Some(self.submission),
            recipient: recipient.clone(),
            kind,
            version: self.version,
            unconfirmed: self.unconfirmed,
            stands_for: None,
            occasion: 0,
            trace: None,
            publication: None,
            urgent: false,
            now: self.now,
        }
    }
}

/// A mail to be queued.
#[derive(Clone, Debug)]
pub(super) struct NewMail {
    pub(super) id: MailId,
    /// `None` for a mail that is about no submission.
    pub(super) submission: Option<SubmissionId>,
    pub(super) recipient: Address,
    pub(super) kind: Kind,
    pub(super) version: i64,
    pub(super) unconfirmed: bool,
    pub(super) stands_for: Option<MailId>,
    /// Tells two mails of one kind about one version apart.
    pub(super) occasion: i64,
    /// The row of the trace whose words it says.
    pub(super) trace: Option<TraceId>,
    /// The publication that it is about.
    pub(super) publication: Option<String>,
    /// Whether it is sent at once though its recipient prefers one mail a day.
    pub(super) urgent: bool,
    pub(super) now: Timestamp,
}

/// What is mailed when a submission is received: to those who decide first, to those who are told,
/// and to its sender.
pub(super) fn on_receipt(
    about: About,
    desk: &Desk,
    steps: &[Step],
    destinations: &[Destination],
    sender: Option<&Sender>,
) -> Vec<NewMail> {
    let author = sender.map(|sender| &sender.address);
    // What nobody decides about is still read by somebody.
    let told = if steps.is_empty() { desk.told(destinations, None) } else { Vec::new() };
    let mut readers = if told.is_empty() {
        let portal = Step::of(Place::Portal, Role::Moderator);
        let asked = desk.asked(steps.first().unwrap_or(&portal), author, false);
        asked.into_iter().map(|decider| decider.address).collect()
    } else {
        told
    };
    for address in desk.told(destinations, author) {
        if !readers.iter().any(|reader| is_same(reader, &address)) {
            readers.push(address);
        }
    }
    let mut mails: Vec<_> = readers.iter().map(|address| about.mail(address, Kind::Submission)).collect();
    mails.extend(sender.map(|sender| {
        let kind = match sender.acknowledgement {
            // What was signed goes to nobody who did not prove to be the one who signed.
            Acknowledgement::Proof if sender.check.is_some() && !about.unconfirmed => Kind::Proof,
            _ => Kind::Receipt,
        };
        about.mail(&sender.address, kind)
    }));
    mails
}

static INSERT: LazyLock<Vec<RowsStatement>> = LazyLock::new(|| {
    by_rows(14, |rows| {
        format!(
            "INSERT INTO outbox (id, submission_id, recipient, kind, state, attempt, next_attempt_at, version, \
             unconfirmed, stands_for, queued_at, occasion, trace_id, publication_id) VALUES {rows} \
             ON CONFLICT DO NOTHING"
        )
    })
});

/// Queues mails. It asks for the transaction that changes the submission, so that there is never
/// one without the other. What is queued already stays as it is.
pub(super) async fn enqueue(tx: &mut Transaction, mails: &[NewMail]) -> anyhow::Result<()> {
    let may_wait = |mail: &NewMail| mail.kind.may_wait() && !mail.urgent;
    let patient = if mails.iter().any(may_wait) { Patient::read(tx).await? } else { Patient::default() };
    let state =
        |mail| if may_wait(mail) && patient.has(&mail.recipient) { MailState::Held } else { MailState::Waiting };
    for (piece, mut statement) in pieces(mails, &INSERT) {
        for mail in piece {
            statement = statement
                .bind(mail.id.to_string())
                .bind(mail.submission.map(|id| id.to_string()))
                .bind(mail.recipient.to_string())
                .bind(mail.kind.word())
                .bind(state(mail).word())
                .bind(0_i64)
                .bind(mail.now)
                .bind(mail.version)
                .bind(mail.unconfirmed)
                .bind(mail.stands_for.map(|id| id.to_string()))
                .bind(mail.now)
                .bind(mail.occasion)
                .bind(mail.trace.map(|id| id.to_string()))
                .bind(mail.publication.as_deref());
        }
        statement.run(tx).await.context("queuing mails")?;
    }
    Ok(())
}

/// The right to attempt one mail, until the lease ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The row.
    pub id: MailId,
    /// Which attempt this is, from 1; the fence of every report on it.
    pub attempt: u32,
    /// How many attempts before this one failed; those that a crash cut short did not.
    pub failures: u32,
}

/// What a mail is made of.
#[derive(Clone, Debug)]
pub struct Letter {
    /// The row.
    pub id: MailId,
    /// To whom.
    pub recipient: Address,
    /// What it says.
    pub kind: Kind,
    /// When it was queued: the date of the mail, however late it leaves.
    pub queued_at: Timestamp,
    /// The version of the submission that it is about.
    pub version: i64,
    /// Whether the sender's address was unconfirmed when it was queued.
    pub unconfirmed: bool,
    /// Whether it goes in the place of a mail whose recipient is refused for good.
    pub is_substitute: bool,
    /// How often a mail of this kind was queued about this version before.
    pub occasion: i64,
    /// The submission that it is about; `None` for a mail that is about none.
    pub about: Option<Stored>,
    /// The row of the trace whose words it says.
    pub trace: Option<TraceRow>,
    /// The publication that it is about.
    pub publication: Option<Publication>,
    /// The warning or the exclusion that it tells of.
    pub sanction: Option<Sanction>,
    /// Its row in the register, when it is a signature that was confirmed.
    pub entry: Option<Entry>,
    /// What was held for it, when it is a daily mail.
    pub held: Vec<Held>,
}

/// A mail that was held for a daily one.
#[derive(Clone, Debug)]
pub struct Held {
    /// What its own link says.
    pub claims: LinkClaims,
    /// What it would have said by itself.
    pub kind: Kind,
    /// The submission that it is about.
    pub about: Stored,
}

impl Letter {
    /// What a link in it says.
    pub fn claims(&self) -> LinkClaims {
        LinkClaims {
            mail: self.id,
            submission: self.about.as_ref().map(|stored| stored.id),
            version: self.version,
            recipient: self.recipient.clone(),
            queued_at: self.queued_at,
        }
    }
}

/// How far the machine's clock may be trusted: a moment further off than any that this service
/// writes was written under another clock, and does not hold anything up.
#[derive(Clone, Copy, Debug)]
pub struct Horizon {
    /// The longest lease.
    pub lease: SignedDuration,
    /// The longest wait.
    pub wait: SignedDuration,
}

/// A failed attempt, as it is reported.
#[derive(Clone, Debug)]
pub struct Failure<'a> {
    /// Everything that is known, for the operator's eyes.
    pub error: &'a str,
    /// When it is tried again; `None` sets it aside.
    pub next: Option<Timestamp>,
    /// Whether the server refused the recipient for good.
    pub refused: bool,
    /// Who receives instead when the portal has no other moderator.
    pub fallback: &'a Address,
    /// Now.
    pub now: Timestamp,
}

impl Store {
    /// Takes the mail that is due for longest, for one attempt that ends before `now + lease`.
    ///
    /// # Errors
    /// Fails when the database does.
    pub async fn lease_next_mail(&self, now: Timestamp, horizon: Horizon) -> anyhow::Result<Option<Lease>> {
        // What never failed waits for nothing, though the clock it was queued under was ahead.
        // Several instances look at once: each passes over the rows that another holds.
        let lock = match self.database.dialect() {
            Dialect::Sqlite => "",
            Dialect::Postgres => "FOR UPDATE SKIP LOCKED",
        };
        let taken = composed(format!(
            "UPDATE outbox SET attempt = attempt + 1, lease_until = $2, leased_by = $4 WHERE id = ( \
                 SELECT id FROM outbox WHERE state = 'waiting' \
                 AND (next_attempt_at <= $1 OR next_attempt_at > $3 OR failures = 0) \
                 AND (lease_until IS NULL OR lease_until <= $1 OR lease_until > $2) \
                 ORDER BY next_attempt_at, id LIMIT 1 {lock}) \
             RETURNING id, attempt, failures"
        ))
        .bind(now)
        .bind(now + horizon.lease)
        .bind(now + horizon.wait)
        .bind(self.instance.name())
        .write_returning(&self.database)
        .await
        .context("leasing a mail")?;
        let lease = taken.first().map(|row| {
            anyhow::Ok(Lease {
                id: row.parse("id")?,
                attempt: u32::try_from(row.integer("attempt")?)?,
                failures: u32::try_from(row.integer("failures")?)?,
            })
        });
        lease.transpose()
    }

    /// What the mail `id` is made of.
    ///
    /// # Errors
    /// Fails when the database does, or when a row cannot be read.
    pub async fn letter(&self, id: MailId) -> anyhow::Result<Letter> {
        let row = composed(format!(
            "SELECT recipient, kind, queued_at, outbox.version AS version, unconfirmed, stands_for, \
             outbox.submission_id AS submission_id, occasion, trace_id, publication_id, {ENTRY} FROM outbox \
             LEFT JOIN register ON register.submission_id = outbox.submission_id WHERE outbox.id = $1"
        ))
        .bind(id.to_string())
        .read_one(&self.database)
        .await?
        .context("the mail is not there")?;
        let about = match row.optional_text("submission_id")? {
            Some(_) => {
                Some(self.submission(row.parse("submission_id")?).await?.context("its submission is not there")?)
            }
            None => None,
        };
        let trace = match row.optional_text("trace_id")? {
            Some(_) => self.trace_row(row.parse("trace_id")?).await?,
            None => None,
        };
        let kind = Kind::parse(&row.text("kind")?)?;
        let sanction = match (&trace, kind) {
            (Some(trace), Kind::Warning | Kind::Exclusion) => self.sanction_of(trace.id).await?,
            _ => None,
        };
        let publication = match row.optional_text("publication_id")? {
            Some(id) => self.publication(&id).await?,
            None => None,
        };
        let kind = Kind::parse(&row.text("kind")?)?;
        Ok(Letter {
            id,
            recipient: row.parse("recipient")?,
            kind,
            held: if kind == Kind::Digest { self.held_for(id).await? } else { Vec::new() },
            queued_at: row.moment("queued_at")?,
            version: row.integer("version")?,
            unconfirmed: row.truth("unconfirmed")?,
            is_substitute: row.optional_text("stands_for")?.is_some(),
            occasion: row.integer("occasion")?,
            about,
            trace,
            publication,
            sanction,
            entry: read_entry(&row)?,
        })
    }

    /// What a link in the mail `id` says; `None` when there is no such mail.
    ///
    /// # Errors
    /// Fails when the database does, or when a row cannot be read.
    pub async fn link_claims(&self, id: MailId) -> anyhow::Result<Option<LinkClaims>> {
        let row = query("SELECT submission_id, version, recipient, queued_at FROM outbox WHERE id = $1")
            .bind(id.to_string())
            .read_one(&self.database)
            .await?;
        let claims = row.map(|row| {
            anyhow::Ok(LinkClaims {
                mail: id,
                submission: row.optional_text("submission_id")?.map(|_| row.parse("submission_id")).transpose()?,
                version: row.integer("version")?,
                recipient: row.parse("recipient")?,
                queued_at: row.moment("queued_at")?,
            })
        });
        claims.transpose()
    }

    /// Queues the mail of an outdated link once more, to the same recipient and nobody else. `false`
    /// when there is nothing to mail, or when they may no longer decide.
    ///
    /// # Errors
    /// Fails when the database does.
    pub async fn renew(&self, claims: &LinkClaims, fallback: &Address, now: Timestamp) -> anyhow::Result<bool> {
        let mut tx = self.database.begin().await?;
        let row = query("SELECT kind, unconfirmed, trace_id, publication_id FROM outbox WHERE id = $1")
            .bind(claims.mail.to_string())
            .rows(&mut tx)
            .await?;
        let (Some(row), Some(id)) = (row.first(), claims.submission) else { return Ok(false) };
        let Some(stored) = super::submissions::read_locked(&mut tx, id).await? else { return Ok(false) };
        let kind = Kind::parse(&row.text("kind")?)?;
        if matches!(kind, Kind::Submission | Kind::Nudge) {
            // Whoever lost the role gets no word of it any more.
            let desk = Desk::read(&mut tx, fallback, now).await?;
            let allowed = desk.allowed(&stored.current_step(), stored.author(), stored.is_escalated());
            if !allowed.iter().any(|one| is_same(&one.address, &claims.recipient)) {
                return Ok(false);
            }
        }
        // What was asked was answered, or is not waited for any more.
        if kind == Kind::Question && stored.state != State::Asked {
            return Ok(false);
        }
        // One that is held goes with the mail of the morning, and whoever presses the button waits now.
        let waiting = query(
            "SELECT 1 AS one FROM outbox WHERE submission_id = $1 AND recipient = $2 AND kind = $3 AND queued_at > $4 \
             AND state <> 'held'",
        )
        .bind(id.to_string())
        .bind(claims.recipient.to_string())
        .bind(kind.word())
        .bind(now - RENEWED_EVERY)
        .rows(&mut tx)
        .await?;
        if !waiting.is_empty() {
            // One was queued a moment ago: pressing the button again mails nothing more.
            return Ok(true);
        }
        let about = About { submission: id, version: stored.version, unconfirmed: row.truth("unconfirmed")?, now };
        let mail = NewMail {
            occasion: next_occasion(&mut tx, id, &claims.recipient, kind).await?,
            // Somebody pressed the button, and waits.
            urgent: true,
            trace: row.optional_text("trace_id")?.map(|_| row.parse("trace_id")).transpose()?,
            publication: row.optional_text("publication_id")?,
            ..about.mail(&claims.recipient, kind)
        };
        enqueue(&mut tx, &[mail]).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// When the next mail is due; `None` when none waits.
    ///
    /// # Errors
    /// Fails when the database does.
    pub async fn next_mail_due(&self) -> anyhow::Result<Option<Timestamp>> {
        let row = query(
            "SELECT min(CASE WHEN lease_until > next_attempt_at THEN lease_until ELSE next_attempt_at END) AS due \
             FROM outbox WHERE state = 'waiting'",
        )
        .read_one(&self.database)
        .await?;
        row.map_or(Ok(None), |row| row.optional_moment("due"))
    }

    /// Reports that the server took the mail. `false` when the lease was lost in between.
    ///
    /// # Errors
    /// Fails when the database does.
    pub async fn report_sent(&self, lease: Lease, now: Timestamp) -> anyhow::Result<bool> {
        let mut tx = self.database.begin().await?;
        let row = query(
            "UPDATE outbox SET state = 'sent', sent_at = $1, lease_until = NULL, leased_by = NULL, last_error = NULL, \
             refused_at = NULL WHERE id = $2 AND attempt = $3 AND state = 'waiting' RETURNING kind",
        )
        .bind(now)
        .bind(lease.id.to_string())
        .bind(lease.attempt)
        .rows(&mut tx)
        .await
        .context("reporting a mail as sent")?;
        let Some(row) = row.first() else { return Ok(false) };
        if Kind::parse(&row.text("kind")?)? == Kind::Digest {
            query("UPDATE outbox SET state = 'sent', sent_at = $1 WHERE digest_id = $2 AND state = 'held'")
                .bind(now)
                .bind(lease.id.to_string())
                .run(&mut tx)
                .await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    /// Reports a failure: tried again at `next`, or set aside. The first time that a recipient is
    /// refused for good, the portal's moderators are mailed in their place. `false` when the
    /// lease was lost.
    ///
    /// # Errors
    /// Fails when the database does.
    pub async fn report_failure(&self, lease: Lease, failure: &Failure<'_>) -> anyhow::Result<bool> {
        let mut tx = self.database.begin().await?;
        if failure.refused && self.database.dialect() == Dialect::Postgres {
            // Two refusals about one submission would each wait for the row of the other.
            query("SELECT id FROM submissions WHERE id = (SELECT submission_id FROM outbox WHERE id = $1) FOR UPDATE")
                .bind(lease.id.to_string())
                .rows(&mut tx)
                .await?;
        }
        let state = if failure.next.is_some() { MailState::Waiting } else { MailState::SetAside };
        let refused_at = failure.refused.then_some(failure.now);
        let row = query(
            "UPDATE outbox SET state = $1, next_attempt_at = coalesce($2, next_attempt_at), lease_until = NULL, \
             leased_by = NULL, failures = failures + 1, last_error = $3, refused_at = coalesce(refused_at, $4) \
             WHERE id = $5 AND attempt = $6 AND state = 'waiting' \
             RETURNING submission_id, recipient, kind, version, unconfirmed, stands_for",
        )
        .bind(state.word())
        .bind(failure.next)
        .bind(failure.error)
        .bind(refused_at)
        .bind(lease.id.to_string())
        .bind(lease.attempt)
        .rows(&mut tx)
        .await
        .context("reporting a failed mail")?;
        let Some(row) = row.first() else { return Ok(false) };
        if failure.refused && row.optional_text("stands_for")?.is_none() {
            let kind = Kind::parse(&row.text("kind")?)?;
            if row.optional_text("submission_id")?.is_some() {
                let about = About {
                    submission: row.parse("submission_id")?,
                    version: row.integer("version")?,
                    unconfirmed: row.truth("unconfirmed")?,
                    now: failure.now,
                };
                let refused: Address = row.parse("recipient")?;
                match kind {
                    Kind::Submission | Kind::Nudge => {
                        substitute(&mut tx, lease.id, about, &refused, failure.fallback).await?;
                    }
                    // Nobody will ever open that link: what waits for it need not wait any longer.
                    Kind::Confirmation | Kind::Reminder => hasten(&mut tx, about).await?,
                    _ => {}
                }
            } else if kind == Kind::Digest {
                substitute_held(&mut tx, lease.id, failure).await?;
            }
        }
        tx.commit().await?;
        Ok(true)
    }

    /// Frees the leases that this instance left when it stopped. Only at its start: an attempt
    /// that is under way would be made twice.
    ///
    /// # Errors
    /// Fails when the database does.
    pub async fn free_leases(&self) -> anyhow::Result<u64> {
        let freed = query(
            "UPDATE outbox SET lease_until = NULL, leased_by = NULL WHERE lease_until IS NOT NULL \
             AND (leased_by = $1 OR leased_by IS NULL)",
        )
        .bind(self.instance.name())
        .write(&self.database)
        .await?;
        Ok(freed)
    }

    /// Has mails tried again from the start: one that did not leave, or all that are set aside.
    /// Gives how many.
    ///
    /// # Errors
    /// Fails when the database does.
    pub async fn retry(&self, id: Option<MailId>, now: Timestamp) -> anyhow::Result<u64> {
        let retried = match id {
            Some(id) => query(
                "UPDATE outbox SET state = 'waiting', failures = 0, next_attempt_at = $1, refused_at = NULL \
                 WHERE id = $2 AND state NOT IN ('sent', 'moot') AND digest_id IS NULL",
            )
            .bind(now)
            .bind(id.to_string()),
            None => query(
                "UPDATE outbox SET state = 'waiting', failures = 0, next_attempt_at = $1, refused_at = NULL \
                 WHERE state = 'set_aside'",
            )
            .bind(now),
        };
        Ok(retried.write(&self.database).await?)
    }
}

/// The number that tells the next mail of that kind to somebody from those before it.
pub(super) async fn next_occasion(
    tx: &mut Transaction,
    submission: SubmissionId,
    recipient: &Address,
    kind: Kind,
) -> anyhow::Result<i64> {
    let rows = query("SELECT count(*) AS n FROM outbox WHERE submission_id = $1 AND recipient = $2 AND kind = $3")
        .bind(submission.to_string())
        .bind(recipient.to_string())
        .bind(kind.word())
        .rows(tx)
        .await?;
    rows.first().map_or(Ok(0), |row| row.integer("n"))
}

/// Mails the portal's moderators, else the fallback, in the place of a refused recipient.
pub(super) async fn substitute(
    tx: &mut Transaction,
    id: MailId,
    about: About,
    refused: &Address,
    fallback: &Address,
) -> anyhow::Result<()> {
    let mut instead = Desk::read(tx, fallback, about.now).await?.holders(&Place::Portal, Role::Moderator);
    instead.retain(|address| address != refused);
    if instead.is_empty() && fallback != refused {
        instead.push(fallback.clone());
    }
    let mails: Vec<_> = instead
        .iter()
        .map(|address| NewMail { stands_for: Some(id), ..about.mail(address, Kind::Submission) })
        .collect();
    enqueue(tx, &mails).await?;
    // Whoever stands in may decide.
    query("UPDATE submissions SET nudges = $1 WHERE id = $2 AND nudges < $1")
        .bind(ESCALATED_AFTER)
        .bind(about.submission.to_string())
        .run(tx)
        .await?;
    Ok(())
}

async fn hasten(tx: &mut Transaction, about: About) -> anyhow::Result<()> {
    query(
        "UPDATE submissions SET due_at = $1 \
         WHERE id = $2 AND version = $3 AND state = 'unconfirmed' AND if_unconfirmed = 'forward'",
    )
    .bind(about.now)
    .bind(about.submission.to_string())
    .bind(about.version)
    .run(tx)
    .await?;
    Ok(())
}
