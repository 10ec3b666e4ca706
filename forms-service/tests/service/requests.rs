//! Requests that no browser of ours makes, over real sockets: each has an answer, and none a
//! submission.

use axum::http::StatusCode;
use forms_service::serve::listener::Bounds;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::support::{
    Answer, Served, changed_portal, encode, parse_answer, patiently, post_bytes, post_request, read_answer,
    spawn_service,
};

const POST_IT: &str = "/formulaires/post-it/";

/// A request without a body, after which the connection ends.
fn request(line: &str) -> Vec<u8> {
    format!("{line} HTTP/1.1\r\nhost: 127.0.0.1:8080\r\nconnection: close\r\n\r\n").into_bytes()
}

/// A post with these header lines and this body, exactly.
fn raw_post(lines: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "POST {POST_IT} HTTP/1.1\r\nhost: 127.0.0.1:8080\r\nconnection: close\r\nsec-fetch-site: same-origin\r\n\
         content-type: application/x-www-form-urlencoded\r\n{lines}\r\n"
    );
    [head.as_bytes(), body].concat()
}

/// Sends what is less than it promises, hangs up, and reads what comes back.
async fn exchange_half(served: &Served, bytes: &[u8]) -> Option<Answer> {
    let mut stream = served.connect().await;
    stream.write_all(bytes).await.unwrap();
    stream.shutdown().await.unwrap();
    let mut answer = Vec::new();
    let _ = patiently(stream.read_to_end(&mut answer)).await;
    parse_answer(&answer)
}

#[tokio::test]
async fn a_single_answer_given_twice_is_refused_with_a_page_and_stores_nothing() {
    let service = spawn_service().await;
    let page = service.get(POST_IT).await;
    let (key, version) = (page.hidden("_cle"), page.hidden("_version"));
    let complete = [
        ("_cle", key.as_str()),
        ("_version", version.as_str()),
        ("espace", "geriatrie"),
        ("message", "Merci"),
        ("courriel", "prenom.nom@exemple.fr"),
        ("_confirme", "oui"),
        ("_modifier", ""),
        ("_averti", ""),
        ("_adresse_web", ""),
    ];
    for (name, value) in complete {
        for second in [value, "autre"] {
            let body = encode(&[&complete[..], &[(name, second)]].concat());
            let answer = service.send(post_request(POST_IT, &[("sec-fetch-site", "same-origin")], &body)).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{name} twice: {second}");
            assert!(answer.body.contains("pas compris votre envoi") && answer.body.contains("<html lang=\"fr\">"));
        }
    }
    assert_eq!(service.stored().await, 0);
    service.post(POST_IT, &complete).await.reference();
}

#[tokio::test]
async fn a_question_with_several_answers_takes_several() {
    let service = spawn_service().await;
    service.app.site.replace(changed_portal("formulaires/post-it.yaml", |yaml| {
        yaml.replace(
            "conservation: {",
            "      - nom: themes\n        type: choix-multiple\n        etiquette: Thèmes\n        \
             options: [{valeur: merci, libelle: Merci}, {valeur: idee, libelle: Idée}]\n        \
             erreurs: {inconnu: \"Choisissez dans la liste.\"}\nconservation: {",
        )
    }));
    let key = service.key("post-it").await;
    let post = [
        ("_cle", key.as_str()),
        ("espace", "geriatrie"),
        ("message", "Merci"),
        ("themes", "merci"),
        ("themes", "idee"),
    ];
    service.post(POST_IT, &post).await.reference();
}

#[tokio::test]
async fn a_body_that_arrives_in_pieces_is_a_post_like_any_other() {
    let service = spawn_service().await;
    let served = service.serve(Bounds::default()).await;
    let body = encode(&[("_cle", &service.key("post-it").await), ("espace", "geriatrie"), ("message", "Merci")]);
    let (first, second) = body.split_at(20);
    let chunked = format!("{:x}\r\n{first}\r\n{:x};note=x\r\n{second}\r\n0\r\n\r\n", first.len(), second.len());

    let answer = served.exchange(&raw_post("transfer-encoding: chunked\r\n", chunked.as_bytes())).await;

    answer.reference();
    assert_eq!(service.stored().await, 1);
}

#[tokio::test]
async fn a_browser_that_asks_before_it_sends_is_told_to_go_on_or_refused_at_once() {
    let service = spawn_service().await;
    let served = service.serve(Bounds::default()).await;
    let body = encode(&[("_cle", &service.key("post-it").await), ("espace", "geriatrie"), ("message", "Merci")]);
    let mut stream = served.connect().await;
    let lines = format!("expect: 100-continue\r\ncontent-length: {}\r\n", body.len());
    stream.write_all(&raw_post(&lines, b"")).await.unwrap();
    let mut go_on = [0; 25];
    patiently(stream.read_exact(&mut go_on)).await.unwrap();
    assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(body.as_bytes()).await.unwrap();
    read_answer(&mut stream).await.reference();

    let large = "expect: 100-continue\r\ncontent-length: 99999999\r\n";
    let answer = served.exchange(&raw_post(large, b"")).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(service.stored().await, 1);
}

#[tokio::test]
async fn a_length_that_is_no_truth_stores_nothing() {
    let service = spawn_service().await;
    let served = service.serve(Bounds::default()).await;
    let body = encode(&[("_cle", &service.key("post-it").await), ("espace", "geriatrie"), ("message", "Merci")]);
    let length = body.len();
    let chunk = format!("{length:x}\r\n{body}\r\n");

    for (lines, body) in [
        (format!("content-length: {}\r\n", length + 1), body.clone()),
        (format!("content-length: {length}\r\ncontent-length: {}\r\n", length - 1), body.clone()),
        (format!("content-length: {length}, {length}1\r\n"), body.clone()),
        (format!("content-length: -{length}\r\n"), body.clone()),
        (format!("content-length: +{length}\r\n"), body.clone()),
        ("content-length: 99999999999999999999999\r\n".to_owned(), body.clone()),
        ("transfer-encoding: chunked\r\n".to_owned(), chunk.clone()),
        ("transfer-encoding: chunked\r\n".to_owned(), format!("zz\r\n{body}\r\n0\r\n\r\n")),
        ("transfer-encoding: chunked\r\n".to_owned(), format!("fffffffffffffffff\r\n{body}\r\n0\r\n\r\n")),
        ("transfer-encoding: chunked\r\n".to_owned(), format!("{:x}\r\n{body}\r\n0\r\n\r\n", length - 1)),
        ("transfer-encoding: gzip\r\n".to_owned(), body.clone()),
        ("transfer-encoding: chunked, gzip\r\n".to_owned(), format!("{chunk}0\r\n\r\n")),
        // No length is no body.
        (String::new(), body.clone()),
    ] {
        let answer = exchange_half(&served, &raw_post(&lines, body.as_bytes())).await;
        if let Some(answer) = answer {
            assert!(answer.status.is_client_error() || answer.status == StatusCode::OK, "{lines}: {}", answer.status);
        }
        assert_eq!(service.stored().await, 0, "{lines}");
    }
}

#[tokio::test]
async fn a_body_in_pieces_has_the_same_bound() {
    let service = spawn_service().await;
    let served = service.serve(Bounds::default()).await;
    let chunk = format!("10000\r\n{}\r\n", "a".repeat(0x10000));
    for chunks in [2, 8] {
        let body = format!("{}0\r\n\r\n", chunk.repeat(chunks));
        let answer = served.exchange(&raw_post("transfer-encoding: chunked\r\n", body.as_bytes())).await;
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
        assert!(answer.body.contains("trop long"));
    }
}

#[tokio::test]
async fn other_methods_are_refused_and_reading_the_head_is_reading() {
    let service = spawn_service().await;
    let served = service.serve(Bounds::default()).await;
    for (line, status) in [
        ("HEAD /formulaires/post-it/", 200),
        ("HEAD /sante", 200),
        ("HEAD /", 200),
        ("HEAD /nulle-part", 404),
        ("HEAD /formulaires/inconnu/", 404),
        ("HEAD /formulaires/post-it", 301),
        ("OPTIONS /formulaires/post-it/", 405),
        ("OPTIONS /", 405),
        ("PUT /formulaires/post-it/", 405),
        ("DELETE /sante", 405),
        ("PATCH /contact/", 405),
        ("TRACE /", 405),
        ("TRACE /formulaires/post-it/", 405),
        ("BREW /", 405),
        ("get /", 405),
        ("POST /_courrier/", 405),
        ("PROPFIND /moderation/x", 404),
    ] {
        let answer = served.exchange(&request(line)).await;
        assert_eq!(answer.status, status, "{line}");
        assert_eq!(answer.body.is_empty(), line.starts_with("HEAD"), "{line}: {}", answer.body);
        assert!(!answer.body.contains("host: 127.0.0.1"), "nothing is sent back as it came");
        assert_eq!(answer.headers.contains_key("allow"), status == 405, "{line}");
    }
    for line in ["CONNECT exemple.fr:443", "OPTIONS *"] {
        let answer = served.exchange(&request(line)).await;
        assert!(answer.status.is_client_error(), "{line}: {}", answer.status);
    }
}

#[tokio::test]
async fn the_address_of_a_request_leads_to_what_is_ours_or_nowhere() {
    let service = spawn_service().await;
    let served = service.serve(Bounds::default()).await;
    let long = format!("GET /{}", "a".repeat(12 * 1024));
    let too_long = format!("GET /{}", "a".repeat(70 * 1024));
    for (line, status) in [
        ("GET http://autre.exemple.fr/formulaires/post-it/", 200),
        ("GET http://autre.exemple.fr/formulaires/post-it", 301),
        ("GET http://autre.exemple.fr", 200),
        ("GET /formulaires/%70ost-it/", 200),
        // The file that lies there: a form without a key, whose answers are read again first.
        ("GET /formulaires%2fpost-it%2f", 200),
        ("GET /formulaires/post-it%00/", 404),
        ("GET /formulaires/%00/", 404),
        ("GET /formulaires/%ff/", 400),
        ("GET /formulaires/..%2f..%2fetc%2fpasswd/", 404),
        ("GET /../../etc/passwd", 404),
        ("GET /%2e%2e/%2e%2e/etc/passwd", 404),
        ("GET /%", 404),
        ("GET /%zz", 404),
        ("GET //autre.exemple.fr/", 404),
        ("GET //autre.exemple.fr", 404),
        ("GET /a%00b", 404),
        ("GET /?%00&=&&%ff", 200),
        ("GET /formulaires/post-it/?message=%ff&espace=%00", 200),
        ("GET /.env", 404),
        ("GET /.git/config", 404),
        ("GET /portail.sqlite", 404),
        (long.as_str(), 404),
        (too_long.as_str(), 431),
        ("GET /a b", 400),
        ("GET ", 400),
    ] {
        let answer = served.exchange(&request(line)).await;
        assert_eq!(answer.status, status, "{}", &line[..line.len().min(80)]);
        assert!(!answer.body.contains("autre.exemple.fr"), "{line}");
        assert!(!answer.header("location").contains("autre.exemple.fr"), "{line}");
    }
    let split = served.exchange(&request("GET /formulaires/%0d%0aset-cookie:%20a=b")).await;
    assert_eq!(split.status, StatusCode::MOVED_PERMANENTLY);
    assert!(!split.headers.contains_key("set-cookie"));
}

#[tokio::test]
async fn a_name_of_another_host_is_never_repeated() {
    let service = spawn_service().await;
    let served = service.serve(Bounds::default()).await;
    for path in ["/", "/formulaires/post-it/", "/formulaires/post-it", "/contact", "/nulle-part", "/sante"] {
        let bytes = format!(
            "GET {path} HTTP/1.1\r\nhost: autrui.exemple.com\r\nx-forwarded-host: autrui.exemple.com\r\n\
             forwarded: host=autrui.exemple.com\r\nconnection: close\r\n\r\n"
        );
        let answer = served.exchange(bytes.as_bytes()).await;
        assert!(!answer.body.contains("autrui") && !format!("{:?}", answer.headers).contains("autrui"), "{path}");
    }
}

#[tokio::test]
async fn one_connection_carries_several_requests_each_with_its_answer() {
    let service = spawn_service().await;
    let served = service.serve(Bounds::default()).await;
    let post = |message: &str, key: &str| {
        let post = post_bytes(POST_IT, &[("_cle", key), ("espace", "geriatrie"), ("message", message)]);
        String::from_utf8(post).unwrap()
    };
    let (first, second) = (service.key("post-it").await, service.key("post-it").await);
    let both = post("Merci", &first).replace("connection: close\r\n", "") + &post("Bravo", &second);
    let mut stream = served.connect().await;
    stream.write_all(both.as_bytes()).await.unwrap();
    let mut answers = String::new();
    patiently(stream.read_to_string(&mut answers)).await.unwrap();
    assert_eq!(answers.matches("HTTP/1.1 303 ").count(), 2, "{answers}");
    assert_eq!(service.stored().await, 2);
}
