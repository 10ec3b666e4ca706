//! What the portal keeps, read from outside: every row of every table of its `SQLite` file.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// Opened for reading only, so that a portal at work is not disturbed and nothing is changed by looking.
const READER: &str = "
import json, sqlite3, sys
base = sqlite3.connect(f'file:{sys.argv[1]}?mode=ro', uri=True)
base.text_factory = lambda raw: raw.decode('utf-8', 'replace')
tables = [name for (name,) in base.execute(\"SELECT name FROM sqlite_master WHERE type = 'table'\")]
base.execute('BEGIN')
json.dump({table: sorted(repr(row) for row in base.execute(f'SELECT * FROM \"{table}\"')) for table in tables}, sys.stdout)
";

/// The rows of each table, as text, sorted.
pub type Rows = BTreeMap<String, Vec<String>>;

/// Every row that a database holds.
///
/// # Panics
/// When it cannot be read.
pub fn rows(database: &Path) -> Rows {
    let python = Command::new("python3").args(["-I", "-c", READER]).arg(database).output();
    let python = python.expect("tests/run installs python3");
    let said = String::from_utf8_lossy(&python.stderr);
    assert!(python.status.success(), "Python cannot read {}: {said}", database.display());
    serde_json::from_slice(&python.stdout).expect("Python writes JSON")
}

/// What differs between two looks: `-` a row that went, `+` one that came, each with its table.
pub fn differences(before: &Rows, after: &Rows) -> Vec<String> {
    let only = |these: &Rows, those: &Rows, sign: char| -> Vec<String> {
        let missing = |table: &String, row: &String| !those.get(table).is_some_and(|rows| rows.contains(row));
        let rows = these.iter().flat_map(|(table, rows)| rows.iter().map(move |row| (table, row)));
        rows.filter(|(table, row)| missing(table, row)).map(|(table, row)| format!("{sign} {table}: {row}")).collect()
    };
    [only(before, after, '-'), only(after, before, '+')].concat()
}
