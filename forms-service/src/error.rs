//! What can go wrong with a request, each with the page that its sender reads.
//!
//! A problem only says what it is; the outermost layer ([`pages`]) finds the words and the theme,
//! also for what the router or the file server refused by themselves. Nothing internal is shown:
//! whoever meets a failure of ours gets a reference, and the log has it too.

use std::any::Any;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{ALLOW, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::json;
use tracing::error;

use crate::app::App;
use crate::limits::Wait;
use crate::page;
use crate::reference::Reference;
use crate::store::submissions::AcceptError;

/// Why a request does not get what it asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// There is nothing here.
    NotFound,
    /// There is no form of that name.
    NoSuchForm,
    /// The form cannot be sent at present.
    Closed,
    /// Something is here that is not asked for in that way.
    MethodNotAllowed,
    /// The post is larger than any form.
    TooLarge,
    /// The post did not arrive within the time that a post takes.
    TooSlow,
    /// The post is not of the kind that a form sends.
    WrongType,
    /// The post was written on somebody else's page.
    Foreign,
    /// The post cannot be read, or answers questions that the form does not ask.
    Unreadable,
    /// A link of a mail that we did not make, or not like this.
    BadLink,
    /// A link of a mail that is too old.
    OldLink,
    /// A page that was on the site, and was taken away.
    Withdrawn,
    /// The hospital's sign-on says that somebody else is there, or nobody.
    NotYou,
    /// Too much is sent at present, and this post holds no answers that could be kept.
    TooMany(Wait),
    /// There is no room to keep anything.
    Full,
    /// Our fault; the log has the same reference.
    Internal(Reference),
}

impl Problem {
    /// A failure of ours: noted in the log under a reference, which is all that is shown of it.
    pub fn internal(cause: &dyn std::fmt::Display) -> Self {
        let incident = Reference::random();
        error!(incident = %incident, "incident {incident}: {cause}");
        Self::Internal(incident)
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::NotFound | Self::NoSuchForm | Self::BadLink => StatusCode::NOT_FOUND,
            Self::Closed | Self::OldLink | Self::Withdrawn => StatusCode::GONE,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::WrongType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Foreign | Self::NotYou => StatusCode::FORBIDDEN,
            Self::Unreadable => StatusCode::BAD_REQUEST,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Full => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// What was refused by the router or the file server, which know no page.
    fn of_status(status: StatusCode) -> Option<Self> {
        Some(match status {
            StatusCode::NOT_FOUND => Self::NotFound,
            StatusCode::METHOD_NOT_ALLOWED => Self::MethodNotAllowed,
            StatusCode::PAYLOAD_TOO_LARGE => Self::TooLarge,
            StatusCode::REQUEST_TIMEOUT => Self::TooSlow,
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Self::WrongType,
            StatusCode::BAD_REQUEST => Self::Unreadable,
            status if status.is_server_error() => Self::internal(&format!("status {status} without a cause")),
            _ => return None,
        })
    }

    /// Title and text; the text is HTML.
    fn words(&self) -> (&'static str, String) {
        let (title, text) = match self {
            Self::NotFound => (
                "Cette page n’existe pas",
                "L’adresse est peut-être incomplète, ou la page a été retirée. Le plan du site montre tout ce qu’il y a ici.",
            ),
            Self::NoSuchForm => (
                "Ce formulaire n’existe pas",
                "L’adresse est peut-être incomplète. La page des formulaires montre tous ceux qui sont ouverts.",
            ),
            Self::Closed => (
                "Ce formulaire est fermé pour le moment",
                "Rien n’a été envoyé. La page des formulaires montre ceux qui sont ouverts\u{a0}; pour toute question, écrivez-nous.",
            ),
            Self::MethodNotAllowed => (
                "Cette page ne s’utilise pas de cette façon",
                "Rien n’a été envoyé. Revenez à la page précédente, ou partez de l’accueil.",
            ),
            Self::TooLarge => (
                "Votre envoi est trop long",
                "Rien n’a été envoyé. Revenez à la page précédente avec le bouton de votre navigateur, raccourcissez votre texte, puis envoyez-le à nouveau.",
            ),
            Self::TooSlow => (
                "Votre envoi n’est pas arrivé en entier",
                "Rien n’a été envoyé. La connexion est peut-être mauvaise\u{a0}: revenez à la page précédente et envoyez à nouveau.",
            ),
            Self::WrongType => (
                "Votre envoi n’a pas la forme attendue",
                "Rien n’a été envoyé. Remplissez le formulaire depuis sa page sur ce portail.",
            ),
            Self::Foreign => (
                "Cet envoi ne vient pas de ce portail",
                "Rien n’a été envoyé. Par sécurité, seuls les formulaires remplis sur ce portail sont acceptés\u{a0}: ouvrez le formulaire ici, puis envoyez-le.",
            ),
            Self::Unreadable => (
                "Nous n’avons pas compris votre envoi",
                "Rien n’a été envoyé. Ouvrez à nouveau le formulaire depuis ce portail, remplissez-le, puis envoyez-le.",
            ),
            Self::BadLink => (
                "Ce lien ne mène nulle part",
                "Il est peut-être incomplet\u{a0}: copiez-le en entier depuis le courriel, jusqu’à son dernier caractère.",
            ),
            Self::Withdrawn => {
                ("Cette page a été retirée", "Elle n’est plus en ligne. Pour toute question, écrivez-nous.")
            }
            Self::NotYou => (
                "Ce lien est celui d’une autre personne",
                "Rien n’a été décidé. Connectez-vous avec le compte de l’hôpital qui correspond à l’adresse où ce lien est arrivé.",
            ),
            Self::OldLink => (
                "Ce lien n’est plus valable",
                "Il est trop ancien. Si vous attendez encore une réponse, écrivez-nous en donnant la référence du courriel.",
            ),
            Self::TooMany(wait) => {
                return (
                    "Beaucoup d’envois arrivent en ce moment",
                    format!(
                        "Rien n’a été envoyé. Attendez {}, revenez à la page précédente avec le bouton de votre \
                         navigateur, puis envoyez à nouveau.",
                        wait.in_words()
                    ),
                );
            }
            Self::Full => (
                "Le portail ne peut rien enregistrer pour le moment",
                "Rien n’a été envoyé, et rien de ce qui avait été reçu n’est perdu. Gardez votre texte\u{a0}: revenez à la page précédente avec le bouton de votre navigateur, attendez quelques minutes, puis envoyez à nouveau.",
            ),
            Self::Internal(incident) => {
                return (
                    "Le portail a un problème",
                    format!(
                        "Ce n’est pas de votre fait. Si vous veniez d’envoyer un formulaire, il n’est peut-être pas \
                         arrivé\u{a0}: envoyez-le à nouveau dans quelques minutes, il ne comptera qu’une fois. Si cela se \
                         reproduit, écrivez-nous en citant la référence <strong>{incident}</strong>."
                    ),
                );
            }
        };
        (title, text.to_owned())
    }

    fn links(&self) -> serde_json::Value {
        let link = |title: &str, url: &str| json!({"title": title, "url": url});
        let forms = link("Les formulaires", "/formulaires/");
        let contact = link("Nous écrire", "/contact/");
        match self {
            Self::NotFound => json!([link("Plan du site", "/plan-du-site/"), link("Accueil", "/")]),
            Self::MethodNotAllowed => json!([link("Accueil", "/")]),
            Self::Closed | Self::Full | Self::Internal(_) => json!([forms, contact]),
            _ => json!([forms, link("Accueil", "/")]),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        if let Self::TooMany(wait) = self {
            response.headers_mut().insert(RETRY_AFTER, wait.seconds.into());
        }
        response.extensions_mut().insert(self);
        response
    }
}

impl From<anyhow::Error> for Problem {
    fn from(error: anyhow::Error) -> Self {
        Self::internal(&format!("{error:#}"))
    }
}

impl From<AcceptError> for Problem {
    fn from(error: AcceptError) -> Self {
        match error {
            AcceptError::Full(full) => {
                error!("a submission was refused: {full}");
                Self::Full
            }
            AcceptError::Failed(_) => Self::internal(&error),
        }
    }
}

/// The answer to a request whose handler panicked. The message of the panic stays unsaid: it
/// may quote what somebody wrote.
pub fn panicked(_message: Box<dyn Any + Send + 'static>) -> Response {
    Problem::internal(&"a handler panicked").into_response()
}

/// Gives every refusal its page: those of our handlers, and those of the router and the file
/// server, which are bare.
pub async fn pages(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let url = request.uri().path().to_owned();
    let wants_head = request.method() == axum::http::Method::HEAD;
    let bare = next.run(request).await;
    let problem = match bare.extensions().get::<Problem>() {
        Some(problem) => problem.clone(),
        None if is_worded(&bare) => return bare,
        None => match Problem::of_status(bare.status()) {
            Some(problem) => problem,
            None => return bare,
        },
    };
    let (title, text) = problem.words();
    let message = json!({
        "status": problem.status().as_u16(),
        "title": title,
        "text": format!("<p>{text}</p>"),
        "links": problem.links(),
    });
    let portal = app.site.portal();
    let html = portal.render_page("service/message.html", title, &url, &[("message", message)]).unwrap_or_else(|error| {
        error!("the page of a problem cannot be rendered: {error:#}");
        format!("<!doctype html><html lang=\"fr\"><meta charset=\"utf-8\"><title>{title}</title><h1>{title}</h1><p>{text}</p></html>")
    });
    let body = if wants_head { String::new() } else { html };
    let mut response = (problem.status(), page::uncached(), body).into_response();
    for name in [ALLOW, RETRY_AFTER] {
        if let Some(value) = bare.headers().get(&name) {
            response.headers_mut().insert(name, value.clone());
        }
    }
    response
}

/// Whether an answer already says itself what it has to say: a page, or a report for a machine.
fn is_worded(response: &Response) -> bool {
    let content_type = response.headers().get(CONTENT_TYPE).map_or(&b""[..], HeaderValue::as_bytes);
    content_type.starts_with(b"text/html") || content_type.starts_with(b"application/json")
}
