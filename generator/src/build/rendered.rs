//! What the files of a site depended on when they were last rendered, and which of them need not be
//! rendered again.

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use foldhash::{HashMap, HashMapExt as _};
use rayon::prelude::*;

use crate::alongside::Alongside;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::digest::digest;
use crate::render::{CardMemory, Cards, Fingerprints, LastingFact, Notes, Planned, Renderer, Subject};

use super::prepared::Prepared;
use super::sink::Sink;

/// How many pages a thread takes at once.
const AT_ONCE: usize = 16;

/// What a file asked of the site, with what stands for each answer.
type Answers = Arc<[(LastingFact, u64)]>;

/// What the files of the last build depended on.
#[derive(Default)]
pub(super) struct Rendered {
    /// Stands for what is the same for all files.
    common: u64,
    /// By what stands for the path.
    files: Alongside<u64, Answers>,
    /// Files that are copied, with what stands for their bytes.
    copied: HashMap<String, u64>,
    cards: CardMemory,
    /// Thousands of small pieces that nobody asks for again: whoever is about to end need not take them apart.
    spent: Option<Cards>,
}

/// What a build adds to [`Rendered`] once its files are in place.
pub(super) struct News {
    common: u64,
    /// What stands for the paths of all its files.
    keys: Vec<u64>,
    /// Of the files that were rendered again, by their places.
    files: Vec<(usize, Answers)>,
    copied: HashMap<String, u64>,
    cards: CardMemory,
    /// Of a single build.
    spent: Option<Cards>,
    /// How many files were rendered.
    pub count: usize,
}

impl Rendered {
    /// Renders what changed since the last build into `sink`, and gives what is to be learnt
    /// of it. `None` when a template is at fault, which is reported.
    pub fn render(
        &mut self,
        prepared: &Prepared,
        files: &[Planned],
        sink: &dyn Sink,
        remembers: bool,
        diagnostics: &Diagnostics,
    ) -> anyhow::Result<Option<News>> {
        let is_same = self.common == prepared.common;
        let fingerprints =
            remembers.then(|| Fingerprints::of(&prepared.site, &prepared.links, &prepared.dates, &prepared.choices));
        let before = std::mem::take(&mut self.cards);
        let cards = match &fingerprints {
            Some(fingerprints) => Cards::since(if is_same { before } else { CardMemory::default() }, fingerprints),
            None => Cards::new(prepared.site.pages.len()),
        };
        let inputs = prepared.inputs(&cards, fingerprints.as_ref());
        let count = AtomicUsize::new(0);
        let keys: Vec<u64> =
            if remembers { files.par_iter().map(|file| digest(&file.path)).collect() } else { Vec::new() };
        let known = self.files.of(keys.iter());
        let is_list =
            |file: &Planned| !matches!(file.subject, Subject::Page(id) if !prepared.site.pages[id].parsed.is_index());
        let lists = files.partition_point(is_list);
        let leaves = (lists..files.len()).step_by(AT_ONCE).map(|at| at..files.len().min(at + AT_ONCE));
        let rendered: Vec<_> = (0..lists)
            .map(|at| at..at + 1)
            .chain(leaves)
            // In their order: while one thread draws a list of thousands, another begins the next.
            .par_bridge()
            .flat_map_iter(|places| places)
            .map(|at| {
                let file = &files[at];
                let before = known.get(at).and_then(Option::as_ref).filter(|_| is_same);
                if let (Some(fingerprints), Some(facts)) = (&fingerprints, before)
                    && facts.iter().all(|(fact, value)| fingerprints.holds(*fact, *value))
                    && sink.keep(&file.path)
                {
                    return Ok(None);
                }
                count.fetch_add(1, Ordering::Relaxed);
                let notes = remembers.then(Notes::default);
                let bytes = match Renderer::new(&inputs, notes.as_ref()).render(&file.subject) {
                    Ok(bytes) => bytes,
                    Err(fault) => return Ok(Some(Err(fault))),
                };
                sink.put(&file.path, bytes.into())?;
                Ok(notes.zip(fingerprints.as_ref()).map(|(notes, prints)| {
                    let facts = notes.into_facts().into_iter().map(|fact| prints.lasting(fact)).collect();
                    Ok((at, facts))
                }))
            })
            .collect::<anyhow::Result<Vec<Option<Result<_, Diagnostic>>>>>()?;
        let copied = self.copy(prepared, sink)?;
        let (cards, spent) = match &fingerprints {
            Some(fingerprints) => (cards.into_memory(fingerprints), None),
            None => (CardMemory::default(), Some(cards)),
        };
        let mut files = Vec::new();
        let mut is_whole = true;
        for rendered in rendered.into_iter().flatten() {
            match rendered {
                Ok(facts) => files.push(facts),
                Err(fault) => {
                    diagnostics.add(fault);
                    is_whole = false;
                }
            }
        }
        let common = prepared.common;
        Ok(is_whole.then_some(News { common, keys, files, copied, cards, spent, count: count.into_inner() }))
    }

    /// Takes in what a build brought.
    pub fn learn(&mut self, news: News) {
        self.common = news.common;
        self.copied = news.copied;
        self.cards = news.cards;
        self.spent = news.spent;
        let known = self.files.of(news.keys.iter());
        for (at, answers) in news.files {
            known[at] = Some(answers);
        }
    }

    /// The files of the theme and those that pages link to.
    fn copy(&self, prepared: &Prepared, sink: &dyn Sink) -> anyhow::Result<HashMap<String, u64>> {
        let mut copied = HashMap::new();
        let is_kept = |path: &str, now: u64| self.copied.get(path) == Some(&now) && sink.keep(path);
        for file in prepared.theme.assets().files() {
            let now = digest(&file.path);
            if !is_kept(&file.path, now) {
                sink.put(&file.path, Cow::Borrowed(&file.bytes))?;
            }
            copied.insert(file.path, now);
        }
        for found in &prepared.copied {
            let now = digest(&found.stamp);
            if !is_kept(&found.path, now) {
                sink.put(&found.path, std::fs::read(&found.on_disk)?.into())?;
            }
            copied.insert(found.path.to_string(), now);
        }
        Ok(copied)
    }
}
