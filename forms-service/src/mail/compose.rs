//! Words a mail from what the database holds, through the theme.
//!
//! It is done at each attempt and not when the mail is queued: the table then holds no text
//! twice. The same row gives the same bytes.

use std::sync::Arc;

use anyhow::Context;
use generator::diagnostic::Diagnostics;
use generator::form::FormDefinition;
use generator::form::mail::{Envelope, word};
use generator::source::SourceFile;
use lettre::message::Mailbox;

use super::message::{Draft, Mail, one_line};
use crate::site::{Portal, Site};
use crate::store::outbox::{Kind, Letter};

/// Words mails in the name of one sender.
#[derive(Clone)]
pub struct Composer {
    site: Arc<Site>,
    sender: Mailbox,
}

impl Composer {
    /// Words mails from `sender`, through the theme of `site`. A sender without a name bears the
    /// portal's.
    pub fn new(site: Arc<Site>, sender: Mailbox) -> Self {
        Self { site, sender }
    }

    /// The mail that a letter says.
    ///
    /// # Errors
    /// Fails when the theme cannot render it, or when the form is neither readable as it was nor
    /// in the portal any more.
    pub fn compose(&self, letter: &Letter) -> anyhow::Result<Mail> {
        let portal = self.site.portal();
        match letter.kind {
            Kind::Submission => self.submission(&portal, letter),
            Kind::Confirmation | Kind::Reminder | Kind::Receipt | Kind::Proof => anyhow::bail!("not worded yet"),
        }
    }

    fn submission(&self, portal: &Portal, letter: &Letter) -> anyhow::Result<Mail> {
        let definition = definition(portal, letter)?;
        let received = letter.received_at.to_zoned(portal.time_zone()).datetime();
        let envelope = Envelope {
            reference: letter.reference.as_str(),
            received: to_the_minute(received),
            portal_name: portal.name(),
            portal_url: portal.url(),
        };
        let name = self.sender.name.clone().unwrap_or_else(|| one_line(portal.name()));
        let sender = Mailbox::new(Some(name), self.sender.email.clone());
        let view = word(&definition, &letter.submission, envelope);
        let values = serde_json::to_value(&view)?;
        Draft {
            id: letter.id,
            from: &sender,
            to: &letter.recipient,
            reply_to: view.reply_to.as_deref(),
            date: letter.queued_at,
            subject: &view.subject,
            text: portal.render_mail("mail/submission.txt", values.clone())?,
            html: portal.render_mail("mail/submission.html", values)?,
        }
        .build()
    }
}

/// The form as it was when it was filled in; as it is now, if a newer version of the portal can
/// no longer read that.
fn definition(portal: &Portal, letter: &Letter) -> anyhow::Result<FormDefinition> {
    let id = &letter.submission.form_id;
    let source = SourceFile::new(&format!("formulaires/{id}.yaml"), letter.definition_yaml.clone());
    FormDefinition::parse(&source, &Diagnostics::new())
        .or_else(|| portal.form(id).map(|form| form.definition.clone()))
        .with_context(|| format!("no readable definition of the form {id}"))
}

/// Seconds are no part of a date that a person reads.
fn to_the_minute(moment: jiff::civil::DateTime) -> jiff::civil::DateTime {
    moment.date().at(moment.hour(), moment.minute(), 0, 0)
}
