//! What every answer says to the browser, what health says to a machine, what failures show.

use axum::http::StatusCode;

use crate::support::{post_request, spawn_service};

#[tokio::test]
async fn everything_that_is_served_has_a_strict_policy() {
    let service = spawn_service().await;
    let reference = service.post_note("geriatrie", "Merci").await;
    for path in [
        "/formulaires/post-it/",
        "/formulaires/post-it",
        "/formulaires/inconnu/",
        &format!("/formulaires/post-it/merci/?reference={reference}"),
        "/sante",
        "/_courrier/",
        "/nulle-part",
    ] {
        let answer = service.get(path).await;
        let policy = answer.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
        assert!(policy.contains("frame-ancestors 'none'") && policy.contains("form-action 'self'"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
        assert!(answer.header("permissions-policy").contains("camera=()"), "{path}");
        assert_eq!(answer.header("set-cookie"), "", "{path}");
    }
}

#[tokio::test]
async fn what_is_kept_for_later_is_nowhere_yet() {
    let service = spawn_service().await;
    for path in ["/suivi/K7M2Q9XB01", "/moderation/", "/moderation/abc/def"] {
        let answer = service.get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert!(answer.body.contains("Cette page n’existe pas"), "{path}");
    }
    let answer = service.send(post_request("/sante", &[], "")).await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    assert!(answer.header("allow").contains("GET"));
}

#[tokio::test]
async fn all_else_is_files() {
    let service = spawn_service().await;
    let home = service.get("/").await;
    assert_eq!(home.status, StatusCode::OK);
    assert!(home.body.contains("Portail d’essai") && !home.header("content-security-policy").is_empty());
    assert_eq!(service.get("/formulaires/").await.status, StatusCode::OK);
    assert_eq!(service.get("/contact").await.header("location"), "/contact/");

    let missing = service.get("/nulle-part").await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    assert!(missing.body.contains("<html lang=\"fr\">"));
    let posted = service.send(post_request("/contact/", &[], "")).await;
    assert_eq!(posted.status, StatusCode::METHOD_NOT_ALLOWED);
    assert!(posted.body.contains("ne s’utilise pas") && posted.header("allow") == "GET, HEAD");
}

#[tokio::test]
async fn health_counts_and_says_how_long_the_oldest_mail_waits() {
    let service = spawn_service().await;
    let health = |body: &str| serde_json::from_str::<serde_json::Value>(body).unwrap();
    let empty = service.get("/sante").await;
    assert_eq!(empty.status, StatusCode::OK);
    assert_eq!(health(&empty.body)["mails"]["oldest_waiting_seconds"], serde_json::Value::Null);

    service.post_note("geriatrie", "Merci").await;
    service.app.clock.advance(jiff::SignedDuration::from_secs(90));
    service.deliver().await;

    let report = health(&service.get("/sante").await.body);
    assert_eq!((&report["live"], &report["ready"]), (&true.into(), &true.into()));
    assert_eq!(report["submissions"]["received"], 1);
    assert_eq!((&report["mails"]["waiting"], &report["mails"]["sent"]), (&1.into(), &1.into()));
    assert_eq!(report["mails"]["oldest_waiting_seconds"], 90);
}

#[tokio::test]
async fn a_failure_of_ours_shows_a_reference_and_nothing_else() {
    let service = spawn_service().await;
    let key = service.key("post-it").await;
    service.app.store.close().await;

    let answer =
        service.post("/formulaires/post-it/", &[("_cle", &key), ("espace", "geriatrie"), ("message", "Merci")]).await;

    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(answer.body.contains("Le portail a un problème") && answer.body.contains("référence"));
    assert!(!answer.body.contains("pool") && !answer.body.contains("sqlx"), "{}", answer.body);
    let health = service.get("/sante").await;
    assert_eq!(health.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(health.body.contains("\"ready\":false"));
}
