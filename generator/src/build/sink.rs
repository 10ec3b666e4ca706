//! Where rendered files go: to the disk, into memory, or nowhere.

use std::borrow::Cow;
use std::sync::{Mutex, PoisonError};

use crate::output::{OutputFile, Session};

/// Where rendered files go, one by one and from several threads.
pub(super) trait Sink: Sync {
    /// Leaves a file as the last build made it. False when that is not known to be there.
    fn keep(&self, _path: &str) -> bool {
        false
    }

    /// Takes a file whole.
    fn put(&self, path: &str, bytes: Cow<'_, [u8]>) -> anyhow::Result<()>;
}

/// Looks only: nothing is kept.
pub(super) struct Nowhere;

impl Sink for Nowhere {
    fn put(&self, _: &str, _: Cow<'_, [u8]>) -> anyhow::Result<()> {
        Ok(())
    }
}

/// Keeps all files, for whoever writes them later, or not.
#[derive(Default)]
pub(super) struct Kept(pub Mutex<Vec<OutputFile>>);

impl Sink for Kept {
    fn put(&self, path: &str, bytes: Cow<'_, [u8]>) -> anyhow::Result<()> {
        let file = OutputFile::new(path, bytes.into_owned());
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(file);
        Ok(())
    }
}

impl Sink for Session<'_, '_> {
    fn keep(&self, path: &str) -> bool {
        Session::keep(self, path)
    }

    fn put(&self, path: &str, bytes: Cow<'_, [u8]>) -> anyhow::Result<()> {
        Session::put(self, path, &bytes)
    }
}
