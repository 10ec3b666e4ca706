//! `check-config`: everything that is missing or doubtful before the portal opens, at once.
//!
//! It looks and changes nothing: no table, no folder, no mail but the one that is asked for.

use std::fmt::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use generator::build::{BuildOptions, BuildReport, check};
use generator::content::Diffusion;
use generator::form::definition::Role as FormRole;
use jiff::Timestamp;
use lettre::Address;

use super::{Outcome, counted};
use crate::cli::{CheckConfigArgs, Common};
use crate::config::{self, Config};
use crate::directory;
use crate::id::MailId;
use crate::key;
use crate::mail::message::Draft;
use crate::mail::transport::{Smtp, Transport};
use crate::publish::probe::{Found, probe as probe_depot};
use crate::role::{Holder, Place, Role};
use crate::secret::Secret;
use crate::store::free_bytes;
use crate::store::probe::{Probe, probe};

/// What is found, from the mildest on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Weight {
    /// Works, and may still not be what is wanted.
    Doubt,
    /// Something written is to be mended.
    Fault,
    /// Something that is named does not answer.
    Machine,
}

#[derive(Debug, Default)]
struct Findings(Vec<(Weight, String)>);

impl Findings {
    fn doubt(&mut self, text: impl Into<String>) {
        self.0.push((Weight::Doubt, text.into()));
    }

    fn fault(&mut self, text: impl Into<String>) {
        self.0.push((Weight::Fault, text.into()));
    }

    fn machine(&mut self, text: impl Into<String>) {
        self.0.push((Weight::Machine, text.into()));
    }
}

/// `check-config`: 0 when nothing is missing, 1 when something written is to be mended, 2 when the
/// machine, the database or the mail server does not play its part.
///
/// # Errors
/// Fails when a folder cannot be read.
pub async fn check_config(common: &Common, args: &CheckConfigArgs, now: Timestamp) -> anyhow::Result<Outcome> {
    let mut findings = Findings::default();
    let mut done = Vec::new();
    data_folder(&common.data, &mut findings);
    let portal = content(args, now, &mut findings);
    let read = config::read(common.config.as_deref());
    let examined = read.map(|(file, folder)| Config::examine(file, &folder));
    match examined {
        Err(error) => findings.fault(format!("{error:#}")),
        Ok(Err(faults)) => faults.iter().for_each(|fault| findings.fault(fault)),
        Ok(Ok(config)) => {
            values(&config, &mut findings);
            free_space(&config, &common.data, &mut findings);
            depot(&config, &mut findings, &mut done);
            let holders = database(&config, &common.data, &mut findings).await;
            if let Some(portal) = portal {
                address(&config, &portal, &mut findings);
                roles(&config, &portal, holders, &mut findings);
            }
            mail(&config, args.envoyer_a.as_ref(), now, &mut findings, &mut done).await;
        }
    }
    Ok(Outcome { code: code(&findings), text: report(findings, &done)? })
}

/// Who may read what people wrote, and the key.
fn data_folder(data: &Path, findings: &mut Findings) {
    match std::fs::metadata(data) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            findings.doubt(format!(
                "le dossier de données « {} » n’existe pas : le premier démarrage le crée",
                data.display()
            ));
        }
        Err(error) => findings.machine(format!("le dossier de données « {} » : {error}", data.display())),
        Ok(found) if !found.is_dir() => {
            findings.fault(format!("« {} » n’est pas un dossier", data.display()));
        }
        Ok(found) if found.permissions().mode() & 0o077 != 0 => findings.fault(format!(
            "le dossier de données « {} » est ouvert à d’autres que son propriétaire : faites « chmod 700 »",
            data.display()
        )),
        Ok(_) => {}
    }
    let key = data.join(key::FILE);
    if key.exists()
        && let Err(error) = Secret::read(&key)
    {
        findings.fault(format!("{error:#}"));
    }
}

/// The portal that these pages make, without writing any.
fn content(args: &CheckConfigArgs, now: Timestamp, findings: &mut Findings) -> Option<BuildReport> {
    let options = BuildOptions {
        content: args.content.clone(),
        theme: args.theme.clone(),
        output: PathBuf::new(),
        diffusion: Diffusion::Interne,
        compress: false,
        drafts: false,
        now,
    };
    let checked = check(&options)
        .inspect_err(|error| findings.machine(format!("le contenu ne peut pas être lu : {error:#}")))
        .ok()?;
    if checked.is_refused() {
        findings.fault("le contenu a des fautes, et le portail ne démarrerait pas : voyez « generator check »");
        return None;
    }
    Some(checked)
}

/// What is allowed and may be an oversight.
fn values(config: &Config, findings: &mut Findings) {
    if config.is_demonstration() {
        findings.doubt("sans « smtp: », le portail est une démonstration : aucun courrier ne part");
    } else {
        for (key, address) in [("expediteur", &config.sender.email), ("adresse_de_secours", &config.fallback)] {
            if is_example(address.domain()) {
                findings.fault(format!("« {key} » est encore une adresse d’exemple"));
            }
        }
        if config.domains.is_empty() {
            findings.doubt("« domaines: » est vide : toute adresse passe pour une adresse professionnelle");
        }
    }
    if config.fallback == config.sender.email {
        findings.doubt(
            "« adresse_de_secours » et « expediteur » sont la même boîte : ce qui n’arrive à personne y reviendrait \
             parmi les refus des serveurs",
        );
    }
    if let Some(metrics) = config.metrics.filter(|address| !address.ip().to_canonical().is_loopback()) {
        findings.doubt(format!(
            "« metriques_ecoute » répond à d’autres machines ({metrics}) : un pare-feu doit dire auxquelles"
        ));
    }
    if !config.purges {
        findings.doubt(
            "« purge_automatique: non » : lancez « forms-service purge » chaque jour, comme les notices le promettent",
        );
    }
}

fn is_example(domain: &str) -> bool {
    ["exemple.fr", "example.com", "example.org"]
        .iter()
        .any(|example| domain == *example || domain.ends_with(&format!(".{example}")))
}

fn free_space(config: &Config, data: &Path, findings: &mut Findings) {
    let there = data.ancestors().map(|folder| if folder.as_os_str().is_empty() { Path::new(".") } else { folder });
    let Some(free) = there.filter(|folder| folder.is_dir()).find_map(free_bytes) else { return };
    let megabytes = |bytes: u64| bytes / 1_000_000;
    if free < config.free_space_floor {
        findings.machine(format!(
            "il reste {} Mo sur le disque des données, moins que « espace_libre_minimum_mo: {} » : tout envoi serait refusé",
            megabytes(free),
            megabytes(config.free_space_floor)
        ));
    } else if free < config.free_space_floor.saturating_mul(5) {
        findings.doubt(format!("il ne reste que {} Mo sur le disque des données", megabytes(free)));
    }
}

/// Whether the repository would be followed and written to.
fn depot(config: &Config, findings: &mut Findings, done: &mut Vec<String>) {
    let Some(depot) = &config.depot else { return };
    match probe_depot(depot) {
        Ok(found) => found.into_iter().for_each(|found| match found {
            Found::Fine(text) => done.push(text),
            Found::Doubt(text) => findings.doubt(text),
            Found::Fault(text) => findings.fault(text),
            Found::Machine(text) => findings.machine(text),
        }),
        Err(error) => findings.machine(format!("le dépôt : {error:#}")),
    }
}

/// Whether the database answers; who holds roles in it, when it holds any.
async fn database(config: &Config, data: &Path, findings: &mut Findings) -> Option<Vec<Holder>> {
    match probe(&config.location(data)).await {
        Ok(Probe::Sound(holders)) if holders.is_empty() => None,
        Ok(Probe::Sound(holders)) => Some(holders),
        Ok(Probe::Empty) => {
            findings.doubt("la base est encore vide : le premier démarrage la prépare");
            None
        }
        Err(error) => {
            findings.machine(format!("la base : {error:#}"));
            None
        }
    }
}

/// Whether links in mails lead anywhere.
fn address(config: &Config, portal: &BuildReport, findings: &mut Findings) {
    let Some(portal) = portal.portal.as_ref() else { return };
    let url = &portal.settings.url;
    let host = url::Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
    if config.is_demonstration() {
        return;
    }
    if is_example(&host) {
        findings.fault(format!(
            "« adresse: {url} » de content/portail.yaml est un exemple : les liens des courriers n’iraient nulle part"
        ));
    } else if !url.starts_with("https://") {
        findings.doubt(format!("« adresse: {url} » de content/portail.yaml n’est pas en https"));
    }
}

/// Whether each submission would reach somebody: by the table, else by the directory that is to
/// fill it.
fn roles(config: &Config, portal: &BuildReport, holders: Option<Vec<Holder>>, findings: &mut Findings) {
    let Some(portal) = portal.portal.as_ref() else { return };
    let holders = match (holders, directory::load(&config.directory)) {
        (Some(holders), Ok(_)) | (None, Ok(Some(holders))) => holders,
        (None, Ok(None)) if config.is_demonstration() => return,
        (None, Ok(None)) => {
            findings.fault(format!(
                "personne ne tient de rôle : ni dans la base, ni dans « {} »",
                config.directory.display()
            ));
            return;
        }
        (_, Err(error)) => {
            findings.fault(format!("{error:#}"));
            return;
        }
    };
    let is_held = |place: &Place, role| holders.iter().any(|holder| holder.place == *place && holder.role == role);
    if !is_held(&Place::Portal, Role::Moderator) {
        findings.fault("le portail n’a pas de modérateur : ce qui n’a personne va à « adresse_de_secours »");
    }
    let wants = |role| portal.forms.values().any(|form| form.definition.recipients.contains(&role));
    for (wanted, role) in [(FormRole::Communication, Role::Communication), (FormRole::Register, Role::Register)] {
        if wants(wanted) && !is_held(&Place::Portal, role) {
            findings.doubt(format!(
                "personne ne tient le rôle « {role} » du portail : les modérateurs reçoivent à sa place"
            ));
        }
    }
    for space in &portal.choices.spaces {
        let place = Place::Space(space.slug.clone());
        let missing: Vec<_> = [Role::Moderator, Role::Supervisor]
            .into_iter()
            .filter(|role| !is_held(&place, *role))
            .map(Role::word)
            .collect();
        if !missing.is_empty() {
            findings.doubt(format!(
                "l’espace « {} » n’a personne pour : {} ; les modérateurs du portail reçoivent à leur place",
                space.slug,
                missing.join(", ")
            ));
        }
    }
    for holder in holders.iter().filter(|_| !config.is_demonstration()) {
        if is_example(holder.address.domain()) {
            findings.fault(format!("le rôle {} ({}) est tenu par une adresse d’exemple", holder.role, holder.place));
        }
    }
}

/// Whether the mail server would take a mail; and the test mail, when one is asked for.
async fn mail(config: &Config, to: Option<&Address>, now: Timestamp, findings: &mut Findings, done: &mut Vec<String>) {
    let Some(server) = &config.smtp else {
        if to.is_some() {
            findings.fault("« --envoyer-a » demande un serveur de courrier : ajoutez « smtp: » à la configuration");
        }
        return;
    };
    let (host, port) = (server.host.clone(), server.port);
    let smtp = match Smtp::new(server.clone()) {
        Ok(smtp) => smtp,
        Err(error) => return findings.fault(format!("« smtp » : {error:#}")),
    };
    if let Err(error) = smtp.probe().await {
        return findings.machine(format!("le serveur de courrier {host}:{port} : {}", error.detail));
    }
    done.push(format!("Le serveur de courrier {host}:{port} répond, la ligne et le compte sont bons."));
    let Some(to) = to else { return };
    let sent = match test_mail(config, to, now) {
        Ok(mail) => Transport::Smtp(Arc::new(smtp)).send(&mail, now).await.map_err(|error| error.detail),
        Err(error) => Err(format!("{error:#}")),
    };
    match sent {
        Ok(()) => done.push(format!(
            "Courrier d’essai remis au serveur pour {to} : vérifiez qu’il arrive, et pas parmi les indésirables."
        )),
        Err(detail) => findings.machine(format!("le courrier d’essai n’est pas parti : {detail}")),
    }
}

fn test_mail(config: &Config, to: &Address, now: Timestamp) -> anyhow::Result<crate::mail::message::Mail> {
    let words = "Bonjour,\n\nCe courrier d’essai vient du service de formulaires du portail. S’il vous est arrivé, les \
                 modérateurs recevront aussi les leurs. Il n’y a rien à faire.\n";
    Draft {
        thread: None,
        id: MailId::new(now),
        from: &config.sender,
        to,
        reply_to: None,
        date: now,
        subject: "Courrier d’essai du portail",
        text: words.to_owned(),
        html: words.split("\n\n").fold(String::new(), |html, part| html + &format!("<p>{}</p>\n", part.trim())),
    }
    .build()
}

fn code(findings: &Findings) -> u8 {
    match findings.0.iter().map(|(weight, _)| *weight).max() {
        None | Some(Weight::Doubt) => 0,
        Some(Weight::Fault) => 1,
        Some(Weight::Machine) => 2,
    }
}

fn report(mut findings: Findings, done: &[String]) -> Result<String, std::fmt::Error> {
    findings.0.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
    let mut text = String::new();
    for (weight, finding) in &findings.0 {
        let word = match weight {
            Weight::Machine => "à rétablir",
            Weight::Fault => "à corriger",
            Weight::Doubt => "à vérifier",
        };
        writeln!(text, "{word} : {}", finding.replace('\n', "\n    "))?;
    }
    for line in done {
        writeln!(text, "{line}")?;
    }
    let count = |wanted: fn(Weight) -> bool| findings.0.iter().filter(|(weight, _)| wanted(*weight)).count() as u64;
    let last = match (count(|weight| weight > Weight::Doubt), count(|weight| weight == Weight::Doubt)) {
        (0, 0) => "Tout est en place.".to_owned(),
        (0, doubts) => format!("Rien ne manque ; {}.", counted(doubts, "point à vérifier", "points à vérifier")),
        (faults, _) => format!("{} avant d’ouvrir le portail.", counted(faults, "point à régler", "points à régler")),
    };
    writeln!(text, "{last}")?;
    Ok(text)
}
