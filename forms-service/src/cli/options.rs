//! What each command may be told besides its name.

use std::path::PathBuf;

use anyhow::bail;
use clap::{Args, Subcommand, ValueEnum};
use jiff::civil::Date;
use lettre::Address;

use super::HELP;
use crate::id::MailId;
use crate::reference::Reference;
use crate::register::chain::read_fingerprint;
use crate::register::verify::Proof;
use crate::role::{Place, Role};
use crate::store::submissions::State;

/// The heading of what is typed without a name.
const ARGUMENTS: &str = "Arguments\u{a0}";

/// Which submissions are listed.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Options\u{a0}")]
pub struct ListArgs {
    /// Seulement cet état : recu, complement, approuve, publie, traite, refuse, retire, quarantaine, a-confirmer ou caduc
    #[arg(long, value_name = "ÉTAT", hide_possible_values = true)]
    pub etat: Option<Stage>,
    /// Seulement ce formulaire, par exemple post-it
    #[arg(long, value_name = "FORMULAIRE")]
    pub formulaire: Option<String>,
    /// Seulement cet espace, par le nom de son dossier ; « portail » pour ce qui n’en a pas
    #[arg(long, value_name = "ESPACE", value_parser = parse_place)]
    pub espace: Option<Place>,
}

/// The states as they are typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Stage {
    /// Received.
    Recu,
    /// In quarantine.
    Quarantaine,
    /// Address to be confirmed.
    AConfirmer,
    /// Lapsed.
    Caduc,
    /// The author was asked for more.
    Complement,
    /// Approved, and not published yet.
    Approuve,
    /// Published.
    Publie,
    /// Dealt with; nothing is published of it.
    Traite,
    /// Refused.
    Refuse,
    /// Withdrawn.
    Retire,
}

impl Stage {
    /// The state that is meant.
    pub fn state(self) -> State {
        match self {
            Self::Recu => State::Received,
            Self::Quarantaine => State::Quarantine,
            Self::AConfirmer => State::Unconfirmed,
            Self::Caduc => State::Lapsed,
            Self::Complement => State::Asked,
            Self::Approuve => State::Approved,
            Self::Publie => State::Published,
            Self::Traite => State::Settled,
            Self::Refuse => State::Refused,
            Self::Retire => State::Withdrawn,
        }
    }
}

/// One submission.
#[derive(Debug, Args)]
#[command(next_help_heading = "Options\u{a0}")]
pub struct ReferenceArgs {
    /// La référence de l’envoi, par exemple K7M2Q9XB01 ; tirets et minuscules sont acceptés
    #[arg(value_name = "RÉFÉRENCE", help_heading = ARGUMENTS, value_parser = parse_reference)]
    pub reference: Reference,
}

/// Which mails are tried again.
#[derive(Debug, Args)]
#[command(next_help_heading = "Options\u{a0}")]
pub struct RetryArgs {
    /// Les courriers à renvoyer, par leur identifiant dans « outbox »
    #[arg(value_name = "ID", help_heading = ARGUMENTS, required_unless_present = "tout", conflicts_with = "tout")]
    pub ids: Vec<MailId>,
    /// Tous ceux qui sont mis de côté
    #[arg(long)]
    pub tout: bool,
}

/// What to do with the quarantine.
#[derive(Debug, Subcommand)]
pub enum QuarantineCommand {
    /// Montre ce qui est en quarantaine, et pourquoi ; aucun texte
    #[command(help_template = HELP)]
    List,
    /// Montre un envoi en quarantaine, avec ce que la personne a écrit
    #[command(help_template = HELP)]
    Show(ReferenceArgs),
    /// Libère un envoi : il part aux modérateurs comme s’il venait d’arriver
    #[command(help_template = HELP)]
    Free(ReferenceArgs),
}

/// How to purge.
#[derive(Debug, Args)]
#[command(next_help_heading = "Options\u{a0}")]
pub struct PurgeArgs {
    /// Dit ce qui serait supprimé, sans rien supprimer
    #[arg(long)]
    pub essai: bool,
}

/// What is exported, and where to.
#[derive(Debug, Args)]
#[command(next_help_heading = "Options\u{a0}")]
pub struct ExportArgs {
    /// Le fichier à écrire ; il ne doit pas exister
    #[arg(value_name = "FICHIER.csv", help_heading = ARGUMENTS)]
    pub file: PathBuf,
    /// Seulement ce formulaire
    #[arg(long, value_name = "FORMULAIRE")]
    pub formulaire: Option<String>,
    /// Seulement ce qui a été reçu depuis ce jour, par exemple 2026-11-01
    #[arg(long, value_name = "DATE", value_parser = parse_day)]
    pub depuis: Option<Date>,
    /// Le registre des signatures, au lieu des envois
    #[arg(long, conflicts_with_all = ["formulaire", "depuis"])]
    pub registre: bool,
    /// The register of one space.
    #[arg(
        long,
        value_name = "ESPACE",
        value_parser = parse_place,
        requires = "registre",
        help = "Du registre, seulement ce qui concerne cet espace, par le nom de son dossier ; « portail » pour qui \
                n’en a pas choisi"
    )]
    pub espace: Option<Place>,
    /// The content folder.
    #[arg(
        long,
        value_name = "DOSSIER",
        default_value = "content",
        hide_default_value = true,
        help = "Dossier du contenu, qui dit quelles chartes sont en vigueur (par défaut : content)"
    )]
    pub content: PathBuf,
    /// Dossier du thème (par défaut : themes/anime)
    #[arg(long, value_name = "DOSSIER", default_value = "themes/anime", hide_default_value = true)]
    pub theme: PathBuf,
}

/// How the register is looked at.
#[derive(Debug, Args)]
#[command(next_help_heading = "Options\u{a0}")]
pub struct VerifyRegisterArgs {
    /// The number and the digest that a mail says.
    #[arg(
        long,
        num_args = 2..=5,
        value_names = ["NUMÉRO", "EMPREINTE"],
        help = "Compare aussi avec une preuve reçue par courriel, numéro puis empreinte, avec ou sans espaces"
    )]
    pub preuve: Vec<String>,
}

impl VerifyRegisterArgs {
    /// What the mail says, if anything was copied from one.
    ///
    /// # Errors
    /// Says in French what is not a number, or not a digest.
    pub fn proof(&self) -> anyhow::Result<Option<Proof>> {
        let Some((number, groups)) = self.preuve.split_first() else { return Ok(None) };
        let (Ok(number), Some(fingerprint)) = (number.parse(), read_fingerprint(&groups.concat())) else {
            bail!(
                "« --preuve » attend le numéro au registre, puis l’empreinte : au moins seize chiffres et lettres de a à f"
            )
        };
        Ok(Some(Proof { number, fingerprint }))
    }
}

/// Whose data are erased.
#[derive(Debug, Args)]
#[command(next_help_heading = "Options\u{a0}")]
pub struct EraseArgs {
    /// L’adresse électronique de la personne
    #[arg(value_name = "ADRESSE", value_parser = parse_address, required_unless_present = "reference", conflicts_with = "reference")]
    pub address: Option<Address>,
    /// Un seul envoi, par sa référence
    #[arg(long, value_name = "RÉFÉRENCE", value_parser = parse_reference)]
    pub reference: Option<Reference>,
    /// Retire aussi les rôles que la personne tient
    #[arg(long, conflicts_with = "reference")]
    pub roles: bool,
    /// Efface pour de bon ; sans cette option, la commande dit seulement ce qu’elle ferait
    #[arg(long)]
    pub confirmer: bool,
}

/// What to do with the keys.
#[derive(Clone, Copy, Debug, Subcommand)]
pub enum KeyCommand {
    /// Montre les clés, sans leur secret : celle qui signe, et celles qui vérifient encore
    #[command(help_template = HELP)]
    List,
    /// Ajoute une clé, qui signera dès le prochain démarrage du service ; les liens déjà partis restent bons
    #[command(help_template = HELP)]
    Rotate,
    /// Retire les clés dont plus aucun lien n’a besoin ; elles ne servent plus qu’à vérifier le registre
    #[command(help_template = HELP)]
    Retire(RetireArgs),
}

/// Which keys are retired.
#[derive(Clone, Copy, Debug, Args)]
#[command(next_help_heading = "Options\u{a0}")]
pub struct RetireArgs {
    /// Sans attendre 35 jours, quand une clé a pu être lue par d’autres : les liens qu’elle a signés cessent
    #[arg(long)]
    pub sans_attendre: bool,
}

/// What to do with the roles.
#[derive(Debug, Subcommand)]
pub enum RolesCommand {
    /// Montre tous les rôles
    #[command(help_template = HELP)]
    List,
    /// Donne un rôle à une personne
    #[command(help_template = HELP)]
    Add(HolderArgs),
    /// Retire un rôle à une personne
    #[command(help_template = HELP)]
    Remove(HolderArgs),
    /// Ajoute ce qu’un annuaire a de plus que la table (voir annuaire.exemple.yaml)
    #[command(help_template = HELP)]
    Import {
        /// Annuaire, au format YAML
        #[arg(value_name = "FICHIER", help_heading = ARGUMENTS)]
        file: PathBuf,
    },
}

/// One person's role.
#[derive(Debug, Args)]
#[command(next_help_heading = "Options\u{a0}")]
pub struct HolderArgs {
    /// Nom du dossier de l’espace, ou « portail »
    #[arg(value_name = "ESPACE", help_heading = ARGUMENTS, value_parser = parse_place)]
    pub place: Place,
    /// moderateurs, cadre, superieur, communication, registre ou annonces
    #[arg(value_name = "RÔLE", help_heading = ARGUMENTS)]
    pub role: Role,
    /// Adresse électronique
    #[arg(value_name = "ADRESSE", help_heading = ARGUMENTS, value_parser = parse_address)]
    pub address: Address,
}

/// Where a database is copied to.
#[derive(Debug, Args)]
#[command(next_help_heading = "Options\u{a0}")]
pub struct CopyArgs {
    /// The file that holds its address.
    #[arg(
        long,
        value_name = "FICHIER",
        help = "Fichier, lisible de son seul propriétaire, qui contient l’adresse postgres:// de la base visée \
                (par défaut : la variable FORMS_SERVICE_POSTGRES)"
    )]
    pub vers: Option<PathBuf>,
}

/// The file of a backup.
#[derive(Debug, Args)]
#[command(next_help_heading = "Options\u{a0}")]
pub struct BackupArgs {
    /// Le fichier de la sauvegarde ; la clé est à côté, dans FICHIER.cle
    #[arg(value_name = "FICHIER", help_heading = ARGUMENTS)]
    pub file: PathBuf,
}

/// How the configuration is looked at.
#[derive(Debug, Args)]
#[command(next_help_heading = "Options\u{a0}")]
pub struct CheckConfigArgs {
    /// Envoie un courrier d’essai à cette adresse
    #[arg(long, value_name = "ADRESSE", value_parser = parse_address)]
    pub envoyer_a: Option<Address>,
    /// Dossier du contenu (par défaut : content)
    #[arg(long, value_name = "DOSSIER", default_value = "content", hide_default_value = true)]
    pub content: PathBuf,
    /// Dossier du thème (par défaut : themes/anime)
    #[arg(long, value_name = "DOSSIER", default_value = "themes/anime", hide_default_value = true)]
    pub theme: PathBuf,
}

fn parse_place(text: &str) -> Result<Place, String> {
    let is_slug =
        !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() && !c.is_uppercase() || "-_".contains(c));
    match text {
        "portail" => Ok(Place::Portal),
        slug if is_slug => Ok(Place::Space(slug.to_owned())),
        _ => Err(format!("« {text} » n’est pas le nom d’un dossier d’espace")),
    }
}

fn parse_address(text: &str) -> Result<Address, String> {
    text.parse().map_err(|_| format!("« {text} » n’est pas une adresse électronique"))
}

fn parse_reference(text: &str) -> Result<Reference, String> {
    Reference::parse(text).ok_or_else(|| format!("« {text} » n’est pas une référence : elle a dix lettres et chiffres"))
}

fn parse_day(text: &str) -> Result<Date, String> {
    generator::dates::parse_date(text)
}
