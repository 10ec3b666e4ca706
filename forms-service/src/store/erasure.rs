//! What is kept of one person: found by an address, and erased when they ask for it.

use anyhow::Context;
use jiff::Timestamp;
use lettre::Address;

use super::retention::{Forgotten, forget};
use super::submissions::{State, read_reference};
use super::{Row, Store, query, unreadable};
use crate::id::SubmissionId;
use crate::reference::Reference;
use crate::role::Holder;

/// How many submissions are read at a time.
const PAGE: i64 = 500;

/// How a submission concerns somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// They sent it.
    Sender,
    /// An answer holds their address.
    Named,
    /// It was asked for by its reference.
    Reference,
}

/// A submission that concerns somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Concerned {
    /// Its id.
    pub id: SubmissionId,
    /// Its reference.
    pub reference: Reference,
    /// The form.
    pub form_id: String,
    /// Where it stands.
    pub state: State,
    /// When it was received.
    pub received_at: Timestamp,
    /// How.
    pub why: Why,
}

/// Everything that is kept of an address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Traces {
    /// What they sent, or what names them.
    pub submissions: Vec<Concerned>,
    /// Mails about the submissions of others, that went to them.
    pub mails_sent: u64,
    /// The same, that did not leave: somebody has yet to receive them.
    pub mails_pending: u64,
    /// The roles they hold.
    pub roles: Vec<Holder>,
    /// Whether they chose how to be mailed.
    pub preference: bool,
    /// How often they were warned.
    pub warnings: u64,
    /// How often they were excluded: kept until the end of the exclusion.
    pub exclusions: u64,
    /// Roles that they handed over, or were handed.
    pub delegations: u64,
}

impl Store {
    /// Looks for an address, in whatever case it is written.
    ///
    /// # Errors
    /// Fails when the database does.
    pub async fn traces_of(&self, address: &Address) -> anyhow::Result<Traces> {
        let wanted = address.to_string().to_lowercase();
        let submissions = self.concerned_by(&wanted).await?;
        let mut traces = Traces { roles: self.holders().await?, submissions, ..Traces::default() };
        traces.roles.retain(|holder| holder.address.to_string().to_lowercase() == wanted);
        self.count_at_the_desk(&wanted, &mut traces).await?;
        let rows = query(
            "SELECT submission_id, recipient, CAST(CASE WHEN state IN ('sent', 'moot') THEN 1 ELSE 0 END AS BIGINT) AS sent, count(*) AS n \
             FROM outbox GROUP BY submission_id, recipient, sent",
        )
        .read(&self.database)
        .await?;
        for row in rows {
            let about: Option<SubmissionId> =
                row.optional_text("submission_id")?.map(|_| row.parse("submission_id")).transpose()?;
            let is_theirs = traces.submissions.iter().any(|one| Some(one.id) == about);
            if !is_theirs && row.text("recipient")?.to_lowercase() == wanted {
                let sort = if row.truth("sent")? { &mut traces.mails_sent } else { &mut traces.mails_pending };
                *sort += row.count("n")?;
            }
        }
        Ok(traces)
    }

    async fn count_at_the_desk(&self, wanted: &str, traces: &mut Traces) -> anyhow::Result<()> {
        let count = async |sql| {
            let row = query(sql).bind(wanted).read_one(&self.database).await?;
            row.map_or(Ok(0), |row| row.count("n"))
        };
        traces.preference = count("SELECT count(*) AS n FROM preferences WHERE address = $1").await? > 0;
        traces.warnings = count("SELECT count(*) AS n FROM sanctions WHERE address = $1 AND kind = 'warn'").await?;
        traces.exclusions =
            count("SELECT count(*) AS n FROM sanctions WHERE address = $1 AND kind = 'exclude'").await?;
        traces.delegations =
            count("SELECT count(*) AS n FROM delegations WHERE lower(holder) = $1 OR lower(delegate) = $1").await?;
        Ok(())
    }

    /// Erases what is kept of somebody at the desk: how they like to be mailed, that they were
    /// warned and, `with_roles`, what they handed over or were handed. An exclusion stays until its
    /// end: it protects others, and would end by this.
    ///
    /// # Errors
    /// Fails when the database does; then nothing is erased.
    pub async fn erase_at_the_desk(&self, address: &Address, with_roles: bool) -> anyhow::Result<()> {
        let wanted = address.to_string().to_lowercase();
        let mut tx = self.database.begin().await?;
        query("DELETE FROM preferences WHERE address = $1").bind(&wanted).run(&mut tx).await?;
        query("DELETE FROM sanctions WHERE address = $1 AND kind = 'warn'").bind(&wanted).run(&mut tx).await?;
        if with_roles {
            query("DELETE FROM delegations WHERE lower(holder) = $1 OR lower(delegate) = $1")
                .bind(&wanted)
                .run(&mut tx)
                .await?;
        }
        tx.commit().await
    }

    async fn concerned_by(&self, wanted: &str) -> anyhow::Result<Vec<Concerned>> {
        let mut found = Vec::new();
        let mut after = String::new();
        loop {
            let rows = query(
                "SELECT id, reference, form_id, state, received_at, sender, answers FROM submissions \
                 WHERE id > $1 ORDER BY id LIMIT $2",
            )
            .bind(&after)
            .bind(PAGE)
            .read(&self.database)
            .await?;
            let Some(last) = rows.last() else { return Ok(found) };
            after = last.text("id")?;
            for row in &rows {
                if let Some(why) = why(row, wanted)? {
                    found.push(concerned(row, why)?);
                }
            }
        }
    }

    /// The one submission of a reference.
    ///
    /// # Errors
    /// Fails when the database does.
    pub async fn trace_of_reference(&self, reference: &Reference) -> anyhow::Result<Option<Concerned>> {
        let row = query("SELECT id, reference, form_id, state, received_at FROM submissions WHERE reference = $1")
            .bind(reference.as_str())
            .read_one(&self.database)
            .await?;
        row.as_ref().map(|row| concerned(row, Why::Reference)).transpose()
    }

    /// Erases submissions, whatever state they are in, mails that wait included.
    ///
    /// # Errors
    /// Fails when the database does; then nothing is erased.
    pub async fn erase_submissions(&self, ids: &[SubmissionId]) -> anyhow::Result<Forgotten> {
        let mut tx = self.database.begin().await?;
        let mut forgotten = Forgotten::default();
        for id in ids {
            forgotten.add(forget(&mut tx, *id).await.with_context(|| format!("erasing submission {id}"))?);
        }
        tx.commit().await?;
        Ok(forgotten)
    }

    /// Erases an address from the mails that went to it about the submissions of others. Those
    /// that did not leave stay: without them somebody's submission would reach nobody.
    ///
    /// # Errors
    /// Fails when the database does; then nothing is erased.
    pub async fn erase_deliveries(&self, address: &Address) -> anyhow::Result<u64> {
        let wanted = address.to_string().to_lowercase();
        let mut tx = self.database.begin().await?;
        let mut erased = 0;
        for row in
            query("SELECT DISTINCT recipient FROM outbox UNION SELECT recipient FROM mailbox").rows(&mut tx).await?
        {
            let recipient = row.text("recipient")?;
            if recipient.to_lowercase() == wanted {
                query("DELETE FROM mailbox WHERE recipient = $1").bind(&recipient).run(&mut tx).await?;
                erased += query("DELETE FROM outbox WHERE recipient = $1 AND state IN ('sent', 'moot')")
                    .bind(&recipient)
                    .run(&mut tx)
                    .await?;
            }
        }
        tx.commit().await?;
        Ok(erased)
    }
}

fn concerned(row: &Row, why: Why) -> anyhow::Result<Concerned> {
    Ok(Concerned {
        id: row.parse("id")?,
        reference: read_reference(row)?,
        form_id: row.text("form_id")?,
        state: State::parse(&row.text("state")?)?,
        received_at: row.moment("received_at")?,
        why,
    })
}

fn why(row: &Row, wanted: &str) -> anyhow::Result<Option<Why>> {
    if row.optional_text("sender")?.is_some_and(|sender| sender.to_lowercase() == wanted) {
        return Ok(Some(Why::Sender));
    }
    // Read as JSON first: what is written « \n » there would look like the letter of a name.
    let answers: serde_json::Value =
        serde_json::from_str(&row.text("answers")?).map_err(|_| unreadable("submissions.answers", "…"))?;
    Ok(names(&answers, wanted).then_some(Why::Named))
}

fn names(value: &serde_json::Value, wanted: &str) -> bool {
    match value {
        serde_json::Value::String(text) => holds_address(text, wanted),
        serde_json::Value::Array(all) => all.iter().any(|one| names(one, wanted)),
        serde_json::Value::Object(all) => all.values().any(|one| names(one, wanted)),
        _ => false,
    }
}

/// Whether a text holds that very address, and not one that it is a part of.
fn holds_address(text: &str, wanted: &str) -> bool {
    let text = text.to_lowercase();
    let is_of_name = |c: char| c.is_alphanumeric() || ".!#$%&'*+-/=?^_`{|}~".contains(c);
    text.match_indices(wanted).any(|(start, found)| {
        let before = text[..start].chars().next_back();
        let mut after = text[start + found.len()..].chars();
        let goes_on = match after.next() {
            Some('.') => after.next().is_some_and(char::is_alphanumeric),
            Some(c) => c.is_alphanumeric() || c == '-',
            None => false,
        };
        !before.is_some_and(is_of_name) && !goes_on
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_found_whole_and_never_in_another() {
        let wanted = "anna@exemple.fr";
        for text in [
            "anna@exemple.fr",
            "Écrivez à Anna@Exemple.fr.",
            "<anna@exemple.fr>",
            "(anna@exemple.fr)",
            "ligne\nanna@exemple.fr\nautre",
            "anna@exemple.fr, bob@exemple.fr",
            "«\u{a0}anna@exemple.fr\u{a0}»",
        ] {
            assert!(holds_address(text, wanted), "{text}");
        }
        for text in [
            "",
            "joanna@exemple.fr",
            "jo.anna@exemple.fr",
            "anna@exemple.fr.org",
            "anna@exemple.france",
            "jo-anna@exemple.fr",
        ] {
            assert!(!holds_address(text, wanted), "{text}");
        }
    }
}
