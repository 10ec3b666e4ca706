//! The id of a form on the first line, then the bytes of a post to it: decoded, judged, and shown
//! on the page that answers it.

#![no_main]

#[path = "../../generator/tests/properties/html.rs"]
mod html;
#[path = "../../generator/tests/properties/portal.rs"]
mod portal;
#[path = "../../generator/tests/properties/sound_post.rs"]
mod sound_post;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some(end) = data.iter().position(|byte| *byte == b'\n') else { return };
    let Some(form) = std::str::from_utf8(&data[..end]).ok().and_then(|id| portal::PORTAL.forms.get(id)) else { return };
    sound_post::check(form, &data[end + 1..]);
});
