//! One submission seen whole, the quarantine, and mails that are sent again.

use forms_service::cli::Command;
use forms_service::commands;
use forms_service::outbox::Delivery;
use jiff::SignedDuration;
use jiff::tz::TimeZone;

use super::command;
use crate::support::{FALLBACK, Service, spawn_service};

async fn show(service: &Service, reference: &str) -> String {
    let Command::Show(args) = command(&["show", reference]) else { panic!("show") };
    commands::show(&service.app.store, &args.reference, &TimeZone::UTC).await.unwrap()
}

async fn quarantine(service: &Service, words: &[&str]) -> String {
    let Command::Quarantine { command } = command(&[&["quarantine"], words].concat()) else { panic!("quarantine") };
    let fallback = FALLBACK.parse().unwrap();
    match commands::quarantine(&service.app.store, command, &fallback, &TimeZone::UTC, service.now()).await {
        Ok(text) => text,
        Err(error) => format!("erreur : {error:#}"),
    }
}

async fn retry(service: &Service, words: &[&str]) -> anyhow::Result<String> {
    let Command::Retry(args) = command(&[&["retry"], words].concat()) else { panic!("retry") };
    commands::retry(&service.app.store, &args, service.now()).await
}

#[tokio::test]
async fn a_submission_is_shown_whole_and_commands_no_terminal() {
    let service = spawn_service().await;
    let answers = [("espace", "geriatrie"), ("message", "Merci\nà tous \u{9b}31m"), ("courriel", "camille@exemple.fr")];
    let reference = service.fill_in("post-it", &answers).await;
    service.deliver().await;

    let text = show(&service, &reference.to_lowercase()).await;

    for part in ["post-it", "geriatrie", "reçu", "Votre message", "Merci", "camille@exemple.fr", "jour@exemple.fr"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    for part in ["moderateurs (geriatrie)", "accusé de réception", "envoyé", "en attente"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(text.chars().all(|c| c == '\n' || !c.is_control()), "{text:?}");
}

#[tokio::test]
async fn a_suspicion_and_a_wait_for_an_address_are_shown() {
    let service = spawn_service().await;
    let robot = service.fill_in("post-it", &[("espace", "accueil"), ("message", "x"), ("_adresse_web", "x")]).await;
    let answers = [("espace", "geriatrie"), ("prenom", "Camille"), ("courriel", "camille@exemple.fr")];
    let waiting = service.fill_in("inscription", &answers).await;

    assert!(show(&service, &robot).await.contains("champ piège rempli"));
    let text = show(&service, &waiting).await;
    assert!(text.contains("(non confirmée)") && text.contains("rappel à la personne le mardi 24 novembre"), "{text}");
}

#[tokio::test]
async fn what_is_in_quarantine_is_seen_and_freed_with_its_mails() {
    let service = spawn_service().await;
    assert_eq!(quarantine(&service, &["list"]).await, "Rien en quarantaine.\n");
    let note = service.post_note("geriatrie", "Merci").await;
    let robot =
        service.fill_in("post-it", &[("espace", "geriatrie"), ("message", "Tournesol"), ("_adresse_web", "x")]).await;
    service.deliver_all().await;
    assert_eq!(service.mails.sent().len(), 2, "those of the other note");

    let list = quarantine(&service, &["list"]).await;
    assert!(list.contains(&robot) && list.contains("champ piège rempli\n") && !list.contains(&note), "{list}");
    assert!(!list.contains("Tournesol"));
    assert!(quarantine(&service, &["show", &robot]).await.contains("Tournesol"));
    assert!(quarantine(&service, &["free", &note]).await.contains("n’est pas en quarantaine"));

    assert!(quarantine(&service, &["free", &robot]).await.contains("libéré"));
    service.deliver_all().await;
    assert_eq!(service.recipients(), ["jour@exemple.fr", "jour@exemple.fr", "nuit@exemple.fr", "nuit@exemple.fr"]);
    assert!(quarantine(&service, &["free", &robot]).await.contains("n’est pas en quarantaine"));
}

#[tokio::test]
async fn a_mail_that_was_set_aside_is_sent_again() {
    let service = spawn_service().await;
    service.post_note("accueil", "Merci").await;
    assert!(retry(&service, &["--tout"]).await.unwrap().contains("Aucun courrier"));
    let mut set_aside = None;
    for _ in 0..40 {
        service.mails.fail_next(451);
        if let Delivery::SetAside(id) = service.deliver().await {
            set_aside = Some(id.to_string());
            break;
        }
        service.app.clock.advance(SignedDuration::from_hours(7));
    }
    let id = set_aside.unwrap();
    service.app.clock.advance(SignedDuration::from_hours(7));
    service.deliver_all().await;
    assert_eq!(service.mails.sent().len(), 0);

    assert!(retry(&service, &[&id]).await.unwrap().contains("1 courrier repart"));
    service.deliver_all().await;
    assert_eq!(service.mails.sent().len(), 1);
    assert!(retry(&service, &[&id]).await.is_err(), "it has left");
}
