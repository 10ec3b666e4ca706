//! As what somebody decides: for themselves or in somebody's place, once, and never alone where two
//! are to agree.

use axum::http::StatusCode;
use forms_service::role::{Holder, Place, Role};
use forms_service::store::delegations::NewDelegation;
use forms_service::store::roles::Source;
use forms_service::store::submissions::State;
use jiff::SignedDuration;

use crate::support::{Service, changed_portal, spawn_service};

const APPROVE: [(&str, &str); 1] = [("_decision", "approuver")];
const DOUBT: [(&str, &str); 1] = [("_decision", "douter")];

impl Service {
    /// A note in geriatrie, its mails delivered.
    async fn note(&self) -> String {
        let reference = self.post_note("geriatrie", "Merci à l’équipe de nuit").await;
        self.deliver_all().await;
        reference
    }

    /// A proposal in geriatrie that nobody confirmed in time, its mails delivered.
    async fn proposal(&self) -> String {
        let answers = [("espace", "geriatrie"), ("activite", "Étirements"), ("courriel", "camille@exemple.fr")];
        let reference = self.fill_in("proposition", &answers).await;
        self.app.clock.advance(SignedDuration::from_hours(49));
        self.keep_time().await;
        self.deliver_all().await;
        reference
    }

    /// Somebody decides by the link that they were mailed last.
    async fn by(&self, person: &str, decision: &[(&str, &str)]) -> StatusCode {
        let status = self.post(&self.decision_link(person), decision).await.status;
        self.deliver_all().await;
        status
    }

    /// A role of geriatrie is held in its holder's place for a week.
    async fn lend(&self, role: Role, holder: &str, delegate: &str) {
        let holder = in_geriatrie(role, holder);
        let new = NewDelegation {
            holder: &holder,
            delegate: &delegate.parse().unwrap(),
            begins_at: self.now(),
            ends_at: self.now() + SignedDuration::from_hours(7 * 24),
        };
        assert!(self.app.store.delegate(new, self.now()).await.unwrap());
    }

    /// What was done: who, as what, for whom.
    async fn acts(&self, reference: &str) -> Vec<String> {
        let id = self.stored_as(reference).await.id;
        let rows = self.app.store.trace(id).await.unwrap();
        let said = rows.iter().map(|row| {
            let actor = row.actor.as_ref().map_or("the portal".to_owned(), ToString::to_string);
            let role = row.role.map(|role| format!(" as {role}")).unwrap_or_default();
            let holder = row.on_behalf_of.as_ref().map(|holder| format!(" for {holder}")).unwrap_or_default();
            format!("{:?} {actor}{role}{holder}{}", row.action, if row.shortcut { ", shortcut" } else { "" })
        });
        said.collect()
    }
}

fn in_geriatrie(role: Role, address: &str) -> Holder {
    Holder { place: Place::Space("geriatrie".to_owned()), role, address: address.parse().unwrap() }
}

#[tokio::test]
async fn a_cadre_who_moderates_as_well_decides_once_as_the_cadre() {
    let service = spawn_service().await;
    let moderates = in_geriatrie(Role::Moderator, "cadre@exemple.fr");
    service.app.store.add_holders(&[moderates], Source::Command, service.now()).await.unwrap();
    let reference = service.proposal().await;
    assert_eq!(service.links("cadre@exemple.fr", "/moderation/decider/").len(), 1);

    assert_eq!(service.by("cadre@exemple.fr", &APPROVE).await, StatusCode::SEE_OTHER);

    assert_eq!(service.state(&reference).await, State::Approved);
    assert_eq!(service.acts(&reference).await, ["Approved cadre@exemple.fr as cadre, shortcut"]);
}

#[tokio::test]
async fn whoever_holds_a_role_decides_for_themselves_whatever_they_were_handed() {
    let service = spawn_service().await;
    service.lend(Role::Moderator, "jour@exemple.fr", "nuit@exemple.fr").await;
    service.lend(Role::Supervisor, "cadre@exemple.fr", "nuit@exemple.fr").await;
    let reference = service.proposal().await;

    // Two roles, two decisions: the cadre's is not taken for them in passing.
    assert_eq!(service.by("nuit@exemple.fr", &APPROVE).await, StatusCode::SEE_OTHER);
    assert_eq!(service.state(&reference).await, State::Received);
    assert_eq!(service.by("nuit@exemple.fr", &APPROVE).await, StatusCode::SEE_OTHER);
    assert_eq!(
        service.acts(&reference).await,
        ["Approved nuit@exemple.fr as moderateurs", "Approved nuit@exemple.fr as cadre for cadre@exemple.fr"]
    );
}

#[tokio::test]
async fn whoever_stands_in_for_the_cadre_is_told_on_receipt_and_may_stop_what_is_published() {
    let service = spawn_service().await;
    service.lend(Role::Supervisor, "cadre@exemple.fr", "alix@exemple.fr").await;
    let reference = service.proposal().await;
    for person in ["cadre@exemple.fr", "alix@exemple.fr"] {
        assert_eq!(service.links(person, "/moderation/decider/").len(), 1, "{person}");
    }

    assert_eq!(service.by("alix@exemple.fr", &APPROVE).await, StatusCode::SEE_OTHER);
    service.publish().await;
    service.deliver_all().await;

    assert_eq!(service.acts(&reference).await[0], "Approved alix@exemple.fr as cadre for cadre@exemple.fr, shortcut");
    let stop = service.links("alix@exemple.fr", "/moderation/retirer/").pop().unwrap();
    let withdraw = [("_decision", "retirer"), ("_mots", "Doublon")];
    assert_eq!(service.post(&stop, &withdraw).await.status, StatusCode::SEE_OTHER);
    assert_eq!(service.state(&reference).await, State::Withdrawn);
}

#[tokio::test]
async fn nobody_decides_on_their_own_through_whoever_stands_in_for_them() {
    let service = spawn_service().await;
    service.lend(Role::Supervisor, "cadre@exemple.fr", "alix@exemple.fr").await;
    let answers = [("espace", "geriatrie"), ("activite", "Étirements"), ("courriel", "Cadre@exemple.fr")];
    let reference = service.fill_in("proposition", &answers).await;
    service.app.clock.advance(SignedDuration::from_hours(49));
    service.keep_time().await;
    service.deliver_all().await;
    assert_eq!(service.by("jour@exemple.fr", &APPROVE).await, StatusCode::SEE_OTHER);
    // The cadre's step is nobody's in the space: the portal's moderators stand in.
    for person in ["cadre@exemple.fr", "Cadre@exemple.fr", "alix@exemple.fr"] {
        assert!(service.links(person, "/moderation/decider/").is_empty(), "{person}");
    }
    assert_eq!(service.by("moderation@exemple.fr", &APPROVE).await, StatusCode::SEE_OTHER);
    assert_eq!(service.state(&reference).await, State::Approved);
}

#[tokio::test]
async fn a_cadre_adds_points_of_vigilance_that_those_who_decide_read() {
    let service = spawn_service().await;
    let reference = service.proposal().await;
    let remark = |words| [("_decision", "remarquer"), ("_mots", words)];
    assert_eq!(service.by("cadre@exemple.fr", &remark(" ")).await, StatusCode::UNPROCESSABLE_ENTITY);
    // A second click, or the page loaded again, says nothing new.
    for _ in 0..3 {
        assert_eq!(service.by("cadre@exemple.fr", &remark("Le sol est glissant.")).await, StatusCode::SEE_OTHER);
    }
    assert_eq!(service.acts(&reference).await.len(), 1);

    // Nothing is decided by it, and every link still works.
    let stored = service.stored_as(&reference).await;
    assert_eq!((stored.state, stored.step, stored.version), (State::Received, 0, 2));
    let page = service.get(&service.decision_link("jour@exemple.fr")).await.body;
    assert!(page.contains("Le sol est glissant.") && page.contains("cadre@exemple.fr"), "{page}");
    assert_eq!(service.by("jour@exemple.fr", &APPROVE).await, StatusCode::SEE_OTHER);
    assert_eq!(service.by("cadre@exemple.fr", &APPROVE).await, StatusCode::SEE_OTHER);
    assert_eq!(service.state(&reference).await, State::Approved);
    assert_eq!(service.by("jour@exemple.fr", &remark("Trop tard.")).await, StatusCode::CONFLICT);
    assert_eq!(service.acts(&reference).await.len(), 3);
}

#[tokio::test]
async fn moderators_alone_pass_a_doubt_to_the_cadre_and_the_cadre_decides() {
    let service = spawn_service().await;
    let reference = service.note().await;
    assert_eq!(service.by("jour@exemple.fr", &DOUBT).await, StatusCode::SEE_OTHER);
    assert_eq!(service.stored_as(&reference).await.steps.len(), 2);
    // Sent by hand: the page does not offer it.
    assert_eq!(service.by("cadre@exemple.fr", &DOUBT).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(service.stored_as(&reference).await.steps.len(), 2);
}

#[tokio::test]
async fn what_came_to_be_public_while_it_waited_goes_by_the_communication_office_too() {
    let service = spawn_service().await;
    let reference = service.note().await;
    service.app.site.replace(changed_portal("faire/geriatrie/_index.md", |page| {
        page.replacen("---\n", "---\ndiffusion: publique\n", 1)
    }));
    let page = service.get(&service.decision_link("jour@exemple.fr")).await.body;
    assert!(page.contains("L’envoi passera ensuite à\u{a0}: service communication."), "{page}");

    assert_eq!(service.by("jour@exemple.fr", &APPROVE).await, StatusCode::SEE_OTHER);
    assert_eq!(service.state(&reference).await, State::Received);
    assert_eq!(service.by("communication@exemple.fr", &APPROVE).await, StatusCode::SEE_OTHER);
    assert_eq!(service.state(&reference).await, State::Approved);
    assert_eq!(service.stored_as(&reference).await.steps.len(), 2);
}

/// A form that asks for a space, in the place of another of the tests.
const OPENING: &str = r#"titre: Demander un espace
destinataires: portail
portee: portail
verification: non
bouton: Envoyer
groupes:
  - champs:
      - nom: service
        type: texte
        etiquette: Le service
        obligatoire: oui
        longueur_max: 80
        erreurs: {vide: "Écrivez le nom du service.", trop_long: "Écrivez seulement le nom du service."}
      - nom: cadre
        type: courriel
        etiquette: L’adresse du cadre
        obligatoire: oui
        professionnelle: oui
        tient: cadre
        erreurs: {vide: "Indiquez son adresse.", format: "Vérifiez l’adresse.", domaine: "Indiquez l’adresse professionnelle."}
      - nom: superieur
        type: courriel
        etiquette: L’adresse de sa hiérarchie
        obligatoire: oui
        professionnelle: oui
        tient: superieur
        erreurs: {vide: "Indiquez son adresse.", format: "Vérifiez l’adresse.", domaine: "Indiquez l’adresse professionnelle."}
conservation: {recue: 3 mois, quarantaine: 1 mois, caduque: 1 mois}
notice:
  responsable: L’établissement.
  finalite: Étudier la demande.
  base_legale: Mission d’intérêt public.
  destinataires: Les modérateurs.
  conservation: "Au plus tard {recue} après l’envoi."
  droits: Accès, effacement.
  contact: Le délégué.
confirmation: {titre: Votre demande est arrivée, texte: Merci., suites: [Trois personnes la lisent.]}
courriel: {objet: "Demande d’un espace", introduction: "Quelqu’un demande un espace."}
circuit: [portail, cadre, superieur]
publication:
  contient: espace
  dossier: faire
  champs: {titre: service, service: service}
exemples:
  - nom: complète
    envoi: {service: Pneumologie, cadre: cadre.thorax@exemple.fr, superieur: pole.thorax@exemple.fr}
"#;

#[tokio::test]
async fn where_two_are_to_agree_to_a_new_space_one_person_does_not_agree_twice() {
    let service = spawn_service().await;
    service.app.site.replace(changed_portal("formulaires/proposition.yaml", |_| OPENING.to_owned()));
    let ask = async |superior| {
        let answers = [("service", "Pneumologie"), ("cadre", "cadre.thorax@exemple.fr"), ("superieur", superior)];
        let reference = service.fill_in("proposition", &answers).await;
        service.deliver_all().await;
        assert_eq!(service.by("moderation@exemple.fr", &APPROVE).await, StatusCode::SEE_OTHER);
        assert_eq!(service.by("cadre.thorax@exemple.fr", &APPROVE).await, StatusCode::SEE_OTHER);
        assert_eq!(service.state(&reference).await, State::Received, "one of two agreed");
        reference
    };

    let both = ask("pole.thorax@exemple.fr").await;
    assert_eq!(service.by("pole.thorax@exemple.fr", &APPROVE).await, StatusCode::SEE_OTHER);
    assert_eq!(service.state(&both).await, State::Approved);

    let one = ask("Cadre.Thorax@exemple.fr").await;
    assert_eq!(service.by("cadre.thorax@exemple.fr", &APPROVE).await, StatusCode::CONFLICT);
    assert_eq!(service.state(&one).await, State::Received);
    assert_eq!(service.by("moderation@exemple.fr", &APPROVE).await, StatusCode::SEE_OTHER);
    assert_eq!(service.state(&one).await, State::Approved);
    assert_eq!(service.acts(&one).await[2], "Approved moderation@exemple.fr as superieur");
}
