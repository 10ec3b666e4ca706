//! The table of `circuit.rs` against the database: whatever is tried on a submission, wherever it
//! stands, takes it where the table says, or nowhere.

use axum::http::StatusCode;
use forms_service::circuit::Event;
use forms_service::role::Role;
use forms_service::store::decisions::{Decision, Reply, Verdict};
use forms_service::store::desk::Decider;
use forms_service::store::publications::{Publication, Task};
use forms_service::store::submissions::{State, Stored};
use forms_service::store::transitions::UponConfirmation;
use jiff::SignedDuration;

use crate::support::{FALLBACK, Service, spawn_service};

const DAY: &str = "jour@exemple.fr";

/// Everything that may be tried.
#[derive(Clone, Copy, Debug)]
enum Attempt {
    Approve,
    Refuse,
    Ask,
    Doubt,
    Remark,
    Answer,
    Confirm,
    ActOnWhatIsDue,
    Release,
    RefuseApart,
    ReportPublished,
    ReportBounced,
    Stop,
}

impl Attempt {
    const ALL: [Self; 13] = [
        Self::Approve,
        Self::Refuse,
        Self::Ask,
        Self::Doubt,
        Self::Remark,
        Self::Answer,
        Self::Confirm,
        Self::ActOnWhatIsDue,
        Self::Release,
        Self::RefuseApart,
        Self::ReportPublished,
        Self::ReportBounced,
        Self::Stop,
    ];

    /// What it brings about, where it may.
    fn event(self, from: State) -> Option<Event> {
        Some(match self {
            Self::Approve => Event::Settle,
            // Each of the two has its own way in.
            Self::Refuse if from == State::Quarantine => return None,
            Self::RefuseApart if from != State::Quarantine => return None,
            Self::Refuse | Self::RefuseApart => Event::Refuse,
            Self::Ask => Event::Ask,
            Self::Doubt => Event::Doubt,
            Self::Remark => return None,
            Self::Answer => Event::Answer,
            Self::Confirm => Event::Confirm,
            Self::ActOnWhatIsDue => Event::Forward,
            Self::Release => Event::Release,
            Self::ReportPublished => Event::Publish,
            Self::ReportBounced => Event::Bounce,
            Self::Stop => Event::Withdraw,
        })
    }

    /// Whether a publication says where it stands, and the submission follows.
    fn is_of_a_publication(self) -> bool {
        matches!(self, Self::ReportPublished | Self::ReportBounced | Self::Stop)
    }

    async fn make(self, service: &Service, stored: &Stored, publication: Option<&Publication>) {
        let (store, now) = (&service.app.store, service.now());
        let (fallback, day) = (FALLBACK.parse().unwrap(), DAY.parse().unwrap());
        let words = || "Des mots".to_owned();
        let decide = async |decision| {
            let (id, version) = (stored.id, stored.version);
            store.decide(Verdict { id, version, person: &day, decision, fallback: &fallback, now }).await.unwrap();
        };
        let by = Decider {
            address: day.clone(),
            role: Role::Moderator,
            on_behalf_of: None,
            shortcut: false,
            stands_in: false,
        };
        match self {
            Self::Approve => {
                decide(Decision::Approve { corrected: None, publication: None, words: None, also: Vec::new() }).await;
            }
            Self::Refuse => decide(Decision::Refuse { reason: words() }).await,
            Self::Ask => decide(Decision::Ask { question: words() }).await,
            Self::Doubt => decide(Decision::Doubt { words: None, to: Role::Supervisor }).await,
            Self::Remark => decide(Decision::Remark { words: words() }).await,
            Self::Answer => {
                let Stored { id, version, submission, .. } = stored;
                let reply = Reply { id: *id, version: *version, answers: submission, flags: &[], words: Some("Oui") };
                store.answer(reply, &fallback, now).await.unwrap();
            }
            Self::Confirm => {
                store.confirm_address(stored.id, &fallback, UponConfirmation::default(), now).await.unwrap();
            }
            Self::ActOnWhatIsDue => {
                store.act_on_next_due(&fallback, now).await.unwrap();
            }
            Self::Release => {
                store.release(stored.id, Some(&by), &fallback, now).await.unwrap();
            }
            Self::RefuseApart => {
                store.refuse_quarantined(stored.id, &by, "Spam", now).await.unwrap();
            }
            Self::ReportPublished => {
                let publication = publication.unwrap();
                store.report_published(publication, "/faire/x/", None, &[], &fallback, now).await.unwrap();
            }
            Self::ReportBounced => {
                store.report_bounced(publication.unwrap(), "Une faute", &fallback, now).await.unwrap();
            }
            Self::Stop => {
                let id = &publication.unwrap().id;
                store.ask_to_stop(id, Task::Withdraw, &by, "Doublon", &fallback, now).await.unwrap();
            }
        }
    }
}

/// Puts a submission where no road of the table may have led it.
async fn put(service: &Service, reference: &str, state: State) {
    let (word, address) = (state.word(), if state == State::Unconfirmed { "unconfirmed" } else { "none" });
    // Whatever stands there, its time has come.
    let sql: &'static str = format!(
        "UPDATE submissions SET state = '{word}', address_state = '{address}', due_at = received_at \
         WHERE reference = '{reference}'"
    )
    .leak();
    service.tamper("UPDATE submissions SET due_at = NULL", "UPDATE submissions SET due_at = NULL").await;
    service.tamper(sql, sql).await;
}

#[tokio::test]
async fn whatever_is_tried_on_a_submission_takes_it_where_the_table_says_or_nowhere() {
    let service = spawn_service().await;
    let answers = [("espace", "geriatrie"), ("message", "Merci"), ("courriel", "camille@exemple.fr")];
    for attempt in Attempt::ALL {
        for (_, from) in State::ALL {
            // As fast as the limit of one address goes.
            service.app.clock.advance(SignedDuration::from_mins(6));
            let reference = service.fill_in("post-it", &answers).await;
            let mut publication = None;
            if attempt.is_of_a_publication() {
                service.deliver_all().await;
                let approved = service.post(&service.decision_link(DAY), &[("_decision", "approuver")]).await;
                assert_eq!(approved.status, StatusCode::SEE_OTHER);
                let all = service.app.store.publications().await.unwrap();
                publication = all.into_iter().find(|one| one.reference.as_str() == reference);
                if matches!(attempt, Attempt::Stop) {
                    let online = "UPDATE publications SET state = 'published', task = NULL";
                    service.tamper(online, online).await;
                }
            }
            put(&service, &reference, from).await;
            let stored = service.stored_as(&reference).await;
            let mails = service.app.store.pending_mails().await.unwrap().len();

            attempt.make(&service, &stored, publication.as_ref()).await;

            let now = service.stored_as(&reference).await;
            let expected = attempt.event(from).and_then(|event| event.takes(from));
            assert_eq!(now.state, expected.unwrap_or(from), "{attempt:?} in {from:?}");
            if expected.is_none() {
                assert_eq!(now.version, stored.version, "{attempt:?} in {from:?}");
            }
            if expected.is_none() && !attempt.is_of_a_publication() && !matches!(attempt, Attempt::Remark) {
                let trace = service.app.store.trace(stored.id).await.unwrap();
                assert!(trace.is_empty(), "{attempt:?} in {from:?} leaves a trace");
                let mailed = service.app.store.pending_mails().await.unwrap().len();
                assert_eq!(mailed, mails, "{attempt:?} in {from:?} mails somebody");
            }
        }
    }
}
