//! The register as a table, for a cadre or whoever keeps it: the same as the command exports.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use super::space::signatures;
use super::{Refused, enter};
use crate::app::App;
use crate::commands::export_register;
use crate::error::Problem;

/// `GET …/registre.csv`
///
/// # Errors
/// A link that leads nowhere, or somebody who may not read it.
pub async fn table(State(app): State<Arc<App>>, Path(token): Path<String>) -> Result<Response, Refused> {
    let visit = enter(&app, &token).await?;
    let portal = app.site.portal();
    let desk = app.store.desk(&app.fallback, app.clock.now()).await?;
    let signatures = signatures(&app, &desk, &visit.person).await?.ok_or(Problem::NotFound)?;
    let csv = export_register::table(&signatures, portal.choices(), &portal.time_zone(), Vec::new())?;
    let head = [
        (CONTENT_TYPE, "text/csv; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"registre.csv\""),
        (CACHE_CONTROL, "no-store"),
    ];
    Ok((head, csv).into_response())
}
