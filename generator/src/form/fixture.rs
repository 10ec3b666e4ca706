//! A small form for the tests of this module: a post-it with every turn that matters.

use std::sync::LazyLock;

use crate::diagnostic::Diagnostics;
use crate::source::SourceFile;

use super::ValidSubmission;
use super::definition::{Choices, FormDefinition, SpaceChoice};
use super::post::RawPost;
use super::validate::validate;

/// Its YAML.
pub const YAML: &str = r#"titre: Laisser un post-it
destinataires: moderateurs
portee: espace
verification: non
bouton: Envoyer mon post-it
groupes:
  - champs:
      - nom: message
        type: texte-long
        etiquette: Votre message
        aide: Deux phrases au plus.
        obligatoire: oui
        longueur_min: 3
        longueur_max: 280
        lignes: 4
        erreurs: {vide: "Écrivez votre message.", trop_long: "Raccourcissez.", trop_court: "Écrivez un peu plus."}
      - nom: espace
        type: espace
        etiquette: Votre service
        obligatoire: oui
        erreurs: {vide: "Choisissez un service.", inconnu: "Choisissez un service de la liste."}
  - titre: Signature
    champs:
      - nom: signature
        type: choix
        etiquette: Signature
        obligatoire: oui
        options:
          - {valeur: anonyme, libelle: Anonyme}
          - {valeur: signe, libelle: Signé, aide: Votre nom paraîtra.}
        erreurs: {vide: "Choisissez.", inconnu: "Choisissez dans la liste."}
      - nom: nom
        type: texte
        etiquette: Votre nom
        obligatoire: oui
        si: {signature: signe}
        longueur_max: 60
        remplissage: name
        erreurs: {vide: "Écrivez votre nom.", trop_long: "Raccourcissez votre nom."}
      - nom: courriel
        type: courriel
        etiquette: Votre adresse
        adresse_de_reponse: oui
        erreurs: {format: "Écrivez une adresse, par exemple prenom.nom@exemple.fr."}
      - nom: themes
        type: choix-multiple
        etiquette: Thèmes
        options: [{valeur: merci, libelle: Merci}, {valeur: idee, libelle: Idée}]
        erreurs: {inconnu: "Choisissez dans la liste."}
      - nom: charte
        type: case
        etiquette: J’ai lu la charte
conservation: {recue: 1 an, quarantaine: 1 mois, caduque: 1 mois}
notice:
  responsable: "[l’établissement](etablissement:nom)"
  finalite: Publier des post-its.
  base_legale: Mission d’intérêt public.
  destinataires: Les modérateurs.
  conservation: "Au plus tard {recue} après l’envoi."
  droits: Accès.
  contact: Le DPO.
confirmation: {titre: Merci, texte: "C’est *reçu*.", suites: [On vous relit.]}
courriel:
  objet: "Nouveau post-it pour {espace}"
  introduction: "Quelqu’un a laissé un post-it (référence {reference})."
publication: {contient: post-it, dossier: post-its, champs: {corps: message, signature: nom}}
exemples:
  - nom: anonyme
    envoi: {message: Merci à l’équipe de nuit, espace: geriatrie, signature: anonyme}
  - nom: sans nom
    envoi: {message: Merci, espace: geriatrie, signature: signe}
    fautes: {nom: vide}
"#;

/// Reads a text as `formulaires/post-it.yaml`; the diagnostics as `line:code`.
pub fn parse(yaml: &str) -> (Option<FormDefinition>, Vec<String>) {
    let diagnostics = Diagnostics::new();
    let definition = FormDefinition::parse(&SourceFile::new("formulaires/post-it.yaml", yaml), &diagnostics);
    let codes = diagnostics.into_sorted().iter().map(|d| format!("{}:{}", line(d), d.code)).collect();
    (definition, codes)
}

fn line(diagnostic: &crate::diagnostic::Diagnostic) -> usize {
    diagnostic.location.as_ref().map_or(0, |place| place.line)
}

/// The definition; read once, because the properties use it thousands of times.
pub fn definition() -> &'static FormDefinition {
    static DEFINITION: LazyLock<FormDefinition> = LazyLock::new(|| {
        let (definition, faults) = parse(YAML);
        assert_eq!(faults, Vec::<String>::new());
        definition.unwrap()
    });
    &DEFINITION
}

/// The two spaces that the portal has.
pub fn choices() -> Choices {
    let space = |slug: &str, title: &str| SpaceChoice { slug: slug.to_owned(), title: title.to_owned() };
    Choices {
        domains: vec!["exemple.fr".to_owned()],
        spaces: vec![
            space("hematologie-soins-intensifs", "Hématologie-Soins Intensifs"),
            space("geriatrie", "Gériatrie"),
        ],
        ..Choices::default()
    }
}

/// A valid submission of the form.
pub fn submission(pairs: &[(&str, &str)]) -> ValidSubmission {
    validate(definition(), &RawPost::from_pairs(pairs.iter().copied()), &choices()).unwrap()
}
