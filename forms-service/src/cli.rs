//! The command line. Its help is in French, as it is read by whoever runs the portal.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use lettre::Address;

use crate::role::{Place, Role};

/// The layout of each help page, in French.
const HELP: &str = "{about-with-newline}\nUtilisation : {usage}\n\n{all-args}{after-help}";

/// What is typed after `forms-service`.
#[derive(Debug, Parser)]
#[command(
    name = "forms-service",
    version,
    about = "Sert le portail et ses formulaires : ce qui est envoyé est gardé, et les modérateurs en sont informés.",
    after_help = "Sans commande, le portail est servi. Sans configuration, c’est une démonstration : \
                  il ne répond qu’à cette machine et n’envoie aucun courrier.",
    help_template = HELP,
    disable_help_flag = true,
    disable_help_subcommand = true,
    disable_version_flag = true,
    subcommand_help_heading = "Commandes",
    subcommand_value_name = "COMMANDE",
    next_help_heading = "Options"
)]
pub struct Cli {
    /// Options of every command.
    #[command(flatten)]
    pub common: Common,
    /// Options of `serve`, with or without the word.
    #[command(flatten)]
    pub serve: ServeArgs,
    /// What to do; to serve when nothing is said.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// Options of every command.
#[derive(Clone, Debug, Args)]
pub struct Common {
    /// Dossier de la base de données et de la clé (par défaut : donnees)
    #[arg(long, global = true, value_name = "DOSSIER", default_value = "donnees", hide_default_value = true)]
    pub data: PathBuf,
    /// Configuration, au format YAML (voir forms-service.exemple.yaml)
    #[arg(long, global = true, value_name = "FICHIER")]
    pub config: Option<PathBuf>,
    /// Affiche cette aide
    #[arg(long, short = 'h', global = true, action = clap::ArgAction::Help)]
    help: Option<bool>,
    /// Affiche la version
    #[arg(long, short = 'V', action = clap::ArgAction::Version)]
    version: Option<bool>,
}

/// Options of `serve`.
#[derive(Clone, Debug, Args)]
pub struct ServeArgs {
    /// Adresse et port où répondre (par défaut : 127.0.0.1:8080)
    #[arg(
        long,
        global = true,
        value_name = "ADRESSE:PORT",
        default_value = "127.0.0.1:8080",
        hide_default_value = true
    )]
    pub listen: SocketAddr,
    /// Dossier du contenu (par défaut : content)
    #[arg(long, global = true, value_name = "DOSSIER", default_value = "content", hide_default_value = true)]
    pub content: PathBuf,
    /// Dossier du thème (par défaut : themes/anime)
    #[arg(long, global = true, value_name = "DOSSIER", default_value = "themes/anime", hide_default_value = true)]
    pub theme: PathBuf,
    /// Dossier où le site est écrit (par défaut : public)
    #[arg(long, global = true, value_name = "DOSSIER", default_value = "public", hide_default_value = true)]
    pub output: PathBuf,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Sert le portail (comme sans commande)
    #[command(help_template = HELP)]
    Serve,
    /// Montre les courriers qui attendent et ceux qui sont mis de côté
    #[command(help_template = HELP)]
    Outbox,
    /// Montre les envois reçus : référence, formulaire, espace, état, date ; aucun texte
    #[command(help_template = HELP)]
    List,
    /// Qui tient quel rôle dans quel espace
    #[command(help_template = HELP, subcommand_help_heading = "Commandes", subcommand_value_name = "COMMANDE")]
    Roles {
        /// What to do with the roles.
        #[command(subcommand)]
        command: RolesCommand,
    },
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
        #[arg(value_name = "FICHIER")]
        file: PathBuf,
    },
}

/// One person's role.
#[derive(Debug, Args)]
pub struct HolderArgs {
    /// Nom du dossier de l’espace, ou « portail »
    #[arg(value_name = "ESPACE", value_parser = parse_place)]
    pub place: Place,
    /// moderateurs, cadre ou communication
    #[arg(value_name = "RÔLE")]
    pub role: Role,
    /// Adresse électronique
    #[arg(value_name = "ADRESSE", value_parser = parse_address)]
    pub address: Address,
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

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound_and_speaks_french() {
        Cli::command().debug_assert();
        let help = Cli::command().render_help().to_string();
        insta::assert_snapshot!(help);
    }

    #[test]
    fn a_role_is_given_in_a_space_or_for_the_portal() {
        let parse = |place: &str| Cli::try_parse_from(["x", "roles", "add", place, "cadre", "a@exemple.fr"]);
        assert!(parse("geriatrie").is_ok());
        assert!(parse("portail").is_ok());
        assert!(parse("Gériatrie").is_err());
        assert!(parse("").is_err());
        assert!(Cli::try_parse_from(["x", "roles", "add", "geriatrie", "chef", "a@exemple.fr"]).is_err());
        assert!(Cli::try_parse_from(["x", "roles", "add", "geriatrie", "cadre", "personne"]).is_err());
    }
}
