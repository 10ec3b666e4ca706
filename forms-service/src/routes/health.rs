//! `/sante`: whether the service lives and is ready, and whether mails pile up.
//!
//! Numbers only, and words of ours; for a machine that watches, and for whoever wonders.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use crate::app::App;

/// 200 when ready; 503 when the database does not answer or the disk has no room, because nothing
/// would be taken in then. What is known is said all the same.
pub async fn show(State(app): State<Arc<App>>) -> Response {
    let has_room = app.store.has_room();
    if let Err(full) = has_room {
        tracing::error!("not ready: {full}");
    }
    let figures = figures(&app).await.inspect_err(|error| tracing::error!("the database does not answer: {error:#}"));
    let is_ready = has_room.is_ok() && figures.is_ok();
    let mut report = json!({
        "live": true,
        "ready": is_ready,
        "database": figures.is_ok(),
        "room": has_room.is_ok(),
        "demonstration": app.demonstration.is_some(),
        "instance": app.store.instance(),
    });
    if let (Value::Object(report), Ok(figures)) = (&mut report, figures) {
        report.extend(figures);
    }
    let status = if is_ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, [(CACHE_CONTROL, "no-store")], Json(report)).into_response()
}

async fn figures(app: &App) -> anyhow::Result<Map<String, Value>> {
    let submissions = app.store.count_submissions().await?;
    let submissions: Map<_, _> =
        submissions.into_iter().map(|(state, count)| (state.word().to_owned(), count.into())).collect();
    let mails = app.store.count_mails().await?;
    let age = mails.oldest_waiting.map(|since| app.clock.now().duration_since(since).as_secs().max(0));
    let mails = json!({
        "waiting": mails.waiting,
        "sent": mails.sent,
        "set_aside": mails.set_aside,
        "held": mails.held,
        "refused": mails.refused,
        "oldest_waiting_seconds": age,
    });
    let tasks = app.store.count_tasks().await?;
    let report = app.progress.report();
    let age = tasks.oldest.map(|since| app.clock.now().duration_since(since).as_secs().max(0));
    let publications = json!({
        "waiting": tasks.waiting,
        "hindered": tasks.hindered,
        "oldest_waiting_seconds": age,
        "commit": report.shown,
        "unpushed": report.unpushed,
        "repository_answers": report.unreachable.is_none(),
        "push_refused": report.push_error.is_some(),
        // What is wrong is in the log and on the moderators' page: it may quote a page.
        "content_builds": report.content_fault.is_none(),
    });
    let figures = [("submissions", submissions.into()), ("mails", mails), ("publications", publications)];
    Ok(figures.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}
