//! `/moderation/retirer/<link>`: the emergency stop. One page, one reason, and what was published
//! is taken away, also while the site cannot be built.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, Path, RawQuery, Request, State};
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use lettre::Address;
use serde::Serialize;
use tracing::info;

use crate::app::App;
use crate::client::Client;
use crate::error::Problem;
use crate::identity;
use crate::limits::Limited;
use crate::link::Purpose;
use crate::page::{page, value};
use crate::role::{Place, Role};
use crate::routes::form;
use crate::routes::links::{Followed, astray, follow};
use crate::store::desk::{Decider, Desk, is_same};
use crate::store::publications::{Publication, Status, Task};

/// What was chosen: to take away, or to suspend.
const CHOICE: &str = "_decision";
/// The reason.
const WORDS: &str = "_mots";

/// What `stop.html` receives as `stop`.
#[derive(Clone, Debug, Serialize)]
struct StopView {
    reference: String,
    page_url: Option<String>,
    status: &'static str,
    action: String,
    /// Whether it can be marked as suspended instead.
    suspendable: bool,
    /// Whether there is anything to do.
    open: bool,
    why_not: Option<&'static str>,
    reason: Option<String>,
    choice: Option<String>,
    words: String,
    fault: Option<&'static str>,
    done: bool,
}

/// `GET`: what would be taken away.
///
/// # Errors
/// A link that leads nowhere.
pub async fn show(
    State(app): State<Arc<App>>,
    Path(token): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let followed = match follow(&app, Purpose::Stop, &token).await {
        Ok(followed) => followed,
        Err(lost) => return astray(&app, Purpose::Stop, lost),
    };
    let publication = published(&app, &followed).await?;
    let done = query.as_deref() == Some("fait");
    answer(&app, StatusCode::OK, &followed, &publication, None, None, done).await
}

/// `POST`: takes it away, once.
///
/// # Errors
/// A link that leads nowhere, or a post of another site.
pub async fn stop(
    State(app): State<Arc<App>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(token): Path<String>,
    request: Request,
) -> Result<Response, Problem> {
    let (head, body) = request.into_parts();
    let client = Client::of(peer, &head.headers, &app.proxies);
    app.limits.admit(Limited::Links, client, app.clock.now()).map_err(Problem::TooMany)?;
    let (post, _) = form::read(&app, &head.headers, body).await?;
    let followed = match follow(&app, Purpose::Stop, &token).await {
        Ok(followed) => followed,
        Err(lost) => return astray(&app, Purpose::Stop, lost),
    };
    identity::check(&app, peer, &head.headers, &followed.claims.recipient)?;
    let publication = published(&app, &followed).await?;
    let (choice, words) = (post.get(CHOICE).map(str::to_owned), post.get(WORDS).unwrap_or_default().trim().to_owned());
    let task = match choice.as_deref() {
        Some("retirer") => Task::Withdraw,
        Some("suspendre") if is_suspendable(&publication) => Task::Suspend,
        _ => {
            let fault = Some(("Choisissez ce que vous voulez faire.", words));
            return answer(&app, StatusCode::UNPROCESSABLE_ENTITY, &followed, &publication, choice, fault, false).await;
        }
    };
    if words.is_empty() {
        let fault = Some(("Écrivez le motif\u{a0}: il est gardé, et l’équipe de modération le lit.", words));
        return answer(&app, StatusCode::UNPROCESSABLE_ENTITY, &followed, &publication, choice, fault, false).await;
    }
    let now = app.clock.now();
    let desk = app.store.desk(&app.fallback, now).await?;
    let Some(by) = who_may_stop(&desk, &publication, &followed.claims.recipient) else {
        return answer(&app, StatusCode::CONFLICT, &followed, &publication, None, None, false).await;
    };
    if app.store.ask_to_stop(&publication.id, task, &by, &words, &app.fallback, now).await? {
        info!(publication = %publication.id, "publication {} is to go: {}", publication.id, task.label());
        app.wake.notify_one();
        app.publish.notify_one();
    }
    Ok((StatusCode::SEE_OTHER, [(LOCATION, format!("{}?fait", followed.path))]).into_response())
}

async fn published(app: &App, followed: &Followed) -> Result<Publication, Problem> {
    app.store.publication_of(followed.stored.id).await?.ok_or(Problem::BadLink)
}

/// Who may take a page away: the moderators and the cadre of its space, and the portal's
/// moderators, for themselves or in somebody's place.
pub fn who_may_stop(desk: &Desk, publication: &Publication, person: &Address) -> Option<Decider> {
    let place = publication.space.clone().map_or(Place::Portal, Place::Space);
    let roles = [(&place, Role::Supervisor), (&place, Role::Moderator), (&Place::Portal, Role::Moderator)];
    roles.into_iter().find_map(|(place, role)| {
        desk.in_charge(place, role, None, None).into_iter().find(|decider| is_same(&decider.address, person))
    })
}

/// An activity is suspended more often than it is taken away.
pub fn is_suspendable(publication: &Publication) -> bool {
    publication.kind == "activite" && publication.status == Status::Published
}

async fn answer(
    app: &App,
    status: StatusCode,
    followed: &Followed,
    publication: &Publication,
    choice: Option<String>,
    fault: Option<(&'static str, String)>,
    done: bool,
) -> Result<Response, Problem> {
    let desk = app.store.desk(&app.fallback, app.clock.now()).await?;
    let allowed = who_may_stop(&desk, publication, &followed.claims.recipient).is_some();
    let on_site = publication.task.is_none() && matches!(publication.status, Status::Published | Status::Suspended);
    let why_not = match (allowed, on_site) {
        (_, false) => Some("Il n’y a plus rien à retirer."),
        (false, true) => {
            Some("Vous ne tenez plus de rôle dans cet espace\u{a0}: une autre personne peut retirer cette page.")
        }
        (true, true) => None,
    };
    let (fault, words) = fault.map_or((None, String::new()), |(fault, words)| (Some(fault), words));
    let view = StopView {
        reference: publication.reference.to_string(),
        page_url: publication.url.clone(),
        status: publication.task.map_or(publication.status.label(), |task| match task {
            Task::Publish => "en attente de publication",
            Task::Withdraw => "en cours de retrait",
            Task::Suspend => "en cours de suspension",
        }),
        action: followed.path.clone(),
        suspendable: is_suspendable(publication),
        open: allowed && on_site,
        why_not: why_not.filter(|_| !done),
        reason: publication.reason.clone(),
        choice,
        words,
        fault,
        done,
    };
    let title = "Retirer une page du site";
    page(&app.site.portal(), status, "stop.html", title, Purpose::Stop.folder(), &[("stop", value(&view)?)])
}
