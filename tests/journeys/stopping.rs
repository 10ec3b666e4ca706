//! The emergency stop: what is online goes at once, whatever else is wrong.

use journeys::{html, until};

use crate::hospital::{AUTHOR, CADRE, EVENING, Hospital, MORNING, PORTAL, WALL};
use crate::posting::PROPOSAL;

const MESSAGE: &str = "Un mot qui n’aurait pas dû paraître.";
const REASON: &str = "On y reconnaît quelqu’un.";

#[test]
fn a_page_goes_while_the_content_of_a_folder_does_not_build() {
    let hospital = Hospital::with_a_folder();
    let (page, link) = a_page_online(&hospital);
    let site = &hospital.portal.site;
    site.append("content/aide.md", "Voir [la page](nulle-part.md).");

    is_withdrawn(&hospital, &page, &link);

    assert!(site.read("content/aide.md").contains("nulle-part"), "the editor's own fault is the editor's to mend");
}

#[test]
fn a_page_goes_while_the_content_of_the_repository_does_not_build() {
    let (hospital, forge) = Hospital::with_a_forge();
    let editor = forge.editor("camille");
    let (page, link) = a_page_online(&hospital);
    until("the commit was pushed", || (forge.history().len() == 2).then_some(()));
    editor.pull();
    editor.write("content/aide.md", &format!("{}\nVoir [la page](nulle-part.md).\n", editor.read("content/aide.md")));
    editor.push("Un lien de trop");

    is_withdrawn(&hospital, &page, &link);

    let history = until("the withdrawal was pushed", || Some(forge.history()).filter(|history| history.len() == 4));
    assert!(history[0].contains("retrait : ") && !history[0].contains(REASON), "{}", history[0]);
    editor.pull();
    let file = format!("content{}.md", page.trim_end_matches('/'));
    let left = std::fs::read_to_string(editor.path(&file)).unwrap_or_default();
    assert!(!left.contains("n’aurait pas dû"), "{left}");
}

#[test]
fn a_page_that_an_editor_moved_meanwhile_goes_too() {
    let (hospital, forge) = Hospital::with_a_forge();
    let editor = forge.editor("camille");
    let (page, link) = a_page_online(&hospital);
    until("the commit was pushed", || (forge.history().len() == 2).then_some(()));
    editor.pull();
    editor.rename_space("geriatrie", "geriatrie-sud");
    editor.push("La gériatrie change de nom");
    hospital.until_followed(&forge);
    let moved = page.replace("/geriatrie/", "/geriatrie-sud/");
    assert!(html::plain(&hospital.visitor().open(&moved).body).contains(MESSAGE));

    hospital.decides(&link, &[("_decision", "retirer"), ("_mots", REASON)]);

    let visitor = hospital.visitor();
    until("the page is gone", || (visitor.open(&moved).status != 200).then_some(()));
    assert!(!html::plain(&visitor.open("/faire/geriatrie-sud/post-its/").body).contains(MESSAGE));
    hospital.until_status(&page, 410);
}

#[test]
fn an_activity_is_suspended_and_its_page_says_so() {
    let hospital = Hospital::with_a_folder();
    let reference = hospital.receives("proposition-activite", PROPOSAL);
    hospital.approves(CADRE, &reference);
    let page = hospital.page_of(AUTHOR, &reference);
    let link = hospital.letter(CADRE, "Arrêt d’urgence").link("/moderation/retirer/");

    let done = hospital.decides(&link, &[("_decision", "suspendre"), ("_mots", "La salle est en travaux.")]);
    assert!(done.contains("C’est enregistré"), "{done}");

    let said = hospital.until_said(&page, "uspendue");
    assert!(said.contains("Café du jeudi"), "{said}");
    for told in [MORNING, EVENING, CADRE, PORTAL] {
        let letter = hospital.letter(told, "Activité suspendue");
        assert!(letter.text.contains("La salle est en travaux."), "{}", letter.text);
    }
    hospital.letter(AUTHOR, "Votre activité est suspendue");
    // It may still go altogether, by the same link.
    hospital.decides(&link, &[("_decision", "retirer"), ("_mots", "Finalement non.")]);
    hospital.until_status(&page, 410);
    for told in [MORNING, EVENING, CADRE, PORTAL] {
        hospital.letter(told, "Page retirée");
    }
    hospital.letter(AUTHOR, "Votre publication a été retirée");
}

/// A post-it that is online: its path, and the link that the cadre has to stop it.
fn a_page_online(hospital: &Hospital) -> (String, String) {
    let reference = hospital.receives_a_post_it(MESSAGE, Some(AUTHOR));
    hospital.approves(MORNING, &reference);
    let page = hospital.page_of(AUTHOR, &reference);
    let link = hospital.letter(CADRE, "Arrêt d’urgence").link("/moderation/retirer/");
    assert!(html::plain(&hospital.visitor().open(&page).body).contains(MESSAGE));
    (page, link)
}

fn is_withdrawn(hospital: &Hospital, page: &str, link: &str) {
    let visitor = hospital.visitor();
    let feeds = ["/atom.xml", "/faire/geriatrie/atom.xml", "/sitemap.xml"];
    let lists = [WALL, "/faire/geriatrie/", "/faire/"];
    let named = |path: &str| {
        let body = visitor.open(path).body;
        body.contains(page) || html::plain(&body).contains(MESSAGE)
    };
    assert!(lists.into_iter().chain(feeds).filter(|path| named(path)).count() >= 3, "it is listed before");
    // The files that a web server hands out by itself, compressed or not.
    let hand_out = || {
        let files = hospital.portal.site.files("public").into_iter();
        let is_of_it = |(path, bytes): (String, Vec<u8>)| {
            let says_it = String::from_utf8_lossy(&bytes).contains(MESSAGE);
            (says_it || format!("/{path}").starts_with(page)).then_some(path)
        };
        files.filter_map(is_of_it).collect::<Vec<_>>()
    };
    assert!(hand_out().len() >= 3, "{:?}", hand_out());
    assert_eq!(visitor.open(link).status, 200);
    let without = hospital.answer(link, &[("_decision", "retirer")]);
    assert_eq!(without.status, 422, "a reason is needed");
    assert_eq!(visitor.open(page).status, 200, "nothing went");

    hospital.decides(link, &[("_decision", "retirer"), ("_mots", REASON)]);

    let gone = hospital.until_status(page, 410);
    assert!(!html::plain(&gone.body).contains(MESSAGE) && !gone.body.contains(REASON), "{}", html::plain(&gone.body));
    for path in lists.into_iter().chain(feeds) {
        let answer = visitor.open(path);
        assert!(answer.status == 200 && !named(path), "{path} still names it");
    }
    assert_eq!(hand_out(), Vec::<String>::new());
    for told in [MORNING, EVENING, CADRE, PORTAL] {
        let letter = hospital.letter(told, "Page retirée");
        assert!(letter.text.contains(REASON), "{}", letter.text);
    }
    hospital.letter(AUTHOR, "Votre publication a été retirée");
    let trace = html::plain(&visitor.open(link).body);
    assert!(trace.contains(REASON), "the trace stays: {trace}");
}
