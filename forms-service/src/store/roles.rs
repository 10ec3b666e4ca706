//! Who holds which role where.

use anyhow::Context;
use jiff::Timestamp;
use lettre::Address;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::{Store, Transaction, unreadable};
use crate::role::{Holder, Place, Role};

/// Where a row of the table comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Made up for a demonstration; swept away when a real directory comes.
    Demonstration,
    /// `annuaire.yaml`.
    Directory,
    /// `forms-service roles add`.
    Command,
}

impl Source {
    fn word(self) -> &'static str {
        match self {
            Self::Demonstration => "demonstration",
            Self::Directory => "annuaire",
            Self::Command => "commande",
        }
    }
}

impl Store {
    /// Everybody who holds a role, by place and role.
    ///
    /// # Errors
    /// Fails when the database does.
    pub async fn holders(&self) -> anyhow::Result<Vec<Holder>> {
        let rows = sqlx::query("SELECT space, role, address FROM roles ORDER BY space, role, address")
            .fetch_all(&self.readers)
            .await?;
        rows.iter().map(holder).collect()
    }

    /// The addresses of those who hold one role in one place.
    ///
    /// # Errors
    /// Fails when the database does.
    pub async fn holders_of(&self, place: &Place, role: Role) -> anyhow::Result<Vec<Address>> {
        let rows = sqlx::query("SELECT space, role, address FROM roles WHERE space = ? AND role = ? ORDER BY address")
            .bind(place.slug())
            .bind(role.word())
            .fetch_all(&self.readers)
            .await?;
        rows.iter().map(|row| holder(row).map(|holder| holder.address)).collect()
    }

    /// Adds holders; those who are there already stay as they are. Gives how many are new.
    ///
    /// # Errors
    /// Fails when the database does; then nobody is added.
    pub async fn add_holders(&self, holders: &[Holder], source: Source, now: Timestamp) -> anyhow::Result<u64> {
        let mut tx = self.begin().await?;
        let added = add(&mut tx, holders, source, now).await?;
        tx.commit().await.context("committing roles")?;
        Ok(added)
    }

    /// Fills a table that holds nobody real: `holders` replace those of a demonstration. Gives
    /// how many were added; `None` when somebody real was there, and nothing was changed.
    ///
    /// # Errors
    /// Fails when the database does; then nothing is changed.
    pub async fn seed_holders(
        &self,
        holders: &[Holder],
        source: Source,
        now: Timestamp,
    ) -> anyhow::Result<Option<u64>> {
        let mut tx = self.begin().await?;
        let real: i64 = sqlx::query_scalar("SELECT count(*) FROM roles WHERE source <> 'demonstration'")
            .fetch_one(&mut *tx)
            .await?;
        if real > 0 {
            return Ok(None);
        }
        forget_demonstration(&mut tx).await?;
        let added = add(&mut tx, holders, source, now).await?;
        tx.commit().await.context("committing roles")?;
        Ok(Some(added))
    }

    /// Sweeps away the made-up holders of a demonstration, so that no real submission is ever
    /// mailed to them.
    ///
    /// # Errors
    /// Fails when the database does.
    pub async fn forget_demonstration_holders(&self) -> anyhow::Result<()> {
        let mut tx = self.begin().await?;
        forget_demonstration(&mut tx).await?;
        tx.commit().await.context("committing roles")
    }

    /// Takes a role away. `false` when nobody of that address held it there.
    ///
    /// # Errors
    /// Fails when the database does.
    pub async fn remove_holder(&self, holder: &Holder) -> anyhow::Result<bool> {
        let removed = sqlx::query("DELETE FROM roles WHERE space = ? AND role = ? AND address = ?")
            .bind(holder.place.slug())
            .bind(holder.role.word())
            .bind(holder.address.to_string())
            .execute(&self.writer)
            .await?;
        Ok(removed.rows_affected() == 1)
    }
}

async fn add(tx: &mut Transaction, holders: &[Holder], source: Source, now: Timestamp) -> anyhow::Result<u64> {
    let mut added = 0;
    for holder in holders {
        let inserted = sqlx::query(
            "INSERT INTO roles (space, role, address, source, added_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        )
        .bind(holder.place.slug())
        .bind(holder.role.word())
        .bind(holder.address.to_string())
        .bind(source.word())
        .bind(now.as_millisecond())
        .execute(&mut **tx)
        .await
        .context("adding a role")?;
        added += inserted.rows_affected();
    }
    Ok(added)
}

async fn forget_demonstration(tx: &mut Transaction) -> anyhow::Result<()> {
    sqlx::query("DELETE FROM roles WHERE source = 'demonstration'").execute(&mut **tx).await?;
    Ok(())
}

fn holder(row: &SqliteRow) -> anyhow::Result<Holder> {
    let (role, address): (&str, &str) = (row.get("role"), row.get("address"));
    Ok(Holder {
        place: Place::from_slug(row.get("space")),
        role: role.parse().map_err(|_| unreadable("roles.role", role))?,
        // The value is left out: an address is not for logs.
        address: address.parse().map_err(|_| anyhow::anyhow!("column roles.address holds no address"))?,
    })
}
