//! `etablissement.yaml`: what each hospital must fill in itself, in one file.
//!
//! Pages name these values by links of the form `[libellé](etablissement:cle)`. A value written
//! as `cle: {exemple: …}` still has to be replaced: the site shows it and `check` says so.

use std::collections::BTreeMap;

use crate::diagnostic::Diagnostics;
use crate::fields::{self, Fields};
use crate::shape::Form;
use crate::source::SourceFile;
use crate::yaml::Value;

/// Where the values stand in the content folder.
pub const ESTABLISHMENT_FILE: &str = "etablissement.yaml";

/// The values a hospital fills in, with the words that say what each is.
const KEYS: [(&str, &str); 13] = [
    ("nom", "le nom de l’établissement"),
    ("adresse_postale", "son adresse postale"),
    ("telephone", "le téléphone du standard"),
    ("directeur_publication", "la fonction de la personne qui dirige la publication"),
    ("hebergeur", "le nom et l’adresse de l’hébergeur"),
    ("courriel_contact", "l’adresse de contact du portail"),
    ("dpo", "la fonction de la personne déléguée à la protection des données"),
    ("dpo_courriel", "son adresse"),
    ("communication", "l’adresse du service communication"),
    ("service_informatique", "l’adresse du service informatique"),
    ("medecine_du_travail", "comment joindre la médecine du travail"),
    ("referent_accessibilite", "l’adresse de la personne référente pour l’accessibilité"),
    ("date_declaration_accessibilite", "la date de la déclaration d’accessibilité"),
];

/// The values of this hospital.
#[derive(Clone, Debug, Default, Hash)]
pub struct Establishment {
    values: BTreeMap<&'static str, String>,
    /// Whether an error in the file was reported: no value is then told as missing.
    pub is_at_fault: bool,
}

impl Establishment {
    /// Reads the values and warns of each that is still an example.
    pub fn parse(source: Option<&SourceFile>, diagnostics: &Diagnostics) -> Self {
        let Some(source) = source else { return Self::default() };
        let (values, is_at_fault) = fields::of_file(source, diagnostics, Self::take);
        Self { is_at_fault, ..values }
    }

    /// Takes the values.
    pub(crate) fn take(fields: Fields<'_>) -> Self {
        let (source, diagnostics) = (fields.source(), fields.diagnostics());
        let mut values = BTreeMap::new();
        for (key, what) in KEYS {
            fields.describe(key, || Form::TextOrExample);
            let Some(entry) = fields.entry(key) else { continue };
            let text = if matches!(entry.value.value, Value::Map(_)) {
                let example = Fields::new(source, &entry.value, diagnostics);
                let text = example.required_text("exemple");
                example.finish();
                diagnostics.add(
                    source
                        .warning(entry.key_range.clone(), "valeur-exemple", format!("« {key} » est encore un exemple"))
                        .help(format!("écrivez ici {what} : « {key}: … »")),
                );
                text
            } else {
                fields.scalar(&entry.value, key).map(|text| text.trim().to_owned())
            };
            values.extend(text.map(|text| (key, text)));
        }
        fields.finish();
        Self { values, is_at_fault: false }
    }

    /// Whether no value is given, as when there is no file.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.values.get(key).map(String::as_str)
    }

    /// Every key that a page may name.
    pub fn keys() -> impl Iterator<Item = &'static str> + Clone {
        KEYS.iter().map(|(key, _)| *key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_example_value_is_used_and_named() {
        let source =
            SourceFile::new(ESTABLISHMENT_FILE, "nom:\n  exemple: Hôpital d’Exemple\ntelephone: 01 99 00 00 00\n");
        let diagnostics = Diagnostics::new();
        let establishment = Establishment::parse(Some(&source), &diagnostics);
        assert_eq!(establishment.get("nom"), Some("Hôpital d’Exemple"));
        assert_eq!(establishment.get("telephone"), Some("01 99 00 00 00"));
        let found = diagnostics.into_sorted();
        assert_eq!(found.len(), 1);
        assert!(found[0].message.contains("«\u{a0}nom\u{a0}»"));
    }
}
