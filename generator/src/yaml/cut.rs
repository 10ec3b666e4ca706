//! A `#` after a space starts a comment, and cuts the value that it was meant to be part of.

use std::ops::Range;

use super::mistakes::quoted;
use super::{Entry, Node, Value};
use crate::diagnostic::Diagnostics;
use crate::source::SourceFile;

/// Says which values were cut by the comments that stand at `comments`; a value that is lost whole
/// is put back.
pub(super) fn report(source: &SourceFile, comments: &[Range<usize>], node: &mut Node, diagnostics: &Diagnostics) {
    const SHOWN: usize = 20;
    for comment in comments.iter().take(SHOWN) {
        let start = source.text[..comment.start].rfind('\n').map_or(0, |end| end + 1);
        let line = &source.text[start..comment.end];
        let (key, kept) = line[..comment.start - start].rsplit_once(": ").unwrap_or(("", ""));
        let (key, kept) = (key.trim_start_matches([' ', '-']), kept.trim());
        let lost = source.text[comment.clone()].trim_end();
        let whole = if kept.is_empty() { lost.to_owned() } else { format!("{kept} {lost}") };
        let place = comment.start..comment.start + lost.len();
        if kept.is_empty() && put_back_words(node, start..comment.start, &place, lost) {
            let words: Vec<_> = hashtags(lost).collect();
            let message = "après une espace, « # » commence une remarque : ces étiquettes sont perdues";
            let help = format!("écrivez-les entre crochets, sans « # » : {key}: [{}]", words.join(", "));
            diagnostics.add(source.error(place, "yaml-diese", message).help(help));
            continue;
        }
        let help = format!("mettez toute la valeur entre guillemets : {}", quoted(key, &whole));
        if kept.is_empty() && put_back(node, start..comment.start, &place, lost) {
            let message = "après une espace, « # » commence une remarque : la valeur est perdue";
            diagnostics.add(source.error(place, "yaml-diese", message).help(help));
        } else if !kept.is_empty() && !kept.ends_with(['"', '\'', ']', '}']) {
            let message = "après une espace, « # » commence une remarque : la valeur s’arrête là";
            diagnostics.add(source.warning(place, "yaml-diese", message).help(help));
        }
    }
}

/// The keys whose words people write as they do elsewhere: `#relations #accueil`.
const TAGS: [&str; 2] = ["etiquettes", "tags"];

/// The words of a text, without the signs and commas around them.
fn hashtags(text: &str) -> impl Iterator<Item = &str> {
    text.split('#').map(|word| word.trim_matches([' ', ','])).filter(|word| !word.is_empty())
}

/// Gives the tags that start within `line`, and were lost, their words.
fn put_back_words(node: &mut Node, line: Range<usize>, place: &Range<usize>, lost: &str) -> bool {
    let Value::Map(entries) = &mut node.value else { return false };
    let found = |entry: &&mut Entry| {
        TAGS.contains(&entry.key.as_str())
            && entry.value.value == Value::Null
            && line.contains(&entry.key_range.start)
            && hashtags(lost).next().is_some()
    };
    let Some(entry) = entries.iter_mut().find(found) else { return false };
    let word = |word: &str| Node { range: place.clone(), value: Value::Scalar(word.to_owned()) };
    entry.value = Node { range: place.clone(), value: Value::List(hashtags(lost).map(word).collect()) };
    true
}

/// Gives the entry or item that starts within `line` and has no value the text that was lost.
fn put_back(node: &mut Node, line: Range<usize>, place: &Range<usize>, lost: &str) -> bool {
    let found = || Node { range: place.clone(), value: Value::Scalar(lost.to_owned()) };
    match &mut node.value {
        Value::Map(entries) => entries.iter_mut().any(|entry| {
            if entry.value.value == Value::Null && line.contains(&entry.key_range.start) {
                entry.value = found();
                return true;
            }
            put_back(&mut entry.value, line.clone(), place, lost)
        }),
        Value::List(items) => items.iter_mut().any(|item| put_back(item, line.clone(), place, lost)),
        Value::Null | Value::Scalar(_) => false,
    }
}
