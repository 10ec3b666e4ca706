//! One person's data, all of it, and nobody else's.

use forms_service::cli::Command;
use forms_service::commands;
use jiff::tz::TimeZone;

use super::command;
use crate::support::{Service, spawn_service};

const CAMILLE: &str = "camille@exemple.fr";

async fn erase(service: &Service, words: &[&str]) -> String {
    let Command::Erase(args) = command(&[&["erase"], words].concat()) else { panic!("erase") };
    match commands::erase(&service.app.store, &args, &TimeZone::UTC, service.now()).await {
        Ok(text) => text,
        Err(error) => format!("erreur : {error:#}"),
    }
}

async fn references(service: &Service) -> Vec<String> {
    service.app.store.submissions().await.unwrap().iter().map(|one| one.reference.to_string()).collect()
}

#[tokio::test]
async fn a_persons_submissions_go_and_those_of_others_stay() {
    let service = spawn_service().await;
    let sent = service.fill_in("post-it", &[("espace", "accueil"), ("message", "Un"), ("courriel", CAMILLE)]).await;
    let named =
        service.fill_in("contact", &[("message", "Écrivez à\nCAMILLE@exemple.fr."), ("_confirme", "oui")]).await;
    let other = service.fill_in("contact", &[("message", "De x.camille@exemple.fr"), ("_confirme", "oui")]).await;
    let waiting =
        service.fill_in("inscription", &[("espace", "geriatrie"), ("prenom", "C"), ("courriel", CAMILLE)]).await;

    let shown = erase(&service, &["Camille@Exemple.fr"]).await;
    for reference in [&sent, &named, &waiting] {
        assert!(shown.contains(reference.as_str()), "{shown}");
    }
    assert!(!shown.contains(&other) && shown.contains("--confirmer"), "{shown}");
    assert_eq!(references(&service).await.len(), 4);

    let done = erase(&service, &[CAMILLE, "--confirmer"]).await;
    assert!(done.contains("Effacé : 3 envois"), "{done}");
    for stays in ["sauvegardes", "courriers déjà partis", "historique de git", sent.as_str()] {
        assert!(done.contains(stays), "{stays}: {done}");
    }
    assert_eq!(references(&service).await, [other]);
    assert!(service.app.store.pending_mails().await.unwrap().iter().all(|mail| mail.recipient != CAMILLE));
    assert!(erase(&service, &[CAMILLE]).await.contains("Rien à effacer"));
}

#[tokio::test]
async fn one_submission_is_erased_by_its_reference() {
    let service = spawn_service().await;
    let first = service.post_note("accueil", "Un").await;
    let second = service.post_note("accueil", "Deux").await;

    assert!(erase(&service, &["--reference", &first.to_lowercase()]).await.contains("Rien n’est effacé"));
    assert!(erase(&service, &["--reference", &first, "--confirmer"]).await.contains("Effacé : 1 envoi, 1 courrier"));
    assert_eq!(references(&service).await, [second]);
    assert!(erase(&service, &["--reference", &first]).await.contains("aucun envoi ne porte la référence"));
}

#[tokio::test]
async fn roles_are_kept_unless_they_are_to_go_and_no_submission_is_left_without_a_reader() {
    let service = spawn_service().await;
    service.post_note("accueil", "Un").await;
    service.deliver_all().await;
    service.post_note("accueil", "Deux").await;
    let moderator = "moderation@exemple.fr";

    let shown = erase(&service, &[moderator]).await;
    assert!(shown.contains("1 courrier parti") && shown.contains("1 courrier n’est pas encore parti"), "{shown}");
    assert!(shown.contains("Rôle moderateurs (portail) : gardé"), "{shown}");
    erase(&service, &[moderator, "--confirmer"]).await;
    assert!(service.app.store.holders().await.unwrap().iter().any(|one| one.address.to_string() == moderator));
    assert_eq!(service.app.store.pending_mails().await.unwrap().len(), 1, "the second note still has its reader");
    assert_eq!(service.app.store.count_mails().await.unwrap().sent, 0);

    assert!(erase(&service, &[moderator, "--roles", "--confirmer"]).await.contains("1 rôle."));
    assert!(service.app.store.holders().await.unwrap().iter().all(|one| one.address.to_string() != moderator));
}
