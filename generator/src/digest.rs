//! Numbers that stand for values: equal values have equal ones, and two different values the same
//! one about once in the life of the universe.
//!
//! They say what has changed between two builds of one process, or of one program. They protect
//! nothing: who can choose the values can find two that share a number.

use std::hash::{DefaultHasher, Hash, Hasher};

/// The number that stands for a value.
pub fn digest<T: Hash + ?Sized>(value: &T) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}
