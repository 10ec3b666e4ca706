//! The snippets of VS Code: the start of a page of each kind, offered while typing its name.

use serde_json::{Value, json};

use super::Subject;
use crate::content::Holds;
use crate::fields::Choice;
use crate::new;
use crate::shape::Form;

/// The file `.vscode/portail.code-snippets`.
pub fn snippets() -> Value {
    let pages = Holds::ALL.iter().map(|(word, holds)| {
        let subject = Subject::Page(*holds);
        let snippet = json!({
            "prefix": [format!("page-{word}"), word],
            "scope": "markdown",
            "description": format!("Le début d’une page : {}", subject.title()),
            "body": body(*holds),
        });
        (subject.title().to_owned(), snippet)
    });
    Value::Object(pages.chain([(Subject::Section.title().to_owned(), folder())]).collect())
}

/// The page of a folder, which says what its other pages are.
fn folder() -> Value {
    let shape = Subject::Section.shape();
    let kinds = match shape.key("contient").map(|key| &key.form) {
        Some(Form::Choice(words)) => words.join(","),
        _ => String::new(),
    };
    json!({
        "prefix": ["page-dossier", "dossier"],
        "scope": "markdown",
        "description": "Le début de l’_index.md d’un dossier",
        "body": [
            "---",
            "titre: ${1:Titre à écrire}",
            "resume: ${2:Dites en une phrase ce que l’on trouve ici.}",
            format!("contient: ${{3|{kinds}|}}"),
            "---",
            "",
            "${4:Ce que l’on trouve dans ce dossier.}",
        ],
    })
}

/// The lines of a snippet: each value is a place where the cursor stops, a choice where there is one.
fn body(holds: Holds) -> Vec<String> {
    let mut stop = 0;
    let mut next = |text: &str| {
        stop += 1;
        format!("${{{stop}:{}}}", escaped(text))
    };
    let mut lines = vec!["---".to_owned()];
    let shape = Subject::Page(holds).shape();
    for line in new::lines(holds) {
        let form = shape.key(line.key).map(|key| &key.form);
        let later = if line.later { "# " } else { "" };
        if let Some(block) = line.block(form) {
            lines.push(format!("{later}{}:", line.key));
            // The cursor stops at the value of each part, or at the whole item of a list.
            lines.extend(block.iter().map(|part| match part.split_once(": ").filter(|_| !part.starts_with("  - ")) {
                Some((key, value)) => format!("{later}{key}: {}", next(value)),
                None => format!("{later}  - {}", next(part.trim_start_matches("  - "))),
            }));
            continue;
        }
        let value = match form {
            Some(Form::Choice(words)) => {
                // The word of the example comes first: it is what stands there until another is chosen.
                let others = words.iter().filter(|word| **word != line.example);
                let all: Vec<_> = std::iter::once(line.example).chain(others.copied()).collect();
                choice(&mut next, &all)
            }
            // Snippets cannot count: the year after is for the author to say.
            Some(Form::Date) if line.key == "revoir_avant" => next(line.example),
            Some(Form::Date) => "${CURRENT_YEAR}-${CURRENT_MONTH}-${CURRENT_DATE}".to_owned(),
            Some(Form::DateTime) => {
                format!(
                    "${{CURRENT_YEAR}}-${{CURRENT_MONTH}}-${{CURRENT_DATE}} {}",
                    next(line.time().unwrap_or("14h00"))
                )
            }
            _ => next(line.example),
        };
        lines.push(format!("{later}{}: {value}", line.key));
    }
    lines.push("---".to_owned());
    lines.extend(new::body(holds).lines().map(escaped));
    lines
}

fn choice(next: &mut impl FnMut(&str) -> String, words: &[&str]) -> String {
    let first = next("");
    first.replace(":}", &format!("|{}|}}", words.join(",")))
}

/// A snippet reads `$`, `}` and `\` as its own.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('$', "\\$").replace('}', "\\}")
}
