//! The configuration: one YAML file, and what follows from it.
//!
//! Every key is optional, and a key that we do not know is refused. Without a file, or without
//! `smtp`, the service is a demonstration: it answers this machine only and mails nobody. A
//! secret is never a value of the file; it comes from a file of its own or from the environment.
//! `forms-service.exemple.yaml` shows every key.

pub mod file;

use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use crate::client::TrustedProxies;
use crate::limits::{OVERALL, Quota};
use crate::secret::Secret;
use anyhow::{Context, bail, ensure};
use lettre::Address;
use lettre::message::Mailbox;

pub use file::{ConfigFile, Encryption, LimitsFile, Mode, SmtpFile, parse};

/// The environment variable that may hold the password of the mail server.
pub const SMTP_PASSWORD_VARIABLE: &str = "FORMS_SERVICE_SMTP_MOT_DE_PASSE";

/// The largest limit: more than any machine of ours takes in.
const MAX_PER_MINUTE: u32 = 10_000_000;

/// A configuration that was checked: everything the service needs is there.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where the roles are first read.
    pub directory: PathBuf,
    /// Who the mails come from.
    pub sender: Mailbox,
    /// Who receives when nobody holds a role.
    pub fallback: Address,
    /// The mail server; `None` is the demonstration.
    pub smtp: Option<SmtpConfig>,
    /// Who is believed about the clients they speak for.
    pub proxies: TrustedProxies,
    /// How many posts of forms are let through.
    pub quota: Quota,
}

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

impl Config {
    /// Whether mails stay in the embedded mailbox.
    pub fn is_demonstration(&self) -> bool {
        self.smtp.is_none()
    }

    /// Reads the file when there is one, and checks what follows from it.
    ///
    /// # Errors
    /// Says in French what is missing or contradictory, and what to do.
    pub fn load(path: Option<&Path>) -> anyhow::Result<Self> {
        let Some(path) = path else { return Self::check(ConfigFile::default(), Path::new("")) };
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("lecture de la configuration « {} »", path.display()))?;
        parse(&text)
            .and_then(|file| Self::check(file, path.parent().unwrap_or(Path::new(""))))
            .with_context(|| format!("configuration « {} »", path.display()))
    }

    /// Checks a file that was read; `folder` is where its relative paths start.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub fn check(file: ConfigFile, folder: &Path) -> anyhow::Result<Self> {
        let mode = file.mode.unwrap_or(if file.smtp.is_some() { Mode::Production } else { Mode::Demonstration });
        match (mode, &file.smtp) {
            (Mode::Production, None) => bail!(
                "sans serveur de courrier, le service ne démarre pas : les modérateurs ne recevraient rien.\n\
                 Ajoutez « smtp: » à la configuration, ou essayez le portail avec « mode: demonstration »"
            ),
            (Mode::Demonstration, Some(_)) => bail!(
                "« mode: demonstration » et « smtp: » se contredisent : en démonstration, aucun courrier ne part.\n\
                 Gardez l’un des deux"
            ),
            _ => {}
        }
        let demonstration = mode == Mode::Demonstration;
        let sender = required("expediteur", file.expediteur, "portail@exemple.fr", demonstration)?;
        let fallback = required("adresse_de_secours", file.adresse_de_secours, "secours@exemple.fr", demonstration)?;
        Ok(Self {
            directory: folder.join(file.annuaire.unwrap_or_else(|| "annuaire.yaml".into())),
            sender: mailbox(&sender)?,
            fallback: fallback
                .parse()
                .map_err(|_| anyhow::anyhow!("« adresse_de_secours » : « {fallback} » n’est pas une adresse"))?,
            smtp: file.smtp.map(|smtp| check_smtp(smtp, folder)).transpose().context("« smtp »")?,
            proxies: match file.proxys_de_confiance {
                Some(list) => TrustedProxies::parse(&list).context("« proxys_de_confiance »")?,
                None => TrustedProxies::default(),
            },
            quota: check_limits(&file.limites).context("« limites »")?,
        })
    }

    /// Refuses to show a demonstration, its mailbox included, to other machines.
    ///
    /// # Errors
    /// Says in French why `listen` is refused.
    pub fn allow_listening(&self, listen: SocketAddr) -> anyhow::Result<()> {
        ensure!(
            !self.is_demonstration() || listen.ip().to_canonical().is_loopback(),
            "sans serveur de courrier, le portail est une démonstration : il ne répond qu’à cette machine, et pas sur {listen}.\n\
             Écoutez sur 127.0.0.1, ou indiquez une configuration avec « smtp: » (--config)"
        );
        Ok(())
    }
}

fn required(key: &str, value: Option<String>, example: &str, demonstration: bool) -> anyhow::Result<String> {
    match value {
        Some(value) => Ok(value),
        None if demonstration => Ok(example.to_owned()),
        None => bail!("il manque « {key}: », par exemple « {key}: {example} »"),
    }
}

fn mailbox(text: &str) -> anyhow::Result<Mailbox> {
    // lettre panics on a control character in a name.
    ensure!(!text.chars().any(char::is_control), "« expediteur » contient un caractère de contrôle");
    text.parse()
        .map_err(|_| anyhow::anyhow!("« expediteur » : « {text} » n’est pas de la forme « Nom <adresse@exemple.fr> »"))
}

fn check_smtp(file: SmtpFile, folder: &Path) -> anyhow::Result<SmtpConfig> {
    let port = file.port.unwrap_or(match file.chiffrement {
        Encryption::Starttls => 587,
        Encryption::Tls => 465,
        Encryption::Aucun => 25,
    });
    ensure!(
        file.chiffrement != Encryption::Aucun || is_this_machine(&file.hote),
        "« chiffrement: aucun » enverrait les courriers en clair sur le réseau : il n’est permis que vers cette machine.\n\
         Choisissez « starttls » ou « tls »"
    );
    let credentials = match file.utilisateur {
        None => None,
        Some(user) => {
            let password = match file.mot_de_passe_fichier {
                Some(path) => Secret::read(&folder.join(path))?,
                None => std::env::var(SMTP_PASSWORD_VARIABLE).map(Secret::new).map_err(|_| {
                    anyhow::anyhow!(
                        "« utilisateur » demande un mot de passe : indiquez « mot_de_passe_fichier: », ou la variable {SMTP_PASSWORD_VARIABLE}"
                    )
                })?,
            };
            Some((user, password))
        }
    };
    let authority = file
        .autorite_fichier
        .map(|path| folder.join(path))
        .map(|path| std::fs::read(&path).with_context(|| format!("lecture de « {} »", path.display())))
        .transpose()?;
    Ok(SmtpConfig { host: file.hote, port, encryption: file.chiffrement, credentials, authority })
}

fn check_limits(file: &LimitsFile) -> anyhow::Result<Quota> {
    let number = |key: &str, value: u32| {
        NonZeroU32::new(value).filter(|number| number.get() <= MAX_PER_MINUTE).with_context(|| {
            format!("« {key}: {value} » : indiquez un nombre d’envois par minute, de 1 à {MAX_PER_MINUTE}")
        })
    };
    let default = Quota::default();
    let per_client = match file.par_client_par_minute {
        Some(value) => number("par_client_par_minute", value)?,
        None => file
            .total_par_minute
            .and_then(NonZeroU32::new)
            .map_or(default.per_client, |all| all.min(default.per_client)),
    };
    let overall = match file.total_par_minute {
        Some(value) => number("total_par_minute", value)?,
        None => per_client.saturating_mul(OVERALL),
    };
    ensure!(
        overall >= per_client,
        "« total_par_minute: {overall} » est plus petit que « par_client_par_minute: {per_client} » : le total compte tout le monde"
    );
    Ok(Quota { per_client, overall })
}

fn is_this_machine(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn check(text: &str) -> anyhow::Result<Config> {
        Config::check(parse(text)?, Path::new(""))
    }

    fn fault(text: &str) -> String {
        format!("{:#}", check(text).unwrap_err())
    }

    const PRODUCTION: &str = "expediteur: Portail <portail@exemple.fr>\nadresse_de_secours: secours@exemple.fr\n";

    #[test]
    fn nothing_configured_is_a_demonstration_for_this_machine() {
        for text in ["", "# rien\n", "mode: demonstration\n"] {
            let config = check(text).unwrap();
            assert!(config.is_demonstration());
            assert!(config.allow_listening("127.0.0.1:8080".parse().unwrap()).is_ok());
            assert!(config.allow_listening("[::1]:8080".parse().unwrap()).is_ok());
            assert!(config.allow_listening("0.0.0.0:8080".parse().unwrap()).is_err());
            assert!(config.allow_listening("192.0.2.7:8080".parse().unwrap()).is_err());
        }
    }

    #[test]
    fn production_without_a_mail_server_is_refused() {
        assert!(fault(&format!("mode: production\n{PRODUCTION}")).contains("smtp"));
        assert!(fault("smtp: {hote: smtp.exemple.fr}\n").contains("expediteur"));
        assert!(fault("mode: demonstration\nsmtp: {hote: smtp.exemple.fr}\n").contains("se contredisent"));
        let config = check(&format!("{PRODUCTION}smtp: {{hote: smtp.exemple.fr}}\n")).unwrap();
        assert!(!config.is_demonstration());
        assert!(config.allow_listening("0.0.0.0:8080".parse().unwrap()).is_ok());
    }

    #[test]
    fn the_example_that_is_committed_is_read() {
        let file = parse(include_str!("../../forms-service.exemple.yaml")).unwrap();
        assert_eq!(file.mode, Some(Mode::Production));
        assert_eq!(file.smtp.unwrap().chiffrement, Encryption::Starttls);
    }

    #[test]
    fn an_unknown_key_is_refused() {
        assert!(fault("expéditeur: x\n").contains("expéditeur"));
        assert!(fault("smtp: {hote: smtp.exemple.fr, mot_de_passe: secret}\n").contains("mot_de_passe"));
    }

    #[test]
    fn mail_in_clear_goes_to_this_machine_only() {
        let with = |host: &str| format!("{PRODUCTION}smtp: {{hote: {host}, chiffrement: aucun}}\n");
        assert!(fault(&with("smtp.exemple.fr")).contains("en clair"));
        assert!(fault(&with("192.0.2.7")).contains("en clair"));
        for host in ["localhost", "127.0.0.1", "\"::1\""] {
            assert!(check(&with(host)).is_ok(), "{host}");
        }
    }

    #[test]
    fn limits_are_generous_until_they_are_told_and_never_contradict_each_other() {
        let limits = |text: &str| {
            let Quota { per_client, overall } = check(text).unwrap().quota;
            (per_client.get(), overall.get())
        };
        assert_eq!(limits(""), (120, 600));
        assert_eq!(limits("limites: {par_client_par_minute: 300}\n"), (300, 1_500));
        assert_eq!(limits("limites: {total_par_minute: 50}\n"), (50, 50));
        assert_eq!(limits("limites: {par_client_par_minute: 10, total_par_minute: 20}\n"), (10, 20));
        for (text, said) in [
            ("limites: {par_client_par_minute: 0}\n", "de 1 à"),
            ("limites: {total_par_minute: 0}\n", "de 1 à"),
            ("limites: {total_par_minute: 10000001}\n", "de 1 à"),
            ("limites: {par_client_par_minute: 20, total_par_minute: 10}\n", "plus petit"),
            ("limites: {par_minute: 20}\n", "par_minute"),
            ("limites: {par_client_par_minute: -1}\n", "limites"),
        ] {
            assert!(fault(text).contains(said), "{text}: {}", fault(text));
        }
    }

    #[test]
    fn trusted_proxies_are_this_machine_until_they_are_told() {
        let trusts = |text: &str, address: &str| check(text).unwrap().proxies.holds(address.parse().unwrap());
        assert!(trusts("", "127.0.0.1") && trusts("", "::1") && !trusts("", "10.0.0.5"));
        let told = "proxys_de_confiance: [10.0.0.0/24, \"fd00::1\"]\n";
        assert!(trusts(told, "10.0.0.5") && trusts(told, "fd00::1") && !trusts(told, "127.0.0.1"));
        assert!(!trusts("proxys_de_confiance: []\n", "127.0.0.1"));
        let said = fault("proxys_de_confiance: [nginx]\n");
        assert!(said.contains("« proxys_de_confiance »") && said.contains("« nginx »"), "{said}");
    }

    #[test]
    fn a_password_that_others_may_read_is_refused_and_none_is_printed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mot-de-passe");
        std::fs::write(&path, "très secret\n").unwrap();
        let text = format!(
            "{PRODUCTION}smtp: {{hote: smtp.exemple.fr, utilisateur: portail, mot_de_passe_fichier: mot-de-passe}}\n"
        );
        let check = || Config::check(parse(&text).unwrap(), folder.path());

        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        assert!(format!("{:#}", check().unwrap_err()).contains("chmod 600"));

        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        let config = check().unwrap();
        assert!(!format!("{config:?}").contains("secret"));
        assert_eq!(config.smtp.unwrap().credentials.unwrap().1.reveal(), "très secret");
    }
}
