//! Reads a definition from its YAML, and reports every fault of it to the editor.
//!
//! What concerns one key is checked here and in [`field`]; what concerns several
//! fields together, in [`super::coherence`].

mod examples;
mod field;
mod publication;
mod retention;
#[cfg(test)]
mod tests;
mod texts;

use sha2::{Digest, Sha256};

use crate::diagnostic::{Diagnostics, nearest};
use crate::fields::{Choice, Fields, Spanned, words as words_of};
use crate::shape::Form;
use crate::source::SourceFile;
use crate::typography::french_text;
use crate::yaml::{self, Value};

use super::coherence;
use super::definition::{FormDefinition, Group, Role, Scope};

impl FormDefinition {
    /// Reads a form. Every fault goes to `diagnostics`, with its place; with an error among
    /// them there is no definition.
    pub fn parse(source: &SourceFile, diagnostics: &Diagnostics) -> Option<Self> {
        let own = Diagnostics::new();
        let definition = read(source, &own).filter(|_| own.error_count() == 0);
        diagnostics.merge(own);
        definition
    }
}

/// The definition as far as it can be made out; where something is missing it holds an empty
/// value, and an error was reported.
fn read(source: &SourceFile, diagnostics: &Diagnostics) -> Option<FormDefinition> {
    let root = yaml::parse(source, 0..source.text.len(), diagnostics)?;
    Some(take(Fields::new(source, &root, diagnostics)))
}

/// Takes the keys of a form.
pub(crate) fn take(fields: Fields<'_>) -> FormDefinition {
    let source = fields.source();
    // Taken first, both: the two words are so near that the absence of one would pass for a slip
    // in the other, and nobody would be told.
    for name in ["conservation", "confirmation"] {
        fields.node(name);
    }
    let groups = groups(&fields);
    let every_field_was_read = groups.iter().all(Option::is_some);
    let circuit = circuit(&fields);
    let definition = FormDefinition {
        id: id(source, &fields),
        digest: digest(&source.text),
        source: source.clone(),
        title: required_words(&fields, "titre"),
        summary: words(&fields, "resume"),
        introduction: fields.spanned_text("introduction"),
        recipients: recipients(&fields),
        scope: required_choice(&fields, "portee").unwrap_or(Scope::Portal),
        confirm: fields.boolean("verification", true),
        button: required_words(&fields, "bouton"),
        link: words(&fields, "lien"),
        open: fields.boolean("ouvert", true),
        groups: groups.into_iter().flatten().collect(),
        notice: texts::notice(&fields),
        retention: retention::read(&fields),
        confirmation: texts::confirmation(&fields),
        mail: texts::mail(&fields),
        in_doubt: in_doubt(&fields, &circuit),
        circuit,
        publication: publication::read(&fields),
        examples: examples::read(&fields),
    };
    let diagnostics = fields.diagnostics();
    fields.finish();
    // Complaints about a field that could not be read would only hide its true fault.
    if every_field_was_read {
        coherence::check(&definition, diagnostics);
    }
    definition
}

fn id(source: &SourceFile, fields: &Fields<'_>) -> String {
    let file = source.path.rsplit('/').next().unwrap_or_default();
    let id = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    if !is_machine_name(id) {
        fields.fault(
            &fields.range(),
            "nom-de-fichier",
            &format!("« {file} » n’est pas un nom de formulaire"),
            "renommez le fichier : lettres minuscules sans accent, chiffres et traits d’union, par exemple post-it.yaml",
        );
    }
    id.to_owned()
}

/// First 12 hexadecimal digits of the SHA-256 of the text with LF line ends, so that a checkout
/// on Windows gives the same form.
fn digest(text: &str) -> String {
    use std::fmt::Write as _;
    let hash = Sha256::digest(text.replace("\r\n", "\n"));
    hash[..6].iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("writing to a String cannot fail");
        hex
    })
}

/// `[a-z0-9-]+`, without a hyphen at either end.
pub(super) fn is_machine_name(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with('-')
        && !text.ends_with('-')
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// A word of a closed list that must be there.
pub(super) fn required_choice<T: Choice>(fields: &Fields<'_>, name: &'static str) -> Option<T> {
    let word = fields.choice(name);
    if fields.node(name).is_none() {
        fields.missing(name);
    }
    word
}

/// A plain text that people read, in French typography. Markdown texts get theirs when they are
/// rendered.
pub(super) fn words(fields: &Fields<'_>, name: &'static str) -> Option<String> {
    fields.text(name).map(|text| french_text(&text))
}

/// As [`words`], for a text that must be there.
pub(super) fn required_words(fields: &Fields<'_>, name: &'static str) -> String {
    fields.required_text(name).map(|text| french_text(&text)).unwrap_or_default()
}

fn list_of_words(fields: &Fields<'_>, name: &'static str) -> Vec<String> {
    fields.texts(name).iter().map(|text| french_text(&text.value)).collect()
}

fn in_french(text: Spanned<String>) -> Spanned<String> {
    Spanned { value: french_text(&text.value), range: text.range }
}

fn required_spanned(fields: &Fields<'_>, name: &'static str) -> Spanned<String> {
    fields.spanned_text(name).unwrap_or_else(|| {
        fields.missing(name);
        Spanned { value: String::new(), range: fields.range() }
    })
}

/// The mapping under a key that must be there.
fn required_map<'a>(fields: &Fields<'a>, name: &'static str) -> Option<Fields<'a>> {
    let map = fields.map(name);
    if map.is_none() {
        fields.missing(name);
    }
    map
}

/// The groups; `None` for one with a field that could not be read.
fn groups(fields: &Fields<'_>) -> Vec<Option<Group>> {
    let nodes = fields.nodes("groupes");
    if nodes.is_empty() {
        fields.missing("groupes");
    }
    let read = nodes.iter().map(|node| {
        let group = fields.item(node);
        let title = words(&group, "titre");
        let hint = words(&group, "aide");
        let nodes = group.nodes("champs");
        if nodes.is_empty() {
            group.missing("champs");
        }
        // Every field is read before the group is given up, so that each one's faults are told.
        let read = nodes.iter().map(|node| field::read(group.item(node)));
        let read: Vec<_> = read.collect();
        group.finish();
        let fields = read.into_iter().collect::<Option<Vec<_>>>()?;
        Some(Group { title, hint, fields })
    });
    read.collect()
}

/// One role, or a list of roles.
fn recipients(fields: &Fields<'_>) -> Vec<Role> {
    const KEY: &str = "destinataires";
    fields.describe(KEY, || Form::ChoiceOrChoices(words_of::<Role>()));
    let Some(node) = fields.node(KEY) else {
        fields.missing(KEY);
        return Vec::new();
    };
    let items = match &node.value {
        Value::List(items) => items.as_slice(),
        _ => std::slice::from_ref(node),
    };
    let mut roles = Vec::new();
    for item in items {
        let Some(text) = fields.scalar(item, KEY) else { continue };
        let word = Spanned { value: text.trim().to_owned(), range: item.range.clone() };
        let Some(role) = known_word(fields, &word, KEY) else { continue };
        if roles.contains(&role) {
            let message = format!("« {} » est écrit deux fois", word.value);
            fields.fault(&word.range, "destinataires", &message, "gardez une seule fois chaque destinataire");
        }
        roles.push(role);
    }
    if items.is_empty() {
        fields.fault(
            &node.range,
            "destinataires",
            "personne ne recevrait ce qui est envoyé",
            "écrivez au moins un destinataire, par exemple « destinataires: moderateurs »",
        );
    }
    roles
}

/// The roles that decide, in their order.
fn circuit(fields: &Fields<'_>) -> Vec<Role> {
    fields.describe("circuit", || Form::Choices(words_of::<Role>()));
    let mut roles = Vec::new();
    for word in fields.texts("circuit") {
        let Some(role) = known_word(fields, &word, "circuit") else { continue };
        if roles.contains(&role) {
            let message = format!("« {} » décide deux fois", word.value);
            fields.fault(&word.range, "circuit", &message, "gardez une seule fois chaque rôle du circuit");
        }
        roles.push(role);
    }
    roles
}

/// The role that is asked when those of the circuit are in doubt: one that is none of them, and
/// that may decide.
fn in_doubt(fields: &Fields<'_>, circuit: &[Role]) -> Option<Role> {
    const KEY: &str = "en_cas_de_doute";
    let role: Role = fields.choice(KEY)?;
    let range = fields.node(KEY).map_or(fields.range(), |node| node.range.clone());
    if role == Role::Register {
        let help = "choisissez qui peut décider, par exemple « en_cas_de_doute: cadre »";
        fields.fault(&range, "circuit", "le registre garde les signatures, il ne décide de rien", help);
    } else if circuit.contains(&role) {
        let message = format!("« {} » décide déjà dans le circuit", role.word());
        fields.fault(&range, "circuit", &message, "retirez-le du circuit, ou retirez « en_cas_de_doute »");
    } else if circuit.is_empty() {
        let help = "dites d’abord qui décide, par exemple « circuit: [moderateurs] »";
        fields.fault(&range, "circuit", "personne ne décide : personne ne peut être dans le doute", help);
    }
    Some(role)
}

/// A word of a closed list, taken out of a list or a free mapping.
fn known_word<T: Choice>(fields: &Fields<'_>, word: &Spanned<String>, name: &str) -> Option<T> {
    let found = T::ALL.iter().find(|(known, _)| *known == word.value).map(|(_, value)| *value);
    if found.is_none() {
        let known = T::ALL.iter().map(|(known, _)| *known);
        let help = match nearest(&word.value, known.clone()) {
            Some(near) => format!("vouliez-vous dire « {near} » ?"),
            None => format!("les valeurs possibles sont : {}", known.collect::<Vec<_>>().join(", ")),
        };
        let message = format!("« {} » n’est pas une valeur de « {name} »", word.value);
        fields.fault(&word.range, "valeur-inconnue", &message, &help);
    }
    found
}
