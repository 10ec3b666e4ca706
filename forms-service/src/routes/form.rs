//! The page of a form, and what is sent from it.
//!
//! A post goes through: is it one too many, is it a post of a form (type, size, origin), does it
//! answer the form, was it read again where that is asked for or where it looks like health data.
//! Only then is it stored, and only then does a thank-you page follow. Whatever the way out, what
//! was typed is not lost.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{ConnectInfo, Path, RawQuery, Request, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, LOCATION, RETRY_AFTER};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use generator::form::definition::Unconfirmed;
use generator::form::post::{CONFIRMED, EDIT, KEY, TRAP, VERSION, WARNED};
use generator::form::view::{CheckView, check, edit};
use generator::form::{Fault, Flag, FormDefinition, RawPost, Rejected, ValidSubmission, validate};
use generator::portal::PortalForm;
use serde_json::{Value, json};
use tracing::error;

use crate::app::App;
use crate::client::Client;
use crate::crash;
use crate::error::Problem;
use crate::guard;
use crate::intake::{self, FASTEST, Intake};
use crate::key::FormKey;
use crate::limits::{Limited, Wait};
use crate::origin::{Provenance, provenance};
use crate::page::{page, value};
use crate::site::Portal;
use crate::slot_day;
use crate::steps;
use crate::store::submissions::{AcceptError, Acknowledgement, IfUnconfirmed, Sender};

/// The largest post, in bytes: a novel of ten pages.
const BODY_LIMIT: usize = 64 * 1024;

/// How much of a post that is too large is still read, so that the browser, which listens only
/// once it has sent everything, gets to see our answer.
const DRAIN_LIMIT: usize = 1024 * 1024;

/// How long a post may take to arrive.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);

/// `/formulaires/post-it` is a slip for `/formulaires/post-it/`.
pub async fn add_slash(Path(id): Path<String>, RawQuery(query): RawQuery, method: Method) -> Response {
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    // 308 keeps a post a post; 301 is what the oldest browsers know for the rest.
    let status = match method {
        Method::GET | Method::HEAD => StatusCode::MOVED_PERMANENTLY,
        _ => StatusCode::PERMANENT_REDIRECT,
    };
    let id: String = url::form_urlencoded::byte_serialize(id.as_bytes()).collect();
    (status, [(LOCATION, format!("/formulaires/{id}/{query}"))]).into_response()
}

/// The empty form, or the form filled in from the address (`?espace=geriatrie`).
///
/// # Errors
/// An unknown or closed form.
pub async fn show(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let portal = app.site.portal();
    let form = open_form(&portal, &id)?;
    let post = prefill(form, query.as_deref().unwrap_or_default());
    let key = app.key.issue_form_key(&id, app.clock.now());
    form_page(&portal, form, StatusCode::OK, &post, &[], &key)
}

/// A form that was sent.
///
/// # Errors
/// Everything but a submission, a form to mend or to read again is a [`Problem`].
pub async fn submit(
    State(app): State<Arc<App>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, Problem> {
    let portal = app.site.portal();
    let form = open_form(&portal, &id)?;
    let (head, body) = request.into_parts();
    let client = Client::of(peer, &head.headers, &app.proxies);
    let admitted = app.limits.admit(Limited::Posts, client, app.clock.now());
    let (post, provenance) = match (read(&app, &head.headers, body).await, admitted) {
        (Ok(read), _) => read,
        (Err(_), Err(wait)) => return Err(Problem::TooMany(wait)),
        (Err(problem), Ok(())) => return Err(problem),
    };

    let now = app.clock.now();
    let key = post.key().and_then(|text| app.key.read_form_key(&id, text, now));
    // A key of ours serves on, so that sending twice stays sending once.
    let sheet = match post.key().filter(|_| key.is_some()) {
        Some(text) => text.to_owned(),
        // Whoever reads the answers again has taken their time already.
        None => app.key.issue_form_key(&id, now - FASTEST),
    };
    if let Err(wait) = admitted {
        return later_page(&portal, form, &post, &sheet, Later::Busy(wait));
    }
    match judge(&app, &portal, form, &post, provenance, key) {
        Step::Edit => form_page(&portal, form, StatusCode::OK, &post, &[], &sheet),
        Step::Mend(faults) => form_page(&portal, form, StatusCode::UNPROCESSABLE_ENTITY, &post, &faults, &sheet),
        Step::StartAgain => form_page(&portal, form, StatusCode::CONFLICT, &post, &[], &sheet),
        Step::Refuse => Err(Problem::Unreadable),
        Step::Check(submission, flags) => check_page(&portal, form, &submission, &post, &flags, &sheet),
        Step::Accept(submission, flags, key) => {
            let definition = &form.definition;
            let sender = sender(&portal, definition, &submission);
            // Each submission mails it, and whoever typed it may be somebody else.
            let mailed = sender.as_ref().map_or(Ok(()), |sender| app.limits.admit_address(&sender.address, now));
            if let Err(wait) = mailed {
                return later_page(&portal, form, &post, &sheet, Later::Mailed(wait));
            }
            let intake = Intake {
                portal: &portal,
                definition,
                sender,
                submission,
                key: &key,
                trapped: post.is_trapped(),
                flags,
                fallback: &app.fallback,
            };
            let accepted = match intake::accept(&app.store, intake, now).await {
                Err(AcceptError::Full(full)) => {
                    error!("a submission was refused: {full}");
                    return later_page(&portal, form, &post, &sheet, Later::Full);
                }
                accepted => accepted?,
            };
            app.wake.notify_one();
            crash::point("before-answer");
            let done = format!("/formulaires/{id}/merci/?reference={}", accepted.reference);
            Ok((StatusCode::SEE_OTHER, [(LOCATION, done)]).into_response())
        }
    }
}

/// What a post leads to.
enum Step {
    /// « Modifier » was pressed on the check page.
    Edit,
    /// Answers are to be mended.
    Mend(Vec<Fault>),
    /// The form changed meanwhile: the present one, with what was typed.
    StartAgain,
    /// No page of ours sent this.
    Refuse,
    /// To be read again before it is sent, with what looks like health data in it.
    Check(ValidSubmission, Vec<Flag>),
    /// To be kept.
    Accept(ValidSubmission, Vec<Flag>, FormKey),
}

fn judge(
    app: &App,
    portal: &Portal,
    form: &PortalForm,
    post: &RawPost,
    provenance: Provenance,
    key: Option<FormKey>,
) -> Step {
    if post.wants_edit() {
        return Step::Edit;
    }
    let submission = match validate(&form.definition, post, portal.choices()) {
        Ok(submission) => submission,
        Err(Rejected::Faults(faults)) => return Step::Mend(faults),
        Err(Rejected::Outdated) => return Step::StartAgain,
        Err(Rejected::UnknownFields(_)) => return Step::Refuse,
    };
    let today = app.clock.now().to_zoned(portal.time_zone()).date();
    if let Some(fault) = slot_day::fault(&form.definition, &submission, today) {
        return Step::Mend(vec![fault]);
    }
    let flags = guard::flags(&app.guard, &submission);
    // The check page carries a key of ours: whoever comes back from it with that key read it, and
    // read what it warned of.
    let needs_check = form.definition.confirm || provenance == Provenance::Unknown || !flags.is_empty();
    let was_checked = post.is_confirmed() && (flags.is_empty() || post.was_warned());
    match key {
        Some(key) if was_checked || !needs_check => Step::Accept(submission, flags, key),
        _ => Step::Check(submission, flags),
    }
}

/// Who sent it, when an address was left: what it is to get, and whether it must be confirmed.
fn sender(portal: &Portal, definition: &FormDefinition, submission: &ValidSubmission) -> Option<Sender> {
    // A note's address matters where the note appears before it was read; elsewhere it would only
    // wait for nothing.
    let matters = !definition.publishes_notes() || steps::is_published_first(portal, definition, submission);
    let to_confirm = submission.address_to_confirm(definition).filter(|_| matters);
    let otherwise = definition.address_check().filter(|_| to_confirm.is_some()).map(|check| check.otherwise);
    let address = to_confirm.or(submission.receipt_address())?.parse().ok()?;
    Some(Sender {
        address,
        acknowledgement: match definition.signed_charter() {
            Some(_) => Acknowledgement::Proof,
            None => Acknowledgement::Receipt,
        },
        check: otherwise.map(|otherwise| match otherwise {
            Unconfirmed::Forward => IfUnconfirmed::Forward,
            Unconfirmed::Lapse => IfUnconfirmed::Lapse,
        }),
    })
}

fn open_form<'a>(portal: &'a Portal, id: &str) -> Result<&'a PortalForm, Problem> {
    let form = portal.form(id).ok_or(Problem::NoSuchForm)?;
    if form.definition.open { Ok(form) } else { Err(Problem::Closed) }
}

/// What the address fills in beforehand: the fields of the form, and nothing of ours (a key or a
/// trap in a link would be somebody's trick).
fn prefill(form: &PortalForm, query: &str) -> RawPost {
    let written = RawPost::from_urlencoded(query.as_bytes()).unwrap_or_default();
    RawPost::from_pairs(written.answers().filter(|(name, _)| form.definition.field(name).is_some()))
}

fn form_page(
    portal: &Portal,
    form: &PortalForm,
    status: StatusCode,
    post: &RawPost,
    faults: &[Fault],
    key: &str,
) -> Result<Response, Problem> {
    let view = edit(&form.definition, &form.texts, portal.choices(), post, faults, Some(key));
    let form_value = value(&view)?;
    page(portal, status, "form.html", &form.definition.title, &form.definition.url(), &[("form", form_value)])
}

fn check_page(
    portal: &Portal,
    form: &PortalForm,
    submission: &ValidSubmission,
    post: &RawPost,
    warnings: &[Flag],
    key: &str,
) -> Result<Response, Problem> {
    let view = check(&form.definition, &form.texts, portal.choices(), submission, post, Some(key), warnings);
    let title = format!("{} : vérification", form.definition.title);
    page(portal, StatusCode::OK, "service/form-check.html", &title, &form.definition.url(), &check_values(&view)?)
}

fn check_values(view: &CheckView) -> Result<Vec<(&'static str, Value)>, Problem> {
    Ok(vec![
        ("form", value(&view.form)?),
        ("answers", value(&view.answers)?),
        ("warnings", value(&view.warnings)?),
        ("hidden", value(&view.hidden)?),
    ])
}

/// Why a submission has to be sent again a little later.
#[derive(Clone, Copy)]
enum Later {
    /// Too much is sent at present.
    Busy(Wait),
    /// Too much is sent with that address.
    Mailed(Wait),
    /// There is no room to keep it.
    Full,
}

impl Later {
    /// How long to wait when there is no room: an operator has to do something first.
    const UNTIL_THERE_IS_ROOM: Wait = Wait { seconds: 300 };

    fn wait(self) -> Wait {
        match self {
            Self::Busy(wait) | Self::Mailed(wait) => wait,
            Self::Full => Self::UNTIL_THERE_IS_ROOM,
        }
    }

    fn status(self) -> StatusCode {
        match self {
            Self::Busy(_) | Self::Mailed(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Full => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

/// The answers come back as they were typed, on the page that they were sent from, to be sent
/// again a little later.
fn later_page(
    portal: &Portal,
    form: &PortalForm,
    post: &RawPost,
    key: &str,
    later: Later,
) -> Result<Response, Problem> {
    let (definition, status) = (&form.definition, later.status());
    let notice = json!({
        "wait": later.wait().in_words(),
        "full": matches!(later, Later::Full),
        "mailed": matches!(later, Later::Mailed(_)),
    });
    let was_checked = post.is_confirmed() && !post.wants_edit();
    let (template, mut values) = match validate(definition, post, portal.choices()) {
        Ok(submission) if was_checked => {
            let view = check(definition, &form.texts, portal.choices(), &submission, post, Some(key), &[]);
            ("service/form-check.html", check_values(&view)?)
        }
        _ => {
            let view = edit(definition, &form.texts, portal.choices(), post, &[], Some(key));
            ("form.html", vec![("form", value(&view)?)])
        }
    };
    values.push(("later", notice));
    let mut response = page(portal, status, template, &definition.title, &definition.url(), &values)?;
    response.headers_mut().insert(RETRY_AFTER, later.wait().seconds.into());
    Ok(response)
}

/// A post of one of our pages, and where it was written.
///
/// # Errors
/// One of another site or type, too large, too slow, or that no page of ours sends.
pub async fn read(app: &App, headers: &HeaderMap, body: Body) -> Result<(RawPost, Provenance), Problem> {
    check_type(headers)?;
    let provenance = provenance(headers, &app.home());
    if provenance == Provenance::Foreign {
        return Err(Problem::Foreign);
    }
    let body = read_body(headers, body).await?;
    let post = RawPost::from_urlencoded(&body).map_err(|_| Problem::Unreadable)?;
    // No page of ours says anything of its own twice.
    let is_said_twice = |name: &&str| post.all(name).nth(1).is_some();
    if [KEY, VERSION, CONFIRMED, EDIT, WARNED, TRAP].iter().any(is_said_twice) {
        return Err(Problem::Unreadable);
    }
    Ok((post, provenance))
}

fn check_type(headers: &HeaderMap) -> Result<(), Problem> {
    let sent = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = sent.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") { Ok(()) } else { Err(Problem::WrongType) }
}

async fn read_body(headers: &HeaderMap, body: Body) -> Result<Vec<u8>, Problem> {
    let announced = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > DRAIN_LIMIT) {
        return Err(Problem::TooLarge);
    }
    tokio::time::timeout(BODY_TIMEOUT, collect(body)).await.unwrap_or(Err(Problem::TooSlow))
}

async fn collect(body: Body) -> Result<Vec<u8>, Problem> {
    let (mut collected, mut length) = (Vec::new(), 0);
    let mut chunks = body.into_data_stream();
    while let Some(chunk) = chunks.next().await {
        // The connection broke: nobody reads the answer.
        let chunk = chunk.map_err(|_| Problem::Unreadable)?;
        length += chunk.len();
        if length <= BODY_LIMIT {
            collected.extend_from_slice(&chunk);
        } else if length > DRAIN_LIMIT {
            break;
        }
    }
    if length > BODY_LIMIT { Err(Problem::TooLarge) } else { Ok(collected) }
}
