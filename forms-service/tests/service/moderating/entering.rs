//! Who is let in, for how long, and as whom they act.

use std::sync::Arc;

use axum::http::{HeaderName, StatusCode};
use forms_service::app::App;
use forms_service::client::TrustedProxies;
use forms_service::limits::{Limits, Quota};
use forms_service::metrics::Metrics;
use forms_service::router::router;
use generator::guard::Guard;
use jiff::SignedDuration;
use tower::ServiceExt;

use super::{CADRE, CAMILLE, DAY, NIGHT, PORTAL, WRITTEN};
use crate::support::{FALLBACK, encode, post_request, spawn_service, spawn_service_with};

#[tokio::test]
async fn whoever_holds_a_role_is_mailed_a_link_and_the_answer_says_nothing_of_it() {
    let service = spawn_service_with(
        "portail: {moderateurs: [moderation@exemple.fr]}\nespaces: {geriatrie: {cadre: [cadre@exemple.fr]}}",
    )
    .await;
    assert_eq!(service.get("/moderation/").await.status, StatusCode::OK);
    assert_eq!(service.get("/moderation").await.status, StatusCode::PERMANENT_REDIRECT);

    let mut answers = Vec::new();
    for address in [CADRE, "CADRE@exemple.fr", PORTAL, FALLBACK, "inconnue@exemple.fr", CAMILLE] {
        answers.push(service.post("/moderation/", &[("adresse", address)]).await);
    }

    assert!(answers.iter().all(|answer| answer.status == StatusCode::OK && answer.body == answers[0].body));
    service.deliver_all().await;
    assert_eq!(service.recipients(), [CADRE, PORTAL, FALLBACK]);
    // As much is written for whoever is known as for whoever is not.
    assert_eq!(service.dump().await["access_requests"].len(), 5);
    for nothing in ["", "cadre", "cadre@"] {
        let answer = service.post("/moderation/", &[("adresse", nothing)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{nothing}");
    }
}

#[tokio::test]
async fn one_address_is_mailed_one_link_in_ten_minutes() {
    let service = spawn_service().await;
    let ask = async || service.post("/moderation/", &[("adresse", DAY)]).await.status;
    let asked = futures_util::future::join_all((0..20).map(|_| ask())).await;
    assert!(asked.iter().all(|status| *status == StatusCode::OK));
    service.deliver_all().await;
    assert_eq!(service.recipients(), [DAY]);

    service.app.clock.advance(SignedDuration::from_mins(9));
    ask().await;
    service.deliver_all().await;
    assert_eq!(service.recipients(), [DAY]);
    service.app.clock.advance(SignedDuration::from_mins(2));
    ask().await;
    service.deliver_all().await;
    assert_eq!(service.recipients(), [DAY, DAY]);
    // A clock that is set back locks nobody out.
    service.app.clock.advance(SignedDuration::from_hours(-24));
    ask().await;
    service.deliver_all().await;
    assert_eq!(service.recipients(), [DAY, DAY, DAY]);
}

#[tokio::test]
async fn a_link_opens_the_page_for_an_hour_and_one_button_mails_another() {
    let service = spawn_service().await;
    let link = service.access(DAY).await;
    assert_eq!(service.get(&link).await.status, StatusCode::OK);
    service.app.clock.advance(SignedDuration::from_mins(61));

    let old = service.get(&link).await;
    assert_eq!(old.status, StatusCode::GONE);
    assert!(old.body.contains("Recevoir un nouveau lien"), "{}", old.body);
    let acted = service.post(&format!("{link}/preferences"), &[("_courriels", "resume")]).await;
    assert_eq!(acted.status, StatusCode::GONE);
    assert!(!service.app.store.wants_digest(&DAY.parse().unwrap()).await.unwrap());

    let renew = format!("{}/renouveler", link.trim_end_matches('/'));
    assert_eq!(service.post(&renew, &[("_renouveler", "oui")]).await.status, StatusCode::OK);
    assert_eq!(service.post(&renew, &[("_renouveler", "oui")]).await.status, StatusCode::OK);
    service.deliver_all().await;
    let links = service.links(DAY, "/moderation/espace/");
    assert_eq!(links.len(), 2);
    assert_eq!(service.get(&links[1]).await.status, StatusCode::OK);
    assert_eq!(service.get("/moderation/espace/AAAA").await.status, StatusCode::NOT_FOUND);
}

/// Where the hospital's sign-on is asked for, a link alone does nothing.
#[tokio::test]
async fn each_action_asks_for_the_identity_that_a_trusted_proxy_says() {
    let service = spawn_service().await;
    let (reference, id) = service.published_note().await;
    let (open, apart) = (service.post_note("geriatrie", WRITTEN).await, service.trap("geriatrie").await);
    let signed = service.confirmed_sign_up().await;
    let link = service.access(DAY).await;
    let app = Arc::new(App {
        site: service.app.site.clone(),
        store: service.app.store.clone(),
        key: service.app.key.clone(),
        clock: service.app.clock.clone(),
        wake: service.app.wake.clone(),
        fallback: service.app.fallback.clone(),
        guard: Guard::default(),
        demonstration: Some(8080),
        proxies: TrustedProxies::default(),
        limits: Limits::new(Quota::default()),
        metrics: Metrics::default(),
        progress: service.app.progress.clone(),
        publish: service.app.publish.clone(),
        identity_header: Some(HeaderName::from_static("x-identite")),
    });
    let router = router(app, axum::Router::new());
    let before = service.dump().await;
    let acts: [(String, Vec<(&str, &str)>); 8] = [
        (format!("{link}/envoi/{open}"), vec![("_version", "1"), ("_decision", "approuver")]),
        (format!("{link}/envoi/{apart}/quarantaine"), vec![("_decision", "liberer")]),
        (
            format!("{link}/envoi/{signed}/sanction"),
            vec![("_sanction", "exclure"), ("_mots", "x"), ("_dernier", "2026-12-31")],
        ),
        (format!("{link}/retirer/{id}"), vec![("_decision", "retirer"), ("_mots", "x")]),
        (format!("{link}/quarantaine"), vec![("_envoi", &apart)]),
        (
            format!("{link}/delegations"),
            vec![
                ("_role", "geriatrie|moderateurs"),
                ("_personne", CAMILLE),
                ("_premier", "2026-11-23"),
                ("_dernier", "2026-11-24"),
            ],
        ),
        (format!("{link}/preferences"), vec![("_courriels", "resume")]),
        (format!("{link}/exclusions"), vec![("_exclusion", &reference)]),
    ];
    for (path, post) in &acts {
        for identity in [None, Some(NIGHT)] {
            let mut headers = vec![("sec-fetch-site", "same-origin")];
            headers.extend(identity.map(|person| ("x-identite", person)));
            let mut request = post_request(path, &headers, &encode(post));
            request
                .extensions_mut()
                .insert(axum::extract::ConnectInfo::<std::net::SocketAddr>("127.0.0.1:5".parse().unwrap()));
            let answer = router.clone().oneshot(request).await.unwrap();
            assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{path} {identity:?}");
        }
    }
    assert_eq!(service.dump().await, before);
    for (path, post) in &acts {
        let answer = service.post(path, post).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "the same posts act where it is not asked for: {path}");
    }
}
