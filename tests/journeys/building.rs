//! An editor builds the site, and builds it again.

use std::fs;

use journeys::Site;

#[test]
fn the_portal_built_twice_is_the_same_to_the_byte() {
    let site = Site::of_the_checkout();

    let (once, again) = (site.build("once", &[]), site.build("again", &[]));

    assert!(once.keys().eq(again.keys()), "the two builds hold other files");
    for (path, bytes) in &once {
        assert!(*bytes == again[path], "{path} differs between two builds");
    }
    for page in ["index.html", "index.html.br", "index.html.gz", "sitemap.xml", "robots.txt", "atom.xml", "404.html"] {
        assert!(once.contains_key(page), "there is no {page}");
    }
}

#[test]
fn a_build_of_what_did_not_change_touches_no_file() {
    let site = Site::of_the_checkout();
    site.build("public", &[]);
    let times = || -> Vec<_> {
        let touched = |path: &String| fs::metadata(site.path("public").join(path)).unwrap().modified().unwrap();
        site.files("public").keys().map(|path| (path.clone(), touched(path))).collect()
    };
    let before = times();

    site.build("public", &[]);

    assert_eq!(times(), before);
}

#[test]
fn a_build_that_fails_leaves_the_files_as_they_were() {
    let site = Site::of_the_checkout();
    let before = site.build("public", &[]);
    site.append("content/contact.md", "Une phrase de plus.");
    site.append("content/aide.md", "Voir [la page](nulle-part.md).");

    let built = site.generator(&["build"]);

    assert_eq!(built.status.code(), Some(1));
    let said = String::from_utf8_lossy(&built.stderr);
    assert!(said.contains("content/aide.md:") && said.contains("nulle-part.md"), "{said}");
    assert!(site.files("public") == before, "the live site changed");
}
