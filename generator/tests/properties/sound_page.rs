//! What holds of any text that is a whole file of the content, head and body.

use generator::content::Diffusion;
use generator::diagnostic::{Diagnostic, Diagnostics};
use generator::parse::parse;
use generator::site::{Memory, Scope, TitleMemory};
use generator::source::SourceFile;

/// A file of this name and text is read, or refused at a place of its own; what is said of it
/// depends on nothing else.
pub fn check(name: &str, text: &str) {
    let found = faults(name, text);
    check_places(text, &found);
    assert_eq!(found, faults(name, text), "what is said of a file depends on the file");
}

fn faults(name: &str, text: &str) -> Vec<Diagnostic> {
    let diagnostics = Diagnostics::new();
    let pages = parse(vec![SourceFile::new(name, text)], "Portail", &diagnostics);
    let today = "2026-11-22".parse().expect("a day");
    let scope = Scope { diffusion: Diffusion::Interne, drafts: true, today };
    let site = Memory::default().arrange(pages, scope, &diagnostics);
    TitleMemory::default().check(&site, &diagnostics);
    diagnostics.into_sorted()
}

/// Each fault has words, and stands in the text.
pub fn check_places(text: &str, found: &[Diagnostic]) {
    let lines: Vec<&str> = text.split('\n').collect();
    for diagnostic in found {
        let shown = diagnostic.to_string();
        assert!(!diagnostic.message.is_empty(), "{shown}");
        let Some(place) = &diagnostic.location else { continue };
        assert!((1..=lines.len()).contains(&place.line), "{shown}");
        let length = lines[place.line - 1].chars().count();
        assert!((1..=length + 1).contains(&place.column), "{shown}");
    }
}
