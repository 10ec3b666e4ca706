//! The forms of the real portal: each reads without a fault, and its examples say the truth.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails where it stands")]

use std::path::Path;
use std::sync::LazyLock;

use generator::build::{BuildOptions, build};
use generator::content::Diffusion;
use generator::diagnostic::{Diagnostic, Diagnostics};
use generator::form::definition::{Kept, PublishedKind, Unconfirmed};
use generator::form::view::{self, CheckView, RenderedTexts, check, confirm_address, done, edit};
use generator::form::{
    AnswerValue, Choices, FaultKind, Flag, FormDefinition, RawPost, ValidSubmission, examples, letters, mail,
    publication, validate,
};
use generator::policy::Policy;
use generator::portal::{Portal, ServicePage};
use generator::source::SourceFile;
use serde_json::{Value, json};

/// The real portal, as the hospital's own build shows it.
static PORTAL: LazyLock<Portal> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let output = tempfile::tempdir().unwrap();
    let options = BuildOptions {
        content: root.join("content"),
        theme: root.join("themes/anime"),
        output: output.path().join("public"),
        diffusion: Diffusion::Interne,
        compress: false,
        drafts: false,
        policy: Policy::Usual,
        now: "2026-11-22T12:00:00Z".parse().unwrap(),
    };
    build(&options).unwrap().portal.unwrap()
});

/// What the forms offer, for their examples.
fn choices() -> Choices {
    PORTAL.choices.clone().for_examples()
}

fn read(id: &str) -> (Option<FormDefinition>, Vec<Diagnostic>) {
    let path = format!("content/formulaires/{id}.yaml");
    let on_disk = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(&path);
    let diagnostics = Diagnostics::new();
    let definition =
        FormDefinition::parse(&SourceFile::new(&path, std::fs::read_to_string(on_disk).unwrap()), &diagnostics);
    if let Some(definition) = &definition {
        examples::check(definition, &choices(), &diagnostics);
    }
    (definition, diagnostics.into_sorted())
}

fn sound(id: &str) -> FormDefinition {
    let (definition, diagnostics) = read(id);
    let told: String = diagnostics.iter().map(ToString::to_string).collect();
    assert!(diagnostics.is_empty(), "{told}");
    definition.unwrap()
}

const FORMS: [&str; 10] = [
    "contact",
    "inscription-creneau",
    "nouvel-espace",
    "post-it",
    "projet-fresque",
    "proposition-activite",
    "publication",
    "retour-activite",
    "signalement",
    "signature-charte",
];

#[test]
fn every_form_of_the_portal_is_offered_and_tested_here() {
    assert_eq!(PORTAL.forms.keys().map(String::as_str).collect::<Vec<_>>(), FORMS);
}

#[test]
fn every_form_reads_without_a_fault_and_its_examples_say_the_truth() {
    for id in FORMS {
        assert_eq!(sound(id).id, id);
    }
}

/// The submission of an example.
fn submission(definition: &FormDefinition, example: usize) -> ValidSubmission {
    validate(definition, &definition.examples[example].post(&choices()), &choices()).unwrap()
}

fn envelope(flags: &[Flag]) -> mail::Envelope<'_> {
    mail::Envelope {
        reference: "K3V9Q2M7XA",
        received: jiff::civil::date(2026, 11, 22).at(14, 30, 0, 0),
        portal_name: "Anime ton CHU",
        portal_url: "https://portail.exemple.fr",
        flags,
        reading_url: Some("https://portail.exemple.fr/moderation/lire/abc"),
        unconfirmed_address: false,
        substitute_for: false,
        why: None,
    }
}

fn mail_of(name: &str, view: &impl serde::Serialize) -> String {
    let view = serde_json::to_value(view).unwrap();
    let parts = ["txt", "html"]
        .map(|part| PORTAL.render_mail(&format!("service/mail/{name}.{part}"), &[("mail", view.clone())]));
    let [text, html] = parts.map(Result::unwrap);
    for part in [&text, &html] {
        assert!(part.contains("Anime ton CHU") && part.contains("K3V9Q2M7XA"), "{part}");
        assert!(!part.contains("{{") && !part.contains("{%"), "{part}");
    }
    assert!(!text.contains("&nbsp;") && !text.contains('<'), "{text}");
    format!("{}\n{text}\n{html}", view["subject"].as_str().unwrap())
}

fn page_of(template: &str, values: &[(&'static str, Value)]) -> String {
    PORTAL.render(template, ServicePage { title: "Essai", url: "/moderation/essai/" }, values).unwrap()
}

/// The text that somebody wrote into each free field; a choice, a date or an address is none.
fn written(definition: &FormDefinition, submission: &ValidSubmission) -> Vec<String> {
    use generator::form::definition::FieldKind::{LongText, Text};
    let free = definition.fields().filter(|field| matches!(field.kind, Text(_) | LongText { .. }));
    free.filter_map(|field| Some(submission.answer(&field.name)?.shown.clone())).collect()
}

#[test]
fn what_goes_to_an_address_that_nobody_confirmed_holds_no_text_of_the_sender() {
    let link = |reminder| letters::ConfirmationLink {
        url: "https://portail.exemple.fr/confirmer/xyz",
        until: jiff::civil::date(2026, 11, 24).at(14, 30, 0, 0),
        reminder,
    };
    for id in FORMS {
        let definition = sound(id);
        let submission = submission(&definition, 0);
        let said = [
            mail_of("receipt", &letters::receipt(&definition, envelope(&[]))),
            mail_of("confirmation", &letters::confirmation(&definition, &submission, envelope(&[]), link(false))),
            mail_of("confirmation", &letters::confirmation(&definition, &submission, envelope(&[]), link(true))),
            page_of(
                "service/confirm-address.html",
                &[(
                    "confirm",
                    json!(confirm_address(&definition, &submission, "K3V9Q2M7XA", envelope(&[]).received, "/x")),
                )],
            ),
        ];
        assert!(said[1].contains("https://portail.exemple.fr/confirmer/xyz"));
        for text in written(&definition, &submission) {
            // Two letters of a name stand in every mail; a sentence does not.
            let text = text.lines().next().unwrap();
            assert!(text.chars().count() < 12 || said.iter().all(|said| !said.contains(text)), "{id}: {text}");
        }
        assert!(said.iter().all(|said| !said.contains("prenom.nom@")), "{id}");
    }
}

#[test]
fn a_proof_says_which_charter_in_which_version_who_and_when() {
    let definition = sound("signature-charte");
    let submission = submission(&definition, 0);
    let version = &PORTAL.choices.charters.iter().find(|charter| charter.slug == "bienveillance").unwrap().version;
    let confirmed = jiff::civil::date(2026, 11, 23).at(9, 0, 0, 0);
    for reader in [letters::ProofReader::Signer, letters::ProofReader::Register] {
        let facts = letters::ProofFacts { confirmed, entry: Some((12, "3f2a 91c0 77de 04b8")) };
        let proof = letters::proof(&definition, &submission, envelope(&[]), facts, reader).unwrap();
        let said = mail_of("proof", &proof);
        for fact in [
            "Charte de bienveillance au travail",
            version,
            "Prénom Nom",
            "prenom.nom@exemple.fr",
            "Gériatrie",
            "22 novembre 2026 à 14",
            "23 novembre 2026 à 9",
            "Numéro au registre",
            "3f2a 91c0 77de 04b8",
        ] {
            assert!(said.matches(fact).count() >= 2, "{fact}");
        }
        assert!(!said.split_once('\n').unwrap().0.contains("Prénom"), "a subject names nobody");
    }
    let facts = letters::ProofFacts { confirmed, entry: None };
    assert!(
        letters::proof(&sound("contact"), &submission, envelope(&[]), facts, letters::ProofReader::Signer).is_none()
    );
}

#[test]
fn a_charter_that_changed_since_it_was_read_is_not_signed() {
    let definition = sound("signature-charte");
    let example = definition.examples[0].post(&choices());
    let mut changed = choices();
    for charter in &mut changed.charters {
        charter.version = "0123abcd".to_owned();
    }
    let faults = match validate(&definition, &example, &changed) {
        Err(generator::form::Rejected::Faults(faults)) => faults,
        other => panic!("{other:?}"),
    };
    assert_eq!(
        faults.iter().map(|fault| (fault.field.as_str(), fault.kind)).collect::<Vec<_>>(),
        [("charte", FaultKind::Superseded)]
    );
    assert!(faults[0].message.contains("nouvelle version"));
}

#[test]
fn a_flagged_answer_is_shown_with_its_warning_and_held_back_from_the_mail() {
    let definition = sound("contact");
    let post = definition.examples[0].post(&choices());
    let submission = submission(&definition, 0);
    let flags = [Flag { field: "message".to_owned(), looks_like: "un numéro de chambre".to_owned() }];
    let texts = RenderedTexts::render(&definition, |text| text.value.clone());

    let CheckView { form, answers, warnings, hidden } =
        check(&definition, &texts, &choices(), &submission, &post, Some("clé"), &flags);
    let values =
        [("form", json!(form)), ("answers", json!(answers)), ("warnings", json!(warnings)), ("hidden", json!(hidden))];
    let page = page_of("service/form-check.html", &values);
    assert!(page.contains("href=\"#reponse-message\"") && page.contains("id=\"reponse-message\""));
    assert!(page.contains("ressemble à un numéro de chambre"));
    assert!(page.contains("Envoyer quand même") && page.contains("L’étape 3 renvoie"));
    let again = RawPost::from_pairs(hidden.into_iter().map(|hidden| (hidden.name, hidden.value)));
    assert!(again.was_warned() && !post.was_warned());
    assert_eq!(validate(&definition, &again, &choices()).unwrap(), submission);

    let said = mail_of("submission", &mail::word(&definition, &submission, envelope(&flags)));
    assert!(!said.contains("L’étape 3 renvoie") && said.contains("/moderation/lire/abc"));

    let view = view::read(&definition, &submission, "K3V9Q2M7XA", envelope(&[]).received, "reçu", &flags, true);
    let page = page_of("service/decide.html", &[("decision", json!({"submission": view}))]);
    assert!(page.contains("L’étape 3 renvoie") && page.contains("adresse non confirmée"));
}

#[test]
fn a_mail_is_marked_when_its_address_was_not_confirmed_and_when_somebody_receives_for_another() {
    let definition = sound("contact");
    let submission = submission(&definition, 0);
    let plain = mail_of("submission", &mail::word(&definition, &submission, envelope(&[])));
    assert!(!plain.contains("non confirmée") && !plain.contains("ne répond plus"));
    let marked = mail::Envelope { unconfirmed_address: true, substitute_for: true, ..envelope(&[]) };
    let marked = mail_of("submission", &mail::word(&definition, &submission, marked));
    assert_eq!(marked.matches("Adresse non confirmée").count(), 2);
    assert_eq!(marked.matches("l’adresse d’une personne du service ne répond plus").count(), 2);
}

#[test]
fn the_notice_says_how_long_by_the_value_that_erases() {
    for id in FORMS {
        let definition = sound(id);
        let texts = RenderedTexts::render(&definition, |text| text.value.clone());
        // What is kept apart has its own end, and the notice says it from the same value.
        for kept in [Kept::Received, Kept::Quarantined] {
            assert!(texts.notice.retention.contains(&definition.retention.of(kept).words()), "{id}: {kept:?}");
        }
        assert!(!texts.notice.retention.contains('{'), "{id}");
    }
}

#[test]
fn a_form_knows_whose_it_is_when_only_the_thing_it_is_about_says_so() {
    let space_of = |id: &str, example: usize| {
        let submission = submission(&sound(id), example);
        (submission.space, submission.space_title)
    };
    let hematology = (Some("hematologie-soins-intensifs".to_owned()), Some("Hématologie-Soins Intensifs".to_owned()));
    assert_eq!(space_of("inscription-creneau", 0), hematology);
    assert_eq!(space_of("retour-activite", 0), hematology);
    assert_eq!(space_of("signalement", 0), hematology);
    // A page outside of every space: the portal's moderators.
    assert_eq!(space_of("signalement", 1), (None, None));
}

#[test]
fn only_an_address_that_was_given_is_to_be_confirmed() {
    let outcome = |id: &str| sound(id).address_check().map(|check| check.otherwise);
    assert_eq!(outcome("signature-charte"), Some(Unconfirmed::Lapse));
    assert_eq!(outcome("inscription-creneau"), Some(Unconfirmed::Lapse));
    assert_eq!(outcome("proposition-activite"), Some(Unconfirmed::Forward));
    assert_eq!(outcome("nouvel-espace"), Some(Unconfirmed::Forward));
    assert_eq!(outcome("post-it"), Some(Unconfirmed::Forward));
    assert_eq!(outcome("contact"), None);

    let definition = sound("signature-charte");
    let mut submission = submission(&definition, 0);
    assert_eq!(submission.address_to_confirm(&definition), Some("prenom.nom@exemple.fr"));
    submission.answers.retain(|answer| answer.name != "courriel");
    assert_eq!(submission.address_to_confirm(&definition), None);

    let texts = RenderedTexts::render(&definition, |text| text.value.clone());
    let view = done(&definition, &texts, "K3V9Q2M7XA");
    assert!(page_of("service/form-done.html", &[("done", json!(view))]).contains("un seul rappel"));

    // Whether a note's address is, the space says: the thank-you page does not know it.
    let note = sound("post-it");
    let texts = RenderedTexts::render(&note, |text| text.value.clone());
    assert_eq!(done(&note, &texts, "K3V9Q2M7XA").confirm_address, None);
}

#[test]
fn a_project_goes_to_the_wall_with_its_lists_as_lists() {
    let definition = sound("projet-fresque");
    let draft = publication::draft(&definition, &submission(&definition, 0)).unwrap();
    let goals = draft.front_matter.iter().find(|(key, _)| key == "buts").unwrap();
    assert_eq!(
        goals.1,
        AnswerValue::Several(vec![
            "Se dire merci pour des faits précis".to_owned(),
            "Relier le jour et la nuit".to_owned()
        ])
    );
    assert!(!format!("{draft:?}").contains('@'));
}

#[test]
fn a_link_fills_the_form_in_with_the_very_thing_that_its_page_shows() {
    let definition = sound("signature-charte");
    let texts = RenderedTexts::render(&definition, |text| text.value.clone());
    let key = PORTAL.choices.charters[0].key();
    let post = RawPost::from_pairs([("charte", key.as_str())]);
    let view = edit(&definition, &texts, &choices(), &post, &[], None);
    let field = view.groups.iter().flat_map(|group| &group.fields).find(|field| field.name == "charte").unwrap();
    assert_eq!(
        field.options.iter().filter(|option| option.checked).map(|option| &option.value).collect::<Vec<_>>(),
        [&key]
    );

    let definition = sound("signalement");
    let texts = RenderedTexts::render(&definition, |text| text.value.clone());
    let post = RawPost::from_pairs([("page", "/savoir/enjeux/")]);
    let view = edit(&definition, &texts, &choices(), &post, &[], None);
    assert_eq!(
        view.groups[0].fields[0].shown.as_deref(),
        PORTAL.choices.pages.iter().find(|page| page.path == "/savoir/enjeux/").map(|page| page.title.as_str())
    );
    assert!(view.groups[0].fields[0].shown.is_some());
}

#[test]
fn every_form_shows_a_good_post_and_each_sort_of_fault_it_can_raise() {
    for id in FORMS {
        let definition = sound(id);
        assert!(definition.examples.iter().filter(|example| example.faults.is_empty()).count() >= 2, "{id}");
        let raised: Vec<FaultKind> = definition.fields().flat_map(|field| field.kind.faults(field.required)).collect();
        for kind in raised {
            let shown = definition.examples.iter().flat_map(|example| &example.faults).any(|(_, shown)| *shown == kind);
            assert!(shown, "no example of {id} shows {}", kind.word());
        }
    }
}

#[test]
fn an_authorised_activity_has_its_eight_elements_and_nothing_of_its_author() {
    let definition = sound("proposition-activite");
    let submission = submission(&definition, 0);

    let draft = publication::draft(&definition, &submission).unwrap();

    assert_eq!(draft.kind, PublishedKind::Activity);
    let keys: Vec<&str> = draft.front_matter.iter().map(|(key, _)| key.as_str()).collect();
    assert_eq!(
        keys,
        [
            "titre",
            "duree",
            "programmation",
            "creneaux",
            "responsable",
            "coordination",
            "personne_qualifiee",
            "moyens.lieu",
            "moyens.materiel",
            "moyens.budget",
            "vigilance.temps_de_travail",
            "vigilance.formation_competences",
            "vigilance.moyens_ressources",
            "vigilance.regles_cadre",
            "vigilance.usage_numerique",
            "vigilance.risques_sociaux",
            "cadre",
            "retours",
        ]
    );
    let published = format!("{draft:?}");
    assert!(!published.contains("Prénom Nom") && !published.contains("@exemple.fr"));
    assert_eq!(submission.reply_to.as_deref(), Some("prenom.nom@exemple.fr"));
}

#[test]
fn nobody_is_asked_about_health_and_everybody_is_reminded_of_patients() {
    for id in FORMS {
        let definition = sound(id);
        let introduction = definition.introduction.as_ref().unwrap();
        assert!(introduction.value.contains("Aucune donnée de patient"), "{id}");
        for field in definition.fields() {
            assert!(!generator::slug::fold(&field.label).contains("sante"), "{id}: {}", field.label);
        }
    }
}

/// A warning that comes too often is no longer read.
#[test]
fn the_good_examples_of_the_forms_give_nobody_a_warning() {
    let guard = generator::guard::Guard::default();
    for id in FORMS {
        let definition = sound(id);
        for (at, example) in definition.examples.iter().enumerate().filter(|(_, example)| example.faults.is_empty()) {
            for text in written(&definition, &submission(&definition, at)) {
                assert_eq!(guard.scan(&text), [], "{id}, {}: {text}", example.name.value);
            }
        }
    }
}
