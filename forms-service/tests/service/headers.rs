//! What every answer says to the browser, what health says to a machine, what failures show.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use forms_service::limits::Quota;

use crate::mailbox::deliver_to_mailbox;
use crate::support::{Answer, Service, encode, post_request, spawn_limited, spawn_production, spawn_service};

/// What every answer says to the browser, whatever it is.
fn assert_guarded(answer: &Answer, what: &str) {
    let policy = answer.header("content-security-policy");
    assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{what}: {policy}");
    assert!(policy.contains("base-uri 'none'") && policy.contains("form-action '"), "{what}: {policy}");
    assert!(policy.contains("frame-ancestors '"), "{what}: {policy}");
    assert_eq!(answer.header("x-content-type-options"), "nosniff", "{what}");
    assert_eq!(answer.header("referrer-policy"), "same-origin", "{what}");
    assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin", "{what}");
    assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin", "{what}");
    assert!(answer.header("permissions-policy").contains("camera=()"), "{what}");
    for name in ["set-cookie", "server", "x-powered-by", "via"] {
        assert!(!answer.headers.contains_key(name), "{what}: {name}");
    }
    for name in answer.headers.keys() {
        assert_eq!(answer.headers.get_all(name).iter().count(), 1, "{what}: {name} twice");
    }
    let kept = answer.header("cache-control");
    let is_ours = ["/formulaires/post-it/", "/suivi/", "/moderation/", "/_courrier/", "/sante"]
        .iter()
        .any(|path| what.contains(path));
    assert!(!is_ours || answer.status.is_redirection() || kept == "no-store", "{what}: {kept}");
}

/// Answers met so far, each checked.
#[derive(Default)]
struct Walk(BTreeSet<u16>);

impl Walk {
    async fn meet(&mut self, service: &Service, request: Request<Body>) {
        let what = format!("{} {}", request.method(), request.uri());
        let answer = service.send(request).await;
        assert_guarded(&answer, &format!("{what}: {}", answer.status));
        self.0.insert(answer.status.as_u16());
    }

    async fn post(&mut self, service: &Service, pairs: &[(&str, &str)]) {
        let request = post_request("/formulaires/post-it/", &[("sec-fetch-site", "same-origin")], &encode(pairs));
        self.meet(service, request).await;
    }
}

#[tokio::test]
async fn every_route_method_and_outcome_has_the_strict_headers() {
    let (service, production) = (spawn_service().await, spawn_production().await);
    let mut walk = Walk::default();
    let reference = service.post_note("geriatrie", "Merci").await;
    deliver_to_mailbox(&service).await;
    let mail = service.app.store.mailbox().await.unwrap()[0].id;
    std::fs::write(service.folder().join("public/notice.pdf"), "%PDF-").unwrap();
    let paths = [
        "/".to_owned(),
        "/contact/".to_owned(),
        "/contact".to_owned(),
        "/notice.pdf".to_owned(),
        "/plan-du-site/".to_owned(),
        "/nulle-part".to_owned(),
        "/formulaires/".to_owned(),
        "/formulaires/post-it".to_owned(),
        "/formulaires/post-it/".to_owned(),
        "/formulaires/post-it/?espace=geriatrie".to_owned(),
        "/formulaires/ferme/".to_owned(),
        "/formulaires/inconnu/".to_owned(),
        "/formulaires/%ff/".to_owned(),
        "/formulaires/post-it/merci/".to_owned(),
        format!("/formulaires/post-it/merci/?reference={reference}"),
        "/suivi/K7M2Q9XB01".to_owned(),
        "/moderation/abc".to_owned(),
        "/sante".to_owned(),
        "/_courrier".to_owned(),
        "/_courrier/".to_owned(),
        format!("/_courrier/{mail}"),
        format!("/_courrier/{mail}/"),
        format!("/_courrier/{mail}/html"),
        "/_courrier/rien/".to_owned(),
    ];
    for method in ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "BREW"] {
        for path in &paths {
            for service in [&service, &production] {
                let request = Request::builder().method(method).uri(path).header("host", "127.0.0.1:8080");
                walk.meet(service, request.body(Body::empty()).unwrap()).await;
            }
        }
    }

    let home = service.get("/notice.pdf").await;
    for (name, value) in
        [("if-modified-since", home.header("last-modified")), ("range", "bytes=0-1"), ("range", "bytes=99-")]
    {
        let request = Request::get("/notice.pdf").header(name, value).body(Body::empty()).unwrap();
        walk.meet(&service, request).await;
    }

    let (key, other) = (service.key("post-it").await, service.key("post-it").await);
    let post = [("_cle", key.as_str()), ("espace", "geriatrie"), ("message", "Merci")];
    walk.post(&service, &post).await;
    walk.post(&service, &[("_cle", &other)]).await;
    walk.post(&service, &post[1..]).await;
    walk.post(&service, &[&post[..], &[("_modifier", "oui")]].concat()).await;
    walk.post(&service, &[&post[..], &[("_version", "ancienne")]].concat()).await;
    walk.post(&service, &[&post[..], &[("inconnu", "x")]].concat()).await;
    let long = "a".repeat(65 * 1024);
    walk.post(&service, &[("message", &long)]).await;
    let (foreign, json) = (("sec-fetch-site", "cross-site"), Body::from("{}"));
    walk.meet(&service, post_request("/formulaires/post-it/", &[foreign], "")).await;
    walk.meet(&service, Request::post("/formulaires/post-it/").body(json).unwrap()).await;
    service.app.store.close().await;
    walk.post(&service, &[("_cle", &other), ("espace", "geriatrie"), ("message", "Merci")]).await;
    walk.meet(&service, Request::get("/sante").body(Body::empty()).unwrap()).await;

    let quota = Quota { per_client: 1.try_into().unwrap(), overall: 1.try_into().unwrap() };
    let stingy = spawn_limited(quota).await;
    for _ in 0..6 {
        walk.post(&stingy, &[("message", "Merci")]).await;
    }
    walk.meet(&stingy, post_request("/formulaires/post-it/", &[], "%ff")).await;

    // A body that never arrives; the clock of the machine is turned, nobody waits.
    tokio::time::pause();
    let silence = Body::from_stream(futures_util::stream::pending::<Result<Vec<u8>, std::io::Error>>());
    let kind = "application/x-www-form-urlencoded";
    let request = Request::post("/formulaires/post-it/").header("content-type", kind).body(silence).unwrap();
    walk.meet(&production, request).await;

    let met: Vec<u16> = walk.0.into_iter().collect();
    let all = [200, 206, 301, 303, 304, 308, 400, 403, 404, 405, 408, 409, 410, 413, 415, 416, 422, 429, 500, 503];
    assert_eq!(met, all);
}

#[tokio::test]
async fn what_is_kept_for_later_is_nowhere_yet() {
    let service = spawn_service().await;
    for path in ["/suivi/K7M2Q9XB01", "/moderation/abc", "/moderation/abc/def"] {
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
