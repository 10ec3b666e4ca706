//! Headings, sections, lists, tables, alerts, notes.

use super::*;

#[test]
fn a_body_splits_at_its_level_2_headings() {
    let (rendered, faults) = read("Avant.\n\n## Un\n\na\n\n### Détail\n\nb\n\n## Deux *fois*\n\nc\n");
    assert!(faults.is_empty(), "{faults:#?}");
    assert_eq!(rendered.lead, "<p>Avant.</p>\n");
    assert_eq!(rendered.sections[0].id, "un");
    assert_eq!(rendered.sections[0].body, "<p>a</p>\n<h3 id=\"detail\">Détail</h3>\n<p>b</p>\n");
    assert_eq!(rendered.sections[1].title, "Deux <em>fois</em>");
    let headings: Vec<_> = rendered.headings.iter().map(|h| (h.level, h.id.as_str(), h.title.as_str())).collect();
    assert_eq!(headings, [(2, "un", "Un"), (3, "detail", "Détail"), (2, "deux-fois", "Deux <em>fois</em>")]);
}

#[test]
fn the_whole_body_holds_the_headings_in_their_place() {
    assert_eq!(
        html("a\n\n## B\n\nc\n\n## D\n\ne\n"),
        "<p>a</p>\n<h2 id=\"b\">B</h2>\n<p>c</p>\n<h2 id=\"d\">D</h2>\n<p>e</p>\n"
    );
}

#[test]
fn a_heading_within_a_quote_or_a_list_does_not_split() {
    let (rendered, _) = read("## Un\n\n> ## Cité\n>\n> a\n\n- ## En liste\n\nb\n");
    assert_eq!(rendered.sections.len(), 1);
    assert!(rendered.sections[0].body.contains("<blockquote>\n<h2 id=\"cite\">Cité</h2>\n"));
    assert!(rendered.sections[0].body.contains("<h2 id=\"en-liste\">"));
    assert_eq!(rendered.headings.len(), 3);
}

fn anchors(body: &str) -> Vec<String> {
    let (document, _) = parse_text(body);
    document.anchors().map(str::to_owned).collect()
}

#[test]
fn anchors_are_never_shared() {
    assert_eq!(
        anchors("## L’accueil\n\n## L'accueil\n\n## L’accueil 2\n"),
        ["l-accueil", "l-accueil-2", "l-accueil-2-2"]
    );
    assert_eq!(anchors("## A 2\n\n## A\n\n## A\n"), ["a-2", "a", "a-3"]);
    assert_eq!(anchors("## …\n\n## 🙂\n"), ["section", "section-2"]);
}

#[test]
fn an_anchor_that_the_author_wrote_is_kept_even_from_a_heading_before_it() {
    assert_eq!(anchors("## Cadre\n\n## Autre titre {#cadre}\n"), ["cadre-2", "cadre"]);
    assert_eq!(html("## Titre {#mon-ancre}\n"), "<h2 id=\"mon-ancre\">Titre</h2>\n");
}

#[test]
fn an_anchor_ignores_markup_and_typography() {
    assert_eq!(anchors("## À *14h30* : `le` [café](a.md) !\n"), ["a-14h30-le-cafe"]);
}

#[test]
fn double_braces_are_text() {
    assert_eq!(
        html("## {{ page }}\n\n{{ 1 + 1 }} {% if %}\n"),
        "<h2 id=\"page\">{{ page }}</h2>\n<p>{{ 1 + 1 }} {% if %}</p>\n"
    );
}

#[test]
fn a_title_for_the_contents_holds_no_link_image_or_note() {
    let (rendered, _) = read("## Voir [la charte](a.md) et ![une main](m.png)[^1]\n\n[^1]: Note.\n");
    assert_eq!(rendered.headings[0].title, "Voir la charte et une main");
    assert!(rendered.sections[0].title.contains("<a href=\"a.md\">la charte</a>"));
}

#[test]
fn a_task_list_numbers_its_boxes_within_the_section() {
    let body =
        "- [ ] avant\n\n## Étape\n\n- [ ] un\n- [x] deux **gras**\n\nPuis :\n\n- [ ] trois\n\n## Autre\n\n- [X] un\n";
    assert_eq!(
        html(body),
        "<ul class=\"taches\">\n<li data-tache=\"1\">avant</li>\n</ul>\n\
         <h2 id=\"etape\">Étape</h2>\n\
         <ul class=\"taches\">\n<li data-tache=\"etape-1\">un</li>\n\
         <li class=\"fait\" data-tache=\"etape-2\">deux <strong>gras</strong></li>\n</ul>\n\
         <p>Puis~:</p>\n<ul class=\"taches\">\n<li data-tache=\"etape-3\">trois</li>\n</ul>\n\
         <h2 id=\"autre\">Autre</h2>\n\
         <ul class=\"taches\">\n<li class=\"fait\" data-tache=\"autre-1\">un</li>\n</ul>\n"
    );
    let (document, _) = parse_text(body);
    let tasks: Vec<_> =
        document.titled_sections().map(|(heading, section)| (heading.text.as_str(), section.tasks)).collect();
    assert_eq!(tasks, [("Étape", 3), ("Autre", 1)]);
    assert_eq!(document.lead_tasks, 1);
}

#[test]
fn tasks_keep_their_links_in_loose_nested_and_mixed_lists() {
    assert_eq!(
        html("- [ ] [la charte](a.md)\n\n- [ ] deux\n"),
        "<ul class=\"taches\">\n<li data-tache=\"1\"><p><a href=\"a.md\">la charte</a></p>\n</li>\n\
         <li data-tache=\"2\"><p>deux</p>\n</li>\n</ul>\n"
    );
    assert_eq!(
        html("- [la charte](a.md)\n- [ ] [le guide](b.md)\n  - [ ] dedans\n"),
        "<ul class=\"taches\">\n<li><a href=\"a.md\">la charte</a></li>\n\
         <li data-tache=\"1\"><a href=\"b.md\">le guide</a>\n\
         <ul class=\"taches\">\n<li data-tache=\"2\">dedans</li>\n</ul>\n</li>\n</ul>\n"
    );
    assert_eq!(
        html("1. [ ] un\n2. deux\n"),
        "<ol class=\"taches\">\n<li data-tache=\"1\">un</li>\n<li>deux</li>\n</ol>\n"
    );
}

#[test]
fn a_figure_within_a_task_stays_a_figure() {
    assert_eq!(
        html("- [ ] ![une main](m.png \"La main\")\n\n- b\n"),
        "<ul class=\"taches\">\n<li data-tache=\"1\"><figure role=\"figure\" aria-label=\"La main\">\
         <img src=\"m.png\" alt=\"une main\" width=\"640\" height=\"480\" loading=\"lazy\">\
         <figcaption>La main</figcaption></figure>\n</li>\n<li><p>b</p>\n</li>\n</ul>\n"
    );
}

#[test]
fn a_task_may_be_a_heading() {
    assert!(
        html_all_the_same("- [ ] été\n  ---\n")
            .starts_with("<ul class=\"taches\">\n<li data-tache=\"1\"><h2 id=\"ete\">été</h2>\n</li>")
    );
}

#[test]
fn lists_keep_their_numbers_and_their_nesting() {
    assert_eq!(
        html("3. trois\n4. quatre\n   - dedans\n"),
        "<ol start=\"3\">\n<li>trois</li>\n<li>quatre\n<ul>\n<li>dedans</li>\n</ul>\n</li>\n</ol>\n"
    );
}

#[test]
fn a_table_scrolls_in_a_region_named_after_its_columns() {
    assert_eq!(
        html("| Rôle | Le *nombre* | |\n| --- | ---: | :-: |\n| cadre | 10 € | a<b |\n"),
        "<section class=\"tableau\" aria-label=\"Tableau~: Rôle, Le nombre\" tabindex=\"0\">\n<table>\n\
         <thead>\n<tr><th scope=\"col\">Rôle</th><th scope=\"col\" class=\"a-droite\">Le <em>nombre</em></th>\
         <td class=\"au-centre\"></td></tr>\n</thead>\n<tbody>\n\
         <tr><td>cadre</td><td class=\"a-droite\">10~€</td><td class=\"au-centre\">a&lt;b</td></tr>\n\
         </tbody>\n</table>\n</section>\n"
    );
}

#[test]
fn two_tables_of_a_page_have_two_names() {
    let table = "| A \"b\" |\n| --- |\n| [le guide](g.md) |\n";
    let html = html(&format!("{table}\n{table}"));
    assert!(html.contains("aria-label=\"Tableau~: A &quot;b&quot;\""));
    assert!(html.contains("aria-label=\"Tableau~: A &quot;b&quot; (2)\""));
    assert_eq!(html.matches("<td><a href=\"g.md\">le guide</a></td>").count(), 2);
}

#[test]
fn a_table_with_only_a_header_has_no_empty_body() {
    assert!(!html("| A | B |\n| --- | --- |\n").contains("<tbody>"));
}

#[test]
fn an_alert_says_its_kind_in_words() {
    for (kind, class, title) in [
        ("NOTE", "note", "À noter"),
        ("TIP", "astuce", "Astuce"),
        ("IMPORTANT", "important", "Important"),
        ("WARNING", "attention", "Attention"),
        ("CAUTION", "danger", "Danger"),
    ] {
        assert_eq!(
            html(&format!("> [!{kind}]\n> Un mot.\n")),
            format!(
                "<div class=\"encart encart--{class}\">\n<p class=\"encart__titre\">{title}</p>\n<p>Un mot.</p>\n</div>\n"
            )
        );
    }
    assert_eq!(html("> a\n"), "<blockquote>\n<p>a</p>\n</blockquote>\n");
}

#[test]
fn notes_are_numbered_as_they_are_called() {
    assert_eq!(
        html("Un[^b] et deux[^a], puis un[^b].\n\n[^a]: Première.\n[^b]: Seconde, [lue](l.md).\n"),
        "<p>Un<sup class=\"appel\"><a href=\"#note--1\" id=\"appel--1\" aria-label=\"Note~1\">1</a></sup> et deux\
         <sup class=\"appel\"><a href=\"#note--2\" id=\"appel--2\" aria-label=\"Note~2\">2</a></sup>, puis un\
         <sup class=\"appel\"><a href=\"#note--1\" id=\"appel--1-2\" aria-label=\"Note~1\">1</a></sup>.</p>\n\
         <section class=\"notes\" aria-label=\"Notes\">\n<ol>\n\
         <li id=\"note--1\"><p>Seconde, <a href=\"l.md\">lue</a>. \
         <a class=\"notes__retour\" href=\"#appel--1\" aria-label=\"Retour~1 à l’appel de la note~1\">Retour~1</a> \
         <a class=\"notes__retour\" href=\"#appel--1-2\" aria-label=\"Retour~2 à l’appel de la note~1\">Retour~2</a></p>\n</li>\n\
         <li id=\"note--2\"><p>Première. \
         <a class=\"notes__retour\" href=\"#appel--2\" aria-label=\"Retour à l’appel de la note~2\">Retour</a></p>\n</li>\n\
         </ol>\n</section>\n"
    );
}

#[test]
fn a_note_may_hold_a_list_and_call_a_note() {
    let html = html("a[^1]\n\n[^1]:\n    - un[^2]\n\n[^2]: deux\n");
    assert!(html.contains("<li id=\"note--1\"><ul>\n<li>un<sup"));
    assert!(html.contains("<p><a class=\"notes__retour\" href=\"#appel--1\""));
    assert!(html.contains("<li id=\"note--2\"><p>deux "));
}

#[test]
fn code_is_left_as_it_was_typed() {
    assert_eq!(
        html("`l'a ! \"b\"` et\n\n```sh\n<b> & l'été !\n```\n\n    14h30 {{ x }}\n"),
        "<p><code>l'a ! \"b\"</code> et</p>\n<pre tabindex=\"0\"><code>&lt;b&gt; &amp; l'été !\n</code></pre>\n\
         <pre tabindex=\"0\"><code>14h30 {{ x }}\n</code></pre>\n"
    );
}

#[test]
fn windows_line_ends_leave_no_trace() {
    let unix = "## Un\n\na\nb  \nc\n\n```\nx\ny\n```\n\n| A |\n| --- |\n| b |\n\n<details>\n<summary>S</summary>\n\nd\n\n</details>\n";
    assert_eq!(html(&unix.replace('\n', "\r\n")), html(unix));
}

#[test]
fn emphasis_strikethrough_rules_and_breaks() {
    assert_eq!(
        html("*a* **b** ~~c~~ d\\\ne\n\n---\n"),
        "<p><em>a</em> <strong>b</strong> <del>c</del> d<br>\ne</p>\n<hr>\n"
    );
}

#[test]
fn typography_goes_on_across_emphasis_and_stops_at_blocks() {
    assert_eq!(html("l'*équipe* ! « **mot** »\n"), "<p>l’<em>équipe</em>~! «~<strong>mot</strong>~»</p>\n");
    assert_eq!(html("Durée **oui** : `x` ?\n"), "<p>Durée <strong>oui</strong>~: <code>x</code>~?</p>\n");
    assert_eq!(html("- a\n- ! b\n"), "<ul>\n<li>a</li>\n<li>! b</li>\n</ul>\n");
    assert_eq!(html("Vu par &laquo; elle &raquo;&nbsp;!\n"), "<p>Vu par «~elle~»~!</p>\n");
}

#[test]
fn plain_text_keeps_the_words_alone() {
    let html = html("## Un *titre*\n\na < b & c[^1]\n\n- un\n- deux\n\n[^1]: note\n");
    assert_eq!(plain_text(&html), "Un titre a < b & c un deux note Retour");
    assert_eq!(plain_text("<p>l’<em>équipe</em> &amp; &quot;nous&quot;</p>\n<p>fin</p>"), "l’équipe & \"nous\" fin");
    assert_eq!(plain_text(""), "");
    assert_eq!(plain_text("<p"), "");
}

#[test]
fn places_count_from_the_start_of_the_file() {
    let text = "---\ntitre: A\n---\n\n## Étape\n\n[la page](a.md)\n";
    let source = SourceFile::new("essai.md", text);
    let start = text.find("\n##").unwrap();
    let document = parse(&source, start..text.len(), &Diagnostics::new());
    assert_eq!(&text[document.links[0].range.clone()], "[la page](a.md)");
    assert_eq!(text[document.headings[0].range.clone()].trim_end(), "## Étape");
    assert_eq!(source.locate(document.links[0].range.clone()).line, 7);
}
