//! A mail server at fault while two hundred mails are due, and then no longer.
//!
//! Under every fault: nothing is said in clear but the way to TLS, nothing is lost, and what was
//! in flight comes at most once more, to the byte.

use std::collections::BTreeMap;
use std::time::Duration;

use forms_service::config::{Encryption, SmtpConfig};
use forms_service::mail::transport::{SEND_TIMEOUT, Transport};
use forms_service::outbox::Delivery;
use forms_service::store::outbox::MailState;
use futures_util::future::join_all;
use jiff::SignedDuration;

use super::authority::Authority;
use super::server::Act::{Drip, HangUp, HangUpInMail, Say, SayAndHangUp, Silence};
use super::server::{Script, Server};
use super::{config, pass, stop_time, transport};
use crate::support::{Service, spawn_service_with};

/// How many mails are due when the fault strikes.
const MAILS: usize = 200;

/// How many conversations are held at once.
const AT_ONCE: usize = 50;

/// What a fault may leave behind.
#[derive(Clone, Copy, PartialEq, Eq)]
enum InFlight {
    /// The server never saw the end of a mail: each comes once.
    Nothing,
    /// Nor here, but it said for good that it knows no such recipient: some may be set aside.
    Refused,
    /// The server took the mails and could not say so: each comes twice.
    Everything,
}

#[tokio::test]
async fn greeted_with_421() {
    survives(&[("", Say("421 4.3.2 plus tard"))], InFlight::Nothing).await;
}

#[tokio::test]
async fn greeted_with_554() {
    survives(&[("", Say("554 5.3.2 pas ici"))], InFlight::Nothing).await;
}

#[tokio::test]
async fn told_451_at_every_sender() {
    survives(&[("MAIL", Say("451 4.3.0 plus tard"))], InFlight::Nothing).await;
}

#[tokio::test]
async fn told_451_at_every_recipient() {
    survives(&[("RCPT", Say("451 4.7.1 liste grise"))], InFlight::Nothing).await;
}

#[tokio::test]
async fn told_452_at_every_mail() {
    survives(&[("DATA", Say("452 4.3.1 plus de place"))], InFlight::Nothing).await;
}

#[tokio::test]
async fn told_550_of_every_recipient() {
    survives(&[("RCPT", Say("550 5.1.1 inconnu"))], InFlight::Refused).await;
}

#[tokio::test]
async fn refused_after_every_mail() {
    survives(&[(".", Say("554 5.6.0 non"))], InFlight::Everything).await;
}

#[tokio::test]
async fn met_with_silence_instead_of_a_greeting() {
    survives(&[("", Silence)], InFlight::Nothing).await;
}

#[tokio::test]
async fn met_with_silence_after_ehlo() {
    survives(&[("EHLO", Silence)], InFlight::Nothing).await;
}

#[tokio::test]
async fn met_with_silence_at_data() {
    survives(&[("DATA", Silence)], InFlight::Nothing).await;
}

#[tokio::test]
async fn met_with_silence_after_the_mail() {
    survives(&[(".", Silence)], InFlight::Everything).await;
}

#[tokio::test]
async fn cut_off_in_the_middle_of_the_mail() {
    survives(&[("DATA", HangUpInMail(5))], InFlight::Nothing).await;
}

#[tokio::test]
async fn cut_off_after_the_mail_before_the_answer() {
    survives(&[(".", HangUp)], InFlight::Everything).await;
}

#[tokio::test]
async fn closed_upon_for_being_idle() {
    survives(
        &[("AUTH", SayAndHangUp("421 4.4.2 trop long")), ("MAIL", SayAndHangUp("421 4.4.2 trop long"))],
        InFlight::Nothing,
    )
    .await;
}

#[tokio::test]
async fn answered_one_byte_a_second() {
    survives(&[("", Drip("220 un serveur qui prend tout son temps"))], InFlight::Nothing).await;
}

#[tokio::test]
async fn offered_no_starttls() {
    let ordeal = Ordeal::prepare(&[]).await;
    ordeal.server.now_plays(&[], None);
    ordeal.fails().await;
    ordeal.ends(InFlight::Nothing).await;
}

#[tokio::test]
async fn shown_a_certificate_that_nobody_vouches_for() {
    let ordeal = Ordeal::prepare(&[]).await;
    ordeal.server.now_plays(&[], Some(Authority::new().certify("127.0.0.1")));
    ordeal.fails().await;
    ordeal.ends(InFlight::Nothing).await;
}

/// The recipients of one submission are each on their own.
#[tokio::test]
async fn one_recipient_refused_among_three() {
    let names: Vec<_> = ["refus", "deux", "trois"].iter().map(|name| format!("{name}@exemple.fr")).collect();
    let ordeal = Ordeal::with(&names, MAILS / 3 + 1, &[("RCPT TO:<refus@", Say("550 5.1.1 inconnu"))]).await;
    let transport = ordeal.transport();

    let mut deliveries = Vec::new();
    while deliveries.len() < ordeal.mails {
        deliveries.extend(ordeal.attempts(&transport).await);
        assert!(deliveries.contains(&Delivery::Idle) == (deliveries.len() >= ordeal.mails));
    }

    let left = deliveries.iter().filter(|delivery| matches!(delivery, Delivery::Sent(_))).count();
    assert_eq!(left, ordeal.mails / 3 * 2);
    assert!(ordeal.server.heard().taken.iter().all(|mail| !mail.recipient.starts_with("refus@")));
    ordeal.ends(InFlight::Refused).await;
}

/// Every attempt fails under `script`; once the server behaves, all is well.
async fn survives(script: Script, in_flight: InFlight) {
    let ordeal = Ordeal::prepare(script).await;
    ordeal.fails().await;
    ordeal.ends(in_flight).await;
}

/// A service that has mails to send, and its server.
struct Ordeal {
    service: Service,
    server: Server,
    authority: Authority,
    mails: usize,
}

impl Ordeal {
    /// Ten submissions, each with twenty recipients.
    async fn prepare(script: Script) -> Self {
        let names: Vec<_> = (1..=20).map(|number| format!("moderation{number}@exemple.fr")).collect();
        Self::with(&names, MAILS / names.len(), script).await
    }

    async fn with(moderators: &[String], submissions: usize, script: Script) -> Self {
        let directory = format!("portail: {{moderateurs: [{}]}}\n", moderators.join(", "));
        let service = spawn_service_with(&directory).await;
        for number in 1..=submissions {
            service.post_note("accueil", &format!("Merci à l’équipe n° {number} 🌻\n.\n")).await;
        }
        let authority = Authority::new();
        let server = Server::start(script, Some(authority.certify("127.0.0.1"))).await;
        Self { service, server, authority, mails: submissions * moderators.len() }
    }

    fn transport(&self) -> Transport {
        let authority = Some(self.authority.pem.clone());
        transport(SmtpConfig { authority, ..config(self.server.port, Encryption::Starttls) })
    }

    /// One attempt at as many mails as are due, several conversations at once.
    async fn attempts(&self, transport: &Transport) -> Vec<Delivery> {
        let (outbox, now) = (self.service.outbox(transport.clone()), self.service.now());
        join_all((0..AT_ONCE).map(|_| outbox.deliver_next(now))).await.into_iter().map(Result::unwrap).collect()
    }

    /// One attempt at every mail, all of which fail. A server that stalls costs no time: when it
    /// holds all conversations up, the clock is turned on.
    async fn fails(&self) {
        let transport = self.transport();
        let _stopped = stop_time();
        let mut failed = 0;
        while failed < self.mails {
            let patience = async {
                self.server.has_stalled(failed + AT_ONCE).await;
                for _ in 0..SEND_TIMEOUT.as_secs() {
                    pass(Duration::from_secs(1)).await;
                }
                std::future::pending::<()>().await;
            };
            let turn = tokio::select! {
                turn = self.attempts(&transport) => turn,
                () = patience => unreachable!("it never ends"),
            };
            assert!(turn.iter().all(did_not_leave), "{turn:?}");
            failed += turn.len();
        }
        assert_eq!(failed, self.mails);
    }

    /// The server behaves again; everything is delivered, or set aside in sight.
    async fn ends(self, in_flight: InFlight) {
        self.server.now_plays(&[], Some(self.authority.certify("127.0.0.1")));
        let transport = self.transport();
        for _ in 0..3 {
            self.service.app.clock.advance(SignedDuration::from_mins(10));
            while self.attempts(&transport).await.iter().any(|delivery| *delivery != Delivery::Idle) {}
        }

        let heard = self.server.heard();
        let on_the_way_to_tls = |line: &String| ["EHLO ", "STARTTLS", "QUIT"].iter().any(|word| line.starts_with(word));
        let other: Vec<_> = heard.in_clear.iter().filter(|line| !on_the_way_to_tls(line)).collect();
        assert!(other.is_empty(), "said in clear: {other:?}");

        let mut copies = BTreeMap::<_, Vec<_>>::new();
        for mail in &heard.taken {
            copies.entry(mail.message_id().to_owned()).or_default().push(mail);
        }
        for (message_id, copies) in &copies {
            assert!(copies.iter().all(|copy| copy == &copies[0]), "{message_id} is not the same mail twice");
            assert_eq!(copies.len(), if in_flight == InFlight::Everything { 2 } else { 1 }, "copies of {message_id}");
        }
        let pending = self.service.app.store.pending_mails().await.unwrap();
        let set_aside = |state| state == MailState::SetAside && in_flight == InFlight::Refused;
        assert!(pending.iter().all(|mail| set_aside(mail.state)), "{pending:?}");
        assert_eq!(copies.len() + pending.len(), self.mails);
    }
}

fn did_not_leave(delivery: &Delivery) -> bool {
    !matches!(delivery, Delivery::Sent(_) | Delivery::Idle)
}
