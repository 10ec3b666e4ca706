//! An editor saves a file while the portal runs.

use journeys::{Portal, Visitor, html, until};

#[test]
fn what_an_editor_saves_is_served_without_a_restart() {
    let portal = Portal::demonstration();
    let visitor = portal.visitor();

    portal.site.append("content/aide.md", "Une phrase que personne n’avait écrite.");
    wait_until_served(&visitor, "/aide/", "Une phrase que personne n’avait écrite.");

    let form = "content/formulaires/contact.yaml";
    portal.site.write(form, &portal.site.read(form).replace("Envoyer mon message", "Envoyer ces mots"));
    wait_until_served(&visitor, "/formulaires/contact/", "Envoyer ces mots");

    let sheet = "themes/anime/templates/partials/footer.html";
    portal.site.write(sheet, &portal.site.read(sheet).replace("Licence Ouverte 2.0", "Licence Ouverte deux"));
    wait_until_served(&visitor, "/aide/", "Licence Ouverte deux");
}

#[test]
fn a_mistake_leaves_the_portal_as_it_was_until_it_is_mended() {
    let portal = Portal::demonstration();
    let visitor = portal.visitor();
    let (aide, contact) = (portal.site.read("content/aide.md"), visitor.open("/contact/").body);
    let before = portal.site.files("public");

    portal.site.append("content/contact.md", "Une phrase de plus.");
    wait_until_served(&visitor, "/contact/", "Une phrase de plus.");
    portal.site.write("content/aide.md", &aide.replacen("\nresume:", "\nrésumé:", 1));
    until("the portal says what is wrong", || portal.said().contains("content/aide.md:").then_some(()));
    portal.site.append("content/contact.md", "Une phrase de trop.");

    // Whatever is built now fails, so nothing can come of the last sentence.
    assert_ne!(visitor.open("/contact/").body, contact);
    assert!(!text(&visitor, "/contact/").contains("Une phrase de trop."));
    assert_eq!(portal.site.files("public")["aide/index.html"], before["aide/index.html"]);

    portal.site.write("content/aide.md", &aide);
    wait_until_served(&visitor, "/contact/", "Une phrase de trop.");
}

fn text(visitor: &Visitor, path: &str) -> String {
    html::text(&visitor.open(path).body)
}

fn wait_until_served(visitor: &Visitor, path: &str, words: &str) {
    until(&format!("{path} says « {words} »"), || text(visitor, path).contains(words).then_some(()));
}
