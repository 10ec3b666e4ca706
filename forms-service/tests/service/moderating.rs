//! The page of what waits for one person: who reaches it, what it shows, what it lets them do.

mod arranging;
mod clearing;
mod entering;
mod reading;
mod robot;
mod sanctioning;

use std::collections::BTreeMap;

use axum::http::StatusCode;
use forms_service::publish::publisher::Did;
use forms_service::store::trace::Action;
use jiff::SignedDuration;
use sqlx::Row;

use crate::confirming::link;
use crate::support::{Service, changed_portal};

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
    pub async fn dump(&self) -> BTreeMap<String, Vec<String>> {
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
