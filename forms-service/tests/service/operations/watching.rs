//! What a machine that watches reads: health, metrics, log lines.

use std::io;
use std::sync::{Arc, Mutex};

use axum::http::StatusCode;
use forms_service::config::LogFormat;
use forms_service::logs;
use forms_service::store::Location;
use tracing_subscriber::EnvFilter;

use crate::support::{new_database, spawn_at, spawn_service};

#[tokio::test]
async fn a_disk_without_room_is_not_ready_and_says_what_it_knows() {
    let (folder, location) = new_database().await;
    let service = spawn_at(folder, Location { free_space_floor: u64::MAX, ..location }).await;

    let answer = service.get("/sante").await;

    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    let report: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!((&report["live"], &report["ready"]), (&true.into(), &false.into()));
    assert_eq!((&report["database"], &report["room"]), (&true.into(), &false.into()));
    assert_eq!(report["submissions"]["received"], 0);
    assert!(service.metrics().await.contains("\nportail_ready 0\n"));
}

#[tokio::test]
async fn metrics_count_what_comes_in_and_what_leaves() {
    let service = spawn_service().await;
    service.post_note("geriatrie", "Tournesol").await;
    let key = service.key("post-it").await;
    let twice = [("_cle", key.as_str()), ("espace", "accueil"), ("message", "Tournesol")];
    for _ in 0..2 {
        service.post("/formulaires/post-it/", &twice).await.reference();
    }
    service.get("/tournesol?tournesol").await;
    service.app.clock.advance(jiff::SignedDuration::from_secs(90));
    service.deliver().await;

    let text = service.metrics().await;

    for line in [
        "portail_ready 1",
        "portail_submissions{state=\"received\"} 2",
        "portail_submissions{state=\"quarantine\"} 0",
        "portail_mails{state=\"sent\",kind=\"submission\"} 1",
        "portail_mails{state=\"waiting\",kind=\"submission\"} 2",
        "portail_mails_refused 0",
        "portail_submissions_accepted_total 2",
        "portail_submissions_repeated_total 1",
        "portail_submissions_not_stored_total 0",
        "portail_http_responses_total{class=\"3xx\"} 3",
        "portail_http_responses_total{class=\"4xx\"} 1",
        "portail_http_responses_total{class=\"5xx\"} 0",
    ] {
        assert!(text.lines().any(|found| found == line), "{line}: {text}");
    }
    let age = text.lines().find_map(|line| line.strip_prefix("portail_oldest_waiting_mail_age_seconds ")).unwrap();
    assert!(age.parse::<u64>().unwrap() >= 90, "{age}");
    assert!(text.contains("portail_free_bytes ") && text.contains("portail_build_info{version="), "{text}");
    assert!(!text.to_lowercase().contains("tournesol"), "no word of a visitor is a label");
}

#[tokio::test]
async fn metrics_do_without_a_database_and_say_so() {
    let service = spawn_service().await;
    service.app.store.close().await;

    let text = service.metrics().await;

    assert!(text.contains("\nportail_ready 0\n") && text.contains("portail_http_responses_total"), "{text}");
    assert!(!text.contains("portail_mails"), "{text}");
}

#[tokio::test]
async fn the_portal_itself_shows_no_metrics() {
    let service = spawn_service().await;
    assert_eq!(service.get("/metrics").await.status, StatusCode::NOT_FOUND);
}

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_log_line_is_one_object_with_its_identifiers() {
    let lines = Lines::default();
    let writer = lines.clone();
    let log = logs::subscriber(LogFormat::Json, EnvFilter::new("info"), false, move || writer.clone());

    tracing::subscriber::with_default(log, || {
        tracing::info!(submission.id = "019ab000", "stored submission {}", "019ab000");
    });

    let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    let line: serde_json::Value = serde_json::from_str(text.strip_suffix('\n').unwrap()).unwrap();
    assert_eq!(line["submission.id"], "019ab000");
    assert_eq!((&line["level"], &line["message"]), (&"INFO".into(), &"stored submission 019ab000".into()));
}
