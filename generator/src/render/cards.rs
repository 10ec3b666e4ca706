//! Cards, drawn once for all the lists that show them.
//!
//! A page is a card in its section, under each of its tags, on the home: with thousands of pages,
//! drawing each card anew would be half of the work of a build.

use std::sync::{Arc, OnceLock};

use foldhash::HashMap;
use tera::Context;

use super::graph::{Fact, Fingerprints, LastingFact, Notes};
use super::{Inputs, Renderer};
use crate::diagnostic::Diagnostic;
use crate::site::PageId;

/// The HTML of a card.
pub type DrawnCard = Arc<str>;

/// The cards of one build, drawn when they are first asked for.
#[derive(Debug, Default)]
pub struct Cards {
    /// By page; the second of a pair names the space of the page.
    drawn: Vec<[OnceLock<Drawn>; 2]>,
    before: CardMemory,
}

#[derive(Clone, Debug)]
struct Drawn {
    html: Result<DrawnCard, Diagnostic>,
    facts: Vec<Fact>,
}

/// The cards of the last build, by page and by whether they name its space, with what they
/// depended on.
pub type CardMemory = HashMap<(u64, bool), (DrawnCard, Vec<(LastingFact, u64)>)>;

impl Cards {
    /// Nothing is drawn yet; `before` are cards whose theme and forms are those of this build.
    pub fn new(pages: usize, before: CardMemory) -> Self {
        Self { drawn: (0..pages).map(|_| [const { OnceLock::new() }; 2]).collect(), before }
    }

    /// Draws a card, or gives it as it was drawn, with what it depends on.
    pub(super) fn draw(
        &self,
        inputs: &Inputs<'_>,
        id: PageId,
        named: bool,
    ) -> (&Result<DrawnCard, Diagnostic>, &[Fact]) {
        let drawn = self.drawn[id][usize::from(named)].get_or_init(|| {
            if let Some(drawn) = self.remembered(inputs, id, named) {
                return drawn;
            }
            let notes = inputs.fingerprints.map(|_| Notes::default());
            let renderer = Renderer::new(inputs, notes.as_ref());
            let mut context = Context::new();
            context.insert("card", &renderer.card(id));
            context.insert("named", &named);
            let html = inputs.theme.render("card.html", &context).map(|html| html.trim_end().into());
            Drawn { html, facts: notes.map(Notes::into_facts).unwrap_or_default() }
        });
        (&drawn.html, &drawn.facts)
    }

    fn remembered(&self, inputs: &Inputs<'_>, id: PageId, named: bool) -> Option<Drawn> {
        let fingerprints = inputs.fingerprints?;
        let (html, facts) = self.before.get(&(inputs.site.pages[id].parsed.key, named))?;
        let facts: Option<Vec<Fact>> = facts.iter().map(|(fact, value)| fingerprints.same(*fact, *value)).collect();
        Some(Drawn { html: Ok(Arc::clone(html)), facts: facts? })
    }

    /// What the next build may use again: what was drawn now, and what was not asked for this time.
    pub fn into_memory(self, fingerprints: &Fingerprints<'_>) -> CardMemory {
        let mut memory = self.before;
        for (id, variants) in self.drawn.into_iter().enumerate() {
            for (named, drawn) in [false, true].into_iter().zip(variants) {
                if let Some(Drawn { html: Ok(html), facts }) = drawn.into_inner() {
                    let facts = facts.into_iter().map(|fact| fingerprints.lasting(fact)).collect();
                    memory.insert((fingerprints.key(id), named), (html, facts));
                }
            }
        }
        if memory.len() > 2 * fingerprints.page_count() {
            memory.retain(|(key, _), _| fingerprints.knows(*key));
        }
        memory
    }
}
