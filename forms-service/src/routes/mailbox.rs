//! The embedded mailbox of a demonstration: the mails that would have been sent.
//!
//! It shows what people wrote, so it is there for this very machine only: a demonstration, a
//! loopback peer, a loopback `Host` (a page elsewhere may point its name at 127.0.0.1), and no
//! sign of a proxy. In any other case there is nothing here.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, Path, Request, State};
use axum::http::header::{CONTENT_SECURITY_POLICY, FORWARDED, HOST};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use generator::dates::DateView;
use jiff::Timestamp;
use serde_json::{Value, json};
use url::Url;

use crate::app::App;
use crate::error::Problem;
use crate::id::MailId;
use crate::origin::is_loopback;
use crate::page::{page, uncached};
use crate::router::POLICY;
use crate::routes::preview::preview;
use crate::site::Portal;
use crate::store::mailbox::MailboxMail;

/// Headers that the page shows in French already.
const SHOWN: [&str; 5] = ["From", "To", "Reply-To", "Subject", "Date"];

/// Lets through what comes from this machine in a demonstration.
///
/// # Errors
/// [`Problem::NotFound`] for everybody else, as if there were no mailbox.
pub async fn this_machine_only(State(app): State<Arc<App>>, request: Request, next: Next) -> Result<Response, Problem> {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let local = peer.is_some_and(|ConnectInfo(peer)| peer.ip().to_canonical().is_loopback());
    if app.demonstration.is_some() && local && is_direct(request.headers()) {
        Ok(next.run(request).await)
    } else {
        Err(Problem::NotFound)
    }
}

fn is_direct(headers: &HeaderMap) -> bool {
    let proxied = headers.keys().any(|name| {
        name == FORWARDED || name.as_str().starts_with("x-forwarded-") || matches!(name.as_str(), "via" | "x-real-ip")
    });
    // Two Host headers are two opinions on who is asked.
    let mut hosts = headers.get_all(HOST).into_iter();
    let host = hosts.next().filter(|_| hosts.next().is_none()).and_then(|host| host.to_str().ok());
    let host = host.and_then(|host| Url::parse(&format!("http://{host}")).ok());
    !proxied && host.is_some_and(|url| url.host().is_some_and(|host| is_loopback(&host)))
}

/// `/_courrier` is a slip for `/_courrier/`.
pub async fn add_slash_to_list() -> Redirect {
    Redirect::permanent("/_courrier/")
}

/// And so for one mail.
///
/// # Errors
/// There is no such mail.
pub async fn add_slash(Path(id): Path<String>) -> Result<Redirect, Problem> {
    let id: MailId = id.parse().map_err(|_| Problem::NotFound)?;
    Ok(Redirect::permanent(&format!("/_courrier/{id}/")))
}

/// The list of mails.
///
/// # Errors
/// The database or the theme failed.
pub async fn list(State(app): State<Arc<App>>) -> Result<Response, Problem> {
    let portal = app.site.portal();
    let mails: Vec<_> = app
        .store
        .mailbox()
        .await?
        .into_iter()
        .map(|mail| {
            json!({
                "id": mail.id.to_string(),
                "url": format!("/_courrier/{}/", mail.id),
                "to": mail.recipient,
                "subject": mail.subject,
                "date": moment(&portal, mail.delivered_at),
                "status": "remis",
            })
        })
        .collect();
    let title = "Courriers de démonstration";
    page(&portal, StatusCode::OK, "service/mailbox.html", title, "/_courrier/", &[("mails", mails.into())])
}

/// One mail.
///
/// # Errors
/// There is no such mail, or the database or the theme failed.
pub async fn show(State(app): State<Arc<App>>, Path(id): Path<String>) -> Result<Response, Problem> {
    let portal = app.site.portal();
    let mail = find(&app, &id).await?;
    let headers = headers(&mail.raw);
    let header = |wanted: &str| headers.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.clone());
    let view = json!({
        "from": header("From"),
        "to": mail.entry.recipient,
        "reply_to": header("Reply-To"),
        "subject": mail.entry.subject,
        "date": moment(&portal, mail.entry.delivered_at),
        "text": parts(&mail.text, &format!("{}/", portal.url())),
        "html_url": format!("/_courrier/{}/html", mail.entry.id),
        "headers": headers.iter().filter(|(name, _)| !SHOWN.contains(&name.as_str())).map(|(name, value)| json!({"name": name, "value": value})).collect::<Vec<_>>(),
    });
    let url = format!("/_courrier/{}/", mail.entry.id);
    let mut response =
        page(&portal, StatusCode::OK, "service/mailbox-message.html", &mail.entry.subject, &url, &[("mail", view)])?;
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy_header(&format!("{POLICY}; frame-src 'self'")));
    Ok(response)
}

/// The text of a mail, the addresses of our own pages apart: these can be followed.
fn parts(text: &str, ours: &str) -> Vec<Value> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(ours) {
        let (before, from) = rest.split_at(start);
        let (url, after) = from.split_at(from.find(char::is_whitespace).unwrap_or(from.len()));
        parts.extend([json!({"text": before}), json!({"text": url, "url": url})]);
        rest = after;
    }
    parts.push(json!({"text": rest}));
    parts
}

/// The HTML part of one mail, for the frame that shows it.
///
/// # Errors
/// As [`show`].
pub async fn html(State(app): State<Arc<App>>, Path(id): Path<String>) -> Result<Response, Problem> {
    let mail = find(&app, &id).await?;
    let (html, policy) = preview(&mail.html);
    let policy = policy_header(&policy);
    Ok((StatusCode::OK, uncached(), [(CONTENT_SECURITY_POLICY, policy)], html).into_response())
}

fn policy_header(policy: &str) -> HeaderValue {
    HeaderValue::from_str(policy).expect("a policy of ours is plain text")
}

async fn find(app: &App, id: &str) -> Result<MailboxMail, Problem> {
    let id: MailId = id.parse().map_err(|_| Problem::NotFound)?;
    app.store.mailbox_mail(id).await?.ok_or(Problem::NotFound)
}

/// The headers of a mail, those on several lines put together again.
fn headers(raw: &[u8]) -> Vec<(String, String)> {
    let text = String::from_utf8_lossy(raw);
    let head = text.split("\r\n\r\n").next().unwrap_or_default();
    let mut headers: Vec<(String, String)> = Vec::new();
    for line in head.lines() {
        match (line.strip_prefix([' ', '\t']), headers.last_mut()) {
            (Some(rest), Some((_, value))) => {
                value.push(' ');
                value.push_str(rest.trim_start());
            }
            _ => {
                if let Some((name, value)) = line.split_once(':') {
                    headers.push((name.to_owned(), value.trim().to_owned()));
                }
            }
        }
    }
    headers
}

fn moment(portal: &Portal, at: Timestamp) -> DateView {
    let civil = at.to_zoned(portal.time_zone()).datetime();
    civil.date().at(civil.hour(), civil.minute(), 0, 0).into()
}
