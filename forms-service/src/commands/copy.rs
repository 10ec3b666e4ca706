//! `copy`: from `SQLite` to an empty `PostgreSQL`, while nobody writes.

use std::fmt::Write;
use std::path::Path;

use anyhow::{Context, ensure};

use super::open;
use crate::config::POSTGRES_VARIABLE;
use crate::data::Lock;
use crate::secret::Secret;
use crate::store::{Location, Store};

/// Where the copy goes: the address in a file, else in the environment.
///
/// # Errors
/// Says in French that neither is there, or that others may read the file.
pub fn target(file: Option<&Path>, data: &Path) -> anyhow::Result<Location> {
    let address = match file {
        Some(file) => Secret::read(file)?,
        None => std::env::var(POSTGRES_VARIABLE).map(Secret::new).ok().with_context(|| {
            format!("indiquez la base visée : « --vers FICHIER », ou la variable {POSTGRES_VARIABLE}")
        })?,
    };
    Ok(Location { postgres: Some(address), ..Location::sqlite(data) })
}

/// `copy`: everything of the `SQLite` in `data`, into an empty `PostgreSQL`.
///
/// # Errors
/// Says in French that a service runs, that there is nothing to copy or that the target is not
/// empty; fails when a database does. Then nothing stays in the target.
pub async fn copy(data: &Path, target: &Location) -> anyhow::Result<String> {
    let source = Location::sqlite(data);
    ensure!(
        source.exists(),
        "le dossier « {} » ne contient pas de base SQLite : indiquez-le avec --data",
        data.display()
    );
    let _lock = Lock::take(data)?;
    let source = open(&source).await?;
    let target = Store::open(target).await?;
    let copied = source.copy_into(&target).await?;
    let mut text = String::new();
    for table in &copied {
        writeln!(
            text,
            "{:<12}  {:>8} lignes, les mêmes de part et d’autre  {}",
            table.table,
            table.rows,
            &table.digest[..16]
        )?;
    }
    text.push_str(
        "Copie faite, chaque ligne relue et comparée. Indiquez maintenant « base: » dans la configuration, démarrez le \
         service, puis mettez l’ancien fichier portail.sqlite à l’abri.\n",
    );
    source.close().await;
    target.close().await;
    Ok(text)
}
