//! `verify-register`: whether the register of signatures is as it was written.

use std::fmt::Write;
use std::path::Path;

use super::{Outcome, counted};
use crate::cli::VerifyRegisterArgs;
use crate::key::SigningKey;
use crate::register::SigningForms;
use crate::register::verify::{Broken, Whole, Why, compare, verify};
use crate::store::Store;

/// What to do when something is wrong.
const ADVICE: &str = "Ne corrigez rien : gardez une copie de la base telle qu’elle est, puis comparez-la avec une \
                      sauvegarde et avec les preuves parties par courriel.\n";

/// `verify-register`: 0 when every row is whole, and as the proof says if one is given; 1 otherwise.
///
/// # Errors
/// Says in French that the key is not there; fails when the database does.
pub async fn verify_register(store: &Store, args: &VerifyRegisterArgs, data: &Path) -> anyhow::Result<Outcome> {
    let key = SigningKey::of(data)?;
    let rows = store.register().await?;
    let forms = SigningForms::among(&store.kept_definitions().await?, None);
    let unregistered = store.count_unregistered(&forms).await?;
    let mut text = String::new();
    let mut is_whole = true;
    match verify(&rows, &key) {
        Ok(whole) => text.push_str(&say_whole(whole)),
        Err(broken) => {
            is_whole = false;
            writeln!(text, "Le registre n’est pas entier. Ligne {} : {}.", broken.number, reason(broken))?;
            writeln!(text, "{}", before(broken.before))?;
        }
    }
    if unregistered > 0 {
        is_whole = false;
        let signatures =
            counted(unregistered as u64, "signature confirmée n’est pas", "signatures confirmées ne sont pas");
        writeln!(
            text,
            "{signatures} au registre : la fin en a été coupée, ou le service n’a pas redémarré depuis que le registre existe."
        )?;
    }
    if let Some(proof) = args.proof()? {
        match compare(&rows, &proof) {
            Ok(()) => writeln!(text, "La preuve est la bonne : la ligne {} a cette empreinte.", proof.number)?,
            Err(broken) => {
                is_whole = false;
                writeln!(text, "La preuve n’est pas au registre. Ligne {} : {}.", broken.number, reason(broken))?;
            }
        }
    }
    if !is_whole {
        text.push_str(ADVICE);
    }
    Ok(Outcome { text, code: u8::from(!is_whole) })
}

fn say_whole(Whole { rows, erased }: Whole) -> String {
    let rows = match rows {
        0 => return "Le registre est vide.\n".to_owned(),
        1 => "1 ligne entière".to_owned(),
        rows => format!("{rows} lignes entières, qui se suivent"),
    };
    match erased {
        0 => format!("{rows}.\n"),
        erased => {
            let erased = counted(erased as u64, "ne porte plus de nom", "ne portent plus de nom");
            format!("{rows}, dont {erased} : la durée de conservation est passée, ou la personne l’a demandé.\n")
        }
    }
}

fn before(rows: usize) -> String {
    match rows {
        0 => "C’est la première.".to_owned(),
        1 => "La ligne d’avant est entière.".to_owned(),
        rows => format!("Les {rows} lignes d’avant sont entières."),
    }
}

fn reason(broken: Broken) -> String {
    match broken.why {
        Why::Missing => "elle manque".to_owned(),
        Why::Altered => {
            "elle a été modifiée, le nom, l’adresse, le service ou la charte n’est plus ce qui a été signé".to_owned()
        }
        Why::Emptied => "le nom ou l’adresse a été vidé, alors que l’envoi est encore gardé ou que le reste y est".to_owned(),
        Why::Moved { was } => format!("elle n’est pas à sa place, elle portait le numéro {was}"),
        Why::Unsealed => {
            "son empreinte n’est pas celle que le portail lui a donnée, la ligne ou son empreinte a été modifiée, ou la \
             clé du dossier de données n’est plus la même"
                .to_owned()
        }
        Why::DoesNotFollow => "elle ne suit pas celle qui est écrite avant elle".to_owned(),
        Why::UnknownKey => "elle est scellée par une clé qui n’est pas dans le dossier de données".to_owned(),
        Why::NotAsProved => "son empreinte n’est pas celle du courriel".to_owned(),
    }
}
