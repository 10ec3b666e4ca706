//! A text that is a whole file of the content: a page, and a folder's own page.

#![no_main]

#[path = "../../generator/tests/properties/sound_page.rs"]
mod sound_page;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    sound_page::check("a.md", text);
    sound_page::check("_index.md", text);
});
