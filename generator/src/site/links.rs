//! Where each link of a body leads: a page, a file, a form, a value, the web, or nowhere.

use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use rayon::prelude::*;

use super::nearby::{self, Nearby};
use super::{Site, SitePage, Visibility};
use crate::alongside::Alongside;
use crate::diagnostic::{Diagnostic, Diagnostics, Severity, nearest};
use crate::digest::{digest, hasher};
use crate::establishment::Establishment;
use crate::fields::Spanned;
use crate::images::FileFacts;
use crate::markdown::{Link, LinkKind, Report, Resolution, escape_text};
use crate::parse::ParsedPage;
use crate::scan;
use crate::source::SourceFile;

/// What a link may lead to besides a page.
#[derive(Debug)]
pub struct Targets<'a> {
    /// Ids of the forms, and whether this build offers each.
    pub forms: BTreeMap<&'a str, bool>,
    /// The hospital's own values.
    pub establishment: &'a Establishment,
    /// Other files of the content folder.
    pub files: &'a BTreeMap<Arc<str>, FileFacts>,
    /// Addresses that the generator adds: plan du site, list of forms, tags.
    pub generated: Vec<String>,
}

/// The links of the pages as they were last followed: as long as nothing that a link may lead to
/// changed, only those of pages that were parsed again are followed again, and those of which something
/// was said when a page has another title.
#[derive(Debug, Default)]
pub struct Memory {
    targets: u64,
    titles: u64,
    /// By what stands for the path of a page.
    pages: Alongside<u64, Followed>,
}

/// What became of the links of a page, in their order.
#[derive(Debug)]
pub struct Links {
    /// Each link.
    pub resolved: Vec<Resolution>,
    /// Stands for all of them.
    pub digest: u64,
}

#[derive(Debug)]
struct Followed {
    parsed: Arc<ParsedPage>,
    links: Arc<Links>,
    faults: Vec<Diagnostic>,
}

impl Memory {
    /// Resolves the links of every page, in the order of [`Site::pages`]; of those that do not
    /// show, nothing is resolved and nothing reported.
    pub fn resolve(&mut self, site: &Site, targets: &Targets<'_>, diagnostics: &Diagnostics) -> Vec<Arc<Links>> {
        let (now, titles) = targets.digests(site);
        let is_same = std::mem::replace(&mut self.targets, now) == now;
        let is_retitled = std::mem::replace(&mut self.titles, titles) != titles;
        let known = self.pages.of(site.pages.iter().map(|page| &page.marks.key));
        known.par_iter_mut().zip(&site.pages).for_each(|(known, page)| {
            let is_known = known.as_ref().is_some_and(|last| {
                is_same && Arc::ptr_eq(&last.parsed, &page.parsed) && (!is_retitled || last.faults.is_empty())
            });
            if !is_known {
                *known = Some(follow(site, targets, page));
            }
        });
        let links = known.iter().flatten().map(|followed| {
            for fault in &followed.faults {
                diagnostics.add(fault.clone());
            }
            Arc::clone(&followed.links)
        });
        links.collect()
    }
}

impl Targets<'_> {
    /// Stands for everything that the resolution of a link may depend on; then for the titles, which only
    /// what is said of a link shows.
    fn digests(&self, site: &Site) -> (u64, u64) {
        let marks = site.pages.iter().map(|page| page.marks);
        let (pages, titles): (Vec<_>, Vec<_>) =
            marks.map(|marks| ((marks.key, marks.place, marks.anchors), marks.revision.head)).unzip();
        let mut sum = hasher();
        (pages, &self.forms, self.establishment, self.files, &self.generated, &site.aliases).hash(&mut sum);
        let mut unreadable: Vec<_> = site.unreadable.iter().collect();
        unreadable.sort_unstable();
        unreadable.hash(&mut sum);
        (sum.finish(), digest(&titles))
    }
}

fn follow(site: &Site, targets: &Targets<'_>, page: &SitePage) -> Followed {
    let faults = Diagnostics::new();
    let links = if page.is_shown() { page.parsed.body.links.as_slice() } else { &[] };
    let from = Follow { site, targets, source: &page.parsed.source, page: Some(page) };
    let report = Report::new(&page.parsed.source, 0, &faults);
    let resolved: Vec<Resolution> = links.iter().map(|link| from.resolve_or_report(link, &report)).collect();
    report.finish();
    let links = Arc::new(Links { digest: digest(&resolved), resolved });
    Followed { parsed: Arc::clone(&page.parsed), links, faults: faults.into_sorted() }
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
    pub fn resolve_or_report(&self, link: &Link, report: &Report) -> Resolution {
        if report.is_full() {
            return Resolution::Broken;
        }
        self.resolve(link, report).unwrap_or_else(|fault| {
            let Fault { severity, code, message, help } = fault;
            match severity {
                Severity::Error => report.error(link.range.clone(), code, message, help),
                Severity::Warning => report.warning(link.range.clone(), code, message, help),
            }
            Resolution::Broken
        })
    }

    fn resolve(&self, link: &Link, report: &Report) -> Result<Resolution, Fault> {
        let target = link.target.as_str();
        if let Some(form) = target.strip_prefix("formulaire:") {
            return self.form(form);
        }
        if let Some(key) = target.strip_prefix("etablissement:") {
            return self.value(key);
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
                Some(page) => anchor_of(page, &anchor, report).map(|()| href(format!("#{anchor}"))),
                None => Ok(href(format!("#{anchor}"))),
            };
        }
        if path.starts_with('/') {
            return self.address(link, path, anchor.as_deref(), report);
        }
        let joined = join(self.source.folder(), &decode_url(path)).ok_or_else(|| {
            Fault::error(
                "lien-hors-contenu",
                format!("« {path} » sort du dossier de contenu"),
                "liez une page ou un fichier du dossier de contenu".to_owned(),
            )
        })?;
        if link.kind == LinkKind::Link
            && let Some(found) = self.page_at(&joined)
        {
            return self.to_page(found, anchor.as_deref(), report);
        }
        self.file(link, &joined, report)
    }

    /// The page at a content path: the file itself, or a folder by its own page.
    fn page_at(&self, path: &str) -> Option<&SitePage> {
        let folder = path.trim_end_matches('/');
        let index = || if folder.is_empty() { "_index.md".to_owned() } else { format!("{folder}/_index.md") };
        let found = self.site.by_path.get(path).or_else(|| self.site.by_path.get(index().as_str()));
        found.map(|id| &self.site.pages[*id])
    }

    fn to_page(&self, page: &SitePage, anchor: Option<&str>, report: &Report) -> Result<Resolution, Fault> {
        let reason = match page.visibility {
            Visibility::Shown => None,
            // The public build leaves internal pages out of links, and that is no fault.
            Visibility::Internal => return Ok(Resolution::Broken),
            Visibility::Draft => Some("est un brouillon"),
            Visibility::NotYet => Some("n’est pas encore publiée"),
            Visibility::Expired => Some("a expiré"),
        };
        if let Some(reason) = reason {
            return Err(Fault::error(
                "lien-vers-page-cachee",
                format!("la page « {} » {reason}", page.menu_title()),
                "le texte du lien reste, sans lien ; retirez-le ou publiez la page".to_owned(),
            )
            .warning());
        }
        match anchor {
            None => Ok(href(page.url.clone())),
            Some(anchor) => {
                if self.page.is_some() {
                    anchor_of(page, anchor, report)?;
                }
                Ok(href(format!("{}#{anchor}", page.url)))
            }
        }
    }

    fn form(&self, written: &str) -> Result<Resolution, Fault> {
        let id = written.trim_matches('/');
        match self.targets.forms.get(id) {
            Some(true) => {
                let space = self.page.and_then(|page| page.space).map(|space| &self.site.pages[space]);
                return Ok(href(form_url(id, space)));
            }
            // As with an internal page: the label stays, and that is no fault.
            Some(false) => return Ok(Resolution::Broken),
            None => {}
        }
        let (message, help) = unknown(id, self.targets.forms.keys().copied(), "le formulaire");
        Err(Fault::error("formulaire-inconnu", message, help))
    }

    fn value(&self, key: &str) -> Result<Resolution, Fault> {
        if let Some(value) = self.targets.establishment.get(key) {
            let mut shown = String::new();
            escape_text(&whole_numbers(&crate::typography::french_text(value)), &mut shown);
            let is_mail = value.contains('@') && !value.contains(char::is_whitespace);
            return Ok(Resolution::Value(if is_mail {
                format!("<a href=\"mailto:{shown}\">{shown}</a>")
            } else {
                shown
            }));
        }
        if self.targets.establishment.is_at_fault {
            return Ok(Resolution::Broken);
        }
        let is_known = Establishment::keys().any(|known| known == key);
        Err(if is_known && self.targets.establishment.is_empty() {
            Fault::error(
                "valeur-absente",
                "le fichier etablissement.yaml n’existe pas, ou ne donne aucune valeur".to_owned(),
                format!("créez-le à la racine du contenu et écrivez-y « {key}: … »"),
            )
        } else if is_known {
            Fault::error(
                "valeur-absente",
                format!("« {key} » n’a pas de valeur"),
                format!("ajoutez « {key}: … » dans etablissement.yaml"),
            )
        } else {
            let (message, help) = unknown(key, Establishment::keys(), "la valeur d’établissement");
            Fault::error("valeur-inconnue", message, help)
        })
    }

    /// An address from the root: a page, a generated page or a file.
    fn address(&self, link: &Link, path: &str, anchor: Option<&str>, report: &Report) -> Result<Resolution, Fault> {
        let url = if path.ends_with('/') { path.to_owned() } else { format!("{path}/") };
        if let Some(id) = self.site.by_url.get(&url) {
            return self.to_page(&self.site.pages[*id], anchor, report);
        }
        if self.targets.generated.contains(&url) {
            return Ok(href(url));
        }
        if let Some((_, id)) = self.site.aliases.iter().find(|(old, _)| *old == url) {
            return self.to_page(&self.site.pages[*id], anchor, report);
        }
        self.file(link, path.trim_start_matches('/'), report)
    }

    /// The page of a path whose ending was forgotten, or is that of the site that is read, or that
    /// starts at the folder above the content.
    fn meant_page(&self, path: &str) -> Option<&str> {
        let stem = path.trim_end_matches('/');
        let stem = stem.strip_suffix(".html").or_else(|| stem.strip_suffix(".htm")).unwrap_or(stem);
        let stem = stem.strip_suffix("/index").or_else(|| stem.strip_suffix("/index.md")).unwrap_or(stem);
        let folder = self.source.shown.strip_suffix(&*self.source.path).unwrap_or_default();
        let name = folder.trim_end_matches('/').rsplit('/').next().filter(|name| !name.is_empty())?;
        let inside = path.find(&format!("{name}/")).map(|at| &path[at + name.len() + 1..]);
        [format!("{stem}.md"), format!("{stem}/_index.md")]
            .iter()
            .map(String::as_str)
            .chain([path])
            .chain(inside)
            .find_map(|path| self.site.by_path.get_key_value(path))
            .map(|(path, _)| &**path)
    }

    fn file(&self, link: &Link, path: &str, report: &Report) -> Result<Resolution, Fault> {
        if let Some(facts) = self.targets.files.get(path) {
            let url = file_url(path);
            return Ok(match link.kind {
                LinkKind::Link if link.shows_weight => Resolution::File { url, size_bytes: facts.size_bytes },
                LinkKind::Link => href(url),
                LinkKind::Image => {
                    let (width, height) = facts.pixels.unzip();
                    Resolution::Image { url, width, height }
                }
            });
        }
        if self.site.unreadable.contains(path) {
            return Ok(Resolution::Broken);
        }
        let ending = path.rsplit('/').next().and_then(|name| name.rsplit_once('.')).map(|(_, ending)| ending);
        let is_page = ending.is_none_or(|ending| ending.eq_ignore_ascii_case("md"));
        let (code, what) = match link.kind {
            LinkKind::Image => ("image-introuvable", "l’image"),
            LinkKind::Link => ("page-introuvable", if is_page { "la page" } else { "le fichier" }),
        };
        let pages = self.site.by_path.keys().filter(|_| link.kind == LinkKind::Link);
        let known = pages.chain(self.targets.files.keys()).map(|path| &**path);
        let written = |near: &str| relative(self.source.folder(), near);
        let form =
            || path.strip_prefix("formulaires/").map(|rest| rest.trim_end_matches('/').trim_end_matches(".yaml"));
        let form = form().filter(|id| self.targets.forms.contains_key(id));
        // The name of another site, with or without a page of it.
        let host = link.target.split('/').next().unwrap_or_default();
        let is_host = host.rsplit_once('.').is_some_and(|(name, ending)| !name.is_empty() && is_of_the_web(ending));
        let meant = (link.kind == LinkKind::Link).then(|| self.meant_page(path)).flatten();
        let near = || meant.map(Nearby::Like).or_else(|| nearby::path(path, known));
        let help = match report.shows_more(code).then(near).flatten() {
            _ if form.is_some() => format!("écrivez « formulaire:{} »", form.unwrap_or_default()),
            Some(Nearby::Like(near)) if meant.is_some() => format!("écrivez « {} »", written(near)),
            Some(Nearby::OtherCase(near)) => {
                format!("écrivez « {} » : majuscules, minuscules et accents comptent", written(near))
            }
            Some(Nearby::Like(near)) => format!("vouliez-vous dire « {} » ?", written(near)),
            None if link.kind == LinkKind::Image => {
                "mettez l’image dans le dossier de contenu et écrivez son chemin depuis ce fichier".to_owned()
            }
            None if is_host => {
                format!(
                    "pour un autre site, écrivez https://{} ; pour un fichier, déposez-le dans le dossier de contenu",
                    link.target
                )
            }
            None if !is_page => {
                "déposez-le dans le dossier de contenu et écrivez son chemin depuis cette page".to_owned()
            }
            None => "écrivez le chemin depuis ce fichier, par exemple ../chartes/bienveillance.md".to_owned(),
        };
        Err(Fault::error(code, format!("{what} « {} » n’existe pas", link.target), help))
    }
}

/// Whether what ends so is rather the name of a site.
fn is_of_the_web(ending: &str) -> bool {
    ["fr", "com", "org", "net", "eu", "info", "be", "ch"].iter().any(|known| ending.eq_ignore_ascii_case(known))
}

/// Why a link leads nowhere.
struct Fault {
    severity: Severity,
    code: &'static str,
    message: String,
    help: String,
}

impl Fault {
    fn error(code: &'static str, message: String, help: String) -> Self {
        Self { severity: Severity::Error, code, message, help }
    }

    fn warning(self) -> Self {
        Self { severity: Severity::Warning, ..self }
    }
}

/// More anchors than that are not listed.
const LISTED: usize = 20;

/// Checks that a page has an anchor. What one that could not be read has is not known.
fn anchor_of(page: &SitePage, anchor: &str, report: &Report) -> Result<(), Fault> {
    const CODE: &str = "ancre-introuvable";
    let body = &page.parsed.body;
    if body.is_unread || body.has_anchor(anchor) {
        return Ok(());
    }
    let message = format!("la page « {} » n’a pas d’ancre « #{anchor} »", page.menu_title());
    if anchor.is_empty() {
        let help = "écrivez où mène le lien, par exemple (../aide.md) ou (#un-intertitre)".to_owned();
        return Err(Fault::error(CODE, "il n’y a rien après « # » : ce lien ne mène nulle part".to_owned(), help));
    }
    if ["_ftn", "_edn"].iter().any(|start| anchor.starts_with(start)) {
        let number = anchor.trim_start_matches(|c: char| !c.is_ascii_digit());
        let (what, help) = if anchor.contains("ref") {
            ("ce début", format!("commencez cette ligne par « [^{number}]: », à la place de ce lien"))
        } else {
            ("cet appel", format!("écrivez « [^{number}] » à sa place, et en bas de la page « [^{number}]: … »"))
        };
        return Err(Fault::error(CODE, format!("{what} de note vient de Word et ne mène nulle part"), help));
    }
    if anchor.starts_with("_Toc") || anchor.starts_with("_heading=") {
        let help = "retirez ce sommaire : le portail en fait un des intertitres de la page".to_owned();
        return Err(Fault::error(CODE, "cette ligne de sommaire vient d’un traitement de texte".to_owned(), help));
    }
    let help = match report.shows_more(CODE).then(|| nearest(anchor, body.anchors())).flatten() {
        Some(near) => format!("vouliez-vous dire « #{near} » ?"),
        None => match body.anchors().take(LISTED).collect::<Vec<_>>().as_slice() {
            [] => "cette page n’a aucun intertitre".to_owned(),
            anchors => {
                let more = if anchors.len() == LISTED { ", …" } else { "" };
                format!("les ancres de cette page sont : {}{more}", anchors.join(", "))
            }
        },
    };
    Err(Fault::error(CODE, message, help))
}

/// A name that stands for nothing, with the nearest that does.
pub fn unknown_name<'k>(
    source: &SourceFile,
    name: &Spanned<String>,
    known: impl Iterator<Item = &'k str> + Clone,
    code: &'static str,
    what: &str,
) -> Diagnostic {
    let (message, help) = unknown(&name.value, known, what);
    source.error(name.range.clone(), code, message).help(help)
}

fn unknown<'k>(name: &str, known: impl Iterator<Item = &'k str> + Clone, what: &str) -> (String, String) {
    let help = match nearest(name, known.clone()) {
        Some(near) => format!("vouliez-vous dire « {near} » ?"),
        None => match known.collect::<Vec<_>>().as_slice() {
            [] => "il n’y en a encore aucun ; retirez ce nom".to_owned(),
            known => format!("sont connus : {}", known.join(", ")),
        },
    };
    (format!("{what} « {name} » n’existe pas"), help)
}

/// The address of a form, with the space already chosen when it is opened from one.
pub fn form_url(id: &str, space: Option<&SitePage>) -> String {
    match space {
        Some(space) => format!("/formulaires/{id}/?espace={}", space.slug()),
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
    if scan::position(bytes, b'%').is_none() {
        return text.to_owned();
    }
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
    Some(crate::slug::composed(&parts.join("/")))
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

/// A number that is written in groups, such as that of a telephone, is not cut at the end of a line.
fn whole_numbers(text: &str) -> String {
    let is_digit = |c: char| c.is_ascii_digit();
    let is_within = |at: usize| text[..at].ends_with(is_digit) && text[at + 1..].starts_with(is_digit);
    text.char_indices().map(|(at, c)| if c == ' ' && is_within(at) { '\u{a0}' } else { c }).collect()
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
    fn a_number_stays_on_its_line() {
        assert_eq!(whole_numbers("Santé au travail, 01 99 00. Nuit"), "Santé au travail, 01\u{a0}99\u{a0}00. Nuit");
        assert_eq!(whole_numbers(" 1 rue 2 "), " 1 rue 2 ");
    }

    #[test]
    fn addresses_of_files_are_encoded() {
        assert_eq!(file_url("a b/é.pdf"), "/a%20b/%C3%A9.pdf");
        assert_eq!(decode_url("a%20b/%C3%A9.pdf"), "a b/é.pdf");
    }
}
