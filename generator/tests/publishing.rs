//! What the forms of the real portal publish, built with the real portal.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails where it stands")]

#[path = "support/files.rs"]
mod files;

use std::fs;
use std::path::{Path, PathBuf};

use generator::build::{BuildOptions, BuildReport, build};
use generator::content::{Diffusion, Holds, Moderation};
use generator::form::definition::Role;
use generator::form::{RawPost, ValidSubmission, publication, validate};
use generator::portal::Portal;
use generator::publish::{self, Destination, NewPage};
use tempfile::TempDir;

use files::copy;

/// A copy of the portal's content that may be changed.
struct Copy {
    folder: TempDir,
}

impl Copy {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        copy(&root().join("content"), &folder.path().join("content"));
        Self { folder }
    }

    fn file(&self, path: &str) -> PathBuf {
        self.folder.path().join("content").join(path)
    }

    fn change(&self, path: &str, change: impl FnOnce(String) -> String) {
        let text = fs::read_to_string(self.file(path)).unwrap();
        fs::write(self.file(path), change(text)).unwrap();
    }

    fn write(&self, page: &NewPage) {
        for file in &page.files {
            let path = self.file(&file.path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            assert!(!path.exists(), "{} is there already", file.path);
            fs::write(path, &file.text).unwrap();
        }
    }

    fn built(&self) -> BuildReport {
        let options = BuildOptions {
            content: self.folder.path().join("content"),
            theme: root().join("themes/anime"),
            output: self.folder.path().join("public"),
            diffusion: Diffusion::Interne,
            compress: false,
            drafts: false,
            policy: generator::policy::Policy::Usual,
            now: "2026-11-22T12:00:00Z".parse().unwrap(),
        };
        build(&options).unwrap()
    }

    fn html(&self, url: &str) -> String {
        fs::read_to_string(self.folder.path().join("public").join(url.trim_matches('/')).join("index.html")).unwrap()
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn codes(report: &BuildReport) -> Vec<String> {
    report.diagnostics.iter().map(ToString::to_string).collect()
}

/// The first example of a form, as it would be stored.
fn submission(portal: &Portal, form: &str) -> ValidSubmission {
    let definition = &portal.forms[form].definition;
    let choices = portal.choices.clone().for_examples();
    validate(definition, &definition.examples[0].post(&choices), &choices).unwrap()
}

fn published(portal: &Portal, submission: &ValidSubmission) -> NewPage {
    let draft = publication::draft(&portal.forms[&submission.form_id].definition, submission).unwrap();
    let space = draft.space.as_deref().map(|slug| portal.space(slug).unwrap());
    publish::page(
        &draft,
        &Destination {
            space_folder: space.map(|space| space.folder),
            date: jiff::civil::date(2026, 11, 22),
            id: "k3v9q2",
            taken: &|folder| portal.folder(folder).is_some(),
            base_charter: portal.charter_version(publish::BASE_CHARTER),
        },
    )
}

#[test]
fn what_each_form_publishes_shows_and_breaks_nothing() {
    let copy = Copy::new();
    let before = copy.built();
    let portal = before.portal.as_ref().unwrap();
    let forms = portal.forms.values().filter(|form| form.definition.publication.is_some());
    let pages: Vec<NewPage> = forms.map(|form| published(portal, &submission(portal, &form.definition.id))).collect();
    assert_eq!(pages.len(), 5);
    for page in &pages {
        copy.write(page);
    }

    let after = copy.built();

    assert_eq!(codes(&after), codes(&before));
    let portal = after.portal.as_ref().unwrap();
    for page in &pages {
        let url = portal.page_url(&page.main).unwrap();
        assert!(copy.html(url).contains("</html>"), "{url}");
    }
    let wall = copy.html("/faire/hematologie-soins-intensifs/post-its/");
    assert!(wall.contains("d’avoir tout préparé pour la relève"));
}

#[test]
fn a_space_that_opens_has_its_folder_its_charter_and_its_forms_at_once() {
    let copy = Copy::new();
    let before = copy.built();
    let page =
        published(before.portal.as_ref().unwrap(), &submission(before.portal.as_ref().unwrap(), "nouvel-espace"));
    assert_eq!(page.main, "faire/pneumologie/_index.md");
    assert_eq!(page.space.as_deref(), Some("pneumologie"));
    copy.write(&page);

    let report = copy.built();

    assert_eq!(codes(&report), codes(&before));
    let portal = report.portal.as_ref().unwrap();
    let space = portal.space("pneumologie").unwrap();
    assert_eq!((space.title, space.folder), ("Pneumologie", "faire/pneumologie"));
    for (folder, holds) in [
        ("activites", Holds::Activity),
        ("agenda", Holds::Event),
        ("chartes", Holds::Charter),
        ("post-its", Holds::Note),
        ("publications", Holds::Post),
    ] {
        let folder = portal.folder(&format!("faire/pneumologie/{folder}")).unwrap();
        assert_eq!((folder.holds, folder.diffusion), (holds, Diffusion::Interne));
    }
    // Its charter can be signed in the version that is in force, which is listed and dated.
    let charter =
        portal.choices.charters.iter().find(|charter| charter.slug == "pneumologie/charte-du-service").unwrap();
    assert_eq!(charter.since, Some(jiff::civil::date(2026, 11, 22)));
    let shown = copy.html("/faire/pneumologie/chartes/charte-du-service/");
    let sign = format!("/formulaires/signature-charte/?charte=pneumologie%2Fcharte-du-service%40{}", charter.version);
    assert!(shown.contains(&sign), "{shown}");
    assert!(shown.contains("Le socle commun"));
    // What is sent to it is published in it.
    let choices = portal.choices.clone().for_examples();
    for form in ["post-it", "proposition-activite", "publication"] {
        let definition = &portal.forms[form].definition;
        let example = definition.examples[0].post(&choices);
        let pairs: Vec<(String, String)> = example
            .answers()
            .map(|(name, value)| (name.to_owned(), if name == "espace" { "pneumologie" } else { value }.to_owned()))
            .collect();
        let submission = validate(definition, &RawPost::from_pairs(pairs), &choices).unwrap();
        copy.write(&published(portal, &submission));
    }
    let lived_in = copy.built();
    assert_eq!(codes(&lived_in), codes(&before));
    assert!(copy.html("/faire/pneumologie/").contains("Étirements de la relève"));
}

#[test]
fn those_who_decide_are_those_that_the_portal_says() {
    let copy = Copy::new();
    let report = copy.built();
    let portal = report.portal.as_ref().unwrap();
    let circuit = |form: &str| {
        let definition = &portal.forms[form].definition;
        (definition.circuit.clone(), definition.in_doubt)
    };
    assert_eq!(circuit("post-it"), (vec![Role::Moderators], Some(Role::Cadre)));
    assert_eq!(circuit("publication"), (vec![Role::Moderators], Some(Role::Cadre)));
    assert_eq!(circuit("proposition-activite"), (vec![Role::Moderators, Role::Cadre], None));
    assert_eq!(circuit("nouvel-espace"), (vec![Role::Portal, Role::Cadre, Role::Superior], None));
    assert_eq!(circuit("projet-fresque"), (vec![Role::Portal], None));
    let asked = submission(portal, "nouvel-espace");
    let held: Vec<Role> = asked.holders(&portal.forms["nouvel-espace"].definition).iter().map(|held| held.0).collect();
    assert_eq!(held, [Role::Moderators, Role::Cadre, Role::Superior]);
}

#[test]
fn what_would_be_seen_outside_is_read_by_the_communication_office() {
    let copy = Copy::new();
    let reviewed = |form: &str, space: Option<&str>| {
        let report = copy.built();
        let portal = report.portal.as_ref().unwrap();
        portal.reviewed_by_communication(&portal.forms[form].definition, space)
    };
    assert!(reviewed("projet-fresque", None));
    assert!(!reviewed("post-it", Some("geriatrie")));
    assert!(!reviewed("nouvel-espace", None));
    assert!(!reviewed("contact", None));

    // A space that is open to all, then one that does without the office, then a portal that does.
    let index = "faire/geriatrie/_index.md";
    copy.change(index, |text| text.replacen("---\n", "---\ndiffusion: publique\n", 1));
    assert!(reviewed("post-it", Some("geriatrie")));
    copy.change(index, |text| text.replacen("---\n", "---\nrelecture_communication: non\n", 1));
    assert!(!reviewed("post-it", Some("geriatrie")));
    copy.change(index, |text| text.replacen("relecture_communication: non", "relecture_communication: oui", 1));
    copy.change("portail.yaml", |text| format!("{text}\nrelecture_communication: non\n"));
    assert!(!reviewed("projet-fresque", None));
    assert!(reviewed("post-it", Some("geriatrie")));
    // One folder of it that stays inside.
    copy.change("faire/geriatrie/post-its/_index.md", |text| text.replacen("---\n", "---\ndiffusion: interne\n", 1));
    assert!(!reviewed("post-it", Some("geriatrie")));
}

#[test]
fn the_portal_says_where_things_stand() {
    let copy = Copy::new();
    copy.change("faire/geriatrie/_index.md", |text| text.replacen("---\n", "---\nmoderation: apres\n", 1));
    let report = copy.built();
    let portal = report.portal.as_ref().unwrap();
    let space = portal.space("geriatrie").unwrap();
    assert_eq!((space.folder, space.title, space.url), ("faire/geriatrie", "Gériatrie", "/faire/geriatrie/"));
    assert_eq!(space.moderation, Moderation::After);
    assert_eq!(portal.space("hematologie-soins-intensifs").unwrap().moderation, Moderation::Before);
    assert!(portal.space("post-its").is_none());
    assert_eq!(portal.folder("savoir/fresque").unwrap().holds, Holds::Project);
    assert_eq!(portal.folder("savoir/fresque").unwrap().diffusion, Diffusion::Publique);
    assert!(portal.folder("savoir/nulle-part").is_none());
    assert_eq!(portal.page_url("faire/geriatrie/post-its/_index.md"), Some("/faire/geriatrie/post-its/"));
    assert_eq!(portal.page_url("faire/geriatrie/rien.md"), None);
}

#[test]
fn a_suspended_activity_says_so_and_takes_nobody_in() {
    let copy = Copy::new();
    let path = "faire/hematologie-soins-intensifs/activites/massage-minute.md";
    let is_offered = |portal: &Portal| portal.choices.slots.iter().any(|slot| slot.key.contains("/massage-minute@"));
    let before = copy.built();
    assert!(is_offered(before.portal.as_ref().unwrap()));
    copy.change(path, |text| publish::suspended(&text).unwrap());
    let after = copy.built();

    assert_eq!(codes(&after), codes(&before));
    assert!(!is_offered(after.portal.as_ref().unwrap()));
    let page = copy.html("/faire/hematologie-soins-intensifs/activites/massage-minute/");
    assert!(page.contains("Activité suspendue") && page.contains("Les créneaux sont annulés"));
    assert!(!page.contains("/formulaires/inscription-creneau/"));
    assert!(copy.html("/faire/hematologie-soins-intensifs/").contains("Suspendu"));
}
