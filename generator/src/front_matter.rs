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

/// Longer than the front matter of any page: what is read as one is then something else.
const LONGEST: usize = 64 * 1024;

/// Cuts a page. `None` when its front matter cannot be read, which is then reported.
pub fn split(source: &SourceFile, diagnostics: &Diagnostics) -> Option<Split> {
    let text = &source.text;
    let Some(first) = text.lines().next().filter(|line| is_fence(line)) else {
        return without_front_matter(source, diagnostics);
    };
    let start = next_line(text, 0);
    let mut at = start;
    // A fence that a hand or a word processor made a long dash of, should the right one not come.
    let mut spoilt = None;
    while at < text.len() && at - start <= LONGEST {
        let end = next_line(text, at);
        let line = text[at..end].trim_end();
        if is_fence(line) || line == "..." {
            if let Some(prose) = prose_in(&text[start..at]) {
                diagnostics.add(
                    source
                        .error(
                            start + prose.start..start + prose.end,
                            "entete-ouvert",
                            "l’en-tête n’est pas refermé avant ce texte",
                        )
                        .help("ajoutez au-dessus une ligne « --- » seule, après la dernière clé"),
                );
                return None;
            }
            let fields = yaml::parse(source, start..at, diagnostics)?;
            return Some(Split { fields, body: end..text.len() });
        }
        if spoilt.is_none() && is_spoilt_fence(line) {
            spoilt = Some(at..at + line.len());
        }
        at = end;
    }
    let (range, message, help) = if let Some(range) = spoilt {
        (
            range,
            "l’en-tête n’est pas refermé : cette ligne n’est pas faite de trois tirets simples",
            "remplacez cette ligne par trois tirets simples : ---",
        )
    } else {
        let message = if at < text.len() {
            "l’en-tête commence ici et n’est pas refermé dans les 64 premiers Ko"
        } else {
            "l’en-tête commence ici et n’est jamais refermé"
        };
        (0..first.trim_end().len(), message, "ajoutez une ligne « --- » seule après la dernière clé de l’en-tête")
    };
    diagnostics.add(source.error(range, "entete-ouvert", message).help(help));
    None
}

/// A page without front matter is only body; one whose fence was spoilt on the way is refused.
fn without_front_matter(source: &SourceFile, diagnostics: &Diagnostics) -> Option<Split> {
    let text = &source.text;
    let lead = text.len() - text.trim_start().len();
    let first = text[lead..].lines().next().unwrap_or_default().trim_end();
    let indented = lead > text[..lead].rfind('\n').map_or(0, |end| end + 1);
    let fault = if first.starts_with("<<<<<<<") {
        diagnostics.add(yaml::conflict(source, lead..lead + first.len()));
        return None;
    } else if is_spoilt_fence(first) && (first != "----" || looks_like_a_key(&text[lead + first.len()..])) {
        Some(match first {
            "----" => ("l’en-tête commence par quatre tirets", "gardez-en trois, seuls sur la ligne : ---"),
            "--" => ("l’en-tête commence par deux tirets", "écrivez-en trois, seuls sur la ligne : ---"),
            _ => ("l’en-tête commence par un tiret long", "remplacez cette ligne par trois tirets simples : ---"),
        })
    } else if lead > 0 && is_fence(first) && looks_like_a_key(&text[lead + first.len()..]) {
        Some(if indented {
            ("une espace précède l’en-tête", "commencez le fichier par « --- », sans rien avant")
        } else {
            ("une ligne vide précède l’en-tête", "commencez le fichier par « --- », sans rien avant")
        })
    } else if first == "+++" {
        Some(("cet en-tête est en TOML (+++)", "écrivez-le en YAML, entre deux lignes « --- » : « titre: … »"))
    } else {
        None
    };
    if let Some((message, help)) = fault {
        diagnostics.add(source.error(lead..lead + first.len(), "entete-mal-ouvert", message).help(help));
        return None;
    }
    Some(Split { fields: Node { range: 0..0, value: Value::Map(Vec::new()) }, body: 0..text.len() })
}

/// A sentence after an empty line: the front matter was not closed, and a rule further down the page
/// was taken for its end. No value of YAML begins a line like that.
fn prose_in(head: &str) -> Option<Range<usize>> {
    let blank = head.find("\n\n").or_else(|| head.find("\n\r\n"))?;
    let mut at = blank;
    let mut after_blank = true;
    for line in head[blank..].split_inclusive('\n') {
        let words = line.trim_end();
        let is_sentence = words.starts_with(char::is_alphabetic)
            && words.split_whitespace().nth(2).is_some()
            && !words.split_whitespace().take(3).any(|word| word.contains(':'));
        if after_blank && is_sentence {
            return Some(at..at + words.len());
        }
        after_blank = words.is_empty();
        at += line.len();
    }
    None
}

fn is_fence(line: &str) -> bool {
    line.trim_end() == "---"
}

/// What a word processor or a hand makes of `---`.
fn is_spoilt_fence(line: &str) -> bool {
    let line = line.trim();
    let dashes = line.chars().count();
    let all = |sign: fn(char) -> bool| line.chars().all(sign);
    (1..=6).contains(&dashes)
        && all(|c| matches!(c, '-' | '—' | '–' | '―' | '−' | '‐' | '‑' | '\u{ad}'))
        && (line.contains(|c| c != '-') || line == "--" || line == "----")
}

/// Whether the first line of a text that is not blank reads as `key: value`: a rule across a page
/// is followed by prose.
fn looks_like_a_key(text: &str) -> bool {
    let line = text.trim_start().lines().next().unwrap_or_default();
    let key = line.split(':').next().unwrap_or_default().trim_end();
    line.contains(':') && !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
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
    fn a_rule_across_a_page_without_front_matter_is_no_fence() {
        for text in ["\n---\n\nDu texte.\n", "----\n\nDu texte.\n", "\n\nDu texte\n---\n"] {
            assert_eq!(codes(text), (Some(text.to_owned()), vec![]), "{text:?}");
        }
    }

    #[test]
    fn a_spoilt_fence_is_explained() {
        assert_eq!(codes("---\ntitre: A\n").1, ["entete-ouvert"]);
        assert_eq!(codes("—\ntitre: A\n—\n").1, ["entete-mal-ouvert"]);
        assert_eq!(codes("\n---\ntitre: A\n---\n").1, ["entete-mal-ouvert"]);
        assert_eq!(codes("---\ntitre: A\n—\nCorps\n").1, ["entete-ouvert"]);
        assert_eq!(codes("----\ntitre: A\n----\nCorps\n").1, ["entete-mal-ouvert"]);
        assert_eq!(codes("---\ntitre: A\n\nDu texte et une règle.\n\n---\n\nFin\n").1, ["entete-ouvert"]);
        assert_eq!(codes("---\ntitre: A\n\nresume: un mot ou deux\n\n---\nFin\n").1, [""; 0]);
        assert_eq!(codes("---\nresume: >\n  Un.\n\n  Deux et trois mots.\n---\nFin\n").1, [""; 0]);
        assert_eq!(codes("+++\ntitle = \"A\"\n+++\n").1, ["entete-mal-ouvert"]);
        assert_eq!(codes(&format!("---\n{}", "a: b\n".repeat(20_000))).1, ["entete-ouvert"]);
    }
}
