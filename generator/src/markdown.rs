//! Markdown bodies: from the author's text to HTML, in one pass and two stages.
//!
//! [`parse`] reads a body, reports what is wrong with it and keeps HTML in which links and
//! images are still open: where they lead is only known once every page of the site is.
//! [`Document::render`] fills them in. A body split at its level-2 headings gives the steps of
//! a guide and the articles of a charter. No byte of the author reaches the HTML unescaped
//! but the few tags of [`raw_html`]; bodies are never templates, `{{ x }}` is text.

mod component;
mod escape;
mod fences;
mod footnotes;
mod fragment;
mod headings;
mod limits;
mod links;
mod lists;
mod meant;
mod plain;
mod raw_html;
mod report;
mod tables;
mod weight;
mod writer;

use std::ops::Range;
use std::sync::OnceLock;

use crate::diagnostic::Diagnostics;
use crate::lint;
use crate::source::SourceFile;

pub use self::escape::{escape_attribute, escape_text};
pub(crate) use self::links::{is_local, local};
pub(crate) use self::meant::{between_quotes, is_telephone, looks_like_an_address, without_spaces};
pub use self::plain::plain_text;
pub use self::report::Report;
pub(crate) use self::report::quoted;

use self::fragment::{Fragment, Mode};

/// A body that was read: HTML in which links are still open.
#[derive(Debug, Default)]
pub struct Document {
    lead: Fragment,
    /// What stands under each level-2 heading, in order.
    pub sections: Vec<Section>,
    footnotes: Fragment,
    /// How many task list items come before the first level-2 heading.
    pub lead_tasks: usize,
    /// Every heading, in order.
    pub headings: Vec<Heading>,
    /// Every link and image, in order: the index is what [`Document::render`] asks for.
    pub links: Vec<Link>,
    /// Whether it was refused as a whole, so that its anchors are not known.
    pub is_unread: bool,
    /// Indexes of [`Document::headings`] by anchor, for documents that have many.
    sorted_anchors: OnceLock<Vec<usize>>,
}

/// A level-2 heading and what stands under it, up to the next one.
#[derive(Debug)]
pub struct Section {
    /// Index of its heading in [`Document::headings`].
    pub heading: usize,
    /// How many task list items it has: each step of a guide needs one.
    pub tasks: usize,
    body: Fragment,
}

/// A heading, and the anchor that leads to it.
#[derive(Debug)]
pub struct Heading {
    /// The anchor, unique in the document.
    pub id: String,
    /// From 2 to 6.
    pub level: u8,
    /// Its words as the author typed them, without markup.
    pub text: String,
    /// Bytes of the file.
    pub range: Range<usize>,
    title: Fragment,
}

/// Whether a link leads somewhere or shows an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkKind {
    /// `[label](target)` or `<target>`.
    Link,
    /// `![label](target)`.
    Image,
}

/// A link or an image as it was written. Its scheme is one that we accept.
#[derive(Debug)]
pub struct Link {
    /// Link or image.
    pub kind: LinkKind,
    /// Where it leads, without spaces around: `../a.md#b`, `#b`, `formulaire:contact`.
    pub target: String,
    /// The words of the link, or the text alternative of the image.
    pub label: String,
    /// Bytes of the whole link in the file.
    pub range: Range<usize>,
    /// Whether the type and the weight of its file are shown.
    pub shows_weight: bool,
    /// The title of an image.
    title: String,
}

/// What a link or image becomes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Resolution {
    /// A link to `url`, which is escaped here.
    Href {
        /// Where it leads.
        url: String,
        /// Whether it leaves the site.
        external: bool,
    },
    /// A link to a file of the content, whose type and weight are shown.
    File {
        /// Where it is.
        url: String,
        /// How much there is to load.
        size_bytes: u64,
    },
    /// HTML that stands in the place of the link and of its label.
    Value(String),
    /// An image.
    Image {
        /// Where it is.
        url: String,
        /// In pixels.
        width: Option<u32>,
        /// In pixels.
        height: Option<u32>,
    },
    /// Nothing is known of the target: the label stands alone.
    Broken,
}

/// The HTML of a body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rendered {
    /// What comes before the first level-2 heading.
    pub lead: String,
    /// What stands under each level-2 heading.
    pub sections: Vec<RenderedSection>,
    /// The notes as one `<section>`; empty when there are none.
    pub footnotes: String,
    /// Every heading, for a table of contents.
    pub headings: Vec<RenderedHeading>,
}

/// The HTML of one level-2 heading and of what stands under it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenderedSection {
    /// The anchor.
    pub id: String,
    /// HTML inside the heading.
    pub title: String,
    /// HTML under the heading.
    pub body: String,
}

/// A heading for a table of contents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenderedHeading {
    /// The anchor.
    pub id: String,
    /// From 2 to 6.
    pub level: u8,
    /// HTML without link, image or note, so that it may stand inside a link.
    pub title: String,
}

/// Reads the bytes `range` of a file as a Markdown body and reports what is wrong with it.
pub fn parse(source: &SourceFile, range: Range<usize>, diagnostics: &Diagnostics) -> Document {
    let report = Report::new(source, range.start, diagnostics);
    let body = &source.text[range];
    let signs = lint::signs::of(body);
    if lint::conflict::report(body, &signs, &report)
        || limits::is_html_page(body, &report)
        || limits::is_unreadable(body, &report)
    {
        report.finish();
        return Document { is_unread: true, ..Document::default() };
    }
    let (document, prose) = writer::write(body, &report);
    if !document.is_unread {
        lint::check(body, &signs, &prose, &report);
    }
    report.finish();
    document
}

impl Document {
    /// The anchors that a link may name.
    pub fn anchors(&self) -> impl Iterator<Item = &str> {
        self.headings.iter().map(|heading| heading.id.as_str())
    }

    /// Whether a link may name this anchor.
    pub fn has_anchor(&self, anchor: &str) -> bool {
        const FEW: usize = 32;
        if self.headings.len() <= FEW {
            return self.anchors().any(|id| id == anchor);
        }
        let sorted = self.sorted_anchors.get_or_init(|| {
            let mut sorted: Vec<usize> = (0..self.headings.len()).collect();
            sorted.sort_unstable_by_key(|at| self.headings[*at].id.as_str());
            sorted
        });
        sorted.binary_search_by_key(&anchor, |at| self.headings[*at].id.as_str()).is_ok()
    }

    /// The heading of each section with the section.
    pub fn titled_sections(&self) -> impl Iterator<Item = (&Heading, &Section)> {
        self.sections.iter().map(|section| (&self.headings[section.heading], section))
    }

    /// Fills the links in: `resolve` gives what becomes of the link with that index.
    pub fn render<'r>(&self, resolve: impl Fn(usize) -> &'r Resolution) -> Rendered {
        let html = |fragment: &Fragment, mode| {
            let mut out = String::new();
            fragment.render(&self.links, &resolve, mode, &mut out);
            out
        };
        Rendered {
            lead: html(&self.lead, Mode::Page),
            sections: self
                .titled_sections()
                .map(|(heading, section)| RenderedSection {
                    id: heading.id.clone(),
                    title: html(&heading.title, Mode::Page),
                    body: html(&section.body, Mode::Page),
                })
                .collect(),
            footnotes: html(&self.footnotes, Mode::Page),
            headings: self
                .headings
                .iter()
                .map(|heading| RenderedHeading {
                    id: heading.id.clone(),
                    level: heading.level,
                    title: html(&heading.title, Mode::Contents),
                })
                .collect(),
        }
    }
}

impl Rendered {
    /// The whole body in one piece.
    pub fn html(&self) -> String {
        let sections = self.sections.iter().map(|s| s.id.len() + s.title.len() + s.body.len() + 24).sum::<usize>();
        let mut html = String::with_capacity(self.lead.len() + sections + self.footnotes.len());
        html.push_str(&self.lead);
        for section in &self.sections {
            headings::write_start(2, &section.id, &mut html);
            html.push_str(&section.title);
            headings::write_end(2, &mut html);
            html.push_str(&section.body);
        }
        html.push_str(&self.footnotes);
        html
    }
}

#[cfg(test)]
mod tests;
