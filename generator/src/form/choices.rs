//! What only the site knows, and a form offers: spaces, charters, activities, slots and pages.
//!
//! The site fills it in ([`crate::site::choices`]), the service adds what it was configured with.
//! Keys are what is sent and kept: they stay the same as long as the thing itself does.

use jiff::civil::Date;

use crate::dates::long_date;

use super::definition::FieldKind;

/// What a form may offer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Choices {
    /// The department spaces, in the order in which they are offered.
    pub spaces: Vec<SpaceChoice>,
    /// The charters, each in the version in force.
    pub charters: Vec<CharterChoice>,
    /// The activities that show.
    pub activities: Vec<ActivityChoice>,
    /// The weekly slots of the activities that are in place.
    pub slots: Vec<SlotChoice>,
    /// The pages that show, by address. Empty when no form asks for a page.
    pub pages: Vec<PageChoice>,
    /// The domains of professional addresses; none accepts every domain. Not the site's
    /// business: the service knows them.
    pub domains: Vec<String>,
}

/// A department space that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SpaceChoice {
    /// What is sent: the name of its folder.
    pub slug: String,
    /// What is read.
    pub title: String,
}

/// A charter in the version in force.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CharterChoice {
    /// The last part of its address, below its space's slug when it belongs to one:
    /// `bienveillance`, `geriatrie/charte-du-service`.
    pub slug: String,
    /// The digest of the text in force.
    pub version: String,
    /// The day it came into force, when its page says it.
    pub since: Option<Date>,
    /// Its title.
    pub title: String,
}

/// An activity of a space.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ActivityChoice {
    /// What is sent: `geriatrie/cafe-du-jeudi`.
    pub key: String,
    /// What is read.
    pub title: String,
    /// Slug of its space.
    pub space: String,
}

/// One weekly slot of an activity.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SlotChoice {
    /// What is sent: `geriatrie/cafe-du-jeudi@jeudi-15h00`.
    pub key: String,
    /// What is read: « Café du jeudi : jeudi à 15 h ».
    pub title: String,
    /// Slug of its space.
    pub space: String,
}

/// A page of the portal.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PageChoice {
    /// What is sent: `/savoir/enjeux/`.
    pub path: String,
    /// What is read.
    pub title: String,
    /// Slug of the space that it belongs to, if any.
    pub space: Option<String>,
}

/// One thing that can be chosen in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Offer<'a> {
    /// What is sent; of a charter, without its version.
    pub key: &'a str,
    /// The version that goes with it.
    pub version: Option<&'a str>,
    /// What is read.
    pub title: &'a str,
    /// Title of its space, where things of several spaces stand in one list.
    pub group: Option<&'a str>,
}

impl Choices {
    /// The same for the examples of forms, which are written with addresses of `exemple.fr`: that
    /// is the professional domain there.
    #[must_use]
    pub fn for_examples(self) -> Self {
        Self { domains: vec!["exemple.fr".to_owned()], ..self }
    }

    /// Whether a question of that kind has at least one answer here. Kinds that ask the site
    /// for nothing always have.
    pub fn can_answer(&self, kind: &FieldKind) -> bool {
        match kind {
            FieldKind::Page => !self.pages.is_empty(),
            kind if kind.is_listed_by_the_site() => !self.offers(kind).is_empty(),
            _ => true,
        }
    }

    /// The list of a question whose answers the site knows.
    pub(super) fn offers(&self, kind: &FieldKind) -> Vec<Offer<'_>> {
        match kind {
            FieldKind::Space => self.spaces.iter().map(|space| offer(&space.slug, &space.title, None)).collect(),
            FieldKind::Charter => self
                .charters
                .iter()
                .map(|charter| Offer { version: Some(&charter.version), ..offer(&charter.slug, &charter.title, None) })
                .collect(),
            FieldKind::Activity => {
                self.activities.iter().map(|one| offer(&one.key, &one.title, self.space_title(&one.space))).collect()
            }
            FieldKind::Slot => {
                self.slots.iter().map(|one| offer(&one.key, &one.title, self.space_title(&one.space))).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The slug of the space that an answer belongs to, when its kind says one.
    pub(super) fn space_of(&self, kind: &FieldKind, answer: &str) -> Option<&str> {
        match kind {
            FieldKind::Space => self.spaces.iter().map(|space| &space.slug).find(|slug| *slug == answer),
            FieldKind::Activity => self.activities.iter().find(|one| one.key == answer).map(|one| &one.space),
            FieldKind::Slot => self.slots.iter().find(|one| one.key == answer).map(|one| &one.space),
            FieldKind::Page => self.page(answer).and_then(|page| page.space.as_ref()),
            _ => None,
        }
        .map(String::as_str)
    }

    /// The title of a space.
    pub(super) fn space_title(&self, slug: &str) -> Option<&str> {
        self.spaces.iter().find(|space| space.slug == slug).map(|space| space.title.as_str())
    }

    /// The charter of that slug.
    pub(super) fn charter(&self, slug: &str) -> Option<&CharterChoice> {
        self.charters.iter().find(|charter| charter.slug == slug)
    }

    /// The page of that address.
    pub(super) fn page(&self, path: &str) -> Option<&PageChoice> {
        let at = self.pages.binary_search_by(|page| page.path.as_str().cmp(path)).ok()?;
        Some(&self.pages[at])
    }

    /// Whether an address may pass for a professional one: in one of the domains, or below one.
    pub fn is_professional(&self, address: &str) -> bool {
        let domain = address.rsplit('@').next().unwrap_or_default().to_ascii_lowercase();
        self.domains.is_empty()
            || self.domains.iter().any(|known| {
                let known = known.to_ascii_lowercase();
                domain.strip_suffix(known.as_str()).is_some_and(|before| before.is_empty() || before.ends_with('.'))
            })
    }
}

fn offer<'a>(key: &'a str, title: &'a str, group: Option<&'a str>) -> Offer<'a> {
    Offer { key, version: None, title, group }
}

impl Offer<'_> {
    /// What is sent.
    pub(super) fn value(&self) -> String {
        match self.version {
            Some(version) => format!("{}@{version}", self.key),
            None => self.key.to_owned(),
        }
    }
}

impl CharterChoice {
    /// What is sent: `bienveillance@2a61637e`.
    pub fn key(&self) -> String {
        format!("{}@{}", self.slug, self.version)
    }

    /// What a person reads of a signature: the title, and which version of it.
    pub(super) fn shown(&self) -> String {
        let since = self.since.map(|day| format!(" du {}", long_date(day))).unwrap_or_default();
        format!("{}, version {}{since}", self.title, self.version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_professional_address_is_in_a_domain_or_below_it() {
        let choices = Choices { domains: vec!["CHU.exemple.fr".to_owned()], ..Choices::default() };
        for address in ["a@chu.exemple.fr", "a@Pharmacie.CHU.exemple.FR"] {
            assert!(choices.is_professional(address), "{address}");
        }
        for address in ["a@exemple.fr", "a@autrechu.exemple.fr", "chu.exemple.fr@exemple.com"] {
            assert!(!choices.is_professional(address), "{address}");
        }
        assert!(Choices::default().is_professional("a@exemple.com"));
    }
}
