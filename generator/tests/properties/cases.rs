//! How much a property test tries.

use proptest::test_runner::Config;

/// As many cases as a property has, if each costs next to nothing. `PROPTEST_CASES` in the
/// environment weighs more, for every property alike.
pub const CASES: u32 = 10_000;

/// So many cases. What fails is not kept in a file: it becomes a test with a name.
pub fn cases(number: u32) -> Config {
    Config { cases: number, failure_persistence: None, ..Config::default() }
}
