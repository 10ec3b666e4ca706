//! What a space keeps for the hospital does not leave it.

use std::collections::BTreeSet;

use journeys::Site;
use journeys::site::Files;

#[test]
fn the_public_portal_has_no_trace_of_its_spaces() {
    let site = Site::of_the_checkout();
    // What the editors also say in public, or the theme on every page, is no secret.
    let public = said_in_public(&site);
    let secrets: BTreeSet<_> = sentences(&site).into_iter().filter(|words| !public.contains(words)).collect();
    assert!(secrets.len() > 200, "only {} sentences to look for", secrets.len());

    // The same search finds them where they belong: it can fail.
    let inside = traces(&site.build("interne", &["--diffusion", "interne"]), &secrets);
    let unseen: Vec<_> = secrets.difference(&inside).collect();
    assert!(unseen.is_empty(), "the search is blind to {unseen:#?}");

    let outside = traces(&site.build("publique", &["--diffusion", "publique"]), &secrets);
    assert!(outside.is_empty(), "the public portal says {outside:#?}");
}

fn is_internal(path: &str) -> bool {
    path.starts_with("faire/") && path != "faire/_index.md"
}

/// Each stretch of plain words in the pages of the spaces, as [`bare`] letters.
fn sentences(site: &Site) -> BTreeSet<String> {
    texts(site, "content")
        .filter(|(path, text)| is_internal(path) && text.starts_with("---\n"))
        .flat_map(|(_, text)| {
            let (head, body) = text[4..].split_once("\n---\n").expect("the head of a page ends");
            let title = head.lines().find_map(|line| line.strip_prefix("titre:")).unwrap_or_default();
            // What is written as a mark, a link's target, a table's border is not shown as it is.
            let marks = ['*', '`', '[', ']', '(', ')', '|', '#', '>', '\n'];
            let number = |c: char| c.is_ascii_digit() || c == '.' || c.is_whitespace();
            body.split(marks).chain([title]).map(|words| bare(words.trim_start_matches(number))).collect::<Vec<_>>()
        })
        .filter(|words| words.chars().count() >= 12 && !words.contains("md") && !words.starts_with("formulaire"))
        .collect()
}

/// All that is written outside of the spaces, as [`bare`] letters.
fn said_in_public(site: &Site) -> String {
    let content = texts(site, "content").filter(|(path, _)| !is_internal(path));
    content.chain(texts(site, "themes")).map(|(_, text)| bare(&text)).collect()
}

/// The files of a folder as texts, by their path there.
fn texts(site: &Site, folder: &str) -> impl Iterator<Item = (String, String)> {
    let files = site.files(folder).into_iter();
    files.map(|(path, bytes)| (path, String::from_utf8_lossy(&bytes).into_owned()))
}

/// The letters and digits alone: what typography and markup add is no difference.
fn bare(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Which of the secrets, and which of the spaces' names, stand in a file or in its path.
fn traces(files: &Files, secrets: &BTreeSet<String>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (path, bytes) in files {
        let text = String::from_utf8_lossy(bytes);
        for slug in ["hematologie-soins-intensifs", "geriatrie"] {
            if path.contains(slug) || text.contains(slug) {
                found.insert(slug.to_owned());
            }
        }
        let shown = bare(&journeys::html::text(&text));
        found.extend(secrets.iter().filter(|secret| shown.contains(secret.as_str())).cloned());
    }
    found
}
