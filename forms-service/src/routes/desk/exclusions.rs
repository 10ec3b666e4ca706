//! Whoever is excluded is let in again before the end.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, Path, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use tracing::info;

use super::space::space;
use super::{Refused, back, posted};
use crate::app::App;
use crate::views::desk::Typed;

/// The exclusions that were ticked.
pub const TICKED: &str = "_exclusion";

/// `POST …/exclusions`
///
/// # Errors
/// A link that leads nowhere, or a post of another site.
pub async fn lift(
    app: State<Arc<App>>,
    peer: ConnectInfo<SocketAddr>,
    token: Path<String>,
    request: Request,
) -> Result<Response, Refused> {
    let (app, visit, post) = posted((app, peer, token, request)).await?;
    let ticked: Vec<&str> = post.all(TICKED).collect();
    if ticked.is_empty() {
        let fault = Some(("exclusions", "exclusions-toutes", "Cochez l’exclusion à lever."));
        return space(&app, &visit, StatusCode::UNPROCESSABLE_ENTITY, Typed { fault, ..Typed::default() }).await;
    }
    for id in ticked {
        if app.store.lift(id, &visit.person, &app.fallback, app.clock.now()).await? {
            info!("exclusion {id} was lifted");
        }
    }
    Ok(back(&visit, "exclusion"))
}
