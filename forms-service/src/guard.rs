//! What in a submission looks like a patient's data or somebody's health.
//!
//! The reading itself is the generator's ([`generator::guard`]): this only says which answers are
//! read. It is a net with known holes; nothing that follows from it is a promise.

use generator::form::{AnswerValue, Flag, ValidSubmission};
use generator::guard::Guard;

/// The suspicions about the texts that somebody typed, each once.
pub fn flags(guard: &Guard, submission: &ValidSubmission) -> Vec<Flag> {
    let mut flags: Vec<Flag> = Vec::new();
    for answer in &submission.answers {
        // The sender's own address is asked for, and says nothing of anybody's health.
        let AnswerValue::Text(text) = &answer.value else { continue };
        if submission.reply_to.as_deref() == Some(text) {
            continue;
        }
        for finding in guard.scan(text) {
            let flag = Flag { field: answer.name.clone(), looks_like: finding.kind.label().to_owned() };
            if !flags.contains(&flag) {
                flags.push(flag);
            }
        }
    }
    flags
}
