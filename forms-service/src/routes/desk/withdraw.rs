//! The emergency stop, from one's own page.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, Path, RawQuery, Request, State};
use axum::response::Response;

use super::{Refused, Visit, enter, enter_to_act};
use crate::app::App;
use crate::error::Problem;
use crate::routes::stop::{StopSeat, who_may_stop};
use crate::store::publications::Publication;

/// `GET …/retirer/<publication>`
///
/// # Errors
/// A link that leads nowhere, or a page that this person may not take away.
pub async fn show(
    State(app): State<Arc<App>>,
    Path((token, id)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Response, Refused> {
    let visit = enter(&app, &token).await?;
    let publication = find(&app, &visit, &id).await?;
    let path = format!("{}/retirer/{}", visit.path, publication.id);
    let seat = StopSeat { app: &app, person: &visit.person, path: &path, back: Some(&visit.path) };
    Ok(seat.show(&publication, query.as_deref() == Some("fait")).await?)
}

/// `POST`: takes it away, once.
///
/// # Errors
/// As [`show`]; and a post of another site.
pub async fn stop(
    State(app): State<Arc<App>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path((token, id)): Path<(String, String)>,
    request: Request,
) -> Result<Response, Refused> {
    let (visit, post) = enter_to_act(&app, peer, &token, request).await?;
    let publication = find(&app, &visit, &id).await?;
    let path = format!("{}/retirer/{}", visit.path, publication.id);
    let seat = StopSeat { app: &app, person: &visit.person, path: &path, back: Some(&visit.path) };
    Ok(seat.stop(&publication, &post).await?)
}

async fn find(app: &App, visit: &Visit, id: &str) -> Result<Publication, Refused> {
    let publication = app.store.publication(id).await?.ok_or(Problem::NotFound)?;
    let desk = app.store.desk(&app.fallback, app.clock.now()).await?;
    // What somebody may not touch looks like what is not there.
    who_may_stop(&desk, &publication, &visit.person).ok_or(Problem::NotFound)?;
    Ok(publication)
}
