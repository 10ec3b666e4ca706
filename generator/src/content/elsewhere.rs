//! The keys that other generators have for what a page says of itself here.
//!
//! They are read under our names, and reported: a portal's own pages use its own words, pages that
//! are brought in from elsewhere (`--lenient`) keep theirs.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::diagnostic::Diagnostics;
use crate::source::SourceFile;
use crate::yaml::{Entry, Node, Value};

/// Our key for one of another generator, with its usual doubles.
fn ours(key: &str) -> Option<&'static [&'static str]> {
    Some(match key {
        "lastmod" | "lastUpdated" | "last_modified_at" | "last_update" | "modified" => &["mis_a_jour", "updated"],
        "publishDate" | "publish_date" => &["publie_le"],
        "expiryDate" | "expiry_date" | "unpublishDate" => &["expire_le", "expires"],
        "publishedDate" | "pubDate" | "post_date" | "created" | "created_at" => &["date"],
        "linkTitle" | "sidebar_label" | "nav_title" | "short_title" => &["titre_court"],
        "summary" | "excerpt" | "post_excerpt" => &["resume", "description"],
        "order" | "nav_order" | "sidebar_position" => &["ordre", "weight"],
        "redirect_from" | "permalink" => &["alias", "aliases"],
        "published" => &["brouillon", "draft"],
        "post_title" => &["titre", "title"],
        _ => return None,
    })
}

/// What becomes of a key that other tools have and a page here has not.
pub fn way_out(key: &str) -> Option<&'static str> {
    Some(match key {
        "author" | "authors" | "auteur" | "auteurs" | "autrice" => {
            "retirez cette ligne : une page ne nomme pas la personne qui l’écrit"
        }
        "layout" | "template" | "type" | "toc" | "lang" | "id" | "ID" | "guid" | "comments" | "sidebar"
        | "post_type" => "retirez cette ligne : elle ne sert qu’à l’outil d’où vient la page",
        "image" | "cover" | "thumbnail" | "featured_image" | "illustration" => {
            "retirez cette ligne, et montrez l’image dans le texte : ![ce qu’elle montre](image.png)"
        }
        "contient" => "cette clé a sa place dans le « _index.md » d’un dossier : elle dit ce qu’il contient",
        _ => return None,
    })
}

/// Gives the keys of other generators our names, where a page does not use ours as well.
pub fn rename(source: &SourceFile, fields: &mut Node, diagnostics: &Diagnostics) {
    let Value::Map(entries) = &mut fields.value else { return };
    for at in 0..entries.len() {
        let Some(names) = ours(&entries[at].key) else { continue };
        let name = names[0];
        if entries.iter().any(|entry| names.contains(&entry.key.as_str())) {
            continue;
        }
        let entry = &mut entries[at];
        let meaning = if entry.key == "published" { " (oui et non échangés)" } else { "" };
        diagnostics.add(
            source
                .error(
                    entry.key_range.clone(),
                    "cle-ailleurs",
                    format!("la clé « {} » est celle d’un autre outil", entry.key),
                )
                .help(format!("écrivez « {name} »{meaning}")),
        );
        if entry.key == "published" {
            turn_round(&mut entry.value);
        }
        if entry.key == "permalink" {
            let range = entry.value.range.clone();
            let address = std::mem::replace(&mut entry.value, Node { range: range.clone(), value: Value::Null });
            entry.value = Node { range, value: Value::List(vec![address]) };
        }
        name.clone_into(&mut entry.key);
    }
}

/// What is published is no draft.
fn turn_round(node: &mut Node) {
    if let Value::Scalar(text) = &mut node.value {
        match text.to_lowercase().as_str() {
            "true" | "yes" | "oui" => "non".clone_into(text),
            "false" | "no" | "non" => "oui".clone_into(text),
            _ => {}
        }
    }
}

/// The keys that nobody knows here, as a theme may use them (`page.extra`). Texts stay as they were
/// written, a number too: a telephone number keeps its zero. `true` and `false` are what they say.
pub fn extra<'a>(entries: impl Iterator<Item = &'a Entry>) -> BTreeMap<String, Json> {
    entries.map(|entry| (entry.key.clone(), json(&entry.value))).collect()
}

fn json(node: &Node) -> Json {
    match &node.value {
        Value::Null => Json::Null,
        Value::Scalar(text) if text == "true" => Json::Bool(true),
        Value::Scalar(text) if text == "false" => Json::Bool(false),
        Value::Scalar(text) => Json::String(text.clone()),
        Value::List(items) => Json::Array(items.iter().map(json).collect()),
        Value::Map(entries) => {
            Json::Object(entries.iter().map(|entry| (entry.key.clone(), json(&entry.value))).collect())
        }
    }
}
