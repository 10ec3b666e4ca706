//! An editor asks whether the content is right, or a machine asks for them.

use journeys::{Site, site};

#[test]
fn the_content_of_the_portal_is_right_and_the_answer_is_an_array_and_zero() {
    let site = Site::of_the_checkout();

    let checked = site.generator(&["check", "--format", "json"]);

    assert_eq!(checked.status.code(), Some(0), "{}", String::from_utf8_lossy(&checked.stdout));
    for diagnostic in site::diagnostics(&checked) {
        assert_eq!(diagnostic["severity"], "avertissement", "{diagnostic}");
    }
    assert!(!site.path("public").exists(), "a check writes nothing");
}

#[test]
fn a_mistake_is_said_with_its_place_and_the_way_out_and_the_answer_is_one() {
    let site = Site::of_the_checkout();
    let wrong = site.read("content/aide.md").replacen("\nresume:", "\nrésumé:", 1);
    site.write("content/aide.md", &format!("{wrong}\nVoir [la page](nulle-part.md).\n"));

    let checked = site.generator(&["check", "--format", "json"]);

    assert_eq!(checked.status.code(), Some(1));
    let diagnostics = site::diagnostics(&checked);
    let errors: Vec<_> = diagnostics.iter().filter(|one| one["severity"] == "erreur").collect();
    let lines: Vec<_> = wrong.lines().collect();
    let key = lines.iter().position(|line| line.starts_with("résumé:")).unwrap() + 1;
    let places: Vec<_> = errors.iter().map(|error| (error["line"].as_u64(), error["column"].as_u64())).collect();
    assert_eq!(places, [(Some(key as u64), Some(1)), (Some(lines.len() as u64 + 2), Some(6))], "{errors:#?}");
    for error in errors {
        let keys: Vec<_> = error.as_object().unwrap().keys().map(String::as_str).collect();
        let mut wanted = ["file", "line", "column", "severity", "code", "message", "help"];
        wanted.sort_unstable();
        assert_eq!(keys, wanted);
        assert_eq!(error["file"], "content/aide.md");
        assert!(error["code"].as_str().is_some_and(|code| !code.is_empty()), "{error}");
        assert!(error["help"].as_str().is_some_and(|help| !help.is_empty()), "{error}");
    }
}

#[test]
fn a_command_that_makes_no_sense_is_answered_two() {
    let site = Site::of_the_checkout();
    for arguments in [&["cuire"][..], &["check", "--couleur"], &["check", "--content", "nulle-part"]] {
        let refused = site.generator(arguments);
        assert_eq!(refused.status.code(), Some(2), "{arguments:?}");
        assert!(!refused.stderr.is_empty(), "{arguments:?} is refused without a word");
    }
}
