//! One mail a day for who prefers it: nothing is lost on the way, and nothing urgent waits.

use forms_service::commands;
use forms_service::outbox::Delivery;
use forms_service::store::outbox::MailState;
use forms_service::store::submissions::State;
use forms_service::timekeeper::Kept;
use futures_util::future::join_all;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::support::{Service, spawn_service};

/// Monday the 23rd of November 2026, at eight in Paris.
const MONDAY: &str = "2026-11-23T07:00:00Z";
const TUESDAY: &str = "2026-11-24T07:00:00Z";

/// A service where `jour@exemple.fr` prefers one mail a day.
async fn spawn_patient() -> Service {
    let service = spawn_service().await;
    let prefer = "INSERT INTO preferences (address, digest) VALUES ('Jour@exemple.fr', 1)";
    service.tamper(prefer, prefer).await;
    service
}

async fn at(service: &Service, moment: &str) -> Vec<Kept> {
    let moment: Timestamp = moment.parse().unwrap();
    service.app.clock.advance(moment.duration_since(service.now()));
    let kept = service.keep_time().await;
    service.deliver_all().await;
    kept
}

/// What `jour@exemple.fr` was mailed.
fn theirs(service: &Service) -> Vec<forms_service::mail::message::Mail> {
    service.mails.sent().into_iter().filter(|mail| mail.recipient.to_string() == "jour@exemple.fr").collect()
}

/// The links in a mail with which one decides.
fn links(text: &str) -> Vec<String> {
    let links = text.match_indices("/moderation/decider/");
    links.map(|(at, _)| text[at..].split_whitespace().next().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn who_prefers_one_mail_a_day_gets_it_in_the_morning_and_decides_by_it() {
    let service = spawn_patient().await;
    let first = service.post_note("geriatrie", "Merci à l’équipe de nuit").await;
    let second = service.post_note("geriatrie", "Bravo à toutes et à tous").await;
    service.deliver_all().await;
    assert!(theirs(&service).is_empty());
    assert_eq!(service.recipients(), ["nuit@exemple.fr", "nuit@exemple.fr"]);

    assert_eq!(at(&service, "2026-11-23T06:59:59Z").await, []);
    assert!(matches!(at(&service, MONDAY).await[..], [Kept::Digest(_)]));

    let [mail] = &theirs(&service)[..] else { panic!("one mail") };
    assert!(mail.subject.contains("2 envois"), "{}", mail.subject);
    assert!(mail.text.contains(&first) && mail.text.contains(&second), "{}", mail.text);
    assert!(!mail.text.contains("équipe de nuit") && !mail.html.contains("équipe de nuit"));
    let links = links(&mail.text);
    assert_eq!(links.len(), 2);
    assert_eq!(service.post(&links[1], &[("_decision", "approuver")]).await.status.as_u16(), 303);
    assert_eq!(service.state(&second).await, State::Approved);
    assert_eq!(service.state(&first).await, State::Received);
    let counts = service.app.store.count_mails().await.unwrap();
    assert_eq!((counts.held, counts.waiting, counts.sent), (0, 0, 5));

    // Nothing new: no mail. Something new: the next working morning, and not before.
    assert_eq!(at(&service, TUESDAY).await, []);
    service.post_note("geriatrie", "Encore").await;
    assert_eq!(at(&service, "2026-11-24T18:00:00Z").await, []);
    assert!(matches!(at(&service, "2026-11-25T07:00:00Z").await[..], [Kept::Undecided(..), Kept::Digest(_)]));
}

#[tokio::test]
async fn a_reminder_of_the_morning_goes_with_the_mornings_mail() {
    let service = spawn_patient().await;
    let reference = service.post_note("geriatrie", "Merci").await;
    at(&service, MONDAY).await;
    at(&service, "2026-11-25T07:00:00Z").await;
    let mails = theirs(&service);
    assert_eq!(mails.len(), 2);
    assert!(mails[1].text.contains("Rappel") && mails[1].text.contains(&reference), "{}", mails[1].text);
    let first = links(&mails[0].text).remove(0);
    let again = links(&mails[1].text).remove(0);
    assert_ne!(first, again);
    assert_eq!(service.post(&again, &[("_decision", "approuver")]).await.status.as_u16(), 303);
}

#[tokio::test]
async fn a_digest_leaves_out_what_was_decided_and_is_not_sent_for_nothing() {
    let service = spawn_patient().await;
    service.post_note("geriatrie", "Merci").await;
    service.deliver_all().await;
    let link = service.decision_link("nuit@exemple.fr");
    service.post(&link, &[("_decision", "refuser"), ("_mots", "Trop long")]).await;
    let kept = at(&service, MONDAY).await;
    assert!(matches!(kept[..], [Kept::LetGo(_)]), "{kept:?}");
    assert!(theirs(&service).is_empty());
    let id = service.app.store.submissions().await.unwrap()[0].id;
    let mails = service.app.store.mails_about(id).await.unwrap();
    let held = mails.iter().find(|mail| mail.recipient == "jour@exemple.fr").unwrap();
    assert_eq!(held.state, MailState::Moot);
    assert!(service.app.store.pending_mails().await.unwrap().is_empty());
}

#[tokio::test]
async fn what_is_urgent_is_sent_at_once() {
    let service = spawn_patient().await;
    service.post_note("geriatrie", "Merci").await;
    service.deliver_all().await;
    let link = service.decision_link("nuit@exemple.fr");
    service.post(&link, &[("_decision", "approuver")]).await;
    let publication = service.app.store.publications().await.unwrap().remove(0);
    let fallback = service.app.fallback.clone();
    assert!(service.app.store.report_bounced(&publication, "impossible", &fallback, service.now()).await.unwrap());
    service.deliver_all().await;
    assert_eq!(theirs(&service).len(), 1);

    service.post(&service.decision_link("jour@exemple.fr"), &[("_decision", "approuver")]).await;
    service.publish().await;
    service.deliver_all().await;
    let last = theirs(&service).pop().unwrap();
    assert!(last.text.contains("/moderation/retirer/"), "{}", last.text);
}

#[tokio::test]
async fn the_same_digest_sent_again_is_the_same_to_the_byte() {
    let service = spawn_patient().await;
    service.post_note("geriatrie", "Merci").await;
    service.post_note("geriatrie", "Bravo").await;
    service.deliver_all().await;
    let moment: Timestamp = MONDAY.parse().unwrap();
    service.app.clock.advance(moment.duration_since(service.now()));
    let [Kept::Digest(id)] = service.keep_time().await[..] else { panic!("one digest") };
    let word = async || service.composer().compose(&service.app.store.letter(id).await.unwrap()).unwrap().raw;
    let before = word().await;

    service.mails.fail_next(451);
    assert!(matches!(service.deliver().await, Delivery::Delayed(..)));
    let link = service.decision_link("nuit@exemple.fr");
    service.post(&link, &[("_decision", "refuser"), ("_mots", "Trop long")]).await;
    service.app.clock.advance(SignedDuration::from_hours(2));
    service.keep_time().await;
    service.deliver_all().await;

    assert_eq!(theirs(&service).len(), 1);
    assert_eq!(theirs(&service)[0].raw, before);
    assert_eq!(word().await, before);
}

#[tokio::test]
async fn who_changes_their_mind_gets_at_once_what_was_held() {
    let service = spawn_patient().await;
    service.post_note("geriatrie", "Merci").await;
    service.deliver_all().await;
    assert!(service.keep_time().await.is_empty());
    let back = "UPDATE preferences SET digest = 0";
    service.tamper(back, back).await;
    assert!(matches!(service.keep_time().await[..], [Kept::LetGo(_)]));
    service.deliver_all().await;
    assert_eq!(theirs(&service).len(), 1);
    assert_eq!(links(&theirs(&service)[0].text).len(), 1);
    assert_eq!(at(&service, MONDAY).await, []);
}

#[tokio::test]
async fn what_is_held_is_in_sight_and_is_no_mail_that_waits() {
    let service = spawn_patient().await;
    let reference = service.post_note("geriatrie", "Merci").await;
    service.deliver_all().await;
    let listed = commands::outbox(&service.app.store, &TimeZone::UTC).await.unwrap();
    assert!(listed.contains(&reference) && listed.contains("gardé pour le résumé du jour"), "{listed}");
    let health: serde_json::Value = serde_json::from_str(&service.get("/sante").await.body).unwrap();
    assert_eq!((&health["mails"]["held"], &health["mails"]["waiting"]), (&1.into(), &0.into()));
    assert!(health["mails"]["oldest_waiting_seconds"].is_null(), "{health}");
    let metrics = service.metrics().await;
    assert!(metrics.contains("portail_mails{state=\"held\",kind=\"submission\"} 1"), "{metrics}");
    // It is not given out to be sent by itself.
    assert_eq!(service.deliver().await, Delivery::Idle);
}

#[tokio::test]
async fn a_digest_that_the_server_refuses_swallows_no_submission() {
    let service = spawn_patient().await;
    service.post_note("geriatrie", "Merci").await;
    service.deliver_all().await;
    let moment: Timestamp = MONDAY.parse().unwrap();
    service.app.clock.advance(moment.duration_since(service.now()));
    service.keep_time().await;
    service.mails.refuse_next_recipient();
    service.deliver_all().await;
    let instead: Vec<_> =
        service.mails.sent().into_iter().filter(|mail| mail.recipient.to_string() == "moderation@exemple.fr").collect();
    assert_eq!(instead.len(), 1);
    assert_eq!(links(&instead[0].text).len(), 1);
}

#[tokio::test]
async fn several_instances_at_once_send_one_digest() {
    let service = spawn_patient().await;
    service.post_note("geriatrie", "Merci").await;
    service.post_note("geriatrie", "Bravo").await;
    service.deliver_all().await;
    let second = service.second().await;
    let moment: Timestamp = MONDAY.parse().unwrap();
    service.app.clock.advance(moment.duration_since(service.now()));
    let instances: Vec<&Service> = [Some(&service), second.as_ref()].into_iter().flatten().cycle().take(8).collect();
    let kept = join_all(instances.iter().map(|one| one.keep_time())).await;
    assert_eq!(kept.concat().len(), 1, "{kept:?}");
    service.deliver_all().await;
    assert_eq!(theirs(&service).len(), 1);
}

#[tokio::test]
async fn on_a_weekend_nobody_gets_a_digest_and_a_clock_set_back_holds_none_up() {
    let service = spawn_patient().await;
    service.post_note("geriatrie", "Merci").await;
    // The 28th is a Saturday.
    service.app.clock.advance(SignedDuration::from_hours(-24 * 365));
    let kept = at(&service, "2025-11-22T12:00:00Z").await;
    assert!(!kept.iter().any(|one| matches!(one, Kept::Digest(_))), "{kept:?}");
    let kept = at(&service, "2025-11-24T12:00:00Z").await;
    assert!(kept.iter().any(|one| matches!(one, Kept::Digest(_))), "{kept:?}");
    assert_eq!(theirs(&service).len(), 1);
}

#[tokio::test]
async fn whoever_asks_for_a_fresh_link_does_not_wait_for_the_morning() {
    let service = spawn_patient().await;
    let answers = [("espace", "geriatrie"), ("message", "Merci"), ("courriel", "camille@exemple.fr")];
    service.fill_in("post-it", &answers).await;
    at(&service, MONDAY).await;
    let old = links(&theirs(&service)[0].text).remove(0);
    let question = [("_decision", "demander"), ("_mots", "Quand ?")];
    service.post(&service.decision_link("nuit@exemple.fr"), &question).await;
    service.deliver_all().await;
    let answer = service.links("camille@exemple.fr", "/suivi/completer/").pop().unwrap();
    service.post(&answer, &[("message", "Merci, demain")]).await;
    service.deliver_all().await;
    assert_eq!(theirs(&service).len(), 1, "the answer waits for the morning");

    assert!(service.get(&old).await.body.contains("plus à jour"));
    for _ in 0..2 {
        let renewed = service.post(&format!("{old}/renouveler"), &[("_renouveler", "oui")]).await;
        assert!(renewed.body.contains("Un nouveau lien est parti"), "{}", renewed.body);
        service.deliver_all().await;
        assert_eq!(theirs(&service).len(), 2);
    }
    let fresh = links(&theirs(&service)[1].text).remove(0);
    assert_eq!(service.post(&fresh, &[("_decision", "approuver")]).await.status.as_u16(), 303);
}
