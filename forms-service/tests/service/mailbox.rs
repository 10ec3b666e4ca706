//! The embedded mailbox of a demonstration.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use forms_service::mail::transport::Transport;
use forms_service::outbox::Delivery;

use crate::support::{Service, spawn_production, spawn_service};

/// Delivers all that waits to the embedded mailbox.
pub async fn deliver_to_mailbox(service: &Service) {
    let transport = Transport::Mailbox(service.app.store.clone());
    let deliver = || async { service.outbox(transport.clone()).deliver_next(service.now()).await.unwrap() };
    while deliver().await != Delivery::Idle {}
}

#[tokio::test]
async fn the_mailbox_shows_the_mails_that_would_have_been_sent() {
    let service = spawn_service().await;
    let reference = service.post_note("geriatrie", "Merci <b>à tous</b>").await;
    deliver_to_mailbox(&service).await;

    let list = service.get("/_courrier/").await;
    let id = service.app.store.mailbox().await.unwrap()[0].id;
    let mail = service.get(&format!("/_courrier/{id}/")).await;
    let html = service.get(&format!("/_courrier/{id}/html")).await;

    assert_eq!(list.status, StatusCode::OK);
    assert!(list.body.contains("Nouveau post-it pour Gériatrie") && list.body.contains("jour@exemple.fr"));
    assert!(list.body.contains(&format!("/_courrier/{id}/")), "{}", list.body);
    assert_eq!(mail.status, StatusCode::OK);
    assert!(mail.body.contains(&reference) && mail.body.contains("Merci &lt;b&gt;à tous"), "{}", mail.body);
    assert!(mail.header("content-security-policy").contains("frame-src 'self'"));
    assert_eq!(html.status, StatusCode::OK);
    assert!(html.body.contains("Merci &lt;b&gt;à tous"), "{}", html.body);
    let policy = html.header("content-security-policy");
    assert!(policy.contains("sandbox") && policy.contains("frame-ancestors 'self'"), "{policy}");
    assert!(!policy.contains("script-src") && !policy.contains("unsafe"), "{policy}");
}

#[tokio::test]
async fn delivering_twice_leaves_one_mail() {
    let service = spawn_service().await;
    service.post_note("accueil", "Merci").await;
    let lease_ends = jiff::SignedDuration::from_mins(2);
    let mail = {
        deliver_to_mailbox(&service).await;
        service.app.clock.advance(lease_ends);
        deliver_to_mailbox(&service).await;
        service.app.store.mailbox().await.unwrap()
    };
    assert_eq!(mail.len(), 1);
}

#[tokio::test]
async fn the_mailbox_is_there_for_this_machine_only() {
    let service = spawn_service().await;
    service.post_note("geriatrie", "Merci").await;
    deliver_to_mailbox(&service).await;
    let id = service.app.store.mailbox().await.unwrap()[0].id;

    for path in ["/_courrier/", &format!("/_courrier/{id}/"), &format!("/_courrier/{id}/html")] {
        let request = |headers: &[(&str, &str)]| {
            headers.iter().fold(Request::get(path), |request, (name, value)| request.header(*name, *value))
        };
        let local = ("host", "localhost:8080");
        for (peer, headers) in [
            ("192.0.2.7:50000", &[local][..]),
            ("[2001:db8::1]:50000", &[local]),
            ("127.0.0.1:50000", &[("host", "portail.exemple.fr")]),
            ("127.0.0.1:50000", &[("host", "127.0.0.1.exemple.fr")]),
            ("127.0.0.1:50000", &[]),
            ("127.0.0.1:50000", &[local, ("forwarded", "for=192.0.2.7")]),
            ("127.0.0.1:50000", &[local, ("x-forwarded-for", "192.0.2.7")]),
            ("127.0.0.1:50000", &[local, ("x-forwarded-proto", "https")]),
            ("127.0.0.1:50000", &[local, ("x-real-ip", "192.0.2.7")]),
            ("127.0.0.1:50000", &[local, ("via", "1.1 relais")]),
            ("127.0.0.1:50000", &[local, ("host", "portail.exemple.fr")]),
        ] {
            let answer = service.send_from(peer, request(headers).body(Body::empty()).unwrap()).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path} {peer} {headers:?}");
            assert!(!answer.body.contains("exemple.fr</td>") && !answer.body.contains("Merci"));
        }
        for (peer, host) in [("127.0.0.1:1", "127.0.0.1:8080"), ("[::1]:1", "[::1]:8080"), ("127.0.0.1:1", "localhost")]
        {
            let answer = service.send_from(peer, request(&[("host", host)]).body(Body::empty()).unwrap()).await;
            assert_eq!(answer.status, StatusCode::OK, "{path} {peer} {host}");
        }
    }
}

#[tokio::test]
async fn there_is_no_mailbox_in_production() {
    let service = spawn_production().await;
    for path in ["/_courrier/", "/_courrier", "/_courrier/019ab000-0000-7000-8000-000000000001/"] {
        assert_eq!(service.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn a_mail_that_is_not_there_is_not_found() {
    let service = spawn_service().await;
    for path in ["/_courrier/x/", "/_courrier/019ab000-0000-7000-8000-000000000001/", "/_courrier/a/b/c"] {
        assert_eq!(service.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}
