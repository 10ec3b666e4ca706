//! The command line. Its help is in French, as it is read by whoever runs the portal.

mod options;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::serve::Options;

pub use options::{
    BackupArgs, CheckConfigArgs, CopyArgs, EraseArgs, ExportArgs, HolderArgs, KeyCommand, ListArgs, PurgeArgs,
    QuarantineCommand, ReferenceArgs, RetryArgs, RolesCommand, Stage, VerifyRegisterArgs,
};

/// Where the portal answers when nothing is said: on this machine only.
const DEFAULT_LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);

/// The layout of each help page, in French.
const HELP: &str = "{about-with-newline}\nUtilisation\u{a0}: {usage}\n\n{all-args}{after-help}";

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
    subcommand_help_heading = "Commandes\u{a0}",
    subcommand_value_name = "COMMANDE",
    next_help_heading = "Options\u{a0}"
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

/// Options of `serve`: they stand before or after the word, or without it.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Options\u{a0}")]
pub struct ServeArgs {
    /// Adresse et port où répondre (par défaut : 127.0.0.1:8080)
    #[arg(long, value_name = "ADRESSE:PORT")]
    pub listen: Option<SocketAddr>,
    /// Dossier du contenu (par défaut : content)
    #[arg(long, value_name = "DOSSIER")]
    pub content: Option<PathBuf>,
    /// Dossier du thème (par défaut : themes/anime)
    #[arg(long, value_name = "DOSSIER")]
    pub theme: Option<PathBuf>,
    /// Dossier où le site est écrit (par défaut : public)
    #[arg(long, value_name = "DOSSIER")]
    pub output: Option<PathBuf>,
}

impl Cli {
    /// What to serve, when that is what was asked for. An option after the word weighs more than
    /// one before it.
    pub fn serve_options(&self) -> Option<Options> {
        let before = &self.serve;
        let after = match &self.command {
            None => &ServeArgs::default(),
            Some(Command::Serve(after)) => after,
            Some(_) => return None,
        };
        let folder = |after: &Option<PathBuf>, before: &Option<PathBuf>, default: &str| {
            after.clone().or_else(|| before.clone()).unwrap_or_else(|| default.into())
        };
        Some(Options {
            listen: after.listen.or(before.listen).unwrap_or(DEFAULT_LISTEN),
            content: folder(&after.content, &before.content, "content"),
            theme: folder(&after.theme, &before.theme, "themes/anime"),
            output: folder(&after.output, &before.output, "public"),
            data: self.common.data.clone(),
            config: self.common.config.clone(),
        })
    }
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Sert le portail (comme sans commande)
    #[command(help_template = HELP)]
    Serve(ServeArgs),
    /// Vérifie la configuration et ce qui l’entoure, sans rien changer ; tous les manques d’un coup
    #[command(help_template = HELP)]
    CheckConfig(CheckConfigArgs),
    /// Montre les envois reçus : référence, formulaire, espace, état, date ; aucun texte
    #[command(help_template = HELP)]
    List(ListArgs),
    /// Montre tout d’un envoi ; attention, cela affiche ce que la personne a écrit
    #[command(help_template = HELP)]
    Show(ReferenceArgs),
    /// Montre les courriers qui attendent et ceux qui sont mis de côté
    #[command(help_template = HELP)]
    Outbox,
    /// Fait repartir des courriers mis de côté, ou qui attendent
    #[command(help_template = HELP)]
    Retry(RetryArgs),
    /// Ce qui ressemble à l’envoi d’un robot : gardé à part, sans courrier
    #[command(help_template = HELP, subcommand_help_heading = "Commandes\u{a0}", subcommand_value_name = "COMMANDE")]
    Quarantine {
        /// What to do with it.
        #[command(subcommand)]
        command: QuarantineCommand,
    },
    /// Mesure combien d’envois par seconde cette machine garde, à côté de ce que peut son disque
    #[command(help_template = HELP)]
    Bench(crate::bench::Args),
    /// Qui tient quel rôle dans quel espace
    #[command(help_template = HELP, subcommand_help_heading = "Commandes\u{a0}", subcommand_value_name = "COMMANDE")]
    Roles {
        /// What to do with the roles.
        #[command(subcommand)]
        command: RolesCommand,
    },
    /// Supprime ce qui a été gardé assez longtemps, selon la notice de chaque formulaire
    #[command(help_template = HELP)]
    Purge(PurgeArgs),
    /// Écrit les envois, ou le registre, dans un tableau CSV ; attention, avec ce que les personnes ont écrit
    #[command(help_template = HELP)]
    Export(ExportArgs),
    /// Vérifie que personne n’a modifié le registre des signatures
    #[command(help_template = HELP)]
    VerifyRegister(VerifyRegisterArgs),
    /// La clé qui signe les liens des courriers et le registre
    #[command(help_template = HELP, subcommand_help_heading = "Commandes\u{a0}", subcommand_value_name = "COMMANDE")]
    Key {
        /// What to do with the keys.
        #[command(subcommand)]
        command: KeyCommand,
    },
    /// Efface ce qui est gardé d’une personne, à sa demande
    #[command(help_template = HELP)]
    Erase(EraseArgs),
    /// Backs up the database and the key.
    #[command(
        help_template = HELP,
        about = "Sauvegarde la base SQLite et la clé, même pendant que le service tourne"
    )]
    Backup(BackupArgs),
    /// Remet une sauvegarde dans un dossier de données qui n’a pas de base
    #[command(help_template = HELP)]
    Restore(BackupArgs),
    /// Copies the database to a server.
    #[command(help_template = HELP, about = "Copie la base SQLite dans une base PostgreSQL vide, service arrêté")]
    Copy(CopyArgs),
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound_and_speaks_french() {
        Cli::command().debug_assert();
        let help = Cli::command().term_width(100).render_help().to_string();
        insta::assert_snapshot!(help);
    }

    #[test]
    fn each_command_has_its_help_in_french() {
        let mut program = Cli::command().term_width(100);
        program.build();
        let mut all = String::new();
        for command in program.get_subcommands_mut() {
            writeln!(all, "== {}", command.render_help()).unwrap();
            for below in command.get_subcommands_mut() {
                writeln!(all, "== {}", below.render_help()).unwrap();
            }
        }
        for english in ["Print", "Usage", "possible", "Options:", "Arguments:"] {
            assert!(!all.contains(english), "{english}");
        }
        insta::assert_snapshot!(all);
    }

    #[test]
    fn what_erases_or_sends_again_says_what() {
        let parses = |words: &[&str]| Cli::try_parse_from(["forms-service"].iter().chain(words)).is_ok();
        assert!(parses(&["retry", "--tout"]) && parses(&["retry", "019ab000-0000-7000-8000-000000000001"]));
        assert!(!parses(&["retry"]) && !parses(&["retry", "tout"]));
        assert!(parses(&["erase", "a@exemple.fr"]) && parses(&["erase", "--reference", "k7m2-q9xb01"]));
        assert!(!parses(&["erase"]) && !parses(&["erase", "a@exemple.fr", "--reference", "K7M2Q9XB01"]));
        assert!(!parses(&["erase", "--reference", "K7M2Q9XB01", "--roles"]));
        assert!(!parses(&["show", "K7M2"]) && !parses(&["export", "x.csv", "--depuis", "01/11/2026"]));
    }

    #[test]
    fn the_options_of_serve_stand_before_or_after_the_word() {
        let options = |words: &[&str]| {
            let words = ["forms-service"].iter().chain(words);
            Cli::try_parse_from(words).unwrap().serve_options()
        };
        let listen = |words: &[&str]| options(words).unwrap().listen.to_string();
        assert_eq!(listen(&[]), "127.0.0.1:8080");
        assert_eq!(listen(&["--listen", "127.0.0.1:9000"]), "127.0.0.1:9000");
        assert_eq!(listen(&["--listen", "127.0.0.1:9000", "serve"]), "127.0.0.1:9000");
        assert_eq!(listen(&["serve", "--listen", "127.0.0.1:9000"]), "127.0.0.1:9000");
        assert_eq!(options(&["list"]).map(|options| options.listen), None);
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
