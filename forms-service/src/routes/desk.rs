//! `/moderation/`: everything that waits for one person, reached by a link of one hour that is
//! mailed to them.
//!
//! Opening any of these pages changes nothing. Each form posts one thing that nothing chooses
//! beforehand: whoever sends it as it stands, a robot say, changes nothing either. What a person may
//! see and do is looked up each time, and not in the link.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::{ConnectInfo, Path, Request, State};
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{any, get, post};
use generator::form::RawPost;
use jiff::Timestamp;
use lettre::Address;

use crate::app::App;
use crate::identity;
use crate::link::{ACCESS_LIFETIME, Purpose};
use crate::routes::links::{claims, renewing, take};

pub use crate::routes::links::Refused;

pub mod ask;
pub mod space;

pub mod submission;

pub mod delegations;
pub mod exclusions;
pub mod preferences;
pub mod quarantine;
pub mod register;
pub mod withdraw;

/// The way to one's own page.
pub const PATH: &str = "/moderation/";

/// Everything below `/moderation/` that a link of one hour opens, and the way to one.
pub fn router() -> Router<Arc<App>> {
    const SPACE: &str = "/moderation/espace/{link}";
    let at = |rest: &str| format!("{SPACE}{rest}");
    Router::new()
        .route("/moderation", any(|| async { Redirect::permanent(PATH) }))
        .route(PATH, get(ask::show).post(ask::ask))
        .route(SPACE, get(space::show))
        .route(&at("/renouveler"), renewing(Purpose::Access))
        .route(&at("/envoi/{reference}"), get(submission::show).post(submission::decide))
        .route(&at("/envoi/{reference}/quarantaine"), post(submission::judge))
        .route(&at("/envoi/{reference}/sanction"), post(submission::sanction))
        .route(&at("/retirer/{publication}"), get(withdraw::show).post(withdraw::stop))
        .route(&at("/quarantaine"), post(quarantine::refuse))
        .route(&at("/delegations"), post(delegations::delegate))
        .route(&at("/delegations/fin"), post(delegations::end))
        .route(&at("/preferences"), post(preferences::choose))
        .route(&at("/exclusions"), post(exclusions::lift))
        .route(&at("/registre.csv"), get(register::table))
}

/// Somebody who came by a link of theirs.
pub struct Visit {
    /// Who.
    pub person: Address,
    /// The link's own path.
    pub path: String,
    /// Until when it works.
    pub until: Timestamp,
}

/// Lets in whoever has a link of ours that still works.
async fn enter(app: &App, token: &str) -> Result<Visit, Refused> {
    let claims = claims(app, Purpose::Access, token).await?;
    let path = claims.path(Purpose::Access, &app.key);
    Ok(Visit { path, until: claims.queued_at + ACCESS_LIFETIME, person: claims.recipient })
}

/// The same, for whoever posts something: what they post comes from a page of ours, and they are
/// who the hospital's sign-on says, where it is asked.
async fn enter_to_act(app: &App, peer: SocketAddr, token: &str, request: Request) -> Result<(Visit, RawPost), Refused> {
    let (post, headers) = take(app, peer, request).await?;
    let visit = enter(app, token).await?;
    identity::check(app, peer, &headers, &visit.person)?;
    Ok((visit, post))
}

/// Back to the page, which says that it was done.
fn back(visit: &Visit, done: &str) -> Response {
    (StatusCode::SEE_OTHER, [(LOCATION, format!("{}?fait={done}", visit.path))]).into_response()
}

/// What a handler of a post is given.
type Posted = (State<Arc<App>>, ConnectInfo<SocketAddr>, Path<String>, Request);

/// What comes with every post of one's own page.
async fn posted(
    (State(app), ConnectInfo(peer), Path(token), request): Posted,
) -> Result<(Arc<App>, Visit, RawPost), Refused> {
    let (visit, post) = enter_to_act(&app, peer, &token, request).await?;
    Ok((app, visit, post))
}
