//! Who holds which role where.

use anyhow::Context;
use jiff::Timestamp;

use super::{Database, Row, Store, Transaction, one, query, word_of};
use crate::role::{Holder, Place};

/// Where a row of the table comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Made up for a demonstration; swept away when a real directory comes.
    Demonstration,
    /// `annuaire.yaml`.
    Directory,
    /// `forms-service roles add`.
    Command,
    /// A circuit that opened a space.
    Circuit,
}

impl Source {
    const ALL: [(&'static str, Self); 4] = [
        ("demonstration", Self::Demonstration),
        ("annuaire", Self::Directory),
        ("commande", Self::Command),
        ("circuit", Self::Circuit),
    ];

    fn word(self) -> &'static str {
        word_of(&self, &Self::ALL)
    }
}

impl Store {
    /// Everybody who holds a role, by place and role.
    ///
    /// # Errors
    /// Fails when the database does.
    pub async fn holders(&self) -> anyhow::Result<Vec<Holder>> {
        read_holders(&self.database).await
    }

    /// Adds holders; those who are there already stay as they are. Gives how many are new.
    ///
    /// # Errors
    /// Fails when the database does; then nobody is added.
    pub async fn add_holders(&self, holders: &[Holder], source: Source, now: Timestamp) -> anyhow::Result<u64> {
        let mut tx = self.database.begin().await?;
        let added = add(&mut tx, holders, source, now).await?;
        tx.commit().await?;
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
        let mut tx = self.database.begin().await?;
        let real = query("SELECT 1 AS one FROM roles WHERE source <> 'demonstration' LIMIT 1").rows(&mut tx).await?;
        if !real.is_empty() {
            return Ok(None);
        }
        forget_demonstration(&mut tx).await?;
        let added = add(&mut tx, holders, source, now).await?;
        tx.commit().await?;
        Ok(Some(added))
    }

    /// Sweeps away the made-up holders of a demonstration, so that no real submission is ever
    /// mailed to them.
    ///
    /// # Errors
    /// Fails when the database does.
    pub async fn forget_demonstration_holders(&self) -> anyhow::Result<()> {
        let mut tx = self.database.begin().await?;
        forget_demonstration(&mut tx).await?;
        tx.commit().await
    }

    /// Takes a role away. `false` when nobody of that address held it there.
    ///
    /// # Errors
    /// Fails when the database does.
    pub async fn remove_holder(&self, holder: &Holder) -> anyhow::Result<bool> {
        let removed = query("DELETE FROM roles WHERE space = $1 AND role = $2 AND address = $3")
            .bind(holder.place.slug())
            .bind(holder.role.word())
            .bind(holder.address.to_string())
            .write(&self.database)
            .await?;
        one(removed)
    }
}

pub(super) async fn read_holders(database: &Database) -> anyhow::Result<Vec<Holder>> {
    let rows = query(EVERYBODY).read(database).await?;
    rows.iter().map(holder).collect()
}

pub(super) async fn add(
    tx: &mut Transaction,
    holders: &[Holder],
    source: Source,
    now: Timestamp,
) -> anyhow::Result<u64> {
    let mut added = 0;
    for holder in holders {
        let inserted = query(
            "INSERT INTO roles (space, role, address, source, added_at) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT DO NOTHING",
        )
        .bind(holder.place.slug())
        .bind(holder.role.word())
        .bind(holder.address.to_string())
        .bind(source.word())
        .bind(now)
        .run(tx)
        .await
        .context("adding a role")?;
        added += inserted;
    }
    Ok(added)
}

async fn forget_demonstration(tx: &mut Transaction) -> anyhow::Result<()> {
    query("DELETE FROM roles WHERE source = 'demonstration'").run(tx).await?;
    Ok(())
}

pub(super) async fn read_holders_in(tx: &mut Transaction) -> anyhow::Result<Vec<Holder>> {
    let rows = query(EVERYBODY).rows(tx).await?;
    rows.iter().map(holder).collect()
}

const EVERYBODY: &str = "SELECT space, role, address FROM roles ORDER BY space, role, address";

fn holder(row: &Row) -> anyhow::Result<Holder> {
    Ok(Holder { place: Place::from_slug(row.text("space")?), role: row.parse("role")?, address: row.parse("address")? })
}
