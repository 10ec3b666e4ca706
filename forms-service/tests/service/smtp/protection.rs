//! Protected, or not at all: what may be said before a server has shown who it is.

use forms_service::config::{Encryption, SmtpConfig};
use forms_service::mail::message::Mail;
use forms_service::mail::transport::SendError;
use forms_service::secret::Secret;
use jiff::Timestamp;

use super::authority::Authority;
use super::server::Act::{Say, Silence, StartTls};
use super::server::{Heard, Server};
use super::{a_mail, config, pass, stop_time, transport};
use crate::support::spawn_service;

/// Sends one mail, with a password, trusting `authority`.
async fn send(
    server: &Server,
    encryption: Encryption,
    authority: &Authority,
    mail: &Mail,
) -> (Result<(), SendError>, Heard) {
    let config = SmtpConfig {
        credentials: Some(("portail".to_owned(), Secret::new("secret"))),
        authority: Some(authority.pem.clone()),
        ..config(server.port, encryption)
    };
    let sent = transport(config).send(mail, Timestamp::UNIX_EPOCH).await;
    (sent, server.heard())
}

#[tokio::test]
async fn a_mail_leaves_under_starttls_and_under_tls_from_the_first_byte() {
    let mail = a_mail(&spawn_service().await).await;
    let authority = Authority::new();

    let server = Server::start(&[], Some(authority.certify("127.0.0.1"))).await;
    let (sent, heard) = send(&server, Encryption::Starttls, &authority, &mail).await;
    sent.unwrap();
    assert!(matches!(&heard.in_clear[..], [ehlo, starttls] if ehlo.starts_with("EHLO") && starttls == "STARTTLS"));
    assert!(heard.protected.iter().any(|line| line.starts_with("AUTH PLAIN")) && heard.taken.len() == 1);

    let server = Server::start_protected(&[], authority.certify("127.0.0.1")).await;
    let (sent, heard) = send(&server, Encryption::Tls, &authority, &mail).await;
    sent.unwrap();
    assert!(heard.in_clear.is_empty() && heard.taken.len() == 1, "{heard:#?}");
}

#[tokio::test]
async fn without_starttls_not_a_word_is_said_in_clear() {
    let mail = a_mail(&spawn_service().await).await;
    let authority = Authority::new();
    let server = Server::start(&[], None).await;

    let (sent, heard) = send(&server, Encryption::Starttls, &authority, &mail).await;

    let error = sent.unwrap_err();
    assert!(error.step == "STARTTLS" && error.detail.contains("STARTTLS"), "{error:?}");
    assert!(heard.in_clear.iter().all(|line| line.starts_with("EHLO") || line == "QUIT"), "{heard:#?}");
}

#[tokio::test]
async fn a_server_that_takes_its_offer_back_gets_nothing() {
    let mail = a_mail(&spawn_service().await).await;
    let authority = Authority::new();
    for answer in ["454 pas maintenant", "501 non", "250 d’accord, sans"] {
        let script = Box::leak(Box::new([("STARTTLS", Say(answer))]));
        let server = Server::start(script, Some(authority.certify("127.0.0.1"))).await;

        let (sent, heard) = send(&server, Encryption::Starttls, &authority, &mail).await;

        sent.unwrap_err();
        // After a bare « 250 », lettre begins TLS: its first bytes are no line of ours.
        let telling = |line: &String| ["AUTH", "MAIL", "RCPT", "DATA"].iter().any(|word| line.starts_with(word));
        assert!(!heard.in_clear.iter().any(telling), "{answer}: {heard:#?}");
        assert!(heard.protected.is_empty());
    }
}

#[tokio::test]
async fn a_server_that_nobody_vouches_for_gets_nothing() {
    let mail = a_mail(&spawn_service().await).await;
    let (ours, other) = (Authority::new(), Authority::new());
    for certificate in [other.certify("127.0.0.1"), ours.certify("ailleurs.exemple.fr")] {
        let server = Server::start(&[], Some(certificate.clone())).await;
        let (sent, heard) = send(&server, Encryption::Starttls, &ours, &mail).await;
        assert_eq!(sent.unwrap_err().step, "STARTTLS");
        assert!(heard.in_clear.len() == 2 && heard.protected.is_empty(), "{heard:#?}");

        let server = Server::start_protected(&[], certificate).await;
        let (sent, heard) = send(&server, Encryption::Tls, &ours, &mail).await;
        assert_eq!(sent.unwrap_err().step, "connecting");
        assert!(heard.in_clear.is_empty() && heard.protected.is_empty(), "{heard:#?}");
    }
}

/// Whoever sits between cannot read what is protected, but can add to what is not: here all the
/// answers that make a mail count as delivered. The server itself, behind TLS, refuses.
#[tokio::test]
async fn answers_slipped_in_before_tls_deliver_nothing() {
    let mail = a_mail(&spawn_service().await).await;
    let authority = Authority::new();
    let slipped_in =
        "220 allez\r\n250-serveur\r\n250 AUTH PLAIN\r\n235 ok\r\n250 ok\r\n250 ok\r\n354 allez\r\n250 reçu";
    let script =
        Box::leak(Box::new([("STARTTLS", StartTls(slipped_in)), ("EHLO", Say("250-serveur\r\n250 STARTTLS"))]));
    let server = Server::start(script, Some(authority.certify("127.0.0.1"))).await;

    let (sent, heard) = send(&server, Encryption::Starttls, &authority, &mail).await;

    assert_eq!(sent.unwrap_err().step, "STARTTLS");
    assert!(heard.protected.is_empty() && heard.taken.is_empty(), "{heard:#?}");
}

#[tokio::test]
async fn a_server_that_falls_silent_once_protected_is_left_too() {
    let mail = a_mail(&spawn_service().await).await;
    let authority = Authority::new();
    let _stopped = stop_time();
    let server = Server::start_protected(&[("", Silence)], authority.certify("127.0.0.1")).await;
    let config = SmtpConfig { authority: Some(authority.pem), ..config(server.port, Encryption::Tls) };
    let transport = transport(config);
    let sent = tokio::spawn(async move { transport.send(&mail, Timestamp::UNIX_EPOCH).await });
    server.has_stalled(1).await;

    pass(forms_service::mail::transport::SEND_TIMEOUT).await;

    assert_eq!(sent.await.unwrap().unwrap_err().step, "timeout");
}
