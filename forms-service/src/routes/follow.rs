//! Where the link that confirms an address leads.
//!
//! Opening a link shows something and changes nothing: mail scanners open every link. Confirming
//! is a post of the page's form with its box ticked, which nothing ticks beforehand.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, Path, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use generator::form::view;
use serde_json::json;

use crate::app::App;
use crate::error::Problem;
use crate::link::Purpose;
use crate::mail::compose::{definition, to_the_minute};
use crate::page::{page, value};
use crate::plan::plan;
use crate::register::{Inscription, Signature};
use crate::routes::links::{Followed, Refused, act, follow};
use crate::routes::status;
use crate::steps;
use crate::store::submissions::{AddressState, State as Stage, Stored};
use crate::store::transitions::{Confirmed, UponConfirmation};

/// What the box of the confirmation page sends.
const CONSENT: &str = "_oui";

/// `GET /suivi/confirmer/<link>`: says what would be confirmed.
///
/// # Errors
/// A link that leads nowhere.
pub async fn show_confirmation(State(app): State<Arc<App>>, Path(token): Path<String>) -> Result<Response, Refused> {
    let stored = follow(&app, Purpose::ConfirmAddress, &token).await?.stored;
    Ok(match (stored.state, stored.address_state) {
        (Stage::Lapsed, _) => said(&app, Confirmed::TooLate, &stored)?,
        (_, AddressState::Confirmed) => said(&app, Confirmed::Before, &stored)?,
        _ => ask(&app, StatusCode::OK, &stored, &token, false)?,
    })
}

/// `POST /suivi/confirmer/<link>`: confirms, once.
///
/// # Errors
/// A link that leads nowhere, or a post of another site.
pub async fn confirm(
    State(app): State<Arc<App>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(token): Path<String>,
    request: Request,
) -> Result<Response, Refused> {
    let (Followed { stored, .. }, post) = act(&app, peer, Purpose::ConfirmAddress, &token, request).await?;
    if post.get(CONSENT) != Some("oui") {
        return Ok(ask(&app, StatusCode::UNPROCESSABLE_ENTITY, &stored, &token, true)?);
    }
    let portal = app.site.portal();
    let definition = definition(&portal, &stored.submission.form_id, &stored.definition_yaml)?;
    let signature = Signature::of(&definition, &stored);
    let signs = signature.as_ref().map(|signature| Inscription { signature, key: &app.key });
    let appears = stored.flags.is_empty() && steps::is_published_first(&portal, &definition, &stored.submission);
    let nothing_is_taken = |_: &str| false;
    let publishes =
        appears.then(|| plan(&portal, &definition, &stored.submission, &nothing_is_taken, app.clock.now())).flatten();
    let upon = UponConfirmation { signs, publishes };
    let confirmed = app.store.confirm_address(stored.id, &app.fallback, upon, app.clock.now()).await?;
    app.publish.notify_one();
    if confirmed == Confirmed::Now {
        tracing::info!(submission.id = %stored.id, "the address of submission {} was confirmed", stored.id);
        app.wake.notify_one();
    }
    Ok(said(&app, confirmed, &stored)?)
}

fn ask(app: &App, status: StatusCode, stored: &Stored, token: &str, forgotten: bool) -> Result<Response, Problem> {
    let portal = app.site.portal();
    let definition = definition(&portal, &stored.submission.form_id, &stored.definition_yaml)?;
    let received = to_the_minute(stored.received_at, &portal);
    let folder = Purpose::ConfirmAddress.folder();
    let token: String = url::form_urlencoded::byte_serialize(token.as_bytes()).collect();
    let view = view::confirm_address(
        &definition,
        &stored.submission,
        stored.reference.as_str(),
        received,
        &format!("{folder}{token}"),
    );
    let values = [("confirm", value(&view)?), ("forgotten", forgotten.into())];
    page(&portal, status, "service/confirm-address.html", "Confirmer votre adresse", folder, &values)
}

fn said(app: &App, confirmed: Confirmed, stored: &Stored) -> Result<Response, Problem> {
    let reference = stored.reference.as_str();
    let state = status::link_to(&stored.reference);
    let (title, text, next) = match confirmed {
        Confirmed::Now => (
            "Votre adresse est confirmée",
            format!("<p>Merci. Votre envoi <strong>{reference}</strong> suit son cours.</p>"),
            state,
        ),
        Confirmed::Before => (
            "Votre adresse est déjà confirmée",
            format!(
                "<p>Il n’y a rien d’autre à faire\u{a0}: votre envoi <strong>{reference}</strong> suit son cours.</p>"
            ),
            state,
        ),
        Confirmed::TooLate => (
            "Il est trop tard pour confirmer cet envoi",
            format!(
                "<p>L’envoi <strong>{reference}</strong> n’a pas été confirmé à temps\u{a0}: il ne compte plus. Vous pouvez \
                 remplir le formulaire à nouveau.</p>"
            ),
            json!({"title": "Les formulaires", "url": "/formulaires/"}),
        ),
    };
    let portal = app.site.portal();
    let links = json!([next, {"title": "Accueil", "url": "/"}]);
    let message = json!({"status": 200, "title": title, "text": text, "links": links});
    page(
        &portal,
        StatusCode::OK,
        "service/message.html",
        title,
        Purpose::ConfirmAddress.folder(),
        &[("message", message)],
    )
}
