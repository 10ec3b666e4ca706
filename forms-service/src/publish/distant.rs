//! The conversations with the repository: what is asked of it, and by which program it answers.

use std::path::Path;
use std::time::Duration;

use super::git::{Git, LOCALLY, REMOTELY};
use super::refusal::{Refusal, refusal};
use crate::config::Depot;

/// Brings the branch, under the name `into`; all its history, or its last commit only.
pub fn fetch(
    git: &Git,
    depot: &Depot,
    into: &str,
    limit: Duration,
    whole: bool,
) -> anyhow::Result<Result<(), Refusal>> {
    let what = format!("+refs/heads/{}:{into}", depot.branch);
    let mut arguments = vec!["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules"];
    if !whole {
        arguments.push("--depth=1");
    }
    arguments.extend(depot.remote.served_for_fetch());
    arguments.extend(["--", depot.remote.url(), &what]);
    ask(git, limit, &arguments)
}

/// Offers a commit to the branch; `for_real`, or to hear whether it would be taken.
pub fn push(git: &Git, depot: &Depot, commit: &str, for_real: bool) -> anyhow::Result<Result<(), Refusal>> {
    if is_worked_in(git, depot)? {
        // git would refuse as well, but leave there what it was offered.
        let reason = format!(
            "« {} » est un dossier de travail où la branche « {} » est ouverte : le portail n’y touche pas. Indiquez \
             plutôt un dépôt nu (« git clone --bare »), ou ouvrez-y une autre branche",
            depot.remote, depot.branch
        );
        return Ok(Err(Refusal { reason, passing: false }));
    }
    let what = format!("{commit}:refs/heads/{}", depot.branch);
    let mut arguments = vec!["push", "--quiet", "--no-verify", "--no-signed", "--no-follow-tags"];
    if !for_real {
        arguments.push("--dry-run");
    }
    arguments.extend(depot.remote.served_for_push());
    arguments.extend(["--", depot.remote.url(), &what]);
    ask(git, REMOTELY, &arguments)
}

fn ask(git: &Git, limit: Duration, arguments: &[&str]) -> anyhow::Result<Result<(), Refusal>> {
    let answer = git.ask(limit, arguments)?;
    Ok(if answer.is_success() { Ok(()) } else { Err(refusal(&answer, limit)) })
}

/// Whether it is a folder that somebody works in, on that very branch.
fn is_worked_in(git: &Git, depot: &Depot) -> anyhow::Result<bool> {
    if !depot.remote.is_local() || !Path::new(depot.remote.url()).join(".git").exists() {
        return Ok(false);
    }
    let mut arguments = vec!["ls-remote", "--symref"];
    arguments.extend(depot.remote.served_for_fetch());
    arguments.extend(["--", depot.remote.url(), "HEAD"]);
    let answer = git.ask(LOCALLY, &arguments)?;
    let opened = format!("ref: refs/heads/{}\t", depot.branch);
    Ok(String::from_utf8_lossy(&answer.stdout).lines().any(|line| line.starts_with(&opened)))
}
