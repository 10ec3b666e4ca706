//! One submission, from one's own page: to decide about it, to free it or refuse it when it is kept
//! apart, to warn or exclude whoever sent it.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, Path, RawQuery, Request, State};
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use generator::dates::read_date;
use generator::form::RawPost;
use jiff::Timestamp;
use tracing::info;

use super::delegations::start_of;
use super::{Refused, Visit, enter, enter_to_act};
use crate::app::App;
use crate::error::Problem;
use crate::reference::Reference;
use crate::routes::decide::{CHOICE, Seat, VERSION};
use crate::routes::links::words;
use crate::store::desk::Desk;
use crate::store::sanctions::{NewSanction, SanctionKind, Sanctioned, punishable};
use crate::store::submissions::{State as Stage, Stored};
use crate::views::aside::{Aside, Form, Typed};
use crate::views::decision::Filled;

/// `avertir` or `exclure`.
pub const SANCTION: &str = "_sanction";
/// Its last day.
pub const LAST: &str = "_dernier";

/// `GET …/envoi/<reference>`
///
/// # Errors
/// A link that leads nowhere, or a submission that this person may not read.
pub async fn show(
    State(app): State<Arc<App>>,
    Path((token, reference)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Response, Refused> {
    let visit = enter(&app, &token).await?;
    let sitting = Sitting::of(&app, &visit, &reference).await?;
    let done = query.as_deref() == Some("fait");
    let said = query.as_deref().and_then(|query| query.strip_prefix("fait=")).and_then(said);
    sitting.page(StatusCode::OK, &Filled { done, ..Filled::default() }, Typed { said, ..Typed::default() }).await
}

/// `POST`: decides, once, about the version that was seen.
///
/// # Errors
/// As [`show`]; and a post of another site.
pub async fn decide(
    State(app): State<Arc<App>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path((token, reference)): Path<(String, String)>,
    request: Request,
) -> Result<Response, Refused> {
    let (visit, post) = enter_to_act(&app, peer, &token, request).await?;
    let sitting = Sitting::of(&app, &visit, &reference).await?;
    let version = post.get(VERSION).and_then(|text| text.parse().ok()).ok_or(Problem::Unreadable)?;
    let aside = sitting.aside(Typed::default()).await?;
    let seat = Seat { app: &app, person: &visit.person, version, path: &sitting.path, aside: Some(aside) };
    Ok(seat.decide(&sitting.stored, &post).await?)
}

/// `POST …/quarantaine`: frees it, or refuses it.
///
/// # Errors
/// As [`decide`].
pub async fn judge(
    State(app): State<Arc<App>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path((token, reference)): Path<(String, String)>,
    request: Request,
) -> Result<Response, Refused> {
    let (visit, post) = enter_to_act(&app, peer, &token, request).await?;
    let sitting = Sitting::of(&app, &visit, &reference).await?;
    let by = sitting.desk.watches(&sitting.stored, &visit.person).ok_or(Problem::NotFound)?;
    let (id, now) = (sitting.stored.id, app.clock.now());
    let reason = words(&post);
    let done = match post.get(CHOICE) {
        Some("liberer") => app.store.release(id, Some(&by), &app.fallback, now).await?,
        Some("refuser") if reason.is_empty() => {
            return sitting
                .mend(&post, Form::Quarantine, "quarantaine-mots", "Écrivez pourquoi vous le refusez.")
                .await;
        }
        Some("refuser") => app.store.refuse_quarantined(id, &by, &reason, now).await?,
        _ => {
            let fault = "Choisissez ce que vous faites de cet envoi.";
            return sitting.mend(&post, Form::Quarantine, "quarantaine-liberer", fault).await;
        }
    };
    if done {
        info!(submission.id = %id, "submission {id} was judged in quarantine");
        app.wake.notify_one();
    }
    Ok(sitting.back("quarantaine"))
}

/// `POST …/sanction`: warns or excludes whoever sent it.
///
/// # Errors
/// As [`decide`].
pub async fn sanction(
    State(app): State<Arc<App>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path((token, reference)): Path<(String, String)>,
    request: Request,
) -> Result<Response, Refused> {
    let (visit, post) = enter_to_act(&app, peer, &token, request).await?;
    let sitting = Sitting::of(&app, &visit, &reference).await?;
    let kind = match post.get(SANCTION) {
        Some("avertir") => SanctionKind::Warning,
        Some("exclure") => SanctionKind::Exclusion,
        _ => {
            let fault = "Choisissez entre avertir et exclure.";
            return sitting.mend(&post, Form::Sanction, "sanction-avertir", fault).await;
        }
    };
    let reason = words(&post);
    if reason.is_empty() {
        let fault = "Écrivez le motif\u{a0}: la personne le lira.";
        return sitting.mend(&post, Form::Sanction, "sanction-mots", fault).await;
    }
    let Some(ends_at) = sitting.end(&post) else {
        let fault = "Écrivez le dernier jour, à partir d’aujourd’hui et dans les deux ans, par exemple 31/12/2026.";
        return sitting.mend(&post, Form::Sanction, "sanction-dernier", fault).await;
    };
    let new = NewSanction {
        submission: sitting.stored.id,
        kind,
        reason: &reason,
        ends_at,
        person: &visit.person,
        fallback: &app.fallback,
        now: app.clock.now(),
    };
    match app.store.sanction(new).await? {
        Sanctioned::Done => {
            info!(submission.id = %sitting.stored.id, "a sanction was made about submission {}", sitting.stored.id);
            app.wake.notify_one();
        }
        Sanctioned::Before => {}
        Sanctioned::NotAllowed => return Err(Problem::NotFound.into()),
    }
    Ok(sitting.back("sanction"))
}

/// What the page says after something was done.
fn said(word: &str) -> Option<&'static str> {
    match word {
        "quarantaine" => Some("C’est enregistré."),
        "sanction" => Some("C’est enregistré\u{a0}: la personne reçoit un courriel avec le motif et la date de fin."),
        _ => None,
    }
}

/// How many days a sanction lasts at most.
const LONGEST_DAYS: i32 = 731;

/// Somebody in front of a submission that they may read.
struct Sitting<'a> {
    app: &'a App,
    visit: &'a Visit,
    stored: Stored,
    desk: Desk,
    path: String,
}

impl<'a> Sitting<'a> {
    async fn of(app: &'a App, visit: &'a Visit, reference: &str) -> Result<Self, Refused> {
        let reference = Reference::parse(reference).ok_or(Problem::NotFound)?;
        let stored = app.store.submission_of(&reference).await?.ok_or(Problem::NotFound)?;
        let desk = app.store.desk(&app.fallback, app.clock.now()).await?;
        // What somebody may not read looks like what is not there.
        if desk.decides(&stored, &visit.person).is_none() && desk.watches(&stored, &visit.person).is_none() {
            return Err(Problem::NotFound.into());
        }
        let path = format!("{}/envoi/{}", visit.path, stored.reference);
        Ok(Self { app, visit, stored, desk, path })
    }

    async fn page(&self, status: StatusCode, filled: &Filled, typed: Typed) -> Result<Response, Refused> {
        let aside = self.aside(typed).await?;
        let seat = Seat {
            app: self.app,
            person: &self.visit.person,
            version: self.stored.version,
            path: &self.path,
            aside: Some(aside),
        };
        Ok(seat.page(status, &self.stored, filled).await?)
    }

    async fn aside(&self, typed: Typed) -> Result<Aside, Refused> {
        let watches = self.desk.watches(&self.stored, &self.visit.person).is_some();
        let sanctions = match punishable(&self.stored).filter(|_| watches) {
            Some(author) => Some(self.app.store.sanctions_of(author).await?),
            None => None,
        };
        let portal = self.app.site.portal();
        let is_apart = watches && self.stored.state == Stage::Quarantine;
        let suspicion = self.stored.suspicion.filter(|_| is_apart);
        Ok(Aside::new(
            &portal,
            &self.visit.path,
            &self.path,
            is_apart,
            suspicion,
            sanctions,
            self.app.clock.now(),
            &typed,
        ))
    }

    async fn mend(
        &self,
        post: &RawPost,
        form: Form,
        field: &'static str,
        fault: &'static str,
    ) -> Result<Response, Refused> {
        let choice = match form {
            Form::Quarantine => post.get(CHOICE),
            Form::Sanction => post.get(SANCTION),
        };
        let typed = Typed {
            fault: Some((form, field, fault)),
            choice: choice.unwrap_or_default().to_owned(),
            words: words(post),
            last: post.get(LAST).unwrap_or_default().to_owned(),
            said: None,
        };
        self.page(StatusCode::UNPROCESSABLE_ENTITY, &Filled::default(), typed).await
    }

    /// The end of the last day that was typed.
    fn end(&self, post: &RawPost) -> Option<Timestamp> {
        let zone = self.app.site.portal().time_zone();
        let today = self.app.clock.now().to_zoned(zone.clone()).date();
        let last = read_date(post.get(LAST)?)?;
        if last < today || (last - today).get_days() > LONGEST_DAYS {
            return None;
        }
        start_of(last.tomorrow().ok()?, &zone)
    }

    fn back(&self, done: &str) -> Response {
        (StatusCode::SEE_OTHER, [(LOCATION, format!("{}?fait={done}", self.path))]).into_response()
    }
}
