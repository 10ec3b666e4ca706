//! A pattern of patient numbers on the first line, then a text that the guard reads.

#![no_main]

#[path = "../../generator/tests/properties/sound_guard.rs"]
mod sound_guard;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &str| {
    sound_guard::check(data);
});
