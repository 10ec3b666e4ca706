//! A role is handed over from one day to another, and the delegation ended early.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, Path, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use generator::dates::read_date;
use generator::form::RawPost;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use lettre::Address;
use tracing::info;

use super::space::space;
use super::{Refused, Visit, back, posted};
use crate::app::App;
use crate::role::{Holder, Place};
use crate::site::Portal;
use crate::store::delegations::NewDelegation;
use crate::store::desk::{Desk, is_same};
use crate::views::desk::{Typed, delegable};

/// The delegations that were ticked, to end them.
pub const TICKED: &str = "_delegation";
/// The role that is handed over: `geriatrie|cadre`.
pub const ROLE: &str = "_role";
/// To whom.
pub const DELEGATE: &str = "_personne";
/// The first day.
pub const FIRST: &str = "_premier";
/// The last day.
pub const LAST: &str = "_dernier";

/// Nobody is away for longer: whoever is hands the role over for good.
const LONGEST_DAYS: i32 = 366;

/// What is to be mended: at which field, and how.
type Fault = (&'static str, &'static str);

/// `POST …/delegations`
///
/// # Errors
/// A link that leads nowhere, or a post of another site.
pub async fn delegate(
    app: State<Arc<App>>,
    peer: ConnectInfo<SocketAddr>,
    token: Path<String>,
    request: Request,
) -> Result<Response, Refused> {
    let (app, visit, post) = posted((app, peer, token, request)).await?;
    let (now, portal) = (app.clock.now(), app.site.portal());
    let desk = app.store.desk(&app.fallback, now).await?;
    let wanted = match read(&portal, &desk, &visit, &post, now) {
        Ok(wanted) => wanted,
        Err((field, words)) => return again(&app, &visit, &post, field, words).await,
    };
    let new = NewDelegation {
        holder: &wanted.holder,
        delegate: &wanted.delegate,
        begins_at: wanted.begins_at,
        ends_at: wanted.ends_at,
    };
    if app.store.delegate(new, now).await? {
        info!(place = %wanted.holder.place, role = %wanted.holder.role, "a role was delegated");
    }
    Ok(back(&visit, "delegation"))
}

/// `POST …/delegations/fin`
///
/// # Errors
/// A link that leads nowhere, or a post of another site.
pub async fn end(
    app: State<Arc<App>>,
    peer: ConnectInfo<SocketAddr>,
    token: Path<String>,
    request: Request,
) -> Result<Response, Refused> {
    let (app, visit, post) = posted((app, peer, token, request)).await?;
    let now = app.clock.now();
    let ticked: Vec<&str> = post.all(TICKED).collect();
    if ticked.is_empty() {
        let fault = Some(("delegations", "delegations-toutes", "Cochez la délégation à terminer."));
        return space(&app, &visit, StatusCode::UNPROCESSABLE_ENTITY, Typed { fault, ..Typed::default() }).await;
    }
    // Whoever handed it over may end it, and whoever was handed it may give it back.
    for one in app.store.delegations_of(&visit.person, now).await? {
        if ticked.contains(&one.id.as_str()) && app.store.end_delegation(&one.id, now).await? {
            info!(place = %one.place, role = %one.role, "a delegation was ended");
        }
    }
    Ok(back(&visit, "fin"))
}

struct Wanted {
    holder: Holder,
    delegate: Address,
    begins_at: Timestamp,
    ends_at: Timestamp,
}

fn read(portal: &Portal, desk: &Desk, visit: &Visit, post: &RawPost, now: Timestamp) -> Result<Wanted, Fault> {
    let role = post.get(ROLE).unwrap_or_default();
    let (place, word) = role.split_once('|').ok_or(("delegation-role", "Choisissez le rôle que vous confiez."))?;
    let place = Place::from_slug(place);
    let held = delegable(desk, &visit.person).find(|one| one.place == place && one.role.word() == word);
    let holder = held.cloned().ok_or(("delegation-role", "Choisissez un rôle que vous tenez vous-même."))?;
    let delegate = read_delegate(portal, post, &visit.person)?;
    let zone = portal.time_zone();
    let today = now.to_zoned(zone.clone()).date();
    let day = |name, field, words| read_date(post.get(name).unwrap_or_default()).ok_or((field, words));
    let first = day(FIRST, "delegation-premier", "Écrivez le premier jour, par exemple 22/11/2026.")?;
    let last = day(LAST, "delegation-dernier", "Écrivez le dernier jour, par exemple 30/11/2026.")?;
    if last < first {
        return Err(("delegation-dernier", "Le dernier jour vient avant le premier\u{a0}: vérifiez les deux dates."));
    }
    if last < today {
        return Err(("delegation-dernier", "Le dernier jour est déjà passé."));
    }
    let too_long =
        ("delegation-dernier", "Une délégation dure un an au plus\u{a0}: choisissez un dernier jour plus proche.");
    if first.checked_add(LONGEST_DAYS.days()).is_ok_and(|end| last > end)
        || (last - today).get_days() > 2 * LONGEST_DAYS
    {
        return Err(too_long);
    }
    let begins_at = start_of(first, &zone).ok_or(too_long)?;
    let ends_at = last.tomorrow().ok().and_then(|day| start_of(day, &zone)).ok_or(too_long)?;
    Ok(Wanted { holder, delegate, begins_at, ends_at })
}

fn read_delegate(portal: &Portal, post: &RawPost, person: &Address) -> Result<Address, Fault> {
    let field = "delegation-personne";
    let typed = post.get(DELEGATE).unwrap_or_default().trim();
    let delegate: Address =
        typed.parse().map_err(|_| (field, "Écrivez l’adresse de la personne, par exemple prenom.nom@exemple.fr."))?;
    if is_same(&delegate, person) {
        return Err((field, "C’est votre propre adresse\u{a0}: écrivez celle de la personne qui vous remplace."));
    }
    if !portal.choices().is_professional(typed) {
        return Err((field, "Écrivez une adresse professionnelle de l’établissement."));
    }
    Ok(delegate)
}

/// When a day begins, where the portal is.
pub(super) fn start_of(day: Date, zone: &TimeZone) -> Option<Timestamp> {
    day.to_zoned(zone.clone()).ok().map(|moment| moment.timestamp())
}

async fn again(
    app: &App,
    visit: &Visit,
    post: &RawPost,
    field: &'static str,
    words: &'static str,
) -> Result<Response, Refused> {
    let typed = |name| post.get(name).unwrap_or_default().to_owned();
    let typed = Typed {
        fault: Some(("delegation", field, words)),
        role: typed(ROLE),
        delegate: typed(DELEGATE),
        first: typed(FIRST),
        last: typed(LAST),
        ..Typed::default()
    };
    space(app, visit, StatusCode::UNPROCESSABLE_ENTITY, typed).await
}
