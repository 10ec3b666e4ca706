//! `key`: the keys of the data folder, listed, rotated, retired. A secret is never shown.

use std::fmt::Write;
use std::path::Path;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::moment;
use crate::cli::KeyCommand;
use crate::key::{KeyId, SigningKey};
use crate::link::LINK_LIFETIME;

/// What is said wherever a service may run with keys that the file no longer has in that order.
const NEXT_START: &str = "Un service qui tourne garde ses clés jusqu’à son prochain démarrage\u{a0}: redémarrez-le.\n";

/// `key list`, `key rotate`, `key retire`.
///
/// # Errors
/// Says in French that there is no key, or that the file cannot be read or written.
pub fn key(data: &Path, command: KeyCommand, zone: &TimeZone, now: Timestamp) -> anyhow::Result<String> {
    match command {
        KeyCommand::List => list(data, zone),
        KeyCommand::Rotate => rotate(data),
        KeyCommand::Retire(args) => retire(data, args.sans_attendre, zone, now),
    }
}

fn list(data: &Path, zone: &TimeZone) -> anyhow::Result<String> {
    let mut text = String::new();
    for (at, (id, stopped_at, is_for_register)) in SigningKey::of(data)?.list().enumerate() {
        write!(text, "{}  ", name(id))?;
        match stopped_at {
            _ if at == 0 => writeln!(text, "signe")?,
            _ if is_for_register => writeln!(text, "ne vérifie plus que le registre")?,
            Some(stopped) => writeln!(text, "vérifie les liens jusqu’au {}", moment(stopped + LINK_LIFETIME, zone))?,
            None => writeln!(text, "signe encore, jusqu’au prochain démarrage du service")?,
        }
    }
    Ok(text)
}

fn rotate(data: &Path) -> anyhow::Result<String> {
    let id = SigningKey::rotate(data)?;
    Ok(format!(
        "La {} signera dès le prochain démarrage du service, et celles d’avant vérifient encore ce qu’elles ont signé.\n\
         {NEXT_START}Une sauvegarde faite avant aujourd’hui ne contient pas cette clé\u{a0}: refaites-en une.\n",
        name(id)
    ))
}

fn retire(data: &Path, at_once: bool, zone: &TimeZone, now: Timestamp) -> anyhow::Result<String> {
    let done = SigningKey::retire(data, at_once, now)?;
    let mut text = String::new();
    for id in &done.retired {
        writeln!(text, "La {} ne vérifie plus que le registre.", name(*id))?;
    }
    for (id, stopped_at) in &done.kept {
        match stopped_at {
            Some(stopped) => {
                let until = moment(*stopped + LINK_LIFETIME, zone);
                writeln!(text, "La {} est gardée\u{a0}: des liens en ont besoin jusqu’au {until}.", name(*id))?;
            }
            None => {
                writeln!(
                    text,
                    "La {} est gardée\u{a0}: elle signe jusqu’au prochain démarrage du service.",
                    name(*id)
                )?;
            }
        }
    }
    if done.retired.is_empty() && done.kept.is_empty() {
        text.push_str("Aucune clé n’est à retirer.\n");
    }
    if !done.retired.is_empty() {
        text.push_str(NEXT_START);
    }
    Ok(text)
}

/// « clé d’origine », « clé 2 »
fn name(id: KeyId) -> String {
    if id == KeyId::default() { "clé d’origine".to_owned() } else { format!("clé {id}") }
}
