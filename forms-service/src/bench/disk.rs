//! What the disk can do at most for whoever keeps one thing at a time: append a page, flush it.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context;

/// A page, as the database writes it.
const PAGE: [u8; 4096] = [0x5a; 4096];

/// How long is enough to know.
const DURATION: Duration = Duration::from_secs(1);

/// Appends and flushes, and gives how many a second were on the disk.
///
/// # Errors
/// Fails when the disk does.
pub fn flushes_a_second(folder: &Path) -> anyhow::Result<f64> {
    let path = folder.join("pages");
    let measure = || {
        let mut file = OpenOptions::new().create(true).append(true).open(&path)?;
        let (start, mut flushes) = (Instant::now(), 0_u32);
        while start.elapsed() < DURATION {
            file.write_all(&PAGE)?;
            file.sync_all()?;
            flushes += 1;
        }
        let rate = f64::from(flushes) / start.elapsed().as_secs_f64();
        fs::remove_file(&path)?;
        std::io::Result::Ok(rate)
    };
    measure().with_context(|| format!("mesure du disque de « {} »", folder.display()))
}
