//! The little of HTML that a journey reads: titles, addresses, hidden fields, text.
//!
//! The pages are our own templates', with quoted attributes; this is no parser for others'.

/// The text of the `<title>`.
pub fn title(page: &str) -> String {
    text(between(page, "<title>", "</title>").unwrap_or_default())
}

/// The text of the first `<h1>`.
pub fn heading(page: &str) -> Option<String> {
    let start = page.find("<h1")?;
    between(&page[start..], ">", "</h1>").map(text)
}

/// Name and value of each hidden field, in order.
pub fn hidden_fields(page: &str) -> Vec<(String, String)> {
    tags(page, "input")
        .filter(|tag| attribute(tag, "type").as_deref() == Some("hidden"))
        .filter_map(|tag| Some((attribute(tag, "name")?, attribute(tag, "value").unwrap_or_default())))
        .collect()
}

/// The `href` of each link, in order.
pub fn links(page: &str) -> Vec<String> {
    tags(page, "a").filter_map(|tag| attribute(tag, "href")).collect()
}

/// The opening tags called `name`, each from `<` to `>`.
pub fn tags<'a>(page: &'a str, name: &'a str) -> impl Iterator<Item = &'a str> {
    page.match_indices('<').filter_map(move |(start, _)| {
        let tag = &page[start..];
        let after = tag[1..].strip_prefix(name)?;
        after.starts_with([' ', '>', '\n', '/']).then(|| tag.split_inclusive('>').next())?
    })
}

/// The value of an attribute of an opening tag, with its entities read.
pub fn attribute(tag: &str, name: &str) -> Option<String> {
    let start = tag.find(&format!(" {name}=\""))? + name.len() + 3;
    tag[start..].split('"').next().map(read_entities)
}

/// The text that a person reads: no tag, and one space where there are several. The no-break
/// spaces of French stay.
pub fn text(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        text.push_str(&rest[..start]);
        text.push(' ');
        rest = rest[start..].split_once('>').map_or("", |(_, after)| after);
    }
    text.push_str(rest);
    read_entities(&text).split([' ', '\n', '\t', '\r']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The text with the spaces of French as plain ones, the way that people type and search it.
pub fn plain(page: &str) -> String {
    text(page).replace(['\u{a0}', '\u{202f}'], " ")
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let start = text.find(before)? + before.len();
    text[start..].split_once(after).map(|(inside, _)| inside)
}

pub(crate) fn read_entities(text: &str) -> String {
    [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#x27;", "'"),
        ("&#39;", "'"),
        ("&#x2F;", "/"),
        ("&nbsp;", "\u{a0}"),
        ("&amp;", "&"),
    ]
    .iter()
    .fold(text.to_owned(), |text, (entity, character)| text.replace(entity, character))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_read_as_a_person_would() {
        let page = "<title>Erreur&nbsp;: l&#x27;envoi</title><h1 class=\"x\">Un <b>post-it</b></h1>\n\
                    <input type=\"hidden\" name=\"_cle\" value=\"a&amp;b\"><input name=\"q\" value=\"\">\
                    <a class=\"y\" href=\"/aide/\">Aide</a><abbr>";
        assert_eq!(title(page), "Erreur\u{a0}: l'envoi");
        assert_eq!(heading(page).as_deref(), Some("Un post-it"));
        assert_eq!(hidden_fields(page), [("_cle".to_owned(), "a&b".to_owned())]);
        assert_eq!(links(page), ["/aide/"]);
    }
}
