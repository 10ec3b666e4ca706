//! What holds of any post, up to the page that its sender sees next.

use generator::form::clean::{clean, clean_line};
use generator::form::definition::{Field, FieldKind};
use generator::form::post::{CONFIRMED, EDIT, KEY, TRAP, VERSION, WARNED};
use generator::form::view::{self, CheckView};
use generator::form::{Fault, RawPost, Rejected, ValidSubmission, validate};
use generator::portal::{PortalForm, ServicePage};
use serde_json::json;

use super::html::{Tag, tags};
use super::portal::PORTAL;

/// Takes a post to the page that answers it. Nothing on the way panics; the page shows what was
/// typed, every character of it, and no tag or attribute that was typed.
pub fn check(form: &PortalForm, body: &[u8]) -> Option<ValidSubmission> {
    let post = RawPost::from_urlencoded(body).ok()?;
    match validate(&form.definition, &post, &PORTAL.choices) {
        Ok(submission) => {
            check_page(form, &post, &submission);
            Some(submission)
        }
        Err(Rejected::Faults(faults)) => {
            edit_page(form, &post, &faults);
            None
        }
        Err(Rejected::Outdated | Rejected::UnknownFields(_)) => {
            edit_page(form, &post, &[]);
            None
        }
    }
}

fn edit_page(form: &PortalForm, post: &RawPost, faults: &[Fault]) {
    let page = |post: &RawPost| {
        let view = view::edit(&form.definition, &form.texts, &PORTAL.choices, post, faults, None);
        render(form, "form.html", &[("form", json!(view))])
    };
    let shown = page(post);
    same_shape(&shown, &page(&harmless(post)));
    for field in form.definition.fields().filter(|field| is_typed(field)) {
        let sent = post.get(&field.name).unwrap_or_default();
        let typed = if is_long(field) { clean(sent) } else { clean_line(sent) };
        assert_eq!(control(&shown, field), typed, "{}: {}", form.definition.id, field.name);
    }
    assert_eq!(shown.iter().filter(|tag| tag.get("aria-invalid").is_some()).count() > 0, has_a_control(form, faults));
}

fn check_page(form: &PortalForm, post: &RawPost, submission: &ValidSubmission) {
    let page = |post: &RawPost, submission: &ValidSubmission| {
        let CheckView { form: view, answers, warnings, hidden } =
            view::check(&form.definition, &form.texts, &PORTAL.choices, submission, post, Some("clé"), &[]);
        let values = [
            ("form", json!(view)),
            ("answers", json!(answers)),
            ("warnings", json!(warnings)),
            ("hidden", json!(hidden)),
        ];
        render(form, "service/form-check.html", &values)
    };
    let shown = page(post, submission);
    same_shape(&shown, &page(&harmless(post), &harmless_submission(submission)));

    let hidden = shown.iter().filter(|tag| tag.get("type") == Some("hidden"));
    let sent_again: Vec<(String, String)> = hidden
        .map(|tag| (tag.get("name").unwrap_or_default().to_owned(), tag.get("value").unwrap_or_default().to_owned()))
        .collect();
    let ours = [KEY, VERSION, CONFIRMED, EDIT, WARNED, TRAP];
    let answers = sent_again.iter().filter(|(name, _)| !ours.contains(&name.as_str())).cloned();
    let typed = post.answers().map(|(name, value)| (name.to_owned(), clean(value)));
    assert_eq!(answers.collect::<Vec<_>>(), typed.collect::<Vec<_>>());
    let again = validate(&form.definition, &RawPost::from_pairs(sent_again), &PORTAL.choices);
    assert_eq!(again.as_ref(), Ok(submission), "what the check page sends is not what was checked");

    let read = shown.iter().filter(|tag| tag.name == "dd").map(|tag| tag.text.as_str());
    let given = submission.answers.iter().map(|answer| answer.shown.as_str());
    assert!(read.take(submission.answers.len()).eq(given), "{}", form.definition.id);
}

fn render(form: &PortalForm, template: &str, values: &[(&'static str, serde_json::Value)]) -> Vec<Tag> {
    let page = ServicePage { title: &form.definition.title, url: &form.definition.url() };
    tags(&PORTAL.render(template, page, values).expect("the theme renders every view"))
}

fn same_shape(shown: &[Tag], harmless: &[Tag]) {
    let differing = shown.iter().zip(harmless).find(|(one, other)| one.shape() != other.shape());
    assert!(differing.is_none(), "what was typed is markup: {differing:?}");
    assert_eq!(shown.len(), harmless.len(), "what was typed is markup");
}

/// The same post without any character that means something in HTML. No letter with an accent is
/// made of a `q`, so lengths stay as they are.
fn harmless(post: &RawPost) -> RawPost {
    let answers = post.answers().map(|(name, value)| (name.to_owned(), harmless_text(&clean(value))));
    let ours = [(VERSION, post.get(VERSION).map(str::to_owned)), (TRAP, post.get(TRAP).map(harmless_text))];
    let ours = ours.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    RawPost::from_pairs(answers.chain(ours))
}

fn harmless_submission(submission: &ValidSubmission) -> ValidSubmission {
    let mut harmless = submission.clone();
    for answer in &mut harmless.answers {
        answer.shown = harmless_text(&answer.shown);
    }
    harmless
}

fn harmless_text(text: &str) -> String {
    text.replace(['<', '>', '&', '"', '\'', '='], "q")
}

fn is_typed(field: &Field) -> bool {
    use FieldKind::{Date, Email, LongText, Number, Page, Phone, Text, Time};
    matches!(field.kind, Text(_) | LongText { .. } | Email(_) | Phone | Date | Time | Number { .. } | Page)
}

fn is_long(field: &Field) -> bool {
    matches!(field.kind, FieldKind::LongText { .. })
}

/// Choices of a group say that they are at fault by their text alone.
fn has_a_control(form: &PortalForm, faults: &[Fault]) -> bool {
    use FieldKind::{Checkboxes, Color, Radios};
    let known = faults.iter().filter_map(|fault| form.definition.field(&fault.field));
    known.into_iter().any(|field| !matches!(field.kind, Checkboxes(_) | Color(_) | Radios(_)))
}

/// What the control of a field holds. The first line end of a `textarea` is the template's.
fn control(page: &[Tag], field: &Field) -> String {
    let tag = page.iter().find(|tag| tag.get("name") == Some(&field.name)).expect("a control of each field");
    match tag.name.as_str() {
        "textarea" => tag.text.strip_prefix('\n').unwrap_or(&tag.text).to_owned(),
        _ => tag.get("value").unwrap_or_default().to_owned(),
    }
}
