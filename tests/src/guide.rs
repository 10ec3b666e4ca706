//! The configuration files that the operator's guide gives, as it gives them.

use std::collections::BTreeMap;
use std::fs;

use crate::programs;

/// The blocks of `language` in `docs/guide-exploitant.md` by the path that was named last before
/// each, `/etc/nginx/conf.d/portail.conf`. A block before which no path ending in `suffix` was
/// named is left out.
///
/// # Panics
/// When the guide cannot be read, or gives two texts for one file.
pub fn files(language: &str, suffix: &str) -> BTreeMap<String, String> {
    let path = programs::checkout().join("docs/guide-exploitant.md");
    let guide = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let (mut files, mut named) = (BTreeMap::new(), None);
    let mut lines = guide.lines();
    while let Some(line) = lines.next() {
        if let Some(opened) = line.strip_prefix("```") {
            let block: Vec<_> = lines.by_ref().take_while(|line| *line != "```").collect();
            let name: Option<String> = named.take();
            if let Some(name) = name.filter(|_| opened == language) {
                let twice = files.insert(name.clone(), block.join("\n") + "\n");
                assert!(twice.is_none(), "the guide gives {name} twice");
            }
        } else {
            named = line
                .split('`')
                .skip(1)
                .step_by(2)
                .filter(|code| code.ends_with(suffix))
                .last()
                .map(str::to_owned)
                .or(named);
        }
    }
    files
}
