//! What holds of any post, any definition and any text, on the forms and the theme of the portal.
//!
//! The `sound_*` modules say what must hold; the fuzz targets (`fuzz/`) ask the same of bytes that
//! a coverage-guided search makes up.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails where it stands")]

mod cases;
mod html;
mod portal;
mod sound_body;
mod sound_definition;
mod sound_guard;
mod sound_page;
mod sound_post;

mod bodies;
mod definitions;
mod heads;
mod posts;
mod published;
mod seeds;
