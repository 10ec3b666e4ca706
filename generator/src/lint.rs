//! What an editor is warned of in a text that a parser finds nothing wrong with.
//!
//! Each check looks for the few bytes that give its fault away, over the whole text at once, and
//! only then reads around them. Code, addresses and attributes are not prose and are left alone.

pub mod left_in;
