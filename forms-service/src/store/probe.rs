//! A look at a database that changes nothing: not its tables, not the data folder.

use anyhow::ensure;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};

use super::database::Database;
use super::roles::read_holders;
use super::{Location, postgres, query, sqlite};
use crate::role::Holder;

/// What a look found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Probe {
    /// There is no database yet, or nothing in it: the first start makes it.
    Empty,
    /// A sound database, and who holds roles in it.
    Sound(Vec<Holder>),
}

/// Looks whether the database is there, answers, and keeps its promises of durability.
///
/// # Errors
/// Says in French what it does not keep, or why it does not answer.
pub async fn probe(location: &Location) -> anyhow::Result<Probe> {
    let database = if let Some(url) = &location.postgres {
        Database::Postgres(postgres::connect(url).await?)
    } else {
        let file = location.data.join(sqlite::FILE);
        if !file.exists() {
            return Ok(Probe::Empty);
        }
        let pool = SqlitePoolOptions::new().max_connections(1);
        let pool = pool.connect_with(SqliteConnectOptions::new().filename(&file).read_only(true)).await?;
        Database::Sqlite { writer: pool.clone(), readers: pool }
    };
    let found = look(&database).await;
    database.close().await;
    found
}

async fn look(database: &Database) -> anyhow::Result<Probe> {
    let tables = match database {
        Database::Sqlite { readers, .. } => {
            let said: String = sqlx::query_scalar("PRAGMA quick_check").fetch_one(readers).await?;
            ensure!(said == "ok", "la base est abîmée : {said}");
            query("SELECT count(*) AS n FROM sqlite_master WHERE name = 'roles'")
        }
        Database::Postgres(_) => query(
            "SELECT count(*) AS n FROM information_schema.tables \
             WHERE table_name = 'roles' AND table_schema = current_schema()",
        ),
    };
    let there = tables.read_one(database).await?.is_some_and(|row| row.count("n").is_ok_and(|n| n > 0));
    if there { Ok(Probe::Sound(read_holders(database).await?)) } else { Ok(Probe::Empty) }
}
