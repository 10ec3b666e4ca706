//! The words of an HTML that this module wrote, for feeds, descriptions and search.

/// The text of HTML written by [`Document::render`](super::Document::render), with one space
/// between blocks, and without calls of notes.
pub fn plain_text(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find(['<', '&', '\n']) {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        if rest.starts_with('&') {
            rest = push_entity(rest, &mut text);
        } else if let Some(after) = rest.strip_prefix('\n') {
            push_space(&mut text);
            rest = after;
        } else if rest.starts_with("<sup class=\"appel\">") {
            const END: &str = "</sup>";
            rest = rest.find(END).map_or("", |end| &rest[end + END.len()..]);
        } else {
            let end = rest.find('>').map_or(rest.len(), |end| end + 1);
            if !is_inline(&rest[..end]) {
                push_space(&mut text);
            }
            rest = &rest[end..];
        }
    }
    text.push_str(rest);
    text.truncate(text.trim_end().len());
    text
}

fn push_entity<'a>(rest: &'a str, text: &mut String) -> &'a str {
    const ENTITIES: [(&str, char); 5] =
        [("&amp;", '&'), ("&lt;", '<'), ("&gt;", '>'), ("&quot;", '"'), ("&#39;", '\'')];
    for (entity, sign) in ENTITIES {
        if let Some(after) = rest.strip_prefix(entity) {
            text.push(sign);
            return after;
        }
    }
    text.push('&');
    &rest[1..]
}

fn push_space(text: &mut String) {
    if !text.is_empty() && !text.ends_with(' ') {
        text.push(' ');
    }
}

/// Whether a tag stands within a sentence.
fn is_inline(tag: &str) -> bool {
    let name = tag.trim_start_matches(['<', '/']);
    let name = &name[..name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len())];
    matches!(name, "a" | "em" | "strong" | "del" | "code" | "abbr" | "kbd" | "sub" | "sup" | "mark" | "span")
}
