//! Answers made of a page of the theme.

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use crate::error::Problem;
use crate::site::Portal;

/// A page of the service, that nobody keeps: it holds a key, or what somebody wrote.
///
/// # Errors
/// A template that fails is an internal problem.
pub fn page(
    portal: &Portal,
    status: StatusCode,
    template: &str,
    title: &str,
    url: &str,
    values: &[(&'static str, Value)],
) -> Result<Response, Problem> {
    let html = portal.render_page(template, title, url, values)?;
    Ok((status, uncached(), html).into_response())
}

/// The headers of a page that nobody keeps.
pub fn uncached() -> [(axum::http::HeaderName, HeaderValue); 2] {
    [
        (CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ]
}

/// A value of a template.
///
/// # Errors
/// Never for the views of ours: they hold texts, numbers and lists.
pub fn value(view: &impl serde::Serialize) -> Result<Value, Problem> {
    Ok(serde_json::to_value(view).map_err(anyhow::Error::from)?)
}
