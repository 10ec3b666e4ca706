//! From text to typed pages: front matter, kind, body.
//!
//! Folder pages are read first, because they say what the others of their folder are. Nothing
//! here looks from one page at another; that is the site's part.

mod head;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;

use crate::content::{Holds, Kind, Meta, Section, elsewhere};
use crate::diagnostic::Diagnostics;
use crate::fields::Fields;
use crate::front_matter::{self, Split};
use crate::markdown::{self, Document};
use crate::source::{SourceFile, folder_of};

/// A page whose own text is understood.
#[derive(Debug)]
pub struct ParsedPage {
    /// The file, for the faults that later stages find in it.
    pub source: SourceFile,
    /// The common keys.
    pub meta: Meta,
    /// What it is, with the keys of its kind.
    pub kind: Kind,
    /// Its body; links are still to be resolved.
    pub body: Document,
    /// Bytes of the body in the file.
    pub body_range: Range<usize>,
}

impl ParsedPage {
    /// Whether this is a folder's own page.
    pub fn is_index(&self) -> bool {
        is_index_name(&self.source.path)
    }

    /// The body as it was written.
    pub fn body_source(&self) -> &str {
        &self.source.text[self.body_range.clone()]
    }
}

/// Every page of the content folder, as far as it could be read.
#[derive(Debug, Default)]
pub struct ParsedPages {
    /// The pages that could be read.
    pub pages: Vec<ParsedPage>,
    /// Content paths of the others, which were reported: a link to one is no second fault.
    pub unreadable: HashSet<Arc<str>>,
}

/// Reads every page and reports what is wrong with each.
pub fn parse(sources: Vec<SourceFile>, settings_name: &str, diagnostics: &Diagnostics) -> ParsedPages {
    parse_beside(Vec::new(), sources, settings_name, diagnostics)
}

/// As [`parse`], beside pages that are no text, which were reported already.
pub fn parse_beside(
    not_text: Vec<Arc<str>>,
    sources: Vec<SourceFile>,
    settings_name: &str,
    diagnostics: &Diagnostics,
) -> ParsedPages {
    let (mut indexes, leaves): (Vec<_>, Vec<_>) = sources.into_iter().partition(|file| is_index_name(&file.path));
    indexes.sort_by_key(|file| (file.path.matches('/').count(), file.path.clone()));
    drop_second_indexes(&mut indexes, diagnostics);
    add_missing_indexes(&mut indexes, &leaves, settings_name);

    let mut holds: HashMap<String, Option<Holds>> = HashMap::new();
    let mut parsed = ParsedPages { pages: Vec::new(), unreadable: not_text.into_iter().collect() };
    for source in indexes {
        let folder = source.folder().to_owned();
        let is_space = !folder.is_empty() && holds.get(folder_of(&folder)) == Some(&Some(Holds::Space));
        let path = Arc::clone(&source.path);
        let place = if is_space { IndexOrLeaf::Space } else { IndexOrLeaf::Section };
        // Below a folder whose own page cannot be read, whose keys these are is not known.
        let above_unknown = !folder.is_empty() && holds.get(folder_of(&folder)) == Some(&None);
        let faults = Diagnostics::new();
        let own = parse_one(source, place, &faults);
        faults
            .into_sorted()
            .into_iter()
            .filter(|fault| !(above_unknown && is_of_a_key(fault.code)))
            .for_each(|fault| diagnostics.add(fault));
        let is_known = own.is_some() && !parsed.unreadable.contains(&path);
        // A folder keeps its place in the site even when its own page cannot be read.
        let page = own.or_else(|| parse_one(synthetic_index(&folder, settings_name), place, &Diagnostics::new()));
        if let Some(Kind::Section(section)) = page.as_ref().map(|page| &page.kind) {
            holds.insert(folder, (is_known && !section.holds_unknown).then_some(section.holds));
        }
        parsed.add(path, page);
    }
    let read: Vec<_> = leaves
        .into_par_iter()
        .map(|source| {
            let faults = Diagnostics::new();
            let held = holds.get(source.folder()).copied().unwrap_or(Some(Holds::Page));
            let path = Arc::clone(&source.path);
            // Whose keys these are is not known, and the folder's own page was reported.
            let page = held.and_then(|held| parse_one(source, IndexOrLeaf::Leaf(held), &faults));
            (path, page, faults)
        })
        .collect();
    for (path, page, faults) in read {
        diagnostics.merge(faults);
        parsed.add(path, page);
    }
    parsed
}

impl ParsedPages {
    fn add(&mut self, path: Arc<str>, page: Option<ParsedPage>) {
        match page {
            Some(page) => self.pages.push(page),
            None => {
                self.unreadable.insert(path);
            }
        }
    }
}

/// Whether a fault says that a key is not one of this kind of page.
fn is_of_a_key(code: &str) -> bool {
    matches!(code, "cle-inconnue" | "cle-etrangere")
}

#[derive(Clone, Copy)]
enum IndexOrLeaf {
    Section,
    Space,
    Leaf(Holds),
}

fn parse_one(source: SourceFile, place: IndexOrLeaf, diagnostics: &Diagnostics) -> Option<ParsedPage> {
    let Split { fields: mut node, body } = front_matter::split(&source, diagnostics)?;
    elsewhere::rename(&source, &mut node, diagnostics);
    let fields = Fields::new(&source, &node, diagnostics);
    let mut meta = Meta::take(&fields, !matches!(place, IndexOrLeaf::Leaf(Holds::Note)));
    let kind = match place {
        IndexOrLeaf::Section => Kind::Section(Section::take(&fields)),
        IndexOrLeaf::Space => Kind::take(Holds::Space, &fields),
        IndexOrLeaf::Leaf(Holds::Space) => {
            diagnostics.add(
                source
                    .error(0..0, "espace-fichier", "ce dossier contient des espaces, et un espace est un dossier")
                    .help("créez un dossier au nom du service et mettez cette page dans son « _index.md »"),
            );
            return None;
        }
        IndexOrLeaf::Leaf(holds) => Kind::take(holds, &fields),
    };
    meta.extra = fields.finish_with_extra();
    head::check(&source, &node, &mut meta, diagnostics);
    let body = if meta.title.is_empty() && !matches!(kind, Kind::Note(_)) {
        head::find_title(&source, body, &mut meta)
    } else {
        body
    };
    let document = markdown::parse(&source, body.clone(), diagnostics);
    if matches!(kind, Kind::Guide(_)) {
        check_steps(&source, &document, diagnostics);
    }
    Some(ParsedPage { meta, kind, body: document, body_range: body, source })
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
fn drop_second_indexes(indexes: &mut Vec<SourceFile>, diagnostics: &Diagnostics) {
    let mut best: BTreeMap<String, usize> = BTreeMap::new();
    for (at, file) in indexes.iter().enumerate() {
        let kept = best.entry(file.folder().to_owned()).or_insert(at);
        if index_rank(&file.path) < index_rank(&indexes[*kept].path) {
            *kept = at;
        }
    }
    let kept: Vec<usize> = best.values().copied().collect();
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
fn add_missing_indexes(indexes: &mut Vec<SourceFile>, leaves: &[SourceFile], root_name: &str) {
    // The root has a page even when the folder is empty.
    let mut folders: Vec<&str> = vec![""];
    for file in leaves.iter().chain(indexes.iter()) {
        let mut folder = file.folder();
        loop {
            folders.push(folder);
            if folder.is_empty() {
                break;
            }
            folder = folder_of(folder);
        }
    }
    folders.sort_unstable();
    folders.dedup();
    let missing: Vec<SourceFile> = folders
        .into_iter()
        .filter(|folder| !indexes.iter().any(|file| file.folder() == *folder))
        .map(|folder| synthetic_index(folder, root_name))
        .collect();
    indexes.extend(missing);
    indexes.sort_by_key(|file| (file.path.matches('/').count(), file.path.clone()));
}

fn synthetic_index(folder: &str, root_name: &str) -> SourceFile {
    let name = folder.rsplit('/').next().unwrap_or_default().replace(['-', '_'], " ");
    let mut letters = name.chars();
    let title = match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => root_name.to_owned(),
    };
    let path = if folder.is_empty() { "_index.md".to_owned() } else { format!("{folder}/_index.md") };
    SourceFile {
        path: path.as_str().into(),
        shown: Arc::from(path),
        text: format!("---\ntitre: \"{}\"\n---\n", title.replace(['"', '\\'], " ")),
    }
}
