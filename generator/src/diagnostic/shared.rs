//! What one shared file gets wrong is missed by every page that relies on it: told where it is first
//! missed, not at each of a hundred pages.

use std::sync::Arc;

use foldhash::{HashMap, HashMapExt as _};

use super::Diagnostic;

/// The faults that say that a shared file lacks a name, with where one correction mends them all, unless their
/// help says it.
const MISSED: [(&str, Option<&str>); 3] = [
    ("document-inconnu", Some("sous « documents » dans portail.yaml")),
    ("formulaire-inconnu", Some("dans le dossier formulaires")),
    ("valeur-absente", None),
];

/// How many times the same name may be missed before it is told once: up to here, each page may as well
/// have misspelt it.
const APART: usize = 3;

/// The diagnostics in the same order, each name that is missed all over told at the first place only.
pub fn told_once(diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut times: HashMap<Arc<str>, usize> = HashMap::new();
    for missed in diagnostics.iter().filter(|diagnostic| is_missed(diagnostic)) {
        *times.entry(Arc::clone(&missed.message)).or_default() += 1;
    }
    let mut told = Vec::with_capacity(diagnostics.len());
    for diagnostic in diagnostics {
        match times.get_mut(&diagnostic.message).filter(|_| is_missed(&diagnostic)) {
            // It was told where it came first.
            Some(0) => {}
            Some(count) if *count > APART => {
                told.push(once_for_all(diagnostic, *count));
                *count = 0;
            }
            _ => told.push(diagnostic),
        }
    }
    told
}

fn is_missed(diagnostic: &Diagnostic) -> bool {
    MISSED.iter().any(|(code, _)| *code == diagnostic.code)
}

fn once_for_all(missed: Diagnostic, times: usize) -> Diagnostic {
    let message = format!("{} ({times}\u{a0}fois, ici d’abord)", missed.message);
    let mended_in = MISSED.iter().find(|(code, _)| *code == missed.code).and_then(|(_, place)| *place);
    let help = mended_in.map(|place| {
        let mended = format!("s’il a changé de nom ou a disparu, une seule correction suffit, {place}");
        missed.help.iter().fold(mended, |mended, help| format!("{mended}. Sinon : {help}"))
    });
    let told = Diagnostic { message: message.into(), ..missed };
    help.into_iter().fold(told, Diagnostic::help)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn missed(times: usize) -> Vec<String> {
        let mut all =
            vec![Diagnostic::error("document-inconnu", "le document « a » n’existe pas").help("b"); times];
        all.push(Diagnostic::error("document-inconnu", "le document « z » n’existe pas"));
        all.extend(vec![Diagnostic::error("image-sans-texte", "cette image n’a pas de texte"); 9]);
        told_once(all).iter().map(|told| told.message.replace('\u{a0}', " ")).collect()
    }

    #[test]
    fn what_one_file_lacks_is_told_once_however_many_pages_rely_on_it() {
        let told = missed(83);
        assert_eq!(told[0], "le document « a » n’existe pas (83 fois, ici d’abord)");
        assert_eq!(told[1], "le document « z » n’existe pas");
        assert_eq!(told.len(), 2 + 9, "{told:?}");
    }

    #[test]
    fn a_name_that_a_few_pages_misspell_is_told_on_each() {
        assert_eq!(missed(APART).len(), APART + 1 + 9);
        assert_eq!(missed(APART + 1).len(), 2 + 9);
    }
}
