//! Each fault of a definition, told at its place.

use crate::form::definition::Role;
use crate::form::fixture::{self, SPACE, VISIT, YAML, definition, parse};
use crate::form::{RawPost, validate};

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
    let yaml =
        YAML.replace("Votre message\n", "\"Votre message : « ici »\"\n").replace("valeur: idee", "valeur: \"idee !\"");
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
    let confirmation = "confirmation: {titre: Merci, texte: \"C’est *reçu*.\", suites: [On vous relit.]}\n";
    assert_eq!(codes(confirmation, ""), ["cle-manquante"]);
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
fn what_is_published_fits_the_kind_of_content() {
    assert_eq!(codes("signature: nom}}", "signatur: nom}}"), ["publication"]);
    assert_eq!(codes("signature: nom}}", "signature.nom: nom}}"), ["publication"]);
    // A post-it has four colours, and these answers are none of them.
    assert_eq!(codes("signature: nom}}", "couleur: themes}}"), ["publication"]);
    assert_eq!(codes("signature: nom}}", "couleur: signature}}"), ["publication", "publication"]);
    assert_eq!(codes("contient: post-it", "contient: publication"), ["publication", "publication"]);
    assert_eq!(space_codes("champs: {titre: service,", "champs: {"), ["publication"]);
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

/// What is wrong with the other fixture once `from` reads `to`.
fn visit_codes(from: &str, to: &str) -> Vec<String> {
    assert!(VISIT.contains(from), "the fixture does not hold {from}");
    let (definition, faults) = parse(&VISIT.replacen(from, to, 1));
    assert!(definition.is_none() || faults.iter().all(|fault| fault.ends_with("inutile")), "{faults:?}");
    faults.iter().map(|fault| fault.rsplit(':').next().unwrap().to_owned()).collect()
}

#[test]
fn what_is_sent_goes_to_roles_that_exist_each_once() {
    assert_eq!(visit_codes("[moderateurs, registre]", "[moderateurs, modo]"), ["valeur-inconnue"]);
    assert_eq!(visit_codes("[moderateurs, registre]", "[cadre, cadre]"), ["destinataires"]);
    assert_eq!(visit_codes("[moderateurs, registre]", "[]"), ["destinataires"]);
    assert_eq!(visit_codes("destinataires: [moderateurs, registre]\n", ""), ["cle-manquante"]);
    assert_eq!(visit_codes("[moderateurs, registre]", "[moderateurs, portail]"), ["portee"]);
}

#[test]
fn the_notice_quotes_how_long_things_are_kept() {
    assert_eq!(visit_codes("\"{recue} au plus, {caduque}", "\"Trois mois au plus, {caduque}"), ["conservation"]);
    assert_eq!(visit_codes("{caduque} sans", "dix jours sans"), ["conservation"]);
    assert_eq!(visit_codes("quarantaine: 1 mois", "quarantaine: 4 mois"), ["conservation"]);
    assert_eq!(visit_codes("{recue} au plus", "{recu} au plus, {recue}"), ["accolades"]);
    assert_eq!(visit_codes("{recue} au plus", "{recue} {au plus"), ["accolades"]);
    assert_eq!(visit_codes("recue: 3 mois", "recue: trois mois"), ["duree"]);
    assert_eq!(visit_codes(", caduque: 10 jours", ""), ["cle-manquante"]);
    assert_eq!(
        visit_codes("conservation: {recue: 3 mois, quarantaine: 1 mois, caduque: 10 jours}\n", ""),
        ["cle-manquante"]
    );
}

#[test]
fn what_would_be_ignored_is_told() {
    let second = |kind: &str| format!("- nom: autre\n        type: {kind}\n        etiquette: Autre\n      - nom: mot");
    assert!(
        visit_codes("- nom: mot", &second("charte\n        erreurs: {inconnu: A, perimee: B}"))
            .contains(&"charte".to_owned())
    );
    assert_eq!(visit_codes("- nom: mot", &second("activite\n        erreurs: {inconnu: A}")), ["activite"]);
    assert_eq!(
        visit_codes(
            "- nom: mot",
            &second("courriel\n        si_non_confirmee: transmettre\n        erreurs: {format: A}")
        ),
        ["adresse-a-confirmer"]
    );
    assert_eq!(visit_codes("si_non_confirmee: abandonner", "si_non_confirmee: oublier"), ["valeur-inconnue"]);
    assert_eq!(visit_codes("professionnelle: oui", "professionnelle: non"), ["phrase-inutile", "exemple"]);
}

#[test]
fn a_slot_says_the_space_and_a_page_alone_leaves_it_to_the_portal() {
    // Without the slot nothing says the space any more: neither where to send, nor what to call it.
    let start = VISIT.find("      - nom: creneau").unwrap();
    let end = VISIT.find("      - nom: charte").unwrap();
    let rest = [&VISIT[..start], &VISIT[end..]].concat();
    let rest = rest
        .replace("creneau: geriatrie/cafe@jeudi-15h00\n", "mot: Bonjour\n")
        .replace("creneau: geriatrie/cafe, ", "")
        .replace("creneau: inconnu, ", "");
    let codes =
        |yaml: &str| parse(yaml).1.iter().map(|fault| fault.rsplit(':').next().unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!(codes(&rest), ["espace", "accolades"]);
    let page = rest.replace(
        "etiquette: Page\n        erreurs: {",
        "etiquette: Page\n        obligatoire: oui\n        erreurs: {vide: A, ",
    );
    assert_eq!(codes(&page), ["accolades"]);
    assert_eq!(codes(&page.replace("pour {espace}", "pour tous")), Vec::<String>::new());
}

#[test]
fn each_role_decides_once_and_another_one_is_asked_in_doubt() {
    assert_eq!(definition().circuit, [Role::Moderators]);
    assert_eq!(definition().in_doubt, Some(Role::Cadre));
    assert_eq!(codes("circuit: [moderateurs]", "circuit: [moderateurs, communication, moderateurs]"), ["circuit"]);
    assert_eq!(codes("circuit: [moderateurs]", "circuit: [moderateurs, superieurs]"), ["valeur-inconnue"]);
    assert_eq!(codes("en_cas_de_doute: cadre", "en_cas_de_doute: moderateurs"), ["circuit"]);
    assert_eq!(codes("en_cas_de_doute: cadre", "en_cas_de_doute: registre"), ["circuit"]);
    assert_eq!(codes("en_cas_de_doute: cadre", "en_cas_de_doute: personne"), ["valeur-inconnue"]);
    assert_eq!(codes("circuit: [moderateurs]\n", ""), ["circuit"]);
}

/// What is wrong with the form that asks for a space once `from` reads `to`.
fn space_codes(from: &str, to: &str) -> Vec<String> {
    assert!(SPACE.contains(from), "the fixture does not hold {from}");
    let (_, faults) = parse(&SPACE.replacen(from, to, 1));
    faults.iter().map(|fault| fault.rsplit(':').next().unwrap().to_owned()).collect()
}

#[test]
fn an_address_holds_a_role_in_a_space_that_does_not_exist_yet_and_nowhere_else() {
    assert_eq!(space_codes("tient: moderateurs", "tient: communication"), ["valeur-inconnue"]);
    assert_eq!(space_codes("contient: espace", "contient: projet"), ["tient", "tient", "publication"]);
    // Whoever decides of it is asked for, always.
    assert_eq!(space_codes("[portail, cadre]", "[portail, cadre, superieur]"), ["tient"]);
    assert_eq!(space_codes("[portail, cadre]", "[portail, moderateurs]"), ["tient"]);
    assert_eq!(space_codes("        tient: cadre\n", ""), ["tient"]);
}

#[test]
fn those_who_will_hold_the_roles_are_named_by_the_answers() {
    let (definition, faults) = parse(SPACE);
    assert_eq!(faults, Vec::<String>::new());
    let definition = definition.unwrap();
    let send = |pairs: &[(&str, &str)]| {
        validate(&definition, &RawPost::from_pairs(pairs.iter().copied()), &fixture::choices()).unwrap()
    };
    let cadre = [("service", "Pneumologie"), ("courriel-cadre", "cadre@exemple.fr")];
    assert_eq!(send(&cadre).holders(&definition), [(Role::Cadre, "cadre@exemple.fr")]);
    let both = send(&[cadre[0], cadre[1], ("courriel-moderation", "moderation@exemple.fr")]);
    assert_eq!(
        both.holders(&definition),
        [(Role::Cadre, "cadre@exemple.fr"), (Role::Moderators, "moderation@exemple.fr")]
    );
}

#[test]
fn any_broken_text_gives_diagnostics_and_no_panic() {
    for end in (0..YAML.len()).filter(|end| YAML.is_char_boundary(*end)) {
        let (definition, faults) = parse(&YAML[..end]);
        assert!(definition.is_some() || !faults.is_empty(), "nothing is said of the first {end} bytes");
    }
}
