//! From text to typed pages: front matter, kind, body.
//!
//! Folder pages are read first, because they say what the others of their folder are. Nothing
//! here looks from one page at another; that is the site's part.

mod head;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use foldhash::{HashMap, HashMapExt as _, HashSet};
use rayon::prelude::*;

use crate::alongside::Alongside;
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
    /// Stands for its title without capitals: nobody can tell two apart by these.
    pub small_title: u64,
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
    /// As `head`, but for the words that name the page: its titles and its summary.
    pub outline: u64,
    /// Of the body.
    pub body: u64,
}

impl Revision {
    /// Of a page that is read in that build.
    fn of(build: u64) -> Self {
        Self { head: build, outline: build, body: build }
    }
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
    indexes: Alongside<Arc<str>, Remembered>,
    leaves: Alongside<Arc<str>, Remembered>,
    /// What each folder holds; `None` where its own page does not say.
    holds: HashMap<String, Option<Holds>>,
    build: Build,
}

#[derive(Clone, Copy, Debug, Default)]
struct Build {
    /// They are counted.
    number: u64,
    /// Whether no other follows.
    is_single: bool,
}

#[derive(Debug)]
struct Remembered {
    /// The file as it was found: no other is the same while it is held here.
    found: Arc<SourceFile>,
    /// As it was read.
    source: Arc<SourceFile>,
    place: Place,
    read: Read,
}

/// What came of reading a file.
#[derive(Clone, Debug)]
struct Read {
    page: Option<Arc<ParsedPage>>,
    faults: Vec<Diagnostic>,
}

impl Memory {
    /// For pages that are parsed once: their texts, a good part of what a build holds, are put away
    /// as soon as they are read.
    pub fn for_one_build() -> Self {
        Self { build: Build { number: 0, is_single: true }, ..Self::default() }
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
        self.build.number += 1;
        let build = self.build;
        let (mut indexes, leaves): (Vec<_>, Vec<_>) = sources.into_iter().partition(|file| is_index_name(&file.path));
        indexes.sort_by_cached_key(|file| (file.path.matches('/').count(), file.path.clone()));
        drop_second_indexes(&mut indexes, diagnostics);
        add_missing_indexes(&mut indexes, &leaves, settings_name);

        let mut holds: HashMap<String, Option<Holds>> = HashMap::new();
        let mut parsed = ParsedPages::default();
        let known = self.indexes.of(indexes.iter().map(|source| &source.path));
        for (source, known) in indexes.iter().zip(known) {
            let folder = source.folder().to_owned();
            let is_space = !folder.is_empty() && holds.get(folder_of(&folder)) == Some(&Some(Holds::Space));
            let place = if is_space { Place::Space } else { Place::Section };
            let Read { page, faults } = build.remembered_or_read(known, source, place)?;
            // Below a folder whose own page cannot be read, whose keys these are is not known.
            let above_unknown = !folder.is_empty() && holds.get(folder_of(&folder)) == Some(&None);
            let is_known = page.is_some();
            for fault in faults.iter().filter(|fault| !(above_unknown && is_of_a_key(fault.code))) {
                diagnostics.add(fault.clone());
            }
            // A folder keeps its place in the site even when its own page cannot be read.
            let page = page.clone().or_else(|| {
                let substitute = Arc::new(synthetic_index(&folder, settings_name));
                parse_one(&substitute, place, Revision::default(), &Diagnostics::new()).map(Arc::new)
            });
            if let Some(Kind::Section(section)) = page.as_ref().map(|page| &page.kind) {
                holds.insert(folder, (is_known && !section.holds_unknown).then_some(section.holds));
            }
            parsed.add(&source.path, page);
        }
        // Forgotten until all went well: what is known of each leaf is then of these.
        let is_same = std::mem::take(&mut self.holds) == holds;
        let known = self.leaves.of(leaves.iter().map(|source| &source.path));
        // No thread keeps for itself, at the end, what others could take.
        known.par_iter_mut().zip(&leaves).with_max_len(16).try_for_each(|(known, source)| {
            // Of most, that they are the same is all that is looked at.
            if is_same && known.as_ref().is_some_and(|last| Arc::ptr_eq(&last.found, source)) {
                return Ok(());
            }
            // Whose keys these are is not known where the folder's own page was reported.
            let place =
                holds.get(source.folder()).copied().unwrap_or(Some(Holds::Page)).map_or(Place::Unknown, Place::Leaf);
            build.remembered_or_read(known, source, place).map(drop)
        })?;
        for (source, known) in leaves.iter().zip(known.iter().flatten()) {
            for fault in &known.read.faults {
                diagnostics.add(fault.clone());
            }
            parsed.add(&source.path, known.read.page.clone());
        }
        self.holds = holds;
        if build.is_single {
            // Nothing is asked again.
            *self = Self::for_one_build();
        }
        Ok(parsed)
    }
}

impl Build {
    /// What came of a file: as it is known, or read now and remembered.
    fn remembered_or_read<'m>(
        self,
        known: &'m mut Option<Remembered>,
        found: &Arc<SourceFile>,
        place: Place,
    ) -> anyhow::Result<&'m Read> {
        let last = known.take().filter(|last| last.place == place);
        let now = match last {
            Some(last) if Arc::ptr_eq(&last.found, found) => last,
            last => self.read_again(last.as_ref(), found, place)?,
        };
        Ok(&known.insert(now).read)
    }

    fn read_again(
        self,
        last: Option<&Remembered>,
        found: &Arc<SourceFile>,
        place: Place,
    ) -> anyhow::Result<Remembered> {
        let (source, read) = match found.read()? {
            Err(fault) => (Arc::clone(found), Read { page: None, faults: vec![fault] }),
            Ok(source) => {
                // A file may be touched, and say the same.
                let same = last.filter(|last| last.source.is_read() && last.source.text == source.text);
                let read = match same {
                    Some(last) => last.read.clone(),
                    None => self.read(&source, place, last.and_then(|last| last.read.page.as_deref())),
                };
                (source, read)
            }
        };
        // Of a single build nothing is asked again, and no text is held for it.
        let source = if self.is_single { Arc::clone(found) } else { source };
        Ok(Remembered { found: Arc::clone(found), source, place, read })
    }

    fn read(self, source: &Arc<SourceFile>, place: Place, last: Option<&ParsedPage>) -> Read {
        let faults = Diagnostics::new();
        let mut page = parse_one(source, place, Revision::of(self.number), &faults);
        // What stayed keeps its number: a body that changes is nothing to the lists that name the page.
        if let (Some(page), Some(last)) = (&mut page, last) {
            // A title may come from the body.
            if page.head_source() == last.head_source() && page.meta.title == last.meta.title {
                page.revision.head = last.revision.head;
                page.revision.outline = last.revision.outline;
            } else if has_outline_of(page, last) {
                page.revision.outline = last.revision.outline;
            }
            if page.body_source() == last.body_source() {
                page.revision.body = last.revision.body;
            }
        }
        if self.is_single
            && let Some(page) = &mut page
        {
            put_away(source, page);
        }
        Read { page: page.map(Arc::new), faults: faults.into_sorted() }
    }
}

impl ParsedPages {
    fn add(&mut self, path: &Arc<str>, page: Option<Arc<ParsedPage>>) {
        match page {
            Some(page) => self.pages.push(page),
            None => {
                self.unreadable.insert(Arc::clone(path));
            }
        }
    }
}

/// Keeps of a file whose page was read the front matter, of which later stages speak most.
fn put_away(source: &Arc<SourceFile>, page: &mut ParsedPage) {
    if !matches!(page.kind, Kind::Charter(_)) {
        page.source = source.put_away(page.body_range.start);
    }
}

/// Whether two states of a page say the same of it, but for the words that name it. What is at fault
/// was said.
fn has_outline_of(page: &ParsedPage, last: &ParsedPage) -> bool {
    let outline = |page: &ParsedPage| {
        let mut head = front_matter::split(&page.source, &Diagnostics::new())?.fields.value;
        if let Value::Map(entries) = &mut head {
            entries.retain(|entry| !NAMING_KEYS.contains(&entry.key.as_str()));
        }
        Some(head)
    };
    outline(page).zip(outline(last)).is_some_and(|(now, before)| now.says_the_same(&before))
}

/// The keys whose words name a page where others show it: they give it no place.
const NAMING_KEYS: [&str; 5] = ["titre", "title", "titre_court", "resume", "description"];

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
        small_title: digest(&in_small(&meta.title)),
        revision,
        anchors_digest: digest(&document.anchors().collect::<Vec<_>>()),
        meta,
        kind,
        body: document,
        is_blank: is_blank(&source.text[body.clone()]),
        body_range: body,
    })
}

/// A title without capitals.
fn in_small(title: &str) -> Cow<'_, str> {
    if title.chars().any(char::is_uppercase) { Cow::Owned(title.to_lowercase()) } else { Cow::Borrowed(title) }
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
    // Asked of every file at each build: most are told by how they end.
    let ends_with = |ending: &str| {
        path.len()
            .checked_sub(ending.len())
            .is_some_and(|at| path.as_bytes()[at..].eq_ignore_ascii_case(ending.as_bytes()))
    };
    if !ends_with("index.md") && !ends_with("readme.md") {
        return None;
    }
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
    let mut last = "";
    for file in leaves.iter().chain(indexes.iter()) {
        let mut folder = file.folder();
        // Those of one folder mostly follow one another.
        if std::mem::replace(&mut last, folder) == folder {
            continue;
        }
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

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::source::{self, Shelf};

    #[test]
    fn a_build_that_failed_in_the_middle_leaves_no_page_as_another_folder_would_read_it() {
        let content = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(content.path().join(name), text).unwrap();
        let (mut shelf, mut memory) = (Shelf::default(), Memory::default());
        let mut parse = |prepare: &dyn Fn()| {
            let diagnostics = Diagnostics::new();
            let found = source::list(content.path(), content.path()).unwrap();
            let pages = shelf.load(content.path(), &found, &diagnostics).unwrap().pages;
            prepare();
            memory.parse(pages, "Portail", &diagnostics)
        };
        let kind = |parsed: anyhow::Result<ParsedPages>| {
            let page = parsed.unwrap().pages.into_iter().find(|page| &*page.source.path == "a.md");
            page.map(|page| page.kind.name())
        };
        let pages = "---\ntitre: Accueil\n---\n";
        let resources = "---\ntitre: Accueil et ressources\ncontient: ressource\n---\n";
        write("a.md", "---\ntitre: A\n---\nUn mot.\n");
        write("_index.md", pages);
        assert_eq!(kind(parse(&|| {})), Some("page"));

        write("_index.md", resources);
        write("b.md", "---\ntitre: B\n---\nUn mot.\n");
        let gone = content.path().join("b.md");
        assert!(parse(&|| fs::remove_file(&gone).unwrap()).is_err(), "it was listed, and is not there");

        write("_index.md", pages);
        assert_eq!(kind(parse(&|| {})), Some("page"));
    }
}
