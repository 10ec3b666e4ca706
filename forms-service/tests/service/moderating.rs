//! The page of what waits for one person: who reaches it, what it shows, what it lets them do.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderName, Request, StatusCode};
use forms_service::app::App;
use forms_service::client::TrustedProxies;
use forms_service::limits::{Limits, Quota};
use forms_service::metrics::Metrics;
use forms_service::publish::publisher::Did;
use forms_service::role::Role;
use forms_service::router::router;
use forms_service::store::publications::{Status, Task};
use forms_service::store::submissions::{State, Suspicion};
use forms_service::store::trace::Action;
use forms_service::store::transitions::{Acted, CONFIRM_WITHIN};
use generator::guard::Guard;
use jiff::SignedDuration;
use sqlx::Row;
use tower::ServiceExt;

use crate::confirming::link;
use crate::support::{
    Answer, FALLBACK, Service, changed_portal, encode, post_request, spawn_service, spawn_service_with,
};

const DAY: &str = "jour@exemple.fr";
const NIGHT: &str = "nuit@exemple.fr";
const CADRE: &str = "cadre@exemple.fr";
const PORTAL: &str = "moderation@exemple.fr";
const CAMILLE: &str = "camille@exemple.fr";

/// A form whose address is not checked.
const UNCHECKED: &str = "formulaires/post-it.yaml";

/// Written by visitors: no list shows it.
const WRITTEN: &str = "Tournesol";

impl Service {
    /// Asks for the page of what waits for an address, and gives the link that is mailed.
    async fn access(&self, address: &str) -> String {
        self.app.clock.advance(SignedDuration::from_mins(11));
        assert_eq!(self.post("/moderation/", &[("adresse", address)]).await.status, StatusCode::OK);
        self.deliver_all().await;
        let links = self.links(address, "/moderation/espace/");
        links.last().unwrap_or_else(|| panic!("nobody mailed {address}")).clone()
    }

    /// A post-it that looks like a robot's.
    async fn trap(&self, space: &str) -> String {
        let post = [("espace", space), ("message", WRITTEN), ("_adresse_web", "x")];
        self.fill_in("post-it", &post).await
    }

    /// A sign-up whose sender confirmed the address.
    async fn confirmed_sign_up(&self) -> String {
        let reference = self.sign_up().await;
        let link = link(self.mails_to(CAMILLE).await.last().unwrap(), "/suivi/confirmer/");
        assert_eq!(self.post(&link, &[("_oui", "oui")]).await.status, StatusCode::OK);
        reference
    }

    /// A post-it on the wall.
    async fn published_note(&self) -> (String, String) {
        let reference = self.post_note("geriatrie", WRITTEN).await;
        self.deliver_all().await;
        let link = self.decision_link(DAY);
        assert_eq!(self.post(&link, &[("_decision", "approuver")]).await.status, StatusCode::SEE_OTHER);
        assert!(matches!(self.publish().await, Did::Published(_)));
        let id = self.app.store.publications().await.unwrap().remove(0).id;
        (reference, id)
    }

    /// From now on the address of a post-it is taken as it is typed.
    fn check_nothing(&self) {
        let unchecked = |yaml: String| yaml.replace("        si_non_confirmee: transmettre\n", "");
        self.app.site.replace(changed_portal(UNCHECKED, unchecked));
    }

    async fn actions(&self, reference: &str) -> Vec<(Action, Option<String>)> {
        let id = self.stored_as(reference).await.id;
        let trace = self.app.store.trace(id).await.unwrap();
        trace.into_iter().map(|row| (row.action, row.actor.map(|actor| actor.to_string()))).collect()
    }

    /// Every row of every table.
    async fn dump(&self) -> BTreeMap<String, Vec<String>> {
        let mut all = BTreeMap::new();
        match &self.location().postgres {
            None => {
                let path = self.folder().join("portail.sqlite");
                let pool = sqlx::SqlitePool::connect(&format!("sqlite:{}", path.display())).await.unwrap();
                let tables = "SELECT name FROM sqlite_master WHERE type = 'table'";
                for table in sqlx::query(tables).fetch_all(&pool).await.unwrap() {
                    let table: String = table.get(0);
                    let columns = format!("SELECT name FROM pragma_table_info('{table}')");
                    let columns = sqlx::query(sqlx::AssertSqlSafe(columns)).fetch_all(&pool).await.unwrap();
                    let quoted: Vec<_> =
                        columns.iter().map(|row| format!("quote(\"{}\")", row.get::<String, _>(0))).collect();
                    let rows = format!("SELECT {} AS whole FROM {table} ORDER BY whole", quoted.join(" || '|' || "));
                    let rows = sqlx::query(sqlx::AssertSqlSafe(rows)).fetch_all(&pool).await.unwrap();
                    all.insert(table, rows.iter().map(|row| row.get(0)).collect());
                }
            }
            Some(url) => {
                let pool = sqlx::PgPool::connect(url.reveal()).await.unwrap();
                let tables = "SELECT table_name::TEXT FROM information_schema.tables WHERE table_schema = 'public'";
                for table in sqlx::query(tables).fetch_all(&pool).await.unwrap() {
                    let table: String = table.get(0);
                    let rows = format!("SELECT {table}::TEXT AS whole FROM {table} ORDER BY whole");
                    let rows = sqlx::query(sqlx::AssertSqlSafe(rows)).fetch_all(&pool).await.unwrap();
                    all.insert(table, rows.iter().map(|row| row.get(0)).collect());
                }
            }
        }
        all
    }
}

#[tokio::test]
async fn whoever_holds_a_role_is_mailed_a_link_and_the_answer_says_nothing_of_it() {
    let service = spawn_service_with(
        "portail: {moderateurs: [moderation@exemple.fr]}\nespaces: {geriatrie: {cadre: [cadre@exemple.fr]}}",
    )
    .await;
    assert_eq!(service.get("/moderation/").await.status, StatusCode::OK);
    assert_eq!(service.get("/moderation").await.status, StatusCode::PERMANENT_REDIRECT);

    let mut answers = Vec::new();
    for address in [CADRE, "CADRE@exemple.fr", PORTAL, FALLBACK, "inconnue@exemple.fr", CAMILLE] {
        answers.push(service.post("/moderation/", &[("adresse", address)]).await);
    }

    assert!(answers.iter().all(|answer| answer.status == StatusCode::OK && answer.body == answers[0].body));
    service.deliver_all().await;
    assert_eq!(service.recipients(), [CADRE, PORTAL, FALLBACK]);
    // As much is written for whoever is known as for whoever is not.
    assert_eq!(service.dump().await["access_requests"].len(), 5);
    for nothing in ["", "cadre", "cadre@"] {
        let answer = service.post("/moderation/", &[("adresse", nothing)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{nothing}");
    }
}

#[tokio::test]
async fn one_address_is_mailed_one_link_in_ten_minutes() {
    let service = spawn_service().await;
    let ask = async || service.post("/moderation/", &[("adresse", DAY)]).await.status;
    let asked = futures_util::future::join_all((0..20).map(|_| ask())).await;
    assert!(asked.iter().all(|status| *status == StatusCode::OK));
    service.deliver_all().await;
    assert_eq!(service.recipients(), [DAY]);

    service.app.clock.advance(SignedDuration::from_mins(9));
    ask().await;
    service.deliver_all().await;
    assert_eq!(service.recipients(), [DAY]);
    service.app.clock.advance(SignedDuration::from_mins(2));
    ask().await;
    service.deliver_all().await;
    assert_eq!(service.recipients(), [DAY, DAY]);
    // A clock that is set back locks nobody out.
    service.app.clock.advance(SignedDuration::from_hours(-24));
    ask().await;
    service.deliver_all().await;
    assert_eq!(service.recipients(), [DAY, DAY, DAY]);
}

#[tokio::test]
async fn a_link_opens_the_page_for_an_hour_and_one_button_mails_another() {
    let service = spawn_service().await;
    let link = service.access(DAY).await;
    assert_eq!(service.get(&link).await.status, StatusCode::OK);
    service.app.clock.advance(SignedDuration::from_mins(61));

    let old = service.get(&link).await;
    assert_eq!(old.status, StatusCode::GONE);
    assert!(old.body.contains("Recevoir un nouveau lien"), "{}", old.body);
    let acted = service.post(&format!("{link}/preferences"), &[("_courriels", "resume")]).await;
    assert_eq!(acted.status, StatusCode::GONE);
    assert!(!service.app.store.wants_digest(&DAY.parse().unwrap()).await.unwrap());

    let renew = format!("{}/renouveler", link.trim_end_matches('/'));
    assert_eq!(service.post(&renew, &[("_renouveler", "oui")]).await.status, StatusCode::OK);
    assert_eq!(service.post(&renew, &[("_renouveler", "oui")]).await.status, StatusCode::OK);
    service.deliver_all().await;
    let links = service.links(DAY, "/moderation/espace/");
    assert_eq!(links.len(), 2);
    assert_eq!(service.get(&links[1]).await.status, StatusCode::OK);
    assert_eq!(service.get("/moderation/espace/AAAA").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn each_sees_what_waits_for_them_and_no_word_of_it() {
    let service = spawn_service().await;
    service.check_nothing();
    let geriatrie = service.post_note("geriatrie", WRITTEN).await;
    let accueil = service.post_note("accueil", WRITTEN).await;
    let own = service.fill_in("post-it", &[("espace", "geriatrie"), ("message", WRITTEN), ("courriel", DAY)]).await;
    service.deliver_all().await;
    assert_eq!(service.state(&own).await, State::Received);

    for (person, sees, not) in [
        (DAY, vec![&geriatrie], vec![&own, &accueil]),
        (NIGHT, vec![&geriatrie, &own], vec![&accueil]),
        (CADRE, vec![&geriatrie, &own], vec![&accueil]),
        (PORTAL, vec![&accueil], vec![&geriatrie, &own]),
        ("communication@exemple.fr", vec![], vec![&geriatrie, &own, &accueil]),
    ] {
        let page = service.get(&service.access(person).await).await.body;
        assert!(!page.contains(WRITTEN), "{page}");
        for reference in sees {
            assert!(page.contains(reference), "{person} {reference} {page}");
        }
        for reference in not {
            assert!(!page.contains(reference), "{person} {reference} {page}");
        }
    }
    // The oldest first.
    let page = service.get(&service.access(NIGHT).await).await.body;
    assert!(page.find(&geriatrie) < page.find(&own));
}

#[tokio::test]
async fn a_decision_from_ones_own_page_is_taken_once_about_the_version_that_was_seen() {
    let service = spawn_service().await;
    let reference = service.post_note("geriatrie", WRITTEN).await;
    let link = service.access(DAY).await;
    let path = format!("{link}/envoi/{reference}");

    let page = service.get(&path).await;
    assert!(page.body.contains(WRITTEN), "{}", page.body);
    let version = page.hidden("_version");
    let refuse = [("_version", version.as_str()), ("_decision", "refuser"), ("_mots", "Trop long")];
    assert_eq!(service.post(&path, &[("_decision", "approuver")]).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(service.post(&path, &[("_version", &version)]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let stale = [("_version", "7"), ("_decision", "approuver")];
    assert_eq!(service.post(&path, &stale).await.status, StatusCode::CONFLICT);
    assert_eq!(service.state(&reference).await, State::Received);

    assert_eq!(service.post(&path, &refuse).await.status, StatusCode::SEE_OTHER);
    assert_eq!(service.post(&path, &refuse).await.status, StatusCode::CONFLICT);
    assert_eq!(service.state(&reference).await, State::Refused);
    assert_eq!(service.actions(&reference).await, [(Action::Refused, Some(DAY.to_owned()))]);
}

#[tokio::test]
async fn a_submission_is_read_by_those_who_may_and_looks_missing_to_others() {
    let service = spawn_service().await;
    service.check_nothing();
    let reference = service.post_note("geriatrie", WRITTEN).await;
    let apart = service.trap("geriatrie").await;
    let own = service.fill_in("post-it", &[("espace", "geriatrie"), ("message", WRITTEN), ("courriel", DAY)]).await;
    for (person, which, status) in [
        (DAY, &reference, 200),
        (CADRE, &reference, 200),
        (PORTAL, &reference, 200),
        (FALLBACK, &reference, 404),
        ("communication@exemple.fr", &reference, 404),
        (DAY, &apart, 200),
        ("communication@exemple.fr", &apart, 404),
        (DAY, &own, 404),
    ] {
        let link = service.access(person).await;
        assert_eq!(service.get(&format!("{link}/envoi/{which}")).await.status.as_u16(), status, "{person}");
        let post = [("_version", "1"), ("_decision", "liberer"), ("_sanction", "exclure"), ("_mots", "x")];
        if status == 404 {
            for rest in ["", "/quarantaine", "/sanction"] {
                let answer = service.post(&format!("{link}/envoi/{which}{rest}"), &post).await;
                assert_eq!(answer.status, StatusCode::NOT_FOUND, "{person} {rest}");
            }
        }
    }
    let link = service.access(DAY).await;
    assert_eq!(service.get(&format!("{link}/envoi/AAAAAAAAAA")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(service.get(&format!("{link}/envoi/x")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_is_kept_apart_is_freed_or_refused_by_whoever_watches_over_its_place() {
    let service = spawn_service().await;
    let (free, refuse) = (service.trap("geriatrie").await, service.trap("geriatrie").await);
    let elsewhere = service.trap("accueil").await;
    let link = service.access(DAY).await;
    let page = service.get(&link).await.body;
    assert!(page.contains(&free) && page.contains(&refuse) && !page.contains(&elsewhere), "{page}");
    assert!(page.contains("champ piège rempli") && !page.contains(WRITTEN), "{page}");

    let judge = |reference: &str| format!("{link}/envoi/{reference}/quarantaine");
    for nothing in [vec![], vec![("_decision", "refuser")], vec![("_mots", "x")]] {
        let answer = service.post(&judge(&free), &nothing).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{nothing:?}");
    }
    assert_eq!(service.state(&free).await, State::Quarantine);
    for _ in 0..2 {
        let answer = service.post(&judge(&free), &[("_decision", "liberer")]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        let refused = [("_decision", "refuser"), ("_mots", "Publicité")];
        assert_eq!(service.post(&judge(&refuse), &refused).await.status, StatusCode::SEE_OTHER);
    }
    service.post(&judge(&elsewhere), &[("_decision", "liberer")]).await;

    assert_eq!(service.actions(&free).await, [(Action::Released, Some(DAY.to_owned()))]);
    assert_eq!(service.actions(&refuse).await, [(Action::Refused, Some(DAY.to_owned()))]);
    assert_eq!(service.state(&free).await, State::Received);
    assert_eq!(service.state(&refuse).await, State::Refused);
    assert_eq!(service.state(&elsewhere).await, State::Quarantine);
    let before = service.recipients().len();
    service.deliver_all().await;
    assert_eq!(service.recipients().len(), before + 2, "what was freed reaches both moderators");
}

#[tokio::test]
async fn robots_are_refused_by_the_dozen_and_only_those_that_were_ticked() {
    let service = spawn_service().await;
    let mut traps = Vec::new();
    for _ in 0..4 {
        traps.push(service.trap("geriatrie").await);
    }
    let elsewhere = service.trap("accueil").await;
    let good = service.post_note("geriatrie", WRITTEN).await;
    let link = service.access(DAY).await;
    let page = service.get(&link).await.body;
    assert!(!page.contains("type=\"checkbox\" checked"), "{page}");
    let bulk = format!("{link}/quarantaine");
    assert_eq!(service.post(&bulk, &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY);

    let ticked = [&traps[0], &traps[1], &traps[2], &elsewhere, &good];
    let post: Vec<_> = ticked.iter().map(|one| ("_envoi", one.as_str())).collect();
    assert_eq!(service.post(&bulk, &post).await.status, StatusCode::SEE_OTHER);

    for one in &traps[..3] {
        assert_eq!(service.state(one).await, State::Refused);
    }
    assert_eq!(service.state(&traps[3]).await, State::Quarantine);
    assert_eq!(service.state(&elsewhere).await, State::Quarantine, "it is another space's");
    assert_eq!(service.state(&good).await, State::Received, "it is not kept apart");
}

#[tokio::test]
async fn what_is_published_is_withdrawn_from_ones_own_page() {
    let service = spawn_service().await;
    let (reference, id) = service.published_note().await;
    let stranger = service.access("communication@exemple.fr").await;
    assert_eq!(service.get(&format!("{stranger}/retirer/{id}")).await.status, StatusCode::NOT_FOUND);
    let go = [("_decision", "retirer"), ("_mots", "Erreur de service")];
    assert_eq!(service.post(&format!("{stranger}/retirer/{id}"), &go).await.status, StatusCode::NOT_FOUND);

    let link = service.access(CADRE).await;
    let path = format!("{link}/retirer/{id}");
    let page = service.get(&link).await.body;
    assert!(page.contains(&format!("/retirer/{id}")) && page.contains(&reference), "{page}");
    assert_eq!(service.get(&path).await.status, StatusCode::OK);
    for nothing in [vec![], vec![("_decision", "retirer")], vec![("_mots", "x")], vec![("_decision", "suspendre")]] {
        assert_eq!(service.post(&path, &nothing).await.status, StatusCode::UNPROCESSABLE_ENTITY, "{nothing:?}");
    }
    for _ in 0..2 {
        assert_eq!(service.post(&path, &go).await.status, StatusCode::SEE_OTHER);
    }

    let publication = service.app.store.publication(&id).await.unwrap().unwrap();
    assert_eq!(publication.task, Some(Task::Withdraw));
    let page = service.get(&link).await.body;
    assert!(page.contains("en cours de retrait"), "a task that waits is in sight: {page}");
    assert!(matches!(service.publish().await, Did::Stopped(_)));
    assert_eq!(service.app.store.publication(&id).await.unwrap().unwrap().status, Status::Withdrawn);
    assert_eq!(service.actions(&reference).await.last().unwrap(), &(Action::Withdrawn, Some(CADRE.to_owned())));
}

#[tokio::test]
async fn a_publication_that_waits_says_why() {
    let service = spawn_service().await;
    let reference = service.post_note("geriatrie", WRITTEN).await;
    service.deliver_all().await;
    service.post(&service.decision_link(DAY), &[("_decision", "approuver")]).await;
    let id = service.app.store.publications().await.unwrap().remove(0).id;
    let later = service.now() + SignedDuration::from_hours(1);
    service.app.store.report_delayed(&id, "la page d’accueil a une faute", later).await.unwrap();
    service.app.progress.content_at_fault(Some("content/_index.md:3".to_owned()));
    service.app.progress.unpushed(2, Some("le dépôt ne répond pas".to_owned()));

    let page = service.get(&service.access(CADRE).await).await.body;
    for said in [
        reference.as_str(),
        "la page d’accueil a une faute",
        "content/_index.md:3",
        "2 publications",
        "le dépôt ne répond pas",
    ] {
        assert!(page.contains(said), "{said} {page}");
    }
    let stranger = service.get(&service.access("communication@exemple.fr").await).await.body;
    assert!(!stranger.contains("content/_index.md:3") && !stranger.contains(&reference), "{stranger}");
}

#[tokio::test]
async fn the_register_is_read_by_its_keeper_and_by_the_cadre_of_a_space() {
    let service = spawn_service_with(
        "portail: {registre: [registre@exemple.fr], moderateurs: [moderation@exemple.fr]}\n\
         espaces: {geriatrie: {cadre: [cadre@exemple.fr], moderateurs: [jour@exemple.fr]}, accueil: {cadre: [autre@exemple.fr]}}",
    )
    .await;
    for (name, address, space) in
        [("=Anna", "anna@exemple.fr", "geriatrie"), ("Basile", "basile@exemple.fr", "accueil")]
    {
        let link = service.sign(name, address, space).await;
        service.confirm(&link).await;
    }
    service.app.site.replace(changed_portal("chartes/bienveillance.md", |text| text + "\nUne phrase de plus.\n"));

    for (person, names) in
        [("registre@exemple.fr", vec!["Anna", "Basile"]), (CADRE, vec!["Anna"]), ("autre@exemple.fr", vec!["Basile"])]
    {
        let link = service.access(person).await;
        let page = service.get(&link).await.body;
        let csv = service.get(&format!("{link}/registre.csv")).await;
        assert_eq!(csv.status, StatusCode::OK);
        assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
        assert!(csv.header("content-disposition").starts_with("attachment"));
        assert!(page.contains("À faire signer de nouveau"), "{page}");
        for name in ["Anna", "Basile"] {
            assert_eq!(csv.body.contains(name), names.contains(&name), "{person} {name}: {}", csv.body);
            assert_eq!(page.contains(name), names.contains(&name), "{person} {name}: {page}");
        }
        assert!(!csv.body.contains("\"=Anna"), "a name is no formula: {}", csv.body);
    }
    for person in [DAY, PORTAL] {
        let link = service.access(person).await;
        assert!(!service.get(&link).await.body.contains("registre.csv"));
        assert_eq!(service.get(&format!("{link}/registre.csv")).await.status, StatusCode::NOT_FOUND, "{person}");
    }
}

#[tokio::test]
async fn a_role_is_delegated_between_two_days_and_the_trace_says_on_whose_behalf() {
    const ROLE: &str = "geriatrie|cadre";
    let service = spawn_service().await;
    let link = service.access(CADRE).await;
    let ask = |person: &str, first: &str, last: &str, role: &str| {
        let post = [("_role", role), ("_personne", person), ("_premier", first), ("_dernier", last)];
        let post: Vec<(String, String)> = post.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        let (service, link) = (&service, &link);
        async move {
            let post: Vec<_> = post.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
            service.post(&format!("{link}/delegations"), &post).await
        }
    };
    for (person, first, last, role) in [
        ("", "", "", ""),
        (CAMILLE, "2026-11-23", "2026-11-24", ""),
        (CAMILLE, "2026-11-23", "2026-11-24", "geriatrie|moderateurs"),
        (CAMILLE, "2026-11-23", "2026-11-24", "accueil|cadre"),
        (CADRE, "2026-11-23", "2026-11-24", ROLE),
        ("camille", "2026-11-23", "2026-11-24", ROLE),
        (CAMILLE, "demain", "2026-11-24", ROLE),
        (CAMILLE, "2026-11-23", "", ROLE),
        (CAMILLE, "2026-11-24", "2026-11-23", ROLE),
        (CAMILLE, "2026-11-01", "2026-11-21", ROLE),
        (CAMILLE, "2026-11-23", "2028-11-24", ROLE),
        (CAMILLE, "9999-12-31", "9999-12-31", ROLE),
    ] {
        let answer = ask(person, first, last, role).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{person} {first} {last} {role}");
    }
    assert_eq!(service.dump().await["delegations"].len(), 0);

    for _ in 0..2 {
        assert_eq!(ask(CAMILLE, "23/11/2026", "24 novembre 2026", ROLE).await.status, StatusCode::SEE_OTHER);
    }
    let made = service.app.store.delegations_of(&CADRE.parse().unwrap(), service.now()).await.unwrap();
    assert_eq!(made.len(), 1);
    // Midnight in Paris is 23:00 in UTC.
    assert_eq!(made[0].begins_at, "2026-11-22T23:00:00Z".parse().unwrap());
    assert_eq!(made[0].ends_at, "2026-11-24T23:00:00Z".parse().unwrap());
    assert_eq!((made[0].role, made[0].place.slug()), (Role::Supervisor, "geriatrie"));

    let reference = service.post_note("geriatrie", WRITTEN).await;
    service.deliver_all().await;
    service.post("/moderation/", &[("adresse", CAMILLE)]).await;
    service.deliver_all().await;
    assert!(service.links(CAMILLE, "/moderation/espace/").is_empty(), "it has not begun");

    service.app.clock.advance(SignedDuration::from_hours(24));
    let theirs = service.access(CAMILLE).await;
    assert!(service.get(&theirs).await.body.contains("confié à vous par cadre@exemple.fr"));
    let path = format!("{theirs}/envoi/{reference}");
    let version = service.get(&path).await.hidden("_version");
    let refuse = [("_version", version.as_str()), ("_decision", "refuser"), ("_mots", "Trop long")];
    assert_eq!(service.post(&path, &refuse).await.status, StatusCode::SEE_OTHER);
    let id = service.stored_as(&reference).await.id;
    let row = service.app.store.trace(id).await.unwrap().remove(0);
    assert_eq!(row.actor, Some(CAMILLE.parse().unwrap()));
    assert_eq!(row.on_behalf_of, Some(CADRE.parse().unwrap()));
    // What was delegated is not theirs to hand on.
    let post = [("_role", ROLE), ("_personne", DAY), ("_premier", "2026-11-23"), ("_dernier", "2026-11-24")];
    let handed_on = service.post(&format!("{theirs}/delegations"), &post).await;
    assert_eq!(handed_on.status, StatusCode::UNPROCESSABLE_ENTITY);

    // It is ended early, by whoever made it.
    let link = service.access(CADRE).await;
    let end = format!("{link}/delegations/fin");
    assert_eq!(service.post(&end, &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let stranger = service.access(DAY).await;
    service.post(&format!("{stranger}/delegations/fin"), &[("_delegation", &made[0].id)]).await;
    assert_eq!(service.get(&path).await.status, StatusCode::OK, "it is not theirs to end");
    assert_eq!(service.post(&end, &[("_delegation", &made[0].id)]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(service.get(&path).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_role_is_delegated_to_professional_addresses_only_where_they_are_known() {
    let service = spawn_service().await;
    service.app.site.replace(changed_portal("contact.md", |text| text).with_domains(vec!["exemple.fr".to_owned()]));
    let link = service.access(CADRE).await;
    for (person, status) in [("camille@ailleurs.exemple", 422), ("camille@chu.exemple.fr", 303)] {
        let post = [
            ("_role", "geriatrie|cadre"),
            ("_personne", person),
            ("_premier", "2026-11-23"),
            ("_dernier", "2026-11-24"),
        ];
        let answer = service.post(&format!("{link}/delegations"), &post).await;
        assert_eq!(answer.status.as_u16(), status, "{person}");
    }
}

#[tokio::test]
async fn a_daily_summary_is_chosen_and_unchosen() {
    let service = spawn_service().await;
    let day = "JOUR@exemple.fr".parse().unwrap();
    let path = format!("{}/preferences", service.access(DAY).await);
    assert_eq!(service.post(&path, &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    for (word, digest, rows) in
        [("aussitot", false, 0), ("resume", true, 1), ("resume", true, 1), ("aussitot", false, 1)]
    {
        assert_eq!(service.post(&path, &[("_courriels", word)]).await.status, StatusCode::SEE_OTHER);
        assert_eq!(service.app.store.wants_digest(&day).await.unwrap(), digest);
        assert_eq!(service.dump().await["preferences"].len(), rows);
    }
}

#[tokio::test]
async fn a_warning_is_mailed_with_its_reason_and_its_end_and_changes_nothing_else() {
    let service = spawn_service().await;
    service.check_nothing();
    let reference = service.confirmed_sign_up().await;
    let link = service.access(DAY).await;
    let path = format!("{link}/envoi/{reference}/sanction");
    let post = |kind, words, last| [("_sanction", kind), ("_mots", words), ("_dernier", last)];
    for (kind, words, last) in [
        ("", "", ""),
        ("avertir", "", "31/12/2026"),
        ("avertir", "Restons courtois", ""),
        ("avertir", "Restons courtois", "21/11/2026"),
        ("avertir", "Restons courtois", "2030-01-01"),
        ("", "Restons courtois", "31/12/2026"),
    ] {
        let answer = service.post(&path, &post(kind, words, last)).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{kind} {words} {last}");
    }
    assert_eq!(service.dump().await["sanctions"].len(), 0);

    let clicks = (0..5).map(|_| {
        service.post(&path, &[("_sanction", "avertir"), ("_mots", "Restons courtois"), ("_dernier", "31/12/2026")])
    });
    let answers = futures_util::future::join_all(clicks).await;
    assert!(answers.iter().all(|answer| answer.status == StatusCode::SEE_OTHER));

    let mails = service.mails_to(CAMILLE).await;
    let warned: Vec<_> = mails.iter().filter(|mail| mail.text.contains("Restons courtois")).collect();
    assert_eq!(warned.len(), 1);
    assert!(warned[0].text.contains("31 décembre 2026 inclus"), "{}", warned[0].text);
    assert!(
        service.get(&format!("{link}/envoi/{reference}")).await.body.contains("Avertissement, jusqu’au 31 décembre")
    );
    assert_eq!(service.actions(&reference).await, [(Action::Warned, Some(DAY.to_owned()))]);
    let free = service.fill_in("post-it", &[("espace", "accueil"), ("message", "x"), ("courriel", CAMILLE)]).await;
    assert_eq!(service.state(&free).await, State::Received);
}

#[tokio::test]
async fn whoever_is_excluded_has_their_posts_wait_until_the_end_or_until_let_in_again() {
    let service = spawn_service().await;
    service.check_nothing();
    let reference = service.confirmed_sign_up().await;
    let link = service.access(DAY).await;
    let exclude = [("_sanction", "exclure"), ("_mots", "Propos blessants"), ("_dernier", "31/12/2026")];
    let answer = service.post(&format!("{link}/envoi/{reference}/sanction"), &exclude).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let told = service.mails_to(CAMILLE).await.pop().unwrap();
    assert!(told.text.contains("Propos blessants") && told.text.contains("31 décembre 2026 inclus"), "{}", told.text);
    let before = service.mails.sent().len();

    // A form whose address is not checked: at once, however the address is written.
    let post = [("espace", "accueil"), ("message", "x"), ("courriel", "Camille@Exemple.fr")];
    let at_intake = service.fill_in("post-it", &post).await;
    assert_eq!(service.stored_as(&at_intake).await.suspicion, Some(Suspicion::Excluded));
    service.deliver_all().await;
    assert_eq!(service.mails.sent().len(), before, "nobody is mailed");
    // A form whose address is checked: once it is.
    let at_confirmation = service.confirmed_sign_up().await;
    let stored = service.stored_as(&at_confirmation).await;
    assert_eq!((stored.state, stored.suspicion), (State::Quarantine, Some(Suspicion::Excluded)));
    let again = link_to_confirm(&service).await;
    assert!(service.post(&again, &[("_oui", "oui")]).await.body.contains("déjà confirmée"));
    // Not to confirm is no way round it.
    let forwarded = service.propose().await;
    service.app.clock.advance(CONFIRM_WITHIN);
    assert_eq!(service.act().await, Some(Acted::SetApart));
    assert_eq!(service.state(&forwarded).await, State::Quarantine);
    for other in ["", "basile@exemple.fr"] {
        let free = service.fill_in("post-it", &[("espace", "accueil"), ("message", "x"), ("courriel", other)]).await;
        assert_eq!(service.state(&free).await, State::Received);
    }
    // Whoever is excluded may still accept the rules.
    let charter = service.sign("Camille", CAMILLE, "").await;
    service.confirm(&charter).await;
    assert_eq!(service.verify().await.unwrap().rows, 1);

    // What was confirmed before it was set apart is not to be confirmed again.
    let link = service.access(DAY).await;
    let free = format!("{link}/envoi/{at_confirmation}/quarantaine");
    service.post(&free, &[("_decision", "liberer")]).await;
    assert_eq!(service.state(&at_confirmation).await, State::Received);

    let id = service.app.store.exclusions(service.now()).await.unwrap().remove(0).id.to_string();
    let lift = format!("{link}/exclusions");
    assert!(service.get(&link).await.body.contains("Propos blessants"));
    assert_eq!(service.post(&lift, &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let stranger = service.access("communication@exemple.fr").await;
    service.post(&format!("{stranger}/exclusions"), &[("_exclusion", &id)]).await;
    assert!(service.app.store.is_excluded(&CAMILLE.parse().unwrap(), service.now()).await.unwrap());
    assert_eq!(service.post(&lift, &[("_exclusion", &id)]).await.status, StatusCode::SEE_OTHER);
    let free = service.fill_in("post-it", &[("espace", "accueil"), ("message", "y"), ("courriel", CAMILLE)]).await;
    assert_eq!(service.state(&free).await, State::Received);
    let actions: Vec<_> = service.actions(&reference).await.into_iter().map(|(action, _)| action).collect();
    assert_eq!(actions, [Action::Excluded, Action::Readmitted]);

    // Another exclusion of the same submission ends by itself, and is mailed too.
    let link = service.access(DAY).await;
    service.post(&format!("{link}/envoi/{reference}/sanction"), &exclude).await;
    let mails = service.mails_to(CAMILLE).await;
    assert_eq!(mails.iter().filter(|mail| mail.text.contains("Propos blessants")).count(), 2);
    service.app.clock.advance(SignedDuration::from_hours(24 * 40));
    assert!(!service.app.store.is_excluded(&CAMILLE.parse().unwrap(), service.now()).await.unwrap());
}

async fn link_to_confirm(service: &Service) -> String {
    let mails = service.mails_to(CAMILLE).await;
    link(mails.iter().rfind(|mail| mail.text.contains("/suivi/confirmer/")).unwrap(), "/suivi/confirmer/")
}

#[tokio::test]
async fn an_address_that_nobody_confirmed_is_neither_warned_nor_excluded() {
    let service = spawn_service().await;
    service.check_nothing();
    let reference =
        service.fill_in("post-it", &[("espace", "geriatrie"), ("message", "x"), ("courriel", CAMILLE)]).await;
    let link = service.access(DAY).await;
    assert!(!service.get(&format!("{link}/envoi/{reference}")).await.body.contains("_sanction"));
    let exclude = [("_sanction", "exclure"), ("_mots", "x"), ("_dernier", "31/12/2026")];
    let answer = service.post(&format!("{link}/envoi/{reference}/sanction"), &exclude).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert_eq!(service.dump().await["sanctions"].len(), 0);
}

#[tokio::test]
async fn a_sanction_outlives_its_submission_until_its_end_and_no_longer() {
    let service = spawn_service().await;
    let reference = service.confirmed_sign_up().await;
    let link = service.access(DAY).await;
    for kind in ["avertir", "exclure"] {
        let post = [("_sanction", kind), ("_mots", "x"), ("_dernier", "31/12/2026")];
        service.post(&format!("{link}/envoi/{reference}/sanction"), &post).await;
    }
    service.deliver_all().await;
    let id = service.stored_as(&reference).await.id;
    service.app.store.erase_submissions(&[id]).await.unwrap();
    assert!(service.app.store.is_excluded(&CAMILLE.parse().unwrap(), service.now()).await.unwrap());
    let traces = service.app.store.traces_of(&CAMILLE.parse().unwrap()).await.unwrap();
    assert_eq!((traces.warnings, traces.exclusions), (1, 1));
    service.app.store.erase_at_the_desk(&CAMILLE.parse().unwrap(), false).await.unwrap();
    assert_eq!(service.dump().await["sanctions"].len(), 1, "an exclusion protects others");

    let zone = jiff::tz::TimeZone::UTC;
    forms_service::purge::purge(&service.app.store, &zone, service.now(), false).await.unwrap();
    assert_eq!(service.dump().await["sanctions"].len(), 1);
    let ways = async || service.dump().await["outbox"].iter().filter(|row| row.contains("access")).count();
    assert!(ways().await > 0);
    service.app.clock.advance(SignedDuration::from_hours(24 * 45));
    forms_service::purge::purge(&service.app.store, &zone, service.now(), false).await.unwrap();
    assert_eq!(service.dump().await["sanctions"].len(), 0);
    assert_eq!(ways().await, 0, "the mails with the way to the page go too");
}

/// Where the hospital's sign-on is asked for, a link alone does nothing.
#[tokio::test]
async fn each_action_asks_for_the_identity_that_a_trusted_proxy_says() {
    let service = spawn_service().await;
    let (reference, id) = service.published_note().await;
    let (open, apart) = (service.post_note("geriatrie", WRITTEN).await, service.trap("geriatrie").await);
    let signed = service.confirmed_sign_up().await;
    let link = service.access(DAY).await;
    let app = Arc::new(App {
        site: service.app.site.clone(),
        store: service.app.store.clone(),
        key: service.app.key.clone(),
        clock: service.app.clock.clone(),
        wake: service.app.wake.clone(),
        fallback: service.app.fallback.clone(),
        guard: Guard::default(),
        demonstration: Some(8080),
        proxies: TrustedProxies::default(),
        limits: Limits::new(Quota::default()),
        metrics: Metrics::default(),
        progress: service.app.progress.clone(),
        publish: service.app.publish.clone(),
        identity_header: Some(HeaderName::from_static("x-identite")),
    });
    let router = router(app, axum::Router::new());
    let before = service.dump().await;
    let acts: [(String, Vec<(&str, &str)>); 8] = [
        (format!("{link}/envoi/{open}"), vec![("_version", "1"), ("_decision", "approuver")]),
        (format!("{link}/envoi/{apart}/quarantaine"), vec![("_decision", "liberer")]),
        (
            format!("{link}/envoi/{signed}/sanction"),
            vec![("_sanction", "exclure"), ("_mots", "x"), ("_dernier", "2026-12-31")],
        ),
        (format!("{link}/retirer/{id}"), vec![("_decision", "retirer"), ("_mots", "x")]),
        (format!("{link}/quarantaine"), vec![("_envoi", &apart)]),
        (
            format!("{link}/delegations"),
            vec![
                ("_role", "geriatrie|moderateurs"),
                ("_personne", CAMILLE),
                ("_premier", "2026-11-23"),
                ("_dernier", "2026-11-24"),
            ],
        ),
        (format!("{link}/preferences"), vec![("_courriels", "resume")]),
        (format!("{link}/exclusions"), vec![("_exclusion", &reference)]),
    ];
    for (path, post) in &acts {
        for identity in [None, Some(NIGHT)] {
            let mut headers = vec![("sec-fetch-site", "same-origin")];
            headers.extend(identity.map(|person| ("x-identite", person)));
            let mut request = post_request(path, &headers, &encode(post));
            request
                .extensions_mut()
                .insert(axum::extract::ConnectInfo::<std::net::SocketAddr>("127.0.0.1:5".parse().unwrap()));
            let answer = router.clone().oneshot(request).await.unwrap();
            assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{path} {identity:?}");
        }
    }
    assert_eq!(service.dump().await, before);
    for (path, post) in &acts {
        let answer = service.post(path, post).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "the same posts act where it is not asked for: {path}");
    }
}

/// A mail scanner that opens every link it meets, asks for its head, and posts every form of every
/// page as it stands.
#[tokio::test]
async fn a_robot_that_opens_every_link_and_posts_every_form_changes_not_one_row() {
    let service = spawn_service().await;
    service.check_nothing();
    service.published_note().await;
    service.post_note("geriatrie", WRITTEN).await;
    service.trap("geriatrie").await;
    service.propose().await;
    let excluded = service.confirmed_sign_up().await;
    let asked =
        service.fill_in("post-it", &[("espace", "geriatrie"), ("message", WRITTEN), ("courriel", CAMILLE)]).await;
    let cadre = service.access(CADRE).await;
    let exclude = [("_sanction", "exclure"), ("_mots", "x"), ("_dernier", "2026-12-31")];
    let made = service.post(&format!("{cadre}/envoi/{excluded}/sanction"), &exclude).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER);
    let delegation =
        [("_role", "geriatrie|cadre"), ("_personne", NIGHT), ("_premier", "2026-11-22"), ("_dernier", "2026-11-30")];
    assert_eq!(service.post(&format!("{cadre}/delegations"), &delegation).await.status, StatusCode::SEE_OTHER);
    let question = [("_version", "1"), ("_decision", "demander"), ("_mots", "Pour quel jour ?")];
    assert_eq!(service.post(&format!("{cadre}/envoi/{asked}"), &question).await.status, StatusCode::SEE_OTHER);
    service.post(&format!("{cadre}/preferences"), &[("_courriels", "resume")]).await;
    for person in [DAY, NIGHT, PORTAL, CADRE] {
        service.access(person).await;
    }
    let before = service.dump().await;

    let crawled = Crawl::default().run(&service).await;

    assert_eq!(service.dump().await, before);
    for (what, least) in
        [("/moderation/espace/", 30), ("/moderation/decider/", 4), ("/moderation/retirer/", 1), ("/suivi/", 3)]
    {
        let opened = crawled.opened.iter().filter(|path| path.contains(what)).count();
        assert!(opened >= least, "{what}: {opened} of {:?}", crawled.opened);
    }
    for form in [
        "/quarantaine",
        "/sanction",
        "/delegations",
        "/delegations/fin",
        "/preferences",
        "/exclusions",
        "/moderation/retirer/",
        "/retirer/",
        "/moderation/decider/",
        "/envoi/",
        "/suivi/confirmer/",
        "/suivi/completer/",
        "/formulaires/post-it/",
    ] {
        assert!(crawled.posted.iter().any(|path| path.contains(form)), "{form}: {:?}", crawled.posted);
    }
}

/// What a robot met.
#[derive(Default)]
struct Crawl {
    opened: BTreeSet<String>,
    posted: BTreeSet<String>,
}

impl Crawl {
    async fn run(mut self, service: &Service) -> Self {
        let mut ahead: VecDeque<String> = VecDeque::from(["/".to_owned(), "/moderation/".to_owned()]);
        for mail in service.mails.sent() {
            ahead.extend(addresses(&mail.text));
            ahead.extend(addresses(&mail.html));
        }
        while let Some(path) = ahead.pop_front() {
            if !self.opened.insert(path.clone()) {
                continue;
            }
            // Pages, and nothing that they are drawn with.
            let name = path.split('?').next().unwrap_or_default().rsplit('/').next().unwrap_or_default();
            if name.contains('.') && name != "registre.csv" {
                continue;
            }
            let page = service.get(&path).await;
            let head = Request::head(&path).header("host", "127.0.0.1:8080").body(Body::empty()).unwrap();
            assert_eq!(service.send(head).await.status, page.status, "{path}");
            ahead.extend(self.met(service, &path, &page).await);
        }
        self
    }

    /// Posts every form of a page, and gives the addresses that it leads to.
    async fn met(&mut self, service: &Service, path: &str, page: &Answer) -> Vec<String> {
        if !page.header("content-type").starts_with("text/html") {
            return Vec::new();
        }
        let mut found = addresses(&page.body);
        for form in page.body.split("<form ").skip(1).filter_map(|rest| rest.split("</form>").next()) {
            let (tag, body) = form.split_once('>').unwrap();
            let action = attribute(tag, "action").unwrap_or(path.to_owned());
            let pairs = defaults(body);
            let pairs: Vec<_> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            if attribute(tag, "method").is_some_and(|method| method.eq_ignore_ascii_case("post")) {
                let answer = service.post(&action, &pairs).await;
                assert!(!answer.status.is_server_error(), "{action}: {}", answer.body);
                self.posted.insert(action);
                found.extend(addresses(&answer.body));
            } else {
                found.push(format!("{action}?{}", encode(&pairs)));
            }
        }
        found
    }
}

/// Every address of this portal in a text.
fn addresses(text: &str) -> Vec<String> {
    let text = text.replace("https://portail.exemple.fr/", " \"/");
    let ours = text.split(['"', ' ', '\n', '<', '>']).filter(|word| word.starts_with('/') && !word.starts_with("//"));
    ours.map(|word| word.split('#').next().unwrap().trim_end_matches(['.', ',']).replace("&amp;", "&"))
        .filter(|path| path.parse::<axum::http::Uri>().is_ok())
        .collect()
}

/// What a browser sends of a form that nobody touched.
fn defaults(form: &str) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    for tag in form.split("<input ").skip(1).filter_map(|rest| rest.split('>').next()) {
        let kind = attribute(tag, "type").unwrap_or_default();
        if !matches!(kind.as_str(), "checkbox" | "radio") || tag.split_whitespace().any(|word| word == "checked") {
            pairs.extend(attribute(tag, "name").map(|name| (name, attribute(tag, "value").unwrap_or_default())));
        }
    }
    for rest in form.split("<textarea ").skip(1) {
        let (tag, rest) = rest.split_once('>').unwrap();
        let text = rest.split("</textarea>").next().unwrap().trim_start_matches('\n');
        pairs.extend(attribute(tag, "name").map(|name| (name, unescaped(text))));
    }
    for rest in form.split("<select ").skip(1) {
        let (tag, rest) = rest.split_once('>').unwrap();
        let rest = rest.split("</select>").next().unwrap();
        let options: Vec<&str> = rest.split("<option ").skip(1).filter_map(|option| option.split('>').next()).collect();
        let chosen = options.iter().find(|option| option.contains(" selected")).or(options.first());
        let value = chosen.and_then(|option| attribute(option, "value")).unwrap_or_default();
        pairs.extend(attribute(tag, "name").map(|name| (name, value)));
    }
    // The one button of a form says nothing here: none of ours has a name, but the check page's.
    pairs
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let start = format!("{name}=\"");
    let at = tag.match_indices(&start).find(|(at, _)| *at == 0 || tag[..*at].ends_with([' ', '\n']))?.0;
    tag[at + start.len()..].split('"').next().map(unescaped)
}

fn unescaped(text: &str) -> String {
    text.replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&#x27;", "'")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}
