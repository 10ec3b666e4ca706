//! A database into another one, into a backup, and back.

use std::fmt::Write;
use std::fs;
use std::os::unix::fs::PermissionsExt;

use forms_service::commands;
use forms_service::data::Lock;
use forms_service::key::SigningKey;
use forms_service::mail::transport::Transport;
use forms_service::outbox::Delivery;
use forms_service::store::{Location, Store};

use crate::support::{Service, server_database, spawn_at};

/// A service on `SQLite`, whatever the others are on, with something in every table.
async fn filled() -> Service {
    let folder = tempfile::tempdir().unwrap();
    let location = Location::sqlite(folder.path());
    let service = spawn_at(folder, location).await;
    service.sign_and_confirm(&["Camille"]).await;
    for round in 0..3 {
        service.post_note("geriatrie", &format!("Merci {round} 🌻\nà l’équipe")).await;
    }
    service.fill_in("post-it", &[("espace", "accueil"), ("message", "x"), ("_adresse_web", "x")]).await;
    let signup = [("espace", "geriatrie"), ("prenom", "Camille"), ("courriel", "camille@exemple.fr")];
    service.fill_in("inscription", &signup).await;
    let mailbox = service.outbox(Transport::Mailbox(service.app.store.clone()));
    for _ in 0..3 {
        assert!(matches!(mailbox.deliver_next(service.now()).await.unwrap(), Delivery::Sent(_)));
    }
    service
}

async fn everything(store: &Store) -> String {
    let mut all = format!("{:?}\n{:?}\n", store.submissions().await.unwrap(), store.holders().await.unwrap());
    for one in store.submissions().await.unwrap() {
        writeln!(all, "{:?}\n{:?}", store.submission(one.id).await.unwrap(), store.mails_about(one.id).await.unwrap())
            .unwrap();
    }
    writeln!(all, "{:?}", store.register().await.unwrap()).unwrap();
    for mail in store.mailbox().await.unwrap() {
        writeln!(all, "{:?}", store.mailbox_mail(mail.id).await.unwrap()).unwrap();
    }
    all
}

#[tokio::test]
async fn a_copy_has_every_row_as_it_was_and_goes_into_an_empty_database_only() {
    let Some(address) = server_database().await else { return };
    let service = filled().await;
    let target = Location { postgres: Some(address), ..Location::sqlite(service.folder()) };

    let lock = Lock::take(service.folder()).unwrap();
    let refused = commands::copy(service.folder(), &target).await.unwrap_err();
    assert!(refused.to_string().contains("un autre service utilise"), "{refused}");
    drop(lock);

    let said = commands::copy(service.folder(), &target).await.unwrap();
    for (table, rows) in
        [("definitions", 3), ("submissions", 6), ("outbox", 10), ("roles", 5), ("mailbox", 3), ("register", 1)]
    {
        let line = said.lines().find(|line| line.starts_with(table)).unwrap();
        assert_eq!(line.split_whitespace().nth(1), Some(rows.to_string().as_str()), "{said}");
    }
    let copy = Store::open(&target).await.unwrap();
    assert_eq!(everything(&copy).await, everything(&service.app.store).await);

    let again = commands::copy(service.folder(), &target).await.unwrap_err();
    assert!(again.to_string().contains("n’est pas vide"), "{again}");
}

#[tokio::test]
async fn a_copy_that_is_not_read_back_as_it_was_leaves_nothing() {
    let Some(address) = server_database().await else { return };
    let service = filled().await;
    let target = Location { postgres: Some(address.clone()), ..Location::sqlite(service.folder()) };
    let store = Store::open(&target).await.unwrap();
    let pool = sqlx::PgPool::connect(address.reveal()).await.unwrap();
    let meddle = "CREATE FUNCTION meddle() RETURNS trigger AS 'BEGIN new.attempt := new.attempt + 1; RETURN new; END' \
                  LANGUAGE plpgsql";
    sqlx::query(meddle).execute(&pool).await.unwrap();
    let trigger = "CREATE TRIGGER meddle BEFORE INSERT ON outbox FOR EACH ROW EXECUTE FUNCTION meddle()";
    sqlx::query(trigger).execute(&pool).await.unwrap();

    let fault = commands::copy(service.folder(), &target).await.unwrap_err();

    assert!(format!("{fault:#}").contains("n’est pas relue comme elle a été écrite"), "{fault:#}");
    assert_eq!(store.submissions().await.unwrap(), []);
}

#[tokio::test]
async fn both_databases_have_the_same_tables() {
    let Some(address) = server_database().await else { return };
    let folder = tempfile::tempdir().unwrap();
    let file = Location::sqlite(folder.path());
    let server = Location { postgres: Some(address), ..file.clone() };
    assert_eq!(
        Store::open(&file).await.unwrap().shape().await.unwrap(),
        Store::open(&server).await.unwrap().shape().await.unwrap()
    );
}

#[tokio::test]
async fn a_backup_made_while_the_service_runs_is_restored_whole() {
    let service = filled().await;
    let _lock = Lock::take(service.folder()).unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let file = elsewhere.path().join("portail.sauvegarde");
    let before = everything(&service.app.store).await;

    let said = commands::backup(&service.app.store, service.folder(), &file).await.unwrap();
    assert!(said.starts_with("6 envois dans"), "{said}");
    service.post_note("accueil", "Après la sauvegarde").await;
    for name in ["portail.sauvegarde", "portail.sauvegarde.cle"] {
        let mode = fs::metadata(elsewhere.path().join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    assert!(commands::backup(&service.app.store, service.folder(), &file).await.is_err(), "nothing is overwritten");

    let new = Location::sqlite(elsewhere.path().join("donnees"));
    let said = commands::restore(&new, &file).await.unwrap();
    assert!(said.starts_with("6 envois restaurés. La clé est restaurée."), "{said}");
    assert_eq!(everything(&Store::open(&new).await.unwrap()).await, before);
    let sheet = service.app.key.issue_form_key("post-it", service.now());
    let restored = SigningKey::load_or_create(&new.data).unwrap();
    assert!(restored.read_form_key("post-it", &sheet, service.now()).is_some(), "links of old mails still open");
    assert!(commands::restore(&new, &file).await.unwrap_err().to_string().contains("existe déjà"));
}

#[tokio::test]
async fn a_backup_that_is_damaged_is_not_restored() {
    let service = filled().await;
    let elsewhere = tempfile::tempdir().unwrap();
    let file = elsewhere.path().join("portail.sauvegarde");
    commands::backup(&service.app.store, service.folder(), &file).await.unwrap();
    let mut bytes = fs::read(&file).unwrap();
    let half = bytes.len() / 2;
    bytes.truncate(half);
    fs::write(&file, bytes).unwrap();

    let new = Location::sqlite(elsewhere.path().join("donnees"));
    assert!(format!("{:#}", commands::restore(&new, &file).await.unwrap_err()).contains("ne peut pas servir"));
    assert!(!new.data.join("portail.sqlite").exists());
}
