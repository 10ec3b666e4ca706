//! A whole database into another one, and the proof that nothing was lost on the way.
//!
//! Every row is read back from where it was written and compared by its digest, before the one
//! transaction that wrote it is committed: either everything is there, or nothing is.

use anyhow::{Context, ensure};
use sha2::{Digest, Sha256};

use super::database::{Database, Dialect, Value};
use super::{Row, Store, Transaction, composed, hexadecimal, rows_of_values};

/// The tables, each after those that it refers to, with what orders their rows.
const TABLES: [(&str, &str); 11] = [
    ("definitions", "form_id, digest"),
    ("submissions", "id"),
    ("trace", "id"),
    ("publications", "id"),
    ("delegations", "id"),
    ("outbox", "id"),
    ("roles", "space, role, address"),
    ("preferences", "address"),
    ("mailbox", "mail_id"),
    ("register", "seq"),
    ("sanctions", "id"),
];

/// How many rows go at a time.
const PAGE: usize = 200;

/// What was copied of one table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    /// The table.
    pub table: &'static str,
    /// How many rows it has, here and there.
    pub rows: u64,
    /// The digest of the digests of its rows, here and there, in hexadecimal.
    pub digest: String,
}

/// A column, as both databases know it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Column {
    name: String,
    kind: ColumnKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ColumnKind {
    Text,
    Integer,
    Bytes,
}

impl Store {
    /// Copies everything into `target`, which must be empty. Nobody may write meanwhile.
    ///
    /// # Errors
    /// Says in French why the target is refused; fails when a database does or when what is read
    /// back is not what was written. Then nothing stays in the target.
    pub async fn copy_into(&self, target: &Store) -> anyhow::Result<Vec<Copied>> {
        let mut tx = target.database.begin().await?;
        for (table, _) in TABLES {
            let rows = composed(format!("SELECT count(*) AS n FROM {table}")).rows(&mut tx).await?;
            let rows = rows.first().context("counting gives one row")?.count("n")?;
            ensure!(rows == 0, "la base visée n’est pas vide : sa table « {table} » a {rows} lignes");
        }
        let mut all = Vec::new();
        for (table, order) in TABLES {
            all.push(self.copy_table(table, order, &mut tx).await.with_context(|| format!("copie de « {table} »"))?);
        }
        tx.commit().await?;
        Ok(all)
    }

    async fn copy_table(&self, table: &'static str, order: &str, tx: &mut Transaction) -> anyhow::Result<Copied> {
        let columns = self.columns(table).await?;
        let names = columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>().join(", ");
        let page = |at: usize| {
            let offset = i64::try_from(at).unwrap_or(i64::MAX);
            composed(format!("SELECT {names} FROM {table} ORDER BY {order} LIMIT {PAGE} OFFSET $1")).bind(offset)
        };
        let (mut rows, mut digest) = (0, Sha256::new());
        loop {
            let from = page(rows).read(&self.database).await?;
            if from.is_empty() {
                break;
            }
            let values: Vec<Vec<Value>> = from.iter().map(|row| read(row, &columns)).collect::<Result<_, _>>()?;
            let mut insert = composed(format!(
                "INSERT INTO {table} ({names}) VALUES {}",
                rows_of_values(values.len(), columns.len())
            ));
            for value in values.iter().flatten() {
                insert = insert.bind(value.clone());
            }
            insert.run(tx).await?;
            let back = page(rows).rows(tx).await?;
            ensure!(back.len() == from.len(), "{} lignes écrites, {} relues", from.len(), back.len());
            for (written, read_back) in values.iter().zip(&back) {
                let (here, there) = (row_digest(written), row_digest(&read(read_back, &columns)?));
                ensure!(here == there, "une ligne n’est pas relue comme elle a été écrite");
                digest.update(here);
            }
            rows += from.len();
        }
        Ok(Copied { table, rows: u64::try_from(rows)?, digest: hexadecimal(&digest.finalize()) })
    }

    /// The columns of a table, in an order of their own that both databases share.
    async fn columns(&self, table: &'static str) -> anyhow::Result<Vec<Column>> {
        let sql = match self.database.dialect() {
            Dialect::Sqlite => {
                format!("SELECT name, lower(type) AS kind FROM pragma_table_info('{table}') ORDER BY name")
            }
            Dialect::Postgres => format!(
                "SELECT column_name::TEXT AS name, data_type::TEXT AS kind FROM information_schema.columns \
                 WHERE table_name = '{table}' AND table_schema = current_schema() ORDER BY column_name::TEXT COLLATE \"C\""
            ),
        };
        let rows = composed(sql).read(&self.database).await?;
        rows.iter()
            .map(|row| {
                let kind = match row.text("kind")?.as_str() {
                    "text" => ColumnKind::Text,
                    "integer" | "bigint" => ColumnKind::Integer,
                    "blob" | "bytea" => ColumnKind::Bytes,
                    other => anyhow::bail!("a column of {table} is of type {other}"),
                };
                Ok(Column { name: row.text("name")?, kind })
            })
            .collect()
    }

    /// The columns of every table as `name kind`, to compare two databases by.
    ///
    /// # Errors
    /// Fails when the database does.
    pub async fn shape(&self) -> anyhow::Result<Vec<String>> {
        let mut shape = Vec::new();
        for (table, _) in TABLES {
            let columns = self.columns(table).await?;
            shape.extend(columns.iter().map(|column| format!("{table}.{} {:?}", column.name, column.kind)));
        }
        Ok(shape)
    }

    /// Whether this is a `SQLite` file.
    pub fn is_a_file(&self) -> bool {
        matches!(self.database, Database::Sqlite { .. })
    }
}

fn read(row: &Row, columns: &[Column]) -> anyhow::Result<Vec<Value>> {
    columns
        .iter()
        .map(|Column { name, kind }| {
            Ok(match kind {
                ColumnKind::Text => Value::Text(row.optional_text(name)?),
                ColumnKind::Integer => Value::Integer(row.optional_integer(name)?),
                ColumnKind::Bytes => Value::Bytes(row.bytes(name)?),
            })
        })
        .collect()
}

/// Tells apart what could look alike: each value goes in with its kind and its length.
fn row_digest(values: &[Value]) -> [u8; 32] {
    let mut digest = Sha256::new();
    let mut add = |kind: u8, bytes: &[u8]| {
        digest.update([kind]);
        digest.update((bytes.len() as u64).to_be_bytes());
        digest.update(bytes);
    };
    for value in values {
        match value {
            Value::Text(None) | Value::Integer(None) => add(0, &[]),
            Value::Text(Some(text)) => add(1, text.as_bytes()),
            Value::Integer(Some(number)) => add(2, &number.to_be_bytes()),
            Value::Bytes(bytes) => add(3, bytes),
        }
    }
    digest.finalize().into()
}
