//! Reads a definition from its YAML, and reports every fault of it to the editor.
//!
//! What concerns one key is checked here and in [`super::read_field`]; what concerns several
//! fields together, in [`super::coherence`].

use sha2::{Digest, Sha256};

use crate::diagnostic::{Diagnostics, nearest};
use crate::fields::{Choice, Fields, Spanned};
use crate::source::SourceFile;
use crate::typography::french_text;
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
        title: required_words(&fields, "titre"),
        summary: words(&fields, "resume"),
        introduction: fields.spanned_text("introduction"),
        recipients: required_choice(&fields, "destinataires").unwrap_or(Role::Moderators),
        scope: required_choice(&fields, "portee").unwrap_or(Scope::Portal),
        confirm: fields.boolean("verification", true),
        button: required_words(&fields, "bouton"),
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
        let group = Fields::new(fields.source(), node, fields.diagnostics());
        let title = words(&group, "titre");
        let hint = words(&group, "aide");
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
        title: required_words(&map, "titre"),
        text: required_spanned(&map, "texte"),
        next: list_of_words(&map, "suites"),
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
        subject: in_french(required_spanned(&map, "objet")),
        introduction: in_french(required_spanned(&map, "introduction")),
        next: list_of_words(&map, "suites"),
    };
    map.finish();
    mail
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

#[cfg(test)]
mod tests {
    use crate::form::fixture::{YAML, definition, parse};

    /// What is wrong with the fixture once `from` reads `to`, as `line:code`.
    fn faults(from: &str, to: &str) -> Vec<String> {
        assert!(YAML.contains(from), "the fixture does not hold {from}");
        let (definition, faults) = parse(&YAML.replacen(from, to, 1));
        assert!(definition.is_none() || faults.iter().all(|fault| fault.ends_with("inutile")), "{faults:?}");
        faults
    }

    /// As [`faults`], without the places.
    fn codes(from: &str, to: &str) -> Vec<String> {
        faults(from, to).iter().map(|fault| fault.rsplit(':').next().unwrap().to_owned()).collect()
    }

    #[test]
    fn line_ends_of_windows_give_the_same_digest() {
        let (windows, _) = parse(&YAML.replace('\n', "\r\n"));
        assert_eq!(windows.unwrap().digest, definition().digest);
        assert_eq!(definition().digest.len(), 12);
    }

    #[test]
    fn what_people_read_has_french_typography_and_what_machines_read_has_not() {
        let yaml = YAML
            .replace("Votre message\n", "\"Votre message : « ici »\"\n")
            .replace("valeur: idee", "valeur: \"idee !\"");
        let definition = parse(&yaml).0.unwrap();
        assert_eq!(definition.field("message").unwrap().label, "Votre message\u{a0}: «\u{a0}ici\u{a0}»");
        assert_eq!(definition.field("themes").unwrap().kind.options()[1].value, "idee !");
    }

    #[test]
    fn what_is_missing_is_told_at_its_place() {
        assert_eq!(faults("titre: Laisser un post-it\n", ""), ["1:cle-manquante"]);
        assert_eq!(codes("  responsable: \"[l’établissement](etablissement:nom)\"\n", ""), ["cle-manquante"]);
        assert_eq!(faults("        etiquette: Votre message\n", ""), ["8:cle-manquante"]);
        assert_eq!(
            codes("        options: [{valeur: merci, libelle: Merci}, {valeur: idee, libelle: Idée}]\n", ""),
            ["cle-manquante"]
        );
        assert_eq!(codes("        longueur_max: 280\n", ""), ["longueur-max"]);
    }

    #[test]
    fn a_form_without_its_notice_does_not_build() {
        let start = YAML.find("notice:").unwrap();
        let end = YAML.find("confirmation:").unwrap();
        let (definition, faults) = parse(&[&YAML[..start], &YAML[end..]].concat());
        assert!(definition.is_none());
        assert_eq!(faults, ["1:notice-absente"]);
    }

    #[test]
    fn each_rule_has_its_sentence() {
        assert_eq!(faults("vide: \"Écrivez votre message.\", ", ""), ["8:phrase-manquante"]);
        assert_eq!(
            codes("{inconnu: \"Choisissez dans la liste.\"}", "{inconu: \"Choisissez.\"}"),
            ["phrase-manquante", "cle-inconnue"]
        );
        assert_eq!(codes("longueur_min: 3\n        longueur_max", "longueur_max"), ["phrase-inutile"]);
    }

    #[test]
    fn unknown_words_and_keys_are_told() {
        assert_eq!(codes("bouton:", "boutton:"), ["cle-inconnue"]);
        assert_eq!(codes("type: texte-long", "type: texte-lon"), ["valeur-inconnue"]);
        assert_eq!(codes("destinataires: moderateurs", "destinataires: tout le monde"), ["valeur-inconnue"]);
        assert_eq!(codes("remplissage: name", "remplissage: nom"), ["valeur-inconnue"]);
        assert_eq!(codes("fautes: {nom: vide}", "fautes: {nom: vides}"), ["valeur-inconnue"]);
        assert_eq!(codes("contient: post-it,", "contient: postit,"), ["valeur-inconnue"]);
        assert_eq!(codes("dossier: post-its,", "dossier: ../ailleurs,"), ["dossier"]);
        // A key of another kind of field is as unknown as any.
        assert_eq!(codes("        lignes: 4\n", "        adresse_de_reponse: oui\n"), ["cle-inconnue"]);
    }

    #[test]
    fn a_name_is_a_machine_name_and_the_only_one() {
        assert_eq!(codes("nom: themes", "nom: _cle"), ["nom-de-champ"]);
        assert_eq!(codes("nom: themes", "nom: Thèmes"), ["nom-de-champ"]);
        assert_eq!(codes("nom: themes", "nom: message"), ["champ-en-double"]);
        assert_eq!(codes("nom: themes", "nom: signature-2"), ["identifiant-en-double"]);
        assert_eq!(codes("nom: themes", "nom: message-aide"), ["identifiant-en-double"]);
    }

    #[test]
    fn a_condition_looks_back_at_an_option() {
        assert_eq!(codes("si: {signature: signe}", "si: {signatur: signe}"), ["champ-inconnu"]);
        assert_eq!(codes("si: {signature: signe}", "si: {signature: oui}"), ["si"]);
        assert_eq!(codes("si: {signature: signe}", "si: {message: oui}"), ["si"]);
        assert_eq!(codes("si: {signature: signe}", "si: {charte: oui}"), ["si"]);
        assert_eq!(codes("si: {signature: signe}", "si: signature"), ["si"]);
        assert_eq!(codes("si: {signature: signe}", "si: {signature: signe, charte: oui}"), ["si"]);
    }

    #[test]
    fn what_goes_to_a_space_asks_which() {
        assert_eq!(
            codes(
                "type: espace\n        etiquette: Votre service\n        obligatoire: oui",
                "type: espace\n        etiquette: Votre service\n        obligatoire: non"
            ),
            ["espace", "phrase-inutile"]
        );
        assert_eq!(codes("destinataires: moderateurs", "destinataires: portail"), ["portee"]);
        assert!(codes("type: courriel", "type: espace").contains(&"espace".to_owned()));
    }

    #[test]
    fn the_subject_of_a_mail_holds_nothing_that_a_visitor_wrote() {
        assert_eq!(codes("pour {espace}\"", "de {message}\""), ["accolades"]);
        assert_eq!(codes("pour {espace}\"", "pour {espace\""), ["accolades"]);
        assert_eq!(codes("pour {espace}\"", "pour { espace }\""), ["accolades"]);
    }

    #[test]
    fn publication_and_examples_name_real_fields() {
        assert_eq!(codes("signature: nom}}", "signature: nomm}}"), ["champ-inconnu"]);
        assert_eq!(codes("envoi: {message: Merci à", "envoi: {mesage: Merci à"), ["champ-inconnu"]);
        assert_eq!(codes("fautes: {nom: vide}", "fautes: {noms: vide}"), ["champ-inconnu"]);
        assert_eq!(codes("fautes: {nom: vide}", "fautes: {nom: trop_court}"), ["exemple"]);
        assert_eq!(codes("- nom: sans nom", "- nom: anonyme"), ["exemple-en-double"]);
    }

    #[test]
    fn options_differ_and_limits_leave_room() {
        assert_eq!(codes("{valeur: idee, libelle: Idée}", "{valeur: merci, libelle: Idée}"), ["option-en-double"]);
        assert_eq!(codes("longueur_min: 3", "longueur_min: 300"), ["bornes"]);
    }

    #[test]
    fn any_broken_text_gives_diagnostics_and_no_panic() {
        for end in (0..YAML.len()).filter(|end| YAML.is_char_boundary(*end)) {
            let (definition, faults) = parse(&YAML[..end]);
            assert!(definition.is_some() || !faults.is_empty(), "nothing is said of the first {end} bytes");
        }
    }
}
