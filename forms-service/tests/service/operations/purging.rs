//! What was kept long enough is forgotten, and nothing else is.

use forms_service::cli::Command;
use forms_service::commands;
use forms_service::mail::transport::Transport;
use forms_service::outbox::Delivery;
use forms_service::purge::{Purged, purge};
use forms_service::store::retention::Forgotten;
use forms_service::store::submissions::State;
use jiff::SignedDuration;
use jiff::tz::TimeZone;

use super::command;
use crate::support::{Service, spawn_service};

const DAY: SignedDuration = SignedDuration::from_hours(24);

async fn run(service: &Service) -> Purged {
    purge(&service.app.store, &TimeZone::UTC, service.now(), false).await.unwrap()
}

#[tokio::test]
async fn each_state_is_kept_as_long_as_the_form_says() {
    let service = spawn_service().await;
    service.post_note("geriatrie", "Merci").await;
    service.deliver_all().await;
    service.fill_in("post-it", &[("espace", "accueil"), ("message", "x"), ("_adresse_web", "x")]).await;
    service.post_note("geriatrie", "Oublié").await;
    service.deliver_all().await;
    service
        .tamper(
            "UPDATE submissions SET state = 'lapsed' WHERE answers LIKE '%Oublié%'",
            "UPDATE submissions SET state = 'lapsed' WHERE answers LIKE '%Oublié%'",
        )
        .await;

    // One month for a quarantine and for what lapsed, three for what was received: from noon of
    // the 22nd of November on.
    service.app.clock.advance(DAY * 28);
    assert_eq!(run(&service).await, Purged::default());
    service.app.clock.advance(DAY * 2);
    let groups = run(&service).await.groups;
    assert_eq!(
        groups,
        [("post-it".to_owned(), State::Quarantine, 1), ("post-it".to_owned(), State::Lapsed, 1)],
        "a month has passed"
    );
    service.app.clock.advance(DAY * 60);
    assert_eq!(run(&service).await, Purged::default());
    service.app.clock.advance(DAY * 2);
    let purged = run(&service).await;
    assert_eq!(purged.groups, [("post-it".to_owned(), State::Received, 1)]);
    assert_eq!((purged.forgotten.submissions, purged.forgotten.mails), (1, 2));
    assert_eq!(service.stored().await, 0);
    assert_eq!(service.app.store.count_mails_by_kind().await.unwrap(), []);
}

#[tokio::test]
async fn what_nobody_was_mailed_about_yet_is_not_purged() {
    let service = spawn_service().await;
    service.post_note("accueil", "Merci").await;
    service.app.clock.advance(DAY * 100);

    let purged = run(&service).await;
    assert_eq!((purged.submissions(), purged.waiting), (0, 1));
    assert_eq!(service.stored().await, 1);

    // Set aside after five days of refusals, it was in sight ever since.
    for _ in 0..40 {
        service.mails.fail_next(451);
        service.deliver().await;
        service.app.clock.advance(SignedDuration::from_hours(7));
    }
    assert_eq!(service.app.store.count_mails().await.unwrap().set_aside, 1);
    assert_eq!(run(&service).await.submissions(), 1);
    assert_eq!(service.stored().await, 0);
}

/// Between looking and forgetting, a mail may be queued or a submission freed.
#[tokio::test]
async fn what_changed_since_it_was_looked_at_is_left_alone() {
    let service = spawn_service().await;
    service.post_note("accueil", "Merci").await;
    let store = &service.app.store;
    let id = store.submissions().await.unwrap()[0].id;
    assert_eq!(store.forget_aged(id, State::Received).await.unwrap(), Forgotten::default(), "its mail waits");
    service.deliver_all().await;
    assert_eq!(store.forget_aged(id, State::Quarantine).await.unwrap(), Forgotten::default(), "it was freed");
    assert_eq!(service.stored().await, 1);
    assert_eq!(store.forget_aged(id, State::Received).await.unwrap().submissions, 1);
}

#[tokio::test]
async fn a_trial_says_what_would_go_and_keeps_it() {
    let service = spawn_service().await;
    service.post_note("accueil", "Merci").await;
    service.deliver_all().await;
    service.app.clock.advance(DAY * 100);
    let say = async |words: &[&str]| {
        let Command::Purge(args) = command(words) else { panic!("purge") };
        commands::purge(&service.app.store, &args, &TimeZone::UTC, service.now()).await.unwrap()
    };

    let trial = say(&["purge", "--essai"]).await;
    assert!(trial.contains("À supprimer : 1 envoi. Rien n’a été supprimé"), "{trial}");
    assert_eq!(service.stored().await, 1);
    assert!(say(&["purge"]).await.contains("Supprimé : 1 envoi, 1 courrier."));
    assert!(say(&["purge"]).await.contains("Rien n’a été gardé assez longtemps"));
}

#[tokio::test]
async fn what_a_form_that_cannot_be_read_any_more_promised_is_not_guessed() {
    let service = spawn_service().await;
    service.post_note("accueil", "Merci").await;
    service.deliver_all().await;
    service.tamper("UPDATE definitions SET yaml = 'titre: x'", "UPDATE definitions SET yaml = 'titre: x'").await;
    service.app.clock.advance(DAY * 1000);

    assert_eq!(run(&service).await.unreadable, [("post-it".to_owned(), 1)]);
    assert_eq!(service.stored().await, 1);
}

/// The mailbox of a demonstration holds the words of the mails; the file of `SQLite` and its log
/// hold whatever was not overwritten.
#[tokio::test]
async fn no_word_of_what_was_purged_is_left_in_the_data_folder() {
    let service = spawn_service().await;
    for round in 0..200 {
        let words = format!("Tournesol {round} ").repeat(10);
        service.fill_in("contact", &[("message", &words), ("_confirme", "oui")]).await;
    }
    let mailbox = service.outbox(Transport::Mailbox(service.app.store.clone()));
    while mailbox.deliver_next(service.now()).await.unwrap() != Delivery::Idle {}
    let file = service.folder().join("portail.sqlite");
    let is_file = service.location().postgres.is_none();
    let holds_words = || {
        let log = std::fs::read(service.folder().join("portail.sqlite-wal")).unwrap_or_default();
        let bytes = [std::fs::read(&file).unwrap_or_default(), log].concat();
        bytes.windows(9).any(|window| window == b"Tournesol")
    };
    assert_eq!(holds_words(), is_file);
    service.app.clock.advance(DAY * 100);

    assert_eq!(run(&service).await.forgotten.copies, 200);

    assert!(service.app.store.mailbox().await.unwrap().is_empty());
    assert!(!holds_words());
    if is_file {
        let left = std::fs::metadata(&file).unwrap().len();
        assert!(left < 400_000, "{left} bytes are left of a file that held 200 mails");
    }
}
