//! A copy of a `SQLite` database in one file, made while the service goes on.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::{Context, ensure};
use sqlx::Connection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

use super::Store;
use super::database::Database;

impl Store {
    /// Writes a whole and checked copy to `path`, for its owner only. Nothing is overwritten.
    ///
    /// # Errors
    /// Says in French that this is no `SQLite`, that something stands there already, or that the
    /// copy is not sound; then no file is left.
    pub async fn backup(&self, path: &Path) -> anyhow::Result<u64> {
        let Database::Sqlite { writer, .. } = &self.database else {
            anyhow::bail!(
                "la base est un PostgreSQL : sauvegardez-la avec « pg_dump », et la clé du dossier de données avec elle"
            )
        };
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path)
            .with_context(|| format!("création de « {} »", path.display()))?;
        let written = async {
            let target = path.to_str().context("le nom du fichier n’est pas de l’UTF-8")?;
            // Only a reading transaction: what is posted meanwhile does not wait.
            sqlx::query("VACUUM INTO $1").bind(target).execute(writer).await?;
            file.sync_all()?;
            check(path).await
        };
        match written.await {
            Ok(submissions) => {
                sync_folder(path)?;
                Ok(submissions)
            }
            Err(error) => {
                let _ = std::fs::remove_file(path);
                Err(error.context(format!("sauvegarde dans « {} »", path.display())))
            }
        }
    }
}

/// Whether a file is a sound database of ours; gives how many submissions it holds.
///
/// # Errors
/// Says in French that it is not.
pub async fn check(path: &Path) -> anyhow::Result<u64> {
    let options = SqliteConnectOptions::new().filename(path).read_only(true).immutable(true);
    let mut connection = SqliteConnection::connect_with(&options).await?;
    let said: String = sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&mut connection).await?;
    ensure!(said == "ok", "la copie est abîmée : {said}");
    let submissions: i64 = sqlx::query_scalar("SELECT count(*) FROM submissions").fetch_one(&mut connection).await?;
    connection.close().await?;
    Ok(u64::try_from(submissions)?)
}

/// Has the folder of a file remember that the file is there.
///
/// # Errors
/// Fails when the folder cannot be opened or flushed.
pub fn sync_folder(path: &Path) -> anyhow::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .with_context(|| format!("écriture du dossier « {} »", folder.display()))
}
