//! Numbers that stand for values: equal values have equal ones, and two different values the same
//! one about once in the life of the universe.
//!
//! They say what has changed between two builds of one process, or of one program. They protect
//! nothing: who can choose the values can find two that share a number.

use std::hash::{BuildHasher, Hash, Hasher};

use foldhash::quality::FixedState;

/// The number that stands for a value.
pub fn digest<T: Hash + ?Sized>(value: &T) -> u64 {
    let mut hasher = hasher();
    value.hash(&mut hasher);
    hasher.finish()
}

/// Makes the number of several values, one after the other; the same in every run.
pub fn hasher() -> impl Hasher {
    FixedState::with_seed(0).build_hasher()
}
