//! Whether what a form publishes is what the kind of content takes: said when the form is read, and
//! not on the day somebody approves.

use jiff::civil::date;

use crate::content::{Holds, Kind, Meta};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::fields::Fields;
use crate::front_matter;
use crate::publish::{self, Destination};
use crate::source::SourceFile;

use super::answer::AnswerValue;
use super::definition::{Field, FieldKind, Publication, PublishedKind};
use super::publication::Draft;

impl PublishedKind {
    /// What the folder of such pages holds.
    pub fn holds(self) -> Holds {
        match self {
            Self::Note => Holds::Note,
            Self::Post => Holds::Post,
            Self::Activity => Holds::Activity,
            Self::Event => Holds::Event,
            Self::Resource => Holds::Resource,
            Self::Project => Holds::Project,
            Self::Space => Holds::Space,
        }
    }
}

/// What the kind of content says of the answers to `field` under `key`, in the words that the page
/// would be refused with; each fault once.
pub(super) fn faults(publication: &Publication, key: &str, field: &Field) -> Vec<Diagnostic> {
    let (key, several) = key.strip_suffix("[]").map_or((key, false), |key| (key, true));
    let mut faults: Vec<Diagnostic> = Vec::new();
    for answer in samples(field) {
        let answer = match answer {
            AnswerValue::Text(text) if several => AnswerValue::Several(vec![text]),
            answer => answer,
        };
        // What else the page needs is not this answer's business.
        let told = page_faults(publication, vec![(key.to_owned(), answer)]).into_iter();
        for fault in told.filter(|fault| fault.code != "cle-manquante") {
            if faults.iter().all(|known| known.message != fault.message) {
                faults.push(fault);
            }
        }
    }
    faults
}

/// Whether the kind wants a title, and the form gives it none that is always there.
pub(super) fn lacks_a_title(publication: &Publication, titled: bool) -> bool {
    publication.kind != PublishedKind::Note && !titled
}

/// Answers that the field can have: each of its options, or one of its sort.
fn samples(field: &Field) -> Vec<AnswerValue> {
    let text = |text: &str| AnswerValue::Text(text.to_owned());
    match &field.kind {
        FieldKind::Checkboxes(options) => {
            vec![AnswerValue::Several(options.iter().map(|option| option.value.clone()).collect())]
        }
        FieldKind::Number { minimum, maximum } => vec![AnswerValue::Number(minimum.or(*maximum).unwrap_or(1))],
        FieldKind::Checkbox => vec![AnswerValue::Ticked(true)],
        FieldKind::Date => vec![text("2026-11-22")],
        FieldKind::Time => vec![text("14:30")],
        FieldKind::Slots { .. } => vec![text("mardi 14h00-14h20, 4 places")],
        kind if !kind.options().is_empty() => kind.options().iter().map(|option| text(&option.value)).collect(),
        _ => vec![text("mot")],
    }
}

/// What a site would say of the head of such a page.
fn page_faults(publication: &Publication, front_matter: Vec<(String, AnswerValue)>) -> Vec<Diagnostic> {
    let draft = Draft { kind: publication.kind, folder: String::new(), space: None, front_matter, body: String::new() };
    let to = Destination {
        space_folder: None,
        date: date(2026, 11, 22),
        id: "essai",
        taken: &|_| false,
        base_charter: None,
    };
    let diagnostics = Diagnostics::new();
    for file in publish::page(&draft, &to).files.into_iter().take(1) {
        let source = SourceFile::new(&file.path, file.text);
        let Some(head) = front_matter::split(&source, &diagnostics) else { continue };
        let fields = Fields::new(&source, &head.fields, &diagnostics);
        Meta::take(&fields, false);
        let _ = Kind::take(publication.kind.holds(), &fields);
        fields.finish();
    }
    diagnostics.into_sorted()
}
