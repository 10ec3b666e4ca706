//! The configuration: one YAML file, and what follows from it.
//!
//! Every key is optional, and a key that we do not know is refused. Without a file, or without
//! `smtp`, the service is a demonstration: it answers this machine only and mails nobody. A
//! secret is never a value of the file; it comes from a file of its own or from the environment.
//! `forms-service.exemple.yaml` shows every key.

pub mod file;

mod base;
mod depot;
mod limits;
mod smtp;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use generator::guard::Guard;
use lettre::Address;
use lettre::message::Mailbox;

use crate::client::TrustedProxies;
use crate::limits::Quota;
use crate::secret::Secret;
use crate::store::Location;

pub use base::POSTGRES_VARIABLE;
pub use depot::{Author, Depot, Remote};
pub use file::{ConfigFile, DepotFile, Encryption, LimitsFile, LogFormat, Mode, SmtpFile, YesNo, parse};
pub use smtp::{SMTP_PASSWORD_VARIABLE, SmtpConfig};

/// The floor of the free space when nothing is said, in megabytes.
const FREE_SPACE_MEGABYTES: u64 = 100;

/// Who receives in a demonstration, where nothing leaves.
const FALLBACK: &str = "secours@exemple.fr";

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
    /// The address of a `PostgreSQL`; `None` for a `SQLite` file in the data folder.
    pub postgres: Option<Secret>,
    /// Below so many free bytes, nothing more is taken in.
    pub free_space_floor: u64,
    /// The domains of professional addresses; when there are none, every address passes for one.
    pub domains: Vec<String>,
    /// Looks for health data, this hospital's patient numbers included.
    pub guard: Guard,
    /// What a log line looks like.
    pub logs: LogFormat,
    /// Where metrics are read.
    pub metrics: Option<SocketAddr>,
    /// The repository that is published to; `None` for files in the content folder.
    pub depot: Option<Depot>,
    /// The header in which a trusted proxy says who decides; `None` asks for no identity.
    pub identity_header: Option<axum::http::HeaderName>,
    /// Whether the running service deletes what was kept long enough.
    pub purges: bool,
}

/// Everything that is wrong with a configuration, so that it is mended in one go.
#[derive(Debug, Default)]
pub struct Faults(Vec<String>);

impl Faults {
    /// Each fault, in French.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    fn add(&mut self, fault: impl Into<String>) {
        self.0.push(fault.into());
    }

    /// The value, or the fault of that key.
    fn keep<T>(&mut self, key: &str, value: anyhow::Result<T>) -> Option<T> {
        value.map_err(|error| self.add(format!("« {key} » : {error:#}"))).ok()
    }
}

impl Config {
    /// Whether mails stay in the embedded mailbox.
    pub fn is_demonstration(&self) -> bool {
        self.smtp.is_none()
    }

    /// Which database, when the data folder is `data`.
    pub fn location(&self, data: &Path) -> Location {
        Location { data: data.to_owned(), postgres: self.postgres.clone(), free_space_floor: self.free_space_floor }
    }

    /// Reads the file when there is one, and checks what follows from it.
    ///
    /// # Errors
    /// Says in French everything that is missing or contradictory, and what to do.
    pub fn load(path: Option<&Path>) -> anyhow::Result<Self> {
        let (file, folder) = read(path)?;
        let checked = Self::check(file, &folder);
        match path {
            Some(path) => checked.with_context(|| format!("configuration « {} »", path.display())),
            None => checked,
        }
    }

    /// Checks a file that was read; `folder` is where its relative paths start.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub fn check(file: ConfigFile, folder: &Path) -> anyhow::Result<Self> {
        Self::examine(file, folder).map_err(|faults| anyhow::anyhow!(faults.0.join("\n")))
    }

    /// The same, with each fault apart.
    ///
    /// # Errors
    /// Gives all the faults.
    pub fn examine(file: ConfigFile, folder: &Path) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let mode = file.mode.unwrap_or(if file.smtp.is_some() { Mode::Production } else { Mode::Demonstration });
        match (mode, &file.smtp) {
            (Mode::Production, None) => faults.add(
                "sans serveur de courrier, le service ne démarre pas : les modérateurs ne recevraient rien.\n\
                 Ajoutez « smtp: » à la configuration, ou essayez le portail avec « mode: demonstration »",
            ),
            (Mode::Demonstration, Some(_)) => faults.add(
                "« mode: demonstration » et « smtp: » se contredisent : en démonstration, aucun courrier ne part.\n\
                 Gardez l’un des deux",
            ),
            _ => {}
        }
        let demonstration = mode == Mode::Demonstration;
        let sender = required("expediteur", file.expediteur, "portail@exemple.fr", demonstration, &mut faults);
        let fallback = required("adresse_de_secours", file.adresse_de_secours, FALLBACK, demonstration, &mut faults);
        let sender = sender.and_then(|text| faults.keep("expediteur", mailbox(&text)));
        let fallback = fallback.and_then(|text| faults.keep("adresse_de_secours", address(&text)));
        let smtp = file.smtp.and_then(|file| smtp::check(file, folder, &mut faults));
        let proxies = file.proxys_de_confiance.map(|list| TrustedProxies::parse(&list)).transpose();
        let proxies = faults.keep("proxys_de_confiance", proxies.map(Option::unwrap_or_default));
        let quota = faults.keep("limites", limits::check(&file.limites));
        let postgres = faults.keep("base", base::check(&file.base, folder, std::env::var(POSTGRES_VARIABLE).ok()));
        let domains = faults.keep("domaines", domains(&file.domaines));
        let guard = faults.keep("ipp", Guard::new(&file.ipp).map_err(Into::into));
        let identity_header = file.identite_entete.as_deref().map(|name| {
            axum::http::HeaderName::from_bytes(name.as_bytes()).context("ce n’est pas un nom d’en-tête HTTP")
        });
        let identity_header = faults.keep("identite_entete", identity_header.transpose());
        let metrics = faults.keep("metriques_ecoute", file.metriques_ecoute.as_deref().map(listening).transpose());
        let depot = file.depot.map(|file| depot::check(&file, folder, sender.as_ref())).transpose();
        let depot = faults.keep("depot", depot);
        let megabytes = file.espace_libre_minimum_mo.unwrap_or(if demonstration { 0 } else { FREE_SPACE_MEGABYTES });
        let checked = || {
            Some(Self {
                directory: folder.join(file.annuaire.unwrap_or_else(|| "annuaire.yaml".into())),
                sender: sender?,
                fallback: fallback?,
                smtp,
                proxies: proxies?,
                quota: quota?,
                postgres: postgres?,
                free_space_floor: megabytes.saturating_mul(1_000_000),
                domains: domains?,
                guard: guard?,
                logs: file.journaux,
                metrics: metrics?,
                identity_header: identity_header?,
                depot: depot?,
                purges: file.purge_automatique == YesNo::Oui,
            })
        };
        match checked() {
            Some(config) if faults.0.is_empty() => Ok(config),
            _ => Err(faults),
        }
    }

    /// Refuses to show a demonstration, its mailbox and its figures included, to other machines.
    ///
    /// # Errors
    /// Says in French why `listen` is refused.
    pub fn allow_listening(&self, listen: SocketAddr) -> anyhow::Result<()> {
        for address in std::iter::once(listen).chain(self.metrics) {
            ensure!(
                !self.is_demonstration() || address.ip().to_canonical().is_loopback(),
                "sans serveur de courrier, le portail est une démonstration : il ne répond qu’à cette machine, et pas sur {address}.\n\
                 Écoutez sur 127.0.0.1, ou indiquez une configuration avec « smtp: » (--config)"
            );
        }
        Ok(())
    }
}

/// The file as it is written, and the folder where its relative paths start.
///
/// # Errors
/// Says in French that it cannot be read, or which key is at fault.
pub fn read(path: Option<&Path>) -> anyhow::Result<(ConfigFile, PathBuf)> {
    let Some(path) = path else { return Ok((ConfigFile::default(), PathBuf::new())) };
    let text =
        std::fs::read_to_string(path).with_context(|| format!("lecture de la configuration « {} »", path.display()))?;
    let file = parse(&text).with_context(|| format!("configuration « {} »", path.display()))?;
    Ok((file, path.parent().unwrap_or(Path::new("")).to_owned()))
}

/// The database that the service uses, for a command that needs nothing else: it works for
/// whoever may read that, without the password of the mail server.
///
/// # Errors
/// Says in French what of the file is at fault.
pub fn location(path: Option<&Path>, data: &Path) -> anyhow::Result<Location> {
    let (file, folder) = read(path)?;
    let postgres = base::check(&file.base, &folder, std::env::var(POSTGRES_VARIABLE).ok()).context("« base »")?;
    Ok(Location { postgres, ..Location::sqlite(data) })
}

/// Who receives what would reach nobody, for a command that queues mails.
///
/// # Errors
/// Says in French that nobody is named, or what of the file is at fault.
pub fn fallback(path: Option<&Path>) -> anyhow::Result<Address> {
    let (file, _) = read(path)?;
    let mut faults = Faults::default();
    let demonstration = file.smtp.is_none();
    match required("adresse_de_secours", file.adresse_de_secours, FALLBACK, demonstration, &mut faults) {
        Some(text) => address(&text).context("« adresse_de_secours »"),
        None => Err(anyhow::anyhow!(faults.0.join("\n"))),
    }
}

/// What a log line looks like, for whoever logs before anything was checked; a file that cannot be
/// read is told about later, and in plain lines.
pub fn log_format(path: Option<&Path>) -> LogFormat {
    read(path).map(|(file, _)| file.journaux).unwrap_or_default()
}

fn required(
    key: &str,
    value: Option<String>,
    example: &str,
    demonstration: bool,
    faults: &mut Faults,
) -> Option<String> {
    if value.is_none() && !demonstration {
        faults.add(format!("il manque « {key}: », par exemple « {key}: {example} »"));
        return None;
    }
    Some(value.unwrap_or_else(|| example.to_owned()))
}

fn mailbox(text: &str) -> anyhow::Result<Mailbox> {
    // lettre panics on a control character in a name.
    ensure!(!text.chars().any(char::is_control), "l’adresse contient un caractère de contrôle");
    text.parse().map_err(|_| anyhow::anyhow!("« {text} » n’est pas de la forme « Nom <adresse@exemple.fr> »"))
}

fn address(text: &str) -> anyhow::Result<Address> {
    text.parse().map_err(|_| anyhow::anyhow!("« {text} » n’est pas une adresse"))
}

fn listening(text: &str) -> anyhow::Result<SocketAddr> {
    text.parse().map_err(|_| anyhow::anyhow!("« {text} » n’est pas de la forme « 127.0.0.1:9090 »"))
}

fn domains(list: &[String]) -> anyhow::Result<Vec<String>> {
    let domain = |text: &String| {
        let well_formed = text.contains('.')
            && text.split('.').all(|label| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-'));
        ensure!(well_formed, "« {text} » n’est pas un domaine : écrivez « exemple.fr », sans « @ »");
        Ok(text.to_lowercase())
    };
    list.iter().map(domain).collect()
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
    fn all_the_faults_are_told_at_once() {
        let text = "smtp: {hote: smtp.exemple.fr, chiffrement: aucun}\nadresse_de_secours: personne\n\
                    domaines: [\"@exemple.fr\"]\nipp: [\"[\"]\nmetriques_ecoute: ici\nlimites: {total_par_minute: 0}\n";
        let told = fault(text);
        for key in ["smtp", "expediteur", "adresse_de_secours", "domaines", "ipp", "metriques_ecoute", "limites"] {
            assert!(told.contains(key), "{key}: {told}");
        }
    }

    #[test]
    fn what_is_not_said_has_a_default() {
        let production = check(&format!("{PRODUCTION}smtp: {{hote: smtp.exemple.fr}}\n")).unwrap();
        assert_eq!(production.free_space_floor, 100_000_000);
        assert_eq!((production.logs, production.metrics, production.purges), (LogFormat::Texte, None, true));
        assert_eq!(check("").unwrap().free_space_floor, 0);

        let told = check(
            "espace_libre_minimum_mo: 5\njournaux: json\nmetriques_ecoute: 127.0.0.1:9090\npurge_automatique: non\n\
             domaines: [Exemple.fr]\n",
        )
        .unwrap();
        assert_eq!((told.free_space_floor, told.logs, told.purges), (5_000_000, LogFormat::Json, false));
        assert_eq!(told.metrics, Some("127.0.0.1:9090".parse().unwrap()));
        assert_eq!(told.domains, ["exemple.fr"]);
    }

    #[test]
    fn the_figures_of_a_demonstration_stay_on_this_machine() {
        let config = check("metriques_ecoute: 0.0.0.0:9090\n").unwrap();
        assert!(config.allow_listening("127.0.0.1:8080".parse().unwrap()).is_err());
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
