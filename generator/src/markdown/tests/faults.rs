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
