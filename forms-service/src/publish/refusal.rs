//! What a repository answers when it does not do as it was asked, in French for the operator.

use std::time::Duration;

use super::git::{Answer, said};

/// Why the repository did not do as it was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// In French, for the operator.
    pub reason: String,
    /// Whether waiting may help: it did not answer, or somebody was quicker. Else somebody has to act.
    pub passing: bool,
}

/// What git says of it, what it means, and whether waiting may help. The first that fits is told.
const MEANINGS: [(&[&str], &str, bool); 7] = [
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

/// What an answer that is no success means; `limit` is how long was waited for it.
pub fn refusal(answer: &Answer, limit: Duration) -> Refusal {
    if answer.late {
        let reason = format!("le dépôt n’a pas répondu en {} s", limit.as_secs());
        return Refusal { reason, passing: true };
    }
    explain(&answer.stderr)
}

fn explain(stderr: &str) -> Refusal {
    let known = MEANINGS.iter().find(|(signs, ..)| signs.iter().any(|sign| stderr.contains(sign)));
    let (meaning, passing) =
        known.map_or(("le dépôt a refusé", false), |(_, meaning, passing)| (*meaning, *passing));
    Refusal { reason: format!("{meaning} (git : {})", said(stderr)), passing }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_repositories_answer_is_said_in_french_with_what_to_do() {
        for (answer, said, passing) in [
            (" ! [rejected]        x -> main (fetch first)", "le dépôt a reçu autre chose", true),
            (" ! [remote rejected] x -> main (pre-receive hook declined)", "une règle du dépôt", false),
            ("remote: GitLab: You are not allowed to push code to protected branches", "protégée", false),
            ("git@forge: Permission denied (publickey).", "vérifiez le compte, la clé ou le jeton", false),
            ("fatal: unable to access 'https://x/': The requested URL returned error: 403", "ce droit", false),
            ("fatal: unable to access 'https://x/': Could not resolve host: x", "injoignable", true),
            ("ssh: connect to host x port 22: Connection timed out", "injoignable", true),
            ("Host key verification failed.", "ssh_hotes_fichier", false),
            ("fatal: couldn't find remote ref refs/heads/main", "la branche n’existe pas", false),
            ("fatal: '/x' does not appear to be a git repository", "il n’y a pas de dépôt", false),
            ("something new", "le dépôt a refusé (git : something new)", false),
            ("", "le dépôt a refusé (git : sans explication)", false),
        ] {
            let refusal = explain(answer);
            assert!(refusal.reason.contains(said), "{answer}: {}", refusal.reason);
            assert_eq!(refusal.passing, passing, "{answer}");
        }
    }

    #[test]
    fn nothing_that_a_repository_says_commands_a_terminal_or_fills_a_log() {
        let refusal = explain(&format!("remote: \u{1b}[31mrouge\nremote: {}", "x".repeat(10_000)));
        assert!(refusal.reason.contains("[31mrouge") && !refusal.reason.contains('\u{1b}'));
        assert!(refusal.reason.len() < 700, "{}", refusal.reason.len());
    }
}
