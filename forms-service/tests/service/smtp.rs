//! Real conversations with a mail server on loopback, which plays a part.

pub mod authority;

pub mod server;

mod conversation;

mod protection;

mod faults;

use std::sync::Arc;
use std::time::Duration;

use forms_service::config::{Encryption, SmtpConfig};
use forms_service::mail::message::Mail;
use forms_service::mail::transport::{Smtp, Transport};
use forms_service::outbox::HORIZON;

use crate::support::Service;

fn config(port: u16, encryption: Encryption) -> SmtpConfig {
    SmtpConfig { host: "127.0.0.1".to_owned(), port, encryption, credentials: None, authority: None }
}

fn transport(config: SmtpConfig) -> Transport {
    Transport::Smtp(Arc::new(Smtp::new(config).unwrap()))
}

/// A mail of the service, worded as it will leave.
async fn a_mail(service: &Service) -> Mail {
    service.post_note("accueil", ".\nMerci à l’équipe").await;
    let lease = service.app.store.lease_next_mail(service.now(), HORIZON).await.unwrap().unwrap();
    service.composer().compose(&service.app.store.letter(lease.id).await.unwrap()).unwrap()
}

/// Stops the time of the runtime, which otherwise runs ahead whenever all tasks wait, even for a
/// socket: it does not while a blocking task is there. Time then passes when a test says so.
struct StoppedTime(#[expect(dead_code, reason = "dropping it ends the blocking task")] std::sync::mpsc::Sender<()>);

fn stop_time() -> StoppedTime {
    let (hold, end) = std::sync::mpsc::channel::<()>();
    tokio::task::spawn_blocking(move || end.recv());
    tokio::time::pause();
    StoppedTime(hold)
}

impl Drop for StoppedTime {
    fn drop(&mut self) {
        tokio::time::resume();
    }
}

/// Lets time pass. A millisecond more than asked: the runtime rounds its timers up to the next.
async fn pass(time: Duration) {
    tokio::time::advance(time + Duration::from_millis(1)).await;
}
