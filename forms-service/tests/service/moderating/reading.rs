//! What waits for one person, and who may read it.

use axum::http::StatusCode;
use forms_service::store::submissions::State;
use forms_service::store::trace::Action;
use jiff::SignedDuration;

use super::{CADRE, DAY, NIGHT, PORTAL, WRITTEN};
use crate::support::{FALLBACK, changed_portal, spawn_service, spawn_service_with};

#[tokio::test]
async fn each_sees_what_waits_for_them_and_no_word_of_it() {
    let service = spawn_service().await;
    service.check_nothing();
    let geriatrie = service.post_note("geriatrie", WRITTEN).await;
    let accueil = service.post_note("accueil", WRITTEN).await;
    let own = service.fill_in("post-it", &[("espace", "geriatrie"), ("message", WRITTEN), ("courriel", DAY)]).await;
    service.deliver_all().await;
    assert_eq!(service.state(&own).await, State::Received);

    for (person, sees, not) in [
        (DAY, vec![&geriatrie], vec![&own, &accueil]),
        (NIGHT, vec![&geriatrie, &own], vec![&accueil]),
        (CADRE, vec![&geriatrie, &own], vec![&accueil]),
        (PORTAL, vec![&accueil], vec![&geriatrie, &own]),
        ("communication@exemple.fr", vec![], vec![&geriatrie, &own, &accueil]),
    ] {
        let page = service.get(&service.access(person).await).await.body;
        assert!(!page.contains(WRITTEN), "{page}");
        for reference in sees {
            assert!(page.contains(reference), "{person} {reference} {page}");
        }
        for reference in not {
            assert!(!page.contains(reference), "{person} {reference} {page}");
        }
    }
    // The oldest first.
    let page = service.get(&service.access(NIGHT).await).await.body;
    assert!(page.find(&geriatrie) < page.find(&own));
}

#[tokio::test]
async fn a_decision_from_ones_own_page_is_taken_once_about_the_version_that_was_seen() {
    let service = spawn_service().await;
    let reference = service.post_note("geriatrie", WRITTEN).await;
    let link = service.access(DAY).await;
    let path = format!("{link}/envoi/{reference}");

    let page = service.get(&path).await;
    assert!(page.body.contains(WRITTEN), "{}", page.body);
    let version = page.hidden("_version");
    let refuse = [("_version", version.as_str()), ("_decision", "refuser"), ("_mots", "Trop long")];
    assert_eq!(service.post(&path, &[("_decision", "approuver")]).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(service.post(&path, &[("_version", &version)]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let stale = [("_version", "7"), ("_decision", "approuver")];
    assert_eq!(service.post(&path, &stale).await.status, StatusCode::CONFLICT);
    assert_eq!(service.state(&reference).await, State::Received);

    assert_eq!(service.post(&path, &refuse).await.status, StatusCode::SEE_OTHER);
    assert_eq!(service.post(&path, &refuse).await.status, StatusCode::CONFLICT);
    assert_eq!(service.state(&reference).await, State::Refused);
    assert_eq!(service.actions(&reference).await, [(Action::Refused, Some(DAY.to_owned()))]);
}

#[tokio::test]
async fn a_submission_is_read_by_those_who_may_and_looks_missing_to_others() {
    let service = spawn_service().await;
    service.check_nothing();
    let reference = service.post_note("geriatrie", WRITTEN).await;
    let apart = service.trap("geriatrie").await;
    let own = service.fill_in("post-it", &[("espace", "geriatrie"), ("message", WRITTEN), ("courriel", DAY)]).await;
    for (person, which, status) in [
        (DAY, &reference, 200),
        (CADRE, &reference, 200),
        (PORTAL, &reference, 200),
        (FALLBACK, &reference, 404),
        ("communication@exemple.fr", &reference, 404),
        (DAY, &apart, 200),
        ("communication@exemple.fr", &apart, 404),
        (DAY, &own, 404),
    ] {
        let link = service.access(person).await;
        assert_eq!(service.get(&format!("{link}/envoi/{which}")).await.status.as_u16(), status, "{person}");
        let post = [("_version", "1"), ("_decision", "liberer"), ("_sanction", "exclure"), ("_mots", "x")];
        if status == 404 {
            for rest in ["", "/quarantaine", "/sanction"] {
                let answer = service.post(&format!("{link}/envoi/{which}{rest}"), &post).await;
                assert_eq!(answer.status, StatusCode::NOT_FOUND, "{person} {rest}");
            }
        }
    }
    let link = service.access(DAY).await;
    assert_eq!(service.get(&format!("{link}/envoi/AAAAAAAAAA")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(service.get(&format!("{link}/envoi/x")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_publication_that_waits_says_why() {
    let service = spawn_service().await;
    let reference = service.post_note("geriatrie", WRITTEN).await;
    service.deliver_all().await;
    service.post(&service.decision_link(DAY), &[("_decision", "approuver")]).await;
    let id = service.app.store.publications().await.unwrap().remove(0).id;
    let later = service.now() + SignedDuration::from_hours(1);
    service.app.store.report_delayed(&id, "la page d’accueil a une faute", later).await.unwrap();
    service.app.progress.content_at_fault(Some("content/_index.md:3".to_owned()));
    service.app.progress.unpushed(2, Some("le dépôt ne répond pas".to_owned()));

    let page = service.get(&service.access(CADRE).await).await.body;
    for said in [
        reference.as_str(),
        "la page d’accueil a une faute",
        "content/_index.md:3",
        "2 publications",
        "le dépôt ne répond pas",
    ] {
        assert!(page.contains(said), "{said} {page}");
    }
    let stranger = service.get(&service.access("communication@exemple.fr").await).await.body;
    assert!(!stranger.contains("content/_index.md:3") && !stranger.contains(&reference), "{stranger}");
}

#[tokio::test]
async fn the_register_is_read_by_its_keeper_and_by_the_cadre_of_a_space() {
    let service = spawn_service_with(
        "portail: {registre: [registre@exemple.fr], moderateurs: [moderation@exemple.fr]}\n\
         espaces: {geriatrie: {cadre: [cadre@exemple.fr], moderateurs: [jour@exemple.fr]}, accueil: {cadre: [autre@exemple.fr]}}",
    )
    .await;
    for (name, address, space) in
        [("=Anna", "anna@exemple.fr", "geriatrie"), ("Basile", "basile@exemple.fr", "accueil")]
    {
        let link = service.sign(name, address, space).await;
        service.confirm(&link).await;
    }
    service.app.site.replace(changed_portal("chartes/bienveillance.md", |text| text + "\nUne phrase de plus.\n"));

    for (person, names) in
        [("registre@exemple.fr", vec!["Anna", "Basile"]), (CADRE, vec!["Anna"]), ("autre@exemple.fr", vec!["Basile"])]
    {
        let link = service.access(person).await;
        let page = service.get(&link).await.body;
        let csv = service.get(&format!("{link}/registre.csv")).await;
        assert_eq!(csv.status, StatusCode::OK);
        assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
        assert!(csv.header("content-disposition").starts_with("attachment"));
        assert!(page.contains("À faire signer de nouveau"), "{page}");
        for name in ["Anna", "Basile"] {
            assert_eq!(csv.body.contains(name), names.contains(&name), "{person} {name}: {}", csv.body);
            assert_eq!(page.contains(name), names.contains(&name), "{person} {name}: {page}");
        }
        assert!(!csv.body.contains("\"=Anna"), "a name is no formula: {}", csv.body);
    }
    for person in [DAY, PORTAL] {
        let link = service.access(person).await;
        assert!(!service.get(&link).await.body.contains("registre.csv"));
        assert_eq!(service.get(&format!("{link}/registre.csv")).await.status, StatusCode::NOT_FOUND, "{person}");
    }
}
