//! Who answers what: the service's own paths, and files for all else.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use tower_http::catch_panic::CatchPanicLayer;

use crate::app::App;
use crate::error::{self, Problem};
use crate::link::Purpose;
use crate::routes::links::renewing;
use crate::routes::{answer, confirm, decide, desk, follow, form, health, mailbox, status, stop};

/// What our pages may load: what is ours, and nothing written into the page itself.
pub const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// What every answer says to the browser. A handler that says otherwise of a page keeps its word.
const HEADERS: [(HeaderName, &str); 6] = [
    (CONTENT_SECURITY_POLICY, POLICY),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (REFERRER_POLICY, "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
    // No page of another site keeps a handle on a window of ours, or loads what we serve.
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// The whole service. `files` answers what the service does not: the built site.
pub fn router(app: Arc<App>, files: Router) -> Router {
    let mailbox = Router::new()
        .route("/_courrier/", get(mailbox::list))
        .route("/_courrier/{id}", get(mailbox::add_slash))
        .route("/_courrier/{id}/", get(mailbox::show))
        .route("/_courrier/{id}/html", get(mailbox::html))
        .route("/_courrier", get(mailbox::add_slash_to_list))
        .layer(from_fn_with_state(app.clone(), mailbox::this_machine_only));
    Router::new()
        .route("/formulaires/{id}", any(form::add_slash))
        .route("/formulaires/{id}/", get(form::show).post(form::submit))
        .route("/formulaires/{id}/merci/", get(confirm::show))
        .route("/sante", get(health::show))
        .route("/suivi/confirmer/{link}", get(follow::show_confirmation).post(follow::confirm))
        .route("/suivi/completer/{link}", get(answer::show).post(answer::answer))
        .route("/suivi/completer/{link}/renouveler", renewing(Purpose::Answer))
        .route("/suivi/", get(status::show))
        .route("/moderation/decider/{link}", get(decide::show).post(decide::decide))
        .route("/moderation/decider/{link}/renouveler", renewing(Purpose::Decide))
        .route("/moderation/retirer/{link}", get(stop::show).post(stop::stop))
        .route("/moderation/retirer/{link}/renouveler", renewing(Purpose::Stop))
        .merge(desk::router())
        // No file of the site may stand there.
        .route("/suivi/{*rest}", any(nothing))
        .route("/moderation/{*rest}", any(nothing))
        .merge(mailbox)
        .fallback_service(Router::new().fallback_service(files).layer(from_fn_with_state(app.clone(), withdrawn)))
        .method_not_allowed_fallback(method_not_allowed)
        .layer(CatchPanicLayer::custom(error::panicked))
        .layer(from_fn_with_state(app.clone(), error::pages))
        .layer(from_fn(security_headers))
        .layer(from_fn_with_state(app.clone(), count))
        .with_state(app)
}

/// A page that was taken away says so: 410, as long as no file stands at its address.
async fn withdrawn(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let response = next.run(request).await;
    if response.status() != StatusCode::NOT_FOUND {
        return response;
    }
    match app.store.was_withdrawn(&path).await {
        Ok(true) => Problem::Withdrawn.into_response(),
        // The page is missing all the same.
        Ok(false) | Err(_) => response,
    }
}

async fn nothing() -> Problem {
    Problem::NotFound
}

async fn method_not_allowed() -> Problem {
    Problem::MethodNotAllowed
}

async fn count(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    app.metrics.count_response(response.status());
    response
}

async fn security_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    for (name, value) in HEADERS {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}
