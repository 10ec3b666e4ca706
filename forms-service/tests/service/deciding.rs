//! Deciding by the link of a mail: once, by whoever may, and never by opening it.

use axum::http::StatusCode;
use forms_service::publish::publisher::Did;
use forms_service::store::submissions::State;

use crate::support::{Service, spawn_service};

const APPROVE: [(&str, &str); 1] = [("_decision", "approuver")];

/// A post-it in geriatrie, its mails delivered.
async fn noted(service: &Service) -> String {
    let reference = service.post_note("geriatrie", "Merci à l’équipe de nuit").await;
    service.deliver_all().await;
    reference
}

#[tokio::test]
async fn a_moderators_click_publishes() {
    let service = spawn_service().await;
    let reference = noted(&service).await;
    let link = service.decision_link("jour@exemple.fr");

    let page = service.get(&link).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    assert!(page.body.contains("Merci à l’équipe de nuit"), "{}", page.body);

    let decided = service.post(&link, &APPROVE).await;
    assert_eq!(decided.status, StatusCode::SEE_OTHER, "{}", decided.body);
    assert_eq!(service.state(&reference).await, State::Approved);

    assert!(matches!(service.publish().await, Did::Published(_)));
    assert_eq!(service.state(&reference).await, State::Published);
    let publication = service.app.store.publications().await.unwrap().remove(0);
    let wall = service.get(publication.url.as_deref().unwrap()).await;
    assert_eq!(wall.status, StatusCode::OK);
    assert!(wall.body.contains("Merci à l’équipe de nuit"), "{}", wall.body);
}

#[tokio::test]
async fn opening_a_moderation_link_decides_nothing() {
    let service = spawn_service().await;
    let reference = noted(&service).await;
    let link = service.decision_link("jour@exemple.fr");
    for _ in 0..3 {
        assert_eq!(service.get(&link).await.status, StatusCode::OK);
    }
    for nothing in [vec![], vec![("_mots", "")], vec![("_phrase", "")], vec![("_decision", "")]] {
        let answer = service.post(&link, &nothing).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{nothing:?}");
    }
    assert_eq!(service.state(&reference).await, State::Received);
    assert_eq!(service.stored_as(&reference).await.version, 1);
}

#[tokio::test]
async fn a_hundred_decisions_at_once_are_one() {
    let service = spawn_service().await;
    let reference = noted(&service).await;
    let links = [service.decision_link("jour@exemple.fr"), service.decision_link("nuit@exemple.fr")];
    let decide = |at: usize| {
        let (service, link) = (&service, links[at % 2].clone());
        async move {
            let refuse = [("_decision", "refuser"), ("_mots", "Trop long")];
            if at % 3 == 0 { service.post(&link, &refuse).await } else { service.post(&link, &APPROVE).await }
        }
    };
    let answers = futures_util::future::join_all((0..100).map(decide)).await;
    let taken = answers.iter().filter(|answer| answer.status == StatusCode::SEE_OTHER).count();
    assert_eq!(taken, 1);
    let late = answers.iter().find(|answer| answer.status == StatusCode::CONFLICT).unwrap();
    assert!(late.body.contains("exemple.fr (modération)"), "{}", late.body);
    let id = service.stored_as(&reference).await.id;
    assert_eq!(service.app.store.trace(id).await.unwrap().len(), 1);
}
