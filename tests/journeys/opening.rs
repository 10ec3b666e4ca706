//! A department gets its space: three people agree, and everything of it works at once.

use journeys::{html, until};

use crate::hospital::{AUTHOR, Hospital, PORTAL};
use crate::mailing::OURS;
use crate::posting::{reference, thanks};

const REQUEST: &[(&str, &str)] = &[
    ("service", "Pneumologie"),
    ("etablissement", "Hôpital nord"),
    ("pourquoi", "Un mur de post-it et deux petites pauses par semaine."),
    ("moderation", "Une infirmière de jour, un aide-soignant de nuit"),
    ("courriel-moderation", "moderation.pneumologie@exemple.fr"),
    ("cadre", "Cadre de santé de pneumologie"),
    ("courriel-cadre", "cadre.pneumologie@exemple.fr"),
    ("hierarchie", "Cadre supérieur de santé du pôle thorax"),
    ("courriel-superieur", "superieur.thorax@exemple.fr"),
    ("demandeur", "Prénom Nom"),
    ("courriel", AUTHOR),
];

#[test]
fn a_new_space_opens_with_three_agreements_and_works_at_once() {
    let hospital = Hospital::with_a_folder();
    let visitor = hospital.visitor();
    let asked = hospital.receives("nouvel-espace", REQUEST);

    for who in [PORTAL, "cadre.pneumologie@exemple.fr", "superieur.thorax@exemple.fr"] {
        assert!(!html::plain(&visitor.open("/faire/").body).contains("Pneumologie"), "not before all agreed");
        hospital.approves(who, &asked);
    }

    let space = hospital.page_of(AUTHOR, &asked);
    assert_eq!(space, "/faire/pneumologie/");
    hospital.until_said("/faire/", "Pneumologie");
    let page = visitor.open(&space);
    let charter = html::links(&page.body).into_iter().find(|link| link.starts_with("/faire/pneumologie/chartes/"));
    let charters = visitor.open(&charter.expect("the space leads to its charter"));
    assert_eq!(charters.status, 200);
    for form in ["post-it", "proposition-activite", "signature-charte"] {
        let offered = visitor.open(&format!("/formulaires/{form}/")).body;
        assert!(offered.contains("neumologie"), "the form {form} does not know the space");
    }

    let charter = hospital.charter("pneumologie/charte-du-service");
    let signature = [("charte", charter.as_str()), ("accord", "oui"), ("nom", "Prénom Nom"), ("courriel", AUTHOR)];
    let signed = hospital.receives("signature-charte", &signature);
    let proof = hospital.letter(AUTHOR, "Votre signature est enregistrée");
    assert!(proof.says(&signed) && proof.says("Charte du service Pneumologie"), "{}", proof.text);

    let fields = [("espace", "pneumologie"), ("message", "Bienvenue !"), ("couleur", "vert"), ("signature", "anonyme")];
    let note = reference(&thanks(&visitor, &visitor.send_saying("post-it", &fields, OURS)));
    hospital.approves("moderation.pneumologie@exemple.fr", &note);
    hospital.until_said("/faire/pneumologie/post-its/", "Bienvenue !");
    let notice = hospital.letter("cadre.pneumologie@exemple.fr", "Arrêt d’urgence");
    assert!(notice.text.contains("/faire/pneumologie/"), "{}", notice.text);
}

#[test]
fn one_refusal_is_enough_and_nothing_opens() {
    let hospital = Hospital::with_a_folder();
    let asked = hospital.receives("nouvel-espace", REQUEST);
    hospital.approves(PORTAL, &asked);
    let link = hospital.decision_link("cadre.pneumologie@exemple.fr", &asked);

    hospital.decides(&link, &[("_decision", "refuser"), ("_mots", "Pas cette année.")]);

    let letter = hospital.letter(AUTHOR, "n’a pas été retenu");
    assert!(letter.text.contains("Pas cette année."), "{}", letter.text);
    until("it is refused", || (hospital.health()["submissions"]["refused"] == 1).then_some(()));
    assert!(hospital.server.letters_to("superieur.thorax@exemple.fr").is_empty(), "nobody after is asked");
    assert_eq!(hospital.visitor().open("/faire/pneumologie/").status, 404);
}
