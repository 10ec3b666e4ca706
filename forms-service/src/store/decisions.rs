//! Decisions: each is one conditional update, its trace and its mails in the same transaction.
//!
//! A decision names the version that its author saw. Whoever comes second changes nothing, and is
//! told who decided what and when.

use generator::form::ValidSubmission;
use jiff::Timestamp;
use lettre::Address;

use super::desk::{Decider, Desk, Step, is_same};
use super::outbox::{About, Kind, NewMail, enqueue};
use super::publications::{NewPublication, insert as insert_publication};
use super::submissions::{AddressState, State, Stored, read_locked, write_steps};
use super::trace::{Action, Entry};
use super::{Store, Transaction, composed, one};
use crate::circuit::Event;
use crate::crash;
use crate::id::{SubmissionId, TraceId};
use crate::role::{Place, Role};

/// What somebody decides.
#[derive(Clone, Debug)]
pub enum Decision {
    /// It may go on.
    Approve {
        /// The answers, if they were corrected: these are published.
        corrected: Option<Box<ValidSubmission>>,
        /// What is published if nobody has to decide after this; `None` when the form publishes
        /// nothing.
        publication: Option<NewPublication>,
        /// What is said with it, for those who decide next.
        words: Option<String>,
        /// Steps that it has come to need since it was sent, after the others.
        also: Vec<Step>,
    },
    /// It may not, for that reason.
    Refuse {
        /// What its author is told.
        reason: String,
    },
    /// Its author is asked for more.
    Ask {
        /// The question.
        question: String,
    },
    /// The cadre is to decide.
    Doubt {
        /// Why, if it is said.
        words: Option<String>,
        /// Whose step is put in after this one.
        to: Role,
    },
    /// Nothing yet: points of vigilance for those who decide.
    Remark {
        /// What is said.
        words: String,
    },
}

/// A decision on its way.
#[derive(Clone, Debug)]
pub struct Verdict<'a> {
    /// What it is about.
    pub id: SubmissionId,
    /// The version that was seen.
    pub version: i64,
    /// Who decides.
    pub person: &'a Address,
    /// What.
    pub decision: Decision,
    /// Who receives what would reach nobody.
    pub fallback: &'a Address,
    /// When.
    pub now: Timestamp,
}

/// What the author of a submission answers to a question.
#[derive(Clone, Copy, Debug)]
pub struct Reply<'a> {
    /// What was asked about.
    pub id: SubmissionId,
    /// The version that was seen.
    pub version: i64,
    /// The answers as they are now.
    pub answers: &'a ValidSubmission,
    /// What in them looks like health data.
    pub flags: &'a [generator::form::Flag],
    /// What is said besides.
    pub words: Option<&'a str>,
}

/// What a decision came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decided {
    /// It holds; the submission stands there now.
    Done(State),
    /// Somebody was quicker, or it can no longer be decided: nothing was changed.
    TooLate,
    /// This person may not decide about it: nothing was changed.
    NotAllowed,
}

/// Whether somebody may decide about a submission, and as what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// They may.
    May(Decider),
    /// They sent it themselves.
    IsAuthor,
    /// They are not asked at this step, or no longer.
    NotAsked,
}

impl Store {
    /// Whether somebody may decide about a submission as it stands.
    ///
    /// # Errors
    /// Fails when the database does.
    pub async fn standing(
        &self,
        stored: &Stored,
        person: &Address,
        fallback: &Address,
        now: Timestamp,
    ) -> anyhow::Result<Standing> {
        Ok(standing(&self.desk(fallback, now).await?, stored, person))
    }

    /// Everybody who holds a role now.
    ///
    /// # Errors
    /// Fails when the database does.
    pub async fn desk(&self, fallback: &Address, now: Timestamp) -> anyhow::Result<Desk> {
        Desk::load(&self.database, fallback, now).await
    }

    /// Decides, once.
    ///
    /// # Errors
    /// Fails when the database does; nothing is changed then.
    pub async fn decide(&self, verdict: Verdict<'_>) -> anyhow::Result<Decided> {
        let mut tx = self.database.begin().await?;
        let Some(stored) = read_locked(&mut tx, verdict.id).await? else { return Ok(Decided::TooLate) };
        // What is kept apart has its own way out, of which its author hears nothing.
        if stored.version != verdict.version || !stored.state.is_open() {
            return Ok(Decided::TooLate);
        }
        let desk = Desk::read(&mut tx, verdict.fallback, verdict.now).await?;
        let by = match standing(&desk, &stored, verdict.person) {
            Standing::May(by) => by,
            Standing::IsAuthor | Standing::NotAsked => return Ok(Decided::NotAllowed),
        };
        let turn = Turn { stored: &stored, desk: &desk, now: verdict.now };
        let decided = turn.take(&mut tx, &by, verdict.decision).await?;
        if let Decided::Done(_) = decided {
            crash::point("before-decision");
            tx.commit().await?;
            crash::point("after-decision");
        }
        Ok(decided)
    }

    /// Takes in what the author of a submission answered to a question.
    ///
    /// # Errors
    /// Fails when the database does; nothing is changed then.
    pub async fn answer(&self, reply: Reply<'_>, fallback: &Address, now: Timestamp) -> anyhow::Result<bool> {
        let Reply { id, version, answers, flags, words } = reply;
        let mut tx = self.database.begin().await?;
        let Some(stored) = read_locked(&mut tx, id).await?.filter(|stored| stored.version == version) else {
            return Ok(false);
        };
        let desk = Desk::read(&mut tx, fallback, now).await?;
        let turn = Turn { stored: &stored, desk: &desk, now };
        if !turn.change(&mut tx, Event::Answer, stored.step, None, Some((answers, flags))).await? {
            return Ok(false);
        }
        let previous = (*answers != stored.submission).then_some(&stored.submission);
        let entry = Entry { words, previous_answers: previous, ..Entry::new(&stored, Action::Answered, now) };
        let trace = entry.add(&mut tx).await?;
        turn.mail_step(&mut tx, stored.step, &stored.steps, trace, false).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Refuses what is in quarantine: a robot's, or somebody's who is excluded. Its author hears
    /// nothing of it.
    ///
    /// # Errors
    /// Fails when the database does; nothing is changed then.
    pub async fn refuse_quarantined(
        &self,
        id: SubmissionId,
        by: &Decider,
        reason: &str,
        now: Timestamp,
    ) -> anyhow::Result<bool> {
        let mut tx = self.database.begin().await?;
        let Some(stored) = read_locked(&mut tx, id).await?.filter(|stored| stored.state == State::Quarantine) else {
            return Ok(false);
        };
        let desk = Desk::read(&mut tx, &by.address, now).await?;
        let turn = Turn { stored: &stored, desk: &desk, now };
        if !turn.change(&mut tx, Event::Refuse, stored.step, None, None).await? {
            return Ok(false);
        }
        Entry { by: Some(by), words: Some(reason), ..Entry::new(&stored, Action::Refused, now) }.add(&mut tx).await?;
        tx.commit().await?;
        Ok(true)
    }
}

fn standing(desk: &Desk, stored: &Stored, person: &Address) -> Standing {
    if stored.author().is_some_and(|author| is_same(author, person)) {
        return Standing::IsAuthor;
    }
    // A cadre who will have to decide after the moderators may do so at once.
    desk.decides(stored, person).map_or(Standing::NotAsked, Standing::May)
}

/// One submission in one transaction, and whoever holds a role then.
pub(super) struct Turn<'a> {
    pub(super) stored: &'a Stored,
    pub(super) desk: &'a Desk,
    pub(super) now: Timestamp,
}

impl Turn<'_> {
    async fn take(&self, tx: &mut Transaction, by: &Decider, decision: Decision) -> anyhow::Result<Decided> {
        let stored = self.stored;
        let entry = |action| Entry { by: Some(by), ..Entry::new(stored, action, self.now) };
        Ok(match decision {
            Decision::Approve { corrected, publication, words, also } => {
                let steps: Vec<Step> = stored.steps.iter().cloned().chain(also).collect();
                let next = self.step_after(by);
                let event = match (next < steps.len(), &publication) {
                    (true, _) => Event::Pass,
                    (false, Some(_)) => Event::Approve,
                    (false, None) => Event::Settle,
                };
                // A correction is one when it changes something, and what was flagged stays so.
                let corrected = corrected.filter(|corrected| **corrected != stored.submission);
                let answers = corrected.as_deref().map(|answers| (answers, stored.flags.as_slice()));
                if !self.change(tx, event, next, Some(&steps), answers).await? {
                    return Ok(Decided::TooLate);
                }
                let previous_answers = corrected.is_some().then_some(&stored.submission);
                let words = words.as_deref();
                let trace = Entry { words, previous_answers, ..entry(Action::Approved) }.add(tx).await?;
                match (event, publication) {
                    (Event::Pass, _) => self.mail_step(tx, next, &steps, trace, false).await?,
                    (Event::Approve, Some(publication)) => {
                        insert_publication(tx, stored, &publication, self.now).await?;
                    }
                    _ => self.tell_author(tx, Kind::Outcome, trace).await?,
                }
                Decided::Done(event.leaves())
            }
            Decision::Refuse { reason } => {
                if !self.change(tx, Event::Refuse, stored.step, None, None).await? {
                    return Ok(Decided::TooLate);
                }
                let trace = Entry { words: Some(&reason), ..entry(Action::Refused) }.add(tx).await?;
                self.tell_author(tx, Kind::Outcome, trace).await?;
                Decided::Done(State::Refused)
            }
            Decision::Ask { question } => {
                if !self.change(tx, Event::Ask, stored.step, None, None).await? {
                    return Ok(Decided::TooLate);
                }
                let trace = Entry { words: Some(&question), ..entry(Action::Asked) }.add(tx).await?;
                self.tell_author(tx, Kind::Question, trace).await?;
                Decided::Done(State::Asked)
            }
            Decision::Doubt { words, to } => {
                let mut steps = stored.steps.clone();
                let next = stored.step + 1;
                steps.insert(next.min(steps.len()), Step::of(stored.current_step().place, to));
                if !self.change(tx, Event::Doubt, next, Some(&steps), None).await? {
                    return Ok(Decided::TooLate);
                }
                let trace = Entry { words: words.as_deref(), ..entry(Action::Doubted) }.add(tx).await?;
                self.mail_step(tx, next, &steps, trace, false).await?;
                Decided::Done(State::Received)
            }
            Decision::Remark { words } => {
                // It changes no version, so a second click comes by the same way: it says nothing new.
                let remark = Entry { words: Some(&words), ..entry(Action::Remarked) };
                if !remark.is_there(tx).await? {
                    remark.add(tx).await?;
                }
                Decided::Done(stored.state)
            }
        })
    }

    /// Which step comes after an approval. A cadre closes the moderators' step and their own.
    fn step_after(&self, by: &Decider) -> usize {
        let mut next = self.stored.step + 1;
        let place = self.stored.current_step().place;
        if by.shortcut {
            while self.stored.steps.get(next).is_some_and(|step| step.place == place && step.role == Role::Supervisor) {
                next += 1;
            }
        }
        next
    }

    /// The one update that brings an event about. `false` when it may not happen any more.
    pub(super) async fn change(
        &self,
        tx: &mut Transaction,
        event: Event,
        step: usize,
        steps: Option<&[Step]>,
        answers: Option<(&ValidSubmission, &[generator::form::Flag])>,
    ) -> anyhow::Result<bool> {
        let (answers, flags) = answers.unwrap_or((&self.stored.submission, &self.stored.flags));
        // A question leaves the version alone: who was asked may still decide on what they saw.
        let grows = i64::from(event != Event::Ask);
        // Whoever asked because nobody answered decides when the answer is there.
        let nudges = if matches!(event, Event::Ask | Event::Answer) { "nudges" } else { "0" };
        let changed = composed(format!(
            "UPDATE submissions SET state = $1, step = $2, steps = $3, answers = $4, flags = $5, \
             version = version + $6, nudges = {nudges}, reminders = 0, waits_since = $9 \
             WHERE id = $7 AND version = $8 AND {}",
            event.condition()
        ))
        .bind(event.leaves().word())
        .bind(i64::try_from(step)?)
        .bind(write_steps(steps.unwrap_or(&self.stored.steps))?)
        .bind(serde_json::to_string(answers)?)
        .bind(super::submissions::write_flags(flags)?)
        .bind(grows)
        .bind(self.stored.id.to_string())
        .bind(self.stored.version)
        .bind(event.leaves().is_open().then_some(self.now))
        .run(tx)
        .await?;
        one(changed)
    }

    /// Mails those who decide at a step, about the version that this turn makes; at once, if it is
    /// urgent, whatever they prefer.
    pub(super) async fn mail_step(
        &self,
        tx: &mut Transaction,
        step: usize,
        steps: &[Step],
        trace: TraceId,
        urgent: bool,
    ) -> anyhow::Result<()> {
        let current = Stored { step, steps: steps.to_vec(), ..self.stored.clone() };
        let about = About { version: self.stored.version + 1, ..self.about() };
        let escalated = step == self.stored.step && self.stored.is_escalated();
        let asked = self.desk.asked(&current.current_step(), current.author(), escalated);
        let mails: Vec<NewMail> = asked
            .iter()
            .map(|one| NewMail { trace: Some(trace), urgent, ..about.mail(&one.address, Kind::Submission) })
            .collect();
        enqueue(tx, &mails).await
    }

    /// Mails the author, if an address was left.
    pub(super) async fn tell_author(&self, tx: &mut Transaction, kind: Kind, trace: TraceId) -> anyhow::Result<()> {
        let mail = self.stored.author().map(|author| {
            let version = self.stored.version + i64::from(kind != Kind::Question);
            NewMail { trace: Some(trace), ..About { version, ..self.about() }.mail(author, kind) }
        });
        enqueue(tx, mail.as_slice()).await
    }

    /// Mails the author what became of the page, if an address was left. `occasion` tells two mails
    /// about one version apart.
    pub(super) async fn tell_author_of_page(
        &self,
        tx: &mut Transaction,
        publication: &str,
        occasion: i64,
        trace: TraceId,
    ) -> anyhow::Result<()> {
        let about = About { version: self.stored.version + 1, ..self.about() };
        let mail = self.stored.author().map(|author| NewMail {
            trace: Some(trace),
            publication: Some(publication.to_owned()),
            occasion,
            ..about.mail(author, Kind::Outcome)
        });
        enqueue(tx, mail.as_slice()).await
    }

    pub(super) fn about(&self) -> About {
        About {
            submission: self.stored.id,
            version: self.stored.version,
            unconfirmed: self.stored.address_state == AddressState::Unconfirmed,
            now: self.now,
        }
    }
}

impl Stored {
    /// The place whose cadre a doubt is passed to.
    pub fn place(&self) -> Place {
        self.submission.space.as_ref().map_or(Place::Portal, |slug| Place::Space(slug.clone()))
    }
}
