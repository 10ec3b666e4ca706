//! `export`: submissions as a table, one column a question.

use std::fs::{self, OpenOptions};
use std::io::BufWriter;
use std::os::unix::fs::OpenOptionsExt;

use anyhow::Context;
use generator::form::{AnswerValue, Choices};
use jiff::tz::TimeZone;

use super::csv::Table;
use super::{counted, export_register as register};
use crate::cli::ExportArgs;
use crate::store::Store;
use crate::store::export::{Cursor, Exported, Wanted};
use crate::store::submissions::AddressState;

/// The columns before those of the questions.
const HEAD: [&str; 7] = ["Référence", "Formulaire", "Espace", "État", "Reçu le", "Adresse confirmée", "Signalé"];

/// One question of one form.
#[derive(Debug, PartialEq, Eq)]
struct Column {
    form_id: String,
    field: String,
    /// Its label, as it was last.
    label: String,
}

/// `export`: submissions as a table, for its owner's eyes only. Nothing is overwritten.
///
/// # Errors
/// Says in French that something stands there already; fails when the database or the disk does,
/// and then leaves no file.
pub async fn export(store: &Store, args: &ExportArgs, zone: &TimeZone) -> anyhow::Result<String> {
    let since = args.depuis.map(|day| day.to_zoned(zone.clone())).transpose()?.map(|day| day.timestamp());
    let wanted = Wanted { form_id: args.formulaire.clone(), since };
    let rows = into_new_file(args, async |file| write(store, &wanted, file, zone).await).await?;
    Ok(format!(
        "{} dans « {} ». Ce tableau contient ce que les personnes ont écrit : gardez-le à l’abri, puis supprimez-le.\n",
        counted(rows, "envoi", "envois"),
        args.file.display()
    ))
}

/// `export --registre`: the register as a table, for its owner's eyes only. Nothing is overwritten.
/// `choices` say which charters are in force.
///
/// # Errors
/// As [`export`].
pub async fn export_register(
    store: &Store,
    args: &ExportArgs,
    choices: &Choices,
    zone: &TimeZone,
) -> anyhow::Result<String> {
    let rows = into_new_file(args, async |file| register::write(store, args, choices, file, zone).await).await?;
    Ok(format!(
        "{} dans « {} ». Ce tableau contient des noms et des adresses : gardez-le à l’abri, puis supprimez-le.\n",
        counted(rows, "signature", "signatures"),
        args.file.display()
    ))
}

/// Has `write` fill a file that was not there, and that only its owner may read; a failure leaves
/// none. Gives what `write` counted.
async fn into_new_file<W>(args: &ExportArgs, write: W) -> anyhow::Result<u64>
where
    W: AsyncFnOnce(BufWriter<fs::File>) -> anyhow::Result<(u64, BufWriter<fs::File>)>,
{
    let context = || format!("écriture de « {} »", args.file.display());
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&args.file).with_context(context)?;
    let written = async {
        let (rows, file) = write(BufWriter::new(file)).await?;
        let file = file.into_inner().map_err(|error| anyhow::anyhow!("{}", error.error()))?;
        file.sync_all()?;
        anyhow::Ok(rows)
    };
    written.await.map_err(|error| {
        let _ = fs::remove_file(&args.file);
        error.context(context())
    })
}

async fn write(
    store: &Store,
    wanted: &Wanted,
    file: BufWriter<fs::File>,
    zone: &TimeZone,
) -> anyhow::Result<(u64, BufWriter<fs::File>)> {
    let columns = columns(store, wanted).await?;
    let mut table = Table::new(file)?;
    table.row(HEAD.into_iter().map(str::to_owned).chain(headings(&columns)))?;
    let (mut rows, mut cursor) = (0, Cursor::default());
    loop {
        let page = store.export(wanted, &mut cursor).await?;
        if page.is_empty() {
            break;
        }
        for one in &page {
            table.row(cells(one, &columns, zone))?;
            rows += 1;
        }
    }
    Ok((rows, table.finish()?))
}

/// Every question that anybody answered, in the order in which they first came.
async fn columns(store: &Store, wanted: &Wanted) -> anyhow::Result<Vec<Column>> {
    let mut columns: Vec<Column> = Vec::new();
    let mut cursor = Cursor::default();
    loop {
        let page = store.export(wanted, &mut cursor).await?;
        if page.is_empty() {
            return Ok(columns);
        }
        for submission in page.iter().map(|one| &one.submission) {
            for answer in &submission.answers {
                let known =
                    columns.iter_mut().find(|one| one.form_id == submission.form_id && one.field == answer.name);
                match known {
                    Some(column) => column.label.clone_from(&answer.label),
                    None => columns.push(Column {
                        form_id: submission.form_id.clone(),
                        field: answer.name.clone(),
                        label: answer.label.clone(),
                    }),
                }
            }
        }
    }
}

/// Labels; where several forms are in the table, or two questions read alike, with what tells
/// them apart.
fn headings(columns: &[Column]) -> Vec<String> {
    let several = columns.iter().any(|one| one.form_id != columns[0].form_id);
    let heading = |column: &Column| {
        let alike = columns.iter().filter(|one| one.form_id == column.form_id && one.label == column.label).count();
        let label = if alike > 1 { format!("{} ({})", column.label, column.field) } else { column.label.clone() };
        if several { format!("{} : {label}", column.form_id) } else { label }
    };
    columns.iter().map(heading).collect()
}

fn cells(one: &Exported, columns: &[Column], zone: &TimeZone) -> Vec<String> {
    let confirmed = match one.address_state {
        AddressState::Nothing => "",
        AddressState::Unconfirmed => "non",
        AddressState::Confirmed => "oui",
    };
    let mut cells = vec![
        one.reference.to_string(),
        one.submission.form_id.clone(),
        one.submission.space.clone().unwrap_or_default(),
        one.state.label().to_owned(),
        one.received_at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M").to_string(),
        confirmed.to_owned(),
        if one.flagged { "oui" } else { "" }.to_owned(),
    ];
    cells.extend(columns.iter().map(|column| {
        let answer = one.submission.answer(&column.field).filter(|_| column.form_id == one.submission.form_id);
        answer.map_or_else(String::new, |answer| match answer.value {
            AnswerValue::Number(number) => number.to_string(),
            _ => answer.shown.clone(),
        })
    }));
    cells
}
