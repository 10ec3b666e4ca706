//! The commands beside a running service.

use clap::Parser;
use forms_service::cli::{Cli, Command, RolesCommand};
use forms_service::commands;
use forms_service::store::Location;
use jiff::tz::TimeZone;

use crate::support::{Service, spawn_service};

fn roles_command(words: &[&str]) -> RolesCommand {
    let words = ["forms-service", "roles"].iter().chain(words);
    match Cli::try_parse_from(words).unwrap().command {
        Some(Command::Roles { command }) => command,
        other => panic!("{other:?}"),
    }
}

async fn roles(service: &Service, words: &[&str]) -> String {
    match commands::roles(&service.app.store, roles_command(words), service.now()).await {
        Ok(text) => text,
        Err(error) => format!("erreur : {error:#}\n"),
    }
}

async fn list(service: &Service, words: &[&str]) -> String {
    let words = ["forms-service", "list"].iter().chain(words);
    let Some(Command::List(args)) = Cli::try_parse_from(words).unwrap().command else { panic!("list") };
    commands::list(&service.app.store, &args, &TimeZone::UTC).await.unwrap()
}

#[tokio::test]
async fn a_list_is_narrowed_by_state_form_and_space() {
    let service = spawn_service().await;
    let note = service.post_note("geriatrie", "Merci").await;
    let contact = service.fill_in("contact", &[("message", "Bonjour"), ("_confirme", "oui")]).await;
    let robot = service.fill_in("post-it", &[("espace", "accueil"), ("message", "x"), ("_adresse_web", "x")]).await;

    for (words, wanted) in [
        (&["--formulaire", "post-it"][..], vec![&robot, &note]),
        (&["--espace", "portail"], vec![&contact]),
        (&["--espace", "geriatrie"], vec![&note]),
        (&["--etat", "quarantaine"], vec![&robot]),
        (&["--etat", "caduc"], vec![]),
    ] {
        let text = list(&service, words).await;
        let found: Vec<_> = text.lines().filter_map(|line| line.split_once("  ")).map(|(first, _)| first).collect();
        assert_eq!(found, wanted, "{words:?}: {text}");
    }
}

#[tokio::test]
async fn list_shows_what_was_received_and_no_word_of_it() {
    let service = spawn_service().await;
    assert_eq!(list(&service, &[]).await, "Aucun envoi.\n");
    let reference = service.post_note("geriatrie", "Un mot secret").await;

    let text = list(&service, &[]).await;

    assert!(text.starts_with(&reference) && text.contains("post-it") && text.contains("geriatrie"), "{text}");
    assert!(text.contains("reçu") && text.contains("22 novembre 2026 à 12\u{a0}h"), "{text}");
    assert!(!text.contains("secret"));
}

#[tokio::test]
async fn outbox_shows_what_did_not_leave_and_why() {
    let service = spawn_service().await;
    let reference = service.post_note("accueil", "Un mot secret").await;
    service.mails.fail_next(451);
    service.deliver().await;

    let text = commands::outbox(&service.app.store, &TimeZone::UTC).await.unwrap();

    assert!(text.contains(&reference) && text.contains("moderation@exemple.fr"), "{text}");
    assert!(text.contains("en attente après 1 essai, prochain essai le dimanche 22 novembre 2026 à 12\u{a0}h"));
    assert!(text.contains("451") && !text.contains("secret"), "{text}");
    service.app.clock.advance(jiff::SignedDuration::from_mins(2));
    service.deliver().await;
    assert_eq!(commands::outbox(&service.app.store, &TimeZone::UTC).await.unwrap(), "Aucun courrier en attente.\n");
}

#[tokio::test]
async fn roles_are_given_and_taken_away() {
    let service = spawn_service().await;
    let camille = ["accueil", "cadre", "camille@exemple.fr"];
    let with = |verb| [&[verb], &camille[..]].concat();

    assert_eq!(roles(&service, &with("add")).await, "Rôle ajouté.\n");
    assert_eq!(roles(&service, &with("add")).await, "Cette personne tient déjà ce rôle.\n");
    assert!(
        roles(&service, &["list"]).await.lines().any(|line| { line.split_whitespace().collect::<Vec<_>>() == camille })
    );
    assert_eq!(roles(&service, &with("remove")).await, "Rôle retiré.\n");
    assert!(roles(&service, &with("remove")).await.starts_with("erreur"));
}

#[tokio::test]
async fn a_directory_is_imported_for_what_it_has_more() {
    let service = spawn_service().await;
    let file = service.folder().join("annuaire.yaml");
    let text = "portail: {moderateurs: [moderation@exemple.fr, autre@exemple.fr]}\n";
    std::fs::write(&file, text).unwrap();

    let file = file.to_str().unwrap();
    assert_eq!(roles(&service, &["import", file]).await, "1 rôle ajouté.\n");
    assert_eq!(roles(&service, &["import", file]).await, "0 rôle ajouté.\n");
    assert!(roles(&service, &["import", "absent.yaml"]).await.contains("il n’y a pas de"));
}

#[tokio::test]
async fn looking_into_an_empty_folder_makes_no_database() {
    let folder = tempfile::tempdir().unwrap();
    assert!(commands::open(&Location::sqlite(folder.path())).await.is_err());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}
