//! What must hold between the parts of a definition, once each was read.

use std::ops::Range;

use crate::diagnostic::{Diagnostics, nearest};
use crate::fields::{Choice, Spanned};

use super::published;

use super::definition::{
    Condition, EmailRules, Field, FieldKind, FormDefinition, Kept, PublishedKind, Role, Scope, Unconfirmed,
};

/// What may stand in braces in the subject and the introduction of the mail. Nothing that a
/// visitor wrote: a subject is shown on locked screens and kept by mail servers.
pub(super) const PLACEHOLDERS: [&str; 2] = ["espace", "reference"];

/// The first character of the file, for what stands nowhere.
const START: Range<usize> = 0..0;

/// Reports every contradiction of a definition.
pub(super) fn check(definition: &FormDefinition, diagnostics: &Diagnostics) {
    let check = Check { definition, diagnostics };
    check.names();
    check.conditions();
    check.addressees();
    check.one_of_each();
    check.retention();
    check.placeholders();
    check.publication();
    check.holders();
    check.examples();
}

struct Check<'a> {
    definition: &'a FormDefinition,
    diagnostics: &'a Diagnostics,
}

impl Check<'_> {
    fn fault(&self, range: &Range<usize>, code: &'static str, message: &str, help: &str) {
        self.diagnostics.add(self.definition.source.error(range.clone(), code, message).help(help));
    }

    /// Names are unique, and so is every id made from them: two equal ids in a page, and a
    /// screen reader reads the hint of another field.
    fn names(&self) {
        let mut ids: Vec<(String, &str)> = Vec::new();
        for field in self.definition.fields() {
            if ids.iter().any(|(_, name)| *name == field.name) {
                let message = format!("deux champs s’appellent « {} »", field.name);
                self.fault(&field.name_range, "champ-en-double", &message, "donnez un autre nom à l’un des deux");
                continue;
            }
            let own = ids_of(field);
            if let Some((_, other)) = ids.iter().find(|(id, _)| own.contains(id)) {
                let message =
                    format!("dans la page, « {} » se confondrait avec une partie du champ « {other} »", field.name);
                self.fault(&field.name_range, "identifiant-en-double", &message, "donnez un autre nom à ce champ");
            }
            ids.extend(own.into_iter().map(|id| (id, field.name.as_str())));
        }
    }

    /// A condition looks back, so that no chain of conditions can bite its own tail.
    fn conditions(&self) {
        let mut earlier: Vec<&Field> = Vec::new();
        for field in self.definition.fields() {
            if let Some(condition) = &field.condition {
                self.condition(field, condition, &earlier);
            }
            earlier.push(field);
        }
    }

    fn condition(&self, field: &Field, condition: &Condition, earlier: &[&Field]) {
        let wanted = &condition.field;
        let Some(asked) = earlier.iter().find(|field| field.name == wanted.value) else {
            if self.definition.field(&wanted.value).is_some() {
                let message = format!("« {} » dépend de « {} », qui n’est pas avant lui", field.name, wanted.value);
                self.fault(&wanted.range, "si", &message, "placez plus haut la question dont l’autre dépend");
            } else {
                self.no_such_field(wanted);
            }
            return;
        };
        let values: Vec<&str> = match &asked.kind {
            FieldKind::Checkbox => vec!["oui", "non"],
            kind => kind.options().iter().map(|option| option.value.as_str()).collect(),
        };
        if values.is_empty() {
            let message = format!("« {} » n’a pas d’options : rien ne peut en dépendre", wanted.value);
            self.fault(
                &wanted.range,
                "si",
                &message,
                "choisissez un champ de type choix, liste, choix-multiple ou case",
            );
        } else if !values.contains(&condition.value.value.as_str()) {
            let message =
                format!("« {} » n’est pas une réponse possible à « {} »", condition.value.value, wanted.value);
            self.fault(&condition.value.range, "si", &message, &near(&condition.value.value, &values));
        }
    }

    /// Somebody receives what is sent.
    fn addressees(&self) {
        if self.definition.scope == Scope::Portal {
            return;
        }
        let always = |field: &Field| field.required && field.condition.is_none();
        match self.names_the_space() {
            // What is said of a page outside of every space goes to the portal.
            None if self.definition.field_of(&FieldKind::Page).is_some_and(always) => {}
            None => self.fault(
                &START,
                "espace",
                "la portée est « espace », mais le formulaire ne demande pas lequel",
                "ajoutez un champ « type: espace » (ou « creneau », « activite », « page »), ou écrivez « portee: portail »",
            ),
            Some(field) if !always(field) => self.fault(
                &field.name_range,
                "espace",
                "sans espace choisi, personne ne recevrait l’envoi",
                "écrivez « obligatoire: oui » et retirez « si » de ce champ",
            ),
            Some(_) => {}
        }
        if self.definition.recipients.contains(&Role::Portal) {
            self.fault(
                &START,
                "portee",
                "l’équipe du portail n’appartient à aucun espace",
                "écrivez « portee: portail », ou d’autres destinataires",
            );
        }
    }

    /// The field that says which space is meant: a space that is chosen weighs more than the one
    /// that a slot or an activity belongs to.
    fn names_the_space(&self) -> Option<&Field> {
        let asked = self.definition.field_of(&FieldKind::Space);
        asked.or_else(|| self.definition.fields().find(|field| field.kind.says_the_space()))
    }

    /// What must not stand twice in a form, because one of the two would be ignored.
    fn one_of_each(&self) {
        let at_most_one = |wanted: fn(&FieldKind) -> bool, code, message: &str, help: &str| {
            if let Some(second) = self.definition.fields().filter(|field| wanted(&field.kind)).nth(1) {
                self.fault(&second.name_range, code, message, help);
            }
        };
        at_most_one(
            |kind| *kind == FieldKind::Space,
            "espace",
            "ce formulaire demande deux fois un espace",
            "gardez un seul champ de type « espace »",
        );
        at_most_one(
            |kind| *kind == FieldKind::Charter,
            "charte",
            "ce formulaire fait signer deux chartes à la fois",
            "gardez un seul champ de type « charte »",
        );
        at_most_one(
            |kind| matches!(kind, FieldKind::Slot | FieldKind::Activity),
            "activite",
            "ce formulaire demande deux fois une activité",
            "gardez un seul champ de type « creneau » ou « activite »",
        );
        at_most_one(
            |kind| matches!(kind, FieldKind::Email(EmailRules { reply_to: true, .. })),
            "adresse-de-reponse",
            "deux champs donnent l’adresse de réponse",
            "gardez « adresse_de_reponse: oui » pour un seul",
        );
        at_most_one(
            |kind| matches!(kind, FieldKind::Email(EmailRules { unconfirmed: Some(_), .. })),
            "adresse-a-confirmer",
            "deux adresses seraient à confirmer pour un seul envoi",
            "gardez « si_non_confirmee » pour un seul champ",
        );
    }

    /// The notice says how long everything is kept, and by the value that the purge uses.
    fn retention(&self) {
        let (retention, text) = (self.definition.retention, &self.definition.notice.retention);
        if text.value.is_empty() {
            return;
        }
        let words: Vec<&str> = Kept::ALL.iter().map(|(word, _)| *word).collect();
        let mut quoted: Vec<&str> = Vec::new();
        for name in braces(&text.value) {
            match name {
                None => {
                    let message = "une accolade « { » n’est pas refermée";
                    self.fault(&text.range, "accolades", message, "écrivez {recue}, {quarantaine} ou {caduque}");
                }
                Some(name) if !words.contains(&name) => {
                    let message = format!("« {{{name}}} » n’est pas une durée de « conservation »");
                    self.fault(&text.range, "accolades", &message, &near(name, &words));
                }
                Some(name) => quoted.push(name),
            }
        }
        let may_lapse = self.definition.address_check().is_some_and(|check| check.otherwise == Unconfirmed::Lapse);
        for (word, kept) in Kept::ALL {
            let needed = match kept {
                Kept::Received => true,
                Kept::Lapsed if may_lapse => true,
                // « At most so long » is still true of what is kept for less.
                Kept::Lapsed | Kept::Quarantined => retention.of(*kept).about_days() > retention.received.about_days(),
            };
            if needed && !quoted.contains(word) {
                let message = format!("la notice ne dit pas la durée « {word} » de « conservation »");
                let help = format!(
                    "écrivez {{{word}}} à l’endroit de la durée : la page et l’effacement diront toujours la même chose"
                );
                self.fault(&text.range, "conservation", &message, &help);
            }
        }
    }

    fn placeholders(&self) {
        for text in [&self.definition.mail.subject, &self.definition.mail.introduction] {
            for name in braces(&text.value) {
                let Some(name) = name else {
                    let message = "une accolade « { » n’est pas refermée";
                    self.fault(&text.range, "accolades", message, "écrivez {espace} ou {reference}");
                    continue;
                };
                if !PLACEHOLDERS.contains(&name) {
                    let message = format!("« {{{name}}} » ne peut pas être remplacé ici");
                    let help = "seuls {espace} et {reference} le sont : ce que les gens écrivent n’entre ni dans \
                                l’objet ni dans l’introduction";
                    self.fault(&text.range, "accolades", &message, help);
                } else if name == "espace" && self.names_the_space().is_none() {
                    let message = "« {espace} » ne serait remplacé par rien : le formulaire ne demande pas d’espace";
                    self.fault(&text.range, "accolades", message, "retirez « {espace} » de ce texte");
                }
            }
        }
    }

    /// Every answer that is published fits the kind of content, and the page has a title.
    fn publication(&self) {
        let Some(publication) = &self.definition.publication else { return };
        let mut titled = false;
        for published in &publication.fields {
            let Some(field) = self.known_field(&published.field) else { continue };
            let Some(key) = &published.key else { continue };
            titled |= key == "titre" && field.required && field.condition.is_none();
            for fault in published::faults(publication, key, field) {
                let help = fault.help.unwrap_or_default();
                self.fault(&published.field.range, "publication", &fault.message, &help);
            }
        }
        if published::lacks_a_title(publication, titled) {
            self.fault(
                &START,
                "publication",
                "la page publiée n’aurait pas de titre",
                "écrivez sous « champs » une ligne « titre: … » avec un champ obligatoire",
            );
        }
    }

    /// An address holds a role in a space that is asked for, and in nothing else; whoever decides of
    /// such a space is asked for, because no directory knows it yet.
    fn holders(&self) {
        let holders = || {
            self.definition.fields().filter_map(|field| match field.kind {
                FieldKind::Email(EmailRules { holds: Some(role), .. }) => Some((field, role)),
                _ => None,
            })
        };
        let publication = self.definition.publication.as_ref();
        if publication.is_none_or(|publication| publication.kind != PublishedKind::Space) {
            for (field, _) in holders() {
                let message = "cette adresse tiendrait un rôle, mais le formulaire n’ouvre pas d’espace";
                let help = "retirez « tient », ou écrivez « contient: espace » dans la publication";
                self.fault(&field.name_range, "tient", message, help);
            }
            return;
        }
        let of_a_space = [Role::Moderators, Role::Cadre, Role::Superior];
        for role in self.definition.circuit.iter().filter(|role| of_a_space.contains(role)) {
            let always = |field: &Field| field.required && field.condition.is_none();
            if !holders().any(|(field, held)| held == *role && always(field)) {
                let word = role.word();
                let message =
                    format!("l’espace n’existe pas encore : personne n’y tient le rôle « {word} » du circuit");
                let help = format!("ajoutez un champ « type: courriel » obligatoire avec « tient: {word} »");
                self.fault(&START, "tient", &message, &help);
            }
        }
    }

    fn examples(&self) {
        let mut names: Vec<&str> = Vec::new();
        for example in &self.definition.examples {
            if names.contains(&example.name.value.as_str()) {
                let message = format!("deux exemples s’appellent « {} »", example.name.value);
                self.fault(&example.name.range, "exemple-en-double", &message, "donnez un autre nom à l’un des deux");
            }
            names.push(&example.name.value);
            for (name, _) in &example.values {
                self.known_field(name);
            }
            for (name, kind) in &example.faults {
                let Some(field) = self.known_field(name) else { continue };
                if !field.kind.faults(field.required).contains(kind) {
                    let message = format!("« {} » ne peut pas avoir la faute « {} »", name.value, kind.word());
                    self.fault(
                        &name.range,
                        "exemple",
                        &message,
                        "aucune de ses règles ne la donne : corrigez l’exemple",
                    );
                }
            }
        }
    }

    fn known_field(&self, name: &Spanned<String>) -> Option<&Field> {
        let found = self.definition.field(&name.value);
        if found.is_none() {
            self.no_such_field(name);
        }
        found
    }

    fn no_such_field(&self, name: &Spanned<String>) {
        let names: Vec<&str> = self.definition.fields().map(|field| field.name.as_str()).collect();
        let message = format!("le formulaire n’a pas de champ « {} »", name.value);
        self.fault(&name.range, "champ-inconnu", &message, &near(&name.value, &names));
    }
}

fn near(written: &str, known: &[&str]) -> String {
    match nearest(written, known.iter().copied()) {
        Some(near) => format!("vouliez-vous dire « {near} » ?"),
        None => format!("les noms possibles sont : {}", known.join(", ")),
    }
}

/// Every id that the page gives to a field and its parts: hint, fault, longest length, and each
/// option with its own hint.
fn ids_of(field: &Field) -> Vec<String> {
    let id = field.id();
    let options = (2..=field.kind.options().len()).map(|number| format!("{id}-{number}"));
    let mut ids: Vec<String> = options.flat_map(|id| [format!("{id}-aide"), id]).collect();
    ids.extend([format!("{id}-aide"), format!("{id}-erreur"), format!("{id}-taille"), id]);
    ids
}

/// What stands between braces; `None` for an opening one without its end.
fn braces(text: &str) -> impl Iterator<Item = Option<&str>> {
    text.split('{').skip(1).map(|after| after.split_once('}').map(|(name, _)| name))
}
