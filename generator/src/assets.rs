//! What the theme looks like: its stylesheet, scripts, fonts and pictures, under names that
//! change with their bytes.
//!
//! A browser may keep such a file for ever, and a page always gets the ones it was built with.
//! It is read before anything is rendered, because templates ask for the names. Nothing here
//! reads templates or content.

mod css;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::Context;
use bytes::Bytes;
use sha2::{Digest, Sha256};
use walkdir::WalkDir;

use crate::diagnostic::{Diagnostic, Diagnostics, nearest};
use crate::output::OutputFile;
use crate::source::{SourceFile, is_junk};

/// The folder of the site that holds the theme's files, and no other file. What is in it never
/// changes under its name.
pub const ASSETS_FOLDER: &str = "actifs";

/// The name by which templates ask for all the stylesheets in one.
pub const STYLESHEET: &str = "style.css";

/// All files of a theme, by the name that templates and stylesheets give them:
/// `style.css`, `scripts/guide.js`.
#[derive(Clone, Debug, Default)]
pub struct Assets(BTreeMap<String, Asset>);

#[derive(Clone, Debug)]
struct Asset {
    url: String,
    file: OutputFile,
}

impl Assets {
    /// Reads `styles/*.css`, in the order of their names, and `static/`.
    ///
    /// # Errors
    /// Fails when a folder cannot be read. What is wrong in a stylesheet is a diagnostic; the
    /// rest of the theme is there all the same.
    pub fn load(theme: &Path, diagnostics: &Diagnostics) -> anyhow::Result<Self> {
        anyhow::ensure!(theme.is_dir(), "le dossier du thème « {} » n’existe pas", theme.display());
        let mut assets = Self::default();
        for (name, bytes) in read_static(&theme.join("static"))? {
            if name == STYLESHEET {
                diagnostics.add(
                    Diagnostic::error(
                        "actif-reserve",
                        format!("« {}/static/{name} » porte le nom de la feuille de style du thème", theme.display()),
                    )
                    .help("renommez ce fichier, ou rangez-le dans « styles »"),
                );
            } else if is_plain_name(&name) {
                assets.add(name, bytes);
            } else {
                diagnostics.add(
                    Diagnostic::error(
                        "actif-nom",
                        format!("le nom du fichier « {}/static/{name} » ne convient pas", theme.display()),
                    )
                    .help("gardez les lettres sans accent, les chiffres, le point, le trait d’union et « _ »"),
                );
            }
        }
        let sheets = read_styles(&theme.join("styles"), diagnostics)?;
        let mut style = String::new();
        for sheet in &sheets {
            css::append(&mut style, sheet, diagnostics, |written| assets.resolve(written));
        }
        assets.add(STYLESHEET.to_owned(), style.into());
        Ok(assets)
    }

    /// The address of a file on the site, `/actifs/style.0123456789.css`.
    pub fn url(&self, path: &str) -> Option<&str> {
        self.0.get(path).map(|asset| asset.url.as_str())
    }

    /// The names that [`url`](Self::url) knows, sorted.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// The files to write.
    pub fn files(&self) -> Vec<OutputFile> {
        self.0.values().map(|asset| asset.file.clone()).collect()
    }

    fn add(&mut self, name: String, bytes: Bytes) {
        let path = format!("{ASSETS_FOLDER}/{}", fingerprinted(&name, &bytes));
        self.0.insert(name, Asset { url: format!("/{path}"), file: OutputFile { path, bytes } });
    }

    /// What to write in a stylesheet instead of the address `written`, or why it is at fault and
    /// the way out.
    fn resolve(&self, written: &str) -> Result<Option<String>, css::Fault> {
        let at = written.find(['#', '?']).unwrap_or(written.len());
        let (path, rest) = written.split_at(at);
        if path.is_empty() || written.starts_with("data:") {
            return Ok(None);
        }
        if path.contains(':') || path.starts_with('/') {
            return Err(css::Fault {
                code: "style-adresse",
                message: format!("« {written} » n’est pas un fichier du thème"),
                help: "mettez le fichier dans « static » et écrivez son nom : url(\"fonts/exemple.woff2\")".to_owned(),
            });
        }
        let path = path.trim_start_matches("./");
        match self.url(path) {
            Some(url) => Ok(Some(format!("{url}{rest}"))),
            None => Err(css::Fault {
                code: "style-fichier",
                message: format!("le fichier « {path} » n’existe pas dans le dossier « static » du thème"),
                help: match nearest(path, self.paths()) {
                    Some(near) => format!("vouliez-vous dire « {near} » ?"),
                    None => "ajoutez ce fichier, ou retirez cette ligne".to_owned(),
                },
            }),
        }
    }
}

/// `fonts/a.woff2` with ten digits of the digest of its bytes: `fonts/a.0123456789.woff2`.
fn fingerprinted(name: &str, bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    let digits = format!("{:010x}", digest[..5].iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte)));
    let file_at = name.rfind('/').map_or(0, |at| at + 1);
    match name[file_at..].rfind('.') {
        Some(dot) => format!("{}.{digits}{}", &name[..file_at + dot], &name[file_at + dot..]),
        None => format!("{name}.{digits}"),
    }
}

/// Whether a name can stand in an address as it is.
fn is_plain_name(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte))
}

fn read_static(folder: &Path) -> anyhow::Result<Vec<(String, Bytes)>> {
    let mut files = Vec::new();
    if !folder.is_dir() {
        return Ok(files);
    }
    let walk = WalkDir::new(folder).sort_by_file_name();
    for entry in walk.into_iter().filter_entry(|entry| entry.depth() == 0 || !is_junk(entry)) {
        let entry = entry.with_context(|| format!("lecture du dossier « {} »", folder.display()))?;
        if entry.file_type().is_file() {
            let parts: Vec<_> =
                entry.path().strip_prefix(folder)?.iter().map(|part| part.to_string_lossy().into_owned()).collect();
            let bytes = fs::read(entry.path()).with_context(|| format!("lecture de « {} »", entry.path().display()))?;
            files.push((parts.join("/"), bytes.into()));
        }
    }
    Ok(files)
}

fn read_styles(folder: &Path, diagnostics: &Diagnostics) -> anyhow::Result<Vec<SourceFile>> {
    let mut sheets = Vec::new();
    if !folder.is_dir() {
        return Ok(sheets);
    }
    for entry in WalkDir::new(folder).min_depth(1).max_depth(1).sort_by_file_name() {
        let entry = entry.with_context(|| format!("lecture du dossier « {} »", folder.display()))?;
        if is_junk(&entry) || entry.path().extension().is_none_or(|extension| extension != "css") {
            continue;
        }
        let shown = entry.path().to_string_lossy();
        match String::from_utf8(fs::read(entry.path()).with_context(|| format!("lecture de « {shown} »"))?) {
            Ok(text) => {
                let text = text.strip_prefix('\u{FEFF}').map(str::to_owned).unwrap_or(text);
                let path = format!("styles/{}", entry.file_name().to_string_lossy());
                sheets.push(SourceFile::shown_as(&path, &shown, text));
            }
            Err(_) => diagnostics.add(
                Diagnostic::error("encodage", format!("le fichier « {shown} » n’est pas en UTF-8"))
                    .help("enregistrez-le en « UTF-8 » depuis votre éditeur"),
            ),
        }
    }
    Ok(sheets)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn theme(files: &[(&str, &str)]) -> tempfile::TempDir {
        let theme = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = theme.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        theme
    }

    fn load(files: &[(&str, &str)]) -> (Assets, Vec<Diagnostic>) {
        let diagnostics = Diagnostics::new();
        let assets = Assets::load(theme(files).path(), &diagnostics).unwrap();
        (assets, diagnostics.into_sorted())
    }

    fn text_of(assets: &Assets, name: &str) -> String {
        String::from_utf8(assets.0[name].file.bytes.to_vec()).unwrap()
    }

    #[test]
    fn a_name_changes_with_the_bytes_and_only_with_them() {
        assert_eq!(fingerprinted("a.js", b""), "a.e3b0c44298.js");
        assert_eq!(fingerprinted("fonts/v1.2/a", b""), "fonts/v1.2/a.e3b0c44298");
        assert_ne!(fingerprinted("a.js", b"1"), fingerprinted("a.js", b"2"));
    }

    #[test]
    fn stylesheets_are_joined_by_name_and_point_at_the_theme_s_files() {
        let (assets, faults) = load(&[
            ("styles/20-b.css", "b { color: red }"),
            ("styles/10-a.css", "@font-face { src: url( 'fonts/x.woff2#iefix' ) }\n"),
            ("styles/notes.txt", "pas du style"),
            ("static/fonts/x.woff2", "font"),
            ("static/.DS_Store", "x"),
        ]);
        assert_eq!(faults, []);
        let font = assets.url("fonts/x.woff2").unwrap();
        assert!(font.starts_with("/actifs/fonts/x.") && font.contains(".woff2"), "{font}");
        let expected = format!("@font-face {{ src: url(\"{font}#iefix\") }}\nb {{ color: red }}\n");
        assert_eq!(text_of(&assets, STYLESHEET), expected);
        assert_eq!(assets.paths().collect::<Vec<_>>(), ["fonts/x.woff2", "style.css"]);
        assert_eq!(format!("/{}", assets.files()[0].path), font);
    }

    #[test]
    fn a_missing_file_is_shown_where_it_is_asked_for() {
        let (_, faults) =
            load(&[("styles/a.css", "a {\n  src: url(\"fonts/y.woff2\");\n}"), ("static/fonts/x.woff2", "font")]);
        assert_eq!(faults.len(), 1);
        let place = faults[0].location.as_ref().unwrap();
        assert!(place.file.ends_with("styles/a.css"));
        assert_eq!((place.line, place.column, place.width), (2, 13, 13));
        assert!(faults[0].help.as_ref().unwrap().contains("fonts/x.woff2"));
    }

    #[test]
    fn a_third_party_is_refused_and_a_drawing_in_the_sheet_is_not() {
        let (_, faults) = load(&[(
            "styles/a.css",
            "a { b: url(https://exemple.fr/x.png) url(//exemple.fr/x.png) url(data:image/png;base64,AA==) url(#f) }",
        )]);
        assert_eq!(faults.iter().map(|fault| fault.code).collect::<Vec<_>>(), ["style-adresse", "style-adresse"]);
    }

    #[test]
    fn a_name_that_an_address_cannot_hold_is_refused() {
        let (assets, faults) = load(&[("static/été.svg", "<svg/>"), ("static/style.css", "a{}")]);
        assert_eq!(faults.iter().map(|fault| fault.code).collect::<Vec<_>>(), ["actif-nom", "actif-reserve"]);
        assert_eq!(assets.paths().collect::<Vec<_>>(), ["style.css"]);
    }

    #[test]
    fn a_theme_that_is_not_there_is_said_by_name() {
        let error = Assets::load(Path::new("themes/absent"), &Diagnostics::new()).unwrap_err();
        assert!(error.to_string().contains("themes/absent"));
    }
}
