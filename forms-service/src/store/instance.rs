//! The name of this instance among those that share a database.
//!
//! It is drawn at the first start and kept in the data folder, so that an instance that starts
//! again knows which leases it left behind.

use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::Context;

const FILE: &str = "instance";

/// A name that no other instance has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Instance(String);

impl Instance {
    pub(super) fn of(data: &Path) -> anyhow::Result<Self> {
        let path = data.join(FILE);
        let context = || format!("lecture ou création de « {} »", path.display());
        if let Ok(name) = std::fs::read_to_string(&path)
            && !name.trim().is_empty()
        {
            return Ok(Self(name.trim().to_owned()));
        }
        let name = format!("{:032x}", rand::random::<u128>());
        let mut file = std::fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&path)
            .with_context(context)?;
        file.write_all(name.as_bytes()).and_then(|()| file.sync_all()).with_context(context)?;
        Ok(Self(name))
    }

    pub(super) fn name(&self) -> &str {
        &self.0
    }
}
