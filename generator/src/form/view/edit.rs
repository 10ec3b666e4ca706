//! The form itself, empty or with what was typed and what is to be mended.

use crate::form::clean::{clean, clean_line};
use crate::form::definition::{Choices, Condition, Field, FieldKind, FormDefinition};
use crate::form::post::{RawPost, TRAP};
use crate::form::validate::{Fault, is_outdated};
use crate::form::value::path_of;

use super::form::{ErrorView, FieldView, FormView, GroupView, OptionView};
use super::texts::RenderedTexts;

/// The form with what `post` says: empty at first, a filled-in query, or a post with its faults.
/// Whatever was typed is shown again, even where it is at fault or no longer asked.
pub fn edit(
    definition: &FormDefinition,
    texts: &RenderedTexts,
    choices: &Choices,
    post: &RawPost,
    faults: &[Fault],
    key: Option<&str>,
) -> FormView {
    let page = Page { definition, choices, post, faults };
    let mut groups: Vec<GroupView> = definition
        .groups
        .iter()
        .map(|group| GroupView {
            title: group.title.clone(),
            hint: group.hint.clone(),
            fields: group.fields.iter().map(|field| page.field(field)).collect(),
        })
        .collect();
    // In a group without a legend, so that nobody hears of it as of one question more.
    groups.push(GroupView { title: None, hint: None, fields: vec![trap(post)] });
    FormView {
        id: definition.id.clone(),
        title: definition.title.clone(),
        summary: definition.summary.clone(),
        introduction: texts.introduction.clone(),
        action: definition.url(),
        method: "post",
        digest: definition.digest.clone(),
        key: key.map(str::to_owned),
        confirm: definition.confirm,
        button: definition.button.clone(),
        open: definition.open,
        multipart: false,
        errors: page.errors(),
        groups,
        notice: texts.notice.clone(),
        outdated: is_outdated(definition, post),
    }
}

/// A form with what was typed, field by field.
pub(super) struct Page<'a> {
    pub definition: &'a FormDefinition,
    pub choices: &'a Choices,
    pub post: &'a RawPost,
    pub faults: &'a [Fault],
}

impl Page<'_> {
    pub(super) fn errors(&self) -> Vec<ErrorView> {
        let known = self.faults.iter().filter_map(|fault| Some((self.definition.field(&fault.field)?, fault)));
        known.map(|(field, fault)| ErrorView { field_id: field.id(), message: fault.message.clone() }).collect()
    }

    pub(super) fn field(&self, field: &Field) -> FieldView {
        let id = field.id();
        let error = self.faults.iter().find(|fault| fault.field == field.name).map(|fault| fault.message.clone());
        let (component, inputmode) = component(&field.kind);
        let (min_length, max_length, rows) = sizes(&field.kind);
        let hint_id = field.hint.as_ref().map(|_| format!("{id}-aide"));
        let error_id = error.as_ref().map(|_| format!("{id}-erreur"));
        FieldView {
            name: field.name.clone(),
            kind: component,
            label: field.label.clone(),
            hint: field.hint.clone(),
            required: field.required && field.condition.is_none(),
            condition: field.condition.as_ref().map(|condition| self.condition(field, condition)),
            value: self.value(field),
            shown: self.shown(field),
            options: self.options(field),
            described_by: [hint_id, error_id].into_iter().flatten().collect::<Vec<_>>().join(" "),
            error,
            max_length,
            min_length,
            rows,
            autocomplete: field.autocomplete,
            inputmode,
            honeypot: false,
            id,
        }
    }

    fn value(&self, field: &Field) -> String {
        let sent = self.post.get(&field.name).unwrap_or_default();
        match field.kind {
            FieldKind::Checkbox | FieldKind::Checkboxes(_) => String::new(),
            FieldKind::LongText { .. } | FieldKind::Slots { .. } => clean(sent),
            _ => clean_line(sent),
        }
    }

    /// The title of the page whose address was given: an address alone says little.
    fn shown(&self, field: &Field) -> Option<String> {
        let FieldKind::Page = field.kind else { return None };
        let path = path_of(&clean_line(self.post.get(&field.name)?))?;
        self.choices.page(&path).map(|page| page.title.clone())
    }

    fn options(&self, field: &Field) -> Vec<OptionView> {
        let id = field.id();
        let sent: Vec<String> = self.post.all(&field.name).map(clean_line).collect();
        let option = |value: String, label: &str, hint: Option<&str>, group: Option<&str>| OptionView {
            checked: sent.contains(&value),
            value,
            label: label.to_owned(),
            hint: hint.map(str::to_owned),
            group: group.map(str::to_owned),
            id: String::new(),
        };
        let mut listed: Vec<OptionView> = match &field.kind {
            FieldKind::Checkbox => vec![option("oui".to_owned(), &field.label, None, None)],
            kind if kind.is_listed_by_the_site() => {
                let offers = self.choices.offers(kind);
                offers.iter().map(|offer| option(offer.value(), offer.title, None, offer.group)).collect()
            }
            kind => {
                let options = kind.options().iter();
                options.map(|one| option(one.value.clone(), &one.label, one.hint.as_deref(), None)).collect()
            }
        };
        for (option, number) in listed.iter_mut().zip(1..) {
            option.id = if number == 1 { id.clone() } else { format!("{id}-{number}") };
        }
        listed
    }

    /// « obligatoire si vous choisissez « Je signe » ».
    fn condition(&self, field: &Field, condition: &Condition) -> String {
        let duty = if field.required { "obligatoire" } else { "facultatif" };
        let value = condition.value.value.as_str();
        let Some(asked) = self.definition.field(&condition.field.value) else { return duty.to_owned() };
        let (deed, label) = match &asked.kind {
            FieldKind::Checkbox if value == "oui" => ("cochez", &asked.label),
            FieldKind::Checkbox => ("ne cochez pas", &asked.label),
            kind => {
                let option = kind.options().iter().find(|option| option.value == value);
                ("choisissez", option.map_or(&asked.label, |option| &option.label))
            }
        };
        format!("{duty} si vous {deed} «\u{a0}{label}\u{a0}»")
    }
}

/// The theme's component for a kind, and the keyboard that a phone is to show.
fn component(kind: &FieldKind) -> (&'static str, Option<&'static str>) {
    match kind {
        FieldKind::Text(_) => ("text", None),
        FieldKind::LongText { .. } | FieldKind::Slots { .. } => ("textarea", None),
        FieldKind::Email(_) => ("email", Some("email")),
        FieldKind::Phone => ("tel", Some("tel")),
        FieldKind::Date => ("date", None),
        FieldKind::Time => ("time", None),
        FieldKind::Number { .. } => ("number", Some("numeric")),
        FieldKind::Radios(_) => ("radio", None),
        FieldKind::Checkboxes(_) => ("checkboxes", None),
        FieldKind::Color(_) => ("color", None),
        FieldKind::Checkbox => ("checkbox", None),
        FieldKind::Space => ("space", None),
        FieldKind::Select(_) | FieldKind::Charter | FieldKind::Slot | FieldKind::Activity => ("select", None),
        FieldKind::Page => ("page", None),
    }
}

/// Least and greatest length, and height.
fn sizes(kind: &FieldKind) -> (Option<usize>, Option<usize>, Option<usize>) {
    match kind {
        FieldKind::Text(length) => (length.minimum, Some(length.maximum), None),
        FieldKind::LongText { length, rows } => (length.minimum, Some(length.maximum), Some(*rows)),
        FieldKind::Slots { rows } => (None, None, Some(*rows)),
        _ => (None, None, None),
    }
}

/// The field that people do not see; its label is for those whose browser shows it all the same.
fn trap(post: &RawPost) -> FieldView {
    FieldView {
        name: TRAP.to_owned(),
        id: "champ-adresse-web-a-laisser-vide".to_owned(),
        kind: "text",
        label: "Laissez cette case vide".to_owned(),
        hint: None,
        required: false,
        condition: None,
        value: post.get(TRAP).map(clean_line).unwrap_or_default(),
        shown: None,
        options: Vec::new(),
        error: None,
        described_by: String::new(),
        max_length: None,
        min_length: None,
        rows: None,
        autocomplete: Some("off"),
        inputmode: None,
        honeypot: true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::fixture;
    use crate::form::validate::{Rejected, validate};

    fn show(pairs: &[(&str, &str)]) -> FormView {
        let (definition, choices) = (fixture::definition(), fixture::choices());
        let texts = RenderedTexts::render(definition, |text| format!("<p>{}</p>", text.value));
        let post = RawPost::from_pairs(pairs.iter().copied());
        let faults = match validate(definition, &post, &choices) {
            Err(Rejected::Faults(faults)) if !pairs.is_empty() => faults,
            _ => Vec::new(),
        };
        edit(definition, &texts, &choices, &post, &faults, None)
    }

    fn field<'a>(page: &'a FormView, name: &str) -> &'a FieldView {
        page.groups.iter().flat_map(|group| &group.fields).find(|field| field.name == name).unwrap()
    }

    #[test]
    fn an_empty_form_has_no_error_and_nothing_chosen() {
        let page = show(&[]);
        assert_eq!(page.errors, []);
        assert_eq!(page.action, "/formulaires/post-it/");
        assert!(page.groups.iter().flat_map(|group| &group.fields).all(|field| field.value.is_empty()));
        assert!(
            page.groups.iter().flat_map(|group| &group.fields).all(|field| !field.options.iter().any(|o| o.checked))
        );
        assert_eq!(field(&page, "message").described_by, "champ-message-aide");
        assert_eq!(page.notice.purpose, "<p>Publier des post-its.</p>");
    }

    #[test]
    fn the_first_option_has_the_id_that_the_summary_links_to() {
        let page = show(&[("message", "Bonjour")]);
        let link = page.errors.iter().find(|error| error.message == "Choisissez.").unwrap();
        let options = &field(&page, "signature").options;
        assert_eq!((link.field_id.as_str(), options[0].id.as_str()), ("champ-signature", "champ-signature"));
        assert_eq!(options[1].id, "champ-signature-2");
    }

    #[test]
    fn what_was_typed_is_still_there_beside_its_fault() {
        let page = show(&[("message", "é\r\nà"), ("courriel", "prenom.nom"), ("themes", "idee"), ("nom", "Camille")]);
        let email = field(&page, "courriel");
        assert_eq!(email.value, "prenom.nom");
        assert_eq!(email.described_by, "champ-courriel-erreur");
        assert!(email.error.as_ref().unwrap().starts_with("Écrivez une adresse"));
        assert_eq!(field(&page, "message").value, "é\nà");
        assert_eq!(field(&page, "nom").value, "Camille");
        let checked: Vec<bool> = field(&page, "themes").options.iter().map(|option| option.checked).collect();
        assert_eq!(checked, [false, true]);
    }

    #[test]
    fn an_address_can_choose_the_space_beforehand() {
        let page = show(&[("espace", "geriatrie")]);
        let space = field(&page, "espace");
        assert_eq!((space.kind, space.value.as_str()), ("space", "geriatrie"));
        assert!(space.options[1].checked);
    }

    #[test]
    fn a_field_with_a_condition_says_it_in_place_of_its_duty() {
        let page = show(&[]);
        let name = field(&page, "nom");
        assert!(!name.required);
        let said = "obligatoire si vous choisissez «\u{a0}Signé\u{a0}»";
        assert_eq!(name.condition.as_deref(), Some(said));
    }

    #[test]
    fn a_form_that_changed_says_so_and_keeps_what_still_has_a_field() {
        let page = show(&[("_version", "000000000000"), ("message", "Bonjour"), ("disparu", "x")]);
        assert!(page.outdated);
        assert_eq!(field(&page, "message").value, "Bonjour");
        assert!(!show(&[("message", "Bonjour")]).outdated);
    }

    #[test]
    fn no_id_stands_twice_in_the_page() {
        let page = show(&[]);
        let fields = page.groups.iter().flat_map(|group| &group.fields);
        let mut ids: Vec<&str> = fields
            .flat_map(|field| match field.options.as_slice() {
                [] => vec![field.id.as_str()],
                options => options.iter().map(|option| option.id.as_str()).collect(),
            })
            .collect();
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), count);
    }
}
