//! What stands around every page: the links of its head, the site's header and footer.
//!
//! They only differ by which of the site's links is the page's own, or leads to its part of the site. So
//! each is rendered once for all the pages of which that is the same, and given to their templates.

use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock};

use serde_json::json;
use tera::{Context, Tera, TeraResult, Value};

use crate::render::SITEMAP_PAGE;
use crate::render::view::{PageView, SiteView};

/// The names under which templates find them, and the template of each, where the theme has it.
const PARTS: [(&str, &str); 3] =
    [("links", "partials/links.html"), ("header", "partials/header.html"), ("footer", "partials/footer.html")];

/// Headers and footers, rendered when they are first asked for.
#[derive(Default)]
pub(super) struct Frame {
    /// The addresses that the site's menu and footer lead to.
    linked: Vec<String>,
    rendered: RwLock<BTreeMap<Place, Parts>>,
}

/// In the order of [`PARTS`]; none for those that the theme has no template for.
type Parts = [Option<Value>; PARTS.len()];

/// Where a page stands among the links of the frame, by their order: its own, and its part's.
type Place = (Option<usize>, Option<usize>);

impl Frame {
    pub fn of(site: &SiteView) -> Self {
        let menu = site.menu.iter().map(|entry| entry.url.clone());
        let footer = site.footer.iter().map(|link| link.url.clone());
        let linked = menu.chain(footer).chain([SITEMAP_PAGE.to_owned()]).collect();
        Self { linked, rendered: RwLock::default() }
    }

    /// Gives a page's context its header and footer.
    pub fn put_around(&self, page: &PageView, tera: &Tera, context: &mut Context) -> TeraResult<()> {
        let place = (self.linked_at(Some(&page.url)), self.linked_at(page.menu_url.as_deref()));
        let known = self.rendered.read().unwrap_or_else(PoisonError::into_inner).get(&place).cloned();
        let parts = if let Some(parts) = known {
            parts
        } else {
            let parts = self.render(place, tera)?;
            self.rendered.write().unwrap_or_else(PoisonError::into_inner).insert(place, parts.clone());
            parts
        };
        for ((name, _), part) in PARTS.into_iter().zip(parts) {
            context.insert_value(name, part.unwrap_or_else(Value::none));
        }
        Ok(())
    }

    fn linked_at(&self, url: Option<&str>) -> Option<usize> {
        self.linked.iter().position(|linked| Some(linked.as_str()) == url)
    }

    fn render(&self, (own, part): Place, tera: &Tera) -> TeraResult<Parts> {
        let url = |at: Option<usize>| at.map(|at| &self.linked[at]);
        let mut context = Context::new();
        context.insert("page", &json!({ "url": url(own), "menu_url": url(part) }));
        let mut parts = Parts::default();
        for (part, (_, template)) in parts.iter_mut().zip(PARTS) {
            if tera.get_template_names().any(|name| name == template) {
                *part = Some(Value::safe_string(tera.render(template, &context)?.trim_end()));
            }
        }
        Ok(parts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::Diffusion;
    use crate::render::view::{LinkView, MenuEntry};

    fn site() -> SiteView {
        let entry = |url: &str| MenuEntry { title: url.to_owned(), url: url.to_owned(), entrance: None };
        SiteView {
            name: "Anime".to_owned(),
            tagline: None,
            url: String::new(),
            language: "fr".to_owned(),
            menu: vec![entry("/savoir/"), entry("/faire/")],
            footer: vec![LinkView { title: "Contact".to_owned(), url: "/contact/".to_owned() }],
            feed_url: "/atom.xml",
            diffusion: Diffusion::Interne,
        }
    }

    fn around(frame: &Frame, tera: &Tera, url: &str, menu_url: Option<&str>) -> (String, Value) {
        let page = PageView { url: url.to_owned(), menu_url: menu_url.map(str::to_owned), ..PageView::default() };
        let mut context = Context::new();
        frame.put_around(&page, tera, &mut context).unwrap();
        let header = context.get("header").unwrap().as_str().unwrap().to_owned();
        (header, context.get("footer").unwrap().clone())
    }

    #[test]
    fn each_page_gets_the_marks_of_its_own_place() {
        let mut tera = Tera::default();
        let header = "{% for item in site.menu %}{{ item.url }}{% if item.url == page.url %} own{% elif item.url == \
                      page.menu_url %} part{% endif %};{% endfor %}";
        tera.add_raw_template("partials/header.html", header).unwrap();
        tera.global_context().insert("site", &site());
        let frame = Frame::of(&site());
        for _ in 0..2 {
            assert_eq!(around(&frame, &tera, "/savoir/", Some("/savoir/")).0, "/savoir/ own;/faire/;");
            assert_eq!(around(&frame, &tera, "/savoir/a/", Some("/savoir/")).0, "/savoir/ part;/faire/;");
            assert_eq!(around(&frame, &tera, "/faire/a/", Some("/faire/")).0, "/savoir/;/faire/ part;");
            assert_eq!(around(&frame, &tera, "/b/", None).0, "/savoir/;/faire/;");
        }
        // All pages below one part share what was rendered.
        around(&frame, &tera, "/savoir/b/", Some("/savoir/"));
        assert_eq!(frame.rendered.read().unwrap().len(), 4);
        let (_, footer) = around(&frame, &tera, "/b/", None);
        assert!(footer.is_none(), "the theme has no footer");
    }
}
