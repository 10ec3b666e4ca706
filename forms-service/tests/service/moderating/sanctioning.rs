//! Warnings and exclusions: for a confirmed address, with a reason and an end.

use axum::http::StatusCode;
use forms_service::store::submissions::{State, Suspicion};
use forms_service::store::trace::Action;
use forms_service::store::transitions::{Acted, CONFIRM_WITHIN};
use jiff::SignedDuration;

use super::{CAMILLE, DAY};
use crate::confirming::link;
use crate::support::{Service, spawn_service};

#[tokio::test]
async fn a_warning_is_mailed_with_its_reason_and_its_end_and_changes_nothing_else() {
    let service = spawn_service().await;
    service.check_nothing();
    let reference = service.confirmed_sign_up().await;
    let link = service.access(DAY).await;
    let path = format!("{link}/envoi/{reference}/sanction");
    let post = |kind, words, last| [("_sanction", kind), ("_mots", words), ("_dernier", last)];
    for (kind, words, last) in [
        ("", "", ""),
        ("avertir", "", "31/12/2026"),
        ("avertir", "Restons courtois", ""),
        ("avertir", "Restons courtois", "21/11/2026"),
        ("avertir", "Restons courtois", "2030-01-01"),
        ("", "Restons courtois", "31/12/2026"),
    ] {
        let answer = service.post(&path, &post(kind, words, last)).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{kind} {words} {last}");
    }
    assert_eq!(service.dump().await["sanctions"].len(), 0);

    let clicks = (0..5).map(|_| {
        service.post(&path, &[("_sanction", "avertir"), ("_mots", "Restons courtois"), ("_dernier", "31/12/2026")])
    });
    let answers = futures_util::future::join_all(clicks).await;
    assert!(answers.iter().all(|answer| answer.status == StatusCode::SEE_OTHER));

    let mails = service.mails_to(CAMILLE).await;
    let warned: Vec<_> = mails.iter().filter(|mail| mail.text.contains("Restons courtois")).collect();
    assert_eq!(warned.len(), 1);
    assert!(warned[0].text.contains("31 décembre 2026 inclus"), "{}", warned[0].text);
    assert!(
        service.get(&format!("{link}/envoi/{reference}")).await.body.contains("Avertissement, jusqu’au 31 décembre")
    );
    assert_eq!(service.actions(&reference).await, [(Action::Warned, Some(DAY.to_owned()))]);
    let free = service.fill_in("post-it", &[("espace", "accueil"), ("message", "x"), ("courriel", CAMILLE)]).await;
    assert_eq!(service.state(&free).await, State::Received);
}

#[tokio::test]
async fn whoever_is_excluded_has_their_posts_wait_until_the_end_or_until_let_in_again() {
    let service = spawn_service().await;
    service.check_nothing();
    let reference = service.confirmed_sign_up().await;
    let link = service.access(DAY).await;
    let exclude = [("_sanction", "exclure"), ("_mots", "Propos blessants"), ("_dernier", "31/12/2026")];
    let answer = service.post(&format!("{link}/envoi/{reference}/sanction"), &exclude).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let told = service.mails_to(CAMILLE).await.pop().unwrap();
    assert!(told.text.contains("Propos blessants") && told.text.contains("31 décembre 2026 inclus"), "{}", told.text);
    let before = service.mails.sent().len();

    // A form whose address is not checked: at once, however the address is written.
    let post = [("espace", "accueil"), ("message", "x"), ("courriel", "Camille@Exemple.fr")];
    let at_intake = service.fill_in("post-it", &post).await;
    assert_eq!(service.stored_as(&at_intake).await.suspicion, Some(Suspicion::Excluded));
    service.deliver_all().await;
    assert_eq!(service.mails.sent().len(), before, "nobody is mailed");
    // A form whose address is checked: once it is.
    let at_confirmation = service.confirmed_sign_up().await;
    let stored = service.stored_as(&at_confirmation).await;
    assert_eq!((stored.state, stored.suspicion), (State::Quarantine, Some(Suspicion::Excluded)));
    let again = link_to_confirm(&service).await;
    assert!(service.post(&again, &[("_oui", "oui")]).await.body.contains("déjà confirmée"));
    // Not to confirm is no way round it.
    let forwarded = service.propose().await;
    service.app.clock.advance(CONFIRM_WITHIN);
    assert_eq!(service.act().await, Some(Acted::SetApart));
    assert_eq!(service.state(&forwarded).await, State::Quarantine);
    for other in ["", "basile@exemple.fr"] {
        let free = service.fill_in("post-it", &[("espace", "accueil"), ("message", "x"), ("courriel", other)]).await;
        assert_eq!(service.state(&free).await, State::Received);
    }
    // Whoever is excluded may still accept the rules.
    let charter = service.sign("Camille", CAMILLE, "").await;
    service.confirm(&charter).await;
    assert_eq!(service.verify().await.unwrap().rows, 1);

    // What was confirmed before it was set apart is not to be confirmed again.
    let link = service.access(DAY).await;
    let free = format!("{link}/envoi/{at_confirmation}/quarantaine");
    service.post(&free, &[("_decision", "liberer")]).await;
    assert_eq!(service.state(&at_confirmation).await, State::Received);

    let id = service.app.store.exclusions(service.now()).await.unwrap().remove(0).id.to_string();
    let lift = format!("{link}/exclusions");
    assert!(service.get(&link).await.body.contains("Propos blessants"));
    assert_eq!(service.post(&lift, &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let stranger = service.access("communication@exemple.fr").await;
    service.post(&format!("{stranger}/exclusions"), &[("_exclusion", &id)]).await;
    assert!(service.app.store.is_excluded(&CAMILLE.parse().unwrap(), service.now()).await.unwrap());
    assert_eq!(service.post(&lift, &[("_exclusion", &id)]).await.status, StatusCode::SEE_OTHER);
    let free = service.fill_in("post-it", &[("espace", "accueil"), ("message", "y"), ("courriel", CAMILLE)]).await;
    assert_eq!(service.state(&free).await, State::Received);
    let actions: Vec<_> = service.actions(&reference).await.into_iter().map(|(action, _)| action).collect();
    assert_eq!(actions, [Action::Excluded, Action::Readmitted]);

    // Another exclusion of the same submission ends by itself, and is mailed too.
    let link = service.access(DAY).await;
    service.post(&format!("{link}/envoi/{reference}/sanction"), &exclude).await;
    let mails = service.mails_to(CAMILLE).await;
    assert_eq!(mails.iter().filter(|mail| mail.text.contains("Propos blessants")).count(), 2);
    service.app.clock.advance(SignedDuration::from_hours(24 * 40));
    assert!(!service.app.store.is_excluded(&CAMILLE.parse().unwrap(), service.now()).await.unwrap());
}

async fn link_to_confirm(service: &Service) -> String {
    let mails = service.mails_to(CAMILLE).await;
    link(mails.iter().rfind(|mail| mail.text.contains("/suivi/confirmer/")).unwrap(), "/suivi/confirmer/")
}

#[tokio::test]
async fn an_address_that_nobody_confirmed_is_neither_warned_nor_excluded() {
    let service = spawn_service().await;
    service.check_nothing();
    let reference =
        service.fill_in("post-it", &[("espace", "geriatrie"), ("message", "x"), ("courriel", CAMILLE)]).await;
    let link = service.access(DAY).await;
    assert!(!service.get(&format!("{link}/envoi/{reference}")).await.body.contains("_sanction"));
    let exclude = [("_sanction", "exclure"), ("_mots", "x"), ("_dernier", "31/12/2026")];
    let answer = service.post(&format!("{link}/envoi/{reference}/sanction"), &exclude).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert_eq!(service.dump().await["sanctions"].len(), 0);
}

#[tokio::test]
async fn a_sanction_outlives_its_submission_until_its_end_and_no_longer() {
    let service = spawn_service().await;
    let reference = service.confirmed_sign_up().await;
    let link = service.access(DAY).await;
    for kind in ["avertir", "exclure"] {
        let post = [("_sanction", kind), ("_mots", "x"), ("_dernier", "31/12/2026")];
        service.post(&format!("{link}/envoi/{reference}/sanction"), &post).await;
    }
    service.deliver_all().await;
    let id = service.stored_as(&reference).await.id;
    service.app.store.erase_submissions(&[id]).await.unwrap();
    assert!(service.app.store.is_excluded(&CAMILLE.parse().unwrap(), service.now()).await.unwrap());
    let traces = service.app.store.traces_of(&CAMILLE.parse().unwrap()).await.unwrap();
    assert_eq!((traces.warnings, traces.exclusions), (1, 1));
    service.app.store.erase_at_the_desk(&CAMILLE.parse().unwrap(), false).await.unwrap();
    assert_eq!(service.dump().await["sanctions"].len(), 1, "an exclusion protects others");

    let zone = jiff::tz::TimeZone::UTC;
    forms_service::purge::purge(&service.app.store, &zone, service.now(), false).await.unwrap();
    assert_eq!(service.dump().await["sanctions"].len(), 1);
    let ways = async || service.dump().await["outbox"].iter().filter(|row| row.contains("access")).count();
    assert!(ways().await > 0);
    service.app.clock.advance(SignedDuration::from_hours(24 * 45));
    forms_service::purge::purge(&service.app.store, &zone, service.now(), false).await.unwrap();
    assert_eq!(service.dump().await["sanctions"].len(), 0);
    assert_eq!(ways().await, 0, "the mails with the way to the page go too");
}
