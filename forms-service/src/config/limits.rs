//! The key `limites`: numbers that make sense, and do not contradict each other.

use std::num::NonZeroU32;

use anyhow::{Context, ensure};

use super::file::LimitsFile;
use crate::limits::{OVERALL, Quota};

/// The largest limit: more than any machine of ours takes in.
const MAX_PER_MINUTE: u32 = 10_000_000;

pub(super) fn check(file: &LimitsFile) -> anyhow::Result<Quota> {
    let number = |key: &str, value: u32| {
        NonZeroU32::new(value).filter(|number| number.get() <= MAX_PER_MINUTE).with_context(|| {
            format!("« {key}: {value} » : indiquez un nombre d’envois par minute, de 1 à {MAX_PER_MINUTE}")
        })
    };
    let default = Quota::default();
    let per_client = match file.par_client_par_minute {
        Some(value) => number("par_client_par_minute", value)?,
        None => file
            .total_par_minute
            .and_then(NonZeroU32::new)
            .map_or(default.per_client, |all| all.min(default.per_client)),
    };
    let overall = match file.total_par_minute {
        Some(value) => number("total_par_minute", value)?,
        None => per_client.saturating_mul(OVERALL),
    };
    ensure!(
        overall >= per_client,
        "« total_par_minute: {overall} » est plus petit que « par_client_par_minute: {per_client} » : le total compte tout le monde"
    );
    Ok(Quota { per_client, overall })
}
