//! Tags (« étiquettes ») and the pages that bear them.

use std::collections::BTreeMap;

use foldhash::{HashMap, HashMapExt as _};

use super::{PageId, SitePage};
use crate::slug::slugify;

/// A tag of at least one page that shows.
#[derive(Clone, Debug)]
pub struct Tag {
    /// As first written.
    pub title: String,
    /// `/etiquettes/<slug>/`.
    pub url: String,
    /// The pages that bear it, by title.
    pub pages: Vec<PageId>,
}

/// All tags, by address; spellings that share an address are one tag.
pub fn collect(pages: &[SitePage]) -> Vec<Tag> {
    let mut tags: BTreeMap<String, Tag> = BTreeMap::new();
    // Thousands of pages bear the same few words.
    let mut slugs: HashMap<&str, String> = HashMap::new();
    for (id, page) in pages.iter().enumerate().filter(|(_, page)| page.is_shown()) {
        for written in &page.parsed.meta.tags {
            let slug = slugs.entry(&written.value).or_insert_with(|| slugify(&written.value));
            if slug.is_empty() {
                continue;
            }
            if !tags.contains_key(slug) {
                let tag = Tag { title: written.value.clone(), url: url_of(&written.value), pages: Vec::new() };
                tags.insert(slug.clone(), tag);
            }
            let Some(tag) = tags.get_mut(slug) else { continue };
            if tag.pages.last() != Some(&id) {
                tag.pages.push(id);
            }
        }
    }
    tags.into_values().collect()
}

/// The address of a tag's page.
pub fn url_of(tag: &str) -> String {
    format!("/etiquettes/{}/", slugify(tag))
}
