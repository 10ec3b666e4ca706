//! What holds for every post, whatever its bytes.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::fixture;
use super::post::{KEY, PostError, RawPost, VERSION};
use super::validate::{Rejected, validate};
use super::value::path_of;
use super::view::{self, RenderedTexts};
use super::{AnswerValue, FormDefinition, ValidSubmission, publication};
use crate::cases::{CASES, cases};

fn texts(definition: &FormDefinition) -> RenderedTexts {
    RenderedTexts::render(definition, |text| text.value.clone())
}

/// Everything that the service does with a post, up to the store.
fn travel(body: &[u8]) -> Result<ValidSubmission, String> {
    travel_with(fixture::definition(), body)
}

fn travel_with(definition: &FormDefinition, body: &[u8]) -> Result<ValidSubmission, String> {
    let choices = fixture::choices();
    let post = RawPost::from_urlencoded(body).map_err(|fault| fault.to_string())?;
    let texts = texts(definition);
    match validate(definition, &post, &choices) {
        Ok(submission) => {
            let page = view::check(definition, &texts, &choices, &submission, &post, Some("clé"), &[]);
            let again = RawPost::from_pairs(page.hidden.into_iter().map(|hidden| (hidden.name, hidden.value)));
            assert_eq!(validate(definition, &again, &choices).as_ref(), Ok(&submission));
            assert_eq!(publication::draft(definition, &submission).is_some(), definition.publication.is_some());
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

/// Answers to what the site offers: right, nearly right, or anything.
fn site_answer() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => prop::sample::select(vec![
            "geriatrie/cafe@jeudi-15h00", "base@2a61637e", "/savoir/", "https://exemple.fr/savoir?a=b#c", "/",
            "prenom.nom@exemple.fr", "prenom.nom@SERVICE.exemple.fr", "",
        ]).prop_map(str::to_owned),
        1 => prop::sample::select(vec!["geriatrie/cafe", "base@", "@", "savoir", "a@exemple.com", "https://"]).prop_map(str::to_owned),
        1 => any::<String>().prop_map(|text| text.replace('\0', "")),
    ]
}

/// Names as forms have them and any other, ours included.
fn pairs() -> impl Strategy<Value = Vec<(String, String)>> {
    let name = prop_oneof![
        3 => prop::sample::select(vec!["message", "courriel", "_cle", "_version", "_autre", "", "a&b=c"]).prop_map(str::to_owned),
        1 => any::<String>(),
    ];
    let pair = (name, any::<String>()).prop_map(|(name, value)| (name.replace('\0', ""), value.replace('\0', "")));
    prop::collection::vec(pair, 0..8)
}

proptest! {
    #![proptest_config(cases(CASES))]

    #[test]
    fn what_a_browser_encodes_is_decoded_as_it_was(pairs in pairs(), every_byte in any::<bool>()) {
        let body = if every_byte {
            let hex = |text: &str| text.bytes().fold(String::new(), |hex, byte| hex + &format!("%{byte:02x}"));
            pairs.iter().map(|(name, value)| format!("{}={}", hex(name), hex(value))).collect::<Vec<_>>().join("&")
        } else {
            url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&pairs).finish()
        };
        let values = |ours: &str| pairs.iter().filter(|(name, _)| name == ours).map(|(_, value)| value).collect::<BTreeSet<_>>();
        let expected = match [KEY, VERSION].into_iter().find(|ours| values(ours).len() > 1) {
            Some(ours) => Err(PostError::Contradiction(ours)),
            None => Ok(RawPost::from_pairs(pairs.clone())),
        };
        prop_assert_eq!(RawPost::from_urlencoded(body.as_bytes()), expected);
    }

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
    fn no_answer_that_the_site_does_not_offer_is_taken(
        slot in site_answer(),
        charter in site_answer(),
        page in site_answer(),
        email in site_answer(),
        word in any::<String>(),
    ) {
        let pairs =
            [("creneau", slot), ("charte", charter), ("page", page), ("courriel", email), ("mot", word.replace('\0', ""))];
        let Ok(submission) = travel_with(fixture::visit(), encode(&pairs).as_bytes()) else { return Ok(()) };
        let text = |name: &str| match submission.answer(name).map(|answer| &answer.value) {
            Some(AnswerValue::Text(text)) => text.as_str(),
            _ => "",
        };
        prop_assert_eq!(text("creneau"), "geriatrie/cafe@jeudi-15h00");
        prop_assert_eq!(submission.space.as_deref(), Some("geriatrie"));
        prop_assert!(["", "base@2a61637e"].contains(&text("charte")));
        prop_assert!(["", "/", "/savoir/"].contains(&text("page")));
        prop_assert!(text("courriel").to_ascii_lowercase().ends_with("exemple.fr"));
        prop_assert_eq!(submission.address_to_confirm(fixture::visit()), submission.receipt_address());
    }

    #[test]
    fn an_address_of_a_page_keeps_its_slashes(text in "\\PC{0,40}") {
        if let Some(path) = path_of(&text) {
            prop_assert!(path.starts_with('/') && path.ends_with('/') && !path.contains(['?', '#']));
            prop_assert_eq!(path_of(&path), Some(path.clone()));
        }
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
fn a_visit_with_the_right_answers_is_taken() {
    let pairs = [
        ("creneau", "geriatrie/cafe@jeudi-15h00".to_owned()),
        ("charte", "base@2a61637e".to_owned()),
        ("page", "https://exemple.fr/savoir?a=b#c".to_owned()),
        ("courriel", "prenom.nom@SERVICE.exemple.fr".to_owned()),
    ];
    let submission = travel_with(fixture::visit(), encode(&pairs).as_bytes()).unwrap();
    let shown: Vec<&str> = submission.answers.iter().map(|answer| answer.shown.as_str()).collect();
    assert_eq!(
        shown,
        [
            "Café\u{a0}: jeudi à 15\u{a0}h",
            "Charte de base, version 2a61637e du 22 novembre 2026",
            "Savoir (/savoir/)",
            "prenom.nom@SERVICE.exemple.fr",
        ]
    );
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
