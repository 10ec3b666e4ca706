//! The embedded mailbox of a demonstration.

use anyhow::Context;
use jiff::Timestamp;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::{Store, unreadable};
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
        sqlx::query(
            "INSERT INTO mailbox (mail_id, delivered_at, recipient, subject, text, html, raw) \
             VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        )
        .bind(mail.id.to_string())
        .bind(now.as_millisecond())
        .bind(mail.recipient.to_string())
        .bind(&mail.subject)
        .bind(&mail.text)
        .bind(&mail.html)
        .bind(&mail.raw)
        .execute(&self.writer)
        .await
        .context("putting a mail into the mailbox")?;
        Ok(())
    }

    /// The mails of the mailbox, the latest first.
    ///
    /// # Errors
    /// Fails when the database does.
    pub async fn mailbox(&self) -> anyhow::Result<Vec<MailboxEntry>> {
        let rows = sqlx::query(
            "SELECT mail_id, recipient, subject, delivered_at FROM mailbox ORDER BY delivered_at DESC, mail_id DESC",
        )
        .fetch_all(&self.readers)
        .await?;
        rows.iter().map(entry).collect()
    }

    /// One mail of the mailbox.
    ///
    /// # Errors
    /// Fails when the database does.
    pub async fn mailbox_mail(&self, id: MailId) -> anyhow::Result<Option<MailboxMail>> {
        let row = sqlx::query(
            "SELECT mail_id, recipient, subject, delivered_at, text, html, raw FROM mailbox WHERE mail_id = ?",
        )
        .bind(id.to_string())
        .fetch_optional(&self.readers)
        .await?;
        row.map(|row| {
            Ok(MailboxMail { entry: entry(&row)?, text: row.get("text"), html: row.get("html"), raw: row.get("raw") })
        })
        .transpose()
    }
}

fn entry(row: &SqliteRow) -> anyhow::Result<MailboxEntry> {
    let id: &str = row.get("mail_id");
    Ok(MailboxEntry {
        id: id.parse().map_err(|_| unreadable("mailbox.mail_id", id))?,
        recipient: row.get("recipient"),
        subject: row.get("subject"),
        delivered_at: Timestamp::from_millisecond(row.get("delivered_at"))?,
    })
}
