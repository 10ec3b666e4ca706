//! Mails leave, later if need be, or are set aside in sight.

use forms_service::outbox::{Delivery, HORIZON};
use forms_service::store::outbox::{Failure, MailState};
use jiff::SignedDuration;

use crate::support::{changed_portal, spawn_service};

#[tokio::test]
async fn each_moderator_of_the_space_gets_one_mail_in_text_and_html() {
    let service = spawn_service().await;
    let key = service.key("post-it").await;
    let message = "Merci à l’équipe 🌻\nà demain";
    let post = [("_cle", key.as_str()), ("espace", "geriatrie"), ("message", message), ("courriel", "a.b@exemple.fr")];
    let reference = service.post("/formulaires/post-it/", &post).await.reference();

    service.deliver_all().await;

    assert_eq!(service.recipients(), ["a.b@exemple.fr", "jour@exemple.fr", "nuit@exemple.fr"]);
    let sent = service.mails.sent();
    let mail = sent.iter().find(|mail| mail.recipient.to_string() == "jour@exemple.fr").unwrap();
    assert_eq!(mail.subject, "Nouveau post-it pour Gériatrie");
    assert!(mail.text.contains("Merci à l’équipe 🌻\nà demain") && mail.text.contains(&reference), "{}", mail.text);
    assert!(mail.html.contains("Merci à l’équipe 🌻") && mail.html.contains(&reference), "{}", mail.html);
    let raw = String::from_utf8(mail.raw.clone()).unwrap();
    assert!(raw.contains("From: =?utf-8?b?") && raw.contains(" <portail@exemple.fr>\r\n"), "{raw}");
    assert!(raw.contains("Reply-To: a.b@exemple.fr\r\n") && raw.contains("multipart/alternative"), "{raw}");
    assert_eq!(service.deliver().await, Delivery::Idle);
}

#[tokio::test]
async fn a_refused_mail_waits_longer_each_time_and_leaves_unchanged() {
    let service = spawn_service().await;
    service.post_note("accueil", "Merci").await;
    service.mails.fail_next(451);
    service.mails.fail_next(451);

    let Delivery::Delayed(_, first) = service.deliver().await else { panic!("not delayed") };
    let wait = first.duration_since(service.now());
    assert!(wait >= SignedDuration::from_mins(1) && wait <= SignedDuration::from_secs(66), "{wait:?}");
    service.app.clock.advance(wait - SignedDuration::from_millis(1));
    assert_eq!(service.deliver().await, Delivery::Idle);
    service.app.clock.advance(SignedDuration::from_millis(1));
    let Delivery::Delayed(_, second) = service.deliver().await else { panic!("not delayed") };
    let wait = second.duration_since(service.now());
    assert!(wait >= SignedDuration::from_mins(2) && wait <= SignedDuration::from_secs(132), "{wait:?}");
    service.app.clock.advance(wait);
    assert!(matches!(service.deliver().await, Delivery::Sent(_)));

    let late = service.mails.sent().remove(0);
    assert!(String::from_utf8(late.raw).unwrap().contains("Date: Sun, 22 Nov 2026 12:00:30 +0000"));
}

#[tokio::test]
async fn the_same_mail_sent_again_is_the_same_to_the_byte() {
    let service = spawn_service().await;
    service.post_note("accueil", "Merci").await;
    let lease = service.app.store.lease_next_mail(service.now(), HORIZON).await.unwrap().unwrap();

    let letter = service.app.store.letter(lease.id).await.unwrap();
    let first = service.composer().compose(&letter).unwrap();
    service.app.clock.advance(SignedDuration::from_hours(30));
    let service = service.restart().await;
    let again = service.composer().compose(&service.app.store.letter(lease.id).await.unwrap()).unwrap();

    assert_eq!(first, again);
    assert!(String::from_utf8(first.raw).unwrap().contains(&format!("Message-ID: <{}@exemple.fr>", lease.id)));
}

#[tokio::test]
async fn after_five_days_a_mail_is_set_aside_in_sight_and_kept() {
    let service = spawn_service().await;
    service.post_note("accueil", "Merci").await;
    let start = service.now();
    let set_aside = loop {
        service.mails.fail_next(550);
        match service.deliver().await {
            Delivery::Delayed(_, next) => service.app.clock.advance(next.duration_since(service.now())),
            Delivery::SetAside(id) => break id,
            other => panic!("{other:?}"),
        }
    };

    assert!(service.now().duration_since(start) >= SignedDuration::from_hours(5 * 24));
    let pending = service.app.store.pending_mails().await.unwrap();
    assert_eq!((pending[0].id, pending[0].state), (set_aside, MailState::SetAside));
    assert!(pending[0].last_error.as_ref().unwrap().contains("550"));
    service.app.clock.advance(SignedDuration::from_hours(1000));
    assert_eq!(service.deliver().await, Delivery::Idle);
    assert!(service.get("/sante").await.body.contains("\"set_aside\":1"));
}

#[tokio::test]
async fn one_refused_recipient_does_not_hold_up_the_others() {
    let service = spawn_service().await;
    service.post_note("geriatrie", "Merci").await;
    service.mails.fail_next(550);

    service.deliver_all().await;

    assert_eq!(service.mails.sent().len(), 1);
    assert_eq!(service.app.store.count_mails().await.unwrap().waiting, 1);
}

#[tokio::test]
async fn who_lost_the_lease_reports_on_nothing() {
    let service = spawn_service().await;
    service.post_note("accueil", "Merci").await;
    let store = &service.app.store;
    let slow = store.lease_next_mail(service.now(), HORIZON).await.unwrap().unwrap();
    assert_eq!(store.lease_next_mail(service.now(), HORIZON).await.unwrap(), None, "it is leased");

    service.app.clock.advance(SignedDuration::from_secs(91));
    let quick = store.lease_next_mail(service.now(), HORIZON).await.unwrap().unwrap();

    assert_eq!((slow.id, slow.attempt + 1), (quick.id, quick.attempt));
    let late =
        Failure { error: "late", next: None, refused: false, fallback: &service.app.fallback, now: service.now() };
    assert!(!store.report_failure(slow, &late).await.unwrap());
    assert!(!store.report_sent(slow, service.now()).await.unwrap());
    assert!(store.report_sent(quick, service.now()).await.unwrap());
    assert_eq!(service.deliver().await, Delivery::Idle);
}

#[tokio::test]
async fn a_lease_that_a_stopped_service_left_is_freed_at_the_start() {
    let service = spawn_service().await;
    service.post_note("accueil", "Merci").await;
    service.app.store.lease_next_mail(service.now(), HORIZON).await.unwrap().unwrap();

    let service = service.restart().await;
    assert_eq!(service.deliver().await, Delivery::Idle);
    assert_eq!(service.app.store.free_leases().await.unwrap(), 1);

    assert!(matches!(service.deliver().await, Delivery::Sent(_)));
}

#[tokio::test]
async fn a_clock_that_jumps_neither_holds_a_mail_up_nor_gives_it_up() {
    for jump in [1, -1, 24 * 365, -24 * 365] {
        let service = spawn_service().await;
        service.post_note("accueil", "Merci").await;
        service.mails.fail_next(421);
        service.deliver().await;

        service.app.clock.advance(SignedDuration::from_hours(jump));
        if jump == -1 {
            // Within what we may have written ourselves: the wait runs on.
            service.app.clock.advance(SignedDuration::from_mins(67));
        }
        assert!(matches!(service.deliver().await, Delivery::Sent(_)), "after {jump} hours");
    }
}

#[tokio::test]
async fn a_form_that_was_withdrawn_is_still_mailed_as_it_was() {
    let service = spawn_service().await;
    service.post_note("accueil", "Merci").await;
    service.app.site.replace(changed_portal("formulaires/post-it.yaml", |yaml| {
        yaml.replace("Nouveau post-it pour {espace}", "Autre objet")
    }));

    service.deliver_all().await;

    assert_eq!(service.mails.sent()[0].subject, "Nouveau post-it pour Accueil des urgences");
}

#[tokio::test]
async fn a_mail_that_cannot_be_worded_waits_and_lets_the_others_pass() {
    let service = spawn_service().await;
    service.post_note("geriatrie", "Merci").await;
    let spoil = "UPDATE outbox SET recipient = 'personne' WHERE recipient = 'jour@exemple.fr'";
    service.tamper(spoil, spoil).await;

    service.deliver_all().await;

    assert_eq!(service.recipients(), ["nuit@exemple.fr"]);
    let pending = service.app.store.pending_mails().await.unwrap();
    assert_eq!((pending.len(), pending[0].state), (1, MailState::Waiting));
}

#[tokio::test]
async fn the_worker_is_woken_by_a_submission() {
    let service = spawn_service().await;
    let woken = service.app.wake.notified();
    service.post_note("accueil", "Merci").await;
    woken.await;
    assert!(matches!(service.deliver().await, Delivery::Sent(_)));
}
