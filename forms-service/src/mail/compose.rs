//! Words a mail from what the database holds, through the theme.
//!
//! It is done at each attempt and not when the mail is queued: the table then holds no text
//! twice, and no link at all. The same row gives the same bytes.

use std::sync::Arc;

use anyhow::Context;
use generator::diagnostic::Diagnostics;
use generator::form::FormDefinition;
use generator::form::letters::{ConfirmationLink, ProofFacts, ProofReader, confirmation, proof, receipt};
use generator::form::mail::{Envelope, word};
use generator::source::SourceFile;
use jiff::Timestamp;
use jiff::civil::DateTime;
use lettre::message::Mailbox;
use serde::Serialize;

use super::message::{Draft, Mail, one_line};
use crate::key::SigningKey;
use crate::link::Purpose;
use crate::site::{Portal, Site};
use crate::store::outbox::{Kind, Letter};
use crate::store::submissions::IfUnconfirmed;
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

    /// The mail that a letter says.
    ///
    /// # Errors
    /// Fails when the theme cannot render it, or when the form is neither readable as it was nor
    /// in the portal any more.
    pub fn compose(&self, letter: &Letter) -> anyhow::Result<Mail> {
        let portal = self.site.portal();
        let definition = definition(&portal, &letter.submission.form_id, &letter.definition_yaml)?;
        let desk = Desk { composer: self, portal: &portal, definition: &definition, letter };
        match letter.kind {
            Kind::Submission => desk.submission(),
            Kind::Confirmation => desk.confirmation(false),
            Kind::Reminder => desk.confirmation(true),
            Kind::Receipt => desk.receipt(),
            Kind::Proof => desk.proof(ProofReader::Signer)?.context("the form signs nothing"),
        }
    }
}

/// Everything that one mail is worded from.
struct Desk<'a> {
    composer: &'a Composer,
    portal: &'a Portal,
    definition: &'a FormDefinition,
    letter: &'a Letter,
}

impl Desk<'_> {
    fn submission(&self) -> anyhow::Result<Mail> {
        // A signature goes into the register, in its own words, once its address is confirmed.
        if let Some(mail) = self.proof(ProofReader::Register)? {
            return Ok(mail);
        }
        let reading_url = (!self.letter.flags.is_empty()).then(|| self.url(Purpose::Read));
        let envelope = Envelope {
            flags: &self.letter.flags,
            reading_url: reading_url.as_deref(),
            unconfirmed_address: self.letter.unconfirmed,
            substitute_for: self.letter.is_substitute,
            ..self.envelope()
        };
        let view = word(self.definition, &self.letter.submission, envelope);
        self.mail("mail/submission", &view.subject, view.reply_to.as_deref(), &view)
    }

    fn confirmation(&self, reminder: bool) -> anyhow::Result<Mail> {
        let wait = match (self.letter.if_unconfirmed, reminder) {
            (Some(IfUnconfirmed::Lapse), true) => LAPSE_AFTER,
            (Some(IfUnconfirmed::Lapse), false) => CONFIRM_WITHIN + LAPSE_AFTER,
            _ => CONFIRM_WITHIN,
        };
        let url = self.url(Purpose::ConfirmAddress);
        let link = ConfirmationLink { url: &url, until: self.moment(self.letter.queued_at + wait), reminder };
        let view = confirmation(self.definition, &self.letter.submission, self.envelope(), link);
        self.mail("mail/confirmation", &view.subject, None, &view)
    }

    fn receipt(&self) -> anyhow::Result<Mail> {
        let view = receipt(self.definition, self.envelope());
        self.mail("mail/receipt", &view.subject, None, &view)
    }

    fn proof(&self, reader: ProofReader) -> anyhow::Result<Option<Mail>> {
        let Some(confirmed_at) = self.letter.confirmed_at else { return Ok(None) };
        let envelope = Envelope { flags: &self.letter.flags, ..self.envelope() };
        let entry = self.letter.entry.as_ref();
        let facts = ProofFacts {
            confirmed: self.moment(confirmed_at),
            entry: entry.map(|entry| (entry.number, entry.fingerprint.as_str())),
        };
        let view = proof(self.definition, &self.letter.submission, envelope, facts, reader);
        view.map(|view| self.mail("mail/proof", &view.subject, None, &view)).transpose()
    }

    fn envelope(&self) -> Envelope<'_> {
        Envelope {
            reference: self.letter.reference.as_str(),
            received: self.moment(self.letter.received_at),
            portal_name: self.portal.name(),
            portal_url: self.portal.url(),
            flags: &[],
            reading_url: None,
            unconfirmed_address: false,
            substitute_for: false,
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
        let name = self.composer.sender.name.clone().unwrap_or_else(|| one_line(self.portal.name()));
        let sender = Mailbox::new(Some(name), self.composer.sender.email.clone());
        let values = serde_json::to_value(view)?;
        Draft {
            id: self.letter.id,
            from: &sender,
            to: &self.letter.recipient,
            reply_to,
            date: self.letter.queued_at,
            subject,
            text: self.portal.render_mail(&format!("{template}.txt"), values.clone())?,
            html: self.portal.render_mail(&format!("{template}.html"), values)?,
        }
        .build()
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
