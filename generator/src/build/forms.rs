//! The forms of the content: which there are, which a site offers, and their texts as HTML.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diagnostic::Diagnostics;
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
        // The text of a YAML value has its own lines: faults in it are placed by the value.
        let excerpt = SourceFile::shown_as(&source.path, &source.shown, text.value.clone());
        let inner = Diagnostics::new();
        let document = markdown::parse(&excerpt, 0..excerpt.text.len(), &inner);
        let follow = Follow { site, targets, source: &excerpt, page: None };
        let report = markdown::Report::new(&excerpt, 0, &inner);
        let links: Vec<Resolution> =
            document.links.iter().map(|link| follow.resolve_or_report(link, &report)).collect();
        report.finish();
        for mut fault in inner.into_sorted() {
            fault.location = Some(source.locate(text.range.clone()).into());
            diagnostics.add(fault);
        }
        document.render(|at| &links[at]).html()
    })
}
