//! Reminders to those who decide: after three and seven working days, then the portal is asked.

use forms_service::store::nudges::Nudged;
use forms_service::store::submissions::State;
use forms_service::store::trace::Action;
use forms_service::timekeeper::Kept;
use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};

use crate::support::{Service, spawn_service};

const HOUR: SignedDuration = SignedDuration::from_hours(1);
const YEAR: SignedDuration = SignedDuration::from_hours(24 * 365);

/// Each of these tests begins on Sunday the 22nd of November 2026 at noon, and Paris is an hour
/// ahead of the clock's own zone.
const FIRST: &str = "2026-11-25T07:00:00Z";
const SECOND: &str = "2026-12-01T07:00:00Z";

/// A post-it in geriatrie, its mails delivered.
async fn noted(service: &Service) -> String {
    let reference = service.post_note("geriatrie", "Merci à l’équipe de nuit").await;
    service.deliver_all().await;
    reference
}

/// What the service does by itself about what nobody decided, at a moment.
async fn at(service: &Service, moment: &str) -> Vec<Nudged> {
    let moment: Timestamp = moment.parse().unwrap();
    service.app.clock.advance(moment.duration_since(service.now()));
    nudged(service).await
}

async fn nudged(service: &Service) -> Vec<Nudged> {
    let kept = service.keep_time().await;
    service.deliver_all().await;
    let nudged = kept.into_iter().filter_map(|one| match one {
        Kept::Undecided(_, nudged) => Some(nudged),
        _ => None,
    });
    nudged.collect()
}

/// The subjects of what somebody was mailed, the latest last.
fn subjects(service: &Service, recipient: &str) -> Vec<String> {
    let mails = service.mails.sent();
    let theirs = mails.iter().filter(|mail| mail.recipient.to_string() == recipient);
    theirs.map(|mail| mail.subject.clone()).collect()
}

#[tokio::test]
async fn those_who_decide_are_reminded_twice_and_then_the_portal_is_asked() {
    let service = spawn_service().await;
    let reference = noted(&service).await;

    assert_eq!(at(&service, "2026-11-25T06:59:59Z").await, []);
    assert_eq!(at(&service, FIRST).await, [Nudged::Reminded]);
    for person in ["jour@exemple.fr", "nuit@exemple.fr"] {
        let subjects = subjects(&service, person);
        assert_eq!(subjects.len(), 2, "{subjects:?}");
        assert!(subjects[1].starts_with("Rappel") && subjects[1].contains(&reference), "{subjects:?}");
    }
    assert!(subjects(&service, "moderation@exemple.fr").is_empty());
    assert_eq!(at(&service, "2026-12-01T06:59:59Z").await, []);

    assert_eq!(at(&service, SECOND).await, [Nudged::Escalated]);
    assert_eq!(subjects(&service, "jour@exemple.fr").len(), 3);
    let asked = service.mails.sent().into_iter().rfind(|mail| mail.recipient.to_string() == "moderation@exemple.fr");
    assert!(asked.unwrap().text.contains("Personne n’a répondu"));
    let stored = service.stored_as(&reference).await;
    assert!(stored.is_escalated());
    let trace = service.app.store.trace(stored.id).await.unwrap();
    assert_eq!(trace.iter().map(|row| row.action).collect::<Vec<_>>(), [Action::Escalated]);

    // Whoever was asked in their place decides, by a link that opens what the others' opened.
    let link = service.decision_link("moderation@exemple.fr");
    let decided = service.post(&link, &[("_decision", "approuver")]).await;
    assert_eq!(decided.status.as_u16(), 303, "{}", decided.body);
    service.app.clock.advance(YEAR);
    assert_eq!(nudged(&service).await, []);
}

#[tokio::test]
async fn a_reminder_has_a_link_of_its_own_that_decides() {
    let service = spawn_service().await;
    let reference = noted(&service).await;
    let first = service.decision_link("jour@exemple.fr");
    at(&service, FIRST).await;
    let link = service.decision_link("jour@exemple.fr");
    assert_ne!(link, first);
    assert_eq!(service.post(&link, &[("_decision", "approuver")]).await.status.as_u16(), 303);
    assert_eq!(service.state(&reference).await, State::Approved);
    assert_eq!(service.post(&first, &[("_decision", "approuver")]).await.status.as_u16(), 409);
}

#[tokio::test]
async fn nobody_is_reminded_of_what_was_decided_or_waits_for_nobody() {
    let service = spawn_service().await;
    noted(&service).await;
    let link = service.decision_link("jour@exemple.fr");
    service.post(&link, &[("_decision", "refuser"), ("_mots", "Trop long")]).await;
    // It waits for its sender, and nobody else.
    service.sign_up().await;
    service.app.clock.advance(YEAR);
    assert_eq!(nudged(&service).await, []);
    assert!(subjects(&service, "jour@exemple.fr").iter().all(|subject| !subject.starts_with("Rappel")));
}

#[tokio::test]
async fn where_the_portal_was_asked_from_the_start_it_is_not_asked_again() {
    let service = spawn_service().await;
    let reference = service.post_note("accueil", "Merci").await;
    service.deliver_all().await;
    at(&service, FIRST).await;
    assert_eq!(at(&service, SECOND).await, [Nudged::Escalated]);
    assert_eq!(subjects(&service, "moderation@exemple.fr").len(), 3);
    let id = service.stored_as(&reference).await.id;
    assert!(service.app.store.trace(id).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_question_gives_its_author_seven_working_days() {
    let service = spawn_service().await;
    let answers = [("espace", "geriatrie"), ("message", "Merci"), ("courriel", "anne@exemple.fr")];
    let reference = service.fill_in("post-it", &answers).await;
    service.deliver_all().await;
    // Reminded once, and only then is the author asked.
    at(&service, FIRST).await;
    let link = service.decision_link("jour@exemple.fr");
    let asked = service.post(&link, &[("_decision", "demander"), ("_mots", "Quel jour ?")]).await;
    assert_eq!(asked.status.as_u16(), 303, "{}", asked.body);
    assert_eq!(service.state(&reference).await, State::Asked);

    // Seven working days after Wednesday the 25th: Friday the 4th of December.
    assert_eq!(at(&service, "2026-12-04T06:59:59Z").await, []);
    assert_eq!(at(&service, "2026-12-04T07:00:00Z").await, [Nudged::Reminded]);
    let reminders = subjects(&service, "jour@exemple.fr").iter().filter(|one| one.starts_with("Rappel")).count();
    assert_eq!(reminders, 2);
    assert_eq!(at(&service, "2026-12-10T07:00:00Z").await, [Nudged::Escalated]);
}

#[tokio::test]
async fn who_asks_because_nobody_answered_is_asked_again_when_the_author_answers() {
    let service = spawn_service().await;
    let answers = [("espace", "geriatrie"), ("message", "Merci"), ("courriel", "anne@exemple.fr")];
    let reference = service.fill_in("post-it", &answers).await;
    service.deliver_all().await;
    at(&service, FIRST).await;
    at(&service, SECOND).await;
    let link = service.decision_link("moderation@exemple.fr");
    service.post(&link, &[("_decision", "demander"), ("_mots", "Quel jour ?")]).await;
    assert!(service.stored_as(&reference).await.is_escalated());
}

#[tokio::test]
async fn several_instances_at_once_remind_once() {
    let service = spawn_service().await;
    noted(&service).await;
    let second = service.second().await;
    let moment: Timestamp = FIRST.parse().unwrap();
    service.app.clock.advance(moment.duration_since(service.now()));
    let instances: Vec<&Service> = [Some(&service), second.as_ref()].into_iter().flatten().cycle().take(8).collect();

    let kept = join_all(instances.iter().map(|one| one.keep_time())).await;

    assert_eq!(kept.concat().len(), 1, "{kept:?}");
    service.deliver_all().await;
    assert_eq!(subjects(&service, "jour@exemple.fr").len(), 2);
}

#[tokio::test]
async fn a_clock_that_jumps_neither_repeats_nor_skips_a_reminder() {
    for jump in [HOUR, -HOUR, YEAR, -YEAR] {
        for times in 0..=1 {
            let service = spawn_service().await;
            noted(&service).await;
            let mut all = Vec::new();
            for _ in 0..times {
                service.app.clock.advance(SignedDuration::from_hours(4 * 24));
                all.extend(nudged(&service).await);
            }
            service.app.clock.advance(jump);
            all.extend(nudged(&service).await);
            // Two reminders are never closer than their days, though the clock says a year.
            assert!(all.iter().filter(|one| **one != Nudged::CountedAnew).count() <= times + 1, "{jump:?}: {all:?}");
            for _ in 0..60 {
                service.app.clock.advance(SignedDuration::from_hours(24));
                all.extend(nudged(&service).await);
            }
            all.retain(|one| *one != Nudged::CountedAnew);
            assert_eq!(all, [Nudged::Reminded, Nudged::Escalated], "after {jump:?}");
            assert_eq!(subjects(&service, "jour@exemple.fr").len(), 3);
        }
    }
}

#[tokio::test]
async fn an_address_refused_at_a_reminder_does_not_hold_the_submission_up() {
    let service = spawn_service().await;
    let reference = noted(&service).await;
    let moment: Timestamp = FIRST.parse().unwrap();
    service.app.clock.advance(moment.duration_since(service.now()));
    service.keep_time().await;
    service.mails.refuse_next_recipient();
    service.deliver_all().await;
    assert_eq!(subjects(&service, "moderation@exemple.fr").len(), 1);
    assert!(service.stored_as(&reference).await.is_escalated());
}
