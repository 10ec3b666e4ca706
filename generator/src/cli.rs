//! The command line of `generator`: what may be asked, and what is printed of the answer.

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::build::{self, BuildOptions, BuildReport};
use crate::content::{Diffusion, Holds};
use crate::diagnostic::{Diagnostic, Severity};
use crate::fields::Choice;
use crate::{new, preview};

/// Construit le site du portail à partir de ses pages Markdown.
#[derive(Debug, Parser)]
#[command(name = "generator", version, about, disable_help_subcommand = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Construit le site, avec ses copies compressées.
    Build(SiteArgs),
    /// Vérifie le contenu sans rien écrire.
    Check {
        #[command(flatten)]
        site: SiteArgs,
        /// Forme de la réponse.
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// Sert le site sur cette machine et le reconstruit à chaque modification.
    Serve {
        #[command(flatten)]
        site: SiteArgs,
        /// Adresse locale d’écoute.
        #[arg(long, default_value = "127.0.0.1:8081", value_name = "ADRESSE")]
        listen: std::net::SocketAddr,
    },
    /// Crée une page, avec les clés de son genre.
    New {
        /// Genre : page, guide, charte, ingredient, projet, espace, activite, publication,
        /// post-it, evenement, ressource.
        kind: String,
        /// Chemin depuis le dossier de contenu, par exemple savoir/ma-page.
        path: String,
        /// Titre de la page.
        #[arg(long, default_value = "Titre à écrire")]
        title: String,
        /// Dossier du contenu.
        #[arg(long, default_value = "content", value_name = "DIR")]
        content: PathBuf,
    },
}

#[derive(Args, Debug)]
struct SiteArgs {
    /// Dossier du contenu.
    #[arg(long, default_value = "content", value_name = "DIR")]
    content: PathBuf,
    /// Dossier du thème.
    #[arg(long, default_value = "themes/anime", value_name = "DIR")]
    theme: PathBuf,
    /// Dossier où le site est écrit.
    #[arg(long, default_value = "public", value_name = "DIR")]
    output: PathBuf,
    /// Pour qui : « interne » construit tout, « publique » laisse de côté les pages internes.
    #[arg(long, value_enum, default_value_t = Audience::Interne)]
    diffusion: Audience,
    /// Construit aussi les brouillons.
    #[arg(long)]
    drafts: bool,
    /// Fait comme si l’on était ce jour-là (AAAA-MM-JJ).
    #[arg(long, value_name = "DATE")]
    date: Option<Date>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Audience {
    Interne,
    Publique,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
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
        Command::Build(site) => {
            let report = build::build(&site.options(true)?)?;
            print_diagnostics(&report.diagnostics);
            eprintln!("{}", summary(&report, &site.output));
            Ok(outcome(report.is_refused()))
        }
        Command::Check { site, format } => {
            let checked = build::check(&site.options(false)?)?;
            match format {
                Format::Json => println!("{}", serde_json::to_string_pretty(&checked.diagnostics)?),
                Format::Text => {
                    for diagnostic in &checked.diagnostics {
                        println!("{diagnostic}");
                    }
                    eprintln!("{}", counts(&checked.diagnostics));
                }
            }
            Ok(outcome(checked.diagnostics.iter().any(|d| d.severity == Severity::Error)))
        }
        Command::Serve { site, listen } => {
            preview::serve(&site.options(false)?, site.date.is_some(), listen)?;
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

fn outcome(refused: bool) -> Outcome {
    if refused { Outcome::ContentAtFault } else { Outcome::Done }
}

/// Prints faults and warnings for a person, on stderr.
pub fn print_diagnostics(diagnostics: &[Diagnostic]) {
    for diagnostic in diagnostics {
        eprintln!("{diagnostic}");
    }
}

/// « 3 erreurs, 1 avertissement ».
pub fn counts(diagnostics: &[Diagnostic]) -> String {
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count();
    let warnings = diagnostics.len() - errors;
    let plural = |count: usize, word: &str| format!("{count} {word}{}", if count > 1 { "s" } else { "" });
    format!("{}, {}", plural(errors, "erreur"), plural(warnings, "avertissement"))
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
        "{} pages construites en {} ms dans « {} » : {} fichiers écrits, {} inchangés, {} retirés ({}).",
        report.pages,
        report.elapsed.as_millis(),
        output.display(),
        written.written,
        written.unchanged,
        written.removed,
        counts(&report.diagnostics),
    )
}
