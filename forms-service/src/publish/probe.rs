//! Whether a repository could be published to, for whoever sets the portal up: it is asked and
//! nothing of it is changed, nor of the data folder.

use super::distant::{fetch, push};
use super::git::{Git, REMOTELY};
use super::refusal::Refusal;
use crate::config::Depot;
use crate::scratch::Scratch;

/// What was found.
#[derive(Debug)]
pub enum Found {
    /// It is as it should be.
    Fine(String),
    /// Works, and may still not be what is wanted.
    Doubt(String),
    /// Something written is to be mended.
    Fault(String),
    /// Something that is named does not answer.
    Machine(String),
}

/// Where what is fetched for a look is named.
const SEEN: &str = "refs/portail/vu";

/// Looks at the repository.
///
/// # Errors
/// Says in French that there is no git, or fails when the disk does.
pub fn probe(depot: &Depot) -> anyhow::Result<Vec<Found>> {
    let folder = Scratch::within(&std::env::temp_dir(), "portail-depot")?;
    let git = Git::new(folder.path(), depot)?;
    git.run(&["init", "--quiet", "--template=", "--initial-branch=portail"])?;
    let (remote, branch) = (&depot.remote, &depot.branch);

    if let Err(refusal) = fetch(&git, depot, SEEN, REMOTELY, false)? {
        return Ok(vec![refused(&format!("le dépôt « {remote} », branche « {branch} »"), &refusal)]);
    }
    let mut found = Vec::new();
    if !holds_content(&git, depot)? {
        found.push(Found::Fault(format!(
            "le dépôt « {remote} » n’a pas de dossier « {} » : corrigez « depot: contenu: »",
            depot.content.display()
        )));
    }
    if !depot.pushes {
        found.push(Found::Doubt("« depot: pousser: non » : ce qui est publié reste sur cette machine".to_owned()));
        found.push(Found::Fine(format!("Le dépôt « {remote} » répond, et a la branche « {branch} ».")));
        return Ok(found);
    }
    found.push(match push(&git, depot, SEEN, false)? {
        Ok(()) => Found::Fine(format!("Le dépôt « {remote} » répond, et accepterait un commit sur « {branch} ».")),
        Err(refusal) => refused(&format!("le dépôt « {remote} », en écriture"), &refusal),
    });
    Ok(found)
}

fn refused(what: &str, refusal: &Refusal) -> Found {
    let text = format!("{what} : {}", refusal.reason);
    if refusal.passing { Found::Machine(text) } else { Found::Fault(text) }
}

fn holds_content(git: &Git, depot: &Depot) -> anyhow::Result<bool> {
    let Some(content) = depot.content.to_str().filter(|content| !content.is_empty()) else { return Ok(true) };
    let found = git.run(&["ls-tree", "-d", "-z", "--name-only", SEEN, "--", content])?;
    Ok(found.names().any(|name| name == content))
}
