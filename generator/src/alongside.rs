//! What is known of each item of a list, side by side with it.
//!
//! From one build to the next the list of pages hardly changes, and neither does its order: what was made
//! of a page is then found by its place, where looking up ten thousand of them would take longer than
//! the page that changed.

use std::hash::Hash;

use foldhash::HashMap;

/// Something of each item of a list, found by its place as long as the list is the same.
#[derive(Debug)]
pub struct Alongside<K, T> {
    keys: Vec<K>,
    known: Vec<Option<T>>,
}

impl<K, T> Default for Alongside<K, T> {
    fn default() -> Self {
        Self { keys: Vec::new(), known: Vec::new() }
    }
}

impl<K: Clone + Eq + Hash, T> Alongside<K, T> {
    /// What is known of the items with these keys, in their order; `None` for those that are new. What was
    /// known of others is forgotten. Of a key that comes twice, each may be given what is known of the other.
    pub fn of<'k>(&mut self, keys: impl ExactSizeIterator<Item = &'k K> + Clone) -> &mut [Option<T>]
    where
        K: 'k,
    {
        if keys.len() != self.keys.len() || !keys.clone().eq(&self.keys) {
            let before = std::mem::take(&mut self.keys).into_iter().zip(std::mem::take(&mut self.known));
            let mut before: HashMap<K, Option<T>> = before.collect();
            self.known = keys.clone().map(|key| before.remove(key).flatten()).collect();
            self.keys = keys.cloned().collect();
        }
        &mut self.known
    }

    /// As it was last asked for.
    pub fn known(&self) -> &[Option<T>] {
        &self.known
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_follows_its_item_and_goes_with_it() {
        let mut all = Alongside::default();
        let mut known = |keys: &[u64]| {
            let found: Vec<Option<u64>> = all.of(keys.iter()).to_vec();
            for (slot, key) in all.of(keys.iter()).iter_mut().zip(keys) {
                *slot = Some(10 * key);
            }
            found
        };
        assert_eq!(known(&[1, 2, 3]), [None; 3]);
        assert_eq!(known(&[1, 2, 3]), [Some(10), Some(20), Some(30)]);
        assert_eq!(known(&[3, 4, 1]), [Some(30), None, Some(10)]);
        assert_eq!(known(&[3, 2, 1]), [Some(30), None, Some(10)], "the second was forgotten");
        assert_eq!(known(&[]), []);
        assert_eq!(known(&[1]), [None]);
    }
}
