//! `outbox` and `retry`: the mails that did not leave.

use std::fmt::Write;

use anyhow::ensure;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{counted, moment};
use crate::cli::RetryArgs;
use crate::store::Store;
use crate::store::outbox::MailState;
use crate::store::overview::MailRow;

/// `outbox`: the mails that did not leave.
///
/// # Errors
/// Fails when the database does.
pub async fn outbox(store: &Store, zone: &TimeZone) -> anyhow::Result<String> {
    let mails = store.pending_mails().await?;
    if mails.is_empty() {
        return Ok("Aucun courrier en attente.\n".to_owned());
    }
    let mut text = String::new();
    for mail in &mails {
        line(&mut text, mail, zone)?;
    }
    Ok(text)
}

/// One mail, with what its last attempt failed on.
pub(super) fn line(text: &mut String, mail: &MailRow, zone: &TimeZone) -> std::fmt::Result {
    let (kind, state) = (mail.kind.label(), mail.state.label());
    let reference = mail.reference.as_ref().map_or("—", |reference| reference.as_str());
    write!(text, "{}  {reference}  {kind}  à {}  {state}", mail.id, mail.recipient)?;
    match mail.attempt {
        0 => {}
        1 => write!(text, " après 1 essai")?,
        attempts => write!(text, " après {attempts} essais")?,
    }
    match (mail.state, mail.sent_at) {
        (MailState::Waiting, _) => write!(text, ", prochain essai le {}", moment(mail.next_attempt_at, zone))?,
        (_, Some(sent)) => write!(text, " le {}", moment(sent, zone))?,
        _ => {}
    }
    if mail.refused_at.is_some() && mail.state != MailState::Sent {
        write!(text, ", adresse refusée par le serveur")?;
    }
    writeln!(text)?;
    if let (Some(error), false) = (&mail.last_error, mail.state == MailState::Sent) {
        writeln!(text, "    {}", super::harmless(error).replace('\n', " "))?;
    }
    Ok(())
}

/// `retry`: has mails tried again, now and from the first wait on.
///
/// # Errors
/// Says in French which mail is not there or has left; fails when the database does.
pub async fn retry(store: &Store, args: &RetryArgs, now: Timestamp) -> anyhow::Result<String> {
    let mut retried = 0;
    if args.tout {
        retried = store.retry(None, now).await?;
    }
    for id in &args.ids {
        let one = store.retry(Some(*id), now).await?;
        ensure!(one == 1, "aucun courrier {id} n’attend : il est parti, ou il n’existe pas (voir « outbox »)");
        retried += one;
    }
    Ok(match retried {
        0 => "Aucun courrier n’est mis de côté.\n".to_owned(),
        _ => format!(
            "{} dans la minute, si le service tourne.\n",
            counted(retried, "courrier repart", "courriers repartent")
        ),
    })
}
