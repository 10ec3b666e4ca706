//! The database: everything that must survive, and the only place where SQL is written.
//!
//! One connection writes, and each of its transactions begins as a writer (`BEGIN IMMEDIATE`), so
//! that none fails halfway because another wrote first. What is committed is on the disk
//! (`synchronous = FULL`) before anybody is told. No transaction stays open while a server answers.

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, ensure};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Row, Sqlite};

pub mod submissions;

pub mod outbox;

pub mod mailbox;
pub mod roles;

pub mod overview;

/// The file of the data folder that holds the database.
pub const FILE: &str = "portail.sqlite";

/// How long a statement waits for another process (a command beside the service).
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// How many connections read.
const READERS: u32 = 4;

/// The oldest `SQLite` that does not damage a write-ahead log when it restarts one.
const SQLITE_FLOOR: (u32, u32, u32) = (3, 51, 3);

/// An open database.
#[derive(Clone, Debug)]
pub struct Store {
    writer: SqlitePool,
    readers: SqlitePool,
}

/// A transaction that holds the right to write.
type Transaction = sqlx::Transaction<'static, Sqlite>;

impl Store {
    /// Opens the database of the data folder, creates it on the first start, and brings its
    /// tables up to date.
    ///
    /// # Errors
    /// Fails when the database cannot be opened or does not keep its promises of durability.
    pub async fn open(data: &Path) -> anyhow::Result<Self> {
        let path = data.join(FILE);
        Self::open_file(&path).await.with_context(|| format!("ouverture de la base « {} »", path.display()))
    }

    async fn open_file(path: &Path) -> anyhow::Result<Self> {
        // Made by us first: SQLite would let everybody read it, and copies this mode to its log.
        OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path)?;
        let options = SqliteConnectOptions::new()
            .filename(path)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT);
        let writer = SqlitePoolOptions::new().max_connections(1).connect_with(options.clone()).await?;
        check_version(&writer).await?;
        sqlx::migrate!().run(&writer).await.context("mise à jour des tables")?;
        let reading = options.pragma("query_only", "ON");
        let readers = SqlitePoolOptions::new().max_connections(READERS).connect_with(reading).await?;
        for pool in [&writer, &readers] {
            check_pragmas(pool).await?;
        }
        Ok(Self { writer, readers })
    }

    /// Closes every connection, after which the database is one file again.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }

    /// Asks the database whether it answers.
    ///
    /// # Errors
    /// Fails when it does not.
    pub async fn ping(&self) -> anyhow::Result<()> {
        sqlx::query("SELECT 1 FROM submissions LIMIT 1").fetch_optional(&self.readers).await?;
        Ok(())
    }

    async fn begin(&self) -> anyhow::Result<Transaction> {
        self.writer.begin_with("BEGIN IMMEDIATE").await.context("beginning a transaction")
    }
}

async fn check_version(pool: &SqlitePool) -> anyhow::Result<()> {
    let version: String = sqlx::query_scalar("SELECT sqlite_version()").fetch_one(pool).await?;
    let mut parts = version.split('.').map(|part| part.parse().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0);
    ensure!(
        (next(), next(), next()) >= SQLITE_FLOOR,
        "SQLite {version} peut abîmer la base : il faut la version {}.{}.{} ou une plus récente",
        SQLITE_FLOOR.0,
        SQLITE_FLOOR.1,
        SQLITE_FLOOR.2
    );
    Ok(())
}

/// A pragma that is not taken is ignored without a word, so each is asked back.
async fn check_pragmas(pool: &SqlitePool) -> anyhow::Result<()> {
    let journal: String = sqlx::query_scalar("PRAGMA journal_mode").fetch_one(pool).await?;
    ensure!(journal == "wal", "la base n’est pas en mode WAL, mais en mode « {journal} »");
    let timeout = i64::try_from(BUSY_TIMEOUT.as_millis())?;
    // 2 is FULL.
    for (pragma, wanted) in [("PRAGMA synchronous", 2), ("PRAGMA foreign_keys", 1), ("PRAGMA busy_timeout", timeout)] {
        let found: i64 = sqlx::query(pragma).fetch_one(pool).await?.get(0);
        ensure!(found == wanted, "la base ne tient pas « {pragma} » : {found} au lieu de {wanted}");
    }
    Ok(())
}

/// What a row says that no version of this service wrote.
fn unreadable(column: &str, value: &str) -> anyhow::Error {
    anyhow::anyhow!("column {column} holds {value:?}")
}
