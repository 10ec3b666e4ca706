use super::*;

/// What a body becomes when each link leads where it says, and its faults as an editor sees them.
fn read(body: &str) -> (Rendered, Vec<String>) {
    let source = SourceFile::new("essai.md", body);
    let diagnostics = Diagnostics::new();
    let document = parse(&source, 0..body.len(), &diagnostics);
    let resolutions: Vec<_> = document.links.iter().map(as_written).collect();
    let rendered = document.render(|index| &resolutions[index]);
    (rendered, diagnostics.into_sorted().iter().map(ToString::to_string).collect())
}

fn as_written(link: &Link) -> Resolution {
    match link.kind {
        LinkKind::Link => Resolution::Href { url: link.target.clone(), external: link.target.starts_with("http") },
        LinkKind::Image => Resolution::Image { url: link.target.clone(), width: Some(640), height: Some(480) },
    }
}

#[test]
fn a_body_splits_at_its_level_2_headings() {
    let (rendered, faults) = read("Avant.\n\n## Un\n\na\n\n### Détail\n\nb\n\n## Deux\n\nc\n");
    assert!(faults.is_empty(), "{faults:?}");
    assert_eq!(rendered.lead, "<p>Avant.</p>\n");
    assert_eq!(rendered.sections[0].body, "<p>a</p>\n<h3 id=\"detail\">Détail</h3>\n<p>b</p>\n");
    assert_eq!(rendered.sections[1].title, "Deux");
}
