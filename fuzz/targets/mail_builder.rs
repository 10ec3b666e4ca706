//! The sender's name, a subject, an address to answer to, a text and its HTML, between lines of
//! two hyphens: built as a mail, and read again.

#![no_main]

#[path = "../../forms-service/tests/properties/sound_mail.rs"]
mod sound_mail;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Some(words) = sound_mail::Words::parse(text) {
        words.check();
    }
});
