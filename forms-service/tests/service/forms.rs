//! A form: opened, mended, read again, sent.

use axum::body::Body;
use axum::http::{Request, StatusCode};

use forms_service::store::submissions::State;
use jiff::SignedDuration;

use crate::support::{changed_portal, encode, post_request, spawn_production, spawn_service};

const POST_IT: &str = "/formulaires/post-it/";
const CONTACT: &str = "/formulaires/contact/";

#[tokio::test]
async fn a_served_form_carries_a_key_and_is_kept_by_nobody() {
    let service = spawn_service().await;

    let page = service.get(POST_IT).await;

    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.header("cache-control"), "no-store");
    assert!(page.body.contains("<title>Laisser un post-it"));
    assert_ne!(page.hidden("_cle"), service.key("post-it").await);
}

#[tokio::test]
async fn an_address_fills_in_the_fields_of_the_form_and_nothing_of_ours() {
    let service = spawn_service().await;

    let page = service.get("/formulaires/post-it/?espace=geriatrie&message=Merci&_cle=x&_adresse_web=x&autre=x").await;

    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("value=\"geriatrie\" selected"), "{}", page.body);
    assert!(page.body.contains("Merci</textarea>"));
    assert_ne!(page.hidden("_cle"), "x");
    assert!(!page.body.contains("autre"));
}

#[tokio::test]
async fn a_missing_slash_is_mended() {
    let service = spawn_service().await;

    let page = service.get("/formulaires/post-it?espace=geriatrie").await;

    assert_eq!(page.status, StatusCode::MOVED_PERMANENTLY);
    assert_eq!(page.header("location"), "/formulaires/post-it/?espace=geriatrie");
}

#[tokio::test]
async fn what_is_sent_is_stored_and_thanked_for_with_its_reference() {
    let service = spawn_service().await;

    let reference = service.post_note("geriatrie", "Merci à l’équipe de nuit").await;
    let thanks = service.get(&format!("/formulaires/post-it/merci/?reference={reference}")).await;

    let stored = &service.app.store.submissions().await.unwrap()[0];
    assert_eq!(stored.reference.as_str(), reference);
    assert_eq!(stored.space.as_deref(), Some("geriatrie"));
    assert_eq!(thanks.status, StatusCode::OK);
    assert!(thanks.body.contains(&reference) && thanks.body.contains("Votre post-it est arrivé"));
    assert!(thanks.body.contains("Une personne le relit."));
}

#[tokio::test]
async fn the_thank_you_page_does_not_tell_which_references_exist() {
    let service = spawn_service().await;
    let reference = service.post_note("geriatrie", "Merci").await;
    let page = |reference: &str| format!("/formulaires/post-it/merci/?reference={reference}");

    let known = service.get(&page(&reference)).await;
    let unknown = service.get(&page("0123456789")).await;

    assert_eq!(known.status, unknown.status);
    assert_eq!(known.body.replace(&reference, "0123456789"), unknown.body);
    assert_eq!(service.get(&page("%3Cscript%3E")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(service.get("/formulaires/post-it/merci/").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn faults_come_back_beside_what_was_typed_and_nothing_is_stored() {
    let service = spawn_service().await;
    let key = service.key("post-it").await;
    let typed = [("_cle", key.as_str()), ("espace", "geriatrie"), ("courriel", "pas une adresse")];

    let page = service.post(POST_IT, &typed).await;

    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.body.contains("<title>Erreur"));
    assert!(page.body.contains("Écrivez votre message.") && page.body.contains("Vérifiez votre adresse."));
    assert!(page.body.contains("pas une adresse"));
    assert_eq!(page.hidden("_cle"), key, "the sheet stays the same");
    assert_eq!(service.stored().await, 0);
}

#[tokio::test]
async fn a_second_click_is_the_same_submission() {
    let service = spawn_service().await;
    let key = service.key("post-it").await;
    let post = [("_cle", key.as_str()), ("espace", "geriatrie"), ("message", "Merci")];

    let first = service.post(POST_IT, &post).await.reference();
    let second = service.post(POST_IT, &post).await.reference();

    assert_eq!(first, second);
    assert_eq!(service.stored().await, 1);
    service.deliver_all().await;
    assert_eq!(service.recipients(), ["jour@exemple.fr", "nuit@exemple.fr"]);
}

#[tokio::test]
async fn a_hundred_clicks_at_once_are_one_submission() {
    let service = spawn_service().await;
    let key = service.key("post-it").await;
    let body = encode(&[("_cle", &key), ("espace", "geriatrie"), ("message", "Merci")]);
    let clicks = (0..100).map(|_| service.send(post_request(POST_IT, &[("sec-fetch-site", "same-origin")], &body)));

    let answers = futures_util::future::join_all(clicks).await;

    let first = answers[0].reference();
    assert!(answers.iter().all(|answer| answer.reference() == first));
    assert_eq!(service.stored().await, 1);
}

#[tokio::test]
async fn another_text_on_the_same_sheet_is_another_submission() {
    let service = spawn_service().await;
    let key = service.key("post-it").await;
    let post = |message| [("_cle", key.as_str()), ("espace", "geriatrie"), ("message", message)];

    let first = service.post(POST_IT, &post("Merci")).await.reference();
    let second = service.post(POST_IT, &post("Bravo")).await.reference();

    assert_ne!(first, second);
    assert_eq!(service.stored().await, 2);
}

#[tokio::test]
async fn without_a_key_of_ours_the_answers_are_read_again_first() {
    let service = spawn_service().await;
    for key in ["", "AAAA.BBBB", &service.key("contact").await] {
        let stored = service.stored().await;
        let post = [("_cle", key), ("espace", "geriatrie"), ("message", key), ("_confirme", "oui")];
        let post = if key.is_empty() { &[("espace", "geriatrie"), ("message", "Merci")][..] } else { &post };

        let check = service.post(POST_IT, post).await;

        assert_eq!(check.status, StatusCode::OK);
        assert_eq!(service.stored().await, stored);
        let (new_key, message) = (check.hidden("_cle"), check.hidden("message"));
        let confirmed =
            [("_cle", new_key.as_str()), ("espace", "geriatrie"), ("message", &message), ("_confirme", "oui")];
        service.post(POST_IT, &confirmed).await.reference();
        assert_eq!(service.stored().await, stored + 1);
    }
}

#[tokio::test]
async fn a_form_left_open_for_too_long_is_read_again_first() {
    let service = spawn_service().await;
    let key = service.key("post-it").await;
    service.app.clock.advance(jiff::SignedDuration::from_hours(24 * 8));

    let check = service.post(POST_IT, &[("_cle", &key), ("espace", "geriatrie"), ("message", "Merci")]).await;

    assert_eq!(check.status, StatusCode::OK);
    assert_ne!(check.hidden("_cle"), key);
    assert_eq!(service.stored().await, 0);
}

#[tokio::test]
async fn a_form_that_asks_for_it_is_read_again_then_sent_or_changed() {
    let service = spawn_service().await;
    let key = service.key("contact").await;
    let check = service.post(CONTACT, &[("_cle", &key), ("message", "Bonjour, une question")]).await;

    assert_eq!(check.status, StatusCode::OK);
    assert!(check.body.contains("<title>Nous écrire\u{a0}: vérification"), "{}", check.body);
    assert_eq!((check.hidden("_cle"), check.hidden("message")), (key.clone(), "Bonjour, une question".to_owned()));
    assert_eq!(service.stored().await, 0);

    let answers = [("_cle", key.as_str()), ("message", "Bonjour, une question")];
    let change = service.post(CONTACT, &[&answers[..], &[("_modifier", "oui")]].concat()).await;
    assert_eq!(change.status, StatusCode::OK);
    assert!(change.body.contains("Bonjour, une question</textarea>"));
    assert_eq!(change.hidden("_cle"), key);
    assert_eq!(service.stored().await, 0);

    service.post(CONTACT, &[&answers[..], &[("_confirme", "oui")]].concat()).await.reference();
    assert_eq!(service.stored().await, 1);
}

#[tokio::test]
async fn a_form_that_changed_meanwhile_comes_back_with_what_was_typed() {
    let service = spawn_service().await;
    let page = service.get(POST_IT).await;
    let (key, version) = (page.hidden("_cle"), page.hidden("_version"));
    let post = |space| {
        [("_cle", key.as_str()), ("_version", &version), ("espace", space), ("message", "Un mot écrit longuement")]
    };
    service.app.site.replace(changed_portal("formulaires/post-it.yaml", |yaml| {
        let (form, _examples) = yaml.split_once("exemples:").unwrap();
        form.replace("longueur_max: 280", "longueur_max: 10").replace("bouton: Envoyer", "bouton: Afficher")
    }));

    let again = service.post(POST_IT, &post("geriatrie")).await;

    assert_eq!(again.status, StatusCode::CONFLICT);
    assert!(again.body.contains("Un mot écrit longuement</textarea>"));
    assert!(again.body.contains("vient de changer") && again.body.contains("Afficher mon post-it"));
    assert_ne!(again.hidden("_version"), version);
    assert_eq!(service.stored().await, 0);
}

#[tokio::test]
async fn a_form_that_was_only_reworded_is_read_again_and_sent_with_one_click() {
    let service = spawn_service().await;
    let page = service.get(POST_IT).await;
    let (key, version) = (page.hidden("_cle"), page.hidden("_version"));
    service.app.site.replace(changed_portal("formulaires/post-it.yaml", |yaml| {
        yaml.replace("etiquette: Votre message", "etiquette: Votre mot")
    }));

    let post = [("_cle", key.as_str()), ("_version", &version), ("espace", "geriatrie"), ("message", "Merci")];
    let page = service.post(POST_IT, &post).await;
    assert_eq!((page.status, service.stored().await), (StatusCode::CONFLICT, 0));
    assert!(page.body.contains("Votre mot") && page.body.contains("Merci</textarea>"));

    let (key, version) = (page.hidden("_cle"), page.hidden("_version"));
    let post = [("_cle", key.as_str()), ("_version", &version), ("espace", "geriatrie"), ("message", "Merci")];
    service.post(POST_IT, &post).await.reference();
    assert_eq!(service.stored().await, 1);
}

/// Nobody types a post-it within two seconds; who does is kept apart, and can be freed.
#[tokio::test]
async fn what_is_sent_sooner_than_anybody_types_waits_in_quarantine() {
    for (taken, state) in [(0, State::Quarantine), (1_999, State::Quarantine), (2_000, State::Received)] {
        let service = spawn_service().await;
        let key = service.get(POST_IT).await.hidden("_cle");
        service.app.clock.advance(SignedDuration::from_millis(taken));

        let post = [("_cle", key.as_str()), ("espace", "geriatrie"), ("message", "Merci")];
        service.post(POST_IT, &post).await.reference();

        assert_eq!(service.app.store.submissions().await.unwrap()[0].state, state, "after {taken} ms");
        service.deliver_all().await;
        assert_eq!(service.mails.sent().is_empty(), state == State::Quarantine, "after {taken} ms");
    }
}

/// Its key was made the moment before, for whoever took their time already.
#[tokio::test]
async fn a_check_page_may_be_answered_at_once() {
    let service = spawn_service().await;
    let check = service.post(POST_IT, &[("espace", "geriatrie"), ("message", "Merci")]).await;
    let key = check.hidden("_cle");

    let post = [("_cle", key.as_str()), ("espace", "geriatrie"), ("message", "Merci"), ("_confirme", "oui")];
    service.post(POST_IT, &post).await.reference();

    assert_eq!(service.app.store.submissions().await.unwrap()[0].state, State::Received);
}

#[tokio::test]
async fn a_robot_that_fills_every_field_is_kept_apart_and_mails_nobody() {
    let service = spawn_service().await;
    let key = service.key("post-it").await;
    let post =
        [("_cle", key.as_str()), ("espace", "geriatrie"), ("message", "Merci"), ("_adresse_web", "http://exemple.fr")];

    service.post(POST_IT, &post).await.reference();

    let counts = service.app.store.count_submissions().await.unwrap();
    assert_eq!((counts[&State::Received], counts[&State::Quarantine]), (0, 1));
    service.deliver_all().await;
    assert_eq!(service.recipients(), Vec::<String>::new());
}

#[tokio::test]
async fn a_post_from_elsewhere_is_refused_and_one_without_origin_read_again() {
    let service = spawn_production().await;
    let key = service.key("post-it").await;
    let post = [("_cle", key.as_str()), ("espace", "geriatrie"), ("message", "Merci")];

    let foreign = service.post_with(POST_IT, &[("origin", "https://autre.exemple.fr")], &post).await;
    assert_eq!(foreign.status, StatusCode::FORBIDDEN);
    assert!(foreign.body.contains("ne vient pas de ce portail"));

    let silent = service.post_with(POST_IT, &[], &post).await;
    assert_eq!(silent.status, StatusCode::OK);
    assert_eq!(service.stored().await, 0);

    let confirmed = [&post[..], &[("_confirme", "oui")]].concat();
    service.post_with(POST_IT, &[], &confirmed).await.reference();
    service.post_with(POST_IT, &[("origin", "https://portail.exemple.fr")], &post).await.reference();
    assert_eq!(service.stored().await, 1);
}

#[tokio::test]
async fn in_a_demonstration_our_pages_come_from_this_machine() {
    let service = spawn_service().await;
    let key = service.key("post-it").await;
    let post = [("_cle", key.as_str()), ("espace", "geriatrie"), ("message", "Merci")];

    let foreign = service.post_with(POST_IT, &[("origin", "https://portail.exemple.fr")], &post).await;
    assert_eq!(foreign.status, StatusCode::FORBIDDEN);
    service.post_with(POST_IT, &[("origin", "http://localhost:8080")], &post).await.reference();
}

#[tokio::test]
async fn what_no_page_of_ours_sends_is_refused_with_a_french_page() {
    let service = spawn_service().await;
    let ours = [("sec-fetch-site", "same-origin")];
    let long = format!("message={}", "a".repeat(64 * 1024));
    let json = Request::post(POST_IT)
        .header("sec-fetch-site", "same-origin")
        .header("content-type", "application/json")
        .body(Body::from("{}"))
        .unwrap();

    for (request, status, words) in [
        (post_request("/formulaires/inconnu/", &ours, ""), 404, "Ce formulaire n’existe pas"),
        (post_request("/formulaires/ferme/", &ours, "message=Bonjour"), 410, "fermé pour le moment"),
        (post_request(POST_IT, &ours, "espace=geriatrie&message=Merci&autre=x"), 400, "pas compris votre envoi"),
        (post_request(POST_IT, &ours, "espace=geriatrie&espace=accueil&message=x"), 400, "pas compris votre envoi"),
        (post_request(POST_IT, &ours, "message=%00"), 400, "pas compris votre envoi"),
        (post_request(POST_IT, &ours, "message=%E9"), 400, "pas compris votre envoi"),
        (post_request(POST_IT, &ours, &long), 413, "trop long"),
        (json, 415, "pas la forme attendue"),
        (post_request("/formulaires/post-it/merci/", &ours, ""), 405, "ne s’utilise pas"),
        (post_request("/formulaires/post-it/autre/", &ours, ""), 405, "ne s’utilise pas"),
    ] {
        let shown = format!("{request:?}");
        let answer = service.send(request).await;
        assert_eq!(answer.status, status, "{shown}");
        assert!(answer.body.contains(words), "{shown}: {}", answer.body);
        assert!(answer.body.contains("<html lang=\"fr\">"), "{shown}");
        assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    }
    assert_eq!(service.stored().await, 0);
    assert_eq!(service.get("/formulaires/inconnu/").await.status, StatusCode::NOT_FOUND);
    assert_eq!(service.get("/formulaires/ferme/").await.status, StatusCode::GONE);
}
