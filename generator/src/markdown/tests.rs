//! Bodies as editors write them, and what readers and editors then see.

mod components;
mod faults;
mod hostile;
mod html;
mod links;
mod lints;
mod structure;

use super::*;
use crate::diagnostic::{Diagnostic, Severity};

/// What a body becomes when each link leads where it says, and its faults.
fn read(body: &str) -> (Rendered, Vec<Diagnostic>) {
    let (document, faults) = parse_text(body);
    (render_as_written(&document), faults)
}

fn parse_text(body: &str) -> (Document, Vec<Diagnostic>) {
    let source = SourceFile::new("essai.md", body);
    let diagnostics = Diagnostics::new();
    let document = parse(&source, 0..body.len(), &diagnostics);
    (document, diagnostics.into_sorted())
}

fn render_as_written(document: &Document) -> Rendered {
    let resolutions: Vec<_> = document.links.iter().map(as_written).collect();
    document.render(|index| &resolutions[index])
}

fn as_written(link: &Link) -> Resolution {
    match link.kind {
        LinkKind::Link => Resolution::Href { url: link.target.clone(), external: link.target.starts_with("http") },
        LinkKind::Image => Resolution::Image { url: link.target.clone(), width: Some(640), height: Some(480) },
    }
}

/// The HTML of a body without a fault.
fn html(body: &str) -> String {
    let (rendered, faults) = read(body);
    assert!(faults.is_empty(), "{body:?}: {faults:#?}");
    rendered.html().replace('\u{a0}', "~")
}

/// The HTML of a body that has faults.
fn html_all_the_same(body: &str) -> String {
    read(body).0.html().replace('\u{a0}', "~")
}

/// The faults of a body: `E` or `W`, line, column and code.
fn faults(body: &str) -> Vec<String> {
    let (_, faults) = read(body);
    faults.iter().map(summary).collect()
}

fn summary(fault: &Diagnostic) -> String {
    let weight = if fault.severity == Severity::Error { 'E' } else { 'W' };
    let place = fault.location.as_ref().map_or(String::new(), |at| format!("{}:{}", at.line, at.column));
    format!("{weight} {place} {}", fault.code)
}
