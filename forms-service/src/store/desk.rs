//! Who is asked to decide at a step, and who may: looked up when it matters, because people change.

use jiff::Timestamp;
use lettre::Address;

use super::roles::read_holders_in;
use super::submissions::{Destination, Stored};
use super::{Database, Transaction, query};
use crate::role::{Holder, Place, Role};

/// One step of a circuit: whose role it is to decide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Where.
    pub place: Place,
    /// What.
    pub role: Role,
    /// Who, when somebody was named for a space that does not exist yet.
    pub named: Option<Address>,
}

impl Step {
    /// Whoever holds a role somewhere.
    pub fn of(place: Place, role: Role) -> Self {
        Self { place, role, named: None }
    }

    fn is_for_moderators_of_a_space(&self) -> bool {
        self.role == Role::Moderator && self.place != Place::Portal
    }
}

/// Somebody who may decide at a step, and as what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decider {
    /// Who.
    pub address: Address,
    /// In which role.
    pub role: Role,
    /// Who delegated it to them.
    pub on_behalf_of: Option<Address>,
    /// A cadre who closes the moderators' step with their own.
    pub shortcut: bool,
    /// The portal's moderators, because nobody else can or did.
    pub stands_in: bool,
}

/// A role that is held in somebody's place for a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delegation {
    /// Its id.
    pub id: String,
    /// Where.
    pub place: Place,
    /// What.
    pub role: Role,
    /// Whose role it is.
    pub holder: Address,
    /// Who holds it meanwhile.
    pub delegate: Address,
    /// From when.
    pub begins_at: Timestamp,
    /// Until when.
    pub ends_at: Timestamp,
}

/// Everybody who holds a role at one moment, for themselves or for somebody else.
#[derive(Clone, Debug)]
pub struct Desk {
    holders: Vec<Holder>,
    delegations: Vec<Delegation>,
    fallback: Address,
}

impl Desk {
    pub(super) async fn read(tx: &mut Transaction, fallback: &Address, now: Timestamp) -> anyhow::Result<Self> {
        let holders = read_holders_in(tx).await?;
        let rows = query("SELECT * FROM delegations WHERE begins_at <= $1 AND ends_at > $1 ORDER BY id")
            .bind(now)
            .rows(tx)
            .await?;
        let delegations = rows.iter().map(read_delegation).collect::<anyhow::Result<_>>()?;
        Ok(Self { holders, delegations, fallback: fallback.clone() })
    }

    pub(super) async fn load(database: &Database, fallback: &Address, now: Timestamp) -> anyhow::Result<Self> {
        let mut tx = database.begin().await?;
        Self::read(&mut tx, fallback, now).await
    }

    /// Who holds a role somewhere.
    pub fn holders(&self, place: &Place, role: Role) -> Vec<Address> {
        let held = self.holders.iter().filter(|holder| holder.place == *place && holder.role == role);
        held.map(|holder| holder.address.clone()).collect()
    }

    /// What somebody holds, for themselves.
    pub fn roles_of<'a>(&'a self, person: &'a Address) -> impl Iterator<Item = &'a Holder> {
        self.holders.iter().filter(move |holder| is_same(&holder.address, person))
    }

    /// Who is mailed when a submission reaches a step: those whose role it is and their
    /// delegates; never its author; and, when there is nobody else or nobody answered, the
    /// portal's moderators, else the fallback. Never nobody, nobody twice.
    pub fn asked(&self, step: &Step, author: Option<&Address>, escalated: bool) -> Vec<Decider> {
        let mut asked = self.in_charge(&step.place, step.role, step.named.as_ref(), author);
        if asked.is_empty() || escalated {
            let portal = self.in_charge(&Place::Portal, Role::Moderator, None, author);
            add(&mut asked, portal.into_iter().map(|decider| Decider { stands_in: true, role: step.role, ..decider }));
        }
        if asked.is_empty() {
            tracing::warn!("nobody holds the role that a submission is for: mailing the fallback");
            asked.push(decider(&self.fallback, step.role, None));
        }
        asked
    }

    /// Who may decide at a step: whoever is asked, and the cadre, who has the moderators' rights.
    pub fn allowed(&self, step: &Step, author: Option<&Address>, escalated: bool) -> Vec<Decider> {
        let cadres = if step.is_for_moderators_of_a_space() {
            self.in_charge(&step.place, Role::Supervisor, None, author)
        } else {
            Vec::new()
        };
        let shortcuts = cadres.into_iter().map(|decider| Decider { shortcut: true, ..decider });
        let (own, lent): (Vec<_>, Vec<_>) = shortcuts.partition(|decider| decider.on_behalf_of.is_none());
        // A cadre who moderates as well would otherwise be asked twice. A moderator who stands in for
        // the cadre stays a moderator at this step: nothing is decided for somebody else unawares.
        let mut allowed = own;
        add(&mut allowed, self.asked(step, author, escalated));
        add(&mut allowed, lent);
        allowed
    }

    /// Who is told when a submission arrives, besides those who decide: those whose role it is and
    /// their delegates; never its author.
    pub fn told(&self, destinations: &[Destination], author: Option<&Address>) -> Vec<Address> {
        let mut told = Vec::new();
        for one in destinations {
            add(&mut told, self.in_charge(&one.place, one.role, None, author));
        }
        told.into_iter().map(|one| one.address).collect()
    }

    /// Who watches over what is published somewhere: its moderators and its cadre, and their
    /// delegates, else the portal's moderators.
    pub fn watching_over(&self, place: &Place) -> Vec<Address> {
        let held = |place: &Place, role| Destination { place: place.clone(), role };
        let own = self.told(&[held(place, Role::Moderator), held(place, Role::Supervisor)], None);
        if own.is_empty() { self.told(&[held(&Place::Portal, Role::Moderator)], None) } else { own }
    }

    /// Those whose role it is, then their delegates: who holds it decides for themselves, whatever
    /// they were handed besides. Never the author.
    pub fn in_charge(
        &self,
        place: &Place,
        role: Role,
        named: Option<&Address>,
        author: Option<&Address>,
    ) -> Vec<Decider> {
        let holders = match named {
            Some(address) => vec![address.clone()],
            None => self.holders(place, role),
        };
        let is_author = |address: &Address| author.is_some_and(|author| is_same(author, address));
        let holders: Vec<Address> = holders.into_iter().filter(|holder| !is_author(holder)).collect();
        let mut found = Vec::new();
        add(&mut found, holders.iter().map(|holder| decider(holder, role, None)));
        for holder in &holders {
            let theirs = self.delegations.iter().filter(|one| {
                one.place == *place && one.role == role && is_same(&one.holder, holder) && !is_author(&one.delegate)
            });
            add(&mut found, theirs.map(|one| decider(&one.delegate, role, Some(holder.clone()))));
        }
        found
    }
}

/// As what somebody stands before a submission, besides deciding about it.
impl Desk {
    /// As whom somebody watches over a place: as its cadre, its moderator, or a moderator of the
    /// portal, for themselves or in somebody's place.
    pub fn moderates(&self, place: &Place, person: &Address) -> Option<Decider> {
        let roles = [(place, Role::Supervisor), (place, Role::Moderator), (&Place::Portal, Role::Moderator)];
        roles.into_iter().find_map(|(place, role)| self.holds(place, role, person))
    }

    /// As whom somebody watches over the place where a submission was sent; nobody over their own.
    pub fn watches(&self, stored: &Stored, person: &Address) -> Option<Decider> {
        if stored.author().is_some_and(|author| is_same(author, person)) {
            return None;
        }
        self.moderates(&stored.place(), person)
    }

    /// As whom somebody may decide about a submission as it stands; nobody about their own.
    pub fn decides(&self, stored: &Stored, person: &Address) -> Option<Decider> {
        if stored.author().is_some_and(|author| is_same(author, person)) {
            return None;
        }
        let allowed = self.allowed(&stored.current_step(), stored.author(), stored.is_escalated());
        allowed.into_iter().find(|one| is_same(&one.address, person))
    }

    /// As whom somebody holds a role somewhere.
    pub fn holds(&self, place: &Place, role: Role, person: &Address) -> Option<Decider> {
        self.in_charge(place, role, None, None).into_iter().find(|one| is_same(&one.address, person))
    }

    /// The address, as we know it, of somebody who holds a role, holds one in somebody's place, or
    /// receives what would reach nobody. A list that is told of news decides nothing.
    pub fn known(&self, person: &Address) -> Option<Address> {
        let holders = self.holders.iter().filter(|one| one.role != Role::Announcements).map(|one| &one.address);
        let delegates = self.delegations.iter().map(|one| &one.delegate);
        holders.chain(delegates).chain([&self.fallback]).find(|one| is_same(one, person)).cloned()
    }

    /// Where somebody holds a role now, for themselves or somebody else.
    pub fn places(&self, role: Role, person: &Address) -> Vec<Place> {
        let own = self.roles_of(person).filter(|one| one.role == role).map(|one| &one.place);
        let given = self.delegations.iter().filter(|one| one.role == role && is_same(&one.delegate, person));
        let all = own.chain(given.map(|one| &one.place));
        all.filter(|place| self.holds(place, role, person).is_some()).cloned().collect()
    }
}

/// Whether two addresses are one person's, in whatever case they were typed.
pub fn is_same(one: &Address, other: &Address) -> bool {
    AsRef::<str>::as_ref(one).eq_ignore_ascii_case(other.as_ref())
}

fn decider(address: &Address, role: Role, on_behalf_of: Option<Address>) -> Decider {
    Decider { address: address.clone(), role, on_behalf_of, shortcut: false, stands_in: false }
}

fn add(found: &mut Vec<Decider>, more: impl IntoIterator<Item = Decider>) {
    for one in more {
        if !found.iter().any(|known| is_same(&known.address, &one.address)) {
            found.push(one);
        }
    }
}

impl Stored {
    /// The step it stands at.
    pub fn current_step(&self) -> Step {
        let step = self.steps.get(self.step).or_else(|| self.steps.last()).cloned();
        step.unwrap_or_else(|| Step::of(Place::Portal, Role::Moderator))
    }

    /// Who sent it, if they left an address.
    pub fn author(&self) -> Option<&Address> {
        self.sender.as_ref().map(|sender| &sender.address)
    }

    /// Whether the portal's moderators are asked because nobody answered.
    pub fn is_escalated(&self) -> bool {
        self.nudges >= ESCALATED_AFTER
    }
}

/// What a submission's `nudges` say once the portal's moderators are asked.
pub const ESCALATED_AFTER: i64 = 3;

pub(super) fn read_delegation(row: &super::Row) -> anyhow::Result<Delegation> {
    Ok(Delegation {
        id: row.text("id")?,
        place: Place::from_slug(row.text("space")?),
        role: row.parse("role")?,
        holder: row.parse("holder")?,
        delegate: row.parse("delegate")?,
        begins_at: row.moment("begins_at")?,
        ends_at: row.moment("ends_at")?,
    })
}
