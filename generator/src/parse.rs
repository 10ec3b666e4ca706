//! From text to typed pages: front matter, kind, body.
//!
//! Folder pages are read first, because they say what the others of their folder are. Nothing
//! here looks from one page at another; that is the site's part.

mod head;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use foldhash::{HashMap, HashMapExt as _, HashSet};
use rayon::prelude::*;

use crate::content::{Holds, Kind, Meta, Section, elsewhere};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::digest::digest;
use crate::fields::Fields;
use crate::front_matter::{self, Split};
use crate::markdown::{self, Document};
use crate::slug::{fold, slugify};
use crate::source::{SourceFile, folder_of};
use crate::typography::french_text;
use crate::yaml::Value;

/// A page whose own text is understood.
#[derive(Debug)]
pub struct ParsedPage {
    /// The file, for the faults that later stages find in it.
    pub source: Arc<SourceFile>,
    /// A number that stands for its path, the same in every build.
    pub key: u64,
    is_index: bool,
    /// The last part of its address; empty for the home.
    pub slug: String,
    /// Its menu title as the alphabet sorts it.
    pub sort_key: String,
    /// Its menu title as readers see it.
    pub shown_title: String,
    /// Where its title stands in the file; its start when it has none of its own.
    pub title_range: Range<usize>,
    /// When its text last changed.
    pub revision: Revision,
    /// Stands for the anchors of its body.
    pub anchors_digest: u64,
    /// The common keys.
    pub meta: Meta,
    /// What it is, with the keys of its kind.
    pub kind: Kind,
    /// Its body; links are still to be resolved.
    pub body: Document,
    /// Bytes of the body in the file.
    pub body_range: Range<usize>,
    /// Whether nothing is written there.
    pub is_blank: bool,
}

impl ParsedPage {
    /// Whether this is a folder's own page.
    pub fn is_index(&self) -> bool {
        self.is_index
    }

    /// What stands before the body: the front matter with its fences.
    fn head_source(&self) -> &str {
        &self.source.text[..self.body_range.start]
    }

    /// The body as it was written: of a charter, whose version it makes. That of another page may be
    /// put away once it is read.
    pub fn body_source(&self) -> &str {
        &self.source.text[self.body_range.clone()]
    }
}

/// Numbers that are never given twice for two texts of one page: as long as a number stays, so
/// does what was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Revision {
    /// Of the front matter, and of what its folder holds.
    pub head: u64,
    /// Of the body.
    pub body: u64,
}

/// Every page of the content folder, as far as it could be read.
#[derive(Debug, Default)]
pub struct ParsedPages {
    /// The pages that could be read.
    pub pages: Vec<Arc<ParsedPage>>,
    /// Content paths of the others, which were reported: a link to one is no second fault.
    pub unreadable: HashSet<Arc<str>>,
}

/// The pages as they were last parsed: one whose text and folder did not change is not parsed
/// again, and what was wrong with it is said again.
#[derive(Debug, Default)]
pub struct Memory {
    pages: HashMap<Arc<str>, Remembered>,
    builds: u64,
    is_for_one_build: bool,
}

#[derive(Debug)]
struct Remembered {
    source: Arc<SourceFile>,
    place: Place,
    page: Option<Arc<ParsedPage>>,
    faults: Vec<Diagnostic>,
}

impl Memory {
    /// For pages that are parsed once: their texts, a good part of what a build holds, are put away
    /// as soon as they are read.
    pub fn for_one_build() -> Self {
        Self { is_for_one_build: true, ..Self::default() }
    }

    /// Reads every page, from the disk where it is there, and reports what is wrong with each.
    ///
    /// # Errors
    /// Fails when a file cannot be read; one that is not text is a diagnostic.
    pub fn parse(
        &mut self,
        sources: Vec<Arc<SourceFile>>,
        settings_name: &str,
        diagnostics: &Diagnostics,
    ) -> anyhow::Result<ParsedPages> {
        self.builds += 1;
        let before = std::mem::take(&mut self.pages);
        let (mut indexes, leaves): (Vec<_>, Vec<_>) = sources.into_iter().partition(|file| is_index_name(&file.path));
        indexes.sort_by_cached_key(|file| (file.path.matches('/').count(), file.path.clone()));
        drop_second_indexes(&mut indexes, diagnostics);
        add_missing_indexes(&mut indexes, &leaves, settings_name);

        let mut holds: HashMap<String, Option<Holds>> = HashMap::new();
        let mut parsed = ParsedPages::default();
        for source in indexes {
            let folder = source.folder().to_owned();
            let is_space = !folder.is_empty() && holds.get(folder_of(&folder)) == Some(&Some(Holds::Space));
            let place = if is_space { Place::Space } else { Place::Section };
            let read = self.remembered_or_read(&before, &source, place)?;
            // Below a folder whose own page cannot be read, whose keys these are is not known.
            let above_unknown = !folder.is_empty() && holds.get(folder_of(&folder)) == Some(&None);
            let is_known = read.page.is_some();
            // A folder keeps its place in the site even when its own page cannot be read.
            let page = read.page.clone().or_else(|| {
                let substitute = Arc::new(synthetic_index(&folder, settings_name));
                parse_one(&substitute, place, Revision::default(), &Diagnostics::new()).map(Arc::new)
            });
            if let Some(Kind::Section(section)) = page.as_ref().map(|page| &page.kind) {
                holds.insert(folder, (is_known && !section.holds_unknown).then_some(section.holds));
            }
            for fault in read.faults.iter().filter(|fault| !(above_unknown && is_of_a_key(fault.code))) {
                diagnostics.add(fault.clone());
            }
            self.add(read, page, &mut parsed);
        }
        let read: anyhow::Result<Vec<_>> = leaves
            .par_iter()
            .map(|source| {
                // Whose keys these are is not known where the folder's own page was reported.
                let place = holds
                    .get(source.folder())
                    .copied()
                    .unwrap_or(Some(Holds::Page))
                    .map_or(Place::Unknown, Place::Leaf);
                self.remembered_or_read(&before, source, place)
            })
            .collect();
        for read in read? {
            let page = read.page.clone();
            for fault in &read.faults {
                diagnostics.add(fault.clone());
            }
            self.add(read, page, &mut parsed);
        }
        Ok(parsed)
    }

    fn remembered_or_read(
        &self,
        before: &HashMap<Arc<str>, Remembered>,
        source: &Arc<SourceFile>,
        place: Place,
    ) -> anyhow::Result<Remembered> {
        let last = before.get(&source.path).filter(|last| last.place == place);
        let again = |source: &Arc<SourceFile>, last: &Remembered| Remembered {
            source: Arc::clone(source),
            place,
            page: last.page.clone(),
            faults: last.faults.clone(),
        };
        if let Some(last) = last.filter(|last| source.is_still(&last.source)) {
            return Ok(again(&last.source, last));
        }
        let source = match source.read()? {
            Ok(source) => source,
            Err(fault) => {
                return Ok(Remembered { source: Arc::clone(source), place, page: None, faults: vec![fault] });
            }
        };
        // Touched, and still the same.
        if let Some(last) = last.filter(|last| last.source.is_read() && last.source.text == source.text) {
            return Ok(again(&source, last));
        }
        let faults = Diagnostics::new();
        let mut page = parse_one(&source, place, Revision { head: self.builds, body: self.builds }, &faults);
        // What stayed keeps its number: a body that changes is nothing to the lists that name the page.
        if let (Some(page), Some(last)) = (&mut page, last.and_then(|last| last.page.as_deref())) {
            // A title may come from the body.
            if page.head_source() == last.head_source() && page.meta.title == last.meta.title {
                page.revision.head = last.revision.head;
            }
            if page.body_source() == last.body_source() {
                page.revision.body = last.revision.body;
            }
        }
        let source = if self.is_for_one_build { put_away(&source, page.as_mut()) } else { source };
        Ok(Remembered { source, place, page: page.map(Arc::new), faults: faults.into_sorted() })
    }

    fn add(&mut self, read: Remembered, page: Option<Arc<ParsedPage>>, parsed: &mut ParsedPages) {
        match page {
            Some(page) => parsed.pages.push(page),
            None => {
                parsed.unreadable.insert(Arc::clone(&read.source.path));
            }
        }
        // Of a single build nothing is asked again.
        if !self.is_for_one_build {
            self.pages.insert(Arc::clone(&read.source.path), read);
        }
    }
}

/// What is left of a file whose page was read: the front matter, of which later stages speak most.
fn put_away(source: &Arc<SourceFile>, page: Option<&mut ParsedPage>) -> Arc<SourceFile> {
    let Some(page) = page else { return source.put_away(0) };
    if !matches!(page.kind, Kind::Charter(_)) {
        page.source = source.put_away(page.body_range.start);
    }
    Arc::clone(&page.source)
}

/// Whether a fault says that a key is not one of this kind of page.
fn is_of_a_key(code: &str) -> bool {
    matches!(code, "cle-inconnue" | "cle-etrangere")
}

/// Reads every page of a site that is not on disk, once, and reports what is wrong with each.
pub fn parse(sources: Vec<SourceFile>, settings_name: &str, diagnostics: &Diagnostics) -> ParsedPages {
    let sources = sources.into_iter().map(Arc::new).collect();
    Memory::default().parse(sources, settings_name, diagnostics).unwrap_or_default()
}

/// What is known of a file before it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Section,
    Space,
    Leaf(Holds),
    Unknown,
}

fn parse_one(
    source: &Arc<SourceFile>,
    place: Place,
    revision: Revision,
    diagnostics: &Diagnostics,
) -> Option<ParsedPage> {
    if place == Place::Unknown {
        return None;
    }
    let Split { fields: mut node, body } = front_matter::split(source, diagnostics)?;
    elsewhere::rename(source, &mut node, diagnostics);
    let title_range = match &node.value {
        Value::Map(entries) => entries.iter().find(|entry| matches!(entry.key.as_str(), "titre" | "title")),
        _ => None,
    }
    .map_or(0..0, |entry| entry.value.range.clone());
    let fields = Fields::new(source, &node, diagnostics);
    let mut meta = Meta::take(&fields, !matches!(place, Place::Leaf(Holds::Note)));
    let kind = match place {
        Place::Section => Kind::Section(Section::take(&fields)),
        Place::Space => Kind::take(Holds::Space, &fields),
        Place::Leaf(Holds::Space) => {
            diagnostics.add(
                source
                    .error(0..0, "espace-fichier", "ce dossier contient des espaces, et un espace est un dossier")
                    .help("créez un dossier au nom du service et mettez cette page dans son « _index.md »"),
            );
            return None;
        }
        Place::Leaf(holds) => Kind::take(holds, &fields),
        Place::Unknown => return None,
    };
    meta.extra = fields.finish_with_extra();
    head::check(source, &node, &mut meta, diagnostics);
    let body = if meta.title.is_empty() && !matches!(kind, Kind::Note(_)) {
        head::find_title(source, body, &mut meta)
    } else {
        body
    };
    let document = markdown::parse(source, body.clone(), diagnostics);
    if matches!(kind, Kind::Guide(_)) && !document.is_unread {
        check_steps(source, &document, diagnostics);
    }
    let sort_key = fold(meta.menu_title());
    let is_index = is_index_name(&source.path);
    Some(ParsedPage {
        source: Arc::clone(source),
        key: digest(&source.path),
        is_index,
        slug: slugify(meta.slug.as_ref().map_or_else(|| file_or_folder_name(source, is_index), |slug| &slug.value)),
        sort_key,
        shown_title: french_text(meta.menu_title()),
        title_range,
        revision,
        anchors_digest: digest(&document.anchors().collect::<Vec<_>>()),
        meta,
        kind,
        body: document,
        is_blank: is_blank(&source.text[body.clone()]),
        body_range: body,
    })
}

/// The name that a page's address is made of, unless it has a `slug`.
fn file_or_folder_name(source: &SourceFile, is_index: bool) -> &str {
    if is_index {
        return source.folder().rsplit('/').next().unwrap_or_default();
    }
    let name = source.path.rsplit('/').next().unwrap_or(&source.path);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// Whether a body has no word for readers: nothing, or remarks only.
fn is_blank(body: &str) -> bool {
    let mut rest = body.trim_start();
    while let Some(remark) = rest.strip_prefix("<!--") {
        let Some(end) = remark.find("-->") else { return false };
        rest = remark[end + 3..].trim_start();
    }
    rest.is_empty()
}

/// A guide that cannot be followed step by step, list in hand, is no guide.
fn check_steps(source: &SourceFile, document: &Document, diagnostics: &Diagnostics) {
    if document.sections.is_empty() {
        diagnostics.add(
            source
                .error(0..0, "guide-sans-etape", "ce guide n’a aucune étape")
                .help("écrivez chaque étape sous un intertitre « ## »"),
        );
    }
    for (heading, _) in document.titled_sections().filter(|(_, section)| section.tasks == 0) {
        diagnostics.add(
            source
                .error(
                    heading.range.clone(),
                    "etape-sans-liste",
                    format!("l’étape « {} » n’a pas de liste de vérification", heading.text),
                )
                .help("ajoutez sous ce titre au moins une ligne « - [ ] … »"),
        );
    }
}

/// The names under which a folder's own page is accepted, best first.
const INDEX_NAMES: [&str; 3] = ["_index.md", "index.md", "readme.md"];

fn is_index_name(path: &str) -> bool {
    index_rank(path).is_some()
}

fn index_rank(path: &str) -> Option<usize> {
    let name = path.rsplit('/').next().unwrap_or(path);
    INDEX_NAMES.iter().position(|known| name.eq_ignore_ascii_case(known))
}

/// A folder has one page of its own: the others are refused, best name kept.
fn drop_second_indexes(indexes: &mut Vec<Arc<SourceFile>>, diagnostics: &Diagnostics) {
    let mut best: BTreeMap<String, usize> = BTreeMap::new();
    for (at, file) in indexes.iter().enumerate() {
        let kept = best.entry(file.folder().to_owned()).or_insert(at);
        if index_rank(&file.path) < index_rank(&indexes[*kept].path) {
            *kept = at;
        }
    }
    let kept: HashSet<usize> = best.into_values().collect();
    let mut at = 0;
    indexes.retain(|file| {
        let keep = kept.contains(&at);
        at += 1;
        if !keep {
            diagnostics.add(
                file.error(0..0, "deux-index", "ce dossier a déjà une page d’accueil")
                    .help("gardez « _index.md » et déplacez le texte de celle-ci, ou renommez-la"),
            );
        }
        keep
    });
}

/// Every folder on the way to a page has a page of its own, named after the folder.
fn add_missing_indexes(indexes: &mut Vec<Arc<SourceFile>>, leaves: &[Arc<SourceFile>], root_name: &str) {
    // The root has a page even when the folder is empty.
    let mut folders: HashSet<&str> = HashSet::from_iter([""]);
    for file in leaves.iter().chain(indexes.iter()) {
        let mut folder = file.folder();
        while folders.insert(folder) && !folder.is_empty() {
            folder = folder_of(folder);
        }
    }
    for file in indexes.iter() {
        folders.remove(file.folder());
    }
    let missing: Vec<_> = folders.into_iter().map(|folder| Arc::new(synthetic_index(folder, root_name))).collect();
    indexes.extend(missing);
    indexes.sort_by_cached_key(|file| (file.path.matches('/').count(), file.path.clone()));
}

fn synthetic_index(folder: &str, root_name: &str) -> SourceFile {
    let name = folder.rsplit('/').next().unwrap_or_default().replace(['-', '_'], " ");
    let mut letters = name.chars();
    let title = match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => root_name.to_owned(),
    };
    let path = if folder.is_empty() { "_index.md".to_owned() } else { format!("{folder}/_index.md") };
    SourceFile::new(&path, format!("---\ntitre: \"{}\"\n---\n", title.replace(['"', '\\'], " ")))
}
