//! What holds of any text that is read as the body of a page.

use generator::diagnostic::{Diagnostic, Diagnostics};
use generator::markdown::{self, Link, LinkKind, Resolution};
use generator::source::SourceFile;

use super::html::{Tag, tags};

/// A page whose body is `text`: it is read, its HTML is sound and safe wherever its links lead, and
/// each fault stands in the text.
pub fn check(text: &str) {
    const HEAD: &str = "---\ntitre: Essai\n---\n";
    let source = SourceFile::new("essai.md", format!("{HEAD}{text}"));
    let diagnostics = Diagnostics::new();
    let document = markdown::parse(&source, HEAD.len()..source.text.len(), &diagnostics);
    let known: Vec<Resolution> = document.links.iter().map(resolved).collect();
    let rendered = document.render(|at| &known[at]);
    let unknown = Resolution::Broken;
    let pieces = rendered.sections.iter().flat_map(|section| [&section.title, &section.body]);
    let titles = rendered.headings.iter().map(|heading| &heading.title);
    for piece in pieces.chain(titles).chain([&rendered.lead, &rendered.footnotes]) {
        check_html(piece);
    }
    check_html(&document.render(|_| &unknown).html());
    for fault in diagnostics.into_sorted() {
        check_place(&source.text, &fault);
    }
}

fn resolved(link: &Link) -> Resolution {
    match link.kind {
        LinkKind::Link => Resolution::Href { url: link.target.clone(), external: false },
        LinkKind::Image => Resolution::Image { url: link.target.clone(), width: Some(1), height: None },
    }
}

/// Tags are ours, closed in their order, and none of their attributes runs anything.
fn check_html(html: &str) {
    let mut open: Vec<String> = Vec::new();
    for tag in tags(html) {
        check_attributes(&tag, html);
        if matches!(tag.name.as_str(), "br" | "hr" | "img") {
            continue;
        }
        match tag.name.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop().as_deref(), Some(name), "{html}"),
            None => open.push(tag.name),
        }
    }
    assert_eq!(open, Vec::<String>::new(), "{html}");
}

fn check_attributes(tag: &Tag, html: &str) {
    const NEVER: [&str; 11] =
        ["script", "style", "iframe", "object", "embed", "form", "input", "svg", "link", "base", "meta"];
    assert!(!NEVER.contains(&tag.name.trim_start_matches('/')), "{html}");
    let shape = tag.shape();
    assert!(shape.split(' ').skip(1).all(|name| !name.starts_with("on") && name != "style"), "{shape} in {html}");
    for address in ["href", "src"].into_iter().filter_map(|name| tag.get(name)) {
        let address: String = address.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
        let address = address.to_ascii_lowercase();
        for scheme in ["javascript:", "vbscript:", "data:", "file:"] {
            assert!(!address.starts_with(scheme), "{address} in {html}");
        }
    }
}

/// The line and the column are there, and the excerpt is what stands there.
fn check_place(text: &str, fault: &Diagnostic) {
    let place = fault.location.as_ref().expect("a fault of a text has its place");
    let line = text.split('\n').nth(place.line - 1).expect("a line of the text").trim_end_matches('\r');
    let length = line.chars().count();
    assert!(place.column <= length + 2, "{fault}");
    assert!(place.width >= 1 && place.column + place.width <= length + 3, "{fault:?}");
    assert!(place.skipped < place.column, "{fault:?}");
    let shown: String = line.chars().skip(place.skipped).take(place.excerpt.chars().count()).collect();
    assert_eq!(shown, place.excerpt, "{fault:?}");
    assert!(fault.help.as_ref().is_some_and(|help| !help.is_empty()), "{fault}");
}
