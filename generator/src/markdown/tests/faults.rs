//! What an editor is told, where, and the way out.

use super::*;

#[test]
fn a_sound_body_has_no_fault() {
    let body = "Intro avec [x] et [^ pas une note] et a[1].\n\n## Un\n\n### Deux\n\n#### Trois\n\n## Quatre\n\n> [!NOTE]\n> a\n\n\
                - [ ] b\n- [x](x.md) c\n\n`[a][b]` et `[^c]` et \\[^d]\n";
    assert_eq!(faults(body), Vec::<String>::new());
}

#[test]
fn headings_that_mislead_are_reported() {
    assert_eq!(faults("# Titre\n\na\n"), ["W 1:1 titre-niveau-1"]);
    assert_eq!(faults("Titre\n===\n"), ["W 1:1 titre-niveau-1"]);
    assert_eq!(faults("### a\n"), ["W 1:1 titre-saut"]);
    assert_eq!(faults("## a\n\n#### b\n\n##### c\n\n## d\n"), ["W 3:1 titre-saut"]);
    assert_eq!(faults("##\n"), ["W 1:1 titre-vide"]);
    assert_eq!(faults("# #\n"), ["W 1:1 titre-vide"]);
    assert_eq!(faults("## a {#Été}\n"), ["E 1:1 ancre"]);
    assert_eq!(faults("## a {#x}\n\n## b {#x}\n"), ["E 3:1 ancre-en-double"]);
    assert_eq!(faults("## a {.rouge}\n"), ["E 1:1 titre-accolades"]);
    assert_eq!(faults("## a {exemple}\n"), ["E 1:1 titre-accolades"]);
}

#[test]
fn links_that_say_nothing_are_reported() {
    for label in ["cliquez ici", "Ici", "ICI !", "en savoir plus", "En savoir plus...", "lire la suite", "**là**"] {
        assert_eq!(faults(&format!("a [{label}](a.md)\n")), ["W 1:3 lien-vague"], "{label}");
    }
    assert_eq!(faults("[](a.md)\n"), ["E 1:1 lien-sans-texte"]);
    assert_eq!(faults("[![décoratif](m.png)](a.md)\n"), ["E 1:1 lien-sans-texte"]);
    assert_eq!(faults("[le guide]()\n"), ["E 1:1 lien-sans-adresse"]);
    assert_eq!(faults("[le guide](a.md \"Titre\")\n"), ["W 1:1 lien-titre"]);
    assert_eq!(faults("[ici même, le guide](a.md) [](etablissement:nom)\n"), Vec::<String>::new());
}

#[test]
fn images_without_words_are_reported() {
    assert_eq!(faults("![](m.png)\n"), ["W 1:1 image-sans-texte"]);
    assert_eq!(faults("![ ](m.png)\n"), ["W 1:1 image-sans-texte"]);
    assert_eq!(faults("![IMG_2034.JPG](m.png)\n"), ["W 1:1 image-sans-texte"]);
}

#[test]
fn references_and_notes_without_their_other_half_are_reported() {
    assert_eq!(faults("un [mot][rien] ici\n"), ["E 1:4 reference-inconnue"]);
    assert_eq!(faults("un [mot][] ici\n"), ["E 1:4 reference-inconnue"]);
    assert_eq!(faults("![une main][rien]\n"), ["E 1:1 reference-inconnue"]);
    assert_eq!(faults("a\n\n[mot]: a.md\n[Autre]: b.md\n\n[autre]\n"), ["W 3:1 reference-inutile"]);
    assert_eq!(faults("Un *mot*[^x] et `[^y]`.\n"), ["E 1:9 note-inconnue"]);
    assert_eq!(faults("Un mot \\[^x\\].\n\n\\[^x\\]\n"), Vec::<String>::new());
    assert_eq!(faults("a\n\n[^x]: note\n"), ["W 3:1 note-inutile"]);
    assert_eq!(faults("a[^x]\n\n[^x]: un\n\n[^x]: deux\n"), ["E 5:1 note-en-double"]);
}

#[test]
fn slips_of_the_hand_are_noticed() {
    assert_eq!(faults("- [] a\n"), ["W 1:3 case"]);
    assert_eq!(faults("- [ ]a\n"), ["W 1:3 case"]);
    assert_eq!(faults("1. [x]a\n"), ["W 1:4 case"]);
    assert_eq!(faults("| A | B |\n| a | b |\n"), ["W 1:1 tableau"]);
    assert_eq!(faults("| | |\n| --- | --- |\n| a | b |\n"), ["W 1:1 tableau-sans-titres"]);
    assert_eq!(faults("> [!ASTUCE]\n> a\n"), ["E 1:3 encart-inconnu"]);
    assert_eq!(faults("> [!NOTE] a\n"), ["E 1:3 encart-inconnu"]);
    assert_eq!(faults("[le guide] (a.md)\n"), ["W 1:1 lien-espace"]);
    assert_eq!(faults("[le guide] (en cours)\n"), Vec::<String>::new());
}

#[test]
fn what_was_meant_as_a_list_is_noticed() {
    for (body, place) in [
        ("• un\n• deux\n", "1:1"),
        ("Apportez :\n• un\n", "2:1"),
        ("\u{f0b7}\tun\n", "1:1"),
        ("•\tun\n•\tdeux\n", "1:1"),
        ("> – un\n> – deux\n", "1:3"),
        ("-un\n-deux\n", "1:1"),
        ("1.Un\n2.Deux\n", "1:1"),
        ("1° Un\n2° Deux\n", "1:1"),
        ("1/ Un\n2/ Deux\n", "1:1"),
        ("1- Un\n2- Deux\n", "1:1"),
        ("(1) Un\n(2) Deux\n", "1:1"),
        ("a) un\nb) deux\n", "1:1"),
        ("A) Un\nB) Deux\n", "1:1"),
        ("I. Un\nII. Deux\n", "1:1"),
        ("·       un\n·       deux\n", "1:1"),
        ("Il faut :\no\tun\no\tdeux\n", "2:1"),
        ("§\tun\n§\tdeux\n", "1:1"),
        ("—du café\n—du thé\n", "1:1"),
        ("*un\n*deux\n", "1:1"),
        ("+un\n+deux\n", "1:1"),
        ("=> un\n=> deux\n", "1:1"),
        ("-> un\n-> deux\n", "1:1"),
        ("✅ un\n✅ deux\n", "1:1"),
        ("✔\u{fe0f} un\n✔\u{fe0f} deux\n", "1:1"),
    ] {
        assert_eq!(faults(body), [format!("W {place} liste-perdue")], "{body}");
    }
    assert_eq!(faults("[ ] un\n"), ["W 1:1 case"]);
    assert_eq!(faults("-[ ] un\n"), ["W 1:1 case"]);
    assert_eq!(faults("- [] un\n\n- deux\n"), ["W 1:3 case"]);
    assert_eq!(faults("- [v] un\n- [X ] deux\n"), ["W 1:3 case", "W 2:3 case"]);
    assert_eq!(faults("☐ un\n☐ deux\n"), ["W 1:1 case"]);
    assert_eq!(faults("- ☐ un\n"), ["W 1:3 case"]);
    for body in [
        "— Bonjour, dit-elle.\n",
        "Il fait\n-5 °C ou\n-7 °C.\n",
        "2.0 puis\n3.1 enfin.\n",
        "- un\n- deux\n",
        "Un mot • un autre\n",
        "•\n",
        "1. Un\n2. Deux\n",
        "1/2 tasse\n3/4 de verre\n",
        "✅ un  \n✅ deux\n",
        "→ un\\\n→ deux\n",
        "*un\ndeux*\n",
        "V. Hugo\nX. Dupont\n",
        "§ 12 et\n§ 13\n",
        "a) seul\n",
        "☐ seul\n",
        "o\tun\\\no\tdeux\n",
        "☐ un\\\n☐ deux\n",
        "• un\\\n• deux\n",
    ] {
        assert_eq!(faults(body), Vec::<String>::new(), "{body}");
    }
}

#[test]
fn an_alert_that_opens_none_is_told_what_is_wrong_with_it() {
    let said = |body: &str| {
        let (_, faults) = read(body);
        assert_eq!(faults.len(), 1, "{body}: {faults:?}");
        assert_eq!(faults[0].code, if body.ends_with("]\n") { "encart-vide" } else { "encart-inconnu" }, "{body}");
        format!("{} {}", faults[0].message, faults[0].help.as_deref().unwrap()).replace('\u{a0}', " ")
    };
    assert!(said("> [!NOTE] Un titre\n> a\n").contains("passez ce texte à la ligne suivante"));
    assert!(said("> [!astuce]\n> a\n").contains("écrivez « > [!TIP] »"));
    assert!(said("> [!WARNIG]\n> a\n").contains("écrivez « > [!WARNING] »"));
    assert!(said("> [!BANANE]\n> a\n").contains("les encarts sont"));
    assert!(said("[!NOTE]\na\n").contains("« > » devant chaque ligne"));
    assert!(said("> **[!NOTE]**\n> a\n").contains("seul sur sa ligne"));
    assert!(said("> a\n> [!NOTE]\n> b\n").contains("en première ligne"));
    assert!(said("> [NOTE]\n> a\n").contains("il manque « ! »"));
    assert!(said("> [! NOTE ]\n> a\n").contains("une espace sépare"));
    assert!(said("> [!NOTE]\n").contains("vide"));
    for body in ["> [!note]\n> a\n", "> [!NOTE]\nsuite\n", "Voir [NOTE] plus bas.\n", "> a\n> [TIP]\n"] {
        assert_eq!(faults(body), Vec::<String>::new(), "{body}");
    }
}

#[test]
fn a_rule_that_makes_a_title_of_a_paragraph_is_noticed() {
    assert_eq!(faults("Un texte\nqui finit\n---\nb\n"), ["W 1:1 titre-par-tirets"]);
    assert_eq!(faults("Une phrase.\n---\nb\n"), ["W 1:1 titre-par-tirets"]);
    assert_eq!(faults("Un titre\n---\nb\n\n## Un autre.\nb\n"), Vec::<String>::new());
}

#[test]
fn the_rule_of_a_table_is_told_from_its_titles() {
    let help = |body: &str| {
        let (_, faults) = read(body);
        assert_eq!(faults.iter().map(|fault| fault.code).collect::<Vec<_>>(), ["tableau"], "{body}");
        let place = faults[0].location.as_ref().unwrap();
        (place.line, faults[0].help.as_deref().unwrap().to_owned())
    };
    assert_eq!(help("| A | B |\n| a | b |\n"), (1, "ajoutez sous cette ligne : | --- | --- |".to_owned()));
    assert_eq!(help("| A | B |\n|—|—|\n| a | b |\n"), (2, "écrivez à la place : | --- | --- |".to_owned()));
    assert_eq!(help("| A | B |\n|---|\n| a | b |\n"), (2, "écrivez à la place : | --- | --- |".to_owned()));
    let above = "ajoutez au-dessus les titres des colonnes : | Titre | Titre |";
    assert_eq!(help("|---|---|\n| a | b |\n"), (1, above.to_owned()));
    let cut = "retirez les lignes vides entre ses lignes";
    assert_eq!(help("| A | B |\n\n|---|---|\n\n| a | b |\n"), (2, cut.to_owned()));
    assert_eq!(help("| A | B |\n\n|---|---|\n| a | b |\n"), (2, cut.to_owned()));
    assert_eq!(help("| A | B |\n|---|---|\n| a | b |\n\n| c | d |\n"), (4, cut.to_owned()));
    assert_eq!(help("| A | B |\r\n\r\n|---|---|\r\n\r\n| a | b |\r\n"), (2, cut.to_owned()));
    let two = "| A | B |\n| a | b |\n\n| C | D |\n| c | d |\n";
    assert_eq!(faults(two), ["W 1:1 tableau", "W 4:1 tableau"]);
}

#[test]
fn cells_that_only_a_tab_or_a_bar_keeps_apart_make_no_table() {
    let help = |body: &str| {
        let (_, faults) = read(body);
        assert_eq!(faults.iter().map(summary).collect::<Vec<_>>(), ["W 1:1 tableau"], "{body}");
        faults[0].help.as_deref().unwrap().to_owned().replace('\u{a0}', " ")
    };
    let lines = "écrivez « | Jour | Matin | », dessous « | --- | --- | », puis chaque ligne entre des barres";
    assert_eq!(help("Jour\tMatin\nLundi\t8h\nMardi\t9h\n"), lines);
    assert_eq!(help("Jour | Matin\nLundi | 8h\n"), lines);
    assert_eq!(help("Jour | Matin\r\nLundi | 8h\r\n"), lines);
    for body in [
        "Un mot\tet un autre\n",
        "Savoir | Faire\nSuivre le fil\n",
        "a\tb\nc\td\te\n",
        "Jour | Matin\n--- | ---\nLundi | 8h\n",
        "Une ligne\n\tet sa suite\n\tpuis la fin\n",
        "Voir `a | b`\nou autre chose\n",
        "- Jour\n\tMatin\n",
        "```\na\tb\nc\td\n```\n",
        "a\tb\\\nc\td\n",
    ] {
        assert_eq!(faults(body), Vec::<String>::new(), "{body:?}");
    }
}

#[test]
fn a_title_whose_sign_is_stuck_to_it_is_told_from_a_word_that_one_looks_for() {
    assert_eq!(faults("#Bienvenue\n\nTexte\n"), ["W 1:1 markdown-litteral"]);
    assert_eq!(faults("a\n\n#Les horaires\nLa salle ouvre.\n\nb\n"), ["W 3:1 markdown-litteral"]);
    let (_, told) = read("#Les horaires\n\nTexte\n");
    assert_eq!(
        told[0].help.as_deref().unwrap().replace('\u{a0}', " "),
        "mettez une espace après, et deux signes sous le titre de la page : ## Les horaires"
    );
    for body in [
        "#bienveillance au travail\n\na\n",
        "#PrendreSoin de tous\n\na\n",
        "#Care #Soin\n\na\n",
        "#3 au classement\n\na\n",
        "a\n\n#Bienveillance\n",
        "#CHU\n\na\n",
        "Le #Tag\n\na\n",
        "\\#Titre\n\na\n",
    ] {
        assert_eq!(faults(body), Vec::<String>::new(), "{body:?}");
    }
}

#[test]
fn the_anchor_of_a_title_is_told_once() {
    let (_, told) = read("## Niveau {#Mon ancre}\n\na\n");
    assert_eq!(told.iter().map(summary).collect::<Vec<_>>(), ["E 1:1 titre-accolades"]);
    assert!(told[0].help.as_deref().unwrap().starts_with("écrivez {#mon-ancre}"));
}

#[test]
fn code_that_nothing_closes_is_told_where_it_opens() {
    assert_eq!(faults("a\n\n```\ncode\n\n## Titre\n\nTexte\n"), ["W 3:1 code-non-ferme"]);
    assert_eq!(faults("~~~ texte\ncode\n"), ["W 1:1 code-non-ferme"]);
    for body in ["```\na\n```\n", "````\n```\n````", "> ```\n> a\n> ```\n", "- ```\n  a\n  ```\n", "~~~\na\n~~~~\n\n\n"]
    {
        assert_eq!(faults(body), Vec::<String>::new(), "{body:?}");
    }
}

#[test]
fn a_note_apart_from_its_colon_is_told_once() {
    let (_, told) = read("Un mot[^1], un autre[^1].\n\n[^1]\u{a0}: La note.\n");
    assert_eq!(told.iter().map(summary).collect::<Vec<_>>(), ["E 3:1 note-inconnue"]);
    assert_eq!(
        told[0].help.as_deref().unwrap().replace('\u{a0}', " "),
        "écrivez « [^1]: … », les deux-points juste après le crochet"
    );
    assert_eq!(faults("Un mot[^2] : la suite.\n"), ["E 1:7 note-inconnue"]);
}

#[test]
fn what_only_other_tools_read_is_told() {
    for (body, place) in [
        ("[TOC]\n", "1:1"),
        ("[[toc]]\n", "1:2"),
        ("Voir [[Enjeux|les enjeux]].\n", "1:7"),
        ("![[photo.png]]\n", "1:3"),
    ] {
        assert_eq!(faults(body), [format!("W {place} commande-ailleurs")], "{body}");
    }
    for body in ["[image001.png]\n", "[cid:image001.png@01DA]\n"] {
        let (_, told) = read(body);
        assert_eq!(told.iter().map(summary).collect::<Vec<_>>(), ["W 1:1 commande-ailleurs"], "{body}");
        assert!(told[0].help.as_deref().unwrap().ends_with("![ce qu’elle montre](image001.png)"), "{body}");
    }
    for body in ["!!! Attention au sol\n", "{{ x }} est du texte\n", "{% x %}\n", ":: deux\n"] {
        assert_eq!(faults(body), Vec::<String>::new(), "{body}");
    }
    for body in ["a [[1]] b\n", "[[Un titre](a.md)]\n", "a [toc toc] b\n", "`[[a-b]]`\n"] {
        assert_eq!(faults(body), Vec::<String>::new(), "{body}");
    }
}

#[test]
fn a_form_that_is_refused_is_told_once() {
    let body = "<form><label>a</label><input name=a><button>b</button></form>\n\n<input>\n";
    assert_eq!(faults(body), ["E 1:1 html-formulaire", "E 3:1 html-formulaire"]);
}

#[test]
fn a_fault_reads_in_french_with_its_line_and_the_way_out() {
    let (_, faults) = read("## a\n\nVoir ![](m.png)\n");
    assert_eq!(
        faults[0].to_string(),
        "avertissement : cette image n’a pas de texte de remplacement [image-sans-texte]\n\
         \x20 --> essai.md:3:6\n\
         \x20 |\n\
         3 | Voir ![](m.png)\n\
         \x20 |      ^^^^^^^^^^\n\
         \x20 aide : écrivez entre les crochets ce qu’elle montre, ou « décoratif » si elle n’apprend rien\n"
            .replace("« ", "«\u{a0}")
            .replace(" »", "\u{a0}»")
    );
}
