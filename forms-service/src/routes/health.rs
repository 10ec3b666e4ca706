//! `/sante`: whether the service lives and is ready, and whether mails pile up.
//!
//! Numbers only; for a machine that watches, and for whoever wonders.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::app::App;

/// 200 when ready, 503 when the database does not answer.
pub async fn show(State(app): State<Arc<App>>) -> Response {
    let (status, report) = match report(&app).await {
        Ok(report) => (StatusCode::OK, report),
        Err(error) => {
            tracing::error!("the database does not answer: {error:#}");
            (StatusCode::SERVICE_UNAVAILABLE, json!({"live": true, "ready": false}))
        }
    };
    (status, [(CACHE_CONTROL, "no-store")], Json(report)).into_response()
}

async fn report(app: &App) -> anyhow::Result<Value> {
    app.store.ping().await?;
    let submissions = app.store.count_submissions().await?;
    let submissions: serde_json::Map<_, _> =
        submissions.into_iter().map(|(state, count)| (state.word().to_owned(), count.into())).collect();
    let mails = app.store.count_mails().await?;
    let age = mails.oldest_waiting.map(|since| app.clock.now().duration_since(since).as_secs().max(0));
    Ok(json!({
        "live": true,
        "ready": true,
        "demonstration": app.demonstration.is_some(),
        "submissions": submissions,
        "mails": {
            "waiting": mails.waiting,
            "sent": mails.sent,
            "set_aside": mails.set_aside,
            "refused": mails.refused,
            "oldest_waiting_seconds": age,
        },
    }))
}
