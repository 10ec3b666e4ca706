//! Words a mail from what the database holds, through the theme.
//!
//! It is done at each attempt and not when the mail is queued: the table then holds no text
//! twice, and no link at all. The same row gives the same bytes.

use std::sync::Arc;

use anyhow::{Context, bail};
use generator::dates::long_date;
use generator::diagnostic::Diagnostics;
use generator::form::FormDefinition;
use generator::form::letters::{ConfirmationLink, ProofFacts, ProofReader, confirmation, proof, receipt};
use generator::form::mail::{Envelope, word};
use generator::source::SourceFile;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use lettre::message::Mailbox;
use serde::Serialize;

use super::message::{Draft, Mail, one_line};
use super::words::{self, About, Note, Waiting};
use crate::key::SigningKey;
use crate::link::Purpose;
use crate::site::{Portal, Site};
use crate::store::outbox::{Kind, Letter};
use crate::store::submissions::{IfUnconfirmed, Stored};
use crate::store::trace::Action;
use crate::store::transitions::{CONFIRM_WITHIN, LAPSE_AFTER};

/// Words mails in the name of one sender.
#[derive(Clone)]
pub struct Composer {
    site: Arc<Site>,
    sender: Mailbox,
    key: Arc<SigningKey>,
}

impl Composer {
    /// Words mails from `sender`, through the theme of `site`, with links that `key` signs. A
    /// sender without a name bears the portal's.
    pub fn new(site: Arc<Site>, sender: Mailbox, key: Arc<SigningKey>) -> Self {
        Self { site, sender, key }
    }

    /// The zone of the portal that mails come from.
    pub fn time_zone(&self) -> TimeZone {
        self.site.portal().time_zone()
    }

    /// The mail that a letter says.
    ///
    /// # Errors
    /// Fails when the theme cannot render it, or when the form is neither readable as it was nor
    /// in the portal any more.
    pub fn compose(&self, letter: &Letter) -> anyhow::Result<Mail> {
        let portal = self.site.portal();
        let Some(stored) = &letter.about else { return self.about_nothing(&portal, letter) };
        let definition = definition(&portal, &stored.submission.form_id, &stored.definition_yaml)?;
        let desk = Desk { composer: self, portal: &portal, definition: &definition, stored, letter };
        match letter.kind {
            Kind::Submission => desk.submission(),
            Kind::Confirmation => desk.confirmation(false),
            Kind::Reminder => desk.confirmation(true),
            Kind::Receipt => desk.receipt(),
            Kind::Proof => desk.proof(ProofReader::Signer)?.context("the form signs nothing"),
            Kind::Question => desk.note(&desk.words().question(desk.url(Purpose::Answer))),
            Kind::Outcome => desk.note(&desk.words().outcome(stored.state, desk.status_url())),
            Kind::Notice => desk.note(&desk.words().notice(desk.url(Purpose::Stop))),
            Kind::Announcement => desk.note(&desk.words().announcement()),
            Kind::Stopped => desk.note(&desk.words().stopped(letter.occasion == 0, None)),
            Kind::Cancelled => desk.note(&desk.words().cancelled()),
            Kind::Warning | Kind::Exclusion => {
                let sanction = letter.sanction.as_ref().context("the sanction is not there")?;
                let last = sanction.ends_at.to_zoned(portal.time_zone()).date().yesterday().context("its last day")?;
                desk.note(&desk.words().sanction(sanction, &long_date(last)))
            }
            Kind::Nudge => desk.note(&desk.words().nudge(desk.url(Purpose::Decide))),
            Kind::Access | Kind::Digest => bail!("a mail of that kind is about no submission"),
        }
    }

    fn about_nothing(&self, portal: &Portal, letter: &Letter) -> anyhow::Result<Mail> {
        let note = match letter.kind {
            Kind::Access => {
                let url = format!("{}{}", portal.url(), letter.claims().path(Purpose::Access, &self.key));
                words::access(portal.name(), portal.url(), url)
            }
            Kind::Digest => words::digest(portal.name(), portal.url(), self.waiting(portal, letter)?),
            Kind::Stopped => stopped(portal, letter)?,
            other => bail!("a mail of kind {} is about a submission", other.word()),
        };
        self.draft(portal, letter, "service/mail/note", &note.subject, None, &note)
    }

    /// What a daily mail lists: each with the link of its own row.
    fn waiting(&self, portal: &Portal, letter: &Letter) -> anyhow::Result<Vec<Waiting>> {
        let waiting = letter.held.iter().map(|held| {
            let stored = &held.about;
            let definition = definition(portal, &stored.submission.form_id, &stored.definition_yaml)?;
            Ok(Waiting {
                form: definition.title,
                space: stored.submission.space_title.clone(),
                reference: stored.reference.to_string(),
                reminder: held.kind == Kind::Nudge,
                url: format!("{}{}", portal.url(), held.claims.path(Purpose::Decide, &self.key)),
            })
        });
        waiting.collect()
    }

    fn draft(
        &self,
        portal: &Portal,
        letter: &Letter,
        template: &str,
        subject: &str,
        reply_to: Option<&str>,
        view: &impl Serialize,
    ) -> anyhow::Result<Mail> {
        let name = self.sender.name.clone().unwrap_or_else(|| one_line(portal.name()));
        let sender = Mailbox::new(Some(name), self.sender.email.clone());
        let values = serde_json::to_value(view)?;
        Draft {
            id: letter.id,
            from: &sender,
            to: &letter.recipient,
            reply_to,
            date: letter.queued_at,
            thread: letter.about.as_ref().map(|stored| stored.id),
            subject,
            text: portal.render_mail(&format!("{template}.txt"), values.clone())?,
            html: portal.render_mail(&format!("{template}.html"), values)?,
        }
        .build()
    }
}

/// A page went, or was suspended, that outlived what was sent.
fn stopped(portal: &Portal, letter: &Letter) -> anyhow::Result<Note> {
    let publication = letter.publication.as_ref().context("the publication is not there")?;
    let form = portal.form(&publication.form_id).map(|form| form.definition.title.clone());
    let slug = publication.space.as_deref();
    let space = portal.choices().spaces.iter().find(|space| Some(space.slug.as_str()) == slug);
    let about = About {
        form: form.as_deref().unwrap_or(&publication.form_id),
        reference: publication.reference.as_str(),
        space: space.map(|space| space.title.as_str()).or(slug),
        trace: None,
        page: publication.url.as_ref().map(|url| format!("{}{url}", portal.url())),
        portal: portal.name(),
        portal_url: portal.url(),
    };
    Ok(about.stopped(letter.occasion == 0, Some(publication)))
}

/// Everything that one mail is worded from.
struct Desk<'a> {
    composer: &'a Composer,
    portal: &'a Portal,
    definition: &'a FormDefinition,
    stored: &'a Stored,
    letter: &'a Letter,
}

impl Desk<'_> {
    fn submission(&self) -> anyhow::Result<Mail> {
        // A signature goes into the register, in its own words, once its address is confirmed.
        if let Some(mail) = self.proof(ProofReader::Register)? {
            return Ok(mail);
        }
        let url = self.url(Purpose::Decide);
        let envelope = Envelope {
            flags: &self.stored.flags,
            reading_url: Some(&url),
            unconfirmed_address: self.letter.unconfirmed,
            substitute_for: self.letter.is_substitute,
            why: self.why(),
            ..self.envelope()
        };
        let view = word(self.definition, &self.stored.submission, envelope);
        self.mail("service/mail/submission", &view.subject, view.reply_to.as_deref(), &view)
    }

    /// What happened just before, that made it come to this person.
    fn why(&self) -> Option<&'static str> {
        Some(match self.letter.trace.as_ref()?.action {
            Action::Approved => "Une première personne l’a approuvé\u{a0}: votre accord est demandé aussi.",
            Action::Doubted => "Les personnes qui relisent ont un doute\u{a0}: elles vous demandent de décider.",
            Action::Answered => {
                "La personne a répondu à la question qui lui était posée\u{a0}: son envoi a pu changer."
            }
            Action::Bounced => {
                "Il était approuvé, mais le site ne peut pas être construit avec cette page\u{a0}: rien n’a changé en ligne. \
                 La page de décision dit pourquoi\u{a0}; vous pouvez corriger le texte et l’approuver à nouveau, ou le refuser."
            }
            Action::Escalated => {
                "Personne n’a répondu, malgré deux rappels\u{a0}: vous pouvez décider à la place des personnes sollicitées."
            }
            _ => return None,
        })
    }

    fn words(&self) -> About<'_> {
        let page = self.letter.publication.as_ref().and_then(|publication| publication.url.as_ref());
        About {
            form: &self.definition.title,
            reference: self.stored.reference.as_str(),
            space: self.stored.submission.space_title.as_deref(),
            trace: self.letter.trace.as_ref(),
            page: page.map(|url| format!("{}{url}", self.portal.url())),
            portal: self.portal.name(),
            portal_url: self.portal.url(),
        }
    }

    fn status_url(&self) -> String {
        format!("{}/suivi/?reference={}", self.portal.url(), self.stored.reference)
    }

    fn note(&self, note: &Note) -> anyhow::Result<Mail> {
        self.mail("service/mail/note", &note.subject, None, note)
    }

    fn confirmation(&self, reminder: bool) -> anyhow::Result<Mail> {
        let check = self.stored.sender.as_ref().and_then(|sender| sender.check);
        let wait = match (check, reminder) {
            (Some(IfUnconfirmed::Lapse), true) => LAPSE_AFTER,
            (Some(IfUnconfirmed::Lapse), false) => CONFIRM_WITHIN + LAPSE_AFTER,
            _ => CONFIRM_WITHIN,
        };
        let url = self.url(Purpose::ConfirmAddress);
        let link = ConfirmationLink { url: &url, until: self.moment(self.letter.queued_at + wait), reminder };
        let view = confirmation(self.definition, &self.stored.submission, self.envelope(), link);
        self.mail("service/mail/confirmation", &view.subject, None, &view)
    }

    fn receipt(&self) -> anyhow::Result<Mail> {
        let view = receipt(self.definition, self.envelope());
        self.mail("service/mail/receipt", &view.subject, None, &view)
    }

    fn proof(&self, reader: ProofReader) -> anyhow::Result<Option<Mail>> {
        let Some(confirmed_at) = self.stored.confirmed_at else { return Ok(None) };
        let envelope = Envelope { flags: &self.stored.flags, ..self.envelope() };
        let entry = self.letter.entry.as_ref();
        let facts = ProofFacts {
            confirmed: self.moment(confirmed_at),
            entry: entry.map(|entry| (entry.number, entry.fingerprint.as_str())),
        };
        let view = proof(self.definition, &self.stored.submission, envelope, facts, reader);
        view.map(|view| self.mail("service/mail/proof", &view.subject, None, &view)).transpose()
    }

    fn envelope(&self) -> Envelope<'_> {
        Envelope {
            reference: self.stored.reference.as_str(),
            received: self.moment(self.stored.received_at),
            portal_name: self.portal.name(),
            portal_url: self.portal.url(),
            flags: &[],
            reading_url: None,
            unconfirmed_address: false,
            substitute_for: false,
            why: None,
        }
    }

    fn url(&self, purpose: Purpose) -> String {
        format!("{}{}", self.portal.url(), self.letter.claims().path(purpose, &self.composer.key))
    }

    fn moment(&self, at: Timestamp) -> DateTime {
        to_the_minute(at, self.portal)
    }

    fn mail(
        &self,
        template: &str,
        subject: &str,
        reply_to: Option<&str>,
        view: &impl Serialize,
    ) -> anyhow::Result<Mail> {
        self.composer.draft(self.portal, self.letter, template, subject, reply_to, view)
    }
}

/// The form as it was when it was filled in; as it is now, if a newer version of the portal can
/// no longer read that.
///
/// # Errors
/// Fails when it is neither.
pub fn definition(portal: &Portal, form_id: &str, yaml: &str) -> anyhow::Result<FormDefinition> {
    let source = SourceFile::new(&format!("formulaires/{form_id}.yaml"), yaml.to_owned());
    FormDefinition::parse(&source, &Diagnostics::new())
        .or_else(|| portal.form(form_id).map(|form| form.definition.clone()))
        .with_context(|| format!("no readable definition of the form {form_id}"))
}

/// A moment as people of the portal say it: seconds are no part of it.
pub fn to_the_minute(at: Timestamp, portal: &Portal) -> DateTime {
    let civil = at.to_zoned(portal.time_zone()).datetime();
    civil.date().at(civil.hour(), civil.minute(), 0, 0)
}
