//! Links of mails, followed: whose they are, what they are about, and what to do when they are
//! too old.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, Path, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, post};
use generator::form::RawPost;
use generator::form::clean::clean;
use serde_json::json;

use crate::app::App;
use crate::client::Client;
use crate::error::Problem;
use crate::identity;
use crate::limits::Limited;
use crate::link::{LinkClaims, LinkError, Purpose, Token};
use crate::page::page;
use crate::routes::desk::ask;
use crate::routes::form;
use crate::store::submissions::Stored;

/// What a person says with what they do: the reason, the question, the remark, the answer.
const WORDS: &str = "_mots";

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
    "Ce qu’il demandait est fait, cette adresse n’y a plus de rôle, ou l’envoi a été effacé.",
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

/// Why somebody is not let in, or what they asked for not done.
pub enum Refused {
    /// A page of a problem.
    Problem(Problem),
    /// A page of its own.
    Page(Box<Response>),
}

impl From<Problem> for Refused {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<anyhow::Error> for Refused {
    fn from(error: anyhow::Error) -> Self {
        Self::Problem(error.into())
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        match self {
            Self::Problem(problem) => problem.into_response(),
            Self::Page(response) => *response,
        }
    }
}

/// A link that does not work: it leads nowhere, or is ours and too old.
enum Astray {
    Nowhere(Problem),
    TooOld(LinkClaims),
}

impl<E: Into<Problem>> From<E> for Astray {
    fn from(error: E) -> Self {
        Self::Nowhere(error.into())
    }
}

async fn read(app: &App, purpose: Purpose, text: &str) -> Result<LinkClaims, Astray> {
    let token = Token::parse(text).ok_or(Problem::BadLink)?;
    let Some(claims) = app.store.link_claims(token.mail).await? else { return Err(Problem::BadLink.into()) };
    match claims.check(purpose, &token, &app.key, app.clock.now()) {
        Ok(()) => Ok(claims),
        Err(LinkError::Forged) => Err(Problem::BadLink.into()),
        Err(LinkError::Expired) => Err(Astray::TooOld(claims)),
    }
}

/// What a link says that is ours, good for `purpose`, and works. One that was ours is offered anew, to
/// the address that had it and to no other.
///
/// # Errors
/// A link that leads nowhere, or is too old.
pub async fn claims(app: &App, purpose: Purpose, text: &str) -> Result<LinkClaims, Refused> {
    match read(app, purpose, text).await {
        Ok(claims) => Ok(claims),
        Err(Astray::Nowhere(problem)) => Err(problem.into()),
        // By then its submission went on without it, or lapsed.
        Err(Astray::TooOld(_)) if purpose == Purpose::ConfirmAddress => Err(Problem::OldLink.into()),
        Err(Astray::TooOld(claims)) => {
            let path = claims.path(purpose, &app.key);
            let title = "Ce lien n’est plus valable";
            Err(Refused::Page(Box::new(renewal(app, StatusCode::GONE, title, "Il est trop ancien.", &path)?)))
        }
    }
}

/// Follows a link to the submission that it is about.
///
/// # Errors
/// As [`claims`].
pub async fn follow(app: &App, purpose: Purpose, text: &str) -> Result<Followed, Refused> {
    let claims = claims(app, purpose, text).await?;
    let id = claims.submission.ok_or(Problem::BadLink)?;
    let stored = app.store.submission(id).await?.ok_or(Problem::BadLink)?;
    // Written anew: whatever a mail reader slipped in does not come back in our own pages.
    let path = claims.path(purpose, &app.key);
    Ok(Followed { claims, stored, path })
}

/// Takes in what is posted by whoever came by a link: not one too many, and from a page of ours.
///
/// # Errors
/// See [`Problem`].
pub async fn take(app: &App, peer: SocketAddr, request: Request) -> Result<(RawPost, HeaderMap), Problem> {
    let (head, body) = request.into_parts();
    let client = Client::of(peer, &head.headers, &app.proxies);
    app.limits.admit(Limited::Links, client, app.clock.now()).map_err(Problem::TooMany)?;
    let (post, _) = form::read(app, &head.headers, body).await?;
    Ok((post, head.headers))
}

/// Takes in what is posted to a link, from whoever the hospital's sign-on says, where it is asked.
///
/// # Errors
/// As [`follow`] and [`take`].
pub async fn act(
    app: &App,
    peer: SocketAddr,
    purpose: Purpose,
    text: &str,
    request: Request,
) -> Result<(Followed, RawPost), Refused> {
    let (post, headers) = take(app, peer, request).await?;
    let followed = follow(app, purpose, text).await?;
    if purpose.is_of_whoever_decides() {
        identity::check(app, peer, &headers, &followed.claims.recipient)?;
    }
    Ok((followed, post))
}

/// What was said, in the normal form of what people type: it is mailed and shown to others as an
/// answer of a form is.
pub fn words(post: &RawPost) -> String {
    clean(post.get(WORDS).unwrap_or_default())
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
    page(&app.site.portal(), status, "service/renew-link.html", title, path, &[("renew", renew)])
}

/// `POST <link>/renouveler`: mails a fresh link to the same address.
pub fn renewing(purpose: Purpose) -> MethodRouter<Arc<App>> {
    post(
        move |app: State<Arc<App>>, peer: ConnectInfo<SocketAddr>, Path(text): Path<String>, request: Request| async move {
            renew(&app, purpose, peer.0, &text, request).await
        },
    )
}

async fn renew(
    app: &App,
    purpose: Purpose,
    peer: SocketAddr,
    text: &str,
    request: Request,
) -> Result<Response, Problem> {
    let (post, _) = take(app, peer, request).await?;
    let claims = match read(app, purpose, text).await {
        Ok(claims) | Err(Astray::TooOld(claims)) => claims,
        Err(Astray::Nowhere(problem)) => return Err(problem),
    };
    if post.get(RENEW) != Some("oui") {
        // Sent as it stands, without its button: that is a robot, and nothing is mailed.
        let path = claims.path(purpose, &app.key);
        return renewal(app, StatusCode::UNPROCESSABLE_ENTITY, "Ce lien n’est plus valable", "", &path);
    }
    let renewed = if purpose == Purpose::Access {
        ask::invite(app, &claims.recipient).await?;
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
    page(&app.site.portal(), StatusCode::OK, "service/message.html", title, purpose.folder(), &[("message", message)])
}
