//! `export --registre`: the register of signatures as a table, for the cadre.

use std::fs::File;
use std::io::{BufWriter, Write};

use anyhow::Context;
use generator::build::{BuildOptions, check};
use generator::content::Diffusion;
use generator::form::Choices;
use generator::form::definition::CharterChoice;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::csv::Table;
use crate::cli::ExportArgs;
use crate::register::standing::{Signed, Signer};
use crate::store::Store;

const HEAD: [&str; 9] =
    ["Numéro", "Charte", "Version", "En vigueur", "Signée le", "Nom", "Adresse", "Service", "À signer à nouveau"];

/// The charters and spaces of the content, as it would be served at `now`.
///
/// # Errors
/// Says in French that the content cannot be read or has faults.
pub fn choices(args: &ExportArgs, now: Timestamp) -> anyhow::Result<Choices> {
    let checked = check(&BuildOptions {
        content: args.content.clone(),
        theme: args.theme.clone(),
        output: std::path::PathBuf::new(),
        diffusion: Diffusion::Interne,
        compress: false,
        drafts: false,
        now,
    })
    .context("lecture du contenu, qui dit quelles chartes sont en vigueur")?;
    let portal = checked.portal.as_ref().context(
        "le contenu a des fautes, et ne dit donc pas quelles chartes sont en vigueur : voyez « generator check »",
    )?;
    Ok(portal.choices.clone())
}

/// Writes the table; gives how many signatures are in it.
pub(super) async fn write(
    store: &Store,
    args: &ExportArgs,
    choices: &Choices,
    file: BufWriter<File>,
    zone: &TimeZone,
) -> anyhow::Result<(u64, BufWriter<File>)> {
    let space = args.espace.as_ref().map(crate::role::Place::slug);
    let signatures = store.signatures(space).await?;
    Ok((signatures.len() as u64, table(&signatures, choices, zone, file)?))
}

/// The table of these signatures.
pub(crate) fn table<W: Write>(signatures: &[Signed], choices: &Choices, zone: &TimeZone, to: W) -> anyhow::Result<W> {
    let mut table = Table::new(to)?;
    table.row(HEAD)?;
    for signed in signatures {
        table.row(cells(signed, choices, zone))?;
    }
    table.finish()
}

fn cells(signed: &Signed, choices: &Choices, zone: &TimeZone) -> [String; 9] {
    let charters: &[CharterChoice] = &choices.charters;
    let Signer { name, address, space } =
        signed.signer.clone().unwrap_or_else(|| Signer { name: String::new(), address: String::new(), space: None });
    let title =
        |slug: String| choices.spaces.iter().find(|one| one.slug == slug).map_or(slug.clone(), |one| one.title.clone());
    [
        signed.number.to_string(),
        signed.title.clone(),
        signed.version.clone(),
        yes_or_no(signed.is_in_force(charters)),
        signed.signed_at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M").to_string(),
        name,
        address,
        space.map(title).unwrap_or_default(),
        yes_or_no(signed.is_to_be_signed_again(charters)),
    ]
}

fn yes_or_no(truth: bool) -> String {
    if truth { "oui" } else { "non" }.to_owned()
}
