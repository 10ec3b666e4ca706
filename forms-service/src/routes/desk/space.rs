//! One's own page: what waits for this person, and what they may do about it.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use lettre::Address;

use super::{PATH, Refused, Visit, enter};
use crate::app::App;
use crate::page::{page, value};
use crate::register::standing::Signed;
use crate::role::{Place, Role};
use crate::store::desk::{Desk, Step, is_same};
use crate::views::desk::{Loaded, Typed, view};

/// `GET`: everything that waits.
///
/// # Errors
/// A link that leads nowhere.
pub async fn show(
    State(app): State<Arc<App>>,
    Path(token): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Refused> {
    let visit = enter(&app, &token).await?;
    let done = query.as_deref().and_then(|query| query.strip_prefix("fait=")).and_then(said);
    space(&app, &visit, StatusCode::OK, Typed { done, ..Typed::default() }).await
}

/// The page, with what was typed in one of its forms.
pub(super) async fn space(app: &App, visit: &Visit, status: StatusCode, typed: Typed) -> Result<Response, Refused> {
    let (now, person) = (app.clock.now(), &visit.person);
    let portal = app.site.portal();
    let desk = app.store.desk(&app.fallback, now).await?;
    let signatures = signatures(app, &desk, person).await?;
    let loaded = Loaded {
        portal: &portal,
        person,
        path: &visit.path,
        until: visit.until,
        now,
        open: app.store.open_submissions().await?,
        begun: app.store.steps_begun().await?,
        quarantined: app.store.quarantined().await?,
        publications: app.store.publications().await?,
        progress: app.progress.report(),
        signatures,
        delegations: app.store.delegations_of(person, now).await?,
        wants_digest: app.store.wants_digest(person).await?,
        exclusions: app.store.exclusions(now).await?,
        desk: &desk,
    };
    let space = value(&view(&loaded, typed))?;
    Ok(page(&portal, status, "service/moderation.html", "Votre page de modération", PATH, &[("space", space)])?)
}

/// What the page says after something was done.
fn said(word: &str) -> Option<&'static str> {
    Some(match word {
        "refus" => "Les envois cochés sont refusés.",
        "delegation" => "La délégation est enregistrée.",
        "fin" => "La délégation est terminée.",
        "preference" => "Votre choix est enregistré.",
        "exclusion" => "L’exclusion est levée.",
        _ => return None,
    })
}

/// The signatures that somebody may read: the register's keeper all of them, a cadre those of
/// their spaces. `None` for anybody else.
pub(super) async fn signatures(app: &App, desk: &Desk, person: &Address) -> Result<Option<Vec<Signed>>, Refused> {
    let keepers = desk.asked(&Step::of(Place::Portal, Role::Register), None, false);
    if keepers.iter().any(|one| is_same(&one.address, person)) {
        return Ok(Some(app.store.signatures(None).await?));
    }
    let spaces = desk.places(Role::Supervisor, person);
    if spaces.is_empty() {
        return Ok(None);
    }
    let mut found = BTreeMap::new();
    for space in spaces {
        found.extend(app.store.signatures(Some(space.slug())).await?.into_iter().map(|one| (one.number, one)));
    }
    Ok(Some(found.into_values().collect()))
}
