//! What holds of any text that is read as the definition of a form.

use generator::diagnostic::{Diagnostic, Diagnostics};
use generator::form::view::{RenderedTexts, edit};
use generator::form::{FormDefinition, RawPost, examples};
use generator::source::SourceFile;

use super::portal::PORTAL;

/// Reads a text as a form. There is a definition or an error, never both and never neither; each
/// fault stands in the text and can be printed; a definition can be shown and tried.
pub fn check(yaml: &str) -> Option<FormDefinition> {
    let source = SourceFile::new("content/formulaires/essai.yaml", yaml);
    let diagnostics = Diagnostics::new();
    let definition = FormDefinition::parse(&source, &diagnostics);
    assert_eq!(definition.is_none(), diagnostics.error_count() > 0, "a definition or an error");
    if let Some(definition) = &definition {
        examples::check(definition, &PORTAL.choices, &diagnostics);
        let texts = RenderedTexts::render(definition, |text| text.value.clone());
        let page = edit(definition, &texts, &PORTAL.choices, &RawPost::default(), &[], None);
        assert_eq!(page.errors, []);
    }
    for diagnostic in diagnostics.into_sorted() {
        stands_in(yaml, &diagnostic);
    }
    definition
}

fn stands_in(text: &str, diagnostic: &Diagnostic) {
    let printed = diagnostic.to_string();
    assert!(printed.contains(diagnostic.code), "{printed}");
    let place = diagnostic.location.as_ref().expect("a fault of a text has a place");
    let line = text.split('\n').nth(place.line - 1).expect("a line of the text").trim_end_matches('\r');
    let kept = place.excerpt.chars().count();
    let shown: String = line.chars().skip(place.skipped).take(kept).collect();
    assert_eq!(place.excerpt, shown, "{printed}");
    assert!(place.column > place.skipped && place.column <= place.skipped + kept + 2, "{printed}");
    let length = line.chars().count();
    assert!(place.column >= 1 && place.column <= length + 1, "{printed}");
    assert!(place.width == 1 || place.column + place.width <= length + 1, "{printed}");
}
