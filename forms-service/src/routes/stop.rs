//! `/moderation/retirer/<link>`: the emergency stop. One page, one reason, and what was published
//! is taken away, also while the site cannot be built.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, Path, RawQuery, Request, State};
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use generator::form::RawPost;
use lettre::Address;
use serde::Serialize;
use tracing::info;

use crate::app::App;
use crate::error::Problem;
use crate::link::Purpose;
use crate::page::{page, value};
use crate::routes::links::{Followed, Refused, act, follow, words};
use crate::store::desk::{Decider, Desk};
use crate::store::publications::{Publication, Status, StoppedBy, Task};

/// What was chosen: to take away, or to suspend.
const CHOICE: &str = "_decision";

/// What `service/stop.html` receives as `stop`.
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
    /// As what somebody gave it.
    stopped_by: Option<&'static str>,
    choice: Option<String>,
    words: String,
    fault: Option<&'static str>,
    done: bool,
    /// Where the reader came from.
    back: Option<String>,
}

/// `GET`: what would be taken away.
///
/// # Errors
/// A link that leads nowhere.
pub async fn show(
    State(app): State<Arc<App>>,
    Path(token): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Refused> {
    let followed = follow(&app, Purpose::Stop, &token).await?;
    let publication = published(&app, &followed).await?;
    Ok(StopSeat::of(&app, &followed).show(&publication, query.as_deref() == Some("fait")).await?)
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
) -> Result<Response, Refused> {
    let (followed, post) = act(&app, peer, Purpose::Stop, &token, request).await?;
    let publication = published(&app, &followed).await?;
    Ok(StopSeat::of(&app, &followed).stop(&publication, &post).await?)
}

async fn published(app: &App, followed: &Followed) -> Result<Publication, Problem> {
    app.store.publication_of(followed.stored.id).await?.ok_or(Problem::BadLink)
}

/// Who may take a page away: the moderators and the cadre of its space, and the portal's
/// moderators, for themselves or in somebody's place.
pub fn who_may_stop(desk: &Desk, publication: &Publication, person: &Address) -> Option<Decider> {
    desk.moderates(&publication.place(), person)
}

/// An activity is suspended more often than it is taken away.
pub fn is_suspendable(publication: &Publication) -> bool {
    publication.kind == "activite" && publication.status == Status::Published
}

/// Whether there is anything to take away.
pub fn is_on_site(publication: &Publication) -> bool {
    publication.task.is_none() && matches!(publication.status, Status::Published | Status::Suspended)
}

/// Somebody in front of what is published.
pub struct StopSeat<'a> {
    /// The service.
    pub app: &'a App,
    /// Who.
    pub person: &'a Address,
    /// Where the page stands.
    pub path: &'a str,
    /// Where they came from.
    pub back: Option<&'a str>,
}

/// What was filled in, and what is to be mended.
#[derive(Default)]
struct Filled {
    choice: Option<String>,
    words: String,
    fault: Option<&'static str>,
    done: bool,
}

impl<'a> StopSeat<'a> {
    fn of(app: &'a App, followed: &'a Followed) -> Self {
        Self { app, person: &followed.claims.recipient, path: &followed.path, back: None }
    }

    /// The page as it is opened.
    ///
    /// # Errors
    /// Fails when the database or the theme does.
    pub async fn show(&self, publication: &Publication, done: bool) -> Result<Response, Problem> {
        self.page(StatusCode::OK, publication, Filled { done, ..Filled::default() }).await
    }

    /// Takes it away, or shows the page again with what is missing.
    ///
    /// # Errors
    /// Fails when the database or the theme does.
    pub async fn stop(&self, publication: &Publication, post: &RawPost) -> Result<Response, Problem> {
        let app = self.app;
        let choice = post.get(CHOICE).map(str::to_owned);
        let words = words(post);
        let (task, fault) = match choice.as_deref() {
            Some("retirer") => (Task::Withdraw, None),
            Some("suspendre") if is_suspendable(publication) => (Task::Suspend, None),
            _ => (Task::Withdraw, Some("Choisissez ce que vous voulez faire.")),
        };
        let no_reason = "Écrivez le motif\u{a0}: il est gardé, et l’équipe comme l’auteur le lisent.";
        let fault = fault.or(words.is_empty().then_some(no_reason));
        if fault.is_some() {
            let filled = Filled { choice, words, fault, done: false };
            return self.page(StatusCode::UNPROCESSABLE_ENTITY, publication, filled).await;
        }
        let now = app.clock.now();
        let desk = app.store.desk(&app.fallback, now).await?;
        let Some(by) = who_may_stop(&desk, publication, self.person) else {
            return self.page(StatusCode::CONFLICT, publication, Filled::default()).await;
        };
        if app.store.ask_to_stop(&publication.id, task, &by, &words, &app.fallback, now).await? {
            info!(publication = %publication.id, "publication {} is to go: {}", publication.id, task.label());
            app.wake.notify_one();
            app.publish.notify_one();
        }
        Ok((StatusCode::SEE_OTHER, [(LOCATION, format!("{}?fait", self.path))]).into_response())
    }

    async fn page(&self, status: StatusCode, publication: &Publication, filled: Filled) -> Result<Response, Problem> {
        let app = self.app;
        let desk = app.store.desk(&app.fallback, app.clock.now()).await?;
        let allowed = who_may_stop(&desk, publication, self.person).is_some();
        let on_site = is_on_site(publication);
        let why_not = match (allowed, on_site) {
            (_, false) => Some("Il n’y a plus rien à retirer."),
            (false, true) => {
                Some("Vous ne tenez plus de rôle dans cet espace\u{a0}: une autre personne peut retirer cette page.")
            }
            (true, true) => None,
        };
        let view = StopView {
            reference: publication.reference.to_string(),
            page_url: publication.url.clone(),
            status: status_of(publication),
            action: self.path.to_owned(),
            suspendable: is_suspendable(publication),
            open: allowed && on_site,
            why_not: why_not.filter(|_| !filled.done),
            reason: publication.reason.clone(),
            stopped_by: publication.stopped_by.map(StoppedBy::label),
            choice: filled.choice,
            words: filled.words,
            fault: filled.fault,
            done: filled.done,
            back: self.back.map(str::to_owned),
        };
        let title = "Retirer une page du site";
        page(&app.site.portal(), status, "service/stop.html", title, Purpose::Stop.folder(), &[("stop", value(&view)?)])
    }
}

/// Where a publication stands, as people say it.
pub fn status_of(publication: &Publication) -> &'static str {
    publication.task.map_or(publication.status.label(), |task| match task {
        Task::Publish => "en attente de publication",
        Task::Withdraw => "en cours de retrait",
        Task::Suspend => "en cours de suspension",
    })
}
