//! One's own page, as its template receives it. Of a submission it says the form, the space and the
//! reference, and not a word that somebody wrote.

use std::collections::HashMap;

use generator::dates::{DateView, long_date};
use generator::form::definition::CharterChoice;
use jiff::Timestamp;
use lettre::Address;
use serde::Serialize;

use super::aside::{FaultView, last_day};
use super::decision::role_label;
use crate::id::SubmissionId;
use crate::mail::compose::to_the_minute;
use crate::publish::progress::Report;
use crate::register::standing::{Signed, must_sign_again};
use crate::role::{Holder, Place, Role};
use crate::routes::stop::{is_on_site, status_of, who_may_stop};
use crate::site::Portal;
use crate::store::desk::{Decider, Delegation, Desk, is_same};
use crate::store::publications::{Publication, Status};
use crate::store::sanctions::Sanction;
use crate::store::submissions::{State, Stored, Suspicion};

/// Everything that the page is worked out from.
pub struct Loaded<'a> {
    /// The portal.
    pub portal: &'a Portal,
    /// Whose page it is.
    pub person: &'a Address,
    /// Where it stands.
    pub path: &'a str,
    /// Until when.
    pub until: Timestamp,
    /// Now.
    pub now: Timestamp,
    /// Who holds which role.
    pub desk: &'a Desk,
    /// What is open.
    pub open: Vec<Stored>,
    /// Since when at its step.
    pub begun: HashMap<SubmissionId, Timestamp>,
    /// What is kept apart.
    pub quarantined: Vec<Stored>,
    /// What is published, was, or is to be.
    pub publications: Vec<Publication>,
    /// How publishing goes.
    pub progress: Report,
    /// The signatures that this person may read.
    pub signatures: Option<Vec<Signed>>,
    /// Theirs.
    pub delegations: Vec<Delegation>,
    /// Whether they get one summary a day.
    pub wants_digest: bool,
    /// The exclusions that run.
    pub exclusions: Vec<Sanction>,
}

/// What was typed in one of the page's forms.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    /// What was done.
    pub done: Option<&'static str>,
    /// What is to be mended: in which form, at which field, how.
    pub fault: Option<(&'static str, &'static str, &'static str)>,
    /// The role to hand over.
    pub role: String,
    /// To whom.
    pub delegate: String,
    /// From which day.
    pub first: String,
    /// To which day.
    pub last: String,
}

/// What `service/moderation.html` receives as `space`.
#[derive(Clone, Debug, Serialize)]
pub struct SpaceView {
    person: String,
    path: String,
    until: String,
    done: Option<&'static str>,
    fault: Option<FaultView>,
    /// The form that the fault is in.
    fault_in: &'static str,
    waiting: Vec<WaitingView>,
    quarantined: Vec<ApartView>,
    published: Vec<PublishedView>,
    tasks: Vec<TaskView>,
    /// What hinders every publication.
    hindrances: Vec<Hindrance>,
    register: Option<RegisterView>,
    delegations: Vec<DelegationView>,
    offers: Vec<Offer>,
    typed_delegate: String,
    typed_first: String,
    typed_last: String,
    wants_digest: bool,
    exclusions: Vec<ExclusionView>,
}

#[derive(Clone, Debug, Serialize)]
struct WaitingView {
    url: String,
    form: String,
    space: Option<String>,
    reference: String,
    received: String,
    /// Since when at its step, when that is later.
    since: Option<String>,
    flagged: bool,
    /// Its author was asked something.
    asked: bool,
    nudges: i64,
    /// In whose place, or as what, they would decide.
    capacity: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
struct ApartView {
    url: String,
    form: String,
    space: Option<String>,
    reference: String,
    received: String,
    why: Option<&'static str>,
}

#[derive(Clone, Debug, Serialize)]
struct PublishedView {
    url: String,
    page_url: Option<String>,
    form: String,
    space: Option<String>,
    reference: String,
    since: String,
    status: &'static str,
}

#[derive(Clone, Debug, Serialize)]
struct TaskView {
    form: String,
    space: Option<String>,
    reference: String,
    since: String,
    status: &'static str,
    why: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
struct Hindrance {
    what: String,
    detail: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
struct RegisterView {
    url: String,
    charters: Vec<CharterView>,
    again: Vec<AgainView>,
}

#[derive(Clone, Debug, Serialize)]
struct CharterView {
    title: String,
    version: String,
    signatures: usize,
}

#[derive(Clone, Debug, Serialize)]
struct AgainView {
    name: String,
    address: String,
    charter: String,
    signed: String,
}

#[derive(Clone, Debug, Serialize)]
struct DelegationView {
    id: String,
    role: &'static str,
    place: String,
    /// To whom, when it is theirs.
    to: Option<String>,
    /// From whom, when it is somebody else's.
    from: Option<String>,
    first: String,
    last: String,
}

#[derive(Clone, Debug, Serialize)]
struct Offer {
    value: String,
    label: String,
    chosen: bool,
}

#[derive(Clone, Debug, Serialize)]
struct ExclusionView {
    id: String,
    address: String,
    reason: String,
    until: String,
    by: String,
}

/// The roles that somebody can hand over: their own. A list that is told of news is none.
pub fn delegable<'a>(desk: &'a Desk, person: &'a Address) -> impl Iterator<Item = &'a Holder> {
    desk.roles_of(person).filter(|one| one.role != Role::Announcements)
}

/// What the page shows.
pub fn view(loaded: &Loaded<'_>, typed: Typed) -> SpaceView {
    SpaceView {
        person: loaded.person.to_string(),
        path: loaded.path.to_owned(),
        until: loaded.when(loaded.until),
        done: typed.done,
        fault: typed.fault.map(|(_, field_id, message)| FaultView { field_id, message }),
        fault_in: typed.fault.map_or("", |(form, ..)| form),
        waiting: loaded.waiting(),
        quarantined: loaded.apart(),
        published: loaded.published(),
        tasks: loaded.tasks(),
        hindrances: loaded.hindrances(),
        register: loaded.signatures.as_deref().map(|signatures| loaded.register(signatures)),
        delegations: loaded.delegations.iter().map(|one| loaded.delegation(one)).collect(),
        offers: loaded.offers(&typed.role),
        typed_delegate: typed.delegate,
        typed_first: typed.first,
        typed_last: typed.last,
        wants_digest: loaded.wants_digest,
        exclusions: loaded.exclusions(),
    }
}

impl Loaded<'_> {
    fn waiting(&self) -> Vec<WaitingView> {
        let of = |stored: &Stored| {
            // What nobody decides about, a signature, waits for nobody.
            let decider = self.desk.decides(stored, self.person).filter(|_| !stored.steps.is_empty())?;
            let since = self.begun.get(&stored.id).filter(|at| **at > stored.received_at);
            Some(WaitingView {
                url: self.submission_url(stored),
                form: self.form(&stored.submission.form_id),
                space: self.space(stored.submission.space.as_deref()),
                reference: stored.reference.to_string(),
                received: self.when(stored.received_at),
                since: since.map(|at| self.when(*at)),
                flagged: !stored.flags.is_empty(),
                asked: stored.state == State::Asked,
                nudges: stored.reminders,
                capacity: capacity(&decider),
            })
        };
        self.open.iter().filter_map(of).collect()
    }

    fn apart(&self) -> Vec<ApartView> {
        let theirs = self.quarantined.iter().filter(|stored| self.desk.watches(stored, self.person).is_some());
        let of = |stored: &Stored| ApartView {
            url: self.submission_url(stored),
            form: self.form(&stored.submission.form_id),
            space: self.space(stored.submission.space.as_deref()),
            reference: stored.reference.to_string(),
            received: self.when(stored.received_at),
            why: stored.suspicion.map(Suspicion::label),
        };
        theirs.map(of).collect()
    }

    fn published(&self) -> Vec<PublishedView> {
        let theirs = self.publications.iter().filter(|one| is_on_site(one) && self.may_stop(one));
        let of = |one: &Publication| PublishedView {
            url: format!("{}/retirer/{}", self.path, one.id),
            page_url: one.url.clone(),
            form: self.form(&one.form_id),
            space: self.space(one.space.as_deref()),
            reference: one.reference.to_string(),
            since: self.when(one.done_at.unwrap_or(one.queued_at)),
            status: status_of(one),
        };
        theirs.map(of).collect()
    }

    fn tasks(&self) -> Vec<TaskView> {
        let is_open = |id: Option<SubmissionId>| self.open.iter().any(|stored| Some(stored.id) == id);
        let unfinished =
            |one: &&Publication| one.task.is_some() || (one.status == Status::Bounced && is_open(one.submission));
        let theirs = self.publications.iter().filter(unfinished).filter(|one| self.may_stop(one));
        let of = |one: &Publication| TaskView {
            form: self.form(&one.form_id),
            space: self.space(one.space.as_deref()),
            reference: one.reference.to_string(),
            since: self.when(one.queued_at),
            status: status_of(one),
            why: one.last_error.clone(),
        };
        theirs.map(of).collect()
    }

    fn may_stop(&self, publication: &Publication) -> bool {
        who_may_stop(self.desk, publication, self.person).is_some()
    }

    /// What hinders every publication, for whoever decides about any.
    fn hindrances(&self) -> Vec<Hindrance> {
        let mut found = Vec::new();
        let decides_in = |role| !self.desk.places(role, self.person).is_empty();
        if !decides_in(Role::Moderator) && !decides_in(Role::Supervisor) {
            return found;
        }
        if let Some(fault) = &self.progress.content_fault {
            let what = "Une faute dans les pages du site empêche toute publication. Ce qui est approuvé attend qu’elle soit \
                        corrigée\u{a0}; un retrait agit quand même.";
            found.push(Hindrance { what: what.to_owned(), detail: Some(fault.clone()) });
        }
        if self.progress.unpushed > 0 || self.progress.push_error.is_some() {
            let what = match self.progress.unpushed {
                0 => "Le dépôt du site ne répond pas. Ce qui est en ligne le reste.".to_owned(),
                1 => "Une publication est en ligne, mais pas encore enregistrée dans le dépôt du site.".to_owned(),
                count => {
                    format!("{count} publications sont en ligne, mais pas encore enregistrées dans le dépôt du site.")
                }
            };
            found.push(Hindrance { what, detail: self.progress.push_error.clone() });
        }
        found
    }

    fn register(&self, signatures: &[Signed]) -> RegisterView {
        let charters = &self.portal.choices().charters;
        let count = |charter: &CharterChoice| {
            let same =
                |one: &&Signed| one.charter == charter.slug && one.version == charter.version && one.signer.is_some();
            signatures.iter().filter(same).count()
        };
        let title = |slug: &str| charters.iter().find(|one| one.slug == slug).map(|one| one.title.clone());
        let again = must_sign_again(signatures, charters).into_iter().filter_map(|signed| {
            let signer = signed.signer.as_ref()?;
            Some(AgainView {
                name: signer.name.clone(),
                address: signer.address.clone(),
                charter: title(&signed.charter).unwrap_or_else(|| signed.title.clone()),
                signed: self.day(signed.signed_at),
            })
        });
        RegisterView {
            url: format!("{}/registre.csv", self.path),
            charters: charters
                .iter()
                .filter(|charter| self.concerns(charter))
                .map(|charter| CharterView {
                    title: charter.title.clone(),
                    version: charter.version.clone(),
                    signatures: count(charter),
                })
                .collect(),
            again: again.collect(),
        }
    }

    /// A charter of a space is shown to those who hold a role there, and to the portal's people.
    fn concerns(&self, charter: &CharterChoice) -> bool {
        let Some((slug, _)) = charter.slug.split_once('/') else { return true };
        let mut roles = self.desk.roles_of(self.person);
        roles.any(|one| one.place == Place::Portal || one.place.slug() == slug)
    }

    fn delegation(&self, one: &Delegation) -> DelegationView {
        let is_theirs = is_same(&one.holder, self.person);
        DelegationView {
            id: one.id.clone(),
            role: role_label(one.role),
            place: self.place(&one.place),
            to: is_theirs.then(|| one.delegate.to_string()),
            from: (!is_theirs).then(|| one.holder.to_string()),
            first: self.day(one.begins_at),
            last: last_day(one.ends_at, self.portal),
        }
    }

    fn offers(&self, chosen: &str) -> Vec<Offer> {
        let of = |one: &Holder| {
            let value = format!("{}|{}", one.place.slug(), one.role.word());
            let label = format!("{}, {}", role_label(one.role), self.place(&one.place));
            Offer { chosen: value == chosen, value, label }
        };
        delegable(self.desk, self.person).map(of).collect()
    }

    fn exclusions(&self) -> Vec<ExclusionView> {
        let theirs = self.exclusions.iter().filter(|one| one.who_may_lift(self.desk, self.person).is_some());
        let of = |one: &Sanction| ExclusionView {
            id: one.id.to_string(),
            address: one.address.to_string(),
            reason: one.reason.clone(),
            until: last_day(one.ends_at, self.portal),
            by: one.made_by.to_string(),
        };
        theirs.map(of).collect()
    }

    fn submission_url(&self, stored: &Stored) -> String {
        format!("{}/envoi/{}", self.path, stored.reference)
    }

    fn form(&self, id: &str) -> String {
        self.portal.form(id).map_or_else(|| id.to_owned(), |form| form.definition.title.clone())
    }

    fn space(&self, slug: Option<&str>) -> Option<String> {
        let slug = slug?;
        let known = self.portal.choices().spaces.iter().find(|one| one.slug == slug);
        Some(known.map_or_else(|| slug.to_owned(), |one| one.title.clone()))
    }

    fn place(&self, place: &Place) -> String {
        match place {
            Place::Portal => "tout le portail".to_owned(),
            Place::Space(slug) => self.space(Some(slug)).unwrap_or_default(),
        }
    }

    fn when(&self, at: Timestamp) -> String {
        DateView::from(to_the_minute(at, self.portal)).text
    }

    fn day(&self, at: Timestamp) -> String {
        long_date(at.to_zoned(self.portal.time_zone()).date())
    }
}

fn capacity(decider: &Decider) -> Option<String> {
    if let Some(holder) = &decider.on_behalf_of {
        return Some(format!("à la place de {holder}"));
    }
    if decider.stands_in {
        return Some("à la place des personnes du service".to_owned());
    }
    decider.shortcut.then(|| "comme cadre, en clôturant aussi l’étape de la modération".to_owned())
}
