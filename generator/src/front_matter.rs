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
            keys_below(source, end, diagnostics);
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
    let number =
        |dashes: usize| ["deux", "trois", "quatre", "cinq", "six"].get(dashes - 2).copied().unwrap_or("trop de");
    let fault = if first.starts_with("<<<<<<<") {
        diagnostics.add(yaml::conflict(source, lead..lead + first.len()));
        return None;
    } else if is_spoilt_fence(first) && (!first.starts_with("----") || looks_like_a_key(&text[lead + first.len()..])) {
        let lead = "l’en-tête commence par";
        Some(match first {
            "--" => (format!("{lead} deux tirets"), "écrivez-en trois, seuls sur la ligne : ---"),
            _ if first.bytes().all(|byte| byte == b'-') => {
                (format!("{lead} {} tirets", number(first.len())), "gardez-en trois, seuls sur la ligne : ---")
            }
            _ => (format!("{lead} un tiret long"), "remplacez cette ligne par trois tirets simples : ---"),
        })
    } else if lead > 0 && is_fence(first) && looks_like_a_key(&text[lead + first.len()..]) {
        let before = if indented { "une espace" } else { "une ligne vide" };
        Some((format!("{before} précède l’en-tête"), "commencez le fichier par « --- », sans rien avant"))
    } else if first == "{" && text[lead + 1..].trim_start().starts_with('"') {
        let message = "cet en-tête est en JSON ({ … })".to_owned();
        Some((message, "écrivez-le en YAML, entre deux lignes « --- » : « titre: … »"))
    } else if first == "+++" {
        let message = "cet en-tête est en TOML (+++)".to_owned();
        Some((message, "écrivez-le en YAML, entre deux lignes « --- » : « titre: … »"))
    } else {
        if let Some((line, message, help)) = lost_head(text, lead) {
            diagnostics.add(source.error(line, "entete-mal-ouvert", message).help(help));
            return None;
        }
        None
    };
    if let Some((message, help)) = fault {
        diagnostics.add(source.error(lead..lead + first.len(), "entete-mal-ouvert", message).help(help));
        return None;
    }
    Some(Split { fields: Node { range: 0..0, value: Value::Map(Vec::new()) }, body: 0..text.len() })
}

/// A head that nothing opens, or not at the start of the file: its `titre:` stands among the first
/// lines, each alone on its line.
fn lost_head(text: &str, lead: usize) -> Option<(Range<usize>, &'static str, &'static str)> {
    const LINES: usize = 12;
    let mut at = lead;
    let mut before: Vec<Range<usize>> = Vec::new();
    for line in text[lead..].split_inclusive('\n').take(LINES) {
        let range = at..at + line.trim_end().len();
        at += line.len();
        let is_title = ["titre", "Titre", "TITRE"]
            .iter()
            .filter_map(|key| line.strip_prefix(key))
            .any(|rest| rest.trim_start_matches([' ', '\u{a0}', '\u{202f}']).starts_with(':'));
        if is_title {
            let all_keys = before.iter().all(|line| looks_like_a_key(&text[line.clone()]));
            return Some(if all_keys {
                let first = before.first().cloned().unwrap_or(range);
                (
                    first,
                    "l’en-tête commence ici, et rien ne l’ouvre",
                    "ajoutez au-dessus une ligne « --- » seule, et une autre après la dernière clé",
                )
            } else if let Some(fence) = before.iter().find(|line| is_fence(&text[(*line).clone()])) {
                (
                    fence.clone(),
                    "l’en-tête n’est pas au début du fichier",
                    "commencez le fichier par cette ligne « --- » : rien ne vient avant l’en-tête",
                )
            } else if before.len() == 1 {
                (
                    before[0].clone(),
                    "l’en-tête ne commence pas par trois tirets",
                    "écrivez « --- » seul à la place de cette ligne, et de celle qui ferme l’en-tête",
                )
            } else {
                return None;
            });
        }
        if !range.is_empty() {
            before.push(range);
        }
    }
    None
}

/// Warns of a body, from `start` on, that begins with a key: the head was closed before it, or is
/// followed by another. Readers would see it.
fn keys_below(source: &SourceFile, start: usize, diagnostics: &Diagnostics) {
    let text = &source.text;
    let mut at = text.len() - text[start..].trim_start().len();
    let has_fence = text[at..].lines().next().is_some_and(is_fence);
    if has_fence {
        at = next_line(text, at);
    }
    let line = text[at..].lines().next().unwrap_or_default().trim_end();
    let is_key = line.split_once(": ").is_some_and(|(key, _)| yaml::USUAL_KEYS.contains(&key));
    if !is_key {
        return;
    }
    let (message, help) = if has_fence {
        (
            "un second en-tête suit le premier : il serait lu comme du texte",
            "gardez un seul en-tête, entre deux « --- »",
        )
    } else {
        ("cette clé est sous l’en-tête : elle serait lue comme du texte", "mettez-la au-dessus de la ligne « --- »")
    };
    diagnostics.add(source.warning(at..at + line.len(), "entete-suite", message).help(help));
}

/// A sentence, a heading or an item after an empty line: the front matter was not closed, and a rule
/// further down the page was taken for its end. No value of YAML begins a line like that.
fn prose_in(head: &str) -> Option<Range<usize>> {
    let bytes = head.as_bytes();
    let is_blank_below = |end: &usize| bytes[end + 1..].starts_with(b"\n") || bytes[end + 1..].starts_with(b"\r\n");
    let starts_blank = head.starts_with(['\n', '\r']).then_some(0);
    let blank = starts_blank.or_else(|| memchr::memchr_iter(b'\n', bytes).find(is_blank_below))?;
    let mut at = blank;
    let mut after_blank = true;
    let mut above = head[..blank].lines().next_back().unwrap_or_default();
    let mut lines = head[blank..].split_inclusive('\n').peekable();
    while let Some(line) = lines.next() {
        let words = line.trim_end();
        let is_sentence = words.starts_with(char::is_alphabetic)
            && !words.contains(" #")
            && (words.split_whitespace().nth(2).is_some() || words.ends_with(['.', '!', '?', '…']))
            && !words.split_whitespace().take(3).any(|word| word.contains([':', '=']));
        // One « # », or several with a key below, is a remark.
        let is_heading = words.trim_start_matches('#').starts_with(' ')
            && words.starts_with("##")
            && lines.peek().is_none_or(|next| next.trim().is_empty());
        // What comes below a key without a value is its list.
        let is_item = words.starts_with("- ") && !above.starts_with('-') && !above.trim_end().ends_with(':');
        if after_blank && (is_sentence || is_heading || is_item) {
            return Some(at..at + words.len());
        }
        after_blank = words.is_empty();
        if !after_blank {
            above = line;
        }
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
        && line != "---"
        && line != "-"
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
    memchr::memchr(b'\n', &text.as_bytes()[at..]).map_or(text.len(), |end| at + end + 1)
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
    fn a_key_below_the_head_is_told() {
        for (below, line) in [("resume: Un mot\n", 4), ("\netiquettes: [a]\n", 5), ("---\ndate: 2026-01-02\n---\n", 5)]
        {
            let source = SourceFile::new("essai.md", format!("---\ntitre: A\n---\n{below}"));
            let diagnostics = Diagnostics::new();
            assert!(split(&source, &diagnostics).is_some());
            let found = diagnostics.into_sorted();
            assert_eq!((found[0].code, found[0].location.as_ref().unwrap().line), ("entete-suite", line), "{below}");
        }
        for below in ["Date: demain\n", "Un mot : deux\n", "---\n\nUne règle\n", "a: b\n", ""] {
            assert_eq!(codes(&format!("---\ntitre: A\n---\n{below}")).1, [""; 0], "{below}");
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
        for body in ["## Un titre\n\nTexte", "- un\n- deux", "Bonjour !", "### Titre\n"] {
            assert_eq!(codes(&format!("---\ntitre: A\n\n{body}\n\n---\n\nFin\n")).1, ["entete-ouvert"], "{body}");
        }
        assert_eq!(codes("---\n\nUne règle commence cette page.\n\n---\n\nFin\n").1, ["entete-ouvert"]);
        assert_eq!(codes("---\r\n\r\ntitre: A\r\n\r\n---\r\nFin\r\n").1, [""; 0]);
        for head in
            ["## Dates\ndate: 2026-01-01", "etiquettes:\n\n- a\n\n- b", "etiquettes: # deux\n\n  - a\n", "# Fin\n"]
        {
            assert_eq!(codes(&format!("---\ntitre: A\n\n{head}\n---\n\nFin\n")).1, [""; 0], "{head}");
        }
        assert_eq!(codes("---\ntitre: A\n\nresume: un mot ou deux\n\n---\nFin\n").1, [""; 0]);
        assert_eq!(codes("---\nresume: >\n  Un.\n\n  Deux et trois mots.\n---\nFin\n").1, [""; 0]);
        for (text, line) in [
            ("titre: A\nresume: B\n---\nCorps\n", 1),
            ("resume: B\ntitre: A\n\nCorps\n", 1),
            ("Titre\u{a0}: A\n\nCorps\n", 1),
            ("-----\ntitre: A\n-----\n", 1),
            ("***\ntitre: A\n***\n", 1),
            ("```yaml\ntitre: A\n```\n", 1),
            ("<!-- note -->\n---\ntitre: A\n---\n", 2),
            ("Bonjour\n\n---\ntitre: A\n---\n", 3),
        ] {
            let diagnostics = Diagnostics::new();
            assert!(split(&SourceFile::new("essai.md", text), &diagnostics).is_none(), "{text}");
            let found = diagnostics.into_sorted();
            assert_eq!(
                (found[0].code, found[0].location.as_ref().unwrap().line),
                ("entete-mal-ouvert", line),
                "{text}"
            );
        }
        for text in
            ["Un texte\nqui dit ceci.\ntitre: A\n", "Le titre : un mot\n", "-----\n\nTexte\n", "Titres : deux\n"]
        {
            assert_eq!(codes(text).1, [""; 0], "{text}");
        }
        assert_eq!(codes("{\n  \"title\": \"A\"\n}\n").1, ["entete-mal-ouvert"]);
        assert_eq!(codes("{\n").1, [""; 0]);
        assert_eq!(codes("+++\ntitle = \"A\"\n+++\n").1, ["entete-mal-ouvert"]);
        assert_eq!(codes(&format!("---\n{}", "a: b\n".repeat(20_000))).1, ["entete-ouvert"]);
    }
}
