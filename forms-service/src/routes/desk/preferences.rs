//! How somebody likes to be mailed.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, Path, Request, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::space::space;
use super::{Refused, back, posted};
use crate::app::App;
use crate::views::desk::Typed;

/// `resume` or `aussitot`.
pub const CHOICE: &str = "_courriels";

/// `POST …/preferences`
///
/// # Errors
/// A link that leads nowhere, or a post of another site.
pub async fn choose(
    app: State<Arc<App>>,
    peer: ConnectInfo<SocketAddr>,
    token: Path<String>,
    request: Request,
) -> Result<Response, Refused> {
    let (app, visit, post) = posted((app, peer, token, request)).await?;
    let digest = match post.get(CHOICE) {
        Some("resume") => true,
        Some("aussitot") => false,
        _ => {
            let fault = Some(("preferences", "courriels-aussitot", "Choisissez quand vous recevez les courriels."));
            return space(&app, &visit, StatusCode::UNPROCESSABLE_ENTITY, Typed { fault, ..Typed::default() }).await;
        }
    };
    // The choice that stands already is written nowhere.
    app.store.set_digest(&visit.person, digest).await?;
    Ok(back(&visit, "preference"))
}
