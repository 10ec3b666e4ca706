//! The thank-you page.
//!
//! It shows the reference of its address and asks the database nothing: whoever tries references
//! learns nothing from it.

use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use generator::form::view::done;

use crate::app::App;
use crate::error::Problem;
use crate::page::{page, value};
use crate::reference::Reference;

/// `/formulaires/<id>/merci/?reference=…`
///
/// # Errors
/// An unknown form, or what is not a reference.
pub async fn show(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let portal = app.site.portal();
    let form = portal.form(&id).ok_or(Problem::NoSuchForm)?;
    let query = query.unwrap_or_default();
    let reference = url::form_urlencoded::parse(query.as_bytes())
        .find(|(name, _)| name == "reference")
        .and_then(|(_, text)| Reference::parse(&text))
        .ok_or(Problem::NotFound)?;
    let view = done(&form.definition, &form.texts, reference.as_str());
    let url = format!("{}merci/", form.definition.url());
    page(&portal, StatusCode::OK, "service/form-done.html", &view.title, &url, &[("done", value(&view)?)])
}
