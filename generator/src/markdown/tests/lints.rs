//! What a body is warned of although it parses, and what is left alone.

use super::*;

/// The faults of a body: weight, place, width, code.
fn placed(body: &str) -> Vec<String> {
    let (_, faults) = read(body);
    let width = |fault: &Diagnostic| fault.location.as_ref().map_or(0, |place| place.width);
    faults.iter().map(|fault| format!("{} +{}", summary(fault), width(fault))).collect()
}

fn assert_silent(bodies: &[&str]) {
    for body in bodies {
        assert_eq!(placed(body), Vec::<String>::new(), "{body:?}");
    }
}

fn message_and_help(body: &str) -> (String, String) {
    let (_, faults) = read(body);
    let fault = faults.first().cloned().unwrap();
    let plain = |text: &str| text.replace('\u{a0}', " ");
    (plain(&fault.message), plain(fault.help.as_deref().unwrap_or_default()))
}

#[test]
fn stars_that_make_nothing_bold_are_reported() {
    assert_eq!(placed("é ** gras ** b\n"), ["W 1:3 markdown-litteral +10"]);
    assert_eq!(placed("avant le **6 mai ** !\n"), ["W 1:10 markdown-litteral +10"]);
    assert_eq!(placed("un **oubli\n\nsuite\n"), ["W 1:4 markdown-litteral +2"]);
    assert_eq!(placed("> a\n> (**b c\n"), ["W 2:4 markdown-litteral +2"]);
    assert_silent(&[
        "2**3 et 4 ** 5, 20 €** \n\n** hors taxes\n",
        "Nom : ****\n\n\\*\\*a\\*\\*\n\n`**a`\n\n```\n**a\n```\n\n**a**b\n",
        "[x](a**b.md)\n",
    ]);
}

#[test]
fn links_that_are_none_are_reported() {
    assert_eq!(placed("é [le guide](mon guide.md) b\n"), ["W 1:3 markdown-litteral +24"]);
    let (_, help) = message_and_help("[le guide](mon guide.md)\n");
    assert_eq!(help, "l’adresse contient une espace : écrivez-la entre chevrons, (<mon guide.md>)");
    assert_eq!(placed("[le guide](guide.md\n"), ["W 1:1 markdown-litteral +11"]);
    assert_eq!(placed("voir https://exemple.fr/a, et\n"), ["W 1:6 adresse-sans-lien +20"]);
    assert_eq!(placed("(voir https://exemple.fr/a_(b)).\n"), ["W 1:7 adresse-sans-lien +25"]);
    assert_eq!(placed("[https://exemple.fr]\n"), ["W 1:1 adresse-sans-lien +20"]);
    assert_eq!(placed("[https://exemple.fr](https://exemple.fr)\n"), ["W 1:1 lien-adresse +40"]);
    assert_silent(&[
        "`https://exemple.fr` et https://… et \\[a\\](b c)\n",
        "[exemple.fr](https://exemple.fr) et <contact@exemple.fr>\n",
        "[lien](#lien) et [lien](../glossaire/lien.md)\n",
    ]);
}

#[test]
fn a_link_within_a_link_is_none() {
    let body = "[<https://exemple.fr>](a.md)\n";
    assert_eq!(faults(body), ["W 1:1 lien-adresse", "W 1:2 lien-dans-lien"]);
    assert_eq!(html_all_the_same(body), "<p><a href=\"a.md\">https://exemple.fr</a></p>\n");
}

#[test]
fn lines_that_are_no_titles_or_items_are_reported() {
    assert_eq!(placed("a\n\n##Été ici\n"), ["W 3:1 markdown-litteral +9"]);
    assert_eq!(placed("##\u{a0}Été\n"), ["W 1:1 markdown-litteral +6"]);
    assert_eq!(placed("#\u{a0}Été\n"), ["W 1:1 markdown-litteral +2"]);
    assert_eq!(placed("-\u{a0}un\n-\u{a0}deux\n"), ["W 1:1 markdown-litteral +2", "W 2:1 markdown-litteral +2"]);
    assert_silent(&["#hashtag et ##a, a -\u{a0}b\n", "####### sept\n", "`##a`\n"]);
}

#[test]
fn a_short_paragraph_in_bold_is_taken_for_a_title() {
    assert_eq!(placed("## A\n\n**Réunir le groupe**\n\nTexte\n"), ["W 3:1 gras-comme-titre +20"]);
    let (message, help) = message_and_help("## A\n\n__Réunir le groupe__\n\n- a\n");
    assert_eq!(message, "ce paragraphe en gras ressemble à un titre et n’en est pas un");
    assert_eq!(help, "écrivez-le « ### Réunir le groupe »");
    assert_silent(&[
        "**Appelez le 15.**\n\na\n",
        "**Attention :**\n\na\n",
        "**Merci à toutes et tous**\n",
        "**01 23 45 67 89**\n\na\n",
        "**a** et **b**\n\na\n",
        "> **Réunir le groupe**\n>\n> a\n",
        "- **Réunir le groupe**\n\n  a\n",
        "**[Le guide](a.md)**\n\na\n",
    ]);
}

#[test]
fn code_by_accident_is_reported() {
    assert_eq!(placed("- a\n\n      - b encore un\n"), ["W 3:7 code-par-retrait +13"]);
    assert_eq!(placed("a\n\n    Le cadre réunit son équipe\n"), ["W 3:5 code-par-retrait +26"]);
    assert_eq!(placed("    Bonjour à tous\n"), ["W 1:5 code-par-retrait +14"]);
    assert_silent(&[
        "a\n\n    sudo apt install nginx\n\n    ENV\n",
        "a\n\n    let x = 1;\n\n    cargo build --release pour tout construire\n",
        "a\n\n    - nom: valeur\n",
        "- a\n\n  Le cadre réunit son équipe chaque lundi\n",
        "```\n    Le cadre réunit son équipe\n```\n",
    ]);
}

#[test]
fn characters_that_nobody_sees_are_reported() {
    assert_eq!(placed("été\u{200b}x\n"), ["W 1:4 caractere-invisible +1"]);
    assert_eq!(placed("a\u{feff}b \u{7}c\n"), ["W 1:2 caractere-invisible +1", "W 1:5 caractere-invisible +1"]);
    assert_eq!(
        placed("a\u{202e}b\u{2066}c\n"),
        ["W 1:2 caractere-bidirectionnel +1", "W 1:4 caractere-bidirectionnel +1"]
    );
    assert_eq!(placed("pré\u{200d}nom\n"), ["W 1:4 caractere-invisible +1"]);
    assert_eq!(placed("a\u{ad}b\u{ad}c\u{ad}d\u{ad}e\n"), ["W 1:2 caractere-invisible +1"]);
    assert_eq!(faults("[le guide](a\u{200b}.md)\n"), ["E 1:1 lien-interdit"]);
    assert_silent(&[
        "👩\u{200d}⚕\u{fe0f} a\u{a0}b\u{202f}c e\u{301} inter\u{ad}national\n",
        "مرحبا \u{200f}بكم\n",
        "`a\u{200b}b`\n",
        "می\u{200c}خواهم\n",
    ]);
}

#[test]
fn texts_in_the_wrong_encoding_are_reported() {
    assert_eq!(placed("Le cafÃ© est prÃªt\n"), ["W 1:4 accents-abimes +5", "W 1:14 accents-abimes +5"]);
    let (message, help) = message_and_help("Le cafÃ©.\n");
    assert_eq!(message, "les accents de « cafÃ©. » sont abîmés");
    assert_eq!(help, "écrivez « café. », et enregistrez le fichier en UTF-8");
    assert_eq!(placed("lâ€™Ã©quipe\n"), ["W 1:1 accents-abimes +11"]);
    assert_eq!(message_and_help("lâ€™Ã©quipe\n").1, "écrivez « l’équipe », et enregistrez le fichier en UTF-8");
    assert_eq!(placed("Â« mot Â»\n"), ["W 1:1 accents-abimes +2", "W 1:8 accents-abimes +2"]);
    assert_eq!(placed("l\u{fffd}quipe\n"), ["W 1:1 accents-abimes +7"]);
    assert_eq!(placed("le\u{92}on\n"), ["W 1:3 caractere-invisible +1"]);
    assert_silent(&["Âge, SÃO Paulo, «\u{a0}Â\u{a0}», Ã, château, 5 €, `Ã©`\n"]);
}

#[test]
fn what_waits_for_its_text_is_reported() {
    assert_eq!(placed("Le cadre est [à compléter].\n"), ["W 1:14 texte-a-completer +13"]);
    assert_eq!(placed("## TODO\n\nLorem ipsum\n"), ["W 1:4 texte-a-completer +4", "W 3:1 texte-a-completer +11"]);
    assert_eq!(placed("**À COMPLÉTER**\n\na\n"), ["W 1:3 texte-a-completer +11"]);
    assert_eq!(placed("Le référent est (à compléter).\n"), ["W 1:17 texte-a-completer +13"]);
    assert_silent(&["`TODO` et [à compléter](a.md) : le dossier à compléter\n\n```\nTODO\n```\n"]);
}

#[test]
fn the_number_of_a_patient_is_found_after_each_word_that_announces_it() {
    for words in [
        "ipp",
        "IPP :",
        "iep",
        "NDA",
        "Nip",
        "dossier patient n°",
        "DOSSIER PATIENT N°",
        "séjour n°",
        "SÉJOUR N°",
        "patiente n°",
        "passage n°",
        "n° d'hospitalisation",
        "NUMÉRO D'ADMISSION",
        "venue n°",
        "épisode n°",
        "ÉPISODE N°",
        "étiquette",
        "ÉTIQUETTE",
    ] {
        let found = placed(&format!("{words} 80451273 est là\n"));
        assert_eq!(found.len(), 1, "{words}: {found:?}");
        assert!(found[0].contains("donnee-personnelle"), "{words}: {found:?}");
    }
}

#[test]
fn what_names_a_person_is_reported() {
    assert_eq!(placed("Écrivez à jeanne.martin@chu.test.\n"), ["W 1:11 adresse-personnelle +22"]);
    assert_eq!(placed("[Jeanne](mailto:j.martin@chu.test)\n"), ["W 1:1 adresse-personnelle +34"]);
    assert_eq!(placed("n° de sécu : 2 55 08 14 168 025 38\n"), ["W 1:14 donnee-personnelle +21"]);
    assert_eq!(placed("Le dossier patient n° 8045127 est là\n"), ["W 1:23 donnee-personnelle +7"]);
    assert_silent(&[
        "prenom.nom@chu.test, contact@chu.test, accueil.urgences@chu.test, lab-ia@chu.test, a@b\n",
        "jeanne.martin@exemple.fr, `jeanne.martin@chu.test`, [nous](mailto:equipe.mobile@chu.test)\n",
        "01 23 45 67 89, 34295 Montpellier, 2024-2026, 1 250 000 €, dossier de presse 123456\n",
    ]);
}

#[test]
fn rows_with_too_many_cells_are_reported() {
    assert_eq!(placed("| A | B |\n|---|---|\n| é | b | c |\n"), ["W 3:10 tableau-cases +4"]);
    let (message, _) = message_and_help("| A | B |\n|---|---|\n| é | b | c | d |\n");
    assert_eq!(message, "cette ligne a 4 cases et le tableau 2 colonnes : la fin ne sera pas affichée");
    assert_silent(&["| A | B |\n|---|---|\n| a \\| x | b |\n| a |\n| a | b | |\na | b\n"]);
}

#[test]
fn conflicts_of_git_are_refused_and_nothing_else_is_said() {
    let conflict = "a\n\n<<<<<<< HEAD\n# Un **b\n=======\ndeux\n>>>>>>> autre\n";
    assert_eq!(placed(conflict), ["E 3:1 conflit-git +12"]);
    assert_eq!(placed(&format!("{conflict}\n{conflict}")), ["E 3:1 conflit-git +12", "E 11:1 conflit-git +12"]);
    assert_eq!(placed("a\r\n\r\n>>>>>>> autre\r\n"), ["E 3:1 conflit-git +13"]);
    assert_silent(&["```\n<<<<<<< HEAD\na\n=======\nb\n>>>>>>> c\n```\n", "a <<<<<<< b\n", "> > > > > > > a\n"]);
    // A line of `=` under a text is a title.
    assert_eq!(faults("Titre\n=======\n"), ["W 1:1 titre-niveau-1"]);
}

#[test]
fn unknown_tags_are_shown_as_the_text_that_they_are() {
    assert_eq!(placed("é <nom du service> b\n"), ["W 1:3 html-inconnu +16"]);
    assert_eq!(html_all_the_same("a <nom> b\n"), "<p>a &lt;nom&gt; b</p>\n");
    assert_eq!(placed("<nom>a</nom>\n"), ["W 1:1 html-inconnu +5"]);
    assert_eq!(placed("a <truc onclick=x>\n"), ["E 1:3 html-programme +16"]);
    assert_eq!(placed("a <!-- jamais\n\nfermé -->\n"), ["E 1:3 html-commentaire +4"]);
    assert_eq!(placed("a <b>c</b> d\n"), ["E 1:3 html +3"]);
    assert_eq!(placed("a c</b> d\n"), ["E 1:4 html +4"]);
    assert_eq!(placed("<div>\nun texte\n</div>\n"), ["E 1:1 html +5"]);
}

#[test]
fn an_empty_title_is_not_shown() {
    assert_eq!(html_all_the_same("## A\n\n##\n\nb\n"), "<h2 id=\"a\">A</h2>\n<p>b</p>\n");
}

#[test]
fn places_are_those_of_the_file_its_head_included() {
    let text = "---\ntitre: Été\n---\n\né TODO\n";
    let source = SourceFile::new("essai.md", text);
    let diagnostics = Diagnostics::new();
    parse(&source, 20..text.len(), &diagnostics);
    assert_eq!(diagnostics.into_sorted().iter().map(summary).collect::<Vec<_>>(), ["W 5:3 texte-a-completer"]);
}
