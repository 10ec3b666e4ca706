//! Reads a definition from its YAML, and reports every fault of it to the editor.
//!
//! What concerns one key is checked here and in [`super::read_field`]; what concerns several
//! fields together, in [`super::coherence`].

use sha2::{Digest, Sha256};

use crate::diagnostic::{Diagnostics, nearest};
use crate::fields::{Choice, Fields, Spanned};
use crate::source::SourceFile;
use crate::yaml::{self, Entry, Value};

use super::coherence;
use super::definition::{
    Confirmation, Example, FaultKind, FormDefinition, Group, MailWording, Notice, Publication, PublishedField, Role,
    Scope,
};
use super::read_field;

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
    let fields = Fields::new(source, &root, diagnostics);
    let groups = groups(&fields);
    let every_field_was_read = groups.iter().all(Option::is_some);
    let definition = FormDefinition {
        id: id(source, &fields),
        digest: digest(&source.text),
        source: source.clone(),
        title: fields.required_text("titre").unwrap_or_default(),
        summary: fields.text("resume"),
        introduction: fields.spanned_text("introduction"),
        recipients: required_choice(&fields, "destinataires").unwrap_or(Role::Portal),
        scope: required_choice(&fields, "portee").unwrap_or(Scope::Portal),
        confirm: fields.boolean("verification", true),
        button: fields.required_text("bouton").unwrap_or_default(),
        open: fields.boolean("ouvert", true),
        groups: groups.into_iter().flatten().collect(),
        notice: notice(&fields),
        confirmation: confirmation(&fields),
        mail: mail(&fields),
        circuit: circuit(&fields),
        publication: publication(&fields),
        examples: examples(&fields),
    };
    fields.finish();
    // Complaints about a field that could not be read would only hide its true fault.
    if every_field_was_read {
        coherence::check(&definition, diagnostics);
    }
    Some(definition)
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
    if fields.node(name).is_none() {
        fields.missing(name);
        return None;
    }
    fields.choice(name)
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
        let group = Fields::new(fields.source(), node, fields.diagnostics());
        let title = group.text("titre");
        let hint = group.text("aide");
        let nodes = group.nodes("champs");
        if nodes.is_empty() {
            group.missing("champs");
        }
        // Every field is read before the group is given up, so that each one's faults are told.
        let read = nodes.iter().map(|node| read_field::read(Fields::new(group.source(), node, group.diagnostics())));
        let read: Vec<_> = read.collect();
        group.finish();
        let fields = read.into_iter().collect::<Option<Vec<_>>>()?;
        Some(Group { title, hint, fields })
    });
    read.collect()
}

fn notice(fields: &Fields<'_>) -> Notice<Spanned<String>> {
    let Some(map) = fields.map("notice") else {
        fields.fault(
            &fields.range(),
            "notice-absente",
            "ce formulaire ne dit pas aux gens ce que deviennent leurs données (RGPD, article 13)",
            "ajoutez « notice: » avec responsable, finalite, base_legale, destinataires, conservation, droits et contact",
        );
        let none = || Spanned { value: String::new(), range: fields.range() };
        return Notice {
            controller: none(),
            purpose: none(),
            legal_basis: none(),
            recipients: none(),
            retention: none(),
            rights: none(),
            contact: none(),
        };
    };
    let notice = Notice {
        controller: required_spanned(&map, "responsable"),
        purpose: required_spanned(&map, "finalite"),
        legal_basis: required_spanned(&map, "base_legale"),
        recipients: required_spanned(&map, "destinataires"),
        retention: required_spanned(&map, "conservation"),
        rights: required_spanned(&map, "droits"),
        contact: required_spanned(&map, "contact"),
    };
    map.finish();
    notice
}

fn confirmation(fields: &Fields<'_>) -> Confirmation {
    let Some(map) = required_map(fields, "confirmation") else {
        let text = Spanned { value: String::new(), range: fields.range() };
        return Confirmation { title: String::new(), text, next: Vec::new() };
    };
    let confirmation = Confirmation {
        title: map.required_text("titre").unwrap_or_default(),
        text: required_spanned(&map, "texte"),
        next: values(map.texts("suites")),
    };
    map.finish();
    confirmation
}

fn mail(fields: &Fields<'_>) -> MailWording {
    let Some(map) = required_map(fields, "courriel") else {
        let none = || Spanned { value: String::new(), range: fields.range() };
        return MailWording { subject: none(), introduction: none(), next: Vec::new() };
    };
    let mail = MailWording {
        subject: required_spanned(&map, "objet"),
        introduction: required_spanned(&map, "introduction"),
        next: values(map.texts("suites")),
    };
    map.finish();
    mail
}

fn values(texts: Vec<Spanned<String>>) -> Vec<String> {
    texts.into_iter().map(|text| text.value).collect()
}

fn circuit(fields: &Fields<'_>) -> Vec<Role> {
    let words = fields.texts("circuit");
    words.iter().filter_map(|word| known_word(fields, word, "circuit")).collect()
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

fn publication(fields: &Fields<'_>) -> Option<Publication> {
    let map = fields.map("publication")?;
    let kind = required_choice(&map, "contient");
    let folder = required_spanned(&map, "dossier");
    if !folder.value.is_empty() && !folder.value.split('/').all(is_machine_name) {
        map.fault(
            &folder.range,
            "dossier",
            &format!("« {} » n’est pas un nom de dossier", folder.value),
            "écrivez-le en minuscules sans accent, par exemple post-its",
        );
    }
    let mut published = Vec::new();
    if let Some(keys) = required_map(&map, "champs") {
        for entry in keys.rest() {
            let Some(field) = keys.scalar(&entry.value, &entry.key) else { continue };
            let key = (entry.key != "corps").then(|| entry.key.clone());
            let field = Spanned { value: field.trim().to_owned(), range: entry.value.range.clone() };
            published.push(PublishedField { key, field });
        }
    }
    map.finish();
    Some(Publication { kind: kind?, folder: folder.value, fields: published })
}

fn examples(fields: &Fields<'_>) -> Vec<Example> {
    let read = fields.nodes("exemples").iter().map(|node| {
        let map = Fields::new(fields.source(), node, fields.diagnostics());
        let name = required_spanned(&map, "nom");
        let sent = required_map(&map, "envoi");
        let values = sent.iter().flat_map(|sent| sent.rest().map(|entry| (key_of(entry), sent_values(sent, entry))));
        let values = values.collect();
        let expected = map.map("fautes");
        let faults = expected.iter().flat_map(|expected| {
            expected.rest().filter_map(|entry| {
                let word = expected.scalar(&entry.value, &entry.key).unwrap_or_default().trim().to_owned();
                let word = Spanned { value: word, range: entry.value.range.clone() };
                Some((key_of(entry), known_word::<FaultKind>(expected, &word, &entry.key)?))
            })
        });
        let faults = faults.collect();
        map.finish();
        Example { name, values, faults }
    });
    read.collect()
}

fn key_of(entry: &Entry) -> Spanned<String> {
    Spanned { value: entry.key.clone(), range: entry.key_range.clone() }
}

/// What an example sends under one name: a list for a question with several boxes.
fn sent_values(fields: &Fields<'_>, entry: &Entry) -> Vec<String> {
    let items = match &entry.value.value {
        Value::List(items) => items.as_slice(),
        _ => std::slice::from_ref(&entry.value),
    };
    let texts = items.iter().map(|item| match item.value {
        Value::Null => String::new(),
        _ => fields.scalar(item, &entry.key).unwrap_or_default().to_owned(),
    });
    texts.collect()
}
