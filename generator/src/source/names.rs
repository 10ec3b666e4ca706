//! The names of the content's files: those that another computer cannot hold, and those that
//! betray a slip.
//!
//! Looks at all names together, once; a folder's name is told once, not at each of its files.

use std::path::Path;
use std::sync::Arc;

use foldhash::{HashMap, HashMapExt as _, HashSet, HashSetExt as _};

use super::{Found, SourceFile, folder_of};
use crate::diagnostic::{Diagnostic, Diagnostics, Location, Severity, nearest};
use crate::establishment::ESTABLISHMENT_FILE;
use crate::settings::SETTINGS_FILE;

/// Longer paths do not fit below a usual folder of Windows, which ends at 260 characters.
const LONGEST_PATH: usize = 180;

/// A file of the content.
#[derive(Debug)]
struct Named {
    path: Arc<str>,
    is_page: bool,
}

/// What was said of the names when they were last looked at: as long as they are the same, it is
/// said again.
#[derive(Debug, Default)]
pub struct Memory {
    names: Vec<Named>,
    said: Vec<Diagnostic>,
}

/// The files of the content, by what they are for.
#[derive(Clone, Copy, Debug)]
pub struct Files<'a> {
    /// The paths of those of Markdown.
    pub pages: &'a [Arc<str>],
    /// Those of YAML.
    pub data: &'a [Arc<SourceFile>],
    /// All others.
    pub others: &'a [Found],
}

impl<'a> Files<'a> {
    fn names(self) -> impl Iterator<Item = (&'a Arc<str>, bool)> {
        let pages = self.pages.iter().map(|path| (path, true));
        let data = self.data.iter().map(|file| (&file.path, false));
        pages.chain(data).chain(self.others.iter().map(|found| (&found.path, false)))
    }
}

impl Memory {
    /// Warns of names.
    pub fn check(&mut self, content: &Path, files: Files<'_>, diagnostics: &Diagnostics) {
        // From one build to the next most are the very same in memory, and are not even looked at.
        if !files.names().eq(self.names.iter().map(|known| (&known.path, known.is_page))) {
            let said = Diagnostics::new();
            let file = |(path, is_page): (&Arc<str>, bool)| Named { path: Arc::clone(path), is_page };
            let names: Vec<Named> = files.names().map(file).collect();
            check(content, &names, &said);
            *self = Self { names, said: said.into_sorted() };
        }
        for said in &self.said {
            diagnostics.add(said.clone());
        }
    }
}

/// Warns of names.
fn check(content: &Path, files: &[Named], diagnostics: &Diagnostics) {
    let warn = |path: &str, code, (message, help): (String, String)| {
        diagnostics.add(warning(content, path, code, message, help));
    };
    let mut folders: HashSet<&str> = HashSet::new();
    for file in files {
        let mut folder = folder_of(&file.path);
        while !folder.is_empty() && folders.insert(folder) {
            if let Some(said) = refused_by_windows(last_part(folder)) {
                warn(&file.path, "nom-windows", said);
            }
            folder = folder_of(folder);
        }
        let name = last_part(&file.path);
        if let Some(said) = refused_by_windows(name).or_else(|| too_long(&file.path)) {
            warn(&file.path, "nom-windows", said);
        }
        if file.is_page {
            if let Some(original) = copy_of(name) {
                let message = format!("« {name} » semble être une copie de « {original} »");
                let help = "gardez une seule des deux pages, ou donnez à celle-ci un nom et un titre à elle";
                warn(&file.path, "copie", (message, help.to_owned()));
            }
        } else if let Some(meant) = meant_as_page(name) {
            let message = format!("« {name} » n’est pas lu : son nom ne se termine pas par « .md »");
            warn(&file.path, "nom-extension", (message, format!("renommez-le « {meant} », ou retirez-le du dossier")));
        } else if let Some(meant) = meant_as_settings(&file.path) {
            let message = format!("« {name} » n’est pas lu : seul « {meant} » l’est");
            warn(&file.path, "nom-extension", (message, format!("renommez-le « {meant} », ou retirez-le du dossier")));
        }
    }
    for (first, second) in same_but_for_case(files) {
        let message = format!("« {first} » et « {second} » ne diffèrent que par leurs majuscules");
        let help = "renommez l’un des deux : Windows et les Mac n’en gardent qu’un";
        warn(second, "nom-casse", (message, help.to_owned()));
    }
}

fn warning(content: &Path, path: &str, code: &'static str, message: String, help: String) -> Diagnostic {
    let file: Arc<str> = content.join(path).to_string_lossy().into();
    let location = Location { file, line: 1, column: 1, width: 1, excerpt: String::new(), skipped: 0 };
    Diagnostic::new(Severity::Warning, code, message, Some(location)).help(help)
}

fn last_part(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Why Windows cannot hold a file or folder of that name, and the way out.
fn refused_by_windows(name: &str) -> Option<(String, String)> {
    let refused = |why: String, help: &str| Some((format!("le nom « {name} » {why}"), help.to_owned()));
    let is_refused = |byte: u8| matches!(byte, b'<' | b'>' | b':' | b'"' | b'|' | b'?' | b'*' | b'\\' | 0..0x20);
    if let Some(sign) = name.bytes().find(|byte| is_refused(*byte)).map(char::from) {
        let sign = if sign.is_control() { "un signe invisible".to_owned() } else { format!("« {sign} »") };
        return refused(
            format!("contient {sign}, que Windows n’accepte pas"),
            "renommez-le sans ce signe : qui travaille sous Windows ne pourrait plus récupérer le contenu",
        );
    }
    if name.ends_with(['.', ' ']) {
        let end = if name.ends_with('.') { "un point" } else { "une espace" };
        return refused(format!("se termine par {end}, que Windows efface"), "renommez-le sans cette fin");
    }
    let stem = name.split('.').next().unwrap_or(name).trim_end();
    reserved_by_windows(stem).then_some(()).and_then(|()| {
        refused("est réservé par Windows".to_owned(), "donnez-lui un autre nom : Windows ne pourrait pas l’écrire")
    })
}

/// Whether Windows keeps that name, whatever its ending, for its devices.
pub(crate) fn reserved_by_windows(stem: &str) -> bool {
    const DEVICES: [&str; 4] = ["CON", "PRN", "AUX", "NUL"];
    let numbered = |ports: &str| {
        stem.len() == 4
            && stem.get(..3).is_some_and(|start| start.eq_ignore_ascii_case(ports))
            && matches!(stem.as_bytes()[3], b'1'..=b'9')
    };
    DEVICES.iter().any(|device| stem.eq_ignore_ascii_case(device)) || numbered("COM") || numbered("LPT")
}

fn too_long(path: &str) -> Option<(String, String)> {
    if path.len() <= LONGEST_PATH {
        return None;
    }
    let length = path.chars().count();
    (length > LONGEST_PATH).then(|| {
        let message =
            format!("ce chemin a {length} signes : Windows n’en accepte pas autant dans un dossier ordinaire");
        (message, "raccourcissez les noms des dossiers ou du fichier".to_owned())
    })
}

/// The name of the page that this one was copied from, by the words that file managers add.
fn copy_of(name: &str) -> Option<String> {
    // Nearly every name is passed over here, without a copy of it.
    let may_be_one =
        name.contains('(') || name.as_bytes().windows(3).any(|letters| letters.eq_ignore_ascii_case(b"cop"));
    let (stem, ending) = name.rsplit_once('.').filter(|_| may_be_one)?;
    let numbered = |stem: &str| -> Option<usize> {
        let open = stem.strip_suffix(')')?.rfind('(')?;
        let number = &stem[open + 1..stem.len() - 1];
        let short = (1..=2).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
        (short && open > 0).then_some(open)
    };
    let mut rest = numbered(stem).map_or(stem, |open| stem[..open].trim_end());
    let lower = rest.to_lowercase();
    // Letters keep their length in lower case here: the words are plain, what is before is cut by them.
    for mark in [" - copie", " – copie", " copie", " - copy", " copy"] {
        if lower.len() == rest.len() && lower.ends_with(mark) {
            rest = rest[..rest.len() - mark.len()].trim_end();
            break;
        }
    }
    for mark in ["copie de ", "copy of "] {
        if rest.len() > mark.len() && rest.get(..mark.len()).is_some_and(|start| start.eq_ignore_ascii_case(mark)) {
            rest = rest[mark.len()..].trim_start();
        }
    }
    (rest.len() < stem.len() && !rest.is_empty()).then(|| format!("{rest}.{ending}"))
}

/// The name that a file was to have that is a page by all but its ending.
fn meant_as_page(name: &str) -> Option<String> {
    let lower = name.to_ascii_lowercase();
    let cut = |ending: &str| lower.ends_with(ending).then(|| name[..name.len() - ending.len()].to_owned());
    for ending in [".md.txt", ".markdown", ".mdown", ".mkd", ".md.docx", ".md.rtf"] {
        if let Some(stem) = cut(ending) {
            return Some(format!("{stem}.md"));
        }
    }
    [".yaml.txt", ".yml.txt"].into_iter().find_map(cut).map(|stem| format!("{stem}.yaml"))
}

/// The file for the whole portal that one at the root was to be, by all but a slip in its name: `portail.yml`.
fn meant_as_settings(path: &str) -> Option<&'static str> {
    const READ: [&str; 2] = [SETTINGS_FILE, ESTABLISHMENT_FILE];
    let is_at_root = !path.contains('/') && !READ.contains(&path);
    path.rsplit_once('.').filter(|(_, ending)| is_at_root && ["yaml", "yml"].contains(ending))?;
    nearest(path, READ)
}

/// Paths that a file system without capitals takes for one. Of two pages the address is the same,
/// which is refused: nothing more is said of them.
fn same_but_for_case(files: &[Named]) -> Vec<(&str, &str)> {
    // Of two such paths one has a capital.
    if !files.iter().any(|file| file.path.chars().any(char::is_uppercase)) {
        return Vec::new();
    }
    let mut names: HashMap<&str, bool> = HashMap::with_capacity(files.len());
    let mut has_capitals: Vec<&str> = Vec::new();
    for file in files {
        let mut path = &*file.path;
        // The folders above are looked at with the first of their files.
        while !path.is_empty() {
            let known = names.insert(path, file.is_page || names.get(path).is_some_and(|is_page| *is_page));
            if known.is_none() && path.chars().any(char::is_uppercase) {
                has_capitals.push(path);
            }
            if known.is_some_and(|is_page| is_page || !file.is_page) {
                break;
            }
            path = folder_of(path);
        }
    }
    let mut by_folded: HashMap<String, &str> = HashMap::new();
    let mut found = Vec::new();
    has_capitals.sort_unstable();
    for path in has_capitals {
        let folded = path.to_lowercase();
        let plain = names.get_key_value(folded.as_str()).map(|(path, _)| *path);
        let other = plain.or_else(|| by_folded.get(&folded).copied());
        if let Some(other) = other.filter(|other| folder_of(other) == folder_of(path) && !(names[other] && names[path]))
        {
            let (first, second) = if path < other { (path, other) } else { (other, path) };
            found.push((first, second));
        }
        by_folded.entry(folded).or_insert(path);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_windows_cannot_hold_are_known() {
        for name in
            ["a:b.md", "qui ?.md", "a\u{7}.md", "fin.", "fin ", "CON", "con.md", "Aux.tar.gz", "lpt1.md", "a\\b"]
        {
            assert!(refused_by_windows(name).is_some(), "{name}");
        }
        for name in ["console.md", "com.md", "com10.md", "été à la mer.md", ".nojekyll", "a’b.md", "comé.md", "co"]
        {
            assert!(refused_by_windows(name).is_none(), "{name}");
        }
    }

    #[test]
    fn a_slip_in_the_name_of_a_settings_file_is_known() {
        assert_eq!(meant_as_settings("portail.yml"), Some("portail.yaml"));
        assert_eq!(meant_as_settings("Portail.yaml"), Some("portail.yaml"));
        assert_eq!(meant_as_settings("établissement.yaml"), Some("etablissement.yaml"));
        for path in ["portail.yaml", "etablissement.yaml", "mkdocs.yml", "_data/portail.yml", "portail.md"] {
            assert_eq!(meant_as_settings(path), None, "{path}");
        }
    }

    #[test]
    fn a_copy_is_known_by_the_words_of_the_file_manager() {
        for name in [
            "guide (1).md",
            "guide - Copie.md",
            "guide - Copie (2).md",
            "Copie de guide.md",
            "guide copie.md",
            "guide - Copy.md",
            "Copy of guide.md",
        ] {
            assert_eq!(copy_of(name).as_deref(), Some("guide.md"), "{name}");
        }
        for name in
            ["guide.md", "photocopie.md", "copie.md", "(1).md", "plan (2026).md", "guide (a).md", "copies de clés.md"]
        {
            assert_eq!(copy_of(name), None, "{name}");
        }
    }

    #[test]
    fn a_page_that_lost_its_ending_is_known() {
        assert_eq!(meant_as_page("Guide.md.txt").as_deref(), Some("Guide.md"));
        assert_eq!(meant_as_page("a.MARKDOWN").as_deref(), Some("a.md"));
        assert_eq!(meant_as_page("portail.yaml.txt").as_deref(), Some("portail.yaml"));
        assert_eq!(meant_as_page("notes.txt"), None);
    }

    #[test]
    fn names_that_differ_by_capitals_only_are_told_once() {
        let files = |paths: [&str; 2], is_page| paths.map(|path| Named { path: path.into(), is_page });
        let told = same_but_for_case;
        assert_eq!(told(&files(["a/Photo.png", "a/photo.png"], false)), [("a/Photo.png", "a/photo.png")]);
        assert_eq!(told(&files(["A/x.png", "a/x.png"], false)), [("A", "a")]);
        assert_eq!(told(&files(["Aide.md", "aide.md"], true)), []);
    }
}
