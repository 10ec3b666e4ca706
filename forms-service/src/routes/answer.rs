//! `/suivi/completer/<link>`: the author of a submission answers what those who decide ask.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, Path, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use generator::form::view::amend;
use generator::form::{RawPost, Rejected, corrected};
use serde_json::json;
use tracing::info;

use crate::app::App;
use crate::error::Problem;
use crate::guard;
use crate::link::Purpose;
use crate::mail::compose::definition;
use crate::page::{page, value};
use crate::reference::Reference;
use crate::routes::links::{Followed, Refused, act, follow, words};
use crate::routes::status;
use crate::store::decisions::Reply;
use crate::store::submissions::State as Stage;
use crate::store::trace::Action;

/// `GET`: the question, and what was sent, to be completed.
///
/// # Errors
/// A link that leads nowhere.
pub async fn show(State(app): State<Arc<App>>, Path(token): Path<String>) -> Result<Response, Refused> {
    let followed = follow(&app, Purpose::Answer, &token).await?;
    Ok(ask(&app, StatusCode::OK, &followed, None, "", None).await?)
}

/// `POST`: takes the answer in, once.
///
/// # Errors
/// A link that leads nowhere, or a post of another site.
pub async fn answer(
    State(app): State<Arc<App>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(token): Path<String>,
    request: Request,
) -> Result<Response, Refused> {
    let (followed, post) = act(&app, peer, Purpose::Answer, &token, request).await?;
    let portal = app.site.portal();
    let stored = &followed.stored;
    let definition = definition(&portal, &stored.submission.form_id, &stored.definition_yaml)?;
    let words = words(&post);
    let words = words.as_str();
    let answers = if definition.publication.is_some() {
        match corrected(&definition, portal.choices(), &stored.submission, &post) {
            Ok(answers) => answers,
            Err(rejected) => {
                let attempt = Some((&post, &rejected));
                return Ok(ask(&app, StatusCode::UNPROCESSABLE_ENTITY, &followed, attempt, words, None).await?);
            }
        }
    } else {
        stored.submission.clone()
    };
    if words.is_empty() && answers == stored.submission {
        let fault = Some("Écrivez votre réponse, ou complétez ce que vous aviez envoyé.");
        return Ok(ask(&app, StatusCode::UNPROCESSABLE_ENTITY, &followed, None, words, fault).await?);
    }
    let flags = guard::flags(&app.guard, &answers);
    let reply = Reply {
        id: stored.id,
        version: followed.claims.version,
        answers: &answers,
        flags: &flags,
        words: (!words.is_empty()).then_some(words),
    };
    if app.store.answer(reply, &app.fallback, app.clock.now()).await? {
        info!(submission.id = %stored.id, "the author of submission {} answered", stored.id);
        app.wake.notify_one();
        return Ok(said_so(
            &app,
            &stored.reference,
            "Votre réponse est arrivée",
            "Merci. Les personnes qui relisent votre envoi viennent d’en être informées.",
        )?);
    }
    Ok(ask(&app, StatusCode::CONFLICT, &followed, None, words, None).await?)
}

async fn ask(
    app: &App,
    status: StatusCode,
    followed: &Followed,
    rejected: Option<(&RawPost, &Rejected)>,
    words: &str,
    fault: Option<&str>,
) -> Result<Response, Problem> {
    let stored = app.store.submission(followed.stored.id).await?.ok_or(Problem::BadLink)?;
    if stored.state != Stage::Asked || stored.version != followed.claims.version {
        let text = "Votre réponse est déjà arrivée, ou une décision a été prise entre-temps.";
        return said_so(app, &stored.reference, "Il n’y a plus rien à compléter", text);
    }
    let portal = app.site.portal();
    let definition = definition(&portal, &stored.submission.form_id, &stored.definition_yaml)?;
    let trace = app.store.trace(stored.id).await?;
    let question = trace.iter().rev().find(|row| row.action == Action::Asked).and_then(|row| row.words.clone());
    let amendment =
        definition.publication.is_some().then(|| amend(&definition, portal.choices(), &stored.submission, rejected));
    let view = json!({
        "form_title": definition.title,
        "reference": stored.reference.as_str(),
        "question": question,
        "action": followed.path,
        "words": words,
        "fault": fault,
    });
    let values = [("answer", view), ("amendment", value(&amendment)?)];
    page(&portal, status, "service/answer.html", "Compléter votre envoi", Purpose::Answer.folder(), &values)
}

fn said_so(app: &App, reference: &Reference, title: &str, text: &str) -> Result<Response, Problem> {
    let links = json!([status::link_to(reference), {"title": "Accueil", "url": "/"}]);
    let message = json!({"status": 200, "title": title, "text": format!("<p>{text}</p>"), "links": links});
    page(
        &app.site.portal(),
        StatusCode::OK,
        "service/message.html",
        title,
        Purpose::Answer.folder(),
        &[("message", message)],
    )
}
