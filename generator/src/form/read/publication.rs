//! Reads what approving a submission publishes.

use crate::fields::{Fields, Spanned};
use crate::form::definition::{Publication, PublishedField};

use super::{is_machine_name, required_choice, required_map, required_spanned};

pub(super) fn read(fields: &Fields<'_>) -> Option<Publication> {
    let map = fields.map("publication")?;
    let kind = required_choice(&map, "contient");
    let folder = required_spanned(&map, "dossier");
    if !folder.value.is_empty() && !folder.value.split('/').all(is_machine_name) {
        map.fault(
            &folder.range,
            "dossier",
            &format!("« {} » n’est pas un nom de dossier", folder.value),
            "écrivez-le en minuscules sans accent, par exemple post-its",
        );
    }
    let mut published = Vec::new();
    if let Some(keys) = required_map(&map, "champs") {
        for entry in keys.rest() {
            let Some(field) = keys.scalar(&entry.value, &entry.key) else { continue };
            let key = (entry.key != "corps").then(|| entry.key.clone());
            let field = Spanned { value: field.trim().to_owned(), range: entry.value.range.clone() };
            published.push(PublishedField { key, field });
        }
    }
    map.finish();
    Some(Publication { kind: kind?, folder: folder.value, fields: published })
}
