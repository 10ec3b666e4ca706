//! What becomes of a draft: names, heads and bodies.

use jiff::civil::date;

use super::*;
use crate::content::{Charter, Meta};
use crate::diagnostic::Diagnostics;
use crate::fields::Fields;
use crate::form::AnswerValue;
use crate::front_matter::split;
use crate::source::SourceFile;

fn text(value: &str) -> AnswerValue {
    AnswerValue::Text(value.to_owned())
}

fn to<'a>(space_folder: Option<&'a str>, taken: &'a dyn Fn(&str) -> bool) -> Destination<'a> {
    Destination { space_folder, date: date(2026, 11, 22), id: "k3v9q2", taken, base_charter: Some("2a61637e") }
}

fn draft(kind: PublishedKind, front_matter: Vec<(&str, AnswerValue)>, body: &str) -> Draft {
    let folder = if kind == PublishedKind::Space { "faire" } else { "post-its" };
    Draft {
        kind,
        folder: folder.to_owned(),
        space: None,
        front_matter: front_matter.into_iter().map(|(key, value)| (key.to_owned(), value)).collect(),
        body: body.to_owned(),
    }
}

#[test]
fn a_note_is_a_file_that_an_editor_can_read() {
    let note =
        draft(PublishedKind::Note, vec![("couleur", text("vert")), ("signature", text("L’équipe"))], "Merci !\nBravo");
    let page = page(&note, &to(Some("faire/geriatrie"), &|_| false));
    assert_eq!(page.main, "faire/geriatrie/post-its/2026-11-22-k3v9q2.md");
    assert_eq!(page.files.len(), 1);
    assert_eq!(
        page.files[0].text,
        "---\ncouleur: \"vert\"\nsignature: \"L’équipe\"\ndate: 2026-11-22\n---\nMerci !\\\nBravo\n"
    );
}

#[test]
fn a_head_has_blocks_and_no_text_that_could_end_one() {
    let values = vec![
        ("titre", text("Dire \"merci\" \\ : l’art\n---\nbrouillon: oui")),
        ("moyens.lieu", text("Salle")),
        ("annee", AnswerValue::Number(2026)),
        ("buts", AnswerValue::Several(vec!["Un: deux".to_owned(), "- trois".to_owned()])),
        ("moyens.budget", text("# aucun\u{200b}.")),
    ];
    let page = page(&draft(PublishedKind::Activity, values, ""), &to(None, &|_| false));
    assert_eq!(
        page.files[0].text,
        "---\ntitre: \"Dire \\\"merci\\\" \\\\ : l’art\\n---\\nbrouillon: oui\"\nmoyens:\n  lieu: \"Salle\"\n  \
         budget: \"# aucun\\u200B.\"\nannee: 2026\nbuts:\n  - \"Un: deux\"\n  - \"- trois\"\ndate: 2026-11-22\n---\n"
    );
}

#[test]
fn signs_are_escaped_where_markdown_would_read_them_and_nowhere_else() {
    for (typed, written) in [
        ("Un # deux > trois + 4 - 5 = 6 : 7", "Un # deux > trois + 4 - 5 = 6 : 7\n"),
        ("# Titre\n- un\n1. deux\n12) trois\n> non", "\\# Titre\\\n\\- un\\\n1\\. deux\\\n12\\) trois\\\n\\> non\n"),
        ("Titre\n===\n\n---", "Titre\\\n\\===\n\n\\---\n"),
        ("[x](javascript:alert(1)) ![y](z)", "\\[x\\](javascript:alert(1)) !\\[y\\](z)\n"),
        ("<b>R & D</b> &amp; R&D", "\\<b>R & D\\</b> \\&amp; R\\&D\n"),
        ("a|b\n:--|--\n    code\n```", "a\\|b\\\n\\:--\\|--\\\ncode\\\n\\`\\`\\`\n"),
        ("Cadre\n: chef\n::: faire\n:::", "Cadre\\\n\\: chef\\\n\\::: faire\\\n\\:::\n"),
        ("date: lundi\ndate: mardi\nhoraires: 8 h", "date\\: lundi\\\ndate: mardi\\\nhoraires: 8 h\n"),
        ("{{ x }} {% y %} C:\\", "{{ x }} {% y %} C:\\\\\n"),
        (" \n\nun\n \u{a0} \n\n\ndeux\u{0}\u{7}\n", "un\n\ndeux\n"),
        ("", ""),
    ] {
        assert_eq!(markdown_of(typed), written, "{typed}");
    }
}

#[test]
fn a_space_takes_its_name_from_the_service_and_an_id_only_where_that_is_taken() {
    let named = |title: &str, taken: &dyn Fn(&str) -> bool| {
        page(&draft(PublishedKind::Space, vec![("titre", text(title))], ""), &to(None, taken)).main
    };
    assert_eq!(named("Pneumologie – Œdèmes", &|_| false), "faire/pneumologie-oedemes/_index.md");
    assert_eq!(named("Gériatrie", &|path| path == "faire/geriatrie"), "faire/geriatrie-k3v9q2/_index.md");
    assert_eq!(named("../.. 日本", &|_| false), "faire/espace-k3v9q2/_index.md");
    let long = named(&"pneumo et ".repeat(12), &|_| false);
    assert_eq!(long, "faire/pneumo-et-pneumo-et-pneumo-et-pneumo-et/_index.md");
}

#[test]
fn no_name_of_a_service_breaks_a_page_of_its_space() {
    for title in ["Bloc \"A\" : # \\ [x](y)", "{titre} {date} {version} {socle}", "---", "titre: x", "Pneumologie"] {
        let asked = draft(PublishedKind::Space, vec![("titre", text(title)), ("service", text(title))], "");
        let page = page(&asked, &to(None, &|_| false));
        assert_eq!(page.files.len(), 7);
        for file in &page.files {
            let source = SourceFile::new(&file.path, file.text.as_str());
            let diagnostics = Diagnostics::new();
            let head = split(&source, &diagnostics).unwrap();
            let fields = Fields::new(&source, &head.fields, &diagnostics);
            let meta = Meta::take(&fields, true);
            if file.path.ends_with("charte-du-service.md") {
                let charter = Charter::take(&fields);
                assert_eq!(meta.title, format!("Charte du service {title}"));
                let version = Charter::version_of(&meta.title, &file.text[head.body], Some("2a61637e"));
                assert_eq!(charter.versions[0].version, version);
                assert_eq!(charter.extends.unwrap().value, "../../../savoir-faire/chartes/bienveillance.md");
            } else if file.path == page.main {
                assert_eq!(meta.title, title);
            }
            assert!(!file.text.contains("{racine}"), "{}", file.text);
            assert_eq!(meta.date, Some(date(2026, 11, 22)), "{}", file.path);
            assert_eq!(diagnostics.into_sorted(), [], "{}", file.text);
        }
    }
}

#[test]
fn a_charter_without_a_base_stands_alone() {
    let asked = draft(PublishedKind::Space, vec![("titre", text("Pneumologie"))], "");
    let files = page(&asked, &Destination { base_charter: None, ..to(None, &|_| false) }).files;
    assert!(files.iter().all(|file| !file.text.contains("etend:") && !file.text.contains("{socle}")));
}
