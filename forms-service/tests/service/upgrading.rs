//! A database from before: what a migration does to the rows that are there.

use std::path::Path;

use forms_service::store::Store;
use jiff::Timestamp;
use sqlx::migrate::Migrator;

use crate::support::{copy, new_database};

/// The tables as they were before `first`, with rows that `sql` puts in; then as they are now. Gives
/// what `question` answers.
async fn upgraded(first: &str, sql: &'static str, question: &'static str) -> Vec<(String, Option<i64>)> {
    let (folder, location) = new_database().await;
    let dialect = if location.postgres.is_some() { "postgres" } else { "sqlite" };
    let earlier = folder.path().join("migrations");
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(dialect), &earlier);
    for entry in std::fs::read_dir(&earlier).unwrap().map(Result::unwrap) {
        if *entry.file_name() >= *first {
            std::fs::remove_file(entry.path()).unwrap();
        }
    }
    let earlier = Migrator::new(earlier).await.unwrap();
    match &location.postgres {
        None => {
            let path = format!("sqlite:{}?mode=rwc", folder.path().join("portail.sqlite").display());
            let pool = sqlx::SqlitePool::connect(&path).await.unwrap();
            earlier.run(&pool).await.unwrap();
            sqlx::raw_sql(sql).execute(&pool).await.unwrap();
            Store::open(&location).await.unwrap().close().await;
            sqlx::query_as(question).fetch_all(&pool).await.unwrap()
        }
        Some(url) => {
            let pool = sqlx::PgPool::connect(url.reveal()).await.unwrap();
            earlier.run(&pool).await.unwrap();
            sqlx::raw_sql(sql).execute(&pool).await.unwrap();
            Store::open(&location).await.unwrap().close().await;
            sqlx::query_as(question).fetch_all(&pool).await.unwrap()
        }
    }
}

#[tokio::test]
async fn what_waits_for_somebody_counts_its_days_from_the_migration_on() {
    let before = Timestamp::now().as_millisecond() - 1000;
    let found = upgraded(
        "0006",
        "INSERT INTO definitions (form_id, digest, yaml, kept_at) VALUES ('post-it', 'd', '', 0); \
         INSERT INTO submissions (id, reference, form_id, definition_digest, answers, state, received_at, key_id, \
         content_digest, steps) VALUES \
         ('a', 'A', 'post-it', 'd', '', 'received', 0, 'a', 'a', '[[\"geriatrie\",\"moderateurs\"]]'), \
         ('b', 'B', 'post-it', 'd', '', 'asked', 0, 'b', 'b', '[[\"geriatrie\",\"moderateurs\"]]'), \
         ('c', 'C', 'post-it', 'd', '', 'received', 0, 'c', 'c', '[]'), \
         ('d', 'D', 'post-it', 'd', '', 'refused', 0, 'd', 'd', '[[\"geriatrie\",\"moderateurs\"]]')",
        "SELECT id, waits_since FROM submissions ORDER BY id",
    )
    .await;
    let after = Timestamp::now().as_millisecond();
    for (id, since) in found {
        match id.as_str() {
            "a" | "b" => assert!(since.is_some_and(|since| (before..=after).contains(&since)), "{id}: {since:?}"),
            _ => assert_eq!(since, None, "{id}"),
        }
    }
}

#[tokio::test]
async fn as_what_somebody_withdrew_a_page_is_taken_from_the_trace_that_is_still_kept() {
    let found = upgraded(
        "0007",
        "INSERT INTO definitions (form_id, digest, yaml, kept_at) VALUES ('post-it', 'd', '', 0); \
         INSERT INTO submissions (id, reference, form_id, definition_digest, answers, state, received_at, key_id, \
         content_digest) VALUES ('s', 'S', 'post-it', 'd', '', 'withdrawn', 0, 's', 's'); \
         INSERT INTO trace (id, submission_id, done_at, version, step, action, role) VALUES \
         ('1', 's', 1, 1, 0, 'approved', 'moderateurs'), ('2', 's', 2, 1, 0, 'suspended', 'moderateurs'), \
         ('3', 's', 3, 1, 0, 'withdrawn', 'cadre'); \
         INSERT INTO publications (id, submission_id, reference, form_id, kind, path, state, reason, queued_at, \
         next_attempt_at) VALUES ('cadre', 's', 'S', 'post-it', 'post-it', 'a', 'withdrawn', 'x', 0, 0), \
         ('inconnu', NULL, 'T', 'post-it', 'post-it', 'b', 'withdrawn', 'x', 0, 0), \
         ('auteur', NULL, 'U', 'post-it', 'post-it', 'c', 'withdrawn', 'effacement', 0, 0), \
         ('en-ligne', 's', 'V', 'post-it', 'post-it', 'd', 'published', NULL, 0, 0)",
        "SELECT coalesce(id || ': ' || stopped_by, id), 0 + queued_at FROM publications ORDER BY id",
    )
    .await;
    let found: Vec<&str> = found.iter().map(|(said, _)| said.as_str()).collect();
    assert_eq!(found, ["auteur: auteur", "cadre: cadre", "en-ligne", "inconnu"]);
}
