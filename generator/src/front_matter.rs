//! Cuts a page into its front matter and its body.

use std::ops::Range;

use crate::diagnostic::Diagnostics;
use crate::source::SourceFile;
use crate::yaml::{self, Node, Value};

/// A page cut in two.
pub struct Split {
    /// The front matter as a tree; an empty mapping when the page has none.
    pub fields: Node,
    /// Bytes of the body in the file.
    pub body: Range<usize>,
}

/// Cuts a page. `None` when its front matter cannot be read, which is then reported.
pub fn split(source: &SourceFile, diagnostics: &Diagnostics) -> Option<Split> {
    let text = &source.text;
    let Some(first) = text.lines().next().filter(|line| is_fence(line)) else {
        return without_front_matter(source, diagnostics);
    };
    let start = next_line(text, 0);
    let mut at = start;
    while at < text.len() {
        let end = next_line(text, at);
        let line = text[at..end].trim_end_matches(['\r', '\n']);
        if is_fence(line) || line == "..." {
            let fields = yaml::parse(source, start..at, diagnostics)?;
            return Some(Split { fields, body: end..text.len() });
        }
        at = end;
    }
    diagnostics.add(
        source
            .error(0..first.len(), "entete-ouvert", "l’en-tête commence ici et n’est jamais refermé")
            .help("ajoutez une ligne « --- » seule après la dernière clé de l’en-tête"),
    );
    None
}

/// A page without front matter is only body; one whose fence was spoilt on the way is refused.
fn without_front_matter(source: &SourceFile, diagnostics: &Diagnostics) -> Option<Split> {
    let text = &source.text;
    let lead = text.len() - text.trim_start().len();
    let first = text[lead..].lines().next().unwrap_or_default().trim_end();
    if first == "—" || first == "–" || first == "—-" || (lead > 0 && is_fence(first)) {
        let (message, help) = if is_fence(first) {
            ("une ligne vide précède l’en-tête", "commencez le fichier par « --- », sans rien avant")
        } else {
            ("l’en-tête commence par un tiret long", "remplacez cette ligne par trois tirets simples : ---")
        };
        diagnostics.add(source.error(lead..lead + first.len(), "entete-mal-ouvert", message).help(help));
        return None;
    }
    Some(Split { fields: Node { range: 0..0, value: Value::Map(Vec::new()) }, body: 0..text.len() })
}

fn is_fence(line: &str) -> bool {
    line.trim_end() == "---"
}

/// Where the line after the one that holds `at` starts.
fn next_line(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |end| at + end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(text: &str) -> (Option<String>, Vec<&'static str>) {
        let source = SourceFile::new("essai.md", text);
        let diagnostics = Diagnostics::new();
        let body = split(&source, &diagnostics).map(|split| text[split.body].to_owned());
        (body, diagnostics.into_sorted().iter().map(|d| d.code).collect())
    }

    #[test]
    fn a_page_is_cut_at_its_fences() {
        assert_eq!(codes("---\ntitre: A\n---\nCorps\n"), (Some("Corps\n".to_owned()), vec![]));
        assert_eq!(codes("---\r\ntitre: A\r\n---\r\nCorps"), (Some("Corps".to_owned()), vec![]));
        assert_eq!(codes("---\n---\n"), (Some(String::new()), vec![]));
        assert_eq!(codes("Rien que du texte"), (Some("Rien que du texte".to_owned()), vec![]));
    }

    #[test]
    fn a_spoilt_fence_is_explained() {
        assert_eq!(codes("---\ntitre: A\n").1, ["entete-ouvert"]);
        assert_eq!(codes("—\ntitre: A\n—\n").1, ["entete-mal-ouvert"]);
        assert_eq!(codes("\n---\ntitre: A\n---\n").1, ["entete-mal-ouvert"]);
    }
}
