//! Where each link of a body leads: a page, a file, a form, a value, the web, or nowhere.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use super::{PageId, Site, SitePage, Visibility};
use crate::diagnostic::{Diagnostic, Diagnostics, nearest};
use crate::establishment::Establishment;
use crate::fields::Spanned;
use crate::markdown::{Link, LinkKind, Resolution, escape_text};
use crate::source::SourceFile;

/// What a link may lead to besides a page.
#[derive(Debug)]
pub struct Targets<'a> {
    /// Ids of the forms, and whether this build offers each.
    pub forms: BTreeMap<&'a str, bool>,
    /// The hospital's own values.
    pub establishment: &'a Establishment,
    /// Other files of the content folder, with the size in pixels of those that are images.
    pub files: &'a BTreeMap<Arc<str>, Option<(u32, u32)>>,
    /// Addresses that the generator adds: plan du site, list of forms, tags.
    pub generated: Vec<String>,
}

/// Resolves the links of every page, in the order of [`Site::pages`]; of those that do not
/// show, nothing is resolved and nothing reported.
pub fn resolve_all(site: &Site, targets: &Targets<'_>, diagnostics: &Diagnostics) -> Vec<Vec<Resolution>> {
    let resolved: Vec<_> = site
        .pages
        .par_iter()
        .map(|page| {
            let faults = Diagnostics::new();
            let links = if page.is_shown() { page.parsed.body.links.as_slice() } else { &[] };
            let from = Follow { site, targets, source: &page.parsed.source, page: Some(page) };
            (links.iter().map(|link| from.resolve_or_report(link, &faults)).collect(), faults)
        })
        .collect();
    resolved
        .into_iter()
        .map(|(links, faults)| {
            diagnostics.merge(faults);
            links
        })
        .collect()
}

/// The place from which a link is followed.
pub struct Follow<'a> {
    /// All pages.
    pub site: &'a Site,
    /// All other targets.
    pub targets: &'a Targets<'a>,
    /// The file that holds the link.
    pub source: &'a SourceFile,
    /// The page that holds it, when it is one: `#ancre` is then one of its own.
    pub page: Option<&'a SitePage>,
}

impl Follow<'_> {
    /// Resolves a link; a broken one is reported and keeps its label only.
    pub fn resolve_or_report(&self, link: &Link, diagnostics: &Diagnostics) -> Resolution {
        self.resolve(link).unwrap_or_else(|fault| {
            diagnostics.add(fault);
            Resolution::Broken
        })
    }

    fn resolve(&self, link: &Link) -> Result<Resolution, Diagnostic> {
        let target = link.target.as_str();
        if let Some(form) = target.strip_prefix("formulaire:") {
            return self.form(link, form);
        }
        if let Some(key) = target.strip_prefix("etablissement:") {
            return self.value(link, key);
        }
        if has_scheme(target) {
            return Ok(Resolution::Href { url: target.to_owned(), external: target.starts_with("http") });
        }
        let (path, anchor) = match target.split_once('#') {
            Some((path, anchor)) => (path, Some(decode_url(anchor))),
            None => (target, None),
        };
        if path.is_empty() {
            let anchor = anchor.unwrap_or_default();
            return match self.page {
                Some(page) => self.anchor(link, page, page, &anchor).map(|()| href(format!("#{anchor}"))),
                None => Ok(href(format!("#{anchor}"))),
            };
        }
        if path.starts_with('/') {
            return self.address(link, path, anchor.as_deref());
        }
        let joined = join(self.source.folder(), &decode_url(path)).ok_or_else(|| {
            self.fault(
                link,
                "lien-hors-contenu",
                format!("« {path} » sort du dossier de contenu"),
                "liez une page ou un fichier du dossier de contenu".to_owned(),
            )
        })?;
        if link.kind == LinkKind::Link
            && let Some(found) = self.page_at(&joined)
        {
            return self.to_page(link, found, anchor.as_deref());
        }
        self.file(link, &joined)
    }

    /// The page at a content path: the file itself, or a folder by its own page.
    fn page_at(&self, path: &str) -> Option<&SitePage> {
        let folder = path.trim_end_matches('/');
        let index = if folder.is_empty() { "_index.md".to_owned() } else { format!("{folder}/_index.md") };
        let found = self.site.by_path.get(path).or_else(|| self.site.by_path.get(index.as_str()));
        found.map(|id| &self.site.pages[*id])
    }

    fn to_page(&self, link: &Link, page: &SitePage, anchor: Option<&str>) -> Result<Resolution, Diagnostic> {
        let reason = match page.visibility {
            Visibility::Shown => None,
            // The public build leaves internal pages out of links, and that is no fault.
            Visibility::Internal => return Ok(Resolution::Broken),
            Visibility::Draft => Some("est un brouillon"),
            Visibility::NotYet => Some("n’est pas encore publiée"),
            Visibility::Expired => Some("a expiré"),
        };
        if let Some(reason) = reason {
            return Err(self
                .fault(
                    link,
                    "lien-vers-page-cachee",
                    format!("la page « {} » {reason}", page.menu_title()),
                    "le texte du lien reste, sans lien ; retirez-le ou publiez la page".to_owned(),
                )
                .warning());
        }
        match anchor {
            None => Ok(href(page.url.clone())),
            Some(anchor) => {
                if let Some(from) = self.page {
                    self.anchor(link, from, page, anchor)?;
                }
                Ok(href(format!("{}#{anchor}", page.url)))
            }
        }
    }

    fn anchor(&self, link: &Link, _from: &SitePage, to: &SitePage, anchor: &str) -> Result<(), Diagnostic> {
        if to.parsed.body.is_unread || to.parsed.body.anchors().any(|id| id == anchor) {
            return Ok(());
        }
        let anchors: Vec<&str> = to.parsed.body.anchors().collect();
        let help = match nearest(anchor, anchors.iter().copied()) {
            Some(near) => format!("vouliez-vous dire « #{near} » ?"),
            None if anchors.is_empty() => "cette page n’a aucun intertitre".to_owned(),
            None => format!("les ancres de cette page sont : {}", anchors.join(", ")),
        };
        Err(self.fault(
            link,
            "ancre-introuvable",
            format!("la page « {} » n’a pas d’ancre « #{anchor} »", to.menu_title()),
            help,
        ))
    }

    fn form(&self, link: &Link, written: &str) -> Result<Resolution, Diagnostic> {
        let id = written.trim_matches('/');
        match self.targets.forms.get(id) {
            Some(true) => return Ok(href(form_url(self.site, id, self.page.and_then(|page| page.space)))),
            // As with an internal page: the label stays, and that is no fault.
            Some(false) => return Ok(Resolution::Broken),
            None => {}
        }
        let name = Spanned { value: id.to_owned(), range: link.range.clone() };
        Err(unknown_name(self.source, &name, self.targets.forms.keys().copied(), "formulaire-inconnu", "le formulaire"))
    }

    fn value(&self, link: &Link, key: &str) -> Result<Resolution, Diagnostic> {
        if let Some(value) = self.targets.establishment.get(key) {
            let mut shown = String::new();
            escape_text(&crate::typography::french_text(value), &mut shown);
            let is_mail = value.contains('@') && !value.contains(char::is_whitespace);
            return Ok(Resolution::Value(if is_mail {
                format!("<a href=\"mailto:{shown}\">{shown}</a>")
            } else {
                shown
            }));
        }
        if self.targets.establishment.unreadable {
            return Ok(Resolution::Broken);
        }
        let name = Spanned { value: key.to_owned(), range: link.range.clone() };
        Err(if Establishment::keys().any(|known| known == key) {
            self.fault(
                link,
                "valeur-absente",
                format!("« {key} » n’a pas de valeur"),
                format!("ajoutez « {key}: … » dans etablissement.yaml"),
            )
        } else {
            unknown_name(self.source, &name, Establishment::keys(), "valeur-inconnue", "la valeur d’établissement")
        })
    }

    /// An address from the root: a page, a generated page or a file.
    fn address(&self, link: &Link, path: &str, anchor: Option<&str>) -> Result<Resolution, Diagnostic> {
        let url = if path.ends_with('/') { path.to_owned() } else { format!("{path}/") };
        if let Some(id) = self.site.by_url.get(&url) {
            return self.to_page(link, &self.site.pages[*id], anchor);
        }
        if self.targets.generated.contains(&url) {
            return Ok(href(url));
        }
        self.file(link, path.trim_start_matches('/'))
    }

    fn file(&self, link: &Link, path: &str) -> Result<Resolution, Diagnostic> {
        if let Some(size) = self.targets.files.get(path) {
            let url = file_url(path);
            return Ok(match link.kind {
                LinkKind::Link => href(url),
                LinkKind::Image => {
                    Resolution::Image { url, width: size.map(|size| size.0), height: size.map(|size| size.1) }
                }
            });
        }
        if self.site.unreadable.contains(path) {
            return Ok(Resolution::Broken);
        }
        let (code, what, known): (_, _, Vec<&str>) = match link.kind {
            LinkKind::Image => {
                ("image-introuvable", "l’image", self.targets.files.keys().map(|path| &**path).collect())
            }
            LinkKind::Link => (
                "page-introuvable",
                "la page",
                self.site.by_path.keys().chain(self.targets.files.keys()).map(|path| &**path).collect(),
            ),
        };
        let help = match same_file(path, &known).or_else(|| nearest(path, known.iter().copied())) {
            Some(near) => format!("vouliez-vous dire « {} » ?", relative(self.source.folder(), near)),
            None if link.kind == LinkKind::Image => {
                "mettez l’image dans le dossier de contenu et écrivez son chemin depuis ce fichier".to_owned()
            }
            None => "écrivez le chemin depuis ce fichier, par exemple ../chartes/bienveillance.md".to_owned(),
        };
        Err(self.fault(link, code, format!("{what} « {} » n’existe pas", link.target), help))
    }

    fn fault(&self, link: &Link, code: &'static str, message: String, help: String) -> Diagnostic {
        self.source.error(link.range.clone(), code, message).help(help)
    }
}

/// A name that stands for nothing, with the nearest that does.
pub fn unknown_name<'k>(
    source: &SourceFile,
    name: &Spanned<String>,
    known: impl Iterator<Item = &'k str> + Clone,
    code: &'static str,
    what: &str,
) -> Diagnostic {
    let help = match nearest(&name.value, known.clone()) {
        Some(near) => format!("vouliez-vous dire « {near} » ?"),
        None => match known.collect::<Vec<_>>().as_slice() {
            [] => "il n’y en a encore aucun ; retirez ce nom".to_owned(),
            known => format!("sont connus : {}", known.join(", ")),
        },
    };
    source.error(name.range.clone(), code, format!("{what} « {} » n’existe pas", name.value)).help(help)
}

/// The address of a form, with the space already chosen when it is opened from one.
pub fn form_url(site: &Site, id: &str, space: Option<PageId>) -> String {
    match space {
        Some(space) => format!("/formulaires/{id}/?espace={}", site.pages[space].slug()),
        None => format!("/formulaires/{id}/"),
    }
}

fn href(url: String) -> Resolution {
    Resolution::Href { url, external: false }
}

/// The address of a content file, with what a URL does not allow percent-encoded.
pub fn file_url(path: &str) -> String {
    let mut url = String::with_capacity(path.len() + 1);
    for byte in format!("/{path}").bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~!$&'()*+,;=:@".contains(&byte) {
            url.push(char::from(byte));
        } else {
            url.extend(['%', hex_digit(byte >> 4), hex_digit(byte & 15)]);
        }
    }
    url
}

/// The digit of a number below 16, as percent-encoding writes it (RFC 3986, 2.1).
fn hex_digit(number: u8) -> char {
    char::from_digit(u32::from(number), 16).map_or('0', |digit| digit.to_ascii_uppercase())
}

fn has_scheme(target: &str) -> bool {
    target.split_once(':').is_some_and(|(scheme, _)| {
        scheme.len() > 1 && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
    }) || target.starts_with("//")
}

/// Undoes percent-encoding; a text that is not UTF-8 once decoded is left as it was.
pub fn decode_url(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = (bytes[at] == b'%').then(|| text.get(at + 1..at + 3)).flatten();
        if let Some(byte) = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            decoded.push(byte);
            at += 3;
        } else {
            decoded.push(bytes[at]);
            at += 1;
        }
    }
    String::from_utf8(decoded).unwrap_or_else(|_| text.to_owned())
}

/// Follows a relative path from a content folder; `None` when it leaves the content.
pub fn join(folder: &str, relative: &str) -> Option<String> {
    use unicode_normalization::UnicodeNormalization;
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/").nfc().collect())
}

/// A file of another folder or another case that bears the same name.
fn same_file<'a>(path: &str, known: &[&'a str]) -> Option<&'a str> {
    let name = |path: &str| crate::slug::fold(path.rsplit('/').next().unwrap_or(path));
    let wanted = name(path);
    let mut same = known.iter().filter(|other| name(other) == wanted && wanted != "_index.md");
    same.next().copied().filter(|_| same.next().is_none())
}

/// The path from a content folder to a content path, as an editor writes it.
fn relative(folder: &str, path: &str) -> String {
    let from: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    let to: Vec<&str> = path.split('/').collect();
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let mut parts = vec![".."; from.len() - shared];
    parts.extend(&to[shared..]);
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_followed_and_never_leave_the_content() {
        assert_eq!(join("a/b", "../c.md").as_deref(), Some("a/c.md"));
        assert_eq!(join("", "./c.md").as_deref(), Some("c.md"));
        assert_eq!(join("a", "../../c.md"), None);
        assert_eq!(relative("savoir/veille", "savoir-faire/a.md"), "../../savoir-faire/a.md");
    }

    #[test]
    fn a_drive_letter_is_no_scheme() {
        assert!(has_scheme("https://exemple.fr"));
        assert!(has_scheme("mailto:a@exemple.fr"));
        assert!(!has_scheme("savoir/enjeux.md"));
    }

    #[test]
    fn addresses_of_files_are_encoded() {
        assert_eq!(file_url("a b/é.pdf"), "/a%20b/%C3%A9.pdf");
        assert_eq!(decode_url("a%20b/%C3%A9.pdf"), "a b/é.pdf");
    }
}
