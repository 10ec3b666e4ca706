//! The forms of the real portal: each reads without a fault, and its examples say the truth.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails where it stands")]

use std::path::Path;

use generator::diagnostic::{Diagnostic, Diagnostics};
use generator::form::definition::PublishedKind;
use generator::form::{Choices, FaultKind, FormDefinition, SpaceChoice, examples, publication, validate};
use generator::source::SourceFile;

/// The spaces that the portal starts with.
fn choices() -> Choices {
    let space = |slug: &str, title: &str| SpaceChoice { slug: slug.to_owned(), title: title.to_owned() };
    Choices {
        spaces: vec![
            space("hematologie-soins-intensifs", "Hématologie-Soins Intensifs"),
            space("geriatrie", "Gériatrie"),
        ],
        ..Choices::default()
    }
    .for_examples()
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

const FORMS: [&str; 3] = ["post-it", "proposition-activite", "contact"];

#[test]
fn every_form_reads_without_a_fault_and_its_examples_say_the_truth() {
    for id in FORMS {
        assert_eq!(sound(id).id, id);
    }
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
    let submission = validate(&definition, &definition.examples[0].post(&choices()), &choices()).unwrap();

    let draft = publication::draft(&definition, &submission).unwrap();

    assert_eq!(draft.kind, PublishedKind::Activity);
    let keys: Vec<&str> = draft.front_matter.iter().map(|(key, _)| key.as_str()).collect();
    assert_eq!(
        keys,
        [
            "titre",
            "duree",
            "programmation",
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
