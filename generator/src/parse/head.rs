//! What the head of a page says that no single key does: days that contradict each other, words
//! left to complete, signs that nobody sees, a person's address, a title that stands elsewhere.
//!
//! All of it follows from the page's own text.

use std::ops::Range;

use crate::content::Meta;
use crate::diagnostic::Diagnostics;
use crate::lint::signs::Sign;
use crate::lint::{self, left_in};
use crate::markdown::Report;
use crate::scan;
use crate::source::SourceFile;
use crate::yaml::{Node, Value, quoted};

/// Warns of what is odd in a head whose keys were taken.
pub(super) fn check(source: &SourceFile, fields: &Node, meta: &mut Meta, diagnostics: &Diagnostics) {
    let head = source.text.get(fields.range.clone()).unwrap_or_default();
    if left_in::may_be_in(head) {
        left_to_complete(source, fields, diagnostics);
    }
    let report = Report::new(source, 0, diagnostics);
    suspicious(source, fields, &lint::unseen_in(&source.text, fields.range.clone()), &report);
    report.finish();
    contradicting_days(source, fields, meta, diagnostics);
    plain_title(source, fields, meta, diagnostics);
    for tag in meta.tags.iter().filter(|tag| tag.value.chars().count() > LONGEST_TAG).take(1) {
        diagnostics.add(
            source
                .error(
                    tag.range.clone(),
                    "etiquette-longue",
                    "cette étiquette est trop longue pour être l’adresse d’une page",
                )
                .help("écrivez-la en quelques mots ; une phrase a sa place dans « resume »"),
        );
    }
}

/// Longer tags are no names of folders on some disks.
const LONGEST_TAG: usize = 100;

/// The value of the first of `names` that a head has.
pub(super) fn value<'n>(fields: &'n Node, names: &[&str]) -> Option<&'n Node> {
    let Value::Map(entries) = &fields.value else { return None };
    entries.iter().find(|entry| names.contains(&entry.key.as_str())).map(|entry| &entry.value)
}

fn left_to_complete(source: &SourceFile, node: &Node, diagnostics: &Diagnostics) {
    match &node.value {
        Value::Null => {}
        Value::Scalar(text) => {
            if left_in::find(text).next().is_some() {
                let written = source.text.get(node.range.clone()).unwrap_or_default();
                let place = left_in::find(written)
                    .next()
                    .map_or(node.range.clone(), |found| node.range.start + found.start..node.range.start + found.end);
                diagnostics.add(
                    source
                        .warning(
                            place.clone(),
                            "texte-a-completer",
                            format!("« {} » attend encore son texte", quoted_text(source, place)),
                        )
                        .help("complétez ce passage, ou retirez-le : il serait publié tel quel"),
                );
            }
        }
        Value::List(items) => {
            for item in items {
                left_to_complete(source, item, diagnostics);
            }
        }
        Value::Map(entries) => {
            for entry in entries {
                left_to_complete(source, &entry.value, diagnostics);
            }
        }
    }
}

/// Warns of what readers would see of a value as they would of a text: broken accents, signs that
/// nobody sees, what names a person. An address of the web is left alone.
fn suspicious(source: &SourceFile, node: &Node, signs: &[Sign], report: &Report) {
    match &node.value {
        Value::Null => {}
        Value::Scalar(text) if scan::positions(text.as_bytes(), b':').any(|at| text[at..].starts_with("://")) => {}
        Value::Scalar(_) => lint::check_value(&source.text, node.range.clone(), signs, report),
        Value::List(items) => items.iter().for_each(|item| suspicious(source, item, signs, report)),
        Value::Map(entries) => entries.iter().for_each(|entry| suspicious(source, &entry.value, signs, report)),
    }
}

/// The bytes `range` of a file as a message quotes them.
fn quoted_text(source: &SourceFile, range: Range<usize>) -> String {
    crate::markdown::quoted(source.text.get(range).unwrap_or_default())
}

fn contradicting_days(source: &SourceFile, fields: &Node, meta: &Meta, diagnostics: &Diagnostics) {
    let warn = |names: &[&str], message: &str, help: &str| {
        let range = value(fields, names).map_or(0..0, |node| node.range.clone());
        diagnostics.add(source.warning(range, "dates-contradictoires", message).help(help));
    };
    if meta.publish_on.zip(meta.expire_on).is_some_and(|(publish, expire)| expire <= publish) {
        warn(
            &["expire_le", "expires"],
            "la page expire le jour de sa publication, ou avant : personne ne la verra",
            "vérifiez « publie_le » et « expire_le »",
        );
    }
    if meta.date.zip(meta.updated).is_some_and(|(date, updated)| updated < date) {
        warn(
            &["mis_a_jour", "updated"],
            "la page est mise à jour avant sa propre date",
            "vérifiez « date » et « mis_a_jour »",
        );
    }
}

/// A title is shown as it is: Markdown in it is taken off, and told. Between quotation marks, where
/// the words of a form are published too, it is what it says.
fn plain_title(source: &SourceFile, fields: &Node, meta: &mut Meta, diagnostics: &Diagnostics) {
    let plain = without_markup(&meta.title);
    let range = value(fields, &["titre", "title"]).map_or(0..0, |node| node.range.clone());
    let written = source.text.get(range.clone()).unwrap_or_default();
    if plain == meta.title || written.starts_with(['"', '\'']) {
        return;
    }
    // One that begins with such a sign was refused for it.
    if !written.starts_with(['*', '`']) {
        diagnostics.add(
            source
                .warning(range, "titre-mis-en-forme", "un titre ne prend ni lien ni mise en forme")
                .help(format!("écrivez {}", quoted("titre", &plain))),
        );
    }
    meta.title = plain;
}

/// The words of a title, without links, images, bold and code.
fn without_markup(title: &str) -> String {
    if !title.contains(['[', '*', '`', '_']) {
        return title.to_owned();
    }
    let mut plain = String::with_capacity(title.len());
    let mut rest = title;
    while let Some(open) = rest.find('[') {
        let link = rest[open..].find("](").and_then(|middle| {
            let label = &rest[open + 1..open + middle];
            let end = rest[open + middle..].find(')')?;
            (!label.contains('[')).then_some((label, open + middle + end + 1))
        });
        let (before, label, after) = match link {
            Some((label, after)) => (rest[..open].trim_end_matches('!'), label, after),
            None => (&rest[..=open], "", open + 1),
        };
        plain.push_str(before);
        plain.push_str(label);
        rest = &rest[after..];
    }
    plain.push_str(rest);
    for mark in ["**", "__", "`"] {
        if plain.matches(mark).count() >= 2 && !plain.contains("____") {
            plain = plain.replace(mark, "");
        }
    }
    plain.trim().to_owned()
}

/// Finds the title that a page has elsewhere: its first heading, else its file's name. The body
/// then begins after a level-1 heading that it started with.
pub(super) fn find_title(source: &SourceFile, body: Range<usize>, meta: &mut Meta) -> Range<usize> {
    let text = &source.text[body.clone()];
    let start = body.start + (text.len() - text.trim_start().len());
    let first = source.text[start..body.end].lines().next().unwrap_or_default();
    if let Some(title) = first.strip_prefix("# ").map(heading_text).filter(|title| !title.is_empty()) {
        meta.title = title;
        return start + first.len()..body.end;
    }
    let mut in_code = false;
    let heading = text.lines().find_map(|line| {
        in_code ^= line.starts_with("```") || line.starts_with("~~~");
        let words = line.trim_start_matches('#');
        let level = line.len() - words.len();
        ((1..=6).contains(&level) && !in_code && words.starts_with(' ')).then(|| heading_text(words))
    });
    meta.title = heading.filter(|title| !title.is_empty()).unwrap_or_else(|| name_as_title(&source.path));
    body
}

/// The words of a heading, without closing signs, anchor and markup.
fn heading_text(words: &str) -> String {
    let words = words.trim().trim_end_matches('#').trim_end();
    let words = words.rsplit_once("{#").map_or(words, |(words, _)| words.trim_end());
    without_markup(words)
}

/// « Premier pas » for `premier-pas.md`; of a folder's own page, the folder's name.
fn name_as_title(path: &str) -> String {
    let mut parts = path.rsplit('/');
    let file = parts.next().unwrap_or(path);
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let is_index = super::is_index_name(path);
    let name = if is_index { parts.next().unwrap_or("Accueil") } else { stem };
    let words = name.replace(['-', '_'], " ");
    let words = words.trim();
    let mut letters = words.chars();
    match letters.next() {
        Some(letter) => letter.to_uppercase().chain(letters).collect(),
        None => file.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn title(path: &str, body: &str) -> (String, String) {
        let source = SourceFile::new(path, body);
        let mut meta = Meta::default();
        let rest = find_title(&source, 0..body.len(), &mut meta);
        (meta.title, source.text[rest].to_owned())
    }

    #[test]
    fn a_title_is_found_in_the_first_heading_then_in_the_name() {
        assert_eq!(title("a.md", "\n# Premiers **pas**\n\nTexte\n"), ("Premiers pas".into(), "\n\nTexte\n".into()));
        assert_eq!(title("a.md", "Texte\n\n## Un [lien](b.md) {#x}\n").0, "Un lien");
        assert_eq!(title("premier-pas.md", "```\n# code\n```\n").0, "Premier pas");
        assert_eq!(title("savoir/été_2026/index.md", "").0, "Été 2026");
        assert_eq!(title("_index.md", "").0, "Accueil");
    }

    #[test]
    fn between_quotation_marks_a_title_is_what_it_says() {
        for (written, title, faults) in
            [("Un [lien](a.md)", "Un lien", 1), ("\"Un [lien](a.md)\"", "Un [lien](a.md)", 0)]
        {
            let source = SourceFile::new("a.md", format!("---\ntitre: {written}\n---\nTexte\n"));
            let diagnostics = Diagnostics::new();
            let parsed = crate::parse::parse(vec![source], "Portail", &diagnostics);
            let page = parsed.pages.iter().find(|page| &*page.source.path == "a.md").unwrap();
            assert_eq!((page.meta.title.as_str(), diagnostics.into_sorted().len()), (title, faults));
        }
    }

    #[test]
    fn a_value_that_waits_for_words_is_told_however_it_is_written() {
        for value in
            ["TODO", "(à compléter)", "À COMPLÉTER", "\"[insérer un mot]\"", ">\n  Le cadre est [à\n  compléter]"]
        {
            let source = SourceFile::new("a.md", format!("---\ntitre: Un titre\nresume: {value}\n---\nTexte\n"));
            let diagnostics = Diagnostics::new();
            crate::parse::parse(vec![source], "Portail", &diagnostics);
            let codes: Vec<_> = diagnostics.into_sorted().iter().map(|diagnostic| diagnostic.code).collect();
            assert!(codes.contains(&"texte-a-completer"), "{value}: {codes:?}");
        }
    }

    #[test]
    fn a_title_loses_its_markup_and_nothing_else() {
        for (title, plain) in [
            ("Chaque [image](#image) a-t-elle…", "Chaque image a-t-elle…"),
            ("**Urgent** : `main`", "Urgent : main"),
            ("![Logo](a.png) Accueil", "Logo Accueil"),
            ("[Urgent] Fermeture", "[Urgent] Fermeture"),
            ("2 * 3 * 4 et nom_de_fichier", "2 * 3 * 4 et nom_de_fichier"),
            ("a [b](c", "a [b](c"),
        ] {
            assert_eq!(without_markup(title), plain, "{title}");
        }
    }
}
