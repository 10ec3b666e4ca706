//! What a check found, written for whoever reads it: a person, a program, an editor, a forge.
//!
//! Each form says the same diagnostics in the same order. Only here is it known what a forge or an
//! editor wants; a diagnostic knows nothing of them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use clap::ValueEnum;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::diagnostic::{Diagnostic, Location, Severity};

/// How diagnostics are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For a person: the line, the place underlined, the way out.
    Text,
    /// For a program: a list of objects.
    Json,
    /// For an editor: one line each, `file:line:column: error: …`, as compilers write them.
    Unix,
    /// For GitLab: a Code Quality report.
    Gitlab,
    /// For Forgejo and Gitea: the body of a review of a merge request.
    Forgejo,
    /// For forges that read `::error file=…` in the log of a job.
    Github,
}

/// All diagnostics in one form; nothing is missing when there are none.
///
/// # Errors
/// When JSON cannot be made of them, which no text makes happen.
pub fn render(diagnostics: &[Diagnostic], format: Format) -> serde_json::Result<String> {
    match format {
        Format::Text => Ok(diagnostics.iter().map(|diagnostic| format!("{diagnostic}\n")).collect::<Vec<_>>().concat()),
        Format::Json => Ok(serde_json::to_string_pretty(diagnostics)? + "\n"),
        Format::Unix => Ok(diagnostics.iter().map(unix).collect()),
        Format::Github => Ok(diagnostics.iter().map(github).collect()),
        Format::Gitlab => Ok(serde_json::to_string_pretty(&gitlab(diagnostics))? + "\n"),
        Format::Forgejo => Ok(serde_json::to_string_pretty(&forgejo(diagnostics))? + "\n"),
    }
}

/// Those of the files in a list, one path a line, and those that no file is to blame for.
pub fn among(diagnostics: Vec<Diagnostic>, list: &str) -> Vec<Diagnostic> {
    let files: BTreeSet<String> = list.lines().map(normal).collect();
    let keep = |diagnostic: &Diagnostic| match &diagnostic.location {
        Some(place) => files.contains(&normal(&place.file)),
        None => true,
    };
    diagnostics.into_iter().filter(keep).collect()
}

fn normal(path: &str) -> String {
    let path = path.trim().replace('\\', "/");
    path.strip_prefix("./").unwrap_or(&path).to_owned()
}

/// Where a diagnostic without a place is shown: forges and editors want a file.
const NOWHERE: &str = "content";

fn place(diagnostic: &Diagnostic) -> (&str, usize, usize) {
    diagnostic.location.as_deref().map_or((NOWHERE, 1, 1), |Location { file, line, column, .. }| (file, *line, *column))
}

/// What is wrong and the way out, on one line.
fn sentence(diagnostic: &Diagnostic) -> String {
    let help = diagnostic.help.as_ref().map(|help| format!(" → {help}")).unwrap_or_default();
    let text = format!("{}{help}", diagnostic.message);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The English word: editors tell errors from warnings by it.
fn label(diagnostic: &Diagnostic) -> &'static str {
    match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

fn unix(diagnostic: &Diagnostic) -> String {
    let (file, line, column) = place(diagnostic);
    format!("{file}:{line}:{column}: {}: {} [{}]\n", label(diagnostic), sentence(diagnostic), diagnostic.code)
}

/// A workflow command; what would end its parts early is written as the forge's own escapes.
fn github(diagnostic: &Diagnostic) -> String {
    let (file, line, column) = place(diagnostic);
    let message = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let property = |text: &str| message(text).replace(':', "%3A").replace(',', "%2C");
    format!(
        "::{} file={},line={line},col={column},title={}::{}\n",
        label(diagnostic),
        property(file),
        property(diagnostic.code),
        message(&sentence(diagnostic))
    )
}

/// A Code Quality report: each fault with a fingerprint that stays when lines move, so that the
/// forge shows what a merge request brings and not what was there before.
fn gitlab(diagnostics: &[Diagnostic]) -> serde_json::Value {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let report = diagnostics.iter().map(|diagnostic| {
        let (file, line, _) = place(diagnostic);
        let line_text = diagnostic.location.as_deref().map_or("", |place| place.excerpt.trim());
        let identity = [diagnostic.code, file, &diagnostic.message, line_text].join("\0");
        // The same fault on two equal lines is two faults.
        let times = seen.entry(identity.clone()).or_default();
        *times += 1;
        let severity = match diagnostic.severity {
            Severity::Error => "major",
            Severity::Warning => "minor",
        };
        json!({
            "type": "issue",
            "check_name": diagnostic.code,
            "description": sentence(diagnostic),
            "severity": severity,
            "fingerprint": fingerprint(&format!("{identity}\0{times}")),
            "location": { "path": file, "lines": { "begin": line } },
        })
    });
    report.collect()
}

fn fingerprint(identity: &str) -> String {
    Sha256::digest(identity).iter().take(16).fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// A review with a comment at each line at fault: neither forge shows annotations of its own.
fn forgejo(diagnostics: &[Diagnostic]) -> serde_json::Value {
    let comment = |diagnostic: &Diagnostic| {
        let (path, line, _) = place(diagnostic);
        let mark = match diagnostic.severity {
            Severity::Error => "**Erreur**",
            Severity::Warning => "**Avertissement**",
        };
        let help = diagnostic.help.as_ref().map(|help| format!("\n\n{}", literal(help))).unwrap_or_default();
        let body = format!("{mark} : {} (`{}`){help}", literal(&diagnostic.message), diagnostic.code);
        json!({ "path": path, "new_position": line, "body": body })
    };
    let placed = diagnostics.iter().filter(|diagnostic| diagnostic.location.is_some());
    let others = diagnostics.iter().filter(|diagnostic| diagnostic.location.is_none());
    let mut body = match diagnostics.len() {
        0 => "Le contenu ne contient aucune faute.".to_owned(),
        _ => format!("Le programme a vérifié le contenu : {}.", crate::cli::counts(diagnostics)),
    };
    for diagnostic in others {
        let _ = write!(body, "\n\n- {}", literal(&sentence(diagnostic)));
    }
    json!({ "event": "COMMENT", "body": body, "comments": placed.map(comment).collect::<Vec<_>>() })
}

/// A text that a forge shows as it is: nothing of an editor's line becomes a link, a mention or markup.
fn literal(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '!' | '~' => shown.extend(['\\', c]),
            // A mention would mail somebody.
            '@' => shown.push_str("@\u{200b}"),
            c => shown.push(c),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::source::SourceFile;

    fn two() -> Vec<Diagnostic> {
        let source = SourceFile::new("savoir/a,b.md", "---\ntittre: A\ndate: 31/12/2026\n---\n");
        vec![
            source.error(4..10, "cle-inconnue", "la clé « tittre » n’existe pas ici").help("écrivez : titre"),
            source.warning(20..30, "date", "100 % *vu* par @tous"),
            Diagnostic::error("vide", "rien"),
        ]
    }

    #[test]
    fn an_editor_gets_one_line_for_each() {
        assert_eq!(
            render(&two(), Format::Unix).unwrap(),
            "savoir/a,b.md:2:1: error: la clé « tittre » n’existe pas ici → écrivez : titre [cle-inconnue]\n\
             savoir/a,b.md:3:7: warning: 100 % *vu* par @tous [date]\n\
             content:1:1: error: rien [vide]\n"
        );
    }

    #[test]
    fn a_workflow_command_is_not_ended_early() {
        let text = render(&two(), Format::Github).unwrap();
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(
            lines[0],
            "::error file=savoir/a%2Cb.md,line=2,col=1,title=cle-inconnue::la clé « tittre » n’existe pas ici → écrivez : titre"
        );
        assert!(lines[1].ends_with("::100 %25 *vu* par @tous"), "{text}");
    }

    #[test]
    fn a_code_quality_report_has_what_gitlab_asks_for_and_a_print_that_stays_when_lines_move() {
        let report = gitlab(&two());
        let entries = report.as_array().unwrap();
        for entry in entries {
            for field in ["description", "check_name", "fingerprint", "severity"] {
                assert!(entry[field].as_str().is_some_and(|text| !text.is_empty()), "{field}");
            }
            assert!(["info", "minor", "major", "critical", "blocker"].contains(&entry["severity"].as_str().unwrap()));
            assert!(entry["location"]["path"].is_string() && entry["location"]["lines"]["begin"].is_u64());
        }
        let mut moved = two();
        for diagnostic in &mut moved {
            if let Some(place) = &mut diagnostic.location {
                Arc::make_mut(place).line += 40;
            }
        }
        let prints = |report: &serde_json::Value| -> Vec<String> {
            report.as_array().unwrap().iter().map(|entry| entry["fingerprint"].to_string()).collect()
        };
        assert_eq!(prints(&report), prints(&gitlab(&moved)));
        let twice: Vec<_> = two().into_iter().chain(two()).collect();
        let all: std::collections::BTreeSet<_> = prints(&gitlab(&twice)).into_iter().collect();
        assert_eq!(all.len(), 6, "two equal faults have one print");
    }

    #[test]
    fn a_review_comments_each_line_and_mentions_nobody() {
        let review = forgejo(&two());
        assert_eq!(review["event"], "COMMENT");
        assert_eq!(review["comments"].as_array().unwrap().len(), 2);
        assert_eq!(review["comments"][0]["path"], "savoir/a,b.md");
        assert_eq!(review["comments"][0]["new_position"], 2);
        assert!(review["body"].as_str().unwrap().contains("2 erreurs, 1 avertissement"));
        assert!(review["body"].as_str().unwrap().ends_with("- rien"));
        let second = review["comments"][1]["body"].as_str().unwrap();
        assert!(second.contains("\\*vu\\*") && !second.contains("@tous"), "{second}");
    }

    #[test]
    fn only_the_files_of_a_list_are_said() {
        let kept = among(two(), "./savoir/a,b.md\nautre.md\n");
        assert_eq!(kept.len(), 3);
        let kept = among(two(), "autre.md\n");
        assert_eq!(kept.iter().map(|diagnostic| diagnostic.code).collect::<Vec<_>>(), ["vide"]);
    }

    #[test]
    fn nothing_found_is_an_empty_report() {
        assert_eq!(render(&[], Format::Text).unwrap(), "");
        assert_eq!(render(&[], Format::Unix).unwrap(), "");
        assert_eq!(render(&[], Format::Json).unwrap(), "[]\n");
        assert_eq!(render(&[], Format::Gitlab).unwrap(), "[]\n");
        assert!(forgejo(&[])["comments"].as_array().unwrap().is_empty());
    }
}
