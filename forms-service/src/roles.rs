//! Who holds the roles when the service starts: the directory fills an empty table, and what
//! would reach nobody is said.

use jiff::Timestamp;
use tracing::{info, warn};

use crate::config::Config;
use crate::directory;
use crate::role::{Holder, Place, Role};
use crate::site::Portal;
use crate::store::Store;
use crate::store::roles::Source;

/// Fills the table if it holds nobody real: from the directory, else, in a demonstration, with
/// addresses that reach nobody.
///
/// # Errors
/// Fails when the directory is at fault, or the database.
pub async fn seed(store: &Store, config: &Config, portal: &Portal, now: Timestamp) -> anyhow::Result<()> {
    let spaces = portal.choices().spaces.iter().map(|space| space.slug.as_str());
    match directory::load(&config.directory)? {
        Some(holders) => {
            if store.seed_holders(&holders, Source::Directory, now).await?.is_none() {
                note_what_is_missing(store, &holders).await?;
            }
        }
        None if config.is_demonstration() => {
            store.seed_holders(&directory::demonstration(spaces), Source::Demonstration, now).await?;
        }
        None => store.forget_demonstration_holders().await?,
    }
    Ok(())
}

/// The table is the truth once it is filled; that the directory says more may be an oversight.
async fn note_what_is_missing(store: &Store, directory: &[Holder]) -> anyhow::Result<()> {
    let held = store.holders().await?;
    let missing = directory.iter().filter(|holder| !held.contains(holder)).count();
    if missing > 0 {
        info!("the directory has {missing} roles that the table has not; `forms-service roles import` adds them");
    }
    Ok(())
}

/// Says in the log which submissions would reach the fallback only. Returns whether all is well.
///
/// # Errors
/// Fails when the database does.
pub async fn warn_of_gaps(store: &Store, portal: &Portal) -> anyhow::Result<bool> {
    let holders = store.holders().await?;
    let is_held = |place: &Place, role| holders.iter().any(|holder| holder.place == *place && holder.role == role);
    if is_held(&Place::Portal, Role::Moderator) {
        return Ok(true);
    }
    warn!("the portal has no moderator: whatever has no moderator of its own goes to the fallback address");
    for space in &portal.choices().spaces {
        if !is_held(&Place::Space(space.slug.clone()), Role::Moderator) {
            warn!(space = %space.slug, "space {} has no moderator either", space.slug);
        }
    }
    Ok(false)
}
