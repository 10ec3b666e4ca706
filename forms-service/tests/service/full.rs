//! Below the floor of free space that is configured, nothing more is taken in; what is there stays.

use forms_service::outbox::Delivery;

use crate::support::spawn_service;

#[tokio::test]
async fn below_the_floor_a_post_comes_back_as_it_was_typed_and_nothing_is_stored() {
    let service = spawn_service().await;
    let before = service.post_note("accueil", "Merci à vous").await;
    let key = service.key("post-it").await;
    let post = [("_cle", key.as_str()), ("espace", "accueil"), ("message", "Tournesol")];

    let service = service.restart_with_floor(u64::MAX).await;
    let refused = service.post("/formulaires/post-it/", &post).await;

    assert_eq!(refused.status, 503);
    assert!(!refused.header("retry-after").is_empty());
    assert!(refused.body.contains("Tournesol") && refused.body.contains(&key), "{}", refused.body);
    assert!(refused.body.contains("à nouveau"), "it says what to do: {}", refused.body);
    assert_eq!(service.stored().await, 1);
    assert_eq!(service.get("/sante").await.status, 503);
    // What was taken in before leaves all the same.
    assert!(matches!(service.deliver().await, Delivery::Sent(_)));

    let service = service.restart_with_floor(1).await;
    let accepted = service.post("/formulaires/post-it/", &post).await.reference();

    assert_ne!(accepted, before);
    assert_eq!(service.stored().await, 2);
}
