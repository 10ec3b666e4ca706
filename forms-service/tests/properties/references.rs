//! Any text as a reference: one written form, and nothing that is none.

use forms_service::reference::Reference;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::cases::{CASES, cases};

proptest! {
    #![proptest_config(cases(CASES))]

    #[test]
    fn what_is_read_has_one_written_form(text in prop_oneof![any::<String>(), "[ 0-9A-Za-z-]{8,14}", "[0-9A-Za-z]{10}"]) {
        let Some(read) = Reference::parse(&text) else { return Ok(()) };
        prop_assert_eq!(read.as_str().len(), 10);
        prop_assert!(read.as_str().bytes().all(|byte| b"0123456789ABCDEFGHJKMNPQRSTVWXYZ".contains(&byte)));
        prop_assert_eq!(Reference::parse(read.as_str()), Some(read));
    }

    #[test]
    fn a_reference_is_understood_however_it_is_dictated(
        written in "[0-9A-HJKMNP-TV-Z]{10}",
        small in any::<bool>(),
        gaps in prop::collection::vec((any::<Index>(), select(vec![' ', '-'])), 0..5),
        look_alike in select(vec![('1', 'I'), ('1', 'l'), ('0', 'o'), ('0', 'O')]),
    ) {
        let mut dictated = if small { written.to_ascii_lowercase() } else { written.clone() };
        dictated = dictated.replace(look_alike.0, &look_alike.1.to_string());
        for (at, gap) in gaps {
            dictated.insert(at.index(dictated.len() + 1), gap);
        }
        let read = Reference::parse(&dictated).unwrap();
        prop_assert_eq!(read.as_str(), written);
    }
}
