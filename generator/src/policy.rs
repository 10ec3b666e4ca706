//! How much what was found weighs in one build: as it is, more (`--strict`), or less (`--lenient`).
//!
//! Decided in one place, when a diagnostic enters the collection of the whole build: no reader of
//! content ever asks which policy holds, so what is known of a file is the same under all of them.

mod lenience;

use crate::diagnostic::{Diagnostic, Severity};

use self::lenience::Softened;

/// What faults and warnings weigh in a build.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Policy {
    /// Errors keep the site from being written, warnings do not.
    #[default]
    Usual,
    /// Warnings keep it from being written too.
    Strict,
    /// For bringing in pages of another site: what is safe to publish is a warning at most.
    Lenient,
}

impl Policy {
    /// The diagnostic as it counts in this build; `None` when nobody needs to hear of it.
    pub fn weigh(self, diagnostic: Diagnostic) -> Option<Diagnostic> {
        match (self, diagnostic.severity) {
            (Self::Usual, _) | (Self::Strict, Severity::Error) => Some(diagnostic),
            (Self::Strict, Severity::Warning) => Some(Diagnostic { severity: Severity::Error, ..diagnostic }),
            (Self::Lenient, _) => match lenience::of(&diagnostic) {
                Softened::Not => Some(diagnostic),
                Softened::Warning => Some(diagnostic.warning()),
                Softened::Silence => None,
            },
        }
    }
}
