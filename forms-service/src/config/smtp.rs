//! The key `smtp`: a mail server that is talked to in confidence, with a password that was read.

use std::net::IpAddr;
use std::path::Path;

use anyhow::Context;

use super::file::SmtpFile;
use super::{Encryption, Faults};
use crate::secret::Secret;

/// The environment variable that may hold the password of the mail server.
pub const SMTP_PASSWORD_VARIABLE: &str = "FORMS_SERVICE_SMTP_MOT_DE_PASSE";

/// A mail server that was checked.
#[derive(Clone, Debug)]
pub struct SmtpConfig {
    /// Name or address.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// Protection.
    pub encryption: Encryption,
    /// Account and password.
    pub credentials: Option<(String, Secret)>,
    /// An authority to trust besides the system's, in PEM.
    pub authority: Option<Vec<u8>>,
}

/// Checks the key; what is at fault goes to `faults`, and nothing comes of it then.
pub(super) fn check(file: SmtpFile, folder: &Path, faults: &mut Faults) -> Option<SmtpConfig> {
    let port = file.port.unwrap_or(match file.chiffrement {
        Encryption::Starttls => 587,
        Encryption::Tls => 465,
        Encryption::Aucun => 25,
    });
    let is_in_clear_elsewhere = file.chiffrement == Encryption::Aucun && !is_this_machine(&file.hote);
    if is_in_clear_elsewhere {
        faults.add(
            "« smtp » : « chiffrement: aucun » enverrait les courriers en clair sur le réseau : il n’est permis que \
             vers cette machine.\nChoisissez « starttls » ou « tls »",
        );
    }
    let password = match (&file.utilisateur, file.mot_de_passe_fichier) {
        (None, _) => Ok(None),
        (Some(_), Some(path)) => Secret::read(&folder.join(path)).map(Some),
        (Some(_), None) => std::env::var(SMTP_PASSWORD_VARIABLE).map(|text| Some(Secret::new(text))).map_err(|_| {
            anyhow::anyhow!(
                "« utilisateur » demande un mot de passe : indiquez « mot_de_passe_fichier: », ou la variable \
                 {SMTP_PASSWORD_VARIABLE}"
            )
        }),
    };
    let authority = file
        .autorite_fichier
        .map(|path| folder.join(path))
        .map(|path| std::fs::read(&path).with_context(|| format!("lecture de « {} »", path.display())))
        .transpose();
    let password = faults.keep("smtp", password);
    let authority = faults.keep("smtp", authority)?;
    Some(SmtpConfig {
        host: file.hote,
        port,
        encryption: file.chiffrement,
        credentials: file.utilisateur.zip(password?),
        authority,
    })
    .filter(|_| !is_in_clear_elsewhere)
}

fn is_this_machine(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}
