//! Links of mails, followed: whose they are, what they are about, and what to do when they are
//! too old.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, Path, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::json;

use crate::app::App;
use crate::client::Client;
use crate::error::Problem;
use crate::limits::Limited;
use crate::link::{LinkClaims, LinkError, Purpose, Token};
use crate::page::page;
use crate::routes::desk::ask;
use crate::routes::form;
use crate::store::submissions::Stored;

/// What the button of the page sends.
const RENEW: &str = "_renouveler";

/// What is said once a fresh link is on its way.
const RENEWED: (&str, &str) = (
    "Un nouveau lien est parti",
    "Il arrive à l’adresse qui avait reçu le premier, et à aucune autre. Ouvrez-le dans ce nouveau courriel.",
);

/// What is said when none is.
const NOT_RENEWED: (&str, &str) = (
    "Ce lien ne se renouvelle plus",
    "Cette adresse n’a plus de rôle dans cette décision, ou l’envoi a été effacé. Une autre personne s’en occupe.",
);

/// What a link leads to.
pub struct Followed {
    /// What the link says.
    pub claims: LinkClaims,
    /// The submission that it is about.
    pub stored: Stored,
    /// The link's own path.
    pub path: String,
}

/// A link that cannot be followed: it leads nowhere, or is ours and too old.
pub enum Astray {
    /// It is none of ours.
    Nowhere(Problem),
    /// It was ours.
    TooOld(LinkClaims),
}

impl From<Problem> for Astray {
    fn from(problem: Problem) -> Self {
        Self::Nowhere(problem)
    }
}

impl From<anyhow::Error> for Astray {
    fn from(error: anyhow::Error) -> Self {
        Self::Nowhere(error.into())
    }
}

/// Reads a link that is ours and good for `purpose`.
///
/// # Errors
/// See [`Astray`].
pub async fn claims(app: &App, purpose: Purpose, text: &str) -> Result<LinkClaims, Astray> {
    let token = Token::parse(text).ok_or(Problem::BadLink)?;
    let Some(claims) = app.store.link_claims(token.mail).await? else { return Err(Problem::BadLink.into()) };
    match claims.check(purpose, &token, &app.key, app.clock.now()) {
        Ok(()) => Ok(claims),
        Err(LinkError::Forged) => Err(Problem::BadLink.into()),
        Err(LinkError::Expired) => Err(Astray::TooOld(claims)),
    }
}

/// Follows a link to the submission that it is about.
///
/// # Errors
/// See [`Astray`].
pub async fn follow(app: &App, purpose: Purpose, text: &str) -> Result<Followed, Astray> {
    let claims = claims(app, purpose, text).await?;
    let id = claims.submission.ok_or(Problem::BadLink)?;
    let stored = app.store.submission(id).await?.ok_or(Problem::BadLink)?;
    // Written anew: whatever a mail reader slipped in does not come back in our own pages.
    let path = claims.path(purpose, &app.key);
    Ok(Followed { claims, stored, path })
}

/// What is answered to a link that cannot be followed. One that was ours is offered anew, to the
/// address that had it and to no other.
///
/// # Errors
/// A link that is none of ours.
pub fn astray(app: &App, purpose: Purpose, astray: Astray) -> Result<Response, Problem> {
    match astray {
        Astray::Nowhere(problem) => Err(problem),
        Astray::TooOld(claims) => {
            let path = claims.path(purpose, &app.key);
            renewal(app, StatusCode::GONE, "Ce lien n’est plus valable", "Il est trop ancien.", &path)
        }
    }
}

/// A page that says why a link no longer serves, with the one button that mails a fresh one.
///
/// # Errors
/// A template that fails.
pub fn renewal(app: &App, status: StatusCode, title: &str, text: &str, path: &str) -> Result<Response, Problem> {
    let renew = json!({
        "title": title,
        "text": text,
        "action": format!("{path}/renouveler"),
    });
    page(&app.site.portal(), status, "renew-link.html", title, path, &[("renew", renew)])
}

/// `POST <link>/renouveler`: mails a fresh link to the same address.
///
/// # Errors
/// A link that is none of ours, or a post of another site.
pub async fn renew_decide(
    state: State<Arc<App>>,
    peer: ConnectInfo<SocketAddr>,
    token: Path<String>,
    request: Request,
) -> Result<Response, Problem> {
    renew(Purpose::Decide, state, peer, token, request).await
}

/// The same, for a link to take something away.
///
/// # Errors
/// As [`renew_decide`].
pub async fn renew_stop(
    state: State<Arc<App>>,
    peer: ConnectInfo<SocketAddr>,
    token: Path<String>,
    request: Request,
) -> Result<Response, Problem> {
    renew(Purpose::Stop, state, peer, token, request).await
}

/// The same, for a link to answer a question.
///
/// # Errors
/// As [`renew_decide`].
pub async fn renew_answer(
    state: State<Arc<App>>,
    peer: ConnectInfo<SocketAddr>,
    token: Path<String>,
    request: Request,
) -> Result<Response, Problem> {
    renew(Purpose::Answer, state, peer, token, request).await
}

/// The same, for the page of what waits for one person.
///
/// # Errors
/// As [`renew_decide`].
pub async fn renew_access(
    state: State<Arc<App>>,
    peer: ConnectInfo<SocketAddr>,
    token: Path<String>,
    request: Request,
) -> Result<Response, Problem> {
    renew(Purpose::Access, state, peer, token, request).await
}

async fn renew(
    purpose: Purpose,
    State(app): State<Arc<App>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(text): Path<String>,
    request: Request,
) -> Result<Response, Problem> {
    let (head, body) = request.into_parts();
    let client = Client::of(peer, &head.headers, &app.proxies);
    app.limits.admit(Limited::Links, client, app.clock.now()).map_err(Problem::TooMany)?;
    let (post, _) = form::read(&app, &head.headers, body).await?;
    let claims = match claims(&app, purpose, &text).await {
        Ok(claims) | Err(Astray::TooOld(claims)) => claims,
        Err(Astray::Nowhere(problem)) => return Err(problem),
    };
    if post.get(RENEW) != Some("oui") {
        // Sent as it stands, without its button: that is a robot, and nothing is mailed.
        let path = claims.path(purpose, &app.key);
        return renewal(&app, StatusCode::UNPROCESSABLE_ENTITY, "Ce lien n’est plus valable", "", &path);
    }
    let renewed = if purpose == Purpose::Access {
        ask::invite(&app, &claims.recipient).await?;
        true
    } else {
        app.store.renew(&claims, &app.fallback, app.clock.now()).await?
    };
    app.wake.notify_one();
    let (title, text) = if renewed { RENEWED } else { NOT_RENEWED };
    let message = json!({
        "status": 200,
        "title": title,
        "text": format!("<p>{text}</p>"),
        "links": [{"title": "Accueil", "url": "/"}],
    });
    page(&app.site.portal(), StatusCode::OK, "message.html", title, purpose.folder(), &[("message", message)])
}
