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
