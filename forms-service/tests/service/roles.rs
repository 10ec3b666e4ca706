//! Who receives: those who hold the role, else the portal's moderators, else the fallback.

use forms_service::directory;
use forms_service::store::roles::Source;

use crate::support::{FALLBACK, spawn_service};

#[tokio::test]
async fn a_space_without_moderator_writes_to_those_of_the_portal() {
    let service = spawn_service().await;
    service.post_note("accueil", "Merci").await;
    service.deliver_all().await;
    assert_eq!(service.recipients(), ["moderation@exemple.fr"]);
}

#[tokio::test]
async fn a_form_for_the_portal_goes_to_its_moderators() {
    let service = spawn_service().await;
    let key = service.key("contact").await;
    let post = [("_cle", key.as_str()), ("message", "Bonjour"), ("_confirme", "oui")];
    service.post("/formulaires/contact/", &post).await.reference();
    service.deliver_all().await;
    assert_eq!(service.recipients(), ["moderation@exemple.fr"]);
}

#[tokio::test]
async fn when_nobody_holds_any_role_the_fallback_receives() {
    let service = spawn_service().await;
    for holder in service.app.store.holders().await.unwrap() {
        assert!(service.app.store.remove_holder(&holder).await.unwrap());
    }
    service.post_note("geriatrie", "Merci").await;
    service.deliver_all().await;
    assert_eq!(service.recipients(), [FALLBACK]);
}

#[tokio::test]
async fn a_real_directory_sweeps_the_demonstration_away_and_is_read_once() {
    let service = spawn_service().await;
    let store = &service.app.store;
    for holder in store.holders().await.unwrap() {
        store.remove_holder(&holder).await.unwrap();
    }
    let demonstration = directory::demonstration(["geriatrie"]);
    let real = directory::parse("portail: {moderateurs: [equipe@exemple.fr]}").unwrap();

    store.seed_holders(&demonstration, Source::Demonstration, service.now()).await.unwrap();
    assert_eq!(store.holders().await.unwrap().len(), demonstration.len());
    assert_eq!(store.seed_holders(&real, Source::Directory, service.now()).await.unwrap(), Some(1));
    assert_eq!(store.holders().await.unwrap(), real);
    assert_eq!(store.seed_holders(&demonstration, Source::Demonstration, service.now()).await.unwrap(), None);
    assert_eq!(store.holders().await.unwrap(), real);
}
