//! The command line of `generator`: what may be asked, and what is printed of the answer.

mod usage;

use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, SystemTime};

use anyhow::Context;
use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::build::{self, BuildOptions, BuildReport, Workshop};
use crate::content::{Diffusion, Holds};
use crate::diagnostic::{Diagnostic, Severity};
use crate::fields::Choice;
use crate::policy::Policy;
use crate::receipt::{self, Built, Unchanged};
use crate::report::{self, Format};
use crate::schema::{self, Subject};
use crate::{new, preview};

/// The layout of each help page, in French.
const HELP: &str = "{about-with-newline}\nUtilisation\u{a0}: {usage}\n\n{all-args}{after-help}";

/// What is typed after `generator`.
#[derive(Debug, Parser)]
#[command(
    name = "generator",
    version,
    about = "Construit le site du portail à partir de ses pages Markdown.",
    help_template = HELP,
    disable_help_flag = true,
    disable_help_subcommand = true,
    disable_version_flag = true,
    subcommand_help_heading = "Commandes\u{a0}",
    subcommand_value_name = "COMMANDE",
    next_help_heading = "Options\u{a0}"
)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
    /// Affiche cette aide
    #[arg(short, long, global = true, action = ArgAction::Help)]
    help: Option<bool>,
    /// Affiche la version
    #[arg(short = 'V', long, action = ArgAction::Version)]
    version: Option<bool>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Construit le site, avec ses copies compressées.
    #[command(help_template = HELP, next_help_heading = "Options\u{a0}")]
    Build {
        #[command(flatten)]
        site: SiteArgs,
        /// N’écrit pas les copies compressées (.br et .gz).
        #[arg(long)]
        no_compress: bool,
        /// Dit combien de temps chaque étape a pris.
        #[arg(long)]
        timings: bool,
        #[command(flatten)]
        answer: AnswerArgs,
    },
    /// Vérifie le contenu sans rien écrire.
    #[command(help_template = HELP, next_help_heading = "Options\u{a0}")]
    Check {
        #[command(flatten)]
        site: SiteArgs,
        #[command(flatten)]
        answer: AnswerArgs,
        /// Ne dit que les fautes des fichiers nommés dans cette liste, un par ligne (« - » : lue sur l’entrée
        /// standard)
        #[arg(long, value_name = "LISTE")]
        among: Option<PathBuf>,
    },
    /// Sert le site sur cette machine et le reconstruit à chaque modification.
    #[command(help_template = HELP, next_help_heading = "Options\u{a0}")]
    Serve {
        #[command(flatten)]
        site: SiteArgs,
        /// Adresse locale d’écoute (par défaut : 127.0.0.1:8081)
        #[arg(long, default_value = "127.0.0.1:8081", hide_default_value = true, value_name = "ADRESSE")]
        listen: std::net::SocketAddr,
        /// Cherche les changements toutes les N secondes, au lieu d’attendre que le système les
        /// signale : pour les dossiers en réseau
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
        polling: Option<u64>,
        /// Dit combien de temps chaque étape a pris.
        #[arg(long)]
        timings: bool,
    },
    /// Dit les clés que l’on peut écrire : schéma JSON, page de référence ou modèles pour VS Code.
    #[command(help_template = HELP, next_help_heading = "Options\u{a0}")]
    Schema {
        /// Genre : ceux de « new », ou section, portail, etablissement, formulaire. Sans lui, tous.
        kind: Option<String>,
        /// Forme de la réponse : json (par défaut), markdown ou snippets
        #[arg(
            long,
            value_enum,
            default_value_t = SchemaFormat::Json,
            hide_default_value = true,
            hide_possible_values = true,
            value_name = "FORME"
        )]
        format: SchemaFormat,
    },
    /// Crée une page, avec les clés de son genre.
    #[command(help_template = HELP, next_help_heading = "Options\u{a0}")]
    New {
        /// Genre : page, guide, charte, ingredient, projet, espace, activite, publication,
        /// post-it, evenement, ressource.
        kind: String,
        /// Chemin depuis le dossier de contenu, par exemple savoir/ma-page.
        path: String,
        /// Titre de la page
        #[arg(long, default_value = "Titre à écrire", hide_default_value = true, value_name = "TITRE")]
        title: String,
        /// Dossier du contenu (par défaut : content)
        #[arg(long, default_value = "content", hide_default_value = true, value_name = "DIR")]
        content: PathBuf,
    },
}

#[derive(Args, Debug)]
struct SiteArgs {
    /// Dossier du contenu (par défaut : content)
    #[arg(long, default_value = "content", hide_default_value = true, value_name = "DIR")]
    content: PathBuf,
    /// Dossier du thème (par défaut : themes/anime)
    #[arg(long, default_value = "themes/anime", hide_default_value = true, value_name = "DIR")]
    theme: PathBuf,
    /// Dossier où le site est écrit (par défaut : public)
    #[arg(long, default_value = "public", hide_default_value = true, value_name = "DIR")]
    output: PathBuf,
    /// Pour qui : « interne » (par défaut) construit tout, « publique » laisse de côté les pages internes
    #[arg(long, value_enum, default_value_t = Audience::Interne, hide_default_value = true, hide_possible_values = true)]
    diffusion: Audience,
    /// Construit aussi les brouillons.
    #[arg(long)]
    drafts: bool,
    /// Fait comme si l’on était ce jour-là (AAAA-MM-JJ).
    #[arg(long, value_name = "AAAA-MM-JJ")]
    date: Option<Date>,
    /// Compte les avertissements comme des erreurs.
    #[arg(long)]
    strict: bool,
    /// Pour importer un site existant : ce qui peut être publié sans danger n’est plus refusé.
    #[arg(long, conflicts_with = "strict")]
    lenient: bool,
}

#[derive(Args, Debug)]
struct AnswerArgs {
    /// Forme de la réponse : text (par défaut), json, unix (une ligne par faute, pour un éditeur),
    /// gitlab, forgejo ou github (pour une forge)
    #[arg(
        long,
        value_enum,
        default_value_t = Format::Text,
        hide_default_value = true,
        hide_possible_values = true,
        value_name = "FORME"
    )]
    format: Format,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Audience {
    Interne,
    Publique,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum SchemaFormat {
    Json,
    Markdown,
    Snippets,
}

/// Reads the command line. A mistake is explained in French, and gives the exit status to end with.
///
/// # Errors
/// The exit status: 0 after `--help`, 2 after a mistake.
pub fn parse() -> Result<Cli, ExitCode> {
    Cli::try_parse().map_err(|fault| {
        if let Some(sentence) = usage::explain(&fault) {
            eprintln!("{sentence}");
            return ExitCode::from(2);
        }
        // Nobody is left to tell that the help could not be printed.
        let _ = fault.print();
        ExitCode::SUCCESS
    })
}

/// How a command ended: 0, the content is at fault, or the command or the machine is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Exit status 0.
    Done,
    /// Exit status 1.
    ContentAtFault,
}

impl SiteArgs {
    fn options(&self, compress: bool) -> anyhow::Result<BuildOptions> {
        let now = match self.date {
            Some(day) => day.at(12, 0, 0, 0).to_zoned(TimeZone::UTC).context("date hors du calendrier")?.timestamp(),
            None => Timestamp::now(),
        };
        Ok(BuildOptions {
            content: self.content.clone(),
            theme: self.theme.clone(),
            output: self.output.clone(),
            diffusion: match self.diffusion {
                Audience::Interne => Diffusion::Interne,
                Audience::Publique => Diffusion::Publique,
            },
            compress,
            drafts: self.drafts,
            policy: match (self.strict, self.lenient) {
                (true, _) => Policy::Strict,
                (_, true) => Policy::Lenient,
                _ => Policy::Usual,
            },
            now,
        })
    }
}

/// Does what was asked. Results go to stdout, messages to stderr.
///
/// # Errors
/// When the command or the machine is at fault; exit status 2.
pub fn run(cli: Cli) -> anyhow::Result<Outcome> {
    match cli.command {
        Command::Build { site, no_compress, timings, answer } => {
            let options = site.options(!no_compress)?;
            let mut workshop = Workshop::for_one_build(options.clone());
            let mut told = Ok(());
            // This thread is one of those that share the work: what one stage gives back, the next takes up.
            rayon::ThreadPoolBuilder::new().use_current_thread().build_global()?;
            let built = receipt::build(&mut workshop, &options, SystemTime::now(), |report| {
                told = print(answer.format, &report.diagnostics);
            })?;
            told?;
            let outcome = match &built {
                Built::Unchanged(unchanged) => {
                    print(answer.format, &unchanged.diagnostics)?;
                    eprintln!("{}", unchanged_summary(unchanged, &site.output));
                    Outcome::Done
                }
                Built::Anew(report) => {
                    if timings {
                        print_timings(&report.stages);
                    }
                    eprintln!("{}", summary(report, &site.output));
                    outcome(report.is_refused())
                }
            };
            // The program is about to end, and the system takes all of it back at once.
            std::mem::forget((workshop, built));
            Ok(outcome)
        }
        Command::Check { site, answer, among } => {
            let checked = build::look_over(&site.options(false)?)?;
            let refused = checked.diagnostics.iter().any(|d| d.severity == Severity::Error);
            let shown = match among {
                Some(list) => report::among(checked.diagnostics, &read_list(&list)?),
                None => checked.diagnostics,
            };
            print!("{}", report::render(&shown, answer.format)?);
            if answer.format == Format::Text {
                eprintln!("{}", counts(&shown));
            }
            Ok(outcome(refused))
        }
        Command::Serve { site, listen, polling, timings } => {
            let polling = polling.map(Duration::from_secs);
            preview::serve(&site.options(false)?, site.date.is_some(), listen, polling, timings)?;
            Ok(Outcome::Done)
        }
        Command::Schema { kind, format } => {
            print!("{}", schema_text(kind.as_deref(), format)?);
            Ok(Outcome::Done)
        }
        Command::New { kind, path, title, content } => {
            let holds = Holds::ALL.iter().find(|(word, _)| *word == kind).map(|(_, holds)| *holds);
            let words: Vec<_> = Holds::ALL.iter().map(|(word, _)| *word).collect();
            let holds = holds.with_context(|| format!("« {kind} » n’est pas un genre : {}", words.join(", ")))?;
            let today = Timestamp::now().to_zoned(TimeZone::system()).date();
            let file = new::create(&content, holds, &path, &title, today)?;
            println!("{}", file.display());
            Ok(Outcome::Done)
        }
    }
}

/// The text of a list of files, or what comes in on stdin for « - ».
fn read_list(list: &Path) -> anyhow::Result<String> {
    if list == Path::new("-") {
        return std::io::read_to_string(std::io::stdin()).context("lecture de l’entrée standard");
    }
    std::fs::read_to_string(list).with_context(|| format!("lecture de « {} »", list.display()))
}

fn schema_text(kind: Option<&str>, format: SchemaFormat) -> anyhow::Result<String> {
    let subject = |kind| {
        let words: Vec<_> = Subject::all().into_iter().map(Subject::word).collect();
        Subject::named(kind).with_context(|| format!("« {kind} » n’est pas un genre : {}", words.join(", ")))
    };
    let json = match (format, kind) {
        (SchemaFormat::Json, Some(kind)) => subject(kind)?.json_schema(),
        (SchemaFormat::Json, None) => {
            Subject::all().into_iter().map(|subject| (subject.word().to_owned(), subject.json_schema())).collect()
        }
        (_, Some(_)) => anyhow::bail!("cette forme dit tous les genres à la fois : retirez le genre"),
        (SchemaFormat::Snippets, None) => schema::snippets(),
        (SchemaFormat::Markdown, None) => return Ok(schema::reference()),
    };
    Ok(serde_json::to_string_pretty(&json)? + "\n")
}

fn outcome(refused: bool) -> Outcome {
    if refused { Outcome::ContentAtFault } else { Outcome::Done }
}

/// Prints faults and warnings: for a person on stderr, for a program on stdout.
fn print(format: Format, diagnostics: &[Diagnostic]) -> anyhow::Result<()> {
    match format {
        Format::Text => print_diagnostics(diagnostics),
        format => print!("{}", report::render(diagnostics, format)?),
    }
    Ok(())
}

/// How long each stage of a build took.
pub fn print_timings(stages: &[(&str, Duration)]) {
    for (stage, time) in stages {
        eprintln!("{:>8.1} ms  {stage}", time.as_secs_f64() * 1000.0);
    }
}

/// Prints faults and warnings for a person, on stderr.
pub fn print_diagnostics<'a>(diagnostics: impl IntoIterator<Item = &'a Diagnostic>) {
    // There may be thousands, and each write is a call to the system.
    let mut out = BufWriter::with_capacity(64 * 1024, io::stderr().lock());
    for diagnostic in diagnostics {
        // Where nobody reads, nothing is lost.
        let _ = writeln!(out, "{diagnostic}");
    }
    let _ = out.flush();
}

/// « 3 erreurs, 1 avertissement ».
pub fn counts(diagnostics: &[Diagnostic]) -> String {
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count();
    format!("{}, {}", counted(errors, "erreur"), counted(diagnostics.len() - errors, "avertissement"))
}

/// « 0 fichier retiré », « 3 fichiers retirés »: each word of `words` takes an s from two on.
fn counted(count: usize, words: &str) -> String {
    let words = if count < 2 { words.to_owned() } else { words.replace(' ', "s ") + "s" };
    format!("{count} {words}")
}

/// One line on a build that had nothing to do, for a person.
fn unchanged_summary(unchanged: &Unchanged, output: &Path) -> String {
    format!(
        "Rien n’a changé : le site de « {} » est à jour, {}, {} ({}).",
        output.display(),
        counted(unchanged.pages, "page"),
        counted(unchanged.files, "fichier"),
        counts(&unchanged.diagnostics),
    )
}

/// One line on a build, for a person.
pub fn summary(report: &BuildReport, output: &Path) -> String {
    let Some(written) = &report.written else {
        return format!(
            "Le site n’a pas été construit : {}. Celui qui est en ligne n’a pas changé.",
            counts(&report.diagnostics)
        );
    };
    format!(
        "{} en {} ms dans « {} » : {}, {}, {} ({}).",
        counted(report.pages, "page construite"),
        report.elapsed.as_millis(),
        output.display(),
        counted(written.written, "fichier écrit"),
        counted(written.unchanged, "inchangé"),
        counted(written.removed, "retiré"),
        counts(&report.diagnostics),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound_and_its_help_is_french() {
        let mut command = Cli::command();
        command.clone().debug_assert();
        let names: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
        assert_eq!(names, ["build", "check", "serve", "schema", "new"]);
        let mut pages = vec![command.render_long_help().to_string()];
        pages.extend(command.get_subcommands_mut().map(|sub| sub.render_long_help().to_string()));
        for page in pages {
            for english in ["Usage:", "Options:", "Commands:", "Print help", "[default:"] {
                assert!(!page.contains(english), "« {english} » in {page}");
            }
        }
    }

    #[test]
    fn what_is_counted_is_said_in_good_french() {
        for (count, said) in [(0, "0 fichier écrit"), (1, "1 fichier écrit"), (2, "2 fichiers écrits")] {
            assert_eq!(counted(count, "fichier écrit"), said);
        }
        assert_eq!(counts(&[Diagnostic::error("a", "b")]), "1 erreur, 0 avertissement");
    }

    #[test]
    fn a_schema_is_given_for_each_kind_and_an_unknown_kind_is_told_the_others() {
        assert!(schema_text(Some("guide"), SchemaFormat::Json).unwrap().contains("a_imprimer"));
        assert!(schema_text(None, SchemaFormat::Json).unwrap().contains("\"formulaire\": {"));
        assert!(schema_text(None, SchemaFormat::Markdown).unwrap().starts_with("# Référence des clés"));
        let fault = schema_text(Some("guyde"), SchemaFormat::Json).unwrap_err().to_string();
        assert!(fault.contains("« guyde »") && fault.contains("post-it"), "{fault}");
        assert!(schema_text(Some("guide"), SchemaFormat::Markdown).is_err());
    }
}
