//! A mail scanner opens every link of every mail, follows what it finds, and sends every form as it
//! stands: nothing changes.

use std::collections::{BTreeSet, VecDeque};

use journeys::visitor::{PUBLIC_ADDRESS, encode};
use journeys::{database, html, sheet};

use crate::hospital::{AUTHOR, CADRE, EVENING, Hospital, MORNING, PORTAL};
use crate::mailing::OURS;
use crate::posting::PROPOSAL;

#[test]
fn a_scanner_that_opens_every_link_and_sends_every_form_changes_no_row() {
    let hospital = Hospital::with_a_folder();
    // One thing at each stage: online, withdrawn, refused, asked about, at its second step, to be
    // confirmed, waiting.
    let online = hospital.receives_a_post_it("En ligne.", Some(AUTHOR));
    hospital.approves(MORNING, &online);
    hospital.page_of(AUTHOR, &online);
    let gone = hospital.receives_a_post_it("Retiré.", None);
    hospital.approves(MORNING, &gone);
    hospital.page_of(EVENING, &gone);
    let stop = hospital.server.letters_to(EVENING);
    let stop =
        stop.iter().find(|letter| letter.says(&gone) && letter.says("Arrêt d’urgence")).expect("the notice came");
    hospital.decides(&stop.link("/moderation/retirer/"), &[("_decision", "retirer"), ("_mots", "Une erreur.")]);
    let refused = hospital.receives_a_post_it("Refusé.", Some(AUTHOR));
    let link = hospital.decision_link(MORNING, &refused);
    hospital.decides(&link, &[("_decision", "refuser"), ("_mots", "Pas ici.")]);
    let asked = hospital.receives_a_post_it("À préciser.", Some(AUTHOR));
    let link = hospital.decision_link(MORNING, &asked);
    hospital.decides(&link, &[("_decision", "demander"), ("_mots", "Quand ?")]);
    hospital.letter(AUTHOR, "Une question");
    let proposal = hospital.receives("proposition-activite", PROPOSAL);
    hospital.approves(MORNING, &proposal);
    hospital.server.nth_letter_to(CADRE, &proposal, 2);
    let charter = hospital.charter("bienveillance");
    let signature = [("charte", charter.as_str()), ("accord", "oui"), ("nom", "Prénom Nom"), ("courriel", AUTHOR)];
    hospital.is_sent("signature-charte", &signature);
    for message in ["En attente.", "En attente aussi."] {
        let waiting = hospital.receives_a_post_it(message, None);
        hospital.letter(MORNING, &waiting);
    }
    let visitor = hospital.visitor();
    let page = visitor.open("/formulaires/post-it/");
    let hasty = [("espace", "geriatrie"), ("message", "Trop vite."), ("couleur", "vert"), ("signature", "anonyme")];
    visitor.post_saying("/formulaires/post-it/", encode(&page, &hasty).as_bytes(), OURS);
    assert_eq!(hospital.health()["submissions"]["quarantine"], 1, "a robot's waits apart");
    for who in [MORNING, CADRE, PORTAL] {
        let asked = visitor.fill_in(&visitor.open("/moderation/"), &[("adresse", who)]);
        assert_eq!(asked.status, 200, "{}", html::plain(&asked.body));
        hospital.letter(who, "Votre lien vers la modération");
    }
    hospital.until_all_is_mailed();

    let database = hospital.portal.site.path("donnees/portail.sqlite");
    let (rows, files) = (database::rows(&database), hospital.portal.site.files("content"));
    let scanned = scan(&hospital);
    hospital.until_all_is_mailed();

    assert!(scanned.decisions >= 8, "{scanned:?}");
    assert!(
        scanned.stops >= 3 && scanned.answers >= 1 && scanned.confirmations >= 1 && scanned.desks >= 3,
        "{scanned:?}"
    );
    assert!(scanned.forms >= 20 && scanned.pages > 200, "{scanned:?}");
    let differences = database::differences(&rows, &database::rows(&database));
    assert!(differences.is_empty(), "{} rows changed:\n{}", differences.len(), differences.join("\n"));
    assert!(hospital.portal.site.files("content") == files, "a file changed");
}

/// What a scanner came by.
#[derive(Debug, Default)]
struct Scanned {
    pages: usize,
    forms: usize,
    decisions: usize,
    stops: usize,
    answers: usize,
    confirmations: usize,
    desks: usize,
}

fn scan(hospital: &Hospital) -> Scanned {
    let visitor = hospital.visitor();
    let mut seen = BTreeSet::new();
    let mut to_open = VecDeque::new();
    let mut find = |link: &str, to_open: &mut VecDeque<String>| {
        let path = link.strip_prefix(PUBLIC_ADDRESS).unwrap_or(link);
        let path = path.split('#').next().unwrap_or_default();
        if path.starts_with('/') && seen.insert(path.to_owned()) {
            to_open.push_back(path.to_owned());
        }
    };
    for delivery in hospital.server.deliveries() {
        let letter = delivery.letter();
        let in_text = letter.text.split_whitespace().filter_map(|word| Some(&word[word.find(PUBLIC_ADDRESS)?..]));
        in_text.for_each(|link| find(link, &mut to_open));
        for link in &html::links(&letter.html) {
            find(link, &mut to_open);
        }
    }
    let mut scanned = Scanned::default();
    let mut sent = BTreeSet::new();
    while let Some(path) = to_open.pop_front() {
        visitor.look(&path);
        let page = visitor.open(&path);
        assert!(page.status < 500, "{path} answers {}", page.status);
        scanned.pages += 1;
        if !page.header("content-type").is_some_and(|kind| kind.starts_with("text/html")) {
            continue;
        }
        for link in &html::links(&page.body) {
            find(link, &mut to_open);
        }
        for sheet in sheet::sheets(&page.body) {
            let action = if sheet.action.is_empty() { path.clone() } else { sheet.action.clone() };
            if !sheet.posts {
                find(&action, &mut to_open);
                continue;
            }
            // The key of a form is another each time it is opened; the form is the same.
            let fields = sheet.fields.iter().filter(|(name, _)| name != "_cle").cloned().collect::<Vec<_>>();
            if !sent.insert((action.clone(), fields)) {
                continue;
            }
            visitor.send_sheet(&action, &sheet.fields);
            scanned.forms += 1;
            scanned.decisions += usize::from(action.starts_with("/moderation/decider/"));
            scanned.stops += usize::from(action.starts_with("/moderation/retirer/"));
            scanned.desks += usize::from(action.starts_with("/moderation/espace/"));
            scanned.confirmations += usize::from(action.starts_with("/suivi/confirmer/"));
            scanned.answers += usize::from(action.starts_with("/suivi/completer/"));
        }
    }
    scanned
}
