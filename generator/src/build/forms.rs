//! The forms of the content: which there are, which a site offers, and their texts as HTML.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use crate::diagnostic::{Diagnostics, Location};
use crate::fields::Spanned;
use crate::form::view::RenderedTexts;
use crate::form::{Choices, FormDefinition};
use crate::markdown::{self, Resolution};
use crate::portal::PortalForm;
use crate::site::{Follow, Site, Targets};
use crate::source::SourceFile;

/// The folder of the content in which each YAML file is a form.
const FORMS_FOLDER: &str = "formulaires";

pub(super) fn form_files(data: &[Arc<SourceFile>]) -> impl Iterator<Item = &SourceFile> {
    data.iter().map(|file| &**file).filter(|file| file.folder() == FORMS_FOLDER)
}

/// The id of a form: its file's name without ending.
pub(super) fn form_id(file: &SourceFile) -> &str {
    let name = file.path.rsplit('/').next().unwrap_or(&file.path);
    name.split_once('.').map_or(name, |(stem, _)| stem)
}

/// The forms by id.
pub(super) fn parse_forms(data: &[Arc<SourceFile>], diagnostics: &Diagnostics) -> BTreeMap<String, FormDefinition> {
    form_files(data)
        .filter_map(|file| FormDefinition::parse(file, diagnostics).map(|form| (form.id.clone(), form)))
        .collect()
}

/// The forms that are offered, with their texts; every form is checked. One that asks for a space
/// is not offered where there is none: the public build, whose spaces are left out, has no such
/// form.
pub(super) fn portal_forms(
    forms: &BTreeMap<String, FormDefinition>,
    site: &Site,
    targets: &Targets<'_>,
    every_choice: &Choices,
    diagnostics: &Diagnostics,
) -> BTreeMap<String, PortalForm> {
    let mut offered = BTreeMap::new();
    for (id, definition) in forms {
        crate::form::examples::check(definition, every_choice, diagnostics);
        let texts = form_texts(definition, site, targets, diagnostics);
        if targets.forms.get(id.as_str()).is_some_and(|offered| *offered) {
            offered.insert(id.clone(), PortalForm { definition: definition.clone(), texts });
        }
    }
    offered
}

/// The introduction and notice of a form as HTML, their links resolved.
fn form_texts(
    definition: &FormDefinition,
    site: &Site,
    targets: &Targets<'_>,
    diagnostics: &Diagnostics,
) -> RenderedTexts {
    let source = &definition.source;
    RenderedTexts::render(definition, |text| {
        let excerpt = SourceFile::shown_as(&source.path, &source.shown, text.value.clone());
        let inner = Diagnostics::new();
        let document = markdown::parse(&excerpt, 0..excerpt.text.len(), &inner);
        let follow = Follow { site, targets, source: &excerpt, page: None };
        let report = markdown::Report::new(&excerpt, 0, &inner);
        let links: Vec<Resolution> =
            document.links.iter().map(|link| follow.resolve_or_report(link, &report)).collect();
        report.finish();
        for mut fault in inner.into_sorted() {
            // The text of a YAML value has its own lines: what is found on them is looked up in the file.
            fault.location = fault.location.map(|place| source.locate(place_in_file(source, text, &place)).into());
            diagnostics.add(fault);
        }
        document.render(|at| &links[at]).html()
    })
}

/// The bytes of the file where a place of the text of a value stands: as many of its word come before it there
/// as in the value, be it folded, indented or quoted. The whole value for a place that has no word.
fn place_in_file(source: &SourceFile, text: &Spanned<String>, place: &Location) -> Range<usize> {
    let bytes_of = |line: &str, characters: usize| -> usize { line.chars().take(characters).map(char::len_utf8).sum() };
    let lines = || text.value.split_inclusive('\n');
    let line_start: usize = lines().take(place.line - 1).map(str::len).sum();
    let line = lines().nth(place.line - 1).unwrap_or_default();
    let (before, rest) = line.split_at(bytes_of(line, place.column - 1));
    let at_fault = rest[..bytes_of(rest, place.width)].trim();
    let word = rest.split_whitespace().next();
    let (Some(word), Some(written)) = (word, source.text.get(text.range.clone())) else { return text.range.clone() };

    let nth = text.value[..line_start + before.len()].matches(word).count();
    // What announces a block of lines, « |- », is no part of it.
    let is_block = written.starts_with(['|', '>']);
    let body = if is_block { written.find('\n').unwrap_or_default() } else { 0 };
    let Some((at, _)) = written[body..].match_indices(word).nth(nth) else { return text.range.clone() };
    let start = text.range.start + body + at;
    let is_whole = !at_fault.is_empty() && source.text[start..].starts_with(at_fault);
    start..start + if is_whole { at_fault.len() } else { word.len() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The line and column in the file of each word « faute » of the introduction of a form.
    fn places(yaml: &str) -> Vec<(usize, usize, usize)> {
        let source = SourceFile::new("formulaires/essai.yaml", yaml);
        let node = crate::yaml::parse(&source, 0..yaml.len(), &Diagnostics::new()).unwrap();
        let diagnostics = Diagnostics::new();
        let text = crate::fields::Fields::new(&source, &node, &diagnostics).spanned_text("texte").unwrap();
        let value = SourceFile::new("valeur", text.value.clone());
        let found = text.value.match_indices("faute").map(|(at, word)| {
            let place = source.locate(place_in_file(&source, &text, &value.locate(at..at + word.len())));
            (place.line, place.column, place.width)
        });
        found.collect()
    }

    #[test]
    fn a_place_in_a_value_is_found_in_the_file_however_the_value_is_written() {
        for (yaml, expected) in [
            ("texte: une faute, deux fautes", vec![(1, 12, 5), (1, 24, 5)]),
            ("texte: \"l’« été » d’une faute\"", vec![(1, 25, 5)]),
            ("texte: |\n  a\n\n    faute\n  b faute\nbouton: a", vec![(4, 5, 5), (5, 5, 5)]),
            ("texte: >-\n  a\n  faute - b\n  c faute", vec![(3, 3, 5), (4, 5, 5)]),
            ("texte: 'une\n  faute'", vec![(2, 3, 5)]),
        ] {
            assert_eq!(places(yaml), expected, "{yaml}");
        }
    }

    #[test]
    fn a_place_that_the_file_writes_otherwise_is_that_of_the_value() {
        let source = SourceFile::new("formulaires/essai.yaml", "texte: \"a\\tfaute\\u0021\"");
        let text = Spanned { value: "a\tfaute!".to_owned(), range: 7..source.text.len() };
        let value = SourceFile::new("valeur", text.value.clone());
        assert_eq!(place_in_file(&source, &text, &value.locate(2..8)), text.range);
        assert_eq!(place_in_file(&source, &text, &value.locate(8..8)), text.range);
    }
}
