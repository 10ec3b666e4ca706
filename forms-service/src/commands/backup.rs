//! `backup` and `restore`: the database and the key, out of the data folder and back into one.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};

use super::counted;
use crate::data::{self, Lock};
use crate::key;
use crate::store::backup::{check, sync_folder};
use crate::store::{Location, Store, sqlite};

/// `backup`: a checked copy of the database, and of the key beside it. The service may run.
///
/// # Errors
/// Says in French that something stands there already, or that the database is no `SQLite`; fails
/// when the disk does. Then no half backup is left.
pub async fn backup(store: &Store, data: &Path, file: &Path) -> anyhow::Result<String> {
    let key_file = beside(file);
    ensure!(!key_file.exists(), "« {} » existe déjà : choisissez un autre nom", key_file.display());
    ensure!(!file.exists(), "« {} » existe déjà : choisissez un autre nom", file.display());
    let submissions = store.backup(file).await?;
    let saved = copy_private(&data.join(key::FILE), &key_file)
        .with_context(|| format!("sauvegarde de la clé dans « {} »", key_file.display()));
    if let Err(error) = saved {
        let _ = fs::remove_file(file);
        return Err(error);
    }
    sync_folder(file)?;
    Ok(format!(
        "{} dans « {} », la clé dans « {} ». Ces deux fichiers ouvrent tout : gardez-les à l’abri.\n",
        counted(submissions, "envoi", "envois"),
        file.display(),
        key_file.display()
    ))
}

/// `restore`: a backup into a data folder that has no database.
///
/// # Errors
/// Says in French that a service runs, that a database is there already, or that the backup is
/// not sound; fails when the disk does.
pub async fn restore(location: &Location, file: &Path) -> anyhow::Result<String> {
    ensure!(
        location.postgres.is_none(),
        "la configuration indique un PostgreSQL : restaurez-le avec « pg_restore » ou « psql »"
    );
    let folder = &location.data;
    data::create(folder)?;
    let _lock = Lock::take(folder)?;
    let database = folder.join(sqlite::FILE);
    for there in [database.clone(), folder.join(format!("{}-wal", sqlite::FILE))] {
        ensure!(!there.exists(), "« {} » existe déjà : une restauration n’écrase rien", there.display());
    }
    check(file).await.with_context(|| format!("la sauvegarde « {} » ne peut pas servir", file.display()))?;
    let (key_file, key) = (beside(file), folder.join(key::FILE));
    let kept_key = key.exists();
    if !kept_key && key_file.exists() {
        copy_private(&key_file, &key).with_context(|| format!("restauration de « {} »", key.display()))?;
    }
    let half = folder.join(format!("{}.nouvelle", sqlite::FILE));
    let _ = fs::remove_file(&half);
    copy_private(file, &half)
        .and_then(|()| fs::rename(&half, &database))
        .with_context(|| format!("restauration de « {} »", database.display()))?;
    sync_folder(&database)?;
    let store = Store::open(location).await?;
    let submissions: u64 = store.count_submissions().await?.values().sum();
    store.close().await;
    let about_key = match (kept_key, key.exists()) {
        (true, _) => "La clé qui était dans le dossier est gardée.",
        (false, true) => "La clé est restaurée.",
        (false, false) => {
            "Il n’y a pas de clé à côté de la sauvegarde : le service en fera une nouvelle, et les liens des anciens \
             courriers ne s’ouvriront plus."
        }
    };
    Ok(format!("{}. {about_key}\n", counted(submissions, "envoi restauré", "envois restaurés")))
}

/// `portail.sauvegarde` → `portail.sauvegarde.cle`
fn beside(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".cle");
    name.into()
}

/// Copies a file for its owner only, and never over another.
fn copy_private(from: &Path, to: &Path) -> io::Result<()> {
    let mut from = fs::File::open(from)?;
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(to)?;
    io::copy(&mut from, &mut file)?;
    file.flush()?;
    file.sync_all()
}
