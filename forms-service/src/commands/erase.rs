//! `erase`: one person's data, at their request. It shows first, and acts when told to.

use std::fmt::Write;

use anyhow::Context;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{counted, moment};
use crate::cli::EraseArgs;
use crate::role::Holder;
use crate::store::Store;
use crate::store::erasure::{Traces, Why};

/// `erase`: what is kept of one person, and then no more.
///
/// # Errors
/// Says in French that a reference is unknown; fails when the database does.
pub async fn erase(store: &Store, args: &EraseArgs, zone: &TimeZone, now: Timestamp) -> anyhow::Result<String> {
    let traces = match (&args.address, &args.reference) {
        (Some(address), _) => store.traces_of(address).await?,
        (None, Some(reference)) => {
            let found = store.trace_of_reference(reference).await?;
            let one = found.with_context(|| format!("aucun envoi ne porte la référence {reference}"))?;
            Traces { submissions: vec![one], ..Traces::default() }
        }
        (None, None) => Traces::default(),
    };
    let mut text = String::new();
    describe(&mut text, &traces, args.roles, zone)?;
    let by_roles = !traces.roles.is_empty() || traces.delegations > 0;
    let at_the_desk = traces.preference || traces.warnings > 0;
    if traces.submissions.is_empty() && traces.mails_sent == 0 && !at_the_desk && !(by_roles && args.roles) {
        writeln!(text, "Rien à effacer.")?;
        return Ok(text);
    }
    if !args.confirmer {
        writeln!(text, "\nRien n’est effacé pour l’instant : relancez la même commande avec --confirmer.")?;
        return Ok(text);
    }
    let published = act(&mut text, store, args, &traces, now).await?;
    what_stays(&mut text, &traces, &published)?;
    Ok(text)
}

fn describe(text: &mut String, traces: &Traces, with_roles: bool, zone: &TimeZone) -> std::fmt::Result {
    for one in &traces.submissions {
        let why = match one.why {
            Why::Sender => "envoyé par cette adresse",
            Why::Named => "une réponse contient cette adresse",
            Why::Reference => "demandé par sa référence",
        };
        let (form, state) = (&one.form_id, one.state.label());
        writeln!(text, "{}  {form:<24}  {state:<19}  {}  {why}", one.reference, moment(one.received_at, zone))?;
    }
    if traces.mails_sent > 0 {
        let mails = counted(traces.mails_sent, "courrier parti", "courriers partis");
        writeln!(text, "{mails} vers cette adresse, à propos d’envois d’autres personnes : la trace sera effacée.")?;
    }
    if traces.mails_pending > 0 {
        let mails =
            counted(traces.mails_pending, "courrier n’est pas encore parti", "courriers ne sont pas encore partis");
        writeln!(
            text,
            "{mails} vers cette adresse, à propos d’envois d’autres personnes : gardé, sinon l’envoi n’arriverait à personne. \
             Voyez « outbox », puis relancez cette commande."
        )?;
    }
    if traces.preference {
        writeln!(text, "La façon de recevoir les courriers, choisie par cette personne : sera effacée.")?;
    }
    if traces.warnings > 0 {
        writeln!(text, "{} : à effacer.", counted(traces.warnings, "avertissement", "avertissements"))?;
    }
    if traces.exclusions > 0 {
        let exclusions = counted(traces.exclusions, "exclusion", "exclusions");
        writeln!(
            text,
            "{exclusions} : l’adresse et le motif sont gardés jusqu’à la fin de l’exclusion, puis effacés par la purge."
        )?;
    }
    if traces.delegations > 0 {
        let fate = if with_roles { "à retirer" } else { "à garder ; ajoutez --roles pour retirer" };
        writeln!(text, "{} : {fate}.", counted(traces.delegations, "délégation", "délégations"))?;
    }
    for Holder { place, role, .. } in &traces.roles {
        let fate = if with_roles { "sera retiré" } else { "gardé : ajoutez --roles pour le retirer" };
        writeln!(text, "Rôle {role} ({place}) : {fate}.")?;
    }
    Ok(())
}

/// Erases; gives the files of the pages that go with it.
async fn act(
    text: &mut String,
    store: &Store,
    args: &EraseArgs,
    traces: &Traces,
    now: Timestamp,
) -> anyhow::Result<Vec<String>> {
    let ids: Vec<_> = traces.submissions.iter().map(|one| one.id).collect();
    // First what is on the site: whatever happens next, it goes.
    let published = store.withdraw_erased(&ids, now).await?;
    let forgotten = store.erase_submissions(&ids).await?;
    let deliveries = match &args.address {
        Some(address) => {
            store.erase_at_the_desk(address, args.roles).await?;
            store.erase_deliveries(address).await?
        }
        None => 0,
    };
    let mut roles = 0;
    for holder in traces.roles.iter().filter(|_| args.roles) {
        roles += u64::from(store.remove_holder(holder).await?);
    }
    store.give_room_back().await?;
    writeln!(
        text,
        "\nEffacé : {}, {}, {}.",
        counted(forgotten.submissions, "envoi", "envois"),
        counted(forgotten.mails + deliveries, "courrier", "courriers"),
        counted(roles, "rôle", "rôles")
    )?;
    if !published.is_empty() {
        let pages =
            counted(u64::try_from(published.len())?, "page publiée est retirée", "pages publiées sont retirées");
        writeln!(
            text,
            "{pages} du site par le service, dans les secondes qui viennent s’il tourne, sinon à son démarrage."
        )?;
    }
    Ok(published)
}

/// What no command can reach, and what to do about it.
fn what_stays(text: &mut String, traces: &Traces, published: &[String]) -> std::fmt::Result {
    text.push_str(
        "\nCe qui reste, et que cette commande ne peut pas atteindre :\n\
         - les sauvegardes faites jusqu’ici : effacez-les, ou refaites cet effacement après une restauration ;\n\
         - les courriers déjà partis, dans les boîtes de celles et ceux qui les ont reçus ;\n\
         - les tableaux exportés ;\n\
         - ce qu’une personne a recopié elle-même dans une page : cherchez-le par ses mots, avec « git grep » ;\n\
         - l’historique de git, qui n’oublie rien.\n",
    );
    let references: Vec<_> = traces.submissions.iter().map(|one| one.reference.to_string()).collect();
    if !references.is_empty() {
        writeln!(
            text,
            "Les courriers et les messages de git citent ces envois par leur référence : {}.",
            references.join(", ")
        )?;
    }
    if published.is_empty() {
        return Ok(());
    }
    text.push_str("\nPour que l’historique oublie aussi ces pages, une fois qu’elles sont retirées du site :\n  git filter-repo --invert-paths");
    for path in published {
        write!(text, " --path content/{path}")?;
    }
    text.push_str(
        "\nChaque copie du dépôt est ensuite à cloner de nouveau, celle du service aussi (son dossier « depot ») : une \
         ancienne copie ramènerait le texte.\n",
    );
    Ok(())
}
