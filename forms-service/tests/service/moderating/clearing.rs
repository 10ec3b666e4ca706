//! Quarantine, spam, and what is to go from the site.

use axum::http::StatusCode;
use forms_service::publish::publisher::Did;
use forms_service::purge::purge;
use forms_service::store::publications::{Status, StoppedBy, Task};
use forms_service::store::submissions::State;
use forms_service::store::trace::Action;
use jiff::SignedDuration;
use jiff::tz::TimeZone;

use super::{CADRE, DAY, NIGHT, PORTAL, WRITTEN};
use crate::support::spawn_service;

#[tokio::test]
async fn what_is_kept_apart_is_freed_or_refused_by_whoever_watches_over_its_place() {
    let service = spawn_service().await;
    let (free, refuse) = (service.trap("geriatrie").await, service.trap("geriatrie").await);
    let elsewhere = service.trap("accueil").await;
    let link = service.access(DAY).await;
    let page = service.get(&link).await.body;
    assert!(page.contains(&free) && page.contains(&refuse) && !page.contains(&elsewhere), "{page}");
    assert!(page.contains("champ piège rempli") && !page.contains(WRITTEN), "{page}");

    let judge = |reference: &str| format!("{link}/envoi/{reference}/quarantaine");
    for nothing in [vec![], vec![("_decision", "refuser")], vec![("_mots", "x")]] {
        let answer = service.post(&judge(&free), &nothing).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{nothing:?}");
    }
    assert_eq!(service.state(&free).await, State::Quarantine);
    for _ in 0..2 {
        let answer = service.post(&judge(&free), &[("_decision", "liberer")]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        let refused = [("_decision", "refuser"), ("_mots", "Publicité")];
        assert_eq!(service.post(&judge(&refuse), &refused).await.status, StatusCode::SEE_OTHER);
    }
    service.post(&judge(&elsewhere), &[("_decision", "liberer")]).await;

    assert_eq!(service.actions(&free).await, [(Action::Released, Some(DAY.to_owned()))]);
    assert_eq!(service.actions(&refuse).await, [(Action::Refused, Some(DAY.to_owned()))]);
    assert_eq!(service.state(&free).await, State::Received);
    assert_eq!(service.state(&refuse).await, State::Refused);
    assert_eq!(service.state(&elsewhere).await, State::Quarantine);
    let before = service.recipients().len();
    service.deliver_all().await;
    assert_eq!(service.recipients().len(), before + 2, "what was freed reaches both moderators");
}

#[tokio::test]
async fn robots_are_refused_by_the_dozen_and_only_those_that_were_ticked() {
    let service = spawn_service().await;
    let mut traps = Vec::new();
    for _ in 0..4 {
        traps.push(service.trap("geriatrie").await);
    }
    let elsewhere = service.trap("accueil").await;
    let good = service.post_note("geriatrie", WRITTEN).await;
    let link = service.access(DAY).await;
    let page = service.get(&link).await.body;
    assert!(!page.contains("type=\"checkbox\" checked"), "{page}");
    let bulk = format!("{link}/quarantaine");
    assert_eq!(service.post(&bulk, &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY);

    let ticked = [&traps[0], &traps[1], &traps[2], &elsewhere, &good];
    let post: Vec<_> = ticked.iter().map(|one| ("_envoi", one.as_str())).collect();
    assert_eq!(service.post(&bulk, &post).await.status, StatusCode::SEE_OTHER);

    for one in &traps[..3] {
        assert_eq!(service.state(one).await, State::Refused);
    }
    assert_eq!(service.state(&traps[3]).await, State::Quarantine);
    assert_eq!(service.state(&elsewhere).await, State::Quarantine, "it is another space's");
    assert_eq!(service.state(&good).await, State::Received, "it is not kept apart");
}

#[tokio::test]
async fn what_is_published_is_withdrawn_from_ones_own_page() {
    let service = spawn_service().await;
    let (reference, id) = service.published_note().await;
    let stranger = service.access("communication@exemple.fr").await;
    assert_eq!(service.get(&format!("{stranger}/retirer/{id}")).await.status, StatusCode::NOT_FOUND);
    let go = [("_decision", "retirer"), ("_mots", "Erreur de service")];
    assert_eq!(service.post(&format!("{stranger}/retirer/{id}"), &go).await.status, StatusCode::NOT_FOUND);

    let link = service.access(CADRE).await;
    let path = format!("{link}/retirer/{id}");
    let page = service.get(&link).await.body;
    assert!(page.contains(&format!("/retirer/{id}")) && page.contains(&reference), "{page}");
    assert_eq!(service.get(&path).await.status, StatusCode::OK);
    for nothing in [vec![], vec![("_decision", "retirer")], vec![("_mots", "x")], vec![("_decision", "suspendre")]] {
        assert_eq!(service.post(&path, &nothing).await.status, StatusCode::UNPROCESSABLE_ENTITY, "{nothing:?}");
    }
    for _ in 0..2 {
        assert_eq!(service.post(&path, &go).await.status, StatusCode::SEE_OTHER);
    }

    let publication = service.app.store.publication(&id).await.unwrap().unwrap();
    assert_eq!(publication.task, Some(Task::Withdraw));
    let page = service.get(&link).await.body;
    assert!(page.contains("en cours de retrait"), "a task that waits is in sight: {page}");
    assert!(matches!(service.publish().await, Did::Stopped(_)));
    assert_eq!(service.app.store.publication(&id).await.unwrap().unwrap().status, Status::Withdrawn);
    assert_eq!(service.actions(&reference).await.last().unwrap(), &(Action::Withdrawn, Some(CADRE.to_owned())));
}

/// A page stays longer than what was sent is kept: it may go all the same, and those who decide are told.
#[tokio::test]
async fn a_page_that_outlived_its_submission_is_withdrawn_and_those_who_decide_are_told() {
    let service = spawn_service().await;
    let (reference, id) = service.published_note().await;
    service.deliver_all().await;
    service.app.clock.advance(SignedDuration::from_hours(24 * 800));
    purge(&service.app.store, &TimeZone::UTC, service.now(), false).await.unwrap();
    assert_eq!(service.stored().await, 0);
    let before = service.mails.sent().len();

    let path = format!("{}/retirer/{id}", service.access(CADRE).await);
    let go = [("_decision", "retirer"), ("_mots", "On y reconnaît quelqu’un")];
    for _ in 0..2 {
        assert_eq!(service.post(&path, &go).await.status, StatusCode::SEE_OTHER);
    }
    assert!(matches!(service.publish().await, Did::Stopped(_)));
    service.deliver_all().await;

    let publication = service.app.store.publication(&id).await.unwrap().unwrap();
    assert_eq!(publication.status, Status::Withdrawn);
    assert_eq!(publication.reason.as_deref(), Some("On y reconnaît quelqu’un"));
    // As what, and not who: nobody's address outlives what was sent.
    assert_eq!(publication.stopped_by, Some(StoppedBy::Supervisor));
    let page = service.get(&path).await.body;
    assert!(page.contains("Demandé par le cadre de proximité."), "{page}");
    let mails = service.mails.sent();
    let told = mails[before..].iter().filter(|mail| mail.text.contains("On y reconnaît quelqu’un"));
    let mut told: Vec<String> = told
        .inspect(|mail| assert!(mail.text.contains(&reference) && mail.html.contains("Gériatrie"), "{}", mail.text))
        .inspect(|mail| assert!(mail.text.contains("retirée du site par le cadre de proximité"), "{}", mail.text))
        .map(|mail| mail.recipient.to_string())
        .collect();
    told.sort();
    assert_eq!(told, [CADRE, DAY, PORTAL, NIGHT]);
}
