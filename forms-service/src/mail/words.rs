//! The mails that a decision brings about, in words: to its author, and to those who may undo it.
//!
//! They share one template, `service/mail/note`: some paragraphs, the words of a person if there are any,
//! one link or two. Nothing that a visitor wrote enters a subject.

use serde::Serialize;

use crate::circuit::State;
use crate::store::publications::Publication;
use crate::store::sanctions::{Sanction, SanctionKind};
use crate::store::trace::{Action, TraceRow};

/// What `service/mail/note` receives as `mail`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Note {
    /// The subject, and the heading.
    pub subject: String,
    /// The heading.
    pub title: String,
    /// Title of the space that it is about.
    pub space: Option<String>,
    /// What is said, one paragraph each.
    pub paragraphs: Vec<String>,
    /// What a person said: heading and words.
    pub quote: Option<Quote>,
    /// What the reader may do.
    pub links: Vec<Link>,
    /// What is said below the links.
    pub after: Vec<String>,
    /// The portal that it comes from.
    pub portal: PortalView,
}

/// What a person said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Quote {
    /// Whose words they are, or what they are: « Motif ».
    pub label: String,
    /// The words.
    pub words: String,
}

/// Something to open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Link {
    /// What it does, as a verb.
    pub label: String,
    /// Where.
    pub url: String,
}

/// The portal.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PortalView {
    /// Its name.
    pub name: String,
    /// Its base address.
    pub url: String,
}

/// What all of these mails know.
pub struct About<'a> {
    /// What was sent: the form's title.
    pub form: &'a str,
    /// Its reference.
    pub reference: &'a str,
    /// Title of its space.
    pub space: Option<&'a str>,
    /// What was done, if the mail says it.
    pub trace: Option<&'a TraceRow>,
    /// The page's address, if there is one.
    pub page: Option<String>,
    /// The portal's name.
    pub portal: &'a str,
    /// The portal's address.
    pub portal_url: &'a str,
}

impl About<'_> {
    fn note(&self, subject: String) -> Note {
        Note {
            title: subject.clone(),
            subject,
            space: self.space.map(str::to_owned),
            portal: PortalView { name: self.portal.to_owned(), url: self.portal_url.to_owned() },
            ..Note::default()
        }
    }

    fn quote(&self, label: &str) -> Option<Quote> {
        let words = self.trace?.words.clone()?;
        Some(Quote { label: label.to_owned(), words })
    }

    fn see_the_page(&self) -> Vec<Link> {
        self.page.iter().map(|url| Link { label: "Voir la page".to_owned(), url: url.clone() }).collect()
    }

    /// To the author: those who decide ask for more.
    pub fn question(&self, answer_url: String) -> Note {
        let mut note = self.note(format!("Une question sur votre envoi {}", self.reference));
        note.paragraphs = vec![format!(
            "Merci pour votre envoi («\u{a0}{}\u{a0}»). Avant de décider, les personnes qui le relisent ont une question.",
            self.form
        )];
        note.quote = self.quote("Leur question");
        note.links = vec![Link { label: "Répondre et compléter mon envoi".to_owned(), url: answer_url }];
        note.after = vec!["Le lien ouvre une page où vous pouvez répondre et corriger ce que vous avez écrit. Il fonctionne pendant 35 jours.".to_owned()];
        note
    }

    /// To the author: what became of it.
    pub fn outcome(&self, state: State, status_url: String) -> Note {
        let (what, paragraphs): (&str, Vec<String>) = match (self.trace.map(|trace| trace.action), state) {
            (Some(Action::Refused), _) => (
                "Votre envoi n’a pas été retenu",
                vec![format!(
                    "Merci d’avoir pris le temps d’écrire. Votre envoi («\u{a0}{}\u{a0}») n’a pas été retenu.",
                    self.form
                )],
            ),
            (Some(Action::Published), _) => (
                "Votre envoi est en ligne",
                vec![format!(
                    "Merci\u{a0}! Votre envoi («\u{a0}{}\u{a0}») a été approuvé. Il est maintenant en ligne.",
                    self.form
                )],
            ),
            (Some(Action::Withdrawn), _) => (
                "Votre publication a été retirée",
                vec![format!("Ce que vous aviez envoyé («\u{a0}{}\u{a0}») n’est plus en ligne.", self.form)],
            ),
            (Some(Action::Suspended), _) => (
                "Votre activité est suspendue",
                vec!["Ses créneaux n’ont plus lieu pour le moment. La page le dit.".to_owned()],
            ),
            _ => (
                "Votre envoi a été traité",
                vec![format!("Merci. Votre envoi («\u{a0}{}\u{a0}») a été lu et accepté.", self.form)],
            ),
        };
        let mut note = self.note(format!("{what}, référence {}", self.reference));
        note.paragraphs = paragraphs;
        // An approval has no words for its author: what was remarked on the way stays inside.
        note.quote = self
            .trace
            .filter(|trace| matches!(trace.action, Action::Refused | Action::Withdrawn | Action::Suspended))
            .and_then(|_| self.quote("Le motif"));
        note.links = match self.trace.map(|trace| trace.action) {
            Some(Action::Published | Action::Suspended) => self.see_the_page(),
            _ => Vec::new(),
        };
        note.links.push(Link { label: "Suivre cet envoi".to_owned(), url: status_url });
        note
    }

    /// To those who may take it away: it is on the site.
    pub fn notice(&self, stop_url: String) -> Note {
        let mut note = self.note(format!("En ligne\u{a0}: {}, référence {}", self.form, self.reference));
        note.paragraphs = vec![
            "Cette page est maintenant en ligne.".to_owned(),
            "Pour l’annoncer à l’équipe, transférez le texte ci-dessous ou l’adresse de la page.".to_owned(),
        ];
        note.quote = self.page.as_ref().map(|url| Quote {
            label: "À transférer".to_owned(),
            words: format!("Une nouveauté sur {}\u{a0}: {url}", self.portal),
        });
        note.links = self.see_the_page();
        note.links.push(Link { label: "Arrêt d’urgence\u{a0}: retirer cette page".to_owned(), url: stop_url });
        note.after =
            vec!["Ne transférez pas ce courriel lui-même\u{a0}: son lien de retrait n’est que pour vous.".to_owned()];
        note
    }

    /// To those who decide: it still waits.
    pub fn nudge(&self, decide_url: String) -> Note {
        let place = self.space.map(|space| format!(" pour {space}")).unwrap_or_default();
        let mut note = self.note(format!("Rappel\u{a0}: {}{place}, référence {}", self.form, self.reference));
        note.paragraphs = vec![
            "Cet envoi attend toujours une décision, et vous êtes de celles et ceux qui peuvent la prendre.".to_owned(),
        ];
        if self.trace.is_some_and(|trace| trace.action == Action::Escalated) {
            note.paragraphs.push(
                "C’est le second et dernier rappel\u{a0}: la modération du portail est maintenant sollicitée aussi."
                    .to_owned(),
            );
        }
        note.links = vec![Link { label: "Lire et décider".to_owned(), url: decide_url }];
        note.after = vec!["Ce lien n’est que pour vous\u{a0}: ne le transférez pas. Si quelqu’un a décidé entre-temps, la page vous le dira.".to_owned()];
        note
    }

    /// To a space's list: it is on the site.
    pub fn announcement(&self) -> Note {
        let place = self.space.map(|space| format!(" dans l’espace {space}")).unwrap_or_default();
        let mut note = self.note(format!("Du nouveau{place}"));
        note.paragraphs = vec![format!("Une nouvelle page vient de paraître{place}.")];
        note.links = self.see_the_page();
        note
    }

    /// To somebody who signed up: it does not take place. The reason of the stop stays with those who
    /// decide.
    pub fn cancelled(&self) -> Note {
        let mut note = self.note(format!("Votre créneau n’a pas lieu, référence {}", self.reference));
        note.paragraphs = vec![
            "L’activité à laquelle vous étiez inscrit ou inscrite est arrêtée pour le moment\u{a0}: votre créneau n’a pas lieu.".to_owned(),
            "Vous n’avez rien à faire. Merci d’avoir voulu y participer.".to_owned(),
        ];
        note
    }

    /// To those who decide: it was taken away, or suspended. Where nothing is left of what was sent, the
    /// reason is the publication's, and so is as what somebody gave it.
    pub fn stopped(&self, suspended: bool, kept: Option<&Publication>) -> Note {
        let what = if suspended { "Activité suspendue" } else { "Page retirée" };
        let mut note = self.note(format!("{what}, référence {}", self.reference));
        let by = self.trace.and_then(|trace| trace.actor.as_ref().map(ToString::to_string));
        let function = kept.and_then(|kept| kept.stopped_by).map(|by| by.label().to_owned());
        let by = by.or(function).unwrap_or_else(|| "une personne qui en a le droit".to_owned());
        note.paragraphs = vec![if suspended {
            format!(
                "Cette activité a été suspendue par {by}. Sa page reste en ligne et le dit\u{a0}; ses créneaux sont annulés."
            )
        } else {
            format!("Cette page a été retirée du site par {by}. La trace de la décision est conservée.")
        }];
        let reason = || Some(Quote { label: "Le motif".to_owned(), words: kept?.reason.clone()? });
        note.quote = self.quote("Le motif").or_else(reason);
        if suspended {
            note.links = self.see_the_page();
        }
        note
    }
}

impl About<'_> {
    /// To a sender whose address is confirmed: a warning, or an exclusion until the end of `last`.
    pub fn sanction(&self, sanction: &Sanction, last: &str) -> Note {
        let excluded = sanction.kind == SanctionKind::Exclusion;
        let what = if excluded {
            "Vos envois sont suspendus pour un temps"
        } else {
            "Un avertissement à propos de votre envoi"
        };
        let mut note = self.note(format!("{what}, référence {}", self.reference));
        let about = format!("Il s’agit de ce que vous avez envoyé par le formulaire «\u{a0}{}\u{a0}».", self.form);
        note.paragraphs = if excluded {
            vec![
                about,
                format!(
                    "Jusqu’au {last} inclus, ce que vous envoyez avec cette adresse est mis de côté\u{a0}: rien n’est perdu, \
                     mais rien ne paraît sans qu’une personne l’ait d’abord relu."
                ),
            ]
        } else {
            vec![
                about,
                format!(
                    "Vous pouvez continuer à écrire. Cet avertissement reste en mémoire jusqu’au {last} inclus, puis il ne \
                     compte plus."
                ),
            ]
        };
        note.quote = Some(Quote { label: "Le motif".to_owned(), words: sanction.reason.clone() });
        note.links =
            vec![Link { label: "Nous écrire".to_owned(), url: format!("{}/formulaires/contact/", self.portal_url) }];
        note.after = vec![
            "Vous n’êtes pas d’accord, ou vous voulez en parler\u{a0}? Écrivez-nous\u{a0}: une personne vous lira."
                .to_owned(),
        ];
        note
    }
}

/// To somebody who asked for it: the way to what waits for them.
pub fn access(portal: &str, portal_url: &str, url: String) -> Note {
    let subject = "Votre lien vers la modération".to_owned();
    Note {
        title: subject.clone(),
        subject,
        paragraphs: vec![
            "Ce lien ouvre la page de tout ce qui attend votre décision. Il fonctionne pendant une heure, pour vous seul ou vous seule\u{a0}: ne le transférez pas.".to_owned(),
        ],
        links: vec![Link { label: "Ouvrir la page de modération".to_owned(), url }],
        after: vec!["Si vous n’avez rien demandé, laissez ce courriel de côté\u{a0}: il ne se passera rien.".to_owned()],
        portal: PortalView { name: portal.to_owned(), url: portal_url.to_owned() },
        ..Note::default()
    }
}

/// Something that waits for the reader of a daily mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// What was sent: the form's title.
    pub form: String,
    /// Title of its space.
    pub space: Option<String>,
    /// Its reference.
    pub reference: String,
    /// Whether they heard of it before.
    pub reminder: bool,
    /// Where it is read and decided.
    pub url: String,
}

/// To somebody who prefers one mail a day: what waits for them. No word of a visitor is in it.
pub fn digest(portal: &str, portal_url: &str, waiting: Vec<Waiting>) -> Note {
    let subject = match waiting.len() {
        0 => "Plus rien n’attend votre décision".to_owned(),
        1 => "1 envoi attend votre décision".to_owned(),
        several => format!("{several} envois attendent votre décision"),
    };
    let first = if waiting.is_empty() {
        "Ce qui devait vous être présenté ce matin a été effacé entre-temps."
    } else {
        "Voici ce qui est arrivé pour vous depuis le dernier résumé. Chaque lien ouvre la page où lire et décider\u{a0}; \
         si quelqu’un a décidé entre-temps, elle vous le dira."
    };
    Note {
        title: subject.clone(),
        subject,
        paragraphs: vec![first.to_owned()],
        links: waiting.into_iter().map(Waiting::link).collect(),
        after: vec![
            "Ces liens ne sont que pour vous\u{a0}: ne transférez pas ce courriel.".to_owned(),
            format!(
                "Vous avez choisi de recevoir un seul résumé, chaque jour ouvré à 8\u{a0}h. Pour changer d’avis\u{a0}: {portal_url}/moderation/"
            ),
        ],
        portal: PortalView { name: portal.to_owned(), url: portal_url.to_owned() },
        ..Note::default()
    }
}

impl Waiting {
    fn link(self) -> Link {
        let place = self.space.map(|space| format!(" pour {space}")).unwrap_or_default();
        let reminder = if self.reminder { "Rappel\u{a0}: " } else { "" };
        Link { label: format!("{reminder}{}{place}, référence {}", self.form, self.reference), url: self.url }
    }
}
