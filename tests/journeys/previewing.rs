//! An editor changes much at once while the preview runs.

use std::fs;

use journeys::forge::git;
use journeys::{Preview, Site, Visitor, html, until};

#[test]
fn another_branch_that_is_checked_out_is_what_the_preview_shows_and_back_again() {
    another_branch_is_shown(&[]);
}

/// A network folder tells nobody of what changes in it.
#[test]
fn another_branch_that_is_checked_out_is_what_a_preview_that_polls_shows() {
    another_branch_is_shown(&["--polling", "1"]);
}

fn another_branch_is_shown(arguments: &[&str]) {
    let site = with_two_branches();
    let preview = Preview::start(&site, arguments);
    let visitor = preview.visitor();
    assert!(says(&visitor, "/petite-salle/plantes/", "Arroser le lundi."));

    git(&site.path(""), &["checkout", "--quiet", "grande-salle"]);
    wait_until(&visitor, "/grande-salle/plantes/", "Arroser le mardi.");
    wait_until(&visitor, "/aide/", "Une phrase de la grande salle.");
    wait_until_gone(&visitor, "/petite-salle/plantes/");
    wait_until_gone(&visitor, "/petite-salle/cafe/");
    wait_until(&visitor, "/plan-du-site/", "Grande salle");

    git(&site.path(""), &["checkout", "--quiet", "main"]);
    wait_until(&visitor, "/petite-salle/plantes/", "Arroser le lundi.");
    wait_until(&visitor, "/petite-salle/cafe/", "Avec du lait.");
    wait_until_gone(&visitor, "/grande-salle/plantes/");
    until("the other branch’s sentence is gone", || {
        (!says(&visitor, "/aide/", "Une phrase de la grande salle.")).then_some(())
    });
}

#[test]
fn a_folder_that_is_renamed_then_deleted_moves_then_goes() {
    let site = with_two_branches();
    let preview = Preview::start(&site, &[]);
    let visitor = preview.visitor();

    fs::rename(site.path("content/petite-salle"), site.path("content/salle-bleue")).unwrap();
    wait_until(&visitor, "/salle-bleue/cafe/", "Avec du lait.");
    wait_until_gone(&visitor, "/petite-salle/cafe/");

    fs::remove_dir_all(site.path("content/salle-bleue")).unwrap();
    wait_until_gone(&visitor, "/salle-bleue/cafe/");
    assert_eq!(visitor.open("/aide/").status, 200);
}

/// Who writes looks at the browser: that nothing can be built any more is told there too.
#[test]
fn a_content_folder_that_is_gone_is_told_in_the_browser_until_it_is_back() {
    what_cannot_be_read_is_told("content");
}

#[test]
fn a_theme_that_is_gone_is_told_in_the_browser_until_it_is_back() {
    what_cannot_be_read_is_told("themes/anime");
}

fn what_cannot_be_read_is_told(folder: &str) {
    let site = with_two_branches();
    let preview = Preview::start(&site, &[]);
    let visitor = preview.visitor();
    let (page, words) = ("/petite-salle/plantes/", "Arroser le lundi.");
    assert!(says(&visitor, page, words));

    fs::rename(site.path(folder), site.path("ailleurs")).expect("the folder can be moved away");
    until("the browser says that nothing can be built", || (visitor.open(page).status == 500).then_some(()));
    let told = html::plain(&visitor.open(page).body);
    assert!(told.contains(&format!("« {folder} » n’existe pas")), "{told}");

    fs::rename(site.path("ailleurs"), site.path(folder)).expect("and moved back");
    wait_until(&visitor, page, words);
}

/// The portal with one folder more, which the branch « grande-salle » renames and changes.
fn with_two_branches() -> Site {
    let site = Site::of_the_checkout();
    let page = |title: &str, text: &str| format!("---\ntitre: {title}\n---\n{text}\n");
    fs::create_dir(site.path("content/petite-salle")).expect("our own folder");
    site.write("content/petite-salle/_index.md", &page("Petite salle", "Une salle."));
    site.write("content/petite-salle/plantes.md", &page("Les plantes", "Arroser le lundi."));
    site.write("content/petite-salle/cafe.md", &page("Le café", "Avec du lait."));
    site.write(".gitignore", "/public\n");
    let git = |words: &[&str]| git(&site.path(""), words);
    git(&["init", "--quiet", "--initial-branch=main"]);
    git(&["add", "--all"]);
    git(&["commit", "--quiet", "--message", "La petite salle"]);

    git(&["checkout", "--quiet", "-b", "grande-salle"]);
    git(&["rm", "--quiet", "content/petite-salle/cafe.md"]);
    git(&["mv", "content/petite-salle", "content/grande-salle"]);
    site.write("content/grande-salle/_index.md", &page("Grande salle", "Une salle."));
    site.write("content/grande-salle/plantes.md", &page("Les plantes", "Arroser le mardi."));
    site.append("content/aide.md", "Une phrase de la grande salle.");
    git(&["commit", "--quiet", "--all", "--message", "La grande salle"]);
    git(&["checkout", "--quiet", "main"]);
    site
}

fn says(visitor: &Visitor, path: &str, words: &str) -> bool {
    html::text(&visitor.open(path).body).contains(words)
}

fn wait_until(visitor: &Visitor, path: &str, words: &str) {
    until(&format!("{path} says « {words} »"), || says(visitor, path, words).then_some(()));
}

fn wait_until_gone(visitor: &Visitor, path: &str) {
    until(&format!("{path} is gone"), || (visitor.open(path).status == 404).then_some(()));
}
