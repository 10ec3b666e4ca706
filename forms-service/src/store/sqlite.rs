//! `SQLite`, in a file of the data folder: what a hospital on one machine needs.
//!
//! One connection writes, and each of its transactions begins as a writer, so that none fails
//! half-way because another wrote first. What is committed is on the disk (`synchronous = FULL`)
//! before anybody is told.

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, ensure};
use sqlx::sqlite::{
    SqliteAutoVacuum, SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Connection, Row};

use super::database::Database;

/// The file of the data folder that holds the database.
pub const FILE: &str = "portail.sqlite";

/// How long a statement waits for another process (a command beside the service).
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// How many connections read.
const READERS: u32 = 4;

/// The oldest `SQLite` that does not damage a write-ahead log when it restarts one.
const SQLITE_FLOOR: (u32, u32, u32) = (3, 51, 3);

/// Opens the file, creates it on the first start, and brings its tables up to date.
pub(super) async fn open(path: &Path) -> anyhow::Result<Database> {
    open_file(path).await.with_context(|| format!("ouverture de la base « {} »", path.display()))
}

async fn open_file(path: &Path) -> anyhow::Result<Database> {
    // Made by us first: SQLite would let everybody read it, and copies this mode to its log.
    OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path)?;
    let options = SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        // What is deleted is overwritten, and its room can be given back to the disk. The latter
        // is settled when a file is made; one from before keeps its size.
        .pragma("secure_delete", "ON")
        .auto_vacuum(SqliteAutoVacuum::Incremental)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT);
    let writer = SqlitePoolOptions::new()
        .max_connections(1)
        .before_acquire(|connection, _| {
            // When the disk is full, SQLite takes a transaction back by itself; sqlx does not hear
            // of it, believes that it goes on, and would never begin another on that connection.
            let is_free = !connection.is_in_transaction();
            Box::pin(async move { Ok(is_free) })
        })
        .connect_with(options.clone())
        .await?;
    check_version(&writer).await?;
    sqlx::migrate!("migrations/sqlite").run(&writer).await.context("mise à jour des tables")?;
    let reading = options.pragma("query_only", "ON");
    let readers = SqlitePoolOptions::new().max_connections(READERS).connect_with(reading).await?;
    for pool in [&writer, &readers] {
        check_pragmas(pool).await?;
    }
    Ok(Database::Sqlite { writer, readers })
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
    for (pragma, wanted) in [
        ("PRAGMA synchronous", 2),
        ("PRAGMA foreign_keys", 1),
        ("PRAGMA secure_delete", 1),
        ("PRAGMA busy_timeout", timeout),
    ] {
        let found: i64 = sqlx::query(pragma).fetch_one(pool).await?.get(0);
        ensure!(found == wanted, "la base ne tient pas « {pragma} » : {found} au lieu de {wanted}");
    }
    Ok(())
}
