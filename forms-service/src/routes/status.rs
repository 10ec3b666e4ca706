//! `/suivi/`: what became of a submission, for whoever has its reference. It shows the state, and
//! nothing else: neither the form, nor the space, nor a word of what was written.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde_json::{Value, json};

use crate::app::App;
use crate::client::Client;
use crate::error::Problem;
use crate::limits::Limited;
use crate::page::page;
use crate::reference::Reference;
use crate::store::submissions::State as Stage;

/// What is said of a reference that nobody bears.
const UNKNOWN: &str = "Aucun envoi ne porte cette référence. Vérifiez-la\u{a0}: elle a dix lettres et chiffres. Un envoi ancien a pu être effacé.";

/// Where it stands.
pub const PATH: &str = "/suivi/";

/// A link of a page that says something of a submission, to where it stands.
pub fn link_to(reference: &Reference) -> Value {
    json!({"title": "Suivre cet envoi", "url": format!("{PATH}?reference={}", reference.as_str())})
}

/// `GET /suivi/?reference=…`
///
/// # Errors
/// Too many in a row.
pub async fn show(
    State(app): State<Arc<App>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let query = query.unwrap_or_default();
    let typed = url::form_urlencoded::parse(query.as_bytes())
        .find(|(name, _)| name == "reference")
        .map(|(_, text)| text.trim().to_owned());
    let mut view = json!({"reference": typed.as_deref().unwrap_or_default(), "state": null, "fault": null});
    let mut status = StatusCode::OK;
    if let Some(typed) = &typed {
        // Whoever tries references one after the other is slowed down.
        let client = Client::of(peer, &headers, &app.proxies);
        app.limits.admit(Limited::Links, client, app.clock.now()).map_err(Problem::TooMany)?;
        let found = match Reference::parse(typed) {
            Some(reference) => app.store.submission_of(&reference).await?.map(|stored| (reference, stored.state)),
            None => None,
        };
        if let Some((reference, state)) = found {
            let (title, text) = words(state);
            view["reference"] = reference.as_str().into();
            view["state"] = json!({"title": title, "text": text});
        } else {
            status = StatusCode::NOT_FOUND;
            view["fault"] = UNKNOWN.into();
        }
    }
    page(&app.site.portal(), status, "service/status.html", "Suivre un envoi", PATH, &[("status", view)])
}

/// What whoever sent it reads. What is kept apart looks like what waits: a robot learns nothing.
fn words(state: Stage) -> (&'static str, &'static str) {
    match state {
        Stage::Received | Stage::Quarantine => ("Reçu", "Votre envoi attend d’être relu."),
        Stage::Unconfirmed => {
            ("À confirmer", "Ouvrez le lien que vous avez reçu par courriel pour confirmer votre adresse.")
        }
        Stage::Lapsed => {
            ("Abandonné", "Votre adresse n’a pas été confirmée à temps. Vous pouvez envoyer le formulaire à nouveau.")
        }
        Stage::Asked => ("Une question vous attend", "Les personnes qui relisent vous ont écrit pour en savoir plus."),
        Stage::Approved => ("Approuvé", "Votre envoi est approuvé\u{a0}: il paraît dans un instant."),
        Stage::Published => ("En ligne", "Votre envoi est publié."),
        Stage::Settled => ("Traité", "Votre envoi a été lu et traité."),
        Stage::Refused => {
            ("Non retenu", "Votre envoi n’a pas été retenu. Si un motif vous a été écrit, il est dans votre courrier.")
        }
        Stage::Withdrawn => ("Retiré", "Votre publication n’est plus en ligne."),
    }
}
