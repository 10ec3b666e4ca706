//! A text read as the YAML of a form.

#![no_main]

#[path = "../../generator/tests/properties/portal.rs"]
mod portal;
#[path = "../../generator/tests/properties/sound_definition.rs"]
mod sound_definition;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    sound_definition::check(text);
});
