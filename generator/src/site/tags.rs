//! Tags (« étiquettes ») and the pages that bear them.

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
    let mut tags: Vec<(String, Tag)> = Vec::new();
    let mut by_slug: HashMap<String, usize> = HashMap::new();
    // Thousands of pages bear the same few words. A word without a letter is no tag.
    let mut by_word: HashMap<&str, Option<usize>> = HashMap::new();
    for (id, page) in pages.iter().enumerate().filter(|(_, page)| page.is_shown()) {
        for written in &page.parsed.meta.tags {
            let at = *by_word.entry(&written.value).or_insert_with(|| {
                let slug = slugify(&written.value);
                if slug.is_empty() {
                    return None;
                }
                Some(*by_slug.entry(slug).or_insert_with_key(|slug| {
                    let tag = Tag { title: written.value.clone(), url: url_of(&written.value), pages: Vec::new() };
                    tags.push((slug.clone(), tag));
                    tags.len() - 1
                }))
            });
            if let Some((_, tag)) = at.map(|at| &mut tags[at])
                && tag.pages.last() != Some(&id)
            {
                tag.pages.push(id);
            }
        }
    }
    tags.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
    tags.into_iter().map(|(_, tag)| tag).collect()
}

/// The address of a tag's page.
pub fn url_of(tag: &str) -> String {
    format!("/etiquettes/{}/", slugify(tag))
}
