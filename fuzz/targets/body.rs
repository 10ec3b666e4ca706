//! A text that is read as the body of a page.

#![no_main]

#[path = "../../generator/tests/properties/html.rs"]
mod html;
#[path = "../../generator/tests/properties/sound_body.rs"]
mod sound_body;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &str| {
    sound_body::check(data);
});
