//! The roles, and who they are held by.
//!
//! Roles are data of the service: an address is in the database and in mails, never in a page.

use std::fmt;
use std::str::FromStr;

use lettre::Address;

/// What a person may be asked to decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// « modérateurs »: receive submissions, approve or refuse them.
    Moderator,
    /// « cadre »: validates what the moderators let through.
    Supervisor,
    /// « communication »: reads whatever leaves the hospital.
    Communication,
    /// « registre »: keeps the register of signatures, for the whole portal.
    Register,
    /// « superieur »: the cadre's own superior, who agrees to a new space.
    Superior,
    /// « annonces »: a list of addresses that is told of what is published.
    Announcements,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 6] =
        [Self::Moderator, Self::Supervisor, Self::Communication, Self::Register, Self::Superior, Self::Announcements];

    /// The word of `annuaire.yaml`, of the command line and of the table.
    pub fn word(self) -> &'static str {
        match self {
            Self::Moderator => "moderateurs",
            Self::Supervisor => "cadre",
            Self::Communication => "communication",
            Self::Register => "registre",
            Self::Superior => "superieur",
            Self::Announcements => "annonces",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

impl FromStr for Role {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|role| role.word() == text).ok_or_else(|| {
            let known: Vec<&str> = Self::ALL.iter().map(|role| role.word()).collect();
            format!("« {text} » n’est pas un rôle : {}", known.join(", "))
        })
    }
}

/// Where a role is held.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// The whole portal.
    Portal,
    /// One department space, by its slug.
    Space(String),
}

impl Place {
    /// The slug of a space; empty for the portal, which is how the table says it.
    pub fn slug(&self) -> &str {
        match self {
            Self::Portal => "",
            Self::Space(slug) => slug,
        }
    }

    /// Reads [`slug`](Self::slug) back.
    pub fn from_slug(slug: impl Into<String>) -> Self {
        let slug = slug.into();
        if slug.is_empty() { Self::Portal } else { Self::Space(slug) }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Portal => "portail",
            Self::Space(slug) => slug,
        })
    }
}

/// One person's role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// Where.
    pub place: Place,
    /// Which.
    pub role: Role,
    /// Whose.
    pub address: Address,
}
