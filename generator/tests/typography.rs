//! French typography, case by case: the tables are `typography/*.txt`.

use generator::diagnostic::Diagnostics;
use generator::markdown::{self, LinkKind, Resolution};
use generator::source::SourceFile;
use generator::typography::french_text;

const CASES: &str = include_str!("typography/cases.txt");
const MARKDOWN: &str = include_str!("typography/markdown.txt");

/// The lines of a table, with the group of each: what is typed, what is read.
fn cases(table: &'static str) -> impl Iterator<Item = (&'static str, String, String)> {
    let mut group = "";
    table.lines().filter_map(move |line| {
        if let Some(name) = line.strip_prefix("== ") {
            group = name;
        }
        if line.is_empty() || line.starts_with("== ") || line.starts_with('#') {
            return None;
        }
        let (typed, read) = line.split_once(" → ").unwrap_or_else(|| panic!("no arrow in « {line} »"));
        Some((group, unshown(typed), unshown(read)))
    })
}

/// A cell as text; a tilde is written twice where it is one.
fn unshown(cell: &str) -> String {
    cell.replace("~~", "\0")
        .replace('~', "\u{a0}")
        .replace('\0', "~~")
        .replace('^', "\u{202f}")
        .replace('⏎', "\n")
        .replace('␣', " ")
}

fn shown(text: &str) -> String {
    text.replace('\u{a0}', "~").replace('\u{202f}', "^").replace('\n', "⏎")
}

/// Fails with all the lines that are read otherwise than the table says.
fn compare(table: &'static str, read: impl Fn(&str) -> String) {
    let wrong: Vec<_> = cases(table)
        .filter_map(|(group, typed, expected)| {
            let read = read(&typed);
            (read != expected).then(|| {
                format!(
                    "{group}\n  {}\n    is read   {}\n    and not   {}",
                    shown(&typed),
                    shown(&read),
                    shown(&expected)
                )
            })
        })
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn what_is_typed_becomes_what_is_read() {
    compare(CASES, french_text);
}

#[test]
fn a_second_pass_changes_nothing() {
    for (group, _, read) in cases(CASES) {
        assert_eq!(shown(&french_text(&read)), shown(&read), "{group}");
    }
}

#[test]
fn every_group_says_whose_rule_it_is() {
    assert!(cases(CASES).count() >= 150);
    for group in CASES.lines().filter_map(|line| line.strip_prefix("== ")) {
        assert!(group.contains("Lexique") || group.contains("house"), "{group}");
    }
}

#[test]
fn a_sentence_in_markdown_is_set_as_one_and_what_is_no_text_stays() {
    compare(MARKDOWN, |typed| {
        let source = SourceFile::new("essai.md", format!("{typed}\n"));
        let diagnostics = Diagnostics::new();
        let document = markdown::parse(&source, 0..source.text.len(), &diagnostics);
        assert_eq!(diagnostics.into_sorted(), [], "{typed}");
        let links: Vec<_> = document
            .links
            .iter()
            .map(|link| match link.kind {
                LinkKind::Link => {
                    Resolution::Href { url: link.target.clone(), external: link.target.starts_with("http") }
                }
                LinkKind::Image => Resolution::Image { url: link.target.clone(), width: Some(640), height: Some(480) },
            })
            .collect();
        let html = document.render(|at| &links[at]).html();
        html.trim_start_matches("<p>").trim_end_matches("</p>\n").to_owned()
    });
}
