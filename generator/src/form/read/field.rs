//! Reads one field of a form: its kind, the rules of that kind, and a sentence for each fault.

use std::collections::BTreeMap;

use crate::diagnostic::nearest;
use crate::fields::{Choice, Fields, Spanned};
use crate::shape::{Form, Shape};
use crate::typography::french_text;
use crate::yaml::Value;

use super::{is_machine_name, required_choice, required_words, words};
use crate::form::clean::clean_line;
use crate::form::definition::{Condition, EmailRules, FaultKind, Field, FieldKind, Length, Opt, Role};

/// Tokens of HTML's `autocomplete` that a form of a hospital may want; WCAG 1.3.5 asks for them.
const AUTOCOMPLETE: [&str; 12] = [
    "name",
    "given-name",
    "family-name",
    "email",
    "tel",
    "organization",
    "organization-title",
    "street-address",
    "postal-code",
    "address-level2",
    "url",
    "off",
];

/// Height of a box for several lines, unless `lignes` says otherwise.
const DEFAULT_ROWS: usize = 5;

/// The words of `type:`.
#[derive(Clone, Copy)]
enum Kind {
    Text,
    LongText,
    Slots,
    Email,
    Phone,
    Date,
    Time,
    Number,
    Radios,
    Select,
    Checkboxes,
    Color,
    Checkbox,
    Space,
    Charter,
    Slot,
    Activity,
    Page,
}

impl Choice for Kind {
    const ALL: &'static [(&'static str, Self)] = &[
        ("texte", Self::Text),
        ("texte-long", Self::LongText),
        ("creneaux", Self::Slots),
        ("courriel", Self::Email),
        ("telephone", Self::Phone),
        ("date", Self::Date),
        ("heure", Self::Time),
        ("nombre", Self::Number),
        ("choix", Self::Radios),
        ("liste", Self::Select),
        ("choix-multiple", Self::Checkboxes),
        ("couleur", Self::Color),
        ("case", Self::Checkbox),
        ("espace", Self::Space),
        ("charte", Self::Charter),
        ("creneau", Self::Slot),
        ("activite", Self::Activity),
        ("page", Self::Page),
    ];
}

/// A role that an address may hold in a space that is being asked for.
#[derive(Clone, Copy)]
struct Held(Role);

impl Choice for Held {
    const ALL: &'static [(&'static str, Self)] =
        &[("cadre", Self(Role::Cadre)), ("superieur", Self(Role::Superior)), ("moderateurs", Self(Role::Moderators))];
}

/// Reads one item of `champs:`; `None` when it has no name or no kind.
pub(super) fn read(fields: Fields<'_>) -> Option<Field> {
    let name = name(&fields);
    let label = required_words(&fields, "etiquette");
    let heading = words(&fields, "intitule").unwrap_or_else(|| label.clone());
    let hint = words(&fields, "aide");
    let required = fields.boolean("obligatoire", false);
    let condition = condition(&fields);
    let autocomplete = autocomplete(&fields);
    let written = sentences(&fields);
    fields.describe_each(|kind| drop(rules(&fields, kind)));
    let Some(kind) = required_choice(&fields, "type") else {
        // Which keys belong here depends on the kind: without one, none is wrong.
        return None;
    };
    let kind = rules(&fields, kind);
    let Some(name) = name else {
        fields.finish();
        return None;
    };
    let sentences = check_sentences(&fields, &name, &kind, required, written);
    fields.finish();
    Some(Field {
        name: name.value,
        kind,
        label,
        heading,
        hint,
        required,
        condition,
        autocomplete,
        sentences,
        name_range: name.range,
    })
}

fn name(fields: &Fields<'_>) -> Option<Spanned<String>> {
    let Some(name) = fields.spanned_text("nom") else {
        fields.missing("nom");
        return None;
    };
    if !is_machine_name(&name.value) {
        fields.fault(
            &name.range,
            "nom-de-champ",
            &format!("« {} » ne peut pas nommer un champ", name.value),
            "écrivez des minuscules sans accent, des chiffres et des traits d’union, par exemple mot-de-la-fin",
        );
    }
    Some(name)
}

/// `si: {champ: valeur}`, one pair.
fn condition(fields: &Fields<'_>) -> Option<Condition> {
    fields.describe("si", || Form::Map(Shape { free: true, ..Shape::default() }));
    let node = fields.node("si")?;
    let pair = match &node.value {
        Value::Map(entries) => match entries.as_slice() {
            [entry] => fields.scalar(&entry.value, &entry.key).map(|value| (entry, value)),
            _ => None,
        },
        _ => None,
    };
    let Some((entry, value)) = pair else {
        fields.fault(
            &node.range,
            "si",
            "« si » attend un champ et une de ses valeurs",
            "écrivez-le ainsi : si: {signature: signe}",
        );
        return None;
    };
    Some(Condition {
        field: Spanned { value: entry.key.clone(), range: entry.key_range.clone() },
        value: Spanned { value: value.trim().to_owned(), range: entry.value.range.clone() },
    })
}

fn autocomplete(fields: &Fields<'_>) -> Option<&'static str> {
    fields.describe("remplissage", || Form::Choice(AUTOCOMPLETE.to_vec()));
    let token = fields.spanned_text("remplissage")?;
    let found = AUTOCOMPLETE.into_iter().find(|known| *known == token.value);
    if found.is_none() {
        let help = match nearest(&token.value, AUTOCOMPLETE) {
            Some(near) => format!("vouliez-vous dire « {near} » ?"),
            None => format!("les valeurs possibles sont : {}", AUTOCOMPLETE.join(", ")),
        };
        let message = format!("« {} » n’est pas une valeur de « remplissage »", token.value);
        fields.fault(&token.range, "valeur-inconnue", &message, &help);
    }
    found
}

fn rules(fields: &Fields<'_>, kind: Kind) -> FieldKind {
    match kind {
        Kind::Text => FieldKind::Text(length(fields)),
        Kind::LongText => FieldKind::LongText { length: length(fields), rows: rows(fields) },
        Kind::Slots => FieldKind::Slots { rows: rows(fields) },
        Kind::Email => FieldKind::Email(EmailRules {
            reply_to: fields.boolean("adresse_de_reponse", false),
            professional: fields.boolean("professionnelle", false),
            unconfirmed: fields.choice("si_non_confirmee"),
            holds: fields.choice::<Held>("tient").map(|held| held.0),
        }),
        Kind::Phone => FieldKind::Phone,
        Kind::Date => FieldKind::Date,
        Kind::Time => FieldKind::Time,
        Kind::Number => number(fields),
        Kind::Radios => FieldKind::Radios(options(fields)),
        Kind::Select => FieldKind::Select(options(fields)),
        Kind::Checkboxes => FieldKind::Checkboxes(options(fields)),
        Kind::Color => FieldKind::Color(options(fields)),
        Kind::Checkbox => FieldKind::Checkbox,
        Kind::Space => FieldKind::Space,
        Kind::Charter => FieldKind::Charter,
        Kind::Slot => FieldKind::Slot,
        Kind::Activity => FieldKind::Activity,
        Kind::Page => FieldKind::Page,
    }
}

fn rows(fields: &Fields<'_>) -> usize {
    fields.count("lignes").filter(|rows| *rows > 0).unwrap_or(DEFAULT_ROWS)
}

fn length(fields: &Fields<'_>) -> Length {
    let minimum = fields.count("longueur_min");
    fields.describe_required("longueur_max");
    let Some(maximum) = fields.count("longueur_max") else {
        if fields.node("longueur_max").is_none() {
            fields.fault(
                &fields.range(),
                "longueur-max",
                "ce texte peut être aussi long qu’on veut",
                "dites combien de caractères il peut avoir, par exemple « longueur_max: 280 »",
            );
        }
        return Length { minimum, maximum: usize::MAX };
    };
    if maximum == 0 || minimum.is_some_and(|minimum| minimum > maximum) {
        let range = fields.node("longueur_max").map_or(fields.range(), |node| node.range.clone());
        let help = "mettez dans « longueur_max » un nombre plus grand que dans « longueur_min »";
        fields.fault(&range, "bornes", "aucun texte ne peut avoir cette longueur", help);
    }
    Length { minimum, maximum }
}

fn number(fields: &Fields<'_>) -> FieldKind {
    let (minimum, maximum) = (fields.integer("minimum"), fields.integer("maximum"));
    if minimum.zip(maximum).is_some_and(|(minimum, maximum)| minimum > maximum) {
        let range = fields.node("maximum").map_or(fields.range(), |node| node.range.clone());
        let help = "mettez dans « maximum » un nombre plus grand que dans « minimum »";
        fields.fault(&range, "bornes", "aucun nombre ne peut tenir entre ces bornes", help);
    }
    FieldKind::Number { minimum, maximum }
}

fn options(fields: &Fields<'_>) -> Vec<Opt> {
    let nodes = fields.nodes("options");
    if nodes.is_empty() {
        fields.missing("options");
    }
    let mut options: Vec<Opt> = Vec::new();
    for node in nodes {
        let map = fields.item(node);
        let value = map.spanned_text("valeur");
        let label = required_words(&map, "libelle");
        let hint = words(&map, "aide");
        let Some(value) = value else {
            map.missing("valeur");
            continue;
        };
        map.finish();
        if options.iter().any(|option| option.value == value.value) {
            let message = format!("la valeur « {} » est déjà celle d’une autre option", value.value);
            fields.fault(&value.range, "option-en-double", &message, "donnez à chaque option une valeur différente");
        } else if clean_line(&value.value) != value.value {
            let message = "cette valeur contient un caractère invisible ou un retour à la ligne";
            fields.fault(&value.range, "valeur", message, "récrivez-la au clavier, sur une ligne");
        }
        options.push(Opt { value: value.value, label, hint });
    }
    options
}

type Sentences = BTreeMap<FaultKind, Spanned<String>>;

/// What is written under `erreurs:`.
fn sentences(fields: &Fields<'_>) -> Sentences {
    let Some(map) = fields.map("erreurs") else { return Sentences::new() };
    let written = FaultKind::ALL.iter().filter_map(|(word, kind)| Some((*kind, map.spanned_text(word)?)));
    let written = written.collect();
    map.finish();
    written
}

/// Keeps the sentences that the rules can need, and tells which ones are missing or idle.
fn check_sentences(
    fields: &Fields<'_>,
    name: &Spanned<String>,
    kind: &FieldKind,
    required: bool,
    mut written: Sentences,
) -> BTreeMap<FaultKind, String> {
    let mut sentences = BTreeMap::new();
    for fault in kind.faults(required) {
        let word = fault.word();
        match written.remove(&fault) {
            Some(sentence) => {
                sentences.insert(fault, french_text(&sentence.value));
            }
            None => fields.fault(
                &name.range,
                "phrase-manquante",
                &format!("le champ « {} » ne dit rien quand sa réponse a la faute « {word} »", name.value),
                &format!("ajoutez sous « erreurs: » une ligne « {word}: … » qui dit comment bien répondre"),
            ),
        }
    }
    for (fault, sentence) in written {
        let word = fault.word();
        let message = format!("personne ne lira cette phrase : aucune règle du champ ne donne la faute « {word} »");
        let idle = fields.source().warning(sentence.range, "phrase-inutile", message);
        fields.add(idle.help("retirez la ligne, ou ajoutez la règle qui manque"));
    }
    sentences
}
