//! The commands that look at the database beside a running service. Each gives the text that the
//! terminal shows.

use std::fmt::Write;

use anyhow::Context;
use generator::dates::DateView;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::cli::RolesCommand;
use crate::directory;
use crate::role::Holder;
use crate::store::outbox::MailState;
use crate::store::roles::Source;
use crate::store::{Location, Store};

/// Opens the database of a portal that has one.
///
/// # Errors
/// Says in French that there is none: a command must not make one by looking.
pub async fn open(location: &Location) -> anyhow::Result<Store> {
    anyhow::ensure!(
        location.exists(),
        "le dossier « {} » ne contient pas de base : indiquez-le avec --data, ou démarrez d’abord le portail",
        location.data.display()
    );
    Store::open(location).await
}

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
    for mail in mails {
        write!(text, "{}  {}  à {}  {}", mail.id, mail.reference, mail.recipient, mail.state.label())?;
        match mail.attempt {
            0 => {}
            1 => write!(text, " après 1 essai")?,
            attempts => write!(text, " après {attempts} essais")?,
        }
        if mail.state == MailState::Waiting {
            write!(text, ", prochain essai le {}", moment(mail.next_attempt_at, zone))?;
        }
        writeln!(text)?;
        if let Some(error) = mail.last_error {
            writeln!(text, "    {}", error.replace(['\r', '\n'], " "))?;
        }
    }
    Ok(text)
}

/// `list`: what was received, without a word that somebody wrote.
///
/// # Errors
/// Fails when the database does.
pub async fn list(store: &Store, zone: &TimeZone) -> anyhow::Result<String> {
    let submissions = store.submissions().await?;
    if submissions.is_empty() {
        return Ok("Aucun envoi.\n".to_owned());
    }
    let mut text = String::new();
    for one in submissions {
        let space = one.space.as_deref().unwrap_or("–");
        let (form, state) = (&one.form_id, one.state.label());
        let received = moment(one.received_at, zone);
        writeln!(text, "{}  {form:<24}  {space:<32}  {state:<12}  {received}", one.reference)?;
    }
    Ok(text)
}

/// `roles`: who holds which role where.
///
/// # Errors
/// Fails when the directory is at fault, or the database.
pub async fn roles(store: &Store, command: RolesCommand, now: Timestamp) -> anyhow::Result<String> {
    let holder = |args: crate::cli::HolderArgs| Holder { place: args.place, role: args.role, address: args.address };
    Ok(match command {
        RolesCommand::List => {
            let mut text = String::new();
            for Holder { place, role, address } in store.holders().await? {
                writeln!(text, "{place:<32}  {role:<14}  {address}")?;
            }
            if text.is_empty() { "Personne ne tient de rôle.\n".to_owned() } else { text }
        }
        RolesCommand::Add(args) => match store.add_holders(&[holder(args)], Source::Command, now).await? {
            0 => "Cette personne tient déjà ce rôle.\n".to_owned(),
            _ => "Rôle ajouté.\n".to_owned(),
        },
        RolesCommand::Remove(args) => {
            anyhow::ensure!(store.remove_holder(&holder(args)).await?, "personne de cette adresse ne tient ce rôle");
            "Rôle retiré.\n".to_owned()
        }
        RolesCommand::Import { file } => {
            let holders = directory::load(&file)?.with_context(|| format!("il n’y a pas de « {} »", file.display()))?;
            let added = store.add_holders(&holders, Source::Directory, now).await?;
            format!("{added} {}.\n", if added > 1 { "rôles ajoutés" } else { "rôle ajouté" })
        }
    })
}

fn moment(at: Timestamp, zone: &TimeZone) -> String {
    let civil = at.to_zoned(zone.clone()).datetime();
    DateView::from(civil.date().at(civil.hour(), civil.minute(), 0, 0)).text
}
