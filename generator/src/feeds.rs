//! Atom feeds (RFC 4287): what is new, for a feed reader.
//!
//! A feed is made of values only. It never asks for the time: two builds of the same content give
//! the same bytes, and a reader that knows an entry by its `id` is not told of it twice.

use std::fmt;

use jiff::Timestamp;

use crate::xml::escape;

/// A feed. All addresses are absolute: a feed is read far from the site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feed {
    /// Its title.
    pub title: String,
    /// Who answers for it, usually the name of the portal; Atom demands one.
    pub author: String,
    /// The page that shows the same things to people.
    pub url: String,
    /// The feed itself; it is also its identity.
    pub self_url: String,
    /// When something of it last changed.
    pub updated: Timestamp,
    /// What it holds, newest first.
    pub entries: Vec<Entry>,
}

/// One thing in a feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What never changes about it, even when it moves: its first permalink or a `tag:` address.
    pub id: String,
    /// Where it is read now.
    pub url: String,
    /// Its title, as text.
    pub title: String,
    /// When it was first published, if that is known.
    pub published: Option<Timestamp>,
    /// When it last changed in a way worth telling.
    pub updated: Timestamp,
    /// What it is about, as text; empty for none.
    pub summary: String,
    /// The whole of it, as HTML. Relative addresses in it are taken from `url`.
    pub html: Option<String>,
}

impl Feed {
    /// The feed as a file.
    pub fn to_xml(&self) -> String {
        self.to_string()
    }
}

/// The XML of the feed.
impl fmt::Display for Feed {
    fn fmt(&self, xml: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(xml, "<?xml version=\"1.0\" encoding=\"utf-8\"?>")?;
        writeln!(xml, "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"fr\">")?;
        writeln!(xml, "<id>{}</id>", escape(&self.self_url))?;
        writeln!(xml, "<title>{}</title>", escape(&self.title))?;
        writeln!(xml, "<updated>{}</updated>", seconds(self.updated))?;
        writeln!(xml, "<author><name>{}</name></author>", escape(&self.author))?;
        writeln!(xml, "<link rel=\"self\" type=\"application/atom+xml\" href=\"{}\"/>", escape(&self.self_url))?;
        writeln!(xml, "<link rel=\"alternate\" type=\"text/html\" href=\"{}\"/>", escape(&self.url))?;
        for entry in &self.entries {
            entry.write(xml)?;
        }
        writeln!(xml, "</feed>")
    }
}

impl Entry {
    fn write(&self, xml: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = escape(&self.url);
        writeln!(xml, "<entry>")?;
        writeln!(xml, "<id>{}</id>", escape(&self.id))?;
        writeln!(xml, "<title>{}</title>", escape(&self.title))?;
        writeln!(xml, "<link rel=\"alternate\" type=\"text/html\" href=\"{url}\"/>")?;
        if let Some(published) = self.published {
            writeln!(xml, "<published>{}</published>", seconds(published))?;
        }
        writeln!(xml, "<updated>{}</updated>", seconds(self.updated))?;
        if !self.summary.is_empty() {
            writeln!(xml, "<summary>{}</summary>", escape(&self.summary))?;
        }
        if let Some(html) = &self.html {
            writeln!(xml, "<content type=\"html\" xml:base=\"{url}\">{}</content>", escape(html))?;
        }
        writeln!(xml, "</entry>")
    }
}

/// RFC 3339 in UTC, to the second: `2026-11-22T08:30:00Z`.
fn seconds(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn feed() -> Feed {
        Feed {
            title: "Post-its & idées".to_owned(),
            author: "Anime ton CHU".to_owned(),
            url: "https://exemple.fr/faire/pneumologie/".to_owned(),
            self_url: "https://exemple.fr/faire/pneumologie/atom.xml".to_owned(),
            updated: "2026-11-22T08:30:00.123456Z".parse().unwrap(),
            entries: vec![Entry {
                id: "tag:exemple.fr,2026:0a1b2c".to_owned(),
                url: "https://exemple.fr/a/?x=1&y=2".to_owned(),
                title: "<b>Café</b>\u{1f} partagé".to_owned(),
                published: None,
                updated: "2026-11-21T23:59:59+01:00".parse().unwrap(),
                summary: String::new(),
                html: Some("<p>L’équipe &amp; vous ]]></p>".to_owned()),
            }],
        }
    }

    #[test]
    fn a_feed_has_all_that_the_standard_demands() {
        insta::assert_snapshot!(feed().to_xml(), @r#"
        <?xml version="1.0" encoding="utf-8"?>
        <feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr">
        <id>https://exemple.fr/faire/pneumologie/atom.xml</id>
        <title>Post-its &amp; idées</title>
        <updated>2026-11-22T08:30:00Z</updated>
        <author><name>Anime ton CHU</name></author>
        <link rel="self" type="application/atom+xml" href="https://exemple.fr/faire/pneumologie/atom.xml"/>
        <link rel="alternate" type="text/html" href="https://exemple.fr/faire/pneumologie/"/>
        <entry>
        <id>tag:exemple.fr,2026:0a1b2c</id>
        <title>&lt;b&gt;Café&lt;/b&gt; partagé</title>
        <link rel="alternate" type="text/html" href="https://exemple.fr/a/?x=1&amp;y=2"/>
        <updated>2026-11-21T22:59:59Z</updated>
        <content type="html" xml:base="https://exemple.fr/a/?x=1&amp;y=2">&lt;p&gt;L’équipe &amp;amp; vous ]]&gt;&lt;/p&gt;</content>
        </entry>
        </feed>
        "#);
    }

    #[test]
    fn a_summary_and_a_publication_date_are_told_when_there_are() {
        let mut feed = feed();
        feed.entries[0].summary = "En deux mots".to_owned();
        feed.entries[0].published = Some(feed.updated);
        let xml = feed.to_xml();
        assert!(xml.contains("<summary>En deux mots</summary>"));
        assert!(xml.contains("<published>2026-11-22T08:30:00Z</published>"));
    }

    #[test]
    fn an_empty_feed_is_a_feed() {
        let xml = Feed { entries: Vec::new(), ..feed() }.to_xml();
        assert!(xml.ends_with("</feed>\n") && !xml.contains("<entry>"));
    }
}
