//! Links, images, and what becomes of them once the site is known.

use super::*;

fn resolved(body: &str, resolutions: &[Resolution]) -> String {
    let (document, _) = parse_text(body);
    document.render(|index| &resolutions[index]).html()
}

fn href(url: &str, external: bool) -> Resolution {
    Resolution::Href { url: url.to_owned(), external }
}

#[test]
fn links_are_kept_as_written_for_the_site_to_follow() {
    let (document, faults) = parse_text(
        "[la *charte*](../a.md#b) ![une main](m.png) <https://exemple.fr> <a@exemple.fr> [x y][r]\n\n[r]: <b c.md>\n",
    );
    assert_eq!(faults.iter().map(summary).collect::<Vec<_>>(), ["W 1:45 lien-adresse"]);
    let links: Vec<_> =
        document.links.iter().map(|link| (link.kind, link.target.as_str(), link.label.as_str())).collect();
    assert_eq!(
        links,
        [
            (LinkKind::Link, "../a.md#b", "la charte"),
            (LinkKind::Image, "m.png", "une main"),
            (LinkKind::Link, "https://exemple.fr", "https://exemple.fr"),
            (LinkKind::Link, "mailto:a@exemple.fr", "a@exemple.fr"),
            (LinkKind::Link, "b c.md", "x y"),
        ]
    );
}

#[test]
fn each_link_leads_where_the_site_says() {
    let body = "[le guide](g.md) et [ailleurs](https://exemple.fr)\n";
    assert_eq!(
        resolved(body, &[href("/g/", false), href("https://exemple.fr", true)]),
        "<p><a href=\"/g/\">le guide</a> et <a href=\"https://exemple.fr\" rel=\"external\">ailleurs</a></p>\n"
    );
    assert_eq!(resolved(body, &[Resolution::Broken, Resolution::Broken]), "<p>le guide et ailleurs</p>\n");
}

#[test]
fn a_value_takes_the_place_of_the_whole_label() {
    let value = Resolution::Value("CHU &amp; cie".to_owned());
    assert_eq!(
        resolved("Nom\u{a0}: [le **nom** ![logo](l.png)](etablissement:nom).\n", &[value, Resolution::Broken]),
        "<p>Nom\u{a0}: CHU &amp; cie.</p>\n"
    );
}

#[test]
fn an_image_within_a_link_and_a_link_in_a_heading_find_their_place() {
    let body = "## Voir [ceci](c.md)\n\n[![une main](m.png) dit](a.md)\n";
    let image = Resolution::Image { url: "/m.png".to_owned(), width: None, height: Some(2) };
    assert_eq!(
        resolved(body, &[href("/c/", false), href("/a/", false), image]),
        "<h2 id=\"voir-ceci\">Voir <a href=\"/c/\">ceci</a></h2>\n\
         <p><a href=\"/a/\"><img src=\"/m.png\" alt=\"une main\" height=\"2\" loading=\"lazy\"> dit</a></p>\n"
    );
}

#[test]
fn an_image_that_cannot_be_shown_leaves_its_text() {
    assert_eq!(resolved("![a < b](m.png)\n", &[Resolution::Broken]), "<p>a &lt; b</p>\n");
}

#[test]
fn a_decorative_image_has_an_empty_alternative() {
    let html = html("![décoratif](m.png)\n");
    assert!(html.contains(" alt=\"\" "), "{html}");
}

#[test]
fn an_image_alone_with_a_title_is_a_figure() {
    assert_eq!(
        html("![une main](m.png \"L'équipe \\\"de nuit\\\" !\")\n"),
        "<figure role=\"figure\" aria-label=\"L'équipe &quot;de nuit&quot; !\">\
         <img src=\"m.png\" alt=\"une main\" width=\"640\" height=\"480\" loading=\"lazy\">\
         <figcaption>L’équipe «~de nuit~»~!</figcaption></figure>\n"
    );
    assert!(html("Voici ![une main](m.png \"Titre\")\n").contains(" title=\"Titre\" "));
    assert!(html("![une main](m.png)\n").starts_with("<p><img "));
}

#[test]
fn an_address_is_escaped_and_its_text_left_alone() {
    assert_eq!(
        html_all_the_same("<https://exemple.fr/l'a?b=1&c;d!>\n"),
        "<p><a href=\"https://exemple.fr/l'a?b=1&amp;c;d!\" rel=\"external\">https://exemple.fr/l'a?b=1&amp;c;d!</a></p>\n"
    );
    assert_eq!(html("[le guide](<a \"b.md>)\n").matches("%20%22b").count(), 1);
}

#[test]
fn markup_within_an_alternative_is_read_as_words() {
    assert_eq!(
        html("![une *main* `x` [liée](b.md)\nouverte](m.png)\n"),
        "<p><img src=\"m.png\" alt=\"une main x liée ouverte\" width=\"640\" height=\"480\" loading=\"lazy\"></p>\n"
    );
}

#[test]
fn only_known_schemes_pass() {
    for target in [
        "https://exemple.fr",
        "HTTP://exemple.fr",
        "mailto:a@exemple.fr",
        "tel:0400000000",
        "formulaire:contact",
        "/a/",
        "#a",
        "a.md",
        "../b.pdf",
        "14:30.md",
    ] {
        assert_eq!(faults(&format!("[le guide]({target})\n")), Vec::<String>::new(), "{target}");
    }
    for target in [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "java&#10;script:alert(1)",
        "&#1;javascript:alert(1)",
        "vbscript:x",
        "data:text/html,x",
        "file:///a",
        "C:\\\\a",
        "H:/a",
        "\\\\\\\\serveur\\\\a",
        "dossier\\\\a.md",
        "ftp://exemple.fr",
        "//exemple.fr",
    ] {
        assert_eq!(faults(&format!("a [le guide]({target})\n")), ["E 1:3 lien-interdit"], "{target}");
        assert!(!html_all_the_same(&format!("a [le guide]({target})\n")).contains("<a"), "{target}");
    }
    assert_eq!(faults("[le guide](<  javascript:alert(1)>)\n"), ["E 1:1 lien-interdit"]);
    assert_eq!(faults("<javascript:alert(1)>\n"), ["E 1:1 lien-interdit"]);
}

#[test]
fn an_image_from_elsewhere_becomes_a_link_to_it() {
    assert_eq!(faults("![une main](https://exemple.fr/m.png)\n"), ["W 1:1 image-ailleurs"]);
    assert_eq!(
        html_all_the_same("Voir ![une main](https://exemple.fr/m.png).\n"),
        "<p>Voir <a href=\"https://exemple.fr/m.png\" rel=\"external\">une main</a>.</p>\n"
    );
    assert_eq!(
        html_all_the_same("[![une main](https://exemple.fr/m.png)](a.md)\n"),
        "<p><a href=\"a.md\">une main</a></p>\n"
    );
    assert_eq!(
        html_all_the_same("![](https://exemple.fr/m.png)\n"),
        "<p><a href=\"https://exemple.fr/m.png\" rel=\"external\">https://exemple.fr/m.png</a></p>\n"
    );
    assert_eq!(faults("![une main](data:image/png;base64,AA)\n"), ["E 1:1 image-ailleurs"]);
}

#[test]
fn an_address_that_a_slip_made_useless_is_told_with_the_right_one() {
    for (target, help) in [
        ("www.exemple.fr/a", "écrivez https://www.exemple.fr/a"),
        ("https//exemple.fr", "écrivez https://exemple.fr"),
        ("https:/exemple.fr", "écrivez https://exemple.fr"),
        ("http:exemple.fr", "écrivez https://exemple.fr"),
        ("https://", "écrivez https://…"),
        ("htpps://exemple.fr", "vouliez-vous dire « https: » ?"),
        ("accueil@exemple.fr", "écrivez mailto:accueil@exemple.fr"),
        ("mailto:accueil", "écrivez par exemple mailto:accueil@exemple.fr"),
        ("tel:poste", "écrivez par exemple tel:+33199000000"),
        ("0199000000", "écrivez tel:0199000000"),
        ("+33.1.99.00.00.00", "écrivez tel:+33199000000"),
        ("“../a.md”", "écrivez-la sans guillemets : (../a.md)"),
        ("\"../a.md\"", "écrivez-la sans guillemets : (../a.md)"),
        ("docs\\a.pdf", "écrivez-le avec des barres « / » : docs/a.pdf"),
    ] {
        let (_, faults) = read(&format!("[le guide]({target})\n"));
        assert_eq!(faults.iter().map(|fault| fault.code).collect::<Vec<_>>(), ["lien-interdit"], "{target}");
        assert_eq!(faults[0].help.as_deref().unwrap().replace('\u{a0}', " "), help, "{target}");
    }
    for target in ["http://exemple.fr", "mailto:a@exemple.fr?subject=b", "tel:15", "a@b/c.md", "wwww.md"] {
        assert_eq!(faults(&format!("[le guide]({target})\n")), Vec::<String>::new(), "{target}");
    }
    assert_eq!(faults("[le guide](http://localhost:8081/aide/)\n"), ["W 1:1 lien-local"]);
    assert_eq!(faults("[le guide](https://127.0.0.1/)\n"), ["W 1:1 lien-local"]);
    assert_eq!(faults("[le guide](https://localhost.exemple.fr/)\n"), Vec::<String>::new());
}

#[test]
fn a_link_that_stayed_text_is_told_what_it_would_be() {
    assert_eq!(faults("Voir (aide.md)[le guide].\n"), ["W 1:6 markdown-litteral"]);
    assert_eq!(faults("Voir (annexe)[1] et f(x)[0].\n"), Vec::<String>::new());
    // Whatever its spaces make of it, a file of one computer is refused.
    assert_eq!(faults("[le guide](S:\\Commun\\le guide.docx)\n"), ["E 1:1 lien-interdit"]);
    let (_, faults) = read("[le standard](tel:01 99 00 00 00)\n");
    assert_eq!(faults[0].help.as_deref().unwrap(), "écrivez le numéro sans espace : (tel:0199000000)");
    for (link, help) in [
        ("[le standard](01 99 00 00 00)", "écrivez le numéro sans espace, après « tel: » : (tel:0199000000)"),
        ("[nous](mailto: accueil@exemple.fr)", "écrivez l’adresse sans espace : (mailto:accueil@exemple.fr)"),
        ("[le guide](« ../a.md »)", "écrivez l’adresse sans guillemets : (../a.md)"),
        ("[le guide](../a.md#Premier enjeu)", "écrivez l’ancre sans espace : (../a.md#premier-enjeu)"),
        ("[le guide](../a.md # enjeu)", "écrivez l’ancre sans espace : (../a.md#enjeu)"),
        ("![le plan](plan.png =200x100)", "écrivez (plan.png) : la taille d’une image vient du portail"),
        ("(le guide)[../a.md]", "écrivez [le guide](../a.md)"),
        ("(plan.png)[le plan]", "écrivez [le plan](plan.png)"),
    ] {
        let (_, faults) = read(&format!("Voir {link}.\n"));
        assert_eq!(faults.iter().map(|fault| fault.code).collect::<Vec<_>>(), ["markdown-litteral"], "{link}");
        assert_eq!(faults[0].help.as_deref().unwrap().replace('\u{a0}', " "), help, "{link}");
    }
}

#[test]
fn an_image_that_a_slip_makes_a_link_or_words_is_told() {
    assert_eq!(faults("![une main] (../main.svg)\n"), ["W 1:1 lien-espace"]);
    assert_eq!(faults("[!une main](../main.svg)\n"), ["W 1:1 image-en-lien"]);
    assert_eq!(faults("! [une main](../main.svg)\n"), ["W 1:1 image-en-lien"]);
    let (_, told) = read("![une main][../main.svg]\n");
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].help.as_deref(), Some("écrivez ![une main](../main.svg)"));
    for body in ["![une main] (../main.svg)\n", "!(../main.svg)[une main]\n"] {
        assert!(read(body).1[0].help.as_deref().unwrap().starts_with("écrivez ![une main](../main.svg)"), "{body}");
    }
    for body in ["Bravo ! [la photo](main.svg)\n", "[!important](a.md)\n", "[une main] (voir plus loin)\n"] {
        assert_eq!(faults(body), Vec::<String>::new(), "{body}");
    }
}

#[test]
fn an_address_behind_a_filter_is_told_with_the_one_that_was_meant() {
    for target in [
        "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fexemple.fr%2Fa&data=05",
        "https://www.google.com/url?sa=D&q=https://exemple.fr/a&ust=1",
    ] {
        let (_, told) = read(&format!("[le guide]({target})\n"));
        assert_eq!(told.iter().map(summary).collect::<Vec<_>>(), ["W 1:1 lien-detourne"], "{target}");
        let help = told[0].help.as_deref().unwrap().replace('\u{a0}', " ");
        assert_eq!(help, "écrivez l’adresse d’origine : https://exemple.fr/a");
    }
    assert_eq!(faults("[le guide](https://www.google.com/maps?q=hopital)\n"), Vec::<String>::new());
}

#[test]
fn the_name_of_a_picture_is_no_text() {
    for (alternative, target) in [
        ("IMG_1234", "a.png"),
        ("DSC00012", "a.png"),
        ("Capture d’écran 2026-01-02", "a.png"),
        ("plan-2", "plan-2.png"),
    ] {
        assert_eq!(faults(&format!("![{alternative}]({target})\n")), ["W 1:1 image-sans-texte"], "{alternative}");
    }
    for (alternative, target) in [
        ("Capture d’écran de l’étape 1", "a.png"),
        ("Le plan du service", "plan.png"),
        ("Descente de lit", "a.png"),
        ("plan", "plan.png"),
    ] {
        assert_eq!(faults(&format!("![{alternative}]({target})\n")), Vec::<String>::new(), "{alternative}");
    }
}
