//! What holds for every post, whatever its bytes.

use proptest::prelude::*;

use super::fixture;
use super::post::RawPost;
use super::validate::{Rejected, validate};
use super::view::{self, RenderedTexts};
use super::{AnswerValue, FormDefinition, ValidSubmission, publication};

fn texts(definition: &FormDefinition) -> RenderedTexts {
    RenderedTexts::render(definition, |text| text.value.clone())
}

/// Everything that the service does with a post, up to the store.
fn travel(body: &[u8]) -> Result<ValidSubmission, String> {
    let (definition, choices) = (fixture::definition(), fixture::choices());
    let post = RawPost::from_urlencoded(body).map_err(|fault| fault.to_string())?;
    let texts = texts(definition);
    match validate(definition, &post, &choices) {
        Ok(submission) => {
            let page = view::check(definition, &texts, &choices, &submission, &post, Some("clé"), &[]);
            let again = RawPost::from_pairs(page.hidden.into_iter().map(|hidden| (hidden.name, hidden.value)));
            assert_eq!(validate(definition, &again, &choices).as_ref(), Ok(&submission));
            publication::draft(definition, &submission).unwrap();
            Ok(submission)
        }
        Err(Rejected::Faults(faults)) => {
            let page = view::edit(definition, &texts, &choices, &post, &faults, None);
            assert_eq!(page.errors.len(), faults.len());
            Err(format!("{faults:?}"))
        }
        Err(rejected) => {
            view::edit(definition, &texts, &choices, &post, &[], None);
            Err(format!("{rejected:?}"))
        }
    }
}

fn encode(pairs: &[(&str, String)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// Posts that browsers could send of the form, most of them good.
fn browser_post() -> impl Strategy<Value = String> {
    let message = any::<String>().prop_map(|text| text.replace('\0', ""));
    let fields = (
        message.clone(),
        prop::sample::select(vec!["geriatrie", "hematologie-soins-intensifs"]),
        prop::sample::select(vec!["anonyme", "signe"]),
        message,
        prop::option::of(prop::sample::select(vec!["", "prenom.nom@exemple.fr"])),
        prop::collection::vec(prop::sample::select(vec!["merci", "idee"]), 0..4),
        prop::option::of(Just("oui")),
    );
    fields.prop_map(|(message, space, signature, name, email, themes, charter)| {
        let mut pairs = vec![
            ("message", format!("Merci {message}")),
            ("espace", space.to_owned()),
            ("signature", signature.to_owned()),
            ("nom", format!("Nuit {name}")),
        ];
        pairs.extend(email.map(|email| ("courriel", email.to_owned())));
        pairs.extend(themes.into_iter().map(|theme| ("themes", theme.to_owned())));
        pairs.extend(charter.map(|charter| ("charte", charter.to_owned())));
        encode(&pairs)
    })
}

proptest! {
    #[test]
    fn no_bytes_make_the_road_panic(body in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = travel(&body);
    }

    #[test]
    fn no_value_makes_the_road_panic(
        pairs in prop::collection::vec(
            (
                prop::sample::select(vec![
                    "message", "espace", "signature", "nom", "courriel", "themes", "charte", "_version", "_cle", "autre",
                ]),
                any::<String>(),
            ),
            0..12,
        )
    ) {
        let _ = travel(encode(&pairs).as_bytes());
    }

    #[test]
    fn a_valid_submission_comes_back_from_the_store_as_it_was(body in browser_post()) {
        let Ok(submission) = travel(body.as_bytes()) else { return Ok(()) };
        let stored = serde_json::to_string(&submission).unwrap();
        prop_assert_eq!(serde_json::from_str::<ValidSubmission>(&stored).unwrap(), submission);
    }
}

#[test]
fn most_posts_of_the_property_are_good_ones() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let posts = (0..200).map(|_| browser_post().new_tree(&mut runner).unwrap().current());
    let good = posts.filter(|body| travel(body.as_bytes()).is_ok()).count();
    assert!(good > 100, "only {good} of 200");
}

#[test]
fn each_sort_of_answer_keeps_its_sort_in_the_store() {
    let values = [
        AnswerValue::Text("1".to_owned()),
        AnswerValue::Several(vec!["a".to_owned()]),
        AnswerValue::Ticked(false),
        AnswerValue::Number(-3),
    ];
    let stored = serde_json::to_string(&values).unwrap();
    assert_eq!(stored, r#"["1",["a"],false,-3]"#);
    assert_eq!(serde_json::from_str::<Vec<AnswerValue>>(&stored).unwrap(), values);
}
