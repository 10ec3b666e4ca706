//! What must never happen, each line of it that this service could break.

use crate::support::{DIRECTORY, FALLBACK, spawn_service};

#[tokio::test]
async fn a_submission_that_was_accepted_is_never_lost() {
    let mut service = spawn_service().await;
    let mut references = Vec::new();
    for round in 0..3 {
        references.push(service.post_note("geriatrie", &format!("Merci {round}")).await);
        service = service.restart().await;
    }

    let stored = service.app.store.submissions().await.unwrap();
    let mut kept: Vec<_> = stored.iter().map(|one| one.reference.to_string()).collect();
    kept.sort();
    references.sort();
    assert_eq!(kept, references);

    service.deliver_all().await;
    assert_eq!(service.mails.sent().len(), 6, "each submission reaches both moderators");
}

/// If the mails cannot be queued, the submission is not stored either, and nobody is thanked.
#[tokio::test]
async fn a_submission_is_never_stored_without_its_mails() {
    let service = spawn_service().await;
    service
        .tamper(
            "CREATE TRIGGER no_second_mail BEFORE INSERT ON outbox WHEN new.recipient = 'nuit@exemple.fr' \
             BEGIN SELECT raise(ABORT, 'refused'); END",
            "ALTER TABLE outbox ADD CONSTRAINT no_second_mail CHECK (recipient <> 'nuit@exemple.fr')",
        )
        .await;
    let key = service.key("post-it").await;
    let post = [("_cle", key.as_str()), ("espace", "geriatrie"), ("message", "Merci")];

    let answer = service.post("/formulaires/post-it/", &post).await;

    assert_eq!(answer.status, 500);
    assert_eq!(service.stored().await, 0);
    assert_eq!(service.app.store.count_mails().await.unwrap().waiting, 0);
    service.tamper("DROP TRIGGER no_second_mail", "ALTER TABLE outbox DROP CONSTRAINT no_second_mail").await;
    service.post("/formulaires/post-it/", &post).await.reference();
    assert_eq!(service.app.store.count_mails().await.unwrap().waiting, 2);
}

#[tokio::test]
async fn a_moderator_address_is_never_published() {
    let service = spawn_service().await;
    let key = service.key("post-it").await;
    let reference = service.post_note("geriatrie", "Merci").await;
    service.deliver_all().await;
    let mut shown = vec![
        service.post("/formulaires/post-it/", &[("_cle", &key)]).await,
        service.post("/formulaires/post-it/", &[("espace", "geriatrie"), ("message", "Merci")]).await,
        service.post("/formulaires/post-it/", &[("_cle", &key), ("espace", "geriatrie"), ("message", "x")]).await,
        service.post("/formulaires/inconnu/", &[]).await,
    ];
    for path in [
        "/formulaires/post-it/",
        "/formulaires/contact/",
        &format!("/formulaires/post-it/merci/?reference={reference}"),
        "/formulaires/ferme/",
        "/sante",
        "/suivi/x",
        "/moderation/x",
        "/",
    ] {
        shown.push(service.get(path).await);
    }

    let addresses = DIRECTORY.split([' ', '[', ']', ',', '{', '}', '\n']).filter(|word| word.contains('@'));
    for address in addresses.chain([FALLBACK]) {
        for answer in &shown {
            assert!(!answer.body.contains(address), "{address} in {}", answer.body);
            assert!(answer.headers.values().all(|value| !value.to_str().unwrap_or_default().contains(address)));
        }
    }
}
