//! The data folder: the database, the secret, and the lock of the one service that uses them.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use anyhow::{Context, bail};

/// The file that the running service holds locked.
const LOCK: &str = "verrou";

/// Makes the folder, for its owner only: it will hold what people wrote.
///
/// # Errors
/// Fails when it cannot be made.
pub fn create(data: &Path) -> anyhow::Result<()> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(data)
        .with_context(|| format!("création du dossier de données « {} »", data.display()))
}

/// The right to be the service of a data folder, until it is dropped or the process ends.
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock. Two services on one folder would each free the other's leases and send
    /// its mails again.
    ///
    /// # Errors
    /// Says in French that another service is there.
    pub fn take(data: &Path) -> anyhow::Result<Self> {
        let path = data.join(LOCK);
        let context = || format!("verrouillage de « {} »", path.display());
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&path)
            .with_context(context)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => bail!(
                "un autre service utilise déjà le dossier « {} » : arrêtez-le, ou choisissez-en un autre avec --data",
                data.display()
            ),
            Err(TryLockError::Error(error)) => Err(error).with_context(context),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_services_never_share_a_folder() {
        let folder = tempfile::tempdir().unwrap();
        let first = Lock::take(folder.path()).unwrap();
        assert!(Lock::take(folder.path()).is_err());
        drop(first);
        assert!(Lock::take(folder.path()).is_ok());
    }
}
