//! Keys that rotate: what was signed before stays good as long as it is meant to, and the register
//! for ever.

use forms_service::cli::Command;
use forms_service::commands;
use forms_service::key::FILE;
use forms_service::outbox::Delivery;
use forms_service::register::verify::{Broken, Whole, Why};
use forms_service::store::submissions::State;
use jiff::SignedDuration;
use jiff::tz::TimeZone;

use crate::support::{Service, spawn_service};

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// What a command about keys says.
fn key(service: &Service, words: &[&str]) -> String {
    let Command::Key { command } = super::command(&[&["key"], words].concat()) else { panic!("another command") };
    commands::key(service.folder(), command, &TimeZone::UTC, service.now()).unwrap()
}

/// A new key, and a service that signs with it.
async fn rotated(service: Service) -> Service {
    key(&service, &["rotate"]);
    service.restart().await
}

#[tokio::test]
async fn what_was_signed_before_a_rotation_is_good_after_it() {
    let service = spawn_service().await;
    let sheet = service.key("post-it").await;
    let reference = service.post_note("geriatrie", "Merci").await;
    service.deliver_all().await;
    let link = service.decision_link("jour@exemple.fr");

    let service = rotated(rotated(service).await).await;
    service.app.clock.advance(DAY);

    let post = [("_cle", sheet.as_str()), ("espace", "geriatrie"), ("message", "Bravo")];
    let later = service.post("/formulaires/post-it/", &post).await.reference();
    assert_eq!(service.post(&link, &[("_decision", "approuver")]).await.status.as_u16(), 303);
    assert_eq!(service.state(&reference).await, State::Approved);

    // What is signed now says so, is no longer than a line, and works.
    assert!(service.key("post-it").await.ends_with(".2"));
    service.deliver_all().await;
    let new = service.decision_link("jour@exemple.fr");
    assert!(new.len() > link.len() && new.len() < 70, "{}", new.len());
    assert_eq!(service.post(&new, &[("_decision", "approuver")]).await.status.as_u16(), 303);
    assert_eq!(service.state(&later).await, State::Approved);
}

#[tokio::test]
async fn a_mail_that_is_sent_again_after_a_rotation_is_the_same_to_the_byte() {
    let service = spawn_service().await;
    service.post_note("accueil", "Merci").await;
    let mail = service.app.store.pending_mails().await.unwrap()[0].id;
    let word = async |service: &Service| {
        service.composer().compose(&service.app.store.letter(mail).await.unwrap()).unwrap().raw
    };
    let before = word(&service).await;
    service.mails.fail_next(451);
    assert!(matches!(service.deliver().await, Delivery::Delayed(..)));
    let service = rotated(service).await;
    assert_eq!(word(&service).await, before);
}

#[tokio::test]
async fn a_link_is_good_to_its_end_and_its_key_is_not_retired_before() {
    let service = spawn_service().await;
    service.post_note("geriatrie", "Merci").await;
    service.deliver_all().await;
    let link = service.decision_link("jour@exemple.fr");
    let service = rotated(service).await;

    service.app.clock.advance(DAY * 34);
    assert!(key(&service, &["retire"]).contains("est gardée"));
    let service = service.restart().await;
    assert_eq!(service.get(&link).await.status.as_u16(), 200);

    service.app.clock.advance(DAY * 2);
    assert!(key(&service, &["list"]).contains("vérifie les liens jusqu’au"));
    assert!(key(&service, &["retire"]).contains("clé d’origine ne vérifie plus que le registre"));
    let service = service.restart().await;
    assert_eq!(service.get(&link).await.status.as_u16(), 404);
    assert!(key(&service, &["list"]).contains("clé d’origine  ne vérifie plus que le registre"));
    assert_eq!(key(&service, &["retire"]), "Aucune clé n’est à retirer.\n");
}

#[tokio::test]
async fn a_key_that_somebody_read_opens_nothing_any_more() {
    let service = spawn_service().await;
    service.post_note("geriatrie", "Merci").await;
    service.deliver_all().await;
    let link = service.decision_link("jour@exemple.fr");
    key(&service, &["rotate"]);
    key(&service, &["retire", "--sans-attendre"]);
    let service = service.restart().await;
    assert_eq!(service.get(&link).await.status.as_u16(), 404);
    // What was not decided is reached by a link that the new key signs.
    service.post_note("geriatrie", "Bravo").await;
    service.deliver_all().await;
    assert_eq!(service.get(&service.decision_link("jour@exemple.fr")).await.status.as_u16(), 200);
}

#[tokio::test]
async fn the_register_holds_across_rotations_and_names_the_key_that_is_missing() {
    let service = spawn_service().await;
    service.sign_and_confirm(&["Anna"]).await;
    let service = rotated(service).await;
    service.sign_and_confirm(&["Basile"]).await;
    let service = rotated(service).await;
    service.sign_and_confirm(&["Claire"]).await;
    service.app.clock.advance(DAY * 40);
    key(&service, &["retire"]);
    let service = service.restart().await;

    let rows = service.app.store.register().await.unwrap();
    assert_eq!(rows.iter().map(|found| found.row.key_id.as_str()).collect::<Vec<_>>(), ["", "1", "2"]);
    assert_eq!(service.verify().await, Ok(Whole { rows: 3, erased: 0 }));

    // Without the line of the second key.
    let path = service.folder().join(FILE);
    let text = std::fs::read_to_string(&path).unwrap();
    let without: Vec<&str> = text.lines().filter(|line| !line.starts_with("1:")).collect();
    std::fs::write(&path, without.join("\n")).unwrap();
    let service = service.restart().await;
    assert_eq!(service.verify().await, Err(Broken { number: 2, why: Why::UnknownKey, before: 1 }));
}

#[tokio::test]
async fn no_command_shows_a_secret() {
    let service = spawn_service().await;
    let mut said = key(&service, &["rotate"]);
    for words in [&["list"][..], &["retire", "--sans-attendre"], &["list"]] {
        said.push_str(&key(&service, words));
    }
    let text = std::fs::read_to_string(service.folder().join(FILE)).unwrap();
    for line in text.lines() {
        let secret = line.split([':', ' ']).nth(1).unwrap();
        assert_eq!(secret.len(), 43);
        assert!(!said.contains(secret));
    }
}
