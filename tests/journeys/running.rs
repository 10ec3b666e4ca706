//! Somebody starts the portal, and stops it.

use journeys::{Portal, Site};

#[test]
fn a_portal_says_in_french_where_it_is_and_how_long_the_build_took() {
    let portal = Portal::demonstration();
    let said = portal.said();
    assert!(said.contains(&format!("{}/\n", portal.address())), "{said}");
    assert!(said.contains(&format!("{}/_courrier/", portal.address())), "{said}");
    assert!(said.contains("pages construites en"), "{said}");
    assert!(portal.site.path("public/index.html").exists() && portal.site.path("donnees").exists());
}

#[test]
fn a_portal_that_is_told_to_end_ends_well() {
    let portal = Portal::demonstration();
    assert!(portal.stop().success());
}

#[test]
fn outside_of_a_demonstration_a_portal_without_mail_server_does_not_start() {
    let site = Site::of_the_checkout();
    site.write("service.yaml", "mode: production\nexpediteur: portail@exemple.fr\nadresse_de_secours: a@exemple.fr\n");
    let (status, said) = Portal::refusing_to_start(&site, &["--listen", "127.0.0.1:0", "--config", "service.yaml"]);
    assert_eq!(status.code(), Some(2), "{said}");
    assert!(said.contains("smtp"), "{said}");
}

#[test]
fn a_demonstration_is_not_shown_to_other_machines() {
    let (status, said) = Portal::refusing_to_start(&Site::of_the_checkout(), &["--listen", "0.0.0.0:0"]);
    assert_eq!(status.code(), Some(2), "{said}");
    assert!(said.contains("démonstration"), "{said}");
}

#[test]
fn a_portal_whose_content_is_wrong_does_not_start_and_says_why() {
    let site = Site::of_the_checkout();
    site.append("content/aide.md", "Voir [la page](nulle-part.md).");
    let (status, said) = Portal::refusing_to_start(&site, &["--listen", "127.0.0.1:0"]);
    assert_eq!(status.code(), Some(1), "{said}");
    assert!(said.contains("content/aide.md:"), "{said}");
}

#[test]
fn behind_a_proxy_there_is_no_mailbox_to_look_into() {
    let portal = Portal::demonstration();
    let visitor = portal.visitor();
    assert_eq!(visitor.open("/_courrier/").status, 200);
    for header in [("X-Forwarded-For", "192.0.2.7"), ("Forwarded", "for=192.0.2.7"), ("Host", "portail.exemple.fr")] {
        assert_eq!(visitor.open_saying("/_courrier/", &[header]).status, 404, "{header:?}");
    }
}
