//! HTML inside Markdown: the few tags that pass, and what to write instead of the others.
//!
//! A tag that passes is written anew from its name and the one attribute it may have; the
//! author's bytes are never copied.

use std::ops::Range;

use super::escape::escape_attribute;
use super::report::{Report, quoted};

/// What a piece of HTML between `<` and `>` is.
pub(super) enum Tag {
    /// A start tag that passes; `title` of an `abbr`.
    Start(&'static str, Option<String>),
    /// An end tag that passes.
    End(&'static str),
    /// `<br>`.
    Break,
    /// Nothing to write: a comment, or something that was reported.
    Nothing,
    /// A start tag that was refused, with its name.
    Refused(String),
    /// The end of a tag that does not pass; nothing was said of it.
    RefusedEnd(String),
}

/// The tags that pass. The last two are blocks.
const ALLOWED: [&str; 7] = ["abbr", "kbd", "mark", "sub", "sup", "details", "summary"];

/// Whether a tag that passes makes a block, which may not stand inside a sentence.
pub(super) fn is_block(name: &str) -> bool {
    matches!(name, "details" | "summary")
}

/// Reads one tag or comment, `<` and `>` included, and reports it if it may not pass.
pub(super) fn read(tag: &str, range: &Range<usize>, report: &Report) -> Tag {
    if tag.starts_with("<!--") {
        return Tag::Nothing;
    }
    let inner = tag.trim_start_matches('<').trim_end_matches('>').trim_end_matches('/');
    let (closes, inner) = inner.strip_prefix('/').map_or((false, inner), |inner| (true, inner));
    let name_end = inner.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(inner.len());
    let name = inner[..name_end].to_ascii_lowercase();
    let attributes = inner[name_end..].trim();
    if name == "br" && !closes {
        return if refuse_attributes(&name, attributes, range, report) { Tag::Nothing } else { Tag::Break };
    }
    let Some(known) = ALLOWED.iter().copied().find(|known| *known == name) else {
        if closes {
            return Tag::RefusedEnd(name);
        }
        refuse(&name, tag, attributes, range, report);
        return if name.is_empty() { Tag::Nothing } else { Tag::Refused(name) };
    };
    if closes {
        return Tag::End(known);
    }
    if known == "abbr"
        && let Some(title) = sole_title(attributes)
    {
        return Tag::Start(known, Some(title.to_owned()));
    }
    refuse_attributes(known, attributes, range, report);
    Tag::Start(known, None)
}

/// Writes a start tag that passes.
pub(super) fn write_start(name: &str, title: Option<&str>, out: &mut String) {
    out.push('<');
    out.push_str(name);
    if let Some(title) = title {
        out.push_str(" title=\"");
        escape_attribute(title, out);
        out.push('"');
    }
    out.push('>');
}

/// The value when the attributes are `title="…"` and nothing else.
fn sole_title(attributes: &str) -> Option<&str> {
    let value = attributes.strip_prefix("title")?.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    let value = value.strip_prefix(quote)?.strip_suffix(quote)?;
    (!value.contains(quote)).then_some(value)
}

fn refuse_attributes(name: &str, attributes: &str, range: &Range<usize>, report: &Report) -> bool {
    if attributes.is_empty() {
        return false;
    }
    let first = quoted(attributes.split(|c: char| c.is_whitespace() || c == '=').next().unwrap_or_default());
    if first.len() > 2 && first.to_ascii_lowercase().starts_with("on") {
        report.error(
            range.clone(),
            "html-programme",
            format!("« {first} » lance un programme : ce n’est pas accepté dans une page"),
            "retirez cet attribut ; tout doit fonctionner sans programme",
        );
    } else {
        let accepted = if name == "abbr" { ", sauf <abbr title=\"…\">" } else { "" };
        report.error(
            range.clone(),
            "html-attribut",
            format!("« {first} » n’est pas accepté dans <{name}>"),
            format!("écrivez la balise sans attribut{accepted} : l’aspect vient du thème"),
        );
    }
    true
}

/// Whether a tag is one that only a form has inside: nothing more is said of it in one that was refused.
pub(super) fn is_part_of_form(tag: &str) -> bool {
    let name = tag.trim_start_matches(['<', '/']);
    let name = &name[..name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len())];
    ["input", "button", "select", "option", "textarea", "label", "fieldset"]
        .iter()
        .any(|known| known.eq_ignore_ascii_case(name))
}

/// Whether a name is none of HTML: such a tag is shown as the text that it is.
pub(super) fn is_unknown(name: &str) -> bool {
    !is_refused_kind(name) && markdown_instead(name, "").is_none()
}

fn is_refused_kind(name: &str) -> bool {
    matches!(
        name,
        "script"
            | "noscript"
            | "style"
            | "link"
            | "font"
            | "center"
            | "form"
            | "input"
            | "button"
            | "select"
            | "option"
            | "textarea"
            | "label"
            | "fieldset"
            | "iframe"
            | "object"
            | "embed"
            | "video"
            | "audio"
            | "source"
            | "canvas"
            | "svg"
    )
}

/// Reports a tag that does not pass.
pub(super) fn refuse(name: &str, tag: &str, attributes: &str, range: &Range<usize>, report: &Report) {
    let (code, message, help) = match name {
        "script" | "noscript" => (
            "html-programme",
            "une page ne peut pas contenir de programme (<script>)".to_owned(),
            "retirez-le ; s’il manque une fonction au portail, demandez-la à la personne qui l’administre".to_owned(),
        ),
        "style" | "link" | "font" | "center" => (
            "html-aspect",
            format!("l’aspect ne se règle pas dans une page (<{name}>)"),
            "retirez cette balise : couleurs, tailles et places viennent du thème".to_owned(),
        ),
        "form" | "input" | "button" | "select" | "option" | "textarea" | "label" | "fieldset" => (
            "html-formulaire",
            format!("un formulaire ne s’écrit pas dans une page (<{name}>)"),
            "faites un lien vers un formulaire du portail : [proposer une activité](formulaire:proposition-activite)"
                .to_owned(),
        ),
        "iframe" | "object" | "embed" | "video" | "audio" | "source" | "canvas" | "svg" => (
            "html-integration",
            format!("rien d’extérieur ne s’affiche dans une page (<{name}>)"),
            "faites un lien vers ce contenu : il pourrait suivre à la trace qui lit la page".to_owned(),
        ),
        _ if runs_a_program(attributes) => (
            "html-programme",
            format!("« {} » lance un programme : ce n’est pas accepté dans une page", quoted(tag)),
            "retirez cette balise ; tout doit fonctionner sans programme".to_owned(),
        ),
        _ => {
            let Some((message, help)) = markdown_instead(name, tag) else {
                report.warning(
                    range.clone(),
                    "html-inconnu",
                    format!("« {} » ressemble à une balise HTML : il sera montré comme du texte", quoted(tag)),
                    "écrivez « \\< » pour un chevron ; pour un texte à remplacer, utilisez […]",
                );
                return;
            };
            ("html", message, help)
        }
    };
    report.error(range.clone(), code, message, help);
}

/// Whether an attribute is one of those that start a program.
fn runs_a_program(attributes: &str) -> bool {
    attributes
        .split(|c: char| c.is_whitespace() || c == '/')
        .filter_map(|attribute| attribute.split_once('='))
        .any(|(name, _)| name.len() > 2 && name.is_char_boundary(2) && name[..2].eq_ignore_ascii_case("on"))
}

/// What to write in Markdown instead of a tag of HTML; `None` when it is none.
fn markdown_instead(name: &str, tag: &str) -> Option<(String, String)> {
    let instead = match name {
        "a" => "[texte](adresse)",
        "br" => "<br>, sans autre balise",
        "img" => "![ce que montre l’image](image.png)",
        "b" | "strong" => "**texte**",
        "i" | "em" | "cite" | "var" => "*texte*",
        "s" | "del" | "strike" => "~~texte~~",
        "u" | "ins" => "**texte** : le souligné est réservé aux liens",
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => "## Titre",
        "span" => "le texte sans cette balise",
        "p" | "div" | "section" | "article" | "main" | "header" | "footer" | "nav" | "aside" => {
            "une ligne vide entre deux paragraphes, ou « > [!NOTE] » pour un encart"
        }
        "ul" | "li" => "- élément",
        "ol" => "1. élément",
        "table" | "thead" | "tbody" | "tr" | "th" | "td" | "caption" => "| A | B | puis | --- | --- |",
        "hr" => "--- seul sur sa ligne",
        "code" | "tt" | "samp" => "`texte`",
        "pre" => "trois accents graves ``` avant et après",
        "blockquote" | "q" => "> texte",
        _ if tag.starts_with("<!") || tag.starts_with("<?") => {
            return Some(("ce passage n’est pas du texte".to_owned(), "retirez-le".to_owned()));
        }
        "small" | "big" | "dl" | "dt" | "dd" | "picture" | "figure" | "figcaption" | "time" | "dfn" | "address"
        | "wbr" | "map" | "area" | "base" | "meta" | "head" | "body" | "html" | "title" | "frame" | "frameset"
        | "marquee" | "template" | "slot" | "dialog" | "math" | "col" | "colgroup" | "tfoot" | "legend"
        | "datalist" | "output" | "progress" | "meter" | "param" | "track" | "bdi" | "bdo" | "ruby" | "rt" | "rp"
        | "data" | "hgroup" | "search" | "menu" | "acronym" => "le texte sans cette balise",
        _ => return None,
    };
    if name == "br" {
        return Some(("la balise </br> n’existe pas".to_owned(), "écrivez <br>, ou une ligne vide".to_owned()));
    }
    Some((format!("la balise <{name}> n’est pas acceptée"), format!("écrivez en Markdown : {instead}")))
}

/// A piece of a block of HTML, with its bytes in the block.
pub(super) enum Piece {
    /// Text between tags.
    Text(Range<usize>),
    /// A tag or a comment.
    Tag(Range<usize>),
    /// A comment that never ends: all that follows is lost in it.
    OpenComment(Range<usize>),
    /// The contents of `<script>` or `<style>`: not for readers.
    Skipped,
}

/// Cuts a block of HTML in pieces.
pub(super) fn pieces(block: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut at = 0;
    // The next « > », looked for once: without it no tag ends.
    let mut close = block.find('>');
    while at < block.len() {
        let rest = &block[at..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            let Some(end) = comment.find("-->") else {
                pieces.push(Piece::OpenComment(at..block.len()));
                break;
            };
            let end = at + 4 + end + 3;
            pieces.push(Piece::Tag(at..end));
            at = end;
        } else if is_tag_start(rest)
            && next_close(block, at, &mut close).is_some_and(|close| close - at < LONGEST)
            && let Some(length) = tag_length(rest)
        {
            pieces.push(Piece::Tag(at..at + length));
            at += length;
            if let Some(end_tag) = hidden_until(rest) {
                let hidden = &block[at..];
                at += find_ignoring_case(hidden, end_tag).unwrap_or(hidden.len());
                pieces.push(Piece::Skipped);
            }
        } else {
            let length = rest.bytes().skip(1).position(|byte| byte == b'<').map_or(rest.len(), |next| next + 1);
            pieces.push(Piece::Text(at..at + length));
            at += length;
        }
    }
    pieces
}

/// Longer ones are no tags.
const LONGEST: usize = 1000;

/// The first « > » at or after `at`; `known` is the last that was found.
fn next_close(block: &str, at: usize, known: &mut Option<usize>) -> Option<usize> {
    if known.is_some_and(|close| close < at) {
        *known = block[at..].find('>').map(|close| at + close);
    }
    *known
}

fn is_tag_start(text: &str) -> bool {
    text.starts_with('<') && text[1..].starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'))
}

/// The length of the tag at the start of `text`, its `>` included and those within quotes passed over.
fn tag_length(text: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate().take(LONGEST) {
        match (quote, byte) {
            (None, b'>') => return Some(at + 1),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
    }
    None
}

/// The end tag up to which nothing is text, after such a start tag.
fn hidden_until(tag: &str) -> Option<&'static str> {
    [("<script", "</script"), ("<style", "</style")]
        .into_iter()
        .find(|(start, _)| tag.get(..start.len()).is_some_and(|name| name.eq_ignore_ascii_case(start)))
        .map(|(_, end)| end)
}

fn find_ignoring_case(text: &str, wanted: &str) -> Option<usize> {
    text.as_bytes().windows(wanted.len()).position(|window| window.eq_ignore_ascii_case(wanted.as_bytes()))
}
