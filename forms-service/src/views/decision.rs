//! The page of a decision: what was sent, what was said of it so far, what may be decided.

use generator::form::definition::PublishedKind;
use generator::form::view::{ReadView, read};
use generator::form::{FormDefinition, RawPost, Rejected};
use lettre::Address;
use serde::Serialize;

use crate::mail::compose::to_the_minute;
use crate::role::Role;
use crate::site::Portal;
use crate::store::decisions::Standing;
use crate::store::desk::{Desk, Step, is_same};
use crate::store::publications::Publication;
use crate::store::submissions::{AddressState, State, Stored};
use crate::store::trace::TraceRow;
use generator::dates::DateView;

/// Ready sentences to refuse with; each is edited before it is sent.
pub const PHRASES: [&str; 5] = [
    "Votre texte permet de reconnaître un patient, une famille ou un collègue. Le secret professionnel nous interdit de le publier. Vous pouvez le réécrire sans ces détails.",
    "Votre texte parle de la santé d’une personne. Même avec son accord, nous ne le publions pas.",
    "Votre message est important, mais le mur n’est pas le bon endroit. Parlez-en au cadre de proximité, ou écrivez-nous par le formulaire de contact.",
    "Votre proposition est intéressante, mais elle ne peut pas se faire dans le service en ce moment. N’hésitez pas à la proposer de nouveau plus tard.",
    "Le ton de votre texte peut blesser. Vous pouvez le réécrire dans l’esprit de la charte de bienveillance.",
];

/// What was filled in on the page, and what is to be mended.
#[derive(Clone, Debug, Default)]
pub struct Filled {
    /// The decision that was chosen.
    pub choice: Option<String>,
    /// The reason, the question or the remark.
    pub words: String,
    /// What is to be mended.
    pub fault: Option<Fault>,
    /// A ready sentence was put among the words, to be read and edited: nothing is wrong.
    pub phrase_put_in: bool,
    /// The corrections as they were typed.
    pub post: Option<RawPost>,
    /// What is wrong with them.
    pub rejected: Option<Rejected>,
    /// The decision was taken.
    pub done: bool,
    /// It was decided before.
    pub late: bool,
}

/// Why a decision was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// None was chosen.
    NoChoice,
    /// Refusing needs a reason.
    NoReason,
    /// Asking needs a question.
    NoQuestion,
    /// A remark needs words.
    NoRemark,
    /// No address was left.
    NobodyToAsk,
    /// A correction does not answer the form.
    Correction,
    /// Something looks like health data, and nobody said that it is not.
    Flagged,
    /// Its space is not on the site any more, or has another name.
    NoSpace,
}

impl Fault {
    fn words(self) -> &'static str {
        match self {
            Self::NoChoice => "Choisissez ce que vous décidez.",
            Self::NoReason => "Écrivez le motif du refus\u{a0}: la personne le lira. Une phrase prête peut vous aider.",
            Self::NoQuestion => "Écrivez votre question\u{a0}: la personne la lira.",
            Self::NoRemark => "Écrivez votre remarque.",
            Self::NobodyToAsk => "La personne n’a pas laissé d’adresse\u{a0}: on ne peut rien lui demander.",
            Self::Correction => "Une correction ne convient pas\u{a0}: regardez les champs signalés.",
            Self::NoSpace => {
                "L’espace de cet envoi n’est plus sur le site, ou il a changé de nom\u{a0}: rien ne peut y paraître. Refusez l’envoi \
                 en le disant, ou demandez à l’équipe du portail."
            }
            Self::Flagged => {
                "Un passage ressemble encore à une donnée de santé. Corrigez-le, ou cochez la case qui dit que ce n’en est pas une."
            }
        }
    }
}

/// All that the page says is worked out from this.
pub struct Situation<'a> {
    /// The portal.
    pub portal: &'a Portal,
    /// The form as it was.
    pub definition: &'a FormDefinition,
    /// The submission as it is.
    pub stored: &'a Stored,
    /// Who holds which role now.
    pub desk: &'a Desk,
    /// Whether the reader may decide.
    pub standing: &'a Standing,
    /// What was done so far.
    pub trace: &'a [TraceRow],
    /// What is published of it.
    pub publication: Option<&'a Publication>,
    /// Who reads.
    pub person: &'a Address,
    /// Whether it can be decided, by whoever may.
    pub is_open: bool,
    /// The version that is seen.
    pub version: i64,
}

/// What `service/decide.html` receives as `decision`.
#[derive(Clone, Debug, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a part of the page that shows or does not")]
pub struct DecisionView {
    /// The submission.
    pub submission: ReadView,
    /// Where the form is sent.
    pub action: String,
    /// The version that is seen.
    pub version: i64,
    /// What the reader may decide; nothing when they may not.
    pub may: Option<May>,
    /// Why they may not.
    pub why_not: Option<String>,
    /// The steps, in their order.
    pub steps: Vec<StepView>,
    /// What was done so far.
    pub history: Vec<HistoryView>,
    /// What was filled in.
    pub choice: Option<String>,
    /// The same: the reason, the question or the remark.
    pub words: String,
    /// What is to be mended.
    pub fault: Option<&'static str>,
    /// Whether a ready sentence was just put among the words.
    pub phrase_put_in: bool,
    /// Whether the fault is about the reason.
    pub fault_in_words: bool,
    /// Whether the fault is about what looks like health data.
    pub fault_in_flags: bool,
    /// Whether the corrections are shown open.
    pub correcting: bool,
    /// The decision was taken.
    pub done: bool,
    /// It was decided before: by somebody else (`other`), or by the same person (`self`).
    pub late: Option<&'static str>,
    /// Whether the page is about to appear.
    pub appears: bool,
    /// Address of the page that is on the site.
    pub page_url: Option<String>,
}

/// What may be decided.
#[derive(Clone, Debug, Serialize)]
pub struct May {
    /// What approving does, as a verb.
    pub approve: String,
    /// What happens then.
    pub then: String,
    /// Whether the author left an address, and is told of a refusal with its reason.
    pub tell: bool,
    /// Whether the author can be asked.
    pub ask: bool,
    /// Whether it can be passed to the cadre.
    pub doubt: bool,
    /// In which role, when it is not the plain one: « à la place de … ».
    pub capacity: Option<String>,
    /// Ready sentences to refuse with.
    pub phrases: Vec<&'static str>,
}

/// A step.
#[derive(Clone, Debug, Serialize)]
pub struct StepView {
    /// Whose it is.
    pub label: String,
    /// Who is asked.
    pub people: Vec<String>,
    /// `done`, `current` or `ahead`.
    pub state: &'static str,
}

/// Something that was done.
#[derive(Clone, Debug, Serialize)]
pub struct HistoryView {
    /// When, in words.
    pub when: String,
    /// What.
    pub what: &'static str,
    /// By whom, and as what.
    pub who: String,
    /// What was said.
    pub words: Option<String>,
    /// The answers before they were corrected: question and answer.
    pub before: Vec<(String, String)>,
}

/// What the page shows.
pub fn view(situation: &Situation<'_>, filled: &Filled, action: &str) -> DecisionView {
    let Situation { portal, definition, stored, .. } = *situation;
    let submission = read(
        definition,
        &stored.submission,
        stored.reference.as_str(),
        to_the_minute(stored.received_at, portal),
        stored.state.label(),
        &stored.flags,
        stored.address_state == AddressState::Unconfirmed,
    );
    let may = situation.may();
    let why_not = if may.is_some() || filled.done { None } else { Some(situation.why_not()) };
    DecisionView {
        submission,
        action: action.to_owned(),
        version: situation.version,
        may,
        why_not,
        steps: situation.steps(),
        history: situation.trace.iter().map(|row| situation.history(row)).collect(),
        choice: filled.choice.clone(),
        words: filled.words.clone(),
        fault: filled.fault.map(Fault::words),
        fault_in_words: matches!(filled.fault, Some(Fault::NoReason | Fault::NoQuestion | Fault::NoRemark)),
        phrase_put_in: filled.phrase_put_in,
        fault_in_flags: filled.fault == Some(Fault::Flagged),
        correcting: matches!(filled.fault, Some(Fault::Correction | Fault::Flagged)),
        done: filled.done,
        late: filled.late.then(|| situation.who_was_quicker()),
        appears: stored.state == State::Approved,
        page_url: situation
            .publication
            .and_then(|publication| publication.url.clone())
            .filter(|_| matches!(stored.state, State::Published)),
    }
}

impl Situation<'_> {
    fn may(&self) -> Option<May> {
        let Standing::May(decider) = self.standing else { return None };
        if !self.is_open {
            return None;
        }
        let capacity = if let Some(holder) = &decider.on_behalf_of {
            Some(format!("Vous décidez à la place de {holder}, qui vous a délégué ce rôle. La trace le dira."))
        } else if decider.stands_in {
            Some("Vous décidez à la place des personnes du service, qui n’ont pas répondu ou que personne n’a désignées. La trace le dira.".to_owned())
        } else if decider.shortcut {
            Some(
                "Vous décidez comme cadre\u{a0}: votre décision clôt aussi l’étape de la modération. La trace le dira."
                    .to_owned(),
            )
        } else {
            None
        };
        let next = self.next_step(decider.shortcut);
        let (approve, then) = match (next, self.definition.publication.as_ref().map(|publication| publication.kind)) {
            (Some(step), _) => (
                "Approuver".to_owned(),
                format!("L’envoi passera ensuite à\u{a0}: {}.", step_label(step).to_lowercase()),
            ),
            (None, Some(PublishedKind::Space)) => (
                "Ouvrir cet espace".to_owned(),
                "L’espace est créé aussitôt, avec sa charte et ses formulaires.".to_owned(),
            ),
            (None, Some(_)) => ("Approuver et publier".to_owned(), "La page paraît aussitôt sur le site.".to_owned()),
            (None, None) => (
                "Marquer comme traité".to_owned(),
                "La personne en est informée, si elle a laissé une adresse.".to_owned(),
            ),
        };
        Some(May {
            approve,
            then,
            tell: self.stored.author().is_some(),
            ask: self.stored.author().is_some() && self.stored.state == State::Received,
            doubt: self.definition.in_doubt.is_some()
                && self.stored.current_step().role == Role::Moderator
                && !decider.shortcut,
            capacity,
            phrases: PHRASES.to_vec(),
        })
    }

    fn next_step(&self, shortcut: bool) -> Option<&Step> {
        let later = self.stored.steps.get(self.stored.step + 1..)?;
        later.iter().find(|step| !(shortcut && step.role == Role::Supervisor))
    }

    /// Whose decision about the version that is seen holds.
    fn who_was_quicker(&self) -> &'static str {
        let mut decided = self.trace.iter().filter(|row| row.version == self.version && row.action.is_decision());
        let is_mine = |row: &TraceRow| row.actor.as_ref().is_some_and(|actor| is_same(actor, self.person));
        if decided.any(is_mine) { "self" } else { "other" }
    }

    fn why_not(&self) -> String {
        match (self.standing, self.stored.state.is_open()) {
            (_, false) => "Il n’y a plus rien à décider\u{a0}: voyez plus bas qui a décidé quoi, et quand.".to_owned(),
            (Standing::IsAuthor, _) => "Cet envoi est le vôtre\u{a0}: une autre personne en décide.".to_owned(),
            (Standing::NotAsked, _) => {
                "La décision appartient à d’autres personnes à cette étape. Vous pouvez la lire, sans rien décider."
                    .to_owned()
            }
            (Standing::May(_), _) => "L’envoi a changé depuis que vous avez ouvert cette page.".to_owned(),
        }
    }

    fn steps(&self) -> Vec<StepView> {
        let stored = self.stored;
        let of = |(at, step): (usize, &Step)| {
            let state = match (stored.state.is_open(), at.cmp(&stored.step)) {
                (_, std::cmp::Ordering::Less) => "done",
                (true, std::cmp::Ordering::Equal) => "current",
                (true, std::cmp::Ordering::Greater) => "ahead",
                (false, _)
                    if matches!(
                        stored.state,
                        State::Refused | State::Quarantine | State::Unconfirmed | State::Lapsed
                    ) =>
                {
                    "ahead"
                }
                (false, _) => "done",
            };
            let asked = if state == "current" {
                self.desk.asked(step, stored.author(), stored.is_escalated())
            } else {
                Vec::new()
            };
            StepView {
                label: step_label(step).to_owned(),
                people: asked.into_iter().map(|decider| decider.address.to_string()).collect(),
                state,
            }
        };
        stored.steps.iter().enumerate().map(of).collect()
    }

    fn history(&self, row: &TraceRow) -> HistoryView {
        let mut who = match &row.actor {
            Some(address) => address.to_string(),
            None => "le portail".to_owned(),
        };
        if let Some(role) = row.role {
            who = format!("{who} ({})", role_label(role).to_lowercase());
        }
        if let Some(holder) = &row.on_behalf_of {
            who = format!("{who}, à la place de {holder}");
        }
        if row.shortcut {
            who = format!("{who}, en clôturant aussi l’étape de la modération");
        }
        let before = row.previous_answers.as_ref().map(|answers| {
            answers
                .answers
                .iter()
                .filter(|answer| {
                    self.stored.submission.answer(&answer.name).map(|now| &now.value) != Some(&answer.value)
                })
                .map(|answer| (answer.label.clone(), answer.shown.clone()))
                .collect()
        });
        HistoryView {
            when: DateView::from(to_the_minute(row.done_at, self.portal)).text,
            what: row.action.label(),
            who,
            words: row.words.clone(),
            before: before.unwrap_or_default(),
        }
    }
}

/// Whose step it is, as people say it.
pub fn step_label(step: &Step) -> &'static str {
    match (step.role, step.place == crate::role::Place::Portal) {
        (Role::Moderator, true) => "Modération du portail",
        _ => role_label(step.role),
    }
}

/// A role, as people say it.
pub fn role_label(role: Role) -> &'static str {
    match role {
        Role::Moderator => "Modération",
        Role::Supervisor => "Cadre de proximité",
        Role::Communication => "Service communication",
        Role::Register => "Registre",
        Role::Superior => "Hiérarchie du cadre",
        Role::Announcements => "Annonces",
    }
}
