//! Blocks between `:::`, and definition lists.

use super::*;

#[test]
fn a_block_has_its_title_and_holds_markdown() {
    assert_eq!(
        html("::: essentiel\n\nUn mot **clair** !\n\n- [ ] un\n\n:::\n"),
        "<div class=\"bloc bloc--essentiel\" role=\"group\" aria-label=\"L’essentiel\">\n\
         <p class=\"bloc__titre\">L’essentiel</p>\n<p>Un mot <strong>clair</strong>~!</p>\n\
         <ul class=\"taches\">\n<li data-tache=\"1\">un</li>\n</ul>\n</div>\n"
    );
}

/// The names of the blocks that a body opens, each with its title.
fn titles(body: &str) -> Vec<String> {
    let html = html(body);
    let found = html.split("<div class=\"bloc bloc--").skip(1);
    found
        .map(|block| {
            let (name, _) = block.split_once('"').unwrap();
            let (_, title) = block.split_once("<p class=\"bloc__titre\">").unwrap();
            format!("{name}: {}", title.split_once("</p>").unwrap().0)
        })
        .collect()
}

#[test]
fn a_title_may_follow_the_name_however_that_is_written() {
    for (fence, title) in [
        ("::: faire", "faire: À faire"),
        (":::faire", "faire: À faire"),
        (":::: faire ::::", "faire: À faire"),
        ("::: Faire pendant la relève", "faire: À faire~: pendant la relève"),
        ("::: ne-pas-faire", "ne-pas-faire: À ne pas faire"),
        ("::: À faire", "faire: À faire"),
        ("::: À ne pas faire la nuit", "ne-pas-faire: À ne pas faire~: la nuit"),
        ("::: Ne pas faire la nuit", "ne-pas-faire: À ne pas faire~: la nuit"),
        (":::\u{a0}essentiel", "essentiel: L’essentiel"),
        ("::: contact Le standard", "contact: Contact~: Le standard"),
        ("::: contact l'accueil <b> & \"nous\"", "contact: Contact~: l’accueil &lt;b&gt; &amp; «~nous~»"),
    ] {
        assert_eq!(titles(&format!("{fence}\n\na\n\n:::\n")), [title], "{fence}");
    }
    assert_eq!(titles("::: Télécharger\n\n[a b](c.pdf)\n\n:::\n"), ["telecharger: À télécharger"]);
}

#[test]
fn no_empty_line_is_needed_around_the_fences() {
    let airy = "avant\n\n::: faire\n\n- un\n- deux\n\n:::\n\naprès\n";
    let tight = "avant\n::: faire\n- un\n- deux\n:::\naprès\n";
    assert_eq!(html(tight), html(airy));
    assert_eq!(html(&tight.replace('\n', "\r\n")), html(airy));
    assert_eq!(titles("| a |\n| - |\n| b |\n::: faire\nc\n:::"), ["faire: À faire"]);
}

#[test]
fn what_is_to_be_done_and_what_is_not_stand_side_by_side() {
    let side_by_side = |body: &str| html(body).matches("<div class=\"blocs\">\n<div class=\"bloc").count();
    let (faire, pas) = ("::: faire\n- [la charte](a.md)\n:::\n", "::: ne-pas-faire\n- [la règle](b.md)\n:::\n");
    assert_eq!(
        html(&format!("a\n\n{faire}\n{pas}")),
        "<p>a</p>\n<div class=\"blocs\">\n\
         <div class=\"bloc bloc--faire\" role=\"group\" aria-label=\"À faire\">\n<p class=\"bloc__titre\">À faire</p>\n\
         <ul>\n<li><a href=\"a.md\">la charte</a></li>\n</ul>\n</div>\n\
         <div class=\"bloc bloc--ne-pas-faire\" role=\"group\" aria-label=\"À ne pas faire\">\n\
         <p class=\"bloc__titre\">À ne pas faire</p>\n<ul>\n<li><a href=\"b.md\">la règle</a></li>\n</ul>\n</div>\n</div>\n"
    );
    assert_eq!(side_by_side(&format!("{pas}{faire}")), 1);
    assert_eq!(side_by_side(&format!("{faire}{pas}{faire}{pas}")), 2);
    assert_eq!(side_by_side(&format!("{faire}{faire}")), 0);
    assert_eq!(side_by_side(&format!("{faire}\nentre\n\n{pas}")), 0);
    assert_eq!(side_by_side(&format!("{faire}\n## B\n\n{pas}")), 0);
}

#[test]
fn a_step_holds_blocks_whose_boxes_count() {
    let (document, faults) =
        parse_text("## Un\n\n::: faire\n- [ ] a\n- [ ] b[^1]\n:::\n\n## Deux\n\n- [ ] c\n\n[^1]: Note.\n");
    assert_eq!(faults, []);
    assert_eq!(document.sections.iter().map(|section| section.tasks).collect::<Vec<_>>(), [2, 1]);
    let rendered = render_as_written(&document);
    assert!(rendered.sections[0].body.contains("data-tache=\"un-2\">b<sup"));
    assert!(rendered.footnotes.contains("Note."));
}

#[test]
fn a_title_within_a_block_makes_no_step() {
    let (rendered, faults) = read("## Un\n\n::: essentiel\n### Dedans\n\na\n:::\n");
    assert_eq!(faults, []);
    assert!(rendered.sections[0].body.contains("<h3 id=\"dedans\">Dedans</h3>\n<p>a</p>\n</div>\n"));
}

#[test]
fn a_block_may_stand_in_a_list_or_a_quote() {
    assert_eq!(
        html("- a\n\n  ::: essentiel\n  b\n  :::\n- c\n"),
        "<ul>\n<li><p>a</p>\n<div class=\"bloc bloc--essentiel\" role=\"group\" aria-label=\"L’essentiel\">\n\
         <p class=\"bloc__titre\">L’essentiel</p>\n<p>b</p>\n</div>\n</li>\n<li><p>c</p>\n</li>\n</ul>\n"
    );
    assert_eq!(titles("> a\n> ::: faire\n> b\n> :::\n"), ["faire: À faire"]);
}

#[test]
fn colons_in_code_and_in_sentences_are_text() {
    assert_eq!(
        html("```\n::: faire\n:x\n:::\n```\n\n    ::: faire\n\n`:::` et ::: ici, a::b\n"),
        "<pre tabindex=\"0\"><code>::: faire\n:x\n:::\n</code></pre>\n<pre tabindex=\"0\"><code>::: faire\n</code></pre>\n\
         <p><code>:::</code> et ::: ici, a::b</p>\n"
    );
    assert_eq!(html("\\::: faire\n"), "<p>::: faire</p>\n");
    assert_eq!(html("<!--\n::: faire\n-->\na\n"), "<p>a</p>\n");
    assert_eq!(html("Bravo\n:tada: à tous\n"), "<p>Bravo\n:tada: à tous</p>\n");
    assert_eq!(html("Bravo\n:-) à tous\n"), "<p>Bravo\n:-) à tous</p>\n");
    assert!(html("a | b\n:-- | --:\nc | d\n").contains("<td class=\"a-droite\">d</td>"));
    assert_eq!(html("Un mot\n          ::: loin\n"), "<p>Un mot\n::: loin</p>\n");
}

#[test]
fn a_block_that_is_not_closed_is_reported_where_it_opens() {
    assert_eq!(faults("a\n\n::: faire\n\n- a\n"), ["E 3:1 bloc-non-ferme"]);
    assert_eq!(faults("::: faire\na\n\n::: essentiel\nb\n:::\n"), ["E 1:1 bloc-non-ferme"]);
    assert_eq!(faults("::: faire\na\n\n## B\n\n::: faire\nb\n"), ["E 1:1 bloc-non-ferme", "E 6:1 bloc-non-ferme"]);
    assert_eq!(faults("- a\n  ::: faire\n  a\n- b\n"), ["E 2:3 bloc-non-ferme"]);
    assert_eq!(faults("> ::: faire\n> a\n\nb\n"), ["E 1:3 bloc-non-ferme"]);
    assert_eq!(
        faults("<details>\n<summary>S</summary>\n\n::: faire\na\n\n</details>\n\n:::\n"),
        ["E 4:1 bloc-non-ferme"]
    );
}

#[test]
fn a_block_within_a_block_is_told_once() {
    assert_eq!(faults("::: essentiel\n::: faire\n- a\n:::\n:::\n"), ["E 1:1 bloc-non-ferme"]);
    assert_eq!(
        faults("::: faire\na\n\n::: essentiel\nb\n:::\n\n:::\n\n:::\n"),
        ["E 1:1 bloc-non-ferme", "E 10:1 bloc-sans-debut"]
    );
}

#[test]
fn a_block_that_lacks_a_colon_is_told() {
    for body in [":: essentiel\nTexte\n::\n", ": : : essentiel\nTexte\n"] {
        assert_eq!(faults(body), ["W 1:1 markdown-litteral"], "{body}");
    }
}

#[test]
fn a_step_ends_the_block_that_was_left_open_before_it() {
    let (rendered, faults) = read("## Un\n\n::: faire\n- [ ] a\n\n## Deux\n\n- [ ] b\n\n:::\n");
    assert_eq!(faults.iter().map(summary).collect::<Vec<_>>(), ["E 3:1 bloc-non-ferme"]);
    assert_eq!(rendered.sections.len(), 2);
}

#[test]
fn an_end_that_closes_nothing_is_reported_once() {
    assert_eq!(faults("a\n\n:::\n"), ["E 3:1 bloc-sans-debut"]);
    assert_eq!(faults("::: faire\n- a\n  :::\n\nb\n"), ["E 3:3 bloc-mal-ferme"]);
    assert_eq!(faults("::: faire\n- a\n\n  :::\n\n## B\n"), ["E 4:3 bloc-mal-ferme"]);
}

#[test]
fn a_name_that_is_unknown_is_reported_with_the_nearest_or_the_alert() {
    let told = |body: &str| {
        let (_, faults) = read(body);
        assert_eq!(faults.len(), 1, "{body}: {faults:#?}");
        (summary(&faults[0]), faults[0].help.as_deref().unwrap().to_owned())
    };
    assert_eq!(
        told("::: fair\na\n:::\n"),
        ("E 1:1 bloc-inconnu".to_owned(), "vouliez-vous dire «\u{a0}::: faire\u{a0}» ?".to_owned())
    );
    assert!(told(":::tip Titre\na\n:::\n").1.contains("> [!TIP]"));
    assert!(told("::: {.rouge}\na\n:::\n").1.contains("faire, ne-pas-faire, essentiel"));
    assert_eq!(told("::: faire\na\n\n> ::: contact\n> b\n> :::\n\n:::\n").0, "E 4:3 bloc-imbrique");
}

#[test]
fn a_block_says_something() {
    assert_eq!(faults("::: faire\n:::\n"), ["E 1:1 bloc-vide"]);
    assert_eq!(faults("::: faire\n<!-- rien -->\n:::\n"), ["E 1:1 bloc-vide"]);
}

#[test]
fn a_contact_is_a_function_and_not_a_person() {
    assert_eq!(faults("::: contact\n- La cadre de nuit\n- 05 55 00 00 00, de 21h à 7h\n:::\n"), Vec::<String>::new());
    assert_eq!(faults("::: contact\n- Cadre de nuit : Mme Martin, poste 12\n:::\n"), ["W 2:19 contact-nom"]);
    assert_eq!(faults("::: contact\nDemandez le Dr. Durand.\n:::\n"), ["W 2:13 contact-nom"]);
    assert_eq!(faults("::: contact\nMadame la directrice des soins\n:::\n"), Vec::<String>::new());
}

fn with_files(body: &str) -> (String, Vec<String>) {
    let (document, faults) = parse_text(body);
    let resolutions: Vec<_> = document
        .links
        .iter()
        .map(|link| {
            let file = Resolution::File { url: format!("/{}", link.target), size_bytes: 239_001 };
            if link.shows_weight { file } else { as_written(link) }
        })
        .collect();
    let html = document.render(|index| &resolutions[index]).html().replace('\u{a0}', "~");
    (html, faults.iter().map(summary).collect())
}

#[test]
fn a_download_shows_the_type_and_the_weight_of_its_files() {
    let (html, faults) =
        with_files("::: telecharger\n- [L’affiche](affiche.pdf)\n- [La page](a.md)\n:::\n\n[Hors du bloc](b.pdf)\n");
    assert_eq!(faults, Vec::<String>::new());
    assert!(html.contains(
        "<li><a href=\"/affiche.pdf\">L’affiche <span class=\"bloc__poids\">(PDF, 240~Ko)</span></a></li>\n\
         <li><a href=\"a.md\">La page</a></li>"
    ));
    assert!(html.contains("<a href=\"b.pdf\">Hors du bloc</a>"));
    assert_eq!(plain_text(&html).matches("L’affiche (PDF, 240~Ko)").count(), 1);
}

#[test]
fn a_download_leads_to_a_file() {
    for body in ["a", "[a b](a.md)", "[a b](https://exemple.fr/a.pdf)", "[a b](#c)", "![une main](m.png)"] {
        let found = faults(&format!("::: telecharger\n{body}\n:::\n"));
        assert_eq!(found, ["E 1:1 telecharger-sans-fichier"], "{body}");
    }
}

#[test]
fn a_video_is_a_link_a_still_and_its_transcript() {
    let (html, faults) = with_files(
        "::: video Le café du matin\n\n[Voir la vidéo (2 min)](cafe.mp4)\n\n![Deux mains](m.png)\n\nUne voix dit [oui](a.md).\n\n- Fin\n\n:::\n",
    );
    assert_eq!(faults, Vec::<String>::new());
    assert_eq!(
        html,
        "<div class=\"bloc bloc--video\" role=\"group\" aria-label=\"Vidéo~: Le café du matin\">\n\
         <p class=\"bloc__titre\">Vidéo~: Le café du matin</p>\n\
         <p><a href=\"/cafe.mp4\">Voir la vidéo (2~min) <span class=\"bloc__poids\">(MP4, 240~Ko)</span></a></p>\n\
         <p><img src=\"m.png\" alt=\"Deux mains\" width=\"640\" height=\"480\" loading=\"lazy\"></p>\n\
         <details class=\"bloc__transcription\"><summary>Transcription</summary>\n\
         <p>Une voix dit <a href=\"a.md\">oui</a>.</p>\n<ul>\n<li>Fin</li>\n</ul>\n</details>\n</div>\n"
    );
    for media in [
        "[![Deux mains](m.png)](https://exemple.fr/v)",
        "![Deux mains](m.png \"Une image de la vidéo\")\n\n[Voir la vidéo](v.mp4)",
    ] {
        let (html, faults) = with_files(&format!("::: video\n{media}\n\nUne voix.\n:::\n"));
        assert_eq!(faults, Vec::<String>::new(), "{media}");
        assert!(html.contains("<summary>Transcription</summary>\n<p>Une voix.</p>\n</details>"), "{html}");
    }
}

#[test]
fn a_video_without_link_or_transcript_is_refused() {
    assert_eq!(faults("::: video\nUne voix.\n:::\n"), ["E 1:1 video-sans-lien"]);
    assert_eq!(faults("::: video\nUne voix.\n\n[Voir la vidéo](v.mp4)\n:::\n"), ["E 1:1 video-sans-lien"]);
    assert_eq!(faults("::: video\n[Voir la vidéo](v.mp4)\n:::\n"), ["E 1:1 video-sans-transcription"]);
    assert_eq!(
        faults("::: video\n[Voir la vidéo](v.mp4)\n\n![Deux mains](m.png)\n:::\n"),
        ["E 1:1 video-sans-transcription"]
    );
}

#[test]
fn a_definition_list_names_and_explains() {
    assert_eq!(
        html("Cadre\n: Le cadre de *proximité*.\n: Il décide !\n\nRéférent\n: Il anime.\n\nAprès.\n"),
        "<dl>\n<dt>Cadre</dt>\n<dd>Le cadre de <em>proximité</em>.</dd>\n<dd>Il décide~!</dd>\n\
         <dt>Référent</dt>\n<dd>Il anime.</dd>\n</dl>\n<p>Après.</p>\n"
    );
    assert_eq!(
        html("Cadre\n\n: Un.\n\n  - deux\n"),
        "<dl>\n<dt>Cadre</dt>\n<dd><p>Un.</p>\n<ul>\n<li>deux</li>\n</ul>\n</dd>\n</dl>\n"
    );
    assert_eq!(html("a : b\n"), "<p>a~: b</p>\n");
}
