//! What is kept apart, refused several at a time: robots send many.

use std::sync::Arc;

use axum::extract::{ConnectInfo, Path, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use std::net::SocketAddr;
use tracing::info;

use super::space::space;
use super::{Refused, back, posted};
use crate::app::App;
use crate::reference::Reference;
use crate::views::desk::Typed;

/// The references that were ticked.
pub const TICKED: &str = "_envoi";

/// What the trace says.
const REASON: &str = "Envoi indésirable";

/// `POST …/quarantaine`: refuses what was ticked. Whoever sent it hears nothing of it.
///
/// # Errors
/// A link that leads nowhere, or a post of another site.
pub async fn refuse(
    app: State<Arc<App>>,
    peer: ConnectInfo<SocketAddr>,
    token: Path<String>,
    request: Request,
) -> Result<Response, Refused> {
    let (app, visit, post) = posted((app, peer, token, request)).await?;
    let now = app.clock.now();
    let desk = app.store.desk(&app.fallback, now).await?;
    let ticked: Vec<Reference> = post.all(TICKED).filter_map(Reference::parse).collect();
    if ticked.is_empty() {
        let fault = Some(("quarantaine", "quarantaine-tous", "Cochez au moins un envoi à refuser."));
        return space(&app, &visit, StatusCode::UNPROCESSABLE_ENTITY, Typed { fault, ..Typed::default() }).await;
    }
    for reference in ticked {
        let Some(stored) = app.store.submission_of(&reference).await? else { continue };
        let Some(by) = desk.watches(&stored, &visit.person) else { continue };
        if app.store.refuse_quarantined(stored.id, &by, REASON, now).await? {
            info!(submission.id = %stored.id, "submission {} was refused in quarantine", stored.id);
        }
    }
    Ok(back(&visit, "refus"))
}
