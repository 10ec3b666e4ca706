//! The embedded mailbox of a demonstration.

use anyhow::Context;
use jiff::Timestamp;

use super::{Row, Store, query};
use crate::id::MailId;
use crate::mail::message::Mail;

/// A mail in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailboxEntry {
    /// The outbox row that it was sent for.
    pub id: MailId,
    /// To whom.
    pub recipient: String,
    /// Its subject.
    pub subject: String,
    /// When it arrived.
    pub delivered_at: Timestamp,
}

/// A mail that is opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailboxMail {
    /// What the list says of it.
    pub entry: MailboxEntry,
    /// The text part.
    pub text: String,
    /// The HTML part.
    pub html: String,
    /// The mail as a server would have received it.
    pub raw: Vec<u8>,
}

impl Store {
    /// Puts a mail into the mailbox; a second time leaves it as it is.
    ///
    /// # Errors
    /// Fails when the database does.
    pub async fn put_into_mailbox(&self, mail: &Mail, now: Timestamp) -> anyhow::Result<()> {
        query(
            "INSERT INTO mailbox (mail_id, delivered_at, recipient, subject, text, html, raw) \
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
        )
        .bind(mail.id.to_string())
        .bind(now)
        .bind(mail.recipient.to_string())
        .bind(&mail.subject)
        .bind(&mail.text)
        .bind(&mail.html)
        .bind(mail.raw.as_slice())
        .write(&self.database)
        .await
        .context("putting a mail into the mailbox")?;
        Ok(())
    }

    /// The mails of the mailbox, the latest first.
    ///
    /// # Errors
    /// Fails when the database does.
    pub async fn mailbox(&self) -> anyhow::Result<Vec<MailboxEntry>> {
        let rows = query(
            "SELECT mail_id, recipient, subject, delivered_at FROM mailbox ORDER BY delivered_at DESC, mail_id DESC",
        )
        .read(&self.database)
        .await?;
        rows.iter().map(entry).collect()
    }

    /// One mail of the mailbox.
    ///
    /// # Errors
    /// Fails when the database does.
    pub async fn mailbox_mail(&self, id: MailId) -> anyhow::Result<Option<MailboxMail>> {
        let row =
            query("SELECT mail_id, recipient, subject, delivered_at, text, html, raw FROM mailbox WHERE mail_id = $1")
                .bind(id.to_string())
                .read_one(&self.database)
                .await?;
        row.map(|row| {
            Ok(MailboxMail {
                entry: entry(&row)?,
                text: row.text("text")?,
                html: row.text("html")?,
                raw: row.bytes("raw")?,
            })
        })
        .transpose()
    }
}

fn entry(row: &Row) -> anyhow::Result<MailboxEntry> {
    Ok(MailboxEntry {
        id: row.parse("mail_id")?,
        recipient: row.text("recipient")?,
        subject: row.text("subject")?,
        delivered_at: row.moment("delivered_at")?,
    })
}
