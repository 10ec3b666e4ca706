//! What was acknowledged, beside what the database holds in the end.

use std::collections::BTreeMap;
use std::path::Path;

use generator::form::{AnswerValue, ValidSubmission};
use sqlx::Row;

/// A post-it that was answered for.
pub struct Acknowledged {
    pub message: String,
    pub reference: String,
    /// How often it was sent without an answer.
    pub unanswered: usize,
}

/// What the database holds in the end.
pub struct Rows {
    /// References by message.
    pub submissions: BTreeMap<String, Vec<String>>,
    pub mails: Vec<Mail>,
}

pub struct Mail {
    pub message_id: String,
    pub state: String,
    pub failures: i64,
}

pub fn read_rows(database: &Path) -> Rows {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let pool = sqlx::SqlitePool::connect(&format!("sqlite:{}", database.display())).await.unwrap();
        let sound: String = sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&pool).await.unwrap();
        assert_eq!(sound, "ok");
        let mut submissions: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for row in sqlx::query("SELECT reference, answers FROM submissions").fetch_all(&pool).await.unwrap() {
            let answers: ValidSubmission = serde_json::from_str(&row.get::<String, _>("answers")).unwrap();
            let AnswerValue::Text(message) = &answers.answer("message").unwrap().value else { panic!("no text") };
            submissions.entry(message.clone()).or_default().push(row.get("reference"));
        }
        let mails = sqlx::query("SELECT id, state, failures FROM outbox").fetch_all(&pool).await.unwrap();
        let mails = mails.iter().map(|row| Mail {
            message_id: format!("<{}@exemple.fr>", row.get::<String, _>("id")),
            state: row.get("state"),
            failures: row.get("failures"),
        });
        Rows { submissions, mails: mails.collect() }
    })
}

/// Each acknowledged submission is there once, under the reference that was given, and there is
/// nothing else.
pub fn check_submissions(acknowledged: &[Acknowledged], rows: &Rows) {
    let lost: Vec<_> = acknowledged.iter().filter(|one| !rows.submissions.contains_key(&one.message)).collect();
    assert!(lost.is_empty(), "{} acknowledged submissions are lost", lost.len());
    for Acknowledged { message, reference, .. } in acknowledged {
        assert_eq!(rows.submissions[message], std::slice::from_ref(reference), "{message}");
    }
    assert_eq!(rows.submissions.len(), acknowledged.len());
}
