//! `roles`: who holds which role where.

use std::fmt::Write;

use anyhow::{Context, ensure};
use jiff::Timestamp;

use super::counted;
use crate::cli::{HolderArgs, RolesCommand};
use crate::directory;
use crate::role::Holder;
use crate::store::Store;
use crate::store::roles::Source;

/// `roles`: who holds which role where.
///
/// # Errors
/// Fails when the directory is at fault, or the database.
pub async fn roles(store: &Store, command: RolesCommand, now: Timestamp) -> anyhow::Result<String> {
    let holder = |args: HolderArgs| Holder { place: args.place, role: args.role, address: args.address };
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
            ensure!(store.remove_holder(&holder(args)).await?, "personne de cette adresse ne tient ce rôle");
            "Rôle retiré.\n".to_owned()
        }
        RolesCommand::Import { file } => {
            let holders = directory::load(&file)?.with_context(|| format!("il n’y a pas de « {} »", file.display()))?;
            let added = store.add_holders(&holders, Source::Directory, now).await?;
            format!("{}.\n", counted(added, "rôle ajouté", "rôles ajoutés"))
        }
    })
}
