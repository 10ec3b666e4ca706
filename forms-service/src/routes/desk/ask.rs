//! `/moderation/`: whoever gives an address that decides about something is mailed a link there.
//! The answer is the same, and takes as long, when it decides about nothing.

use std::fmt::Write;
use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Context;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use lettre::Address;
use serde_json::json;

use super::PATH;
use crate::app::App;
use crate::client::Client;
use crate::error::Problem;
use crate::limits::Limited;
use crate::page::page;
use crate::routes::form;

/// What the one field sends.
const ADDRESS: &str = "adresse";

const TITLE: &str = "Votre page de modération";

/// `GET`: one field.
///
/// # Errors
/// A template that fails.
pub async fn show(State(app): State<Arc<App>>) -> Result<Response, Problem> {
    ask_again(&app, StatusCode::OK, "", None)
}

/// `POST`: mails the link, where there is somebody to mail.
///
/// # Errors
/// A post of another site, or one too many.
pub async fn ask(
    State(app): State<Arc<App>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
) -> Result<Response, Problem> {
    let (head, body) = request.into_parts();
    let client = Client::of(peer, &head.headers, &app.proxies);
    app.limits.admit(Limited::Links, client, app.clock.now()).map_err(Problem::TooMany)?;
    let (post, _) = form::read(&app, &head.headers, body).await?;
    let typed = post.get(ADDRESS).unwrap_or_default().trim();
    let Ok(address) = typed.parse::<Address>() else {
        let fault = if typed.is_empty() {
            "Indiquez l’adresse à laquelle vous recevez les envois à relire."
        } else {
            "Vérifiez l’adresse\u{a0}: elle s’écrit par exemple prenom.nom@exemple.fr."
        };
        return ask_again(&app, StatusCode::UNPROCESSABLE_ENTITY, typed, Some(fault));
    };
    invite(&app, &address).await?;
    let title = "Regardez votre boîte aux lettres";
    let text = "<p>Si cette adresse tient un rôle sur ce portail, un courriel est en route. Son lien ouvre votre page pendant \
                une heure.</p><p>Rien n’arrive\u{a0}? Attendez dix minutes avant de redemander, puis essayez l’adresse à \
                laquelle vous recevez d’habitude les envois à relire.</p>";
    let links = json!([{"title": "Accueil", "url": "/"}]);
    let message = json!({"status": 200, "title": title, "text": text, "links": links});
    page(&app.site.portal(), StatusCode::OK, "service/message.html", title, PATH, &[("message", message)])
}

fn ask_again(app: &App, status: StatusCode, typed: &str, fault: Option<&str>) -> Result<Response, Problem> {
    let view = json!({"action": PATH, "address": typed, "fault": fault});
    page(&app.site.portal(), status, "service/moderation-ask.html", TITLE, PATH, &[("ask", view)])
}

/// Mails somebody the way to their page, if they have one.
///
/// # Errors
/// Fails when the database does.
pub async fn invite(app: &App, typed: &Address) -> Result<(), Problem> {
    let now = app.clock.now();
    let desk = app.store.desk(&app.fallback, now).await?;
    let named = app.store.named_for_a_step(typed).await?;
    // As we know it: of all the ways to write an address, one is mailed.
    let recipient = desk.known(typed).or(named);
    let whole = app.key.sign(app.key.signs(), "access", &[typed.to_string().to_lowercase().as_bytes()]);
    let whole = whole.context("the key that signs is there")?;
    let digest = whole.iter().fold(String::new(), |mut text, byte| {
        // Writing to a text never fails.
        let _ = write!(text, "{byte:02x}");
        text
    });
    app.store.queue_access(&digest, recipient.as_ref(), now).await?;
    app.wake.notify_one();
    Ok(())
}
