//! What an operator does with the register of signatures, and what is left of somebody in it.

use std::os::unix::fs::PermissionsExt;

use clap::Parser;
use forms_service::cli::{Cli, Command};
use forms_service::commands::{self, Outcome};
use forms_service::purge::purge;
use forms_service::register::chain::fingerprint;
use forms_service::register::standing::must_sign_again;
use forms_service::register::verify::Whole;
use forms_service::store::Store;
use jiff::SignedDuration;
use jiff::tz::TimeZone;

use super::command;
use crate::support::{Service, changed_portal, spawn_service};

async fn say(service: &Service, words: &[&str]) -> Outcome {
    let Command::VerifyRegister(args) = command(&[&["verify-register"], words].concat()) else { panic!("verify") };
    commands::verify_register(&service.app.store, &args, service.folder()).await.unwrap()
}

async fn export(service: &Service, name: &str, words: &[&str]) -> String {
    let path = service.folder().join(name);
    let words = [&["export", path.to_str().unwrap(), "--registre"], words].concat();
    let Command::Export(args) = command(&words) else { panic!("export") };
    let portal = service.app.site.portal();
    commands::export_register(&service.app.store, &args, portal.choices(), &TimeZone::UTC).await.unwrap();
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    std::fs::read_to_string(path).unwrap()
}

/// The charter of the tests with another article.
fn change_the_charter(service: &Service) {
    service.app.site.replace(changed_portal("chartes/bienveillance.md", |text| {
        text.replace("Nous disons bonjour à chacun.", "Nous disons bonjour et merci à chacun.")
    }));
}

#[tokio::test]
async fn an_operator_is_told_in_french_that_the_register_is_whole_or_what_is_not() {
    let service = spawn_service().await;
    assert_eq!(say(&service, &[]).await, Outcome { text: "Le registre est vide.\n".to_owned(), code: 0 });
    service.sign_and_confirm(&["Anna", "Basile", "Claire"]).await;
    let digest = service.app.store.register().await.unwrap()[2].row.digest.clone();
    let proof = fingerprint(&digest).to_uppercase();
    let groups: Vec<&str> = proof.split(' ').collect();

    let sound = say(&service, &[&["--preuve", "3"], &groups[..]].concat()).await;
    assert_eq!(sound.code, 0, "{}", sound.text);
    assert!(sound.text.starts_with("3 lignes entières, qui se suivent.\nLa preuve est la bonne : la ligne 3"));
    let other = say(&service, &["--preuve", "2", &proof]).await;
    assert_eq!(other.code, 1);
    assert!(other.text.contains("Ligne 2 : son empreinte n’est pas celle du courriel"), "{}", other.text);

    service.meddle("DELETE FROM register WHERE seq = 3").await;
    let cut = say(&service, &["--preuve", "3", &proof]).await;
    assert_eq!(cut.code, 1);
    for said in ["2 lignes entières", "1 signature confirmée n’est pas au registre", "Ligne 3 : elle manque"] {
        assert!(cut.text.contains(said), "{said}: {}", cut.text);
    }
    service.meddle("UPDATE register SET name = 'Autre' WHERE seq = 2").await;
    let altered = say(&service, &[]).await;
    assert_eq!(altered.code, 1);
    assert!(altered.text.contains("Ligne 2 : elle a été modifiée"), "{}", altered.text);
    assert!(altered.text.contains("La ligne d’avant est entière."), "{}", altered.text);

    std::fs::remove_file(service.folder().join("cle")).unwrap();
    let Command::VerifyRegister(args) = command(&["verify-register"]) else { panic!("verify") };
    assert!(commands::verify_register(&service.app.store, &args, service.folder()).await.is_err());
    assert!(!service.folder().join("cle").exists(), "looking makes no key");
}

#[test]
fn a_proof_is_a_number_and_a_digest() {
    let proof = |words: &[&str]| {
        let Command::VerifyRegister(args) = command(&[&["verify-register", "--preuve"], words].concat()) else {
            panic!("verify")
        };
        args.proof().is_ok()
    };
    assert!(proof(&["3", "3f2a91c077de04b8"]) && proof(&["3", "3f2a", "91c0", "77de", "04b8"]));
    assert!(!proof(&["trois", "3f2a91c077de04b8"]) && !proof(&["3", "3f2a"]));
    let parses = |words: &[&str]| Cli::try_parse_from([&["forms-service"], words].concat()).is_ok();
    assert!(!parses(&["verify-register", "--preuve", "3"]));
    assert!(!parses(&["export", "x.csv", "--espace", "geriatrie"]), "only the register has spaces");
    assert!(!parses(&["export", "x.csv", "--registre", "--formulaire", "post-it"]));
}

#[tokio::test]
async fn the_cadre_gets_a_table_that_says_who_is_to_sign_again() {
    let service = spawn_service().await;
    service.sign_and_confirm(&["Anna", "Basile"]).await;
    let link = service.sign("=1+1", "claire@exemple.fr", "accueil").await;
    service.confirm(&link).await;
    let before = export(&service, "avant.csv", &[]).await;
    let lines: Vec<&str> = before.split("\r\n").collect();
    assert_eq!(
        lines[0],
        "\u{feff}\"Numéro\";\"Charte\";\"Version\";\"En vigueur\";\"Signée le\";\"Nom\";\"Adresse\";\"Service\";\
         \"À signer à nouveau\""
    );
    assert!(
        lines[1].starts_with("\"1\";\"Charte de bienveillance\";\"7a4d29b1\";\"oui\";\"2026-11-22 12:00\";\"Anna\"")
    );
    assert!(
        lines[1].ends_with("\"anna@exemple.fr\";\"geriatrie\";\"non\"") || lines[1].contains("Gériatrie"),
        "{}",
        lines[1]
    );
    assert!(lines[3].contains(";\"'=1+1\";"), "{}", lines[3]);

    change_the_charter(&service);
    // Anna signs the new text, in another department.
    let link = service.sign("Anna", "Anna@exemple.fr", "accueil").await;
    service.confirm(&link).await;

    let after = export(&service, "apres.csv", &["--espace", "geriatrie"]).await;
    let lines: Vec<&str> = after.trim_end().split("\r\n").skip(1).collect();
    assert_eq!(lines.len(), 2, "{after}");
    assert!(
        lines[0].contains("\"Anna\"") && lines[0].contains(";\"non\";") && lines[0].ends_with("\"non\""),
        "{after}"
    );
    assert!(lines[1].contains("\"Basile\"") && lines[1].ends_with("\"oui\""), "{after}");
    let all = service.app.store.signatures(None).await.unwrap();
    let portal = service.app.site.portal();
    let again: Vec<i64> = must_sign_again(&all, &portal.choices().charters).iter().map(|one| one.number).collect();
    assert_eq!(again, [2, 3]);
}

async fn holds(store: &Store, words: &str) -> bool {
    format!("{:?}", store.register().await.unwrap()).contains(words)
}

#[tokio::test]
async fn a_purge_takes_the_person_out_of_the_register_and_leaves_it_whole() {
    let service = spawn_service().await;
    service.sign_and_confirm(&["Tournesol", "Basile"]).await;
    service.deliver_all().await;
    service.app.clock.advance(SignedDuration::from_hours(24 * 60));
    service.sign_and_confirm(&["Claire"]).await;
    service.deliver_all().await;
    assert!(holds(&service.app.store, "Tournesol").await);
    service.app.clock.advance(SignedDuration::from_hours(24 * 40));

    purge(&service.app.store, &TimeZone::UTC, service.now(), false).await.unwrap();

    assert_eq!(service.verify().await, Ok(Whole { rows: 3, erased: 2 }));
    for gone in ["Tournesol", "tournesol@exemple.fr", "Basile"] {
        assert!(!holds(&service.app.store, gone).await, "{gone}");
    }
    assert!(holds(&service.app.store, "Claire").await);
    if service.location().postgres.is_none() {
        for file in ["portail.sqlite", "portail.sqlite-wal"] {
            let bytes = std::fs::read(service.folder().join(file)).unwrap_or_default();
            assert!(!bytes.windows(9).any(|window| window == b"Tournesol"), "{file}");
        }
    }
    let said = say(&service, &[]).await;
    assert!(said.text.starts_with("3 lignes entières, qui se suivent, dont 2 ne portent plus de nom"), "{}", said.text);
    let table = export(&service, "registre.csv", &[]).await;
    assert!(
        table.contains("\"1\";\"Charte de bienveillance\";\"7a4d29b1\";\"oui\"")
            && table.contains("\"\";\"\";\"\";\"non\""),
        "{table}"
    );
    // What is signed next follows an erased row as any other.
    service.sign_and_confirm(&["Driss"]).await;
    assert_eq!(service.verify().await, Ok(Whole { rows: 4, erased: 2 }));
    // What is left of an erased row is still bound.
    service.meddle("UPDATE register SET version = '00000000' WHERE seq = 1").await;
    assert!(service.verify().await.is_err());
}

#[tokio::test]
async fn whoever_asks_to_be_erased_leaves_the_register_too() {
    let service = spawn_service().await;
    service.sign_and_confirm(&["Anna", "Basile", "Claire"]).await;
    let Command::Erase(args) = command(&["erase", "basile@exemple.fr", "--confirmer"]) else { panic!("erase") };
    commands::erase(&service.app.store, &args, &TimeZone::UTC, service.now()).await.unwrap();

    assert!(!holds(&service.app.store, "asile").await);
    assert_eq!(service.verify().await, Ok(Whole { rows: 3, erased: 1 }));
}
