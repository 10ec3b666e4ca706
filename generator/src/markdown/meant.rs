//! What was meant by a link or an image that a slip of the hand, a copy or another tool spoilt.

use std::ops::Range;

use pulldown_cmark::BrokenLink;

use super::component::Component;
use super::report::{Report, quoted};

/// The address between quotation marks of any kind.
pub(crate) fn between_quotes(target: &str) -> Option<&str> {
    const MARKS: [char; 8] = ['"', '\'', '“', '”', '«', '»', '‘', '’'];
    let bare = target.trim_start_matches(MARKS);
    let bare = (bare.len() < target.len()).then(|| bare.trim_end_matches(MARKS).trim())?;
    (!bare.is_empty()).then_some(bare)
}

/// Whether a target is a telephone number of ten digits or more.
pub(crate) fn is_telephone(target: &str) -> bool {
    let is_sign = |c: char| c.is_ascii_digit() || matches!(c, ' ' | '.' | '-' | '\u{a0}' | '\u{202f}');
    let rest = target.strip_prefix('+').or_else(|| target.starts_with('0').then_some(target));
    rest.is_some_and(|rest| rest.chars().all(is_sign) && rest.bytes().filter(u8::is_ascii_digit).count() >= 10)
}

/// A telephone number as a link has it.
pub(crate) fn without_spaces(number: &str) -> String {
    number.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect()
}

/// Reports an address that a filter wrote its own around: some hold the address of whoever copied it.
pub(super) fn check_filter(target: &str, range: &Range<usize>, report: &Report) {
    if let Some(meant) = behind_a_filter(target) {
        report.warning(
            range.clone(),
            "lien-detourne",
            "cette adresse passe par un filtre, qui saurait qui l’a copiée et qui la suit",
            format!("écrivez l’adresse d’origine : {meant}"),
        );
    }
}

/// The address of the web that a filter of mails or a search engine wrote its own around.
fn behind_a_filter(target: &str) -> Option<String> {
    const FILTERS: [(&str, &str); 4] = [
        ("safelinks.protection.outlook.com/", "url="),
        ("/evergreen-assets/safelinks/", "url="),
        ("www.google.com/url?", "q="),
        ("l.facebook.com/l.php?", "u="),
    ];
    let (_, name) = FILTERS.iter().find(|(filter, _)| target.contains(filter))?;
    let query = target.split_once('?')?.1;
    let address = query.split('&').find_map(|part| part.strip_prefix(name))?;
    let address = percent_encoding::percent_decode_str(address).decode_utf8().ok()?;
    address.starts_with("http").then(|| quoted(&address))
}

/// Whether a text without a space reads as an address: of a page, a file or the web.
pub(crate) fn looks_like_an_address(text: &str) -> bool {
    let path = text.split(['#', '?']).next().unwrap_or_default();
    let known = || path.rsplit_once('.').is_some_and(|(_, ending)| is_known_ending(ending));
    !text.contains(char::is_whitespace) && (text.contains("://") || text.starts_with(['/', '#', '.']) || known())
}

/// Whether files that a page leads to end so.
fn is_known_ending(ending: &str) -> bool {
    const KNOWN: [&str; 9] = ["md", "pdf", "docx", "xlsx", "pptx", "odt", "ods", "odp", "html"];
    let ending = ending.to_ascii_lowercase();
    KNOWN.contains(&ending.as_str()) || is_image_ending(&ending)
}

fn is_image_ending(ending: &str) -> bool {
    ["png", "jpg", "jpeg", "gif", "svg", "webp", "avif"].iter().any(|known| ending.eq_ignore_ascii_case(known))
}

/// Reports a link to an image whose `!` stands at the wrong place, so that the image is not shown.
pub(super) fn check_lost_image(body: &str, label: &str, target: &str, range: &Range<usize>, report: &Report) {
    let is_image = || target.rsplit_once('.').is_some_and(|(_, ending)| is_image_ending(ending));
    let before = &body[..range.start];
    let apart = before.ends_with("! ") && before[..before.len() - 2].ends_with('\n');
    let apart = apart || before == "! ";
    let label = if let Some(label) = label.strip_prefix('!') {
        label
    } else if apart {
        label
    } else {
        return;
    };
    if is_image() {
        let start = range.start - if apart { 2 } else { 0 };
        report.warning(
            start..range.end,
            "image-en-lien",
            "le « ! » n’est pas à sa place : un lien sera affiché, et non l’image",
            format!("écrivez ![{}]({})", quoted(label.trim()), quoted(target)),
        );
    }
}

/// Reports a paragraph that begins with one of our blocks, of which a colon is missing.
pub(super) fn check_lost_block(body: &str, paragraph: &Range<usize>, report: &Report) {
    let text = &body[paragraph.clone()];
    if !text.starts_with("::") && !text.starts_with(": :") {
        return;
    }
    let line = text.lines().next().unwrap_or_default().trim_end();
    if let Ok((component, _)) = Component::of_fence(line.trim_start_matches([':', ' '])) {
        report.warning(
            paragraph.start..paragraph.start + line.len(),
            "markdown-litteral",
            "un bloc s’ouvre par trois deux-points qui se suivent : ce n’en est pas un",
            format!("écrivez « ::: {} », et « ::: » seul à la fin", component.name()),
        );
    }
}

/// What is said of `[[page]]` and `[TOC]`, which other tools read.
pub(super) fn of_another_tool(body: &str, broken: &BrokenLink<'_>) -> Option<(&'static str, String)> {
    let name = broken.reference.as_ref();
    if matches!(name, "TOC" | "toc" | "_TOC_") {
        return Some((
            "cette commande d’un autre outil sera lue telle quelle",
            "retirez cette ligne : le portail fait lui-même le sommaire d’une page".to_owned(),
        ));
    }
    // Outlook leaves the names of the images that it did not copy.
    let image = name.strip_prefix("cid:").and_then(|rest| rest.split('@').next()).unwrap_or(name);
    let is_image = image.rsplit_once('.').is_some_and(|(stem, ending)| !stem.is_empty() && is_image_ending(ending));
    if is_image && !image.contains(char::is_whitespace) && !body[..broken.span.start].ends_with('[') {
        return Some((
            "cette image n’est pas venue avec le texte : son nom sera lu à sa place",
            format!("enregistrez-la à côté de la page et écrivez ![ce qu’elle montre]({})", quoted(image)),
        ));
    }
    let (before, after) = (&body[..broken.span.start], &body[broken.span.end..]);
    let is_double = before.ends_with('[') && after.starts_with(']') && !after.starts_with("](");
    let is_name = name.chars().filter(|c| c.is_alphabetic()).count() > 1;
    (is_double && is_name).then(|| {
        let (page, words) = name.split_once('|').unwrap_or((name, name));
        let help = if before.ends_with("![") {
            format!("écrivez ![ce que montre l’image]({})", quoted(page))
        } else {
            format!("écrivez [{}](le-chemin-de-la-page.md)", quoted(words))
        };
        ("les crochets doubles d’autres outils ne font pas de lien ici : ils seront lus tels quels", help)
    })
}
