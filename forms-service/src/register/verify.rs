//! Whether the register is as it was written: every row, or the first that is not and why.
//!
//! It takes rows and gives a verdict; it repairs nothing. What the chain alone cannot show is a tail
//! that was cut off: for that, each proof mail says a number and a digest, out of the database's
//! reach ([`Proof`]), and a confirmed signature that still stands without a row is a fault too.

use super::chain::Row;
use crate::key::SigningKey;

/// A row as it is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The row.
    pub row: Row,
    /// Whether its submission is still kept: then nobody can have been erased from it.
    pub is_kept: bool,
}

/// A register that is as it was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Whole {
    /// How many rows it has.
    pub rows: usize,
    /// From how many of them the person was erased.
    pub erased: usize,
}

/// The first row that is not as it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Broken {
    /// Its number.
    pub number: i64,
    /// Why.
    pub why: Why,
    /// How many rows before it are whole.
    pub before: usize,
}

/// What is wrong with a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// There is none of that number.
    Missing,
    /// The person or the charter is not what its digest says.
    Altered,
    /// The person was emptied, or a part of them, and the submission is still there.
    Emptied,
    /// It is whole, and was written at another place.
    Moved {
        /// Its number when it was written.
        was: i64,
    },
    /// Its digest was not made with our key for what it says.
    Unsealed,
    /// It names another row before it than the one that is there.
    DoesNotFollow,
    /// It is sealed with a key that is not here.
    UnknownKey,
    /// A mail says another digest of it.
    NotAsProved,
}

/// What a proof mail says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// The number in the register.
    pub number: i64,
    /// The beginning of the digest, in hexadecimal.
    pub fingerprint: String,
}

/// Looks at all rows, which come in the order of their numbers.
///
/// # Errors
/// The first row that is not as it was written.
pub fn verify(all: &[Found], key: &SigningKey) -> Result<Whole, Broken> {
    let mut previous = "";
    for (before, Found { row, is_kept }) in all.iter().enumerate() {
        let expected = number(before) + 1;
        let broken = |number, why| Broken { number, why, before };
        if row.seq > expected {
            return Err(broken(expected, Why::Missing));
        }
        let fault = fault(row, *is_kept, all.len(), key);
        // A number below the one expected can only stand at the start: 0, or less.
        let fault = fault.or((row.previous != previous || row.seq < expected).then_some(Why::DoesNotFollow));
        if let Some(why) = fault {
            return Err(broken(row.seq, why));
        }
        previous = &row.digest;
    }
    Ok(Whole { rows: all.len(), erased: all.iter().filter(|found| found.row.person.is_erased()).count() })
}

/// What is wrong with a row by itself.
fn fault(row: &Row, is_kept: bool, rows: usize, key: &SigningKey) -> Option<Why> {
    if !key.knows(&row.key_id) {
        return Some(Why::UnknownKey);
    }
    let person = &row.person;
    if person.is_erased() {
        if is_kept {
            return Some(Why::Emptied);
        }
    } else if [&person.reference, &person.name, &person.address, &person.salt].into_iter().any(Option::is_none) {
        return Some(Why::Emptied);
    } else if row.content_digest_now() != row.content_digest {
        return Some(Why::Altered);
    }
    let digest = |seq| row.digest_as(seq, key);
    if digest(row.seq).as_ref() == Some(&row.digest) {
        return None;
    }
    let was = (1..=number(rows)).find(|seq| digest(*seq).as_ref() == Some(&row.digest));
    Some(was.map_or(Why::Unsealed, |was| Why::Moved { was }))
}

/// Whether the register holds what a mail says of it.
///
/// # Errors
/// The row that the mail names, when it is not there or has another digest.
pub fn compare(all: &[Found], proof: &Proof) -> Result<(), Broken> {
    let broken = |why| Broken { number: proof.number, why, before: all.len() };
    let found = all.iter().find(|found| found.row.seq == proof.number).ok_or(broken(Why::Missing))?;
    if found.row.digest.starts_with(&proof.fingerprint) { Ok(()) } else { Err(broken(Why::NotAsProved)) }
}

fn number(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}
