//! The reference page of all keys, for `docs/reference-des-cles.md`.

use std::fmt::Write as _;

use super::{Subject, Word, common_shape, words};
use crate::content::Holds;
use crate::shape::{Form, Key, Shape};

/// The whole page, in French Markdown.
pub fn reference() -> String {
    let mut page = String::from(
        "# Référence des clés\n\n\
         Cette page est faite par le programme : `generator schema --format markdown`. Ne la corrigez pas à la main.\n\
         Elle dit toutes les clés que l’on peut écrire, genre par genre. Le mot **obligatoire** veut dire que `check` \
         refuse la page sans cette clé ; toutes les autres sont facultatives, et une clé laissée vide est comme absente. \
         Une clé écrite `moyens.lieu` est la clé `lieu` sous la clé `moyens`. \
         Pour savoir comment s’écrit une page, voyez le [guide de l’éditeur](guide-editeur.md).\n\n",
    );
    page.push_str(
        "Dans la colonne « Valeur » : un *texte* tient sur la ligne ; une *liste* s’écrit `[un, deux]`, ou une ligne \
         `- …` par élément ; une *date* s’écrit `2026-11-22` et une *heure* `14h30`.\n\n",
    );
    let mut sections = vec![("Toute page".to_owned(), String::new(), table(&common_shape(), words::COMMON))];
    for subject in Subject::all().into_iter().filter(|subject| *subject != Subject::Page(Holds::Page)) {
        let files = format!("{}.\n\n", uppercase_first(subject.files()));
        sections.push((heading(subject), files, table(&subject.own_shape(), subject.words())));
    }
    for (heading, _, _) in &sections {
        let _ = writeln!(page, "- [{heading}](#{})", anchor(heading));
    }
    page.push_str(
        "\nLes clés de « Toute page » valent pour tous les genres de pages. Une page simple n’en a pas d’autres.\n",
    );
    for (heading, files, table) in sections {
        let _ = write!(page, "\n## {heading}\n\n{files}{table}");
    }
    page
}

fn heading(subject: Subject) -> String {
    match subject {
        Subject::Page(_) => format!("{} ({})", subject.title(), subject.word()),
        _ => subject.title().to_owned(),
    }
}

/// The anchor that forges give a heading: lower case, spaces as hyphens, other signs left out.
fn anchor(heading: &str) -> String {
    let letters = heading.to_lowercase();
    let kept = letters.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

fn table(shape: &Shape, words: &[Word]) -> String {
    let mut table = String::from("| Clé | Ce qu’elle dit | Valeur | Exemple |\n| --- | --- | --- | --- |\n");
    rows(shape, "", words, &mut table);
    table
}

fn rows(shape: &Shape, path: &str, words: &[Word], table: &mut String) {
    for key in &shape.keys {
        let path = format!("{path}{}", key.name);
        let Some(word) = words.iter().find(|word| word.key == path) else { continue };
        let doubles = key.aliases.iter().map(|alias| format!(" (ou `{alias}`)")).collect::<Vec<_>>().concat();
        let required = required(key);
        let _ = writeln!(
            table,
            "| `{path}`{doubles} | {} | {}{required} | {} |",
            cell(word.what),
            cell(&form(&key.form)),
            code(word.example)
        );
        if let Form::Map(inner) | Form::Maps(inner) = &key.form {
            rows(inner, &format!("{path}."), words, table);
        }
    }
}

fn required(key: &Key) -> String {
    let list = |words: &[&str]| words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
    if key.required {
        return " ; **obligatoire**".to_owned();
    }
    let mut text = String::new();
    if !key.only_with.is_empty() {
        let _ = write!(text, " ; avec {}", list(&key.only_with));
    }
    if !key.required_with.is_empty() && key.required_with == key.only_with {
        text.push_str(", **obligatoire** alors");
    } else if !key.required_with.is_empty() {
        let _ = write!(text, " ; **obligatoire** avec {}", list(&key.required_with));
    }
    text
}

/// The form of a value, in words.
pub(super) fn form(form: &Form) -> String {
    let list = |words: &[&str]| words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
    match form {
        Form::Any => "au choix".to_owned(),
        Form::Text => "texte".to_owned(),
        Form::Texts => "liste de textes".to_owned(),
        Form::YesNo => "`oui` ou `non`".to_owned(),
        Form::Integer => "nombre entier".to_owned(),
        Form::Count => "nombre entier, à partir de 0".to_owned(),
        Form::Date => "date".to_owned(),
        Form::DateTime => "date, ou date et heure".to_owned(),
        Form::Time => "heure".to_owned(),
        Form::Duration => "durée, en jours, mois ou ans".to_owned(),
        Form::Address => "adresse web entière, `https://` compris".to_owned(),
        Form::Exactly(number) => format!("`{number}`"),
        Form::Choice(words) => format!("un mot : {}", list(words)),
        Form::Choices(words) => format!("liste, parmi {}", list(words)),
        Form::ChoiceOrChoices(words) => format!("un mot, ou une liste, parmi {}", list(words)),
        Form::TextOrExample => "texte, ou `exemple:` et un texte tant qu’il est à remplacer".to_owned(),
        Form::Map(shape) if shape.free && shape.keys.is_empty() => "des clés à vous, chacune avec un texte".to_owned(),
        Form::Map(_) => "les clés ci-dessous".to_owned(),
        Form::Maps(_) => "liste ; chaque élément a les clés ci-dessous".to_owned(),
    }
}

/// A bar would end the cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

/// Code in a cell; an example too long for a table is left to the guide.
fn code(example: &str) -> String {
    const LONGEST: usize = 110;
    if example.chars().count() > LONGEST { "voyez le guide".to_owned() } else { format!("`{}`", cell(example)) }
}

fn uppercase_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
