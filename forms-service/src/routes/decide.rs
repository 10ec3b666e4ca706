//! `/moderation/decider/<link>`: everything that was sent, and the decision.
//!
//! Opening the page changes nothing, whatever the method but POST. Its form has no decision
//! chosen beforehand, and refusing needs a reason: whoever sends it as it stands, a robot say,
//! decides nothing.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, Path, RawQuery, Request, State};
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use generator::form::view::amend;
use generator::form::{FormDefinition, RawPost, Rejected, ValidSubmission, corrected};
use lettre::Address;
use tracing::info;

use crate::app::App;
use crate::error::Problem;
use crate::guard;
use crate::link::Purpose;
use crate::mail::compose::definition;
use crate::page::{page, value};
use crate::plan::plan;
use crate::role::Role;
use crate::routes::links::{Followed, Refused, act, follow, renewal, words};
use crate::site::Portal;
use crate::steps;
use crate::store::decisions::{Decided, Decision, Standing, Verdict};
use crate::store::submissions::Stored;
use crate::views::aside::Aside;
use crate::views::decision::{self as decision_view, Fault, Filled, PHRASES, Situation};

/// The decision that was chosen.
pub const CHOICE: &str = "_decision";
/// A ready sentence to begin the reason with.
pub const PHRASE: &str = "_phrase";
/// « What looks like health data is none. »
pub const ALL_THE_SAME: &str = "_malgre";
/// The version that was seen, where the address does not say it.
pub const VERSION: &str = "_version";

/// `GET`: the submission, what was flagged, who was asked, what happens next.
///
/// # Errors
/// A link that leads nowhere.
pub async fn show(
    State(app): State<Arc<App>>,
    Path(token): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Refused> {
    let followed = follow(&app, Purpose::Decide, &token).await?;
    let done = query.as_deref() == Some("fait");
    let seat = Seat::of(&app, &followed);
    let is_outdated = followed.stored.state.is_open() && followed.stored.version != followed.claims.version;
    // Whoever is not asked any more reads who decided what, and when: no fresh link would help them.
    if !done && is_outdated && seat.may_decide(&followed.stored).await? {
        let text = "L’envoi a changé depuis ce courriel\u{a0}: un autre, plus récent, vous a peut-être été envoyé.";
        return Ok(renewal(&app, StatusCode::OK, "Ce lien n’est plus à jour", text, &followed.path)?);
    }
    Ok(seat.page(StatusCode::OK, &followed.stored, &Filled { done, ..Filled::default() }).await?)
}

/// `POST`: decides, once.
///
/// # Errors
/// A link that leads nowhere, or a post of another site.
pub async fn decide(
    State(app): State<Arc<App>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(token): Path<String>,
    request: Request,
) -> Result<Response, Refused> {
    let (followed, post) = act(&app, peer, Purpose::Decide, &token, request).await?;
    let seat = Seat::of(&app, &followed);
    Ok(seat.decide(&followed.stored, &post).await?)
}

/// Somebody in front of a submission.
pub struct Seat<'a> {
    /// The service.
    pub app: &'a App,
    /// Who.
    pub person: &'a Address,
    /// The version that they see.
    pub version: i64,
    /// Where the page stands.
    pub path: &'a str,
    /// What else can be done on the page.
    pub aside: Option<Aside>,
}

impl<'a> Seat<'a> {
    /// Whoever came by the link of a mail.
    fn of(app: &'a App, followed: &'a Followed) -> Self {
        let Followed { claims, path, .. } = followed;
        Self { app, person: &claims.recipient, version: claims.version, path, aside: None }
    }

    /// Whether they may decide about a submission as it stands.
    async fn may_decide(&self, stored: &Stored) -> Result<bool, Problem> {
        let (store, now) = (&self.app.store, self.app.clock.now());
        Ok(matches!(store.standing(stored, self.person, &self.app.fallback, now).await?, Standing::May(_)))
    }

    /// The page, with what was filled in.
    ///
    /// # Errors
    /// Fails when the database or the theme does.
    pub async fn page(&self, status: StatusCode, stored: &Stored, filled: &Filled) -> Result<Response, Problem> {
        let app = self.app;
        let portal = app.site.portal();
        let definition = definition(&portal, &stored.submission.form_id, &stored.definition_yaml)?;
        // What the reader is told comes next is what would come next now.
        let mut stored = stored.clone();
        if stored.state.is_open() {
            stored.steps.extend(steps::public_reading(&portal, &definition, &stored.submission, &stored.steps));
        }
        let stored = &stored;
        let (now, fallback) = (app.clock.now(), &app.fallback);
        let desk = app.store.desk(fallback, now).await?;
        let standing = app.store.standing(stored, self.person, fallback, now).await?;
        let trace = app.store.trace(stored.id).await?;
        let publication = app.store.publication_of(stored.id).await?;
        let is_present = stored.version == self.version;
        let situation = Situation {
            portal: &portal,
            definition: &definition,
            stored,
            desk: &desk,
            standing: &standing,
            trace: &trace,
            publication: publication.as_ref(),
            person: self.person,
            is_open: is_present && stored.state.is_open(),
            version: self.version,
        };
        let view = decision_view::view(&situation, filled, self.path);
        let amendment = match (&view.may, definition.publication.is_some()) {
            (Some(_), true) => {
                // What was typed is there again, whatever else is to be mended.
                let fine = Rejected::Faults(Vec::new());
                let attempt = filled.post.as_ref().map(|post| (post, filled.rejected.as_ref().unwrap_or(&fine)));
                Some(amend(&definition, portal.choices(), &stored.submission, attempt))
            }
            _ => None,
        };
        let title = format!("{}, référence {}", definition.title, stored.reference);
        let aside = value(&self.aside)?;
        let values = [("decision", value(&view)?), ("amendment", value(&amendment)?), ("aside", aside)];
        page(&portal, status, "service/decide.html", &title, Purpose::Decide.folder(), &values)
    }

    /// Decides, or shows the page again with what is missing.
    ///
    /// # Errors
    /// Fails when the database or the theme does.
    pub async fn decide(&self, stored: &Stored, post: &RawPost) -> Result<Response, Problem> {
        let app = self.app;
        // A second click finds nothing to mend: it was decided.
        if stored.version != self.version || !stored.state.is_open() {
            return self.late(stored).await;
        }
        let portal = app.site.portal();
        let definition = definition(&portal, &stored.submission.form_id, &stored.definition_yaml)?;
        let filled = Filled {
            choice: post.get(CHOICE).map(str::to_owned),
            words: words(post),
            post: corrects(&definition, post).then(|| post.clone()),
            ..Filled::default()
        };
        let decision = match self.read(&portal, &definition, stored, post, &filled).await? {
            Ok(decision) => decision,
            Err(filled) => return self.page(StatusCode::UNPROCESSABLE_ENTITY, stored, &filled).await,
        };
        let verdict = Verdict {
            id: stored.id,
            version: self.version,
            person: self.person,
            decision,
            fallback: &app.fallback,
            now: app.clock.now(),
        };
        match app.store.decide(verdict).await? {
            Decided::Done(state) => {
                info!(submission.id = %stored.id, "submission {} was decided: {}", stored.id, state.word());
                app.wake.notify_waiters();
                app.wake.notify_one();
                app.publish.notify_one();
                Ok((StatusCode::SEE_OTHER, [(LOCATION, format!("{}?fait", self.path))]).into_response())
            }
            Decided::TooLate => {
                let stored = app.store.submission(stored.id).await?.ok_or(Problem::BadLink)?;
                self.late(&stored).await
            }
            // Who may is on the page.
            Decided::NotAllowed => self.page(StatusCode::CONFLICT, stored, &Filled::default()).await,
        }
    }

    /// The page of what was decided before: who decided what, and when.
    async fn late(&self, stored: &Stored) -> Result<Response, Problem> {
        self.page(StatusCode::CONFLICT, stored, &Filled { late: true, ..Filled::default() }).await
    }

    /// What was decided, or what is to be mended first.
    async fn read(
        &self,
        portal: &Portal,
        definition: &FormDefinition,
        stored: &Stored,
        post: &RawPost,
        filled: &Filled,
    ) -> Result<Result<Decision, Filled>, Problem> {
        let mend = |fault: Fault| Ok(Err(Filled { fault: Some(fault), ..filled.clone() }));
        let words = filled.words.clone();
        Ok(match filled.choice.as_deref() {
            Some("approuver") => {
                let corrected = match corrections(portal, definition, stored, post) {
                    Ok(corrected) => corrected,
                    Err(rejected) => {
                        let fault = Some(Fault::Correction);
                        return Ok(Err(Filled { fault, rejected: Some(rejected), ..filled.clone() }));
                    }
                };
                let answers = corrected.as_ref().unwrap_or(&stored.submission);
                let flagged = !guard::flags(&self.app.guard, answers).is_empty();
                if flagged && post.get(ALL_THE_SAME) != Some("oui") {
                    return mend(Fault::Flagged);
                }
                // Published outside of its space, it would be nobody's and read by everybody.
                let is_homeless = answers.space.as_deref().is_some_and(|slug| portal.space(slug).is_none());
                if is_homeless && definition.publication.is_some() {
                    return mend(Fault::NoSpace);
                }
                let taken: Vec<String> =
                    self.app.store.publications().await?.into_iter().map(|publication| publication.path).collect();
                let is_taken = |path: &str| {
                    portal.page_url(path).is_some()
                        || taken.iter().any(|known| known == path || known.starts_with(path))
                };
                let publication = plan(portal, definition, answers, &is_taken, self.app.clock.now());
                let words = (!words.is_empty()).then_some(words);
                let also = steps::public_reading(portal, definition, answers, &stored.steps).into_iter().collect();
                Ok(Decision::Approve { corrected: corrected.map(Box::new), publication, words, also })
            }
            Some("refuser") if words.is_empty() => {
                // A ready sentence is put where it can be edited, and is sent the next time.
                let phrase =
                    post.get(PHRASE).and_then(|text| text.parse::<usize>().ok()).and_then(|at| PHRASES.get(at));
                match phrase {
                    Some(phrase) => Err(Filled { phrase_put_in: true, words: (*phrase).to_owned(), ..filled.clone() }),
                    None => return mend(Fault::NoReason),
                }
            }
            Some("refuser") => Ok(Decision::Refuse { reason: words }),
            Some("demander") if stored.author().is_none() => return mend(Fault::NobodyToAsk),
            Some("demander") if words.is_empty() => return mend(Fault::NoQuestion),
            Some("demander") => Ok(Decision::Ask { question: words }),
            Some("douter") => match definition.in_doubt {
                // The cadre does not pass anything to the cadre.
                Some(role) if stored.current_step().role == Role::Moderator => {
                    Ok(Decision::Doubt { words: (!words.is_empty()).then_some(words), to: steps::role(role) })
                }
                _ => return mend(Fault::NoChoice),
            },
            Some("remarquer") if words.is_empty() => return mend(Fault::NoRemark),
            Some("remarquer") => Ok(Decision::Remark { words }),
            _ => return mend(Fault::NoChoice),
        })
    }
}

/// The answers as they were corrected on the page; `None` when it has nothing to correct.
fn corrections(
    portal: &Portal,
    definition: &FormDefinition,
    stored: &Stored,
    post: &RawPost,
) -> Result<Option<ValidSubmission>, Rejected> {
    if definition.publication.is_none() || !corrects(definition, post) {
        return Ok(None);
    }
    corrected(definition, portal.choices(), &stored.submission, post).map(Some)
}

/// Whether the part of the page that corrects was there: nothing of it was sent otherwise.
fn corrects(definition: &FormDefinition, post: &RawPost) -> bool {
    definition.fields().any(|field| post.get(&field.name).is_some())
}
