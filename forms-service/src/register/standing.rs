//! Which signatures are of a charter as it is now, and who is to sign it again.

use std::collections::{HashMap, HashSet};

use generator::form::definition::CharterChoice;
use jiff::Timestamp;

/// One signature, as whoever reads the register sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// Its number.
    pub number: i64,
    /// Slug of the charter.
    pub charter: String,
    /// The version that was read.
    pub version: String,
    /// Title of the charter at that time.
    pub title: String,
    /// When.
    pub signed_at: Timestamp,
    /// Who, until they are erased.
    pub signer: Option<Signer>,
    /// Every version of that charter that the same person signed, this one included.
    pub versions: HashSet<String>,
}

/// Who signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signer {
    /// Name.
    pub name: String,
    /// Address.
    pub address: String,
    /// Slug of the space, if one was chosen.
    pub space: Option<String>,
}

impl Signed {
    /// Whether the version that was signed is the one in force.
    pub fn is_in_force(&self, charters: &[CharterChoice]) -> bool {
        in_force(charters, &self.charter).is_some_and(|version| version == self.version)
    }

    /// Whether the charter changed since, and whoever signed did not sign it as it is now. Of a
    /// charter that is no longer there, and of somebody who was erased, nothing is asked.
    pub fn is_to_be_signed_again(&self, charters: &[CharterChoice]) -> bool {
        self.signer.is_some()
            && in_force(charters, &self.charter).is_some_and(|version| !self.versions.contains(version))
    }

    /// Whether it concerns a space: its signer chose it, or the charter is that space's own. The
    /// empty name is for those who chose none.
    pub fn concerns(&self, space: &str) -> bool {
        let Some(signer) = &self.signer else { return false };
        let of_space = self.charter.strip_prefix(space).is_some_and(|rest| !space.is_empty() && rest.starts_with('/'));
        signer.space.as_deref().unwrap_or_default() == space || of_space
    }
}

/// Who is to sign which charter again: of each person and charter the latest signature.
pub fn must_sign_again<'a>(signatures: &'a [Signed], charters: &[CharterChoice]) -> Vec<&'a Signed> {
    let mut latest: HashMap<(String, &str), &Signed> = HashMap::new();
    for signed in signatures.iter().filter(|signed| signed.is_to_be_signed_again(charters)) {
        if let Some(signer) = &signed.signer {
            let known = latest.entry((same_person(&signer.address), &signed.charter)).or_insert(signed);
            if known.number < signed.number {
                *known = signed;
            }
        }
    }
    let mut all: Vec<_> = latest.into_values().collect();
    all.sort_by_key(|signed| signed.number);
    all
}

/// Gives each signature the versions that the same person signed of the same charter.
pub(crate) fn gather_versions(signatures: &mut [Signed]) {
    let mut versions: HashMap<(String, String), HashSet<String>> = HashMap::new();
    let person =
        |signed: &Signed| signed.signer.as_ref().map(|signer| (same_person(&signer.address), signed.charter.clone()));
    for signed in signatures.iter() {
        if let Some(person) = person(signed) {
            versions.entry(person).or_default().insert(signed.version.clone());
        }
    }
    for signed in signatures {
        if let Some(all) = person(signed).and_then(|person| versions.get(&person)) {
            signed.versions.clone_from(all);
        }
    }
}

/// An address in the one case that all its spellings share.
fn same_person(address: &str) -> String {
    address.to_lowercase()
}

fn in_force<'a>(charters: &'a [CharterChoice], slug: &str) -> Option<&'a str> {
    charters.iter().find(|charter| charter.slug == slug).map(|charter| charter.version.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signed(number: i64, charter: &str, version: &str, address: &str, space: Option<&str>) -> Signed {
        Signed {
            number,
            charter: charter.to_owned(),
            version: version.to_owned(),
            title: "Charte".to_owned(),
            signed_at: "2026-11-22T12:00:00Z".parse().unwrap(),
            signer: Some(Signer {
                name: "Prénom Nom".to_owned(),
                address: address.to_owned(),
                space: space.map(str::to_owned),
            }),
            versions: HashSet::from([version.to_owned()]),
        }
    }

    fn charter(slug: &str, version: &str) -> CharterChoice {
        CharterChoice { slug: slug.to_owned(), version: version.to_owned(), since: None, title: "Charte".to_owned() }
    }

    #[test]
    fn whoever_signed_an_older_version_only_is_to_sign_again() {
        let mut all = vec![
            signed(1, "bienveillance", "v1", "anna@exemple.fr", None),
            signed(2, "bienveillance", "v1", "bob@exemple.fr", Some("geriatrie")),
            signed(3, "bienveillance", "v2", "Anna@exemple.fr", Some("accueil")),
            signed(4, "bienveillance", "v0", "bob@exemple.fr", None),
            signed(5, "disparue", "v1", "bob@exemple.fr", None),
        ];
        let mut erased = signed(6, "bienveillance", "v1", "", None);
        erased.signer = None;
        all.push(erased);
        gather_versions(&mut all);
        let charters = [charter("bienveillance", "v2")];

        let numbers: Vec<i64> = must_sign_again(&all, &charters).iter().map(|signed| signed.number).collect();
        assert_eq!(numbers, [4], "Anna signed again, Bob twice too early, a charter that is gone asks nothing");
        let in_force: Vec<bool> = all.iter().map(|signed| signed.is_in_force(&charters)).collect();
        assert_eq!(in_force, [false, false, true, false, false, false]);
        assert!(must_sign_again(&all, &[]).is_empty());
    }

    #[test]
    fn a_signature_concerns_the_space_of_its_signer_or_of_its_charter() {
        let own = signed(1, "geriatrie/charte-du-service", "v1", "anna@exemple.fr", None);
        assert!(own.concerns("geriatrie") && own.concerns("") && !own.concerns("geria") && !own.concerns("accueil"));
        let chosen = signed(2, "bienveillance", "v1", "anna@exemple.fr", Some("accueil"));
        assert!(chosen.concerns("accueil") && !chosen.concerns("") && !chosen.concerns("geriatrie"));
    }
}
