//! The hospital's single sign-on, for sites that want more than e-mail: who a trusted proxy says is
//! there must be the person that the link was mailed to.

use std::net::SocketAddr;

use axum::http::HeaderMap;
use lettre::Address;

use crate::app::App;
use crate::error::Problem;

/// Refuses a decision of somebody else than `person`, where identities are asked for.
///
/// # Errors
/// [`Problem::NotYou`] when no trusted proxy says that it is them.
pub fn check(app: &App, peer: SocketAddr, headers: &HeaderMap, person: &Address) -> Result<(), Problem> {
    let Some(name) = &app.identity_header else { return Ok(()) };
    if !app.proxies.holds(peer.ip()) {
        return Err(Problem::NotYou);
    }
    let mut said = headers.get_all(name).iter();
    let identity = said.next().and_then(|value| value.to_str().ok()).map(str::trim);
    // Said twice, one of them was slipped in.
    match (identity, said.next()) {
        (Some(identity), None) if identity.eq_ignore_ascii_case(person.as_ref()) => Ok(()),
        _ => Err(Problem::NotYou),
    }
}
