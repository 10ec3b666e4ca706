//! One way to speak to two databases.
//!
//! Each query is written once, with `$1` for its values, in the SQL that `SQLite` and `PostgreSQL`
//! share; where they differ, [`Dialect`] says so in the query's own place. Values are texts, whole
//! numbers and bytes, and nothing else: no query depends on how a driver guesses a type.

use std::fmt;

use anyhow::Context;
use jiff::Timestamp;
use sqlx::postgres::{PgPool, PgRow};
use sqlx::sqlite::{SqlitePool, SqliteRow};
use sqlx::{AssertSqlSafe, Postgres, Row as _, Sqlite};

/// An open database.
#[derive(Clone, Debug)]
pub(super) enum Database {
    /// A file of ours: one connection writes, a few read.
    Sqlite {
        /// The connection that writes.
        writer: SqlitePool,
        /// Those that read.
        readers: SqlitePool,
    },
    /// A server that several instances share.
    Postgres(PgPool),
}

/// Which SQL is spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    Sqlite,
    Postgres,
}

/// A transaction that holds the right to write.
pub(super) enum Transaction {
    Sqlite(sqlx::Transaction<'static, Sqlite>),
    Postgres(sqlx::Transaction<'static, Postgres>),
}

impl Database {
    pub(super) fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite { .. } => Dialect::Sqlite,
            Self::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Begins as a writer, so that no transaction fails half-way because another wrote first.
    pub(super) async fn begin(&self) -> anyhow::Result<Transaction> {
        Ok(match self {
            Self::Sqlite { writer, .. } => {
                Transaction::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await.context("beginning a transaction")?)
            }
            Self::Postgres(pool) => Transaction::Postgres(pool.begin().await.context("beginning a transaction")?),
        })
    }

    /// Brings what is in `SQLite`'s log into its file, so that the log begins anew.
    pub(super) async fn shorten_log(&self) {
        if let Self::Sqlite { writer, .. } = self {
            // Passive: it waits for nobody, and what it cannot do is left for the next time.
            let _ = sqlx::query("PRAGMA wal_checkpoint(PASSIVE)").execute(writer).await;
        }
    }

    pub(super) async fn close(&self) {
        match self {
            Self::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

impl Transaction {
    pub(super) fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(_) => Dialect::Sqlite,
            Self::Postgres(_) => Dialect::Postgres,
        }
    }

    /// When this returns, everything is on the disk.
    pub(super) async fn commit(self) -> anyhow::Result<()> {
        match self {
            Self::Sqlite(tx) => tx.commit().await,
            Self::Postgres(tx) => tx.commit().await,
        }
        .context("committing")
    }
}

/// A value of a query.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Text(Option<String>),
    Integer(Option<i64>),
    Bytes(Vec<u8>),
}

macro_rules! value {
    ($($from:ty => |$it:ident| $value:expr),* $(,)?) => {
        $(impl From<$from> for Value {
            fn from($it: $from) -> Self {
                $value
            }
        })*
    };
}

value! {
    &str => |text| Self::Text(Some(text.to_owned())),
    &String => |text| Self::Text(Some(text.clone())),
    String => |text| Self::Text(Some(text)),
    Option<&str> => |text| Self::Text(text.map(str::to_owned)),
    Option<String> => |text| Self::Text(text),
    i64 => |number| Self::Integer(Some(number)),
    u32 => |number| Self::Integer(Some(i64::from(number))),
    bool => |truth| Self::Integer(Some(i64::from(truth))),
    Option<i64> => |number| Self::Integer(number),
    Timestamp => |moment| Self::Integer(Some(moment.as_millisecond())),
    Option<Timestamp> => |moment| Self::Integer(moment.map(Timestamp::as_millisecond)),
    &[u8] => |bytes| Self::Bytes(bytes.to_vec()),
}

/// A query with its values.
pub(super) struct Query {
    sql: Sql,
    values: Vec<Value>,
}

/// Text of ours: a literal, or one put together from literals only.
#[derive(Clone)]
enum Sql {
    Literal(&'static str),
    Rows(&'static RowsStatement),
    Composed(String),
}

/// A query of one text for both databases.
pub(super) fn query(sql: &'static str) -> Query {
    Query { sql: Sql::Literal(sql), values: Vec::new() }
}

/// A query put together from literals; nothing that comes from outside may enter `sql`.
pub(super) fn composed(sql: String) -> Query {
    Query { sql: Sql::Composed(sql), values: Vec::new() }
}

/// `($1, $2), ($3, $4)`: as many rows of as many values, numbered from `$1`.
pub(super) fn rows_of_values(rows: usize, columns: usize) -> String {
    let row = |row: usize| {
        let values: Vec<String> = (1..=columns).map(|column| format!("${}", row * columns + column)).collect();
        format!("({})", values.join(", "))
    };
    (0..rows).map(row).collect::<Vec<_>>().join(", ")
}

/// How many rows one statement inserts at most: `SQLite` takes 32,766 values, `PostgreSQL` 65,535.
const MOST_ROWS: u32 = 256;

/// A statement that inserts a fixed number of rows, as each database reads it fastest: `SQLite`
/// compares the name of a numbered value with all others, each time it is bound.
pub(super) struct RowsStatement {
    sqlite: String,
    postgres: String,
}

/// The statements that insert 1, 2, 4… rows of as many values; `statement` puts them together
/// around the rows. There are few of them, so each is prepared once and kept; one for every number
/// of rows would be prepared anew nearly each time.
pub(super) fn by_rows(columns: usize, statement: impl Fn(&str) -> String) -> Vec<RowsStatement> {
    let of = |rows: usize| {
        let row = format!("({})", vec!["?"; columns].join(", "));
        RowsStatement {
            sqlite: statement(&vec![row; rows].join(", ")),
            postgres: statement(&rows_of_values(rows, columns)),
        }
    };
    (0..=MOST_ROWS.ilog2()).map(|power| of(1 << power)).collect()
}

/// Cuts rows into pieces that the statements of [`by_rows`] insert, each with its statement.
pub(super) fn pieces<'a, T>(
    mut rows: &'a [T],
    statements: &'static [RowsStatement],
) -> impl Iterator<Item = (&'a [T], Query)> {
    std::iter::from_fn(move || {
        let power = rows.len().checked_ilog2()?.min(MOST_ROWS.ilog2()) as usize;
        let (piece, rest) = rows.split_at(1 << power);
        rows = rest;
        Some((piece, Query { sql: Sql::Rows(&statements[power]), values: Vec::new() }))
    })
}

macro_rules! bound {
    ($query:expr, $dialect:ident) => {{
        let Query { sql, values } = $query;
        let mut bound = match sql {
            Sql::Literal(text) => sqlx::query(text),
            Sql::Rows(statement) => sqlx::query(statement.$dialect.as_str()),
            Sql::Composed(text) => sqlx::query(AssertSqlSafe(text)),
        };
        for value in values {
            bound = match value {
                Value::Text(text) => bound.bind(text),
                Value::Integer(number) => bound.bind(number),
                Value::Bytes(bytes) => bound.bind(bytes),
            };
        }
        bound
    }};
}

impl Query {
    /// Adds the next value.
    pub(super) fn bind(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }

    /// Reads outside of any transaction.
    pub(super) async fn read(self, database: &Database) -> sqlx::Result<Vec<Row>> {
        Ok(match database {
            Database::Sqlite { readers, .. } => {
                bound!(self, sqlite).fetch_all(readers).await?.into_iter().map(Row::Sqlite).collect()
            }
            Database::Postgres(pool) => {
                bound!(self, postgres).fetch_all(pool).await?.into_iter().map(Row::Postgres).collect()
            }
        })
    }

    /// Reads one row at most.
    pub(super) async fn read_one(self, database: &Database) -> sqlx::Result<Option<Row>> {
        Ok(self.read(database).await?.into_iter().next())
    }

    /// Changes rows in a transaction of its own; gives how many.
    pub(super) async fn write(self, database: &Database) -> sqlx::Result<u64> {
        Ok(match database {
            Database::Sqlite { writer, .. } => bound!(self, sqlite).execute(writer).await?.rows_affected(),
            Database::Postgres(pool) => bound!(self, postgres).execute(pool).await?.rows_affected(),
        })
    }

    /// Changes rows in a transaction of its own, and gives what `RETURNING` says.
    pub(super) async fn write_returning(self, database: &Database) -> sqlx::Result<Vec<Row>> {
        Ok(match database {
            Database::Sqlite { writer, .. } => {
                bound!(self, sqlite).fetch_all(writer).await?.into_iter().map(Row::Sqlite).collect()
            }
            Database::Postgres(pool) => {
                bound!(self, postgres).fetch_all(pool).await?.into_iter().map(Row::Postgres).collect()
            }
        })
    }

    /// Changes rows in a transaction; gives how many.
    pub(super) async fn run(self, tx: &mut Transaction) -> sqlx::Result<u64> {
        Ok(match tx {
            Transaction::Sqlite(tx) => bound!(self, sqlite).execute(&mut **tx).await?.rows_affected(),
            Transaction::Postgres(tx) => bound!(self, postgres).execute(&mut **tx).await?.rows_affected(),
        })
    }

    /// Reads rows in a transaction, or what `RETURNING` says.
    pub(super) async fn rows(self, tx: &mut Transaction) -> sqlx::Result<Vec<Row>> {
        Ok(match tx {
            Transaction::Sqlite(tx) => {
                bound!(self, sqlite).fetch_all(&mut **tx).await?.into_iter().map(Row::Sqlite).collect()
            }
            Transaction::Postgres(tx) => {
                bound!(self, postgres).fetch_all(&mut **tx).await?.into_iter().map(Row::Postgres).collect()
            }
        })
    }
}

/// A row that was read.
pub(super) enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

macro_rules! column {
    ($row:expr, $column:expr) => {
        match $row {
            Row::Sqlite(row) => row.try_get($column),
            Row::Postgres(row) => row.try_get($column),
        }
        .with_context(|| format!("reading column {}", $column))
    };
}

impl Row {
    pub(super) fn text(&self, column: &str) -> anyhow::Result<String> {
        column!(self, column)
    }

    pub(super) fn optional_text(&self, column: &str) -> anyhow::Result<Option<String>> {
        column!(self, column)
    }

    pub(super) fn integer(&self, column: &str) -> anyhow::Result<i64> {
        column!(self, column)
    }

    pub(super) fn optional_integer(&self, column: &str) -> anyhow::Result<Option<i64>> {
        column!(self, column)
    }

    pub(super) fn bytes(&self, column: &str) -> anyhow::Result<Vec<u8>> {
        column!(self, column)
    }

    /// A count of rows.
    pub(super) fn count(&self, column: &str) -> anyhow::Result<u64> {
        Ok(u64::try_from(self.integer(column)?)?)
    }

    /// 0 or 1.
    pub(super) fn truth(&self, column: &str) -> anyhow::Result<bool> {
        Ok(self.integer(column)? != 0)
    }

    /// UTC milliseconds.
    pub(super) fn moment(&self, column: &str) -> anyhow::Result<Timestamp> {
        Ok(Timestamp::from_millisecond(self.integer(column)?)?)
    }

    /// UTC milliseconds, or nothing.
    pub(super) fn optional_moment(&self, column: &str) -> anyhow::Result<Option<Timestamp>> {
        Ok(self.optional_integer(column)?.map(Timestamp::from_millisecond).transpose()?)
    }

    /// A text that one of our types reads.
    pub(super) fn parse<T: std::str::FromStr>(&self, column: &str) -> anyhow::Result<T> {
        // The value is left out: it may be an address, and that is not for logs.
        self.text(column)?.parse().map_err(|_| anyhow::anyhow!("column {column} holds what no version of ours wrote"))
    }
}

impl fmt::Debug for Transaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.dialect())
    }
}

/// Whether a failure says that no space is left on the disk.
pub(super) fn is_disk_full(error: &anyhow::Error) -> bool {
    error.chain().filter_map(|cause| cause.downcast_ref::<sqlx::Error>()).any(|error| match error {
        sqlx::Error::Database(database) => {
            // SQLITE_FULL, and PostgreSQL's disk_full.
            matches!(database.code().as_deref(), Some("13" | "53100")) || cannot_grow(database.code().as_deref())
        }
        sqlx::Error::Io(io) => io.kind() == std::io::ErrorKind::StorageFull,
        _ => false,
    })
}

/// What `SQLite` says when its log or its index of it cannot grow: `SQLITE_IOERR_SHMSIZE`,
/// `SQLITE_IOERR_WRITE`, `SQLITE_IOERR_TRUNCATE` and `SQLITE_CANTOPEN`.
fn cannot_grow(code: Option<&str>) -> bool {
    matches!(code, Some("4874" | "778" | "1546" | "14"))
}
