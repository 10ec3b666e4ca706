//! A real conversation with a mail server on loopback, which plays a part.

use std::sync::Arc;

use forms_service::config::{Encryption, SmtpConfig};
use forms_service::mail::transport::{Smtp, Transport};
use forms_service::outbox::{Delivery, HORIZON};
use forms_service::secret::Secret;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::support::{Service, spawn_service};

/// What the server answers to the line that begins so; `None` hangs up, `""` falls silent.
type Script = &'static [(&'static str, Option<&'static str>)];

const WELL_BEHAVED: Script = &[
    ("", Some("220 bonjour")),
    ("EHLO", Some("250-serveur\r\n250 AUTH PLAIN")),
    ("AUTH", Some("235 ok")),
    ("MAIL", Some("250 ok")),
    ("RCPT", Some("250 ok")),
    ("DATA", Some("354 allez")),
    (".", Some("250 reçu")),
    ("QUIT", Some("221 au revoir")),
];

/// Plays `script` before the usual one, for one conversation, and gives every line it was told.
async fn server(script: Script) -> (u16, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        converse(stream, script).await
    });
    (port, heard)
}

async fn converse(stream: TcpStream, script: Script) -> Vec<String> {
    let (reader, mut writer) = stream.into_split();
    let mut lines = BufReader::new(reader).lines();
    let (mut heard, mut in_data, mut line) = (Vec::new(), false, String::new());
    loop {
        let is_command =
            |word: &str| if word.is_empty() || word == "." { line == word } else { line.starts_with(word) };
        if !in_data || line == "." {
            in_data = false;
            let said = script.iter().chain(WELL_BEHAVED).find(|(word, _)| is_command(word));
            match said {
                Some((_, Some(""))) => {}
                Some((_, Some(answer))) => {
                    in_data = answer.starts_with("354");
                    writer.write_all(format!("{answer}\r\n").as_bytes()).await.unwrap();
                }
                Some((_, None)) => return heard,
                None => writer.write_all(b"502 pardon\r\n").await.unwrap(),
            }
        }
        match lines.next_line().await {
            Ok(Some(next)) => line = next,
            _ => return heard,
        }
        heard.push(line.clone());
    }
}

fn config(port: u16, encryption: Encryption) -> SmtpConfig {
    SmtpConfig { host: "127.0.0.1".to_owned(), port, encryption, credentials: None, authority: None }
}

async fn deliver(service: &Service, config: SmtpConfig) -> Delivery {
    let transport = Transport::Smtp(Arc::new(Smtp::new(config).unwrap()));
    service.outbox(transport).deliver_next(service.now()).await.unwrap()
}

async fn last_error(service: &Service) -> String {
    service.app.store.pending_mails().await.unwrap()[0].last_error.clone().unwrap()
}

#[tokio::test]
async fn a_server_on_this_machine_takes_the_mail() {
    let service = spawn_service().await;
    service.post_note("accueil", ".\nMerci à l’équipe").await;
    let (port, heard) = server(&[]).await;
    let config = SmtpConfig {
        credentials: Some(("portail".to_owned(), Secret::new("secret"))),
        ..config(port, Encryption::Aucun)
    };

    assert!(matches!(deliver(&service, config).await, Delivery::Sent(_)));

    let heard = heard.await.unwrap();
    let said = |line: &str| heard.iter().any(|heard| heard == line);
    assert!(said("MAIL FROM:<portail@exemple.fr>") && said("RCPT TO:<moderation@exemple.fr>"), "{heard:#?}");
    assert!(
        said("Subject: =?utf-8?b?Tm91dmVhdSBwb3N0LWl0IHBvdXIgQWNjdWVpbCBkZXMgdXJnZW5jZXM=?=")
            || said("Subject: Nouveau post-it pour Accueil des urgences")
    );
    assert!(heard.iter().any(|line| line.starts_with("AUTH PLAIN")));
}

#[tokio::test]
async fn without_starttls_not_a_word_is_said_in_clear() {
    let service = spawn_service().await;
    service.post_note("accueil", "Merci").await;
    let (port, heard) = server(&[]).await;
    let config = SmtpConfig {
        credentials: Some(("portail".to_owned(), Secret::new("secret"))),
        ..config(port, Encryption::Starttls)
    };

    assert!(matches!(deliver(&service, config).await, Delivery::Delayed(..)));

    assert!(last_error(&service).await.contains("STARTTLS"));
    let heard = heard.await.unwrap();
    assert!(heard.iter().all(|line| line.starts_with("EHLO") || line == "QUIT"), "{heard:?}");
}

#[tokio::test]
async fn a_server_whose_certificate_nobody_vouches_for_gets_nothing() {
    let service = spawn_service().await;
    service.post_note("accueil", "Merci").await;
    // It says that it is ready for TLS, then speaks nonsense.
    let (port, heard) =
        server(&[("EHLO", Some("250-serveur\r\n250 STARTTLS")), ("STARTTLS", Some("220 allez\r\nnonsense"))]).await;

    assert!(matches!(deliver(&service, config(port, Encryption::Starttls)).await, Delivery::Delayed(..)));

    assert!(heard.await.unwrap().iter().all(|line| !line.starts_with("MAIL")));
}

#[tokio::test]
async fn whatever_a_server_does_the_mail_waits_for_its_next_turn() {
    for script in [
        &[("", Some("421 plus tard"))][..],
        &[("", Some("554 non"))],
        &[("", None)],
        &[("EHLO", None)],
        &[("MAIL", Some("451 plus tard"))],
        &[("RCPT", Some("550 inconnu"))],
        &[("DATA", Some("452 plein"))],
        &[(".", None)],
        &[(".", Some("554 refusé"))],
    ] {
        let service = spawn_service().await;
        service.post_note("accueil", "Merci").await;
        let (port, _heard) = server(script).await;

        let delivery = deliver(&service, config(port, Encryption::Aucun)).await;
        assert!(matches!(delivery, Delivery::Delayed(..)), "{script:?}: {delivery:?}");

        let (port, _heard) = server(&[]).await;
        service.app.clock.advance(jiff::SignedDuration::from_mins(2));
        assert!(matches!(deliver(&service, config(port, Encryption::Aucun)).await, Delivery::Sent(_)), "{script:?}");
    }
}

#[tokio::test]
async fn a_farewell_that_fails_does_not_make_the_mail_a_failure() {
    for farewell in [Some("421 non"), None, Some("")] {
        let script: Script = Box::leak(Box::new([("QUIT", farewell)]));
        let service = spawn_service().await;
        service.post_note("accueil", "Merci").await;
        let (port, _heard) = server(script).await;

        assert!(matches!(deliver(&service, config(port, Encryption::Aucun)).await, Delivery::Sent(_)));
    }
}

/// lettre alone would wait for ever. Nobody waits here: the runtime turns its clock on whenever
/// nothing moves any more.
#[tokio::test]
async fn a_server_that_falls_silent_is_left_after_half_a_minute() {
    let service = spawn_service().await;
    service.post_note("accueil", "Merci").await;
    let lease = service.app.store.lease_next_mail(service.now(), HORIZON).await.unwrap().unwrap();
    let mail = service.composer().compose(&service.app.store.letter(lease.id).await.unwrap()).unwrap();
    tokio::time::pause();
    for script in [&[("", Some(""))][..], &[("EHLO", Some(""))], &[("DATA", Some(""))], &[(".", Some(""))]] {
        let (port, _heard) = server(script).await;
        let transport = Transport::Smtp(Arc::new(Smtp::new(config(port, Encryption::Aucun)).unwrap()));

        let sent = transport.send(&mail, service.now()).await;

        assert_eq!(sent.unwrap_err().detail, "no end after 30 s", "{script:?}");
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_is_tried_again_later() {
    let service = spawn_service().await;
    service.post_note("accueil", "Merci").await;
    let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();

    assert!(matches!(deliver(&service, config(port, Encryption::Aucun)).await, Delivery::Delayed(..)));
    assert!(last_error(&service).await.starts_with("connecting"));
}
