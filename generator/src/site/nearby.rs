//! The path that somebody meant who wrote one that leads nowhere.

use crate::diagnostic::nearest;
use crate::slug::fold;

/// A path that is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Nearby<'a> {
    /// The same but for capitals and accents.
    OtherCase(&'a str),
    /// Another one, of a name that is the same or nearly so.
    Like(&'a str),
}

/// The known path nearest to `path`: the same in other letters, then the same name in another
/// folder, then a name that a slip of the hand makes of it.
pub(super) fn path<'a>(path: &str, known: impl Iterator<Item = &'a str> + Clone) -> Option<Nearby<'a>> {
    let wanted = fold(path);
    let wanted_name = name(&wanted);
    let mut same_name: Option<&str> = None;
    let mut names_alike = 0;
    // Of two that are as near, always the same one: what is known comes in any order.
    let mut other_case: Option<&str> = None;
    for other in known.clone().filter(|other| name(other).len().abs_diff(wanted_name.len()) <= MAX_ACCENTS) {
        let folded = fold(other);
        if folded == wanted {
            other_case = other_case.min(Some(other)).or(Some(other));
        }
        if name(&folded) == wanted_name && wanted_name != "_index.md" {
            names_alike += 1;
            same_name = Some(other);
        }
    }
    if other_case.is_some() {
        return other_case.map(Nearby::OtherCase);
    }
    if names_alike == 1 {
        return same_name.map(Nearby::Like);
    }
    let near = nearest(name(path), known.clone().map(name).filter(|other| *other != "_index.md"))?;
    known
        .filter(|other| name(other) == near)
        .max_by_key(|other| (shared_folders(path, other), std::cmp::Reverse(*other)))
        .map(Nearby::Like)
}

/// How much longer, in bytes, accents may make a name.
const MAX_ACCENTS: usize = 24;

fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn shared_folders(one: &str, other: &str) -> usize {
    one.split('/').zip(other.split('/')).take_while(|(one, other)| one == other).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(wanted: &str) -> Option<Nearby<'static>> {
        let known = ["aide.md", "savoir/Enjeux.md", "savoir/_index.md", "faire/accueil.md", "savoir/accueil.md"];
        path(wanted, known.into_iter())
    }

    #[test]
    fn the_path_that_was_meant_is_found() {
        assert_eq!(near("savoir/enjeux.md"), Some(Nearby::OtherCase("savoir/Enjeux.md")));
        assert_eq!(near("Savoir/_Index.md"), Some(Nearby::OtherCase("savoir/_index.md")));
        assert_eq!(near("faire/aidé.md"), Some(Nearby::Like("aide.md")));
        assert_eq!(near("savoir/acceuil.md"), Some(Nearby::Like("savoir/accueil.md")));
        assert_eq!(near("faire/acceuil.md"), Some(Nearby::Like("faire/accueil.md")));
        assert_eq!(near("nulle-part.md"), None);
        assert_eq!(near("autre/_index.md"), None);
    }
}
