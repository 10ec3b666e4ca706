//! The key `depot`: the repository that what is approved is committed to, and how it is reached.

use std::fmt;
use std::fs;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, bail, ensure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use lettre::message::Mailbox;
use url::{Host, Url};

use super::file::{DepotFile, YesNo};
use crate::secret::{Secret, ensure_private};

/// Whose commits they are when the sender of mails has no name.
const NAME: &str = "Portail";

/// The account of a token when the address names none: forges ask for one and ignore it.
const ACCOUNT: &str = "portail";

/// A repository on this machine is served by a git of ours: it runs none of the programs that the
/// repository's own hooks and settings name, and never writes into a folder that somebody works in.
const UPLOAD: [&str; 2] =
    ["--upload-pack", "git -c core.hooksPath=/dev/null -c 'safe.directory=*' -c gc.auto=0 upload-pack"];
const RECEIVE: [&str; 2] = [
    "--receive-pack",
    "git -c core.hooksPath=/dev/null -c 'safe.directory=*' -c core.alternateRefsCommand=: -c core.fsmonitor=false \
     -c receive.denyCurrentBranch=refuse -c receive.autogc=false -c gc.auto=0 -c maintenance.auto=false receive-pack",
];

/// A repository that was checked, though not looked at.
#[derive(Clone, Debug)]
pub struct Depot {
    /// Where it is.
    pub remote: Remote,
    /// The branch that the site is built from.
    pub branch: String,
    /// The content folder in it; empty for the whole.
    pub content: PathBuf,
    /// Whose commits ours are.
    pub author: Author,
    /// Whether our commits are sent.
    pub pushes: bool,
    /// The private key for ssh.
    pub ssh_key: Option<PathBuf>,
    /// The servers that ssh knows.
    pub ssh_hosts: Option<PathBuf>,
    /// The token for https.
    pub token: Option<Secret>,
    /// The certificates to trust for https.
    pub authority: Option<PathBuf>,
}

/// Where a repository is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remote {
    /// A folder of this machine.
    Local(String),
    /// `ssh://…`, or as ssh writes it, `compte@serveur:chemin`.
    Ssh(String),
    /// `https://…`, or `http://…` towards this machine.
    Http(Url),
}

/// The author of commits: a function, never a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Author {
    /// Its name.
    pub name: String,
    /// Its address.
    pub email: String,
}

impl Depot {
    /// The header that bears the token.
    pub(crate) fn authorization(&self) -> Option<String> {
        let (Some(token), Remote::Http(url)) = (&self.token, &self.remote) else { return None };
        let account = if url.username().is_empty() { ACCOUNT } else { url.username() };
        Some(format!("Authorization: Basic {}", STANDARD.encode(format!("{account}:{}", token.reveal()))))
    }
}

impl Remote {
    /// As git is told; it holds no secret.
    pub fn url(&self) -> &str {
        match self {
            Self::Local(text) | Self::Ssh(text) => text,
            Self::Http(url) => url.as_str(),
        }
    }

    /// Whether it is a folder of this machine.
    pub fn is_local(&self) -> bool {
        matches!(self, Self::Local(_))
    }

    /// What `git fetch` is told of the program that answers.
    pub(crate) fn served_for_fetch(&self) -> &'static [&'static str] {
        if self.is_local() { &UPLOAD } else { &[] }
    }

    /// What `git push` is told of the program that answers.
    pub(crate) fn served_for_push(&self) -> &'static [&'static str] {
        if self.is_local() { &RECEIVE } else { &[] }
    }

    fn parse(text: &str, folder: &Path) -> anyhow::Result<Self> {
        let is_text = !text.is_empty() && !text.starts_with('-') && !text.chars().any(char::is_control);
        // It is not shown: it may hold what should not be in it.
        ensure!(is_text, "« distant » n’est pas l’adresse d’un dépôt");
        if text.contains("://") {
            return Self::parse_url(text);
        }
        match text.split_once(':') {
            // git's own rule: without a slash before it, a colon ends the name of a server.
            Some((server, path)) if !server.contains('/') => {
                ensure!(
                    !path.starts_with(':'),
                    "« distant » : seuls un dossier, « https:// », « ssh:// » et « compte@serveur:chemin » sont permis"
                );
                ensure!(!server.starts_with('-') && !path.is_empty(), "« distant » n’est pas l’adresse d’un dépôt");
                Ok(Self::Ssh(text.to_owned()))
            }
            _ => {
                let path = std::path::absolute(folder.join(text)).context("« distant »")?;
                let path = path.to_str().context("« distant » n’est pas de l’UTF-8")?;
                Ok(Self::Local(path.to_owned()))
            }
        }
    }

    fn parse_url(text: &str) -> anyhow::Result<Self> {
        let Ok(url) = Url::parse(text) else { bail!("« distant » n’est pas une adresse bien formée") };
        ensure!(
            url.password().is_none(),
            "« distant » contient un mot de passe, que les journaux montreraient : mettez-le dans un fichier, et indiquez \
             « jeton_fichier: »"
        );
        let is_this_machine = match url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        };
        match url.scheme() {
            "https" => Ok(Self::Http(url)),
            "http" if is_this_machine => Ok(Self::Http(url)),
            "http" => {
                bail!("« distant » : « http:// » enverrait tout en clair sur le réseau ; choisissez « https:// »")
            }
            // A name that begins so would be an option of ssh.
            "ssh" if url.host_str().is_some_and(|host| !host.is_empty() && !host.starts_with('-')) => {
                Ok(Self::Ssh(text.to_owned()))
            }
            "ssh" => bail!("« distant » n’est pas l’adresse d’un dépôt"),
            "file" => bail!("« distant » : pour un dossier de cette machine, écrivez son chemin, sans « file:// »"),
            _ => bail!(
                "« distant » : seuls un dossier, « https:// », « ssh:// » et « compte@serveur:chemin » sont permis"
            ),
        }
    }
}

impl fmt::Display for Remote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.url())
    }
}

/// Checks the key; `sender` signs the commits of who is not told otherwise.
pub(super) fn check(file: &DepotFile, folder: &Path, sender: Option<&Mailbox>) -> anyhow::Result<Depot> {
    let remote = Remote::parse(&file.distant, folder)?;
    let branch = file.branche.clone().unwrap_or_else(|| "main".to_owned());
    ensure!(is_branch(&branch), "« branche: {} » n’est pas le nom d’une branche", branch.escape_debug());
    let author = match &file.auteur {
        Some(text) => Some(super::mailbox(text).context("« auteur »")?),
        None => sender.cloned(),
    };
    // Without a sender, that is the fault to tell, and it is told.
    let author = author.map_or_else(
        || Author { name: NAME.to_owned(), email: String::new() },
        |author| Author { name: author.name.unwrap_or_else(|| NAME.to_owned()), email: author.email.to_string() },
    );
    let fits_in_a_commit = |text: &str| !text.contains(['<', '>', '\n']) && text.chars().any(char::is_alphanumeric);
    ensure!(fits_in_a_commit(&author.name), "« auteur » : ce nom ne peut pas signer un commit");
    let is_http = matches!(remote, Remote::Http(_));
    ensure!(file.jeton_fichier.is_none() || is_http, "« jeton_fichier » ne sert qu’à une adresse « https:// »");
    let is_ssh = matches!(remote, Remote::Ssh(_));
    ensure!(file.ssh_cle_fichier.is_none() || is_ssh, "« ssh_cle_fichier » ne sert qu’à une adresse ssh");
    let at = |path: &PathBuf| readable(&folder.join(path));
    Ok(Depot {
        branch,
        content: content(file.contenu.as_deref())?,
        author,
        pushes: file.pousser == YesNo::Oui,
        ssh_key: file.ssh_cle_fichier.as_ref().map(|path| private(&folder.join(path))).transpose()?,
        ssh_hosts: file.ssh_hotes_fichier.as_ref().map(at).transpose()?,
        token: file.jeton_fichier.as_ref().map(|path| Secret::read(&folder.join(path))).transpose()?,
        authority: file.autorite_fichier.as_ref().map(at).transpose()?,
        remote,
    })
}

fn content(written: Option<&Path>) -> anyhow::Result<PathBuf> {
    let written = written.unwrap_or(Path::new("content"));
    let parts: Vec<Component<'_>> = written.components().filter(|part| *part != Component::CurDir).collect();
    let is_within = parts.iter().all(
        |part| matches!(part, Component::Normal(name) if name.to_str().is_some_and(|name| !name.starts_with('.'))),
    );
    ensure!(is_within, "« contenu: {} » n’est pas un dossier du dépôt", written.display());
    Ok(parts.iter().collect())
}

/// What git allows, less what nobody writes.
fn is_branch(text: &str) -> bool {
    !text.is_empty()
        && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/'))
        && !text.contains("..")
        && text.split('/').all(|part| {
            !part.is_empty()
                && !part.starts_with(['.', '-'])
                && !part.ends_with('.')
                && part.strip_suffix(".lock").is_none()
        })
}

/// A file that is there, by its whole name: git works in another folder.
fn readable(path: &Path) -> anyhow::Result<PathBuf> {
    let whole = fs::canonicalize(path).with_context(|| format!("lecture de « {} »", path.display()))?;
    let name = whole.to_string_lossy();
    let is_plain = !name.chars().any(|c| c.is_control() || matches!(c, '"' | '%'));
    ensure!(is_plain, "« {} » a un nom que ssh ne comprendrait pas", path.display());
    Ok(whole)
}

fn private(path: &Path) -> anyhow::Result<PathBuf> {
    ensure_private(path)?;
    readable(path)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::config::{Config, parse};

    fn depot(keys: &str) -> anyhow::Result<Depot> {
        depot_in(Path::new("/etc/portail"), keys)
    }

    fn depot_in(folder: &Path, keys: &str) -> anyhow::Result<Depot> {
        Ok(Config::check(parse(&format!("depot: {{{keys}}}\n"))?, folder)?.depot.unwrap())
    }

    #[test]
    fn what_is_not_said_has_a_default() {
        let depot = depot("distant: forge.git").unwrap();
        assert_eq!(depot.remote, Remote::Local("/etc/portail/forge.git".to_owned()));
        assert_eq!((depot.branch.as_str(), depot.content.to_str()), ("main", Some("content")));
        assert_eq!(depot.author, Author { name: "Portail".to_owned(), email: "portail@exemple.fr".to_owned() });
        assert!(depot.pushes);
        assert!(Config::check(parse("").unwrap(), Path::new("")).unwrap().depot.is_none());
    }

    #[test]
    fn a_repository_is_a_folder_or_reached_in_confidence() {
        for address in ["https://forge.exemple.fr/portail.git", "https://portail@forge.exemple.fr/portail.git"] {
            assert!(matches!(depot(&format!("distant: \"{address}\"")).unwrap().remote, Remote::Http(_)), "{address}");
        }
        for address in
            ["git@forge.exemple.fr:portail.git", "ssh://git@forge.exemple.fr:2222/portail.git", "forge:portail"]
        {
            let remote = depot(&format!("distant: \"{address}\"")).unwrap().remote;
            assert_eq!(remote, Remote::Ssh(address.to_owned()));
        }
        assert_eq!(depot("distant: /srv/a:b.git").unwrap().remote.url(), "/srv/a:b.git");
        for (address, said) in [
            ("http://forge.exemple.fr/x", "en clair"),
            ("git://forge.exemple.fr/x", "seuls"),
            ("ext::sh -c true", "seuls"),
            ("fd::17", "seuls"),
            ("file:///srv/x", "sans « file:// »"),
            ("-oProxyCommand=true", "n’est pas l’adresse"),
            ("--upload-pack=true", "n’est pas l’adresse"),
            ("-x:y", "n’est pas l’adresse"),
            ("ssh://-oProxyCommand=true/x", "n’est pas"),
            ("", "n’est pas l’adresse"),
            ("a\\nb", "n’est pas l’adresse"),
        ] {
            let fault = depot(&format!("distant: \"{address}\"")).unwrap_err().to_string();
            assert!(fault.contains("« depot »") && fault.contains(said), "{address}: {fault}");
        }
    }

    #[test]
    fn a_password_in_the_address_is_refused_and_not_repeated() {
        for scheme in ["https", "ssh", "http"] {
            let fault = depot(&format!("distant: \"{scheme}://portail:tournesol@forge.exemple.fr/x\"")).unwrap_err();
            let fault = format!("{fault:#}");
            assert!(fault.contains("mot de passe") && !fault.contains("tournesol"), "{fault}");
        }
    }

    #[test]
    fn a_key_or_a_token_is_its_owners_alone_and_of_use() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        fs::write(&path, "tournesol\n").unwrap();
        let ssh = "distant: \"git@forge:x\", ssh_cle_fichier: secret";
        let https = "distant: \"https://forge/x\", jeton_fichier: secret";
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        for keys in [ssh, https] {
            assert!(depot_in(folder.path(), keys).unwrap_err().to_string().contains("chmod 600"), "{keys}");
        }
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        assert!(depot_in(folder.path(), ssh).unwrap().ssh_key.unwrap().is_absolute());
        let depot = depot_in(folder.path(), https).unwrap();
        assert!(!format!("{depot:?}").contains("tournesol"));
        assert_eq!(depot.authorization().unwrap(), "Authorization: Basic cG9ydGFpbDp0b3VybmVzb2w=");
        for keys in ["distant: x, ssh_cle_fichier: secret", "distant: x, jeton_fichier: secret"] {
            assert!(depot_in(folder.path(), keys).unwrap_err().to_string().contains("ne sert qu’à"), "{keys}");
        }
    }

    #[test]
    fn branches_folders_and_authors_are_what_they_say() {
        for (keys, said) in [
            ("branche: \"-x\"", "branche"),
            ("branche: \"a..b\"", "branche"),
            ("branche: \"a b\"", "branche"),
            ("branche: \"a:b\"", "branche"),
            ("branche: x.lock", "branche"),
            ("branche: /x", "branche"),
            ("contenu: ../x", "contenu"),
            ("contenu: /x", "contenu"),
            ("contenu: .git", "contenu"),
            ("auteur: personne", "auteur"),
            ("auteur: \"\\\"<>\\\" <a@exemple.fr>\"", "auteur"),
            ("mot_de_passe: x", "mot_de_passe"),
        ] {
            let fault = format!("{:#}", depot(&format!("distant: x, {keys}")).unwrap_err());
            assert!(fault.contains(said), "{keys}: {fault}");
        }
        let told =
            depot("distant: x, branche: site/prod, contenu: ./portail/pages/, auteur: a@exemple.fr, pousser: non");
        let told = told.unwrap();
        assert_eq!((told.branch.as_str(), told.content.to_str()), ("site/prod", Some("portail/pages")));
        assert_eq!((told.author.name.as_str(), told.pushes), ("Portail", false));
    }
}
