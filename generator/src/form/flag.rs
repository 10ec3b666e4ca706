//! What an answer looks like and should not be: a patient's data, somebody's health.
//!
//! Whoever reads the answers for it is not here; this only says where it was found, for the
//! check page, the mail and the page that moderators read. It is a suspicion, never a verdict.

use serde::{Deserialize, Serialize};

/// A suspicion about one answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flag {
    /// The field's name.
    pub field: String,
    /// What it looks like, in French with its article: « un numéro de sécurité sociale ».
    pub looks_like: String,
}

/// What the answer to `field` looks like, for a sentence that begins with « ressemble à »;
/// `None` when nothing was found in it.
pub(super) fn resemblance(flags: &[Flag], field: &str) -> Option<String> {
    let mut found: Vec<&str> = Vec::new();
    for flag in flags.iter().filter(|flag| flag.field == field) {
        if !found.contains(&flag.looks_like.as_str()) {
            found.push(&flag.looks_like);
        }
    }
    (!found.is_empty()).then(|| found.join(" ou à "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_found_twice_is_said_once() {
        let flag = |field: &str, looks_like: &str| Flag { field: field.to_owned(), looks_like: looks_like.to_owned() };
        let flags = [flag("a", "un nom"), flag("b", "une date"), flag("a", "une chambre"), flag("a", "un nom")];
        assert_eq!(resemblance(&flags, "a").as_deref(), Some("un nom ou à une chambre"));
        assert_eq!(resemblance(&flags, "c"), None);
    }
}
