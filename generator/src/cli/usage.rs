//! What is said, in French, to somebody who mistyped a command.

use clap::error::{ContextKind, ContextValue, ErrorKind};

/// The sentence for a mistyped command, with the way out; `None` for what is no mistake (`--help`,
/// `--version`).
pub fn explain(fault: &clap::Error) -> Option<String> {
    let given = |kind| fault.get(kind).map(text).unwrap_or_default();
    let message = match fault.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => return None,
        ErrorKind::UnknownArgument => format!("l’option « {} » n’existe pas ici", given(ContextKind::InvalidArg)),
        ErrorKind::InvalidSubcommand => {
            format!("la commande « {} » n’existe pas", given(ContextKind::InvalidSubcommand))
        }
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            "il manque la commande".to_owned()
        }
        ErrorKind::MissingRequiredArgument => format!("il manque {}", given(ContextKind::InvalidArg)),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation if given(ContextKind::InvalidValue).is_empty() => {
            format!("il manque la valeur de « {} »", given(ContextKind::InvalidArg))
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => format!(
            "« {} » n’est pas une valeur possible pour « {} »",
            given(ContextKind::InvalidValue),
            given(ContextKind::InvalidArg)
        ),
        ErrorKind::ArgumentConflict => format!(
            "« {} » et « {} » ne vont pas ensemble",
            given(ContextKind::InvalidArg),
            given(ContextKind::PriorArg)
        ),
        ErrorKind::TooManyValues => format!("« {} » est de trop", given(ContextKind::InvalidValue)),
        _ => "la commande ne peut pas être comprise".to_owned(),
    };
    Some(format!("erreur : {message}\n  aide : {}", way_out(fault)))
}

fn way_out(fault: &clap::Error) -> String {
    let suggested = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue];
    if let Some(near) = suggested.into_iter().find_map(|kind| fault.get(kind)) {
        return format!("vouliez-vous dire « {} » ?", nearest(near));
    }
    match fault.get(ContextKind::ValidValue) {
        Some(values) => format!("les valeurs possibles sont : {}", text(values)),
        None => "« generator --help » montre les commandes, « generator build --help » leurs options".to_owned(),
    }
}

/// Of several that look alike, the one that does most, which comes last.
fn nearest(value: &ContextValue) -> String {
    match value {
        ContextValue::Strings(all) => all.last().cloned().unwrap_or_default(),
        one => text(one),
    }
}

fn text(value: &ContextValue) -> String {
    match value {
        ContextValue::Strings(all) => all.join(", "),
        ContextValue::StyledStrs(all) => all.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
        one => one.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::cli::Cli;

    fn said(words: &[&str]) -> Option<String> {
        explain(&Cli::try_parse_from(std::iter::once(&"generator").chain(words)).unwrap_err())
    }

    #[test]
    fn a_mistyped_command_is_explained_in_french() {
        for (words, sentence) in [
            (
                &["biuld"] as &[&str],
                "erreur : la commande « biuld » n’existe pas\n  aide : vouliez-vous dire « build » ?",
            ),
            (&["chek"], "erreur : la commande « chek » n’existe pas\n  aide : vouliez-vous dire « check » ?"),
            (
                &["build", "--strickt"],
                "erreur : l’option « --strickt » n’existe pas ici\n  aide : vouliez-vous dire « --strict » ?",
            ),
            (
                &["check", "--format", "xml"],
                "erreur : « xml » n’est pas une valeur possible pour « --format <FORME> »\n  aide : les valeurs possibles sont : text, json, unix, gitlab, forgejo, github",
            ),
            (
                &["check", "--strict", "--lenient"],
                "erreur : « --strict » et « --lenient » ne vont pas ensemble\n  aide : « generator --help » montre les commandes, « generator build --help » leurs options",
            ),
        ] {
            assert_eq!(said(words).as_deref(), Some(sentence), "{words:?}");
        }
        for words in [&[] as &[&str], &["build", "--content"], &["build", "--date", "31/12/2026"], &["new"]] {
            let sentence = said(words).unwrap();
            assert!(sentence.starts_with("erreur : ") && !sentence.contains("argument"), "{sentence}");
        }
        assert_eq!(said(&["--help"]), None);
    }
}
