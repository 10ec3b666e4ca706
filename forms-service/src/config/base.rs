//! The key `base`: which database, and from where its address is read.

use std::path::Path;

use anyhow::Context;

use super::file::DatabaseFile;
use crate::secret::Secret;

/// The environment variable that may hold the address of a `PostgreSQL`.
pub const POSTGRES_VARIABLE: &str = "FORMS_SERVICE_POSTGRES";

/// The address of a `PostgreSQL`; `None` for `SQLite`. The file weighs more than the variable.
pub(super) fn check(file: &DatabaseFile, folder: &Path, variable: Option<String>) -> anyhow::Result<Option<Secret>> {
    let address = match &file.postgresql_fichier {
        Some(path) => Some(Secret::read(&folder.join(path))?),
        None => variable.filter(|text| !text.is_empty()).map(Secret::new),
    };
    if let Some(address) = &address {
        let begins_well = ["postgres://", "postgresql://"].iter().any(|scheme| address.reveal().starts_with(scheme));
        // Without the address: it holds a password.
        begins_well.then_some(()).context("l’adresse n’est pas de la forme « postgres://compte@serveur/base »")?;
    }
    Ok(address)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn the_database_is_a_file_unless_an_address_is_given() {
        let folder = tempfile::tempdir().unwrap();
        let nowhere = DatabaseFile::default();
        let variable = |text: &str| check(&nowhere, folder.path(), Some(text.to_owned()));
        assert_eq!(check(&nowhere, folder.path(), None).unwrap(), None);
        assert_eq!(variable("").unwrap(), None);
        assert!(variable("postgres://portail@localhost/portail").unwrap().is_some());
        let fault = variable("mysql://compte:secret@serveur/base").unwrap_err().to_string();
        assert!(fault.contains("postgres://") && !fault.contains("secret"), "{fault}");
    }

    #[test]
    fn an_address_that_others_may_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("postgresql");
        std::fs::write(&path, "postgres://portail:secret@serveur/portail\n").unwrap();
        let file = DatabaseFile { postgresql_fichier: Some("postgresql".into()) };
        let address = || check(&file, folder.path(), Some("postgres://autre@localhost/autre".to_owned()));

        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(address().unwrap_err().to_string().contains("chmod 600"));
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        assert_eq!(address().unwrap().unwrap().reveal(), "postgres://portail:secret@serveur/portail");
    }
}
