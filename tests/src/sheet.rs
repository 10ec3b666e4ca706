//! The forms of a page as a browser would send them: every field with the value that it has when
//! the page opens.

use crate::html::{attribute, read_entities, tags};

/// A form of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// Where it is sent; empty for the page's own address.
    pub action: String,
    /// Whether it is posted.
    pub posts: bool,
    /// Each field that would be sent, in order, with its value.
    pub fields: Vec<(String, String)>,
}

/// The forms of a page, in order.
pub fn sheets(page: &str) -> Vec<Sheet> {
    let starts = page.match_indices("<form").map(|(start, _)| &page[start..]);
    starts.map(|rest| read(rest.split("</form>").next().unwrap_or(rest))).collect()
}

impl Sheet {
    /// The fields, those that are named being filled in so, or added.
    pub fn filled(&self, with: &[(&str, &str)]) -> Vec<(String, String)> {
        let kept = self.fields.iter().filter(|(name, _)| !with.iter().any(|(filled, _)| filled == name)).cloned();
        kept.chain(with.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))).collect()
    }
}

fn read(form: &str) -> Sheet {
    let opening = tags(form, "form").next().unwrap_or_default();
    let mut fields = Vec::new();
    for (start, _) in form.match_indices('<') {
        let rest = &form[start..];
        let tag = rest.split_inclusive('>').next().unwrap_or_default();
        let (Some(name), false) = (attribute(tag, "name"), has(tag, "disabled")) else { continue };
        let inside = &rest[tag.len()..];
        let value = if tag.starts_with("<input") {
            let kind = attribute(tag, "type").unwrap_or_default();
            let is_choice = matches!(kind.as_str(), "radio" | "checkbox");
            // A button is sent by who presses it.
            if matches!(kind.as_str(), "submit" | "button" | "reset") || is_choice && !has(tag, "checked") {
                continue;
            }
            attribute(tag, "value").unwrap_or_else(|| if is_choice { "on".to_owned() } else { String::new() })
        } else if tag.starts_with("<textarea") {
            let text = inside.split("</textarea>").next().unwrap_or_default();
            // The line break that follows the tag is none of the text's.
            read_entities(text.strip_prefix('\n').unwrap_or(text))
        } else if tag.starts_with("<select") {
            let options = inside.split("</select>").next().unwrap_or_default();
            let chosen = tags(options, "option").find(|option| has(option, "selected"));
            let chosen = chosen.or_else(|| tags(options, "option").next()).unwrap_or_default();
            attribute(chosen, "value").unwrap_or_default()
        } else {
            continue;
        };
        fields.push((name, value));
    }
    Sheet {
        action: attribute(opening, "action").unwrap_or_default(),
        posts: attribute(opening, "method").is_some_and(|method| method.eq_ignore_ascii_case("post")),
        fields,
    }
}

/// Whether an opening tag has an attribute without a value.
fn has(tag: &str, name: &str) -> bool {
    tag.split([' ', '>', '\n', '/']).any(|word| word == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_sent_as_a_browser_would_untouched() {
        let page = "<form action=\"/la/\" method=\"post\"><input type=\"hidden\" name=\"_cle\" value=\"a&amp;b\">\
                    <input type=\"radio\" name=\"r\" value=\"1\"><input type=\"radio\" name=\"r\" value=\"2\" checked>\
                    <input type=\"checkbox\" name=\"c\" value=\"oui\"><textarea name=\"t\">\nun &lt;b&gt;</textarea>\
                    <select name=\"s\"><option value=\"x\">X</option><option value=\"y\" selected>Y</option></select>\
                    <button name=\"b\" value=\"1\" type=\"submit\">Envoyer</button></form><form action=\"/q/\"></form>";
        let [sheet, other] = &sheets(page)[..] else { panic!("two forms") };
        assert_eq!((sheet.action.as_str(), sheet.posts), ("/la/", true));
        let fields: Vec<_> = sheet.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(fields, [("_cle", "a&b"), ("r", "2"), ("t", "un <b>"), ("s", "y")]);
        assert_eq!(sheet.filled(&[("r", "1")]).last().map(|(_, value)| value.as_str()), Some("1"));
        assert_eq!((other.action.as_str(), other.posts), ("/q/", false));
    }
}
