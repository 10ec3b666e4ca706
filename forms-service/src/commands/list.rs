//! `list`: what was received, without a word that somebody wrote.

use std::fmt::Write;

use jiff::tz::TimeZone;

use super::moment;
use crate::cli::ListArgs;
use crate::role::Place;
use crate::store::Store;
use crate::store::overview::Summary;

/// `list`: what was received, without a word that somebody wrote.
///
/// # Errors
/// Fails when the database does.
pub async fn list(store: &Store, args: &ListArgs, zone: &TimeZone) -> anyhow::Result<String> {
    let submissions = store.submissions().await?;
    let mut text = String::new();
    for one in submissions.iter().filter(|one| is_wanted(one, args)) {
        line(&mut text, one, zone)?;
    }
    if text.is_empty() { Ok("Aucun envoi.\n".to_owned()) } else { Ok(text) }
}

/// One line of a list.
pub(super) fn line(text: &mut String, one: &Summary, zone: &TimeZone) -> std::fmt::Result {
    let space = one.space.as_deref().unwrap_or("–");
    let (form, state, received) = (&one.form_id, one.state.label(), moment(one.received_at, zone));
    write!(text, "{}  {form:<24}  {space:<32}  {state:<19}  {received}", one.reference)?;
    if one.flagged {
        write!(text, "  signalé")?;
    }
    writeln!(text)
}

fn is_wanted(one: &Summary, args: &ListArgs) -> bool {
    let space = Place::from_slug(one.space.as_deref().unwrap_or_default());
    args.etat.is_none_or(|stage| stage.state() == one.state)
        && args.formulaire.as_ref().is_none_or(|form| *form == one.form_id)
        && args.espace.as_ref().is_none_or(|wanted| *wanted == space)
}
