//! What was sent, answers included, read page by page for whoever asked for a copy.

use generator::form::ValidSubmission;
use jiff::Timestamp;

use super::submissions::{AddressState, State, read_flags, read_reference};
use super::{Row, Store, query, unreadable};
use crate::reference::Reference;

/// How many submissions are read at a time.
const PAGE: i64 = 500;

/// One submission with its answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exported {
    /// Its reference.
    pub reference: Reference,
    /// Where it stands.
    pub state: State,
    /// When it was received.
    pub received_at: Timestamp,
    /// What is known of the sender's address.
    pub address_state: AddressState,
    /// Whether something in it looks like health data.
    pub flagged: bool,
    /// The answers.
    pub submission: ValidSubmission,
}

/// Which submissions are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Of that form only.
    pub form_id: Option<String>,
    /// Received from then on.
    pub since: Option<Timestamp>,
}

/// From where a page is read on.
#[derive(Clone, Debug, Default)]
pub struct Cursor(String);

impl Store {
    /// The next submissions after `cursor`, the oldest first; none when all were read.
    ///
    /// # Errors
    /// Fails when the database does, or when a row cannot be read.
    pub async fn export(&self, wanted: &Wanted, cursor: &mut Cursor) -> anyhow::Result<Vec<Exported>> {
        let rows = query(
            "SELECT id, reference, state, received_at, address_state, flags, answers FROM submissions \
             WHERE id > $1 AND ($2 = '' OR form_id = $2) AND received_at >= $3 ORDER BY id LIMIT $4",
        )
        .bind(&cursor.0)
        .bind(wanted.form_id.as_deref().unwrap_or_default())
        .bind(wanted.since.unwrap_or(Timestamp::UNIX_EPOCH))
        .bind(PAGE)
        .read(&self.database)
        .await?;
        if let Some(last) = rows.last() {
            cursor.0 = last.text("id")?;
        }
        rows.iter().map(exported).collect()
    }
}

fn exported(row: &Row) -> anyhow::Result<Exported> {
    Ok(Exported {
        reference: read_reference(row)?,
        state: State::parse(&row.text("state")?)?,
        received_at: row.moment("received_at")?,
        address_state: AddressState::parse(&row.text("address_state")?)?,
        flagged: !read_flags(row)?.is_empty(),
        submission: serde_json::from_str(&row.text("answers")?).map_err(|_| unreadable("submissions.answers", "…"))?,
    })
}
