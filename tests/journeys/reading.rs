//! Somebody with thirty seconds opens pages.

use std::collections::BTreeSet;

use journeys::{Portal, Visitor, html};

#[test]
fn every_page_of_the_portal_opens_and_every_link_of_it_leads_somewhere() {
    let portal = Portal::demonstration();
    let visitor = portal.visitor();
    let pages = sitemap(&visitor);
    assert!(pages.len() > 100, "the sitemap names {} pages", pages.len());

    let mut links = BTreeSet::new();
    for path in &pages {
        let page = visitor.open(path);
        assert_eq!(page.status, 200, "{path}");
        assert!(page.header("content-type").is_some_and(|kind| kind.starts_with("text/html")), "{path}");
        assert!(html::title(&page.body).contains("Anime ton CHU"), "{path}: {}", html::title(&page.body));
        assert!(html::heading(&page.body).is_some_and(|heading| !heading.is_empty()), "{path} has no heading");
        let anchors = html::links(&page.body);
        links.extend(anchors.into_iter().filter(|link| link.starts_with('/')).map(|link| (link, path.clone())));
    }
    let mut opened = BTreeSet::new();
    for (link, from) in links {
        let target = link.split(['#', '?']).next().unwrap_or_default().to_owned();
        if opened.insert(target.clone()) {
            assert_eq!(visitor.open(&target).status, 200, "« {link} », from {from}");
        }
    }
}

#[test]
fn each_kind_of_page_shows_what_it_is_for() {
    let portal = Portal::demonstration();
    let visitor = portal.visitor();
    let space = "/faire/hematologie-soins-intensifs";
    for (path, shown) in [
        ("/".to_owned(), "Accessibilité : non conforme"),
        ("/savoir/".to_owned(), "Savoir"),
        ("/savoir/fresque/".to_owned(), "Repérés dans la veille de 2019"),
        ("/savoir/fresque/conciergerie-du-ch-de-reims/".to_owned(), "Reims"),
        ("/savoir/ingredients/usager/".to_owned(), "usager"),
        ("/savoir/bibliotheque/hospitalents/".to_owned(), "HospiTalents"),
        ("/savoir-faire/guides/creer-un-groupe/".to_owned(), "Les étapes"),
        ("/savoir-faire/chartes/bienveillance/".to_owned(), "Zone de hors-jeu"),
        ("/faire/geriatrie/".to_owned(), "Gériatrie"),
        (format!("{space}/activites/massage-minute/"), "Massage-minute"),
        (format!("{space}/publications/une-etagere-a-partager/"), "étagère"),
        (format!("{space}/post-its/"), "L’équipe de jour"),
        (format!("{space}/agenda/"), "Goûter"),
        ("/formulaires/".to_owned(), "Laisser un post-it"),
        ("/plan-du-site/".to_owned(), "Plan du site"),
        ("/accessibilite/".to_owned(), "non conforme"),
    ] {
        let page = visitor.open(&path);
        assert_eq!(page.status, 200, "{path}");
        let text = html::text(&page.body).replace('\u{a0}', " ");
        assert!(text.to_lowercase().contains(&shown.to_lowercase()), "{path} does not say « {shown} »");
    }
}

#[test]
fn an_address_that_leads_nowhere_is_answered_in_french_with_a_way_on() {
    let portal = Portal::demonstration();
    let page = portal.visitor().open("/savoir/nulle-part/");
    assert_eq!(page.status, 404);
    assert!(page.body.contains("lang=\"fr\""));
    assert!(html::links(&page.body).contains(&"/plan-du-site/".to_owned()));
}

/// The paths that the sitemap names.
pub fn sitemap(visitor: &Visitor) -> Vec<String> {
    let sitemap = visitor.open("/sitemap.xml");
    assert_eq!(sitemap.status, 200);
    sitemap
        .body
        .split("<loc>https://portail.exemple.fr")
        .skip(1)
        .map(|rest| rest.split('<').next().unwrap_or_default().to_owned())
        .collect()
}
