//! `sitemap.xml` (protocol 0.9) and `robots.txt`: what search engines are told.
//!
//! It lists what it is given. Which pages are public is decided before: a page that stays inside
//! the hospital never comes here.

use std::fmt::Write;

use jiff::civil::Date;

use crate::xml::escape;

/// The most addresses that a sitemap may hold, by its protocol.
pub const MAX_ADDRESSES: usize = 50_000;

/// The most bytes that a sitemap may weigh, by its protocol (50 MiB).
pub const MAX_BYTES: usize = 52_428_800;

/// A page of the sitemap.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SitemapEntry {
    /// Its absolute address, percent-encoded.
    pub url: String,
    /// When it last changed, if that is known.
    pub last_modified: Option<Date>,
}

/// Why no sitemap can be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TooLarge {
    /// More addresses than [`MAX_ADDRESSES`].
    #[error("le plan du site pour les moteurs de recherche ne peut dépasser {MAX_ADDRESSES} pages : il y en a {0}")]
    Addresses(usize),
    /// More bytes than [`MAX_BYTES`].
    #[error("le plan du site pour les moteurs de recherche ne peut dépasser {MAX_BYTES} octets : il en pèse {0}")]
    Bytes(usize),
}

/// The sitemap, sorted by address.
///
/// # Errors
/// When it exceeds what the protocol allows; search engines would ignore it whole.
pub fn sitemap(mut entries: Vec<SitemapEntry>) -> Result<String, TooLarge> {
    if entries.len() > MAX_ADDRESSES {
        return Err(TooLarge::Addresses(entries.len()));
    }
    entries.sort();
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    for entry in &entries {
        let lastmod = entry.last_modified.map(|date| format!("<lastmod>{date}</lastmod>")).unwrap_or_default();
        writeln!(xml, "<url><loc>{}</loc>{lastmod}</url>", escape(&entry.url))
            .expect("writing to a String cannot fail");
    }
    xml.push_str("</urlset>\n");
    if xml.len() > MAX_BYTES {
        return Err(TooLarge::Bytes(xml.len()));
    }
    Ok(xml)
}

/// `robots.txt`: search engines may read all but the folders `closed` (`/suivi/`), and find the
/// sitemap at its absolute address. Without a sitemap, which is what a site for the hospital
/// alone has, they are asked to stay away.
pub fn robots(sitemap_url: Option<&str>, closed: &[&str]) -> String {
    let Some(sitemap_url) = sitemap_url else { return "User-agent: *\nDisallow: /\n".to_owned() };
    let mut text = String::from("User-agent: *\n");
    for folder in closed {
        text.push_str("Disallow: ");
        text.push_str(folder);
        text.push('\n');
    }
    if closed.is_empty() {
        text.push_str("Disallow:\n");
    }
    text.push_str("\nSitemap: ");
    text.push_str(sitemap_url);
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(url: impl Into<String>) -> SitemapEntry {
        SitemapEntry { url: url.into(), last_modified: None }
    }

    #[test]
    fn pages_are_listed_by_address_with_their_date() {
        let dated =
            SitemapEntry { last_modified: Some(jiff::civil::date(2026, 11, 22)), ..entry("https://exemple.fr/") };
        insta::assert_snapshot!(sitemap(vec![entry("https://exemple.fr/b/?a=1&b=2"), dated]).unwrap(), @r#"
        <?xml version="1.0" encoding="utf-8"?>
        <urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
        <url><loc>https://exemple.fr/</loc><lastmod>2026-11-22</lastmod></url>
        <url><loc>https://exemple.fr/b/?a=1&amp;b=2</loc></url>
        </urlset>
        "#);
    }

    #[test]
    fn a_sitemap_that_engines_would_ignore_is_refused() {
        let pages = |count: usize| (0..count).map(|number| entry(format!("https://exemple.fr/{number}/"))).collect();
        assert!(sitemap(pages(MAX_ADDRESSES)).is_ok());
        assert_eq!(sitemap(pages(MAX_ADDRESSES + 1)), Err(TooLarge::Addresses(50_001)));
        assert!(matches!(sitemap(vec![entry("x".repeat(MAX_BYTES))]), Err(TooLarge::Bytes(_))));
    }

    #[test]
    fn robots_are_let_in_only_where_there_is_a_sitemap() {
        assert_eq!(robots(None, &["/suivi/"]), "User-agent: *\nDisallow: /\n");
        assert_eq!(
            robots(Some("https://exemple.fr/sitemap.xml"), &["/suivi/", "/moderation/"]),
            "User-agent: *\nDisallow: /suivi/\nDisallow: /moderation/\n\nSitemap: https://exemple.fr/sitemap.xml\n"
        );
        assert!(robots(Some("https://exemple.fr/sitemap.xml"), &[]).contains("Disallow:\n"));
    }
}
