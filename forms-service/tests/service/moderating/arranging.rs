//! What somebody arranges for themselves: who stands in for them, and when they are mailed.

use axum::http::StatusCode;
use forms_service::role::Role;
use jiff::SignedDuration;

use super::{CADRE, CAMILLE, DAY, WRITTEN};
use crate::support::{changed_portal, spawn_service};

#[tokio::test]
async fn a_role_is_delegated_between_two_days_and_the_trace_says_on_whose_behalf() {
    const ROLE: &str = "geriatrie|cadre";
    let service = spawn_service().await;
    let link = service.access(CADRE).await;
    let ask = |person: &str, first: &str, last: &str, role: &str| {
        let post = [("_role", role), ("_personne", person), ("_premier", first), ("_dernier", last)];
        let post: Vec<(String, String)> = post.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        let (service, link) = (&service, &link);
        async move {
            let post: Vec<_> = post.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
            service.post(&format!("{link}/delegations"), &post).await
        }
    };
    for (person, first, last, role) in [
        ("", "", "", ""),
        (CAMILLE, "2026-11-23", "2026-11-24", ""),
        (CAMILLE, "2026-11-23", "2026-11-24", "geriatrie|moderateurs"),
        (CAMILLE, "2026-11-23", "2026-11-24", "accueil|cadre"),
        (CADRE, "2026-11-23", "2026-11-24", ROLE),
        ("camille", "2026-11-23", "2026-11-24", ROLE),
        (CAMILLE, "demain", "2026-11-24", ROLE),
        (CAMILLE, "2026-11-23", "", ROLE),
        (CAMILLE, "2026-11-24", "2026-11-23", ROLE),
        (CAMILLE, "2026-11-01", "2026-11-21", ROLE),
        (CAMILLE, "2026-11-23", "2028-11-24", ROLE),
        (CAMILLE, "9999-12-31", "9999-12-31", ROLE),
    ] {
        let answer = ask(person, first, last, role).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{person} {first} {last} {role}");
    }
    assert_eq!(service.dump().await["delegations"].len(), 0);

    for _ in 0..2 {
        assert_eq!(ask(CAMILLE, "23/11/2026", "24 novembre 2026", ROLE).await.status, StatusCode::SEE_OTHER);
    }
    let made = service.app.store.delegations_of(&CADRE.parse().unwrap(), service.now()).await.unwrap();
    assert_eq!(made.len(), 1);
    // Midnight in Paris is 23:00 in UTC.
    assert_eq!(made[0].begins_at, "2026-11-22T23:00:00Z".parse().unwrap());
    assert_eq!(made[0].ends_at, "2026-11-24T23:00:00Z".parse().unwrap());
    assert_eq!((made[0].role, made[0].place.slug()), (Role::Supervisor, "geriatrie"));

    let reference = service.post_note("geriatrie", WRITTEN).await;
    service.deliver_all().await;
    service.post("/moderation/", &[("adresse", CAMILLE)]).await;
    service.deliver_all().await;
    assert!(service.links(CAMILLE, "/moderation/espace/").is_empty(), "it has not begun");

    service.app.clock.advance(SignedDuration::from_hours(24));
    let theirs = service.access(CAMILLE).await;
    assert!(service.get(&theirs).await.body.contains("confié à vous par cadre@exemple.fr"));
    let path = format!("{theirs}/envoi/{reference}");
    let version = service.get(&path).await.hidden("_version");
    let refuse = [("_version", version.as_str()), ("_decision", "refuser"), ("_mots", "Trop long")];
    assert_eq!(service.post(&path, &refuse).await.status, StatusCode::SEE_OTHER);
    let id = service.stored_as(&reference).await.id;
    let row = service.app.store.trace(id).await.unwrap().remove(0);
    assert_eq!(row.actor, Some(CAMILLE.parse().unwrap()));
    assert_eq!(row.on_behalf_of, Some(CADRE.parse().unwrap()));
    // What was delegated is not theirs to hand on.
    let post = [("_role", ROLE), ("_personne", DAY), ("_premier", "2026-11-23"), ("_dernier", "2026-11-24")];
    let handed_on = service.post(&format!("{theirs}/delegations"), &post).await;
    assert_eq!(handed_on.status, StatusCode::UNPROCESSABLE_ENTITY);

    // It is ended early, by whoever made it.
    let link = service.access(CADRE).await;
    let end = format!("{link}/delegations/fin");
    assert_eq!(service.post(&end, &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let stranger = service.access(DAY).await;
    service.post(&format!("{stranger}/delegations/fin"), &[("_delegation", &made[0].id)]).await;
    assert_eq!(service.get(&path).await.status, StatusCode::OK, "it is not theirs to end");
    assert_eq!(service.post(&end, &[("_delegation", &made[0].id)]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(service.get(&path).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_role_is_delegated_to_professional_addresses_only_where_they_are_known() {
    let service = spawn_service().await;
    service.app.site.replace(changed_portal("contact.md", |text| text).with_domains(vec!["exemple.fr".to_owned()]));
    let link = service.access(CADRE).await;
    for (person, status) in [("camille@ailleurs.exemple", 422), ("camille@chu.exemple.fr", 303)] {
        let post = [
            ("_role", "geriatrie|cadre"),
            ("_personne", person),
            ("_premier", "2026-11-23"),
            ("_dernier", "2026-11-24"),
        ];
        let answer = service.post(&format!("{link}/delegations"), &post).await;
        assert_eq!(answer.status.as_u16(), status, "{person}");
    }
}

#[tokio::test]
async fn a_daily_summary_is_chosen_and_unchosen() {
    let service = spawn_service().await;
    let day = "JOUR@exemple.fr".parse().unwrap();
    let path = format!("{}/preferences", service.access(DAY).await);
    assert_eq!(service.post(&path, &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    for (word, digest, rows) in
        [("aussitot", false, 0), ("resume", true, 1), ("resume", true, 1), ("aussitot", false, 1)]
    {
        assert_eq!(service.post(&path, &[("_courriels", word)]).await.status, StatusCode::SEE_OTHER);
        assert_eq!(service.app.store.wants_digest(&day).await.unwrap(), digest);
        assert_eq!(service.dump().await["preferences"].len(), rows);
    }
}
