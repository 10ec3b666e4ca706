//! Those who decide, each in their turn, on the links that were mailed to them.

use std::sync::Barrier;
use std::thread;

use journeys::{html, until};

use crate::hospital::{AUTHOR, CADRE, EVENING, Hospital, MORNING, WALL};
use crate::posting::PROPOSAL;

const MESSAGE: &str = "Et si on gardait cinq minutes de silence ?";

#[test]
fn a_proposal_goes_through_two_steps_to_its_page_and_the_planning() {
    let hospital = Hospital::with_a_folder();
    let visitor = hospital.visitor();
    let reference = hospital.receives("proposition-activite", PROPOSAL);
    let told_at_once = hospital.decision_link(CADRE, &reference);
    let first = hospital.decision_link(MORNING, &reference);

    // The moderator completes it with what the author told them.
    let said = hospital.decides(&first, &[("_decision", "approuver"), ("creneaux", "jeudi 15h-15h20, 4 places")]);
    assert!(said.contains("Cadre de proximité"), "{said}");
    assert!(!html::plain(&visitor.open("/faire/geriatrie/activites/").body).contains("Café du jeudi"));
    // A link of the first step is worth nothing at the second.
    let approve = [("_decision".to_owned(), "approuver".to_owned())];
    let late = visitor.send_sheet(&first, &approve);
    assert_eq!(late.status, 409, "{}", html::plain(&late.body));
    let seen = html::plain(&visitor.open(&first).body);
    assert!(seen.contains(&format!("{MORNING} (modération)")), "it says who approved: {seen}");
    let old = visitor.open(&told_at_once);
    assert!(html::plain(&old.body).contains("plus à jour"), "{}", html::plain(&old.body));

    let asked = hospital.server.nth_letter_to(CADRE, &reference, 2);
    assert!(asked.text.contains("Une première personne l’a approuvé"), "{}", asked.text);
    hospital.decides(&asked.link("/moderation/decider/"), &[("_decision", "approuver")]);

    let page = hospital.page_of(AUTHOR, &reference);
    let activity = html::plain(&visitor.open(&page).body);
    for said in
        ["Café du jeudi", "Salle de repos", "Infirmière de coordination", "5 euros par mois", "Pendant la pause."]
    {
        assert!(activity.contains(said), "the page does not say « {said} »:\n{activity}");
    }
    assert!(!activity.contains("Prénom Nom") && !activity.contains(AUTHOR), "{activity}");
    let space = html::plain(&visitor.open("/faire/geriatrie/").body);
    let thursday = space.split("Jeudi ").nth(1).and_then(|rest| rest.split("Vendredi ").next());
    let thursday = thursday.unwrap_or_else(|| panic!("no planning: {space}"));
    assert!(thursday.contains("15 h") && thursday.contains("Café du jeudi"), "the planning says when: {thursday}");
}

#[test]
fn a_cadre_decides_at_once_and_the_trace_says_so() {
    let hospital = Hospital::with_a_folder();
    let reference = hospital.receives("proposition-activite", PROPOSAL);
    let link = hospital.decision_link(CADRE, &reference);
    let moderators = hospital.decision_link(MORNING, &reference);
    assert!(html::plain(&hospital.visitor().open(&link).body).contains("clôt aussi l’étape de la modération"));

    hospital.decides(&link, &[("_decision", "approuver")]);

    let page = hospital.page_of(AUTHOR, &reference);
    assert_eq!(hospital.visitor().open(&page).status, 200);
    let seen = html::plain(&hospital.visitor().open(&moderators).body);
    assert!(seen.contains(CADRE) && seen.contains("en clôturant aussi l’étape de la modération"), "{seen}");
    assert_eq!(hospital.server.letters_to(CADRE).iter().filter(|letter| letter.says("Lire et décider")).count(), 1);
}

#[test]
fn a_refusal_is_mailed_to_its_author_with_the_reason() {
    let hospital = Hospital::with_a_folder();
    let reference = hospital.receives_a_post_it(MESSAGE, Some(AUTHOR));
    let link = hospital.decision_link(MORNING, &reference);

    let without = hospital.answer(&link, &[("_decision", "refuser")]);
    assert_eq!(without.status, 422);
    let visitor = hospital.visitor();
    let ready = visitor.fill_in(&without, &[("_decision", "refuser"), ("_phrase", "4")]);
    assert_eq!(ready.status, 422, "a ready sentence is read before it is sent");
    let sheet = journeys::sheet::sheets(&ready.body).into_iter().find(|sheet| sheet.posts).expect("the form again");
    let words =
        sheet.fields.iter().find(|(name, _)| name == "_mots").map(|(_, words)| words.clone()).expect("the words");
    assert!(words.starts_with("Le ton de votre texte"), "{words}");
    let words = format!("{words} À bientôt sur le mur.");
    let sent = visitor.fill_in(&ready, &[("_mots", &words)]);
    assert_eq!(sent.status, 303, "{}", html::plain(&sent.body));

    let letter = hospital.letter(AUTHOR, "Votre envoi n’a pas été retenu");
    assert!(letter.text.contains(&words) && letter.text.contains(&reference), "{}", letter.text);
    assert!(!letter.text.contains(MORNING), "who decided is not told");
    assert!(!html::plain(&visitor.open(WALL).body).contains(MESSAGE));
    let status = hospital.status(&reference);
    assert!(!status.contains(&words) && !status.contains(MESSAGE), "the state and nothing else: {status}");
    until("nothing is to be done any more", || (hospital.health()["submissions"]["refused"] == 1).then_some(()));
}

#[test]
fn in_doubt_the_cadre_decides() {
    let hospital = Hospital::with_a_folder();
    let reference = hospital.receives_a_post_it(MESSAGE, None);
    let first = hospital.decision_link(MORNING, &reference);
    let other = hospital.decision_link(EVENING, &reference);
    assert!(hospital.server.letters_to(CADRE).is_empty(), "a cadre is not asked about post-its");

    hospital.decides(&first, &[("_decision", "douter"), ("_mots", "Est-ce bien le lieu ?")]);

    let asked = hospital.letter(CADRE, "ont un doute");
    let link = asked.link("/moderation/decider/");
    let page = html::plain(&hospital.visitor().open(&link).body);
    assert!(page.contains("Est-ce bien le lieu") && page.contains(MESSAGE), "{page}");
    for link in [&first, &other] {
        let seen = hospital.visitor().open(link);
        let sheet = journeys::sheet::sheets(&seen.body).into_iter().find(|sheet| sheet.posts);
        let sheet = sheet
            .filter(|sheet| sheet.action.contains("/moderation/decider/") && !sheet.action.ends_with("/renouveler"));
        assert_eq!(sheet, None, "a moderator decides no more:\n{}", html::plain(&seen.body));
    }
    hospital.decides(&link, &[("_decision", "approuver")]);
    hospital.until_said(WALL, MESSAGE);
}

#[test]
fn an_author_who_is_asked_for_more_answers_and_those_who_decide_are_mailed_anew() {
    let hospital = Hospital::with_a_folder();
    let visitor = hospital.visitor();
    let reference = hospital.receives_a_post_it(MESSAGE, Some(AUTHOR));
    let first = hospital.decision_link(MORNING, &reference);
    hospital.letter(EVENING, &reference);

    hospital.decides(&first, &[("_decision", "demander"), ("_mots", "À quelle heure ?")]);

    let question = hospital.letter(AUTHOR, "Une question sur votre envoi");
    assert!(question.text.contains("À quelle heure ?"), "{}", question.text);
    let link = question.link("/suivi/completer/");
    let page = visitor.open(&link);
    assert!(html::plain(&page.body).contains("À quelle heure ?"));
    let untouched = visitor.fill_in(&page, &[]);
    assert_eq!(untouched.status, 422, "{}", html::plain(&untouched.body));
    let completed = "Et si on gardait cinq minutes de silence à 20 h ?";
    let answered = visitor.fill_in(&page, &[("message", completed), ("_mots", "Avant la relève.")]);
    assert_eq!(answered.status, 200, "{}", html::plain(&answered.body));

    let anew = hospital.letter(MORNING, "a répondu à la question");
    assert!(anew.text.contains("silence à 20 h"), "{}", anew.text);
    hospital.letter(EVENING, "a répondu à la question");
    assert!(html::plain(&visitor.open(&first).body).contains("plus à jour"));
    let link = anew.link("/moderation/decider/");
    let seen = html::plain(&visitor.open(&link).body);
    assert!(
        seen.contains("Avant la relève.") && seen.contains(MESSAGE),
        "the trace has the answer and the text of before"
    );
    hospital.decides(&link, &[("_decision", "approuver")]);
    hospital.until_said(WALL, "minutes de silence à 20");
}

#[test]
fn what_a_moderator_corrects_is_published_and_the_original_stays_in_the_trace() {
    let hospital = Hospital::with_a_folder();
    let reference = hospital.receives_a_post_it("Merci a léquipe de Mme Durant !", None);
    let link = hospital.decision_link(MORNING, &reference);

    hospital.decides(&link, &[("_decision", "approuver"), ("message", "Merci à l’équipe !")]);

    let wall = hospital.until_said(WALL, "Merci à l’équipe !");
    assert!(!wall.contains("Durant"), "{wall}");
    let trace = html::plain(&hospital.visitor().open(&link).body);
    assert!(trace.contains("Merci a léquipe de Mme Durant"), "{trace}");
}

#[test]
fn two_moderators_in_the_same_second_make_one_decision() {
    let hospital = Hospital::with_a_folder();
    let reference = hospital.receives_a_post_it(MESSAGE, Some(AUTHOR));
    let seats = [
        (hospital.decision_link(MORNING, &reference), vec![("_decision", "approuver")]),
        (hospital.decision_link(EVENING, &reference), vec![("_decision", "refuser"), ("_mots", "Pas ce soir.")]),
    ];
    let together = Barrier::new(seats.len());

    let answers: Vec<_> = thread::scope(|scope| {
        let clicks: Vec<_> = seats
            .iter()
            .map(|(link, fields)| {
                let (hospital, together) = (&hospital, &together);
                scope.spawn(move || {
                    let visitor = hospital.visitor();
                    let page = visitor.open(link);
                    together.wait();
                    visitor.fill_in(&page, fields)
                })
            })
            .collect();
        clicks.into_iter().map(|click| click.join().expect("no click panics")).collect()
    });

    let mut statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 409]);
    let winner = if answers[0].status == 303 { MORNING } else { EVENING };
    let late = answers.iter().find(|answer| answer.status == 409).expect("one came second");
    let said = html::plain(&late.body);
    assert!(said.contains("Quelqu’un a décidé avant vous") && said.contains(winner), "{said}");
    hospital.letter(AUTHOR, if winner == MORNING { "en ligne" } else { "n’a pas été retenu" });
    hospital.until_all_is_mailed();
    let outcomes = hospital.server.letters_to(AUTHOR);
    let outcomes =
        outcomes.iter().filter(|letter| letter.says("en ligne") || letter.says("n’a pas été retenu")).count();
    assert_eq!(outcomes, 1, "the author is told of one decision");
}
