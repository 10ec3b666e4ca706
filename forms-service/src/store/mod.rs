//! The database: everything that must survive, and the only place where SQL is written.
//!
//! [`database`] speaks to `SQLite` ([`sqlite`]) or to `PostgreSQL` ([`postgres`]); the queries are
//! the same. What is committed is on the disk before anybody is told. No transaction stays open
//! while a mail server answers.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::ensure;

use crate::secret::Secret;

mod database;
mod disk;
pub mod postgres;
pub mod sqlite;

mod committer;
pub mod submissions;

pub mod desk;
pub mod trace;
pub mod transitions;

pub mod decisions;
pub mod nudges;
pub mod publications;
pub mod publishing;
pub mod stopping;

pub mod delegations;
pub mod preferences;
pub mod sanctions;
pub mod waiting;

pub mod digests;
pub mod outbox;

pub mod mailbox;
pub mod register;
pub mod roles;

pub mod overview;

pub mod erasure;
pub mod export;
pub mod retention;

pub mod backup;
pub mod copy;
pub mod probe;

mod instance;
mod tally;

use committer::Committer;
use database::{Database, Query, Row, RowsStatement, Transaction, by_rows, composed, pieces, query, rows_of_values};
use disk::Disk;
use instance::Instance;

pub use disk::{DiskFull, free_bytes};
pub use tally::Tally;

/// Which database, and where.
#[derive(Clone, Debug)]
pub struct Location {
    /// The data folder: a `SQLite` file lies there, and this instance's own name.
    pub data: PathBuf,
    /// The address of a `PostgreSQL`, that holds its password; `None` for `SQLite`.
    pub postgres: Option<Secret>,
    /// Below so many free bytes on the disk of the data folder, nothing more is taken in.
    pub free_space_floor: u64,
}

impl Location {
    /// `SQLite` in the data folder, without a floor.
    pub fn sqlite(data: impl Into<PathBuf>) -> Self {
        Self { data: data.into(), postgres: None, free_space_floor: 0 }
    }

    /// Whether there is a database already: a command must not make one by looking.
    pub fn exists(&self) -> bool {
        self.postgres.is_some() || self.data.join(sqlite::FILE).exists()
    }
}

/// An open database.
#[derive(Clone)]
pub struct Store {
    database: Database,
    committer: Committer,
    instance: Instance,
    disk: Arc<Disk>,
    tally: Arc<Tally>,
}

impl Store {
    /// Opens the database, creates it on the first start, and brings its tables up to date.
    ///
    /// # Errors
    /// Fails when the database cannot be opened or does not keep its promises of durability.
    pub async fn open(location: &Location) -> anyhow::Result<Self> {
        let database = match &location.postgres {
            None => sqlite::open(&location.data.join(sqlite::FILE)).await?,
            Some(url) => postgres::open(url).await?,
        };
        let disk = Arc::new(Disk::new(&location.data, location.free_space_floor));
        Ok(Self {
            committer: Committer::start(database.clone(), disk.clone()),
            instance: Instance::of(&location.data)?,
            database,
            disk,
            tally: Arc::default(),
        })
    }

    /// What happened to submissions since the start.
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// The name of this instance among those that share a database.
    pub fn instance(&self) -> &str {
        self.instance.name()
    }

    /// Free bytes on the disk of the data folder, if it says.
    pub fn free_bytes(&self) -> Option<u64> {
        self.disk.free_bytes()
    }

    /// Closes every connection, after which a `SQLite` database is one file again.
    pub async fn close(&self) {
        self.database.close().await;
    }

    /// Notes a failure: whether the disk was full.
    pub fn note(&self, error: &anyhow::Error) {
        self.disk.note(error);
    }

    /// After a success: if the disk was full before it, makes sure that what room there is now
    /// lasts.
    pub async fn settle(&self) {
        self.disk.settle(&self.database).await;
    }

    /// Asks the database whether it answers, and the disk whether it has room.
    ///
    /// # Errors
    /// Fails when it does not; [`DiskFull`] when there is no room.
    pub async fn ping(&self) -> anyhow::Result<()> {
        query("SELECT 1 AS one FROM submissions LIMIT 1").read(&self.database).await?;
        self.has_room()?;
        Ok(())
    }

    /// Asks the disk whether it has room.
    ///
    /// # Errors
    /// [`DiskFull`] below the floor.
    pub fn has_room(&self) -> Result<(), DiskFull> {
        self.disk.check()
    }
}

/// What a row says that no version of this service wrote.
fn unreadable(column: &str, value: &str) -> anyhow::Error {
    anyhow::anyhow!("column {column} holds {value:?}")
}

/// Reads one of our words back.
pub(crate) fn read_word<T: Copy>(column: &str, word: &str, all: &[(&str, T)]) -> anyhow::Result<T> {
    all.iter().find(|(known, _)| *known == word).map(|(_, value)| *value).ok_or_else(|| unreadable(column, word))
}

/// The word of a value that [`read_word`] reads back.
pub(crate) fn word_of<T: PartialEq>(value: &T, all: &[(&'static str, T)]) -> &'static str {
    all.iter().find(|(_, known)| known == value).map_or("", |(word, _)| word)
}

/// Bytes as people compare them.
fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

/// Whether exactly one row was changed, when one at most could be.
fn one(changed: u64) -> anyhow::Result<bool> {
    ensure!(changed <= 1, "{changed} rows were changed where one was meant");
    Ok(changed == 1)
}
