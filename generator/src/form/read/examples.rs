//! Reads the posts that a definition gives of itself.

use crate::fields::{Fields, Spanned};
use crate::form::definition::{Example, FaultKind};
use crate::yaml::{Entry, Value};

use super::{known_word, required_map, required_spanned};

pub(super) fn read(fields: &Fields<'_>) -> Vec<Example> {
    let read = fields.nodes("exemples").iter().map(|node| {
        let map = fields.item(node);
        let name = required_spanned(&map, "nom");
        let sent = required_map(&map, "envoi");
        let values = sent.iter().flat_map(|sent| sent.rest().map(|entry| (key_of(entry), sent_values(sent, entry))));
        let values = values.collect();
        let expected = map.map("fautes");
        let faults = expected.iter().flat_map(|expected| {
            expected.rest().filter_map(|entry| {
                let word = expected.scalar(&entry.value, &entry.key).unwrap_or_default().trim().to_owned();
                let word = Spanned { value: word, range: entry.value.range.clone() };
                Some((key_of(entry), known_word::<FaultKind>(expected, &word, &entry.key)?))
            })
        });
        let faults = faults.collect();
        map.finish();
        Example { name, values, faults }
    });
    read.collect()
}

fn key_of(entry: &Entry) -> Spanned<String> {
    Spanned { value: entry.key.clone(), range: entry.key_range.clone() }
}

/// What an example sends under one name: a list for a question with several boxes.
fn sent_values(fields: &Fields<'_>, entry: &Entry) -> Vec<String> {
    let items = match &entry.value.value {
        Value::List(items) => items.as_slice(),
        _ => std::slice::from_ref(&entry.value),
    };
    let texts = items.iter().map(|item| match item.value {
        Value::Null => String::new(),
        _ => fields.scalar(item, &entry.key).unwrap_or_default().to_owned(),
    });
    texts.collect()
}
