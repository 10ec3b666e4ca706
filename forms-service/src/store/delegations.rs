//! Roles that are handed to somebody else between two moments. The holder keeps theirs: both may
//! decide meanwhile, and the trace says in whose place.

use jiff::Timestamp;
use lettre::Address;
use sha2::{Digest, Sha256};

use super::desk::{Delegation, is_same, read_delegation};
use super::roles::read_holders_in;
use super::{Store, query};
use crate::role::Holder;

/// A delegation that is to be made.
#[derive(Clone, Debug)]
pub struct NewDelegation<'a> {
    /// The role, and whose it is.
    pub holder: &'a Holder,
    /// Who holds it meanwhile.
    pub delegate: &'a Address,
    /// From when.
    pub begins_at: Timestamp,
    /// Until when.
    pub ends_at: Timestamp,
}

impl Store {
    /// Hands a role over for a time. Done twice, it is one delegation. `false` when its holder does
    /// not hold it (any more).
    ///
    /// # Errors
    /// Fails when the database does.
    pub async fn delegate(&self, new: NewDelegation<'_>, now: Timestamp) -> anyhow::Result<bool> {
        let mut tx = self.database.begin().await?;
        if !read_holders_in(&mut tx).await?.contains(new.holder) {
            return Ok(false);
        }
        query(
            "INSERT INTO delegations (id, space, role, holder, delegate, begins_at, ends_at, made_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO UPDATE SET ends_at = excluded.ends_at",
        )
        .bind(name(&new))
        .bind(new.holder.place.slug())
        .bind(new.holder.role.word())
        .bind(new.holder.address.to_string())
        .bind(new.delegate.to_string())
        .bind(new.begins_at)
        .bind(new.ends_at)
        .bind(now)
        .run(&mut tx)
        .await?;
        tx.commit().await?;
        Ok(true)
    }

    /// The delegations that somebody made or was given, which are not over.
    ///
    /// # Errors
    /// Fails when the database does, or when a row cannot be read.
    pub async fn delegations_of(&self, person: &Address, now: Timestamp) -> anyhow::Result<Vec<Delegation>> {
        let rows = query("SELECT * FROM delegations WHERE ends_at > $1 ORDER BY begins_at, id")
            .bind(now)
            .read(&self.database)
            .await?;
        let all: Vec<Delegation> = rows.iter().map(read_delegation).collect::<anyhow::Result<_>>()?;
        Ok(all.into_iter().filter(|one| is_same(&one.holder, person) || is_same(&one.delegate, person)).collect())
    }

    /// Ends a delegation now. `false` when it was over, or is not there.
    ///
    /// # Errors
    /// Fails when the database does.
    pub async fn end_delegation(&self, id: &str, now: Timestamp) -> anyhow::Result<bool> {
        let ended = query("UPDATE delegations SET ends_at = $1 WHERE id = $2 AND ends_at > $1")
            .bind(now)
            .bind(id)
            .write(&self.database)
            .await?;
        super::one(ended)
    }
}

/// The same role, from the same person to the same person, from the same moment, is one row.
fn name(new: &NewDelegation<'_>) -> String {
    let parts = [
        new.holder.place.slug().to_owned(),
        new.holder.role.word().to_owned(),
        new.holder.address.to_string().to_lowercase(),
        new.delegate.to_string().to_lowercase(),
        new.begins_at.as_millisecond().to_string(),
    ];
    // No part holds a line end.
    super::hexadecimal(&Sha256::digest(parts.join("\n")))
}
