//! Paragraphs, headings, quotes and lists. What stands between two level-2 headings is cut out here.

use std::mem;
use std::ops::Range;

use pulldown_cmark::{BlockQuoteKind, CowStr};

use super::super::fragment::{Fragment, Hole};
use super::super::{Heading, Section, escape, headings, limits, lists, meant, tables};
use super::Writer;
use crate::lint::shape;
use crate::typography::{After, Typographer};

/// A list that is open.
pub(super) struct List {
    /// Just after its `<ul` or `<ol`.
    start: usize,
    /// How many fragments were suspended when it started: in which one `start` is.
    level: usize,
    has_tasks: bool,
}

/// A heading that is open.
pub(super) struct OpenHeading {
    id: Option<String>,
    level: u8,
    pub text: String,
    /// Whether a section starts with it.
    splits: bool,
    range: Range<usize>,
}

impl Writer<'_> {
    pub(super) fn start_paragraph(&mut self, range: &Range<usize>) {
        self.start_block("<p>");
        self.paragraph = self.current.mark();
        if !lists::check_lost(self.body, range, self.report) {
            tables::check_lost(self.body, range, self.report);
        }
        headings::check_lost(self.body, range, self.report);
        meant::check_lost_block(self.body, range, self.report);
    }

    pub(super) fn end_paragraph(&mut self, range: &Range<usize>) {
        if self.depth == 1 {
            shape::check_bold_paragraph(self.body, range, self.last_level, self.report);
        }
        if self.current.is_unchanged_since(self.paragraph) {
            // Only a comment, or a tag that was refused.
            self.current.html.truncate(self.current.html.len() - "<p>".len());
            return;
        }
        let image = self.current.only_image_since(self.paragraph);
        if let Some(index) = image
            && !self.document.links[index].title.is_empty()
        {
            self.figure(index);
        } else {
            self.current.html.push_str("</p>\n");
        }
        self.note_media(image.is_some());
    }

    /// Makes a figure of the paragraph that holds only the image `index`.
    pub(super) fn figure(&mut self, index: usize) {
        let title = mem::take(&mut self.document.links[index].title);
        self.current.truncate(self.paragraph);
        let html = &mut self.current.html;
        html.truncate(html.len() - "<p>".len());
        html.push_str("<figure role=\"figure\" aria-label=\"");
        escape::escape_attribute(&title, html);
        html.push_str("\">");
        self.current.push(Hole::Image(index));
        self.current.html.push_str("<figcaption>");
        Typographer::default().write::<true>(&title, After::End, &mut self.current.html);
        self.current.html.push_str("</figcaption></figure>\n");
    }

    pub(super) fn start_heading(&mut self, level: u8, id: Option<CowStr<'_>>, plain: bool, range: Range<usize>) {
        if !plain {
            let anchor = headings::meant_anchor(&self.body[range.clone()]);
            self.report.error(
                range.clone(),
                "titre-accolades",
                "les accolades à la fin d’un titre ne servent qu’à nommer son ancre",
                format!("écrivez {{#{anchor}}}, ou « \\{{ » pour montrer une accolade"),
            );
        }
        if self.document.headings.len() >= limits::MAX_HEADINGS {
            self.report.give_up(
                range.clone(),
                "titres-trop-nombreux",
                "cette page a plus de 5 000 titres : la suite n’est pas lue",
                "coupez-la en plusieurs pages",
            );
        }
        headings::check_underlined(self.body, &range, self.report);
        let id = id.filter(|_| plain).and_then(|id| self.anchors.explicit(&id, &range, self.report));
        let is_blank = headings::is_blank(&self.body[range.clone()]);
        // Of one without words, its end says so.
        let level =
            if is_blank { level.max(2) } else { headings::checked_level(level, self.last_level, &range, self.report) };
        self.last_level = level;
        if level <= 2 {
            self.close_components_before_title();
        }
        let splits =
            level == 2 && self.depth == 1 && self.open_tags.is_empty() && self.components.is_empty() && !is_blank;
        if splits {
            self.close_section();
        }
        self.heading = Some(OpenHeading { id, level, text: String::new(), splits, range });
        self.suspend();
    }

    pub(super) fn end_heading(&mut self) {
        let title = self.resume();
        let Some(OpenHeading { id, level, text, splits, range }) = self.heading.take() else { return };
        let text = text.trim().replace('\n', " ");
        if text.is_empty() {
            self.report.warning(range.clone(), "titre-vide", "ce titre est vide", "écrivez-le, ou retirez ses « # »");
            if !splits {
                return;
            }
        }
        let id = id.unwrap_or_else(|| self.anchors.of_text(&text));
        if splits {
            let heading = self.document.headings.len();
            self.document.sections.push(Section { heading, tasks: 0, body: Fragment::default() });
        } else {
            headings::write_start(level, &id, &mut self.current.html);
            self.current.append(&title);
            headings::write_end(level, &mut self.current.html);
        }
        let range = self.report.in_file(range);
        self.document.headings.push(Heading { id, level, text, range, title });
    }

    /// Keeps what was written since the last level-2 heading.
    pub(super) fn close_section(&mut self) {
        let written = self.current.take_exact();
        self.closed_component = None;
        match self.document.sections.last_mut() {
            Some(section) => section.body = written,
            None => self.document.lead = written,
        }
    }

    pub(super) fn start_quote(&mut self, kind: Option<BlockQuoteKind>, range: &Range<usize>) {
        let Some(kind) = kind else {
            self.start_block("<blockquote>\n");
            return;
        };
        let below = self.body[range.clone()].split_once('\n').map_or("", |(_, below)| below);
        if below.trim_matches([' ', '\t', '\r', '\n', '>']).is_empty() {
            let first = self.body[range.clone()].lines().next().unwrap_or_default().len();
            self.report.warning(
                range.start..range.start + first,
                "encart-vide",
                "cet encart est vide",
                "écrivez son texte dessous, sans ligne vide, avec « > » devant chaque ligne",
            );
        }
        let (class, title) = match kind {
            BlockQuoteKind::Note => ("note", "À noter"),
            BlockQuoteKind::Tip => ("astuce", "Astuce"),
            BlockQuoteKind::Important => ("important", "Important"),
            BlockQuoteKind::Warning => ("attention", "Attention"),
            BlockQuoteKind::Caution => ("danger", "Danger"),
        };
        let html = &mut self.current.html;
        html.push_str("<div class=\"encart encart--");
        html.push_str(class);
        html.push_str("\">\n<p class=\"encart__titre\">");
        html.push_str(title);
        html.push_str("</p>\n");
    }

    pub(super) fn start_list(&mut self, number: Option<u64>) {
        self.start_on_a_line();
        let html = &mut self.current.html;
        let start = html.len() + "<ul".len();
        match number {
            None => html.push_str("<ul>\n"),
            Some(1) => html.push_str("<ol>\n"),
            Some(first) => {
                html.push_str("<ol start=\"");
                html.push_str(&first.to_string());
                html.push_str("\">\n");
            }
        }
        self.lists.push(List { start, level: self.suspended.len(), has_tasks: false });
    }

    pub(super) fn start_definitions(&mut self) {
        self.start_on_a_line();
        self.current.html.push_str("<dl>\n");
    }

    /// A list inside an item comes after the item's text.
    fn start_on_a_line(&mut self) {
        let html = &mut self.current.html;
        if !html.is_empty() && !html.ends_with('\n') {
            html.push('\n');
        }
    }

    pub(super) fn start_item(&mut self, range: &Range<usize>) {
        self.start_block("<li>");
        self.item = self.current.html.len() - 1;
        lists::check_lost_box(self.body, range, self.report);
    }

    pub(super) fn task(&mut self, done: bool) {
        let Some(list) = self.lists.last_mut() else { return };
        let (start, level) = (list.start, list.level);
        if !mem::replace(&mut list.has_tasks, true) {
            const CLASS: &str = " class=\"taches\"";
            self.insert_in_item(level, start, CLASS);
            self.item += CLASS.len();
        }
        let class = if done { " class=\"fait\"" } else { "" };
        let attributes = if let Some(section) = self.document.sections.last_mut() {
            section.tasks += 1;
            let id = &self.document.headings[section.heading].id;
            format!("{class} data-tache=\"{id}-{}\"", section.tasks)
        } else {
            self.document.lead_tasks += 1;
            format!("{class} data-tache=\"{}\"", self.document.lead_tasks)
        };
        self.insert_in_item(level, self.item, &attributes);
    }

    /// Inserts attributes in the tags of a list and its item, which stand before what is being
    /// written; a heading within the item is a fragment of its own.
    fn insert_in_item(&mut self, level: usize, at: usize, attributes: &str) {
        if let Some(suspended) = self.suspended.get_mut(level) {
            suspended.insert(at, attributes);
        } else {
            self.current.insert(at, attributes);
            self.paragraph.shift(attributes.len());
        }
    }
}
