//! How somebody who decides likes to be mailed: at once, or one summary a day.

use lettre::Address;

use super::{Store, query};

impl Store {
    /// Whether somebody chose one summary a day.
    ///
    /// # Errors
    /// Fails when the database does.
    pub async fn wants_digest(&self, person: &Address) -> anyhow::Result<bool> {
        let row = query("SELECT digest FROM preferences WHERE address = $1")
            .bind(person.to_string().to_lowercase())
            .read_one(&self.database)
            .await?;
        row.map_or(Ok(false), |row| row.truth("digest"))
    }

    /// Chooses for somebody. `false` when they had chosen the same: nothing is written then.
    ///
    /// # Errors
    /// Fails when the database does.
    pub async fn set_digest(&self, person: &Address, digest: bool) -> anyhow::Result<bool> {
        if self.wants_digest(person).await? == digest {
            return Ok(false);
        }
        query(
            "INSERT INTO preferences (address, digest) VALUES ($1, $2) \
             ON CONFLICT (address) DO UPDATE SET digest = excluded.digest",
        )
        .bind(person.to_string().to_lowercase())
        .bind(digest)
        .write(&self.database)
        .await?;
        Ok(true)
    }
}
