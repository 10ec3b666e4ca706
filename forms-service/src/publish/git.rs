//! Calls git as a program: never a shell, never a hook, never a configuration but ours.
//!
//! Each call has fixed arguments, an environment made here, no input, bounded output and bounded
//! time; past it, git and all it started are ended. The working folder is always named, so git
//! never looks for a repository above it.

use std::ffi::OsString;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow, bail, ensure};
use rustix::process::{Pid, Signal, kill_process_group};

use crate::config::Depot;

/// How long git may work on this machine's disk.
pub const LOCALLY: Duration = Duration::from_secs(30);

/// How long a conversation with the repository may take.
pub const REMOTELY: Duration = Duration::from_secs(10);

/// How long the first conversation may take, which brings the whole history.
pub const FIRST: Duration = Duration::from_mins(10);

/// What is kept of what git says, on each of its two outputs. The rest is read and dropped.
const MOST_BYTES: u64 = 4 * 1024 * 1024;

/// How long the git of a service that was killed may still be waited for.
const ORPHANS: Duration = Duration::from_secs(30);

/// Above what the repository's own configuration says. What runs a program is off; what changes
/// bytes on their way to the disk is too.
const SETTINGS: [&str; 21] = [
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.untrackedCache=false",
    "core.attributesFile=/dev/null",
    "core.excludesFile=/dev/null",
    "core.autocrlf=false",
    "core.safecrlf=false",
    "core.quotePath=false",
    "core.precomposeUnicode=false",
    // A commit is on the disk, and not merely on its way, when git says so.
    "core.fsync=all",
    "advice.detachedHead=false",
    "commit.gpgSign=false",
    "push.gpgSign=false",
    "credential.helper=",
    "fetch.recurseSubmodules=false",
    "submodule.recurse=false",
    "gc.auto=0",
    "maintenance.auto=false",
    "http.followRedirects=false",
    "http.lowSpeedLimit=1",
    "http.lowSpeedTime=10",
];

/// Variables of the service that git keeps: the way out of the hospital, and where programs are.
const KEPT: [&str; 10] = [
    "PATH",
    "TMPDIR",
    "http_proxy",
    "https_proxy",
    "HTTPS_PROXY",
    "all_proxy",
    "ALL_PROXY",
    "no_proxy",
    "NO_PROXY",
    "SSL_CERT_DIR",
];

/// git in one folder.
pub struct Git {
    folder: PathBuf,
    environment: Vec<(OsString, OsString)>,
    /// The input of every call: empty, and locked. Whatever git a killed service left behind still
    /// holds the lock, so that the next service waits for its end.
    lock: Option<File>,
}

/// What git said.
#[derive(Debug)]
pub struct Answer {
    pub status: ExitStatus,
    pub stdout: Vec<u8>,
    pub stderr: String,
    /// It was ended because it took too long.
    pub late: bool,
}

impl Answer {
    pub fn is_success(&self) -> bool {
        self.status.success() && !self.late
    }

    /// The output as a line of text.
    pub fn line(&self) -> anyhow::Result<&str> {
        Ok(str::from_utf8(&self.stdout).context("reading what git says")?.trim_end())
    }

    /// The output as names that end in NUL.
    pub fn names(&self) -> impl Iterator<Item = String> {
        self.stdout.split(|byte| *byte == 0).filter(|name| !name.is_empty()).map(|name| {
            // Only what we ask by, and show, is compared: a name that is not UTF-8 is nobody's of ours.
            String::from_utf8_lossy(name).into_owned()
        })
    }
}

impl Git {
    /// git in `folder`, which may not be a repository yet.
    pub fn new(folder: &Path, depot: &Depot) -> anyhow::Result<Self> {
        Ok(Self { folder: folder.to_owned(), environment: environment(depot)?, lock: None })
    }

    /// The same, once no git of an earlier service works there any more; `lock` is the file that
    /// says so.
    pub fn alone(self, lock: &Path) -> anyhow::Result<Self> {
        let open = |writes: bool| OpenOptions::new().read(true).write(writes).create(writes).mode(0o600).open(lock);
        let context = || format!("verrouillage de « {} »", lock.display());
        open(true).with_context(context)?;
        let file = open(false).with_context(context)?;
        let deadline = Instant::now() + ORPHANS;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Self { lock: Some(file), ..self }),
                Err(TryLockError::Error(error)) => return Err(error).with_context(context),
                Err(TryLockError::WouldBlock) if Instant::now() < deadline => {
                    thread::sleep(Duration::from_millis(50));
                }
                Err(TryLockError::WouldBlock) => {
                    bail!("un « git » d’un service précédent travaille encore sur « {} »", self.folder.display())
                }
            }
        }
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Calls git, whatever it answers.
    ///
    /// # Errors
    /// Says in French that there is no git.
    pub fn ask(&self, limit: Duration, arguments: &[&str]) -> anyhow::Result<Answer> {
        self.ask_with(limit, arguments, &[])
    }

    /// The same with variables of the environment.
    pub fn ask_with(&self, limit: Duration, arguments: &[&str], variables: &[(&str, &str)]) -> anyhow::Result<Answer> {
        let mut command = Command::new("git");
        command.current_dir(&self.folder).args(["--git-dir=.git", "--work-tree=."]);
        command.args(["--no-pager", "--literal-pathspecs", "--no-replace-objects"]);
        command.args(SETTINGS.iter().flat_map(|setting| ["-c", setting]));
        command.args(arguments).env_clear();
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command.envs(variables.iter().copied());
        command.stdin(match &self.lock {
            Some(file) => file.try_clone().context("starting git")?.into(),
            None => Stdio::null(),
        });
        // Of a group of its own, so that what it started ends with it.
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
        let child = command.spawn().map_err(|error| match error.kind() {
            ErrorKind::NotFound => anyhow!(
                "le programme « git » est introuvable : installez-le, ou retirez « depot: » de la configuration"
            ),
            _ => anyhow!(error).context("starting git"),
        })?;
        collect(child, limit).context("waiting for git")
    }

    /// Calls git on this machine's disk, where it has no reason to fail.
    ///
    /// # Errors
    /// Says what git said.
    pub fn run(&self, arguments: &[&str]) -> anyhow::Result<Answer> {
        self.run_with(arguments, &[])
    }

    /// The same with variables of the environment.
    pub fn run_with(&self, arguments: &[&str], variables: &[(&str, &str)]) -> anyhow::Result<Answer> {
        let answer = self.ask_with(LOCALLY, arguments, variables)?;
        let command = arguments.first().copied().unwrap_or_default();
        ensure!(!answer.late, "« git {command} » n’a pas fini en {} s", LOCALLY.as_secs());
        ensure!(answer.is_success(), "« git {command} » a échoué : {}", said(&answer.stderr));
        Ok(answer)
    }
}

/// The last lines of what git said, for a log: bounded, and without what would command a terminal.
pub fn said(stderr: &str) -> String {
    let lines: Vec<&str> = stderr
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && *line != "remote:")
        .filter(|line| !["hint:", "To ", "error: failed to push"].iter().any(|start| line.starts_with(start)))
        .collect();
    let last = lines[lines.len().saturating_sub(4)..].join(" / ");
    let text: String = last.chars().filter(|c| !c.is_control()).take(500).collect();
    if text.is_empty() { "sans explication".to_owned() } else { text }
}

fn environment(depot: &Depot) -> anyhow::Result<Vec<(OsString, OsString)>> {
    let mut all: Vec<(OsString, OsString)> =
        KEPT.iter().filter_map(|name| std::env::var_os(name).map(|value| (name.into(), value))).collect();
    let mut set = |name: &str, value: &str| all.push((name.into(), value.into()));
    // Messages are read here to say them in French.
    set("LC_ALL", "C");
    set("GIT_CONFIG_NOSYSTEM", "1");
    set("GIT_CONFIG_GLOBAL", "/dev/null");
    set("GIT_ATTR_NOSYSTEM", "1");
    // Neither a `.netrc` nor a forgotten configuration of the account.
    set("HOME", "/nonexistent");
    set("GIT_TERMINAL_PROMPT", "0");
    set("GIT_ASKPASS", "true");
    set("GIT_EDITOR", "true");
    set("GIT_SEQUENCE_EDITOR", "true");
    set("GIT_ALLOW_PROTOCOL", "file:http:https:ssh");
    set("GIT_NO_LAZY_FETCH", "1");
    for who in ["AUTHOR", "COMMITTER"] {
        set(&format!("GIT_{who}_NAME"), &depot.author.name);
        set(&format!("GIT_{who}_EMAIL"), &depot.author.email);
    }
    set("GIT_SSH_VARIANT", "ssh");
    set("GIT_SSH_COMMAND", &ssh(depot)?);
    let scope = depot.remote.url();
    let mut configured = Vec::new();
    if let Some(token) = depot.authorization() {
        configured.push((format!("http.{scope}.extraHeader"), token));
    }
    if let Some(authority) = &depot.authority {
        configured.push(("http.sslCAInfo".to_owned(), text(authority)?.to_owned()));
    }
    set("GIT_CONFIG_COUNT", &configured.len().to_string());
    for (number, (key, value)) in configured.iter().enumerate() {
        set(&format!("GIT_CONFIG_KEY_{number}"), key);
        set(&format!("GIT_CONFIG_VALUE_{number}"), value);
    }
    Ok(all)
}

/// How git calls ssh. git gives this to a shell, so that names of files are quoted.
fn ssh(depot: &Depot) -> anyhow::Result<String> {
    let mut command = "ssh -o BatchMode=yes -o ConnectTimeout=8 -o ServerAliveInterval=5 -o ServerAliveCountMax=2 \
                       -o StrictHostKeyChecking=yes -o ControlMaster=no -o ControlPath=none -o ForwardAgent=no"
        .to_owned();
    if let Some(key) = &depot.ssh_key {
        command += " -o IdentitiesOnly=yes -i ";
        command += &quoted(text(key)?);
    }
    if let Some(hosts) = &depot.ssh_hosts {
        // ssh splits this one at spaces by itself.
        command += " -o ";
        command += &quoted(&format!("UserKnownHostsFile=\"{}\"", text(hosts)?));
    }
    Ok(command)
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

fn text(path: &Path) -> anyhow::Result<&str> {
    path.to_str().with_context(|| format!("le nom « {} » n’est pas de l’UTF-8", path.display()))
}

/// Reads both outputs until their end, or ends git.
fn collect(mut child: Child, limit: Duration) -> anyhow::Result<Answer> {
    let deadline = Instant::now() + limit;
    let outputs = (child.stdout.take().map(reader), child.stderr.take().map(reader));
    let left = || deadline.saturating_duration_since(Instant::now());
    let take = |output: &Option<mpsc::Receiver<Vec<u8>>>| output.as_ref().map(|output| output.recv_timeout(left()));
    let (stdout, stderr) = (take(&outputs.0), take(&outputs.1));
    let ended_in_time = matches!(stdout, Some(Ok(_))) && matches!(stderr, Some(Ok(_)));
    // It closes its outputs by ending; a git that closes them and goes on is ended with the rest.
    let status = if ended_in_time { wait(&mut child, deadline)? } else { None };
    let late = status.is_none();
    if late && let Some(group) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
        // The child was not waited for yet, so the number is still its own.
        let _ = kill_process_group(group, Signal::KILL);
    }
    let status = match status {
        Some(status) => status,
        None => child.wait()?,
    };
    let stderr = stderr.and_then(Result::ok).unwrap_or_default();
    Ok(Answer {
        late,
        status,
        stdout: stdout.and_then(Result::ok).unwrap_or_default(),
        stderr: String::from_utf8_lossy(&stderr).into_owned(),
    })
}

fn wait(child: &mut Child, deadline: Instant) -> io::Result<Option<ExitStatus>> {
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if Instant::now() >= deadline {
            return Ok(None);
        }
        thread::sleep(Duration::from_millis(1));
    }
}

/// Everything that comes, of which the beginning is kept, once it has ended.
fn reader(output: impl Read + Send + 'static) -> mpsc::Receiver<Vec<u8>> {
    let (done, is_done) = mpsc::channel();
    thread::spawn(move || {
        let mut kept = Vec::new();
        let mut output = output.take(MOST_BYTES);
        // What cannot be read is as if it were not said.
        let _ = output.read_to_end(&mut kept);
        let _ = io::copy(&mut output.into_inner(), &mut io::sink());
        // Nobody listens any more after the time limit.
        let _ = done.send(kept);
    });
    is_done
}

#[cfg(test)]
mod tests {
    use super::*;

    fn collected(script: &str, limit: Duration) -> Answer {
        let mut command = Command::new("sh");
        command
            .args(["-c", script])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0);
        collect(command.spawn().unwrap(), limit).unwrap()
    }

    /// Without the end of the group, what it started would hold the outputs for an hour.
    #[test]
    fn a_git_that_hangs_is_ended_with_all_it_started() {
        let folder = tempfile::tempdir().unwrap();
        let lock = folder.path().join("verrou");
        let file = File::create(&lock).unwrap();
        let mut command = Command::new("flock");
        command.arg(&lock).args(["sh", "-c", "sleep 3600 & wait"]).stdin(Stdio::null());
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
        let answer = collect(command.spawn().unwrap(), Duration::from_millis(200)).unwrap();
        assert!(answer.late && !answer.is_success());
        // Whatever of it were still there would hold this.
        file.lock().unwrap();
        // One that closes its outputs and goes on is late as well.
        assert!(collected("exec >&- 2>&-; sleep 3600", Duration::from_millis(200)).late);
    }

    #[test]
    fn what_is_said_without_end_is_read_and_not_kept() {
        let answer = collected("head -c 9000000 /dev/zero; echo fin >&2; exit 3", LOCALLY);
        assert_eq!(answer.stdout.len() as u64, MOST_BYTES);
        assert_eq!((answer.status.code(), answer.stderr.as_str(), answer.late), (Some(3), "fin\n", false));
    }
}
