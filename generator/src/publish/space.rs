//! A new department space: its folder with everything that makes it work from the first minute.
//!
//! The texts stand in `espace/`, as an editor writes pages. In braces is what differs from one
//! space to the next; who asked for the space has no say in the rest.

use crate::content::Charter;
use crate::form::AnswerValue;
use crate::form::clean::clean_line;
use crate::form::publication::Draft;
use crate::slug::slugify;

use super::{Destination, NewFile, NewPage, head, markdown_of};

/// The charter that the charter of every new space extends, from the content folder.
pub const BASE_CHARTER: &str = "savoir-faire/chartes/bienveillance.md";

/// How long the name of a folder gets, in characters: it is read in addresses.
const SLUG_LENGTH: usize = 40;

const INDEX: &str = include_str!("espace/_index.md");
const CHARTER: &str = include_str!("espace/charte-du-service.md");

/// The folders of a space, each with its own page.
const FOLDERS: [(&str, &str); 5] = [
    ("activites", include_str!("espace/activites.md")),
    ("agenda", include_str!("espace/agenda.md")),
    ("chartes", include_str!("espace/chartes.md")),
    ("post-its", include_str!("espace/post-its.md")),
    ("publications", include_str!("espace/publications.md")),
];

/// The files of a space that opens.
pub(super) fn open(draft: &Draft, to: &Destination<'_>) -> NewPage {
    let title = title(draft);
    let slug = slug(&title, draft, to);
    let folder = format!("{}/{slug}", draft.folder);
    let main = format!("{folder}/_index.md");
    let mut files = vec![NewFile { text: index(draft, to, &main), path: main.clone() }];
    for (name, template) in FOLDERS {
        let path = format!("{folder}/{name}/_index.md");
        files.push(NewFile { text: fill(template, to, &path), path });
    }
    let path = format!("{folder}/chartes/charte-du-service.md");
    files.push(NewFile { text: charter(&title, to, &path), path });
    NewPage { main, files, space: Some(slug) }
}

fn title(draft: &Draft) -> String {
    let titles = draft.front_matter.iter().filter_map(|(key, value)| match value {
        AnswerValue::Text(text) if key == "titre" => Some(clean_line(text)),
        _ => None,
    });
    titles.into_iter().next().unwrap_or_default()
}

/// The name of the folder: the service's, because those who decide read it before it is there. It
/// holds ASCII only, which every file system, address and directory of roles agrees on.
fn slug(title: &str, draft: &Draft, to: &Destination<'_>) -> String {
    let ascii: String = slugify(title).chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let cut: String = slugify(&ascii).chars().take(SLUG_LENGTH).collect();
    let plain = cut.trim_matches('-');
    if plain.is_empty() {
        return format!("espace-{}", to.id);
    }
    if (to.taken)(&format!("{}/{plain}", draft.folder)) { format!("{plain}-{}", to.id) } else { plain.to_owned() }
}

/// The space's own page: what was asked, then our keys, and our text after what was written.
fn index(draft: &Draft, to: &Destination<'_>, path: &str) -> String {
    let asked = head::write(&draft.front_matter, to.date);
    let is_asked = |line: &str| draft.front_matter.iter().any(|(key, _)| line.starts_with(&format!("{key}:")));
    let (ours, body) = cut(INDEX);
    let ours: String = ours.split_inclusive('\n').filter(|line| !is_asked(line)).collect();
    let mut written = markdown_of(&draft.body);
    if !written.is_empty() {
        written.push('\n');
    }
    format!("---\n{asked}{ours}---\n{written}{}", links_from(body, path))
}

/// A page of the space with what differs filled in.
fn fill(template: &str, to: &Destination<'_>, path: &str) -> String {
    let (keys, body) = cut(template);
    let keys = keys.replace("{date}", &to.date.to_string());
    format!("---\n{keys}---\n{}", links_from(body, path))
}

/// The charter, whose version in force is listed on its own page.
fn charter(title: &str, to: &Destination<'_>, path: &str) -> String {
    let (keys, body) = cut(CHARTER);
    let base = to.base_charter.map(|_| format!("etend: {}{BASE_CHARTER}\n", root_from(path))).unwrap_or_default();
    let full_title = format!("Charte du service {title}");
    let version = Charter::version_of(full_title.trim(), body, to.base_charter);
    let keys = keys.replace("{socle}\n", &base).replace("{version}", &version).replace("{date}", &to.date.to_string());
    // The title comes last: nothing in it is filled in again.
    let keys = keys.replace("{titre}", &head::within_quotes(title));
    format!("---\n{keys}---\n{body}")
}

/// The keys and the body of a template.
fn cut(template: &str) -> (&str, &str) {
    let inner = template.strip_prefix("---\n").unwrap_or(template);
    inner.split_once("---\n").unwrap_or(("", inner))
}

/// A body whose links lead from the content folder, as links of a page at `path`.
fn links_from(body: &str, path: &str) -> String {
    body.replace("{racine}", &root_from(path))
}

/// The way from a page to the content folder.
fn root_from(path: &str) -> String {
    "../".repeat(path.matches('/').count())
}
