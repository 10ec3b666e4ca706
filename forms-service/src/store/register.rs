//! The rows of the register of signatures: entered once, emptied of the person, never removed.

use std::collections::HashSet;

use anyhow::Context;
use jiff::Timestamp;

use super::database::Dialect;
use super::submissions::read_in;
use super::{Row, Store, Transaction, query};
use crate::id::SubmissionId;
use crate::key::SigningKey;
use crate::register::chain::{self, Person, fingerprint};
use crate::register::standing::{Signed, Signer, gather_versions};
use crate::register::verify::Found;
use crate::register::{Inscription, SigningForms};

/// What a mail says of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its number.
    pub number: i64,
    /// The beginning of its digest, in groups.
    pub fingerprint: String,
}

impl Store {
    /// The whole register, as it stands in the table, in the order of its numbers.
    ///
    /// # Errors
    /// Fails when the database does.
    pub async fn register(&self) -> anyhow::Result<Vec<Found>> {
        let rows = query(
            "SELECT register.*, CAST(CASE WHEN EXISTS (SELECT 1 FROM submissions WHERE id = submission_id) \
             THEN 1 ELSE 0 END AS BIGINT) AS is_kept FROM register ORDER BY seq",
        )
        .read(&self.database)
        .await?;
        rows.iter().map(|row| Ok(Found { row: chained(row)?, is_kept: row.truth("is_kept")? })).collect()
    }

    /// The signatures that concern a space (the empty name: those who chose none), or all of them.
    ///
    /// # Errors
    /// Fails when the database does.
    pub async fn signatures(&self, space: Option<&str>) -> anyhow::Result<Vec<Signed>> {
        let rows = query("SELECT * FROM register ORDER BY seq").read(&self.database).await?;
        let mut all = rows.iter().map(signed).collect::<anyhow::Result<Vec<_>>>()?;
        // Before any is left out: whoever signed the new version did so in whatever space.
        gather_versions(&mut all);
        all.retain(|signed| space.is_none_or(|space| signed.concerns(space)));
        Ok(all)
    }

    /// Enters every confirmed signature of `forms` that is not in the register, in the order of
    /// confirmation. Gives how many.
    ///
    /// # Errors
    /// Fails when the database does; then none is entered.
    pub async fn enter_earlier(&self, forms: &SigningForms, key: &SigningKey) -> anyhow::Result<u64> {
        let mut tx = self.database.begin().await?;
        // Before looking: an instance that starts beside this one then finds nothing left.
        take_turn(&mut tx).await?;
        let rows = query(UNREGISTERED).rows(&mut tx).await?;
        let mut entered = 0;
        for id in signing(&rows, forms)? {
            let Some(stored) = read_in(&mut tx, id).await? else { continue };
            if let (Some(signature), Some(confirmed_at)) = (forms.signature(&stored), stored.confirmed_at) {
                enter(&mut tx, Inscription { signature: &signature, key }, confirmed_at).await?;
                entered += 1;
            }
        }
        tx.commit().await?;
        Ok(entered)
    }

    /// How many confirmed signatures of `forms` are not in the register.
    ///
    /// # Errors
    /// Fails when the database does.
    pub async fn count_unregistered(&self, forms: &SigningForms) -> anyhow::Result<usize> {
        Ok(signing(&query(UNREGISTERED).read(&self.database).await?, forms)?.len())
    }
}

/// Confirmed submissions that have no row in the register.
const UNREGISTERED: &str = "SELECT id, form_id, definition_digest FROM submissions \
    WHERE address_state = 'confirmed' AND confirmed_at IS NOT NULL \
    AND NOT EXISTS (SELECT 1 FROM register WHERE submission_id = submissions.id) \
    ORDER BY confirmed_at, id";

/// Those of them whose form signs a charter.
fn signing(rows: &[Row], forms: &SigningForms) -> anyhow::Result<Vec<SubmissionId>> {
    let mut ids = Vec::new();
    for row in rows {
        if forms.has(&row.text("form_id")?, &row.text("definition_digest")?) {
            ids.push(row.parse("id")?);
        }
    }
    Ok(ids)
}

/// Any number, the same in each instance: what they take turns by.
const TURN: i64 = 0x7265_6769_7374_6572;

/// Has whoever enters something wait for whoever does so already, until that one has committed.
/// `SQLite` has one writer anyway.
async fn take_turn(tx: &mut Transaction) -> anyhow::Result<()> {
    if tx.dialect() == Dialect::Postgres {
        query("SELECT pg_advisory_xact_lock($1)").bind(TURN).rows(tx).await?;
    }
    Ok(())
}

/// Enters a signature after the last one. A submission has one row at most: the table refuses a
/// second, and then nothing of the transaction is kept. It asks for the transaction that confirms the
/// address, so that there is never one without the other.
pub(super) async fn enter(
    tx: &mut Transaction,
    inscription: Inscription<'_>,
    signed_at: Timestamp,
) -> anyhow::Result<()> {
    let Inscription { signature, key } = inscription;
    take_turn(tx).await?;
    let last = query("SELECT seq, digest FROM register ORDER BY seq DESC LIMIT 1").rows(tx).await?;
    let last = last.first().map(|row| anyhow::Ok((row.integer("seq")?, row.text("digest")?))).transpose()?;
    let row = chain::Row::sealed(last, signature, signed_at.as_millisecond(), key);
    query(
        "INSERT INTO register (seq, submission_id, charter, version, title, signed_at, reference, name, address, \
         space, salt, content_digest, previous, digest, key_id) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
    )
    .bind(row.seq)
    .bind(row.submission_id)
    .bind(row.charter)
    .bind(row.version)
    .bind(row.title)
    .bind(row.signed_at)
    .bind(row.person.reference)
    .bind(row.person.name)
    .bind(row.person.address)
    .bind(row.person.space)
    .bind(row.person.salt)
    .bind(row.content_digest)
    .bind(row.previous)
    .bind(row.digest)
    .bind(row.key_id)
    .run(tx)
    .await
    .with_context(|| format!("entering submission {} in the register", signature.submission))?;
    Ok(())
}

/// Empties the row of a submission of the person, when that submission is forgotten.
pub(super) async fn empty(tx: &mut Transaction, id: SubmissionId) -> anyhow::Result<()> {
    query(
        "UPDATE register SET reference = NULL, name = NULL, address = NULL, space = NULL, salt = NULL \
         WHERE submission_id = $1",
    )
    .bind(id.to_string())
    .run(tx)
    .await?;
    Ok(())
}

/// What a mail about a submission says of its row, from columns that [`ENTRY`] names.
pub(super) fn read_entry(row: &Row) -> anyhow::Result<Option<Entry>> {
    let (number, digest) = (row.optional_integer("register_seq")?, row.optional_text("register_digest")?);
    Ok(number.zip(digest).map(|(number, digest)| Entry { number, fingerprint: fingerprint(&digest) }))
}

/// Columns for [`read_entry`], of a query that joins the register.
pub(super) const ENTRY: &str = "register.seq AS register_seq, register.digest AS register_digest";

fn chained(row: &Row) -> anyhow::Result<chain::Row> {
    Ok(chain::Row {
        seq: row.integer("seq")?,
        submission_id: row.text("submission_id")?,
        charter: row.text("charter")?,
        version: row.text("version")?,
        title: row.text("title")?,
        signed_at: row.integer("signed_at")?,
        person: Person {
            reference: row.optional_text("reference")?,
            name: row.optional_text("name")?,
            address: row.optional_text("address")?,
            space: row.optional_text("space")?,
            salt: row.optional_text("salt")?,
        },
        content_digest: row.text("content_digest")?,
        previous: row.text("previous")?,
        digest: row.text("digest")?,
        key_id: row.text("key_id")?,
    })
}

fn signed(row: &Row) -> anyhow::Result<Signed> {
    let space = row.optional_text("space")?;
    let name_and_address = row.optional_text("name")?.zip(row.optional_text("address")?);
    let version = row.text("version")?;
    Ok(Signed {
        number: row.integer("seq")?,
        charter: row.text("charter")?,
        versions: HashSet::from([version.clone()]),
        version,
        title: row.text("title")?,
        signed_at: row.moment("signed_at")?,
        signer: name_and_address.map(|(name, address)| Signer { name, address, space }),
    })
}
