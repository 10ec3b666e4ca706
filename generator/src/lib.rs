//! The generator: French Markdown and a theme become the static site of the portal.
//!
//! The journey of a page, in the order of the modules below. Each step takes the type before it
//! and gives the type after it; all of them report into one [`diagnostic::Diagnostics`], so that
//! an editor sees every fault at once.
//!
//! 1. [`inventory`] knows which files there are, and in what state; [`source`] reads those that
//!    changed: `SourceFile`.
//! 2. [`front_matter`] cuts a page, [`yaml`] reads its head as a tree of spanned nodes,
//!    [`fields`] takes typed values from it; [`settings`] and [`establishment`] read the
//!    portal's own files the same way, [`form`] its forms; [`guard`] looks in what people type
//!    for what must not be published.
//! 3. [`content`] says what each kind of page holds, [`markdown`] reads its body, [`lint`] looks for
//!    what no parser minds, [`typography`] gives its text French spacing; [`parse`] puts them
//!    together: `ParsedPage`.
//! 4. [`site`] gives each page its address and neighbours and follows every link: `Site`.
//! 5. [`theme`] holds templates and [`assets`]; [`render`] plans the files, and makes their bytes.
//! 6. [`output`] writes what changed beside its place, and puts it there when all of it succeeded.
//!
//! [`policy`] decides how much a diagnostic weighs in one build (`--strict`, `--lenient`); no reader
//! of content asks it. [`schema`] says what may be written, from the readers themselves; [`report`]
//! writes what is at fault for editors and forges. What is known of each page from one build to the
//! next stands `alongside` the list of them.
//!
//! [`publish`] goes the other way: from an approved submission to files of the content folder.
//! [`build`] is that journey as one call, or again and again; [`receipt`] knows that there is nothing
//! to build; [`portal`] is what the forms service keeps of it;
//! [`serve`] and [`watch`] show a site on this machine, [`preview`] puts the two together.
//! Nothing before [`output`] writes, and nothing but [`inventory`], [`receipt`], [`source`],
//! [`theme`], [`assets`], [`images`] and [`git_dates`] reads.

mod alongside;
pub mod diagnostic;
pub mod digest;
pub mod policy;

pub mod inventory;
pub mod locate;
pub mod source;

pub mod front_matter;
pub mod yaml;

pub mod dates;
pub mod fields;
pub mod shape;
pub mod slug;

pub mod establishment;
pub mod form;
pub mod guard;
mod lines;
pub mod lint;
mod scan;
pub mod settings;

pub mod content;
pub mod markdown;
pub mod typography;

pub mod parse;

pub mod publish;

pub mod site;

pub mod assets;
pub mod git_dates;
pub mod images;
pub mod theme;

pub mod feeds;
pub mod render;
pub mod sitemap;
mod xml;

pub mod output;

pub mod build;
pub mod memory;
mod places;
pub mod portal;
pub mod receipt;

pub mod preview;
pub mod serve;
pub mod watch;

pub mod report;
pub mod schema;

pub mod cli;
pub mod new;

#[cfg(test)]
#[path = "../tests/properties/cases.rs"]
mod cases;
