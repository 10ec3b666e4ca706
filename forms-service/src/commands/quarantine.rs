//! `quarantine`: what looks like a robot's, seen and freed by somebody.

use anyhow::{Context, ensure};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use lettre::Address;

use super::{list, show};
use crate::cli::QuarantineCommand;
use crate::reference::Reference;
use crate::store::Store;
use crate::store::submissions::{State, Stored};

/// `quarantine`: what looks like a robot's.
///
/// # Errors
/// Says in French that a reference is not in quarantine; fails when the database does.
pub async fn quarantine(
    store: &Store,
    command: QuarantineCommand,
    fallback: &Address,
    zone: &TimeZone,
    now: Timestamp,
) -> anyhow::Result<String> {
    match command {
        QuarantineCommand::List => {
            let mut text = String::new();
            for one in store.submissions().await?.iter().filter(|one| one.state == State::Quarantine) {
                list::line(&mut text, one, zone)?;
                if let Some(suspicion) = one.suspicion {
                    text.insert_str(text.len() - 1, &format!("  {}", suspicion.label()));
                }
            }
            Ok(if text.is_empty() { "Rien en quarantaine.\n".to_owned() } else { text })
        }
        QuarantineCommand::Show(args) => {
            find(store, &args.reference).await?;
            show(store, &args.reference, zone).await
        }
        QuarantineCommand::Free(args) => {
            let stored = find(store, &args.reference).await?;
            ensure!(store.release(stored.id, None, fallback, now).await?, "l’envoi vient d’être libéré par ailleurs");
            Ok("Envoi libéré : ses courriers partent dans la minute, si le service tourne.\n".to_owned())
        }
    }
}

async fn find(store: &Store, reference: &Reference) -> anyhow::Result<Stored> {
    let stored = store
        .submission_of(reference)
        .await?
        .with_context(|| format!("aucun envoi ne porte la référence {reference}"))?;
    ensure!(
        stored.state == State::Quarantine,
        "l’envoi {reference} n’est pas en quarantaine : {}",
        stored.state.label()
    );
    Ok(stored)
}
