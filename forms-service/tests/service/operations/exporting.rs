//! Submissions as a table.

use std::os::unix::fs::PermissionsExt;

use forms_service::cli::Command;
use forms_service::commands;
use jiff::SignedDuration;
use jiff::tz::TimeZone;

use super::command;
use crate::support::{Service, spawn_service};

async fn export(service: &Service, name: &str, words: &[&str]) -> anyhow::Result<String> {
    let path = service.folder().join(name);
    let Command::Export(args) = command(&[&["export", path.to_str().unwrap()], words].concat()) else {
        panic!("export")
    };
    commands::export(&service.app.store, &args, &TimeZone::UTC).await?;
    Ok(std::fs::read_to_string(path)?)
}

#[tokio::test]
async fn a_table_has_a_column_a_question_and_no_formula() {
    let service = spawn_service().await;
    let note =
        [("espace", "geriatrie"), ("message", "=HYPERLINK(\"http://exemple.fr\")"), ("courriel", "a@exemple.fr")];
    let first = service.fill_in("post-it", &note).await;
    let second = service.fill_in("contact", &[("message", "Bonjour ; à tous"), ("_confirme", "oui")]).await;

    let text = export(&service, "tout.csv", &[]).await.unwrap();
    let lines: Vec<_> = text.split("\r\n").collect();
    assert_eq!(
        lines[0],
        "\u{feff}\"Référence\";\"Formulaire\";\"Espace\";\"État\";\"Reçu le\";\"Adresse confirmée\";\"Signalé\";\
         \"post-it : Le service\";\"post-it : Votre message\";\"post-it : Votre adresse\";\"contact : Votre message\""
    );
    assert!(lines[1].starts_with(&format!("\"{first}\";\"post-it\";\"geriatrie\";\"reçu\";\"2026-11-22 12:00\"")));
    assert!(lines[1].contains("\"'=HYPERLINK(\"\"http://exemple.fr\"\")\""), "{}", lines[1]);
    assert!(
        lines[2].starts_with(&format!("\"{second}\"")) && lines[2].ends_with("\"Bonjour ; à tous\""),
        "{}",
        lines[2]
    );
    let mode = std::fs::metadata(service.folder().join("tout.csv")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);

    let one = export(&service, "contact.csv", &["--formulaire", "contact"]).await.unwrap();
    assert!(one.contains(";\"Votre message\"\r\n") && one.contains(&second) && !one.contains(&first), "{one}");
    assert!(export(&service, "tout.csv", &[]).await.is_err(), "nothing is overwritten");
}

#[tokio::test]
async fn a_table_begins_at_a_day_and_goes_past_a_page() {
    let service = spawn_service().await;
    let before = service.post_note("accueil", "Avant").await;
    service.app.clock.advance(SignedDuration::from_hours(24));
    let after = service.post_note("accueil", "Après").await;

    let text = export(&service, "depuis.csv", &["--depuis", "2026-11-23"]).await.unwrap();
    assert!(text.contains(&after) && !text.contains(&before), "{text}");
}
