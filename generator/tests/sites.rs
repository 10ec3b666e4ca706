//! Each folder of `tests/sites` is a site as an editor would write it (`content/`), with what
//! must come of it: `expected/` (pages, as the plain theme of `tests/theme` shows them) or
//! `diagnostics.txt`. `UPDATE_EXPECTED=1 cargo test -p generator --test sites` writes what came;
//! its diff is then reviewed like code.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails where it stands")]

#[path = "support/files.rs"]
mod files;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use generator::build::{BuildOptions, Workshop, build};
use generator::content::Diffusion;
use generator::policy::Policy;

use files::copy;

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(path)
}

fn options(content: &Path, output: &Path, diffusion: Diffusion) -> BuildOptions {
    BuildOptions {
        content: content.to_owned(),
        theme: here("theme"),
        output: output.to_owned(),
        diffusion,
        compress: false,
        drafts: false,
        policy: Policy::Usual,
        now: "2026-11-22T12:00:00Z".parse().unwrap(),
    }
}

/// The text files below a folder, by path.
fn tree(root: &Path) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    for entry in walkdir::WalkDir::new(root).into_iter().filter_map(Result::ok) {
        let name = entry.path().strip_prefix(root).unwrap().to_string_lossy().into_owned();
        if entry.file_type().is_file() && !name.starts_with('.') {
            files.insert(name, String::from_utf8_lossy(&fs::read(entry.path()).unwrap()).into_owned());
        }
    }
    files
}
/// The diagnostics as text, without the machine's path to the fixture.
fn diagnostics_text(diagnostics: &[generator::diagnostic::Diagnostic], site: &Path) -> String {
    let shown = diagnostics.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    shown.replace(&format!("{}/", site.display()), "")
}

fn check_site(name: &str, diffusion: Diffusion) {
    let site = here("sites").join(name);
    // Away from this repository, whose history would give the pages their dates.
    let folder = tempfile::tempdir().unwrap();
    copy(&site.join("content"), &folder.path().join("content"));
    let output = folder.path().join("public");
    let report = build(&options(&folder.path().join("content"), &output, diffusion)).unwrap();
    let found = diagnostics_text(&report.diagnostics, folder.path());
    let pages = if report.is_refused() { BTreeMap::new() } else { tree(&output) };

    let (listed, expected) = (site.join("diagnostics.txt"), site.join("expected"));
    if std::env::var_os("UPDATE_EXPECTED").is_some() {
        fs::write(&listed, &found).unwrap();
        let _ = fs::remove_dir_all(&expected);
        for (path, text) in &pages {
            let file = expected.join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
    }
    assert_eq!(found, fs::read_to_string(&listed).unwrap(), "diagnostics of « {name} »");
    let wanted = tree(&expected);
    assert_eq!(pages.keys().collect::<Vec<_>>(), wanted.keys().collect::<Vec<_>>(), "files of « {name} »");
    for (path, text) in wanted {
        assert_eq!(pages[&path], text, "« {path} » of « {name} »");
    }
}

#[test]
fn a_small_portal_gives_the_expected_pages() {
    check_site("portail", Diffusion::Interne);
}

#[test]
fn a_public_build_has_no_trace_of_an_internal_space() {
    check_site("diffusion-publique", Diffusion::Publique);
    let pages = tree(&here("sites/diffusion-publique/expected"));
    assert!(!pages.is_empty());
    for (path, text) in pages {
        assert!(!path.contains("pediatrie"), "{path}");
        for word in ["Pédiatrie", "pediatrie", "Merci à la nuit", "secret.pdf", "la-notre", "Rire ensemble"] {
            assert!(!text.contains(word), "« {word} » in {path}");
        }
    }
}

#[test]
fn a_folder_without_settings_builds_with_defaults() {
    check_site("sans-reglages", Diffusion::Interne);
}

#[test]
fn the_blocks_of_an_editor_give_the_expected_pages() {
    check_site("blocs", Diffusion::Interne);
}

#[test]
fn what_is_wrong_with_a_block_is_said_where_it_is() {
    check_site("blocs-fautes", Diffusion::Interne);
}

#[test]
fn every_fault_of_a_build_is_reported_at_once() {
    check_site("fautes", Diffusion::Interne);
}

#[test]
fn every_mistake_of_a_head_is_said_with_its_way_out() {
    check_site("entetes", Diffusion::Interne);
}

#[test]
fn what_is_odd_and_not_wrong_is_a_warning() {
    check_site("avertissements", Diffusion::Interne);
}

#[test]
fn every_fault_of_a_text_is_shown_where_it_stands() {
    check_site("textes", Diffusion::Interne);
}

#[test]
fn a_failed_build_leaves_the_live_site_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let (content, output) = (folder.path().join("content"), folder.path().join("public"));
    fs::create_dir_all(&content).unwrap();
    fs::write(content.join("_index.md"), "---\ntitre: Accueil\n---\nBonjour\n").unwrap();
    build(&options(&content, &output, Diffusion::Interne)).unwrap();
    let before = tree(&output);
    assert!(before["index.html"].contains("Bonjour"));

    fs::write(content.join("_index.md"), "---\ntitre: Accueil\n---\nBonsoir [perdu](nulle-part.md)\n").unwrap();
    let report = build(&options(&content, &output, Diffusion::Interne)).unwrap();

    assert!(report.is_refused());
    assert_eq!(tree(&output), before);
}

#[test]
fn two_builds_of_the_same_input_are_identical() {
    let folder = tempfile::tempdir().unwrap();
    let outputs = ["a", "b"].map(|name| folder.path().join(name));
    for output in &outputs {
        let options =
            BuildOptions { compress: true, ..options(&here("sites/portail/content"), output, Diffusion::Interne) };
        build(&options).unwrap();
    }
    let bytes = |root: &Path| -> BTreeMap<PathBuf, Vec<u8>> {
        walkdir::WalkDir::new(root)
            .into_iter()
            .filter_map(Result::ok)
            .filter(|entry| entry.file_type().is_file())
            .map(|entry| (entry.path().strip_prefix(root).unwrap().to_owned(), fs::read(entry.path()).unwrap()))
            .collect()
    };
    let first = bytes(&outputs[0]);
    assert!(first.keys().any(|path| path.to_string_lossy().ends_with(".html.br")));
    assert_eq!(first, bytes(&outputs[1]));
}

#[test]
fn a_home_page_that_cannot_be_read_is_reported_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("_index.md"), "---\ntitre: Accueil\n").unwrap();
    fs::write(folder.path().join("aide.md"), "---\ntitre: Aide\n---\n[Accueil](_index.md)\n").unwrap();
    let report = build(&options(folder.path(), &folder.path().join("public"), Diffusion::Interne)).unwrap();
    let codes: Vec<_> = report.diagnostics.iter().map(|diagnostic| diagnostic.code).collect();
    assert_eq!(codes, ["entete-ouvert"]);
}

#[test]
fn an_empty_folder_builds_a_home() {
    let folder = tempfile::tempdir().unwrap();
    let content = folder.path().join("content");
    fs::create_dir(&content).unwrap();
    let output = folder.path().join("public");
    let report = build(&options(&content, &output, Diffusion::Interne)).unwrap();
    assert_eq!(report.diagnostics, []);
    assert!(tree(&output).contains_key("index.html"));
}

#[cfg(unix)]
#[test]
fn a_link_that_leaves_the_content_publishes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let content = folder.path().join("content");
    fs::create_dir(&content).unwrap();
    fs::write(folder.path().join("secret.txt"), "mot de passe").unwrap();
    std::os::unix::fs::symlink(folder.path().join("secret.txt"), content.join("secret.txt")).unwrap();
    fs::write(content.join("_index.md"), "---\ntitre: Accueil\n---\n[Le règlement](secret.txt)\n").unwrap();
    let report = build(&options(&content, &folder.path().join("public"), Diffusion::Interne)).unwrap();
    let codes: Vec<_> = report.diagnostics.iter().map(|diagnostic| diagnostic.code).collect();
    assert_eq!(codes, ["page-introuvable"]);
}

fn codes(report: &[generator::diagnostic::Diagnostic]) -> Vec<(&str, &str)> {
    let name = |file: &str| file.rsplit('/').next().unwrap_or_default().len();
    report
        .iter()
        .map(|diagnostic| {
            let file = diagnostic.location.as_ref().map_or("", |place| &place.file);
            (&file[file.len() - name(file)..], diagnostic.code)
        })
        .collect()
}

#[test]
fn what_editors_and_their_machines_leave_is_accepted_in_silence() {
    let folder = tempfile::tempdir().unwrap();
    let content = folder.path().join("content");
    let write = |path: &str, text: &str| {
        let file = content.join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    };
    write("_index.MD", "\u{feff}---\r\ntitre: Accueil\r\n---\r\nBonjour à tous, [l’été](e\u{301}te\u{301}.md).\r\n");
    write(
        "\u{e9}t\u{e9}.md",
        "---\ntitre: E\u{301}te\u{301}\netiquettes: [\u{e9}t\u{e9}]\n---\nVoir [Notre Équipe](Notre%20Équipe.md).\n",
    );
    write(
        "Notre Équipe.md",
        "---\ntitre : Équipe 😀\nresume:\ndate: null\nordre: ~\netiquettes: [e\u{301}te\u{301}]\nbrouillon: non\n---\n{{ texte }} {% bloc %}\n",
    );
    write("dossier/droite-a-gauche.md", "---\ntitre: شكرا\n---\nشكرا جزيلا\n");
    write("agenda/_index.md", "---\ntitre: Agenda\ncontient: evenement\n---\n");
    write("agenda/soir.md", "---\ntitre: Soir\ndebut: 2026-12-03 8h30\nfin: 2026-12-03 9 h\n---\n");
    write("etablissement.yaml", "telephone: 0199000000\n");
    for junk in [
        "~$guide.docx",
        "Thumbs.db",
        ".git/config",
        ".obsidian/a.md",
        "a.md~",
        "b.md.bak",
        "__MACOSX/a.md",
        "desktop.ini",
    ] {
        write(junk, "---\nrien\n");
    }
    let output = folder.path().join("public");
    let report = build(&options(&content, &output, Diffusion::Interne)).unwrap();
    assert_eq!(report.diagnostics.iter().map(ToString::to_string).collect::<String>(), "");
    let pages = tree(&output);
    assert!(pages["index.html"].contains("href=\"/ete/\""), "{}", pages["index.html"]);
    assert!(pages["etiquettes/ete/index.html"].contains("Équipe"));
    assert!(pages["ete/index.html"].contains("Été"), "one form of an accent");
    assert!(pages["notre-equipe/index.html"].contains("{{ texte }} {% bloc %}"));
}

#[cfg(unix)]
#[test]
fn names_that_other_computers_cannot_hold_are_warned_of() {
    let folder = tempfile::tempdir().unwrap();
    let content = folder.path().join("content");
    for (path, title) in
        [("a:b/un.md", "Un"), ("a:b/deux.md", "Deux"), ("con.md", "Con"), ("fin.md ", "Fin"), ("qui ?.md", "Qui")]
    {
        fs::create_dir_all(content.join(path).parent().unwrap()).unwrap();
        fs::write(content.join(path), format!("---\ntitre: {title}\n---\nTexte\n")).unwrap();
    }
    fs::write(content.join("Plan.PNG"), "").unwrap();
    fs::write(content.join("plan.png"), "").unwrap();
    let report = build(&options(&content, &folder.path().join("public"), Diffusion::Interne)).unwrap();
    let found = codes(&report.diagnostics);
    let expected = [
        ("deux.md", "nom-windows"),
        ("con.md", "nom-windows"),
        ("fin.md ", "nom-windows"),
        ("plan.png", "nom-casse"),
        ("qui ?.md", "nom-windows"),
    ];
    assert_eq!(found, expected);
    assert!(!report.is_refused());
}

#[test]
fn under_strict_a_warning_keeps_the_site_from_being_written() {
    let folder = tempfile::tempdir().unwrap();
    let content = folder.path().join("content");
    fs::create_dir(&content).unwrap();
    fs::write(content.join("_index.md"), "---\ntitre: Accueil\nresume: Salle #3\n---\nBonjour\n").unwrap();
    let output = folder.path().join("public");
    let usual = options(&content, &output, Diffusion::Interne);
    let report = build(&BuildOptions { policy: Policy::Strict, ..usual.clone() }).unwrap();
    assert!(report.is_refused() && !output.exists());
    assert!(report.diagnostics[0].to_string().starts_with("erreur : "));
    let report = build(&usual).unwrap();
    assert!(!report.is_refused());
    assert!(report.diagnostics[0].to_string().starts_with("avertissement : "));
}

#[test]
fn a_site_from_elsewhere_is_built_leniently() {
    let folder = tempfile::tempdir().unwrap();
    let content = folder.path().join("content");
    fs::create_dir_all(content.join("dossier")).unwrap();
    for (name, text) in [
        ("sans-titre.md", "# Premiers **pas**\n\nTexte, [lien perdu](perdu.md).\n"),
        ("premier-pas.md", "Rien que du texte, et [un renvoi](/vieux/chemin).\n"),
        ("deplacee.md", "---\ntitle: Déplacée\npermalink: /vieux/chemin/\n---\nTexte\n"),
        ("dossier.md", "---\ntitle: À côté d’un dossier\n---\nTexte\n"),
        ("dossier/page.md", "---\ntitle: Dedans\n---\nTexte\n"),
        (
            "cles.md",
            "---\ntitle: Des clés\nlayout: post\nlastmod: 2026-01-02T10:00:00Z\nmenu: {main: {weight: 2}}\ntags: un, deux\n---\nTexte\n",
        ),
        ("deux-points.md", "---\ntitle: Urgences : la nuit\n---\nTexte\n"),
        ("pas-paru.md", "---\ntitle: Pas paru\npublished: false\n---\nTexte\n"),
        (
            "blocs.md",
            "---\ntitle: Des blocs\n---\n::: tip Le saviez-vous ?\nUne astuce.\n:::\n\n::: details\nLa suite\n\n:::\n:::\n",
        ),
    ] {
        fs::write(content.join(name), text).unwrap();
    }
    let output = folder.path().join("public");
    let usual = options(&content, &output, Diffusion::Interne);
    assert!(build(&usual).unwrap().is_refused());
    let lenient = BuildOptions { policy: Policy::Lenient, ..usual };
    let report = build(&lenient).unwrap();
    let found = codes(&report.diagnostics);
    let expected = [
        ("blocs.md", "bloc-inconnu"),
        ("blocs.md", "bloc-inconnu"),
        ("blocs.md", "bloc-sans-debut"),
        ("cles.md", "type"),
        ("deux-points.md", "yaml-deux-points"),
        ("dossier.md", "adresse-en-double"),
        ("premier-pas.md", "cle-manquante"),
        ("sans-titre.md", "cle-manquante"),
        ("sans-titre.md", "page-introuvable"),
    ];
    assert_eq!(found, expected);
    let pages = tree(&output);
    assert!(pages["sans-titre/index.html"].starts_with("title: Premiers pas\n"), "{}", pages["sans-titre/index.html"]);
    assert!(pages["premier-pas/index.html"].starts_with("title: Premier pas\n"));
    assert!(pages["deux-points/index.html"].contains("Urgences\u{a0}: la nuit"));
    assert!(pages.contains_key("etiquettes/deux/index.html"));
    assert!(!pages.contains_key("pas-paru/index.html"));
    assert!(pages["premier-pas/index.html"].contains("<a href=\"/deplacee/\">un renvoi</a>"));
    assert!(pages["vieux/chemin/index.html"].contains("/deplacee/"));
    assert!(pages["dossier-2/index.html"].contains("À côté d’un dossier"));
    assert!(pages["blocs/index.html"].contains("<p><strong>Le saviez-vous\u{a0}?</strong></p>\n<p>Une astuce.</p>"));

    // What decides who sees a page is never guessed.
    fs::write(content.join("cles.md"), "---\ntitle: Des clés\ndraft: maybe\n---\nTexte\n").unwrap();
    assert!(build(&lenient).unwrap().is_refused());
}

#[test]
fn a_theme_may_use_the_keys_that_the_portal_does_not_know() {
    let folder = tempfile::tempdir().unwrap();
    let (content, theme) = (folder.path().join("content"), folder.path().join("theme"));
    copy(&here("theme"), &theme);
    let own = "{% block own %}{{ page.extra.couleur }} | {{ page.extra.poste }} | {{ page.extra.menu.poids }} | \
               {% if page.extra.epingle %}épinglée{% endif %}{% endblock own %}";
    fs::write(theme.join("templates/page.html"), format!("{{% extends \"base.html\" %}}\n{own}\n")).unwrap();
    fs::create_dir_all(&content).unwrap();
    let text = "---\ntitre: Page\ncouleur: bleu <b>\nposte: 0412\nmenu: {poids: 2}\nepingle: true\n---\nTexte\n";
    fs::write(content.join("page.md"), text).unwrap();
    let output = folder.path().join("public");
    let lenient = BuildOptions { theme, policy: Policy::Lenient, ..options(&content, &output, Diffusion::Interne) };
    assert!(!build(&lenient).unwrap().is_refused());
    let page = &tree(&output)["page/index.html"];
    assert!(page.contains("bleu &lt;b&gt; | 0412 | 2 | épinglée"), "{page}");
}

#[test]
fn what_only_the_forms_service_shows_is_looked_over_and_does_not_hold_up_the_site() {
    let folder = tempfile::tempdir().unwrap();
    let (content, theme) = (folder.path().join("content"), folder.path().join("theme"));
    copy(&here("theme"), &theme);
    fs::create_dir_all(theme.join("templates/service")).unwrap();
    fs::create_dir_all(&content).unwrap();
    fs::write(content.join("page.md"), "---\ntitre: Page\n---\nTexte\n").unwrap();
    let broken = theme.join("templates/service/status.html");
    let options = BuildOptions { theme, ..options(&content, &folder.path().join("public"), Diffusion::Interne) };
    for (text, is_whole) in [("{{ status.title }}", true), ("{{ status.title", false)] {
        fs::write(&broken, text).unwrap();
        let looked_over = generator::build::look_over(&options).unwrap();
        assert_eq!(looked_over.portal.is_some(), is_whole);
        assert_eq!(looked_over.diagnostics.iter().any(|d| d.message.contains("service/status.html")), !is_whole);
        let built = Workshop::for_one_build(options.clone()).build(options.now).unwrap();
        assert!(!built.is_refused(), "{:?}", built.diagnostics);
        let seen = Workshop::new(options.clone()).build(options.now).unwrap();
        assert_eq!(seen.is_refused(), !is_whole);
    }
}

#[test]
fn any_folder_is_looked_over_without_settings_or_theme() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("un.md"), "---\ntitre: Un\n---\n[perdu](perdu.md)\n").unwrap();
    let options = BuildOptions {
        theme: folder.path().join("aucun"),
        ..options(folder.path(), &folder.path().join("public"), Diffusion::Interne)
    };
    let checked = generator::build::look_over(&options).unwrap();
    assert_eq!(codes(&checked.diagnostics), [("un.md", "page-introuvable")]);
    assert!(checked.portal.is_none());
    assert!(build(&options).is_err(), "a site is not built without its theme");
}

#[test]
fn a_fault_of_a_folder_is_shown_in_a_file_that_is_there_and_once() {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("Aide/un.md", "---\ntitre: Un\n---\nTexte\n"),
        ("aide/deux.md", "---\ntitre: Deux\n---\nTexte\n"),
        ("suivi/trois.md", "---\ntitre: Trois\n---\nTexte\n"),
        ("point.md", "---\ntitre: Quatre\nslug: .\n---\nTexte\n"),
    ] {
        let file = folder.path().join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
    let options = options(folder.path(), &folder.path().join("public"), Diffusion::Interne);
    let checked = generator::build::look_over(&options).unwrap();
    assert_eq!(
        codes(&checked.diagnostics),
        [("deux.md", "adresse-en-double"), ("point.md", "slug"), ("trois.md", "adresse-reservee")]
    );
}

#[test]
fn a_link_that_almost_leads_to_a_page_is_told_the_path() {
    let folder = tempfile::tempdir().unwrap();
    let content = folder.path().join("content");
    fs::create_dir_all(content.join("aide")).unwrap();
    fs::write(content.join("aide/page.md"), "---\ntitre: Page\n---\nTexte\n").unwrap();
    fs::write(content.join("aide/_index.md"), "---\ntitre: Aide\n---\nTexte\n").unwrap();
    let links = [
        "aide/page",
        "aide/page.html",
        "/aide/page.html",
        "content/aide/page.md",
        "/aide/page.md",
        "exemple.fr",
        "exemple.fr/page",
        "aide/index.md",
        "aide/page.md#",
    ];
    let body = links.map(|link| format!("[la page]({link})\n\n")).concat();
    fs::write(content.join("_index.md"), format!("---\ntitre: A\n---\n{body}")).unwrap();
    let options = options(&content, &folder.path().join("public"), Diffusion::Interne);
    let checked = generator::build::look_over(&options).unwrap();
    let help: Vec<_> =
        checked.diagnostics.iter().map(|fault| fault.help.clone().unwrap().replace('\u{a0}', " ")).collect();
    assert_eq!(help[..5], ["écrivez « aide/page.md »"; 5]);
    assert!(help[5].starts_with("pour un autre site, écrivez https://exemple.fr ;"), "{}", help[5]);
    assert!(help[6].starts_with("pour un autre site, écrivez https://exemple.fr/page ;"), "{}", help[6]);
    assert_eq!(help[7], "écrivez « aide/_index.md »");
    assert!(help[8].starts_with("écrivez où mène le lien"), "{}", help[8]);
}

#[test]
fn a_form_that_is_linked_by_its_address_or_its_file_is_told_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let content = folder.path().join("content");
    copy(&here("sites/portail/content"), &content);
    let links = ["/formulaires/retour/", "/formulaires/retour", "formulaires/retour.yaml"];
    let body = links.map(|link| format!("[le formulaire]({link})\n\n")).concat();
    fs::write(content.join("formulaire.md"), format!("---\ntitre: Un formulaire\n---\n{body}")).unwrap();
    let options = options(&content, &folder.path().join("public"), Diffusion::Interne);
    let checked = generator::build::look_over(&options).unwrap();
    let faults = checked.diagnostics.iter().filter(|fault| fault.code == "page-introuvable");
    let help: Vec<_> = faults.map(|fault| fault.help.clone().unwrap().replace('\u{a0}', " ")).collect();
    assert_eq!(help, ["écrivez « formulaire:retour »"; 3]);
}

#[test]
fn one_slip_in_a_shared_file_is_said_once() {
    let folder = tempfile::tempdir().unwrap();
    let content = folder.path().join("content");
    fs::create_dir_all(content.join("guides")).unwrap();
    fs::write(content.join("_index.md"), "---\ntitre: A\n---\n[nom](etablissement:nom)\n").unwrap();
    fs::write(content.join("etablissement.yaml"), "nom: Centre : X\n").unwrap();
    fs::write(content.join("portail.yaml"), "nom: A\nmenu: [guide/_index.md]\n").unwrap();
    fs::write(content.join("guides/_index.md"), "---\ntitre: Guides\ncontient: guides\n---\n").unwrap();
    fs::write(content.join("guides/un.md"), "---\ntitre: Un\npublic: Tous\n---\n").unwrap();
    let report = build(&options(&content, &folder.path().join("public"), Diffusion::Interne)).unwrap();
    let found: Vec<_> = report
        .diagnostics
        .iter()
        .map(|diagnostic| (diagnostic.code, diagnostic.location.as_ref().map(|place| place.line)))
        .collect();
    assert_eq!(found, [("yaml-deux-points", Some(1)), ("valeur-inconnue", Some(3)), ("menu", Some(2))]);
}
