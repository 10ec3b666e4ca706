//! `show`: everything that is known of one submission, what its sender wrote included.

use std::fmt::Write;

use anyhow::Context;
use jiff::tz::TimeZone;

use super::{harmless, moment, outbox};
use crate::reference::Reference;
use crate::store::Store;
use crate::store::submissions::{AddressState, IfUnconfirmed, Stored};

/// `show`: everything that is known of one submission.
///
/// # Errors
/// Says in French that there is none; fails when the database does.
pub async fn show(store: &Store, reference: &Reference, zone: &TimeZone) -> anyhow::Result<String> {
    let stored = store
        .submission_of(reference)
        .await?
        .with_context(|| format!("aucun envoi ne porte la référence {reference}"))?;
    let mut text = String::new();
    head(&mut text, &stored, zone)?;
    writeln!(text, "\nRéponses")?;
    for answer in &stored.submission.answers {
        writeln!(text, "  {}", harmless(&answer.label))?;
        for line in harmless(&answer.shown).lines() {
            writeln!(text, "      {line}")?;
        }
        for flag in stored.flags.iter().filter(|flag| flag.field == answer.name) {
            writeln!(text, "      ! ressemble à {}", flag.looks_like)?;
        }
    }
    let trace = store.trace(stored.id).await?;
    writeln!(text, "\nDécisions{}", if trace.is_empty() { " : aucune" } else { "" })?;
    for row in &trace {
        let actor = row.actor.as_ref().map_or("le portail".to_owned(), ToString::to_string);
        let instead = row.on_behalf_of.as_ref().map_or(String::new(), |holder| format!(", à la place de {holder}"));
        let shortcut = if row.shortcut { ", raccourci" } else { "" };
        writeln!(text, "  {}  {}  {actor}{instead}{shortcut}", moment(row.done_at, zone), row.action.label())?;
        for line in row.words.as_deref().map(harmless).unwrap_or_default().lines() {
            writeln!(text, "      {line}")?;
        }
    }
    if let Some(publication) = store.publication_of(stored.id).await? {
        let page = publication.url.as_deref().unwrap_or(&publication.path);
        let to_do = publication.task.map_or(String::new(), |task| format!(", à {}", task.label()));
        writeln!(text, "\nPublication\n  {}  {page}{to_do}", publication.status.label())?;
        for line in publication.last_error.as_deref().map(harmless).unwrap_or_default().lines() {
            writeln!(text, "      {line}")?;
        }
    }
    let mails = store.mails_about(stored.id).await?;
    writeln!(text, "\nCourriers{}", if mails.is_empty() { " : aucun" } else { "" })?;
    for mail in &mails {
        outbox::line(&mut text, mail, zone)?;
    }
    Ok(text)
}

fn head(text: &mut String, stored: &Stored, zone: &TimeZone) -> std::fmt::Result {
    let mut line = |name: &str, value: &str| writeln!(text, "{name:<13}  {value}");
    line("Référence", stored.reference.as_str())?;
    line("Formulaire", &stored.submission.form_id)?;
    line("Espace", stored.submission.space.as_deref().unwrap_or("–"))?;
    line("État", stored.state.label())?;
    line("Reçu le", &moment(stored.received_at, zone))?;
    if let Some(suspicion) = stored.suspicion {
        line("Soupçon", suspicion.label())?;
    }
    if let Some(sender) = &stored.sender {
        let known = match stored.address_state {
            AddressState::Nothing => "",
            AddressState::Unconfirmed => " (non confirmée)",
            AddressState::Confirmed => " (confirmée)",
        };
        line("Adresse", &format!("{}{known}", sender.address))?;
        if let (Some(due), Some(check)) = (stored.due_at, sender.check) {
            let then = match (check, stored.reminded) {
                (IfUnconfirmed::Forward, _) => "transmis sans confirmation",
                (IfUnconfirmed::Lapse, false) => "rappel à la personne",
                (IfUnconfirmed::Lapse, true) => "caduc",
            };
            line("Sans réponse", &format!("{then} le {}", moment(due, zone)))?;
        }
    }
    let asked: Vec<_> = stored.destinations.iter().map(|one| format!("{} ({})", one.role, one.place)).collect();
    line("Demandé à", if asked.is_empty() { "moderateurs (portail)".to_owned() } else { asked.join(", ") }.as_str())
}
