//! The page that says why the site could not be rebuilt, to the person who just saved a file.
//!
//! It stands alone: the theme may be what is at fault.

use std::fmt::{self, Write};

use crate::diagnostic::{Diagnostic, Location, Severity};
use crate::xml::escape;

use super::reload::STYLE;

/// More are only counted: nobody mends a thousand faults from one page.
const SHOWN: usize = 100;

/// A whole HTML page that shows these diagnostics, the errors first.
pub fn error_page(diagnostics: &[Diagnostic]) -> String {
    Page(diagnostics).to_string()
}

struct Page<'a>(&'a [Diagnostic]);

impl fmt::Display for Page<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const TITLE: &str = "Le site n’a pas pu être reconstruit";
        write!(
            f,
            "<!doctype html>\n<html lang=\"fr\" data-failure>\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>{TITLE}</title>\n<link rel=\"stylesheet\" href=\"{STYLE}\">\n</head>\n<body>\n<main>\n\
             <h1>{TITLE}</h1>\n\
             <p>La dernière version correcte est gardée\u{a0}: rien n’est perdu. Corrigez ce qui suit, \
             enregistrez, et cette page laissera la place à la vôtre.</p>\n"
        )?;
        let of = |severity| self.0.iter().filter(move |diagnostic| diagnostic.severity == severity);
        let (errors, warnings) = (of(Severity::Error).count(), of(Severity::Warning).count());
        writeln!(
            f,
            "<p class=\"compte\">{}, {}.</p>\n<ol>",
            counted(errors, "erreur à corriger", "erreurs à corriger"),
            counted(warnings, "avertissement", "avertissements")
        )?;
        for diagnostic in of(Severity::Error).chain(of(Severity::Warning)).take(SHOWN) {
            write_one(f, diagnostic)?;
        }
        f.write_str("</ol>\n")?;
        if self.0.len() > SHOWN {
            writeln!(f, "<p>Et {} autres, que «\u{a0}generator check\u{a0}» montre toutes.</p>", self.0.len() - SHOWN)?;
        }
        f.write_str("</main>\n</body>\n</html>\n")
    }
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count}\u{a0}{}", if count < 2 { one } else { many })
}

fn write_one(f: &mut fmt::Formatter<'_>, diagnostic: &Diagnostic) -> fmt::Result {
    let (class, label) = match diagnostic.severity {
        Severity::Error => ("erreur", "Erreur"),
        Severity::Warning => ("avertissement", "Avertissement"),
    };
    writeln!(f, "<li class=\"{class}\">\n<h2>{label}\u{a0}: {}</h2>", escape(&diagnostic.message))?;
    if let Some(place) = &diagnostic.location {
        writeln!(
            f,
            "<p><code>{}</code>, ligne\u{a0}{}, colonne\u{a0}{}</p>",
            escape(&place.file),
            place.line,
            place.column
        )?;
        if !place.excerpt.trim().is_empty() {
            f.write_str("<pre>")?;
            write_excerpt(f, place)?;
            f.write_str("</pre>\n")?;
        }
    }
    if let Some(help) = &diagnostic.help {
        writeln!(f, "<p>Ce que vous pouvez faire\u{a0}: {}</p>", escape(help))?;
    }
    f.write_str("</li>\n")
}

/// The line, or what stands around the place in a very long one, with what is at fault marked.
fn write_excerpt(f: &mut fmt::Formatter<'_>, place: &Location) -> fmt::Result {
    let line: Vec<char> = place.excerpt.chars().collect();
    let start = (place.column - 1 - place.skipped).min(line.len());
    let end = (start + place.width).min(line.len());
    let text = |part: &[char]| escape(&part.iter().collect::<String>());
    f.write_str(&text(&line[..start]))?;
    if start < end {
        write!(f, "<mark>{}</mark>", text(&line[start..end]))?;
    }
    f.write_str(&text(&line[end..]))?;
    f.write_char('\n')
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::source::SourceFile;

    #[test]
    fn each_fault_is_shown_with_its_line_and_its_way_out() {
        let file = SourceFile::new("content/aide.md", "titre: Aide\ndate: <hier> é\n");
        let at = file.text.find("<hier>").unwrap();
        let error = file.error(at..at + 6, "date", "« <hier> » n’est pas une date").help("écrivez 2026-11-22");
        let warning = Diagnostic::error("x", "un avertissement").warning();
        insta::assert_snapshot!(error_page(&[warning, error]), @r#"
        <!doctype html>
        <html lang="fr" data-failure>
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Le site n’a pas pu être reconstruit</title>
        <link rel="stylesheet" href="/_rechargement.css">
        </head>
        <body>
        <main>
        <h1>Le site n’a pas pu être reconstruit</h1>
        <p>La dernière version correcte est gardée : rien n’est perdu. Corrigez ce qui suit, enregistrez, et cette page laissera la place à la vôtre.</p>
        <p class="compte">1 erreur à corriger, 1 avertissement.</p>
        <ol>
        <li class="erreur">
        <h2>Erreur : « &lt;hier&gt; » n’est pas une date</h2>
        <p><code>content/aide.md</code>, ligne 2, colonne 7</p>
        <pre>date: <mark>&lt;hier&gt;</mark> é
        </pre>
        <p>Ce que vous pouvez faire : écrivez 2026-11-22</p>
        </li>
        <li class="avertissement">
        <h2>Avertissement : un avertissement</h2>
        </li>
        </ol>
        </main>
        </body>
        </html>
        "#);
    }

    #[test]
    fn what_is_too_much_to_read_is_cut() {
        let file = SourceFile::new("a.md", format!("{}FAUTE{}", "a".repeat(10_000), "b".repeat(10_000)));
        let error = file.error(10_000..10_005, "x", "fin");
        let page = error_page(&vec![error; 130]);
        assert!(page.contains("aa<mark>FAUTE</mark>bb"));
        assert_eq!(page.matches("<li ").count(), SHOWN);
        assert!(page.contains("Et 30 autres"));
        assert!(page.len() < 50_000);
    }

    #[test]
    fn a_place_past_the_end_of_its_line_is_no_harm() {
        let file = SourceFile::new("a.md", "é");
        let mut error = file.error(2..2, "x", "fin");
        assert!(error_page(std::slice::from_ref(&error)).contains("<pre>é\n</pre>"));
        Arc::make_mut(error.location.as_mut().unwrap()).column = 99;
        assert!(error_page(&[error]).contains("<pre>é\n</pre>"));
    }
}
