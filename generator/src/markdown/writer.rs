//! The pass over a body: from the parser's events to HTML with open links.
//!
//! Text is gathered until something else comes, because the parser cuts it at every sign that
//! might have been markup; typography needs whole pieces. Elements whose form depends on what
//! they hold (a heading's anchor, a table's name) are written to a fragment of their own first.

mod blocks;
mod components;
mod html;
mod inline;
mod tables;

use std::mem;
use std::ops::Range;

use pulldown_cmark::{BrokenLink, CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use self::blocks::{List, OpenHeading};
use self::components::{ClosedComponent, OpenComponent};
use self::html::{HtmlBlock, OpenTag};
use self::inline::{OpenImage, OpenLink};
use self::tables::HeaderCell;
use super::footnotes::{self, Notes};
use super::fragment::{Fragment, Mark};
use super::headings::Anchors;
use super::report::{Report, quoted};
use super::tables::{Names, Table};
use super::{Document, escape, fences, limits, links, meant};
use crate::lint::{self, Prose};
use crate::scan;
use crate::typography::{After, Typographer};

const OPTIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_HEADING_ATTRIBUTES)
    .union(Options::ENABLE_DEFINITION_LIST)
    .union(Options::ENABLE_GFM);

/// Reads a body; also gives the pieces that readers see as words.
pub(super) fn write(body: &str, report: &Report) -> (Document, Vec<Prose>) {
    let mut on_broken = |broken: BrokenLink<'_>| {
        links::report_broken(body, &broken, report);
        None
    };
    let marked = fences::marked(body);
    let mut events = Parser::new_with_broken_link_callback(&marked, OPTIONS, Some(&mut on_broken)).into_offset_iter();
    let definitions: Vec<_> = events
        .reference_definitions()
        .iter()
        .map(|(label, definition)| (label.to_lowercase(), definition.span.clone()))
        .collect();
    let mut writer = Writer::new(body, report);
    for (event, range) in &mut events {
        writer.event(event, range);
        if report.is_full() {
            return (Document { is_unread: true, ..Document::default() }, Vec::new());
        }
    }
    writer.finish(definitions)
}

struct Writer<'a> {
    body: &'a str,
    report: &'a Report<'a>,
    document: Document,
    prose: Vec<Prose>,
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
    /// Labels and places of the definitions of notes that are open.
    open_notes: Vec<(String, Range<usize>)>,
    table: Table,
    table_names: Names,
    header_cell: Option<HeaderCell>,
    html: Option<HtmlBlock>,
    open_tags: Vec<OpenTag>,
    components: Vec<OpenComponent>,
    closed_component: Option<ClosedComponent>,
    /// How many ends may still come of blocks that had to be closed before, which was reported.
    ends_to_come: usize,
    /// Names of the tags that were refused and whose end was not met yet.
    refused_tags: Vec<String>,
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

impl<'a> Writer<'a> {
    fn new(body: &'a str, report: &'a Report<'a>) -> Self {
        Self {
            body,
            report,
            document: Document::default(),
            prose: Vec::new(),
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
            open_notes: Vec::new(),
            table: Table::default(),
            table_names: Names::default(),
            header_cell: None,
            html: None,
            open_tags: Vec::new(),
            components: Vec::new(),
            closed_component: None,
            ends_to_come: 0,
            refused_tags: Vec::new(),
            in_code: false,
            last_level: 1,
            too_deep: false,
        }
    }

    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Text(text) => {
                let text = fences::restored(&text, &self.body[range.clone()]);
                self.text(&text, range);
            }
            Event::SoftBreak => self.text("\n", range),
            Event::Start(tag) => {
                self.depth += 1;
                if self.depth > limits::MAX_DEPTH {
                    self.refuse_depth(range);
                } else if self.image.is_some() {
                    self.start_within_image(&tag);
                } else {
                    self.flush(if is_inline(&tag) { After::More } else { After::End });
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
            Event::Code(code) => self.code(&code, &range),
            Event::FootnoteReference(label) => {
                if self.image.is_none() {
                    self.flush(After::More);
                    let call = self.notes.call(&label);
                    self.current.push(call);
                }
            }
            Event::InlineHtml(tag) => {
                let written = &self.body[range.clone()];
                if written.starts_with(':') {
                    self.text(written, range);
                } else if self.image.is_none() {
                    self.flush(After::More);
                    self.tag(&tag, range, false);
                }
            }
            Event::Html(line) => {
                if let Some(block) = &mut self.html {
                    let written = &self.body[range.clone()];
                    if block.text.is_empty()
                        && let Some(fence) = fences::read(&line, written)
                    {
                        self.fence(fence, range);
                    } else {
                        block.lines.push((block.text.len(), range.start));
                        block.text.push_str(&fences::restored(&line, written));
                    }
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
                "simplifiez ce passage : il manque sans doute un signe fermant",
            );
        }
    }

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
            if scan::positions(text.as_bytes(), b'[').any(|at| text[at..].starts_with("[^")) {
                footnotes::report_undefined(self.body, self.text.range.clone(), self.report);
            }
            if self.link.as_ref().is_some_and(|link| link.is_address) {
                escape::escape_text(&text, &mut self.current.html);
                self.typographer.skip_object();
            } else {
                self.prose.push(Prose { range: self.text.range.clone(), in_link: self.link.is_some() });
                self.typographer.write::<true>(&text, after, &mut self.current.html);
            }
        }
        self.text.pending = text;
        self.text.pending.clear();
    }

    /// Adds text to all that is named after it.
    fn gather(&mut self, text: &str) {
        if let Some(heading) = &mut self.heading {
            heading.text.push_str(text);
        }
        if let Some(link) = &mut self.link {
            link.label.push_str(text);
        }
        if let Some(cell) = &mut self.header_cell {
            cell.text.push_str(text);
        }
    }

    fn start(&mut self, tag: Tag<'_>, range: Range<usize>) {
        match tag {
            Tag::Paragraph => self.start_paragraph(&range),
            Tag::Heading { level, id, classes, attrs } => {
                self.start_heading(level as u8, id, classes.is_empty() && attrs.is_empty(), range);
            }
            Tag::BlockQuote(kind) => self.start_quote(kind, &range),
            Tag::CodeBlock(kind) => {
                if kind == CodeBlockKind::Indented {
                    lint::shape::check_indented(self.body, &range, self.report);
                } else {
                    fences::check_closed(self.body, &range, self.report);
                }
                self.in_code = true;
                self.start_block("<pre tabindex=\"0\"><code>");
            }
            Tag::HtmlBlock => self.html = Some(HtmlBlock::default()),
            Tag::List(number) => self.start_list(number),
            Tag::Item => self.start_item(&range),
            Tag::FootnoteDefinition(label) => {
                self.open_notes.push((label.into_string(), range));
                self.suspend();
            }
            Tag::Table(alignments) => self.table = Table::new(alignments),
            Tag::TableHead => {
                self.table.in_head = true;
                self.suspend();
                self.current.html.push_str("<thead>\n<tr>");
            }
            Tag::TableRow => self.start_row(&range),
            Tag::TableCell => self.start_cell(),
            Tag::Emphasis => self.current.html.push_str("<em>"),
            Tag::Strong => self.current.html.push_str("<strong>"),
            Tag::Strikethrough => self.current.html.push_str("<del>"),
            Tag::Link { link_type, dest_url, title, id } => self.start_link(link_type, &dest_url, &title, &id, range),
            Tag::Image { link_type, dest_url, title, id } => {
                self.use_reference(link_type, &id);
                self.image = Some(OpenImage::new(dest_url.into_string(), title.into_string(), range));
            }
            Tag::DefinitionList => self.start_definitions(),
            Tag::DefinitionListTitle => {
                self.start_block("<dt>");
                // The `::` at the end of a block that lacks a colon reads as a definition.
                meant::check_lost_block(self.body, &range, self.report);
            }
            Tag::DefinitionListDefinition => self.start_block("<dd>"),
            // Not asked for in the options.
            Tag::Superscript | Tag::Subscript | Tag::MetadataBlock(_) => {}
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
        self.close_components_of(self.depth);
        self.close_tags_within(self.depth);
        match tag {
            TagEnd::Paragraph => self.end_paragraph(&range),
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
                if let Some((label, range)) = self.open_notes.pop() {
                    self.notes.define(&label, text, range, self.report);
                }
            }
            TagEnd::TableHead => self.end_table_head(range),
            TagEnd::Table => self.end_table(),
            TagEnd::TableRow => self.current.html.push_str("</tr>\n"),
            TagEnd::TableCell => self.end_cell(),
            TagEnd::Emphasis => self.current.html.push_str("</em>"),
            TagEnd::Strong => self.current.html.push_str("</strong>"),
            TagEnd::Strikethrough => self.current.html.push_str("</del>"),
            TagEnd::Link => self.end_link(),
            TagEnd::DefinitionList => self.current.html.push_str("</dl>\n"),
            TagEnd::DefinitionListTitle => self.current.html.push_str("</dt>\n"),
            TagEnd::DefinitionListDefinition => self.current.html.push_str("</dd>\n"),
            TagEnd::HtmlBlock | TagEnd::Image | TagEnd::Superscript | TagEnd::Subscript | TagEnd::MetadataBlock(_) => {}
        }
    }

    fn start_block(&mut self, html: &str) {
        self.typographer.restart();
        self.current.html.push_str(html);
    }

    /// Starts a fragment of its own.
    fn suspend(&mut self) {
        self.typographer.restart();
        self.closed_component = None;
        self.suspended.push(mem::take(&mut self.current));
    }

    /// Ends the fragment that the last [`suspend`](Self::suspend) started.
    fn resume(&mut self) -> Fragment {
        let outer = self.suspended.pop().unwrap_or_default();
        self.closed_component = None;
        mem::replace(&mut self.current, outer)
    }

    fn finish(mut self, definitions: Vec<(String, Range<usize>)>) -> (Document, Vec<Prose>) {
        self.close_components_of(0);
        self.close_tags_within(0);
        self.close_section();
        self.report_unused(definitions);
        self.document.footnotes = self.notes.finish(self.report);
        (self.document, self.prose)
    }

    fn report_unused(&mut self, mut definitions: Vec<(String, Range<usize>)>) {
        self.used_references.sort_unstable();
        definitions.retain(|(label, _)| self.used_references.binary_search(label).is_err());
        definitions.sort_by_key(|(_, range)| range.start);
        for (label, range) in definitions {
            let label = quoted(&label);
            self.report.warning(
                range,
                "reference-inutile",
                format!("rien n’utilise le repère « {label} »"),
                format!("retirez cette ligne, ou écrivez [texte][{label}] là où le lien doit être"),
            );
        }
    }
}

/// Whether an element stands within a sentence.
fn is_inline(tag: &Tag<'_>) -> bool {
    matches!(tag, Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. })
}
