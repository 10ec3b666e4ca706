//! A small form for the tests of this module: a post-it with every turn that matters.

use std::sync::LazyLock;

use crate::diagnostic::Diagnostics;
use crate::source::SourceFile;

use super::ValidSubmission;
use super::definition::{ActivityChoice, CharterChoice, Choices, FormDefinition, PageChoice, SlotChoice, SpaceChoice};
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
circuit: [moderateurs]
en_cas_de_doute: cadre
publication: {contient: post-it, dossier: post-its, champs: {corps: message, signature: nom}}
exemples:
  - nom: anonyme
    envoi: {message: Merci à l’équipe de nuit, espace: geriatrie, signature: anonyme}
  - nom: sans nom
    envoi: {message: Merci, espace: geriatrie, signature: signe}
    fautes: {nom: vide}
"#;

/// Another form, for all that only a site can offer, and for an address to be confirmed.
pub const VISIT: &str = r#"titre: Venir
destinataires: [moderateurs, registre]
portee: espace
bouton: Demander
groupes:
  - champs:
      - nom: creneau
        type: creneau
        etiquette: Créneau
        obligatoire: oui
        erreurs: {vide: "Choisissez.", inconnu: "Choisissez un autre créneau."}
      - nom: charte
        type: charte
        etiquette: Charte
        erreurs: {inconnu: "Choisissez.", perimee: "Lisez la nouvelle version."}
      - nom: page
        type: page
        etiquette: Page
        erreurs: {inconnu: "Vérifiez l’adresse."}
      - nom: courriel
        type: courriel
        etiquette: Adresse
        obligatoire: oui
        adresse_de_reponse: oui
        professionnelle: oui
        si_non_confirmee: abandonner
        erreurs: {vide: "Indiquez une adresse.", format: "Vérifiez.", domaine: "Indiquez une adresse de l’hôpital."}
      - nom: mot
        type: texte
        etiquette: Un mot
        longueur_max: 200
        erreurs: {trop_long: "Raccourcissez."}
conservation: {recue: 3 mois, quarantaine: 1 mois, caduque: 10 jours}
notice:
  responsable: L’établissement.
  finalite: Garder votre place.
  base_legale: Mission d’intérêt public.
  destinataires: Les modérateurs.
  conservation: "{recue} au plus, {caduque} sans confirmation."
  droits: Accès.
  contact: Le DPO.
confirmation: {titre: Merci, texte: Reçu., suites: [On vous répond.]}
courriel: {objet: "Une place pour {espace}", introduction: Quelqu’un vient.}
exemples:
  - nom: complet
    envoi:
      creneau: geriatrie/cafe@jeudi-15h00
      charte: base@en-vigueur
      page: /savoir/
      courriel: prenom.nom@exemple.fr
  - nom: hors des listes
    envoi: {creneau: geriatrie/cafe, charte: base@0000, page: nulle part, courriel: prenom.nom@exemple.com}
    fautes: {creneau: inconnu, charte: perimee, page: inconnu, courriel: domaine}
"#;

/// A form that asks for a space: its addresses hold the roles that decide of it.
pub const SPACE: &str = r#"titre: Ouvrir un espace
destinataires: portail
portee: portail
bouton: Demander
groupes:
  - champs:
      - nom: service
        type: texte
        etiquette: Service
        obligatoire: oui
        longueur_max: 80
        erreurs: {vide: "Écrivez le nom.", trop_long: "Raccourcissez."}
      - nom: courriel-cadre
        type: courriel
        etiquette: Cadre
        obligatoire: oui
        tient: cadre
        erreurs: {vide: "Indiquez une adresse.", format: "Vérifiez."}
      - nom: courriel-moderation
        type: courriel
        etiquette: Modération
        tient: moderateurs
        erreurs: {format: "Vérifiez."}
conservation: {recue: 3 mois, quarantaine: 1 mois, caduque: 1 mois}
notice:
  responsable: L’établissement.
  finalite: Ouvrir l’espace.
  base_legale: Mission d’intérêt public.
  destinataires: Le portail.
  conservation: "{recue} au plus."
  droits: Accès.
  contact: Le DPO.
confirmation: {titre: Merci, texte: Reçu., suites: [On vous répond.]}
courriel: {objet: "Un espace, {reference}", introduction: Quelqu’un demande un espace.}
circuit: [portail, cadre]
publication: {contient: espace, dossier: faire, champs: {titre: service, service: service}}
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

/// The other definition, read once.
pub fn visit() -> &'static FormDefinition {
    static DEFINITION: LazyLock<FormDefinition> = LazyLock::new(|| {
        let (definition, faults) = parse(VISIT);
        assert_eq!(faults, Vec::<String>::new());
        definition.unwrap()
    });
    &DEFINITION
}

/// The two spaces that the portal has, and one thing of each sort.
pub fn choices() -> Choices {
    let space = |slug: &str, title: &str| SpaceChoice { slug: slug.to_owned(), title: title.to_owned() };
    Choices {
        domains: vec!["exemple.fr".to_owned()],
        spaces: vec![
            space("hematologie-soins-intensifs", "Hématologie-Soins Intensifs"),
            space("geriatrie", "Gériatrie"),
        ],
        charters: vec![CharterChoice {
            slug: "base".to_owned(),
            version: "2a61637e".to_owned(),
            since: Some(jiff::civil::date(2026, 11, 22)),
            title: "Charte de base".to_owned(),
        }],
        activities: vec![ActivityChoice {
            key: "geriatrie/cafe".to_owned(),
            title: "Café".to_owned(),
            space: "geriatrie".to_owned(),
        }],
        slots: vec![SlotChoice {
            key: "geriatrie/cafe@jeudi-15h00".to_owned(),
            title: "Café\u{a0}: jeudi à 15\u{a0}h".to_owned(),
            space: "geriatrie".to_owned(),
        }],
        pages: vec![
            PageChoice { path: "/".to_owned(), title: "Accueil".to_owned(), space: None },
            PageChoice { path: "/savoir/".to_owned(), title: "Savoir".to_owned(), space: None },
        ],
    }
}

/// A valid submission of the form.
pub fn submission(pairs: &[(&str, &str)]) -> ValidSubmission {
    validate(definition(), &RawPost::from_pairs(pairs.iter().copied()), &choices()).unwrap()
}
