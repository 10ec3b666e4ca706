//! Where the fuzz targets begin (`fuzz/seeds`): what is kept there holds, today and tomorrow.

use std::fs;
use std::path::PathBuf;

use super::portal::{PORTAL, root};
use super::posts::body_of;
use super::{sound_body, sound_definition, sound_guard, sound_page, sound_post};

fn folder(target: &str) -> PathBuf {
    root().join("fuzz/seeds").join(target)
}

fn seeds(target: &str) -> Vec<Vec<u8>> {
    let files = fs::read_dir(folder(target)).unwrap().map(|file| fs::read(file.unwrap().path()).unwrap());
    let seeds: Vec<_> = files.collect();
    assert!(!seeds.is_empty(), "no seeds of {target}");
    seeds
}

#[test]
fn the_seeds_of_the_form_decoder_hold() {
    for seed in seeds("form_decoder") {
        let (id, body) = seed.split_at(seed.iter().position(|byte| *byte == b'\n').unwrap());
        sound_post::check(&PORTAL.forms[std::str::from_utf8(id).unwrap()], &body[1..]);
    }
}

#[test]
fn the_seeds_of_the_form_definition_hold() {
    for seed in seeds("form_definition") {
        sound_definition::check(std::str::from_utf8(&seed).unwrap());
    }
}

#[test]
fn the_seeds_of_the_guard_hold() {
    for seed in seeds("guard") {
        sound_guard::check(std::str::from_utf8(&seed).unwrap());
    }
}

#[test]
fn the_seeds_of_the_body_hold() {
    for seed in seeds("body") {
        sound_body::check(std::str::from_utf8(&seed).unwrap());
    }
}

#[test]
fn the_seeds_of_the_page_hold() {
    for seed in seeds("page") {
        let text = std::str::from_utf8(&seed).unwrap();
        sound_page::check("a.md", text);
        sound_page::check("_index.md", text);
    }
}

#[test]
#[ignore = "writes the seeds that come from the examples of the forms"]
fn write_the_seeds_of_the_form_decoder() {
    for form in PORTAL.forms.values() {
        for (example, number) in form.definition.examples.iter().zip(1..) {
            let path = folder("form_decoder").join(format!("{}-{number}", form.definition.id));
            fs::write(path, format!("{}\n{}", form.definition.id, body_of(example))).unwrap();
        }
    }
}
