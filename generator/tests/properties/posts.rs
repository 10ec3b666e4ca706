//! Any post to any form of the portal.

use generator::form::RawPost;
use generator::form::definition::{Example, FormDefinition};
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::cases::{CASES, cases};
use super::portal::PORTAL;
use super::sound_post::check;

/// Texts that mean something to a page, a mail or a table, and any other.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        3 => select(vec![
            "<script>alert(1)</script>", "</textarea>", "\"", "'", " onfocus=\"x\"", "><img src=x>", "&amp;", "&lt;", "<!--",
            "]]>", "{{ page }}", "{% raw %}", "\r\n", "\t", "\u{338}", "\u{202e}", "\u{200b}", "é", "🌻", "=", "Merci à l’équipe ",
        ]).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat().replace('\0', ""))
}

/// Good posts of a form in which some answers were replaced, added or left out.
fn post() -> impl Strategy<Value = (String, String)> {
    let change = prop_oneof![16 => Just(None), 3 => text().prop_map(|text| Some(Some(text))), 1 => Just(Some(None))];
    (any::<Index>(), any::<Index>(), prop::collection::vec(change, 40), prop::option::weighted(0.05, text())).prop_map(
        |(form, example, changes, stranger)| {
            let definition = &form.get(&PORTAL.forms.values().collect::<Vec<_>>()).definition;
            let post = example.get(&definition.examples).post(&PORTAL.choices);
            let changed = post.answers().zip(changes).filter_map(|((name, value), change)| match change {
                None => Some((name.to_owned(), value.to_owned())),
                Some(other) => other.map(|other| (name.to_owned(), other)),
            });
            let stranger = stranger.map(|text| (text, "x".to_owned()));
            (definition.id.clone(), encode(changed.chain(stranger)))
        },
    )
}

pub fn encode(pairs: impl IntoIterator<Item = (String, String)>) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// What a browser sends of an example.
pub fn body_of(example: &Example) -> String {
    let post = example.post(&PORTAL.choices);
    encode(post.answers().map(|(name, value)| (name.to_owned(), value.to_owned())))
}

proptest! {
    // Each renders two pages of the real theme.
    #![proptest_config(cases(CASES / 25))]

    #[test]
    fn what_was_typed_is_shown_and_is_never_markup((form, body) in post()) {
        check(&PORTAL.forms[&form], body.as_bytes());
    }
}

#[test]
fn every_good_example_of_every_form_reaches_its_check_page() {
    let forms = PORTAL.forms.values();
    let good = forms.flat_map(|form| form.definition.examples.iter().map(move |example| (form, example)));
    for (form, example) in good {
        let taken = check(form, body_of(example).as_bytes()).is_some();
        assert_eq!(taken, example.faults.is_empty(), "{}: {}", form.definition.id, example.name.value);
    }
}

#[test]
fn the_posts_of_the_property_reach_both_pages() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let posts = (0..200).map(|_| post().new_tree(&mut runner).unwrap().current());
    let good = posts.filter(|(form, body)| is_valid(&PORTAL.forms[form].definition, body)).count();
    assert!((20..180).contains(&good), "{good} of 200 are valid");
}

fn is_valid(definition: &FormDefinition, body: &str) -> bool {
    let post = RawPost::from_urlencoded(body.as_bytes()).unwrap();
    generator::form::validate(definition, &post, &PORTAL.choices).is_ok()
}
