//! Deciding by the link of a mail: once, by whoever may, and never by opening it.

use axum::http::StatusCode;
use forms_service::publish::publisher::Did;
use forms_service::role::{Holder, Place, Role};
use forms_service::store::publications::StoppedBy;
use forms_service::store::roles::Source;
use forms_service::store::submissions::State;

use crate::support::{Service, changed_portal, spawn_asking_for_identities, spawn_service};

const APPROVE: [(&str, &str); 1] = [("_decision", "approuver")];

/// A post-it in geriatrie, its mails delivered.
async fn noted(service: &Service) -> String {
    let reference = service.post_note("geriatrie", "Merci à l’équipe de nuit").await;
    service.deliver_all().await;
    reference
}

#[tokio::test]
async fn a_moderators_click_publishes() {
    let service = spawn_service().await;
    let reference = noted(&service).await;
    let link = service.decision_link("jour@exemple.fr");

    let page = service.get(&link).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    assert!(page.body.contains("Merci à l’équipe de nuit"), "{}", page.body);

    let decided = service.post(&link, &APPROVE).await;
    assert_eq!(decided.status, StatusCode::SEE_OTHER, "{}", decided.body);
    assert_eq!(service.state(&reference).await, State::Approved);

    assert!(matches!(service.publish().await, Did::Published(_)));
    assert_eq!(service.state(&reference).await, State::Published);
    let publication = service.app.store.publications().await.unwrap().remove(0);
    let wall = service.get(publication.url.as_deref().unwrap()).await;
    assert_eq!(wall.status, StatusCode::OK);
    assert!(wall.body.contains("Merci à l’équipe de nuit"), "{}", wall.body);
}

#[tokio::test]
async fn opening_a_moderation_link_decides_nothing() {
    let service = spawn_service().await;
    let reference = noted(&service).await;
    let link = service.decision_link("jour@exemple.fr");
    for _ in 0..3 {
        assert_eq!(service.get(&link).await.status, StatusCode::OK);
    }
    for nothing in [vec![], vec![("_mots", "")], vec![("_phrase", "")], vec![("_decision", "")]] {
        let answer = service.post(&link, &nothing).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{nothing:?}");
    }
    assert_eq!(service.state(&reference).await, State::Received);
    assert_eq!(service.stored_as(&reference).await.version, 1);
}

#[tokio::test]
async fn a_hundred_decisions_at_once_are_one() {
    let service = spawn_service().await;
    let reference = noted(&service).await;
    let links = [service.decision_link("jour@exemple.fr"), service.decision_link("nuit@exemple.fr")];
    let decide = |at: usize| {
        let (service, link) = (&service, links[at % 2].clone());
        async move {
            let refuse = [("_decision", "refuser"), ("_mots", "Trop long")];
            if at.is_multiple_of(3) { service.post(&link, &refuse).await } else { service.post(&link, &APPROVE).await }
        }
    };
    let answers = futures_util::future::join_all((0..100).map(decide)).await;
    let taken = answers.iter().filter(|answer| answer.status == StatusCode::SEE_OTHER).count();
    assert_eq!(taken, 1);
    let late = answers.iter().find(|answer| answer.status == StatusCode::CONFLICT).unwrap();
    assert!(late.body.contains("exemple.fr (modération)"), "{}", late.body);
    let id = service.stored_as(&reference).await.id;
    assert_eq!(service.app.store.trace(id).await.unwrap().len(), 1);
}

#[tokio::test]
async fn whoever_clicks_twice_reads_that_their_own_decision_holds() {
    let service = spawn_service().await;
    noted(&service).await;
    let (mine, other) = (service.decision_link("jour@exemple.fr"), service.decision_link("nuit@exemple.fr"));
    assert_eq!(service.post(&mine, &[("_decision", "douter")]).await.status, StatusCode::SEE_OTHER);

    let again = service.post(&mine, &[("_decision", "douter")]).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert!(again.body.contains("Vous aviez déjà décidé") && !again.body.contains("avant vous"), "{}", again.body);
    let late = service.post(&other, &APPROVE).await.body;
    assert!(late.contains("Quelqu’un a décidé avant vous") && !late.contains("Vous aviez"), "{late}");
}

/// A proposal in geriatrie, from an address that its author confirmed.
async fn proposed(service: &Service, author: &str) -> String {
    let answers = [("espace", "geriatrie"), ("activite", "Étirements"), ("courriel", author)];
    let reference = service.fill_in("proposition", &answers).await;
    service.deliver_all().await;
    let link = service.links(author, "/suivi/confirmer/").pop().unwrap();
    assert_eq!(service.post(&link, &[("_oui", "oui")]).await.status, StatusCode::OK);
    service.deliver_all().await;
    reference
}

/// What was done about a submission: « approved by whom, as what ».
async fn done(service: &Service, reference: &str) -> Vec<String> {
    let id = service.stored_as(reference).await.id;
    let trace = service.app.store.trace(id).await.unwrap();
    trace
        .iter()
        .map(|row| {
            let actor = row.actor.as_ref().map(ToString::to_string).unwrap_or_default();
            let shortcut = if row.shortcut { ", shortcut" } else { "" };
            format!("{:?} {actor}{shortcut}", row.action)
        })
        .collect()
}

#[tokio::test]
async fn a_proposal_goes_from_the_moderators_to_the_cadre_and_a_link_of_one_step_never_works_at_the_next() {
    let service = spawn_service().await;
    let reference = proposed(&service, "camille@exemple.fr").await;
    let first = service.decision_link("jour@exemple.fr");
    let early = service.decision_link("cadre@exemple.fr");

    assert_eq!(service.post(&first, &APPROVE).await.status, StatusCode::SEE_OTHER);
    assert_eq!(service.state(&reference).await, State::Received);

    // Neither the moderators' link nor the one the cadre had before decides now.
    assert_eq!(service.post(&first, &APPROVE).await.status, StatusCode::CONFLICT);
    assert_eq!(service.post(&early, &APPROVE).await.status, StatusCode::CONFLICT);
    service.deliver_all().await;
    let second = service.decision_link("cadre@exemple.fr");
    assert_ne!(second, early);
    assert_eq!(service.post(&second, &APPROVE).await.status, StatusCode::SEE_OTHER);
    assert_eq!(service.state(&reference).await, State::Approved);
    assert_eq!(done(&service, &reference).await, ["Approved jour@exemple.fr", "Approved cadre@exemple.fr"]);
}

#[tokio::test]
async fn a_cadres_decision_closes_the_moderators_step_as_well_and_the_trace_says_so() {
    let service = spawn_service().await;
    let reference = proposed(&service, "camille@exemple.fr").await;
    let link = service.decision_link("cadre@exemple.fr");
    assert!(service.get(&link).await.body.contains("Vous décidez comme cadre"));
    assert_eq!(service.post(&link, &APPROVE).await.status, StatusCode::SEE_OTHER);
    assert_eq!(service.state(&reference).await, State::Approved);
    assert_eq!(done(&service, &reference).await, ["Approved cadre@exemple.fr, shortcut"]);
}

#[tokio::test]
async fn nobody_decides_on_their_own_submission() {
    let service = spawn_service().await;
    let reference = proposed(&service, "Jour@exemple.fr").await;
    assert!(service.links("jour@exemple.fr", "/moderation/decider/").is_empty());
    assert!(service.links("Jour@exemple.fr", "/moderation/decider/").is_empty());
    let colleague = service.decision_link("nuit@exemple.fr");
    assert_eq!(service.post(&colleague, &APPROVE).await.status, StatusCode::SEE_OTHER);
    assert_eq!(done(&service, &reference).await, ["Approved nuit@exemple.fr"]);
}

#[tokio::test]
async fn whoever_no_longer_holds_the_role_decides_nothing_with_an_old_link() {
    let service = spawn_service().await;
    let reference = noted(&service).await;
    let link = service.decision_link("jour@exemple.fr");
    let holders = service.app.store.holders().await.unwrap();
    let gone = holders.iter().find(|holder| holder.address.to_string() == "jour@exemple.fr").unwrap();
    assert!(service.app.store.remove_holder(gone).await.unwrap());
    assert_eq!(service.post(&link, &APPROVE).await.status, StatusCode::CONFLICT);
    assert_eq!(service.state(&reference).await, State::Received);
    // Nor does it bring them another mail.
    let sent = service.mails.sent().len();
    let renewed = service.post(&format!("{link}/renouveler"), &[("_renouveler", "oui")]).await;
    assert!(renewed.body.contains("ne se renouvelle plus"), "{}", renewed.body);
    service.deliver_all().await;
    assert_eq!(service.mails.sent().len(), sent);
}

#[tokio::test]
async fn a_refusal_needs_a_reason_which_its_author_reads() {
    let service = spawn_service().await;
    noted(&service).await;
    let anonymous = service.get(&service.decision_link("jour@exemple.fr")).await.body;
    assert!(anonymous.contains("reste dans la trace") && !anonymous.contains("La personne le lira"), "{anonymous}");
    let reference = proposed(&service, "camille@exemple.fr").await;
    let link = service.decision_link("cadre@exemple.fr");
    assert!(service.get(&link).await.body.contains("La personne le lira"));
    let refuse = |words| [("_decision", "refuser"), ("_mots", words)];
    // White, or signs that nobody sees: no reason at all.
    for nothing in ["  ", "\u{200b}\u{202e}\r\n"] {
        assert_eq!(service.post(&link, &refuse(nothing)).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let phrase = service.post(&link, &[("_decision", "refuser"), ("_phrase", "3"), ("_mots", "")]).await;
    assert_eq!(phrase.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(phrase.body.contains("proposer de nouveau plus tard"), "{}", phrase.body);
    // What is ready to be read is no fault of the reader's.
    assert!(phrase.body.contains("Rien n’est encore enregistré"), "{}", phrase.body);
    for fault in ["Il y a un problème", "Erreur", "aria-invalid"] {
        assert!(!phrase.body.contains(fault), "{fault}: {}", phrase.body);
    }
    assert_eq!(service.state(&reference).await, State::Received);

    // A mark that makes a text read backwards does not reach its author.
    assert_eq!(service.post(&link, &refuse("La salle est en\u{202e} travaux.")).await.status, StatusCode::SEE_OTHER);
    service.deliver_all().await;
    assert_eq!(service.state(&reference).await, State::Refused);
    let mails = service.mails.sent();
    let told = mails.iter().rfind(|mail| mail.recipient.to_string() == "camille@exemple.fr").unwrap();
    assert!(told.text.contains("La salle est en travaux."), "{}", told.text);
    assert!(service.get("/suivi/?reference=".to_owned().as_str()).await.status != StatusCode::INTERNAL_SERVER_ERROR);
    let status = service.get(&format!("/suivi/?reference={reference}")).await;
    assert!(status.body.contains("Non retenu") && !status.body.contains("Étirements"), "{}", status.body);
}

#[tokio::test]
async fn in_doubt_the_cadre_is_asked_and_decides() {
    let service = spawn_service().await;
    let reference = noted(&service).await;
    let link = service.decision_link("jour@exemple.fr");
    assert!(service.links("cadre@exemple.fr", "/moderation/decider/").is_empty());
    assert_eq!(
        service.post(&link, &[("_decision", "douter"), ("_mots", "Un prénom ?")]).await.status,
        StatusCode::SEE_OTHER
    );
    service.deliver_all().await;
    let cadre = service.decision_link("cadre@exemple.fr");
    assert!(service.get(&cadre).await.body.contains("Un prénom"));
    // The moderators passed it on: they do not decide any more.
    assert_eq!(service.post(&link, &APPROVE).await.status, StatusCode::CONFLICT);
    assert_eq!(service.post(&cadre, &APPROVE).await.status, StatusCode::SEE_OTHER);
    assert_eq!(service.state(&reference).await, State::Approved);
}

#[tokio::test]
async fn the_author_is_asked_for_more_answers_and_those_who_decide_get_the_new_text() {
    let service = spawn_service().await;
    let reference = proposed(&service, "camille@exemple.fr").await;
    let link = service.decision_link("jour@exemple.fr");
    let ask = [("_decision", "demander"), ("_mots", "À quelle heure ?")];
    assert_eq!(service.post(&link, &ask).await.status, StatusCode::SEE_OTHER);
    assert_eq!(service.state(&reference).await, State::Asked);
    service.app.clock.advance(jiff::SignedDuration::from_hours(1));
    service.deliver_all().await;

    let answer = service.links("camille@exemple.fr", "/suivi/completer/").pop().unwrap();
    assert!(service.get(&answer).await.body.contains("À quelle heure"));
    assert_eq!(service.post(&answer, &[("_mots", "")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let complete = [("_mots", "À 14 h."), ("activite", "Étirements à 14 h")];
    // The second of a double click is led to the same place.
    for _ in 0..2 {
        let answered = service.post(&answer, &complete).await;
        assert_eq!(answered.status, StatusCode::OK);
        assert!(answered.body.contains(&format!("/suivi/?reference={reference}")), "{}", answered.body);
    }
    assert_eq!(service.state(&reference).await, State::Received);
    service.deliver_all().await;

    // What was seen before is not approved unseen.
    assert_eq!(service.post(&link, &APPROVE).await.status, StatusCode::CONFLICT);
    let fresh = service.decision_link("jour@exemple.fr");
    let page = service.get(&fresh).await.body;
    assert!(page.contains("Étirements à 14") && page.contains("À 14"), "{page}");
    assert_eq!(done(&service, &reference).await, ["Asked jour@exemple.fr", "Answered "]);
}

#[tokio::test]
async fn what_is_corrected_is_published_and_the_original_stays_in_the_trace() {
    let service = spawn_service().await;
    let reference = noted(&service).await;
    let link = service.decision_link("nuit@exemple.fr");
    let post = [("_decision", "approuver"), ("message", "Merci à l’équipe du soir")];
    assert_eq!(service.post(&link, &post).await.status, StatusCode::SEE_OTHER);
    service.publish().await;
    let publication = service.app.store.publications().await.unwrap().remove(0);
    let page = service.get(publication.url.as_deref().unwrap()).await.body;
    assert!(page.contains("équipe du soir") && !page.contains("équipe de nuit"), "{page}");
    let id = service.stored_as(&reference).await.id;
    let trace = service.app.store.trace(id).await.unwrap();
    let before = trace.iter().find_map(|row| row.previous_answers.as_ref()).unwrap();
    assert_eq!(before.answer("message").unwrap().shown, "Merci à l’équipe de nuit");
}

#[tokio::test]
async fn an_old_link_is_mailed_anew_to_the_same_address_and_nowhere_else() {
    let service = spawn_service().await;
    let reference = noted(&service).await;
    let link = service.decision_link("jour@exemple.fr");
    service.app.clock.advance(jiff::SignedDuration::from_hours(36 * 24));
    let sent = service.mails.sent().len();

    let page = service.get(&link).await;
    assert_eq!(page.status, StatusCode::GONE);
    assert!(page.body.contains("/renouveler"), "{}", page.body);
    assert_eq!(service.post(&link, &APPROVE).await.status, StatusCode::GONE);
    // A robot that sends the form as it stands, without its button, gets nobody a mail.
    let untouched = service.post(&format!("{link}/renouveler"), &[]).await;
    assert_eq!(untouched.status, StatusCode::UNPROCESSABLE_ENTITY);
    service.deliver_all().await;
    assert_eq!(service.mails.sent().len(), sent);
    for _ in 0..3 {
        assert_eq!(service.post(&format!("{link}/renouveler"), &[("_renouveler", "oui")]).await.status, StatusCode::OK);
    }
    service.deliver_all().await;
    let mails = service.mails.sent();
    assert_eq!(mails.len(), sent + 1);
    assert_eq!(mails.last().unwrap().recipient.to_string(), "jour@exemple.fr");
    assert_eq!(service.post(&service.decision_link("jour@exemple.fr"), &APPROVE).await.status, StatusCode::SEE_OTHER);
    assert_eq!(service.state(&reference).await, State::Approved);
}

#[tokio::test]
async fn a_space_that_watches_afterwards_publishes_a_note_once_its_address_is_confirmed_and_unflagged() {
    let service = spawn_service().await;
    let note = |message, address: &'static str| [("espace", "accueil"), ("message", message), ("courriel", address)];
    let confirmed = service.fill_in("post-it", &note("Merci !", "camille@exemple.fr")).await;
    let flagged = service
        .fill_in("post-it", &[("espace", "accueil"), ("message", "Bonjour"), ("courriel", "a@exemple.fr")])
        .await;
    let anonymous = service.fill_in("post-it", &[("espace", "accueil"), ("message", "Sans adresse")]).await;
    service.tamper(
        "UPDATE submissions SET flags = '[{\"field\":\"message\",\"looks_like\":\"x\"}]' WHERE sender = 'a@exemple.fr'",
        "UPDATE submissions SET flags = '[{\"field\":\"message\",\"looks_like\":\"x\"}]' WHERE sender = 'a@exemple.fr'",
    )
    .await;
    service.deliver_all().await;
    assert_eq!(service.state(&anonymous).await, State::Received);
    for address in ["camille@exemple.fr", "a@exemple.fr"] {
        let link = service.links(address, "/suivi/confirmer/").pop().unwrap();
        service.post(&link, &[("_oui", "oui")]).await;
    }
    assert_eq!(service.state(&confirmed).await, State::Approved);
    assert_eq!(service.state(&flagged).await, State::Received);
    assert!(matches!(service.publish().await, Did::Published(_)));
    service.deliver_all().await;

    // Those who moderate are told, and take it away in one click and a reason.
    let stop = service.links("moderation@exemple.fr", "/moderation/retirer/").pop().unwrap();
    let url = service.app.store.publications().await.unwrap().remove(0).url.unwrap();
    assert_eq!(service.get(&url).await.status, StatusCode::OK);
    assert_eq!(
        service.post(&stop, &[("_decision", "retirer"), ("_mots", "Doublon")]).await.status,
        StatusCode::SEE_OTHER
    );
    assert!(matches!(service.publish().await, Did::Stopped(_)));
    let page = service.get(&url).await;
    assert_eq!(page.status, StatusCode::GONE);
    assert!(page.body.contains("Cette page a été retirée"), "{}", page.body);
    assert_eq!(service.state(&confirmed).await, State::Withdrawn);
}

#[tokio::test]
async fn what_can_be_read_outside_of_the_hospital_goes_by_the_communication_office_unless_the_space_says_not() {
    let service = spawn_service().await;
    let public = |more: &'static str| {
        changed_portal("faire/geriatrie/_index.md", move |page| {
            page.replacen("---\n", &format!("---\ndiffusion: publique\n{more}"), 1)
        })
    };
    service.app.site.replace(public(""));
    let reference = noted(&service).await;
    service.post(&service.decision_link("jour@exemple.fr"), &APPROVE).await;
    assert_eq!(service.state(&reference).await, State::Received);
    service.deliver_all().await;
    let office = service.decision_link("communication@exemple.fr");
    assert_eq!(service.post(&office, &APPROVE).await.status, StatusCode::SEE_OTHER);
    assert_eq!(service.state(&reference).await, State::Approved);
    assert_eq!(done(&service, &reference).await, ["Approved jour@exemple.fr", "Approved communication@exemple.fr"]);

    service.app.site.replace(public("relecture_communication: non\n"));
    let other = noted(&service).await;
    service.post(&service.decision_link("jour@exemple.fr"), &APPROVE).await;
    assert_eq!(service.state(&other).await, State::Approved);
}

#[tokio::test]
async fn a_page_is_taken_away_also_while_the_content_does_not_build() {
    let service = spawn_service().await;
    let reference = noted(&service).await;
    service.post(&service.decision_link("jour@exemple.fr"), &APPROVE).await;
    service.publish().await;
    service.deliver_all().await;
    let url = service.app.store.publications().await.unwrap().remove(0).url.unwrap();
    let content = service.folder().join("content");
    std::fs::write(content.join("faire/geriatrie/brouillon.md"), "---\ntitre: [\n---\n").unwrap();

    let stop = service.links("cadre@exemple.fr", "/moderation/retirer/").pop().unwrap();
    for nothing in [vec![], vec![("_decision", "retirer")], vec![("_mots", "Un motif")]] {
        assert_eq!(service.post(&stop, &nothing).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(service.get(&url).await.status, StatusCode::OK);
    service.post(&stop, &[("_decision", "retirer"), ("_mots", "Un nom y est cité")]).await;
    assert!(matches!(service.publish().await, Did::Stopped(_)));

    assert_eq!(service.get(&url).await.status, StatusCode::GONE);
    assert!(!service.get("/faire/geriatrie/post-its/").await.body.contains("équipe de nuit"));
    service.deliver_all().await;
    let told: Vec<String> = service.links("jour@exemple.fr", "Un nom y est cité");
    assert!(!told.is_empty());
    assert_eq!(service.state(&reference).await, State::Withdrawn);
    // A post after it waits, in sight, for the content to be mended.
    let other = service.post_note("geriatrie", "Un autre mot").await;
    service.deliver_all().await;
    service.post(&service.decision_link("nuit@exemple.fr"), &APPROVE).await;
    assert!(matches!(service.publish().await, Did::Delayed(_)));
    assert!(service.app.progress.report().content_fault.is_some());
    std::fs::remove_file(content.join("faire/geriatrie/brouillon.md")).unwrap();
    service.app.clock.advance(jiff::SignedDuration::from_secs(60));
    assert!(matches!(service.publish().await, Did::Published(_)));
    assert_eq!(service.state(&other).await, State::Published);
    assert_eq!(service.get(&url).await.status, StatusCode::GONE);
}

#[tokio::test]
async fn a_page_that_breaks_the_build_goes_back_and_the_live_site_stays() {
    let service = spawn_service().await;
    let reference = noted(&service).await;
    service.post(&service.decision_link("jour@exemple.fr"), &APPROVE).await;
    // The wall holds something else by now: a note's page no longer fits there.
    let wall = service.folder().join("content/faire/geriatrie/post-its/_index.md");
    let as_it_was = std::fs::read_to_string(&wall).unwrap();
    std::fs::write(&wall, as_it_was.replace("post-it", "evenement")).unwrap();
    let before = service.get("/faire/geriatrie/").await.body;

    assert!(matches!(service.publish().await, Did::Bounced(_)));
    assert_eq!(service.get("/faire/geriatrie/").await.body, before);
    assert_eq!(service.state(&reference).await, State::Received);
    let files = std::fs::read_dir(wall.parent().unwrap()).unwrap().count();
    assert_eq!(files, 1);
    service.deliver_all().await;
    let again = service.decision_link("jour@exemple.fr");
    let page = service.get(&again).await.body;
    assert!(page.contains("Publication impossible"), "{page}");
    std::fs::write(&wall, as_it_was).unwrap();
    assert_eq!(service.post(&again, &APPROVE).await.status, StatusCode::SEE_OTHER);
    assert!(matches!(service.publish().await, Did::Published(_)));
    assert_eq!(service.state(&reference).await, State::Published);
}

#[tokio::test]
async fn where_identities_are_asked_for_the_link_alone_decides_nothing() {
    let service = spawn_asking_for_identities("x-remote-user").await;
    let reference = noted(&service).await;
    let link = service.decision_link("jour@exemple.fr");
    let own = [("sec-fetch-site", "same-origin")];
    let said = |who| [own[0], ("x-remote-user", who)];
    assert_eq!(service.post_with(&link, &own, &APPROVE).await.status, StatusCode::FORBIDDEN);
    assert_eq!(service.post_with(&link, &said("nuit@exemple.fr"), &APPROVE).await.status, StatusCode::FORBIDDEN);
    assert_eq!(service.state(&reference).await, State::Received);
    assert_eq!(service.post_with(&link, &said("Jour@exemple.fr"), &APPROVE).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn what_somebody_published_goes_from_the_site_when_they_ask_to_be_erased() {
    let service = spawn_service().await;
    let reference = noted(&service).await;
    service.post(&service.decision_link("jour@exemple.fr"), &APPROVE).await;
    service.publish().await;
    let url = service.app.store.publications().await.unwrap().remove(0).url.unwrap();
    let id = service.stored_as(&reference).await.id;

    let paths = service.app.store.withdraw_erased(&[id], service.now()).await.unwrap();
    assert!(paths[0].starts_with("faire/geriatrie/post-its/2026-11-22-"), "{paths:?}");
    service.app.store.erase_submissions(&[id]).await.unwrap();
    assert!(matches!(service.publish().await, Did::Stopped(_)));
    let publication = service.app.store.publications().await.unwrap().remove(0);
    assert_eq!(publication.stopped_by, Some(StoppedBy::Author));
    assert_eq!(service.get(&url).await.status, StatusCode::GONE);
    assert!(!service.get("/faire/geriatrie/post-its/").await.body.contains("équipe de nuit"));
}

#[tokio::test]
async fn those_who_signed_up_are_told_when_an_activity_is_stopped() {
    let service = spawn_service().await;
    let answers = [
        ("espace", "geriatrie"),
        ("activite", "Étirements"),
        ("creneaux", "mardi 14h-14h20, 4 places"),
        ("courriel", "camille@exemple.fr"),
    ];
    service.fill_in("proposition", &answers).await;
    service.deliver_all().await;
    service.post(&service.links("camille@exemple.fr", "/suivi/confirmer/")[0], &[("_oui", "oui")]).await;
    service.deliver_all().await;
    service.post(&service.decision_link("cadre@exemple.fr"), &APPROVE).await;
    assert!(matches!(service.publish().await, Did::Published(_)));
    service.deliver_all().await;
    // On its own page, and in the week's planning of its space.
    let url = service.app.store.publications().await.unwrap().remove(0).url.unwrap();
    for page in [url.as_str(), "/faire/geriatrie/"] {
        let page = service.get(page).await.body;
        assert!(page.contains("Étirements") && page.to_lowercase().contains("mardi"), "{page}");
    }

    let form = service.get("/formulaires/creneau/").await.body;
    let at = form.find("value=\"geriatrie/").unwrap() + 7;
    let slot = form[at..].split('"').next().unwrap().to_owned();
    service.fill_in("creneau", &[("creneau", &slot), ("courriel", "alix@exemple.fr")]).await;
    service.deliver_all().await;

    let stop = service.links("cadre@exemple.fr", "/moderation/retirer/").pop().unwrap();
    let suspend = [("_decision", "suspendre"), ("_mots", "La salle est fermée pour travaux")];
    assert_eq!(service.post(&stop, &suspend).await.status, StatusCode::SEE_OTHER);
    assert!(matches!(service.publish().await, Did::Stopped(_)));
    service.deliver_all().await;
    let mails = service.mails.sent();
    let told = mails.iter().rfind(|mail| mail.recipient.to_string() == "alix@exemple.fr").unwrap();
    assert!(told.text.contains("n’a pas lieu") && !told.text.contains("travaux"), "{}", told.text);
    let page = service.get(&url).await;
    assert!(page.status == StatusCode::OK && page.body.contains("suspendue"), "{}", page.body);
    assert!(!service.get("/formulaires/creneau/").await.body.contains(&slot));
}

#[tokio::test]
async fn a_page_that_an_editor_moved_is_taken_away_where_it_is_now() {
    let service = spawn_service().await;
    noted(&service).await;
    service.post(&service.decision_link("jour@exemple.fr"), &APPROVE).await;
    service.publish().await;
    service.deliver_all().await;
    let publication = service.app.store.publications().await.unwrap().remove(0);
    let content = service.folder().join("content");
    let moved = publication.path.replace("geriatrie", "accueil");
    std::fs::rename(content.join(&publication.path), content.join(&moved)).unwrap();

    let stop = service.links("cadre@exemple.fr", "/moderation/retirer/").pop().unwrap();
    service.post(&stop, &[("_decision", "retirer"), ("_mots", "Doublon")]).await;
    assert!(matches!(service.publish().await, Did::Stopped(_)));
    let url = publication.url.unwrap();
    assert_eq!(service.get(&url).await.status, StatusCode::GONE);
    assert_eq!(service.get(&url.replace("geriatrie", "accueil")).await.status, StatusCode::NOT_FOUND);
    assert!(!std::fs::read_to_string(content.join(moved)).unwrap().contains("équipe de nuit"));
}

#[tokio::test]
async fn the_list_of_a_space_is_told_of_a_new_page_and_gets_no_way_to_take_it_away() {
    let service = spawn_service().await;
    let place = Place::Space("geriatrie".to_owned());
    let list = Holder { place, role: Role::Announcements, address: "equipe@exemple.fr".parse().unwrap() };
    service.app.store.add_holders(&[list], Source::Command, service.now()).await.unwrap();
    let reference = noted(&service).await;
    service.post(&service.decision_link("jour@exemple.fr"), &APPROVE).await;
    service.publish().await;
    service.deliver_all().await;

    let url = service.app.store.publications().await.unwrap().remove(0).url.unwrap();
    let mails = service.mails.sent();
    let announced: Vec<_> = mails.iter().filter(|mail| mail.recipient.to_string() == "equipe@exemple.fr").collect();
    assert_eq!(announced.len(), 1);
    assert!(announced[0].text.contains(&url), "{}", announced[0].text);
    assert!(!announced[0].text.contains("/moderation/") && !announced[0].text.contains("équipe de nuit"));
    // All that was mailed about one submission is one thread.
    let id = service.stored_as(&reference).await.id;
    let threads = mails.iter().filter(|mail| {
        let head = String::from_utf8(mail.raw.clone()).unwrap();
        head.contains(&format!("References: <{id}@exemple.fr>"))
    });
    assert_eq!(threads.count(), mails.len());
    assert!(mails.len() > 3, "{:?}", service.recipients());
}
