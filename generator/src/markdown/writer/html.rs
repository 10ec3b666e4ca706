//! HTML of the author: blocks cut in tags and text, tags that pass kept in balance.

use std::ops::Range;

use super::super::raw_html;
use super::Writer;
use crate::typography::After;

/// How many refused tags back the start of one is looked for.
const NEAR: usize = 100;

/// A block of HTML, gathered line by line.
#[derive(Default)]
pub(super) struct HtmlBlock {
    pub text: String,
    /// Where each line starts, in the block and in the body.
    pub lines: Vec<(usize, usize)>,
}

/// A tag that is open.
pub(super) struct OpenTag {
    name: &'static str,
    /// How many elements of Markdown were open around it.
    depth: usize,
    range: Range<usize>,
}

impl Writer<'_> {
    pub(super) fn end_html_block(&mut self) {
        let Some(block) = self.html.take() else { return };
        let refused_before = self.refused_tags.len();
        for piece in raw_html::pieces(&block.text) {
            match piece {
                raw_html::Piece::Text(range) => {
                    self.html_text(&block, range, self.refused_tags.len() > refused_before);
                }
                raw_html::Piece::Tag(range) => {
                    let place = block.in_body(&range);
                    self.tag(&block.text[range], place, true);
                }
                raw_html::Piece::OpenComment(range) => self.report.error(
                    block.in_body(&(range.start..range.start + 4)),
                    "html-commentaire",
                    "ce commentaire n’est jamais fermé : tout ce qui suit disparaîtrait",
                    "fermez-le avec « --> »",
                ),
                raw_html::Piece::Skipped => {}
            }
        }
        if !self.current.html.is_empty() && !self.current.html.ends_with('\n') {
            self.current.html.push('\n');
        }
    }

    pub(super) fn html_text(&mut self, block: &HtmlBlock, range: Range<usize>, in_refused: bool) {
        let text = &block.text[range.clone()];
        if text.trim().is_empty() {
            if text.contains('\n') && self.current.html.ends_with('>') {
                self.current.html.push('\n');
            }
            return;
        }
        if !in_refused && self.open_tags.last().is_none_or(|tag| tag.name == "details") {
            let start = range.start + text.len() - text.trim_start().len();
            self.report.warning(
                block.in_body(&(start..start + 1)),
                "html-texte",
                "ce texte suit une balise HTML : il ne sera pas mis en forme",
                "laissez une ligne vide avant et après les balises",
            );
        }
        let place = block.in_body(&(range.start..range.start));
        self.text.pending.push_str(text.trim_end_matches('\n'));
        self.text.range = place;
        self.flush(After::End);
    }

    /// Writes one tag of the author, if it may pass.
    pub(super) fn tag(&mut self, tag: &str, range: Range<usize>, in_block: bool) {
        let is_in_form = || self.refused_tags.iter().rev().take(NEAR).any(|open| open == "form");
        if raw_html::is_part_of_form(tag) && is_in_form() {
            return;
        }
        match raw_html::read(tag, &range, self.report) {
            raw_html::Tag::Nothing => {}
            raw_html::Tag::Refused(name) => {
                self.show_if_unknown(&name, tag, &range);
                self.refused_tags.push(name);
            }
            raw_html::Tag::RefusedEnd(name) => {
                self.show_if_unknown(&name, tag, &range);
                // What was said of its start is not said twice.
                match self.refused_tags.iter().rev().take(NEAR).position(|open| *open == name) {
                    Some(at) => drop(self.refused_tags.remove(self.refused_tags.len() - 1 - at)),
                    None => raw_html::refuse(&name, tag, "", &range, self.report),
                }
            }
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

    fn show_if_unknown(&mut self, name: &str, tag: &str, range: &Range<usize>) {
        if raw_html::is_unknown(name) {
            self.text.pending.push_str(tag);
            self.text.range = range.start..range.start;
            self.flush(After::More);
        }
    }

    pub(super) fn end_tag(&mut self, name: &'static str, range: Range<usize>) {
        match self.open_tags.last() {
            Some(open) if open.name == name && open.depth == self.depth => {
                self.close_components_within_last_tag();
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

    pub(super) fn write_end_tag(&mut self, name: &str) {
        let html = &mut self.current.html;
        html.push_str("</");
        html.push_str(name);
        html.push('>');
        if raw_html::is_block(name) {
            html.push('\n');
        }
    }

    /// Closes, and reports, the author's tags that were opened within `depth` elements.
    pub(super) fn close_tags_within(&mut self, depth: usize) {
        while let Some(open) = self.open_tags.pop_if(|open| open.depth >= depth) {
            self.close_unclosed(open);
        }
    }

    /// The same for all but the first `kept` tags.
    pub(super) fn close_tags_beyond(&mut self, kept: usize) {
        while self.open_tags.len() > kept
            && let Some(open) = self.open_tags.pop()
        {
            self.close_unclosed(open);
        }
    }

    fn close_unclosed(&mut self, open: OpenTag) {
        self.write_end_tag(open.name);
        self.report.error(
            open.range,
            "html-fermeture",
            format!("la balise <{}> n’est pas fermée", open.name),
            format!("fermez-la avec </{}> dans le même paragraphe ou le même bloc", open.name),
        );
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
