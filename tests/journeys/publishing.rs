//! From the click to the page that is online: into a folder, or into a repository.

use std::io::Write;
use std::time::{Duration, Instant};

use journeys::site::Files;
use journeys::{Forge, Site, html, until};
use serde_json::Value;

use crate::hospital::{AUTHOR, CADRE, EVENING, Hospital, MORNING, WALL};

const MESSAGE: &str = "Merci à l’équipe de nuit : tout était prêt !";

/// How often it is clicked to see how long it takes.
const CLICKS: usize = 20;

#[test]
fn a_post_it_goes_from_a_phone_to_the_wall_of_a_content_folder() {
    let hospital = Hospital::with_a_folder();
    let before = hospital.portal.site.files("content");

    let page = goes_to_the_wall(&hospital);

    let after = hospital.portal.site.files("content");
    let new: Vec<&String> = after.keys().filter(|path| !before.contains_key(*path)).collect();
    let [file] = new[..] else { panic!("one file: {new:?}") };
    assert!(before.iter().all(|(path, bytes)| after.get(path) == Some(bytes)), "no other file is touched");
    says_nothing_of_anybody(file, &after);
    assert_eq!(format!("/{}/", file.trim_end_matches(".md")), page);

    measure(&hospital, "into a folder", || {});
}

#[test]
fn a_post_it_goes_from_a_phone_to_the_wall_and_to_every_editor() {
    let (hospital, forge) = Hospital::with_a_forge();
    let editor = forge.editor("camille");

    goes_to_the_wall(&hospital);

    let history = until("the commit was pushed", || Some(forge.history()).filter(|history| history.len() == 2));
    let reference = reference_of(&hospital);
    let portal = "Portail <portail@exemple.fr>";
    assert_eq!(history[0], format!("{portal} / {portal} / publication : {reference} (post-it)"));
    let changes = forge.last_changes();
    let [change] = &changes[..] else { panic!("one file: {changes:?}") };
    let file = change.strip_prefix("A\t").unwrap_or_else(|| panic!("it is added: {change}"));
    assert!(file.starts_with("content/faire/geriatrie/post-its/"), "{file}");
    let said = forge.last_commit();
    for address in [AUTHOR, MORNING, EVENING, CADRE] {
        assert!(!said.contains(address), "the repository says {address}");
    }
    editor.pull();
    assert!(editor.read(file).contains("tout était prêt"), "{}", editor.read(file));

    let mut pushed = 2;
    measure(&hospital, "into a repository", || {
        pushed += 1;
        until("the commit was pushed", || (forge.history().len() == pushed).then_some(()));
    });
}

#[test]
fn what_an_editor_has_not_committed_is_never_touched() {
    // The repository is the folder that an editor works in, with the branch checked out.
    let site = Site::of_the_checkout();
    let forge = Forge::take_over(&site);
    let editor = forge.editor("bureau");
    let depot = "depot: {distant: bureau, auteur: Portail <portail@exemple.fr>}\n";
    editor.write(
        "content/aide.md",
        &format!("{}\nUne phrase à finir, [et un lien](nulle-part.md", editor.read("content/aide.md")),
    );
    editor.write("content/brouillon-de-lundi.md", "---\ntitre: Lundi\n---\n");
    let (status, files) = (editor.status(), tree(&site));
    let hospital = Hospital::with(site, depot);

    goes_to_the_wall(&hospital);
    hospital.until_all_is_mailed();

    assert_eq!(editor.status(), status);
    assert!(tree(&hospital.portal.site) == files, "a file of the editor changed");
    assert!(!html::plain(&hospital.visitor().open("/aide/").body).contains("Une phrase à finir"));
    let refused = |publishing: &Value| publishing["unpushed"] == 1 && publishing["push_refused"] == true;
    hospital.until_healthy("it is seen that the commit could not be sent", refused);
}

#[test]
fn an_approval_behind_somebody_elses_fault_waits_in_sight_and_goes_live_once_it_is_mended() {
    let (hospital, forge) = Hospital::with_a_forge();
    let editor = forge.editor("camille");
    let reference = hospital.receives_a_post_it(MESSAGE, None);
    let link = hospital.decision_link(MORNING, &reference);
    let sound = editor.read("content/aide.md");
    editor.write("content/aide.md", &format!("{sound}\nVoir [la page](nulle-part.md).\n"));
    editor.push("Un lien de trop");
    hospital.until_healthy("it is seen that the content does not build", |publishing| {
        publishing["content_builds"] == false
    });

    let said = hospital.decides(&link, &[("_decision", "approuver")]);
    assert!(said.contains("approuvé"), "{said}");
    hospital.until_healthy("it is seen that it waits", |publishing| publishing["hindered"] == 1);
    assert!(!html::plain(&hospital.visitor().open(WALL).body).contains("tout était prêt"));
    assert_eq!(hospital.visitor().open("/aide/").status, 200, "the site stays as it was");
    assert_eq!(forge.history().len(), 2, "nothing is committed on top of a fault");

    editor.write("content/aide.md", &sound);
    editor.push("Sans le lien");
    hospital.until_said(WALL, "tout était prêt");
    let page = hospital.page_of(MORNING, &reference);
    assert_eq!(hospital.visitor().open(&page).status, 200);
    let nothing_waits = |publishing: &Value| publishing["waiting"] == 0 && publishing["content_builds"] == true;
    hospital.until_healthy("nothing waits any more", nothing_waits);
    let published = |history: &Vec<String>| history.iter().filter(|commit| commit.contains(&reference)).count();
    until("the commit was pushed", || Some(forge.history()).filter(|history| published(history) == 1));
}

#[test]
fn a_portal_that_starts_while_its_repository_does_not_build_shows_the_last_site_that_went_live() {
    let (hospital, forge) = Hospital::with_a_forge();
    let editor = forge.editor("camille");
    let sound = editor.read("content/aide.md");
    editor.write("content/aide.md", &format!("{sound}\nVoir [la page](nulle-part.md).\n"));
    editor.push("Un lien de trop");
    let broken = |publishing: &Value| publishing["content_builds"] == false;
    hospital.until_healthy("it is seen that the content does not build", broken);

    let hospital = hospital.restarts();
    hospital.until_healthy("it is still seen", broken);
    assert_eq!(hospital.visitor().open("/aide/").status, 200);
    hospital.receives_a_post_it(MESSAGE, None);

    editor.write("content/aide.md", &sound);
    editor.push("Sans le lien");
    hospital.until_healthy("the content builds again", |publishing| publishing["content_builds"] == true);
}

#[test]
fn a_page_that_the_site_cannot_be_built_with_goes_back_and_says_why() {
    let (hospital, forge) = Hospital::with_a_forge();
    let editor = forge.editor("camille");
    let reference = hospital.receives_a_post_it(MESSAGE, None);
    let link = hospital.decision_link(MORNING, &reference);
    // What the folder holds is another thing now: a post-it has no place in it.
    let index = "content/faire/geriatrie/post-its/_index.md";
    editor.write(index, &editor.read(index).replace("contient: post-it", "contient: evenement"));
    editor.push("Le mur devient un agenda");
    hospital.until_followed(&forge);
    let before = hospital.portal.site.files("public");

    hospital.decides(&link, &[("_decision", "approuver")]);

    let letter = hospital.letter(MORNING, "le site ne peut pas être construit avec cette page");
    assert!(letter.text.contains(&reference), "{}", letter.text);
    assert_eq!(forge.history().len(), 2, "nothing is committed");
    assert!(hospital.portal.site.files("public") == before, "the live site stays");
    let again = letter.link("/moderation/decider/");
    let said = html::plain(&hospital.visitor().open(&again).body);
    assert!(said.contains("faire/geriatrie/post-its/"), "the page of the decision says which file, and why:\n{said}");

    // Once the folder is what it was, the moderator approves again.
    editor.write(index, &editor.read(index).replace("contient: evenement", "contient: post-it"));
    editor.push("Le mur reste un mur");
    hospital.until_followed(&forge);
    hospital.decides(&again, &[("_decision", "approuver")]);
    hospital.until_said(WALL, "tout était prêt");
}

#[test]
fn what_was_sent_for_a_space_that_has_another_name_now_is_published_nowhere_else() {
    let (hospital, forge) = Hospital::with_a_forge();
    let editor = forge.editor("camille");
    let reference = hospital.receives_a_post_it(MESSAGE, None);
    let link = hospital.decision_link(MORNING, &reference);
    editor.rename_space("geriatrie", "geriatrie-sud");
    editor.push("La gériatrie change de nom");
    hospital.until_followed(&forge);
    let before = hospital.portal.site.files("public");

    let answer = hospital.answer(&link, &[("_decision", "approuver")]);
    assert_eq!(answer.status, 422, "{}", html::plain(&answer.body));
    let said = html::plain(&answer.body);
    assert!(said.contains("n’est plus sur le site"), "{said}");
    assert!(hospital.portal.site.files("public") == before, "nothing is published");

    hospital.decides(&link, &[("_decision", "refuser"), ("_mots", "L’espace a changé de nom.")]);
}

#[test]
fn a_space_that_is_renamed_in_the_same_minute_holds_nothing_up_but_the_push() {
    let (hospital, forge) = Hospital::with_a_forge();
    let editor = forge.editor("camille");
    let reference = hospital.receives_a_post_it(MESSAGE, None);
    let link = hospital.decision_link(MORNING, &reference);
    editor.rename_space("geriatrie", "geriatrie-sud");
    editor.push("La gériatrie change de nom");

    hospital.decides(&link, &[("_decision", "approuver")]);

    let page = hospital.page_of(CADRE, &reference);
    hospital.until_said(&page, "tout était prêt");
    // Whether the portal looked at the repository just before decides which of the two it is: the
    // page is sent, or waits to be, in sight.
    until("the push is settled", || {
        let publishing = &hospital.health()["publications"];
        (publishing["push_refused"] == true || forge.history()[0].contains(&reference)).then_some(())
    });
    let stop = hospital.letter(CADRE, "Arrêt d’urgence").link("/moderation/retirer/");
    hospital.decides(&stop, &[("_decision", "retirer"), ("_mots", "Une erreur.")]);
    hospital.until_status(&page, 410);
}

/// A post-it is sent, decided about on its link, and seen; gives the path of its page.
fn goes_to_the_wall(hospital: &Hospital) -> String {
    let visitor = hospital.visitor();
    let reference = hospital.receives_a_post_it(MESSAGE, Some(AUTHOR));
    let link = hospital.decision_link(MORNING, &reference);
    for _ in 0..3 {
        let page = visitor.open(&link);
        assert!(page.status == 200 && html::plain(&page.body).contains(MESSAGE), "{}", html::plain(&page.body));
    }
    assert!(!html::plain(&visitor.open(WALL).body).contains(MESSAGE), "nothing is published before the decision");

    hospital.decides(&link, &[("_decision", "approuver")]);

    hospital.until_said(WALL, MESSAGE);
    hospital.until_said("/faire/geriatrie/", MESSAGE);
    let page = hospital.page_of(AUTHOR, &reference);
    assert!(html::plain(&visitor.open(&page).body).contains(MESSAGE));
    assert!(hospital.status(&reference).contains("En ligne"), "{}", hospital.status(&reference));
    assert_eq!(hospital.page_of(CADRE, &reference), page, "whoever may take it away is told too");
    page
}

/// The file is named by its day and its random id, and says nothing that its author did not publish.
fn says_nothing_of_anybody(file: &str, files: &Files) {
    let name = file.strip_prefix("faire/geriatrie/post-its/").unwrap_or_else(|| panic!("{file} stands elsewhere"));
    assert!(name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.')), "{name}");
    let text = String::from_utf8_lossy(&files[file]);
    assert!(!text.contains('@'), "{text}");
}

/// The reference of the one submission that its author was told of.
fn reference_of(hospital: &Hospital) -> String {
    let letter = hospital.letter(AUTHOR, "Votre envoi est en ligne");
    letter.subject.rsplit(' ').next().expect("the subject ends with it").to_owned()
}

/// Clicks, and says how long it takes from there until the wall has the post-it, and until the page
/// itself answers. Nothing is asserted of it: a loaded machine is slow.
fn measure(hospital: &Hospital, mode: &str, mut settle: impl FnMut()) {
    let messages: Vec<String> = (1..=CLICKS).map(|number| format!("Merci pour la relève numéro {number}.")).collect();
    let references = hospital.receives_post_its(&messages);
    let visitor = hospital.visitor();
    let (mut walls, mut pages) = (Vec::new(), Vec::new());
    for (message, reference) in messages.iter().zip(&references) {
        let link = hospital.decision_link(EVENING, reference);
        let page = visitor.open(&link);
        let clicked = Instant::now();
        let answer = visitor.fill_in(&page, &[("_decision", "approuver")]);
        assert_eq!(answer.status, 303, "{}", html::plain(&answer.body));
        hospital.until_said(WALL, message);
        walls.push(clicked.elapsed());
        let path = until("the decision leads to the page", || {
            let links = html::links(&visitor.open(&link).body);
            links.into_iter().find(|link| link.starts_with(WALL))
        });
        assert_eq!(visitor.open(&path).status, 200);
        pages.push(clicked.elapsed());
        settle();
    }
    let (wall, slowest_wall) = median_and_max(walls);
    let (page, slowest_page) = median_and_max(pages);
    let _ = writeln!(
        std::io::stderr().lock(),
        "{CLICKS} clicks {mode}: the wall has it after {wall} ms (median; longest {slowest_wall} ms), the page is \
         linked and open after {page} ms (median; longest {slowest_page} ms)"
    );
}

fn median_and_max(mut durations: Vec<Duration>) -> (u128, u128) {
    durations.sort();
    let last = durations.last().expect("at least one click");
    (durations[durations.len() / 2].as_millis(), last.as_millis())
}

/// Everything in the folder that an editor works in, but git's own notes.
fn tree(site: &Site) -> Files {
    site.files("bureau").into_iter().filter(|(path, _)| !path.starts_with(".git/")).collect()
}
