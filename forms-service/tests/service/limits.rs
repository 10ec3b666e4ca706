//! Posts that are one too many: told when to come back, and nothing of what was typed is lost.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use forms_service::limits::{Limited, Quota};
use jiff::SignedDuration;

use crate::support::{Answer, Service, encode, post_request, spawn_limited, spawn_service};

const POST_IT: &str = "/formulaires/post-it/";
const CONTACT: &str = "/formulaires/contact/";

/// One post a minute and client, five in a row; ten in a row from everybody.
async fn spawn_stingy() -> Service {
    let quota = Quota { per_client: 1.try_into().unwrap(), overall: 2.try_into().unwrap() };
    spawn_limited(quota).await
}

/// Posts on behalf of somebody, as the proxy on this machine hands it over.
async fn post_for(service: &Service, client: &str, path: &str, pairs: &[(&str, &str)]) -> Answer {
    service.post_with(path, &[("sec-fetch-site", "same-origin"), ("x-forwarded-for", client)], pairs).await
}

async fn exhaust(service: &Service, client: &str) {
    for _ in 0..5 {
        let answer = post_for(service, client, POST_IT, &[("espace", "geriatrie")]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
}

#[tokio::test]
async fn over_the_limit_the_form_comes_back_with_what_was_typed_and_can_be_sent_a_little_later() {
    let service = spawn_stingy().await;
    let key = service.key("post-it").await;
    exhaust(&service, "192.0.2.7").await;
    let typed = [("_cle", key.as_str()), ("espace", "geriatrie"), ("message", "Un mot écrit longuement")];

    let page = post_for(&service, "192.0.2.7", POST_IT, &typed).await;

    assert_eq!((page.status, page.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "60"));
    assert!(
        page.body.contains("Beaucoup d’envois arrivent") && page.body.contains("60\u{a0}secondes"),
        "{}",
        page.body
    );
    assert!(page.body.contains("Un mot écrit longuement</textarea>"));
    assert!(page.body.contains("value=\"geriatrie\" selected"));
    assert_eq!(page.hidden("_cle"), key, "the sheet stays the same");
    assert_eq!(page.header("cache-control"), "no-store");
    assert_eq!(service.stored().await, 0);

    service.app.clock.advance(SignedDuration::from_secs(59));
    let early = post_for(&service, "192.0.2.7", POST_IT, &typed).await;
    assert_eq!((early.status, early.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "1"));
    service.app.clock.advance(SignedDuration::from_secs(1));
    post_for(&service, "192.0.2.7", POST_IT, &typed).await.reference();
    assert_eq!(service.stored().await, 1);
}

#[tokio::test]
async fn over_the_limit_the_check_page_comes_back_and_one_click_sends_it_later() {
    let service = spawn_stingy().await;
    let key = service.key("contact").await;
    exhaust(&service, "192.0.2.7").await;
    let confirmed = [("_cle", key.as_str()), ("message", "Bonjour, une question"), ("_confirme", "oui")];

    let page = post_for(&service, "192.0.2.7", CONTACT, &confirmed).await;

    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(page.body.contains("Beaucoup d’envois arrivent") && page.body.contains("name=\"_confirme\""));
    assert_eq!((page.hidden("_cle"), page.hidden("message")), (key.clone(), "Bonjour, une question".to_owned()));
    assert_eq!(service.stored().await, 0);
    service.app.clock.advance(SignedDuration::from_mins(1));
    post_for(&service, "192.0.2.7", CONTACT, &confirmed).await.reference();
}

#[tokio::test]
async fn over_the_limit_a_post_that_cannot_be_read_gets_a_plain_page() {
    let service = spawn_stingy().await;
    exhaust(&service, "127.0.0.1").await;
    for body in ["message=%E9", "message=%00"] {
        let page = service.send(post_request(POST_IT, &[("sec-fetch-site", "same-origin")], body)).await;
        assert_eq!((page.status, page.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "60"));
        assert!(page.body.contains("Beaucoup d’envois arrivent") && page.body.contains("<html lang=\"fr\">"));
    }
}

#[tokio::test]
async fn reading_is_not_limited_and_neither_are_others() {
    let service = spawn_stingy().await;
    exhaust(&service, "192.0.2.7").await;

    for _ in 0..20 {
        let read = Request::get(POST_IT).header("x-forwarded-for", "192.0.2.7").body(Body::empty()).unwrap();
        assert_eq!(service.send(read).await.status, StatusCode::OK);
    }
    let other = post_for(&service, "192.0.2.8", POST_IT, &[("espace", "geriatrie")]).await;
    assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn nobodys_mailbox_is_filled_by_whoever_types_its_address() {
    let service = spawn_service().await;
    let send = |number: usize, address: &'static str| {
        let service = &service;
        async move {
            let (key, message) = (service.key("post-it").await, format!("Merci {number}"));
            let post =
                [("_cle", key.as_str()), ("espace", "geriatrie"), ("message", message.as_str()), ("courriel", address)];
            // From wherever it comes, and however it is written.
            post_for(service, &format!("192.0.2.{number}"), POST_IT, &post).await
        }
    };
    let mut taken = 0;
    let refused = loop {
        let address = ["alix@exemple.fr", "Alix@EXEMPLE.fr"][taken % 2];
        let answer = send(taken, address).await;
        match answer.status {
            StatusCode::SEE_OTHER => taken += 1,
            _ => break answer,
        }
        assert!(taken < 100, "it is never enough");
    };
    assert!((20..30).contains(&taken), "{taken}");
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(refused.body.contains("faits avec cette adresse"), "{}", refused.body);
    assert!(refused.body.contains(&format!("Merci {taken}")), "what was typed is there: {}", refused.body);
    service.deliver_all().await;
    let mailed = service.recipients().iter().filter(|one| one.eq_ignore_ascii_case("alix@exemple.fr")).count();
    assert_eq!(mailed, taken);

    // Nobody else waits for it, and it is over after a while.
    assert_eq!(send(40, "camille@exemple.fr").await.status, StatusCode::SEE_OTHER);
    service.app.clock.advance(SignedDuration::from_mins(6));
    assert_eq!(send(41, "alix@exemple.fr").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn everybody_together_has_a_limit_too() {
    let service = spawn_stingy().await;
    exhaust(&service, "192.0.2.7").await;
    exhaust(&service, "192.0.2.8").await;
    let third = post_for(&service, "192.0.2.9", POST_IT, &[]).await;
    assert_eq!((third.status, third.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "30"));
    assert_eq!(service.app.limits.refused(Limited::Posts), 1);
}

#[tokio::test]
async fn an_invented_address_does_not_give_another_turn() {
    let service = spawn_stingy().await;
    exhaust(&service, "192.0.2.7").await;
    for invented in ["198.51.100.1, 192.0.2.7", "127.0.0.1, 192.0.2.7", "garbage, 192.0.2.7", "[::ffff:192.0.2.7]:99"] {
        let page = post_for(&service, invented, POST_IT, &[("espace", "geriatrie")]).await;
        assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS, "{invented}");
    }
    // Whoever speaks to us directly and is no proxy of ours speaks for themselves alone.
    let mut answers = Vec::new();
    for number in 1..=6 {
        let claim = format!("198.51.100.{number}");
        let headers = [("sec-fetch-site", "same-origin"), ("x-forwarded-for", claim.as_str())];
        answers.push(service.send_from("203.0.113.5:4000", post_request(POST_IT, &headers, "")).await.status);
    }
    assert_eq!(answers[..5], [StatusCode::UNPROCESSABLE_ENTITY; 5]);
    assert_eq!(answers[5], StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn addresses_of_one_ipv6_network_are_one_client() {
    let service = spawn_stingy().await;
    exhaust(&service, "2001:db8:1:2::1").await;
    let sibling = post_for(&service, "2001:db8:1:2:3:4:5:6", POST_IT, &[("espace", "geriatrie")]).await;
    assert_eq!(sibling.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn three_hundred_people_behind_one_address_are_let_through_after_a_meeting() {
    let service = spawn_service().await;
    let key = service.key("contact").await;
    for person in 0..300 {
        let message = format!("Le mot de la personne {person}");
        let answers = [("_cle", key.as_str()), ("message", message.as_str())];
        let check = post_for(&service, "192.0.2.7", CONTACT, &answers).await;
        assert_eq!(check.status, StatusCode::OK, "{person}");
        let body = encode(&[&answers[..], &[("_confirme", "oui")]].concat());
        let headers = [("sec-fetch-site", "same-origin"), ("x-forwarded-for", "192.0.2.7")];
        service.send(post_request(CONTACT, &headers, &body)).await.reference();
    }
    assert_eq!(service.stored().await, 300);
}
