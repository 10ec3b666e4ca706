//! Pages as lists show them, drawn once for all the lists that do.
//!
//! A page is a card in its section, under each of its tags, on the home, and a line of the site's plan:
//! with thousands of pages, drawing each anew would be half of the work of a build. A list is the pieces
//! of its pages one after the other, which no template takes apart again.

use std::sync::OnceLock;

use tera::Context;

use super::graph::{Fact, Fingerprints, LastingFact, Notes};
use super::{Inputs, Renderer};
use crate::alongside::Alongside;
use crate::diagnostic::Diagnostic;
use crate::site::PageId;

/// How a list shows a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// A card.
    Card,
    /// A card that names the space of the page.
    NamedCard,
    /// A line of the site's plan.
    Line,
}

/// How many looks there are, of which this is the last.
const LOOKS: usize = Look::Line as usize + 1;

/// The pieces of one build, drawn when they are first asked for.
#[derive(Debug, Default)]
pub struct Cards {
    /// By page and look.
    drawn: Vec<[OnceLock<Box<Drawn>>; LOOKS]>,
    /// Of the last build, in the order of the pages of this one; of a single build there are none.
    before: CardMemory,
}

#[derive(Clone, Debug)]
struct Drawn {
    html: Result<Box<str>, Diagnostic>,
    facts: Vec<Fact>,
}

/// The pieces of the last build, by what stands for a page.
pub type CardMemory = Alongside<u64, [Option<Remembered>; LOOKS]>;

/// A piece of the last build, with what it depended on.
#[derive(Debug)]
pub struct Remembered {
    html: Box<str>,
    facts: Box<[(LastingFact, u64)]>,
}

impl Cards {
    /// Nothing is drawn yet of these many pages.
    pub fn new(pages: usize) -> Self {
        Self { drawn: (0..pages).map(|_| [const { OnceLock::new() }; LOOKS]).collect(), ..Self::default() }
    }

    /// As [`new`](Self::new); `before` are pieces whose theme and forms are those of this build.
    pub fn since(mut before: CardMemory, fingerprints: &Fingerprints<'_>) -> Self {
        before.of(fingerprints.keys_of_pages().iter());
        Self { before, ..Self::new(fingerprints.keys_of_pages().len()) }
    }

    /// Draws a page, or gives it as it was drawn; what it depends on is noted.
    pub(super) fn draw(
        &self,
        inputs: &Inputs<'_>,
        id: PageId,
        look: Look,
        notes: Option<&Notes>,
    ) -> Result<&str, &Diagnostic> {
        if let Some(html) = self.remembered(inputs, id, look, notes) {
            return Ok(html);
        }
        let drawn = self.drawn[id][look as usize].get_or_init(|| {
            let notes = inputs.fingerprints.map(|_| Notes::default());
            let html = draw(&Renderer::new(inputs, notes.as_ref()), id, look);
            Box::new(Drawn { html, facts: notes.map(Notes::into_facts).unwrap_or_default() })
        });
        if let Some(notes) = notes {
            notes.add(&drawn.facts);
        }
        drawn.html.as_deref()
    }

    /// A piece of the last build, if it still is what it was.
    fn remembered(&self, inputs: &Inputs<'_>, id: PageId, look: Look, notes: Option<&Notes>) -> Option<&str> {
        let fingerprints = inputs.fingerprints?;
        let Remembered { html, facts } = self.before.known().get(id)?.as_ref()?[look as usize].as_ref()?;
        if !facts.iter().all(|(fact, value)| fingerprints.holds(*fact, *value)) {
            return None;
        }
        if let Some(notes) = notes {
            facts
                .iter()
                .filter_map(|(fact, value)| fingerprints.same(*fact, *value))
                .for_each(|fact| notes.add(&[fact]));
        }
        Some(html)
    }

    /// What the next build may use again: what was drawn now, and what was not asked for this time.
    pub fn into_memory(self, fingerprints: &Fingerprints<'_>) -> CardMemory {
        let mut memory = self.before;
        let known = memory.of(fingerprints.keys_of_pages().iter());
        for (known, looks) in known.iter_mut().zip(self.drawn) {
            for (look, drawn) in looks.into_iter().enumerate() {
                let Some(drawn) = drawn.into_inner() else { continue };
                if let Drawn { html: Ok(html), facts } = *drawn {
                    let facts = facts.into_iter().map(|fact| fingerprints.lasting(fact)).collect();
                    known.get_or_insert_default()[look] = Some(Remembered { html, facts });
                }
            }
        }
        memory
    }
}

fn draw(renderer: &Renderer<'_>, id: PageId, look: Look) -> Result<Box<str>, Diagnostic> {
    let mut context = Context::new();
    let template = if look == Look::Line {
        context.insert("line", &renderer.line(id));
        "plan-line.html"
    } else {
        context.insert("card", &renderer.card(id));
        context.insert("named", &(look == Look::NamedCard));
        "card.html"
    };
    // Copied: there are thousands, and what a template is rendered into has room to spare.
    renderer.theme.render(template, &context).map(|html| html.as_str().into())
}
