//! The configuration file as it is written: every key, with its unit and its default. Nothing is
//! checked here but that the keys are known.

use std::path::PathBuf;

use serde::Deserialize;

/// The configuration file as an operator writes it.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConfigFile {
    /// `mode`: `demonstration` or `production`. Default: `production` when `smtp` is there,
    /// `demonstration` otherwise.
    pub mode: Option<Mode>,
    /// `annuaire`: the file that first says who holds which role; a relative path starts from
    /// the configuration's folder. Default: `annuaire.yaml`.
    pub annuaire: Option<PathBuf>,
    /// `expediteur`: who the mails come from, `Anime ton CHU <portail@exemple.fr>`, or the address
    /// alone to bear the portal's name. Somebody must read that mailbox. Required in production.
    pub expediteur: Option<String>,
    /// `adresse_de_secours`: who receives a submission when nobody holds the role it is meant
    /// for, neither in the space nor for the portal. Required in production.
    pub adresse_de_secours: Option<String>,
    /// `smtp`: the mail server. Required in production, forbidden in demonstration.
    pub smtp: Option<SmtpFile>,
    /// `proxys_de_confiance`: the addresses and networks whose `X-Forwarded-For` is believed, that
    /// of nginx for instance. Default: this machine, `[127.0.0.0/8, "::1"]`.
    pub proxys_de_confiance: Option<Vec<String>>,
    /// `limites`: how many posts of forms are let through. Default: see there.
    #[serde(default)]
    pub limites: LimitsFile,
    /// `base`: the database. Default: a `SQLite` file in the data folder.
    #[serde(default)]
    pub base: DatabaseFile,
    /// `espace_libre_minimum_mo`: below so many free megabytes (millions of bytes) on the disk of
    /// the data folder, nothing more is taken in; 0 never refuses. Default: 100 in production, 0
    /// in demonstration.
    pub espace_libre_minimum_mo: Option<u64>,
    /// `domaines`: the domains of professional addresses, their subdomains included. Default:
    /// none, and every address then passes for a professional one.
    #[serde(default)]
    pub domaines: Vec<String>,
    /// `ipp`: regular expressions of this hospital's patient numbers, which the guard then knows
    /// besides what it knows by itself. Default: none.
    #[serde(default)]
    pub ipp: Vec<String>,
    /// `journaux`: the form of the log lines, `texte` or `json`. Default: `texte`.
    #[serde(default)]
    pub journaux: LogFormat,
    /// `metriques_ecoute`: address and port where Prometheus reads `/metrics`, apart from the
    /// portal's own. Default: none, and there are no metrics then.
    pub metriques_ecoute: Option<String>,
    /// `depot`: the git repository that what is approved is committed to. Default: none, and files
    /// are written into the content folder.
    pub depot: Option<DepotFile>,
    /// `identite_entete`: the header in which a trusted proxy gives the e-mail address of whoever is
    /// signed on, `X-Remote-User` for instance; a decision then also needs it to be the address that
    /// its link was mailed to. The proxy must drop what a client sends under that name. Default:
    /// none, and the link is enough.
    pub identite_entete: Option<String>,
    /// `purge_automatique`: whether the running service deletes each day what was kept long
    /// enough, `oui` or `non`. Default: `oui`.
    #[serde(default)]
    pub purge_automatique: YesNo,
}

/// The key `base` of the configuration file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseFile {
    /// `postgresql_fichier`: a file that holds the address of a `PostgreSQL`,
    /// `postgres://compte:mot-de-passe@serveur/base`, and that its owner alone may read. Default:
    /// the variable `FORMS_SERVICE_POSTGRES`, and without it a `SQLite` file.
    pub postgresql_fichier: Option<PathBuf>,
}

/// The key `depot` of the configuration file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DepotFile {
    /// `distant`: the repository: `https://…`, `ssh://…`, `compte@serveur:chemin`, or a folder of
    /// this machine (a relative one starts from the configuration's folder). No password in it.
    /// Required.
    pub distant: String,
    /// `branche`: the branch that the site is built from. Default: `main`.
    pub branche: Option<String>,
    /// `contenu`: the content folder in the repository, `.` for all of it. Default: `content`.
    pub contenu: Option<PathBuf>,
    /// `auteur`: whose commits they are, `Portail <portail@exemple.fr>`; never a person. Default:
    /// `expediteur`.
    pub auteur: Option<String>,
    /// `pousser`: whether commits are sent to the repository, `oui` or `non`. Default: `oui`.
    #[serde(default)]
    pub pousser: YesNo,
    /// `ssh_cle_fichier`: the private key for ssh, which its owner alone may read. Default: those of
    /// the service's account.
    pub ssh_cle_fichier: Option<PathBuf>,
    /// `ssh_hotes_fichier`: the keys of the servers that ssh knows. Default: those that the service's
    /// account and the machine know.
    pub ssh_hotes_fichier: Option<PathBuf>,
    /// `jeton_fichier`: a file that holds an access token for https, and that its owner alone may
    /// read. Default: none.
    pub jeton_fichier: Option<PathBuf>,
    /// `autorite_fichier`: PEM certificates to trust for https instead of the system's own, for a
    /// hospital that signs its own. Default: none.
    pub autorite_fichier: Option<PathBuf>,
}

/// What a log line looks like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    #[default]
    Texte,
    /// One JSON object a line, for a machine that collects them.
    Json,
}

/// « oui » or « non ».
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum YesNo {
    /// « oui »
    #[default]
    Oui,
    /// « non »
    Non,
}

/// The key `limites` of the configuration file. Five minutes' worth may come at once.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitsFile {
    /// `par_client_par_minute`: posts of forms from one address (IPv4) or one /64 (IPv6), each
    /// minute in the long run. A whole hospital is often one address. Default: 120.
    pub par_client_par_minute: Option<u32>,
    /// `total_par_minute`: the same for everybody together. Default: five times
    /// `par_client_par_minute`.
    pub total_par_minute: Option<u32>,
}

/// The key `smtp` of the configuration file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmtpFile {
    /// `hote`: the name of the server, which its certificate must bear. Required.
    pub hote: String,
    /// `port`. Default: 587 for `starttls`, 465 for `tls`, 25 for `aucun`.
    pub port: Option<u16>,
    /// `chiffrement`: `starttls`, `tls`, or `aucun` (this machine only). Default: `starttls`.
    #[serde(default)]
    pub chiffrement: Encryption,
    /// `utilisateur`: the account, when the server asks for one. Default: none.
    pub utilisateur: Option<String>,
    /// `mot_de_passe_fichier`: a file that holds the password and that its owner alone may read.
    /// Default: the variable `FORMS_SERVICE_SMTP_MOT_DE_PASSE`.
    pub mot_de_passe_fichier: Option<PathBuf>,
    /// `autorite_fichier`: a PEM certificate to trust besides the system's own, for a hospital
    /// that signs its own. Default: none.
    pub autorite_fichier: Option<PathBuf>,
}

/// Whether mails leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Mails stay in the embedded mailbox, and the service answers this machine only.
    Demonstration,
    /// Mails are sent.
    Production,
}

/// How the conversation with the mail server is protected. There is no "if possible": whoever
/// sits between could then say that it is not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Encryption {
    /// TLS after a greeting in clear; refused if the server does not offer it.
    #[default]
    Starttls,
    /// TLS from the first byte.
    Tls,
    /// None, towards this very machine only.
    Aucun,
}

/// Reads the text of a configuration file.
///
/// # Errors
/// Says the line and the key at fault.
pub fn parse(text: &str) -> anyhow::Result<ConfigFile> {
    if text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#')) {
        return Ok(ConfigFile::default());
    }
    Ok(serde_saphyr::from_str(text)?)
}
