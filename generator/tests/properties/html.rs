//! A page as a browser's tokenizer sees it, as far as our pages go: tags, attributes, text.

/// A tag with what follows it.
#[derive(Debug)]
pub struct Tag {
    /// `p`, `/p`, `!doctype`
    pub name: String,
    attributes: Vec<(String, String)>,
    /// The text up to the next tag, character references undone.
    pub text: String,
}

impl Tag {
    /// The value of an attribute, character references undone.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The tag without any value: what no visitor may change.
    pub fn shape(&self) -> String {
        let names: Vec<&str> = self.attributes.iter().map(|(name, _)| name.as_str()).collect();
        format!("{} {}", self.name, names.join(" "))
    }
}

/// The tags of a page, in their order.
pub fn tags(page: &str) -> Vec<Tag> {
    let mut tags = Vec::new();
    let mut rest = page;
    while let Some(at) = rest.find('<') {
        let (tag, after) = tag(&rest[at + 1..]);
        let end = after.find('<').unwrap_or(after.len());
        tags.push(Tag { text: plain(&after[..end]), ..tag });
        rest = &after[end..];
    }
    tags
}

/// Reads a tag after its `<`; gives what stands after its `>`.
fn tag(text: &str) -> (Tag, &str) {
    let end = text.find(|c: char| c.is_ascii_whitespace() || c == '>').unwrap_or(text.len());
    let (name, mut rest) = text.split_at(end);
    let mut attributes = Vec::new();
    loop {
        rest = rest.trim_ascii_start();
        if rest.is_empty() || rest.starts_with('>') {
            let tag = Tag { name: name.to_ascii_lowercase(), attributes, text: String::new() };
            return (tag, rest.get(1..).unwrap_or_default());
        }
        let end = rest.find(|c: char| c.is_ascii_whitespace() || c == '>' || c == '=').unwrap_or(rest.len());
        let (name, after) = rest.split_at(end.max(1));
        let (value, after) = value(after);
        attributes.push((name.to_owned(), plain(value)));
        rest = after;
    }
}

/// Reads `="…"`, if it is there.
fn value(text: &str) -> (&str, &str) {
    let Some(text) = text.strip_prefix('=') else { return ("", text) };
    for quote in ['"', '\''] {
        if let Some(inner) = text.strip_prefix(quote) {
            return inner.split_once(quote).unwrap_or((inner, ""));
        }
    }
    let end = text.find(|c: char| c.is_ascii_whitespace() || c == '>').unwrap_or(text.len());
    text.split_at(end)
}

/// Undoes the character references that a template engine writes.
fn plain(text: &str) -> String {
    let known = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#x27;", "'"),
        ("&#39;", "'"),
        ("&#x2F;", "/"),
        ("&nbsp;", "\u{a0}"),
        ("&amp;", "&"),
    ];
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        let (written, meant) = known.into_iter().find(|(written, _)| rest.starts_with(written)).unwrap_or(("&", "&"));
        plain.push_str(meant);
        rest = &rest[written.len()..];
    }
    plain + rest
}
