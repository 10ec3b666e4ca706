//! The pass over a body: from the parser's events to HTML with open links.
//!
//! Text is gathered until something else comes, because the parser cuts it at every sign that
//! might have been markup; typography needs whole pieces. Elements whose form depends on what
//! they hold (a heading's anchor, a table's name) are written to a fragment of their own first.

use std::mem;
use std::ops::Range;

use pulldown_cmark::{BlockQuoteKind, CowStr, Event, LinkType, Options, Parser, Tag, TagEnd};

use super::footnotes::{self, Notes};
use super::fragment::{Fragment, Hole, Mark};
use super::headings::{self, Anchors};
use super::report::Report;
use super::tables::{Names, Table};
use super::{Document, Heading, Link, LinkKind, Section, escape, limits, links, raw_html};
use crate::typography::{After, Typographer};

const OPTIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_HEADING_ATTRIBUTES)
    .union(Options::ENABLE_GFM);

/// Reads a body.
pub(super) fn write(body: &str, report: &Report) -> Document {
    let mut on_broken = |broken: pulldown_cmark::BrokenLink<'_>| {
        links::report_broken(&broken, report);
        None
    };
    let mut events = Parser::new_with_broken_link_callback(body, OPTIONS, Some(&mut on_broken)).into_offset_iter();
    let definitions: Vec<_> = events
        .reference_definitions()
        .iter()
        .map(|(label, definition)| (label.to_lowercase(), definition.span.clone()))
        .collect();
    let mut writer = Writer::new(body, report);
    for (event, range) in &mut events {
        writer.event(event, range);
    }
    writer.finish(definitions)
}

struct Writer<'a> {
    body: &'a str,
    report: &'a Report<'a>,
    document: Document,
    /// What is being written.
    current: Fragment,
    /// What was being written when a fragment of its own was started.
    suspended: Vec<Fragment>,
    /// How many elements of Markdown are open.
    depth: usize,
    text: Text,
    typographer: Typographer,
    anchors: Anchors,
    notes: Notes,
    used_references: Vec<String>,
    lists: Vec<List>,
    /// Just after the `<li` of the item being written.
    item: usize,
    /// Just after the `<p>` of the paragraph being written.
    paragraph: Mark,
    heading: Option<OpenHeading>,
    link: Option<OpenLink>,
    image: Option<OpenImage>,
    note: Option<(String, Range<usize>)>,
    table: Table,
    table_names: Names,
    cell: Option<String>,
    html: Option<HtmlBlock>,
    open_tags: Vec<OpenTag>,
    in_code: bool,
    last_level: u8,
    too_deep: bool,
}

/// Text that waits for what comes after it.
#[derive(Default)]
struct Text {
    pending: String,
    /// Bytes of the body.
    range: Range<usize>,
}

struct List {
    /// Just after its `<ul` or `<ol`.
    start: usize,
    has_tasks: bool,
}

struct OpenHeading {
    id: Option<String>,
    level: u8,
    text: String,
    splits: bool,
    range: Range<usize>,
}

struct OpenLink {
    /// `None` when the target was refused.
    index: Option<usize>,
    target: String,
    label: String,
    /// Whether its text is its address, which typography must leave alone.
    is_address: bool,
    range: Range<usize>,
}

struct OpenImage {
    target: String,
    title: String,
    alternative: String,
    /// Images within its text.
    nested: usize,
    range: Range<usize>,
}

/// A block of HTML, gathered line by line.
#[derive(Default)]
struct HtmlBlock {
    text: String,
    /// Where each line starts, in the block and in the body.
    lines: Vec<(usize, usize)>,
}

/// An HTML tag of the author that is open.
struct OpenTag {
    name: &'static str,
    /// How many elements of Markdown were open around it.
    depth: usize,
    range: Range<usize>,
}

impl<'a> Writer<'a> {
    fn new(body: &'a str, report: &'a Report<'a>) -> Self {
        Self {
            body,
            report,
            document: Document::default(),
            current: Fragment::with_capacity(body.len() + body.len() / 4),
            suspended: Vec::new(),
            depth: 0,
            text: Text::default(),
            typographer: Typographer::default(),
            anchors: Anchors::reserving(body),
            notes: Notes::default(),
            used_references: Vec::new(),
            lists: Vec::new(),
            item: 0,
            paragraph: Mark::default(),
            heading: None,
            link: None,
            image: None,
            note: None,
            table: Table::default(),
            table_names: Names::default(),
            cell: None,
            html: None,
            open_tags: Vec::new(),
            in_code: false,
            last_level: 1,
            too_deep: false,
        }
    }

    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Text(text) => self.text(&text, range),
            Event::SoftBreak => self.text("\n", range),
            Event::Start(tag) => {
                self.depth += 1;
                if self.depth > limits::MAX_DEPTH {
                    self.refuse_depth(range);
                } else if self.image.is_some() {
                    self.start_within_image(&tag);
                } else {
                    self.flush(After::More);
                    self.start(tag, range);
                }
            }
            Event::End(tag) => {
                if self.depth <= limits::MAX_DEPTH {
                    self.end(tag, range);
                }
                self.depth -= 1;
                if tag == TagEnd::HtmlBlock {
                    self.end_html_block();
                }
            }
            Event::Code(code) => self.code(&code),
            Event::FootnoteReference(label) => {
                if self.image.is_none() {
                    self.flush(After::More);
                    let call = self.notes.call(&label);
                    self.current.push(call);
                }
            }
            Event::InlineHtml(tag) => {
                if self.image.is_none() {
                    self.flush(After::More);
                    self.tag(&tag, range, false);
                }
            }
            Event::Html(line) => {
                if let Some(block) = &mut self.html {
                    block.lines.push((block.text.len(), range.start));
                    block.text.push_str(&line);
                }
            }
            Event::HardBreak => self.line_break(),
            Event::Rule => self.current.html.push_str("<hr>\n"),
            Event::TaskListMarker(done) => self.task(done),
            // Mathematics are not asked for.
            Event::InlineMath(_) | Event::DisplayMath(_) => {}
        }
    }

    fn refuse_depth(&mut self, range: Range<usize>) {
        if !mem::replace(&mut self.too_deep, true) {
            self.report.error(
                range.start..range.start + 1,
                "profondeur",
                "les éléments sont emboîtés trop profondément ici",
                "simplifiez ce passage : il manque sans doute un signe fermant",
            );
        }
    }

    // Text

    fn text(&mut self, text: &str, range: Range<usize>) {
        if let Some(image) = &mut self.image {
            image.alternative.push_str(text);
        } else if self.in_code {
            escape::escape_text(text, &mut self.current.html);
        } else {
            if self.text.pending.is_empty() {
                self.text.range.start = range.start;
            }
            self.text.pending.push_str(text);
            self.text.range.end = range.end;
        }
    }

    /// Writes the text that waits.
    fn flush(&mut self, after: After) {
        let text = mem::take(&mut self.text.pending);
        if !text.is_empty() {
            self.gather(&text);
            if text.contains("[^") {
                footnotes::report_undefined(self.body, self.text.range.clone(), self.report);
            }
            if self.link.as_ref().is_some_and(|link| link.is_address) {
                escape::escape_text(&text, &mut self.current.html);
                self.typographer.skip_object();
            } else {
                self.typographer.write::<true>(&text, after, &mut self.current.html);
            }
        }
        self.text.pending = text;
        self.text.pending.clear();
    }

    /// Adds text to all that is named after it, and counts its words.
    fn gather(&mut self, text: &str) {
        if let Some(heading) = &mut self.heading {
            heading.text.push_str(text);
        }
        if let Some(link) = &mut self.link {
            link.label.push_str(text);
        }
        if let Some(cell) = &mut self.cell {
            cell.push_str(text);
        }
        let is_word = |word: &&str| word.bytes().any(|byte| byte.is_ascii_alphanumeric() || byte >= 0xc3);
        self.document.words += text.split_ascii_whitespace().filter(is_word).count();
    }

    fn code(&mut self, code: &str) {
        if let Some(image) = &mut self.image {
            image.alternative.push_str(code);
            return;
        }
        self.flush(After::More);
        self.gather(code);
        self.typographer.skip_object();
        let html = &mut self.current.html;
        html.push_str("<code>");
        escape::escape_text(code, html);
        html.push_str("</code>");
    }

    fn line_break(&mut self) {
        if let Some(image) = &mut self.image {
            image.alternative.push(' ');
            return;
        }
        self.flush(After::End);
        self.gather(" ");
        self.current.html.push_str("<br>\n");
        self.typographer.restart();
    }

    // Elements

    fn start(&mut self, tag: Tag<'_>, range: Range<usize>) {
        match tag {
            Tag::Paragraph => {
                self.start_block("<p>");
                self.paragraph = self.current.mark();
            }
            Tag::Heading { level, id, classes, attrs } => {
                self.start_heading(level as u8, id, classes.is_empty() && attrs.is_empty(), range);
            }
            Tag::BlockQuote(kind) => self.start_quote(kind),
            Tag::CodeBlock(_) => {
                self.in_code = true;
                self.start_block("<pre tabindex=\"0\"><code>");
            }
            Tag::HtmlBlock => self.html = Some(HtmlBlock::default()),
            Tag::List(number) => self.start_list(number),
            Tag::Item => {
                self.start_block("<li>");
                self.item = self.current.html.len() - 1;
            }
            Tag::FootnoteDefinition(label) => {
                self.note = Some((label.into_string(), range));
                self.suspend();
            }
            Tag::Table(alignments) => self.table = Table::new(alignments),
            Tag::TableHead => {
                self.table.in_head = true;
                self.suspend();
                self.current.html.push_str("<thead>\n<tr>");
            }
            Tag::TableRow => {
                self.table.start_row();
                self.start_block("<tr>");
            }
            Tag::TableCell => self.start_cell(),
            Tag::Emphasis => self.current.html.push_str("<em>"),
            Tag::Strong => self.current.html.push_str("<strong>"),
            Tag::Strikethrough => self.current.html.push_str("<del>"),
            Tag::Link { link_type, dest_url, title, id } => self.start_link(link_type, &dest_url, &title, &id, range),
            Tag::Image { link_type, dest_url, title, id } => {
                self.use_reference(link_type, &id);
                self.image = Some(OpenImage {
                    target: dest_url.into_string(),
                    title: title.into_string(),
                    alternative: String::new(),
                    nested: 0,
                    range,
                });
            }
            // Not asked for in the options.
            Tag::DefinitionList
            | Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition
            | Tag::Superscript
            | Tag::Subscript
            | Tag::MetadataBlock(_) => {}
        }
    }

    fn end(&mut self, tag: TagEnd, range: Range<usize>) {
        if let TagEnd::Image = tag
            && let Some(image) = self.image.take()
        {
            self.end_image(image);
            return;
        }
        if self.image.is_some() {
            return;
        }
        let after = match tag {
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link => After::More,
            _ => After::End,
        };
        self.flush(after);
        self.close_tags_within(self.depth);
        match tag {
            TagEnd::Paragraph => self.end_paragraph(),
            TagEnd::Heading(_) => self.end_heading(),
            TagEnd::BlockQuote(Some(_)) => self.current.html.push_str("</div>\n"),
            TagEnd::BlockQuote(None) => self.current.html.push_str("</blockquote>\n"),
            TagEnd::CodeBlock => {
                self.in_code = false;
                self.current.html.push_str("</code></pre>\n");
            }
            TagEnd::List(ordered) => {
                self.lists.pop();
                self.current.html.push_str(if ordered { "</ol>\n" } else { "</ul>\n" });
            }
            TagEnd::Item => self.current.html.push_str("</li>\n"),
            TagEnd::FootnoteDefinition => {
                let text = self.resume();
                if let Some((label, range)) = self.note.take() {
                    self.notes.define(&label, text, range, self.report);
                }
            }
            TagEnd::TableHead => self.end_table_head(range),
            TagEnd::Table => self.current.html.push_str("</tbody>\n</table>\n</div>\n"),
            TagEnd::TableRow => self.current.html.push_str("</tr>\n"),
            TagEnd::TableCell => self.end_cell(),
            TagEnd::Emphasis => self.current.html.push_str("</em>"),
            TagEnd::Strong => self.current.html.push_str("</strong>"),
            TagEnd::Strikethrough => self.current.html.push_str("</del>"),
            TagEnd::Link => self.end_link(),
            TagEnd::HtmlBlock
            | TagEnd::Image
            | TagEnd::DefinitionList
            | TagEnd::DefinitionListTitle
            | TagEnd::DefinitionListDefinition
            | TagEnd::Superscript
            | TagEnd::Subscript
            | TagEnd::MetadataBlock(_) => {}
        }
    }

    fn start_block(&mut self, html: &str) {
        self.typographer.restart();
        self.current.html.push_str(html);
    }

    /// Starts a fragment of its own.
    fn suspend(&mut self) {
        self.typographer.restart();
        self.suspended.push(mem::take(&mut self.current));
    }

    /// Ends the fragment that the last [`suspend`](Self::suspend) started.
    fn resume(&mut self) -> Fragment {
        let outer = self.suspended.pop().unwrap_or_default();
        mem::replace(&mut self.current, outer)
    }

    fn end_paragraph(&mut self) {
        if self.current.is_unchanged_since(self.paragraph) {
            // Only a comment, or a tag that was refused.
            self.current.html.truncate(self.current.html.len() - "<p>".len());
        } else if let Some(index) = self.current.only_image_since(self.paragraph)
            && !self.document.links[index].title.is_empty()
        {
            self.figure(index);
        } else {
            self.current.html.push_str("</p>\n");
        }
    }

    /// Makes a figure of the paragraph that holds only the image `index`.
    fn figure(&mut self, index: usize) {
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

    fn start_heading(&mut self, level: u8, id: Option<CowStr<'_>>, plain: bool, range: Range<usize>) {
        if !plain {
            self.report.error(
                range.clone(),
                "titre-accolades",
                "les accolades à la fin d’un titre ne servent qu’à nommer son ancre",
                "écrivez {#mon-ancre}, ou « \\{ » pour montrer une accolade",
            );
        }
        let id = id.and_then(|id| self.anchors.explicit(&id, &range, self.report));
        let level = headings::checked_level(level, self.last_level, &range, self.report);
        self.last_level = level;
        let splits = level == 2 && self.depth == 1 && self.open_tags.is_empty();
        if splits {
            self.close_section();
        }
        self.heading = Some(OpenHeading { id, level, text: String::new(), splits, range });
        self.suspend();
    }

    fn end_heading(&mut self) {
        let title = self.resume();
        let Some(OpenHeading { id, level, text, splits, range }) = self.heading.take() else { return };
        let text = text.trim().replace('\n', " ");
        if text.is_empty() {
            self.report.error(range.clone(), "titre-vide", "ce titre est vide", "écrivez-le, ou retirez ses « # »");
        }
        let id = id.unwrap_or_else(|| self.anchors.from_text(&text));
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
    fn close_section(&mut self) {
        let written = self.current.take_exact();
        match self.document.sections.last_mut() {
            Some(section) => section.body = written,
            None => self.document.lead = written,
        }
    }

    fn start_quote(&mut self, kind: Option<BlockQuoteKind>) {
        let Some(kind) = kind else {
            self.start_block("<blockquote>\n");
            return;
        };
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

    // Lists

    fn start_list(&mut self, number: Option<u64>) {
        let html = &mut self.current.html;
        // A list inside an item comes after the item's text.
        if !html.is_empty() && !html.ends_with('\n') {
            html.push('\n');
        }
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
        self.lists.push(List { start, has_tasks: false });
    }

    fn task(&mut self, done: bool) {
        let Some(list) = self.lists.last_mut() else { return };
        if !mem::replace(&mut list.has_tasks, true) {
            const CLASS: &str = " class=\"taches\"";
            self.current.insert(list.start, CLASS);
            self.item += CLASS.len();
            self.paragraph.shift(CLASS.len());
        }
        let attributes = match self.document.sections.last_mut() {
            Some(section) => {
                section.tasks += 1;
                let id = &self.document.headings[section.heading].id;
                format!("{} data-tache=\"{id}-{}\"", if done { " class=\"fait\"" } else { "" }, section.tasks)
            }
            None => {
                self.document.lead_tasks += 1;
                format!("{} data-tache=\"{}\"", if done { " class=\"fait\"" } else { "" }, self.document.lead_tasks)
            }
        };
        self.current.insert(self.item, &attributes);
        self.paragraph.shift(attributes.len());
    }

    // Tables

    fn start_cell(&mut self) {
        let class = self.table.next_class();
        if self.table.in_head {
            self.cell = Some(String::new());
            self.start_block("<th scope=\"col\"");
        } else {
            self.start_block("<td");
        }
        self.current.html.push_str(class);
        self.current.html.push('>');
    }

    fn end_cell(&mut self) {
        if let Some(text) = self.cell.take() {
            self.table.name_column(text);
            self.current.html.push_str("</th>");
        } else {
            self.current.html.push_str("</td>");
        }
    }

    fn end_table_head(&mut self, range: Range<usize>) {
        let head = self.resume();
        self.table.in_head = false;
        if !self.table.has_header() {
            self.report.warning(
                range,
                "tableau-sans-titres",
                "la première ligne de ce tableau est vide",
                "donnez un titre à chaque colonne : qui écoute le tableau les entend devant chaque case",
            );
        }
        self.table_names.write_start(&self.table, &mut self.current.html);
        self.current.append(&head);
        self.current.html.push_str("</tr>\n</thead>\n<tbody>\n");
    }

    // Links and images

    fn use_reference(&mut self, link_type: LinkType, id: &str) {
        if matches!(link_type, LinkType::Reference | LinkType::Collapsed | LinkType::Shortcut) {
            self.used_references.push(id.to_lowercase());
        }
    }

    fn start_link(&mut self, link_type: LinkType, target: &str, title: &str, id: &str, range: Range<usize>) {
        self.use_reference(link_type, id);
        if !title.is_empty() {
            self.report.warning(
                range.clone(),
                "lien-titre",
                format!("le titre « {title} » de ce lien ne sera pas affiché"),
                "dites-le dans le texte du lien : un titre n’est lu ni au doigt ni au clavier",
            );
        }
        let target = if link_type == LinkType::Email { format!("mailto:{target}") } else { target.to_owned() };
        let target = links::checked_target(LinkKind::Link, &target, &range, self.report);
        let index = target.is_some().then(|| {
            self.document.links.push(Link {
                kind: LinkKind::Link,
                target: String::new(),
                label: String::new(),
                range: self.report.in_file(range.clone()),
                title: String::new(),
            });
            self.document.links.len() - 1
        });
        if let Some(index) = index {
            self.current.push(Hole::LinkStart(index));
        }
        self.link = Some(OpenLink {
            index,
            target: target.unwrap_or_default(),
            label: String::new(),
            is_address: matches!(link_type, LinkType::Autolink | LinkType::Email),
            range,
        });
    }

    fn end_link(&mut self) {
        let Some(link) = self.link.take() else { return };
        let Some(index) = link.index else { return };
        self.current.push(Hole::LinkEnd(index));
        if links::scheme(&link.target) != Some("etablissement") {
            links::check_label(&link.label, &link.range, self.report);
        }
        let kept = &mut self.document.links[index];
        kept.target = link.target;
        kept.label = link.label;
    }

    fn start_within_image(&mut self, tag: &Tag<'_>) {
        if let (Some(image), Tag::Image { .. }) = (&mut self.image, tag) {
            image.nested += 1;
        }
    }

    fn end_image(&mut self, mut image: OpenImage) {
        if image.nested > 0 {
            image.nested -= 1;
            self.image = Some(image);
            return;
        }
        let mut label = image.alternative.replace('\n', " ");
        links::check_alternative(&label, &image.range, self.report);
        let Some(target) = links::checked_target(LinkKind::Image, &image.target, &image.range, self.report) else {
            return;
        };
        if label.trim() == "décoratif" {
            label.clear();
        }
        self.gather(&label);
        self.typographer.skip_object();
        self.current.push(Hole::Image(self.document.links.len()));
        self.document.links.push(Link {
            kind: LinkKind::Image,
            target,
            label,
            range: self.report.in_file(image.range),
            title: image.title,
        });
    }

    // HTML

    fn end_html_block(&mut self) {
        let Some(block) = self.html.take() else { return };
        for piece in raw_html::pieces(&block.text) {
            match piece {
                raw_html::Piece::Text(range) => self.html_text(&block, range),
                raw_html::Piece::Tag(range) => {
                    let place = block.in_body(&range);
                    self.tag(&block.text[range], place, true);
                }
                raw_html::Piece::OpenComment(range) => self.report.error(
                    block.in_body(&(range.start..range.start + 4)),
                    "html-commentaire",
                    "ce commentaire n’est jamais fermé : tout ce qui suit disparaîtrait",
                    "fermez-le avec « --> »",
                ),
                raw_html::Piece::Skipped => {}
            }
        }
        if !self.current.html.is_empty() && !self.current.html.ends_with('\n') {
            self.current.html.push('\n');
        }
    }

    fn html_text(&mut self, block: &HtmlBlock, range: Range<usize>) {
        let text = &block.text[range.clone()];
        if text.trim().is_empty() {
            if text.contains('\n') && self.current.html.ends_with('>') {
                self.current.html.push('\n');
            }
            return;
        }
        if self.open_tags.last().is_none_or(|tag| tag.name == "details") {
            let start = range.start + text.len() - text.trim_start().len();
            self.report.warning(
                block.in_body(&(start..start + 1)),
                "html-texte",
                "ce texte suit une balise HTML : il ne sera pas mis en forme",
                "laissez une ligne vide avant et après les balises",
            );
        }
        self.text.pending.push_str(text.trim_end_matches('\n'));
        self.flush(After::End);
    }

    /// Writes one tag of the author, if it may pass.
    fn tag(&mut self, tag: &str, range: Range<usize>, in_block: bool) {
        match raw_html::read(tag, &range, self.report) {
            raw_html::Tag::Nothing => {}
            raw_html::Tag::Break => {
                self.current.html.push_str("<br>");
                self.typographer.restart();
            }
            raw_html::Tag::Start(name, _) if raw_html::is_block(name) && !in_block => {
                self.report.error(
                    range,
                    "html-bloc",
                    format!("la balise <{name}> est au milieu d’un paragraphe"),
                    "mettez-la seule sur sa ligne, avec une ligne vide avant et après",
                );
            }
            raw_html::Tag::Start(name, title) => {
                if raw_html::is_block(name) {
                    self.typographer.restart();
                }
                raw_html::write_start(name, title.as_deref(), &mut self.current.html);
                self.open_tags.push(OpenTag { name, depth: self.depth, range });
            }
            raw_html::Tag::End(name) => self.end_tag(name, range),
        }
    }

    fn end_tag(&mut self, name: &'static str, range: Range<usize>) {
        match self.open_tags.last() {
            Some(open) if open.name == name && open.depth == self.depth => {
                self.open_tags.pop();
                self.write_end_tag(name);
            }
            _ => self.report.error(
                range,
                "html-fermeture",
                format!("rien n’ouvre ici la balise </{name}>"),
                format!("ouvrez-la plus haut avec <{name}>, dans le même paragraphe ou le même bloc, ou retirez-la"),
            ),
        }
    }

    fn write_end_tag(&mut self, name: &str) {
        let html = &mut self.current.html;
        html.push_str("</");
        html.push_str(name);
        html.push('>');
        if raw_html::is_block(name) {
            html.push('\n');
        }
    }

    /// Closes, and reports, the author's tags that were opened within `depth` elements.
    fn close_tags_within(&mut self, depth: usize) {
        while let Some(open) = self.open_tags.pop_if(|open| open.depth >= depth) {
            self.write_end_tag(open.name);
            self.report.error(
                open.range,
                "html-fermeture",
                format!("la balise <{}> n’est pas fermée", open.name),
                format!("fermez-la avec </{}> dans le même paragraphe ou le même bloc", open.name),
            );
        }
    }

    // The end

    fn finish(mut self, definitions: Vec<(String, Range<usize>)>) -> Document {
        self.close_tags_within(0);
        self.close_section();
        self.report_unused(definitions);
        self.document.footnotes = self.notes.finish(self.report);
        self.report.finish(self.body.len());
        self.document
    }

    fn report_unused(&mut self, mut definitions: Vec<(String, Range<usize>)>) {
        self.used_references.sort_unstable();
        definitions.retain(|(label, _)| self.used_references.binary_search(label).is_err());
        definitions.sort_by_key(|(_, range)| range.start);
        for (label, range) in definitions {
            self.report.warning(
                range,
                "reference-inutile",
                format!("rien n’utilise le repère « {label} »"),
                format!("retirez cette ligne, ou écrivez [texte][{label}] là où le lien doit être"),
            );
        }
    }
}

impl HtmlBlock {
    /// Bytes of the block as bytes of the body.
    fn in_body(&self, range: &Range<usize>) -> Range<usize> {
        let line = self.lines.partition_point(|(start, _)| *start <= range.start).saturating_sub(1);
        let (start, in_body) = self.lines.get(line).copied().unwrap_or_default();
        let place = in_body + range.start - start;
        place..place + range.len()
    }
}
