//! Whatever is done to a site, in whatever order, a workshop that has built it before makes what a
//! build from nothing makes: the same bytes, the same faults, or the same refusal.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails where it stands")]

#[path = "support/files.rs"]
mod files;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use generator::build::{BuildOptions, Workshop, build};
use generator::content::Diffusion;
use generator::inventory::Changed;
use generator::policy::Policy;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use proptest::sample::{Index, select};

use files::copy;

/// Something that an editor, a moderator, git or time does.
#[derive(Clone, Debug)]
enum Edit {
    /// Adds to the body of a page.
    Body(Index, &'static str),
    /// Puts a line after the first `---` of a page.
    Head(Index, &'static str),
    /// Writes another title.
    Title(Index, &'static str),
    Create(Index, &'static str, &'static str),
    CreateFolder(Index, &'static str, &'static str),
    Rename(Index, &'static str),
    RenameFolder(Index, &'static str),
    Delete(Index),
    DeleteFolder(Index),
    /// Puts one page in the place of another.
    Swap(Index, Index),
    /// Gives the help page a title of its own, to which others may lead, or takes it away.
    Anchor(bool),
    Template(Index, &'static str),
    Style(&'static str),
    Data(Index, &'static str, &'static str),
    Days(i64),
}

const BODIES: [&str; 11] = [
    "\n\nVoir [un passage de l’aide](/aide/#un-passage).\n",
    "\n\nUn paragraphe de plus.\n",
    "\n\n## Un intertitre\n\n- [ ] Une chose à faire\n",
    "\n\nVoir [le reste](#un-intertitre).\n",
    "\n\nVoir [l’aide](/aide/).\n",
    "\n\nVoir [la charte](/savoir-faire/chartes/base/#ce-qui-compte).\n",
    "\n\n[Dites-le](formulaire:post-it) ou [écrivez](etablissement:nom).\n",
    "\n\n<script>alert(1)</script>\n",
    "\n\n![une image](/images/point.png)\n",
    "\n\nVoir [la page nouvelle](nouvelle.md).\n",
    "\n",
];
const HEADS: [&str; 13] = [
    "etiquettes: [prise en main, neuf]",
    "brouillon: oui",
    "diffusion: interne",
    "diffusion: publique",
    "expire_le: 2026-11-23",
    "publie_le: 2026-11-24",
    "ordre: 1",
    "resume: Un autre résumé",
    "titre_court: Un autre nom",
    "alias: [/ancien/chemin/]",
    "slug: autrement",
    "inconnue: oui",
    "mis_a_jour: 2026-11-20",
];
const TITLES: [&str; 4] = ["Autrement dit", "Zèbre", "\"Un titre : avec deux points\"", "L'accueil, encore"];
const NAMES: [&str; 7] =
    ["nouvelle (1).md", "notes.md.txt", "nouvelle.md", "Été.md", "2026-11-02-a1b2c3.md", "_index.md", "index.md"];
const FOLDERS: [&str; 3] = ["nouveau", "post-its", "Dossier à part"];
const HOLDS: [&str; 8] = ["page", "post-it", "publication", "ressource", "evenement", "projet", "espace", "ingredient"];
const TEMPLATES: [&str; 3] = ["<!-- autre -->", "{{ page.title }}", "{{ site.name }} {% if %}"];

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let at = any::<Index>;
    let edit = prop_oneof![
        6 => (at(), select(&BODIES[..])).prop_map(|(at, text)| Edit::Body(at, text)),
        6 => (at(), select(&HEADS[..])).prop_map(|(at, line)| Edit::Head(at, line)),
        6 => (at(), select(&TITLES[..])).prop_map(|(at, title)| Edit::Title(at, title)),
        4 => (at(), select(&NAMES[..]), select(&BODIES[..])).prop_map(|(at, name, body)| Edit::Create(at, name, body)),
        3 => (at(), select(&FOLDERS[..]), select(&HOLDS[..])).prop_map(|(at, name, holds)| Edit::CreateFolder(at, name, holds)),
        3 => (at(), select(&NAMES[..])).prop_map(|(at, name)| Edit::Rename(at, name)),
        2 => (at(), select(&FOLDERS[..])).prop_map(|(at, name)| Edit::RenameFolder(at, name)),
        4 => at().prop_map(Edit::Delete),
        1 => at().prop_map(Edit::DeleteFolder),
        2 => (at(), at()).prop_map(|(one, other)| Edit::Swap(one, other)),
        4 => any::<bool>().prop_map(Edit::Anchor),
        1 => (at(), select(&TEMPLATES[..])).prop_map(|(at, text)| Edit::Template(at, text)),
        1 => select(&["p { color: red }", "b {}"][..]).prop_map(Edit::Style),
        3 => (at(), select(&["Petit", "titre:", "Un ", "etude", "espace", "cafe"][..]), select(&["Grand", "titre: Autre", "Deux ", "marche"][..]))
            .prop_map(|(at, from, to)| Edit::Data(at, from, to)),
        1 => (1i64..4).prop_map(Edit::Days),
    ];
    // Whether the workshop is told where to look, edit by edit.
    prop::collection::vec(edit, 1..14)
}

struct Desk {
    folder: tempfile::TempDir,
    now: Timestamp,
    rounds: usize,
}

impl Desk {
    fn new() -> Self {
        let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
        let folder = tempfile::tempdir().unwrap();
        copy(&here.join("sites/portail/content"), &folder.path().join("content"));
        copy(&here.join("theme"), &folder.path().join("theme"));
        fs::create_dir_all(folder.path().join("content/images")).unwrap();
        fs::write(folder.path().join("content/images/point.png"), "une image").unwrap();
        Self { folder, now: "2026-11-22T12:00:00Z".parse().unwrap(), rounds: 0 }
    }

    fn path(&self, below: &str) -> PathBuf {
        self.folder.path().join(below)
    }

    fn options(&self, output: &str, compress: bool) -> BuildOptions {
        BuildOptions {
            content: self.path("content"),
            theme: self.path("theme"),
            output: self.path(output),
            diffusion: Diffusion::Interne,
            compress,
            drafts: false,
            policy: Policy::Usual,
            now: self.now,
        }
    }

    fn files(&self, below: &str, ending: &str) -> Vec<PathBuf> {
        let mut files = entries(&self.path(below), |entry| entry.file_type().is_file());
        files.retain(|path| path.to_string_lossy().ends_with(ending));
        files
    }

    fn folders(&self) -> Vec<PathBuf> {
        entries(&self.path("content"), |entry| entry.file_type().is_dir() && entry.depth() > 0)
    }

    /// Does it, and tells which places it touched.
    fn edit(&mut self, edit: &Edit) -> Vec<PathBuf> {
        let pages = self.files("content", ".md");
        let folders = self.folders();
        let change = |path: &PathBuf, change: &dyn Fn(String) -> String| {
            fs::write(path, change(fs::read_to_string(path).unwrap())).unwrap();
            vec![path.clone()]
        };
        match edit {
            Edit::Body(at, text) if !pages.is_empty() => change(at.get(&pages), &|page| page + text),
            Edit::Head(at, line) if !pages.is_empty() => {
                change(at.get(&pages), &|page| page.replacen("---\n", &format!("---\n{line}\n"), 1))
            }
            Edit::Title(at, title) if !pages.is_empty() => change(at.get(&pages), &|page| {
                let titled =
                    |line: &str| if line.starts_with("titre:") { format!("titre: {title}") } else { line.to_owned() };
                page.lines().map(titled).collect::<Vec<_>>().join("\n") + "\n"
            }),
            Edit::Create(at, name, body) => {
                let folder = if folders.is_empty() { self.path("content") } else { at.get(&folders).clone() };
                let page = folder.join(name);
                fs::write(&page, format!("---\ntitre: Page {name}\n---\n{body}")).unwrap();
                vec![page]
            }
            Edit::CreateFolder(at, name, holds) if !folders.is_empty() => {
                let folder = at.get(&folders).join(name);
                fs::create_dir_all(&folder).unwrap();
                fs::write(folder.join("_index.md"), format!("---\ntitre: Dossier {name}\ncontient: {holds}\n---\n"))
                    .unwrap();
                fs::write(folder.join("a.md"), "---\ntitre: Dedans\n---\nTexte.\n").unwrap();
                vec![folder]
            }
            Edit::Rename(at, name) if !pages.is_empty() => {
                let (from, to) = (at.get(&pages), at.get(&pages).with_file_name(name));
                fs::rename(from, &to).unwrap();
                vec![from.clone(), to]
            }
            Edit::RenameFolder(at, name) if !folders.is_empty() => {
                let (from, to) = (at.get(&folders), at.get(&folders).with_file_name(name));
                if fs::rename(from, &to).is_err() {
                    return Vec::new();
                }
                vec![from.clone(), to]
            }
            Edit::Delete(at) if pages.len() > 6 => {
                fs::remove_file(at.get(&pages)).unwrap();
                vec![at.get(&pages).clone()]
            }
            Edit::DeleteFolder(at) if folders.len() > 6 => {
                fs::remove_dir_all(at.get(&folders)).unwrap();
                vec![at.get(&folders).clone()]
            }
            Edit::Swap(one, other) if !pages.is_empty() => {
                let (one, other) = (one.get(&pages), other.get(&pages));
                let (first, second) = (fs::read(one).unwrap(), fs::read(other).unwrap());
                fs::write(one, second).unwrap();
                fs::write(other, first).unwrap();
                vec![one.clone(), other.clone()]
            }
            Edit::Anchor(there) => {
                let aide = self.path("content/aide.md");
                let heading = "\n## Un passage\n";
                if !aide.exists() {
                    return Vec::new();
                }
                change(&aide, &|page| {
                    let page = page.replace(heading, "");
                    if *there { page + heading } else { page }
                })
            }
            Edit::Template(at, text) => {
                let templates = self.files("theme", ".html");
                change(at.get(&templates), &|template| template + text)
            }
            Edit::Style(rule) => {
                let styles = self.files("theme", ".css");
                styles.first().map_or_else(Vec::new, |style| change(style, &|style| style + rule))
            }
            Edit::Data(at, from, to) => {
                let data = self.files("content", ".yaml");
                change(at.get(&data), &|text| text.replacen(from, to, 1))
            }
            Edit::Days(days) => {
                self.now += SignedDuration::from_hours(24 * days);
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    /// Builds from nothing, and gives the site with what is said of it.
    fn clean(&mut self, compress: bool) -> Outcome {
        self.rounds += 1;
        let output = format!("clean-{}", self.rounds);
        let report = build(&self.options(&output, compress)).unwrap();
        Outcome {
            said: report.diagnostics.iter().map(ToString::to_string).collect(),
            site: (!report.is_refused()).then(|| tree(&self.path(&output))),
        }
    }
}

#[derive(Debug, PartialEq)]
struct Outcome {
    said: Vec<String>,
    /// `None` when it was refused.
    site: Option<BTreeMap<String, Vec<u8>>>,
}

fn entries(root: &Path, wanted: impl Fn(&walkdir::DirEntry) -> bool) -> Vec<PathBuf> {
    let walk = walkdir::WalkDir::new(root).sort_by_file_name().into_iter().map(Result::unwrap);
    walk.filter(|entry| wanted(entry)).map(walkdir::DirEntry::into_path).collect()
}

fn tree(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = entries(root, |entry| entry.file_type().is_file());
    let name = |path: &Path| path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
    let named = files.iter().map(|path| (name(path), fs::read(path).unwrap()));
    named.filter(|(name, _)| !name.starts_with('.')).collect()
}
proptest! {
    #![proptest_config(ProptestConfig {
        cases: std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(16),
        max_shrink_iters: 60,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_workshop_makes_what_a_build_from_nothing_makes(edits in edits(), told in any::<u16>(), compress: bool) {
        let mut desk = Desk::new();
        let mut workshop = Workshop::new(desk.options("public", compress));
        workshop.build(desk.now).unwrap();
        let mut last = tree(&desk.path("public"));
        for (at, edit) in edits.iter().enumerate() {
            let touched = desk.edit(edit);
            if told >> at & 1 == 1 {
                workshop.look_at(&Changed::Places(touched));
            }
            let report = workshop.build(desk.now).unwrap();
            let said: Vec<String> = report.diagnostics.iter().map(ToString::to_string).collect();
            let expected = desk.clean(compress);
            let only = |one: &[String], other: &[String]| -> Vec<String> {
                one.iter().filter(|said| !other.contains(said)).cloned().collect()
            };
            prop_assert_eq!(only(&said, &expected.said), only(&expected.said, &said), "after {:?}", edit);
            prop_assert_eq!(said, &expected.said[..], "after {:?}", edit);
            prop_assert_eq!(report.is_refused(), expected.site.is_none(), "after {:?}", edit);
            // One that is refused leaves the live site as it was.
            let site = expected.site.unwrap_or(last);
            let live = tree(&desk.path("public"));
            let names = |site: &BTreeMap<String, Vec<u8>>| site.keys().cloned().collect::<Vec<_>>();
            prop_assert_eq!(names(&live), names(&site), "after {:?}", edit);
            for (name, bytes) in &live {
                let (is, should) = (String::from_utf8_lossy(bytes), String::from_utf8_lossy(&site[name]));
                prop_assert_eq!(is, should, "{} after {:?}", name, edit);
            }
            last = live;
        }
    }
}

/// What is worth remembering is left alone: without it, a save would cost what a build costs.
#[test]
fn a_save_renders_the_page_and_what_shows_it_and_nothing_else() {
    let mut desk = Desk::new();
    let mut workshop = Workshop::new(desk.options("public", false));
    let first = workshop.build(desk.now).unwrap().written.unwrap();
    assert_eq!(first.unchanged, 0);

    let nothing = workshop.build(desk.now).unwrap().written.unwrap();
    assert_eq!((nothing.written, nothing.removed, nothing.unchanged), (0, 0, first.written));

    let aide = desk.path("content/aide.md");
    let text = fs::read_to_string(&aide).unwrap();
    fs::write(&aide, format!("{text}\nUne phrase de plus.\n")).unwrap();
    desk.now += SignedDuration::from_secs(1);
    workshop.look_at(&Changed::Places(vec![aide.canonicalize().unwrap()]));
    let saved = workshop.build(desk.now).unwrap();
    assert_eq!(saved.written.unwrap().written, 1, "the page alone");
    assert_eq!(saved.rendered, 1, "the page alone");
}

/// Titles are shown by lists, neighbours and the site's plan, sorted by, compared, and named by what is
/// said of links.
#[test]
fn a_title_that_changes_is_seen_wherever_it_is_shown_or_told() {
    let mut desk = Desk::new();
    let write = |desk: &Desk, name: &str, head: &str, body: &str| {
        let page = desk.path("content/savoir").join(name);
        fs::write(&page, format!("---\n{head}\n---\n{body}\n")).unwrap();
        page.canonicalize().unwrap()
    };
    write(&desk, "abricot.md", "titre: Abricot", "Un fruit.");
    write(&desk, "mangue.md", "titre: Mangue", "Un fruit.");
    for name in ["figue.md", "goyave.md", "kaki.md"] {
        write(&desk, name, "titre: Fruit", "Un fruit.");
    }
    write(&desk, "tard.md", "titre: Tard\nrevoir_avant: 2026-01-31", "Voir [la suite](suite.md).");
    write(&desk, "suite.md", "titre: Suite\nbrouillon: oui", "À venir.");
    let mut workshop = Workshop::new(desk.options("public", false));
    workshop.build(desk.now).unwrap();
    for (what, name, head, body) in [
        ("it goes to another place in its list", "abricot.md", "titre: Zèbre", "Un fruit."),
        ("it is the title of another page", "abricot.md", "titre: mangue", "Un fruit."),
        ("its line is another", "mangue.md", "resume: Un résumé\ntitre: Mangue", "Un fruit."),
        ("a page before both bears it", "aaa.md", "titre: Mangue", "Un fruit."),
        ("it no longer is, since the other changed", "mangue.md", "titre: Pomme", "Un fruit."),
        ("what is said of a link names it", "suite.md", "titre: Autre suite\nbrouillon: oui", "À venir."),
        (
            "what is said of the page stands a line below",
            "tard.md",
            "titre: Tard\nresume: Un résumé\nrevoir_avant: 2026-01-31",
            "Voir [la suite](suite.md).",
        ),
        ("a short one takes its place", "mangue.md", "titre: Pomme\ntitre_court: Agrume", "Un fruit."),
        ("it goes with the page's place in the list", "mangue.md", "titre: Cerise\nordre: 1", "Un fruit."),
        ("it is found in the body", "abricot.md", "ordre: 2", "# Cassis\n\nUn fruit."),
        ("it changes there", "abricot.md", "ordre: 2", "# Myrtille\n\nUn fruit."),
    ] {
        let page = write(&desk, name, head, body);
        assert_builds_as_from_nothing(&mut desk, &mut workshop, page, what);
    }
}

/// After `page` was saved.
fn assert_builds_as_from_nothing(desk: &mut Desk, workshop: &mut Workshop, page: PathBuf, what: &str) {
    workshop.look_at(&Changed::Places(vec![page]));
    let report = workshop.build(desk.now).unwrap();
    let said: Vec<String> = report.diagnostics.iter().map(ToString::to_string).collect();
    let clean = desk.clean(false);
    assert_eq!(said, clean.said, "{what}");
    assert_eq!(report.is_refused(), clean.site.is_none(), "{what}: {said:?}");
    if let Some(site) = clean.site {
        assert!(tree(&desk.path("public")) == site, "{what}: the site is another than a clean build's");
    }
}

/// The pages below a folder move with it, and nothing else of them changes.
#[test]
fn an_address_that_a_folder_gives_is_another_in_the_links_to_its_pages() {
    let mut desk = Desk::new();
    let content = desk.path("content");
    let write = |name: &str, text: &str| {
        let page = content.join(name);
        fs::create_dir_all(page.parent().unwrap()).unwrap();
        fs::write(&page, text).unwrap();
        page.canonicalize().unwrap()
    };
    write("fruits/_index.md", "---\ntitre: Fruits\n---\n");
    write("fruits/figue.md", "---\ntitre: Figue\n---\nUn fruit.\n");
    write("menu.md", "---\ntitre: Menu\n---\nComme [dessert](fruits/figue.md).\n");
    let mut workshop = Workshop::new(desk.options("public", false));
    workshop.build(desk.now).unwrap();
    let page = write("fruits/_index.md", "---\ntitre: Fruits\nslug: desserts\n---\n");
    assert_builds_as_from_nothing(&mut desk, &mut workshop, page, "the folder has another address");
}

/// A title concerns a few lists, and nothing that only asks which pages there are.
#[test]
fn a_new_title_renders_what_shows_it_and_nothing_else() {
    let mut desk = Desk::new();
    let page = desk.path("content/savoir/abricot.md");
    fs::write(&page, "---\ntitre: Abricot\netiquettes: [Aide]\n---\nUn fruit.\n").unwrap();
    // A form that asks for a page knows the titles of all, and other forms know what it does.
    fs::remove_file(desk.path("content/formulaires/signalement.yaml")).unwrap();
    let mut workshop = Workshop::new(desk.options("public", false));
    workshop.build(desk.now).unwrap();
    fs::write(&page, "---\ntitre: Abricots\netiquettes: [Aide]\n---\nUn fruit.\n").unwrap();
    desk.now += SignedDuration::from_secs(1);
    workshop.look_at(&Changed::Places(vec![page.canonicalize().unwrap()]));
    let saved = workshop.build(desk.now).unwrap();
    // Itself, its section, its tag and the site's plan; the home asks for it, and this theme does not show it.
    assert_eq!((saved.rendered, saved.written.unwrap().written), (5, 4));
}
