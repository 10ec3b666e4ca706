//! What a repository answers when it does not do as it was asked, in French for the operator.

use super::git::{Answer, REMOTELY, said};
use super::workspace::Refusal;

/// What git says of it, what it means, and whether waiting may help. The first that fits is told.
const MEANINGS: [(&[&str], &str, bool); 8] = [
    (
        &["is currently checked out", "branch is checked out"],
        "la branche est ouverte dans ce dossier de travail : indiquez un dépôt nu (« git init --bare »), ou ouvrez-y \
         une autre branche",
        false,
    ),
    (
        &["fetch first", "non-fast-forward", "cannot lock ref", "failed to update ref", "stale info"],
        "le dépôt a reçu autre chose entre-temps",
        true,
    ),
    (
        &["hook declined", "protected branch", "GH006", "not allowed to push"],
        "la branche est protégée, ou une règle du dépôt refuse ce commit : donnez au portail le droit d’y écrire",
        false,
    ),
    (
        &["Host key verification failed", "host key is known", "REMOTE HOST IDENTIFICATION HAS CHANGED"],
        "la clé du serveur ssh n’est pas connue : ajoutez-la au fichier « ssh_hotes_fichier: »",
        false,
    ),
    (
        &[
            "Permission denied",
            "Authentication failed",
            "could not read Username",
            "could not read Password",
            "error: 401",
            "error: 403",
            "access rights",
            "insufficient permission",
            "unable to create temporary object directory",
        ],
        "le dépôt ne nous donne pas ce droit : vérifiez le compte, la clé ou le jeton",
        false,
    ),
    (
        &["Could not resolve host", "Connection refused", "timed out", "Network is unreachable", "unable to access"],
        "le dépôt est injoignable",
        true,
    ),
    (&["couldn't find remote ref", "src refspec"], "la branche n’existe pas dans le dépôt", false),
    (
        &["does not appear to be a git repository", "not found", "does not exist"],
        "il n’y a pas de dépôt à cette adresse",
        false,
    ),
];

/// What an answer that is no success means.
pub fn refusal(answer: &Answer) -> Refusal {
    if answer.late {
        let reason = format!("le dépôt n’a pas répondu en {} s", REMOTELY.as_secs());
        return Refusal { reason, passing: true };
    }
    // Where a push is refused, git says why in a line of its ordinary output.
    let whole = format!("{}\n{}", String::from_utf8_lossy(&answer.stdout), answer.stderr);
    let known = MEANINGS.iter().find(|(signs, ..)| signs.iter().any(|sign| whole.contains(sign)));
    let (meaning, passing) =
        known.map_or(("le dépôt a refusé", false), |(_, meaning, passing)| (*meaning, *passing));
    Refusal { reason: format!("{meaning} (git : {})", said(&answer.stderr)), passing }
}
