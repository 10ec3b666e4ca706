//! A piece of HTML in which links, images and calls of notes are still open.

use super::escape::{escape_address, escape_attribute, escape_text};
use super::{Link, Resolution, footnotes, weight};

/// HTML with holes: [`Slot`]s in the order of their places.
#[derive(Debug, Default)]
pub(super) struct Fragment {
    pub html: String,
    slots: Vec<Slot>,
}

#[derive(Clone, Copy, Debug)]
struct Slot {
    /// Byte of `html` before which it stands.
    at: usize,
    what: Hole,
}

/// What is to be filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hole {
    /// The start of the link with this index.
    LinkStart(usize),
    /// Its end, after its label.
    LinkEnd(usize),
    /// The image with this index.
    Image(usize),
    /// The `nth` call of the note `number`, both from 1.
    NoteCall { number: usize, nth: usize },
}

/// Where the HTML is to stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// In the page.
    Page,
    /// In a table of contents, inside a link: no other link may stand there.
    Contents,
}

/// A place in a fragment that is being written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Mark {
    html: usize,
    slots: usize,
}

impl Mark {
    /// The byte of the HTML.
    pub fn at(self) -> usize {
        self.html
    }

    /// The same place after something was inserted before it.
    pub fn shift(&mut self, inserted: usize) {
        self.html += inserted;
    }
}

impl Fragment {
    pub fn with_capacity(bytes: usize) -> Self {
        Self { html: String::with_capacity(bytes), slots: Vec::new() }
    }

    /// Takes what is written, and keeps the room for what follows.
    pub fn take_exact(&mut self) -> Self {
        let taken = Self { html: self.html.as_str().to_owned(), slots: self.slots.clone() };
        self.html.clear();
        self.slots.clear();
        taken
    }

    pub fn push(&mut self, what: Hole) {
        self.slots.push(Slot { at: self.html.len(), what });
    }

    /// Adds a whole fragment.
    pub fn append(&mut self, other: &Fragment) {
        let shift = self.html.len();
        self.html.push_str(&other.html);
        self.slots.extend(other.slots.iter().map(|slot| Slot { at: slot.at + shift, what: slot.what }));
    }

    pub fn mark(&self) -> Mark {
        Mark { html: self.html.len(), slots: self.slots.len() }
    }

    /// Whether nothing was added since `mark`.
    pub fn is_unchanged_since(&self, mark: Mark) -> bool {
        self.mark() == mark
    }

    /// The image that is all that was added since `mark`.
    pub fn only_image_since(&self, mark: Mark) -> Option<usize> {
        match self.slots.get(mark.slots..) {
            Some([Slot { what: Hole::Image(index), .. }]) if self.html.len() == mark.html => Some(*index),
            _ => None,
        }
    }

    /// Takes back what was added since `mark`.
    pub fn truncate(&mut self, mark: Mark) {
        self.html.truncate(mark.html);
        self.slots.truncate(mark.slots);
    }

    /// Inserts HTML before byte `at`.
    pub fn insert(&mut self, at: usize, html: &str) {
        self.html.insert_str(at, html);
        for slot in self.slots.iter_mut().rev().take_while(|slot| slot.at >= at) {
            slot.at += html.len();
        }
    }

    /// Writes the HTML with its holes filled.
    pub fn render<'r>(&self, links: &[Link], resolve: &impl Fn(usize) -> &'r Resolution, mode: Mode, out: &mut String) {
        out.reserve(self.html.len() + self.slots.len() * 48);
        let mut done = 0;
        // The link whose label a value replaces.
        let mut replaced = None;
        for slot in &self.slots {
            if replaced.is_none() {
                out.push_str(&self.html[done..slot.at]);
            }
            done = slot.at;
            match slot.what {
                Hole::LinkEnd(index) if replaced == Some(index) => replaced = None,
                _ if replaced.is_some() => {}
                Hole::LinkStart(index) => match resolve(index) {
                    Resolution::Href { url, external } if mode == Mode::Page => link_start(url, *external, out),
                    Resolution::File { url, .. } if mode == Mode::Page => link_start(url, false, out),
                    Resolution::Value(value) => {
                        out.push_str(value);
                        replaced = Some(index);
                    }
                    _ => {}
                },
                Hole::LinkEnd(index) => {
                    if mode == Mode::Page
                        && let Resolution::File { url, size_bytes } = resolve(index)
                    {
                        weight::write(url, *size_bytes, out);
                        out.push_str("</a>");
                    }
                    if mode == Mode::Page && matches!(resolve(index), Resolution::Href { .. }) {
                        out.push_str("</a>");
                    }
                }
                Hole::Image(index) => match resolve(index) {
                    Resolution::Image { url, width, height } if mode == Mode::Page => {
                        image(&links[index], url, *width, *height, out);
                    }
                    _ => escape_text(&links[index].label, out),
                },
                Hole::NoteCall { number, nth } => {
                    if mode == Mode::Page {
                        footnotes::write_call(number, nth, out);
                    }
                }
            }
        }
        if replaced.is_none() {
            out.push_str(&self.html[done..]);
        }
    }
}

fn link_start(url: &str, external: bool, out: &mut String) {
    out.push_str("<a href=\"");
    escape_address(url, out);
    out.push_str(if external { "\" rel=\"external\">" } else { "\">" });
}

fn image(image: &Link, url: &str, width: Option<u32>, height: Option<u32>, out: &mut String) {
    out.push_str("<img src=\"");
    escape_address(url, out);
    out.push_str("\" alt=\"");
    escape_attribute(&image.label, out);
    if !image.title.is_empty() {
        out.push_str("\" title=\"");
        escape_attribute(&image.title, out);
    }
    for (name, value) in [("width", width), ("height", height)] {
        if let Some(value) = value {
            out.push_str("\" ");
            out.push_str(name);
            out.push_str("=\"");
            out.push_str(&value.to_string());
        }
    }
    out.push_str("\" loading=\"lazy\">");
}
