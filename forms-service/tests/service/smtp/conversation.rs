//! One mail, one conversation: what is said, and what is made of each answer.

use std::time::Duration;

use forms_service::config::{Encryption, SmtpConfig};
use forms_service::mail::message::Mail;
use forms_service::mail::transport::{SEND_TIMEOUT, SendError};
use forms_service::outbox::Delivery;
use forms_service::secret::Secret;
use tokio::net::TcpListener;

use super::server::Act::{Drip, HangUp, HangUpInMail, Say, SayAndHangUp, Silence};
use super::server::{Script, Server};
use super::{a_mail, config, pass, stop_time, transport};
use crate::support::spawn_service;

/// Sends one mail to a server that plays `script`, in clear.
async fn send(script: Script, mail: &Mail) -> (Result<(), SendError>, Server) {
    let server = Server::start(script, None).await;
    let sent = transport(config(server.port, Encryption::Aucun)).send(mail, jiff::Timestamp::UNIX_EPOCH).await;
    (sent, server)
}

#[tokio::test]
async fn a_server_takes_a_mail_as_it_was_written() {
    let service = spawn_service().await;
    let mail = a_mail(&service).await;
    let server = Server::start(&[], None).await;
    let config = SmtpConfig {
        credentials: Some(("portail".to_owned(), Secret::new("secret"))),
        ..config(server.port, Encryption::Aucun)
    };

    transport(config).send(&mail, service.now()).await.unwrap();

    let heard = server.heard();
    let said = |line: &str| heard.in_clear.iter().any(|heard| heard == line);
    assert!(said("MAIL FROM:<portail@exemple.fr>") && said("RCPT TO:<moderation@exemple.fr>"), "{heard:#?}");
    assert!(heard.in_clear.iter().any(|line| line.starts_with("AUTH PLAIN")));
    let text = format!("{}\r\n", heard.taken[0].lines.join("\r\n"));
    assert_eq!(text.trim_end(), String::from_utf8(mail.raw).unwrap().trim_end());
}

#[tokio::test]
async fn a_dot_alone_on_a_line_does_not_end_a_mail() {
    let service = spawn_service().await;
    let mut mail = a_mail(&service).await;
    mail.raw = b"Message-ID: <x@exemple.fr>\r\n\r\n.\r\nMAIL FROM:<autre@exemple.fr>\r\n..\r\n".to_vec();

    let (sent, server) = send(&[], &mail).await;

    sent.unwrap();
    let taken = &server.heard().taken[0];
    assert_eq!(taken.lines[2..5], [".", "MAIL FROM:<autre@exemple.fr>", ".."]);
}

/// What a server says, and where: only to RCPT, and for good, and of the mailbox, does it refuse
/// the recipient.
#[tokio::test]
async fn a_failure_says_at_which_step_and_whether_it_is_the_recipient() {
    let service = spawn_service().await;
    let mail = a_mail(&service).await;
    let cases: &[(Script, &str, Option<u16>, bool)] = &[
        (&[("", Say("421 plus tard"))], "connecting", Some(421), false),
        (&[("", Say("554 non"))], "connecting", Some(554), false),
        (&[("", HangUp)], "connecting", None, false),
        (&[("", Say("bonjour"))], "connecting", None, false),
        (&[("EHLO", Say("550 non"))], "connecting", Some(550), false),
        (&[("EHLO", HangUp)], "connecting", None, false),
        (&[("EHLO", SayAndHangUp("250 ok\r\n421 trop long"))], "MAIL", Some(421), false),
        (&[("MAIL", Say("451 plus tard"))], "MAIL", Some(451), false),
        (&[("MAIL", Say("550 5.1.1 inconnu"))], "MAIL", Some(550), false),
        (&[("RCPT", Say("451 4.2.0 plus tard"))], "RCPT", Some(451), false),
        (&[("RCPT", Say("550 5.1.1 <x@exemple.fr> inconnu"))], "RCPT", Some(550), true),
        (&[("RCPT", Say("550-5.1.1 inconnu\r\n550 5.1.1 vraiment"))], "RCPT", Some(550), true),
        (&[("RCPT", Say("550 inconnu"))], "RCPT", Some(550), true),
        (&[("RCPT", Say("554 5.7.1 Client host rejected"))], "RCPT", Some(554), false),
        (&[("RCPT", Say("354 quoi"))], "RCPT", None, false),
        (&[("RCPT", HangUp)], "RCPT", None, false),
        (&[("DATA", Say("452 plein"))], "DATA", Some(452), false),
        (&[("DATA", Say("554 non"))], "DATA", Some(554), false),
        (&[("DATA", Say("250 ok"))], "DATA", None, false),
        (&[("DATA", HangUpInMail(3))], "the mail itself", None, false),
        (&[(".", HangUp)], "the mail itself", None, false),
        (&[(".", Say("550 5.1.1 trop tard"))], "the mail itself", Some(550), false),
        (&[(".", Say("354 encore"))], "the mail itself", None, false),
    ];
    for (script, step, code, refused_recipient) in cases {
        let (sent, server) = send(script, &mail).await;

        let error = sent.expect_err(&format!("{script:?}"));
        let told = (error.step, error.code, error.refused_recipient);
        assert_eq!(told, (*step, *code, *refused_recipient), "{script:?}: {}", error.detail);
        assert!(error.detail.starts_with(step), "{}", error.detail);
        let heard = server.heard().in_clear;
        assert!(heard.iter().all(|line| !line.starts_with("Subject")) || *step == "the mail itself", "{heard:#?}");
    }
}

#[tokio::test]
async fn a_farewell_changes_nothing_of_what_was_said_before() {
    let service = spawn_service().await;
    let mail = a_mail(&service).await;
    let _stopped = stop_time();
    for (taken, refused) in [
        (&[("QUIT", Say("421 non"))][..], &[("QUIT", Say("421 non")), ("RCPT", Say("550 inconnu"))][..]),
        (&[("QUIT", HangUp)], &[("QUIT", HangUp), ("RCPT", Say("550 inconnu"))]),
        (&[("QUIT", Silence)], &[("QUIT", Silence), ("RCPT", Say("550 inconnu"))]),
    ] {
        assert!(send(taken, &mail).await.0.is_ok(), "{taken:?}");
        assert!(send(refused, &mail).await.0.unwrap_err().refused_recipient, "{refused:?}");
    }
}

/// lettre bounds nothing after the connection. Nobody waits here: the test turns the clock on.
#[tokio::test]
async fn whatever_a_server_leaves_open_a_conversation_ends_after_half_a_minute() {
    let service = spawn_service().await;
    let mail = a_mail(&service).await;
    let _stopped = stop_time();
    for moment in ["", "EHLO", "MAIL", "RCPT", "DATA", "."] {
        let script: Script = Box::leak(Box::new([(moment, Silence)]));
        let server = Server::start(script, None).await;
        let transport = transport(config(server.port, Encryption::Aucun));
        let mail = mail.clone();
        let sent = tokio::spawn(async move { transport.send(&mail, jiff::Timestamp::UNIX_EPOCH).await });
        server.has_stalled(1).await;

        pass(SEND_TIMEOUT.saturating_sub(Duration::from_secs(1))).await;
        assert!(!sent.is_finished(), "{moment}: given up too early");
        pass(Duration::from_secs(1)).await;

        assert_eq!(sent.await.unwrap().unwrap_err().step, "timeout", "{moment}");
    }
}

/// Each byte is an answer of sorts, so that a bound on silences alone would never be met.
#[tokio::test]
async fn a_server_that_drips_is_left_after_half_a_minute() {
    let service = spawn_service().await;
    let mail = a_mail(&service).await;
    let _stopped = stop_time();
    let server = Server::start(&[("", Drip("220 un serveur qui prend tout son temps"))], None).await;
    let transport = transport(config(server.port, Encryption::Aucun));
    let sent = tokio::spawn(async move { transport.send(&mail, jiff::Timestamp::UNIX_EPOCH).await });

    for second in 1..=30 {
        server.has_dripped(second).await;
        assert!(!sent.is_finished(), "given up after {second} s");
        pass(Duration::from_secs(1)).await;
    }

    assert_eq!(sent.await.unwrap().unwrap_err().step, "timeout");
}

#[tokio::test]
async fn addresses_beyond_ascii_are_said_to_a_server_that_knows_them_and_to_no_other() {
    let service = spawn_service().await;
    let mut mail = a_mail(&service).await;
    mail.recipient = "chloé@exemple.fr".parse().unwrap();

    let (sent, server) = send(&[], &mail).await;
    assert_eq!(sent.unwrap_err().step, "MAIL");
    assert!(server.heard().in_clear.iter().all(|line| line.starts_with("EHLO") || line == "QUIT"));

    let (sent, server) = send(&[("EHLO", Say("250-serveur\r\n250 SMTPUTF8"))], &mail).await;
    sent.unwrap();
    let heard = server.heard().in_clear;
    assert_eq!(heard[1..3], ["MAIL FROM:<portail@exemple.fr> SMTPUTF8", "RCPT TO:<chloé@exemple.fr>"]);
}

#[tokio::test]
async fn a_server_that_is_not_there_is_tried_again_later() {
    let service = spawn_service().await;
    service.post_note("accueil", "Merci").await;
    let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let transport = transport(config(port, Encryption::Aucun));

    let delivery = service.outbox(transport).deliver_next(service.now()).await.unwrap();

    assert!(matches!(delivery, Delivery::Delayed(..)), "{delivery:?}");
    let error = service.app.store.pending_mails().await.unwrap()[0].last_error.clone().unwrap();
    assert!(error.starts_with("connecting"), "{error}");
}
