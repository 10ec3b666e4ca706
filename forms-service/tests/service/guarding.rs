//! What looks like health data is read again by its sender, flagged, and held back from mails.

use crate::support::{Answer, Service, spawn_service};

const NIR: &str = "Le NIR de la dame est 2 55 08 14 168 025 38";

async fn post(service: &Service, key: &str, message: &str, more: &[(&str, &str)]) -> Answer {
    let post = [("_cle", key), ("espace", "geriatrie"), ("message", message)];
    service.post("/formulaires/post-it/", &[&post[..], more].concat()).await
}

#[tokio::test]
async fn a_text_that_looks_like_health_data_is_read_again_before_it_is_kept() {
    let service = spawn_service().await;
    for message in [NIR, "J’ai repris après mon arrêt pour mes lombaires"] {
        let key = service.key("post-it").await;

        let page = post(&service, &key, message, &[]).await;

        assert_eq!(page.status, 200);
        assert!(page.body.contains("ressemble à"), "{}", page.body);
        assert!(page.body.contains("Modifier") && page.body.contains("Envoyer quand même"), "{}", page.body);
        // Whoever has no time finds the buttons before the notice, which stood on the form.
        let at = |words| page.body.find(words).unwrap();
        assert!(at("Envoyer quand même") < at("Vos données personnelles"), "{}", page.body);
        assert_eq!(page.hidden("_averti"), "oui");
        let back = post(&service, &key, message, &[("_averti", "oui"), ("_modifier", "oui")]).await;
        assert!(back.body.contains("<textarea") && back.body.contains("name=\"message\""), "{}", back.body);
    }
    assert_eq!(service.stored().await, 0);
}

/// Saying that one has read a page without having been shown it is no way around it.
#[tokio::test]
async fn only_who_was_warned_can_send_it_all_the_same() {
    let service = spawn_service().await;
    let key = service.key("post-it").await;
    assert_eq!(post(&service, &key, NIR, &[("_confirme", "oui")]).await.status, 200);
    assert_eq!(service.stored().await, 0);

    post(&service, &key, NIR, &[("_confirme", "oui"), ("_averti", "oui")]).await.reference();

    let stored = service.app.store.submissions().await.unwrap();
    assert!(stored[0].flagged);
}

#[tokio::test]
async fn patient_data_never_enters_a_mail_and_is_read_by_its_link() {
    let service = spawn_service().await;
    let key = service.key("post-it").await;
    post(&service, &key, NIR, &[("_confirme", "oui"), ("_averti", "oui")]).await.reference();

    service.deliver_all().await;

    let sent = service.mails.sent();
    assert_eq!(sent.len(), 2);
    for mail in &sent {
        let raw = String::from_utf8(mail.raw.clone()).unwrap();
        for part in [&mail.text, &mail.html, &mail.subject, &raw] {
            assert!(!part.contains("168 025") && !part.contains("la dame"), "{part}");
        }
        assert!(mail.text.contains("un numéro de sécurité sociale"), "{}", mail.text);
    }
    let text = &sent[0].text;
    let link = text[text.find("/moderation/decider/").unwrap()..].split_whitespace().next().unwrap();
    for _ in 0..2 {
        let page = service.get(link).await;
        assert_eq!(page.status, 200);
        assert!(page.body.contains("168 025"), "{}", page.body);
        assert_eq!(page.header("cache-control"), "no-store");
    }
    assert_ne!(
        link,
        &sent[1].text[sent[1].text.find("/moderation/decider/").unwrap()..][..link.len()],
        "one link each"
    );
    // Approved as it stands it would be published: whoever decides says first that it is none.
    let approve = [("_decision", "approuver")];
    assert_eq!(service.post(link, &approve).await.status, 422);
    assert_eq!(service.app.store.publications().await.unwrap(), []);
}

#[tokio::test]
async fn an_ordinary_text_is_not_held_up() {
    let service = spawn_service().await;
    let key = service.key("post-it").await;
    post(&service, &key, "Merci à Sophie pour le café de 8h30 en salle 12, et à jeudi !", &[]).await.reference();
    assert!(!service.app.store.submissions().await.unwrap()[0].flagged);
}
