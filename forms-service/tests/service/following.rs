//! What following a link does, and what it shows: nothing is changed but by a post, whatever a mail
//! reader, a scanner or a proxy makes of it.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use forms_service::store::submissions::State;

use crate::support::{Service, encode, post_request, spawn_asking_for_identities, spawn_service};

const APPROVE: [(&str, &str); 1] = [("_decision", "approuver")];
const DAY: &str = "jour@exemple.fr";

async fn noted(service: &Service) -> String {
    let reference = service.post_note("geriatrie", "Merci à l’équipe de nuit").await;
    service.deliver_all().await;
    reference
}

#[tokio::test]
async fn no_method_but_post_changes_anything_however_often() {
    let service = spawn_service().await;
    let online = noted(&service).await;
    service.post(&service.decision_link(DAY), &APPROVE).await;
    service.publish().await;
    noted(&service).await;
    service.post("/moderation/", &[("adresse", DAY)]).await;
    service.deliver_all().await;
    let (decide, stop) = (service.decision_link(DAY), service.links(DAY, "/moderation/retirer/").pop().unwrap());
    let desk = service.links(DAY, "/moderation/espace/").pop().unwrap();
    let before = service.dump().await;

    let acts = [
        (decide.clone(), vec![("_decision", "approuver")]),
        (format!("{decide}/renouveler"), vec![("_renouveler", "oui")]),
        (stop, vec![("_decision", "retirer"), ("_mots", "Doublon")]),
        (format!("{desk}/envoi/{online}"), vec![("_version", "1"), ("_decision", "approuver")]),
        (format!("{desk}/preferences"), vec![("_courriels", "resume")]),
    ];
    for (path, post) in &acts {
        for method in ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "PROPFIND", "BREW"] {
            for overridden in ["x-http-method-override", "x-forwarded-method"] {
                let request = Request::builder()
                    .method(method)
                    .uri(format!("{path}?{}", encode(post)))
                    .header("host", "127.0.0.1:8080")
                    .header("sec-fetch-site", "same-origin")
                    .header(overridden, "POST")
                    .header("content-type", "application/x-www-form-urlencoded");
                let answer = service.send(request.body(Body::from(encode(post))).unwrap()).await;
                assert!(!answer.status.is_server_error() && !answer.status.is_redirection(), "{method} {path}");
            }
        }
    }
    assert_eq!(service.dump().await, before);
    assert_eq!(service.post(&decide, &APPROVE).await.status, StatusCode::SEE_OTHER, "a post does");
}

#[tokio::test]
async fn a_link_works_whatever_a_mail_reader_made_of_it() {
    let service = spawn_service().await;
    for rewrite in [
        |link: &str| link.to_owned(),
        // Broken in two lines, quoted in an answer, ended by a sign of the sentence.
        |link: &str| format!("{}%0D%0A%20{}", &link[..40], &link[40..]),
        |link: &str| format!("{}%0A%3E%20{}", &link[..40], &link[40..]),
        |link: &str| format!("{}=%0D%0A{}", &link[..40], &link[40..]),
        |link: &str| format!("{link}."),
        |link: &str| format!("{link}%3E"),
        |link: &str| format!("{link})"),
        |link: &str| format!("{link}%C2%A0"),
        // Every sign in its long form, and something added that counts who opened it.
        |link: &str| link[20..].bytes().fold(link[..20].to_owned(), |all, byte| format!("{all}%{byte:02x}")),
        |link: &str| format!("{link}?utm_source=courriel&fbclid=x"),
    ] {
        let reference = noted(&service).await;
        let link = rewrite(&service.decision_link(DAY));
        assert!(link.starts_with("/moderation/decider/"), "{link}");
        let page = service.get(&link).await;
        assert_eq!(page.status, StatusCode::OK, "{link}: {}", page.body);
        // The page's own form is whole again.
        let start = page.body.find("action=\"/moderation/decider/").unwrap() + "action=\"".len();
        let action = page.body[start..].split('"').next().unwrap();
        assert_eq!(action, service.decision_link(DAY));
        assert_eq!(service.post(&link, &APPROVE).await.status, StatusCode::SEE_OTHER, "{link}");
        assert_eq!(service.state(&reference).await, State::Approved, "{link}");
    }
}

#[tokio::test]
async fn the_page_says_who_was_asked_what_was_flagged_and_what_happens_next() {
    let service = spawn_service().await;
    let answers = [("espace", "geriatrie"), ("activite", "Étirements"), ("courriel", "camille@exemple.fr")];
    service.fill_in("proposition", &answers).await;
    service.deliver_all().await;
    service.post(&service.links("camille@exemple.fr", "/suivi/confirmer/")[0], &[("_oui", "oui")]).await;
    service
        .tamper(
            "UPDATE submissions SET flags = '[{\"field\":\"activite\",\"looks_like\":\"une chambre\"}]'",
            "UPDATE submissions SET flags = '[{\"field\":\"activite\",\"looks_like\":\"une chambre\"}]'",
        )
        .await;
    service.deliver_all().await;

    let page = service.get(&service.decision_link(DAY)).await.body;
    for said in
        ["Étirements", "une chambre", DAY, "nuit@exemple.fr", "L’envoi passera ensuite à\u{a0}: cadre de proximité."]
    {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert!(!page.contains("moderation@exemple.fr"), "nobody else was asked: {page}");
}

#[tokio::test]
async fn whoever_is_not_asked_any_more_reads_who_decided_what_and_when() {
    let service = spawn_service().await;
    let answers = [("espace", "geriatrie"), ("activite", "Étirements"), ("courriel", "camille@exemple.fr")];
    service.fill_in("proposition", &answers).await;
    service.deliver_all().await;
    service.post(&service.links("camille@exemple.fr", "/suivi/confirmer/")[0], &[("_oui", "oui")]).await;
    service.deliver_all().await;
    let (first, other) = (service.decision_link(DAY), service.decision_link("nuit@exemple.fr"));
    let cadre = service.decision_link("cadre@exemple.fr");
    let approve = [("_decision", "approuver"), ("_mots", "Belle idée")];
    assert_eq!(service.post(&first, &approve).await.status, StatusCode::SEE_OTHER);

    for link in [&first, &other] {
        let page = service.get(link).await;
        assert_eq!(page.status, StatusCode::OK);
        for said in ["Approuvé", "jour@exemple.fr (modération)", "22 novembre 2026", "Belle idée"] {
            assert!(page.body.contains(said), "{said}: {}", page.body);
        }
        assert!(!page.body.contains("<form class=\"formulaire decision\""), "{}", page.body);
        assert!(!page.body.contains("/renouveler"), "a fresh link would lead nowhere: {}", page.body);
    }
    // Whoever is asked now gets a link about what it has become.
    let page = service.get(&cadre).await.body;
    assert!(page.contains("plus à jour") && page.contains("/renouveler"), "{page}");
}

#[tokio::test]
async fn an_identity_counts_only_from_a_trusted_proxy_that_says_it_once() {
    const HEADER: &str = "x-remote-user";
    let service = spawn_asking_for_identities(HEADER).await;
    let reference = noted(&service).await;
    let link = service.decision_link(DAY);
    let own = ("sec-fetch-site", "same-origin");
    let send = async |peer, identities: &[&str]| {
        let headers: Vec<_> = [own].into_iter().chain(identities.iter().map(|who| (HEADER, *who))).collect();
        service.send_from(peer, post_request(&link, &headers, &encode(&APPROVE))).await.status
    };
    assert_eq!(send("192.0.2.7:50000", &[DAY]).await, StatusCode::FORBIDDEN, "whoever comes by another way");
    assert_eq!(send("127.0.0.1:50000", &[DAY, DAY]).await, StatusCode::FORBIDDEN, "one of them was slipped in");
    assert_eq!(send("127.0.0.1:50000", &[""]).await, StatusCode::FORBIDDEN);
    assert_eq!(service.state(&reference).await, State::Received);
    assert_eq!(send("127.0.0.1:50000", &[DAY]).await, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn the_status_page_shows_the_state_of_an_anonymous_submission_and_nothing_else() {
    let service = spawn_service().await;
    let reference = noted(&service).await;
    let link = service.decision_link(DAY);
    let seen = async || service.get(&format!("/suivi/?reference={reference}")).await;
    let waits = seen().await;
    service.post(&link, &[("_decision", "refuser"), ("_mots", "Un prénom y est cité")]).await;
    let refused = seen().await;
    for (page, state) in [(&waits, "Reçu"), (&refused, "Non retenu")] {
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.body.contains(state), "{state}: {}", page.body);
        for word in ["équipe de nuit", "ériatrie", "Laisser un post-it", "prénom", "@exemple.fr", "2026"] {
            assert!(!page.body.contains(word), "{word}: {}", page.body);
        }
    }
    let unknown = service.get("/suivi/?reference=K7M2Q9XB01").await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_link_to_stop_and_one_to_answer_are_mailed_anew_to_the_same_address_too() {
    const AUTHOR: &str = "camille@exemple.fr";
    let service = spawn_service().await;
    noted(&service).await;
    service.post(&service.decision_link(DAY), &APPROVE).await;
    service.publish().await;
    let answers = [("espace", "geriatrie"), ("message", "Merci"), ("courriel", AUTHOR)];
    let asked = service.fill_in("post-it", &answers).await;
    service.deliver_all().await;
    service.post(&service.decision_link(DAY), &[("_decision", "demander"), ("_mots", "Quand ?")]).await;
    service.deliver_all().await;
    service.app.clock.advance(jiff::SignedDuration::from_hours(36 * 24));

    for (person, folder) in [(DAY, "/moderation/retirer/"), (AUTHOR, "/suivi/completer/")] {
        service.deliver_all().await;
        let old = service.links(person, folder).pop().unwrap();
        let act = [("_decision", "retirer"), ("_mots", "Demain"), ("message", "Merci, demain")];
        assert_eq!(service.get(&old).await.status, StatusCode::GONE, "{old}");
        assert_eq!(service.post(&old, &act).await.status, StatusCode::GONE, "{old}");
        let sent = service.mails.sent().len();
        let renewed = service.post(&format!("{old}/renouveler"), &[("_renouveler", "oui")]).await;
        assert!(renewed.body.contains("Un nouveau lien est parti"), "{}", renewed.body);
        service.deliver_all().await;
        let mails = service.mails.sent();
        let new: Vec<_> = mails[sent..].iter().map(|mail| (mail.recipient.to_string(), mail.subject.clone())).collect();
        assert_eq!(new.len(), 1, "{new:?}");
        assert_eq!(mails[sent].recipient.to_string(), person);
        let fresh = service.links(person, folder).pop().unwrap();
        assert_ne!(fresh, old);
        let done = service.post(&fresh, &act).await.status;
        assert!(done == StatusCode::SEE_OTHER || done == StatusCode::OK, "{person}: {done}");
    }
    assert_eq!(service.state(&asked).await, State::Received);
}

#[tokio::test]
async fn a_question_that_has_its_answer_is_not_mailed_anew() {
    const AUTHOR: &str = "camille@exemple.fr";
    let service = spawn_service().await;
    let answers = [("espace", "geriatrie"), ("message", "Merci"), ("courriel", AUTHOR)];
    service.fill_in("post-it", &answers).await;
    service.deliver_all().await;
    service.post(&service.decision_link(DAY), &[("_decision", "demander"), ("_mots", "Quand ?")]).await;
    service.deliver_all().await;
    let link = service.links(AUTHOR, "/suivi/completer/").pop().unwrap();
    assert_eq!(service.post(&link, &[("message", "Merci, demain")]).await.status, StatusCode::OK);
    service.app.clock.advance(jiff::SignedDuration::from_hours(36 * 24));
    service.deliver_all().await;

    let sent = service.mails.sent().len();
    let renewed = service.post(&format!("{link}/renouveler"), &[("_renouveler", "oui")]).await;
    assert!(renewed.body.contains("ne se renouvelle plus"), "{}", renewed.body);
    service.deliver_all().await;
    assert_eq!(service.mails.sent().len(), sent);
}
