//! `purge`: forgets what was kept long enough, or says what that is.

use std::fmt::Write;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::counted;
use crate::cli::PurgeArgs;
use crate::purge;
use crate::store::Store;

/// `purge`: forgets what was kept long enough.
///
/// # Errors
/// Fails when the database does.
pub async fn purge(store: &Store, args: &PurgeArgs, zone: &TimeZone, now: Timestamp) -> anyhow::Result<String> {
    let purged = purge::purge(store, zone, now, args.essai).await?;
    let mut text = String::new();
    for (form, state, count) in &purged.groups {
        writeln!(text, "{form:<24}  {:<19}  {count}", state.label())?;
    }
    let submissions = counted(purged.submissions(), "envoi", "envois");
    match (purged.submissions(), args.essai) {
        (0, _) => writeln!(text, "Rien n’a été gardé assez longtemps pour être supprimé.")?,
        (_, true) => writeln!(text, "À supprimer : {submissions}. Rien n’a été supprimé (--essai).")?,
        (_, false) => {
            let mails = counted(purged.forgotten.mails, "courrier", "courriers");
            writeln!(text, "Supprimé : {submissions}, {mails}.")?;
        }
    }
    if purged.waiting > 0 {
        let waiting = counted(purged.waiting, "envoi reste", "envois restent");
        writeln!(text, "{waiting} encore : un courrier à leur sujet n’est pas parti.")?;
    }
    for (form, count) in &purged.unreadable {
        let kept = counted(*count, "envoi gardé", "envois gardés");
        writeln!(text, "{form} : {kept}, parce que la durée de conservation de l’époque n’est plus lisible.")?;
    }
    Ok(text)
}
